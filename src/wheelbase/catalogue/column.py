"""One entry that stands for many: some of its figures are columns, one row per design."""

from copy import copy
from typing import Any, TypeVar

import numpy as np

__all__ = ["single", "with_columns"]

_T = TypeVar("_T")


def with_columns(entry: _T, **columns: Any) -> _T:
    """Return a copy of a frozen entry with fields replaced by columns of shape (V, 1).

    The rooms compute with such an entry as with a single one, every row as if alone. An entry
    checks itself when it is built; a column is not checked again, so whoever makes it stays within
    the range of the field.

    Args:
        entry: A spec or composition of the catalogue, a dataclass.
        columns: Field to what stands in its place: figures, or entries that hold columns.

    Raises:
        TypeError: The entry has no such field.
    """
    many = copy(entry)
    for name, column in columns.items():
        if name not in getattr(type(entry), "__dataclass_fields__", {}):
            raise TypeError(f"{type(entry).__name__} has no field {name!r}")
        object.__setattr__(many, name, column)
    return many


def single(value: Any) -> Any:
    """Return a number as a plain one, and a column as it is."""
    return float(value) if np.ndim(value) == 0 else value
