"""An xlsx book to a study document; a hostile book is refused before a cell of it is read."""

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from wheelbase.errors import DataError, few
from wheelbase.study.read import SIZE, Document, as_yaml, read_text
from wheelbase.study.sheets import EXAMPLE, KEY, MAIN, UNIT, Cell, Row, Sheet, data_of, letters

__all__ = ["ASIDE", "read_book"]

ASIDE = ("read me", "lists")
"""Sheets of a book that hold no part of the study."""

_FILE = 4_000_000  # bytes; a study of 1 MB is less than half of it as a book
_UNPACKED = 12_000_000
_MEMBERS = 200
_ELEMENTS, _FEW = 150_000, 20_000  # of all sheets and their texts together; of any other part
_SHEETS, _ROWS, _COLUMNS = 40, 2000, 200
_REFUSED = {
    "vbaproject": "holds macros; save it as a plain .xlsx",
    "xl/macrosheets/": "holds macros; save it as a plain .xlsx",
    "xl/externallinks/": "links to other files; paste values instead",
    "xl/embeddings/": "holds embedded files; remove them",
    "xl/activex/": "holds controls; remove them",
    "xl/connections": "holds connections to data elsewhere; remove them",
}


def read_book(path: Path) -> Document:
    """Return the study that the sheets of an xlsx file hold.

    Raises:
        DataError: No extra `xlsx`; no book, or one that is too large, holds macros, links or
            other files; every cell that is a formula, an error or no value, each by sheet and cell.
    """
    name = path.name
    with _spoken(path):
        content = path.read_bytes() if path.stat().st_size <= _FILE else b""
        if not content:
            raise DataError(f"{name}: empty, or larger than {_FILE} bytes, which no study is")
        with ZipFile(BytesIO(content)) as archive:
            if problems := [f"{name}: {what}" for what in _hostile(archive)]:
                raise DataError(few(problems))
        sheets, rows = _sheets(content, name)
    data, cells = data_of(sheets, name, rows)
    text = as_yaml(data)
    if len(text) > SIZE:
        raise DataError(f"{name}: {len(text)} characters; a study has at most {SIZE}")
    return Document(name, text, data, read_text(text, name).places, cells=cells)


@contextmanager
def _spoken(path: Path) -> Iterator[None]:
    """Turn whatever a broken book makes its reader raise into an error of the file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of features that a study has no use for
            yield
    except DataError:
        raise
    except (BadZipFile, NotImplementedError):
        raise DataError(f"{path.name}: no xlsx book; save it as Excel workbook (.xlsx)") from None
    except Exception as error:  # openpyxl raises what it stumbles over: KeyError, TypeError ...
        if isinstance(error, OSError) and error.strerror:
            raise DataError(f"{path}: {error.strerror.lower()}") from None
        what = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        raise DataError(f"{path.name}: cannot be read as an xlsx book ({what})") from None


def _hostile(archive: ZipFile) -> Iterator[str]:
    """Yield what must be refused before the book is read, by the directory of the archive."""
    members = archive.infolist()
    if len(members) > _MEMBERS:
        yield f"{len(members)} parts; a study's book has at most {_MEMBERS}"
        return
    if len({m.filename for m in members}) < len(members):
        yield "two parts of one name; save it again"
    if (size := sum(m.file_size for m in members)) > _UNPACKED:
        yield f"{size} bytes unpacked; a study's book has at most {_UNPACKED}"
        return
    if any(m.flag_bits & 1 for m in members):
        yield "is encrypted; save it without a password"
        return
    elements = 0
    for member in members:
        low = member.filename.lower()
        yield from (what for mark, what in _REFUSED.items() if mark in low)
        with archive.open(member) as part:  # reads no more than the directory promises
            content = part.read(member.file_size + 1)
        if low.startswith(_PICTURES) and content[:1] not in (b"<", b"\xef", b"\xfe", b"\xff"):
            continue  # no XML, whatever a relation calls it
        yield from _odd_part(member.filename, content)
        found = _ROOT.search(content)
        large = found is not None and found[1] in (b"worksheet", b"sst")
        elements += content.count(b"<") if large else 0
        if elements > _ELEMENTS or (not large and content.count(b"<") > _FEW):
            yield f"{member.filename}: more elements than the book of a study has; save it again"
            return


_PICTURES = ("xl/media/", "xl/printersettings/", "docprops/thumbnail")
_MARKS = re.compile(rb"<!DOCTYPE|<!ENTITY")
_ROOT = re.compile(rb"<(?:\w{1,20}:)?([A-Za-z]\w{0,30})")
_ROW_AT = re.compile(rb"<(?:\w{1,20}:)?row\b[^<>]{0,500}?\sr=[\"'](\d{1,9})[\"']")
_CELL_AT = re.compile(
    rb"<(?:\w{1,20}:)?c\b[^<>]{0,500}?\sr=[\"']\$?([A-Za-z]{1,9})\$?(\d{1,9})[\"']"
)


def _odd_part(name: str, content: bytes) -> Iterator[str]:
    """Yield what no book of a study has: entities, another encoding, cells far out."""
    if b"\0" in content[:200]:
        yield f"{name}: is not UTF-8; save the book again"
    if _MARKS.search(content):
        yield f"{name}: declares entities; save the book again"
    last = 0
    for found in _ROW_AT.finditer(content):
        if int(found[1]) <= last:
            yield f"{name}: row {int(found[1])} follows row {last}; save the book again"
            return
        last = int(found[1])
    for found in _CELL_AT.finditer(content):
        column = 0
        for letter in found[1].upper():
            column = 26 * column + letter - 64
        if column > _COLUMNS or int(found[2]) > _ROWS:
            far = f"{found[1].decode()}{found[2].decode()}"
            yield f"{name}: has a cell {far}; a sheet has {_ROWS} rows and {_COLUMNS} columns"
            return


def _sheets(content: bytes, name: str) -> tuple[list[Sheet], dict[str, list[int]]]:
    """Return the sheets of a book, and the numbers of their rows."""
    openpyxl = _reader()
    book = openpyxl.load_workbook(BytesIO(content), read_only=True, keep_links=False)
    try:
        if len(book.worksheets) > _SHEETS:
            raise DataError(f"{name}: {len(book.worksheets)} sheets; at most {_SHEETS}")
        if MAIN not in book.sheetnames:
            what = f"has no sheet '{MAIN}'; start from `wheelbase export template -o study.xlsx`"
            raise DataError(f"{name}: {what}")
        found: list[Sheet] = []
        rows: dict[str, list[int]] = {}
        problems: list[str] = []
        left = SIZE
        for sheet in book.worksheets:
            if sheet.title in ASIDE:
                continue
            lines = _lines(sheet, problems, name)
            left -= sum(len(c) for _, line in lines for c in line if isinstance(c, str))
            if left < 0:
                raise DataError(f"{name}: more than {SIZE} characters, which no study has")
            made, rows[sheet.title] = _sheet(sheet.title, lines, problems, name)
            found.append(made)
    finally:
        book.close()
    if problems:
        raise DataError(few(problems))
    return found, rows


def _reader() -> Any:
    try:
        import openpyxl
    except ImportError:
        raise DataError("needs the extra 'xlsx': pip install 'wheelbase[xlsx]'") from None
    return openpyxl


def _lines(sheet: Any, problems: list[str], name: str) -> list[tuple[int, list[Cell]]]:
    """Return the rows that hold something, each with its number."""
    lines = []
    for number, row in enumerate(sheet.iter_rows(max_row=_ROWS, max_col=_COLUMNS), start=1):
        unit = row[1].value if len(row) > 1 and isinstance(row[1].value, str) else ""
        line: list[Cell] = []
        for column, cell in enumerate(row, start=1):
            try:
                line.append(_plain(cell, unit.strip()))
            except ValueError as error:
                line.append(None)
                problems.append(f"{name}: {sheet.title}!{letters(column)}{number}: {error}")
        if any(cell is not None for cell in line):
            lines.append((number, line))
    return lines


_TRUTHS = {"=TRUE()": True, "=FALSE()": False}  # how LibreOffice saves a truth


def _plain(cell: Any, unit: str) -> Cell:
    """Return what a cell holds; raise ValueError for what a study cannot take."""
    value, kind = cell.value, cell.data_type
    if value is None:
        return None
    if kind == "f" and value in _TRUTHS:
        return _TRUTHS[value]
    if kind == "f":
        raise ValueError("is a formula; paste its value")
    if kind == "e":
        raise ValueError(f"holds the error {value}; write a value")
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        if not isfinite(value):
            raise ValueError(f"{value} is no number")
        return _percent(value, unit) if "%" in str(cell.number_format) else value
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value.strip() or None
    raise ValueError(f"{value} is neither a number, a text nor a day")


def _percent(value: float, unit: str) -> Cell:
    """Return a cell that a spreadsheet shows in percent as it is shown."""
    if unit not in ("", "%"):
        raise ValueError(f"is formatted as a percentage, its row is in {unit}; clear the format")
    shown = format((Decimal(repr(value)) * 100).normalize(), "f")
    return f"{shown} %"


def _sheet(
    title: str, lines: Sequence[tuple[int, Sequence[Cell]]], problems: list[str], name: str
) -> tuple[Sheet, list[int]]:
    """Return a sheet and the numbers of its rows; what does not follow the form is noted."""
    start = len(problems)
    header = ["" if cell is None else str(cell) for cell in lines[0][1]] if lines else []
    if not lines or lines[0][0] != 1 or header[:2] != [KEY, UNIT]:
        problems.append(f"{name}: {title}!A1: a sheet begins with the columns '{KEY}' and '{UNIT}'")
        return Sheet(title, (), ()), []
    columns = header[2:]
    for place, column in enumerate(columns, start=3):
        if column and column in columns[: place - 3]:
            cell = f"{title}!{letters(place)}1"
            problems.append(f"{name}: {cell}: the column {column!r} stands there twice")
    rows, numbers = [], []
    for number, line in lines[1:]:
        key, unit, *cells = [*line, None, None][: max(len(line), 2)]
        given = dict(zip(columns, cells, strict=False))
        for place, content in enumerate(cells, start=3):
            if content is not None and not header[place - 1]:
                at = f"{title}!{letters(place)}{number}"
                problems.append(f"{name}: {at}: stands in a column without a name in row 1")
        if key is None:
            if any(v is not None for title_, v in given.items() if title_ != EXAMPLE):
                problems.append(f"{name}: {title}!A{number}: the row has values and no key")
            continue
        rows.append(Row(str(key), "" if unit is None else str(unit), _named(given)))
        numbers.append(number)
    return Sheet(title, tuple(columns) if len(problems) == start else (), tuple(rows)), numbers


def _named(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    return {column: cell for column, cell in cells.items() if column}
