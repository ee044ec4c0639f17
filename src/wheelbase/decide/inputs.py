"""What the timing reads: one design, or many as cells of a trailing axis."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from wheelbase.errors import DataError

__all__ = ["TimingInputs", "chunked"]

_PATHS = ("mean_share", "penalty", "premium")
_FIGURES = (
    "mean_share", "spread", "penalty", "compatibility", "margin", "flexible_capacity",
    "block_cost", "block_fixed", "development", "terminal", "part", "premium", "fee",
)  # fmt: skip
_POSITIVE = ("cars", "block_size", "life", "wacc")
_SIGNED = ("penalty", "premium", "fee")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimingInputs:
    """Everything that the timing depends on; money in EUR, cars and years.

    Every figure may be a number or an array over cells (c,); `mean_share`, `penalty` and `premium`
    are (t,) or (t, c).

    Args:
        years: (t,) calendar years in order.
        mean_share: Mean battery share of the maker's sales, 0..1.
        spread: Yearly spread nu of the logit of the share.
        cars: Cars sold a year.
        penalty: EUR per battery car built on the flexible platform, mean of all of them.
        compatibility: EUR per combustion car while the flexible platform carries battery cars.
        margin: EUR lost with a car that cannot be built.
        flexible_capacity: Battery cars a year that the flexible lines can build.
        block_size: Cars a year of one bespoke line block.
        block_cost: Investment of a block, EUR.
        block_fixed: Fixed cost of a block, EUR/yr.
        development: Development of the bespoke platform, EUR.
        lead: Years from decision to start of production. A decision falls at the end of its year,
            production starts `lead` years later, again at the end of a year: development is paid
            from the year after the decision on, and the first bespoke cars are sold in the year
            after the start of production.
        life: Years over which investments are renewed.
        wacc: Cost of capital, real.
        terminal: Years for which the last year's profit is carried on.
        most_blocks: Blocks that the sites can take.
        part: Share of the battery cars that the bespoke platform may carry; the others stay
            flexible for ever, which is what a mixed portfolio does.
        premium: EUR by which the penalty of that part exceeds `penalty`; the mean is kept.
        fee: EUR per bespoke car that a licensed platform costs more than an own one.
        earliest: First year in which the programme may be decided; None for the first of all.
        latest: Last year in which it may be decided; None for no limit.
    """

    years: tuple[int, ...]
    mean_share: Any
    spread: Any
    cars: Any
    penalty: Any
    compatibility: Any
    margin: Any
    flexible_capacity: Any
    block_size: Any
    block_cost: Any
    block_fixed: Any
    development: Any
    lead: int
    life: Any
    wacc: Any
    terminal: Any
    most_blocks: int = 10
    part: Any = 1.0
    premium: Any = 0.0
    fee: Any = 0.0
    earliest: int | None = None
    latest: int | None = None

    def __post_init__(self) -> None:
        """Refuse what is no input."""
        problems = [*self._figure_problems(), *self._shape_problems(), *self._window_problems()]
        if problems:
            raise DataError([f"timing: {p}" for p in problems])

    def _figure_problems(self) -> Iterator[str]:
        for name in (*_POSITIVE, *_FIGURES):
            value = np.asarray(getattr(self, name), dtype=float)
            if not np.all(np.isfinite(value)):
                yield f"{name}: holds a value that is not a number; give one for every year"
            elif name not in _SIGNED and np.any(value < 0):
                yield f"{name}: {value.min():g} must not be negative; give zero or more"
            elif name in _POSITIVE and np.any(value == 0):
                yield f"{name}: is zero; must be above zero"
        part = np.asarray(self.part, float)
        if np.any((part <= 0) | (part > 1)):
            yield "part: must be above 0 and at most 1; leave a part of nothing out"

    def _shape_problems(self) -> Iterator[str]:
        share = np.asarray(self.mean_share)
        if share.shape[:1] != (len(self.years),):
            yield f"mean_share: {share.shape} does not follow the years; give one for each"
        elif np.any((share <= 0) | (share >= 1)):
            yield "mean_share: must lie between 0 and 1, both left out"
        for name in ("penalty", "premium"):
            value = np.asarray(getattr(self, name))
            if value.ndim and value.shape[0] != len(self.years):
                yield f"{name}: {value.shape} does not follow the years; give one for each"
        if self.lead < 1:
            yield f"lead: {self.lead} must be at least one year"
        if self.most_blocks < 1:
            yield f"most_blocks: {self.most_blocks} must be at least one"

    def _window_problems(self) -> Iterator[str]:
        first, last = self.years[0], self.years[-1]
        for name in ("earliest", "latest"):
            year = getattr(self, name)
            if year is not None and not first <= year <= last:
                yield f"{name}: {year} lies outside the years {first} to {last}; move it inside"
        if self.earliest is not None and self.latest is not None and self.earliest > self.latest:
            yield f"earliest: {self.earliest} lies after latest, {self.latest}; no year is left"

    @property
    def cells(self) -> int:
        """Number of cells."""
        return max((np.shape(getattr(self, n))[-1] for n in self.wide()), default=1)

    def wide(self) -> Iterator[str]:
        """Yield the fields that carry a cell axis."""
        for name in (*_POSITIVE, *_FIGURES):
            if np.ndim(getattr(self, name)) == (2 if name in _PATHS else 1):
                yield name

    def open_years(self) -> tuple[bool, ...]:
        """Return for each year whether the programme may be decided in it."""
        first = self.years[0] if self.earliest is None else self.earliest
        last = self.years[-1] if self.latest is None else self.latest
        return tuple(first <= year <= last for year in self.years)

    def at_cells(self, cells: Any) -> "TimingInputs":
        """Return the inputs of some cells: a slice or an array of indices."""
        chosen: dict[str, Any] = {n: np.asarray(getattr(self, n))[..., cells] for n in self.wide()}
        return replace(self, **chosen)


def chunked(inputs: TimingInputs, size: int) -> Iterator[tuple[slice, TimingInputs]]:
    """Yield the inputs in chunks of at most `size` cells, with the cells that each holds.

    The chunks depend on nothing but the cells, so a run in parallel is the serial run.
    """
    count = inputs.cells
    for start in range(0, count, size):
        cells = slice(start, min(start + size, count))
        yield cells, inputs if count == 1 else inputs.at_cells(cells)
