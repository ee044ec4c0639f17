"""A linear or mixed-integer program in arrays; its solution with value, bound, gap and status."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

__all__ = ["INFINITY", "Arrays", "Solved", "Status", "allow", "engine", "gap_of", "solve"]
__all__ += ["solved_of"]

Array = NDArray[np.float64]
_Index = NDArray[np.integer[Any]]
_Flags = NDArray[np.bool_]

INFINITY = float("inf")


class Status(Enum):
    """How a solve ended."""

    OPTIMAL = "optimal"
    GAP = "gap reached"
    TIME = "time limit"
    INTERRUPTED = "interrupted"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrays:
    """min cost x + offset, row_low <= A x <= row_high, low <= x <= high, some x whole.

    A stands by rows: row r has `value[start[r]:start[r+1]]` in columns `index[...]`.

    Args:
        cost: (n,) of the columns.
        low: (n,) least.
        high: (n,) greatest, may be infinite.
        integer: (n,) whether whole.
        start: (m + 1,) where each row begins.
        index: (k,) columns.
        value: (k,) coefficients.
        row_low: (m,) least of each row.
        row_high: (m,) greatest.
        offset: Added to the value.
        columns: (n,) names, or none.
        rows: (m,) names, or none.
    """

    cost: Array
    low: Array
    high: Array
    integer: _Flags
    start: _Index
    index: _Index
    value: Array
    row_low: Array
    row_high: Array
    offset: float = 0.0
    columns: Sequence[str] = ()
    rows: Sequence[str] = ()

    @property
    def is_mixed(self) -> bool:
        """Whether some columns are whole."""
        return bool(self.integer.any())


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """What a solver found; minimised.

    Args:
        value: Of the point; infinite where none was found.
        bound: No point is below it.
        gap: Relative distance of the two.
        status: How it ended.
        point: (n,) the columns; empty where none was found.
        duals: (m,) of the rows, d value / d row side; of a program with whole columns none.
        seconds: Wall time.
    """

    value: float
    bound: float
    gap: float
    status: Status
    point: Array = field(repr=False)
    duals: Array = field(repr=False)
    seconds: float

    @property
    def has_point(self) -> bool:
        """Whether a point was found."""
        return len(self.point) > 0


def gap_of(value: float, bound: float) -> float:
    """Return the relative distance of a value and its bound; infinite without a value."""
    if not np.isfinite(value):
        return INFINITY
    return abs(value - bound) / max(abs(value), 1e-9) if value != bound else 0.0


_PLAIN = ("mip_heuristic_run_rins", "mip_heuristic_run_rens", "mip_detect_symmetry")
"""What costs the master of a decomposition more than it brings (benchmarks/plan.py)."""


def engine(arrays: Arrays, gap: float = 1e-6, limit: float = INFINITY, plain: bool = False) -> Any:
    """Return a HiGHS instance that holds the program; the same arrays always run the same way.

    Args:
        arrays: The program.
        gap: Relative gap at which a program with whole columns may stop.
        limit: Seconds.
        plain: Without smaller programs inside, and without the search for symmetry.
    """
    solver = highspy.Highs()
    solver.silent()
    for name in _PLAIN if plain else ():
        solver.setOptionValue(name, False)
    for key, setting in (("threads", 1), ("random_seed", 1), ("mip_rel_gap", gap)):
        solver.setOptionValue(key, setting)
    if np.isfinite(limit):
        solver.setOptionValue("time_limit", float(limit))
    n, m = len(arrays.cost), len(arrays.row_low)
    kinds = np.where(arrays.integer, 1, 0).astype(np.int32)
    status = solver.passModel(
        n, m, len(arrays.value), 0, int(highspy.MatrixFormat.kRowwise), 0,
        int(highspy.ObjSense.kMinimize), float(arrays.offset), arrays.cost, arrays.low,
        arrays.high, arrays.row_low, arrays.row_high, arrays.start.astype(np.int32),
        arrays.index.astype(np.int32), arrays.value, *_no_hessian(), kinds,
    )  # fmt: skip
    if status == highspy.HighsStatus.kError:
        raise ValueError("the solver refuses the arrays: a column twice in a row, or no number")
    return solver


def allow(solver: Any, seconds: float, mixed: bool) -> None:
    """Let the next run of a HiGHS instance take so many seconds.

    Its clock begins anew with each program that has whole columns, and runs on over all others.
    """
    if np.isfinite(seconds):
        spent = 0.0 if mixed else solver.getRunTime()
        solver.setOptionValue("time_limit", float(spent + max(seconds, 0.0)))


def _no_hessian() -> tuple[_Index, _Index, Array]:
    return np.zeros(1, np.int32), np.zeros(0, np.int32), np.zeros(0)


def solve(
    arrays: Arrays,
    gap: float = 1e-6,
    limit: float = INFINITY,
    begin: Array | None = None,
    inside: bool = False,
    plain: bool = False,
) -> Solved:
    """Return the least point of a program, with its bound.

    Args:
        arrays: The program.
        gap: Relative gap at which a program with whole columns may stop.
        limit: Seconds after which it stops with what it has.
        begin: (n,) a point to begin from.
        inside: Whether to go through the inside, without a last step to a corner; for linear
            programs of a million columns.
        plain: As for `engine`.
    """
    solver = engine(arrays, gap, limit, plain)
    if inside:
        solver.setOptionValue("solver", "ipm")
        solver.setOptionValue("run_crossover", "off")
    if begin is not None:
        known = highspy.HighsSolution()
        known.col_value = list(begin)
        solver.setSolution(known)
    began = time.perf_counter()
    solver.run()
    return solved_of(solver, arrays, time.perf_counter() - began)


def _is_feasible(arrays: Arrays) -> bool:
    """Return whether any point satisfies all rows."""
    solver = engine(replace(arrays, cost=np.zeros_like(arrays.cost)))
    solver.run()
    return bool(solver.getInfo().primal_solution_status == 2)


def solved_of(solver: Any, arrays: Arrays, seconds: float) -> Solved:
    """Return what a HiGHS instance has found."""
    ended, info = highspy.HighsModelStatus, solver.getInfo()
    found = solver.getModelStatus()
    none = np.zeros(0)
    if found == ended.kUnboundedOrInfeasible:
        found = ended.kUnbounded if _is_feasible(arrays) else ended.kInfeasible
    if found == ended.kInfeasible:
        return Solved(value=INFINITY, bound=INFINITY, gap=0.0, status=Status.INFEASIBLE,
                      point=none, duals=none, seconds=seconds)  # fmt: skip
    if found == ended.kUnbounded:
        return Solved(value=-INFINITY, bound=-INFINITY, gap=0.0, status=Status.UNBOUNDED,
                      point=none, duals=none, seconds=seconds)  # fmt: skip
    value, mixed = info.objective_function_value, arrays.is_mixed
    has_point = info.primal_solution_status == 2
    done = found == ended.kOptimal
    bound = info.mip_dual_bound if mixed else value if done else -INFINITY
    if not has_point:
        value = INFINITY
    bound = min(bound, value)
    solution = solver.getSolution()
    gap = gap_of(value, bound)
    status = Status.OPTIMAL if gap <= 1e-6 else Status.GAP
    if not done:
        status = Status.TIME if found == ended.kTimeLimit else Status.INTERRUPTED
    return Solved(
        value=value,
        bound=bound,
        gap=gap,
        status=status,
        point=np.array(solution.col_value) if has_point else none,
        duals=none if mixed else np.array(solution.row_dual),
        seconds=seconds,
    )
