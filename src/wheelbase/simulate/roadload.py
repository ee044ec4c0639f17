"""Forces between a moving vehicle and the world, and the cycle cut into intervals."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import Catalogue, Cycle
from wheelbase.errors import DataError

__all__ = [
    "GRAVITY",
    "Intervals",
    "Road",
    "RoadLoad",
    "WheelDemand",
    "check_ranges",
    "intervals",
    "numbers",
    "road_work",
    "wheel_demand",
]

Array = NDArray[np.float64]

GRAVITY = 9.80665  # m/s2, standard acceleration of gravity


class Intervals(NamedTuple):
    """The different intervals of a cycle, (t,) each; exact for speed that is linear in between.

    Intervals with the same speeds need the same power, so each pair of speeds stands here once
    per phase with the time it takes in all; `step` is the time of one. `order` puts them back in
    the order of the trace; `ends` are the ends of the phases in this list, `cuts` in the trace.
    """

    duration: Array
    step: Array
    speed: Array
    square: Array
    cube: Array
    acceleration: Array
    moving: Array
    order: NDArray[np.intp]
    ends: tuple[int, ...]
    cuts: tuple[int, ...]


def intervals(cycle: Cycle) -> Intervals:
    """Return the intervals of a cycle; kinetic energy telescopes, so wheel work is exact."""
    steps = np.diff(cycle.time)
    rows = np.stack([cycle.speed[:-1], cycle.speed[1:], steps], axis=1)
    bounds = [float(p.end) for p in cycle.phases[:-1]]
    cuts = [0, *np.searchsorted(cycle.time[1:], bounds, side="right"), len(steps)]
    parts, order = [], []
    ends: list[int] = []
    for first, last in pairwise(cuts):
        found, place, count = np.unique(
            rows[first:last], axis=0, return_inverse=True, return_counts=True
        )
        order.append(place.ravel() + (ends[-1] if ends else 0))
        parts.append(np.column_stack([found, found[:, 2] * count]))
        ends.append((ends[-1] if ends else 0) + len(found))
    before, after, step, duration = np.concatenate(parts).T.copy()
    change = after - before
    mean, spread = (after + before) / 2, change * change / 12
    return Intervals(
        duration,
        step,
        mean,
        mean * mean + spread,
        mean * (mean * mean + 3 * spread),
        change / step,
        (mean > 0).astype(np.float64),
        np.concatenate(order),
        tuple(ends),
        tuple(int(c) for c in cuts[1:]),
    )


def check_ranges(
    what: str, values: Mapping[str, float], ranges: Mapping[str, tuple[float, float]]
) -> None:
    """Refuse figures that are not finite or outside their range, every one by name.

    Of a column the least and the greatest figure are looked at.

    Raises:
        DataError: Field, value and range of each of them.
    """
    ends = [
        (name, end)
        for name, value in values.items()
        for end in ((value,) if isinstance(value, float | int) else (np.min(value), np.max(value)))
    ]
    problems = [
        f"{what}: {name} {value:g} is outside {ranges[name][0]:g} .. {ranges[name][1]:g}"
        for name, value in dict.fromkeys(ends)
        if not (isfinite(value) and ranges[name][0] <= value <= ranges[name][1])
    ]
    if problems:
        raise DataError(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadLoad:
    """What the road and the air ask of a car: F = A + B v + C v2 while it moves, and its inertia.

    Args:
        mass: Test mass, kg.
        A: N.
        B: N/(m/s); may be negative in a fit of coast-down times.
        C: N/(m/s)2.
        radius: Rolling radius of the driven wheels, m.
        rotating_share: Inertia of wheels and shafts as a share of mass.
        from_design: True where A, B, C were made from drag and rolling resistance.

    A figure may be a column (V, 1) of a car that stands for many.

    Raises:
        DataError: Names every figure that is not finite or outside its range.
    """

    mass: float
    A: float
    B: float
    C: float
    radius: float
    rotating_share: float = 0.03
    from_design: bool = False

    def __post_init__(self) -> None:
        """Refuse what no car is."""
        ranges = {
            "mass": (300.0, 7000.0),
            "A": (-500.0, 3000.0),
            "B": (-50.0, 100.0),
            "C": (0.05, 5.0),
            "radius": (0.15, 0.7),
            "rotating_share": (0.0, 0.2),
        }
        check_ranges("road load", {name: getattr(self, name) for name in ranges}, ranges)

    @classmethod
    def design(
        cls, mass: float, drag_area: float, rolling: float, radius: float, facts: Catalogue
    ) -> "RoadLoad":
        """Return the road load of a car that was never coasted down.

        Args:
            mass: Test mass, kg.
            drag_area: Drag coefficient times frontal area, m2.
            rolling: Rolling resistance coefficient.
            radius: m.
            facts: Air density and the drag of brakes and hubs.

        Raises:
            DataError: Names every figure that is not finite or outside its range.

        Source: Guzzella & Sciarretta, Vehicle Propulsion Systems, ch. 2.
        """
        given = {"drag_area": drag_area, "rolling": rolling}
        check_ranges("road load", given, {"drag_area": (0.1, 5.0), "rolling": (0.002, 0.05)})
        constant = facts.vehicle_constant
        return cls(
            mass=mass,
            A=rolling * mass * GRAVITY + constant["brake-and-hub-drag"].value,
            B=0.0,
            C=constant["air-density"].value * drag_area / 2,
            radius=radius,
            from_design=True,
        )


class Road(NamedTuple):
    """Numbers of a road load, (V, 1) each: N, N/(m/s), N/(m/s)2, kg."""

    A: Any
    B: Any
    C: Any
    inertia: Any


class WheelDemand(NamedTuple):
    """What the wheels must do in each interval, (V, t): force in N (positive = traction), power."""

    force: Any
    power: Any


def numbers(road: RoadLoad) -> Road:
    """Return the numbers of a road load, inertia with its rotating share."""
    return Road(road.A, road.B, road.C, road.mass * (1 + road.rotating_share))


def wheel_demand(xp: Any, road: Road, trace: Intervals) -> WheelDemand:
    """Return force and power of the driven wheels: A v + B v2 + C v3 + m a v.

    The means of the powers of speed over an interval make the work exact.
    """
    power = road.A * (trace.moving * trace.speed) + road.B * trace.square
    power = power + road.C * trace.cube + road.inertia * (trace.acceleration * trace.speed)
    return WheelDemand(power * (1 / xp.maximum(trace.speed, 1e-9)), power)


def road_work(road: Road, trace: Intervals) -> tuple[Any, Any, Any]:
    """Return the work against rolling (A and B), air (C) and inertia over a cycle, (V,) J."""
    dt = trace.duration
    ways = (trace.moving * trace.speed, trace.square, trace.cube, trace.acceleration * trace.speed)
    first, second, third, fourth = ((way * dt).sum() for way in ways)
    rolling = road.A[:, 0] * first + road.B[:, 0] * second
    return rolling, road.C[:, 0] * third, road.inertia[:, 0] * fourth
