"""The verb `accelerate`: standing start, overtaking and top speed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wheelbase.simulate.car import Car
from wheelbase.simulate.engine import full_load
from wheelbase.simulate.hybrid import Parallel, PowerSplit
from wheelbase.simulate.machine import torque_limit
from wheelbase.simulate.powertrain import Combustion, Electric
from wheelbase.simulate.roadload import GRAVITY
from wheelbase.units import Speed, parse

__all__ = ["Acceleration", "accelerate", "accelerate_many", "gradeability", "tractive_limit"]

Array = NDArray[np.float64]

_SPEED = Speed.__metadata__[0]  # type: ignore[attr-defined]
_NODES = 801
_GRADE_SPEEDS = ("30 km/h", "100 km/h")


@dataclass(frozen=True, slots=True)
class Acceleration:
    """Full-load performance at test mass on the flat, s and m/s; infinite is never returned.

    `reaches_100` is False for a car whose top speed is lower; its time then counts to that speed.
    `grades` is the steepest slope (rise over distance along the road) held at a speed in m/s.
    """

    time_0_100: float
    time_0_60mph: float
    time_80_120: float
    top_speed: float
    reaches_100: bool
    grip_limited_until: float
    grades: Mapping[float, float]


def tractive_limit(car: Car, speed: Array) -> tuple[Array, Array]:
    """Return the force that powertrain and grip allow, and that of grip alone, (n,) N.

    Grip counts the load that acceleration moves to the rear axle. Machines of their own on both
    axles are held by the grip of each: F <= f + r, (f + mu N_r) / (1 - mu h), (r + mu N_f) /
    (1 + mu h) and mu N for forces f, r of the machines, loads N at rest and h = height / wheelbase.
    """
    front, rear = _axle_forces(car, speed)
    grip = _grip(car, front, rear, car.road.mass * GRAVITY)
    return np.minimum(front + rear, grip), grip


def _axle_forces(car: Car, speed: Array, pulling_away: bool = False) -> tuple[Array, Array]:
    """Return what the powertrain can push at the front and at the rear axle, (n,) N.

    A shaft between the axles, or one machine for both, shares as the grip asks: all stands at the
    rear then.
    """
    p = car.powertrain
    if isinstance(p, Electric):
        forces = [
            torque_limit(np, m, speed * m.ratio) * m.ratio * m.gear_efficiency for m in p.machines
        ]
        if _per_axle(car):
            return np.asarray(forces[1]), np.asarray(sum(forces) - forces[1])
        force = np.sum(forces, axis=0)
    elif isinstance(p, PowerSplit):
        machine = torque_limit(np, p.machine, speed * p.machine.ratio) * p.machine.ratio
        force = (machine + p.engine.peak_power / np.maximum(speed, 1.0)) * p.path
    else:
        force = _geared(p, speed, pulling_away)
    still = np.zeros_like(force)
    return (force, still) if car.drive == "fwd" else (still, force)


def _per_axle(car: Car) -> bool:
    """Whether machines of their own drive both axles: rear, front, further is their order."""
    p = car.powertrain
    return car.drive == "awd" and isinstance(p, Electric) and len(p.machines) > 1


def _geared(p: Combustion | Parallel, speed: Array, pulling_away: bool) -> Array:
    """Return the push of the best gear, (n,) N.

    Pulling away, an engine that would fall below idle is held by a slipping clutch or converter
    where full torque meets full power; the converter's gain in torque is left out.
    """
    box, engine = p.gearbox, p.engine
    ratios = box.ratios[:, None]
    turning = speed * ratios
    held = engine.peak_power / engine.peak_torque if pulling_away else engine.idle_speed
    slips = turning < engine.idle_speed
    torque = full_load(np, engine, np.where(slips, held, turning))
    if isinstance(p, Parallel):
        torque = torque + torque_limit(np, p.machine, turning * p.machine.ratio) * p.machine.ratio
    usable = np.where(turning <= engine.maximum_speed, torque - box.drag, 0.0)
    return np.asarray((usable * ratios * box.efficiency).max(axis=0))


def _grip(car: Car, front: Array, rear: Array, weight: float) -> Array:
    """Return the force at which tyres slip under a weight on the road, (n,) N."""
    mu, height, share = car.stance.grip, car.stance.height, car.stance.front_share
    ahead = mu * weight * share / (1 + mu * height)
    behind = mu * weight * (1 - share) / (1 - mu * height)
    if _per_axle(car):
        limits = (behind + front / (1 - mu * height), ahead + rear / (1 + mu * height))
        return np.minimum(np.minimum(*limits), mu * weight)
    alone = {"awd": mu * weight, "rwd": behind, "fwd": ahead}[car.drive]
    return np.full_like(front, alone)


def accelerate(car: Car) -> Acceleration:
    """Return times and top speed of a car at full load, battery at its full power.

    t = sum of m_eff dv / (F - F_road) over a fine grid, plus one interruption per upshift that
    falls in the span. Left out: limits of the battery, launch control, warm tyres.
    """
    hundred, slow, fast = (parse(f"{v} km/h", _SPEED) for v in (100, 80, 120))
    sixty = parse("60 mph", _SPEED)
    top = _top_speed(car)
    reaches = top >= hundred
    return Acceleration(
        time_0_100=_time(car, 0.0, min(hundred, 0.98 * top)),
        time_0_60mph=_time(car, 0.0, min(sixty, 0.98 * top)),
        time_80_120=_time(car, min(slow, 0.7 * top), min(fast, 0.98 * top)),
        top_speed=top,
        reaches_100=reaches,
        grip_limited_until=_grip_limited(car, top),
        grades={v: gradeability(car, v) for v in (1.0, *(parse(t, _SPEED) for t in _GRADE_SPEEDS))},
    )


def gradeability(car: Car, speed: float) -> float:
    """Return the steepest slope, rise over distance along the road, that a car holds at a speed.

    m g sin(slope) = F - F_road with F limited by grip under the weight m g cos(slope); 0 where it
    cannot hold the speed. Found by bisection: F falls and m g sin rises with the slope. Below the
    speed of idle in first gear the engine slips at full torque.
    """
    front, rear = _axle_forces(car, np.array([speed]), pulling_away=True)
    weight, road = car.road.mass * GRAVITY, car.road
    asked = road.A + road.B * speed + road.C * speed**2
    low, high = 0.0, np.pi / 2
    for _ in range(40):
        middle = (low + high) / 2
        grip = _grip(car, front, rear, weight * float(np.cos(middle)))
        held = float(np.minimum(front + rear, grip)[0])
        climbs = held >= asked + weight * np.sin(middle)
        low, high = (middle, high) if climbs else (low, middle)
    return float(np.sin(low)) if low > 1e-9 else 0.0


def accelerate_many(cars: Sequence[Car]) -> tuple[Acceleration, ...]:
    """Return the full-load performance of many cars, each the same as alone."""
    return tuple(accelerate(car) for car in cars)


def _margin(car: Car, speed: Array) -> Array:
    force, _ = tractive_limit(car, speed)
    road = car.road
    return force - (road.A + road.B * speed + road.C * speed**2)


def _top_speed(car: Car) -> float:
    """Return the highest speed at which the car still pushes as hard as the road holds."""
    grid = np.linspace(1.0, 110.0, 1091)
    able = np.nonzero(_margin(car, grid) >= 0)[0]
    if len(able) == 0:
        return 1.0
    low = float(grid[able[-1]])
    high = low + 0.1
    for _ in range(30):
        middle = (low + high) / 2
        keeps = _margin(car, np.array([middle]))[0] >= 0
        low, high = (middle, high) if keeps else (low, middle)
    return low


def _time(car: Car, start: float, end: float) -> float:
    speed = np.linspace(start, end, _NODES)
    middle = (speed[1:] + speed[:-1]) / 2
    push = np.maximum(_margin(car, middle), 1.0)
    mass = car.road.mass * (1 + car.road.rotating_share)
    return float((mass * np.diff(speed) / push).sum()) + _interruptions(car, start, end)


def _interruptions(car: Car, start: float, end: float) -> float:
    """Return the time lost in upshifts between two speeds: each gear is held to its limit."""
    p = car.powertrain
    if isinstance(p, Electric | PowerSplit):
        return 0.0
    limits = p.engine.maximum_speed / p.gearbox.ratios[:-1]
    return float(((limits > start) & (limits < end)).sum() * p.gearbox.shift_time)


def _grip_limited(car: Car, top: float) -> float:
    grid = np.linspace(0.0, top, 400)
    force, grip = tractive_limit(car, grid)
    limited = np.nonzero(force >= grip)[0]
    return float(grid[limited[-1]]) if len(limited) else 0.0
