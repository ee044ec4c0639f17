"""The command replay: a run made again from its own folder, and held to what it gave then."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wheelbase.cli.outcome import Outcome, hush, tell
from wheelbase.cli.study_commands import AsJson, Quiet

if TYPE_CHECKING:
    from wheelbase.study.replay import Deviation, Replay

__all__ = ["Made", "replay"]

Made = Annotated[
    Path, typer.Argument(metavar="MANIFEST|RUN", help="A finished run, or its manifest.json.")
]
_SHOWN = 20  # values that differ


def replay(run: Made, json: AsJson = False, quiet: Quiet = False) -> Outcome:
    """Make a run again from its own study and say whether it comes out the same to the last bit."""
    from wheelbase.study.folder import read_manifest
    from wheelbase.study.replay import folder_of
    from wheelbase.study.replay import replay as replay_run

    folder = folder_of(run)
    again: Callable[..., Replay] = replay_run
    if read_manifest(folder).get("kind") == "sweep":
        again = _of_sweep(folder)
    found = again(folder, hush if json or quiet else tell)
    code = 0 if found.holds else 1
    return Outcome("replay", code, "\n".join(_text(found)), _data(found), run=str(folder))


def _of_sweep(folder: Path) -> Callable[..., "Replay"]:
    """Return what replays a sweep: the function `replay` of the room sweep.

    Raises:
        DataError: This Wheelbase has none.
    """
    from wheelbase.errors import DataError

    try:
        found: Callable[..., Replay] = import_module("wheelbase.sweep").replay
    except (ImportError, AttributeError):
        what = "replay of a sweep is not in this Wheelbase; sweep its study.yaml again and compare"
        raise DataError(f"{folder}: {what}") from None
    return found


def _text(found: "Replay") -> Iterator[str]:
    if found.bit_exact:
        yield f"bit-exact: all {len(found.files)} files are the same to the last bit"
    elif found.holds:
        yield "every result is the same; the files differ in what they say of versions"
    else:
        apart = [name for name, same in found.files.items() if not same]
        yield f"differs: {len(found.deviations):,} values in {', '.join(apart)}"
    for name, then, now in found.versions:
        yield f"  {name}: {then} then, {now} now"
    if not found.holds and not found.versions:
        yield "  versions, code and facts are those of then"
    for one in found.deviations[:_SHOWN]:
        yield f"  {_line(one)}"
    if len(found.deviations) > _SHOWN:
        yield f"  and {len(found.deviations) - _SHOWN:,} more"


def _line(one: "Deviation") -> str:
    apart = "" if one.relative is None else f", apart by {one.relative:.1e}"
    return f"{one.place}: {_short(one.then)} then, {_short(one.now)} now{apart}"


def _short(value: object) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _data(found: "Replay") -> dict[str, Any]:
    return {
        "bit_exact": found.bit_exact,
        "same_results": found.holds,
        "files": dict(found.files),
        "versions": [{"name": n, "then": a, "now": b} for n, a, b in found.versions],
        "differences": len(found.deviations),
        "first": [
            {"place": d.place, "then": d.then, "now": d.now, "relative": d.relative}
            for d in found.deviations[:_SHOWN]
        ],
    }
