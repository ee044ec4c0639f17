"""The tables of docs/cost.md are those that the bundled studies give."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NUMBER = re.compile(r"-?\d[\d,]*\.?\d*")


@pytest.fixture(scope="module", params=["bills", "penalty"])
def script(request):
    path = ROOT / "calibration" / f"{request.param}.py"
    spec = importlib.util.spec_from_file_location(request.param, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_of_the_cost_page_are_those_of_the_study(script):
    page = (ROOT / "docs" / "cost.md").read_text("utf-8")
    written = page.split(script.BEGIN)[1].split(script.END)[0].strip()
    found = script.tables()
    assert NUMBER.sub("#", written) == NUMBER.sub("#", found), f"run {script.__file__}"
    pairs = zip(NUMBER.findall(written), NUMBER.findall(found), strict=True)
    for old, new in pairs:
        assert float(new.replace(",", "")) == pytest.approx(
            float(old.replace(",", "")), rel=2e-3, abs=1.01 if "." not in old else 0.011
        )


def test_a_page_keeps_what_stands_outside_its_marks(script):
    page = f"before\n{script.BEGIN}\nold\n{script.END}\nafter"
    assert script.replaced(page, "new") == f"before\n{script.BEGIN}\nnew\n{script.END}\nafter"
