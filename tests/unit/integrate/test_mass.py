"""Mass roll-up and compounding, by hand and for any body."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheelbase.catalogue import HardPoint, catalogue
from wheelbase.fit import fit
from wheelbase.integrate import curb_masses, test_mass
from wheelbase.study import load

FACTS = catalogue()
STUDY = load("clar-or-bespoke", FACTS)
KWH = 3.6e6
LB, HP, FT = 0.45359237, 745.699872, 0.3048

test_mass.__test__ = False


def masses(platform="clar_like", body="sedan_d", train="bev", energy=60 * KWH, **changed):
    shell = replace(STUDY.bodies[body], **changed)
    base, powertrain = STUDY.platforms[platform], STUDY.powertrains[train]
    placed = fit(base, shell, powertrain, FACTS)
    return placed, curb_masses(placed, base, shell, powertrain, energy, FACTS)


def test_an_engine_weighs_what_epa_adds_per_power_above_its_base():
    _, petrol = masses(train="petrol", energy=0.0)
    _, diesel = masses(train="diesel", energy=0.0)
    for base, name, found in ((70, "petrol", petrol), (116, "diesel", diesel)):
        power = STUDY.powertrains[name].engine.peak_power
        assert found["engine"] == pytest.approx(base + 0.6 * LB * power / HP)
    assert petrol["gearbox"] == 87  # ZF 8HP, published
    om654 = 116 + 0.6 * LB * 143e3 / HP  # its base was taken from that engine
    assert om654 == pytest.approx(168.4, abs=0.5)


def test_what_follows_from_gross_mass_solves_its_own_equation():
    """Structure by EPA for a steel sedan; brakes and axles 0.0588, structure 0.12 per kg."""
    placed, found = masses()
    body = STUDY.bodies["sedan_d"]
    gross = sum(found.values()) + body.payload
    area = placed.wheelbase * 0.86 * body.W103 / FT**2
    anchor = 2120 * body.L103 * body.W103 / 8.8581
    assert found["brakes and axles"] == pytest.approx(0.0588 * gross)
    by_hand = 5.5045 * area + 105.4 + 0.12 * (gross - anchor)
    assert found["structure"] == pytest.approx(by_hand, rel=1e-6)


def test_brakes_and_axles_per_gross_mass_are_the_sum_of_their_published_regressions():
    """AuVeCoDe Mass_chassis.m, half the gross mass on each axle."""
    brakes = 0.01543 * (1 + 0.58549)
    front, rear = (0.02782 + 0.00991) / 2, 0.00876 + 0.008688 / 2
    fact = FACTS.mass_constant["brakes-and-axles-per-gross"].value
    assert fact == pytest.approx(brakes + front + rear + 0.002313, abs=1e-4)


def test_a_kilogram_of_battery_weighs_more_than_a_kilogram_in_the_car():
    _, small = masses(energy=50 * KWH)
    _, large = masses(energy=60 * KWH)
    primary = large["battery"] - small["battery"]
    whole = sum(large.values()) - sum(small.values())
    assert whole == pytest.approx(primary / (1 - 0.0588 - 0.12), rel=1e-9)


def test_the_anchors_weigh_what_their_certificates_say():
    """Unladen masses by ADEME: BMW 420i Gran Coupe 1620 kg, X3 xDrive20d 1840 kg."""
    base = STUDY.platforms["clar_like"]
    cars = (
        ("petrol", "sedan_d", 135e3, "rwd", 59e-3, 1620),
        ("diesel", "suv_d", 140e3, "awd", 60e-3, 1840),
    )
    for name, body, power, drive, tank, published in cars:
        train = STUDY.powertrains[name]
        train = replace(
            train, engine=replace(train.engine, peak_power=power), drive=drive, tank=tank
        )
        placed = fit(base, STUDY.bodies[body], train, FACTS)
        found = curb_masses(placed, base, STUDY.bodies[body], train, 0.0, FACTS)
        assert sum(found.values()) == pytest.approx(published, rel=0.005)


def test_only_a_car_without_an_engine_on_a_platform_with_one_carries_fixings_over():
    assert masses()[1]["carry-over fixings"] == 6
    assert "carry-over fixings" not in masses(train="petrol", energy=0.0)[1]
    assert "carry-over fixings" not in masses(platform="ev_like")[1]


def test_a_floor_that_is_carried_over_brings_its_fixings():
    body, train = STUDY.bodies["sedan_d"], STUDY.powertrains["bev"]
    kept = replace(STUDY.platforms["clar_like"], floor="carry-over")
    free = replace(kept, hard_points={n: HardPoint() for n in kept.hard_points})
    placed = fit(kept, body, train, FACTS)
    for platform, mass in ((kept, 6 + 8), (free, 8)):
        found = curb_masses(placed, platform, body, train, 20 * KWH, FACTS)
        assert found["carry-over fixings"] == mass


def test_a_taller_body_weighs_what_epa_adds_per_footprint_and_height():
    placed, usual = masses()
    _, tall = masses(H100=STUDY.bodies["sedan_d"].H100 + 0.1)
    area = placed.wheelbase * 0.86 * STUDY.bodies["sedan_d"].W103
    more = 2.3 * LB / FT**3 * area * 0.1
    assert tall["trim"] - usual["trim"] == pytest.approx(more, rel=1e-3)


def test_test_mass_by_hand():
    assert test_mass(1800, 500, FACTS) == pytest.approx(1800 + 100 + 0.15 * (500 - 100))


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["petrol", "six", "diesel", "plugin", "bev"]),
    st.sampled_from(["sedan_d", "suv_d"]),
    st.floats(10, 80),
    st.floats(300, 800),
)
def test_every_group_has_mass_and_more_of_anything_never_weighs_less(train, body, kwh, payload):
    energy = kwh * KWH if train in ("plugin", "bev") else 0.0
    _, found = masses(body=body, train=train, energy=energy, payload=payload)
    assert min(found.values()) > 0
    _, more = masses(body=body, train=train, energy=energy * 1.1, payload=payload + 20)
    assert sum(more.values()) > sum(found.values())
