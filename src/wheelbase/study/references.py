"""A folder of published stochastic programs, solved and held against what its list says."""

import gzip
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import read_rows
from wheelbase.errors import DataError, LimitError, SolveError
from wheelbase.plan import (
    Known,
    Settled,
    Status,
    StochasticProgram,
    Verdict,
    judge,
    known,
    read_smps,
    settle,
    work_of,
)

__all__ = ["Held", "Instance", "References", "hold_references", "read_references"]

_LIST = "instances.csv"
_COLUMNS = ("instance", "core", "time", "stoch", "published", "published_status", "own_lower",
           "own_upper", "result", "note")  # fmt: skip

_BUDGET = 38.0  # seconds in which what is begun by default must end
_LIMIT_WHOLE = 60.0  # seconds for a program with whole columns where everything is asked for
_LIMIT = 1800.0  # seconds for any other
_LARGEST_LIST = 2_000_000
_LARGEST_FILE = 64_000_000
_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Instance:
    """A program of the folder.

    Args:
        name: Of the instance.
        published: As the list writes it.
        known: What the list says of its least value.
        program: The program.
        first: (n,) the published first stage beside its core file, or empty.
    """

    name: str
    published: str
    known: Known
    program: StochasticProgram = field(repr=False)
    first: NDArray[np.float64] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Held:
    """An instance held against the list.

    Args:
        instance: The instance.
        found: What is known of its value; missing only where the verdict is an error.
        verdict: Whether that agrees with the list.
        seconds: Wall time.
        is_cut: Whether the limit came before anything that can be judged.
    """

    instance: Instance
    found: Settled | None
    verdict: Verdict
    seconds: float
    is_cut: bool


@dataclass(frozen=True, slots=True)
class References:
    """What was held, in the order of work, and why the rest was not."""

    held: tuple[Held, ...]
    not_run: Mapping[str, str]

    @property
    def ok(self) -> bool:
        """Whether something was run, and all of it agrees."""
        return bool(self.held) and all(h.verdict.ok for h in self.held)


def hold_references(
    folder: Path, everything: bool = False, say: Callable[[str], None] = lambda line: None
) -> References:
    """Return the programs of a folder, solved and held against its list.

    They run in the order of estimated work. By default none is begun after 38 s, and one that is
    cut off then before its value, or a bracket of it that is near enough, is known is not judged;
    with everything each program with whole columns has a minute.

    Args:
        folder: With `instances.csv` and the files it names.
        everything: Whether to run all of them.
        say: Takes the name of each program before it is solved.

    Raises:
        DataError: Every problem of the list and of its files.
    """
    began = time.perf_counter()
    waiting = sorted(read_references(folder), key=lambda i: (work_of(i.program), i.name))
    held: list[Held] = []
    not_run: dict[str, str] = {}
    for instance in waiting:
        spent = time.perf_counter() - began
        left = _limit(instance.program) if everything else _BUDGET - spent
        if left <= 0:
            not_run[instance.name] = f"{spent:.0f} s were spent before; ask for all"
            continue
        say(instance.name)
        done = _held(instance, left)
        if done.is_cut and not everything:
            not_run[instance.name] = f"cut off after {done.seconds:.0f} s; ask for all"
        else:
            held.append(done)
    return References(tuple(held), not_run)


def _limit(program: StochasticProgram) -> float:
    return _LIMIT_WHOLE if program.core.integer.any() else _LIMIT


def _held(instance: Instance, limit: float) -> Held:
    began = time.perf_counter()
    first = instance.first if len(instance.first) else None
    try:
        found = settle(instance.program, limit, first)
    except (SolveError, DataError) as error:
        verdict, is_late = Verdict(False, "; ".join(error.problems)), isinstance(error, LimitError)
        return Held(instance, None, verdict, time.perf_counter() - began, is_late)
    is_cut = found.status is Status.TIME and not found.says_something
    verdict = judge(instance.known, found)
    return Held(instance, found, verdict, time.perf_counter() - began, is_cut)


def read_references(folder: Path) -> tuple[Instance, ...]:
    """Return the programs that the list of a folder names.

    Raises:
        DataError: No list, a name that leads out of the folder, a file that is missing or too
            large, and every problem of every file.
    """
    path = folder / _LIST
    if not path.is_file():
        raise DataError(f"{path}: no such file; name a folder with a list of instances")
    if path.stat().st_size > _LARGEST_LIST:
        raise DataError(f"{path}: larger than {_LARGEST_LIST} bytes; shorten the list")
    rows = read_rows(path, _COLUMNS)
    if not 0 < len(rows) <= _MOST:
        raise DataError(f"{path}: {len(rows)} instances; list 1 .. {_MOST}")
    problems: list[str] = []
    found: dict[str, Instance] = {}
    for line, row in enumerate(rows, start=2):
        place = f"{path}:{line}"
        name = row["instance"].strip()
        if not name or len(name) > 80 or not name.isprintable() or name in found:
            problems.append(f"{place}: instance {name[:80]!r} is empty, too long or taken; rename")
            continue
        try:
            found[name] = _instance(folder, name, row, place)
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return tuple(found.values())


def _instance(folder: Path, name: str, row: Mapping[str, str], place: str) -> Instance:
    paths: list[Path] = []
    problems: list[str] = []
    for part in ("core", "time", "stoch"):
        try:
            paths.append(_inside(folder, row[part], f"{place}: {part}"))
        except DataError as error:
            problems += error.problems
    remark = "; ".join(row[part] for part in ("result", "note") if row[part])
    words = (row["published"], row["published_status"], row["own_lower"], row["own_upper"])
    try:
        said = known(*words, remark)
    except DataError as error:
        problems += [f"{place}: {problem}" for problem in error.problems]
    if problems:
        raise DataError(problems)
    core, times, stoch = (_text(path) for path in paths)
    program = read_smps(core, times, stoch, places=[row[p] for p in ("core", "time", "stoch")])
    return Instance(name, row["published"], said, program, _solution(folder, paths[0], place))


def _inside(folder: Path, name: str, place: str) -> Path:
    """Return the path of a file that lies in the folder, links followed."""
    pure = PurePosixPath(name)
    if not name or "\0" in name or len(name) > 400 or pure.is_absolute() or ".." in pure.parts:
        raise DataError(f"{place}: {name[:80]!r} is no file of the folder; name one inside it")
    try:
        path = (folder / pure).resolve()
        is_there = path.is_file()
    except (RuntimeError, OSError):  # a link that leads to itself, a name longer than any
        raise DataError(f"{place}: {name[:80]!r} leads nowhere; mend or remove the link") from None
    if not path.is_relative_to(folder.resolve()):
        raise DataError(f"{place}: {name[:80]!r} leads out of the folder; copy the file into it")
    if not is_there:
        raise DataError(f"{place}: {name[:80]!r} is missing; fetch it or drop the line")
    return path


def _text(path: Path) -> str:
    """Return the text of a file, unpacked if its name ends in .gz."""
    try:
        if path.suffix == ".gz":
            with gzip.open(path, "rb") as file:
                raw = file.read(_LARGEST_FILE + 1)
        else:
            with path.open("rb") as file:
                raw = file.read(_LARGEST_FILE + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: cannot be read: {error}") from None
    if len(raw) > _LARGEST_FILE:
        raise DataError(f"{path}: larger than {_LARGEST_FILE} bytes; split the problem")
    return raw.decode("latin-1")


def _solution(folder: Path, core: Path, place: str) -> NDArray[np.float64]:
    """Return the first stage beside a core: a count and as many numbers; empty without the file."""
    beside = core.with_name(f"{Path(core.name.removesuffix('.gz')).stem}.sol")
    if not (beside.is_symlink() or beside.is_file()):
        return np.zeros(0)
    name = beside.relative_to(folder.resolve()).as_posix()
    path = _inside(folder, name, f"{place}: solution")
    words = _text(path).split()
    try:
        values = np.array([float(word) for word in words[1:]])
        fits = int(words[0]) == len(values) and bool(np.isfinite(values).all())
    except (ValueError, IndexError):
        fits = False
    if not fits:
        raise DataError(f"{path}: is no count followed by as many numbers; mend or remove it")
    return values
