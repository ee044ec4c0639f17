"""What a command has to say: text for a person, or one JSON document."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Outcome", "emit", "hush", "tell"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a command.

    Args:
        verb: The command.
        code: Exit code.
        text: The answer for a person, written to standard output.
        result: The same for a program.
        problems: What went wrong, a line each, written to standard error.
        warnings: What to know, a line each, written to standard error.
        run: The run folder, if one was written.
        flat: Whether the keys of the result stand at the top of the JSON document.
    """

    verb: str
    code: int = 0
    text: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    run: str | None = None
    flat: bool = False


def emit(outcome: Outcome, as_json: bool) -> None:
    """Write an outcome: one JSON document, or text; problems and warnings to standard error."""
    if as_json:
        document: dict[str, Any] = {
            "wheelbase": 1,
            "verb": outcome.verb,
            "ok": outcome.code == 0,
            "code": outcome.code,
            "warnings": list(outcome.warnings),
            "run": outcome.run,
        }
        if outcome.problems:
            document["problems"] = list(outcome.problems)
        elif outcome.flat:
            document |= outcome.result
        else:
            document["result"] = dict(outcome.result)
        sys.stdout.write(json.dumps(document, allow_nan=False, ensure_ascii=True) + "\n")
        sys.stdout.flush()
        return
    for line in (*outcome.warnings, *outcome.problems):
        sys.stderr.write(line + "\n")
    sys.stderr.flush()
    if outcome.text:
        sys.stdout.write(outcome.text + "\n")
        sys.stdout.flush()


def hush(line: str) -> None:
    """Say nothing."""


def tell(line: str) -> None:
    """Write a progress line to standard error."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
