"""The ways a maker can go, for which segments: each valued at its best, cell by cell."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from wheelbase.decide.cells import Weighed, weigh
from wheelbase.decide.inputs import TimingInputs
from wheelbase.errors import DataError

__all__ = ["WAYS", "Judged", "Portfolio", "Segment", "Which", "judge", "portfolios"]

Array = NDArray[np.float64]

Which = Literal["flexible", "bespoke_now", "switch", "mixed"]
WAYS: tuple[Which, ...] = get_args(Which)

_ALL_SUBSETS = 3
_TIE = 1.0  # EUR


@dataclass(frozen=True, slots=True)
class Segment:
    """Cars of one kind: their share of all battery cars, and their penalty less the mean, EUR.

    Args:
        id: Its name.
        label: In words.
        part: Share of the maker's battery cars, above 0; all segments together 1.
        premium: (t,) EUR per car that its penalty exceeds the mean of all segments.
    """

    id: str
    label: str
    part: float
    premium: Array = field(repr=False)


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The segments that may go to the bespoke platform; those left out stay flexible for ever."""

    segments: tuple[str, ...]
    label: str
    part: float
    premium: Array = field(repr=False)

    def applied(self, inputs: TimingInputs) -> TimingInputs:
        """Return the inputs of a maker that may move these segments alone."""
        return replace(inputs, part=self.part, premium=self.premium)


@dataclass(frozen=True, slots=True)
class Judged:
    """What each way is worth in every cell, EUR, and which is best.

    `flexible` keeps the freedom to start later where the best rule does not in half of the futures;
    `bespoke_now` starts in the first year; `switch` is the best plan that starts later; `mixed` the
    best that moves some segments and keeps the others.

    Args:
        values: Way to (c,) its value.
        best: (c,) index into WAYS.
        portfolio: (c,) index of the portfolio of the best way, 0 for all segments.
        mixed: (c,) index of the portfolio of the best mix.
        weighed: (p c) cells of all portfolios, portfolios first.
        size: Number of portfolios.
    """

    values: Mapping[Which, Array]
    best: NDArray[np.intp]
    portfolio: NDArray[np.intp]
    mixed: NDArray[np.intp]
    weighed: Weighed = field(repr=False)
    size: int

    def of(self, name: str) -> Array:
        """Return a field of all portfolios, (..., p, c)."""
        value: Array = getattr(self.weighed, name)
        return np.asarray(value.reshape(*value.shape[:-1], self.size, -1))

    @property
    def value(self) -> Array:
        """(c,) value of the best way, EUR."""
        return np.asarray(np.max(list(self.values.values()), axis=0))

    @property
    def left(self) -> Array:
        """(c,) probability that the best portfolio never starts."""
        return np.asarray(self.of("left")[self.portfolio, np.arange(len(self.portfolio))])

    @property
    def started(self) -> Array:
        """(t, c) probability that the best portfolio starts in each year."""
        return np.asarray(self.of("started")[:, self.portfolio, np.arange(len(self.portfolio))])

    def way(self, cell: int = 0) -> Which:
        """Return the best way of a cell."""
        return WAYS[int(self.best[cell])]


def portfolios(segments: Sequence[Segment], years: int) -> tuple[Portfolio, ...]:
    """Return what may move: all segments first, then the proper subsets of up to three segments.

    Of more than three segments each alone.

    Raises:
        DataError: Parts that are not positive or do not sum to one, a premium that is no number,
            or premiums whose mean is not zero.
    """
    if problems := _problems(segments, years):
        raise DataError(problems)
    whole = Portfolio(tuple(s.id for s in segments), "all segments", 1.0, np.zeros(years))
    if len(segments) < 2:
        return (whole,)
    sizes = range(1, len(segments)) if len(segments) <= _ALL_SUBSETS else (1,)
    found = [whole]
    for chosen in (c for size in sizes for c in combinations(segments, size)):
        part = sum(s.part for s in chosen)
        premium = np.sum([s.part * s.premium for s in chosen], axis=0) / part
        names = " and ".join(s.label for s in chosen)
        found.append(Portfolio(tuple(s.id for s in chosen), names, part, premium))
    return tuple(found)


def _problems(segments: Sequence[Segment], years: int) -> list[str]:
    problems = []
    for s in segments:
        if not (np.isfinite(s.part) and 0 < s.part <= 1):
            problems.append(f"segments: {s.id}: part {s.part:g} must be above 0 and at most 1")
        if np.shape(s.premium) != (years,) or not np.all(np.isfinite(s.premium)):
            problems.append(f"segments: {s.id}: premium: give one number for each year")
    if segments and not problems:
        total = sum(s.part for s in segments)
        mean = np.sum([s.part * s.premium for s in segments], axis=0)
        if abs(total - 1) > 1e-9:
            problems.append(f"segments: parts sum to {total:g}; they must sum to one")
        elif np.max(np.abs(mean)) > 1e-6:
            problems.append("segments: premiums: their mean over the parts must be zero")
    return problems


def judge(
    inputs: TimingInputs,
    chosen: Sequence[Portfolio],
    executor: Executor | None = None,
    rules: Sequence[Array] | None = None,
) -> Judged:
    """Return what each way is worth in every cell, and which is best.

    Args:
        inputs: Scalars or cells.
        chosen: Portfolios, all segments first.
        executor: Runs the cells; None in turn.
        rules: For each portfolio a rule, (t,), to be valued beside the best one.
    """
    cells, count = inputs.cells, len(chosen)
    wide: dict[str, Any] = {
        n: np.tile(np.asarray(getattr(inputs, n)), count) for n in inputs.wide()
    }
    wide["part"] = np.repeat([p.part for p in chosen], cells)
    wide["premium"] = np.repeat(np.stack([p.premium for p in chosen], axis=1), cells, axis=1)
    rule = None if rules is None else np.repeat(np.stack(rules, axis=1), cells, axis=1)
    weighed = weigh(replace(inputs, **wide), executor, rule)
    values, inside = _values(inputs, weighed, count)
    stacked = np.stack([values[w] for w in WAYS])
    best = np.argmax(stacked >= stacked.max(axis=0) - _TIE, axis=0)
    portfolio = np.take_along_axis(np.stack([inside[w] for w in WAYS]), best[None], axis=0)[0]
    return Judged(values, best, portfolio, inside["mixed"], weighed, count)


def _values(
    inputs: TimingInputs, weighed: Weighed, count: int
) -> tuple[dict[Which, Array], dict[Which, NDArray[np.intp]]]:
    """Return value and portfolio of each way, (c,) each."""

    def of(value: Array) -> Array:
        return value.reshape(*value.shape[:-1], count, -1)

    opened = np.array(inputs.open_years())
    opened[len(inputs.years) - inputs.lead :] = False
    first = int(np.argmax(inputs.open_years()))
    fixed = np.where(opened[:, None, None], of(weighed.fixed), -np.inf)
    now, later = fixed[first], np.delete(fixed, first, axis=0).max(axis=0)
    rule, never = of(weighed.value), of(weighed.never)[0]
    stays = of(weighed.left) >= 0.5
    at_once = ~stays & (of(weighed.started)[first] >= 0.5)
    starts_later = ~stays & ~at_once
    kept = np.where(stays, rule, -np.inf)
    moved = np.maximum(np.maximum(now, later), np.where(stays, -np.inf, rule))[1:]
    values: dict[Which, Array] = {
        "flexible": np.maximum(never, kept.max(axis=0)),
        "bespoke_now": np.where(at_once[0], rule[0], now[0]),
        "switch": np.where(starts_later[0], rule[0], later[0]),
        "mixed": moved.max(axis=0) if count > 1 else np.full(never.shape, -np.inf),
    }
    zero = np.zeros(never.shape, dtype=np.intp)
    inside: dict[Which, NDArray[np.intp]] = {
        "flexible": np.where(kept[0] >= kept.max(axis=0) - _TIE, 0, np.argmax(kept, axis=0)),
        "bespoke_now": zero,
        "switch": zero,
        "mixed": 1 + np.argmax(moved, axis=0) if count > 1 else zero,
    }
    return values, inside
