"""Fuzzing by the thousand: `PYTHONPATH=src:tests python -m fuzz study json --n 100000 --log FILE`.

Inputs are made in processes of their own, so that one that crashes or hangs is found, named and
left behind. `--guided` lets coverage choose the inputs (needs atheris); `--sum` adds logs up;
`--show TARGET INDEX` prints one input, which depends on target, seed and index alone.
"""

import argparse
import importlib
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

if "--guided" in sys.argv:  # what is instrumented must be so as it is imported
    import atheris

    with atheris.instrument_imports(include=["wheelbase"]):
        importlib.import_module("fuzz.registry")
from fuzz import asked
from fuzz.mutate import Chance
from fuzz.registry import TARGETS, Outcome, input_of, tried

_CHUNK = 5000
_HANGS = 120.0  # s without an input done, on a machine that others use too
_MEMORY = 4 << 30  # bytes that a process may map


def main() -> None:
    """Run what the command line asks for."""
    given = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    given.add_argument("targets", nargs="*", help=f"of {', '.join(TARGETS)}; all by default")
    given.add_argument("--n", type=int, default=1000, help="inputs of each target")
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--first", type=int, default=0, help="number of the first input")
    given.add_argument("--log", type=Path, help="file that each chunk adds a line to")
    given.add_argument("--guided", action="store_true", help="let coverage choose")
    given.add_argument("--sum", action="store_true", help="add up the log instead")
    given.add_argument("--show", nargs=2, metavar=("TARGET", "INDEX"))
    options = given.parse_args()
    if options.show:
        print(repr(input_of(options.show[0], options.seed, int(options.show[1]))))
        return
    if options.sum:
        print(summed(options.log.read_text().splitlines()))
        return
    if unknown := set(options.targets) - set(TARGETS):
        given.error(f"no target {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    found = 0
    for name in options.targets or TARGETS:
        run = guided if options.guided else chunks
        for line in run(name, options):
            found += len(line["findings"])
            _told(line, options.log)
    sys.exit(1 if found else 0)


def chunks(name: str, options: argparse.Namespace) -> Iterable[dict[str, Any]]:
    """Yield what became of each chunk of inputs; each runs in a process of its own."""
    asked.warm()
    at, last = options.first, options.first + options.n
    while at < last:
        line = _chunk(name, options.seed, at, min(_CHUNK, last - at))
        at += line["count"]
        yield line


def _chunk(name: str, seed: int, first: int, count: int) -> dict[str, Any]:
    """Return what became of some inputs, up to the one that ended or held up the process."""
    fork = multiprocessing.get_context("fork")
    at = fork.Value("l", first, lock=False)
    ours, theirs = fork.Pipe(duplex=False)
    process = fork.Process(target=_work, args=(name, seed, first, count, at, theirs))
    process.start()
    theirs.close()
    seen, since = first, time.monotonic()
    while not ours.poll(1.0):
        if not process.is_alive() and not ours.poll(0):
            return _ended(name, seed, first, at.value, f"ended the process ({process.exitcode})")
        if at.value != seen:
            seen, since = at.value, time.monotonic()
        if time.monotonic() - since > _HANGS:
            process.kill()
            process.join()
            return _ended(name, seed, first, at.value, f"took more than {_HANGS:.0f} s")
    try:
        line: dict[str, Any] = ours.recv()
    except EOFError:
        process.join()
        return _ended(name, seed, first, at.value, f"ended the process ({process.exitcode})")
    process.join()
    return line


def _ended(name: str, seed: int, first: int, at: int, what: str) -> dict[str, Any]:
    found = [{"index": at, "what": what, "input": repr(input_of(name, seed, at))[:2000]}]
    return {"target": name, "seed": seed, "first": first, "count": at - first + 1, "accepted": 0,
            "refused": at - first, "findings": found, "slowest_s": 0.0, "memory_mb": 0}  # fmt: skip


def _work(name: str, seed: int, first: int, count: int, at: Any, told: Any) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    tally = _Tally(name, seed, first)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as place:
        for index in range(first, first + count):
            at.value = index
            given = input_of(name, seed, index)
            tally.add(index, given, tried(name, given, Path(place)))
        told.send(tally.line())
        os.chdir("/")
    told.close()


class _Tally:
    """What became of the inputs so far."""

    def __init__(self, name: str, seed: int, first: int) -> None:
        self.name, self.seed, self.first = name, seed, first
        self.kinds: Counter[str] = Counter()
        self.findings: list[dict[str, Any]] = []
        self.slowest = 0.0

    def add(self, index: int, given: Any, outcome: Outcome) -> None:
        """Count an input; keep what was found."""
        self.kinds[outcome.kind] += 1
        self.slowest = max(self.slowest, outcome.seconds)
        if outcome.kind == "finding":
            said = {"index": index, "what": outcome.what, "input": repr(given)[:2000]}
            self.findings.append(said)

    def line(self) -> dict[str, Any]:
        """Return the line of the log."""
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        return {"target": self.name, "seed": self.seed, "first": self.first,
                "count": self.kinds.total(), "accepted": self.kinds["accepted"],
                "refused": self.kinds["refused"], "findings": self.findings,
                "slowest_s": round(self.slowest, 3), "memory_mb": memory}  # fmt: skip


def guided(name: str, options: argparse.Namespace) -> Iterable[dict[str, Any]]:
    """Yield what became of inputs whose choices libFuzzer makes after the branches they reach."""
    asked.warm()
    tally = _Tally(name, options.seed, 0)
    place = Path(tempfile.mkdtemp(prefix="fuzz-"))

    def one(content: bytes) -> None:
        given = TARGETS[name].make(Chance(content))
        tally.add(tally.kinds.total(), given, tried(name, given, place))
        if tally.kinds.total() >= options.n:
            _told({**tally.line(), "guided": True}, options.log)
            os._exit(1 if tally.findings else 0)  # libFuzzer itself never comes back

    flags = [f"-seed={options.seed}", "-max_len=4096", "-verbosity=0", "-len_control=0"]
    atheris.Setup([sys.argv[0], *flags], one)
    atheris.Fuzz()
    yield tally.line()


def _told(line: dict[str, Any], log: Path | None) -> None:
    if log is not None:
        with log.open("a") as file:
            file.write(json.dumps(line) + "\n")
    short = {k: v for k, v in line.items() if k != "findings"}
    print(json.dumps(short), flush=True)
    for found in line["findings"][:20]:
        print(f"  {found['index']}: {found['what'][:300]}", flush=True)


def summed(lines: Iterable[str]) -> str:
    """Return a table of what became of the inputs of logs."""
    found: dict[str, Counter[str]] = {}
    for line in map(json.loads, lines):
        name = line["target"] + (", guided" if line.get("guided") else "")
        row = found.setdefault(name, Counter())
        for key in ("count", "accepted", "refused"):
            row[key] += line[key]
        row["findings"] += len(line["findings"])
        for key in ("slowest_s", "memory_mb"):
            row[key] = max(row[key], line[key])
    keys = ("count", "accepted", "refused", "findings", "slowest_s", "memory_mb")
    rows = ["| target | inputs | accepted | refused | findings | slowest, s | memory, MB |",
            "|---|---:|---:|---:|---:|---:|---:|"]  # fmt: skip
    rows += [
        f"| {name} | {' | '.join(f'{row[k]:,}' for k in keys)} |" for name, row in found.items()
    ]
    return "\n".join([*rows, f"total {sum(r['count'] for r in found.values()):,}"])


if __name__ == "__main__":
    main()
