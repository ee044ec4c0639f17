"""The journal of a sweep's parts: which Parquet files of the folder are whole."""

import hashlib
import json
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from wheelbase.errors import DataError, few

__all__ = ["DESIGNS", "JOURNAL", "Part", "check_files", "journal"]

DESIGNS = "designs"
"""Folder of the parts, inside that of the sweep."""
JOURNAL = "parts.jsonl"
_SHA = re.compile(r"[0-9a-f]{64}")
_READERS = 2
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a sweep.

    Args:
        number: Its number, from 0.
        rows: Designs in it.
        sha256: Hash of the file.
    """

    number: int
    rows: int
    sha256: str

    @property
    def name(self) -> str:
        """The file, relative to the folder of the sweep."""
        return f"{DESIGNS}/part-{self.number:05d}.parquet"


def journal(folder: Path) -> tuple[Part, ...]:
    """Return the parts of a sweep that are whole, by their number.

    A last line that was torn by the end of the process is no part. Of two lines of one part the
    later holds.

    Raises:
        DataError: The journal cannot be read, or every line that is no part.
    """
    path = folder / DESIGNS / JOURNAL
    try:
        lines = path.read_bytes().split(b"\n") if path.exists() else []
    except OSError as error:
        raise DataError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from None
    found: dict[int, Part] = {}
    problems = []
    for number, line in enumerate(lines, start=1):
        part = _part(line)
        if part is not None:
            found[part.number] = part
        elif number < len(lines):
            problems.append(f"{path}:{number}: is no part; restore the file, or sweep again")
    if problems:
        raise DataError(few(problems))
    return tuple(found[number] for number in sorted(found))


def _part(line: bytes) -> Part | None:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    number, rows, sha256 = (told.get(key) for key in ("part", "rows", "sha256"))
    if not isinstance(number, int) or not isinstance(rows, int) or number < 0 or rows < 1:
        return None
    if not isinstance(sha256, str) or not _SHA.fullmatch(sha256):
        return None
    return Part(number, rows, sha256)


def check_files(folder: Path, hashes: dict[str, str], remedy: str) -> None:
    """Check that files of a run are what was written.

    Args:
        folder: The run folder.
        hashes: Path of each file relative to the folder, to its SHA-256.
        remedy: What to do about a file that is not.

    Raises:
        DataError: Every file that is missing, was changed, or lies outside the folder.
    """
    with ThreadPoolExecutor(_READERS) as pool:
        checked = pool.map(lambda item: _problem(folder, *item), hashes.items())
        problems: Sequence[str] = [f"{folder / name}: {what}" for name, what in checked if what]
    if problems:
        raise DataError(few([f"{problem}; {remedy}" for problem in problems]))


def _problem(folder: Path, name: str, sha256: str) -> tuple[str, str]:
    """Return a name, and what is wrong with its file; "" where nothing is."""
    path = folder / name
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            return name, "leads out of the folder"
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        return name, (error.strerror or "cannot be read").lower()
    return name, "" if digest.hexdigest() == sha256 else "was changed after it was written"
