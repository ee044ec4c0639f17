"""The stoch file of a stochastic program: what is random, element by element or as scenarios."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import few
from wheelbase.plan.mps import Core
from wheelbase.plan.mps_text import INFINITE, Line, Notes, lines_of
from wheelbase.plan.smps_time import Staged
from wheelbase.plan.smps_tree import LARGEST_TABLE, Data, Datum, Scenario, tree_of
from wheelbase.plan.stochastic import Level, Random, Slots

__all__ = ["Found", "Inherit", "read_random"]

Index = NDArray[np.int64]

_COST, _SIDE, _COEFFICIENT, _LEAST, _GREATEST = range(5)
_SECTIONS = ("INDEP", "BLOCKS", "SCENARIOS")
_WORDS = ("DISCRETE", "REPLACE", "ADD")


class Inherit(Enum):
    """What data a scenario has that it does not name."""

    PARENT = "parent"
    CORE = "core"


@dataclass(frozen=True, slots=True)
class Found:
    """What a stoch file says; the core with a zero for every coefficient it lacked."""

    core: Core
    randoms: tuple[Random, ...] = field(repr=False)
    tree: tuple[Level, ...] = field(repr=False)
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Choice:
    """Data that take one of some joint values, as far as it has been read."""

    line: int
    label: str
    values: list[dict[Datum, float]] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)


@dataclass(slots=True)
class _Draft:
    """The file as far as it has been read."""

    staged: Staged
    notes: Notes
    columns: dict[str, int]
    rows: dict[str, int]
    coefficients: dict[tuple[int, int], int]
    section: str = ""
    adds: bool = False
    single: dict[str, _Choice] = field(default_factory=dict)
    blocks: dict[str, _Choice] = field(default_factory=dict)
    scenarios: list[Scenario] = field(default_factory=list)
    target: dict[Datum, float] | None = None


def read_random(
    text: str, staged: Staged, inherit: Inherit = Inherit.PARENT, place: str = "stoch"
) -> Found:
    """Return the random data of a program.

    Raises:
        DataError: Every problem with its line.
    """
    notes, core = Notes(place), staged.core
    places = zip(core.row_of.tolist(), core.column_of.tolist(), strict=True)
    draft = _Draft(
        staged, notes,
        {name: i for i, name in enumerate(core.columns)},
        {name: i for i, name in enumerate(core.rows)},
        {pair: i for i, pair in enumerate(places)},
    )  # fmt: skip
    for line in lines_of(text, notes):
        words = line.words(core.has_spaces)
        if line.opens:
            _open(draft, line, words)
        elif draft.section == "INDEP":
            _single(draft, line, words)
        elif draft.section in _SECTIONS:
            _joint(draft, line, words)
        elif not draft.section:
            notes.problem(line.number, "stands before any section; begin with INDEP or the like")
    if draft.scenarios and (draft.single or draft.blocks):
        notes.problem(0, "SCENARIOS beside INDEP or BLOCKS; write them as scenarios throughout")
    notes.finish()
    return _found(draft, inherit)


def _open(draft: _Draft, line: Line, words: list[str]) -> None:
    name, notes = words[0].upper(), draft.notes
    draft.target = None
    if name in ("STOCH", "STOCHASTIC", "NAME"):
        return
    draft.section = name
    if name not in _SECTIONS:
        notes.problem(line.number, f"section {words[0][:40]!r} is not read; use "
                                   f"{', '.join(_SECTIONS)}")  # fmt: skip
        return
    others = [w.upper() for w in words[1:] if w.upper() not in _WORDS]
    if others:
        notes.problem(line.number, f"{others[0][:40]!r} is not read; use DISCRETE with REPLACE "
                                   "or ADD, a distribution cut into values")  # fmt: skip
    draft.adds = "ADD" in [w.upper() for w in words[1:]]


def _single(draft: _Draft, line: Line, words: list[str]) -> None:
    """Read one value of an independent element: datum, value, period if any, probability."""
    notes = draft.notes
    bound = words[0].upper() in ("UP", "LO", "FX") and words[0] not in draft.columns
    rest = words[1:] if bound else words
    if len(rest) not in (4, 5):
        notes.problem(line.number, f"{len(words)} fields; write column or right-hand side, row, "
                                   "value, period and probability")  # fmt: skip
        return
    value = notes.number(line.number, rest[2], bound and not draft.adds)
    label = rest[3] if len(rest) == 5 else ""
    chance = _chance(draft, line, rest[-1])
    data = _data(draft, line, words[0].upper() if bound else "", rest[0], rest[1])
    if data:
        key = " ".join(words[: 3 if bound else 2])
        choice = draft.single.setdefault(key, _Choice(line.number, label))
        choice.values.append({d: _value(draft, line, d, value) for d in data})
        choice.chances.append(chance)
        _known_period(draft, line, label)


def _joint(draft: _Draft, line: Line, words: list[str]) -> None:
    """Read a line of a block or scenario: its head, or one or two data."""
    head = {"BLOCKS": "BL", "SCENARIOS": "SC"}[draft.section]
    if words[0].upper() == head and words[0] not in draft.columns:
        _block(draft, line, words) if head == "BL" else _scenario(draft, line, words)
        return
    notes = draft.notes
    if draft.target is None:
        notes.problem(line.number, f"stands before a line {head}; name its block or scenario")
        return
    bound = words[0].upper() in ("UP", "LO", "FX") and words[0] not in draft.columns
    rest = words[1:] if bound else words
    if len(rest) not in (3, 5) or (bound and len(rest) != 3):
        notes.problem(line.number, f"{len(words)} fields; write column or right-hand side, and "
                                   "one or two pairs of row and value")  # fmt: skip
        return
    for row, word in zip(rest[1::2], rest[2::2], strict=True):
        value = notes.number(line.number, word, bound and not draft.adds)
        for datum in _data(draft, line, words[0].upper() if bound else "", rest[0], row):
            if datum in draft.target:
                notes.problem(line.number, f"{rest[0][:40]} {row[:40]} stands twice; keep one")
            draft.target[datum] = _value(draft, line, datum, value)


def _block(draft: _Draft, line: Line, words: list[str]) -> None:
    if len(words) not in (3, 4):
        draft.notes.problem(line.number, "write BL, name of the block, period and probability")
        return
    label = words[2] if len(words) == 4 else ""
    choice = draft.blocks.setdefault(words[1], _Choice(line.number, label))
    draft.target = {}
    choice.values.append(draft.target)
    choice.chances.append(_chance(draft, line, words[-1]))
    _known_period(draft, line, label)


def _scenario(draft: _Draft, line: Line, words: list[str]) -> None:
    notes, periods = draft.notes, draft.staged.periods
    draft.target = {}
    if len(words) != 5:
        notes.problem(line.number, "write SC, name, parent or ROOT, probability and period")
        return
    _known_period(draft, line, words[4])
    stage = periods.index(words[4]) if words[4] in periods else 0
    parent = words[2].strip("'\"")
    chance = _chance(draft, line, words[3])
    draft.scenarios.append(Scenario(words[1], parent, chance, stage, line.number, draft.target))


def _known_period(draft: _Draft, line: Line, label: str) -> None:
    if label and label not in draft.staged.periods:
        draft.notes.unknown(line.number, "period", label, draft.staged.periods)


def _chance(draft: _Draft, line: Line, word: str) -> float:
    chance = draft.notes.number(line.number, word)
    if not 0 <= chance <= 1:
        draft.notes.problem(line.number, f"probability {chance:g} is outside 0 .. 1; mend it")
        return 0.0
    return chance


def _data(draft: _Draft, line: Line, bound: str, first: str, second: str) -> list[Datum]:
    """Return the data that two names mean: a cost, a right-hand side, a coefficient, bounds."""
    notes, core = draft.notes, draft.staged.core
    if bound:
        if second not in draft.columns:
            notes.unknown(line.number, "column", second, draft.columns)
            return []
        kinds = {"UP": (_GREATEST,), "LO": (_LEAST,), "FX": (_LEAST, _GREATEST)}[bound]
        return [(kind, -1, draft.columns[second]) for kind in kinds]
    is_side = first not in draft.columns and (
        first in core.sides or first.upper() in ("RHS", "RIGHT")
    )
    if not is_side and first not in draft.columns:
        notes.unknown(line.number, "column", first, draft.columns)
    elif second == core.objective and is_side:
        notes.problem(line.number, "a random constant of the objective is not read; give it a "
                                   "column fixed at one")  # fmt: skip
    elif second == core.objective:
        return [(_COST, -1, draft.columns[first])]
    elif second in draft.rows and is_side:
        return [(_SIDE, draft.rows[second], -1)]
    elif second in draft.rows:
        row, column = draft.rows[second], draft.columns[first]
        if draft.staged.row_stage[row] >= draft.staged.column_stage[column]:
            return [(_COEFFICIENT, row, column)]
        notes.problem(line.number, f"row {second[:40]!r} holds before column {first[:40]!r} is "
                                   "decided; name a row of its period")  # fmt: skip
    elif second not in core.order:
        notes.unknown(line.number, "row", second, draft.rows)
    return []


def _value(draft: _Draft, line: Line, datum: Datum, value: float) -> float:
    """Return what a datum becomes; beyond 1e20 a bound is none."""
    if abs(value) >= INFINITE:
        value = float(np.copysign(np.inf, value))
    value = value + _of_core(draft, datum) if draft.adds else value
    if value == {_LEAST: np.inf, _GREATEST: -np.inf}.get(datum[0]):
        draft.notes.problem(line.number, "a bound that nothing satisfies; mend it")
    return value


def _of_core(draft: _Draft, datum: Datum) -> float:
    core, (kind, row, column) = draft.staged.core, datum
    if kind == _COEFFICIENT:
        place = draft.coefficients.get((row, column))
        return 0.0 if place is None else float(core.value[place])
    if kind == _SIDE:
        return float(core.rhs[row])
    return float({_COST: core.cost, _LEAST: core.low, _GREATEST: core.high}[kind][column])


def _stage(draft: _Draft, datum: Datum) -> int:
    kind, row, column = datum
    by_row = kind in (_SIDE, _COEFFICIENT)
    return int(draft.staged.row_stage[row] if by_row else draft.staged.column_stage[column])


def _found(draft: _Draft, inherit: Inherit) -> Found:
    """Return what was read, every datum at its slot."""
    notes = draft.notes
    choices = [*draft.single.items(), *draft.blocks.items()]
    named = {d for _, choice in choices for values in choice.values for d in values}
    named |= {d for scenario in draft.scenarios for d in scenario.values}
    known = sorted(named)
    core = _with_zeros(draft.staged.core, known, draft)
    data = Data(
        {d: i for i, d in enumerate(known)},
        _slots_of(core, known),
        np.array([_stage(draft, d) for d in known], np.int64),
        np.array([_of_core(draft, d) for d in known], np.float64),
        draft.staged.periods,
    )
    tree: tuple[Level, ...] = ()
    inherits = inherit is Inherit.PARENT
    if draft.scenarios:
        _warn_of_sum(notes, 0, "scenarios", (s.probability for s in draft.scenarios))
        tree = tree_of(draft.scenarios, data, inherits, notes)
    taken = [_random(choice, name, data, inherits, notes) for name, choice in choices]
    _refuse_overlap(choices, notes)
    notes.finish()
    return Found(core, tuple(taken), tree, tuple(few(notes.warnings)))


def _random(choice: _Choice, name: str, data: Data, inherits: bool, notes: Notes) -> Random:
    """Return a choice at the stage of its data; later values state what differs from the first."""
    named = sorted({d for values in choice.values for d in values})
    if len(choice.values) * len(named) > LARGEST_TABLE:
        notes.problem(choice.line, f"{name[:40]!r} has too many values; leave some out")
        notes.finish()
    place = np.array([data.place[d] for d in named], np.int64)
    found = np.tile(data.core[place], (len(choice.values), 1))
    column = {d: i for i, d in enumerate(named)}
    for row, values in enumerate(choice.values):
        if inherits and row:
            found[row] = found[0]
        for datum, value in values.items():
            found[row, column[datum]] = value
    stages = set(data.stages[place].tolist())
    stage = min(stages, default=0)
    if len(stages) > 1:
        notes.problem(choice.line, f"block {name[:40]!r} has data of several periods; part it")
    if stage == 0 and named and len(choice.values) > 1:
        notes.problem(choice.line, f"{name[:40]!r} is random in the first period, when nothing is "
                                   "left to wait for; move its row to a later one")  # fmt: skip
    if choice.label and named and data.periods[stage] != choice.label:
        notes.warn(
            choice.line, f"{name[:40]!r} is labelled {choice.label!r}, its row belongs to "
            f"{data.periods[stage]!r}; the row counts",
        )  # fmt: skip
    _warn_of_sum(notes, choice.line, f"{name[:40]!r}", choice.chances)
    chances = np.array(choice.chances, np.float64)
    return Random(stage=stage, slots=data.slots[place], values=found, probability=chances)


def _refuse_overlap(choices: Iterable[tuple[str, _Choice]], notes: Notes) -> None:
    """Refuse data that two elements would set."""
    owner: dict[Datum, str] = {}
    for name, choice in choices:
        for datum in {d for values in choice.values for d in values}:
            if owner.setdefault(datum, name) != name:
                notes.problem(choice.line, f"{name[:40]!r} sets what {owner[datum][:40]!r} sets "
                                           "already; join them in one block")  # fmt: skip


def _warn_of_sum(notes: Notes, line: int, what: str, chances: Iterable[float]) -> None:
    total = float(sum(chances))
    if abs(total - 1) > 1e-9:
        notes.warn(
            line, f"probabilities of {what} sum to {total:.12g}, not to 1; taken as they are"
        )


def _with_zeros(core: Core, known: Iterable[Datum], draft: _Draft) -> Core:
    """Return the core with a zero for each random coefficient that it lacks."""
    lacking = [d for d in known if d[0] == _COEFFICIENT and d[1:] not in draft.coefficients]
    if not lacking:
        return core
    row_of = np.concatenate([core.row_of, [d[1] for d in lacking]])
    column_of = np.concatenate([core.column_of, [d[2] for d in lacking]])
    value = np.concatenate([core.value, np.zeros(len(lacking))])
    order = np.lexsort((column_of, row_of))
    return replace(core, row_of=row_of[order], column_of=column_of[order], value=value[order])


def _slots_of(core: Core, known: Iterable[Datum]) -> Index:
    begins = Slots.of(core).begins
    pairs = zip(core.row_of.tolist(), core.column_of.tolist(), strict=True)
    place = {pair: i for i, pair in enumerate(pairs)}
    found = []
    for kind, row, column in known:
        within = place[row, column] if kind == _COEFFICIENT else row if kind == _SIDE else column
        found.append(int(begins[kind]) + within)
    return np.array(found, np.int64)
