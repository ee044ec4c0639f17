"""The option -s: values of the study that a command sets before it reads it."""

from collections.abc import Sequence
from typing import Annotated

import typer

__all__ = ["Changes", "changes_of"]

Changes = Annotated[
    list[str] | None,
    typer.Option(
        "-s",
        "--set",
        metavar="PATH=VALUE",
        help="Set a value of the study, as in bodies.sedan_d.L103='4800 mm'; null removes it.",
    ),
]


def changes_of(given: Sequence[str] | None) -> dict[str, str]:
    """Return path to value of the options -s.

    Raises:
        typer.BadParameter: One without '=', or a path that is set twice.
    """
    changes: dict[str, str] = {}
    for text in given or ():
        path, sign, value = text.partition("=")
        path = path.strip()
        if not sign or not path:
            raise typer.BadParameter(f"-s {text!r}: write PATH=VALUE, such as base.seed=8")
        if path in changes:
            raise typer.BadParameter(f"-s {path}: set twice; give it once")
        changes[path] = value
    return changes
