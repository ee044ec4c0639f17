"""Recourse that falls apart: its parts need only the joint values of what is random in each.

Where the rows and columns of the second stage fall into parts that share none, the expected
recourse is the sum of the parts' (simple recourse is the case of one row a part), and a product
of hundreds of thousands of scenarios becomes a sum of dozens.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.plan.solver import Arrays
from wheelbase.plan.stochastic import (
    Extensive,
    Random,
    StochasticProgram,
    extensive,
    levels_of,
)

__all__ = ["coefficients_of", "written_out"]

Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Parts:
    """Parts of a second stage that share no row and no column.

    Args:
        of_row: (m,) the part of each row, -1 in the first stage.
        of_column: (n,) the part of each column, -1 in the first stage.
        randoms: Of each part what is random in it, as the number of a random element and which of
            its slots are of the part; those of the first stage are in all.
        mass: (r,) sum of the probabilities of each random element.
    """

    of_row: Index = field(repr=False)
    of_column: Index = field(repr=False)
    randoms: list[list[tuple[int, Index]]] = field(repr=False)
    mass: NDArray[np.float64] = field(repr=False)


def written_out(program: StochasticProgram) -> Extensive:
    """Return the extensive form, by parts of the recourse where that is smaller.

    Raises:
        DataError: It is too large to write out.
    """
    parts = _parts(program)
    if parts is None or _size(program, parts) >= program.coefficients:
        return extensive(program, levels_of(program))
    return _joined(program, [_part(program, parts, k) for k in range(len(parts.randoms))])


def coefficients_of(program: StochasticProgram) -> int:
    """Return how many coefficients the form that `written_out` chooses has."""
    parts = _parts(program)
    whole = program.coefficients
    return whole if parts is None else min(whole, _size(program, parts))


def _parts(program: StochasticProgram) -> _Parts | None:
    """Return the parts of a second stage; none of other programs or where there is but one."""
    core = program.core
    if program.tree or len(program.periods) != 2:
        return None
    later = (program.row_stage[core.row_of] == 1) & (program.column_stage[core.column_of] == 1)
    row, column = core.row_of[later], core.column_of[later]
    root = _roots(len(core.rhs), len(core.cost), row, column)
    rows, columns = program.row_stage == 1, program.column_stage == 1
    of_row, of_column = np.full(len(core.rhs), -1), np.full(len(core.cost), -1)
    roots, of_row[rows] = np.unique(root[rows], return_inverse=True)
    of_column[columns] = len(roots)  # columns without a row are one more part
    of_column[column] = of_row[row]
    count = max(int(of_row.max(initial=-1)), int(of_column.max(initial=-1))) + 1
    if count < 2:
        return None
    mass = np.array([random.probability.sum() for random in program.randoms])
    return _Parts(of_row, of_column, _random_in(program, of_row, of_column, count), mass)


def _roots(rows: int, columns: int, row: Index, column: Index) -> Index:
    """Return (rows,) the least row that each is connected to.

    Every root takes the least root that a column of its rows knows, and every row the root of its
    root, so that chains halve in each pass.

    Args:
        rows: Their number.
        columns: Their number.
        row: (k,) of each coefficient.
        column: (k,) of each coefficient.
    """
    root = np.arange(rows)
    while True:
        before, known = root.copy(), np.full(columns, rows)
        np.minimum.at(known, column, root[row])
        np.minimum.at(root, before[row], known[column])
        while (root != (above := root[root])).any():
            root = above
        if (root == before).all():
            return root


def _random_in(
    program: StochasticProgram, of_row: Index, of_column: Index, count: int
) -> list[list[tuple[int, Index]]]:
    """Return what is random in each part."""
    of_slot = np.concatenate([of_column, of_row, of_row[program.core.row_of], of_column, of_column])
    found: list[list[tuple[int, Index]]] = [[] for _ in range(count)]
    for number, random in enumerate(program.randoms):
        if random.stage == 0:
            for part in found:
                part.append((number, np.arange(len(random.slots))))
            continue
        parts = of_slot[random.slots]
        for part in np.unique(parts[parts >= 0]):
            found[part].append((number, np.flatnonzero(parts == part)))
    return found


def _within(program: StochasticProgram, parts: _Parts, part: int) -> tuple[Random, ...]:
    """Return what is random in a part; the rest of it leaves its mass to the first."""
    here = parts.randoms[part]
    found = []
    for number, which in here:
        random = program.randoms[number]
        found.append(replace(random, slots=random.slots[which], values=random.values[:, which]))
    mass = float(np.delete(parts.mass, [number for number, _ in here]).prod())
    if mass != 1.0:
        none = np.zeros(0, np.int64)
        left = Random(stage=1, slots=none, values=np.zeros((1, 0)), probability=np.array([mass]))
        found.append(left)
    return tuple(found)


def _size(program: StochasticProgram, parts: _Parts) -> int:
    """Return the coefficients of the form by parts."""
    stage, part = program.row_stage[program.core.row_of], parts.of_row[program.core.row_of]
    counts = np.bincount(part[part >= 0], minlength=len(parts.randoms))
    choices = [
        prod(len(program.randoms[number].probability) for number, _ in here)
        for here in parts.randoms
    ]
    later = sum(int(count) * many for count, many in zip(counts, choices, strict=True))
    return int((stage == 0).sum()) + later


def _part(program: StochasticProgram, parts: _Parts, part: int) -> Extensive:
    only = replace(program, randoms=_within(program, parts, part))
    rows = (parts.of_row == part) | (program.row_stage == 0)
    columns = (parts.of_column == part) | (program.column_stage == 0)
    return extensive(only, levels_of(only), rows, columns)


def _joined(program: StochasticProgram, parts: Sequence[Extensive]) -> Extensive:
    """Return programs that share their first stage as one."""
    columns = int((program.column_stage == 0).sum())
    rows = int((program.row_stage == 0).sum())
    first = parts[0].arrays
    entries = int(first.start[rows])
    whole: dict[str, list[NDArray[Any]]] = {"index": [], "counts": [], "block": []}
    width, blocks = columns, 0
    for number, part in enumerate(parts):
        a, begin = part.arrays, (columns, rows, entries) if number else (0, 0, 0)
        for name in ("cost", "low", "high", "integer"):
            whole.setdefault(name, []).append(getattr(a, name)[begin[0] :])
        for name in ("row_low", "row_high"):
            whole.setdefault(name, []).append(getattr(a, name)[begin[1] :])
        whole.setdefault("value", []).append(a.value[begin[2] :])
        index = a.index[begin[2] :]
        whole["index"].append(np.where(index < columns, index, index + width - columns))
        whole["counts"].append(np.diff(a.start)[begin[1] :])
        block = part.block[begin[0] :]
        whole["block"].append(np.where(block < 0, block, block + blocks))
        width += len(a.cost) - columns
        blocks += int(part.block.max(initial=-1)) + 1
    one = {name: np.concatenate(pieces) for name, pieces in whole.items()}
    arrays = Arrays(
        cost=one["cost"],
        low=one["low"],
        high=one["high"],
        integer=one["integer"],
        start=np.concatenate([[0], np.cumsum(one["counts"])]).astype(np.int32),
        index=one["index"].astype(np.int32),
        value=one["value"],
        row_low=one["row_low"],
        row_high=one["row_high"],
        offset=first.offset,
    )
    return Extensive(arrays, one["block"])
