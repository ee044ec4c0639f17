"""How a capacity-state program was solved: value, bound, gap, status, point and duals."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import SolveError
from wheelbase.plan.program import Program
from wheelbase.plan.solver import Arrays, Status, engine, gap_of

__all__ = ["Method", "Node", "Outcome", "Risk", "outcome", "valued"]

Array = NDArray[np.float64]


class Method(Enum):
    """Which way a program is solved."""

    EXTENSIVE = "extensive form"
    DYNAMIC = "dynamic programme"
    BENDERS = "Benders decomposition"


@dataclass(frozen=True, slots=True)
class Risk:
    """How much the worst futures count: (1 - weight) mean + weight x mean of the worst `tail`.

    The mean of the worst share is the conditional value at risk (Rockafellar & Uryasev 2000). On
    a tree it is not consistent in time: later, the plan may look wrong to who made it.
    """

    weight: float
    tail: float


def valued(futures: Array, probability: Array, risk: Risk | None) -> float:
    """Return the value of costs that come with probabilities, minimised."""
    mean = float(futures @ probability)
    if risk is None:
        return mean
    order = np.argsort(-futures)
    worst, left = 0.0, risk.tail
    for leaf in order:
        part = min(float(probability[leaf]), left)
        worst, left = worst + part * float(futures[leaf]), left - part
    return (1 - risk.weight) * mean + risk.weight * worst / risk.tail


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A solved program, minimised.

    Args:
        value: Of the strategy, with every node operated at its best.
        bound: No strategy is below it.
        gap: Relative distance of the two.
        status: How it ended.
        method: Which way it was solved.
        strategy: (s,) the strategy's columns.
        operation: (n, y) the columns of every node.
        duals: (n, r) of every node's rows, d value / d row side.
        parts: (n,) cost of operating every node.
        futures: (leaves,) cost of the way to each leaf.
        seconds: Wall time.
        rounds: Rounds of a decomposition; states of a dynamic programme; else one.
        log: (rounds, 2) value and bound of a decomposition after each round.
    """

    value: float
    bound: float
    gap: float
    status: Status
    method: Method
    strategy: Array = field(repr=False)
    operation: Array = field(repr=False)
    duals: Array = field(repr=False)
    parts: Array = field(repr=False)
    futures: Array = field(repr=False)
    seconds: float
    rounds: int = 1
    log: tuple[tuple[float, float], ...] = field(default=(), repr=False)


class Node:
    """The operating program of one node, kept warm: a state in, its cost and slope out."""

    def __init__(self, program: Program, node: int) -> None:
        """Hold the program of `node`; it is passed to the solver when first asked."""
        op = program.operation
        self.node = node
        self.arrays: Arrays = op.arrays(node)
        self.rows = np.unique(op.state.row).astype(np.int32)
        matrix = np.zeros((len(self.rows), len(program.states)))
        place = np.searchsorted(self.rows, op.state.row)
        np.add.at(matrix, (place, op.state.column), op.state.value)
        self.matrix = matrix
        self.solver: Any = None
        self.seen: dict[bytes, tuple[float, Array]] = {}

    def cost(self, state: Array) -> tuple[float, Array]:
        """Return the cost of operating at a state, and its slope over the state, (states,).

        Raises:
            SolveError: The program of the node has no best point.
        """
        key = state.tobytes()
        if key not in self.seen:
            self._run(state)
            value = float(self.solver.getInfo().objective_function_value)
            duals = np.array(self.solver.getSolution().row_dual)[self.rows]
            self.seen[key] = value, -duals @ self.matrix
        return self.seen[key]

    def point(self, state: Array) -> tuple[Array, Array]:
        """Return the columns and the duals of all rows at a state."""
        self._run(state)
        solution = self.solver.getSolution()
        return np.array(solution.col_value), np.array(solution.row_dual)

    def _run(self, state: Array) -> None:
        if self.solver is None:
            self.solver = engine(self.arrays)
            self.solver.setOptionValue("presolve", "off")  # it costs a small program twice its time
        shift = self.matrix @ state
        low, high = self.arrays.row_low[self.rows] - shift, self.arrays.row_high[self.rows] - shift
        self.solver.changeRowsBounds(len(self.rows), self.rows, low, high)
        self.solver.run()
        status = self.solver.getModelStatus()
        if status.name != "kOptimal":
            raise SolveError(
                f"plan: node {self.node}: operating it has no best point ({_WORDS(status.name)})"
            )


def _WORDS(name: str) -> str:
    words = {"kInfeasible": "no point satisfies all rows", "kUnbounded": "the cost has no floor"}
    return words.get(name, "no point, or no floor")


def outcome(
    program: Program,
    nodes: list[Node],
    strategy: Array,
    bound: float,
    ended: tuple[Method, Status, float],
    rounds: int = 1,
    log: tuple[tuple[float, float], ...] = (),
    risk: Risk | None = None,
) -> Outcome:
    """Return a strategy with every node operated at its best, and its proof.

    Args:
        program: What was solved.
        nodes: Its operating programs.
        strategy: (s,) columns; whole ones are rounded.
        bound: No strategy is below it.
        ended: Method, how it ended, wall time.
        rounds: Rounds or states.
        log: Value and bound of each round.
        risk: How much the worst futures count.
    """
    method, status, seconds = ended
    point = np.where(program.strategy.integer, np.round(strategy), strategy)
    seen = program.state_of(point)
    solved = [node.point(state) for node, state in zip(nodes, seen, strict=True)]
    parts = np.array([node.cost(state)[0] for node, state in zip(nodes, seen, strict=True)])
    futures = program.futures(point, parts)
    value = float(program.strategy.cost @ point + program.strategy.offset + parts.sum())
    if risk is not None:
        value = valued(futures, np.array(program.probability)[list(program.leaves)], risk)
    bound = min(bound, value)
    gap = gap_of(value, bound)
    if status in (Status.OPTIMAL, Status.GAP):
        status = Status.OPTIMAL if gap <= 1e-6 else Status.GAP
    return Outcome(
        value=value,
        bound=bound,
        gap=gap,
        status=status,
        method=method,
        strategy=point,
        operation=np.array([p for p, _ in solved]),
        duals=np.array([d for _, d in solved]),
        parts=parts,
        futures=futures,
        seconds=seconds,
        rounds=rounds,
        log=log,
    )
