"""What a car does while it is heard: speeds, torques, gear and pedal of a drive, finely sampled."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import Cycle
from wheelbase.errors import FitError
from wheelbase.simulate import (
    Car,
    Combustion,
    Drive,
    Electric,
    Parallel,
    PowerSplit,
    Shortfall,
    drive,
    tractive_limit,
)
from wheelbase.simulate.engine import full_load
from wheelbase.simulate.machine import torque_limit
from wheelbase.units import Quantity, parse

__all__ = ["CONTROL", "Motion", "kickdown", "motion", "steady"]

Array = NDArray[np.float64]

CONTROL = 100
"""How many times a second a motion is sampled; in between it is linear."""

_SPEED = Quantity("speed", "m/s")
_FROM, _TO = parse("50 km/h", _SPEED), parse("110 km/h", _SPEED)
_STEP = 0.05  # s of a kick-down
_BEFORE, _AFTER, _MOST = 0.8, 1.2, 15.0  # s of cruise, of lifting off, and of the kick-down at most
_LIFT = 1.0  # m/s2 by which a car slows with the pedal lifted, an estimate
_MISSED = 0.01  # of the wheel work: a car that misses more does not drive this cycle
_NEAR = 1.3  # of the first speed: gears that end below it are left out
_ENGAGED = 0.75  # s for which a gear is engaged at least, an estimate
_SHIFT = 0.15  # s over which the engine follows a new gear at least
_SWITCH = 0.3  # s over which an engine is heard to start or stop, an estimate


_NONE = Shortfall(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Motion:
    """What the sound of a car follows, 100 times a second: (n,) each.

    Args:
        car: Name.
        cylinders: Of its engine; 0 without one.
        electric: Whether machines drive it.
        speed: m/s.
        pedal: Share of the force that powertrain and grip allow, 0 .. 1.
        gear: 1 for the first, 0 without gears.
        engine_speed: rad/s, held at idle where a clutch slips.
        engine_load: Torque over that of full load at this speed, -1 .. 1.
        running: 1 where the engine is heard, 0 where it stands, in between as it starts and stops.
        machine_speed: rad/s of the first machine.
        machine_load: Power over the greatest at this speed, -1 .. 1; negative where it brakes.
        reverse: Whether it drives backwards.
        shortfall: What of the trace it missed.
    """

    car: str
    cylinders: int
    electric: bool
    speed: Array
    pedal: Array
    gear: Array
    engine_speed: Array
    engine_load: Array
    running: Array
    machine_speed: Array
    machine_load: Array
    reverse: bool = False
    shortfall: Shortfall = _NONE

    @property
    def duration(self) -> float:
        """Length in s."""
        return (len(self.speed) - 1) / CONTROL


def kickdown(car: Car, start: float = _FROM, end: float = _TO) -> Cycle:
    """Return the trace of a kick-down: cruise, full load from one speed to another, pedal lifted.

    m_eff dv/dt = F - F_road with the greatest force of powertrain and grip; where a gear ends the
    drive is interrupted as its gearbox does. A gear that would end at once is not engaged.

    Args:
        car: Any car.
        start: m/s.
        end: m/s; it stops earlier after 15 s.
    """
    road, p = car.road, cast(Any, car.powertrain)
    box: Any = getattr(p, "gearbox", None)
    inertia = road.mass * (1 + road.rotating_share)
    limits = np.empty(0) if box is None else p.engine.maximum_speed / box.ratios
    speeds, held = [start], 0.0
    while speeds[-1] < end and len(speeds) * _STEP < _MOST:
        v = speeds[-1]
        push = 0.0 if held > 0 else float(tractive_limit(car, np.array([v]))[0][0])
        held = max(held - _STEP, 0.0)
        speeds.append(v + (push - road.A - road.B * v - road.C * v * v) / inertia * _STEP)
        if np.any((limits > max(v, _NEAR * start)) & (limits <= speeds[-1])):
            held = float(box.shift_time)
    before = np.full(round(_BEFORE / _STEP), start)
    after = speeds[-1] - _LIFT * _STEP * np.arange(1, round(_AFTER / _STEP) + 1)
    speed: Array = np.concatenate([before, np.array(speeds), np.maximum(after, 0.0)])
    return Cycle("kickdown", np.linspace(0.0, (len(speed) - 1) * _STEP, len(speed)), speed)


def motion(car: Car, cylinders: int, trace: Cycle) -> Motion:
    """Return how a car moves on a trace, as `simulate.drive` finds it.

    A hybrid with a plug drives on engine and battery at a fixed price of battery energy.

    Args:
        car: The car.
        cylinders: Of its engine, 0 without one.
        trace: Its speed.

    Raises:
        FitError: The car misses more than a hundredth of the wheel work.
    """
    done = drive(car.blended(), trace, traced=True)
    missed = done.shortfall.energy / max(abs(done.wheel_work), 1.0)
    if missed > _MISSED and trace.id != "kickdown":
        short = done.shortfall
        raise FitError(
            f"{car.id} on {trace.id}: cannot follow for {short.seconds:.0f} s, {missed:.1%} of the "
            "wheel work is missed; choose a milder cycle, a stronger variant, or --kickdown"
        )
    time = np.arange(int((trace.time[-1] - trace.time[0]) * CONTROL) + 1) / CONTROL
    time = time + trace.time[0]
    return _heard(car, cylinders, trace, done, time)


def steady(car: Car, speed: float, duration: float, reverse: bool = False) -> Motion:
    """Return a battery car, or a hybrid with its engine off, at one speed."""
    n = round(duration * CONTROL) + 1
    v, zero = np.full(n, speed), np.zeros(n)
    p: Any = car.powertrain
    machine = p.machines[0] if isinstance(p, Electric) else p.machine
    ratio = machine.ratio * (1.0 if isinstance(p, Electric | PowerSplit) else p.gearbox.ratios[0])
    force = car.road.A + car.road.B * speed + car.road.C * speed**2 if speed > 0 else 0.0
    most = float(tractive_limit(car, np.array([max(speed, 0.1)]))[0][0])
    share = np.full(n, force / most)
    return Motion(car.id, 0, True, v, share, zero, zero, zero, zero, v * ratio, share, reverse)


def _heard(car: Car, cylinders: int, trace: Cycle, done: Drive, time: Array) -> Motion:
    """Return the motion at given times from the intervals of a drive."""
    series, middles = done.trace, (trace.time[1:] + trace.time[:-1]) / 2
    place = np.clip(np.searchsorted(trace.time, time, side="right") - 1, 0, len(middles) - 1)

    def between(name: str) -> Array:
        return np.interp(time, middles, series[name])

    p: Any = car.powertrain
    speed, gear = np.interp(time, trace.time, trace.speed), _held(series["gear"][place])
    limit = tractive_limit(car, np.maximum(speed, 0.1))[0]
    wanted = between("wheel_power") / np.maximum(speed, 0.1)
    zero, turning = np.zeros_like(time), _turning(p, speed, gear)
    engine = machine = (zero, zero)
    running = zero
    if not isinstance(p, Electric):
        engine = _engine(p, turning, between("engine_power"))
        running = _held(series["engine_running"][place])
    if isinstance(p, Combustion):  # an engine whose fuel is cut turns on; at rest it may be stopped
        running = np.where(speed > 0, 1.0, running >= 0.5)
    else:
        machine = _machine(p, speed, turning, between("machine_power"))
    return Motion(
        car=car.id,
        cylinders=cylinders,
        electric=not isinstance(p, Combustion),
        speed=speed,
        pedal=_smooth(np.clip(wanted / np.maximum(limit, 1.0), 0.0, 1.0), _SHIFT),
        gear=gear,
        engine_speed=engine[0],
        engine_load=engine[1],
        running=_smooth(running, _SWITCH),
        machine_speed=machine[0],
        machine_load=machine[1],
        shortfall=done.shortfall,
    )


def _held(gear: Array) -> Array:
    """Return gears (or engine states) without those that last too short between two others."""
    gear = gear.copy()
    cuts = [0, *(np.nonzero(np.diff(gear))[0] + 1), len(gear)]
    for first, last in reversed(list(pairwise(cuts))):
        if first > 0 and last < len(gear) and last - first < _ENGAGED * CONTROL:
            gear[first:last] = gear[last]
    return gear


def _turning(p: Any, speed: Array, gear: Array) -> Array:
    """Return the speed of the gearbox input, rad/s, which glides from gear to gear."""
    box = getattr(p, "gearbox", None)
    if box is None:
        return np.zeros_like(speed)
    ratio = np.exp(_smooth(np.log(box.ratios[gear.astype(int) - 1]), max(box.shift_time, _SHIFT)))
    return speed * ratio


def _engine(p: Any, turning: Array, power: Array) -> tuple[Array, Array]:
    """Return speed of the engine, rad/s, and its torque over that of full load."""
    engine = p.engine
    if isinstance(p, PowerSplit):
        turning = np.maximum(power / p.line_torque, p.lowest_speed)
    w = np.clip(turning, engine.idle_speed, engine.maximum_speed)
    load = power / w / full_load(np, engine, w)
    return w, np.clip(_smooth(load, _SHIFT), -1.0, 1.0)


def _machine(p: Any, speed: Array, turning: Array, power: Array) -> tuple[Array, Array]:
    """Return speed of the first machine, rad/s, and the power of all over their greatest."""
    machines = p.machines if isinstance(p, Electric) else (p.machine,)
    shaft = turning if isinstance(p, Parallel) else speed
    turns = [np.maximum(shaft * m.ratio, 1.0) for m in machines]
    most = sum(torque_limit(np, m, w) * w for m, w in zip(machines, turns, strict=True))
    load = np.clip(power / np.maximum(most, 1.0), -1.0, 1.0)
    return shaft * machines[0].ratio, _smooth(load, _SHIFT)


def _smooth(values: Array, duration: float) -> Array:
    """Return values averaged over a raised cosine of that length in s, as long as before."""
    size = 2 * int(duration * CONTROL / 2) + 1
    window = np.hanning(size + 2)[1:-1]
    wide = np.pad(values, size // 2, mode="edge")
    return np.convolve(wide, window / window.sum(), mode="valid")
