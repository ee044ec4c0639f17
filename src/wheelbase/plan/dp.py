"""Exact dynamic programming over the capacity states that a program can reach."""

import time
from collections.abc import Iterator
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import SolveError
from wheelbase.plan.outcome import Method, Node, Outcome, outcome
from wheelbase.plan.program import Program
from wheelbase.plan.solver import Status

__all__ = ["dynamic", "is_small"]

Array = NDArray[np.float64]
_Key = tuple[int, bytes]

_MOST_ACTIONS = 5_000
_MOST_STATES = 500_000
_SLACK = 1e-9


def is_small(program: Program) -> bool:
    """Return whether every node has whole decisions only, and few enough to try them all."""
    s = program.strategy
    if not (s.integer.all() and np.isfinite(s.low).all() and np.isfinite(s.high).all()):
        return False
    ranges = s.high - s.low + 1
    return all(
        prod(float(v) for v in ranges[program.node == n]) <= _MOST_ACTIONS
        for n in range(program.nodes)
    )


def dynamic(program: Program, most_states: int = _MOST_STATES) -> Outcome:
    """Return the best strategy by backward recursion over states, exactly.

    V(n, m) = min over decisions a of node n: cost a + Q_n(state) + sum over children V(child, m').
    The memory m of a node is what the decisions before it add to every row and state from there on;
    lead times, limits and commitments need no treatment of their own.

    Args:
        program: With whole decisions, and rows along paths only.
        most_states: States beyond which it gives up.

    Raises:
        SolveError: Decisions are not whole or too many, a row joins branches, too many states, or
            no strategy satisfies all rows.
    """
    if not is_small(program):
        raise SolveError(
            "plan: a dynamic programme needs whole decisions within limits, at most "
            f"{_MOST_ACTIONS:,} of them at a node; take Benders decomposition"
        )
    began = time.perf_counter()
    search = _Search(program, most_states)
    value = search.best(0, np.zeros(len(program.strategy.cost)))
    if not np.isfinite(value):
        raise SolveError("plan: no strategy satisfies all rows")
    point = search.strategy()
    seconds = time.perf_counter() - began
    ended = Method.DYNAMIC, Status.OPTIMAL, seconds
    total = value + program.strategy.offset
    return outcome(program, search.nodes, point, total, ended, len(search.known))


class _Search:
    """The recursion with its table."""

    def __init__(self, program: Program, most: int) -> None:
        self.program, self.most = program, most
        self.nodes = [Node(program, n) for n in range(program.nodes)]
        self.known: dict[_Key, tuple[float, Array]] = {}
        self.children = [
            [c for c, p in enumerate(program.parent) if p == n] for n in range(program.nodes)
        ]
        self.own = [np.flatnonzero(program.node == n) for n in range(program.nodes)]
        self.actions = [np.array(list(self._actions(n))) for n in range(program.nodes)]
        self.states = self._states()
        self.checks, self.memory = self._rows()

    def _actions(self, node: int) -> Iterator[tuple[float, ...]]:
        s, own = self.program.strategy, self.own[node]
        spans = (range(int(s.low[c]), int(s.high[c]) + 1) for c in own)
        yield from product(*spans)

    def _states(self) -> list[Array]:
        """Return what each node sees as a matrix over all columns, (states, s) each."""
        program, count = self.program, len(self.program.states)
        found = [np.zeros((count, len(program.strategy.cost))) for _ in range(program.nodes)]
        for row, column, value in zip(
            program.link.row, program.link.column, program.link.value, strict=True
        ):
            node, state = divmod(int(row), count)
            found[node][state, column] += value
        return found

    def _rows(self) -> tuple[list[tuple[Array, Array, Array]], list[Array]]:
        """Return the rows to check at each node, and the matrix of what it must remember."""
        program, s = self.program, self.program.strategy
        size = len(s.cost)
        ends: list[list[int]] = [[] for _ in range(program.nodes)]
        dense = np.zeros((len(s.row_low), size))
        for r in range(len(s.row_low)):
            columns = s.index[s.start[r] : s.start[r + 1]]
            dense[r, columns] = s.value[s.start[r] : s.start[r + 1]]
            at = {int(program.node[c]) for c in columns}
            last = max(at, default=0)
            if not at <= set(program.path(last)):
                name = s.rows[r] if s.rows else f"row {r}"
                raise SolveError(f"plan: {name} joins branches; a dynamic programme cannot hold it")
            ends[last].append(r)
        checks = [(dense[e], s.row_low[e], s.row_high[e]) for e in ends]
        below: list[list[Array]] = [[] for _ in range(program.nodes)]
        for n in reversed(range(program.nodes)):
            below[n] += [self.states[n], dense[ends[n]]]
            if program.parent[n] >= 0:
                below[program.parent[n]] += below[n]
        memory = []
        for n in range(program.nodes):
            before = np.isin(program.node, program.path(n)[:-1])
            rows = np.unique(np.concatenate(below[n])[:, before], axis=0)
            rows = rows[np.any(rows != 0, axis=1)]
            rows = np.unique(rows / np.abs(rows).max(axis=1, keepdims=True, initial=0.0), axis=0)
            matrix = np.zeros((len(rows), size))
            matrix[:, before] = rows
            memory.append(matrix)
        return checks, memory

    def best(self, node: int, point: Array) -> float:
        """Return the least cost from a node on, given the decisions before it."""
        key = node, self._memory(node, point)
        if key in self.known:
            return self.known[key][0]
        own, cost = self.own[node], self.program.strategy.cost
        matrix, low, high = self.checks[node]
        lowest, chosen = np.inf, self.actions[node][0]
        for action in self.actions[node]:
            point[own] = action
            sides = matrix @ point
            if np.any(sides < low - _SLACK) or np.any(sides > high + _SLACK):
                continue
            total = float(cost[own] @ action) + self._operated(node, point)
            for child in self.children[node]:
                if not np.isfinite(total):
                    break
                total += self.best(child, point)
            if total < lowest:
                lowest, chosen = total, action
        point[own] = 0.0
        self.known[key] = lowest, chosen
        if len(self.known) > self.most:
            raise SolveError(
                f"plan: more than {self.most:,} states; take Benders decomposition instead"
            )
        return lowest

    def _memory(self, node: int, point: Array) -> bytes:
        """Return what a node remembers of the decisions before it: twelve digits of every row."""
        return (np.round(self.memory[node] @ point, 12) + 0.0).tobytes()

    def _operated(self, node: int, point: Array) -> float:
        """Return what operating a node costs; infinite in a state that a later row forbids."""
        try:
            return self.nodes[node].cost(self.states[node] @ point)[0]
        except SolveError:
            return np.inf

    def strategy(self) -> Array:
        """Return the best decisions of all nodes."""
        point = np.zeros(len(self.program.strategy.cost))
        for node in range(self.program.nodes):
            point[self.own[node]] = self.known[node, self._memory(node, point)][1]
        return point
