"""A study as sheets: plain data to rows of cells and back, with the cell of every value.

The sheet `study` has a row for each key: its unit, its value, and low, high and note where it is
an assumption. Each table of the study (bodies, platforms ...) has a sheet of its own with a row
for each key and a column for each entry. A number takes the unit of its row; a text is taken as
it stands; a text that begins with `[`, `{` or `"` is read as YAML.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wheelbase.errors import DataError
from wheelbase.study.read import Path_, read_text

__all__ = ["EXAMPLE", "KEY", "MAIN", "PARTS", "UNIT", "Cell", "Row", "Sheet", "data_of", "joined",
           "letters", "row_of", "sheets_of"]  # fmt: skip

Cell = str | int | float | bool | None
"""What a cell holds; None is blank."""

MAIN = "study"
"""The sheet of what is in no table."""
KEY = "key"
UNIT = "unit"
EXAMPLE = "(example)"
"""The column that is never read."""
PARTS = ("value", "low", "high", "note")
_PART = re.compile(r'"(?:[^"\\]|\\.)*"|[^.]+')
_QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?) (\S.*)")


@dataclass(frozen=True, slots=True)
class Row:
    """A key, the unit of its numbers, and a cell for each column."""

    key: str
    unit: str
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a book; `columns` are what follows key and unit."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def letters(column: int) -> str:
    """Return the letters of a column, the first being 1."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def joined(path: Path_) -> str:
    """Return a path as a key: names with dots between, in quotes where they hold a dot."""
    return ".".join(_quoted(str(part)) for part in path)


def _quoted(part: str) -> str:
    return json.dumps(part) if not part or '"' in part or "." in part else part


def _parted(key: str) -> Path_:
    """Return the path that a key names; raise ValueError where it names none."""
    parts = _PART.findall(key)
    if ".".join(parts) != key:
        raise ValueError(f"the key {key!r} has an empty part; write names with one dot between")
    return tuple(json.loads(part) if part[0] == '"' else part for part in parts)


def sheets_of(data: Mapping[str, Any], tables: Sequence[str]) -> tuple[Sheet, ...]:
    """Return a study as sheets; what is null is left out.

    Args:
        data: Of a study document.
        tables: Keys that get a sheet of their own where they hold mappings by id.
    """
    apart = {name: data[name] for name in tables if name in data and _is_table(data[name])}
    rest = {key: value for key, value in data.items() if key not in apart}
    rows = [row_of(joined(path), found) for path, found in _assumed(rest, ())]
    made = [Sheet(MAIN, PARTS, tuple(rows))]
    for name, entries in apart.items():
        leaves = {id: dict(_leaves(entry, ())) for id, entry in entries.items()}
        keys = _merged([list(found) for found in leaves.values()])
        lines = []
        for path in keys:
            given = {id: found[path] for id, found in leaves.items() if path in found}
            lines.append(row_of(joined(path), given))
        made.append(Sheet(name, tuple(entries), tuple(lines)))
    return tuple(made)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(
        isinstance(entry, dict) and entry for entry in value.values()
    )  # fmt: skip


def _merged(lists: Sequence[Sequence[Path_]]) -> list[Path_]:
    """Return all paths, each beside those that it stands beside in its own list."""
    order: list[Path_] = []
    for paths in lists:
        at = 0
        for path in paths:
            if path in order:
                at = order.index(path) + 1
            else:
                order.insert(at, path)
                at += 1
    return order


def _leaves(value: Any, path: Path_) -> Iterator[tuple[Path_, Any]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif value is not None:
        yield path, value


def _assumed(value: Any, path: Path_) -> Iterator[tuple[Path_, dict[str, Any]]]:
    """Yield the leaves, those of an assumption together."""
    if isinstance(value, dict) and value:
        flat = not any(isinstance(item, dict | list) for item in value.values())
        if path and flat and "value" in value and len(value) > 1 and not set(value) - {*PARTS}:
            yield path, {k: v for k, v in value.items() if v is not None}
            return
        for key, item in value.items():
            yield from _assumed(item, (*path, key))
    elif path and value is not None:
        yield path, {"value": value}


def row_of(key: str, given: Mapping[str, Any]) -> Row:
    """Return a row; it has a unit where every number in it has the same and no number has none."""
    found = {c: _QUANTITY.fullmatch(v) for c, v in given.items() if isinstance(v, str)}
    units = [m[2] for c, m in found.items() if m is not None and c != "note"]
    bare = any(isinstance(v, int | float) for v in given.values())
    unit = units[0] if units and not bare and len(set(units)) == 1 and len(units[0]) < 16 else ""
    cells: dict[str, Cell] = {}
    for column, value in given.items():
        match = found.get(column)
        number = _exact(match[1]) if unit and match is not None and match[2] == unit else None
        cells[column] = _cell(value) if number is None or column == "note" else number
    return Row(key, unit, cells)


def _exact(text: str) -> int | float | None:
    """Return the number that is written just so, None where another text would come back."""
    number = int(text) if re.fullmatch(r"-?\d{1,15}", text) else float(text)
    return number if _written(number) == text else None


def _written(number: int | float) -> str:
    """Return a number as a study writes it, as short as it can be."""
    whole = isinstance(number, float) and number.is_integer() and abs(number) < 1e15
    return str(int(number)) if whole else repr(number)


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        odd = value[:1] in ("[", "{", '"', "") or value != value.strip()
        return json.dumps(value, ensure_ascii=False) if odd else value
    if isinstance(value, bool | int | float):
        return value
    return json.dumps(value, ensure_ascii=False)  # JSON is YAML


@dataclass(slots=True)
class _Made:
    """A study in the making: its data, the cell of every path, and what is wrong."""

    name: str
    data: dict[str, Any] = field(default_factory=dict)
    cells: dict[Path_, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def put(self, path: Path_, value: Any, cell: str) -> None:
        """Set a value at a path, or note why it cannot be."""
        node: Any = self.data
        for depth, part in enumerate(path[:-1], start=1):
            self.cells.setdefault(path[:depth], cell)
            node = node.setdefault(part, {})
            if not isinstance(node, dict):
                first = self.cells[path[:depth]]
                return self.wrong(cell, f"{joined(path)}: {first} gives {joined(path[:depth])}")
        if path[-1] in node:
            return self.wrong(
                cell, f"{joined(path)}: given twice, first in {self.cells[path]}; keep one"
            )
        node[path[-1]] = value
        self.cells[path] = cell
        return None

    def blank(self, path: Path_, cell: str) -> None:
        """Note where a value that is not there would stand."""
        for depth in range(1, len(path) + 1):
            self.cells.setdefault(path[:depth], cell)

    def wrong(self, cell: str, what: str) -> None:
        """Note a problem by its cell."""
        self.problems.append(f"{self.name}: {cell}: {what}")


def data_of(
    sheets: Sequence[Sheet], name: str, rows: Mapping[str, Sequence[int]]
) -> tuple[dict[str, Any], dict[Path_, str]]:
    """Return the data of a study in sheets, and the cell "sheet!B7" in which each path stands.

    Args:
        sheets: Of a book; columns named `(example)` or "" are left out.
        name: Of the file, for problems.
        rows: Name of a sheet to the numbers of its rows in the file.

    Raises:
        DataError: Every key that is given twice or leads nowhere, every cell that is no value.
    """
    made = _Made(name, cells={(): f"{MAIN}!A1"})
    for sheet in sheets:
        main = sheet.name == MAIN
        if not main:
            made.data.setdefault(sheet.name, {})
            made.cells.setdefault((sheet.name,), f"{sheet.name}!A1")
        for place, column in enumerate(sheet.columns, start=3):
            if not main and column not in ("", EXAMPLE):
                made.cells.setdefault((sheet.name, column), f"{sheet.name}!{letters(place)}1")
                made.data[sheet.name].setdefault(column, {})
        for row, number in zip(sheet.rows, rows[sheet.name], strict=True):
            try:
                path = _parted(row.key)
            except ValueError as error:
                made.wrong(f"{sheet.name}!A{number}", str(error))
                continue
            (_assume if main else _enter)(made, sheet, row, path, number)
    if made.problems:
        raise DataError(made.problems)
    kept = {key: value for key, value in made.data.items() if value != {} or key not in rows}
    return kept, made.cells


def _given(
    made: _Made, sheet: Sheet, row: Row, path: Path_, number: int
) -> dict[str, tuple[Any, str]]:
    """Return the values of a row that are there, each with its cell."""
    found, main = {}, sheet.name == MAIN
    for place, column in enumerate(sheet.columns, start=3):
        cell = row.cells.get(column)
        if column in ("", EXAMPLE):
            continue
        where = f"{sheet.name}!{letters(place)}{number}"
        if cell is None:
            made.blank(path if main else (sheet.name, column, *path), where)
            continue
        try:
            unit = "" if main and column == "note" else row.unit
            found[column] = (_value(cell, unit), where)
        except ValueError as error:
            made.wrong(where, f"{row.key}: {error}")
    return found


def _assume(made: _Made, sheet: Sheet, row: Row, path: Path_, number: int) -> None:
    """Set a row of the sheet `study`: a value, or an assumption."""
    given = _given(made, sheet, row, path, number)
    for column, (value, cell) in given.items():
        alone = column == "value" and len(given) == 1
        made.put(path if alone else (*path, column), value, cell)


def _enter(made: _Made, sheet: Sheet, row: Row, path: Path_, number: int) -> None:
    """Set a row of a table, for every entry that has it."""
    for column, (value, cell) in _given(made, sheet, row, path, number).items():
        made.put((sheet.name, column, *path), value, cell)


def _value(cell: Cell, unit: str) -> Any:
    """Return what a cell says; raise ValueError where it says nothing that a study holds."""
    if isinstance(cell, str):
        if cell[:1] not in ("[", "{", '"'):
            return cell
        try:
            data = read_text(f"cell: {cell}", "cell").data
        except DataError as error:
            raise ValueError(f"begins as YAML and is none: {error.problems[0]}") from None
        if set(data) != {"cell"}:
            raise ValueError("holds more than one value")
        return data["cell"]
    if isinstance(cell, bool) or cell is None:
        return cell
    if unit:
        return f"{_written(cell)} {unit}"
    return int(cell) if isinstance(cell, float) and _written(cell).isdigit() else cell
