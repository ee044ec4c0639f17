"""Courses: what was observed of a figure, and after it the forecasts, by year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

__all__ = ["Course", "course_of"]

Array = NDArray[np.float64]
_SLOPE = 5


@dataclass(frozen=True, slots=True)
class Course:
    """Low, median and high (3, a) at years (a,), the first `known` of them observed."""

    years: tuple[int, ...]
    values: Array
    known: int

    def at(self, years: Sequence[int]) -> Array:
        """(3, t) values, linear between the years.

        After the last year the slope of the median over the five years before it, or a little
        more, goes on; without a forecast the last value is held.
        """
        lines = np.array([np.interp(years, self.years, row) for row in self.values])
        last, slope = self.years[-1], 0.0
        beyond = np.maximum(np.array(years) - last, 0)
        before = [i for i, y in enumerate(self.years) if y <= last - _SLOPE] or [0]
        if len(self.years) > self.known:
            rise = self.values[1, -1] - self.values[1, before[-1]]
            slope = rise / (last - self.years[before[-1]])
        return np.asarray(lines + slope * beyond)


def course_of(past: Mapping[int, float], ahead: Mapping[int, list[float]]) -> Course:
    """Return the course through the past and the lowest, median and highest forecast."""
    rows = [(y, v, v, v) for y, v in sorted(past.items())]
    later = {y: v for y, v in sorted(ahead.items()) if y > rows[-1][0]}
    rows += [(y, min(v), median(v), max(v)) for y, v in later.items()]
    values = np.array([row[1:] for row in rows]).T
    return Course(tuple(row[0] for row in rows), values, len(past))
