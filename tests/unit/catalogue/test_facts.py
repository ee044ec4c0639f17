import math

import numpy as np
import pytest

from wheelbase.catalogue import Cycle, cycle, cycle_names, missing
from wheelbase.errors import DataError

ASKED = {
    "bmw-330i-g20", "bmw-320d-g20", "bmw-330e-g20", "bmw-x3-20d-g01", "bmw-x3-30i-g01",
    "bmw-x3-30e-g01", "bmw-ix3-g08", "bmw-ix3-na5", "bmw-i4-edrive40", "bmw-ix1-xdrive30",
    "mini-cooper-f56", "mini-cooper-se-f56", "jaguar-i-pace", "vw-id3-58", "tesla-model-3-lr",
}  # fmt: skip


def test_the_cars_of_the_first_study_are_there_and_say_what_they_lack(facts):
    assert {v.id for v in facts.vehicle} >= ASKED
    assert missing(facts.vehicle["bmw-i4-edrive40"]) == ()
    assert "A" in missing(facts.vehicle["bmw-ix3-g08"])


def test_displacement_follows_from_bore_stroke_and_cylinders(facts):
    checked = 0
    for e in facts.engine:
        if e.bore and e.stroke:
            volume = e.cylinders * math.pi / 4 * e.bore**2 * e.stroke
            assert e.displacement == pytest.approx(volume, rel=0.01), e.id
            checked += 1
    assert checked >= 5


def test_packs_hold_no_less_gross_than_net_and_their_cells_add_up(facts):
    for p in facts.pack:
        assert p.net_energy is None or p.net_energy <= p.gross_energy
        if p.cells and p.series and p.parallel:
            assert p.cells == p.series * p.parallel
    i4 = facts.pack["pack-bmw-i4-edrive40"]
    assert i4.series * facts.cell["prismatic-91"].nominal_voltage == pytest.approx(398.5, rel=0.02)


def test_road_loads_are_those_of_cars(facts):
    speed = 100 / 3.6
    for v in facts.vehicle:
        if v.A is not None:
            assert 350 < v.A + v.B * speed + v.C * speed**2 < 900, v.id


def test_nothing_on_a_shelf_refers_to_an_entry_that_is_not_there(facts):
    for v in facts.vehicle:
        units = [(facts.drive_unit, u) for u in (v.rear_unit, v.front_unit)]
        parts = [(facts.engine, v.engine), (facts.gearbox, v.gearbox), (facts.pack, v.pack)]
        for shelf, id in parts + units:
            assert id is None or id in shelf
        assert v.platform in facts.architecture
    for u in facts.drive_unit:
        assert u.technology in facts.machine_technology
    for e in facts.cost_equation:
        assert e.learning in facts.learning_class


@pytest.mark.parametrize("name", cycle_names())
def test_every_cycle_drives_its_published_distance(name):
    assert cycle(name).distance > 1000  # `cycle` itself refuses a distance off by a thousandth


@pytest.mark.parametrize(
    ("time", "speed", "says"),
    [
        ([0, 1, 1], [0, 1, 2], "time must rise"),
        ([0, 1, 20], [0, 1, 2], "a gap of 19 s"),
        ([0, 1, 2], [0, float("nan"), 2], "is not a number"),
        ([0, 1, 2], [0, -1, 2], "is negative"),
        ([0, 1, 2], [0, 90, 131], "km/h"),
        ([0], [0], "at least two samples"),
    ],
)
def test_what_is_no_trace_is_refused(time, speed, says):
    with pytest.raises(DataError, match=says):
        Cycle("x", np.array(time, float), np.array(speed, float))


def test_an_unknown_cycle_names_the_nearest():
    with pytest.raises(DataError, match="wltc_class3b"):
        cycle("wltc_class3")
