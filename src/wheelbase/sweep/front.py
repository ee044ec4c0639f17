"""The designs that no other design beats in everything: the Pareto front."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["OBJECTIVES", "front", "leading"]

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

OBJECTIVES: Mapping[str, int] = {
    "energy_wltp_kwh_per_100km": -1,
    "direct_cost": -1,
    "battery_fit_kwh": 1,
    "boot_l": 1,
    "acceleration_0_100_s": -1,
}
"""What a front weighs by default: column (money without its year) to 1 for more, -1 for less."""

_BLOCK = 1024


def leading(values: Array) -> Flags:
    """Return which rows no other row dominates, every column the more the better, (rows,).

    A row dominates another one if it is as good in every column and better in one; of equal rows
    all stand on the front.

    Args:
        values: (rows, columns), without NaN.

    Raises:
        ValueError: NaN, or no column.
    """
    if values.ndim != 2 or values.shape[1] == 0 or np.isnan(values).any():
        raise ValueError("values: (rows, columns) without NaN, at least one column")
    kept = np.zeros(len(values), dtype=bool)
    # No row is dominated by one with a lesser sum of ranks, so rows are taken from the best sum.
    ranks = np.stack([np.unique(c, return_inverse=True)[1] for c in values.T], axis=1)
    order = np.argsort(-ranks.sum(axis=1), kind="stable")
    best = np.empty((0, values.shape[1]), dtype=ranks.dtype)
    for start in range(0, len(order), _BLOCK):
        rows = order[start : start + _BLOCK]
        rows = rows[~_beaten(ranks[rows], best)]
        rows = rows[~_beaten(ranks[rows], ranks[rows])]
        best = np.concatenate([best, ranks[rows]])
        kept[rows] = True
    return kept


def _beaten(rows: Any, by: Any) -> Flags:
    """Return which rows some row of `by` dominates; those that are beaten leave early."""
    beaten = np.zeros(len(rows), dtype=bool)
    for start in range(0, len(by), _BLOCK):
        left = np.nonzero(~beaten)[0]
        if not len(left):
            break
        mine, theirs = rows[left][:, None], by[start : start + _BLOCK][None]
        as_good = np.ones((len(left), theirs.shape[1]), dtype=bool)
        better = np.zeros_like(as_good)
        for column in range(rows.shape[1]):
            as_good &= theirs[..., column] >= mine[..., column]
            better |= theirs[..., column] > mine[..., column]
        beaten[left] = (as_good & better).any(axis=1)
    return beaten


def front(columns: Mapping[str, Array], senses: Mapping[str, int]) -> Flags:
    """Return which designs no other one beats in everything, (rows,).

    Args:
        columns: Name to a figure of each design, without NaN.
        senses: Name to 1 where more is better, -1 where less is.

    Raises:
        ValueError: A sense that is neither, or NaN.
    """
    if odd := [name for name, sense in senses.items() if sense not in (1, -1)]:
        raise ValueError(f"{odd[0]}: the sense of an objective is 1 or -1")
    return leading(np.stack([columns[name] * sense for name, sense in senses.items()], axis=1))
