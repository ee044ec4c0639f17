"""Recourse that falls apart: its parts need only the joint values of what is random in each.

Where the rows and columns of the second stage fall into parts that share none, the expected
recourse is the sum of the parts' (simple recourse is the case of one row a part), and a product
of hundreds of thousands of scenarios becomes a sum of dozens.
"""

from collections.abc import Sequence
from dataclasses import replace
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
Flags = NDArray[np.bool_]


def written_out(program: StochasticProgram) -> Extensive:
    """Return the extensive form, by parts of the recourse where that is smaller.

    Raises:
        DataError: It is too large to write out.
    """
    parts = _parts(program)
    if _size(program, parts) >= program.coefficients:
        return extensive(program, levels_of(program))
    return _joined(program, [_part(program, *part) for part in parts])


def coefficients_of(program: StochasticProgram) -> int:
    """Return how many coefficients the form that `written_out` chooses has."""
    return min(program.coefficients, _size(program, _parts(program)))


def _parts(program: StochasticProgram) -> list[tuple[Flags, Flags]]:
    """Return rows and columns of each part of a second stage; none of other programs."""
    core = program.core
    if program.tree or len(program.periods) != 2:
        return []
    later = (program.row_stage[core.row_of] == 1) & (program.column_stage[core.column_of] == 1)
    row, column = core.row_of[later], core.column_of[later]
    of_row = np.arange(len(core.rhs))
    of_column = np.full(len(core.cost), len(core.rhs))
    while True:
        before = of_row.copy()
        np.minimum.at(of_column, column, of_row[row])
        np.minimum.at(of_row, row, of_column[column])
        if (before == of_row).all():
            break
    labels = np.unique(of_row[program.row_stage == 1])
    found = [
        ((of_row == x) & (program.row_stage == 1), (of_column == x) & (program.column_stage == 1))
        for x in labels
    ]
    alone = (of_column == len(core.rhs)) & (program.column_stage == 1)
    return [*found, (np.zeros(len(core.rhs), bool), alone)] if alone.any() else found


def _within(program: StochasticProgram, rows: Flags, columns: Flags) -> tuple[Random, ...]:
    """Return what is random in a part; the rest of it leaves its mass to the first."""
    core = program.core
    inside = np.concatenate([columns, rows, rows[core.row_of], columns, columns])
    found, mass = [], 1.0
    for random in program.randoms:
        here = inside[random.slots] | (random.stage == 0)
        if here.any():
            found.append(replace(random, slots=random.slots[here], values=random.values[:, here]))
        else:
            mass *= float(random.probability.sum())
    if mass != 1.0:
        none = np.zeros(0, np.int64)
        left = Random(stage=1, slots=none, values=np.zeros((1, 0)), probability=np.array([mass]))
        found.append(left)
    return tuple(found)


def _size(program: StochasticProgram, parts: Sequence[tuple[Flags, Flags]]) -> int:
    if len(parts) < 2:
        return program.coefficients
    core = program.core
    total = int((program.row_stage[core.row_of] == 0).sum())
    for rows, columns in parts:
        choices = prod(len(r.probability) for r in _within(program, rows, columns))
        total += int(rows[core.row_of].sum()) * choices
    return total


def _part(program: StochasticProgram, rows: Flags, columns: Flags) -> Extensive:
    part = replace(program, randoms=_within(program, rows, columns))
    keep = columns | (program.column_stage == 0)
    return extensive(part, levels_of(part), rows | (program.row_stage == 0), keep)


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
