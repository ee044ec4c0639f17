"""Processes that are killed at random moments while they write a run, a sweep or a report.

`PYTHONPATH=src:tests python -m faults.kills --n 1000 --log FILE` makes the record. Each process is
forked off one that has loaded everything, so that a kill costs a tenth of a second; it says on a
pipe what it has finished. What is found on the disk is looked at by a process of its own.
"""

import argparse
import json
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import sweeping

from wheelbase.catalogue import catalogue
from wheelbase.errors import DataError
from wheelbase.report import write as write_report
from wheelbase.study import load, open_tables, read_results, run_study
from wheelbase.study import run as run_room

__all__ = ["KINDS", "Record", "killed"]

_DESIGNS, _ROWS = 48, 4


@dataclass
class Record:
    """What became of the kills of one kind.

    Args:
        kills: Processes that were killed before they had ended.
        ended: Processes that were quicker than the kill.
        resumed: Times that what was left was finished, and was what it had to be.
        faults: What was lost, doubled, or could not be opened, in words.
    """

    kills: int = 0
    ended: int = 0
    resumed: int = 0
    faults: list[str] = field(default_factory=list)


@cache
def _study() -> Any:
    return load("clar-or-bespoke", catalogue())


def write_run(folder: Path, results: dict[str, Any]) -> None:
    """Write a run whose results are known."""
    with patch.object(run_room, "results_of", lambda study, say: (results, {})):
        run_study(_study(), folder)


def check_run(folder: Path, results: dict[str, Any], done: bool) -> None:
    """Check what a kill left: a whole run, or none that could be taken for one."""
    try:
        found = read_results(folder)
        views = open_tables(folder).views
    except DataError as error:
        assert not done, f"a run that was reported as done does not open: {error}"
        assert all(error.problems)
    else:
        assert found == results, "the run opens, and holds something else"
        assert {"bills", "variants"} <= set(views)


def write_sweep(folder: Path, _: dict[str, Any]) -> None:
    """Begin a small sweep, or go on with it."""
    sweeping.swept(folder, _DESIGNS, _ROWS, compute=sweeping.computed, resume=True)


def check_sweep(folder: Path, _: dict[str, Any], done: bool) -> None:
    """Check what a kill left: each design of a whole part once."""
    if not (folder / "manifest.json").exists():
        assert not done, "a sweep that was reported as done has no manifest"
        return
    designs = [r[0] for r in open_tables(folder).sql("select design from designs").rows()]
    assert len(designs) == len(set(designs)), "a design is there twice"
    assert len(designs) % _ROWS == 0, "a part is there in part"
    assert not done or sorted(designs) == list(range(_DESIGNS)), "a finished sweep lacks designs"


def write_page(folder: Path, results: dict[str, Any]) -> None:
    """Write a report."""
    folder.mkdir(exist_ok=True)
    write_report(results, folder / "report.html")


def check_page(folder: Path, _: dict[str, Any], done: bool) -> None:
    """Check what a kill left: a whole page, or none."""
    path = folder / "report.html"
    assert path.exists() or not done, "a report that was reported as done is not there"
    if path.exists():
        text = path.read_text("utf-8")
        assert text.rstrip().endswith("</html>") and len(text) > 1e6, "half a report"


_Write = Callable[[Path, dict[str, Any]], None]
_Check = Callable[[Path, dict[str, Any], bool], None]
KINDS: dict[str, tuple[_Write, _Check]] = {
    "run": (write_run, check_run),
    "sweep": (write_sweep, check_sweep),
    "report": (write_page, check_page),
}


def killed(kind: str, count: int, seed: int, results: dict[str, Any], place: Path) -> Record:
    """Return what became of so many kills at random moments.

    Args:
        kind: "run", "sweep" or "report".
        count: Kills of processes that had not ended.
        seed: Of the moments.
        results: Of the demo's study.
        place: Folder to work in.
    """
    write, check = KINDS[kind]
    chance, record = random.Random(seed), Record()
    longest = _seconds(partial(write, place / "first", results))
    whole = _bytes(place / "first")
    number = 0
    while record.kills < count and len(record.faults) < 5:
        folder, done = place / f"{kind}-{number}", False
        number += 1
        for attempt in range(chance.randint(1, 4)):
            done |= _one(partial(write, folder, results), chance.uniform(0, 1.1 * longest), record)
            if fault := _apart(partial(check, folder, results, done)):
                record.faults.append(f"{folder.name}, attempt {attempt}: {fault}")
        if fault := _apart(partial(write, folder, results)) or _apart(
            partial(check, folder, results, True)
        ):
            record.faults.append(f"{folder.name}, finished: {fault}")
        elif (found := _bytes(folder)) != whole:
            odd = sorted(n for n in found.keys() | whole.keys() if found.get(n) != whole.get(n))
            record.faults.append(f"{folder.name}: other bytes than an undisturbed one: {odd}")
        else:
            record.resumed += 1
        _remove(folder)
    return record


def _one(work: Callable[[], None], after: float, record: Record) -> bool:
    """Start work in a process, kill it after some seconds, and return whether it said "done"."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        _ends(work, theirs)
    os.close(theirs)
    time.sleep(after)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with os.fdopen(ours, "rb") as told:
        said = told.read()
    if os.WIFSIGNALED(status):
        record.kills += 1
    else:
        record.ended += 1
    if said and said != b"done":
        record.faults.append(f"raised {said.decode('utf-8', 'replace')}")
    return said == b"done"


def _apart(work: Callable[[], None]) -> str:
    """Do work in a process of its own, and return what it raised, or ""."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        _ends(work, theirs)
    os.close(theirs)
    with os.fdopen(ours, "rb") as told:
        said = told.read().decode("utf-8", "replace")
    os.waitpid(child, 0)
    return "" if said == "done" else said or "ended the process"


def _ends(work: Callable[[], None], told: int) -> None:
    """Do work in this process, which is a child, say how it went, and end."""
    said = b"done"
    try:
        work()
    except BaseException as error:
        said = f"{type(error).__name__}: {error}"[:2000].encode()
    os.write(told, said)
    os._exit(0)


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    if fault := _apart(work):
        raise RuntimeError(f"fails without any kill: {fault}")
    return time.perf_counter() - began


_UNLIKE = ("manifest.json", "sweep.lock")  # they tell of times and of processes


def _bytes(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder, but for those that tell of a time."""
    paths = [p for p in folder.rglob("*") if p.is_file() and p.name not in _UNLIKE]
    return {str(p.relative_to(folder)): p.read_bytes() for p in paths}


def _remove(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()


def main() -> None:
    """Make the record: so many kills of each kind, a line each."""
    given = argparse.ArgumentParser(prog="faults.kills", description=__doc__)
    given.add_argument("--n", type=int, default=60, help="kills, all kinds together")
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--log", type=Path)
    given.add_argument("--kind", choices=[*KINDS], help="of these alone")
    given.add_argument("--results", type=Path, required=True, help="results.json of the demo's run")
    options = given.parse_args()
    results = json.loads(options.results.read_bytes())
    _study()
    shares = Counter({"run": options.n * 2 // 5, "sweep": options.n * 2 // 5})
    shares["report"] = options.n - shares.total()
    if options.kind:
        shares = Counter({options.kind: options.n})
    for kind, count in shares.items():
        with tempfile.TemporaryDirectory(prefix="kills-") as place:
            began = time.perf_counter()
            found = killed(kind, count, options.seed, results, Path(place))
        line = {"kind": kind, **vars(found), "seconds": round(time.perf_counter() - began)}
        print(json.dumps(line), flush=True)
        if options.log:
            with options.log.open("a") as file:
                file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
