"""The extensive form: the whole tree as one mixed-integer program."""

import time

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import SolveError
from wheelbase.plan.outcome import Method, Node, Outcome, outcome
from wheelbase.plan.program import Program
from wheelbase.plan.solver import INFINITY, solve

__all__ = ["extensive"]

Array = NDArray[np.float64]


def extensive(
    program: Program, gap: float = 1e-6, limit: float = INFINITY, begin: Array | None = None
) -> Outcome:
    """Return the best strategy by solving the whole tree as one program.

    Args:
        program: What is decided.
        gap: Relative gap at which it may stop.
        limit: Seconds after which it stops with what it has.
        begin: (s,) a strategy to begin from.

    Raises:
        SolveError: No strategy satisfies all rows, or none was found in time.
    """
    began = time.perf_counter()
    arrays = program.extensive()
    nodes = [Node(program, n) for n in range(program.nodes)]
    known = None
    if begin is not None:
        seen = program.state_of(begin)
        points = [node.point(state)[0] for node, state in zip(nodes, seen, strict=True)]
        known = np.concatenate([begin, *points])
    found = solve(arrays, gap, limit, known)
    if not found.has_point:
        raise SolveError(f"plan: the solver ended without a plan ({found.status.value})")
    point = found.point[: len(program.strategy.cost)]
    ended = Method.EXTENSIVE, found.status, time.perf_counter() - began
    return outcome(program, nodes, point, found.bound, ended)
