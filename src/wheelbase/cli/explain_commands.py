"""The command that says where a number of a run comes from."""

from typing import Annotated

import typer

from wheelbase.cli.outcome import Outcome
from wheelbase.cli.study_commands import AsJson, RunName

__all__ = ["Depth", "Name", "explain"]

Name = Annotated[
    str, typer.Argument(metavar="VARIANT.METRIC", help="Such as bev@clar_like.sedan_d.cost.")
]
Depth = Annotated[int, typer.Option("--depth", min=0, help="How far the inputs are followed.")]


def explain(run: RunName, name: Name, depth: Depth = 3, json: AsJson = False) -> Outcome:
    """Say where a number of a run comes from: formula, inputs, facts, sources."""
    from wheelbase.study import explain as explain_number
    from wheelbase.study import read_results

    found = explain_number(read_results(run), name)
    return Outcome("explain", 0, found.text(depth), found.data(depth), run=str(run))
