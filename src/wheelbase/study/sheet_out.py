"""A study as an xlsx book, and the blank book to begin with: units, lists to choose from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wheelbase.catalogue import Catalogue
from wheelbase.errors import DataError
from wheelbase.study.exchange import BOOK_DATE, book_writer
from wheelbase.study.folder import staged
from wheelbase.study.read import Document, Path_
from wheelbase.study.sheet_fields import ANY, Field, fields_of, kind_of, tables_of
from wheelbase.study.sheet_in import ASIDE
from wheelbase.study.sheets import (
    EXAMPLE,
    KEY,
    MAIN,
    PARTS,
    UNIT,
    Row,
    Sheet,
    joined,
    letters,
    row_of,
    sheets_of,
)

__all__ = ["write_book", "write_template"]

_ENTRIES = 20  # columns of a blank table that offer choices
_LONGEST = 32_767  # characters of a cell
_README = (
    "A study of Wheelbase. Save it, then: wheelbase check study.xlsx, wheelbase run study.xlsx",
    "The sheet 'study' has a row for each key; an assumption needs value, low, high and a note.",
    "Every other sheet is a table: write the name of an entry into row 1, its values below it.",
    "A number takes the unit of its row; write another unit into the cell itself: 4.6 m.",
    "A list is written in brackets: [sedan, suv]. An empty cell means that the key is left out.",
    "The grey column '(example)' is not read; it shows one entry of the bundled study {}.",
    "Rows may be added, left empty or deleted; a key is the path in the file, such as base.date.",
    "Formulas are refused: paste values.",
)


@dataclass(slots=True)
class _Lists:
    """What may be chosen, as columns of the sheet `lists`."""

    columns: list[tuple[str, ...]] = field(default_factory=list)

    def source(self, choices: tuple[str, ...]) -> str:
        """Return the range of a list, added where it is new."""
        if choices not in self.columns:
            self.columns.append(choices)
        letter = letters(self.columns.index(choices) + 1)
        return f"={ASIDE[1]}!${letter}$1:${letter}${len(choices)}"


def write_book(document: Document, path: Path, facts: Catalogue) -> Path:
    """Write a study as a book that is read as the same study, and return its path.

    Raises:
        DataError: No extra `xlsx`; a text longer than a cell; the file cannot be written.
    """
    known = fields_of(kind_of(document.data.get("question")), facts)
    _write(path, sheets_of(document.data, tables_of()), known, document.name)
    return path


def write_template(example: Document, path: Path, facts: Catalogue) -> Path:
    """Write a blank book with every key of a whole study, and return its path.

    Args:
        example: A study whose first entries fill the grey column.
        path: The file.
        facts: What there is to choose from.

    Raises:
        DataError: No extra `xlsx`; the file cannot be written.
    """
    known = fields_of(kind_of(example.data.get("question")), facts)
    tables = tables_of()
    sheets = [Sheet(MAIN, (EXAMPLE, *PARTS), tuple(_main_rows(known, tables, example.data)))]
    for name in dict.fromkeys(f.path[0] for f in known if f.path[0] in tables):
        entries = example.data.get(name)
        first = next(iter(entries.values())) if isinstance(entries, dict) and entries else {}
        rows = _table_rows([f for f in known if f.path[0] == name], first)
        sheets.append(Sheet(str(name), (EXAMPLE,), tuple(rows)))
    _write(path, sheets, known, example.name)
    return path


def _main_rows(
    known: Sequence[Field], tables: Sequence[str], data: Mapping[str, Any]
) -> Iterator[Row]:
    for item in known:
        if item.path[0] in tables:
            continue
        for path in _there(item.path, data):
            found = _at(path, data)
            if isinstance(found, dict) and set(found) <= set(PARTS) and "value" in found:
                row = row_of(joined(path), {k: v for k, v in found.items() if k in PARTS[:3]})
                told = f"{found['value']} ({found.get('low')} .. {found.get('high')})"
                yield Row(row.key, row.unit or item.unit, {EXAMPLE: told})
            elif found is None or isinstance(found, dict):
                yield Row(joined(path), item.unit, {})
            else:
                row = row_of(joined(path), {EXAMPLE: found})
                form = {"value": found} if path == ("wheelbase",) else {}
                yield Row(row.key, row.unit or item.unit, {**row.cells, **form})


def _table_rows(known: Sequence[Field], first: Any) -> Iterator[Row]:
    for item in known:
        for path in _there(item.path[2:], first):
            parts = [(*path, part) for part in PARTS] if item.assumed else [path]
            for inner in parts:
                found = _at(inner, first)
                told = {} if found is None or isinstance(found, dict) else {EXAMPLE: found}
                row = row_of(joined(inner), told)
                unit = row.unit or ("" if inner[-1:] == ("note",) else item.unit)
                yield Row(row.key, unit, row.cells)


def _there(path: Path_, data: Any, done: Path_ = ()) -> Iterator[Path_]:
    """Yield a path with the names that the example gives for `ANY`; none where it gives none."""
    if not path:
        yield done
        return
    names = list(data) if isinstance(data, dict) else []
    for part in names if path[0] == ANY else [path[0]]:
        below = data.get(part) if isinstance(data, dict) else None
        yield from _there(path[1:], below, (*done, part))


def _at(path: Path_, data: Any) -> Any:
    for part in path:
        data = data.get(part) if isinstance(data, dict) else None
    return data


def _write(path: Path, sheets: Sequence[Sheet], known: Sequence[Field], example: str) -> None:
    if problems := list(_too_long(sheets)):
        raise DataError(problems)
    with book_writer() as xlsxwriter, staged(path) as part, part.open("wb") as file:
        book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False})
        book.set_properties({"created": BOOK_DATE})
        lists = _Lists()
        looks = {
            "head": book.add_format({"bold": True, "bottom": 1, "bg_color": "#e8ecf4"}),
            "key": book.add_format({"bold": False}),
            "unit": book.add_format({"font_color": "#5a6472"}),
            "example": book.add_format(
                {"font_color": "#8a8f98", "italic": True, "bg_color": "#f3f4f6"}
            ),
        }
        try:
            _readme(book.add_worksheet(ASIDE[0]), example)
            for sheet in sheets:
                _fill(book.add_worksheet(sheet.name), sheet, known, lists, looks)
            _choices(book.add_worksheet(ASIDE[1]), lists)
            book.worksheets()[1].activate()
        finally:
            book.close()


def _too_long(sheets: Sequence[Sheet]) -> Iterator[str]:
    for sheet in sheets:
        for row in sheet.rows:
            for column, cell in row.cells.items():
                if isinstance(cell, str) and len(cell) > _LONGEST:
                    what = f"{len(cell)} characters; a cell holds {_LONGEST}"
                    yield f"{sheet.name}: {row.key}, {column}: {what}; shorten it"


def _readme(sheet: Any, example: str) -> None:
    sheet.set_column(0, 0, 100)
    for number, line in enumerate(_README):
        sheet.write_string(number, 0, line.format(example.removesuffix(".yaml")))


def _choices(sheet: Any, lists: _Lists) -> None:
    for column, choices in enumerate(lists.columns):
        for number, choice in enumerate(choices):
            sheet.write_string(number, column, choice)
    sheet.hide()


def _fill(
    sheet: Any, made: Sheet, known: Sequence[Field], lists: _Lists, looks: Mapping[str, Any]
) -> None:
    head = (KEY, UNIT, *made.columns)
    sheet.freeze_panes(1, 3 if EXAMPLE in made.columns else 2)
    sheet.set_column(0, 0, 34, looks["key"])
    sheet.set_column(1, 1, 10, looks["unit"])
    sheet.set_column(2, len(head) + _ENTRIES, 22)
    for column, title in enumerate(head):
        sheet.write_string(0, column, title, looks["head"])
    for number, row in enumerate(made.rows, start=1):
        sheet.write_string(number, 0, row.key)
        if row.unit:
            sheet.write_string(number, 1, row.unit)
        for column, title in enumerate(made.columns, start=2):
            cell = row.cells.get(title)
            look = looks["example"] if title == EXAMPLE else None
            if isinstance(cell, bool):
                sheet.write_boolean(number, column, cell, look)
            elif isinstance(cell, int | float):
                sheet.write_number(number, column, cell, look)
            elif cell is not None or look is not None:
                sheet.write_string(number, column, cell or " ", look)
        if source := _source(made, row, known, lists):
            first = 3 if EXAMPLE in made.columns else 2
            last = first if made.name == MAIN else first + _ENTRIES - 1
            rule = {"validate": "list", "source": source, "error_type": "warning"}
            sheet.data_validation(number, first, number, last, rule)


def _source(made: Sheet, row: Row, known: Sequence[Field], lists: _Lists) -> str:
    """Return the range from which the cells of a row are chosen; "" where there is none."""
    path = tuple(row.key.split(".")) if made.name == MAIN else (made.name, ANY, *row.key.split("."))
    field = next((f for f in known if _fits(f.path, path)), None)
    if field is None:
        return ""
    if field.section:
        first = 4 if EXAMPLE in made.columns else 3
        return f"={field.section}!${letters(first)}$1:${letters(first + _ENTRIES - 1)}$1"
    return lists.source(field.choices) if field.choices else ""


def _fits(pattern: Path_, path: Path_) -> bool:
    return len(pattern) == len(path) and all(
        a in (ANY, b) for a, b in zip(pattern, path, strict=True)
    )
