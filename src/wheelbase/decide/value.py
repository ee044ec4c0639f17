"""What the timing is worth: distribution of the decision, values of waiting, tornado."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.decide.cells import Weighed, weigh
from wheelbase.decide.inputs import TimingInputs

__all__ = ["Swing", "Timing", "Varied", "near_years", "quantile_year", "time_launch", "tornado"]

Array = NDArray[np.float64]

_WINDOW = 0.02
_FLOORS = {"wacc": 0.005, "life": 1.0, "cars": 1.0, "mean_share": 5e-4, "terminal": 0.0}
_CEILINGS = {"mean_share": 0.98, "wacc": 0.5}


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

    @property
    def is_certain(self) -> bool:
        """Whether the interval is a point."""
        return bool(np.all(np.asarray(self.low) == np.asarray(self.high)))

    def at(self, position: Array) -> Any:
        """Return the input at positions in its interval, 0 = low, 0.5 = base, 1 = high; cells last.

        Linear between low, base and high, and on beyond the ends.
        """
        low, base, high = (
            np.asarray(v, float)[..., None] for v in (self.low, self.base, self.high)
        )
        below = low + (base - low) * np.minimum(position, 0.5) * 2
        return below + (high - base) * np.maximum(position - 0.5, 0) * 2

    def position_of(self, value: Array) -> Array:
        """Return the positions at which the mean of the input has these values."""
        low, base, high = (float(np.mean(v)) for v in (self.low, self.base, self.high))
        down, up = base - low or high - base, high - base or base - low
        with np.errstate(divide="ignore", invalid="ignore"):
            at = np.where(value < base, (value - low) / down, 1 + (value - high) / up)
        return np.asarray(np.where(value < base, at / 2, (1 + at) / 2))

    def allows(self, position: Array) -> NDArray[np.bool_]:
        """Return whether the input is one at these positions: not negative, a share below one."""
        value = np.asarray(self.at(position))
        if self.name == "penalty":
            return np.ones(position.shape, dtype=bool)
        floor, ceiling = _FLOORS.get(self.name, 0.0), _CEILINGS.get(self.name, np.inf)
        inside = (value >= floor) & (value <= ceiling)
        return np.asarray(inside.reshape(-1, len(position)).all(axis=0))

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
        lead: Years from the decision to the start of production.
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
    lead: int
    option_value: float
    waiting_value: float
    adaptivity: float
    fixed: Mapping[int, float] = field(repr=False)
    window: tuple[int, int] | None
    trigger: Mapping[int, float] = field(repr=False)
    value: float

    @property
    def production(self) -> Mapping[int, float]:
        """Year in which production starts, `lead` years after the decision, to its probability."""
        found = zip(self.years, self.decision, strict=True)
        return {year + self.lead: p for year, p in found if p > 0}


def quantile_year(years: Sequence[int], mass: Array, level: float) -> int | None:
    """Return the first year by which the cumulative probability reaches `level`."""
    reached = np.nonzero(np.cumsum(mass) >= level - 1e-9)[0]
    return int(years[reached[0]]) if len(reached) else None


def near_years(fixed: Mapping[int, float]) -> tuple[int, ...]:
    """Return the fixed years that lose less than 2 % of what the best one gains, if it gains."""
    top = max(fixed.values(), default=0.0)
    return tuple(y for y, v in fixed.items() if v >= top * (1 - _WINDOW)) if top > 0 else ()


def time_launch(inputs: TimingInputs, found: Weighed | None = None, cell: int = 0) -> Timing:
    """Return the timing of one design: distribution, window, values.

    Args:
        inputs: The design; of one cell, or the inputs that `found` was weighed from.
        found: Cells already weighed; None weighs the inputs.
        cell: Which of them.
    """
    f = found or weigh(inputs)
    started, never = f.started[:, cell], float(f.never[cell])
    opened = inputs.open_years()
    in_time = [
        t for t, year in enumerate(inputs.years) if opened[t] and t < len(opened) - inputs.lead
    ]
    fixed = {inputs.years[t]: float(f.fixed[t, cell]) - never for t in in_time}
    top = max(fixed.values(), default=0.0)
    near = near_years(fixed)
    option = float(f.value[cell]) - never
    p10, p50, p90 = (quantile_year(inputs.years, started, q) for q in (0.1, 0.5, 0.9))
    return Timing(
        years=inputs.years,
        decision=tuple(float(v) for v in started),
        never=float(f.left[cell]),
        p10=p10,
        p50=p50,
        p90=p90,
        lead=inputs.lead,
        option_value=option,
        waiting_value=option - (float(f.fixed[opened.index(True), cell]) - never),
        adaptivity=option - max(top, 0.0),
        fixed=fixed,
        window=(near[0], near[-1]) if near else None,
        trigger={
            year: float(f.trigger[t, cell])
            for t, year in enumerate(inputs.years)
            if np.isfinite(f.trigger[t, cell])
        },
        value=float(f.value[cell]),
    )


@dataclass(frozen=True, slots=True)
class Swing:
    """One bar of the tornado, at both ends of an input; money in EUR.

    `value` is the option value, `gain` what a start in a fixed year is worth against never, which
    shows how far an input goes even where nothing is started; `year` the median decision year.
    """

    varied: Varied
    value_low: float
    value_high: float
    gain_low: float
    gain_high: float
    year_low: int | None
    year_high: int | None


def tornado(
    inputs: TimingInputs,
    varied: Sequence[Varied],
    executor: Executor | None = None,
    year: int | None = None,
) -> tuple[Swing, ...]:
    """Return the swing of each input between its own low and high, widest first.

    Args:
        inputs: The base design.
        varied: Its uncertain inputs.
        executor: Runs the cells; None in turn.
        year: Fixed year of the gain; by default the first.
    """
    ends = np.full((len(varied), 2 * len(varied)), 0.5)
    for k in range(len(varied)):
        ends[k, 2 * k], ends[k, 2 * k + 1] = 0.0, 1.0
    columns: dict[str, Any] = {v.name: v.at(ends[k]) for k, v in enumerate(varied)}
    found = weigh(replace(inputs, **columns), executor)
    option = found.value - found.never
    gain = found.fixed[inputs.years.index(year or inputs.years[0])] - found.never
    swings = []
    for k, v in enumerate(varied):
        low, high = 2 * k, 2 * k + 1
        years = [quantile_year(inputs.years, found.started[:, c], 0.5) for c in (low, high)]
        swings.append(
            Swing(
                v,
                float(option[low]),
                float(option[high]),
                float(gain[low]),
                float(gain[high]),
                years[0],
                years[1],
            )
        )
    return tuple(sorted(swings, key=lambda s: -abs(s.gain_high - s.gain_low)))
