"""A change of cost shared out among its causes: no platform is credited with cheaper cells."""

from dataclasses import replace

import pytest

from wheelbase.cost import price
from wheelbase.integrate import curb_masses
from wheelbase.study import load_costed
from wheelbase.study.attribution import CAUSES, State, attribute
from wheelbase.study.cars import basis_of, build_cars


@pytest.fixture(scope="module")
def costed(facts):
    return load_costed("id3-or-egolf", facts)


@pytest.fixture(scope="module")
def basis(costed):
    return basis_of(costed)


@pytest.fixture(scope="module")
def cars(costed):
    found = build_cars(costed).variants
    return found["egolf@mqb.golf"], found["id3@meb.id3"]


def test_causes_sum_to_the_change(cars, basis):
    before, after = State(cars[0], 2016, 2016), State(cars[1], 2020, 2020)
    found = attribute(before, after, basis)
    change = price(cars[1], 2020, basis).direct - price(cars[0], 2016, basis).direct
    assert tuple(found) == CAUSES
    assert sum(found.values()) == pytest.approx(change, rel=1e-9)


def test_the_platform_gets_nothing_when_only_the_price_of_cells_moves(cars, basis):
    found = attribute(State(cars[0], 2016, 2020), State(cars[0], 2020, 2020), basis)
    change = price(cars[0], 2020, basis).pack - price(cars[0], 2016, basis).pack
    assert found["cell price"] == pytest.approx(change)
    assert {cause: cost for cause, cost in found.items() if cause != "cell price"} == dict.fromkeys(
        (cause for cause in CAUSES if cause != "cell price"), 0.0
    )


def test_the_cells_get_nothing_when_only_the_platform_moves(cars, basis):
    heavier = replace(cars[0], body=replace(cars[0].body, payload=cars[0].body.payload + 200))
    found = attribute(State(cars[0], 2020, 2020), State(heavier, 2020, 2020), basis)
    assert found["platform"] > 0
    assert sum(abs(cost) for cause, cost in found.items() if cause != "platform") < 1e-6


def test_the_weight_of_a_larger_battery_counts_as_battery_and_not_as_platform(cars, basis):
    car, energy = cars[0], 42 * 3.6e6
    masses = curb_masses(car.fit, car.platform, car.body, car.powertrain, energy, basis.facts)
    larger = replace(car, battery_energy=energy, masses=masses)
    found = attribute(State(car, 2020, 2020), State(larger, 2020, 2020), basis)
    before, after = (price(c, 2020, basis) for c in (car, larger))
    assert after.direct - after.pack > before.direct - before.pack
    assert found["battery size"] == pytest.approx(after.direct - before.direct)
    assert found["platform"] == pytest.approx(0, abs=1e-6)


def test_there_and_back_cancel(cars, basis):
    one, other = State(cars[0], 2016, 2016), State(cars[1], 2020, 2022)
    there, back = attribute(one, other, basis), attribute(other, one, basis)
    for cause in CAUSES:
        assert there[cause] == pytest.approx(-back[cause], abs=1e-6)


def test_most_of_what_vw_said_of_the_id3_is_cells_and_none_of_it_the_platform(cars, basis):
    """VW, November 2019: 40 % less to build than an e-Golf, most by cells, 5 to 10 % by its plant.

    The plant is not in the bill: hours are the same for every car.
    """
    before, after = State(cars[0], 2016, 2016), State(cars[1], 2020, 2020)
    found = attribute(before, after, basis)
    whole = price(cars[0], 2016, basis).direct
    assert found["cell price"] < -0.25 * whole
    assert abs(found["platform"]) < 0.05 * whole
