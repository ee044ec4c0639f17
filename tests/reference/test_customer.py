"""The shipped values of room against the lists they were derived from; skipped where absent."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the lists of cars are not here")


@pytest.fixture(scope="module")
def derive():
    spec = importlib.util.spec_from_file_location("customer", ROOT / "calibration/customer.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_value_of_room_is_that_of_the_fleet_and_no_make_decides_it(derive, facts):
    rows = derive.fleet(DATA / "us_fleet_my2022_omega_dev.csv")
    share, _ = derive.room(rows)
    fact = facts.customer_value["space"]
    low, high = facts.customer_value.intervals["space", "share_per_volume"]
    assert fact.value == pytest.approx(share, abs=5e-4)
    for make in {r[0] for r in rows}:
        assert low < derive.room([r for r in rows if r[0] != make])[0] < high


def test_the_part_of_freed_length_that_cars_realise_is_that_of_the_measured_ones(derive, facts):
    longer, error, _ = derive.second_row(DATA / "overhangs.csv")
    fact = facts.customer_value["cabin-realised"]
    low, high = facts.customer_value.intervals["cabin-realised", "factor"]
    assert fact.value == pytest.approx(longer / 200, abs=0.01)  # the chains free about 200 mm
    assert low == pytest.approx((longer - 2 * error) / 200, abs=0.01)
    assert high == pytest.approx((longer + 2 * error) / 200, abs=0.01)
