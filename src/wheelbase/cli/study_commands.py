"""Commands on studies: demo, check, run, report. Rooms are loaded when a command needs them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from wheelbase.cli.changes import Changes, changes_of
from wheelbase.cli.outcome import Outcome, hush, tell

__all__ = [
    "AsJson",
    "Folder",
    "Page",
    "Quiet",
    "RunName",
    "Strict",
    "StudyName",
    "check",
    "demo",
    "report",
    "run",
]

_DEMO = "clar-or-bespoke"

AsJson = Annotated[bool, typer.Option("--json", help="Write one JSON document.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress lines.")]
Folder = Annotated[Path | None, typer.Option("-o", metavar="RUN", help="Folder of the run.")]
StudyName = Annotated[str, typer.Argument(metavar="STUDY", help="A file, or a bundled study.")]
Strict = Annotated[bool, typer.Option("--strict", help="Warnings count as a negative answer.")]
RunName = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a finished run.")]
Page = Annotated[Path | None, typer.Option("-o", metavar="FILE", help="Where the page goes.")]


def demo(o: Folder = None, json: AsJson = False, quiet: Quiet = False) -> Outcome:
    """Answer the bundled question for a BMW-like maker and write its report."""
    return _run("demo", _DEMO, o, json or quiet)


def run(
    study: StudyName,
    o: Folder = None,
    s: Changes = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> Outcome:
    """Run a study, store everything in a run folder, and write its report."""
    return _run("run", study, o, json or quiet, changes_of(s))


def check(
    study: StudyName, strict: Strict = False, s: Changes = None, json: AsJson = False
) -> Outcome:
    """Check a study file: every problem at once, with its place and what to do."""
    from wheelbase.catalogue import catalogue
    from wheelbase.study import AllianceStudy, NetworkStudy, load_checked

    found = load_checked(study, catalogue(), changes_of(s))
    code = 1 if strict and found.warnings else 0
    if isinstance(found, AllianceStudy):
        counts = {"deals": len(found.spec.deals), "assumptions": len(found.assumptions)}
    elif isinstance(found, NetworkStudy):
        counts = {
            "plants": len(found.spec.plants),
            "products": len(found.spec.products),
            "assumptions": len(found.assumptions),
        }
    else:
        counts = {
            "platforms": len(found.platforms),
            "powertrains": len(found.powertrains),
            "bodies": len(found.bodies),
            "assumptions": len(found.assumptions),
        }
    text = f"{found.document.name}: fine: " + ", ".join(f"{n} {k}" for k, n in counts.items())
    return Outcome("check", code, text, counts, warnings=found.warnings)


def report(run: RunName, o: Page = None, json: AsJson = False) -> Outcome:
    """Write the report of a finished run again."""
    from wheelbase.report import write, write_sweep
    from wheelbase.study import read_manifest, read_results

    if read_manifest(run).get("kind") == "sweep":
        from wheelbase.sweep import summary

        page = write_sweep(summary(run), o or run / "report.html")
    else:
        page = write(read_results(run), o or run / "report.html")
    return Outcome("report", 0, str(page), {"report": str(page)}, run=str(run))


def _run(
    verb: str, name: str, folder: Path | None, silent: bool, changes: Mapping[str, str] = {}
) -> Outcome:
    from wheelbase.catalogue import catalogue
    from wheelbase.report import write
    from wheelbase.study import (
        AllianceStudy,
        NetworkStudy,
        load_any,
        run_alliance,
        run_network,
        run_study,
    )

    say: Callable[[str], None] = hush if silent else tell
    study = load_any(name, catalogue(), changes)
    if isinstance(study, AllianceStudy):
        done = run_alliance(study, folder)
    elif isinstance(study, NetworkStudy):
        done = run_network(study, folder)
    else:
        done = run_study(study, folder, say)
    page = write(done.results, done.folder / "report.html")
    answer: dict[str, Any] = done.results["answer"]
    text = f"{answer['sentence']}\n\nreport: {page}"
    result = {"answer": answer, "report": str(page)}
    return Outcome(verb, 0, text, result, warnings=study.warnings, run=str(done.folder))
