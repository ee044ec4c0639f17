"""Figures of the results tree: a number with unit, interval and status, plain enough for JSON."""

from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from wheelbase.units import convert

__all__ = ["figure", "in_unit", "money", "rounded", "series"]


def rounded(value: float, digits: int = 6) -> float:
    """Return a number with that many significant digits, which keeps files small and stable.

    Raises:
        ValueError: Not a finite number; results hold none.
    """
    if not isfinite(value):
        raise ValueError(f"{value} is no result")
    return float(f"{value:.{digits}g}") + 0.0


def series(values: ArrayLike, digits: int = 4) -> list[float]:
    """Return numbers, (n,), each as `rounded` returns it.

    Raises:
        ValueError: One is not finite.
    """
    array = np.asarray(values, dtype=float)
    if not np.isfinite(array).all():
        raise ValueError("a series that is not finite is no result")
    spell = f"%.{digits}g"
    return [float(spell % value) + 0.0 for value in array.tolist()]


def in_unit(value: float, unit: str) -> float:
    """Return a number of the code as a number of `unit`."""
    return rounded(value * 100 if unit == "%" else convert(value, unit))


def figure(
    value: float,
    unit: str,
    low: float | None = None,
    high: float | None = None,
    status: str = "computed",
) -> dict[str, Any]:
    """Return a figure from numbers of the code."""
    ends = {"low": low, "high": high}
    spans = {key: None if end is None else in_unit(end, unit) for key, end in ends.items()}
    return {"value": in_unit(value, unit), "unit": unit, **spans, "status": status}


def money(value: float, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    """Return an amount of EUR as a figure in EUR m."""
    return figure(value, "MEUR", low, high)
