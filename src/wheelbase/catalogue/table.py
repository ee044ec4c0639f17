"""Tables of others: CSV files of which some columns are needed, and files that appear whole."""

import csv
import gzip
import io
import os
import re
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from wheelbase.errors import DataError

__all__ = ["harmless", "named_rows", "numbered_rows", "read_rows", "write_whole"]

_LARGEST = 30_000_000  # characters unpacked; a year of EPA's list has a tenth of it
_DECIMAL_COMMA = re.compile(r"\s*[+-]?\d+,\d+(?:[eE][+-]?\d+)?\s*")


def read_rows(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows of a CSV file, gzipped or not, that has these columns.

    Raises:
        DataError: It cannot be read, or columns are missing.
    """
    return [row for _, row in named_rows(path, columns)]


def named_rows(path: Path, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a CSV file that has these columns, each with its line.

    What the header has no name for stands under None, joined by commas.

    Raises:
        DataError: It cannot be read, or columns are missing.
    """
    rows = numbered_rows(path)
    header = rows[0][1] if rows else []
    if missing := [c for c in columns if c not in header]:
        what = f"columns {', '.join(missing)} are missing"
        raise DataError(f"{path}: {what}; name them in its first line, comma between")
    blank = [""] * len(header)
    found = []
    for line, row in rows[1:]:
        named = dict(zip(header, [*row, *blank[len(row) :]], strict=False))
        extra = {None: ",".join(row[len(header) :])} if len(row) > len(header) else {}
        found.append((line, named | extra))
    return found  # type: ignore[return-value]  # None is a key of rows that are too long


def numbered_rows(path: Path, largest: int = _LARGEST) -> list[tuple[int, list[str]]]:
    """Return the rows of a CSV file, gzipped or not, blank ones left out, each with its last line.

    The header says what stands between cells: comma, semicolon or tab. Where it is no comma, a
    number with a decimal comma is read with a point, as spreadsheets of Europe write it.

    Raises:
        DataError: It cannot be read, or has more than `largest` characters.
    """
    try:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
            text = file.read(largest + 1)
        if len(text) > largest:
            raise DataError(f"{path}: more than {largest} characters; leave out rows or columns")
        between = _between(text.partition("\n")[0])
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=between)
        rows = [(reader.line_num, row) for row in reader if row]
    except UnicodeDecodeError as error:
        what = f"cannot be read as a table: byte {error.start} is not UTF-8"
        raise DataError(f"{path}: {what}; save it as CSV UTF-8") from None
    except (OSError, EOFError, csv.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise DataError(f"{path}: cannot be read as a table: {why}") from None
    if between == ",":
        return rows
    return [(line, [_with_point(cell) for cell in row]) for line, row in rows]


def _between(header: str) -> str:
    """Return what parts a header into the most cells: a comma where others part it no further."""
    return max(",;\t", key=lambda sign: len(next(csv.reader([header], delimiter=sign), [])))


def _with_point(cell: str) -> str:
    return cell.replace(",", ".") if _DECIMAL_COMMA.fullmatch(cell) else cell


def harmless(text: str) -> str:
    """Return a text of CSV that no spreadsheet takes for a formula: an apostrophe before it."""
    return f"'{text}" if text[:1] in tuple("=+-@\t\r\n") else text


def write_whole(target: Path, text: str) -> None:
    """Write a text file in UTF-8; it appears whole or not at all.

    Raises:
        DataError: It cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.name, suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            Path(name).replace(target)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise DataError(f"{target}: cannot be written: {error}") from None
