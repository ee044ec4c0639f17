"""Facts to specs: one CSV row = one figure with unit, source and status. All problems at once."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any, Generic, TypeVar

from wheelbase.catalogue.spec import Field, Spec, shape
from wheelbase.errors import DataError
from wheelbase.units import Quantity, parse_money, to_si

__all__ = ["STATUSES", "Origin", "Shelf", "T", "load", "rows_of"]

T = TypeVar("T", bound=Spec)

STATUSES = ("certified", "published", "derived", "estimate")
_COLUMNS = ("id", "field", "value", "unit", "source", "page", "status")
_ID = re.compile(r"[a-z][a-z0-9_.-]{0,63}$")
_SHARE = Quantity("share", "-", low=0, high=1)
_KEY = re.compile(r"(?P<name>\w+?)(?P<side>_low|_high)?(?:@(?P<at>\d{4}|\d{1,3}(?:\.\d+)?%))?$")


@dataclass(frozen=True, slots=True)
class Origin:
    """Who says so: the row of the figure, key into sources.bib, page or table, and how firm."""

    place: str
    value: str
    unit: str
    source: str
    page: str
    status: str


@dataclass(frozen=True, slots=True)
class Shelf(Generic[T]):
    """Specs of one kind by id, with the origin and the interval of each of their figures.

    Args:
        kind: Name of the facts file without its ending.
        items: Specs by id.
        origins: (id, field as written in the file) -> origin.
        intervals: (id, field) -> low and high in the unit of the code, where the file gives them.
    """

    kind: str
    items: Mapping[str, T]
    origins: Mapping[tuple[str, str], Origin] = field(repr=False)
    intervals: Mapping[tuple[str, str], tuple[Any, Any]] = field(repr=False)

    def __getitem__(self, id: str) -> T:
        """Return the spec with this id; DataError names the nearest ids if there is none."""
        if id not in self.items:
            near = get_close_matches(id, self.items, n=3, cutoff=0.4) or sorted(self.items)[:3]
            raise DataError(f"no {self.kind} {id!r}; did you mean {', '.join(near)}?")
        return self.items[id]

    def __iter__(self) -> Iterator[T]:
        """Return the specs in the order of the file."""
        return iter(self.items.values())

    def __len__(self) -> int:
        """Return how many specs there are."""
        return len(self.items)

    def __contains__(self, id: object) -> bool:
        """Return whether an id is on the shelf."""
        return id in self.items


@dataclass(slots=True)
class _Entry:
    """What has been read of one id so far."""

    values: dict[str, Any] = field(default_factory=dict)
    sides: dict[tuple[str, str], Any] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    last: str = ""


def rows_of(text: str, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Return (file:line, row) of a facts file, checked for its columns.

    Raises:
        DataError: Not the columns of a facts file.
    """
    reader = csv.DictReader(io.StringIO(text))
    if tuple(reader.fieldnames or ()) != _COLUMNS:
        raise DataError(f"{name}:1: the columns must be {','.join(_COLUMNS)}")
    for row in reader:
        yield f"{name}:{reader.line_num}", row


def load(kind: type[T], text: str, name: str, sources: Iterable[str]) -> Shelf[T]:
    """Return the shelf that a facts file describes.

    Args:
        kind: Spec to build.
        text: Content of the file.
        name: File name, for messages and origins.
        sources: Keys of sources.bib.

    Raises:
        DataError: Lists every bad row (file:line) and every missing field at once.
    """
    known, written = frozenset(sources), {f.name: f for f in shape(kind)}
    entries: dict[str, _Entry] = {}
    origins: dict[tuple[str, str], Origin] = {}
    problems: list[str] = []
    for place, row in rows_of(text, name):
        if not _ID.match(row["id"] or ""):
            what = "must be lower case letters, digits, '.', '_' or '-'"
            problems.append(f"{place}: id {row['id']!r} {what}")
            continue
        entry = entries.setdefault(row["id"], _Entry())
        entry.last = place
        try:
            _check_row(row, known)
            if (row["id"], row["field"]) in origins and not _is_list(written, row["field"]):
                first = origins[row["id"], row["field"]].place
                raise ValueError(f"given twice, first in {first}")
            _store(entry, written, kind.__name__, row)
            origins[row["id"], row["field"]] = Origin(
                place, *(row[c] for c in ("value", "unit", "source", "page", "status"))
            )
        except ValueError as error:
            entry.broken.add(row["field"])
            problems.append(f"{place}: {row['id']}.{row['field']}: {error}")
    items = dict(_build(kind, written, entries, problems))
    if problems:
        raise DataError(problems)
    return Shelf(name.removesuffix(".csv"), items, origins, _intervals(entries))


def _check_row(row: Mapping[str, str | None], sources: frozenset[str]) -> None:
    if None in row.values() or None in row:
        raise ValueError(f"a row has {len(_COLUMNS)} cells; quote a text that holds a comma")
    if row["status"] not in STATUSES:
        raise ValueError(f"status {row['status']!r} is not one of {', '.join(STATUSES)}")
    if not row["source"]:
        raise ValueError("no source; name a key of sources.bib")
    if row["source"] not in sources:
        near = get_close_matches(row["source"] or "", sources, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"source {row['source']!r} is not in sources.bib{hint}")
    if row["status"] == "estimate" and not row["page"]:
        raise ValueError("an estimate says in its page column how it was made")


def _is_list(written: Mapping[str, Field], name: str) -> bool:
    return name in written and written[name].many == "list"


def _store(entry: _Entry, written: Mapping[str, Field], kind: str, row: Mapping[str, str]) -> None:
    match = _KEY.match(row["field"])
    name = row["field"] if row["field"] in written else match["name"] if match else ""
    if match is None or name not in written:
        near = get_close_matches(row["field"], written, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"{kind} has no such field{hint}")
    field, at = written[name], match["at"]
    side = match["side"] if row["field"] not in written else None
    _check_place(field, at)
    value = _value(field, row["value"], row["unit"])
    if side:
        if field.quantity is None:
            raise ValueError("only a figure has a low and a high")
        entry.sides[name if at is None else f"{name}@{at}", side[1:]] = value
    elif field.many == "series":
        entry.values.setdefault(name, {})[int(at)] = value
    elif field.many == "curve":
        entry.values.setdefault(name, {})[to_si(float(at[:-1]), "%", _SHARE)] = value
    elif field.many == "list":
        entry.values[name] = (*entry.values.get(name, ()), value)
    else:
        entry.values[name] = value


def _check_place(field: Field, at: str | None) -> None:
    """Refuse a field without the year or share that its kind is written with, or with another."""
    kind = None if at is None else "curve" if at.endswith("%") else "series"
    wanted = field.many if field.many in ("series", "curve") else None
    if kind == wanted:
        return
    if wanted == "series":
        raise ValueError("the field needs a year, such as name@2019")
    if wanted == "curve":
        raise ValueError("the field needs a share, such as name@80%")
    raise ValueError(f"the field takes no {'year' if kind == 'series' else 'share'}")


def _value(field: Field, text: str, unit: str) -> Any:
    """Return the value of one cell in the unit of the code."""
    if field.quantity is None:
        if unit != {"word": "text"}.get(field.kind, field.kind):
            raise ValueError(f"unit {unit!r}: a {field.kind} is written with its own unit name")
        if field.kind == "date":
            return date.fromisoformat(text)
        if field.words and text not in field.words:
            near = get_close_matches(text, field.words, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"{text!r} is not one of {', '.join(field.words)}{hint}")
        return text
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a number") from None
    if field.kind == "money":
        money = parse_money(number, unit, field.quantity)
        if money.year is None:
            raise ValueError(f"unit {unit!r} lacks its price year, such as EUR2019")
        return money
    figure = to_si(number, unit, field.quantity)
    return int(figure) if field.quantity.whole else figure


def _build(
    kind: type[T], written: Mapping[str, Field], entries: Mapping[str, _Entry], problems: list[str]
) -> Iterator[tuple[str, T]]:
    required = {name for name, field in written.items() if not field.optional}
    for id, entry in entries.items():
        series = {n for n, f in written.items() if f.many in ("series", "curve")}
        values = {**{n: {} for n in series}, **entry.values}
        if missing := sorted(required - values.keys() - entry.broken):
            problems.append(f"{entry.last}: {id} lacks {', '.join(missing)}")
        if required - values.keys():
            continue
        try:
            yield id, kind(id=id, **values)
        except ValueError as error:
            problems.append(f"{entry.last}: {id}: {error}")


def _intervals(entries: Mapping[str, _Entry]) -> dict[tuple[str, str], tuple[Any, Any]]:
    pairs: dict[tuple[str, str], dict[str, Any]] = {}
    for id, entry in entries.items():
        for (name, side), value in entry.sides.items():
            pairs.setdefault((id, name), {})[side] = value
    return {key: (p["low"], p["high"]) for key, p in pairs.items() if len(p) == 2}
