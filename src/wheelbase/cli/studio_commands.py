"""The studio: a page on this machine where cars are changed and seen to change."""

import os
import sys
import webbrowser
from pathlib import Path
from threading import Thread
from typing import Annotated

import typer

from wheelbase.cli.outcome import Outcome

__all__ = ["Named", "NoBrowser", "Port", "studio"]

_FIRST = "clar-or-bespoke"

Named = Annotated[str | None, typer.Argument(metavar="STUDY", help="A file, or a bundled study.")]
Port = Annotated[int, typer.Option("--port", help="Port on this machine; 0 takes any free one.")]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Only print the address.")]


def studio(study: Named = None, port: Port = 0, no_browser: NoBrowser = False) -> Outcome:
    """Open the live page: move a hard point and watch what collides, what it costs, and why."""
    from wheelbase.studio import HOST, free_port, kept_token, serve
    from wheelbase.studio import studio as app_of

    folder, id = _opened(study)
    bound = free_port(port)
    token = kept_token(_state_folder())
    address = f"http://{HOST}:{bound.getsockname()[1]}/#token={token}"

    def ready() -> None:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        sys.stderr.write("the studio serves this machine alone; Ctrl-C ends it\n")
        sys.stderr.flush()
        if not no_browser:  # beside the server, since opening may wait for the page, or the user
            Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    serve(app_of(folder, id, token), bound, ready)
    return Outcome("studio")


def _opened(study: str | None) -> tuple[Path, str]:
    """Return the folder to serve and the id of the study to open in it; it may have errors.

    Raises:
        DataError: No such study, with near misses, or a file of another kind.
    """
    from wheelbase.errors import DataError
    from wheelbase.studio import is_id
    from wheelbase.study import bundled
    from wheelbase.study.load import document_of

    if study is None or study in bundled():
        return Path.cwd(), study or _FIRST
    path = Path(study)
    if not path.exists():
        document_of(study)  # says so, with near misses
    if path.suffix != ".yaml" or not path.is_file():
        raise DataError(f"{study}: is no study file; its name must end in .yaml")
    file = path.resolve()  # of a link, the file that it leads to
    if file.suffix != ".yaml" or not is_id(file.stem):
        what = "letters, digits, '_', '-', '.', at most 81, and end in .yaml"
        raise DataError(f"{file.name}: the studio opens names of {what}; rename the file")
    return file.parent, file.stem


def _state_folder() -> Path:
    given = os.environ.get("XDG_STATE_HOME")
    return (Path(given) if given else Path.home() / ".local" / "state") / "wheelbase"
