"""Where the mass lies: axle loads and centre of gravity, from boxes and hard points of a fit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from wheelbase.catalogue import Body, Catalogue, Powertrain, single
from wheelbase.fit import Fit, Fits
from wheelbase.integrate.mass import Constant, constants_of
from wheelbase.simulate import Stance
from wheelbase.simulate.roadload import GRAVITY

__all__ = ["Balance", "Load", "balance", "stance_of"]

_Part = tuple[Any, Any, Any]  # kg, m behind the front axle, m above the ground


@dataclass(frozen=True, slots=True)
class Load:
    """A car on its wheels under one load; of many cars each figure is a column (V, 1).

    Args:
        mass: kg.
        front: Load of the front axle, N.
        rear: Load of the rear axle, N.
        x: Centre of gravity behind the front axle, m.
        height: Centre of gravity above the ground, m.
    """

    mass: float
    front: float
    rear: float
    x: float
    height: float

    @property
    def front_share(self) -> float:
        """Share of the mass on the front axle."""
        return self.front / (self.front + self.rear)


@dataclass(frozen=True, slots=True)
class Balance:
    """Axle loads and centre of gravity: empty, as tested, and with the full payload."""

    curb: Load
    test: Load
    loaded: Load


def balance(
    fit: Fit | Fits,
    body: Body,
    powertrain: Powertrain,
    masses: Mapping[str, Any],
    test_mass: Any,
    facts: Catalogue,
) -> Balance:
    """Return axle loads and centre of gravity of a car.

    W_f = g sum m_i (1 - x_i / L101), z = sum m_i z_i / sum m_i. Parts lie in the middle of their
    boxes; structure, trim and what nothing places lie near the middle of the car's length. Of any
    load, two people sit in front first, three behind, and what is left stands in the boot.

    Args:
        fit: Boxes, battery zones, hard points.
        body: Height, tyres, payload.
        powertrain: Which axle its second drive unit drives.
        masses: Group to kg, as `curb_masses` gives them.
        test_mass: kg.
        facts: Heights of the groups that have no box.
    """
    constant = constants_of(facts)
    parts = [
        (mass * share, x, z)
        for group, mass in masses.items()
        for share, x, z in _places(group, fit, body, powertrain, constant)
    ]
    curb = sum(part[0] for part in parts)
    seats = _aboard(fit, body, body.payload, constant)
    tested = _aboard(fit, body, test_mass - curb, constant)
    return Balance(
        curb=_load(parts, fit.wheelbase),
        test=_load([*parts, *tested], fit.wheelbase),
        loaded=_load([*parts, *seats], fit.wheelbase),
    )


def stance_of(load: Load, wheelbase: float, facts: Catalogue) -> Stance:
    """Return how a car under a load stands, for its grip."""
    grip = facts.vehicle_constant["tyre-grip"].value
    return Stance(grip=grip, height=load.height / wheelbase, front_share=load.front_share)


def _load(parts: list[_Part], wheelbase: float) -> Load:
    mass = sum(m for m, _, _ in parts)
    x = sum(m * x for m, x, _ in parts) / mass
    height = sum(m * z for m, _, z in parts) / mass
    rear = mass * GRAVITY * x / wheelbase
    return Load(mass, mass * GRAVITY - rear, rear, x, height)


def _places(
    group: str, fit: Fit | Fits, body: Body, powertrain: Powertrain, constant: Constant
) -> Iterator[_Part]:
    """Yield share, x and z of the places where a mass group lies; the shares sum to one."""
    points = fit.hard_points
    middle = (fit.wheelbase + points["L105"] - points["L104"]) / 2 - constant("place-structure")
    spread = {
        "structure": (middle, constant("height-structure") * body.H100),
        "trim": (middle, constant("height-trim") * body.H100),
        "brakes and axles": (fit.wheelbase / 2, body.tyre_radius),
        "tunnel": ((points["x_fw"] + fit.wheelbase) / 2, points["z_floor"]),
        "carry-over fixings": (0.0, body.tyre_radius),
        "second axle": (0.0, body.tyre_radius),
    }
    if group in spread:
        yield (1.0, *spread[group])
        return
    if group == "battery" and fit.zones:
        stored = sum(z.energy for z in fit.zones)
        for zone in fit.zones:
            share = zone.energy / stored
            yield share, (zone.x0 + zone.x1) / 2, (zone.z0 + zone.z1) / 2
        return
    found = _boxes(group, fit, powertrain)
    for share, x, z in found:
        yield share, x, z
    if not found:
        yield 1.0, middle, body.tyre_radius


_BOXES = {
    "engine": ("engine",),
    "gearbox": ("gearbox",),
    "exhaust": ("exhaust", "silencer"),
    "tank and fuel": ("tank",),
    "shaft and final drive": ("propeller shaft", "final drive"),
    "charger and cables": ("charger",),
}


def _boxes(group: str, fit: Fit | Fits, powertrain: Powertrain) -> list[_Part]:
    """Return share, x and z of the boxes of a group; drive units share by their power."""
    if group == "drive units" and powertrain.engine is None:
        power = {"front": 0.0, "rear": 0.0}
        for unit in powertrain.units:
            power["front" if unit is powertrain.front_unit else "rear"] += unit.peak_power
        weights = {f"{side} drive unit": p for side, p in power.items() if np.any(p > 0)}
    elif group == "drive units":
        weights = {"gearbox": 1.0}  # the machine of a hybrid sits in its gearbox
    else:
        weights = dict.fromkeys(_BOXES.get(group, ()), 1.0)
    there = {b.id: b for b in fit.boxes if b.id in weights}
    total = sum(weights[id] for id in there)
    return [(weights[id] / total, (b.x0 + b.x1) / 2, (b.z0 + b.z1) / 2) for id, b in there.items()]


def _aboard(fit: Fit | Fits, body: Body, load: float, constant: Constant) -> list[_Part]:
    """Return people and luggage of a load: two in front, three behind, the rest in the boot."""
    points, person = fit.hard_points, constant("person")
    height = points["z_floor"] + body.H30 + constant("sitting")
    front, rear = (
        points["x_fw"] + constant("front-row"),
        points["x_seatback"] - constant("rear-row"),
    )
    behind = np.minimum(np.maximum(load - 2 * person, 0.0), 3 * person)
    rows = (
        (single(np.minimum(load, 2 * person)), front, height),
        (single(behind), rear, height),
    )
    boot = next((b for b in fit.boxes if b.id == "boot"), None)
    rest = single(np.maximum(load - 5 * person, 0.0))
    if boot is None:
        return [*rows, (rest, fit.wheelbase, height)]
    return [*rows, (rest, (boot.x0 + boot.x1) / 2, (boot.z0 + boot.z1) / 2)]
