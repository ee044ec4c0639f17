"""Stochastic programs: a core, its stages, what is random, and the whole as one program.

Data of a core stand in one long vector of slots: costs, right-hand sides, coefficients, least
and greatest of the columns. A random element is a set of slots with the values that they take.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log10, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import DataError
from wheelbase.plan.mps import Core
from wheelbase.plan.solver import Arrays

__all__ = ["Extensive", "Level", "Random", "Slots", "StochasticProgram", "extensive"]
__all__ += ["LARGEST", "levels_of"]

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Flags = NDArray[np.bool_]

LARGEST = 6_000_000  # coefficients of a program that is written out


@dataclass(frozen=True, slots=True)
class Slots:
    """Where the data of a core stand in its vector of slots.

    Args:
        columns: Number of columns.
        rows: Number of rows.
        coefficients: Number of coefficients.
    """

    columns: int
    rows: int
    coefficients: int

    @classmethod
    def of(cls, core: Core) -> "Slots":
        """Return the places of a core."""
        return cls(len(core.cost), len(core.rhs), len(core.value))

    @property
    def begins(self) -> Index:
        """(6,) where costs, sides, coefficients, least, greatest begin, and the end."""
        sizes = (self.columns, self.rows, self.coefficients, self.columns, self.columns)
        return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    def vector(self, core: Core) -> Array:
        """Return the data of the core in slots."""
        return np.concatenate([core.cost, core.rhs, core.value, core.low, core.high])


@dataclass(frozen=True, slots=True, kw_only=True)
class Random:
    """Data that take one of some joint values, independent of all other random data.

    Args:
        stage: When they are known.
        slots: (k,) what is random.
        values: (r, k) the values they take.
        probability: (r,) of each; not normalised.
    """

    stage: int
    slots: Index = field(repr=False)
    values: Array = field(repr=False)
    probability: Array = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The nodes of one stage of a scenario tree.

    Args:
        parent: (n,) node of the stage before; of the first stage 0.
        probability: (n,) weight of the node, as the files give it.
        slots: (k,) data that differ from the core in this stage.
        values: (n, k) their values in each node.
    """

    parent: Index = field(repr=False)
    probability: Array = field(repr=False)
    slots: Index = field(repr=False)
    values: Array = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StochasticProgram:
    """A program whose data become known stage by stage.

    Args:
        core: Of the program.
        periods: (t,) names of the stages.
        column_stage: (n,) when a column is decided.
        row_stage: (m,) when a row must hold; it has columns of its stage and earlier ones.
        randoms: What is random, where the files give it element by element.
        tree: The scenario tree, where the files give scenarios; otherwise empty.
        warnings: What a reader should know, a line each.
    """

    core: Core
    periods: tuple[str, ...]
    column_stage: Index = field(repr=False)
    row_stage: Index = field(repr=False)
    randoms: tuple[Random, ...] = field(repr=False)
    tree: tuple[Level, ...] = field(repr=False)
    warnings: tuple[str, ...] = field(repr=False)

    @property
    def widths(self) -> tuple[int, ...]:
        """Number of nodes of each stage."""
        if self.tree:
            return tuple(len(level.parent) for level in self.tree)
        choices = [
            prod(len(r.probability) for r in self.randoms if r.stage <= stage)
            for stage in range(len(self.periods))
        ]
        return tuple(choices)

    @property
    def scenarios(self) -> int:
        """Number of scenarios."""
        return self.widths[-1]

    @property
    def mass(self) -> float:
        """Sum of the probabilities of all scenarios; one in a sound file."""
        if self.tree:
            return float(self.tree[-1].probability.sum())
        return float(prod(float(r.probability.sum()) for r in self.randoms))

    @property
    def coefficients(self) -> int:
        """Number of coefficients of the extensive form."""
        stage = self.row_stage[self.core.row_of]
        counts = np.bincount(stage, minlength=len(self.periods))
        return sum(int(c) * w for c, w in zip(counts, self.widths, strict=True))

    @property
    def has_whole_recourse(self) -> bool:
        """Whether columns after the first stage are whole."""
        return bool(self.core.integer[self.column_stage > 0].any())


@dataclass(frozen=True, slots=True)
class Extensive:
    """The extensive form.

    Args:
        arrays: All nodes in one program; columns and rows of the first stage come first.
        block: (n,) of each column the subtree below the root that it is in, -1 in the root.
    """

    arrays: Arrays = field(repr=False)
    block: Index = field(repr=False)


def levels_of(program: StochasticProgram) -> tuple[Level, ...]:
    """Return the scenario tree: as given, or every combination of the random data.

    Probabilities are products as they stand; a sum other than one is kept.

    Raises:
        DataError: There are too many combinations to write them out.
    """
    if program.tree:
        return program.tree
    size = program.coefficients
    if max(size, program.scenarios) > LARGEST:
        raise DataError(
            f"{_rounded(program.scenarios)} scenarios make {_rounded(size)} coefficients, more "
            f"than {LARGEST:.3g} of either; bound the value by samples"
        )
    none = np.zeros(0, np.int64)
    levels = []
    weight = np.ones(1)
    for stage in range(len(program.periods)):
        here = [r for r in program.randoms if r.stage == stage]
        counts = [len(r.probability) for r in here]
        nodes = len(weight)
        parent = np.repeat(np.arange(nodes), prod(counts))
        picked = [np.tile(choice, nodes) for choice in _combinations(counts)]
        weight = weight[parent]
        for random, i in zip(here, picked, strict=True):
            weight = weight * random.probability[i]
        values = [r.values[i] for r, i in zip(here, picked, strict=True)]
        levels.append(
            Level(
                parent=parent,
                probability=weight,
                slots=np.concatenate([r.slots for r in here]) if here else none,
                values=np.hstack(values) if here else np.zeros((len(parent), 0)),
            )
        )
    return tuple(levels)


def _rounded(number: int) -> str:
    """Return a whole number in three digits, or its power of ten where no float holds it."""
    return f"{number:.3g}" if number < 10**15 else f"1e{log10(number):.0f}"


def _combinations(counts: Sequence[int]) -> list[Index]:
    """Return of each element which value it takes in every combination, the last one fastest."""
    inner, outer, found = prod(counts), 1, []
    for count in counts:
        inner //= count
        found.append(np.tile(np.repeat(np.arange(count), inner), outer))
        outer *= count
    return found


def extensive(
    program: StochasticProgram,
    levels: Sequence[Level],
    rows: Flags | None = None,
    columns: Flags | None = None,
) -> Extensive:
    """Return the whole tree as one program.

    min sum over nodes of probability x cost x, every node's rows over its own columns and those
    of its ancestors.

    Args:
        program: Core and stages.
        levels: Nodes of every stage.
        rows: (m,) which rows of the core to take; all where none are named.
        columns: (n,) which columns to take.
    """
    pieces = _Pieces(program, levels, rows, columns)
    parts = [_stage(pieces, stage) for stage in range(len(levels))]
    joined = [np.concatenate([part[i] for part in parts]) for i in range(9)]
    cost, low, high, integer, count, index, value, row_low, row_high = joined
    arrays = Arrays(
        cost=cost,
        low=low,
        high=high,
        integer=integer.astype(bool),
        start=np.concatenate([[0], np.cumsum(count)]).astype(np.int32),
        index=index.astype(np.int32),
        value=value,
        row_low=row_low,
        row_high=row_high,
        offset=program.core.offset,
    )
    return Extensive(arrays, np.concatenate([part[9] for part in parts]))


class _Pieces:
    """Which data of the core each stage has, and where its columns lie in the whole."""

    def __init__(
        self,
        program: StochasticProgram,
        levels: Sequence[Level],
        rows: Flags | None,
        columns: Flags | None,
    ) -> None:
        core = program.core
        self.core, self.levels = core, levels
        self.begins = Slots.of(core).begins
        self.vector = Slots.of(core).vector(core)
        has_row = np.ones(len(core.rhs), bool) if rows is None else rows
        has_column = np.ones(len(core.cost), bool) if columns is None else columns
        stages = range(len(levels))
        self.columns = [np.flatnonzero(has_column & (program.column_stage == s)) for s in stages]
        self.rows = [np.flatnonzero(has_row & (program.row_stage == s)) for s in stages]
        of_row = program.row_stage[core.row_of]
        kept = has_row[core.row_of] & has_column[core.column_of]
        self.entries = [np.flatnonzero(kept & (of_row == s)) for s in stages]
        self.local = np.zeros(len(core.cost), np.int64)
        for found in self.columns:
            self.local[found] = np.arange(len(found))
        sizes = [len(c) * len(v.parent) for c, v in zip(self.columns, levels, strict=True)]
        self.begin = np.concatenate([[0], np.cumsum(sizes)])
        self.column_stage = program.column_stage
        self.ancestors: list[list[Index]] = [[np.zeros(1, np.int64)]]
        for level in levels[1:]:
            above = [a[level.parent] for a in self.ancestors[-1]]
            self.ancestors.append([*above, np.arange(len(level.parent))])

    def data(self, stage: int, kind: int, which: Index) -> Array:
        """Return (nodes, k) the data of one kind of a stage, node by node."""
        level = self.levels[stage]
        slots = self.begins[kind] + which
        found = np.tile(self.vector[slots], (len(level.parent), 1))
        place = np.full(len(self.vector), -1, np.int64)
        place[slots] = np.arange(len(slots))
        where = place[level.slots]
        found[:, where[where >= 0]] = level.values[:, where >= 0]
        return found


def _stage(pieces: _Pieces, stage: int) -> tuple[NDArray[Any], ...]:
    """Return columns, rows and coefficients of all nodes of a stage, and their blocks."""
    core, level = pieces.core, pieces.levels[stage]
    nodes = len(level.parent)
    columns, rows, entries = pieces.columns[stage], pieces.rows[stage], pieces.entries[stage]
    ancestors = pieces.ancestors[stage]
    first = np.stack(
        [pieces.begin[s] + a * len(pieces.columns[s]) for s, a in enumerate(ancestors)], axis=1
    )
    column_of = core.column_of[entries]
    index = first[:, pieces.column_stage[column_of]] + pieces.local[column_of]
    rhs = pieces.data(stage, 1, rows)
    block = np.full(nodes, -1, np.int64) if stage == 0 else ancestors[1]
    counts = np.bincount(core.row_of[entries], minlength=len(core.rhs))[rows]
    return (
        (pieces.data(stage, 0, columns) * level.probability[:, None]).ravel(),
        pieces.data(stage, 3, columns).ravel(),
        pieces.data(stage, 4, columns).ravel(),
        np.tile(core.integer[columns], nodes),
        np.tile(counts, nodes),
        index.ravel(),
        pieces.data(stage, 2, entries).ravel(),
        (rhs + core.low_shift[rows]).ravel(),
        (rhs + core.high_shift[rows]).ravel(),
        np.repeat(block, len(columns)),
    )
