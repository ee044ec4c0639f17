"""Machines scaled from the unit that their loss law was fitted to, and what lies beyond limits."""

from dataclasses import replace

import numpy as np
import pytest

from wheelbase.catalogue import Cycle, catalogue
from wheelbase.simulate import assemble_vehicle, drive
from wheelbase.simulate.machine import machine_loss, machine_model, torque_limit

FACTS = catalogue()
UNIT = FACTS.drive_unit["bmw-gen5-210kw"]
CLASS = FACTS.machine_technology[UNIT.technology]
RADIUS = 0.33


@pytest.mark.parametrize("power", [75e3, 100e3, 200e3, 300e3])
@pytest.mark.parametrize("inverter", [1.0, 0.7])
def test_the_loss_at_a_point_of_the_map_by_hand(power, inverter):
    # P_loss / P_max = k0 + kx2 x2 + kt2 t2 + ktx t x, coefficients grown with (P_max / 200 kW).
    unit = replace(UNIT, peak_power=power)
    model = machine_model(unit, CLASS, RADIUS, inverter)
    for t, x in ((0.0, 0.4), (0.3, 0.2), (-0.6, 0.5), (1.0, 1.0)):
        size = power / 200e3
        share = CLASS.k0 * size**CLASS.k0_exponent + CLASS.kx2 * size**CLASS.kx2_exponent * x * x
        share += CLASS.kt2 * size**CLASS.kt2_exponent * t * t
        share += CLASS.ktx * size**CLASS.ktx_exponent * abs(t) * x
        loss = machine_loss(np, model, t * unit.peak_torque, x * unit.maximum_speed)
        assert loss == pytest.approx(share * power * CLASS.map_to_car * inverter)


def test_beyond_the_sizes_of_the_fit_the_coefficients_stay_and_the_power_grows():
    largest, larger = (replace(UNIT, peak_power=p) for p in (300e3, 450e3))
    one, other = (machine_model(u, CLASS, RADIUS, 1.0) for u in (largest, larger))
    assert other.k0 == pytest.approx(1.5 * one.k0)
    assert other.kt == pytest.approx(1.5 * one.kt)


def test_torque_ends_with_power_and_with_speed():
    model = machine_model(UNIT, CLASS, RADIUS, 1.0)
    corner = UNIT.peak_power / UNIT.peak_torque
    speeds = np.array([0.5 * corner, corner, 2 * corner, UNIT.maximum_speed])
    given = [*[UNIT.peak_torque] * 2, UNIT.peak_torque / 2, UNIT.peak_power / UNIT.maximum_speed]
    assert torque_limit(np, model, speeds) == pytest.approx(given)
    assert torque_limit(np, model, 1.001 * UNIT.maximum_speed) == 0.0
    assert torque_limit(np, model, 2.0 * UNIT.maximum_speed) == 0.0


@pytest.mark.parametrize("beyond", [-20.0, 35.0])
def test_overspeed_is_what_a_shaft_turns_beyond_its_limit(beyond):
    electric, petrol = (
        assemble_vehicle(FACTS.vehicle[n], FACTS) for n in ("bmw-i4-edrive40", "bmw-330i-g20")
    )
    m, box = electric.powertrain.machines[0], petrol.powertrain.gearbox
    short = petrol.powertrain._replace(gearbox=box._replace(ratios=box.ratios[:5]))
    cars = (
        (electric, m.ratio, m.maximum_speed),
        (replace(petrol, powertrain=short), float(box.ratios[4]), short.engine.maximum_speed),
    )
    for car, ratio, most in cars:
        trace = Cycle("fast", np.arange(5.0), np.full(5, (most + beyond) / ratio))
        assert drive(car, trace).overspeed == pytest.approx(max(beyond, 0.0), abs=1e-9)


def test_what_two_machines_cannot_push_is_missed_once():
    # Both at their limit on a slope of speed that asks for twice what they have.
    car = assemble_vehicle(FACTS.vehicle["bmw-i4-edrive40"], FACTS)
    m = car.powertrain.machines[0]._replace(idle=0.0)
    twin = replace(car, powertrain=car.powertrain._replace(machines=(m, m)))
    force = 2 * 2 * m.peak_torque * m.ratio * m.gear_efficiency
    inertia = car.road.mass * (1 + car.road.rotating_share)
    rate = force / inertia
    trace = Cycle("launch", np.array([0.0, 0.1]), np.array([1.0, 1.0 + 0.1 * rate]))
    speed = 1.0 + 0.05 * rate
    road = car.road.A * speed + car.road.B * mean(trace, 2) + car.road.C * mean(trace, 3)
    missed = drive(twin, trace).shortfall
    asked = force * speed + road
    given = 2 * m.peak_torque * m.ratio * m.gear_efficiency * speed
    assert missed.energy == pytest.approx((asked - given) * 0.1, rel=1e-9)
    assert missed.seconds == pytest.approx(0.1)


def mean(trace, power):
    """Return the mean of a power of the speed over one step, (m/s)^power."""
    first, last = trace.speed
    return (last ** (power + 1) - first ** (power + 1)) / (power + 1) / (last - first)
