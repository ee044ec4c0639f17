"""The integer L-shaped method: first stages of a few yes-or-no columns, whole recourse.

All first stages stand in a table with a bound of their cost from below. The one of the least
bound is looked at: first its subtrees are relaxed, which gives a cut for every first stage; when
it is the least again its subtrees are solved whole, until it is known to be no better than the
best, and it is struck off. No first stage is below the least bound of those that are left and of
those that were struck off.

Source: Laporte and Louveaux, Oper. Res. Letters 13 (1993); striking off what has been costed
follows Ahmed, Oper. Res. Letters 41 (2013).
"""

import time
from dataclasses import replace
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import SolveError
from wheelbase.plan.lshaped import Subtree, parted
from wheelbase.plan.solver import INFINITY, Arrays, Solved, Status, allow, engine, gap_of
from wheelbase.plan.stochastic import Extensive

__all__ = ["is_yes_or_no", "solve_by_table"]

Array = NDArray[np.float64]

_MOST = 16  # yes-or-no columns of a first stage
_LARGEST = 20_000_000  # entries of the table
_MET = 1e-7
_SHARE = 0.1  # of the gap, that a subtree may leave


def is_yes_or_no(program: Extensive) -> bool:
    """Return whether first-stage columns are 0 or 1, and few, and some later ones are whole."""
    a, first = program.arrays, program.block < 0
    within = a.integer & (a.low >= 0) & (a.high <= 1)
    few = 0 < first.sum() <= _MOST and 2 ** int(first.sum()) * (program.block.max() + 1) <= _LARGEST
    return bool(few and within[first].all() and a.integer[~first].any())


def solve_by_table(program: Extensive, gap: float = 1e-6, limit: float = INFINITY) -> Solved:
    """Return the least first stage of yes-or-no columns with whole recourse, and a bound.

    Args:
        program: Columns of the first stage first, all of them 0 or 1.
        gap: Relative gap at which to stop.
        limit: Seconds after which it stops with what it has.

    Raises:
        SolveError: A first stage of other columns, or a subtree without a least.
    """
    began = time.perf_counter()
    if not is_yes_or_no(program):
        raise SolveError(
            "integer L-shaped: not a first stage of few 0-or-1 columns; use the extensive form"
        )
    arrays = program.arrays
    relaxed = replace(arrays, integer=arrays.integer & (program.block < 0))
    master, subtrees = parted(Extensive(relaxed, program.block))
    whole = [
        _Whole(s, arrays.integer[program.block == k], _SHARE * gap) for k, s in enumerate(subtrees)
    ]
    table = _Table(master.first, len(subtrees))
    best, bound, kept, status = INFINITY, -INFINITY, np.zeros(0), Status.TIME
    until = began + limit
    while time.perf_counter() < until:
        place, least = table.least()
        bound = min(least, table.struck)
        is_close = gap_of(best, min(bound, best)) <= gap
        if is_close or least == INFINITY:
            status = Status.OPTIMAL if is_close else Status.GAP
            status = status if np.isfinite(best) else Status.INFEASIBLE
            break
        if not table.is_cut[place]:
            table.cut(place, subtrees, until)
            continue
        if (found := _value(table, whole, place, best, until)) is None:
            break
        if found[0] < best:
            best, kept = found[0], table.points[place]
        table.strike(place, found[1])
    bound = min(bound, best)
    return Solved(
        value=best, bound=bound, gap=gap_of(best, bound), status=status, point=kept,
        duals=np.zeros(0), seconds=time.perf_counter() - began,
    )  # fmt: skip


def _value(
    table: "_Table", whole: list["_Whole"], place: int, best: float, until: float
) -> tuple[float, float] | None:
    """Return the cost of a first stage and its bound, both infinite once known to be no better.

    None where the time is up before.
    """
    value = bound = float(table.cost[place])
    left = float(table.floor[place].sum())
    for subtree, least in zip(whole, table.floor[place], strict=True):
        left -= least
        found = subtree.cost(table.points[place], until - time.perf_counter())
        if found is None:
            return None
        value, bound = value + found[0], bound + found[1]
        if bound + left >= best:
            return INFINITY, INFINITY
    return value, bound


class _Table:
    """All first stages of 0-or-1 columns that meet their own rows.

    `cost` is (p,) of the first stage alone, infinite once struck off; `floor` (p, k) bounds the
    cost of each subtree from below; `struck` bounds what was struck off.
    """

    def __init__(self, first: Arrays, subtrees: int) -> None:
        """Hold every point of the first stage, with nothing known of the subtrees."""
        width = len(first.cost)
        points = (np.arange(2**width)[:, None] >> np.arange(width)) & 1
        row = np.repeat(np.arange(len(first.row_low)), np.diff(first.start))
        matrix = np.zeros((len(first.row_low), width))
        np.add.at(matrix, (row, first.index), first.value)
        sums = points @ matrix.T
        meets = (sums >= first.row_low - _MET) & (sums <= first.row_high + _MET)
        within = (points >= first.low) & (points <= first.high)
        self.points = points[meets.all(axis=1) & within.all(axis=1)].astype(np.float64)
        self.cost = self.points @ first.cost + first.offset
        self.floor = np.full((len(self.points), subtrees), -INFINITY)
        self.is_cut = np.zeros(len(self.points), bool)
        self.struck = INFINITY

    def least(self) -> tuple[int, float]:
        """Return the point of the least bound, and that bound; infinite where none is left."""
        if not len(self.points):
            return 0, INFINITY
        bound = np.where(np.isinf(self.cost), INFINITY, self.cost + self.floor.sum(axis=1))
        place = int(np.argmin(bound))
        return place, float(bound[place])

    def cut(self, place: int, subtrees: list[Subtree], until: float) -> None:
        """Bound every point by the relaxed subtrees at one of them, as far as the time allows."""
        point = self.points[place]
        self.is_cut[place] = True
        for k, subtree in enumerate(subtrees):
            if time.perf_counter() > until:
                return
            is_met, cost, slope = subtree.at(point)
            line = cost + (self.points - point) @ slope
            if is_met:
                self.floor[:, k] = np.maximum(self.floor[:, k], line)
            else:
                self.cost[line > _MET] = self.cost[place] = INFINITY

    def strike(self, place: int, bound: float) -> None:
        """Leave a point out, and keep what bounds it from below."""
        self.cost[place] = INFINITY
        self.struck = min(self.struck, bound)


class _Whole:
    """A subtree with whole columns, given the first stage."""

    def __init__(self, relaxed: Subtree, integer: NDArray[np.bool_], gap: float) -> None:
        """Hold the subtree."""
        self.relaxed, self.is_mixed = relaxed, bool(integer.any())
        self.solver: Any = engine(replace(relaxed.arrays, integer=integer), gap)

    def cost(self, point: Array, seconds: float) -> tuple[float, float] | None:
        """Return the least cost and its bound, infinite where its rows cannot be met.

        None where it takes longer than so many seconds.
        """
        allow(self.solver, seconds, self.is_mixed)
        status = self.relaxed.run(self.solver, self.relaxed.taken(point))
        ended, info = highspy.HighsModelStatus, self.solver.getInfo()
        if status == ended.kTimeLimit:
            return None
        if status == ended.kOptimal:
            value = float(info.objective_function_value)
            return value, float(info.mip_dual_bound) if self.is_mixed else value
        if status in (ended.kInfeasible, ended.kUnboundedOrInfeasible):
            return INFINITY, INFINITY
        raise SolveError(f"integer L-shaped: a subtree has no least ({status.name})")
