"""The extensive form: the whole tree as one mixed-integer program."""

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import LimitError
from wheelbase.plan.outcome import Method, Node, Outcome, Risk, outcome
from wheelbase.plan.program import Entries, Program, csr
from wheelbase.plan.solver import INFINITY, Arrays
from wheelbase.plan.watch import guarded

__all__ = ["extensive"]

Array = NDArray[np.float64]


def extensive(
    program: Program, gap: float = 1e-6, limit: float = INFINITY, risk: Risk | None = None
) -> Outcome:
    """Return the best strategy by solving the whole tree as one program.

    Args:
        program: What is decided.
        gap: Relative gap at which it may stop.
        limit: Seconds after which it stops with what it has.
        risk: How much the worst futures count; by default not at all.

    Raises:
        LimitError: No strategy was found in time.
    """
    began = time.perf_counter()
    arrays = program.extensive()
    if risk is not None:
        arrays = _with_risk(program, arrays, risk)
    nodes = [Node(program, n) for n in range(program.nodes)]
    found = guarded(arrays, gap, limit)
    if not found.has_point:
        raise LimitError(
            f"plan: the solver ended without a plan ({found.status.value}); "
            "allow more time in plan.limit, or a wider plan.gap, and run the study again"
        )
    point = found.point[: len(program.strategy.cost)]
    ended = Method.EXTENSIVE, found.status, time.perf_counter() - began
    return outcome(program, nodes, point, found.bound, ended, risk=risk)


def _with_risk(program: Program, arrays: Arrays, risk: Risk) -> Arrays:
    """Return the program that weighs the worst futures.

    min (1 - w) E[C] + w (eta + sum_leaf p_leaf xi_leaf / tail),  xi_leaf >= C_leaf - eta, xi >= 0
    """
    leaves, n = program.leaves, len(arrays.cost)
    first, wide = len(program.strategy.cost), program.operation.cost.shape[1]
    chance = np.array(program.probability)
    paid = program.paid_by_node()
    row = np.concatenate([paid.row, np.repeat(np.arange(program.nodes), wide)])
    column = np.concatenate([paid.column, first + np.arange(program.nodes * wide)])
    value = np.concatenate([paid.value, program.operation.cost.ravel()]) / chance[row]
    order = np.argsort(row, kind="stable")
    ends = np.searchsorted(row[order], np.arange(program.nodes + 1))
    parts = []
    for k, leaf in enumerate(leaves):
        own = np.concatenate([order[ends[m] : ends[m + 1]] for m in program.path(leaf)])
        parts.append(
            Entries(
                np.full(len(own) + 2, k),
                np.concatenate([column[own], [n, n + 1 + k]]),
                np.concatenate([value[own], [-1.0, -1.0]]),
            )
        )
    start, index, values = csr(
        Entries(
            np.concatenate([e.row for e in parts]),
            np.concatenate([e.column for e in parts]),
            np.concatenate([e.value for e in parts]),
        ),
        len(leaves),
    )
    tail = risk.weight * chance[list(leaves)] / risk.tail
    none, tall = np.zeros(len(leaves)), np.full(len(leaves), INFINITY)
    return replace(
        arrays,
        cost=np.concatenate([(1 - risk.weight) * arrays.cost, [risk.weight], tail]),
        offset=(1 - risk.weight) * arrays.offset,
        low=np.concatenate([arrays.low, [-INFINITY], none]),
        high=np.concatenate([arrays.high, [INFINITY], tall]),
        integer=np.concatenate([arrays.integer, np.zeros(len(leaves) + 1, bool)]),
        start=np.concatenate([arrays.start, arrays.start[-1] + start[1:]]),
        index=np.concatenate([arrays.index, index]),
        value=np.concatenate([arrays.value, values]),
        row_low=np.concatenate([arrays.row_low, -tall]),
        row_high=np.concatenate([arrays.row_high, none - program.strategy.offset]),
        columns=(),
        rows=(),
    )
