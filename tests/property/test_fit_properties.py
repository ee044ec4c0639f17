"""What must hold of every platform, whatever it carries and however long the car is."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wheelbase.catalogue import catalogue
from wheelbase.fit import compare, envelope, fit
from wheelbase.fit.chain import constants_of, package, unit_envelope
from wheelbase.study import load

FACTS = catalogue()
STUDY = load("clar-or-bespoke", FACTS)
TRAINS = ("petrol", "six", "diesel", "plugin", "bev")
some = st.lists(st.sampled_from(TRAINS), min_size=1, max_size=4, unique=True)
lengths = st.floats(4.3, 5.4)
heights = st.floats(1.42, 1.75)
floors = st.sampled_from(("carry-over", "variant", "flat"))
quick = settings(max_examples=40, deadline=None, derandomize=True)


def car(names, length, height, floor="variant"):
    platform = replace(
        STUDY.platforms["clar_like"],
        floor=floor,
        powertrains=tuple(STUDY.powertrains[n] for n in names),
    )
    return platform, replace(STUDY.bodies["sedan_d"], L103=length, H100=height)


@quick
@given(some, st.sampled_from(TRAINS), lengths, heights)
def test_one_more_powertrain_never_gives_room_back(names, more, length, height):
    assume(more not in names)
    platform, body = car(names, length, height)
    wider = replace(platform, powertrains=(*platform.powertrains, STUDY.powertrains[more]))
    less, full = (envelope(p, body, FACTS).hard_points for p in (platform, wider))
    assert full["L104"] >= less["L104"] - 1e-12
    assert full["L104"] + full["x_fw"] >= less["L104"] + less["x_fw"] - 1e-12
    assert full["L101"] <= less["L101"] + 1e-12
    assert full["z_boot"] >= less["z_boot"] - 1e-12


@quick
@given(some, lengths, heights, floors)
def test_every_driver_is_the_sum_of_its_terms_and_sets_its_point(names, length, height, floor):
    platform, body = car(names, length, height, floor)
    around = envelope(platform, body, FACTS)
    for name, bound in around.drivers.items():
        assert sum(bound.terms.values()) == pytest.approx(around.hard_points[name], abs=1e-12)


@quick
@given(some, lengths, heights, floors)
def test_the_kind_of_a_platform_enters_no_number(names, length, height, floor):
    platform, body = car(names, length, height, floor)
    other = replace(platform, kind="bespoke")
    train = platform.powertrains[0]
    assert fit(platform, body, train, FACTS) == fit(other, body, train, FACTS)
    assert all(not line.causes for line in compare(platform, other, body, train, FACTS))


@quick
@given(some, lengths, heights)
def test_a_firewall_of_its_own_never_costs_the_battery_car_energy(names, length, height):
    platform, body = car({*names, "bev"}, length, height)
    point = replace(platform.hard_points["x_fw"], policy="tooled", tool="front")
    freed = replace(platform, hard_points={**platform.hard_points, "x_fw": point})
    train = STUDY.powertrains["bev"]
    common, own = (fit(p, body, train, FACTS) for p in (platform, freed))
    assert own.energy_fit >= common.energy_fit * (1 - 1e-12)
    assert own.usable_length >= common.usable_length - 1e-12


@quick
@given(some, lengths, heights, floors)
def test_what_fits_is_never_more_than_what_the_geometry_allows(names, length, height, floor):
    platform, body = car(names, length, height, floor)
    found = fit(platform, body, STUDY.powertrains["bev"], FACTS)
    assert 0 <= found.energy_fit <= found.energy_max
    assert found.energy_fit == pytest.approx(sum(z.energy for z in found.zones))


@quick
@given(st.integers(3, 6), st.sampled_from(("longitudinal", "transverse")))
def test_one_more_cylinder_makes_no_engine_shorter(cylinders, layout):
    c = constants_of(FACTS)
    engine = STUDY.powertrains["petrol"].engine
    trains = [
        replace(STUDY.powertrains["petrol"], engine=replace(engine, cylinders=n))
        for n in (cylinders, cylinders + 1)
    ]
    small, big = (package(t, layout, c) for t in trains)
    assert big.engine_length > small.engine_length
    assert big.engine_width >= small.engine_width


@quick
@given(st.floats(100, 600), st.floats(1.0, 1.5))
def test_more_torque_makes_no_drive_unit_smaller(torque, factor):
    c = constants_of(FACTS)
    unit = FACTS.drive_unit["bmw-gen5-210kw"]
    weak, strong = (
        unit_envelope(replace(unit, peak_torque=t, peak_power=500 * t), c)
        for t in (torque, torque * factor)
    )
    assert all(strong[name] >= weak[name] for name in weak)
