"""The command that opens the documentation."""

import subprocess
import sys
import webbrowser
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from wheelbase.cli.outcome import Outcome, tell
from wheelbase.errors import DataError

__all__ = ["Again", "NoBrowser", "docs"]

_HOME = Path(__file__).parents[3] / "docs"
"""Where the pages lie in a checkout; an installed package has none."""

NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Only print where the site lies.")]
Again = Annotated[bool, typer.Option("--build", help="Build the site anew first.")]


def docs(build: Again = False, no_browser: NoBrowser = False) -> Outcome:
    """Open the documentation; of a checkout, built first where it is not built yet."""
    site = _HOME / "_build" / "html"
    page = site / "index.html"
    if not (_HOME / "conf.py").is_file():
        raise DataError(
            "docs: this is an installed package, which holds no pages; open the folder docs of "
            "the source, or run `make docs` there; here `wheelbase COMMAND --help`, "
            "`wheelbase explain` and `wheelbase catalogue` say what there is"
        )
    if build or not page.is_file():
        if find_spec("sphinx") is None or find_spec("myst_parser") is None:
            what = "needs the extra 'docs': pip install 'wheelbase[docs]', or run `make docs`"
            raise DataError(f"docs: building the site {what}")
        tell("building the site, half a minute")
        done = subprocess.run(
            [sys.executable, "-m", "sphinx", "-q", "-j", "2", str(_HOME), str(site)],
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise DataError(f"docs: the site could not be built; {done.stderr.strip()[-500:]}")
    address = page.resolve().as_uri()
    if not no_browser:
        webbrowser.open(address)
    return Outcome("docs", 0, str(page), {"page": str(page)})
