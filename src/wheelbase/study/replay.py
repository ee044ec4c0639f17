"""A run made again from its own folder, and held to what it gave then."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from wheelbase.catalogue import catalogue
from wheelbase.errors import DataError
from wheelbase.study.alliances import AllianceStudy, any_of
from wheelbase.study.change import changed
from wheelbase.study.folder import quoted, read_manifest, read_results
from wheelbase.study.networks import NetworkStudy
from wheelbase.study.parts import check_files
from wheelbase.study.read import Document, read
from wheelbase.study.run import Say, run_alliance, run_study
from wheelbase.study.run_network import run_network
from wheelbase.study.tables import open_tables

__all__ = ["Deviation", "Replay", "folder_of", "kept_document", "replay", "versions_apart"]

_AGAIN = "replay another copy, or run the study again"
_ABOUT = "manifest"  # the part of the results that says of what they were made


@dataclass(frozen=True, slots=True)
class Deviation:
    """A value that is another than it was.

    Args:
        place: File and path, such as "results.json: answer.which".
        then: What it was, None where it was not there.
        now: What it is.
        relative: Difference by the larger of two numbers, None for all else.
    """

    place: str
    then: Any
    now: Any
    relative: float | None


@dataclass(frozen=True, slots=True)
class Replay:
    """What a run gave when it was made again.

    Args:
        bit_exact: Whether every file is the same to the last bit.
        files: Name of each file to whether it is.
        versions: What differs between then and now, as (name, then, now).
        deviations: Every value that differs; nothing that only says of versions.
    """

    bit_exact: bool
    files: Mapping[str, bool]
    versions: tuple[tuple[str, str, str], ...]
    deviations: tuple[Deviation, ...]

    @property
    def holds(self) -> bool:
        """Whether every result is the same, whatever the files say of versions."""
        return not self.deviations


def folder_of(path: Path) -> Path:
    """Return the run folder that a path names: itself, or its manifest."""
    return path.parent if path.name == "manifest.json" and not path.is_dir() else path


def replay(folder: Path, say: Say = lambda line: None) -> Replay:
    """Return how a run comes out when it is made again from its own study, in a folder of its own.

    Args:
        folder: Of a finished run.
        say: Takes a line as each stage ends.

    Raises:
        DataError: No run, a sweep, or every file of it that was changed.
        FitError: A target that was met then is not met now.
        SolveError: There was a plan then, and there is none now.
    """
    then = read_manifest(folder)
    if then.get("kind") == "sweep":
        raise DataError(f"{folder}: is the folder of a sweep; replay a run")
    files = then.get("files")
    if then.get("state") != "done" or not isinstance(files, dict):
        raise DataError(f"{folder}: the run did not finish; run the study again")
    hashes = {str(name): str(sha256) for name, sha256 in files.items()}
    check_files(folder, hashes, _AGAIN)
    study = any_of(kept_document(folder, then), catalogue())
    with TemporaryDirectory(prefix="wheelbase-replay-") as place:
        again = Path(place) / "run"
        if isinstance(study, AllianceStudy):
            run_alliance(study, again)
        elif isinstance(study, NetworkStudy):
            run_network(study, again)
        else:
            run_study(study, again, say)
        return _held(folder, again, then, hashes)


def versions_apart(
    then: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    """Yield name, then and now of what two manifests were made with, where it differs."""
    tables = [m.get("versions") for m in (then, now)]
    before, after = (t if isinstance(t, dict) else {} for t in tables)
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            yield name, str(before.get(name, "not there")), str(after.get(name, "not there"))
    if then.get("machine") != now.get("machine"):
        yield "processor", str(then.get("machine")), str(now.get("machine"))
    if before == after and then.get("input_hash") != now.get("input_hash"):
        marks = [str(m.get("input_hash"))[:8] for m in (then, now)]
        yield "code or facts of wheelbase", marks[0], marks[1]


def kept_document(folder: Path, manifest: Mapping[str, Any]) -> Document:
    """Return the study of a run as it was taken: its file's name, its places, its changes.

    Raises:
        DataError: The run did not keep that, or it is not what it ran.
    """
    told = manifest.get("study")
    name = told.get("file") if isinstance(told, dict) else None
    changes = told.get("changes") if isinstance(told, dict) else None
    if not isinstance(name, str) or not isinstance(changes, dict):
        what = "does not say which file was run; it is of an earlier Wheelbase, run the study again"
        raise DataError(f"{folder / 'manifest.json'}: {what}")
    kept = read(folder / ("study.source.yaml" if changes else "study.yaml"))
    texts = {str(path): str(text) for path, text in changes.items()}
    document = changed(Document(name, kept.source, kept.data, kept.places), texts)
    if document.text.encode() != (folder / "study.yaml").read_bytes():
        what = "is not study.source.yaml with the changes of manifest.json"
        raise DataError(f"{folder / 'study.yaml'}: {what}; {_AGAIN}")
    return document


def _held(folder: Path, again: Path, then: Mapping[str, Any], hashes: dict[str, str]) -> Replay:
    now = read_manifest(again)
    made = now["files"]
    same = {n: hashes.get(n) == made.get(n) for n in sorted({*hashes, *made})}
    found = [] if all(same.values()) else [*_deviations(folder, again, hashes, made)]
    return Replay(all(same.values()), same, tuple(versions_apart(then, now)), tuple(found))


def _deviations(
    folder: Path, again: Path, then: Mapping[str, str], now: Mapping[str, str]
) -> Iterator[Deviation]:
    for name in dict.fromkeys([*then, *now]):
        if (name in then) != (name in now):
            was, is_ = ("there" if name in table else None for table in (then, now))
            yield Deviation(name, was, is_, None)
    if then.get("results.json") != now.get("results.json"):
        trees = [{k: v for k, v in read_results(f).items() if k != _ABOUT} for f in (folder, again)]
        yield from _trees("results.json: ", *trees)
    tables = [open_tables(f) for f in (folder, again)]
    for name in tables[0].views:
        file = f"{name}.parquet"
        if name in tables[1].views and then[file] != now[file]:
            found = [t.sql(f"from {quoted(name)}") for t in tables]
            rows = [[dict(zip(f.columns, row, strict=True)) for row in f.rows()] for f in found]
            yield from _trees(f"{file}: rows", *rows)


def _trees(place: str, then: Any, now: Any) -> Iterator[Deviation]:
    """Yield what differs between two trees of plain values, by its path."""
    if isinstance(then, dict) and isinstance(now, dict):
        for key in dict.fromkeys([*then, *now]):
            dot = "" if place.endswith(" ") else "."
            yield from _trees(f"{place}{dot}{key}", then.get(key), now.get(key))
    elif isinstance(then, list) and isinstance(now, list):
        for n, pair in enumerate(zip_longest(then, now)):
            yield from _trees(f"{place}[{n}]", *pair)
    elif then != now or isinstance(then, bool) != isinstance(now, bool):
        yield Deviation(place, then, now, _relative(then, now))


def _relative(then: Any, now: Any) -> float | None:
    for value in (then, now):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
    return float(abs(now - then) / max(abs(then), abs(now)))
