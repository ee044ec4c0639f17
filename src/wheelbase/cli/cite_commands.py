"""The command that says what to cite for a run."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from wheelbase.cli.outcome import Outcome
from wheelbase.cli.study_commands import AsJson, RunName

__all__ = ["Bibliography", "cite"]

Bibliography = Annotated[
    Path | None, typer.Option("-o", metavar="FILE", help="Where the BibTeX goes.")
]


def cite(run: RunName, o: Bibliography = None, json: AsJson = False) -> Outcome:
    """Say what to cite for a run: the sources of its facts and methods, as BibTeX."""
    from wheelbase.errors import DataError
    from wheelbase.study import citations, read_manifest, read_results

    if read_manifest(run).get("kind") == "sweep":
        from wheelbase.sweep import cited

        found = cited(run)
    else:
        found = citations(read_results(run))
    text = "\n\n".join(work.bibtex for work in found)
    result = {"citations": [asdict(work) for work in found]}
    if o is None:
        return Outcome("cite", 0, text, result, run=str(run))
    try:
        o.write_text(text + "\n", "utf-8")
    except OSError as error:
        raise DataError(f"{o}: cannot be written: {error.strerror}; name another file") from None
    return Outcome("cite", 0, f"{len(found)} works in {o}", result, run=str(run))
