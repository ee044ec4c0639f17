"""The capacity-state program: strategy on the nodes of a tree, one operating program per node.

Cars are not stored, so nodes meet only in capacity. Given what the strategy has made available, the
operating program of each node stands alone; everything that the solvers do rests on this.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.plan.solver import Arrays
from wheelbase.plan.tree import leaves_of, path_to

__all__ = ["Entries", "Operation", "Program", "csr"]

Array = NDArray[np.float64]
_Index = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Entries:
    """Coefficients of a sparse matrix in any order, (k,) each; equal places add up."""

    row: _Index
    column: _Index
    value: Array


def csr(entries: Entries, rows: int) -> tuple[_Index, _Index, Array]:
    """Return a matrix by rows: where each row begins, columns in order, values."""
    order = np.lexsort((entries.column, entries.row))
    row, column, value = entries.row[order], entries.column[order], entries.value[order]
    if len(row) > 1:
        first = np.append(True, (row[1:] != row[:-1]) | (column[1:] != column[:-1]))
        if not first.all():
            value = np.add.reduceat(value, np.flatnonzero(first))
            row, column = row[first], column[first]
    start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=rows))])
    return start.astype(np.int32), column.astype(np.int32), value


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """The operating program of every node, of one shape:

    min cost[n] y,  row_low[n] <= W[n] y + T z[n] <= row_high[n],  low[n] <= y <= high[n]

    It has a point for every state; costs hold probability and discount of the node.

    Args:
        cost: (n, y) of the columns.
        low: (n, y) or (1, y) least.
        high: (n, y) or (1, y) greatest.
        start: (r + 1,) where each row of W begins.
        index: (k,) columns of W.
        value: (n, k) or (1, k) coefficients of W.
        state: T over (row, state).
        row_low: (n, r) or (1, r) least of each row.
        row_high: (n, r) or (1, r) greatest.
        columns: (y,) names.
        rows: (r,) names.
    """

    cost: Array
    low: Array
    high: Array
    start: _Index
    index: _Index
    value: Array
    state: Entries
    row_low: Array
    row_high: Array
    columns: Sequence[str] = ()
    rows: Sequence[str] = ()

    def arrays(self, node: int) -> Arrays:
        """Return the operating program of one node at the state zero."""

        def of(table: Array) -> Array:
            return np.asarray(table[node if len(table) > 1 else 0])

        return Arrays(
            cost=of(self.cost),
            low=of(self.low),
            high=of(self.high),
            integer=np.zeros(self.cost.shape[1], bool),
            start=self.start,
            index=self.index,
            value=of(self.value),
            row_low=of(self.row_low),
            row_high=of(self.row_high),
            columns=self.columns,
            rows=self.rows,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A capacity-state program on a tree, minimised.

    Args:
        parent: (n,) parent of each node, -1 for the root.
        probability: (n,) of the node.
        strategy: Columns decided on the nodes, and the rows among them.
        node: (s,) node at which each column of the strategy is decided.
        states: Names of what a node sees of the strategy.
        link: z = sum of value x column; the row is node x number of states + state.
        operation: Of every node.
        paid: What each column of the strategy costs in which node, over (node, column), summing to
            its cost; a column is paid where it is decided if it is not there.
    """

    parent: tuple[int, ...]
    probability: tuple[float, ...]
    strategy: Arrays = field(repr=False)
    node: _Index = field(repr=False)
    states: tuple[str, ...]
    link: Entries = field(repr=False)
    operation: Operation = field(repr=False)
    paid: Entries | None = field(default=None, repr=False)

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.parent)

    def state_of(self, point: Array) -> Array:
        """Return what every node sees of a strategy, (n, states)."""
        seen = np.zeros(self.nodes * len(self.states))
        np.add.at(seen, self.link.row, self.link.value * point[self.link.column])
        return seen.reshape(self.nodes, len(self.states))

    def path(self, node: int) -> tuple[int, ...]:
        """Return the nodes from the root to `node`, both included."""
        return path_to(self.parent, node)

    @property
    def leaves(self) -> tuple[int, ...]:
        """Nodes without children."""
        return leaves_of(self.parent)

    def paid_by_node(self) -> Entries:
        """Return what each column of the strategy costs in which node, over (node, column)."""
        if self.paid is not None:
            return self.paid
        columns = np.arange(len(self.node))
        return Entries(self.node, columns, self.strategy.cost)

    def futures(self, strategy: Array, parts: Array) -> Array:
        """Return the cost of the way to each leaf, (leaves,), not weighted by its probability.

        Args:
            strategy: (s,) columns.
            parts: (n,) cost of operating every node, weighted by its probability.
        """
        paid = self.paid_by_node()
        costs = parts + np.bincount(paid.row, paid.value * strategy[paid.column], self.nodes)
        each = costs / np.array(self.probability)
        offset = self.strategy.offset
        return np.array([offset + sum(each[n] for n in self.path(leaf)) for leaf in self.leaves])

    def extensive(self) -> Arrays:
        """Return the whole tree as one program: strategy first, then the nodes in their order."""
        op, s = self.operation, self.strategy
        n, y, r = self.nodes, op.cost.shape[1], op.row_low.shape[1]
        first_row, first_column = len(s.row_low), len(s.cost)
        own_row = np.repeat(np.arange(r), np.diff(op.start))
        rows = first_row + (np.arange(n)[:, None] * r + own_row)
        columns = first_column + (np.arange(n)[:, None] * y + op.index)
        values = np.broadcast_to(op.value, (n, len(op.index)))
        seen = self.state_entries()
        strategy_row = np.repeat(np.arange(first_row), np.diff(s.start))
        start, index, value = csr(
            Entries(
                np.concatenate([strategy_row, rows.ravel(), first_row + seen.row]),
                np.concatenate([s.index, columns.ravel(), seen.column]),
                np.concatenate([s.value, values.ravel(), seen.value]),
            ),
            first_row + n * r,
        )
        return Arrays(
            cost=np.concatenate([s.cost, op.cost.ravel()]),
            low=np.concatenate([s.low, np.broadcast_to(op.low, (n, y)).ravel()]),
            high=np.concatenate([s.high, np.broadcast_to(op.high, (n, y)).ravel()]),
            integer=np.concatenate([s.integer, np.zeros(n * y, bool)]),
            start=start,
            index=index,
            value=value,
            row_low=np.concatenate([s.row_low, np.broadcast_to(op.row_low, (n, r)).ravel()]),
            row_high=np.concatenate([s.row_high, np.broadcast_to(op.row_high, (n, r)).ravel()]),
            offset=s.offset,
            columns=_named(s.columns, op.columns, n),
            rows=_named(s.rows, op.rows, n),
        )

    def state_entries(self) -> Entries:
        """Return T z of all nodes in terms of the strategy, rows counted from the first node's."""
        op, count, r = self.operation, len(self.states), self.operation.row_low.shape[1]
        node, state = np.divmod(self.link.row, count)
        order = np.argsort(state, kind="stable")
        ends = np.searchsorted(state[order], np.arange(count + 1))
        parts = []
        for row, z, value in zip(op.state.row, op.state.column, op.state.value, strict=True):
            own = order[ends[z] : ends[z + 1]]
            parts.append((node[own] * r + row, self.link.column[own], value * self.link.value[own]))
        if not parts:
            return Entries(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0))
        rows, columns, values = (np.concatenate(part) for part in zip(*parts, strict=True))
        return Entries(rows, columns, values)

    def fixed(self, low: Array, high: Array) -> "Program":
        """Return the program with other limits of the strategy's columns."""
        return replace(self, strategy=replace(self.strategy, low=low, high=high))


def _named(first: Sequence[str], each: Sequence[str], nodes: int) -> Sequence[str]:
    if not first and not each:
        return ()
    return [*first, *(f"{name}[{n}]" for n in range(nodes) for name in each)]
