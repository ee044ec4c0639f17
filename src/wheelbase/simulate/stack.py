"""Many cars of one structure as one: every number of their named tuples becomes a column (V, 1)."""

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["columns", "count", "rows", "stack"]


def stack(models: Sequence[Any]) -> Any:
    """Return the models, named tuples of numbers of one structure, as one of arrays.

    A number becomes (V, 1). A row of numbers, the ratios of a gearbox, becomes (V, n, 1); shorter
    rows repeat their last number, a gear that is never better than the one it repeats.
    """
    first = models[0]
    if isinstance(first, tuple):
        parts = [stack(column) for column in zip(*models, strict=True)]
        return type(first)(*parts) if hasattr(first, "_fields") else tuple(parts)
    if np.ndim(first) == 0:
        return np.array(models, dtype=np.float64)[:, None]
    most = max(len(row) for row in models)
    rows = [np.concatenate([row, np.repeat(row[-1:], most - len(row))]) for row in models]
    return np.array(rows, dtype=np.float64)[:, :, None]


def columns(model: Any) -> Any:
    """Return a model whose numbers are single or columns (V, 1) with every one as a column.

    A number that all cars share becomes (1, 1), a row of numbers (1, n, 1); the core broadcasts
    them, so that what all share is computed once.
    """
    if isinstance(model, tuple):
        parts = [columns(x) for x in model]
        return type(model)(*parts) if hasattr(model, "_fields") else tuple(parts)
    values = np.asarray(model, dtype=np.float64)
    if values.ndim == 0:
        return values.reshape(1, 1)
    return values[None, :, None] if values.ndim == 1 else values


def count(model: Any) -> int:
    """Return how many cars stacked models stand for."""
    if isinstance(model, tuple):
        return max(map(count, model), default=1)
    return int(model.shape[0])


def rows(model: Any, part: Any) -> Any:
    """Return some rows of stacked models; what all cars share stays as it is."""
    if isinstance(model, tuple):
        parts = [rows(x, part) for x in model]
        return type(model)(*parts) if hasattr(model, "_fields") else tuple(parts)
    return model if model.shape[0] == 1 else model[part]
