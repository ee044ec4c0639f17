"""What every entry of the catalogue is: a frozen set of figures, checked at construction."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from wheelbase.errors import DataError
from wheelbase.prices import Money
from wheelbase.units import Quantity

__all__ = ["Field", "Spec", "first", "only", "shape"]


@dataclass(frozen=True, slots=True)
class Field:
    """How one field of a spec is written in a facts file.

    Args:
        name: The field.
        kind: "figure", "money", "word", "id" or "date".
        many: "one", "list" (several rows), "series" over years (`name@2019`) or "curve" over a
            share (`name@80%`).
        quantity: Unit and range of a figure or of money.
        words: The words that a word field may hold; empty for free text.
        optional: True where a missing public figure leaves None (or an empty list or series).
    """

    name: str
    kind: Literal["figure", "money", "word", "id", "date"]
    many: Literal["one", "list", "series", "curve"] = "one"
    quantity: Quantity | None = None
    words: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """Anything with an id and figures that a source vouches for. Abstract: subclasses are built.

    Raises:
        DataError: A figure that is not finite or outside its range, naming the field.
    """

    id: str

    def __post_init__(self) -> None:
        """Check every figure against its range."""
        for field in shape(type(self)):
            value = getattr(self, field.name)
            if field.quantity is None or value is None:
                continue
            figures = value.values() if isinstance(value, Mapping) else value
            for figure in figures if field.many != "one" else (value,):
                amount = figure.amount if isinstance(figure, Money) else figure
                try:
                    field.quantity.check(amount)
                except ValueError as error:
                    raise DataError(f"{field.name}: {error}") from None


def shape(kind: type[Spec]) -> tuple[Field, ...]:
    """Return how each field of `kind` is written, read from its type hints; `id` left out."""
    hashable: Any = kind
    return tuple(_shape(hashable))


@cache
def _shape(kind: Any) -> tuple[Field, ...]:
    hints = get_type_hints(kind, include_extras=True)
    defaults = {f.name: f for f in fields(kind)}
    return tuple(
        _field(name, hint, optional=_has_default(defaults[name]))
        for name, hint in hints.items()
        if name != "id"
    )


def _has_default(field: Any) -> bool:
    from dataclasses import MISSING

    return field.default is not MISSING or field.default_factory is not MISSING


def _field(name: str, hint: Any, optional: bool) -> Field:
    if get_origin(hint) in (Union, UnionType):
        hint = next(a for a in get_args(hint) if a is not NoneType)
    many: Literal["one", "list", "series", "curve"] = "one"
    if get_origin(hint) is tuple:
        many, hint = "list", get_args(hint)[0]
    elif get_origin(hint) is Mapping:
        key, hint = get_args(hint)
        many = "curve" if key is float else "series"
    if get_origin(hint) is Literal:
        return Field(name, "word", many, words=get_args(hint), optional=optional)
    if get_origin(hint) is Annotated:
        base, mark = get_args(hint)[:2]
        if isinstance(mark, Quantity):
            kind: Literal["figure", "money"] = "money" if base is Money else "figure"
            return Field(name, kind, many, mark, optional=optional)
        return Field(name, "id" if mark == "id" else "date", many, optional=optional)
    return Field(name, "word", many, optional=optional)


def only(spec: Spec, names: tuple[str, ...]) -> str:
    """Return the one name of `names` that the spec has a figure for."""
    given = [name for name in names if getattr(spec, name) is not None]
    if len(given) != 1:
        raise ValueError(f"{spec.id} has {len(given)} figures instead of one")
    return given[0]


def first(spec: Spec, names: tuple[str, ...]) -> float:
    """Return the first figure among `names` that the spec has."""
    return float(next(value for name in names if (value := getattr(spec, name)) is not None))
