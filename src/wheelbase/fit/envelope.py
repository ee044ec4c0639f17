"""The envelope: hard points that every powertrain of a platform can live with, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from wheelbase.catalogue import Body, Catalogue, Platform, Powertrain
from wheelbase.fit.battery import battery_energy
from wheelbase.fit.chain import (
    Constants,
    Package,
    Terms,
    constants_of,
    firewall_bounds,
    floor_space,
    front_bounds,
    package,
    rear_bounds,
)
from wheelbase.fit.result import Bound, Envelope

__all__ = ["bounds_of", "envelope", "hard_points", "placed_points", "total"]

_CHAIN = ("L104", "x_fw", "L105")


def total(terms: Mapping[str, Any]) -> Any:
    """Return the sum of a bound's terms, m."""
    return sum(terms.values())


def _needs(name: str, part: Package, body: Body, c: Constants, points: Mapping[str, Any]) -> Terms:
    if name == "L104":
        return front_bounds(part, body, c)
    if name == "x_fw":
        return firewall_bounds(part, body, c, points["L104"])
    return rear_bounds(part, body, c, points["L104"])


def hard_points(
    platform: Platform, body: Body, powertrain: Powertrain | None, c: Constants
) -> dict[str, Any]:
    """Return the hard points of a platform under one of its powertrains, m.

    Common ones are the maximum over everything the platform carries, tooled and free ones are the
    powertrain's own, pinned ones are as given. Without a powertrain all are taken as common.
    """
    points: dict[str, Any] = {}
    for name in _CHAIN:
        if name in platform.pinned:
            points[name] = platform.pinned[name]
            continue
        own = powertrain is not None and platform.policies.get(name, "free") != "common"
        carried = (powertrain,) if own and powertrain is not None else platform.powertrains
        needs = [
            total(terms)
            for train in carried
            for terms in _needs(name, package(train, platform.layout, c), body, c, points).values()
        ]
        points[name] = np.max(np.stack(np.broadcast_arrays(*needs)), axis=0)
    if "L101" in platform.pinned:
        points["L101"] = platform.pinned["L101"]
        if "L105" not in platform.pinned:
            points["L105"] = body.L103 - points["L104"] - points["L101"]
    else:
        points["L101"] = body.L103 - points["L104"] - points["L105"]
    return points | _inside(platform, body, points, c) | _given_inside(platform)


def _given_inside(platform: Platform) -> dict[str, float]:
    return {name: v for name, v in platform.pinned.items() if name not in (*_CHAIN, "L101")}


def _inside(
    platform: Platform, body: Body, points: Mapping[str, Any], c: Constants
) -> dict[str, Any]:
    """Return the hard points of floor, tunnel, rails, seats and battery that follow from a car's.

    The rails stand a constant from the side, the second row ends a cabin's length behind the
    firewall, and the heel plane lies as high as roof and seats let it, or as the floor carried
    over has it.
    """
    flat = platform.floor == "flat"
    space = c["carry-over-floor"]
    if platform.floor != "carry-over":
        space = np.maximum(floor_space(body, c), c["floor-sheet"])
    back = platform.pinned.get("x_seatback", points["x_fw"] + c["cabin-length"])
    wheelhouse = body.tyre_radius + c["wheelhouse-gap"] + c["torque-box"]
    return {
        "tunnel_w": 0.0 if flat else c["tunnel-width"],
        "tunnel_h": 0.0 if flat else c["tunnel-height"],
        "z_floor": body.H156 + space,
        "rail_y": body.W103 / 2 - c["rail-spread"],
        "x_bat0": np.maximum(wheelhouse, points["x_fw"] - c["engine-to-bulkhead"]),
        "bat_max_w": body.W103 - 2 * c["side-crash"],
        "x_seat2": back - c["rear-seat-length"],
        "x_seatback": back,
        "z_seat2": c["rear-seat-base"],
    }


def placed_points(
    platform: Platform, body: Body, powertrain: Powertrain, c: Constants
) -> dict[str, float]:
    """Return every hard point of one car as a number, m: seats raised where its pack needs it."""
    points = hard_points(platform, body, powertrain, c)
    lift = battery_energy(platform, body, powertrain, points, c)["seat_raise"]
    if "z_floor" not in platform.pinned:
        points["z_floor"] = points["z_floor"] + lift
    return {name: float(value) for name, value in points.items()}


def bounds_of(
    platform: Platform, body: Body, powertrain: Powertrain, c: Constants, points: Mapping[str, Any]
) -> Iterator[Bound]:
    """Yield every bound of a powertrain as numbers."""
    part = package(powertrain, platform.layout, c)
    for name in _CHAIN:
        for rule, terms in _needs(name, part, body, c, points).items():
            numbers = {term: float(value) for term, value in terms.items()}
            yield Bound(name, rule, float(total(numbers)), powertrain.id, numbers)


def envelope(platform: Platform, body: Body, facts: Catalogue) -> Envelope:
    """Return the hard points of a platform, who drives each of them, and the shadow prices.

    The shadow price of a powertrain is what the platform gains when it need not carry it.
    """
    c = constants_of(facts)
    points = {name: float(value) for name, value in hard_points(platform, body, None, c).items()}
    bounds = tuple(
        bound
        for train in platform.powertrains
        for bound in bounds_of(platform, body, train, c, points)
    )
    drivers, runners_up = {}, {}
    for name in _CHAIN:
        ranked = sorted((b for b in bounds if b.hard_point == name), key=lambda b: -b.value)
        drivers[name] = ranked[0]
        others = [b for b in ranked if b.powertrain != ranked[0].powertrain]
        if others:
            runners_up[name] = others[0]
    return Envelope(points, drivers, runners_up, bounds, _shadow(platform, body, c))


def _shadow(platform: Platform, body: Body, c: Constants) -> dict[str, dict[str, float]]:
    if len(platform.powertrains) < 2:
        return {}
    base = _gains(platform, body, c)
    prices = {}
    for train in platform.powertrains:
        rest = tuple(t for t in platform.powertrains if t.id != train.id)
        without = _gains(replace(platform, powertrains=rest), body, c)
        prices[train.id] = {key: without[key] - base[key] for key in base}
        if not any(t.kind == "bev" for t in rest):
            prices[train.id]["battery_energy"] = 0.0
    return prices


def _gains(platform: Platform, body: Body, c: Constants) -> dict[str, float]:
    """Return usable length and the best battery car's energy under the common envelope."""
    points = hard_points(platform, body, None, c)
    electric = [t for t in platform.powertrains if t.kind == "bev"]
    energies = [
        float(battery_energy(platform, body, t, hard_points(platform, body, t, c), c)["fit"])
        for t in electric
    ]
    usable = body.L103 - points["L104"] - points["x_fw"] - c["cabin-wall"]
    return {"usable_length": float(usable), "battery_energy": max(energies, default=0.0)}
