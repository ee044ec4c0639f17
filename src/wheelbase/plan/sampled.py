"""Bounds by samples, for two-stage programs whose scenarios cannot be written out.

From above: a first stage is costed on draws that it was not chosen from. From below: the mean of
the least values of sampled programs, which never exceeds the least value in expectation. Draws
are stratified in each random element, so a spread is taken over independent batches.

Source: Mak, Morton, Wood, Monte Carlo bounding techniques for determining solution quality in
stochastic programs, Oper. Res. Letters 24 (1999); McKay, Beckman, Conover, Technometrics 21
(1979) for the stratified draws.
"""

import time
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import DataError, LimitError, SolveError
from wheelbase.plan.lshaped import cut_out
from wheelbase.plan.solver import INFINITY, Status, engine, solve
from wheelbase.plan.stochastic import (
    Extensive,
    Level,
    Slots,
    StochasticProgram,
    extensive,
)

__all__ = ["Estimate", "SampledBounds", "Sampling", "bound_by_samples"]

Array = NDArray[np.float64]
Index = NDArray[np.int64]

_BATCHES = 10
_T = 2.262157  # 97.5 % point of Student's t with nine degrees of freedom
_FEASIBLE = 1e-6


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean of ten independent batches, and half of its 95 % interval."""

    mean: float
    half: float

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self.mean - self.half

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self.mean + self.half


@dataclass(frozen=True, slots=True)
class Sampling:
    """How much is drawn.

    Args:
        seed: Of the draws; the same seed gives the same bounds.
        draws: In each of the ten batches on which a first stage is costed.
        size: Draws in each of the ten sampled programs.
    """

    seed: int = 1
    draws: int = 100
    size: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledBounds:
    """What is known of the least value.

    Args:
        upper: Cost of `first`; the least value is not above its expectation.
        lower: The least value is not below its expectation.
        first: (n,) the first stage that was costed.
        seconds: Wall time.
    """

    upper: Estimate
    lower: Estimate
    first: Array = field(repr=False)
    seconds: float


def bound_by_samples(
    program: StochasticProgram,
    sampling: Sampling,
    first: Array | None = None,
    limit: float = INFINITY,
) -> SampledBounds:
    """Return bounds of the least value of a two-stage program of random elements.

    Args:
        program: Only right-hand sides and coefficients of the first stage are random.
        sampling: How much is drawn.
        first: (n,) a first stage to cost; that of the first sampled program if none is given.
        limit: Seconds that it may take.

    Raises:
        DataError: It has more stages, scenarios as a tree, or other data are random; a first
            stage of another length or that breaks its rows.
        SolveError: A sampled program has no least point, or a draw has no recourse.
        LimitError: The limit is reached before all samples are drawn.
    """
    began = time.perf_counter()
    _refuse(program, first)
    rng = np.random.default_rng(sampling.seed)
    least, points = [], []
    for _ in range(_BATCHES):
        sampled = extensive(program, _drawn(program, sampling.size, rng))
        left = began + limit - time.perf_counter()
        done = solve(sampled.arrays, limit=max(left, 0.1), inside=True)
        if done.status is Status.TIME:
            raise LimitError(f"samples: not done after {limit:.0f} s; allow more")
        if not done.has_point:
            raise SolveError(f"a sampled program has no least point ({done.status.value})")
        least.append(done.bound)
        points.append(done.point[sampled.block < 0])
    point = points[0] if first is None else first
    recourse = _Recourse(program, point)
    costs = [recourse.mean(_drawn(program, sampling.draws, rng)[1]) for _ in range(_BATCHES)]
    return SampledBounds(
        upper=_estimate(costs),
        lower=_estimate(least),
        first=point,
        seconds=time.perf_counter() - began,
    )


def _estimate(found: list[float]) -> Estimate:
    spread = float(np.std(found, ddof=1))
    return Estimate(float(np.mean(found)), _T * spread / len(found) ** 0.5)


def _refuse(program: StochasticProgram, first: Array | None) -> None:
    """Refuse what cannot be bounded by these samples."""
    problems = []
    begins = Slots.of(program.core).begins
    if len(program.periods) != 2 or program.tree:
        problems.append("samples: two stages and INDEP or BLOCKS are needed; write it out instead")
    if program.has_whole_recourse:
        problems.append("samples: columns of the second stage are whole; write it out instead")
    random = np.concatenate([r.slots for r in program.randoms if r.stage > 0] or [begins[:0]])
    core = program.core
    entry = random[(random >= begins[2]) & (random < begins[3])] - begins[2]
    other = (random < begins[1]) | (random >= begins[3])
    if other.any() or (program.column_stage[core.column_of[entry]] > 0).any():
        problems.append("samples: random costs, bounds or recourse are not read; write it out")
    if first is not None:
        problems += _first_problems(program, first)
    if problems:
        raise DataError(problems)


def _first_problems(program: StochasticProgram, first: Array) -> list[str]:
    """Return why a first stage may not stand: its length, its bounds, its rows."""
    core, here = program.core, program.column_stage == 0
    if len(first) != here.sum():
        return [f"first stage: {len(first)} numbers for {here.sum()} columns; give one for each"]
    low, high = core.low[here], core.high[here]
    scale = np.maximum(1.0, np.abs(first))
    miss = max(np.max((low - first) / scale, initial=0), np.max((first - high) / scale, initial=0))
    full = np.zeros(len(core.cost))
    full[here] = first
    sums = np.zeros(len(core.rhs))
    np.add.at(sums, core.row_of, core.value * full[core.column_of])
    rows, scale = program.row_stage == 0, np.maximum(1.0, np.abs(core.rhs))
    gaps = np.maximum(core.rhs + core.low_shift - sums, sums - core.rhs - core.high_shift) / scale
    miss = max(miss, np.max(gaps[rows], initial=0))
    if miss > _FEASIBLE:
        return [f"first stage: misses a bound or row by {miss:.2g} of it; give one that holds"]
    return []


def _drawn(program: StochasticProgram, count: int, rng: np.random.Generator) -> tuple[Level, Level]:
    """Return a tree of `count` draws, stratified in each random element."""
    sides = []
    for stage, size in ((0, 1), (1, count)):
        slots: list[Index] = [np.zeros(0, np.int64)]
        values: list[Array] = [np.zeros((size, 0))]
        for random in program.randoms:
            if random.stage != stage:
                continue
            at = (rng.permutation(size) + rng.random(size)) / size
            edges = np.cumsum(random.probability) / random.probability.sum()
            choice = np.minimum(np.searchsorted(edges, at, side="right"), len(edges) - 1)
            slots.append(random.slots)
            values.append(random.values[choice])
        weight = np.full(size, program.mass / size if stage else 1.0)
        sides.append(
            Level(
                parent=np.zeros(size, np.int64),
                probability=weight,
                slots=np.concatenate(slots),
                values=np.hstack(values),
            )
        )
    return sides[0], sides[1]


class _Recourse:
    """The second stage of a program after a first stage: one linear program, its sides changed."""

    def __init__(self, program: StochasticProgram, first: Array) -> None:
        core, rows = program.core, np.flatnonzero(program.row_stage == 1)
        one = _one_scenario(program)
        below = np.arange(len(core.rhs) - len(rows), len(core.rhs))
        arrays, _ = cut_out(one.arrays, below, np.flatnonzero(one.block >= 0), len(first))
        self.core, self.rows, self.mass = core, rows, program.mass
        self.cost = float(core.cost[program.column_stage == 0] @ first) + core.offset
        self.point = np.zeros(len(core.cost))
        self.point[program.column_stage == 0] = first
        self.solver = engine(arrays)
        self.numbers = np.arange(len(rows), dtype=np.int32)
        self.begins = Slots.of(core).begins

    def mean(self, drawn: Level) -> float:
        """Return the cost of the first stage plus the mean of that of the second over draws."""
        total = 0.0
        core, begins = self.core, self.begins
        is_side = drawn.slots < begins[2]
        row = np.where(is_side, drawn.slots - begins[1], 0)
        entry = np.where(is_side, 0, drawn.slots - begins[2])
        row = np.where(is_side, row, core.row_of[entry])
        factor = np.where(is_side, 1.0, -self.point[core.column_of[entry]])
        usual = np.where(is_side, core.rhs[row], core.value[entry])
        side = core.rhs.copy()
        np.add.at(side, core.row_of, -core.value * self.point[core.column_of])
        for values in drawn.values:
            moved = side.copy()
            np.add.at(moved, row, (values - usual) * factor)
            low, high = (moved + core.low_shift)[self.rows], (moved + core.high_shift)[self.rows]
            self.solver.changeRowsBounds(len(self.rows), self.numbers, low, high)
            self.solver.run()
            if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                raise SolveError("the first stage leaves a draw without recourse; give another")
            total += self.solver.getInfo().objective_function_value
        return self.cost + self.mass * total / len(drawn.values)


def _one_scenario(program: StochasticProgram) -> Extensive:
    none = np.zeros(0, np.int64)
    level = Level(parent=np.zeros(1, np.int64), probability=np.ones(1), slots=none,
                  values=np.zeros((1, 0)))  # fmt: skip
    return extensive(program, (level, level))
