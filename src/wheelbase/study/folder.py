"""The run folder: everything a run read and found, each file whole or absent."""

import hashlib
import json
import os
import platform
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from wheelbase import __version__
from wheelbase.errors import DataError
from wheelbase.study.alliances import Allied
from wheelbase.study.load import Package
from wheelbase.study.networks import NetworkStudy

__all__ = ["fingerprint", "open_folder", "read_results", "versions", "write_bytes", "write_json"]
__all__ += ["write_manifest", "write_table"]

_PACKAGES = ("numpy", "pydantic", "highspy", "ortools", "duckdb", "pyyaml")


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
        if path.is_dir() and any(path.iterdir()) and not (path / "manifest.json").exists():
            raise DataError(f"{path}: holds other files and no run; name an empty or a new folder")
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{path}: {(error.strerror or 'cannot be made').lower()}") from None
    return path


def write_bytes(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all, and return its path.

    Raises:
        DataError: Disk full, no permission; nothing half-written stays.
    """
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise DataError(f"{path}: {(error.strerror or 'cannot be written').lower()}") from None
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
    part = path.with_name(path.name + ".part")
    kinds = {name: _column(name, rows) for name in rows[0]}
    try:
        with duckdb.connect(":memory:") as store:
            columns = ", ".join(f'"{name}" {kind}' for name, kind in kinds.items())
            store.execute(f"create table rows ({columns})")
            marks = ", ".join("?" for _ in kinds)
            values = [tuple(row.values()) for row in rows]
            store.executemany(f"insert into rows values ({marks})", values)
            target = str(part).replace("'", "''")
            store.execute(f"copy rows to '{target}' (format parquet, compression zstd)")
        content = part.read_bytes()
        part.unlink()
    except (duckdb.Error, OSError) as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise DataError(f"{path}: {str(error).splitlines()[0]}") from None
    return write_bytes(path, content)


def _column(name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    kinds = {type(row[name]) for row in rows if row[name] is not None}
    if kinds <= {bool}:
        return "boolean"
    if kinds <= {int}:
        return "bigint"
    return "double" if kinds <= {int, float} else "varchar"


def write_manifest(
    folder: Path, study: Allied | NetworkStudy, timings: Mapping[str, float], state: str
) -> Path:
    """Write the manifest, last of all files: versions, seed, timings, a hash of every file."""
    hashes = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name != "manifest.json" and not path.name.endswith(".part")
    }
    manifest = {
        "wheelbase": 1,
        "name": study.spec.name,
        "state": state,
        "input_hash": fingerprint(study),
        "seed": study.spec.base.seed,
        "versions": versions(),
        "timings_s": dict(timings),
        "files": hashes,
    }
    return write_json(folder / "manifest.json", manifest)


def read_results(folder: Path) -> dict[str, Any]:
    """Return the results of a finished run folder.

    Raises:
        DataError: No run, an unfinished run, or a file that is not what the run wrote.
    """
    for name in ("manifest.json", "results.json"):
        if not (folder / name).is_file():
            raise DataError(f"{folder}: has no {name}; it is not the folder of a finished run")
    manifest, _ = _mapping(folder / "manifest.json")
    results, content = _mapping(folder / "results.json")
    if manifest.get("state") != "done":
        raise DataError(f"{folder}: the run did not finish; run the study again")
    if manifest.get("files", {}).get("results.json") != hashlib.sha256(content).hexdigest():
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
