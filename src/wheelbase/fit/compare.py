"""Two platforms line by line: what differs, and which hard point it comes from.

A difference is shared out among the hard points by the Shapley value of swapping them one after
the other from the first platform to the second, so the causes sum to it whatever the order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import factorial
from typing import Any

from wheelbase.catalogue import Body, Catalogue, Platform, Powertrain
from wheelbase.fit.battery import battery_energy
from wheelbase.fit.cabin import boot_volume, couple_distance, usable_length
from wheelbase.fit.chain import Constants, constants_of, package, turning_circle
from wheelbase.fit.envelope import envelope, placed_points
from wheelbase.fit.result import Bound

__all__ = ["Cause", "Difference", "compare"]

_GROUPS = {
    "front overhang": ("L104",),
    "firewall": ("x_fw", "x_bat0"),
    "wheelbase and rear overhang": ("L101", "L105"),
    "boot floor": ("z_boot",),
    "second row": ("x_seatback", "x_seat2", "z_seat2"),
    "floor and tunnel": ("z_floor", "tunnel_w", "tunnel_h"),
    "width for the battery": ("bat_max_w", "rail_y"),
    "layout": (),
}
_LEADING = {"front overhang": "L104", "firewall": "x_fw", "wheelbase and rear overhang": "L105"}
_SHARED = {
    "boot floor": ("z_boot", "highest boot floor"),
    "second row": ("x_seatback", "cabin and promised boot"),
}


@dataclass(frozen=True, slots=True)
class Cause:
    """What one group of hard points adds to a difference, in its unit, and who sets the point.

    Args:
        group: Name of the group.
        amount: In the unit of the difference.
        text: The hard points on both platforms and who sets them.
        moved: Hard point to its place on both platforms, m; those that differ.
        set_by: Who sets the leading one on both platforms, if a powertrain does.
    """

    group: str
    amount: float
    text: str
    moved: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    set_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of a comparison: a quantity on both platforms and the causes of its difference.

    Args:
        quantity: "usable_length", "couple_distance", "L101", "L104", "L105", "turning_circle" and
            "seat_raise" in m, "boot" in m3, "energy_fit" and "energy_max" in J.
        first: On the first platform.
        second: On the second one.
        causes: Greatest first; their amounts sum to `second - first`.
    """

    quantity: str
    first: float
    second: float
    causes: tuple[Cause, ...]


def compare(
    first: Platform, second: Platform, body: Body, powertrain: Powertrain, facts: Catalogue
) -> tuple[Difference, ...]:
    """Return what one powertrain in one body gains and loses from the first platform to the second.

    The kind of the platforms (flexible, bespoke) enters nothing.
    """
    c = constants_of(facts)
    pair = (first, second)
    points = tuple(placed_points(p, body, powertrain, c) for p in pair)
    drivers = tuple(
        {**_shared(p, body, points[k], c), **envelope(p, body, facts).drivers}
        for k, p in enumerate(pair)
    )
    groups = [g for g, names in _GROUPS.items() if _differs(g, names, points, pair)]
    worth = {
        frozenset(chosen): _quantities(_mixed(pair, points, chosen), body, powertrain, c)
        for size in range(len(groups) + 1)
        for chosen in combinations(groups, size)
    }
    ends = worth[frozenset()], worth[frozenset(groups)]
    lines = []
    for quantity in ends[0]:
        value = {chosen: figures[quantity] for chosen, figures in worth.items()}
        shares = {g: _share(g, groups, value) for g in groups}
        ranked = sorted(shares.items(), key=lambda item: -abs(item[1]))
        causes = tuple(
            _cause(g, amount, points, drivers)
            for g, amount in ranked
            if abs(amount) > 1e-9 * max(abs(ends[0][quantity]), 1.0)
        )
        lines.append(Difference(quantity, ends[0][quantity], ends[1][quantity], causes))
    return tuple(lines)


def _differs(
    group: str,
    names: tuple[str, ...],
    points: tuple[Mapping[str, float], ...],
    pair: tuple[Platform, ...],
) -> bool:
    floors = group == "floor and tunnel" and pair[0].floor != pair[1].floor
    layouts = group == "layout" and pair[0].layout != pair[1].layout
    return floors or layouts or any(abs(points[0][n] - points[1][n]) > 1e-9 for n in names)


def _mixed(
    pair: tuple[Platform, ...],
    points: tuple[Mapping[str, float], ...],
    chosen: tuple[str, ...],
) -> tuple[Platform, dict[str, float]]:
    """Return the first platform with the chosen groups of hard points taken from the second."""
    swapped = {name for group in chosen for name in _GROUPS[group]}
    mixed = {name: points[name in swapped][name] for name in points[0]}
    floors, layouts = "floor and tunnel" in chosen, "layout" in chosen
    given = {n: v for n, v in pair[0].pinned.items() if n == "x_bat0"}
    base = replace(pair[0], floor=pair[floors].floor, layout=pair[layouts].layout)
    return base.pin(**given), mixed


def _quantities(
    mixed: tuple[Platform, dict[str, float]], body: Body, powertrain: Powertrain, c: Constants
) -> dict[str, float]:
    platform, points = mixed
    part = package(powertrain, platform.layout, c)
    energy = battery_energy(platform, body, powertrain, points, c)
    found: dict[str, Any] = {
        "usable_length": usable_length(body, points, c),
        "couple_distance": couple_distance(points, c),
        "boot": boot_volume(part, body, points, c),
        "energy_fit": energy["fit"],
        "energy_max": max(float(energy["max"]), float(energy["fit"])),
        "L101": points["L101"],
        "L104": points["L104"],
        "L105": points["L105"],
        "turning_circle": turning_circle(platform.layout, points["L101"], c),
        "seat_raise": energy["seat_raise"],
    }
    return {name: float(value) for name, value in found.items()}


def _share(group: str, groups: list[str], worth: Mapping[frozenset[str], float]) -> float:
    """Return the Shapley value of a group: its mean gain over all orders of swapping."""
    others, n = [g for g in groups if g != group], len(groups)
    total = 0.0
    for size in range(n):
        weight = factorial(size) * factorial(n - size - 1) / factorial(n)
        for chosen in combinations(others, size):
            before = frozenset(chosen)
            total += weight * (worth[before | {group}] - worth[before])
    return total


def _shared(
    platform: Platform, body: Body, points: Mapping[str, float], c: Constants
) -> dict[str, Bound]:
    """Return who sets the hard points of the rear: the first powertrain that needs one there."""
    alone = {
        t.id: placed_points(replace(platform, powertrains=(t,)), body, t, c)
        for t in platform.powertrains
    }
    return {
        name: Bound(name, rule, points[name], who, {})
        for name, rule in _SHARED.values()
        for who in list(alone)[::-1]
        if abs(alone[who][name] - points[name]) < 5e-4
    }


def _cause(
    group: str,
    amount: float,
    points: tuple[Mapping[str, float], ...],
    drivers: tuple[Mapping[str, Bound], ...],
) -> Cause:
    """Return a cause with the hard points of its group, and who sets the leading one."""
    moved = {
        n: (points[0][n], points[1][n])
        for n in _GROUPS[group]
        if abs(points[0][n] - points[1][n]) > 5e-4
    }
    text = ", ".join(f"{n} {1e3 * a:.0f} -> {1e3 * b:.0f} mm" for n, (a, b) in moved.items())
    name = _LEADING.get(group) or _SHARED.get(group, ("",))[0]
    if not all(name in d for d in drivers):
        other = "another layout" if group == "layout" else "another kind of floor"
        return Cause(group, amount, text or other, moved)
    who = tuple(f"{d[name].powertrain} ({d[name].name})" for d in drivers)
    return Cause(group, amount, f"{text}; set by {who[0]} -> {who[1]}", moved, who)
