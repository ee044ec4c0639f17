"""Every tutorial and how-to page does what it shows."""

import importlib.util
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"


def runner():
    spec = importlib.util.spec_from_file_location("pages", HERE / "pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGES = runner()
RUN = [
    *PAGES.pages_below(DOCS / "tutorials"),
    *PAGES.pages_below(DOCS / "how-to"),
    DOCS / "mistakes.md",
    DOCS / "limits.md",
]


@pytest.mark.parametrize("page", RUN, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_page_does_what_it_shows(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert PAGES.run_page(page, tmp_path) > 0


def test_each_of_twenty_mistakes_is_refused_and_says_what_to_do():
    page = (DOCS / "mistakes.md").read_text("utf-8")
    sections = re.split(r"^### (?=\d+\. )", page, flags=re.M)[1:]
    assert [int(s.split(".")[0]) for s in sections] == list(range(1, 21))
    remedy = re.compile(
        r"write|did you mean|Did you mean|one of|outside the range|take|use |name |indent|is it"
        r"|keep one"
    )
    for section in sections:
        shown = "".join(text for kind, _, text in PAGES.blocks(section) if kind == "console")
        assert "# exit 2" in shown and remedy.search(shown), section.split("\n")[0]


def test_what_a_page_shows_is_compared():
    PAGES.compare("...\none ... three\n...", "zero\none two three\nfour", "here")
    PAGES.compare("one ... three", "one two three", "here")
    for shown, said in (("one four", "one two"), ("one", "one\ntwo"), ("two", "one\ntwo")):
        with pytest.raises(AssertionError, match="expected"):
            PAGES.compare(shown, said, "here")


def test_a_command_that_ends_otherwise_is_told(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("```console\n$ wheelbase check nothing-of-the-kind\n```\n")
    with pytest.raises(AssertionError, match="nothing-of-the-kind"):
        PAGES.run_page(page, tmp_path)
    page.write_text("```console\n$ wheelbase check nothing-of-the-kind  # exit 2\n```\n")
    assert PAGES.run_page(page, tmp_path) == 1
