"""The tables of docs/hindcast.md are those of the registered files and of the command."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NUMBER = re.compile(r"[-+]?\d[\d,]*\.?\d*")


@pytest.fixture(scope="module")
def scripts():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "calibration")
        yield {name: importlib.import_module(name) for name in ("hindcast", "page")}


def written(scripts, name):
    begin, end = scripts["page"].marks(name)
    page = (ROOT / "docs" / "hindcast.md").read_text("utf-8")
    return page.split(begin)[1].split(end)[0].strip()


def test_the_page_shows_the_registered_inputs(scripts):
    found = scripts["hindcast"].inputs()
    assert written(scripts, "inputs") == found, "run calibration/hindcast.py docs/hindcast.md"


def test_the_page_shows_what_the_command_finds(scripts):
    """Of the maker that takes seconds; the others are written by the same script."""
    rows = [line for line in scripts["hindcast"].results("mercedes").split("\n") if line]
    page = written(scripts, "results").split("\n")
    for row in rows:
        shape = NUMBER.sub("#", row)
        same = [line for line in page if NUMBER.sub("#", line) == shape]
        close = [line for line in same if agree(NUMBER.findall(row), NUMBER.findall(line))]
        assert close, f"run calibration/hindcast.py docs/hindcast.md: {row}"


def agree(found, shown):
    """Whether numbers agree within the last digit that the page shows."""
    pairs = [
        (float(a.replace(",", "")), float(b.replace(",", "")))
        for a, b in zip(found, shown, strict=True)
    ]
    return all(a == pytest.approx(b, rel=2e-3, abs=0.11) for a, b in pairs)
