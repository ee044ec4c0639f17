"""Tables of others: CSV files of which some columns are needed."""

import csv
import gzip
from collections.abc import Sequence
from pathlib import Path

from wheelbase.errors import DataError

__all__ = ["read_rows"]


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
                raise DataError(f"{path}: columns {', '.join(missing)} are missing")
            return list(reader)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path}: cannot be read as a table: {error}") from None
