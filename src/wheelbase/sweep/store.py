"""The store of a sweep: Parquet parts, each whole or absent, and a journal of those that are.

A part is written to a name of its own, brought to the disk and renamed; then its line is added to
the journal and brought to the disk too. What is not in the journal does not count. Whenever the
process dies, the folder holds a journal of whole parts, and everything else is made again.
"""

import fcntl
import hashlib
import json
import os
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from wheelbase.errors import DataError, few
from wheelbase.study import Package, fingerprint, read_manifest, versions
from wheelbase.study.folder import quoted, settle, write_bytes, write_json, write_study
from wheelbase.study.parts import DESIGNS, JOURNAL, Part, check_files, journal
from wheelbase.sweep.table import Column

__all__ = [
    "Task",
    "append",
    "begun",
    "end_of",
    "held",
    "parquet_of",
    "refuse",
    "state_of",
    "task_of",
]
__all__ += ["write_part"]

_LOCK = "sweep.lock"

Task = Mapping[str, Any]
"""What decides every byte of a sweep: study, method, n, seed, rows of a part, backend."""


def parquet_of(columns: Sequence[Column], table: Mapping[str, Any], path: Path) -> None:
    """Write a table as Parquet, bytes the same on every machine of one version of DuckDB.

    Args:
        columns: In their order.
        table: Column to (rows,) array; masked is NULL.
        path: The file, written over.

    Raises:
        ValueError: A figure is not finite; the store holds none.
        duckdb.Error: The file cannot be written.
    """
    held, chosen = {}, []
    for n, column in enumerate(columns):
        values = table[column.name]
        empty = np.ma.getmaskarray(values)
        plain = np.ma.getdata(values)
        if column.kind in ("double", "float") and not np.isfinite(plain[~empty]).all():
            raise ValueError(f"{column.name}: a figure of a design is not finite")
        if column.kind == "varchar":
            words, codes = np.unique(np.where(empty, "", plain).astype(str), return_inverse=True)
            listed = ", ".join("'" + w.replace("'", "''") + "'" for w in words)
            held[f"v{n}"], held[f"e{n}"] = codes.astype(np.int32), empty
            value = f"([{listed}])[v{n} + 1]"
        else:
            held[f"v{n}"], held[f"e{n}"] = np.where(empty, 0, plain), empty
            value = f"v{n}"
        given = f"(case when e{n} then null else {value} end)::{column.kind}"
        chosen.append(f"{given} as {quoted(column.name)}")
    with duckdb.connect(":memory:") as store:
        store.execute("set threads=1")
        store.register("held", held)
        target = str(path).replace("'", "''")
        store.execute(
            f"copy (select {', '.join(chosen)} from held) to '{target}' "
            "(format parquet, compression zstd)"
        )


def write_part(
    folder: Path, number: int, columns: Sequence[Column], table: Mapping[str, Any]
) -> Part:
    """Write a part whole or not at all, and return it with its hash; the journal is not touched.

    Raises:
        DataError: Disk full, no permission.
    """
    rows = len(table[columns[0].name])
    path = folder / Part(number, rows, "").name
    place = path.with_name(f"{path.name}.{os.getpid()}.part")  # another process has another one
    try:
        with _undisturbed():
            parquet_of(columns, table, place)
        with place.open("r+b") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        place.replace(path)
        settle(path.parent)
    except duckdb.Error as error:
        raise DataError(f"{path}: {str(error).splitlines()[0]}; resume the sweep") from None
    except OSError as error:
        what = (error.strerror or "cannot be written").lower()
        raise DataError(f"{path}: {what}; make room, then resume the sweep") from None
    finally:
        with suppress(OSError):
            place.unlink(missing_ok=True)
    return Part(number, rows, found)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait: DuckDB, when it is interrupted while it writes, may never return."""
    before = signal.getsignal(signal.SIGINT)
    if not callable(before) or threading.current_thread() is not threading.main_thread():
        yield  # nobody listens, or signals reach another thread
        return
    pressed: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        before(signal.SIGINT, None)


def append(folder: Path, part: Part) -> None:
    """Add a whole part to the journal, and bring it to the disk.

    Raises:
        DataError: Disk full, no permission; a torn line counts for nothing.
    """
    path = folder / DESIGNS / JOURNAL
    line = json.dumps({"part": part.number, "rows": part.rows, "sha256": part.sha256}) + "\n"
    try:
        with path.open("ab") as file:
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise DataError(f"{path}: {(error.strerror or 'cannot be written').lower()}") from None


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Make a folder if it is absent, and hold it for one sweep at a time.

    Raises:
        DataError: Another process sweeps into it, it holds something else, or cannot be written.
    """
    path = folder / _LOCK
    try:
        if folder.exists() and not folder.is_dir():
            raise DataError(f"{folder}: is a file; name a folder for the sweep")
        folder.mkdir(parents=True, exist_ok=True)
        others = {file.name for file in folder.iterdir()} - {_LOCK, "manifest.json.part"}
        if others and "manifest.json" not in others:
            raise DataError(
                f"{folder}: holds other files and no sweep; name an empty or new folder"
            )
        file = path.open("a+")
    except OSError as error:
        raise DataError(f"{path}: {(error.strerror or 'cannot be written').lower()}") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            other = file.read(20).strip() or "unknown"
            raise DataError(
                f"{folder}: process {other} sweeps into it; wait for it, or name another folder"
            ) from None
        with suppress(OSError):
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
        yield


def refuse(folder: Path, task: Task, resume: bool) -> None:
    """Refuse a folder that a sweep may not go into; nothing of it is touched.

    Raises:
        DataError: It holds a run, a sweep that is not to be resumed, another sweep, or what cannot
            be read.
    """
    path = folder / "manifest.json"
    if not path.exists():
        return
    if not resume:
        raise DataError(f"{folder}: holds a run or a sweep; add --resume, or name another folder")
    manifest = read_manifest(folder)
    if manifest.get("kind") != "sweep":
        raise DataError(f"{folder}: is no sweep; name another folder")
    if told := _other_versions(path, manifest):
        raise DataError(told)
    words = {"input_hash": "study, catalogue or code"}
    problems = [
        f"{path}: {words.get(key, key)}: the sweep was started with "
        f"{str(manifest.get(key))[:40]}, now it is {str(value)[:40]}; "
        "resume it as it was started, or name another folder"
        for key, value in task.items()
        if manifest.get(key) != value
    ]
    if problems:
        raise DataError(problems)


def _other_versions(path: Path, manifest: Mapping[str, Any]) -> list[str]:
    """Return what the sweep was started with of another version; it would be of other bytes."""
    then, now = manifest.get("versions"), versions()
    if not isinstance(then, dict):
        return [f"{path}: versions: is not a mapping; name another folder"]
    return [
        f"{path}: versions: the sweep was started with {name} {str(then.get(name))[:40]}, now it "
        f"is {now.get(name)}; install that one, or name another folder"
        for name in dict.fromkeys((*then, *now))
        if then.get(name) != now.get(name)
    ]


def begun(
    folder: Path, package: Package, task: Task, columns: Sequence[Column], resume: bool
) -> tuple[Part, ...]:
    """Return the whole parts of a sweep that goes on; none of a new one, whose manifest is written.

    What a killed process left and is no part is removed.

    Raises:
        DataError: As `refuse`; a broken journal; parts that are missing or were changed.
    """
    refuse(folder, task, resume)
    parts: tuple[Part, ...] = ()
    if (folder / "manifest.json").exists():
        parts = journal(folder)
        _refuse_odd(folder, parts, task)
        hashes = {part.name: part.sha256 for part in parts}
        check_files(folder, hashes, "delete its line in designs/parts.jsonl, then resume")
    else:
        write_json(folder / "manifest.json", _manifest(package, task, columns))
    write_study(folder, package.document)
    try:
        (folder / DESIGNS).mkdir(exist_ok=True)
        settle(folder)
        settle(folder.parent)
    except OSError as error:
        raise DataError(f"{folder}: {(error.strerror or 'cannot be written').lower()}") from None
    _tidy(folder, parts)
    return parts


def _refuse_odd(folder: Path, parts: Sequence[Part], task: Task) -> None:
    """Refuse a journal whose parts are none of the sweep's.

    Raises:
        DataError: Every one.
    """
    n, most = int(task["n"]), int(task["part_rows"])
    problems = [
        f"{folder / DESIGNS / JOURNAL}: part {part.number} with {part.rows} designs is none of "
        f"this sweep; delete its line, then resume"
        for part in parts
        if part.rows != min(most, n - part.number * most)
    ]
    if problems:
        raise DataError(few(problems))


def _manifest(package: Package, task: Task, columns: Sequence[Column]) -> dict[str, Any]:
    document = package.document
    names = ("name", "kind", "unit", "role", "meaning")
    return {
        "wheelbase": 1,
        "kind": "sweep",
        "name": package.spec.name,
        "title": package.spec.title,
        "state": "running",
        **task,
        "study": {
            "file": document.name,
            "changes": {".".join(map(str, path)): text for path, text in document.changes},
        },
        "columns": [{name: getattr(c, name) for name in names} for c in columns],
        "versions": versions(),
    }


def task_of(package: Package, **more: Any) -> dict[str, Any]:
    """Return what decides every byte of a sweep."""
    return {"input_hash": fingerprint(package), **more}


def _tidy(folder: Path, parts: Sequence[Part]) -> None:
    """Remove what a killed sweep left, and end the journal with a whole line."""
    known = {Path(part.name).name for part in parts}
    lines = (
        json.dumps({"part": p.number, "rows": p.rows, "sha256": p.sha256}) + "\n" for p in parts
    )
    write_bytes(folder / DESIGNS / JOURNAL, "".join(lines).encode())
    for file in (folder / DESIGNS).iterdir():
        if file.name.startswith("part-") and file.name not in known:
            with suppress(OSError):
                file.unlink()


def end_of(folder: Path, state: str, told: Mapping[str, Any]) -> None:
    """Write the last state of a sweep, once what a worker that was ended left half is removed.

    Raises:
        DataError: The manifest cannot be read or written.
    """
    for file in (folder / DESIGNS).glob("part-*.part"):
        with suppress(OSError):
            file.unlink()
    state_of(folder, state, told)


def state_of(folder: Path, state: str, told: Mapping[str, Any]) -> None:
    """Write the state of a sweep, and what it took, into its manifest.

    Raises:
        DataError: The manifest cannot be read or written.
    """
    write_json(folder / "manifest.json", {**read_manifest(folder), **told, "state": state})
