"""Mathematical programs as MPS text, fixed or free: the core file of a stochastic program.

Source: IBM, MPSX/370 (1979), for sections and fields; Birge, Dempster, Gassmann, Gunn, King,
Wallace, A standard input format for multiperiod stochastic linear programs, COAL Newsletter 17
(1987), for the core file.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import few
from wheelbase.plan.mps_text import INFINITE, Line, Notes, lines_of, number

__all__ = ["Core", "read_core"]

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Flags = NDArray[np.bool_]

_K = TypeVar("_K", bound=Hashable)

_SENSES = {"L": (-np.inf, 0.0), "G": (0.0, np.inf), "E": (0.0, 0.0)}
_BOUNDS = ("UP", "LO", "FX", "FR", "MI", "PL", "BV", "LI", "UI")
_BARE = ("FR", "MI", "PL", "BV")


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """min cost x + offset, rhs + low_shift <= A x <= rhs + high_shift, low <= x <= high.

    Args:
        rows: (m,) names of the constraints in order.
        columns: (n,) names of the columns in order.
        objective: Name of the row that is minimised.
        order: Name of any row of the file, objective and free rows too, to its place.
        cost: (n,) of the columns.
        offset: Added to the value.
        row_of: (k,) row of each coefficient; coefficients stand by row, then column.
        column_of: (k,) its column.
        value: (k,) the coefficient.
        rhs: (m,) right-hand sides.
        low_shift: (m,) what the least of a row is above its right-hand side, or -infinity.
        high_shift: (m,) what the greatest is above it, or infinity.
        low: (n,) least of the columns.
        high: (n,) greatest.
        integer: (n,) whether whole.
        sides: Names that the file gives its right-hand side.
        has_spaces: Whether names hold spaces, so that only fixed fields part them.
        warnings: What a reader should know, a line each.
    """

    rows: tuple[str, ...] = field(repr=False)
    columns: tuple[str, ...] = field(repr=False)
    objective: str
    order: Mapping[str, int] = field(repr=False)
    cost: Array = field(repr=False)
    offset: float
    row_of: Index = field(repr=False)
    column_of: Index = field(repr=False)
    value: Array = field(repr=False)
    rhs: Array = field(repr=False)
    low_shift: Array = field(repr=False)
    high_shift: Array = field(repr=False)
    low: Array = field(repr=False)
    high: Array = field(repr=False)
    integer: Flags = field(repr=False)
    sides: frozenset[str]
    has_spaces: bool
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Draft:
    """The core as far as it has been read."""

    notes: Notes
    order: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    senses: list[str] = field(default_factory=list)
    free: set[str] = field(default_factory=set)
    objective: str = ""
    columns: dict[str, int] = field(default_factory=dict)
    whole: list[bool] = field(default_factory=list)
    bounded: set[int] = field(default_factory=set)
    lowered: set[int] = field(default_factory=set)
    cost: dict[int, float] = field(default_factory=dict)
    matrix: dict[tuple[int, int], float] = field(default_factory=dict)
    rhs: dict[int, float] = field(default_factory=dict)
    ranges: dict[int, float] = field(default_factory=dict)
    offset: float = 0.0
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    sets: dict[str, str] = field(default_factory=dict)
    sides: set[str] = field(default_factory=set)
    is_whole: bool = False


def read_core(text: str, place: str = "core") -> Core:
    """Return the program that an MPS text states.

    Columns between MARKER INTORG and INTEND are whole; without a bound they reach from 0 to
    infinity (dialects differ, hence a warning). Free rows after the first are left out.

    Args:
        text: Of the file.
        place: Name of the file, for problems.

    Raises:
        DataError: Every problem with its line.
    """
    notes = Notes(place)
    lines = list(lines_of(text, notes))
    draft = _Draft(notes)
    spaced = _has_spaces(lines)
    section = ""
    for line in lines:
        if line.opens:
            section = _section(draft, line, section)
            continue
        words = line.words(spaced)
        match section:
            case "ROWS":
                _row(draft, line, words)
            case "COLUMNS":
                _column(draft, line, words)
            case "RHS" | "RANGES":
                _side(draft, line, words, section)
            case "BOUNDS":
                _bound(draft, line, words)
            case "":
                notes.problem(line.number, "stands before any section; begin with NAME or ROWS")
    return _core(draft, spaced)


def _section(draft: _Draft, line: Line, before: str) -> str:
    words = line.words()
    name = words[0].upper()
    if name in ("NAME", "ROWS", "COLUMNS", "RHS", "RANGES", "BOUNDS"):
        return "" if name == "NAME" else name
    if name == "OBJSENSE":
        draft.notes.problem(line.number, "OBJSENSE is not read; state a minimum, costs positive")
    else:
        draft.notes.problem(
            line.number, f"section {words[0][:40]!r} is not read; linear and whole programs only"
        )
    return "skipped"


def _has_spaces(lines: Sequence[Line]) -> bool:
    """Return whether names hold spaces: a row of three words, a column whose fields say so."""
    section = ""
    for line in lines:
        words = line.words()
        if line.opens:
            section = words[0].upper()
        elif section == "ROWS" and len(words) > 2:
            return len(line.words(True)) == 2
        elif section == "COLUMNS" and len(words) not in (3, 5):
            fixed = line.words(True)
            return len(fixed) in (3, 5) and number(fixed[2]) is not None
    return False


def _row(draft: _Draft, line: Line, words: list[str]) -> None:
    if len(words) != 2 or words[0].upper() not in ("N", *_SENSES):
        draft.notes.problem(line.number, "a row is N, L, G or E and a name; write those two")
        return
    sense, name = words[0].upper(), words[1]
    if name in draft.order:
        draft.notes.problem(line.number, f"row {name[:40]!r} stands twice; rename one")
        return
    draft.order[name] = len(draft.order)
    if sense != "N":
        draft.rows[name] = len(draft.rows)
        draft.senses.append(sense)
    elif not draft.objective:
        draft.objective = name
    else:
        draft.free.add(name)
        draft.notes.warn(line.number, f"free row {name[:40]!r} is left out")


def _column(draft: _Draft, line: Line, words: list[str]) -> None:
    notes = draft.notes
    if len(words) == 3 and words[1].strip("'\"").upper() == "MARKER":
        mark = words[2].strip("'\"").upper()
        if mark not in ("INTORG", "INTEND"):
            notes.problem(line.number, f"marker {mark[:40]!r} is not read; use INTORG and INTEND")
        draft.is_whole = mark == "INTORG"
        return
    if len(words) not in (3, 5):
        notes.problem(line.number, f"{len(words)} fields; a column has a name and one or two "
                                   "pairs of row and number")  # fmt: skip
        return
    name = words[0]
    column = draft.columns.setdefault(name, len(draft.columns))
    if column == len(draft.low):
        draft.low.append(0.0)
        draft.high.append(np.inf)
        draft.whole.append(draft.is_whole)
    for row, word in zip(words[1::2], words[2::2], strict=True):
        value = notes.number(line.number, word)
        if row == draft.objective:
            _once(notes, line, draft.cost, column, value, f"{name} in {row}")
        elif row in draft.rows:
            _once(notes, line, draft.matrix, (draft.rows[row], column), value, f"{name} in {row}")
        elif row not in draft.free:
            notes.unknown(line.number, "row", row, draft.rows)


def _once(
    notes: Notes, line: Line, known: dict[_K, float], key: _K, value: float, what: str
) -> None:
    if key in known and known[key] == value:
        notes.warn(line.number, f"{what[:80]} stands twice with the same number")
    elif key in known:
        notes.problem(line.number, f"{what[:80]} stands twice, with two numbers; keep one")
    known[key] = value


def _side(draft: _Draft, line: Line, words: list[str], section: str) -> None:
    notes = draft.notes
    if len(words) < 2 or len(words) > 5:
        notes.problem(line.number, f"{len(words)} fields; write one or two pairs of row and number")
        return
    label = words[0] if len(words) % 2 else ""
    if section == "RHS":
        draft.sides.add(label)
    if draft.sets.setdefault(section, label) != label:
        notes.warn(line.number, f"{section} {label[:40]!r} is left out; the first set counts")
        return
    pairs = words[len(words) % 2 :]
    known = draft.rhs if section == "RHS" else draft.ranges
    for row, word in zip(pairs[::2], pairs[1::2], strict=True):
        value = notes.number(line.number, word)
        if row == draft.objective and section == "RHS":
            draft.offset = -value
        elif row in draft.rows:
            _once(notes, line, known, draft.rows[row], value, f"{section} of {row}")
        elif row not in draft.free:
            notes.unknown(line.number, "row", row, draft.rows)


def _bound(draft: _Draft, line: Line, words: list[str]) -> None:
    notes = draft.notes
    kind = words[0].upper()
    if kind not in _BOUNDS:
        notes.problem(line.number, f"bound {words[0][:40]!r} is not read; use {', '.join(_BOUNDS)}")
        return
    rest = words[1:]
    if kind in _BARE:
        named = [w for w in rest[:2] if w in draft.columns] or ["", *rest[:2]]
        name = named[-1]
        label = rest[0] if rest[0:1] != [name] else ""
        value = 0.0
    elif len(rest) in (2, 3):
        label, name = (rest[0], rest[1]) if len(rest) == 3 else ("", rest[0])
        value = notes.number(line.number, rest[-1], bound=True)
    else:
        notes.problem(line.number, f"{len(words)} fields; write kind, set, column and number")
        return
    if name not in draft.columns:
        notes.unknown(line.number, "column", name, draft.columns)
        return
    if draft.sets.setdefault("BOUNDS", label) != label:
        notes.warn(line.number, f"bounds {label[:40]!r} are left out; the first set counts")
        return
    _apply(draft, line, kind, draft.columns[name], value)


def _apply(draft: _Draft, line: Line, kind: str, column: int, value: float) -> None:
    """Set bounds; beyond 1e20 is infinite, and a negative upper alone frees the lower."""
    low, high = draft.low, draft.high
    if abs(value) >= INFINITE:
        value = float(np.copysign(np.inf, value))
    if kind in ("BV", "LI", "UI"):
        draft.whole[column] = True
    draft.bounded.add(column)
    match kind:
        case "BV":
            low[column], high[column] = 0.0, 1.0
        case "FR":
            low[column], high[column] = -np.inf, np.inf
        case "MI":
            low[column] = -np.inf
        case "PL":
            high[column] = np.inf
        case "FX":
            low[column] = high[column] = value
        case "LO" | "LI":
            low[column] = value
        case _:
            high[column] = value
            if value < 0 and low[column] == 0.0 and column not in draft.lowered:
                low[column] = -np.inf
                draft.notes.warn(
                    line.number, "an upper bound below 0 without a lower: taken from -infinity"
                )
    if kind in ("BV", "FR", "MI", "FX", "LO", "LI"):
        draft.lowered.add(column)


def _core(draft: _Draft, spaced: bool) -> Core:
    notes = draft.notes
    if not draft.objective:
        notes.problem(0, "no objective; give ROWS a row of kind N")
    if not draft.columns:
        notes.problem(0, "no columns; give it a section COLUMNS")
    for name, column in draft.columns.items():
        low, high = draft.low[column], draft.high[column]
        if low > high or low == np.inf or high == -np.inf:
            notes.problem(
                0, f"column {name[:40]!r} must lie in {low:g} .. {high:g}; mend its bounds"
            )
    notes.finish()
    whole = np.array(draft.whole, bool)
    loose = sum(w and c not in draft.bounded for c, w in enumerate(draft.whole))
    if loose:
        notes.warn(0, f"{loose} whole columns have no bound; taken from 0 to infinity, not to 1")
    rhs, low_shift, high_shift = _row_sides(draft)
    cost = np.zeros(len(whole))
    cost[list(draft.cost)] = list(draft.cost.values())
    places = np.array(sorted(draft.matrix), np.int64).reshape(-1, 2)
    return Core(
        rows=tuple(draft.rows),
        columns=tuple(draft.columns),
        objective=draft.objective,
        order=draft.order,
        cost=cost,
        offset=draft.offset,
        row_of=places[:, 0],
        column_of=places[:, 1],
        value=np.array([draft.matrix[p] for p in sorted(draft.matrix)], np.float64),
        rhs=rhs,
        low_shift=low_shift,
        high_shift=high_shift,
        low=np.array(draft.low, np.float64),
        high=np.array(draft.high, np.float64),
        integer=whole,
        sides=frozenset(draft.sides),
        has_spaces=spaced,
        warnings=tuple(few(notes.warnings)),
    )


def _row_sides(draft: _Draft) -> tuple[Array, Array, Array]:
    """Return right-hand sides and how far rows reach from them, with their ranges."""
    rhs = np.zeros(len(draft.rows))
    rhs[list(draft.rhs)] = list(draft.rhs.values())
    shifts = np.array([_SENSES[s] for s in draft.senses], np.float64).reshape(-1, 2)
    for row, width in draft.ranges.items():
        match draft.senses[row]:
            case "L":
                shifts[row, 0] = -abs(width)
            case "G":
                shifts[row, 1] = abs(width)
            case _:
                shifts[row, 0 if width < 0 else 1] = width
    return rhs, shifts[:, 0].copy(), shifts[:, 1].copy()
