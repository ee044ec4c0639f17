"""Many cars of one structure as one: every number of their named tuples becomes a row of (V, 1)."""

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["stack"]


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
