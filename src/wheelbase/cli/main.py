"""The entry point: parses the command line and turns every ending into its exit code.

0 done; 1 done and the answer is negative; 2 bad input or usage; 3 our fault; 4 stopped early;
130 interrupted.
"""

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from wheelbase.cli.app import app
from wheelbase.cli.outcome import Outcome, emit
from wheelbase.errors import DataError, WheelbaseError

__all__ = ["main", "run_command"]

# What the parser raises for bad usage, wherever this version of typer keeps it.
_UsageError: Any = typer.BadParameter.__mro__[2]

_INTERRUPTED = 130
_SAID = ("interrupted; run the same command again",)


def main() -> None:
    """Run the command of this process and leave with its exit code."""
    sys.exit(run_command(sys.argv[1:]))


def run_command(arguments: Sequence[str]) -> int:
    """Return the exit code of a command line; everything it has to say is written by then."""
    as_json = "--json" in arguments
    verb = next((a for a in arguments if not a.startswith("-")), "")
    try:
        outcome = app(list(arguments), standalone_mode=False, prog_name="wheelbase")
        if outcome == _INTERRUPTED:  # how typer hands on Ctrl-C
            outcome = Outcome(verb, _INTERRUPTED, problems=_SAID)
        if not isinstance(outcome, Outcome):
            return outcome if isinstance(outcome, int) else 0
    except typer.Exit as error:
        if error.exit_code != _INTERRUPTED:
            return int(error.exit_code)
        outcome = Outcome(verb, _INTERRUPTED, problems=_SAID)  # typer's word for Ctrl-C
    except _UsageError as error:
        return _usage(error, verb, as_json)
    except WheelbaseError as error:
        code = 2 if isinstance(error, DataError) else 1
        outcome = Outcome(verb, code, problems=error.problems)
    except (KeyboardInterrupt, typer.Abort):
        outcome = Outcome(verb, _INTERRUPTED, problems=_SAID)
    except BrokenPipeError:
        return _closed_pipe()
    except OSError as error:  # of the machine: a name too long, a full disk, a folder that is gone
        known = error.errno is not None
        outcome = Outcome(verb, 2 if known else 3, problems=(_told(error) if known else _crash(),))
    except Exception:
        outcome = Outcome(verb, 3, problems=(_crash(),))
    try:
        emit(outcome, as_json)
    except BrokenPipeError:
        return _closed_pipe()
    return outcome.code


def _usage(error: Any, verb: str, as_json: bool) -> int:
    if as_json:
        emit(Outcome(verb, 2, problems=(error.format_message(),)), as_json)
    else:
        error.show()
    return 2


def _closed_pipe() -> int:
    """Return 0 after the reader went away; the interpreter must not complain at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _told(error: OSError) -> str:
    """Return what the system refused, of which file, and what to do."""
    what = (error.strerror or "cannot be used").lower()
    place = "" if error.filename is None else f"{error.filename}: "
    return f"{place}{what}; mend that, or name another place, and run the same command again"


def _crash() -> str:
    """Return one sentence for our own fault; the traceback lies in a file beside it."""
    trace = traceback.format_exc()
    try:
        handle, name = tempfile.mkstemp(prefix="wheelbase-crash-", suffix=".txt")
        os.close(handle)
        Path(name).write_text(trace, encoding="utf-8")
    except OSError as error:  # nowhere to keep it
        kept = f"it could not be kept in a file: {(error.strerror or 'no reason given').lower()}"
        return f"a fault of Wheelbase itself, {trace.splitlines()[-1][:300]}; {kept}"
    return f"a fault of Wheelbase itself; please report it with the file {name}"
