from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheelbase.catalogue import catalogue, cycle
from wheelbase.simulate import accelerate, assemble_vehicle, drive

FACTS = catalogue()
CARS = [assemble_vehicle(FACTS.vehicle[n], FACTS) for n in ("bmw-330i-g20", "bmw-i4-edrive40")]
UDDS = cycle("udds")


def need(car):
    done = drive(car, UDDS)
    return done.fuel_energy + done.battery_energy


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(CARS), st.floats(1.01, 1.4), st.sampled_from(["mass", "A", "C"]))
def test_more_mass_rolling_or_drag_never_needs_less(car, factor, name):
    more = replace(car.road, **{name: getattr(car.road, name) * factor})
    assert need(replace(car, road=more)) >= need(car)


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(CARS), st.floats(900, 3500), st.floats(50, 400), st.floats(0.2, 1.2))
def test_the_balance_closes_for_any_road_load(car, mass, rolling, drag):
    road = replace(car.road, mass=mass, A=rolling, C=drag)
    assert drive(replace(car, road=road), UDDS).balance_error < 1e-9


@settings(max_examples=10, deadline=None)
@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_regeneration_never_creates_energy(first, second):
    car = CARS[1]
    low, high = sorted((first, second))
    some, more = (
        replace(car, powertrain=car.powertrain._replace(regeneration=r)) for r in (low, high)
    )
    assert need(more) <= need(some) * (1 + 1e-9)
    assert need(more) > 0


@settings(max_examples=10, deadline=None)
@given(st.floats(1.05, 1.6))
def test_a_heavier_car_never_accelerates_faster(factor):
    for car in CARS:
        heavy = replace(car, road=replace(car.road, mass=car.road.mass * factor))
        assert accelerate(heavy).time_0_100 >= accelerate(car).time_0_100


def test_a_sum_of_parts_is_the_whole_trace():
    wltc = cycle("wltc_class3b")
    whole = drive(CARS[1], wltc).battery_energy
    parts = sum(drive(CARS[1], wltc.part(p)).battery_energy for p in wltc.phases)
    assert parts == pytest.approx(whole, rel=1e-9)
