"""The tables of docs/cost.md are those that the bundled studies give."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NUMBER = re.compile(r"-?\d[\d,]*\.?\d*")


@pytest.fixture(scope="module")
def scripts():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "calibration")
        yield {name: importlib.import_module(name) for name in ("bills", "penalty", "page")}


@pytest.mark.parametrize("name", ["bills", "penalty"])
def test_the_tables_of_the_cost_page_are_those_of_the_study(scripts, name):
    begin, end = scripts["page"].marks(name)
    page = (ROOT / "docs" / "cost.md").read_text("utf-8")
    written = page.split(begin)[1].split(end)[0].strip()
    found = scripts[name].tables()
    assert NUMBER.sub("#", written) == NUMBER.sub("#", found), f"run calibration/{name}.py"
    pairs = zip(NUMBER.findall(written), NUMBER.findall(found), strict=True)
    for old, new in pairs:
        assert float(new.replace(",", "")) == pytest.approx(
            float(old.replace(",", "")), rel=2e-3, abs=1.01 if "." not in old else 0.011
        )


def test_a_page_keeps_what_stands_outside_its_marks(scripts):
    begin, end = scripts["page"].marks("x")
    page = f"before\n{begin}\nold\n{end}\nafter"
    assert scripts["page"].replaced(page, "x", "new") == f"before\n{begin}\nnew\n{end}\nafter"
