"""The time file of a stochastic program: which columns and rows belong to which stage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import DataError
from wheelbase.plan.mps import Core
from wheelbase.plan.mps_text import Line, Notes, lines_of

__all__ = ["Staged", "read_stages"]

Index = NDArray[np.int64]

_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A core parted into stages.

    Args:
        core: Of the program.
        periods: (t,) names of the stages.
        column_stage: (n,) of the columns.
        row_stage: (m,) of the rows.
    """

    core: Core
    periods: tuple[str, ...]
    column_stage: Index = field(repr=False)
    row_stage: Index = field(repr=False)


def read_stages(text: str, core: Core, place: str = "time") -> tuple[Staged, tuple[str, ...]]:
    """Return the core parted into stages, and warnings.

    Implicit periods name the first column and the first row of each; explicit ones name the
    period of every column and row.

    Raises:
        DataError: Every problem with its line.
    """
    notes = Notes(place)
    lines = list(lines_of(text, notes))
    section, explicit = "", False
    periods: dict[str, int] = {}
    begins: list[tuple[Line, str, str]] = []
    named: dict[str, dict[str, int]] = {"ROWS": {}, "COLUMNS": {}}
    for line in lines:
        words = line.words(core.has_spaces)
        if line.opens:
            section = words[0].upper()
            explicit |= section == "PERIODS" and words[-1].upper() == "EXPLICIT"
            if section not in ("TIME", "NAME", "PERIODS", "ROWS", "COLUMNS"):
                notes.problem(line.number, f"section {words[0][:40]!r} is not read; use PERIODS")
        elif section == "PERIODS" and len(words) == (1 if explicit else 3):
            if words[-1] in periods:
                notes.problem(line.number, f"period {words[-1][:40]!r} stands twice; rename one")
            periods.setdefault(words[-1], len(periods))
            begins.append((line, words[0], words[-2] if not explicit else ""))
        elif section in named and len(words) == 2:
            if words[1] not in periods:
                notes.unknown(line.number, "period", words[1], periods)
            named[section][words[0]] = periods.get(words[1], 0)
        else:
            notes.problem(
                line.number, "write first column, first row and period below PERIODS, or a name "
                "and its period below ROWS and COLUMNS of an explicit file",
            )  # fmt: skip
    if not 1 <= len(periods) <= _MOST:
        notes.problem(0, f"{len(periods)} periods; name 1 .. {_MOST} below PERIODS")
    notes.finish()
    staged = (
        _explicit(core, periods, named, notes)
        if explicit
        else _implicit(core, periods, begins, notes)
    )
    _causal(staged, notes)
    return staged, tuple(notes.warnings)


def _implicit(
    core: Core, periods: Mapping[str, int], begins: Sequence[tuple[Line, str, str]], notes: Notes
) -> Staged:
    """Return stages that begin at a column and a row and last until the next begins."""
    place = {name: i for i, name in enumerate(core.columns)}
    columns, rows = [], []
    for line, column, row in begins:
        if column not in place:
            notes.unknown(line.number, "column", column, place)
        if row not in core.order:
            notes.unknown(line.number, "row", row, core.order)
        columns.append(place.get(column, 0))
        rows.append(core.order.get(row, 0))
        if len(columns) > 1 and (columns[-1] <= columns[-2] or rows[-1] <= rows[-2]):
            notes.problem(
                line.number, "begins no later than the period before; order columns and rows "
                "of the core by stage, or name all of them in an explicit file",
            )  # fmt: skip
    notes.finish()
    at = [core.order[row] for row in core.rows]
    return Staged(
        core=core,
        periods=tuple(periods),
        column_stage=_since(columns, range(len(core.columns))),
        row_stage=_since(rows, at),
    )


def _since(begins: Sequence[int], places: Sequence[int]) -> Index:
    found = np.searchsorted(np.array(begins), np.array(places, np.int64), side="right") - 1
    return np.maximum(found, 0).astype(np.int64)


def _explicit(
    core: Core, periods: Mapping[str, int], named: Mapping[str, Mapping[str, int]], notes: Notes
) -> Staged:
    for section, names in (("ROWS", core.rows), ("COLUMNS", core.columns)):
        known = {*names, *core.order} if section == "ROWS" else set(names)
        for name in sorted(set(named[section]) - known):
            notes.problem(0, f"{section}: no {name[:40]!r} in the core file; mend the name")
        for name in sorted(set(names) - set(named[section])):
            notes.problem(0, f"{section}: {name[:40]!r} has no period; give it one")
    notes.finish()
    return Staged(
        core=core,
        periods=tuple(periods),
        column_stage=np.array([named["COLUMNS"][c] for c in core.columns], np.int64),
        row_stage=np.array([named["ROWS"][r] for r in core.rows], np.int64),
    )


def _causal(staged: Staged, notes: Notes) -> None:
    """Refuse rows that hold before all of their columns are decided."""
    core = staged.core
    early = staged.row_stage[core.row_of] < staged.column_stage[core.column_of]
    for row, column in zip(core.row_of[early][:20], core.column_of[early][:20], strict=True):
        notes.problem(
            0, f"row {core.rows[row][:40]!r} holds before its column {core.columns[column][:40]!r} "
            "is decided; move one of them to another period",
        )  # fmt: skip
    if notes.problems:
        raise DataError(notes.problems)
