"""Break-even maps over any two uncertain inputs: where the answer turns, and the study's box."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.decide.cells import weigh
from wheelbase.decide.inputs import TimingInputs
from wheelbase.decide.value import Varied, quantile_year
from wheelbase.errors import DataError

__all__ = ["BreakEven", "break_even", "chosen_inputs", "reach_of"]

Array = NDArray[np.float64]

_BOX = 5  # points along each side of the box


@dataclass(frozen=True, slots=True)
class BreakEven:
    """A map over two inputs: median decision year and probability of never, (y, x).

    Args:
        x: Input along the map.
        y: Input up the map.
        x_values: Its values, in the unit of the code, a path by its mean.
        y_values: The same up the map.
        median: Median decision year; None where it never comes.
        never: Probability of never starting.
        line: Points (x, y) of the indifference line, where half of the futures never start.
        crosses: Whether the study's box of both intervals holds both answers.
    """

    x: Varied
    y: Varied
    x_values: tuple[float, ...]
    y_values: tuple[float, ...]
    median: tuple[tuple[int | None, ...], ...]
    never: tuple[tuple[float, ...], ...]
    line: tuple[tuple[float, float], ...]
    crosses: bool


def chosen_inputs(varied: Sequence[Varied], names: Sequence[str]) -> tuple[Varied, Varied]:
    """Return the two inputs of these names; `-` and `_` are the same.

    Raises:
        DataError: No such input, one that is certain, or twice the same.
    """
    known = {v.name: v for v in varied}
    problems = []
    for name in (n.replace("-", "_") for n in names):
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"one of {', '.join(known)}"
            problems.append(f"map: no input '{name}'; {hint}")
        elif known[name].is_certain:
            problems.append(f"map: '{name}' has no interval; give it low and high in the study")
    if len(names) != 2 or names[0].replace("-", "_") == names[1].replace("-", "_"):
        problems.append("map: name two inputs that differ")
    if problems:
        raise DataError(problems)
    x, y = (known[n.replace("-", "_")] for n in names)
    return x, y


def reach_of(varied: Varied) -> tuple[float, float]:
    """Return the span worth looking at: the interval, 40 % of it beyond each end, if allowed."""
    if varied.name == "penalty":
        low, high = float(np.mean(varied.low)), float(np.mean(varied.high))
        return min(low, 0.0), max(high * 1.2, 3000.0)
    if varied.is_certain:
        middle = float(np.mean(varied.base))
        return 0.5 * middle, 1.5 * middle
    positions = np.linspace(-0.4, 1.4, 91)
    fine = positions[varied.allows(positions)]
    ends = np.asarray(varied.at(np.array([fine[0], fine[-1]]))).reshape(-1, 2).mean(axis=0)
    return float(ends[0]), float(ends[1])


def break_even(
    inputs: TimingInputs,
    x: Varied,
    y: Varied,
    reach: tuple[float, float] | None = None,
    size: int = 20,
    executor: Executor | None = None,
) -> BreakEven:
    """Return the map of two inputs around their intervals, all cells in one recursion.

    Args:
        inputs: The base design.
        x: Input along the map; a path moves between its low, base and high path and beyond.
        y: Input up the map.
        reach: Least and greatest x, in the unit of the code, as the mean of a path.
        size: Cells along each side.
        executor: Runs the cells; None in turn.
    """
    xs = np.linspace(*(reach or reach_of(x)), size)
    ys = np.linspace(*reach_of(y), size)
    box = np.linspace(0.0, 1.0, _BOX)
    columns: dict[str, Any] = {}
    for v, grid, inside in zip((x, y), np.meshgrid(xs, ys), np.meshgrid(box, box), strict=True):
        cells = (_cells(v, grid.ravel()), v.at(inside.ravel()))
        columns[v.name] = np.concatenate(cells, axis=-1)
    found = weigh(replace(inputs, **columns), executor)
    count = size * size
    never = found.left[:count].reshape(size, size)
    medians = [quantile_year(inputs.years, found.started[:, c], 0.5) for c in range(count)]
    in_box = found.left[count:] >= 0.5
    return BreakEven(
        x,
        y,
        tuple(float(v) for v in xs),
        tuple(float(v) for v in ys),
        tuple(tuple(medians[r * size : (r + 1) * size]) for r in range(size)),
        tuple(tuple(float(v) for v in row) for row in never),
        _line(xs, ys, never),
        bool(in_box.any() and not in_box.all()),
    )


def _cells(v: Varied, means: Array) -> Array:
    """Return the input with these means; one that is certain is shifted as a whole, cells last."""
    if v.is_certain:
        base = np.asarray(v.base, float)
        return np.asarray(base[..., None] + (means - float(np.mean(base))))
    return np.asarray(v.at(v.position_of(means)))


def _line(xs: Array, ys: Array, never: Array) -> tuple[tuple[float, float], ...]:
    """Return where the probability of never crosses a half along rows and columns, in order."""
    found = []
    for r, row in enumerate(never):
        found += [(v, float(ys[r])) for v in _crossings(xs, row)]
    for c, column in enumerate(never.T):
        found += [(float(xs[c]), v) for v in _crossings(ys, column)]
    if not found:
        return ()
    apart = np.array(found) - np.mean(found, axis=0)
    sign = -1.0 if float(np.sum(apart[:, 0] * apart[:, 1])) < 0 else 1.0
    span = float(np.ptp(xs)) or 1.0, float(np.ptp(ys)) or 1.0
    return tuple(sorted(set(found), key=lambda p: p[0] / span[0] + sign * p[1] / span[1]))


def _crossings(at: Array, never: Array) -> list[float]:
    side = never >= 0.5
    found = []
    for k in np.nonzero(side[1:] != side[:-1])[0]:
        part = (0.5 - never[k]) / (never[k + 1] - never[k])
        found.append(float(at[k] + part * (at[k + 1] - at[k])))
    return found
