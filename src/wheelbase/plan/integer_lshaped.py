"""The integer L-shaped method: first stages of a few yes-or-no columns, whole recourse.

All first stages stand in a table with a bound of their cost from below. The one of the least
bound is looked at: first its subtrees are relaxed, which gives a cut for every first stage; when
it is the least again its subtrees are solved whole, until it is known to be no better than the
best, and it is struck off. No first stage is below the least bound of those that are left.

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
from wheelbase.plan.solver import INFINITY, Arrays, Solved, Status, engine, gap_of
from wheelbase.plan.stochastic import Extensive

__all__ = ["is_yes_or_no", "solve_by_table"]

Array = NDArray[np.float64]

_MOST = 16  # yes-or-no columns of a first stage
_LARGEST = 20_000_000  # entries of the table
_MET = 1e-7


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
    whole = [_Whole(s, arrays.integer[program.block == k]) for k, s in enumerate(subtrees)]
    table = _Table(master.first, len(subtrees))
    best, bound, kept, status = INFINITY, -INFINITY, np.zeros(0), Status.TIME
    while time.perf_counter() - began < limit:
        place, bound = table.least()
        if bound == INFINITY or gap_of(best, min(bound, best)) <= gap:
            status = Status.OPTIMAL if np.isfinite(best) else Status.INFEASIBLE
            break
        if not table.is_cut[place]:
            table.cut(place, subtrees)
            continue
        value = _value(table, whole, place, best)
        if value < best:
            best, kept = value, table.points[place]
        table.strike(place)
    bound = min(bound, best)
    return Solved(
        value=best, bound=bound, gap=gap_of(best, bound), status=status, point=kept,
        duals=np.zeros(0), seconds=time.perf_counter() - began,
    )  # fmt: skip


def _value(table: "_Table", whole: list["_Whole"], place: int, best: float) -> float:
    """Return the cost of a first stage, infinite as soon as it is known to be no better."""
    value, left = table.cost[place], float(table.floor[place].sum())
    for subtree, least in zip(whole, table.floor[place], strict=True):
        left -= least
        value += subtree.cost(table.points[place])
        if value + left >= best:
            return INFINITY
    return float(value)


class _Table:
    """All first stages of 0-or-1 columns that meet their own rows.

    `cost` is (p,) of the first stage alone, infinite once struck off; `floor` (p, k) bounds the
    cost of each subtree from below.
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

    def least(self) -> tuple[int, float]:
        """Return the point of the least bound, and that bound; infinite where none is left."""
        if not len(self.points):
            return 0, INFINITY
        bound = np.where(np.isinf(self.cost), INFINITY, self.cost + self.floor.sum(axis=1))
        place = int(np.argmin(bound))
        return place, float(bound[place])

    def cut(self, place: int, subtrees: list[Subtree]) -> None:
        """Bound every point by the relaxed subtrees at one of them."""
        point = self.points[place]
        self.is_cut[place] = True
        for k, subtree in enumerate(subtrees):
            is_met, cost, slope = subtree.at(point)
            line = cost + (self.points - point) @ slope
            if is_met:
                self.floor[:, k] = np.maximum(self.floor[:, k], line)
            else:
                self.cost[line > _MET] = self.cost[place] = INFINITY

    def strike(self, place: int) -> None:
        """Leave a point out."""
        self.cost[place] = INFINITY


class _Whole:
    """A subtree with whole columns, given the first stage."""

    def __init__(self, relaxed: Subtree, integer: NDArray[np.bool_]) -> None:
        """Hold the subtree."""
        self.relaxed = relaxed
        self.solver: Any = engine(replace(relaxed.arrays, integer=integer))

    def cost(self, point: Array) -> float:
        """Return the least cost; infinite where its rows cannot be met."""
        status = self.relaxed.run(self.solver, self.relaxed.taken(point))
        ended = highspy.HighsModelStatus
        if status == ended.kOptimal:
            return float(self.solver.getInfo().objective_function_value)
        if status in (ended.kInfeasible, ended.kUnboundedOrInfeasible):
            return INFINITY
        raise SolveError(f"integer L-shaped: a subtree has no least ({status.name})")
