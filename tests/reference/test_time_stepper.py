"""The energy of cars on cycles against a slow time-stepper that shares no code with it.

Each second is cut into slices, each slice is a scalar balance in plain Python, and nothing is
averaged, sorted or merged. The cycle core works with one mean per second instead, so both differ by
what a nonlinear loss makes of speed and force within a second; the tolerances say how much.
"""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from wheelbase.catalogue import Cycle, catalogue, cycle
from wheelbase.simulate import assemble_vehicle, drive
from wheelbase.simulate.machine import machine_model
from wheelbase.simulate.powertrain import Combustion, Electric

FACTS = catalogue()
SLICES = 20


def slices(trace):
    """Yield duration, speed and acceleration of every slice: speed is linear within a step."""
    for n in range(len(trace.time) - 1):
        step = float(trace.time[n + 1] - trace.time[n])
        first, last = float(trace.speed[n]), float(trace.speed[n + 1])
        for k in range(SLICES):
            speed = first + (last - first) * (k + 0.5) / SLICES
            yield step / SLICES, speed, (last - first) / step


def wheel_force(road, speed, acceleration):
    """Return A + B v + C v2 + m a with the rotating share in m, N; nothing at rest."""
    if speed <= 0:
        return 0.0
    inertia = road.mass * (1 + road.rotating_share)
    return road.A + road.B * speed + road.C * speed**2 + inertia * acceleration


def electric_need(car, trace):
    """Return the energy out of the cells of a car with one machine, J."""
    p = car.powertrain
    (m,) = p.machines
    spent = 0.0
    for dt, speed, acceleration in slices(trace):
        force = wheel_force(car.road, speed, acceleration)
        spin = speed * m.ratio
        if force > 0:
            torque = force / (m.ratio * m.gear_efficiency)
        else:
            share = p.regeneration * min(speed / p.fade_speed, 1.0)
            torque = force * share * m.gear_efficiency / m.ratio
        most = 0.0 if spin > m.maximum_speed else min(m.peak_torque, m.peak_power / max(spin, 1.0))
        torque = max(-most, min(torque, most))
        lost = m.k0 + m.k2 * spin**2 + m.kt * torque**2 + m.kx * abs(torque) * spin
        terminal = torque * spin + (lost if speed > 0 else 0.0) + p.auxiliaries
        # U I = P + R I2 with k4 = 4 R / U2, solved for U I.
        k4 = p.resistance
        inside = 2 / k4 * (1 - sqrt(1 - k4 * terminal)) if k4 else terminal
        spent += inside * dt
    return spent


def torque_of(engine, speed):
    """Return the greatest torque at a speed, Nm."""
    rise = engine.rise_base + engine.rise_slope * speed
    rise = min(max(rise, engine.rise_floor), 1.0)
    return min(engine.peak_torque * rise, engine.peak_power / speed)


def chosen_ratio(engine, box, power, speed):
    """Return the ratio of the highest gear that neither lugs nor lacks reserve, 1/m."""
    ratios = [float(r) for r in box.ratios]
    turnable = [r for r in ratios if speed * r <= engine.maximum_speed]
    if not turnable:
        return ratios[-1]
    for ratio in reversed(turnable):
        spin = speed * ratio
        held = min(max(spin, engine.idle_speed), engine.maximum_speed)
        able = (torque_of(engine, held) * (1 - box.reserve) - box.drag) * held
        if able >= power and (spin >= box.lug_speed or ratio == ratios[0]):
            return ratio
    return turnable[0]


def fuel_need(car, trace):
    """Return the fuel energy of a warm car with engine and gearbox, J."""
    p, burnt = car.powertrain, 0.0
    engine, box = p.engine, p.gearbox
    friction = engine.idle_speed * engine.drag * box.idle_factor
    idle = (friction + p.auxiliaries) / engine.efficiency
    for dt, speed, acceleration in slices(trace):
        if speed <= 0:
            burnt += (1 - p.stopped) * idle * dt
            continue
        force = wheel_force(car.road, speed, acceleration)
        slip = 1 + box.slip * min(max(1 - speed / box.slip_until, 0.0), 1.0)
        power = force * speed * (slip / box.efficiency if force > 0 else box.efficiency)
        ratio = chosen_ratio(engine, box, power + p.auxiliaries, speed)
        turning = min(speed * ratio, engine.maximum_speed)
        spin = max(turning, engine.idle_speed)
        asked = power / turning + box.drag + p.auxiliaries / spin
        asked += engine.inertia * acceleration * ratio
        torque = min(max(asked, -engine.drag), torque_of(engine, spin))
        rate = spin * (torque + engine.drag) / engine.efficiency
        if force <= 0 and speed < p.cut_speed:
            rate = max(rate, idle)
        burnt += rate * dt
    return burnt


def steady(speed, seconds=600):
    """Return a trace at one speed, m/s, without a step from rest."""
    time = np.arange(seconds + 1.0)
    return Cycle("steady", time, np.full_like(time, speed))


def cars_of(kind):
    """Return the cars of the catalogue with a powertrain of a kind; of electric ones, one unit."""
    found = []
    for vehicle in FACTS.vehicle:
        try:
            car = assemble_vehicle(vehicle, FACTS)
        except ValueError:  # no public road load, engine or gearbox
            continue
        if isinstance(car.powertrain, kind) and len(getattr(car.powertrain, "machines", "1")) == 1:
            found.append(car)
    return found


ELECTRIC, BURNING = cars_of(Electric), cars_of(Combustion)


@pytest.mark.parametrize("car", ELECTRIC, ids=lambda car: car.id)
@pytest.mark.parametrize("name", ["udds", "hwfet", "us06"])
def test_the_slow_stepper_needs_the_same_battery_energy(car, name):
    # Losses are near a parabola in force and speed, which change by a few per cent in a second.
    trace = cycle(name)
    assert electric_need(car, trace) == pytest.approx(drive(car, trace).battery_energy, rel=1e-3)


@pytest.mark.parametrize("car", BURNING, ids=lambda car: car.id)
@pytest.mark.parametrize("name", ["udds", "hwfet", "us06"])
def test_the_slow_stepper_burns_the_same_fuel(car, name):
    # Beside the losses, a slice may take another gear than the mean of its second.
    trace = cycle(name)
    assert fuel_need(car, trace) == pytest.approx(drive(car, trace).fuel_energy, rel=2e-3)


@pytest.mark.parametrize("speed", [8.0, 20.0, 33.0])
def test_at_a_steady_speed_nothing_is_left_to_average(speed):
    # One mean is every slice: what differs is the order of sums.
    trace = steady(speed)
    for car in ELECTRIC:
        same = pytest.approx(drive(car, trace).battery_energy, rel=1e-9)
        assert electric_need(car, trace) == same
    for car in BURNING:
        assert fuel_need(car, trace) == pytest.approx(drive(car, trace).fuel_energy, rel=1e-9)


def test_the_stepper_sees_a_change_of_one_per_cent():
    # What the agreement is worth: one per cent more drag is seen by both, and alike.
    trace = cycle("us06")
    for car in (ELECTRIC[0], BURNING[0]):
        need = electric_need if car in ELECTRIC else fuel_need
        more = replace(car, road=replace(car.road, C=1.01 * car.road.C))
        ours = energy(drive(more, trace)) - energy(drive(car, trace))
        assert need(more, trace) - need(car, trace) == pytest.approx(ours, rel=0.03)
        assert ours > 1e-3 * energy(drive(car, trace))


def energy(done):
    """Return fuel and battery energy of a drive, J."""
    return done.fuel_energy + done.battery_energy


def test_a_second_machine_drags_only_where_magnets_turn_with_the_wheels():
    # Cruising slowly, one machine does the work; of the other, magnets cost k0 + k2 w2, else none.
    car = ELECTRIC[0]
    m = car.powertrain.machines[0]
    other = m._replace(idle=1.0, kt=1e6 * m.kt)
    speed, trace = 15.0, steady(15.0)
    free = car.powertrain._replace(machines=(m, other._replace(idle=0.0)), resistance=0.0)
    bound = free._replace(machines=(m, other))
    spent = [drive(replace(car, powertrain=p), trace).battery_energy for p in (free, bound)]
    drag = m.k0 + m.k2 * (speed * m.ratio) ** 2
    assert spent[1] - spent[0] == pytest.approx(drag * float(trace.time[-1]), rel=1e-6)


@pytest.mark.parametrize("magnets", ["yes", "no"])
@pytest.mark.parametrize("disconnect", ["yes", "no"])
def test_only_magnets_without_a_disconnect_leave_a_drag(magnets, disconnect):
    unit = replace(FACTS.drive_unit["bmw-gen5-210kw"], disconnect=disconnect)
    technology = replace(FACTS.machine_technology[unit.technology], magnets=magnets)
    model = machine_model(unit, technology, 0.33, 1.0)
    assert model.idle == (1.0 if (magnets, disconnect) == ("yes", "no") else 0.0)
