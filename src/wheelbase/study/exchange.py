"""Tables out: CSV, Parquet and xlsx files of a run's tables or of what a query found.

A text that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, a tab or a
line's end) is a string in xlsx, and in CSV has an apostrophe before it, as OWASP recommends.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import Any

from wheelbase.catalogue import harmless
from wheelbase.errors import DataError
from wheelbase.study.columns import without_unit
from wheelbase.study.folder import quoted, staged
from wheelbase.study.tables import Selection, TableColumn, Tables, View, text_of

__all__ = [
    "BOOK_DATE",
    "SHEET_ROWS",
    "TableForm",
    "book_writer",
    "export_tables",
    "form_of",
    "selected_into",
]

SHEET_ROWS = 1_048_576
"""Rows of an xlsx sheet, its header among them."""
BOOK_DATE = datetime(2000, 1, 1)
"""When every book says it was made, so that the same content gives the same bytes."""
_SHEET_COLUMNS = 16_384
_CELL = 32_767  # characters
_EXACT = 2**53  # beyond it a spreadsheet rounds integers
_NAME = 31  # characters of a sheet's name
_CHUNK = 10_000
_FORMULA = r"^[=+\-@\t\r\n]"

_Sheet = tuple[str, Sequence[str], Iterable[Sequence[tuple[Any, ...]]]]


class TableForm(StrEnum):
    """What a table is written as."""

    csv = "csv"
    parquet = "parquet"
    xlsx = "xlsx"


def form_of(path: Path) -> TableForm:
    """Return the form that a file's ending names.

    Raises:
        DataError: It names none.
    """
    ending = path.suffix.lower().removeprefix(".")
    if ending not in list(TableForm):
        raise DataError(f"{path}: ends in no form; name a file in .csv, .parquet or .xlsx")
    return TableForm(ending)


def export_tables(tables: Tables, form: TableForm, targets: dict[str, Path]) -> list[Path]:
    """Write tables of a run, and return the files.

    CSV and Parquet keep the names of the columns, which end in their units; Parquet says the exact
    units once more in its metadata `units`. In xlsx the header is "name [unit]".

    Args:
        tables: Of a run or a sweep.
        form: What is written.
        targets: Name of a table to its file; in xlsx several may share one, a sheet each.

    Raises:
        DataError: A file cannot be written; a table that no sheet holds; the extra is missing.
    """
    _keep_own(tables, targets.values())
    if form is not TableForm.xlsx:
        return [_written(tables, form, tables.views[n], path) for n, path in targets.items()]
    problems = [p for name in targets for p in _too_long(name, tables.views[name].rows)]
    if problems:
        raise DataError(problems)
    written = list(dict.fromkeys(targets.values()))
    for path in written:
        views = [tables.views[name] for name, target in targets.items() if target == path]
        _book(path, (_sheet(tables, view) for view in views))
    return written


def selected_into(tables: Tables, query: str, path: Path, limit: float | None = None) -> Selection:
    """Write what a query found into a file whose ending names the form, and return it.

    The header holds the names that the query gives.

    Raises:
        DataError: The query is refused, or the file cannot be written.
        LimitError: The query took longer than `limit` seconds.
    """
    form = form_of(path)
    _keep_own(tables, [path])
    if form is TableForm.xlsx:
        found = tables.sql(query, limit)
        if problems := list(_too_long("the answer", found.count)):
            raise DataError(problems)
        _book(path, [("query", found.columns, found.chunks())])
        return found
    with staged(path) as part:
        found = tables.sql(query, limit, into=part)
        described = found.store.execute("describe result.answer").fetchall()
        columns = [TableColumn(str(row[0]), "", str(row[1])) for row in described]
        with tables.asked(found.store, place=path):
            found.store.execute(_copy("result.answer", columns, form, part))
    return found


def _keep_own(tables: Tables, paths: Iterable[Path]) -> None:
    """Check that no table of the run itself is written over.

    Raises:
        DataError: One is.
    """
    own = {file for view in tables.views.values() for file in view.files}
    if problems := [
        f"{p}: is a table of the run; name another" for p in paths if p.resolve() in own
    ]:
        raise DataError(problems)


def _written(tables: Tables, form: TableForm, view: View, path: Path) -> Path:
    with staged(path) as part:
        store = tables.connect(into=part)
        with tables.asked(store, place=path):
            store.execute(_copy(quoted(view.name), view.columns, form, part))
    return path


def _copy(table: str, columns: Sequence[TableColumn], form: TableForm, part: Path) -> str:
    """Return the statement that writes a table as CSV or Parquet."""
    target = text_of(part.resolve())
    if form is TableForm.parquet:
        units = json.dumps({c.name: c.unit for c in columns if c.unit})
        told = f", kv_metadata {{units: {text_of(units)}}}" if units != "{}" else ""
        return f"copy {table} to {target} (format parquet, compression zstd{told})"
    cells = []
    for column in columns:
        name = quoted(column.name)
        safe = f"regexp_replace({name}, {text_of(_FORMULA)}, '''\\0')"
        header = quoted(harmless(column.name))
        cells.append(f"{safe if column.kind == 'VARCHAR' else name} as {header}")
    return f"copy (select {', '.join(cells)} from {table}) to {target} (format csv, header)"


def _too_long(name: str, rows: int) -> Iterator[str]:
    if rows >= SHEET_ROWS:
        yield (
            f"{name}: {rows:,} rows and a header; a sheet of xlsx has at most {SHEET_ROWS:,}; "
            "write parquet or csv, or choose rows with `wheelbase query RUN SQL -o FILE.xlsx`"
        )


def _sheet(tables: Tables, view: View) -> _Sheet:
    header = [_header(column) for column in view.columns]
    return view.name, header, _chunks(tables, view)


def _header(column: TableColumn) -> str:
    if not column.unit:
        return column.name
    return f"{without_unit(column.name, column.unit)} [{column.unit}]"


def _chunks(tables: Tables, view: View) -> Iterator[Sequence[tuple[Any, ...]]]:
    store = tables.connect()
    with tables.asked(store):
        found = store.execute(f"from {quoted(view.name)}")
        while rows := found.fetchmany(_CHUNK):
            yield rows


def _book(path: Path, sheets: Iterable[_Sheet]) -> None:
    """Write an xlsx file of sheets, each with its header frozen.

    Raises:
        DataError: The extra is missing, or a cell that no sheet holds.
    """
    with book_writer() as xlsxwriter, staged(path) as part, part.open("wb") as file:
        options = {"constant_memory": True, "strings_to_formulas": False}
        book = xlsxwriter.Workbook(file, options)
        book.set_properties({"created": BOOK_DATE})
        try:
            used: set[str] = set()
            for name, header, chunks in sheets:
                _fill(book.add_worksheet(_title(name, used)), name, header, chunks)
        finally:
            book.close()


@contextmanager
def book_writer() -> Iterator[Any]:
    """Yield the module that writes books.

    Raises:
        DataError: The extra is missing.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise DataError("needs the extra 'xlsx': pip install 'wheelbase[xlsx]'") from None
    yield xlsxwriter


def _title(name: str, used: set[str]) -> str:
    """Return the name of a sheet: at most 31 characters, none that Excel refuses, no two alike."""
    stem = "".join("_" if c in "[]:*?/\\" or not c.isprintable() else c for c in name)
    stem = stem.strip("'")[:_NAME].strip("'") or "table"
    if stem.casefold() == "history":
        stem = f"{stem}_"
    title, count = stem, 1
    while title.casefold() in used:
        count += 1
        tail = f"-{count}"
        title = stem[: _NAME - len(tail)] + tail
    used.add(title.casefold())
    return title


def _fill(
    sheet: Any, name: str, header: Sequence[str], chunks: Iterable[Sequence[tuple[Any, ...]]]
) -> None:
    if len(header) > _SHEET_COLUMNS:
        what = f"{len(header):,} columns; a sheet of xlsx has at most {_SHEET_COLUMNS:,}"
        raise DataError(f"{name}: {what}; choose columns")
    sheet.freeze_panes(1, 0)
    for column, title in enumerate(header):
        sheet.set_column(column, column, min(max(len(title) + 2, 10), 40))
    for column, title in enumerate(header):
        sheet.write_string(0, column, title[:_CELL])
    rows = (row for chunk in chunks for row in chunk)
    for number, row in enumerate(islice(rows, SHEET_ROWS - 1), start=1):
        for column, value in enumerate(row):
            place = f"{name}: row {number}, {header[column]}"
            _cell(sheet, number, column, value, place)


def _cell(sheet: Any, row: int, column: int, value: object, place: str) -> None:
    """Write a number as a number where a spreadsheet keeps it exact, and all else as text."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int) and abs(value) <= _EXACT:
        sheet.write_number(row, column, value)
    elif isinstance(value, float | Decimal) and isfinite(value):
        sheet.write_number(row, column, float(value))
    else:
        text = str(value)
        if len(text) > _CELL:
            what = f"{len(text):,} characters; a cell of xlsx has at most {_CELL:,}"
            raise DataError(f"{place}: {what}; write parquet or csv")
        sheet.write_string(row, column, text)
