"""The multi-cut L-shaped method: a master over the first stage, a program per subtree.

    min c x + sum_k theta_k,   theta_k >= Q_k(x^) + g_k (x - x^),   0 >= F_k(x^) + f_k (x - x^)

Q_k is the cost of subtree k given x, F_k by how much its rows cannot be met; g_k and f_k are
their slopes, minus the duals of the rows times their coefficients of x.

Source: Van Slyke and Wets, SIAM J. Appl. Math. 17 (1969); Birge and Louveaux, Eur. J. Oper. Res.
34 (1988) for a cut per scenario.
"""

import time
from dataclasses import replace
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import SolveError
from wheelbase.plan.solver import INFINITY, Arrays, Solved, Status, allow, engine, gap_of, solve
from wheelbase.plan.stochastic import Extensive

__all__ = ["Master", "Subtree", "cut_out", "parted", "solve_by_cuts"]

Array = NDArray[np.float64]
Index = NDArray[np.int64]


def solve_by_cuts(
    program: Extensive, gap: float = 1e-8, limit: float = INFINITY, rounds: int = 500
) -> Solved:
    """Return the least first stage of a program of subtrees, with a bound from below.

    `value` is of the best point found, `bound` of the last master that was solved to its end;
    `point` is the first stage.

    Args:
        program: Columns of the first stage first; the subtrees have no whole columns.
        gap: Relative gap at which to stop.
        limit: Seconds after which it stops with what it has.
        rounds: Most masters.

    Raises:
        SolveError: Whole columns in a subtree (cuts would bound the relaxed program only), a
            program without a point, or one whose master or subtree has no least.
    """
    began = time.perf_counter()
    master, subtrees = parted(program)
    best, bound, kept, status = INFINITY, -INFINITY, np.zeros(0), Status.GAP
    for _ in range(rounds):
        left = limit - (time.perf_counter() - began)
        if (found := master.least(left)) is None:
            status = Status.TIME
            break
        point, theta, least = found
        bound = max(bound, least)
        value, cut = master.cost(point), False
        for k, subtree in enumerate(subtrees):
            if time.perf_counter() - began > limit:
                value, status = INFINITY, Status.TIME
                break
            is_met, cost, slope = subtree.at(point)
            value += cost if is_met else INFINITY
            if not is_met or cost > theta[k] + 1e-10 * max(1.0, abs(cost)):
                master.cut(k if is_met else -1, cost, slope, point)
                cut = True
        if value < best:
            best, kept = value, point
        if status is Status.TIME:
            break
        if gap_of(best, min(bound, best)) <= gap or not cut:
            status = Status.OPTIMAL
            break
    bound = min(bound, best)
    return Solved(
        value=best, bound=bound, gap=gap_of(best, bound), status=status, point=kept,
        duals=np.zeros(0), seconds=time.perf_counter() - began,
    )  # fmt: skip


def parted(program: Extensive) -> tuple["Master", list["Subtree"]]:
    """Return the master and the subtrees of a program.

    Raises:
        SolveError: Whole columns in a subtree.
    """
    a, block = program.arrays, program.block
    if a.integer[block >= 0].any():
        raise SolveError(
            "L-shaped: columns after the first stage are whole, cuts would relax them; use the "
            "extensive form"
        )
    row_of = np.repeat(np.arange(len(a.row_low)), np.diff(a.start))
    row_block = np.full(len(a.row_low), -1, np.int64)
    np.maximum.at(row_block, row_of, block[a.index])
    count, width = int(block.max(initial=-1)) + 1, int((block == -1).sum())
    rows, columns = _grouped(row_block, count), _grouped(block, count)
    first, _ = cut_out(a, rows[0], columns[0], 0)
    subtrees = [Subtree(*cut_out(a, r, c, width), width) for r, c in
                zip(rows[1:], columns[1:], strict=True)]  # fmt: skip
    return Master(replace(first, offset=a.offset), subtrees), subtrees


def _grouped(label: Index, count: int) -> list[Index]:
    """Return the places of each label from -1 on, in order."""
    order = np.argsort(label, kind="stable")
    return np.split(order, np.searchsorted(label[order], np.arange(count)))


def cut_out(
    a: Arrays, rows: Index, columns: Index, width: int
) -> tuple[Arrays, tuple[Index, Index, Array]]:
    """Return the program of some rows and columns, and the coefficients of the first stage.

    Args:
        a: The whole program.
        rows: (r,) rows to take.
        columns: (c,) columns to take, rising.
        width: Columns of the first stage; those are left out of the program, and returned as
            (k,) row among `rows`, (k,) column and (k,) coefficient.
    """
    counts = a.start[rows + 1] - a.start[rows]
    row = np.repeat(np.arange(len(rows)), counts)
    at = np.arange(len(row)) + np.repeat(a.start[rows] - (np.cumsum(counts) - counts), counts)
    index, value = a.index[at], a.value[at]
    above = index < width
    local = np.searchsorted(columns, index[~above])
    start = np.concatenate([[0], np.cumsum(np.bincount(row[~above], minlength=len(rows)))])
    arrays = Arrays(
        cost=a.cost[columns],
        low=a.low[columns],
        high=a.high[columns],
        integer=a.integer[columns],
        start=start.astype(np.int32),
        index=local.astype(np.int32),
        value=value[~above],
        row_low=a.row_low[rows],
        row_high=a.row_high[rows],
    )
    return arrays, (row[above], index[above].astype(np.int64), value[above])


class Master:
    """The first stage and what is known of the cost of each subtree."""

    def __init__(self, first: Arrays, subtrees: list["Subtree"]) -> None:
        """Hold the first stage; no subtree counts yet."""
        self.first, self.subtrees = first, subtrees
        self.has_floors = self.is_empty = False
        self.width = len(first.cost)
        self.solver = engine(first, gap=1e-9)
        none = np.zeros(0, np.int32), np.zeros(0)
        for _ in subtrees:
            self.solver.addCol(0.0, 0.0, 0.0, 0, *none)
        self.known = np.zeros(len(subtrees), bool)

    def cost(self, point: Array) -> float:
        """Return the cost of the first stage alone."""
        return float(self.first.cost @ point) + self.first.offset

    def least(self, limit: float) -> tuple[Array, Array, float] | None:
        """Return the least point, the cost of each subtree that is allowed for, and the bound.

        None where the limit comes first: a point that is not yet the least bounds nothing.
        """
        solver, whole = self.solver, self.first.integer
        allow(solver, limit, bool(whole.any()))
        solver.run()
        status, ended = solver.getModelStatus(), highspy.HighsModelStatus
        if status == ended.kTimeLimit:
            return None
        if status in (ended.kUnbounded, ended.kUnboundedOrInfeasible) and not self.has_floors:
            self._lay_floors()
            return self.least(limit)
        if status in (ended.kInfeasible, ended.kUnboundedOrInfeasible):
            self.is_empty = True
            raise SolveError("L-shaped: no point meets all rows; loosen one")
        if status != ended.kOptimal:
            raise SolveError(
                f"L-shaped: the first stage has no least ({status.name}); bound its columns or "
                "use the extensive form"
            )
        found = np.array(solver.getSolution().col_value)
        point = np.where(whole, np.round(found[: self.width]), found[: self.width])
        info = solver.getInfo()
        bound = info.mip_dual_bound if whole.any() else info.objective_function_value
        theta = np.where(self.known, found[self.width :], -INFINITY)
        return point, theta, bound if self.known.all() else -INFINITY

    def _know(self, subtree: int, floor: float) -> None:
        """Let the cost of a subtree count, from a floor on."""
        self.known[subtree] = True
        self.solver.changeColCost(self.width + subtree, 1.0)
        self.solver.changeColBounds(self.width + subtree, floor, INFINITY)

    def _lay_floors(self) -> None:
        """Bound the cost of each subtree by its least over all first stages."""
        self.has_floors = True
        for k, subtree in enumerate(self.subtrees):
            floor = subtree.floor(self.first)
            if np.isfinite(floor):
                self._know(k, floor)

    def cut(self, subtree: int, value: float, slope: Array, point: Array) -> None:
        """Add value + slope (x - point) <= theta of a subtree, or <= 0 where that is -1."""
        columns = np.flatnonzero(slope)
        terms = -slope[columns]
        if subtree >= 0:
            if not self.known[subtree]:
                self._know(subtree, -INFINITY)
            columns, terms = np.append(columns, self.width + subtree), np.append(terms, 1.0)
        least = value - float(slope @ point)
        self.solver.addRow(least, INFINITY, len(columns), columns.astype(np.int32), terms)


class Subtree:
    """What lies below a child of the root, given the first stage."""

    def __init__(self, arrays: Arrays, above: tuple[Index, Index, Array], width: int) -> None:
        """Hold a subtree and its coefficients of the first stage."""
        self.arrays, self.width = arrays, width
        self.row, self.column, self.value = above
        self.solver = engine(arrays)
        self.rows = np.arange(len(arrays.row_low), dtype=np.int32)
        self.elastic: Any = None

    def at(self, point: Array) -> tuple[bool, float, Array]:
        """Return whether its rows can be met, its cost or the miss, and the slope of that."""
        taken = self.taken(point)
        ended = highspy.HighsModelStatus
        status = self.run(self.solver, taken)
        if status == ended.kOptimal:
            return True, *self._found(self.solver)
        if status not in (ended.kInfeasible, ended.kUnboundedOrInfeasible):
            raise SolveError(f"L-shaped: a subtree has no least ({status.name}); bound its columns")
        if self.elastic is None:
            self.elastic = engine(_elastic(self.arrays))
        if self.run(self.elastic, taken) != ended.kOptimal:
            raise SolveError("L-shaped: a subtree cannot be relaxed; use the extensive form")
        return False, *self._found(self.elastic)

    def taken(self, point: Array) -> Array:
        """Return (m,) what the first stage takes of each row."""
        found = np.zeros(len(self.rows))
        np.add.at(found, self.row, self.value * point[self.column])
        return found

    def floor(self, first: Arrays) -> float:
        """Return the least cost over all first stages that meet their own rows."""
        a, rows, width = self.arrays, len(first.row_low), self.width
        own = np.repeat(np.arange(len(self.rows)), np.diff(a.start))
        above = np.repeat(np.arange(rows), np.diff(first.start))
        row = np.concatenate([above, rows + self.row, rows + own])
        order = np.argsort(row, kind="stable")
        column = np.concatenate([first.index, self.column, width + a.index])[order]
        counts = np.bincount(row, minlength=rows + len(self.rows))
        joined = Arrays(
            cost=np.concatenate([np.zeros(width), a.cost]),
            low=np.concatenate([first.low, a.low]),
            high=np.concatenate([first.high, a.high]),
            integer=np.zeros(width + len(a.cost), bool),
            start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
            index=column.astype(np.int32),
            value=np.concatenate([first.value, self.value, a.value])[order],
            row_low=np.concatenate([first.row_low, a.row_low]),
            row_high=np.concatenate([first.row_high, a.row_high]),
        )
        return solve(joined).bound

    def run(self, solver: Any, taken: Array) -> Any:
        """Return how a solver of its rows ends, after the first stage took its part."""
        low, high = self.arrays.row_low - taken, self.arrays.row_high - taken
        solver.changeRowsBounds(len(self.rows), self.rows, low, high)
        solver.run()
        return solver.getModelStatus()

    def _found(self, solver: Any) -> tuple[float, Array]:
        duals = np.array(solver.getSolution().row_dual)
        slope = np.zeros(self.width)
        np.add.at(slope, self.column, -self.value * duals[self.row])
        return solver.getInfo().objective_function_value, slope


def _elastic(a: Arrays) -> Arrays:
    """Return the program that minimises by how much its rows are missed."""
    rows = len(a.row_low)
    counts = np.diff(a.start) + 2
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    index, value = np.empty(start[-1], np.int32), np.empty(start[-1])
    kept = np.ones(start[-1], bool)
    kept[start[1:] - 1] = kept[start[1:] - 2] = False
    index[kept], value[kept] = a.index, a.value
    index[start[1:] - 2] = len(a.cost) + np.arange(rows)
    index[start[1:] - 1] = len(a.cost) + rows + np.arange(rows)
    value[start[1:] - 2], value[start[1:] - 1] = 1.0, -1.0
    more = 2 * rows
    return Arrays(
        cost=np.concatenate([np.zeros(len(a.cost)), np.ones(more)]),
        low=np.concatenate([a.low, np.zeros(more)]),
        high=np.concatenate([a.high, np.full(more, np.inf)]),
        integer=np.zeros(len(a.cost) + more, bool),
        start=start, index=index, value=value, row_low=a.row_low, row_high=a.row_high,
    )  # fmt: skip
