"""The site builds from a clean copy, without a warning and without the network."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WITHOUT_NETWORK = """
import socket, sys
def refused(*_, **__): raise OSError("the site is built without the network")
socket.socket.connect = socket.create_connection = refused
from sphinx.cmd.build import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    pytest.importorskip("sphinx", reason="sphinx is not here: pip install 'wheelbase[docs]'")
    folder = tmp_path_factory.mktemp("site")
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    asked = [
        "-q",
        "-W",
        "--keep-going",
        "-j",
        "2",
        "-d",
        folder / "trees",
        ROOT / "docs",
        folder / "html",
    ]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_NETWORK, *map(str, asked)],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return folder / "html"


def test_every_page_of_the_folder_is_in_the_site(site):
    pages = {
        p.relative_to(ROOT / "docs").with_suffix("")
        for p in (ROOT / "docs").rglob("*.md")
        if not {"_build", "site"} & set(p.relative_to(ROOT).parts)
    }
    assert len(pages) > 20
    assert not [p for p in pages if not (site / p.with_suffix(".html")).is_file()]


def test_no_page_asks_another_machine_for_anything(site):
    """No script, style, font or picture from elsewhere; links that a reader clicks may lead out."""
    asked = re.compile(r"""<(?:script|img|iframe|source)[^>]+src=["'](?:https?:)?//|"""
                       r"""<link[^>]+rel=["'](?:stylesheet|preload|preconnect)[^>]+href=["'](?:https?:)?//|"""
                       r"""@import\s+url\((?:https?:)?//""")  # fmt: skip
    assert not [p.name for p in site.rglob("*.html") if asked.search(p.read_text("utf-8"))]


def test_formulas_and_works_are_drawn_whole(site):
    """No sign of TeX is left in a formula; a work keeps its capitals and misses no field."""
    fit = (site / "theory" / "fit.html").read_text("utf-8")
    assert "<mtable" in fit and "<mi>&</mi>" not in fit and "<mi>&amp;</mi>" not in fit
    works = (site / "theory" / "references.html").read_text("utf-8")
    assert "The CP-SAT-LP solver" in works and "Regulation (EU) 2017/1151" in works
    assert "missing journal" not in works


def test_the_reference_holds_every_command(site):
    from typer.main import get_command

    from wheelbase.cli.app import app

    page = (site / "generated" / "commands.html").read_text("utf-8")
    assert all(f">{name}<a" in page for name in get_command(app).commands)


def test_the_reference_holds_every_name_of_the_top_level(site):
    import wheelbase

    page = (site / "generated" / "api.html").read_text("utf-8")
    assert all(f"wb.{name}<" in page for name in wheelbase.__all__)
