"""The tables of docs/cost.md are those that the bundled study gives."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NUMBER = re.compile(r"-?\d[\d,]*\.?\d*")


@pytest.fixture(scope="module")
def bills():
    spec = importlib.util.spec_from_file_location("bills", ROOT / "calibration" / "bills.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_of_the_cost_page_are_those_of_the_study(bills):
    page = (ROOT / "docs" / "cost.md").read_text("utf-8")
    written = page.split(bills.BEGIN)[1].split(bills.END)[0].strip()
    found = bills.tables()
    assert NUMBER.sub("#", written) == NUMBER.sub("#", found), "run calibration/bills.py"
    pairs = zip(NUMBER.findall(written), NUMBER.findall(found), strict=True)
    for old, new in pairs:
        assert float(new.replace(",", "")) == pytest.approx(
            float(old.replace(",", "")), rel=2e-3, abs=1.01 if "." not in old else 0.011
        )


def test_a_page_keeps_what_stands_outside_its_marks(bills):
    page = f"before\n{bills.BEGIN}\nold\n{bills.END}\nafter"
    assert bills.replaced(page, "new") == f"before\n{bills.BEGIN}\nnew\n{bills.END}\nafter"
