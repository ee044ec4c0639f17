"""Studies and runs by id: what a request may name; no request carries a path."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wheelbase.catalogue import Catalogue
from wheelbase.errors import DataError
from wheelbase.studio.guard import Refused
from wheelbase.study import Document, Package, bundled, load_checked, read, read_results

__all__ = ["Library", "inputs_of"]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,80}")
_MOST = 500  # studies and runs that are listed


@dataclass(slots=True)
class _Kept:
    """What was made of a file, and the state of the file that it was made of."""

    stamp: tuple[int, int]
    made: Any


@dataclass(slots=True)
class Library:
    """The studies and runs that the studio may open: bundled ones, and those of one folder.

    Args:
        folder: Where study files lie, and runs in `runs`.
        facts: The catalogue.
    """

    folder: Path
    facts: Catalogue = field(repr=False)
    _kept: dict[Path, _Kept] = field(default_factory=dict, repr=False)

    @property
    def runs_folder(self) -> Path:
        """Where runs lie."""
        return self.folder / "runs"

    def study_files(self) -> dict[str, Path]:
        """Return id to study file; a file of the folder goes before a bundled one of its name."""
        return {**bundled(), **dict(_inside(self.folder, ".yaml"))}

    def run_folders(self) -> dict[str, Path]:
        """Return id to run folder, the newest first."""
        found = [p for p in _inside(self.runs_folder, "") if (p[1] / "manifest.json").is_file()]
        return dict(sorted(found, key=lambda p: -_stamp(p[1] / "manifest.json")[0])[:_MOST])

    def study(self, id: str) -> Package:
        """Return a study with cars, read again where its file was changed.

        Raises:
            Refused: 404 without such a study; 422 with every problem of the file, and its text.
        """
        path = _one(id, self.study_files(), "study")
        try:
            found = self._fresh(path, lambda: load_checked(path, self.facts))
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
        try:
            found: dict[str, Any] = self._fresh(
                folder / "results.json", lambda: read_results(folder)
            )
        except DataError as error:
            raise Refused(422, *(_shortened(p, self.folder) for p in error.problems)) from None
        return found

    def studies(self) -> list[dict[str, Any]]:
        """Return what each study file says of itself, its problems included."""
        ours = self.folder.resolve()
        return [
            {"id": id, "bundled": not path.resolve().is_relative_to(ours), **self._about(path)}
            for id, path in list(self.study_files().items())[:_MOST]
        ]

    def _about(self, path: Path) -> dict[str, Any]:
        try:
            document: Document = self._fresh(path.with_suffix(".yaml#text"), lambda: read(path))
        except DataError as error:
            return {"title": path.stem, "question": "", "problems": list(error.problems)}
        title, question = (str(document.data.get(k, ""))[:300] for k in ("title", "question"))
        return {"title": title or path.stem, "question": question, "problems": []}

    def runs(self) -> list[dict[str, Any]]:
        """Return what each run says of itself, what is broken included."""
        return [self._run(id, folder) for id, folder in self.run_folders().items()]

    def _run(self, id: str, folder: Path) -> dict[str, Any]:
        when = datetime.fromtimestamp(_stamp(folder / "manifest.json")[0] / 1e9, UTC)
        found = {"id": id, "name": id, "when": when.isoformat(timespec="seconds"), "problems": []}
        try:
            results = self.results(id)
        except Refused as refused:
            blank = {"title": id, "study": "", "state": "broken", "sentence": ""}
            return found | blank | {"problems": list(refused.problems)}
        told = results.get("answer")
        sentence = str(told.get("sentence", "")) if isinstance(told, Mapping) else ""
        title, name = (str(results.get(k, ""))[:300] for k in ("title", "name"))
        about = {"title": title, "study": name, "state": "done", "sentence": sentence}
        return found | about | {"inputs": self._inputs(folder / "study.yaml")}

    def _inputs(self, path: Path) -> str:
        """Return what a run was made of, as a word to compare; "" where that cannot be read."""
        try:
            document: Document = self._fresh(path, lambda: read(path))
        except (DataError, OSError):
            return ""
        return inputs_of(document)

    def _fresh(self, path: Path, make: Any) -> Any:
        """Return what is made of a file, made again only where the file is another."""
        stamp = _stamp(Path(str(path).removesuffix("#text")))
        kept = self._kept.get(path)
        if kept is None or kept.stamp != stamp:
            if len(self._kept) > _MOST:
                self._kept.clear()
            kept = self._kept[path] = _Kept(stamp, make())
        return kept.made


def inputs_of(document: Document) -> str:
    """Return a word that is the same for documents that say the same, however they are written."""
    said = json.dumps(_plain(document.data), sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list) else str(value)


def _inside(folder: Path, ending: str) -> Iterator[tuple[str, Path]]:
    """Yield id and path of what lies in a folder itself; nothing that a link leads out to."""
    root = folder.resolve()
    for path in sorted(folder.glob(f"*{ending}")) if folder.is_dir() else ():
        id = path.name.removesuffix(ending)
        right = path.is_file() if ending else path.is_dir()
        if right and _ID.fullmatch(id) and path.resolve().is_relative_to(root):
            yield id, path


def _one(id: str, known: Mapping[str, Path], what: str) -> Path:
    if not _ID.fullmatch(id) or id not in known:
        raise Refused(404, f"no such {what}")
    return known[id]


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def _text(path: Path) -> str:
    """Return the text of a study file, as far as it is one."""
    try:
        return path.read_bytes()[:1_000_000].decode("utf-8", "replace")
    except OSError:
        return ""


def _shortened(problem: str, folder: Path) -> str:
    """Return a problem without the part of its path that only this machine knows."""
    return problem.replace(f"{folder}/", "")
