"""Sizing of battery and drive units, and what a missed target says."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheelbase.catalogue import catalogue
from wheelbase.errors import DataError, FitError
from wheelbase.integrate import Manner, Targets, closed_loop, frontal_area, integrate, scaled
from wheelbase.study import bundled, load, read_text, study_of
from wheelbase.study.cars import build_cars, place_cars
from wheelbase.study.tree_cars import cars_tree

FACTS = catalogue()
STUDY = load("clar-or-bespoke", FACTS)
BODY, TRAIN = STUDY.bodies["sedan_d"], STUDY.powertrains["bev"]


def electric(platform="clar_like", body=BODY, train=TRAIN, **targets):
    wanted = Targets(**({"range": 380e3} | targets))
    return integrate(STUDY.platforms[platform], body, train, wanted, FACTS)


def told(**kwargs):
    with pytest.raises(FitError) as caught:
        electric(**kwargs)
    return caught.value.problems


@settings(max_examples=12, deadline=None)
@given(st.floats(0.1, 1.0), st.floats(0.4, 1.4), st.floats(4.6, 9.0))
def test_where_the_loop_rests_does_not_depend_on_where_it_begins(energy, scale, seconds):
    targets = Targets(range=380e3, acceleration_0_100=seconds, sized=True)
    args = (STUDY.platforms["clar_like"], BODY, TRAIN, targets, FACTS)
    usual, other = closed_loop(*args), closed_loop(*args, Manner(battery=energy, scale=scale))
    assert other.residual < 1e-7
    assert other.energy == pytest.approx(usual.energy, rel=1e-5)
    assert other.scale == pytest.approx(usual.scale, rel=1e-5)


def test_sized_drive_units_just_reach_the_time_with_the_range_kept():
    for seconds in (4.8, 7.5):
        car = electric(acceleration_0_100=seconds, sized=True)
        assert car.acceleration.time_0_100 == pytest.approx(seconds, rel=1e-5)
        assert car.range == pytest.approx(380e3, rel=1e-5)
        assert car.scaled and car.residual < 1e-7
        unit = car.powertrain.rear_unit
        assert unit.peak_power == pytest.approx(210e3 * car.scale)
        assert unit.peak_torque == pytest.approx(400 * car.scale)
        assert car.masses["drive units"] == pytest.approx(0.5e-3 * unit.peak_power)


def test_sized_drive_units_just_climb_the_slope_at_gross_mass():
    car = electric(gradeability=0.3, sized=True)
    assert car.gradeability == pytest.approx(0.3, rel=1e-5)
    push = car.powertrain.rear_unit.peak_torque * 10.5 * 0.97 / BODY.tyre_radius
    gross = car.curb_mass + BODY.payload
    slope = 0.3 / (1 + 0.3**2) ** 0.5
    assert push == pytest.approx(gross * 9.80665 * (slope + BODY.rolling), rel=0.03)


def test_the_most_demanding_of_two_performance_targets_decides():
    slow = electric(acceleration_0_100=9.0, sized=True)
    both = electric(acceleration_0_100=9.0, gradeability=0.5, sized=True)
    assert both.scale > slow.scale
    assert both.gradeability == pytest.approx(0.5, rel=1e-5)


def test_a_drive_unit_that_is_not_marked_is_never_changed():
    car = electric(acceleration_0_100=9.0)
    assert not car.scaled and car.powertrain == TRAIN


def test_a_missed_time_names_the_power_that_would_do():
    (line,) = told(acceleration_0_100=4.8)
    assert "5.37 s reached" in line or " s reached, 4.80 s asked" in line
    power = float(re.search(r"drive units of (\d+) kW in all would do", line)[1])
    enough = scaled(TRAIN, power / 210 * 1.005)
    assert electric(train=enough, acceleration_0_100=4.8).acceleration.time_0_100 <= 4.8


def test_a_time_beyond_the_class_of_the_drive_unit_says_so():
    for sized in (True, False):
        (line,) = told(acceleration_0_100=3.0, sized=sized)
        assert "not even 300 kW do" in line and "drive both axles" in line


def test_a_missed_time_of_a_combustion_car_names_the_engine():
    petrol = STUDY.powertrains["petrol"]
    (line,) = told(train=petrol, range=None, acceleration_0_100=5.5)
    power = 1e3 * float(re.search(r"an engine of about (\d+) kW would do", line)[1])
    engine = petrol.engine
    torque = engine.peak_torque * power / engine.peak_power
    enough = replace(petrol, engine=replace(engine, peak_power=power, peak_torque=torque))
    car = electric(train=enough, range=None)
    assert car.acceleration.time_0_100 == pytest.approx(5.5, rel=0.01)


def test_a_missed_slope_names_the_gap_and_the_power():
    (line,) = told(gradeability=0.66)
    assert re.search(r"66\.0 % asked, \d\d\.\d % climbed at gross mass, \d\.\d % short", line)
    assert re.search(r"drive units of \d+ kW in all would do", line)


def test_a_missed_range_names_a_lever_that_closes_the_gap():
    (line,) = told(range=510e3)
    lever = re.search(r"about (drag|rolling) ([\d.]+), not [\d.]+, would do", line)
    body = replace(BODY, **{lever[1]: float(lever[2])})
    wanted = Targets(range=510e3)
    loop = closed_loop(STUDY.platforms["clar_like"], body, TRAIN, wanted, FACTS)
    assert loop.range == pytest.approx(510e3, rel=0.015)


def test_a_missed_boot_names_the_length_that_would_do():
    (line,) = told(boot=0.6)
    longer = float(re.search(r"L103 \+(\d+) mm", line)[1]) / 1e3
    body = replace(BODY, L103=BODY.L103 + longer)
    assert electric(body=body).boot == pytest.approx(0.6, rel=0.02)


def test_a_payload_beyond_what_the_body_promises_is_named_with_its_price():
    (line,) = told(payload=600)
    assert "600 kg asked, 500 kg promised by the body, 100 kg short" in line
    price = 100 * 0.1788 / (1 - 0.1788)
    assert f"takes {price:.1f} kg of brakes, axles and structure" in line


def test_only_battery_cars_are_sized():
    wanted = {"range": None, "acceleration_0_100": 6.0, "sized": True}
    (line,) = told(train=STUDY.powertrains["petrol"], **wanted)
    assert "only the drive units of a battery car are sized" in line
    with pytest.raises(ValueError, match="acceleration_0_100 or gradeability"):
        Targets(sized=True)


@settings(max_examples=10, deadline=None)
@given(
    st.sampled_from(["petrol", "six", "plugin", "bev"]),
    st.floats(250, 700),
    st.floats(1, 150),
)
def test_a_heavier_payload_never_accelerates_faster_nor_climbs_more(train, payload, more):
    """Climbing where power decides; luggage over a driven rear axle does help tyres that slip."""
    cars = []
    for kg in (payload, payload + more):
        body = replace(BODY, payload=kg)
        cars.append(electric(body=body, train=STUDY.powertrains[train], range=None))
    assert cars[1].acceleration.time_0_100 >= cars[0].acceleration.time_0_100
    if train == "bev":
        assert cars[1].gradeability <= cars[0].gradeability


def test_the_label_of_a_platform_changes_nothing():
    base = STUDY.platforms["clar_like"]
    renamed = replace(base, id="other", kind="bespoke")
    first, second = (
        closed_loop(p, BODY, TRAIN, Targets(range=380e3), FACTS) for p in (base, renamed)
    )
    assert first.energy == second.energy and first.masses == second.masses
    assert first.car.road == second.car.road and first.balance == second.balance
    assert first.acceleration == second.acceleration


def test_platforms_with_equal_hard_points_and_powertrains_give_equal_energy():
    """Whatever else they are called; the platform has no other way to the road load."""
    bespoke = STUDY.platforms["ev_like"]
    twin = replace(bespoke, id="twin", kind="flexible", layout="longitudinal")
    for body in ("sedan_d", "suv_d"):
        args = (STUDY.bodies[body], TRAIN, Targets(range=380e3), FACTS)
        first, second = (closed_loop(p, *args) for p in (bespoke, twin))
        assert dict(first.fit.hard_points) == dict(second.fit.hard_points)
        assert first.certificates["wltp"].energy == second.certificates["wltp"].energy


def test_air_and_tyres_are_those_of_the_body_on_every_platform():
    """Between platforms the road load differs by mass alone."""
    first, second = (electric(p) for p in ("clar_like", "ev_like"))
    roads = first.car.road, second.car.road
    assert roads[0].C == roads[1].C and roads[0].radius == roads[1].radius
    gap = roads[0].A - roads[1].A
    assert gap == pytest.approx(BODY.rolling * 9.80665 * (roads[0].mass - roads[1].mass))


def test_the_frontal_area_follows_width_and_height_unless_it_is_given():
    assert frontal_area(BODY, FACTS) == pytest.approx(0.83 * 1.852 * 1.448)
    assert frontal_area(replace(BODY, area=2.3), FACTS) == 2.3


def test_a_roof_raised_for_the_pack_takes_more_energy_than_seats_raised_for_it():
    usual = electric()
    assert usual.fit.seat_raise > 0
    body = replace(BODY, H100=BODY.H100 + usual.fit.seat_raise)
    tall = electric(body=body)
    assert tall.fit.seat_raise == pytest.approx(0, abs=1e-9)
    assert tall.car.road.C > usual.car.road.C
    assert tall.certificates["wltp"].energy > usual.certificates["wltp"].energy


def test_a_study_asks_for_sizes_by_name():
    text = bundled()["clar-or-bespoke"].read_text()
    asked = (
        "\ntargets: {acceleration_0_100: 10 s, gradeability: 20 %, payload: 400 kg, sized: [bev]}\n"
    )
    study = study_of(read_text(text + asked, "my.yaml"), FACTS)
    built = build_cars(study)
    assert {id for id, car in built.variants.items() if car.scaled} == {
        f"bev@{place}" for place in ("clar_like.sedan_d", "clar_like.suv_d", "ev_like.sedan_d",
                                     "ev_like.suv_d")
    }  # fmt: skip
    shown = cars_tree(study, built, place_cars(study, built))["variants"]
    heavy, light = (shown[f"bev@ev_like.{body}"]["sized"] for body in ("suv_d", "sedan_d"))
    assert heavy["scale"] > light["scale"]
    assert heavy["units"]["bmw-gen5-210kw"]["unit"] == "kW"
    assert shown["petrol@clar_like.sedan_d"]["sized"] is None
    for bad, says in (
        ("\ntargets: {acceleration_0_100: 7 s, sized: [bevv]}\n", "did you mean bev"),
        ("\ntargets: {sized: [bev]}\n", "needs a target to size to"),
    ):
        with pytest.raises(DataError) as caught:
            study_of(read_text(text + bad, "my.yaml"), FACTS)
        assert any(says in problem for problem in caught.value.problems)
