"""Whether what was accepted makes physical sense, by rules that share no code with Wheelbase.

A study is read once more, by another reader, with units and bounds written down here. A bound is
far beyond any car, maker or market: what lies outside is a slip of the pen, and to take it silently
would be an absurdity.
"""

import math
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import yaml

__all__ = ["absurd_car", "absurd_parse", "absurd_study"]

_UNITS = {
    "mm": ("length", 1e-3), "cm": ("length", 1e-2), "m": ("length", 1.0), "km": ("length", 1e3),
    "in": ("length", 0.0254), "ft": ("length", 0.3048), "mi": ("length", 1609.344),
    "m2": ("area", 1.0), "ft2": ("area", 0.09290304), "l": ("volume", 1e-3), "m3": ("volume", 1.0),
    "cm3": ("volume", 1e-6), "gal_us": ("volume", 3.785411784e-3),
    "gal_uk": ("volume", 4.54609e-3), "kg": ("mass", 1.0), "t": ("mass", 1e3), "g": ("mass", 1e-3),
    "lb": ("mass", 0.45359237), "W": ("power", 1.0), "kW": ("power", 1e3),
    "hp": ("power", 745.699872), "PS": ("power", 735.49875), "J": ("energy", 1.0),
    "kJ": ("energy", 1e3), "MJ": ("energy", 1e6), "Wh": ("energy", 3.6e3), "kWh": ("energy", 3.6e6),
    "s": ("time", 1.0), "ms": ("time", 1e-3), "min": ("time", 60.0), "h": ("time", 3600.0),
    "%": ("number", 0.01), "": ("number", 1.0), "yr": ("years", 1.0), "k/yr": ("cars a year", 1e3),
    "car/yr": ("cars a year", 1.0), "cars/yr": ("cars a year", 1.0), "k": ("cars", 1e3),
    "car": ("cars", 1.0), "cars": ("cars", 1.0),
}  # fmt: skip
_MONEY = re.compile(r"(k|M|bn|)(EUR|USD|GBP|CNY|ZAR)(\d{4}|)(/.*|)")
_SCALES = {"": 1.0, "k": 1e3, "M": 1e6, "bn": 1e9}
_PER = {"": 1.0, "/yr": 1.0, "/kWh": 1.0, "/km": 1.0, "/l": 1.0, "/s": 1.0}
_TEXT = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*)")

# Path to what it measures, its least and its most, in the units above.
_BOUNDS = {
    "bodies.*.L101": ("length", 1.0, 6.0), "bodies.*.L103": ("length", 2.0, 8.0),
    "bodies.*.W103": ("length", 1.0, 3.0), "bodies.*.H100": ("length", 0.8, 4.0),
    "bodies.*.H156": ("length", 0.02, 0.6), "bodies.*.tyre_radius": ("length", 0.15, 0.8),
    "bodies.*.H30": ("length", 0.05, 1.0), "bodies.*.headroom": ("length", 0.5, 2.0),
    "bodies.*.drag": ("number", 0.05, 2.0), "bodies.*.area": ("area", 0.5, 10.0),
    "bodies.*.rolling": ("number", 0.001, 0.1), "bodies.*.boot": ("volume", 0.0, 20.0),
    "bodies.*.payload": ("mass", 0.0, 10e3), "powertrains.*.final_drive": ("number", 0.5, 100.0),
    "powertrains.*.tank": ("volume", 1e-3, 1.0), "powertrains.*.charger": ("power", 100.0, 5e6),
    "targets.acceleration_0_100": ("time", 0.5, 300.0), "targets.boot": ("volume", 0.0, 20.0),
    "targets.payload": ("mass", 0.0, 10e3), "targets.gradeability": ("number", 0.0, 1.0),
    "platforms.*.launch.lead": ("years", 1.0, 40.0),
    "platforms.*.launch.development.*": ("money", 0.0, 1e12),
    "platforms.*.launch.block.invest.*": ("money", 0.0, 1e12),
    "platforms.*.launch.block.size": ("cars a year", 1.0, 2e8),
    "demand.volume.*": ("cars a year", 1.0, 2e8), "demand.contribution.*": ("money", 0.0, 1e6),
    "demand.bev_share.*.*": ("number", 0.0, 1.0), "demand.bodies.*": ("number", 0.0, 1.0),
    "demand.rest.*": ("number", 0.0, 1.0), "demand.regulated.*": ("number", 0.0, 1.0),
    "demand.spread.*": ("number", 0.0, 10.0), "customer.mixed_line.*": ("money", 0.0, 1e6),
    "customer.compatibility.*": ("money", 0.0, 1e6), "segments.*.net_price.*": ("money", 0.0, 1e7),
    "finance.wacc.*": ("number", 0.0, 0.5), "finance.first": ("number", 1990.0, 2100.0),
    "finance.last": ("number", 1990.0, 2100.0), "pack_price.*.*": ("money", 1.0, 1e5),
    "plan.limit": ("time", 0.0, 7 * 86400.0), "plan.gap": ("number", 0.0, 1.0),
    "plan.plants.*.body.*": ("cars a year", 0.0, 2e8), "plan.risk": ("number", 0.0, 1.0),
    "deals.*.partners.*.volume.*": ("cars", 1.0, 1e9), "deals.*.stake.*": ("number", 0.0, 1.0),
    "deals.*.coordination.*": ("number", 0.0, 1.0), "deals.*.pooled.*": ("number", 0.0, 1.0),
    "deals.*.unit_cost.*": ("money", 0.0, 1e6), "deals.*.own_unit_cost.*": ("money", 0.0, 1e6),
    "deals.*.first_cost.*": ("money", 0.0, 1e6), "deals.*.worth.*": ("money", 0.0, 1e13),
    "products.*.mean.*": ("cars a year", 0.0, 2e8), "products.*.margin.*": ("money", 0.0, 1e6),
    "links.same_platform.*": ("money", 0.0, 1e12), "links.other_platform.*": ("money", 0.0, 1e12),
    "links.wacc.*": ("number", 0.0, 0.5), "links.life.*": ("years", 1.0, 40.0),
    "correlation.*.*": ("number", 0.0, 1.0), "cut.*": ("number", 0.0, 100.0),
}  # fmt: skip
_REQUEST = {"length": (1e3, 3e6), "energy": (0.1 * 3.6e6, 1e3 * 3.6e6)}
_DAY = re.compile(r"(19[5-9]\d|20\d\d|2100)-\d\d-\d\d")


def absurd_study(text: str, changes: dict[str, str] | None = None) -> list[str]:
    """Return what makes no sense in a study that was accepted; a path and what stands there."""
    tree = yaml.load(text.removeprefix("\ufeff"), yaml.CBaseLoader)
    leaves = {**dict(_leaves(tree, ())), **(changes or {})}
    found = []
    for path, value in leaves.items():
        parts = path.split(".")
        if parts[-1] in ("note", "label", "title") or parts[0] == "sweep":
            continue
        bound = next((b for pattern, b in _BOUNDS.items() if _is_at(path, pattern)), None)
        if bound is not None and parts[-1] != "note":
            found += _beyond(path, value, *bound)
        elif fnmatchcase(path, "powertrains.*.battery.request") and value != "fit":
            kind, amount = _measured(value)
            low, high = _REQUEST.get(kind, (math.nan, math.nan))
            if not low <= amount <= high:
                found.append(f"{path}: {value}")
        elif path == "base.date" and not _DAY.fullmatch(value):
            found.append(f"{path}: {value}")
    return [*found, *_disordered(tree, ()), *_disproportion(tree)]


def _is_at(path: str, pattern: str) -> bool:
    parts, wanted = path.split("."), pattern.split(".")
    same = len(parts) == len(wanted)
    return same and all(w in ("*", p) for p, w in zip(parts, wanted, strict=True))


def _beyond(path: str, value: str, kind: str, low: float, high: float) -> list[str]:
    measured, amount = _measured(value)
    if measured == "unknown":  # a compound unit, of which this reader knows nothing
        return []
    right = measured == kind and math.isfinite(amount) and low <= amount <= high
    return [] if right else [f"{path}: {value} is not {kind} from {low:g} to {high:g}"]


def _measured(text: str) -> tuple[str, float]:
    """Return what a text measures and how much of it, by the units of this file."""
    plain = text.translate(str.maketrans("\u00a0\u2009\u202f\u2212", "   -")).strip()
    found = _TEXT.fullmatch(plain)
    if found is None or not plain.isascii():
        return "nothing", math.nan
    unit = found[2].strip()
    if unit in _UNITS:
        kind, factor = _UNITS[unit]
        return kind, float(found[1]) * factor
    money = _MONEY.fullmatch(unit)
    if money and money[4] in _PER:
        return "money", float(found[1]) * _SCALES[money[1]]
    return "unknown", math.nan


def _leaves(node: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _leaves(value, (*path, str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _leaves(value, (*path, str(index)))
    elif node not in ("null", "~", ""):
        yield ".".join(path), str(node)


def _disordered(node: Any, path: tuple[str, ...]) -> Iterator[str]:
    """Yield the assumptions whose value lies outside of their own interval."""
    if not isinstance(node, dict):
        return
    if {"value", "low", "high"} <= node.keys():
        kinds, amounts = zip(
            *(_measured(str(node[k])) for k in ("low", "value", "high")), strict=True
        )
        money = {str(node[k]).split(" ", 1)[-1] for k in ("low", "value", "high")}
        if len(set(kinds)) > 1 and "unknown" not in kinds:
            yield f"{'.'.join(path)}: measures {' and '.join(kinds)}"
        elif len(money) == 1 and "unknown" not in kinds and list(amounts) != sorted(amounts):
            yield f"{'.'.join(path)}: low, value and high are not in order"
    for key, value in node.items():
        yield from _disordered(value, (*path, str(key)))


def _disproportion(tree: Any) -> Iterator[str]:
    """Yield lengths of one body that cannot belong to one car."""
    bodies = tree.get("bodies") if isinstance(tree, dict) else None
    for id, body in (bodies if isinstance(bodies, dict) else {}).items():
        given = {k: _measured(str(v))[1] for k, v in body.items()} if isinstance(body, dict) else {}
        long, base = given.get("L103", math.inf), given.get("L101", 0.0)
        high, radius = given.get("H100", math.inf), given.get("tyre_radius", 0.0)
        if base >= long:
            yield f"bodies.{id}: the wheelbase {base:g} m is no shorter than the car, {long:g} m"
        elif base and long < math.inf and long > 2.5 * base:
            yield f"bodies.{id}: the car of {long:g} m hangs over its wheelbase of {base:g} m"
        if 2 * radius >= high:
            yield f"bodies.{id}: the wheels are as high as the car"


def absurd_parse(text: str, name: str, unit: str, value: float) -> str:
    """Return what is wrong with a text that was taken for a value of a unit; "" if nothing."""
    if not math.isfinite(value):
        return f"{text!r} became {value}"
    kind, amount = _measured(text)
    wanted = {"-": ""}.get(unit, unit)
    if kind in ("unknown", "money") or wanted not in _UNITS:
        return ""
    if kind != _UNITS[wanted][0]:
        return f"{text!r} measures {kind}, and was taken for {name}"
    if not math.isclose(amount / _UNITS[wanted][1], value, rel_tol=1e-12, abs_tol=1e-300):
        return f"{text!r} is {amount:g}, and became {value:g}"
    return ""


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
