"""What the timing is worth: distribution of the decision, values of waiting, maps and tornado."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.decide.timing import Policy, TimingInputs, decision_years, solve

__all__ = [
    "BreakEven",
    "Swing",
    "Timing",
    "Varied",
    "break_even",
    "quantile_year",
    "time_launch",
    "tornado",
]

Array = NDArray[np.float64]

_WINDOW = 0.02


@dataclass(frozen=True, slots=True)
class Varied:
    """An input with its interval: numbers, or (t,) paths; `scale` turns it into its unit."""

    name: str
    label: str
    unit: str
    low: Any
    base: Any
    high: Any
    scale: float = 1.0

    def at(self, position: Array) -> Any:
        """Return the input at positions in 0..1 of its interval, 0.5 = base; cells last.

        Linear between low, base and high.
        """
        low, base, high = (
            np.asarray(v, float)[..., None] for v in (self.low, self.base, self.high)
        )
        below = low + (base - low) * np.minimum(position, 0.5) * 2
        return below + (high - base) * np.maximum(position - 0.5, 0) * 2

    def shown(self, which: str) -> float:
        """Return low, base or high in the unit of the report; a path by its mean."""
        return float(np.mean(getattr(self, which))) * self.scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When the programme starts, and what the freedom to choose is worth, EUR.

    Args:
        years: Calendar years.
        decision: (t,) probability of starting in each year.
        never: Probability of never starting.
        p10: Year by which it has started with probability 0.1; None if it never gets there.
        p50: The same at 0.5.
        p90: The same at 0.9.
        option_value: Optimal less never.
        waiting_value: Optimal less starting now.
        adaptivity: Optimal less the best fixed year or never.
        fixed: Year to value of starting in just this year, less never.
        window: First and last fixed year within 2 % of the best, None where never is best.
        trigger: Year to the least share at which the programme starts, where there is one.
        value: Present value of the optimal policy.
    """

    years: tuple[int, ...]
    decision: tuple[float, ...]
    never: float
    p10: int | None
    p50: int | None
    p90: int | None
    option_value: float
    waiting_value: float
    adaptivity: float
    fixed: Mapping[int, float] = field(repr=False)
    window: tuple[int, int] | None
    trigger: Mapping[int, float] = field(repr=False)
    value: float


def quantile_year(years: Sequence[int], mass: Array, level: float) -> int | None:
    """Return the first year by which the cumulative probability reaches `level`."""
    reached = np.nonzero(np.cumsum(mass) >= level - 1e-9)[0]
    return int(years[reached[0]]) if len(reached) else None


def time_launch(inputs: TimingInputs) -> Timing:
    """Return the timing of one design: distribution, window, values."""
    best, never = solve(inputs), solve(inputs, Policy.NEVER)
    now = solve(inputs, Policy.NOW)
    mass, left = decision_years(inputs, best)
    started = mass[:, 0]
    fixed = {
        year: float(solve(inputs, year=year).value[0] - never.value[0])
        for year in inputs.years[: len(inputs.years) - inputs.lead]
    }
    top = max(fixed.values())
    near = [year for year, value in fixed.items() if value >= top * (1 - _WINDOW)]
    return Timing(
        years=inputs.years,
        decision=tuple(float(v) for v in started),
        never=float(left[0]),
        p10=quantile_year(inputs.years, started, 0.1),
        p50=quantile_year(inputs.years, started, 0.5),
        p90=quantile_year(inputs.years, started, 0.9),
        option_value=float(best.value[0] - never.value[0]),
        waiting_value=float(best.value[0] - now.value[0]),
        adaptivity=float(best.value[0] - never.value[0]) - max(top, 0.0),
        fixed=fixed,
        window=(near[0], near[-1]) if top > 0 else None,
        trigger=_trigger(inputs, best.launch, best.share),
        value=float(best.value[0]),
    )


def _trigger(inputs: TimingInputs, launch: NDArray[np.bool_], share: Array) -> dict[int, float]:
    found = {}
    for t, year in enumerate(inputs.years):
        starts = np.nonzero(launch[t, :, 0])[0]
        if len(starts):
            found[year] = float(share[t, starts[0], 0])
    return found


@dataclass(frozen=True, slots=True)
class BreakEven:
    """A map over two inputs: median decision year and probability of never, (y, x)."""

    x: Varied
    y: Varied
    x_values: tuple[float, ...]
    y_values: tuple[float, ...]
    median: tuple[tuple[int | None, ...], ...]
    never: tuple[tuple[float, ...], ...]


def break_even(
    inputs: TimingInputs, x: Varied, y: Varied, reach: tuple[float, float], size: int = 20
) -> BreakEven:
    """Return the map of two inputs around their intervals, all cells in one recursion.

    Args:
        inputs: The base design.
        x: Input along the map; a path is shifted as a whole.
        y: Input up the map.
        reach: Least and greatest x, in the unit of the code, as the mean of a path.
        size: Cells along each side.
    """
    xs = np.linspace(*reach, size)
    ys = np.linspace(float(y.low) * 0.7, float(y.high) * 1.2, size)
    grid_x, grid_y = np.meshgrid(xs, ys)
    shift = grid_x.ravel() - float(np.mean(x.base))
    columns: dict[str, Any] = {x.name: np.asarray(x.base, float)[..., None] + shift}
    columns[y.name] = grid_y.ravel()
    cells = replace(inputs, **columns)
    mass, never = decision_years(cells, solve(cells))
    medians = [quantile_year(inputs.years, mass[:, c], 0.5) for c in range(size * size)]
    return BreakEven(
        x,
        y,
        tuple(float(v) for v in xs),
        tuple(float(v) for v in ys),
        tuple(tuple(medians[r * size : (r + 1) * size]) for r in range(size)),
        tuple(tuple(float(v) for v in never[r * size : (r + 1) * size]) for r in range(size)),
    )


@dataclass(frozen=True, slots=True)
class Swing:
    """One bar of the tornado: option value in EUR and median year at both ends of an input."""

    varied: Varied
    value_low: float
    value_high: float
    year_low: int | None
    year_high: int | None


def tornado(inputs: TimingInputs, varied: Sequence[Varied]) -> tuple[Swing, ...]:
    """Return the swing of each input between its own low and high, widest first."""
    swings = []
    for v in varied:
        cells = replace(inputs, **{v.name: v.at(np.array([0.0, 1.0]))})
        best, never = solve(cells), solve(cells, Policy.NEVER)
        mass, _ = decision_years(cells, best)
        values = best.value - never.value
        years = [quantile_year(inputs.years, mass[:, c], 0.5) for c in (0, 1)]
        swings.append(Swing(v, float(values[0]), float(values[1]), years[0], years[1]))
    return tuple(sorted(swings, key=lambda s: -abs(s.value_high - s.value_low)))
