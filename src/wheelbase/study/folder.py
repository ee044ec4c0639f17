"""The run folder: everything a run read and found, each file whole or absent."""

import fcntl
import hashlib
import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from wheelbase import __version__
from wheelbase.errors import DataError
from wheelbase.study.alliances import Allied
from wheelbase.study.columns import unit_of
from wheelbase.study.load import Package
from wheelbase.study.networks import NetworkStudy
from wheelbase.study.read import Document

__all__ = [
    "fingerprint",
    "open_folder",
    "quoted",
    "read_manifest",
    "read_results",
    "settle",
    "staged",
    "versions",
    "write_bytes",
    "write_json",
    "write_manifest",
    "write_study",
    "write_table",
    "writing",
]

_UNFINISHED = "unfinished.txt"
_PACKAGES = ("numpy", "pydantic", "highspy", "ortools", "duckdb", "pyyaml", "soundfile")


def versions() -> dict[str, str]:
    """Return the versions that a result depends on."""
    found = {"wheelbase": __version__, "python": platform.python_version()}
    for name in _PACKAGES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def fingerprint(study: Allied | NetworkStudy | Package) -> str:
    """Return the SHA-256 of everything that decides the results: study, facts, code, versions."""
    digest = hashlib.sha256()
    digest.update(study.document.text.encode())
    for package in ("catalogue", ""):
        room = Path(str(files("wheelbase"))) / package
        for path in sorted(room.rglob("*")):
            if path.suffix in (".py", ".csv", ".bib") and path.is_file():
                digest.update(str(path.relative_to(room)).encode())
                digest.update(path.read_bytes())
    digest.update(json.dumps(versions(), sort_keys=True).encode())
    return digest.hexdigest()


def open_folder(path: Path) -> Path:
    """Return a folder that a run may write into, made if absent.

    Raises:
        DataError: The folder holds something else than a run, or cannot be written.
    """
    try:
        if path.exists() and not path.is_dir():
            raise DataError(f"{path}: is a file; name a folder for the run")
        ours = any((path / name).exists() for name in ("manifest.json", _UNFINISHED))
        if path.is_dir() and any(path.iterdir()) and not ours:
            raise DataError(f"{path}: holds other files and no run; name an empty or a new folder")
        if _holds_sweep(path):
            raise DataError(f"{path}: holds a sweep; name an empty or a new folder for the run")
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{path}: {(error.strerror or 'cannot be made').lower()}") from None
    return path


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Yield a folder that this process alone writes a run into.

    Until the run is whole a file says so, whereby a run that was cut off can be run again there.

    Raises:
        DataError: As `open_folder`; another process writes a run into it.
    """
    place = open_folder(path)
    try:
        file = (place / _UNFINISHED).open("a+")
    except OSError as error:
        raise DataError(f"{place}: {(error.strerror or 'cannot be written').lower()}") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.path.samestat(os.fstat(file.fileno()), (place / _UNFINISHED).stat()):
                raise BlockingIOError  # who held it has just ended, and a third one came first
        except OSError:
            what = "another process writes a run into it; wait for it, or name another folder"
            raise DataError(f"{place}: {what}") from None
        with suppress(OSError):
            file.truncate(0)
            file.write(
                "A run began here and was not finished: run the study again, or delete it.\n"
            )
            file.flush()
        yield place
        with suppress(OSError):  # a finished run is one, whatever lies beside it
            (place / _UNFINISHED).unlink(missing_ok=True)


def _holds_sweep(path: Path) -> bool:
    """Return whether a folder is that of a sweep, which no run may write over."""
    try:
        told = json.loads((path / "manifest.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(told, dict) and told.get("kind") == "sweep"


@contextmanager
def staged(path: Path) -> Iterator[Path]:
    """Yield the place to write a file to; it becomes `path` once it is whole and on the disk.

    Raises:
        DataError: Disk full, no permission; nothing half-written stays.
    """
    part = path.with_name(path.name + ".part")
    try:
        if part.is_symlink():
            part.unlink()  # or the content would land where the link points
        yield part
        with part.open("r+b") as file:
            os.fsync(file.fileno())
        part.replace(path)
        settle(path.parent)
    except OSError as error:
        raise DataError(f"{path}: {(error.strerror or 'cannot be written').lower()}") from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def settle(folder: Path) -> None:
    """Bring the names in a folder to the disk, where systems can: after it no rename is undone.

    Raises:
        OSError: Disk full.
    """
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_bytes(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all, and return its path.

    Raises:
        DataError: Disk full, no permission; nothing half-written stays.
    """
    with staged(path) as part:
        part.write_bytes(content)
    return path


def write_json(path: Path, data: Mapping[str, Any]) -> Path:
    """Write plain data as JSON, keys in their order, no NaN, and return the path."""
    text = json.dumps(data, allow_nan=False, ensure_ascii=False, indent=1)
    return write_bytes(path, (text + "\n").encode())


def write_table(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write rows as one Parquet file and return its path; columns are those of the first row.

    Raises:
        DataError: The file cannot be written.
        ValueError: No rows, or a row with other columns.
    """
    if not rows or any(row.keys() != rows[0].keys() for row in rows):
        raise ValueError(f"{path.name}: rows must exist and share their columns")
    kinds = {name: _column(name, rows) for name in rows[0]}
    try:
        with staged(path) as part, duckdb.connect(":memory:") as store:
            columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in kinds.items())
            store.execute(f"create table rows ({columns})")
            marks = ", ".join("?" for _ in kinds)
            values = [tuple(row.values()) for row in rows]
            store.executemany(f"insert into rows values ({marks})", values)
            target = str(part).replace("'", "''")
            store.execute(f"copy rows to '{target}' (format parquet, compression zstd)")
    except duckdb.Error as error:
        raise DataError(f"{path}: {str(error).splitlines()[0]}") from None
    return path


def quoted(name: str) -> str:
    """Return a name as SQL writes one, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def _column(name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    kinds = {type(row[name]) for row in rows if row[name] is not None}
    if not kinds:
        return "double" if unit_of(name) else "varchar"
    if kinds <= {bool}:
        return "boolean"
    if kinds <= {int}:
        return "bigint"
    return "double" if kinds <= {int, float} else "varchar"


def write_study(folder: Path, document: Document) -> list[str]:
    """Write the study as the run took it, beside it as it was read where values were changed.

    Returns:
        The names of the files.
    """
    contents = {"study.yaml": document.text}
    if document.changes:
        contents["study.source.yaml"] = document.source
    for name, text in contents.items():
        write_bytes(folder / name, text.encode())
    return list(contents)


def write_manifest(
    folder: Path,
    study: Allied | NetworkStudy,
    timings: Mapping[str, float],
    files: Sequence[str],
) -> Path:
    """Write the manifest, last of all files: versions, seed, timings, what was run, a hash of each.

    Args:
        folder: The run folder.
        study: What was run.
        timings: Seconds of each stage.
        files: Names of what this run wrote; whatever else lies in the folder is not of this run.
    """
    document = study.document
    changes = {".".join(map(str, path)): text for path, text in document.changes}
    manifest = {
        "wheelbase": 1,
        "name": study.spec.name,
        "state": "done",
        "input_hash": fingerprint(study),
        "seed": study.spec.base.seed,
        "study": {"file": document.name, "changes": changes},
        "versions": versions(),
        "machine": platform.machine(),
        "timings_s": dict(timings),
        "files": {
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in sorted(files)
        },
    }
    return write_json(folder / "manifest.json", manifest)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a run or sweep folder, whatever its state.

    Raises:
        DataError: No run, a broken manifest, or one of another version of run folders.
    """
    path = folder / "manifest.json"
    if not path.is_file():
        raise DataError(
            f"{folder}: has no manifest.json; it is not the folder of a finished run, name the one "
            "that `wheelbase run` wrote, such as runs/NAME-HASH8"
        )
    manifest, _ = _mapping(path)
    version = manifest.get("wheelbase")
    if type(version) is not int or version != 1:
        what = f"of version {version!r} of run folders, this Wheelbase reads 1; run the study again"
        raise DataError(f"{path}: is {what}")
    return manifest


def read_results(folder: Path) -> dict[str, Any]:
    """Return the results of a finished run folder.

    Raises:
        DataError: No run, an unfinished run, or a file that is not what the run wrote.
    """
    manifest = read_manifest(folder)
    if manifest.get("kind") == "sweep":
        raise DataError(f"{folder}: is the folder of a sweep; `wheelbase query` reads it")
    if not (folder / "results.json").is_file():
        raise DataError(f"{folder}: has no results.json; it is not the folder of a finished run")
    results, content = _mapping(folder / "results.json")
    if manifest.get("state") != "done":
        raise DataError(f"{folder}: the run did not finish; run the study again")
    files = manifest.get("files")
    known = files.get("results.json") if isinstance(files, dict) else None
    if known != hashlib.sha256(content).hexdigest():
        raise DataError(f"{folder}/results.json: was changed after the run; run the study again")
    return results


def _mapping(path: Path) -> tuple[dict[str, Any], bytes]:
    """Return what a JSON file of a run says, and its bytes.

    Raises:
        DataError: It cannot be read, or is no mapping.
    """
    try:
        content = path.read_bytes()
        found = json.loads(content)
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{path}: cannot be read: {error}; run the study again") from None
    if not isinstance(found, dict):
        raise DataError(f"{path}: is not a mapping; run the study again")
    return found, content
