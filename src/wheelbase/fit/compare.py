"""Two platforms line by line: what differs, and which hard point it comes from.

A difference is shared out among the hard points by the Shapley value of swapping them one after
the other from the first platform to the second, so the causes sum to it whatever the order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
}
_LEADING = {"front overhang": "L104", "firewall": "x_fw", "wheelbase and rear overhang": "L105"}


@dataclass(frozen=True, slots=True)
class Cause:
    """What one group of hard points adds to a difference, in its unit, and who sets the point."""

    group: str
    amount: float
    text: str


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
    drivers = tuple(envelope(p, body, facts).drivers for p in pair)
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
            Cause(g, amount, _text(g, points, drivers))
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
    return floors or any(abs(points[0][n] - points[1][n]) > 1e-9 for n in names)


def _mixed(
    pair: tuple[Platform, ...],
    points: tuple[Mapping[str, float], ...],
    chosen: tuple[str, ...],
) -> tuple[Platform, dict[str, float]]:
    """Return the first platform with the chosen groups of hard points taken from the second."""
    swapped = {name for group in chosen for name in _GROUPS[group]}
    mixed = {name: points[name in swapped][name] for name in points[0]}
    floors = "floor and tunnel" in chosen
    given = {n: v for n, v in pair[0].pinned.items() if n == "x_bat0"}
    base = replace(pair[0], floor=pair[floors].floor, layout=pair[0].layout)
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
        "energy_max": energy["max"],
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


def _text(
    group: str,
    points: tuple[Mapping[str, float], ...],
    drivers: tuple[Mapping[str, Bound], ...],
) -> str:
    """Return the hard points of a group on both platforms, and who sets the leading one."""
    moved = [n for n in _GROUPS[group] if abs(points[0][n] - points[1][n]) > 5e-4]
    text = ", ".join(f"{n} {1e3 * points[0][n]:.0f} -> {1e3 * points[1][n]:.0f} mm" for n in moved)
    name = _LEADING.get(group)
    if name is None:
        return text or "another kind of floor"
    who = [f"{d[name].powertrain} ({d[name].name})" for d in drivers]
    return f"{text}; set by {who[0]} -> {who[1]}"
