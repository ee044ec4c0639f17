"""Many cars at once are the same as one by one, under NumPy to the last bit, under JAX to 1e-12."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from wheelbase.catalogue import cycle
from wheelbase.simulate import (
    Backend,
    Start,
    Technology,
    assemble_vehicle,
    car_of,
    drive,
    drive_many,
)
from wheelbase.simulate.testcar import TestCar

KINDS = ("petrol", "diesel", "mhev", "hev", "phev", "bev")
GIVEN = {
    "make": "none", "model": "none", "vehicle": "none", "power": 130e3, "displacement": 2e-3,
    "cylinders": 4, "B": 0.5, "C": 0.42, "gearing": 6.1, "voltage": 0.0, "flag": "", "label": 0.0,
    "results": {},
}  # fmt: skip


def car(facts, kind, box="automatic", drive_="fwd", mass=1700.0, line=0, gears=8, known=None):
    test = TestCar(
        line=line, kind=kind, mass=mass, A=150.0 + line, charged=kind in ("petrol", "mhev"),
        gearbox=box, gears=gears, drive=drive_, **GIVEN,
    )  # fmt: skip
    return car_of(test, known, facts)


@pytest.fixture(scope="module")
def fleet(facts):
    boxes = ("automatic", "dct", "cvt", "manual")
    sides = ("fwd", "awd")
    some = [
        car(facts, kind, box, side, 1300.0 + 37.0 * n, n, 5 + n % 6)
        for n, (kind, box, side) in enumerate(product(KINDS, boxes, sides))
    ]
    real = ("bmw-330i-g20", "bmw-330e-g20", "bmw-i4-edrive40", "tesla-model-3-lr")
    three = (("pmsm", 2e5, 0.0), ("asm", 1e5, 0.0), ("eesm", 1e5, 0.0))
    some.append(car(facts, "bev", known=Technology(machines=three, inverter="sic")))
    return [*some, *(assemble_vehicle(facts.vehicle[n], facts) for n in real)]


@pytest.mark.parametrize("name", ["udds", "us06", "wltc_class3b"])
@pytest.mark.parametrize("start", [Start.WARM, Start.COLD])
def test_many_cars_are_driven_as_each_alone(fleet, name, start):
    done = drive_many(fleet, cycle(name), start)
    for n, one in enumerate(fleet):
        assert done[n] == drive(one, cycle(name), start)


def test_the_order_and_the_number_of_cars_change_nothing(fleet):
    trace = cycle("wltc_class3b")
    there = drive_many(fleet * 5, trace)
    back = drive_many(list(reversed(fleet)), trace)
    for n in range(len(fleet)):
        assert there[n] == back[len(fleet) - 1 - n] == there[n + 3 * len(fleet)]


@pytest.mark.parametrize("start", [Start.WARM, Start.COLD])
@pytest.mark.parametrize("name", ["udds", "us06"])
def test_jax_computes_what_numpy_computes(fleet, name, start):
    plain = drive_many(fleet, cycle(name), start)
    fast = drive_many(fleet, cycle(name), start, Backend.JAX)
    size = np.abs(plain.totals.work) + np.abs(plain.totals.terminal)
    for field, expected in plain.totals._asdict().items():
        scale = size if expected.ndim == 1 else size[:, None]
        difference = np.abs(getattr(fast.totals, field) - expected)
        assert np.all(difference <= 1e-12 * np.maximum(scale, 1.0)), field


def test_every_joule_of_every_kind_is_booked(fleet):
    for done in drive_many(fleet, cycle("us06"), Start.COLD):
        assert done.balance_error < 1e-9
        inside = {k: v for k, v in done.losses.items() if k != "kinetic"}
        assert min(inside.values()) >= -1e-9 * max(inside.values()), (done.car, inside)


def test_a_hybrid_is_as_charged_after_every_cycle_as_before(fleet):
    for name in ("udds", "hwfet", "us06", "wltc_class3b"):
        for one, done in zip(fleet, drive_many(fleet, cycle(name)), strict=True):
            if one.hybrid:
                # A steady stretch switches as a whole at one price; what is left is valued at it.
                assert abs(done.battery_energy) < 0.03 * done.fuel_energy, (done.car, name)
                assert 1.0 < done.price < 9.0


def test_on_its_battery_a_plug_in_hybrid_burns_nothing_in_town(facts):
    plugin = assemble_vehicle(facts.vehicle["bmw-330e-g20"], facts)
    town = drive(plugin.depleting(), cycle("udds"))
    kept = drive(plugin, cycle("udds"))
    assert town.fuel_energy < 0.02 * kept.fuel_energy  # one climb needs more than the machine has
    assert town.battery_energy > 0 and town.wall_energy > 0 and kept.wall_energy == 0


def test_phases_sum_to_the_whole(fleet):
    done = drive_many(fleet, cycle("wltc_class3b"), Start.COLD)
    for one in done:
        assert sum(f for f, _ in one.phases.values()) == pytest.approx(one.fuel_energy, rel=1e-12)
        assert sum(b for _, b in one.phases.values()) == pytest.approx(
            one.battery_energy, rel=1e-9, abs=1e-3
        )


def test_two_equal_machines_need_what_one_of_double_size_needs(facts):
    one = assemble_vehicle(facts.vehicle["bmw-i4-edrive40"], facts)
    whole = one.powertrain.machines[0]._replace(idle=1.0)
    half = whole._replace(
        k0=whole.k0 / 2, k2=whole.k2 / 2, kt=whole.kt * 2, kx=whole.kx,
        peak_torque=whole.peak_torque / 2, peak_power=whole.peak_power / 2,
    )  # fmt: skip
    single = replace(one, powertrain=one.powertrain._replace(machines=(whole,)))
    pair = replace(one, powertrain=one.powertrain._replace(machines=(half, half)))
    alone, both = (drive(c, cycle("wltc_class3b")).battery_energy for c in (single, pair))
    assert both <= alone * (1 + 1e-12)  # a pair may also drive with one
    assert both == pytest.approx(alone, rel=0.02)


def test_a_time_series_adds_up_to_its_total(fleet):
    for one in (fleet[0], fleet[-3], fleet[-2]):
        done = drive(one, cycle("udds"), traced=True)
        steps = np.diff(cycle("udds").time)
        assert (done.trace["battery_power"] * steps).sum() == pytest.approx(
            done.battery_energy, rel=1e-9, abs=1.0
        )
        starts = done.losses["engine starts"]
        assert (done.trace["fuel_power"] * steps).sum() + starts == pytest.approx(
            done.fuel_energy, rel=1e-9, abs=1.0
        )
