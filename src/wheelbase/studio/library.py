"""Studies and runs by id: what a request may name; no request carries a path."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from wheelbase.catalogue import Catalogue
from wheelbase.errors import DataError
from wheelbase.studio.guard import Refused
from wheelbase.study import (
    Document,
    Package,
    bundled,
    load_checked,
    read,
    read_manifest,
    read_results,
)
from wheelbase.sweep import FRONT, summary

__all__ = ["Library", "inputs_of", "is_id"]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,80}")
_MOST = 500  # studies and runs that are listed
_OPEN = 6  # runs whose results are kept; those of a whole study take some ten megabytes each
_LARGEST = 100_000_000  # bytes of a file of a run; that of a whole study has some two million

_Stamp = tuple[tuple[int, int], ...]
_Made = tuple[_Stamp, Any]  # the state of files, and what was made of them, or why it was not


def is_id(name: str) -> bool:
    """Return whether a study file or a run folder of this name can be opened in the studio."""
    return _ID.fullmatch(name) is not None


@dataclass(slots=True)
class Library:
    """The studies and runs that the studio may open: bundled ones, and those of one folder.

    Args:
        folder: Where study files lie, and runs in `runs`.
        facts: The catalogue.
    """

    folder: Path
    facts: Catalogue = field(repr=False)
    _studies: dict[Path, _Made] = field(default_factory=dict, repr=False)
    _titles: dict[Path, _Made] = field(default_factory=dict, repr=False)
    _results: dict[Path, _Made] = field(default_factory=dict, repr=False)
    _heads: dict[Path, _Made] = field(default_factory=dict, repr=False)

    @property
    def runs_folder(self) -> Path:
        """Where runs lie."""
        return self.folder / "runs"

    def study_files(self) -> dict[str, Path]:
        """Return id to study file; a file of the folder goes before a bundled one of its name."""
        return {**bundled(), **dict(_inside(self.folder, self.folder, ".yaml"))}

    def run_folders(self) -> dict[str, Path]:
        """Return id to run folder, the newest first."""
        inside = _inside(self.runs_folder, self.folder, "")
        found = [p for p in inside if _seen((p[1] / "manifest.json").is_file)]
        return dict(sorted(found, key=lambda p: _run_stamp(p[1]), reverse=True)[:_MOST])

    def study(self, id: str) -> Package:
        """Return a study with cars, read again where its file was changed.

        Raises:
            Refused: 404 without such a study; 422 with every problem of the file, and its text.
        """
        path = _one(id, self.study_files(), "study")
        try:
            found = self._checked(path)
        except DataError as error:
            raise Refused(422, *error.problems, text=_text(path)) from None
        if not isinstance(found, Package):
            what = f"{path.name}: asks about no cars; run it and read its report"
            raise Refused(422, what, text=_text(path))
        return found

    def results(self, id: str) -> dict[str, Any]:
        """Return the results of a finished run.

        Raises:
            Refused: 404 without such a run; 422 where its folder is broken, naming the file.
        """
        folder = _one(id, self.run_folders(), "run")
        for name in ("manifest.json", "results.json"):
            if not _lies_in(folder / name, folder):
                raise Refused(422, f"runs/{id}/{name}: leads out of its folder; copy the file")
            if (size := _state(folder / name)[1]) > _LARGEST:
                raise Refused(422, f"runs/{id}/{name}: {size} bytes; at most {_LARGEST} are read")
        try:
            found: dict[str, Any] = _fresh(
                self._results, folder, _run_stamp(folder), partial(_finite_results, folder), _OPEN
            )
        except DataError as error:
            raise Refused(422, *(_shortened(p, self.folder) for p in error.problems)) from None
        return found

    def sweep(self, id: str) -> dict[str, Any] | None:
        """Return what a sweep found; None for a run that is none.

        Raises:
            Refused: 404 without such a run; 422 where its store is broken, naming the file.
        """
        folder = _one(id, self.run_folders(), "run")
        if _manifest(folder).get("kind") != "sweep":
            return None
        files = [folder / name for name in ("manifest.json", "study.yaml", FRONT)]
        if out := [p.name for p in files if _seen(p.exists) and not _lies_in(p, folder)]:
            raise Refused(422, f"runs/{id}/{out[0]}: leads out of its folder; copy the file")
        try:
            found: dict[str, Any] = _fresh(
                self._results, folder, _stamp(*files), partial(summary, folder), _OPEN
            )
        except DataError as error:
            raise Refused(422, *(_shortened(p, self.folder) for p in error.problems)) from None
        return found

    def kept_study(self, id: str) -> Document:
        """Return the study file that a run kept.

        Raises:
            Refused: 404 without such a run; 422 where the file is broken or leads out.
        """
        path = _one(id, self.run_folders(), "run") / "study.yaml"
        if not _seen(path.is_file) or not _lies_in(path, path.parent):
            raise Refused(422, f"runs/{id}/study.yaml: is no file of the run; run the study again")
        try:
            return read(path)
        except DataError as error:
            raise Refused(422, *(f"runs/{id}/{problem}" for problem in error.problems)) from None

    def studies(self) -> list[dict[str, Any]]:
        """Return what each study file says of itself, its problems included."""
        return [
            {"id": id, "bundled": not _lies_in(path, self.folder), **self._about(path)}
            for id, path in list(self.study_files().items())[:_MOST]
        ]

    def _about(self, path: Path) -> dict[str, Any]:
        try:
            document: Document = _fresh(self._titles, path, _stamp(path), lambda: read(path))
        except DataError as error:
            return {"title": path.stem, "question": "", "problems": list(error.problems)}
        title, question = (str(document.data.get(k, ""))[:300] for k in ("title", "question"))
        told = {"title": title or path.stem, "question": question}
        try:
            self._checked(path)
        except DataError as error:
            return {**told, "problems": list(error.problems)}
        return {**told, "problems": []}

    def _checked(self, path: Path) -> Any:
        return _fresh(self._studies, path, _stamp(path), lambda: load_checked(path, self.facts))

    def runs(self) -> list[dict[str, Any]]:
        """Return what each run says of itself, what is broken included."""
        return [
            _fresh(self._heads, folder, _run_stamp(folder), partial(self._run, id, folder))
            for id, folder in self.run_folders().items()
        ]

    def _run(self, id: str, folder: Path) -> dict[str, Any]:
        when = datetime.fromtimestamp(_run_stamp(folder)[0][0] / 1e9, UTC)
        found = {
            "id": id, "name": id, "when": when.isoformat(timespec="seconds"), "problems": [],
            "kind": "run", "inputs": _inputs(folder / "study.yaml"),
        }  # fmt: skip
        manifest = _manifest(folder)
        if manifest.get("kind") == "sweep":
            title, name, state = (
                str(manifest.get(k, ""))[:300] for k in ("title", "name", "state")
            )
            about = {"kind": "sweep", "title": title, "study": name, "state": state}
            number = f"{manifest.get('n')} designs by {manifest.get('method')}"
            return found | about | {"sentence": number}
        try:
            results = self.results(id)
        except Refused as refused:
            blank = {"title": id, "study": "", "state": "broken", "sentence": ""}
            return found | blank | {"problems": list(refused.problems)}
        told = results.get("answer")
        sentence = str(told.get("sentence", "")) if isinstance(told, Mapping) else ""
        title, name = (str(results.get(k, ""))[:300] for k in ("title", "name"))
        about = {"title": title, "study": name, "state": "done", "sentence": sentence}
        return found | about


def _fresh(
    kept: dict[Path, _Made], key: Path, stamp: _Stamp, make: Callable[[], Any], most: int = _MOST
) -> Any:
    """Return what is made of files, made again only where their state is another.

    Raises:
        DataError: It was refused, now or when the files were last read.
    """
    before, made = kept.get(key, ((), None))
    if before != stamp:
        try:
            made = make()
        except DataError as error:
            made = error
        kept.pop(key, None)
        with suppress(RuntimeError, StopIteration, KeyError):  # another thread was faster
            while len(kept) >= most:
                kept.pop(next(iter(kept)))
        kept[key] = (stamp, made)
    if isinstance(made, DataError):
        raise DataError(made.problems)  # a new one: an error keeps the trace of every raise
    return made


def _finite_results(folder: Path) -> dict[str, Any]:
    """Return the results of a run, which hold no NaN and no infinity.

    Raises:
        DataError: They cannot be read, or hold a number that JSON does not know.
    """
    found = read_results(folder)
    try:
        json.dumps(found, allow_nan=False)
    except (ValueError, RecursionError):
        what = "holds NaN or an infinite number; run the study again"
        raise DataError(f"{folder}/results.json: {what}") from None
    return found


def _manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a run; empty where it cannot be read, which reading the run tells."""
    path = folder / "manifest.json"
    try:
        right = _lies_in(path, folder) and _state(path)[1] <= _LARGEST
        return read_manifest(folder) if right else {}
    except DataError:
        return {}


def _inputs(path: Path) -> str:
    """Return what a run was made of, as a word to compare; "" where that cannot be read."""
    try:
        known = _seen(path.is_file) and _lies_in(path, path.parent)
        return inputs_of(read(path)) if known else ""
    except DataError:
        return ""


def inputs_of(document: Document) -> str:
    """Return a word that is the same for documents that say the same, however they are written."""
    said = json.dumps(_plain(document.data), sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list) else str(value)


def _inside(folder: Path, root: Path, ending: str) -> Iterator[tuple[str, Path]]:
    """Yield id and path of what lies in a folder itself; nothing that a link leads out to."""
    try:
        paths = sorted(folder.iterdir())
    except OSError:  # not there, gone, or not for this user
        return
    for path in paths:
        id = path.name.removesuffix(ending)
        right = path.name.endswith(ending) and is_id(id)
        if right and _seen(path.is_file if ending else path.is_dir) and _lies_in(path, root):
            yield id, path


def _seen(kind: Callable[[], bool]) -> bool:
    """Return what a path says of its kind; False in a folder that is not for this user."""
    try:
        return kind()
    except OSError:
        return False


def _lies_in(path: Path, folder: Path) -> bool:
    """Return whether a path, its links followed, lies in a folder."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # links in a circle
        return False


def _one(id: str, known: Mapping[str, Path], what: str) -> Path:
    if not is_id(id) or id not in known:
        raise Refused(404, f"no such {what}")
    return known[id]


def _run_stamp(folder: Path) -> _Stamp:
    """Return the state of the two files that are read of a run, its manifest first."""
    return _stamp(folder / "manifest.json", folder / "results.json")


def _stamp(*paths: Path) -> _Stamp:
    return tuple(map(_state, paths))


def _state(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def _text(path: Path) -> str:
    """Return the text of a study file, as far as it is one."""
    try:
        with path.open("rb") as file:
            return file.read(1_000_000).decode("utf-8", "replace")
    except OSError:
        return ""


def _shortened(problem: str, folder: Path) -> str:
    """Return a problem without the part of its path that only this machine knows."""
    return problem.replace(f"{folder}/", "")
