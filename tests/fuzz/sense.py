"""Whether what was accepted makes physical sense, by rules that share no code with Wheelbase.

A study is read once more, by another reader, with a grammar of units and bounds written down here.
A bound is far beyond any car, maker or market: what lies outside is a slip of the pen, and to take
it silently would be an absurdity. So is a number at a place of which nothing is written here.
"""

import csv
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from fuzz.measures import measured, unit_of

__all__ = ["BOUNDS", "absurd_car", "absurd_parse", "absurd_study", "bound_at", "leaves"]

_REQUESTS = (("km", 1, 3000), ("kWh", 0.1, 1000))
_DAY = re.compile(r"(19[5-9]\d|20\d\d|2100)-\d\d-\d\d")
_YEAR = re.compile(r"199\d|20\d\d|2100")
_WORDED = ("note", "label", "title", "name", "component")  # text, whatever it looks like

_Path = tuple[str, ...]


BOUNDS = {
    tuple(row["path"].split(".")): (row["unit"], float(row["least"]), float(row["most"]))
    for row in csv.DictReader(
        Path(__file__).with_name("bounds.csv").read_text("utf-8").splitlines()
    )
}
"""What may stand at a place of a study, `*` being any name: unit, least and most."""


def bound_at(path: _Path) -> _Path | None:
    """Return the place of `BOUNDS` that a path is one of."""
    for wanted in BOUNDS:
        if len(wanted) == len(path) and all(map(_is_at, wanted, path)):
            return wanted
    return None


def _is_at(wanted: str, part: str) -> bool:
    return wanted in ("*", part)


def leaves(text: str) -> Iterator[tuple[_Path, str]]:
    """Yield where each word of a study stands, and the word."""
    yield from _leaves(_tree(text), ())


def _tree(text: str) -> Any:
    return yaml.load(text.removeprefix("\ufeff"), yaml.CBaseLoader)


def absurd_study(text: str) -> list[str]:
    """Return what makes no sense in a study that was accepted: a path and what stands there."""
    tree, found = _tree(text), []
    for path, value in _leaves(tree, ()):
        if problem := _absurd_leaf(path, value):
            found.append(f"{'.'.join(path)}: {problem}")
    return [*found, *_disordered(tree, ()), *_disproportion(tree)]


def _absurd_leaf(path: _Path, value: str) -> str:
    """Return what is wrong with what stands at a path, or ""."""
    if path[0] == "sweep":
        return _absurd_law(path, value)
    if path[-1] in _WORDED:
        return ""
    if path == ("base", "date"):
        return "" if _DAY.fullmatch(value) else f"{value} is no day of a car"
    for head in (("demand", "bev_share"), ("pack_price",)):
        year = path[len(head) : len(head) + 1]
        if path[: len(head)] == head and year and not _YEAR.fullmatch(year[0]):
            return "is no year of a car"
    if path[-2:] == ("battery", "request"):
        fits = value == "fit" or any(not _beyond(value, *bound) for bound in _REQUESTS)
        return "" if fits else f"{value} is nothing that a battery may be asked for"
    place = bound_at(path)
    if place is None:
        return f"{value} is a number, and none is known there" if measured(value) else ""
    return _beyond(value, *BOUNDS[place])


def _absurd_law(path: _Path, value: str) -> str:
    """Return what is wrong with a number of a law; a deviation alone may be any."""
    if path[1:2] != ("vary",) or (path[-2:] == ("normal", "1")):
        return ""
    varied = tuple(path[2].removesuffix(".value").split("."))
    if varied[-2:] == ("battery", "request"):
        return _absurd_leaf(varied, value)
    place = bound_at(varied) or bound_at((*varied, "value"))
    return f"{value} of no place" if place is None else _beyond(value, *BOUNDS[place])


def _beyond(value: str, unit: str, low: float, high: float) -> str:
    """Return what is wrong with a text that is to lie between two numbers of a unit, or ""."""
    found, wanted = measured(value), unit_of(unit)
    assert wanted is not None
    if found and found[1] and found[1].dimensions == wanted.dimensions:
        amount = found[0] * found[1].factor / wanted.factor
        if low <= amount / _coin(found[1].money) <= high:
            return ""
    return f"{value} is not from {low:g} to {high:g} {unit}"


def _coin(money: str) -> float:
    """Return how much of a money is about a euro."""
    return {"CNY": 8.0, "ZAR": 15.0}.get(money[:3], 1.0)


def _leaves(node: Any, path: _Path) -> Iterator[tuple[_Path, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _leaves(value, (*path, str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _leaves(value, (*path, str(index)))
    elif node not in ("null", "~", ""):
        yield path, str(node)


def _disordered(node: Any, path: _Path) -> Iterator[str]:
    """Yield the assumptions whose value lies outside of their own interval."""
    if not isinstance(node, dict):
        return
    if {"value", "low", "high"} <= node.keys():
        found = [measured(str(node[key])) for key in ("low", "value", "high")]
        sides = [(number, unit) for number, unit in filter(None, found) if unit]
        amounts = [number * unit.factor for number, unit in sides]
        if len(sides) < 3 or len({unit.dimensions for _, unit in sides}) > 1:
            yield f"{'.'.join(path)}: is no interval of one quantity"
        elif len({unit.money for _, unit in sides}) == 1 and amounts != sorted(amounts):
            yield f"{'.'.join(path)}: low, value and high are not in order"
    for key, value in node.items():
        yield from _disordered(value, (*path, str(key)))


def _disproportion(tree: Any) -> Iterator[str]:
    """Yield lengths of one body that cannot belong to one car."""
    bodies = tree.get("bodies") if isinstance(tree, dict) else None
    for id, body in (bodies if isinstance(bodies, dict) else {}).items():
        given = _lengths(body) if isinstance(body, dict) else {}
        long, base = given.get("L103", math.inf), given.get("L101", 0.0)
        high, radius = given.get("H100", math.inf), given.get("tyre_radius", 0.0)
        if base >= long:
            yield f"bodies.{id}: the wheelbase {base:g} m is no shorter than the car, {long:g} m"
        elif base and long < math.inf and long > 2.5 * base:
            yield f"bodies.{id}: the car of {long:g} m hangs over its wheelbase of {base:g} m"
        if 2 * radius >= high:
            yield f"bodies.{id}: the wheels are as high as the car"


def _lengths(body: dict[str, Any]) -> dict[str, float]:
    """Return the measures of a body by name, in SI."""
    found = {key: measured(str(value)) for key, value in body.items()}
    return {key: side[0] * side[1].factor for key, side in found.items() if side and side[1]}


def absurd_parse(text: str, name: str, unit: str, value: float) -> str:
    """Return what is wrong with a text that was taken for a value of a unit; "" if nothing."""
    found, wanted = measured(text), unit_of(unit)
    if not math.isfinite(value) or found is None or wanted is None:
        return f"{text!r} became {value}"
    number, spelled = found
    if spelled is None:
        return f"{text!r} has no unit, and was taken for {name}"
    if spelled.dimensions != wanted.dimensions:
        return f"{text!r} measures something else, and was taken for {name}"
    amount = number * spelled.factor / wanted.factor
    if spelled.money in ("", "EUR"):
        right = math.isclose(amount, value, rel_tol=1e-12, abs_tol=1e-300)
    else:  # of another year or currency: within what prices and rates ever were
        right = amount == value == 0 or (amount and 0.02 < value / amount < 3)
    return "" if right else f"{text!r} is {amount:g}, and became {value:g}"


_CAR = {
    "curb_mass": ("kg", 300, 8000), "wheelbase": ("mm", 1000, 6000), "payload": ("kg", 0, 1e4),
    "range_wltp": ("km", 1, 5000), "acceleration_0_100": ("s", 0.5, 300),
    "top_speed": ("km/h", 10, 600),
    "battery_gross": ("kWh", 0, 1500), "battery_fit": ("kWh", 0, 1500), "boot": ("l", 0, 20e3),
    "front_load": ("%", 0, 100), "gravity_height": ("mm", 50, 2500), "gradeability": ("%", 0, 500),
    "consumption_wltp": ("", 0.5, 300),
}  # fmt: skip


def absurd_car(figures: dict[str, tuple[float, str]]) -> list[str]:
    """Return which figures of a car no car has.

    Args:
        figures: Name to number and unit.
    """
    found = []
    for name, (value, unit) in figures.items():
        if not math.isfinite(value):
            found.append(f"{name} is {value}")
        wanted, low, high = _CAR.get(name, ("", -math.inf, math.inf))
        if wanted and unit != wanted:
            found.append(f"{name} is in {unit}")
        elif not low <= value <= high:
            found.append(f"{name} is {value:g} {unit}, not {low:g} to {high:g}")
    return found
