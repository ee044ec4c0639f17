"""The command compare: runs, sweeps or studies side by side, only what differs, and why."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from wheelbase.cli.changes import changes_of
from wheelbase.cli.outcome import Outcome, hush, tell
from wheelbase.cli.study_commands import AsJson, Quiet

__all__ = ["Runs", "compare"]

Runs = Annotated[
    list[Path],
    typer.Argument(
        metavar="RUN RUN...",
        help="Two to four runs, or two to four sweeps; two studies, or one with --with.",
    ),
]
_With = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar="PATH=VALUE",
        help="Compare a study with itself after this change; give it again for more.",
    ),
]
_MOST = 4


def compare(runs: Runs, with_: _With = None, json: AsJson = False, quiet: Quiet = False) -> Outcome:
    """Set runs, sweeps or two studies side by side: inputs and results that differ, and causes."""
    if with_ or any(map(_is_study, runs)):
        return _studies(runs, with_, hush if json or quiet else tell)
    from wheelbase.errors import DataError
    from wheelbase.study.compare import differences
    from wheelbase.study.folder import read_manifest

    if not 2 <= len({run.resolve() for run in runs}) == len(runs) <= _MOST:
        raise DataError(f"compare: name two to {_MOST} different runs")
    names = dict(zip(_names(runs), runs, strict=True))
    manifests = {name: read_manifest(run) for name, run in names.items()}
    kinds = {manifest.get("kind") == "sweep" for manifest in manifests.values()}
    if len(kinds) > 1:
        raise DataError("compare: a run and a sweep have nothing to compare; name two of a kind")
    found = _sweeps(names, manifests) if True in kinds else _runs(names)
    results = [{**row, "differences": differences(row)} for row in found["results"]]
    found = {**found, "results": results}
    return Outcome("compare", 0, "\n".join(_text(found)), found)


def _is_study(name: Path) -> bool:
    from wheelbase.study import bundled

    return name.is_file() or str(name) in bundled()


def _studies(names: Sequence[Path], with_: list[str] | None, say: Callable[[str], None]) -> Outcome:
    """Return two studies, or one before and after changes, side by side."""
    from wheelbase.catalogue import catalogue
    from wheelbase.cli.compare_text import study_lines
    from wheelbase.errors import DataError
    from wheelbase.study import compare_studies, load_costed

    if runs := [str(name) for name in names if name.is_dir()]:
        raise DataError(f"compare: {runs[0]} is a folder, no study; name two of a kind")
    if len(names) != (1 if with_ else 2):
        wanted = "one study before --with" if with_ else "two studies, or two runs"
        raise DataError(f"compare: {len(names)} names; give {wanted}")
    facts, changes = catalogue(), changes_of(with_)
    first = load_costed(str(names[0]), facts)
    if with_:
        second = first.set(changes)
        called = f"with {', '.join(f'{path}={value}' for path, value in changes.items())}"
        shown = (names[0].stem, called)
    else:
        second = load_costed(str(names[1]), facts)
        shown = (names[0].stem, names[1].stem)
    found = compare_studies(shown, (first, second), say)
    return Outcome(
        "compare", 0, "\n".join(study_lines(found)), found, warnings=tuple(found["warnings"])
    )


def _names(runs: Sequence[Path]) -> list[str]:
    """Return the name of each run's folder; the whole path where two are alike."""
    short = [run.resolve().name for run in runs]
    return short if len(set(short)) == len(short) else [str(run) for run in runs]


def _runs(names: Mapping[str, Path]) -> dict[str, Any]:
    from wheelbase.study import compare_runs, read, read_results

    results = {name: read_results(run) for name, run in names.items()}
    return compare_runs(results, {name: read(run / "study.yaml") for name, run in names.items()})


def _sweeps(names: Mapping[str, Path], manifests: Mapping[str, Any]) -> dict[str, Any]:
    from wheelbase.study import open_tables, read
    from wheelbase.study.compare_sweeps import compare_sweeps

    sweeps = {name: open_tables(run) for name, run in names.items()}
    studies = {name: read(run / "study.yaml") for name, run in names.items()}
    inputs = {
        name: {column["name"] for column in manifest["columns"] if column.get("role") != "output"}
        for name, manifest in manifests.items()
    }
    return compare_sweeps(sweeps, studies, inputs)


def _text(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"{found['columns'][0]} is the base of: {', '.join(found['columns'][1:])}"
    for key, title in (("laws", "varied otherwise"), ("inputs", "inputs that differ")):
        if found.get(key):
            yield from ("", title, *(_said(row) for row in found[key]))
    rows = found["results"]
    yield from ("", "results that differ" if rows else "no result differs", *map(_measured, rows))
    if found.get("only"):
        yield from ("", f"not in every sweep: {', '.join(found['only'])}")
    causes = found.get("causes")
    if causes and causes["steps"]:
        yield from ("", f"why: {causes['what']}, {causes['unit']}")
        for step in causes["steps"]:
            yield f"  {step['amount']:>+z12,.0f}  {step['group']}: {step['text']}"


def _said(row: Mapping[str, Any]) -> str:
    spans = zip(row["values"], row["low"], row["high"], strict=True)
    return f"  {row['label']}: {'  |  '.join(_span(*span) for span in spans)}"


def _measured(row: Mapping[str, Any]) -> str:
    apart = [f"{d:+,.6g}" for d in row["differences"][1:] if d is not None]
    unit = f" {row['unit']}" if row["unit"] else ""
    more = f"  ({', '.join(apart)}{unit})" if apart else ""
    return f"{_said(row)}{unit}{more}"


def _span(value: Any, low: Any, high: Any) -> str:
    if low is None or high is None:
        return _shown(value)
    return f"{_shown(value)} [{_shown(low)} .. {_shown(high)}]"


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,.6g}"
    return str(value)
