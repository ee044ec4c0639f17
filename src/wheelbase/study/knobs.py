"""Knobs: the values of a study that an architect moves by hand, each with its range."""

from collections.abc import Iterator, Mapping
from math import ceil, floor
from typing import Any

from wheelbase.catalogue import HARD_POINTS, Body, Platform
from wheelbase.fit import fit
from wheelbase.fit.chain import constants_of
from wheelbase.fit.envelope import hard_points
from wheelbase.study.figures import in_unit, rounded
from wheelbase.study.load import Package

__all__ = ["knobs"]

_Range = tuple[str, float, float, float]  # unit, low, high, step

_POINTS: Mapping[str, _Range] = {
    "L104": ("mm", 600, 1100, 5),
    "x_fw": ("mm", 400, 900, 5),
    "L105": ("mm", 600, 1400, 5),
    "L101": ("mm", 2300, 3400, 5),
    "z_floor": ("mm", 200, 500, 5),
    "tunnel_w": ("mm", 0, 500, 5),
    "tunnel_h": ("mm", 0, 400, 5),
    "rail_y": ("mm", 300, 600, 5),
    "x_bat0": ("mm", 300, 1500, 5),
    "bat_max_w": ("mm", 800, 1800, 5),
    "x_seat2": ("mm", 1200, 2600, 5),
    "x_seatback": ("mm", 1800, 3400, 5),
    "z_boot": ("mm", 300, 900, 5),
    "z_seat2": ("mm", 100, 400, 5),
}
_BODY: Mapping[str, tuple[str, _Range]] = {
    "L101": ("wheelbase", ("mm", 2300, 3400, 5)),
    "L103": ("length", ("mm", 3500, 5500, 10)),
    "W103": ("width", ("mm", 1600, 2100, 5)),
    "H100": ("height", ("mm", 1250, 2000, 5)),
    "H156": ("ground clearance", ("mm", 90, 300, 5)),
    "boot": ("boot that the owner is promised", ("l", 100, 900, 10)),
    "drag": ("drag coefficient", ("-", 0.18, 0.45, 0.005)),
}
_RANGE: _Range = ("km", 100, 800, 10)
_ENERGY: Mapping[str, _Range] = {"bev": ("kWh", 20, 150, 1), "phev": ("kWh", 4, 40, 0.5)}
_UNDER_FLOOR = ("x_bat0", "bat_max_w")
_TUNNEL = ("tunnel_w", "tunnel_h")


def knobs(package: Package) -> list[dict[str, Any]]:
    """Return every slider of a study with its path, range and present value.

    A change is sent to its path as "<value> <unit>". Ranges are estimates: what passenger cars of
    two rows span (a hard point from the shortest to the longest platform in the catalogue and some
    more), widened to hold the present value, and for a hard point cut to where it keeps its place
    in the order along the car and inside the platform's first body, as far as the other points
    stand now. A combination of knobs may still contradict itself; the study then says so. The
    value of a hard point is what everything that its platform carries needs in that body, or what
    is given.
    """
    return [*_platforms(package), *_bodies(package), *_powertrains(package)]


def _platforms(package: Package) -> Iterator[dict[str, Any]]:
    c = constants_of(package.facts)
    for id, platform in package.platforms.items():
        body = package.bodies[package.spec.platforms[id].bodies[0]]
        points = {k: float(v) for k, v in hard_points(platform, body, None, c).items()}
        for name in _points_of(platform):
            limits = tuple(in_unit(v, "mm") for v in _limits(name, points, body))
            path = f"platforms.{id}.hard_points.pinned.{name}"
            yield _knob(path, ("platform", id), _POINTS[name], points[name], limits) | {
                "meaning": HARD_POINTS[name],
                "given": name in platform.pinned,
            }


def _points_of(platform: Platform) -> Iterator[str]:
    """Yield the hard points that the fit of this platform reads, in the order of the catalogue."""
    stored = any(train.cell is not None for train in platform.powertrains)
    for name in HARD_POINTS:
        if name == "L101" and name not in platform.hard_points:
            continue
        if name in _TUNNEL and platform.floor == "flat":
            continue
        if name in _UNDER_FLOOR and not stored:
            continue
        yield name


def _limits(name: str, points: Mapping[str, float], body: Body) -> tuple[float, float]:
    """Return between what a hard point lies as the other ones stand, m."""
    low = {
        "x_seat2": points["x_fw"],
        "x_seatback": max(points["x_seat2"], points["x_bat0"]),
        "z_floor": body.H156,
    }
    high = {
        "x_fw": points["x_seat2"],
        "x_seat2": points["x_seatback"],
        "x_bat0": points["x_seatback"],
        "x_seatback": points["L101"] + points["L105"],
        "rail_y": body.W103 / 2,
        "bat_max_w": body.W103,
        "tunnel_w": body.W103,
        "z_floor": body.H100,
        "z_boot": body.H100,
    }
    return low.get(name, 0.0), high.get(name, body.L103)


def _bodies(package: Package) -> Iterator[dict[str, Any]]:
    for id, body in package.bodies.items():
        for name, (meaning, span) in _BODY.items():
            value = getattr(body, name)
            if value is None:
                continue
            given = getattr(package.spec.bodies[id], name) is not None
            yield _knob(f"bodies.{id}.{name}", ("body", id), span, value) | {
                "meaning": meaning,
                "given": given,
            }


def _powertrains(package: Package) -> Iterator[dict[str, Any]]:
    for id, spec in package.spec.powertrains.items():
        if spec.battery is None:
            continue
        wish, span = spec.battery.request, _ENERGY[spec.kind]
        value = wish.energy
        if wish.range is not None:
            value, span = wish.range, _RANGE
        elif value is None:
            value = _fitting(package, id)
        path = f"powertrains.{id}.battery.request"
        yield _knob(path, ("powertrain", id), span, value) | {
            "meaning": "range asked for" if span is _RANGE else "energy of the battery",
            "given": wish.range is not None or wish.energy is not None,
        }


def _fitting(package: Package, train: str) -> float:
    """Return what fits in the first body of the first platform that carries it, J."""
    for id, spec in package.spec.platforms.items():
        if train in spec.powertrains:
            body, platform = package.bodies[spec.bodies[0]], package.platforms[id]
            return fit(platform, body, package.powertrains[train], package.facts, {}).energy_fit
    return 0.0


def _knob(
    path: str,
    owner: tuple[str, str],
    span: _Range,
    value: float,
    limits: tuple[float, ...] = (),
) -> dict[str, Any]:
    """Return a knob; its range lies strictly within the limits and holds the present value."""
    unit, low, high, step = span
    now = in_unit(value, unit)
    if limits:
        low, high = max(low, limits[0] + step), min(high, limits[1] - step)
    low, high = min(low, now), max(high, now)
    return {
        "path": path,
        "label": path.rpartition(".")[2],
        "group": owner[0],
        "of": owner[1],
        "unit": unit,
        "value": now,
        "low": rounded(floor(low / step + 1e-9) * step),
        "high": rounded(ceil(high / step - 1e-9) * step),
        "step": step,
    }
