"""Axle loads and centre of gravity."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheelbase.catalogue import catalogue
from wheelbase.fit import fit
from wheelbase.integrate import Targets, balance, curb_masses, integrate
from wheelbase.study import load

FACTS = catalogue()
STUDY = load("clar-or-bespoke", FACTS)
KWH = 3.6e6
G = 9.80665


def standing(platform="clar_like", body="sedan_d", train="bev", kwh=60.0, payload=500.0):
    base, shell = STUDY.platforms[platform], replace(STUDY.bodies[body], payload=payload)
    powertrain = STUDY.powertrains[train]
    placed = fit(base, shell, powertrain, FACTS)
    energy = kwh * KWH if powertrain.cell else 0.0
    masses = curb_masses(placed, base, shell, powertrain, energy, FACTS)
    mass = sum(masses.values()) + 160
    return placed, masses, balance(placed, shell, powertrain, masses, mass, FACTS)


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(
        [("clar_like", t) for t in ("petrol", "diesel", "plugin", "bev")] + [("ev_like", "bev")]
    ),
    st.sampled_from(["sedan_d", "suv_d"]),
    st.floats(5, 90),
    st.floats(200, 800),
)
def test_axle_loads_sum_to_mass_times_gravity(car, body, kwh, payload):
    _, masses, found = standing(*car[:1], body, car[1], kwh, payload)
    curb = sum(masses.values())
    for load_case, mass in (
        (found.curb, curb),
        (found.test, curb + 160),
        (found.loaded, curb + payload),
    ):
        assert load_case.mass == pytest.approx(mass)
        assert load_case.front + load_case.rear == pytest.approx(mass * G)
        assert 0.3 < load_case.front_share < 0.7
        assert 0.3 < load_case.height < 0.8


def test_the_axle_loads_are_the_moments_of_the_parts():
    placed, masses, before = standing()
    more = dict(masses) | {"battery": masses["battery"] + 100}
    shell, train = STUDY.bodies["sedan_d"], STUDY.powertrains["bev"]
    after = balance(placed, shell, train, more, sum(more.values()) + 160, FACTS)
    stored = sum(z.energy for z in placed.zones)
    x = sum(z.energy * (z.x0 + z.x1) / 2 for z in placed.zones) / stored
    rear = 100 * G * x / placed.wheelbase
    assert after.curb.rear - before.curb.rear == pytest.approx(rear)
    assert after.curb.front - before.curb.front == pytest.approx(100 * G - rear)


def test_a_full_load_sits_further_back_and_higher_than_an_empty_car():
    _, _, found = standing()
    assert found.loaded.x > found.test.x > found.curb.x
    assert found.loaded.height > found.curb.height


def test_a_pack_under_the_floor_lowers_the_centre_of_gravity_and_a_rear_unit_moves_it_back():
    _, _, petrol = standing(train="petrol")
    _, _, electric = standing()
    assert electric.curb.height < petrol.curb.height - 0.02
    assert electric.curb.front_share < petrol.curb.front_share


def test_a_transverse_engine_in_front_loads_the_front_axle_more():
    _, _, along = standing(train="petrol")
    _, _, across = standing("faar_like", "suv_c", "compact")
    assert across.curb.front_share > along.curb.front_share + 0.02


def test_axle_loads_feed_the_grip_of_the_driven_axle():
    train = STUDY.powertrains["bev"]
    args = (STUDY.platforms["clar_like"], STUDY.bodies["sedan_d"], train, Targets(range=350e3))
    car = integrate(*args, FACTS)
    stance = car.car.stance
    assert stance.front_share == pytest.approx(car.balance.test.front_share)
    assert stance.height == pytest.approx(car.balance.test.height / car.fit.wheelbase)
