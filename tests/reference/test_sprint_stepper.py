"""Full-load performance against a slow march in time that shares no code with it.

The car is pushed for a millisecond at a time by what its parts give at that speed, and by no more
than its tyres hold with the load that acceleration moves; gears, machines and engines are written
out as scalars. `accelerate` integrates over speed on a grid instead.
"""

from dataclasses import replace
from math import cos, pi, sin

import numpy as np
import pytest

from wheelbase.catalogue import catalogue
from wheelbase.simulate import accelerate, assemble_vehicle, tractive_limit
from wheelbase.simulate.hybrid import Parallel, PowerSplit
from wheelbase.simulate.powertrain import Combustion, Electric

FACTS = catalogue()
GRAVITY = 9.80665  # m/s2
STEP = 2e-3  # s
HUNDRED = 27.0 + 7 / 9  # m/s, 100 km/h


def machine_push(machine, speed):
    """Return the torque at a shaft of some speed, Nm."""
    if speed > machine.maximum_speed:
        return 0.0
    return min(machine.peak_torque, machine.peak_power / max(speed, 1.0))


def engine_push(engine, speed):
    """Return the greatest torque of an engine, Nm."""
    rise = min(max(engine.rise_base + engine.rise_slope * speed, engine.rise_floor), 1.0)
    return min(engine.peak_torque * rise, engine.peak_power / speed)


def geared_push(p, speed):
    """Return the push of the best gear, N."""
    best, box = 0.0, p.gearbox
    for ratio in (float(r) for r in box.ratios):
        turning = speed * ratio
        if turning > p.engine.maximum_speed:
            continue
        torque = engine_push(p.engine, max(turning, p.engine.idle_speed))
        if not isinstance(p, Combustion):
            torque += machine_push(p.machine, turning * p.machine.ratio) * p.machine.ratio
        best = max(best, (torque - box.drag) * ratio * box.efficiency)
    return best


def axle_pushes(car, speed):
    """Return what the parts give at the front and at the rear axle, N; a shaft counts as rear."""
    p = car.powertrain
    if isinstance(p, Electric):
        forces = [
            machine_push(m, speed * m.ratio) * m.ratio * m.gear_efficiency for m in p.machines
        ]
        if car.drive == "awd" and len(forces) > 1:
            return forces[1], forces[0] + sum(forces[2:])
        force = sum(forces)
    elif hasattr(p, "path"):
        machine = machine_push(p.machine, speed * p.machine.ratio) * p.machine.ratio
        force = p.path * (machine + p.engine.peak_power / max(speed, 1.0))
    else:
        force = geared_push(p, speed)
    return (force, 0.0) if car.drive == "fwd" else (0.0, force)


def held(car, front, rear, weight):
    """Return what the tyres let through of both pushes, N: loads shift as the car is pushed."""
    stance, force = car.stance, 0.0
    own = isinstance(car.powertrain, Electric) and len(car.powertrain.machines) > 1
    for _ in range(200):
        moved = force * stance.height
        loads = (weight * stance.front_share - moved, weight * (1 - stance.front_share) + moved)
        if car.drive == "awd" and not own:  # a shaft shares as the tyres ask
            found = min(front + rear, stance.grip * weight)
        else:
            found = min(front, stance.grip * loads[0]) + min(rear, stance.grip * loads[1])
        if abs(found - force) < 1e-6:
            break
        force += 0.5 * (found - force)
    return force


def asked(car, speed):
    """Return what the road asks, N."""
    return car.road.A + car.road.B * speed + car.road.C * speed**2


def sprint(car):
    """Return the time from rest to 100 km/h, s, shifts included."""
    inertia = car.road.mass * (1 + car.road.rotating_share)
    speed = time = 0.0
    while speed < HUNDRED:
        push = held(car, *axle_pushes(car, speed), car.road.mass * GRAVITY)
        speed += STEP * (push - asked(car, speed)) / inertia
        time += STEP
        assert time < 60
    time -= (speed - HUNDRED) * inertia / (push - asked(car, speed))  # the overshoot
    p = car.powertrain
    if hasattr(p, "gearbox"):
        limits = [p.engine.maximum_speed / float(r) for r in p.gearbox.ratios[:-1]]
        time += p.gearbox.shift_time * sum(limit < HUNDRED for limit in limits)
    return time


def slope(car, speed):
    """Return the sine of the steepest slope held at a speed: the last of a fine grid."""
    front, rear = axle_pushes(car, speed)
    last = 0.0
    for n in range(1, 3000):
        angle = n * pi / 6000
        weight = car.road.mass * GRAVITY
        push = held(car, front, rear, weight * cos(angle))
        if push < asked(car, speed) + weight * sin(angle):
            break
        last = sin(angle)
    return last


def cars():
    """Return every car of the catalogue that can be driven."""
    found = []
    for vehicle in FACTS.vehicle:
        try:
            found.append(assemble_vehicle(vehicle, FACTS))
        except ValueError:  # no public road load, engine or gearbox
            continue
    hybrid = next(car for car in found if isinstance(car.powertrain, Parallel))
    return [*found, on_a_belt(hybrid), power_split(hybrid)]


def on_a_belt(car):
    """Return a parallel hybrid whose machine turns faster than its engine."""
    machine = car.powertrain.machine._replace(ratio=2.6)
    return replace(car, id="belt", powertrain=car.powertrain._replace(machine=machine))


def power_split(car):
    """Return a car with the engine and machine of a parallel hybrid behind a planetary gear."""
    p = car.powertrain
    split = PowerSplit(
        engine=p.engine,
        machine=p.machine._replace(ratio=30.0),
        line_torque=0.7 * p.engine.peak_torque,
        lowest_speed=p.engine.idle_speed,
        path=0.93,
        off_speed=p.off_speed,
        start_energy=p.start_energy,
        resistance=p.resistance,
        auxiliaries=p.auxiliaries,
        regeneration=p.regeneration,
        fade_speed=p.fade_speed,
    )
    return replace(car, id="power-split", drive="fwd", powertrain=split)


CARS = cars()


def test_the_catalogue_has_cars_of_every_drive_and_powertrain():
    assert {type(car.powertrain).__name__ for car in CARS} == {
        "Combustion", "Electric", "Parallel", "PowerSplit"}  # fmt: skip
    assert {car.drive for car in CARS} == {"fwd", "rwd", "awd"}


@pytest.mark.parametrize("car", CARS, ids=lambda car: car.id)
def test_the_slow_march_takes_as_long_to_100(car):
    # The grid of speeds is as fine as half a per cent of the time, where gears change most.
    assert sprint(car) == pytest.approx(accelerate(car).time_0_100, rel=5e-3, abs=2 * STEP)


TWO_AXLES = next(c for c in CARS if c.drive == "awd" and isinstance(c.powertrain, Electric))


@pytest.mark.parametrize("grip", [0.15, 0.4, 0.9])
@pytest.mark.parametrize("shares", [(1.0, 1.0), (1.0, 0.1), (0.1, 1.0), (2.0, 2.0)])
def test_two_driven_axles_slip_one_by_one(grip, shares):
    # A weak machine behind leaves the front axle to slip first, and the other way round.
    p = TWO_AXLES.powertrain
    machines = tuple(
        m._replace(peak_torque=share * m.peak_torque, peak_power=share * m.peak_power)
        for m, share in zip(p.machines, shares, strict=True)
    )
    stance = replace(TWO_AXLES.stance, grip=grip)
    car = replace(TWO_AXLES, powertrain=p._replace(machines=machines), stance=stance)
    for speed in (2.0, 15.0, 30.0):
        by_hand = held(car, *axle_pushes(car, speed), car.road.mass * GRAVITY)
        (found,), _ = tractive_limit(car, np.array([speed]))
        assert found == pytest.approx(by_hand, rel=1e-6)


@pytest.mark.parametrize("car", CARS, ids=lambda car: car.id)
def test_at_top_speed_the_push_is_used_up(car):
    top = accelerate(car).top_speed
    below, above = (min(sum(axle_pushes(car, v)), 1e9) for v in (0.999 * top, 1.001 * top))
    assert below >= asked(car, 0.999 * top) * (1 - 1e-3)
    assert above <= asked(car, 1.001 * top) * (1 + 1e-3)


@pytest.mark.parametrize("car", [*CARS[::4], CARS[-1]], ids=lambda car: car.id)
def test_the_steepest_slope_at_speed_is_that_of_a_fine_grid(car):
    found = accelerate(car).grades
    for speed in [v for v in found if v > 10]:
        assert slope(car, speed) == pytest.approx(found[speed], abs=6e-4)  # a step of the grid
