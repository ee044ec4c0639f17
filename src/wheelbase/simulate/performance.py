"""The verb `accelerate`: standing start, overtaking and top speed, of one car or of many."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wheelbase.simulate.car import Car
from wheelbase.simulate.engine import EngineModel, full_load
from wheelbase.simulate.hybrid import Parallel, PowerSplit
from wheelbase.simulate.machine import MachineModel, torque_limit
from wheelbase.simulate.powertrain import Combustion, Electric
from wheelbase.simulate.roadload import GRAVITY
from wheelbase.simulate.stack import columns, count, rows
from wheelbase.units import Speed, parse

__all__ = ["Acceleration", "FullLoad", "accelerate", "accelerate_many", "full_load_of"]
__all__ += ["gradeability", "tractive_limit"]

Array = NDArray[np.float64]

_SPEED = Speed.__metadata__[0]  # type: ignore[attr-defined]
_NODES = 801
_GRADE_SPEEDS = ("30 km/h", "100 km/h")
_SPARE = 0.98  # of the top speed, up to which a span is timed
_BLOCK = 70_000  # numbers in one array of a block: larger ones leave the processor's cache
_SLOWEST = 1.0  # m/s
_SEARCH = 219  # speeds at which top speed is looked for first, every 0.5 m/s


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


@dataclass(frozen=True, slots=True)
class _Road:
    """What stands against a car and how it stands, each a column: N, kg, shares."""

    A: Any
    B: Any
    C: Any
    mass: Any
    inertia: Any
    grip: Any
    height: Any
    front_share: Any

    def force(self, speed: Any) -> Any:
        """Return what the road asks at a speed, N."""
        return self.A + self.B * speed + self.C * speed**2


@dataclass(frozen=True, slots=True)
class _Pushed:
    """A car, or many of one structure, as full load sees it."""

    powertrain: Combustion | Electric | Parallel | PowerSplit
    road: _Road
    drive: str

    @property
    def per_axle(self) -> bool:
        """Whether machines of their own drive both axles: rear, front, further is their order."""
        p = self.powertrain
        return self.drive == "awd" and isinstance(p, Electric) and len(p.machines) > 1

    @property
    def figures(self) -> tuple[Any, ...]:
        """All its numbers."""
        return (self.powertrain, *(getattr(self.road, name) for name in _Road.__slots__))

    @property
    def own_gears(self) -> int:
        """How many gears each car has of its own; 1 where all share theirs or have none."""
        box = getattr(self.powertrain, "gearbox", None)
        return int(box.ratios.shape[1]) if box is not None and box.ratios.shape[0] > 1 else 1

    def some(self, part: Any) -> "_Pushed":
        """Return some of the cars."""
        road = _Road(*(rows(getattr(self.road, name), part) for name in _Road.__slots__))
        return _Pushed(rows(self.powertrain, part), road, self.drive)


def _pushed(car: Car) -> _Pushed:
    road, stance = car.road, car.stance
    inertia = road.mass * (1 + road.rotating_share)
    figures = (road.A, road.B, road.C, road.mass, inertia)
    stands = (stance.grip, stance.height, stance.front_share)
    found = _Road(*(columns(x) for x in (*figures, *stands)))
    return _Pushed(columns(car.powertrain), found, car.drive)


def tractive_limit(car: Car, speed: Array) -> tuple[Array, Array]:
    """Return the force that powertrain and grip allow, and that of grip alone, (n,) N.

    Grip counts the load that acceleration moves to the rear axle. Machines of their own on both
    axles are held by the grip of each: F <= f + r, (f + mu N_r) / (1 - mu h), (r + mu N_f) /
    (1 + mu h) and mu N for forces f, r of the machines, loads N at rest and h = height / wheelbase.
    """
    limit, grip = _limits(_pushed(car), speed[None])
    return limit[0], grip[0]


def _limits(car: _Pushed, speed: Any) -> tuple[Any, Any]:
    """Return the force that powertrain and grip allow, and that of grip alone, (V, n) N."""
    front, rear = _axle_forces(car, speed)
    grip = _grip(car, front, rear, car.road.mass * GRAVITY)
    return np.minimum(front + rear, grip), grip


def _axle_forces(car: _Pushed, speed: Any, pulling_away: bool = False) -> tuple[Any, Any]:
    """Return what the powertrain can push at the front and at the rear axle, (V, n) N.

    A shaft between the axles, or one machine for both, shares as the grip asks: all stands at the
    rear then.
    """
    p = car.powertrain
    if isinstance(p, Electric):
        forces = [
            torque_limit(np, m, speed * m.ratio) * m.ratio * m.gear_efficiency for m in p.machines
        ]
        if car.per_axle:
            return forces[1], sum(forces) - forces[1]
        force = sum(forces[1:], forces[0])
    elif isinstance(p, PowerSplit):
        machine = torque_limit(np, p.machine, speed * p.machine.ratio) * p.machine.ratio
        force = (machine + p.engine.peak_power / np.maximum(speed, 1.0)) * p.path
    else:
        force = _geared(p, speed, pulling_away)
    still = np.zeros_like(force)
    return (force, still) if car.drive == "fwd" else (still, force)


def _geared(p: Combustion | Parallel, speed: Any, pulling_away: bool) -> Any:
    """Return the push of the best gear, (V, n) N.

    Pulling away, an engine that would fall below idle is held by a slipping clutch or converter
    where full torque meets full power; the converter's gain in torque is left out.
    """
    box, engine = p.gearbox, EngineModel(*(x[:, None] for x in p.engine))
    turning = speed[:, None] * box.ratios
    held = engine.peak_power / engine.peak_torque if pulling_away else engine.idle_speed
    slips = turning < engine.idle_speed
    torque = full_load(np, engine, np.where(slips, held, turning))
    if isinstance(p, Parallel):
        machine = MachineModel(*(x[:, None] for x in p.machine))
        torque = torque + torque_limit(np, machine, turning * machine.ratio) * machine.ratio
    usable = np.where(turning <= engine.maximum_speed, torque - box.drag[:, None], 0.0)
    return (usable * box.ratios * box.efficiency[:, None]).max(axis=1)


def _grip(car: _Pushed, front: Any, rear: Any, weight: Any) -> Any:
    """Return the force at which tyres slip under a weight on the road, (V, n) N."""
    road = car.road
    mu, height, share = road.grip, road.height, road.front_share
    ahead = mu * weight * share / (1 + mu * height)
    behind = mu * weight * (1 - share) / (1 - mu * height)
    if car.per_axle:
        limits = (behind + front / (1 - mu * height), ahead + rear / (1 + mu * height))
        return np.minimum(np.minimum(*limits), mu * weight)
    return {"awd": mu * weight, "rwd": behind, "fwd": ahead}[car.drive] + np.zeros_like(front)


def accelerate(car: Car) -> Acceleration:
    """Return times and top speed of a car at full load, battery at its full power.

    t = sum of m_eff dv / (F - F_road) over a fine grid, plus one interruption per upshift that
    falls in the span. Left out: limits of the battery, launch control, warm tyres.
    """
    pushed = _pushed(car)
    hundred, slow, fast = (parse(f"{v} km/h", _SPEED) for v in (100, 80, 120))
    sixty = parse("60 mph", _SPEED)
    top = float(_bisected(pushed, _search(pushed))[0, 0])

    def timed(start: float, end: float) -> float:
        return float(_time(pushed, start, np.full((1, 1), min(end, _SPARE * top)))[0, 0])

    slopes = (1.0, *(parse(t, _SPEED) for t in _GRADE_SPEEDS))
    return Acceleration(
        time_0_100=timed(0.0, hundred),
        time_0_60mph=timed(0.0, sixty),
        time_80_120=timed(min(slow, 0.7 * top), fast),
        top_speed=top,
        reaches_100=top >= hundred,
        grip_limited_until=_grip_limited(pushed, top),
        grades=dict(zip(slopes, _slope(pushed, np.array([slopes]))[0].tolist(), strict=True)),
    )


def accelerate_many(cars: Sequence[Car]) -> tuple[Acceleration, ...]:
    """Return the full-load performance of many cars, each the same as alone."""
    return tuple(accelerate(car) for car in cars)


class FullLoad(NamedTuple):
    """Full-load performance of many cars, (V, 1) each, as in `Acceleration`."""

    time_0_100: Array
    top_speed: Array
    reaches_100: NDArray[np.bool_]


def full_load_of(car: Car) -> FullLoad:
    """Return what `accelerate` gives each car that `car` stands for: 0-100 km/h and top speed.

    In blocks that fit the processor's cache; what all cars share is computed once a block.
    """
    pushed, hundred = _pushed(car), parse("100 km/h", _SPEED)
    start = _in_blocks(pushed, _SEARCH, lambda some, _: _search(some))
    top = _in_blocks(pushed, 1, lambda some, part: _bisected(some, start[part]))
    ends = np.minimum(hundred, _SPARE * top)

    def timed(some: _Pushed, part: slice) -> Array:
        end, found = ends[part], np.empty_like(ends[part])
        alike = end[:, 0] == hundred
        for rest, to in ((alike, np.full((1, 1), hundred)), (~alike, end[~alike])):
            if np.any(rest):
                found[rest] = _time(some.some(rest), 0.0, to)
        return found

    return FullLoad(_in_blocks(pushed, _NODES, timed), top, top >= hundred)


def _in_blocks(car: _Pushed, nodes: int, of: Callable[[_Pushed, slice], Array]) -> Array:
    """Return what a function finds of all cars, (V, 1), a block of them after another."""
    cars, size = count(car.figures), max(1, _BLOCK // (nodes * car.own_gears))
    parts = [slice(n, min(n + size, cars)) for n in range(0, cars, size)]
    return np.concatenate(
        [np.broadcast_to(of(car.some(p), p), (p.stop - p.start, 1)) for p in parts]
    )


def gradeability(car: Car, speed: float) -> Any:
    """Return the steepest slope, rise over distance along the road, that a car holds at a speed.

    m g sin(slope) = F - F_road with F limited by grip under the weight m g cos(slope); 0 where it
    cannot hold the speed. Found by bisection: F falls and m g sin rises with the slope. Below the
    speed of idle in first gear the engine slips at full torque. Of a car that stands for many it
    is a column.
    """
    found = _slope(_pushed(car), np.full((1, 1), speed))
    return float(found[0, 0]) if found.size == 1 else found


def _slope(car: _Pushed, speed: Array) -> Any:
    """Return the sine of the steepest slope held at speeds (1, n) m/s, (V, n)."""
    front, rear = _axle_forces(car, speed, pulling_away=True)
    weight, asked = car.road.mass * GRAVITY, car.road.force(speed)
    low = np.zeros_like(front + asked + car.road.grip + car.road.height + car.road.front_share)
    high = low + np.pi / 2
    for _ in range(40):
        middle = (low + high) / 2
        grip = _grip(car, front, rear, weight * np.cos(middle))
        climbs = np.minimum(front + rear, grip) >= asked + weight * np.sin(middle)
        low, high = np.where(climbs, middle, low), np.where(climbs, high, middle)
    return np.where(low > 1e-9, np.sin(low), 0.0)


def _margin(car: _Pushed, speed: Any) -> Any:
    return _limits(car, speed)[0] - car.road.force(speed)


def _search(car: _Pushed) -> Any:
    """Return the highest speed of a grid that the car holds on the level, (V, 1); 0 without one."""
    grid = np.linspace(_SLOWEST, 110.0, _SEARCH)
    able = _margin(car, grid[None]) >= 0
    last = able.shape[1] - 1 - np.argmax(able[:, ::-1], axis=1)
    return np.where(able.any(axis=1), grid[last], 0.0)[:, None]


def _bisected(car: _Pushed, start: Any) -> Any:
    """Return the speed within a step of the grid where the car no longer keeps up, (V, 1)."""
    low = np.maximum(start, _SLOWEST)
    high = low + (110.0 - _SLOWEST) / (_SEARCH - 1)
    for _ in range(32):
        middle = (low + high) / 2
        keeps = _margin(car, middle) >= 0
        low, high = np.where(keeps, middle, low), np.where(keeps, high, middle)
    return np.where(start > 0, low, _SLOWEST)


def _time(car: _Pushed, start: float, end: Any) -> Any:
    """Return the time between two speeds at full load, (V, 1) s; `end` is (V, 1) or (1, 1)."""
    speed = np.linspace(start, end[:, 0], _NODES, axis=-1)
    middle = (speed[:, 1:] + speed[:, :-1]) / 2
    push = np.maximum(_margin(car, middle), 1.0)
    spent = (car.road.inertia * np.diff(speed) / push).sum(axis=1)
    return spent[:, None] + _interruptions(car, start, end)


def _interruptions(car: _Pushed, start: float, end: Any) -> Any:
    """Return the time lost in upshifts between two speeds: each gear is held to its limit."""
    p = car.powertrain
    if isinstance(p, Electric | PowerSplit):
        return 0.0
    limits = p.engine.maximum_speed[:, None] / p.gearbox.ratios[:, :-1]
    shifts = ((limits > start) & (limits < end[:, None])).sum(axis=1)
    return shifts * p.gearbox.shift_time


def _grip_limited(car: _Pushed, top: float) -> float:
    grid = np.linspace(0.0, top, 400)
    force, grip = _limits(car, grid[None])
    limited = np.nonzero(force[0] >= grip[0])[0]
    return float(grid[limited[-1]]) if len(limited) else 0.0
