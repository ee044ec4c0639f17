"""Command on cells: tables of a cell from its electrochemistry, as rows of a facts file."""

import csv
import io
from pathlib import Path
from typing import Annotated

import typer

from wheelbase.cli.outcome import Outcome
from wheelbase.cli.study_commands import AsJson

__all__ = ["derive"]

_Set = Annotated[
    str, typer.Option("--pybamm", metavar="SET", help="A parameter set, such as Chen2020.")
]
_Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE", help="Where the rows go; FILE.bib beside it."),
]
_COLUMNS = ("id", "field", "value", "unit", "source", "page", "status")


def derive(pybamm: _Set, output: _Output = None, json: AsJson = False) -> Outcome:
    """Derive voltage, resistance and charge limit of a cell with PyBaMM, as facts with citation."""
    from wheelbase.simulate import derive_cell
    from wheelbase.study import staged

    found = derive_cell(pybamm)
    source = f"pybamm-{found.model.id}"
    rows = found.rows(source)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_COLUMNS, *rows])
    citation = found.entry(source) + "\n" + found.citation
    result = {
        "id": found.model.id,
        "rows": [dict(zip(_COLUMNS, row, strict=True)) for row in rows],
        "citation": citation,
        "files": [],
    }
    if output is None:
        return Outcome("catalogue cell", 0, f"{text.getvalue()}\n{citation}", result)
    beside = output.with_name(f"{output.name}.bib")
    for path, content in ((output, text.getvalue()), (beside, citation + "\n")):
        with staged(path) as part:
            part.write_text(content, "utf-8")
    result["files"] = [str(output), str(beside)]
    said = f"{len(rows)} facts of {found.model.id} -> {output}, its citation -> {beside}"
    return Outcome("catalogue cell", 0, said, result)
