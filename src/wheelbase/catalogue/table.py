"""Tables of others: CSV files of which some columns are needed, and files that appear whole."""

import csv
import gzip
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from wheelbase.errors import DataError

__all__ = ["read_rows", "write_whole"]


def read_rows(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows of a CSV file, gzipped or not, that has these columns.

    Raises:
        DataError: It cannot be read, or columns are missing.
    """
    try:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            missing = [c for c in columns if c not in (reader.fieldnames or ())]
            if missing:
                what = f"columns {', '.join(missing)} are missing"
                raise DataError(f"{path}: {what}; name them in its first line, comma between")
            return list(reader)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path}: cannot be read as a table: {error}") from None


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
