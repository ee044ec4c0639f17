"""Multi-cut Benders decomposition: a master over the strategy, one cost per node cut from below."""

import time

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import LimitError, SolveError
from wheelbase.plan.outcome import Method, Node, Outcome, outcome
from wheelbase.plan.program import Program
from wheelbase.plan.solver import INFINITY, Arrays, Solved, Status, gap_of
from wheelbase.plan.watch import guarded

__all__ = ["benders"]

Array = NDArray[np.float64]

_MOST_ROUNDS = 200
_STILL_CUT = 0.02  # share of nodes still cut at which the master becomes whole


def benders(
    program: Program, gap: float = 1e-4, limit: float = INFINITY, begin: Array | None = None
) -> Outcome:
    """Return the best strategy by cutting the cost of every node from below.

    theta_n >= Q_n(z^) - mu' T (z - z^), mu the duals of the node's rows; first with the strategy's
    columns relaxed until few nodes are still cut, then whole. The strategy returned is the one
    that gave the best value; the bound is the best that a master proved.

    Args:
        program: What is decided; every node can be operated in every state.
        gap: Relative gap at which it stops.
        limit: Seconds after which it stops with what it has.
        begin: (s,) a strategy to begin from; the least of every column by default.

    Raises:
        SolveError: No strategy satisfies all rows, or a node cannot be operated.
    """
    run = _Run(program, gap, time.perf_counter() + limit)
    run.relaxed()
    run.whole(begin)
    return run.outcome()


class _Run:
    """One decomposition: its cuts, its best strategy, its bound."""

    def __init__(self, program: Program, gap: float, until: float) -> None:
        self.program, self.gap, self.until = program, gap, until
        self.began = time.perf_counter()
        self.nodes = [Node(program, n) for n in range(program.nodes)]
        self.master = _Master(program)
        self.best: Array | None = None
        self.value, self.bound = INFINITY, -INFINITY
        self.log: list[tuple[float, float]] = []
        self.late = False

    def relaxed(self) -> None:
        """Cut with the strategy's columns relaxed, until few nodes are still cut."""
        point = np.where(np.isfinite(self.program.strategy.low), self.program.strategy.low, 0.0)
        self._cut(point, np.full(self.program.nodes, -INFINITY))
        while len(self.log) < _MOST_ROUNDS:
            found = self.master.solve(relaxed=True, gap=0.0, limit=self._left())
            if not found.has_point and found.status is Status.TIME:
                break
            if not found.has_point:
                self._refuse(found)
            point, thetas = self.master.split(found)
            self.bound = max(self.bound, found.bound)
            cuts = self._cut(point, thetas)
            self.log.append((self.value, self.bound))
            if cuts <= _STILL_CUT * self.program.nodes or self._is_late():
                break

    def whole(self, begin: Array | None) -> None:
        """Cut with whole columns until value and bound meet."""
        if begin is not None:
            self._cut(begin, np.full(self.program.nodes, -INFINITY))
        while len(self.log) < 2 * _MOST_ROUNDS:
            found = self.master.solve(False, self.gap / 3, self._left(), self._known())
            if not found.has_point:
                if self.best is None and found.status is not Status.TIME:
                    self._refuse(found)
                self.late = True
                break
            point, thetas = self.master.split(found)
            self.bound = max(self.bound, min(found.bound, self.value))
            cuts = self._cut(point, thetas)
            self.log.append((self.value, self.bound))
            if gap_of(self.value, self.bound) <= self.gap:
                break
            self.late = found.status is Status.TIME or self._is_late()
            if cuts == 0 or self.late:
                break

    def outcome(self) -> Outcome:
        """Return what was found."""
        if self.best is None:
            raise LimitError(
                "plan: the time limit came before a plan was found; allow more time in plan.limit, "
                "or a wider plan.gap, and run the study again"
            )
        status = Status.TIME if self.late else Status.GAP
        if status is Status.GAP and gap_of(self.value, self.bound) > self.gap:
            status = Status.INTERRUPTED  # no round left
        ended = Method.BENDERS, status, time.perf_counter() - self.began
        best, bound = self.best, self.bound
        return outcome(self.program, self.nodes, best, bound, ended, len(self.log), tuple(self.log))

    def _cut(self, point: Array, thetas: Array) -> int:
        """Cut every node whose cost lies above its theta; keep the point if it is the best."""
        whole = self.program.strategy.integer
        rounded = np.where(whole, np.round(point), point)
        is_whole = bool(np.abs(rounded - point).max(initial=0.0) < 1e-6)
        point = rounded if is_whole else point
        seen = self.program.state_of(point)
        found = [node.cost(state) for node, state in zip(self.nodes, seen, strict=True)]
        costs = np.array([cost for cost, _ in found])
        tolerance = np.maximum(np.abs(costs), 1.0) * min(self.gap, 1e-6) * 0.1
        above = np.flatnonzero(costs > thetas + tolerance)
        for n in above:
            slope = found[n][1]
            self.master.cut(int(n), slope, costs[n] - slope @ seen[n])
        if is_whole and self.master.allows(point):
            value = float(self.program.strategy.cost @ point + costs.sum())
            value += self.program.strategy.offset
            if value < self.value:
                self.value, self.best = value, point
        return len(above)

    def _known(self) -> Array | None:
        if self.best is None:
            return None
        seen = self.program.state_of(self.best)
        costs = [node.cost(state)[0] for node, state in zip(self.nodes, seen, strict=True)]
        return np.concatenate([self.best, costs])

    def _left(self) -> float:
        return max(self.until - time.perf_counter(), 0.1)

    def _is_late(self) -> bool:
        return time.perf_counter() >= self.until

    def _refuse(self, found: Solved) -> None:
        raise SolveError(f"plan: the strategy's own rows leave no choice ({found.status.value})")


class _Master:
    """The strategy's columns and one cost per node, with the cuts so far."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.size = len(program.strategy.cost)
        count = len(program.states)
        node, state = np.divmod(program.link.row, count)
        order = np.lexsort((state, node))
        self.ends = np.searchsorted(node[order], np.arange(program.nodes + 1))
        self.state = state[order]
        self.column, self.value = program.link.column[order], program.link.value[order]
        self.starts: list[int] = []
        self.indices: list[Array] = []
        self.values: list[Array] = []
        self.lows: list[float] = []

    def cut(self, node: int, slope: Array, constant: float) -> None:
        """Add theta_node - slope z >= constant."""
        own = slice(self.ends[node], self.ends[node + 1])
        weights = np.bincount(
            self.column[own], -slope[self.state[own]] * self.value[own], self.size
        )
        columns = np.flatnonzero(weights)
        self.indices.append(np.append(columns, self.size + node))
        self.values.append(np.append(weights[columns], 1.0))
        self.lows.append(constant)

    def arrays(self, relaxed: bool) -> Arrays:
        """Return the master."""
        s, n = self.program.strategy, self.program.nodes
        lengths = np.array([len(i) for i in self.indices], int)
        return Arrays(
            cost=np.concatenate([s.cost, np.ones(n)]),
            low=np.concatenate([s.low, np.full(n, -INFINITY)]),
            high=np.concatenate([s.high, np.full(n, INFINITY)]),
            integer=np.concatenate([s.integer & (not relaxed), np.zeros(n, bool)]),
            start=np.concatenate([s.start, s.start[-1] + np.cumsum(lengths)]).astype(np.int32),
            index=np.concatenate([s.index, *self.indices]).astype(np.int32),
            value=np.concatenate([s.value, *self.values]),
            row_low=np.concatenate([s.row_low, self.lows]),
            row_high=np.concatenate([s.row_high, np.full(len(self.lows), INFINITY)]),
            offset=s.offset,
        )

    def solve(self, relaxed: bool, gap: float, limit: float, begin: Array | None = None) -> Solved:
        """Return the best of the master."""
        return guarded(self.arrays(relaxed), gap, limit, begin, plain=True)

    def split(self, found: Solved) -> tuple[Array, Array]:
        """Return the strategy and the cost of each node that the master believes in."""
        return found.point[: self.size], found.point[self.size :]

    def allows(self, point: Array) -> bool:
        """Return whether a strategy satisfies its own rows and limits."""
        s = self.program.strategy
        rows = np.repeat(np.arange(len(s.row_low)), np.diff(s.start))
        sides = np.bincount(rows, s.value * point[s.index], len(s.row_low))
        inside = np.all((point >= s.low - 1e-6) & (point <= s.high + 1e-6))
        return bool(inside and np.all((sides >= s.row_low - 1e-6) & (sides <= s.row_high + 1e-6)))
