"""The envelope: hard points that every powertrain of a platform can live with, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from wheelbase.catalogue import Body, Catalogue, Platform, Powertrain, single
from wheelbase.fit.battery import battery_energy
from wheelbase.fit.cabin import boot_floor, boot_volume, couple_distance, seatback, usable_length
from wheelbase.fit.chain import (
    Constants,
    Terms,
    constants_of,
    firewall_bounds,
    floor_space,
    front_bounds,
    most,
    package,
    rear_bounds,
)
from wheelbase.fit.result import Bound, Envelope

__all__ = ["bounds_of", "envelope", "hard_points", "outline", "placed_points", "total"]

_CHAIN = ("L104", "x_fw", "L105")


def total(terms: Mapping[str, Any]) -> Any:
    """Return the sum of a bound's terms, m."""
    return sum(terms.values())


def _needs(
    name: str,
    platform: Platform,
    powertrain: Powertrain,
    body: Body,
    c: Constants,
    points: Mapping[str, Any],
) -> Terms:
    """Return the bounds on a hard point; a wheelbase that is given turns as it may."""
    part = package(powertrain, platform.layout, c)
    if name == "L104":
        return front_bounds(part, body, c)
    if name == "x_fw":
        return firewall_bounds(part, body, c, points["L104"])
    return rear_bounds(
        part, body, c, points["L104"], platform.pinned.get("L101", body.L101) is None
    )


def hard_points(
    platform: Platform,
    body: Body,
    powertrain: Powertrain | None,
    c: Constants,
    drawn: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the hard points of a platform under one of its powertrains, m.

    Common ones are the maximum over everything the platform carries, tooled and free ones are the
    powertrain's own, pinned ones are as given, or as `drawn` has them within their tolerance.
    Without a powertrain all are taken as common.
    """
    points: dict[str, Any] = {}
    pinned: Mapping[str, Any] = platform.pinned | dict(drawn or {})
    for name in _CHAIN:
        if name in pinned:
            points[name] = pinned[name]
            continue
        carried = _sharing(platform, powertrain, name)
        needs = [
            total(terms)
            for train in carried
            for terms in _needs(name, platform, train, body, c, points).values()
        ]
        points[name] = most(needs)
    wheelbase = pinned.get("L101", body.L101)
    if wheelbase is None:
        points["L101"] = body.L103 - points["L104"] - points["L105"]
    else:
        points["L101"] = wheelbase
        if "L105" not in pinned:
            points["L105"] = body.L103 - points["L104"] - wheelbase
    given = {name: v for name, v in pinned.items() if name not in (*_CHAIN, "L101")}
    return points | _inside(platform, body, powertrain, points, c, given) | given


def _inside(
    platform: Platform,
    body: Body,
    powertrain: Powertrain | None,
    points: Mapping[str, Any],
    c: Constants,
    given: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the hard points of floor, tunnel, rails, seats and battery that follow from a car's.

    The rails stand a constant from the side, the heel plane lies as high as roof and seats let it,
    or as the floor carried over has it, and the boot floor and the second row are those of
    `_rear_points`.
    """
    flat = platform.floor == "flat"
    space = c["carry-over-floor"]
    if platform.floor != "carry-over":
        space = np.maximum(floor_space(body, c), c["floor-sheet"])
    rear = _rear_points(platform, body, powertrain, points, c, given)
    back = rear["x_seatback"]
    wheelhouse = body.tyre_radius + c["wheelhouse-gap"] + c["torque-box"]
    return {
        "tunnel_w": 0.0 if flat else c["tunnel-width"],
        "tunnel_h": 0.0 if flat else c["tunnel-height"],
        "z_floor": body.H156 + space,
        "rail_y": body.W103 / 2 - c["rail-spread"],
        "x_bat0": np.maximum(wheelhouse, points["x_fw"] - c["engine-to-bulkhead"]),
        "bat_max_w": body.W103 - 2 * c["side-crash"],
        "x_seat2": back - c["rear-seat-length"],
        "z_seat2": c["rear-seat-base"],
        **rear,
    }


def _rear_points(
    platform: Platform,
    body: Body,
    powertrain: Powertrain | None,
    points: Mapping[str, Any],
    c: Constants,
    given: Mapping[str, Any],
) -> dict[str, Any]:
    """Return z_boot and x_seatback: the highest floor, the rearmost back of all who share them."""
    parts = {
        name: [package(t, platform.layout, c) for t in _sharing(platform, powertrain, name)]
        for name in ("z_boot", "x_seatback")
    }
    floors = [boot_floor(part, body, c)[1] for part in parts["z_boot"]]
    z_boot = given.get("z_boot", most(floors))
    here = {**points, "z_boot": z_boot}
    backs = [seatback(part, body, here, c) for part in parts["x_seatback"]]
    return {"z_boot": z_boot, "x_seatback": given.get("x_seatback", most(backs))}


def _sharing(
    platform: Platform, powertrain: Powertrain | None, name: str
) -> tuple[Powertrain, ...]:
    """Return the powertrains that set a hard point: all that are carried, or the one at hand."""
    own = powertrain is not None and platform.policies.get(name, "free") != "common"
    return (powertrain,) if own and powertrain is not None else platform.powertrains


def placed_points(
    platform: Platform, body: Body, powertrain: Powertrain, c: Constants
) -> dict[str, Any]:
    """Return every hard point of one car as a number, m: seats raised where its pack needs it.

    Of an entry that stands for many, what differs between them is a column.
    """
    points = hard_points(platform, body, powertrain, c)
    lift = battery_energy(platform, body, powertrain, points, c)["seat_raise"]
    if "z_floor" not in platform.pinned:
        points["z_floor"] = points["z_floor"] + lift
    return {name: single(value) for name, value in points.items()}


def bounds_of(
    platform: Platform, body: Body, powertrain: Powertrain, c: Constants, points: Mapping[str, Any]
) -> Iterator[Bound]:
    """Yield every bound of a powertrain, as numbers or columns."""
    for name in _CHAIN:
        for rule, terms in _needs(name, platform, powertrain, body, c, points).items():
            numbers = {term: single(value) for term, value in terms.items()}
            yield Bound(name, rule, single(total(numbers)), powertrain.id, numbers)


def envelope(platform: Platform, body: Body, facts: Catalogue) -> Envelope:
    """Return the hard points of a platform, who drives each of them, and the shadow prices.

    The shadow price of a powertrain is what the platform gains when it need not carry it.
    """
    c = constants_of(facts)
    found = outline(platform, body, c)
    return replace(found, shadow=_shadow(platform, body, c))


def outline(platform: Platform, body: Body, c: Constants) -> Envelope:
    """Return the envelope without shadow prices, each of which needs the platform once more."""
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
    return Envelope(points, drivers, runners_up, bounds)


def _shadow(platform: Platform, body: Body, c: Constants) -> dict[str, dict[str, float]]:
    """Return what each powertrain costs the others: gains of the platform without it."""
    if len(platform.powertrains) < 2:
        return {}
    base = _gains(platform, body, c)
    prices = {}
    for train in platform.powertrains:
        rest = tuple(t for t in platform.powertrains if t.id != train.id)
        without = _gains(replace(platform, powertrains=rest), body, c)
        prices[train.id] = {key: without[key] - base[key] for key in base}
        if not any(t.kind == "bev" for t in rest):
            prices[train.id] |= {"battery_energy": 0.0, "boot": 0.0}
    return prices


def _gains(platform: Platform, body: Body, c: Constants) -> dict[str, float]:
    """Return usable length and couple distance, and energy and boot of the best battery car."""
    points = hard_points(platform, body, None, c)
    found = {
        "usable_length": float(usable_length(body, points, c)),
        "couple_distance": float(couple_distance(points, c)),
    }
    cars = []
    for train in (t for t in platform.powertrains if t.kind == "bev"):
        own = hard_points(platform, body, train, c)
        part = package(train, platform.layout, c)
        energy = battery_energy(platform, body, train, own, c)["fit"]
        cars.append((float(energy), float(boot_volume(part, body, own, c))))
    found["battery_energy"], found["boot"] = max(cars, default=(0.0, 0.0))
    return found
