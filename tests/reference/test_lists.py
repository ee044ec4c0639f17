"""The shipped class parameters against lists of certified cars; skipped where the lists are absent.

The limits are the errors that docs/validation.md gives for the fitted rows, rounded up: they hold
the facts and the physics together. What to expect of unseen makes stands there too, and is larger.
"""

from pathlib import Path

import pytest

from wheelbase.simulate import (
    join_technology,
    read_road_tests,
    read_test_cars,
    validate,
    validate_performance,
)

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="lists of certified cars are not here")


@pytest.fixture(scope="module")
def tests():
    return read_test_cars(DATA / "certified_dev.csv")


def test_the_error_by_class_with_technology_joined(tests, facts):
    known = join_technology(tests, DATA / "us_fleet_my2022_omega_dev.csv", facts)
    found = validate(tests, known, facts).classes
    limits = {"petrol": 0.045, "diesel": 0.055, "mhev": 0.052, "hev": 0.04, "phev": 0.063}
    for kind, limit in (limits | {"bev": 0.045}).items():
        assert found[kind].mape < limit and found[kind].n >= 10


def test_the_error_by_class_from_the_columns_alone(tests, facts):
    found = validate(tests, [None] * len(tests), facts).classes
    limits = {"petrol": 0.05, "diesel": 0.06, "mhev": 0.052, "hev": 0.04, "phev": 0.063}
    for kind, limit in (limits | {"bev": 0.068}).items():
        assert found[kind].mape < limit


def test_full_load_times_of_battery_cars(facts):
    found = validate_performance(read_road_tests(DATA / "ev_fev53.csv"), facts)
    assert found.n == 50 and found.mape < 0.065
