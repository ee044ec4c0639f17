"""Boxes for the drawing: where the parts of a powertrain lie when the chains are satisfied."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from wheelbase.catalogue import Body, Platform, Powertrain, single
from wheelbase.fit.chain import Constants, Package, package, unit_envelope
from wheelbase.fit.result import Box

__all__ = ["boxes"]


def boxes(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    points: Mapping[str, Any],
    c: Constants,
) -> tuple[Box, ...]:
    """Return the parts of a car in m, placed by the same constants as the chains.

    Sizes that no chain uses (tank, gearbox, silencer) are estimates for the drawing alone.
    """
    part = package(powertrain, platform.layout, c)
    found = [*_common(body, points, c, part)]
    if part.burns:
        found += _combustion(part, body, powertrain, points, c)
    else:
        found += _electric(body, powertrain, points, c)
    return tuple(found)


def _common(body: Body, points: Mapping[str, Any], c: Constants, part: Package) -> Iterator[Box]:
    depth = c["cooler-combustion"] if part.burns else c["cooler-electric"]
    front = -points["L104"] + c["bumper-cover"] + c["bumper-beam"]
    yield Box("cooling pack", "cooler", front, front + depth, -0.36, 0.36, 0.25, 0.70)
    back = points["x_seatback"]
    side = body.W103 / 2 - c["side-crash"]
    floor, shelf = body.H156 + 0.155, c["boot-shelf"] * body.H100
    yield Box(
        "cabin", "cabin", points["x_fw"] + 0.1, back, -side, side, floor, body.H100 - c["roof"]
    )
    end = points["L101"] + points["L105"] - c["boot-end"]
    half = c["boot-width"] / 2
    bottom = body.H156 + (c["boot-floor-rear"] if part.burns else c["boot-floor-rear-electric"])
    drop = points["L101"] + c["boot-axle"]
    yield Box("boot", "boot", single(np.minimum(drop, end)), end, -half, half, bottom, shelf)
    lift = body.tyre_radius + (c["boot-floor-shaft"] if part.shaft else c["boot-floor-passive"])
    if np.any(part.rear_height):
        lift = body.tyre_radius + part.rear_height / 2 + c["boot-floor-unit"]
    if np.any(drop > back):
        yield Box("boot over axle", "boot", back, drop, -half, half, lift, shelf)


def _combustion(
    part: Package,
    body: Body,
    powertrain: Powertrain,
    points: Mapping[str, Any],
    c: Constants,
) -> Iterator[Box]:
    r = body.tyre_radius
    height = c["engine-height"]
    bottom = body.H156 + 0.02
    if part.layout == "longitudinal":
        front, half = -c["engine-nose"], part.engine_width / 2
        rear = front + part.engine_length
        yield Box("engine", "engine", front, rear, -half, half, bottom, bottom + height)
        yield Box("gearbox", "gearbox", rear, rear + 0.62, -0.16, 0.16, r - 0.14, r + 0.14)
        start, end = rear + 0.62, points["L101"] - 0.16
        if part.shaft:
            yield Box("propeller shaft", "propshaft", start, end, -0.04, 0.04, r - 0.04, r + 0.04)
            yield Box("final drive", "gearbox", end, end + 0.32, -0.13, 0.13, r - 0.13, r + 0.13)
    else:
        rear = 0.55 * part.engine_width - c["transverse-offset"]
        front, left = rear - part.engine_width, -(part.engine_length + c["transaxle-length"]) / 2
        right = left + part.engine_length
        yield Box("engine", "engine", front, rear, left, right, bottom, bottom + height)
        end = right + c["transaxle-length"]
        yield Box("gearbox", "gearbox", front + 0.1, rear, right, end, bottom, bottom + 0.48)
    volume = powertrain.tank / 0.87
    length = volume / (1.1 * 0.22)
    back = points["L101"] - c["axle-passive"]
    if powertrain.units:
        back -= c["second-level-depth"] + 0.03
    low = body.H156 + 0.02
    yield Box("tank", "tank", back - length, back, -0.55, 0.55, low, low + 0.22)
    last = points["L101"] + points["L105"] - c["bumper-cover"] - c["bumper-beam"] - 0.02
    yield Box(
        "silencer", "silencer", last - 0.26, last, -0.45, 0.45, body.H156 + 0.02, body.H156 + 0.2
    )
    yield Box("exhaust", "exhaust", rear + 0.1, last - 0.26, 0.06, 0.16, body.H156, body.H156 + 0.1)


def _electric(
    body: Body, powertrain: Powertrain, points: Mapping[str, Any], c: Constants
) -> Iterator[Box]:
    r = body.tyre_radius
    if powertrain.rear_unit is not None:
        u = unit_envelope(powertrain.rear_unit, c)
        x0, x1, half, low = points["L101"] - u["fore"], points["L101"] + u["aft"], u["width"] / 2, r
        z0 = low - u["height"] / 2
        yield Box("rear drive unit", "drive_unit", x0, x1, -half, half, z0, z0 + u["height"])
    if powertrain.front_unit is not None:
        u = unit_envelope(powertrain.front_unit, c)
        half, z0 = u["width"] / 2, r - u["height"] / 2
        yield Box(
            "front drive unit",
            "drive_unit",
            -u["aft"],
            u["fore"],
            -half,
            half,
            z0,
            z0 + u["height"],
        )
    front = -points["L104"] + c["bumper-cover"] + c["bumper-beam"] + c["cooler-electric"] + 0.03
    yield Box("frunk", "frunk", front, points["x_fw"] - 0.3, -0.35, 0.35, 0.62, 0.85)
    if powertrain.front_unit is None:
        yield Box("charger", "charger", -0.1, 0.3, -0.2, 0.2, 0.3, 0.45)
