"""Cells that fit: zones under floor, tunnel and seat, and the energy each of them holds."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from wheelbase.catalogue import Body, Cell, Platform, Powertrain
from wheelbase.fit.chain import Constants, floor_space, package
from wheelbase.fit.result import Zone

__all__ = ["battery_energy", "layer_energy", "zones"]


def layer_energy(cell: Cell) -> float:
    """Return the energy of a layer of cells per volume of plan area times cell height, J/m3.

    A round cell fills pi/4 of its square.
    """
    fill = np.pi / 4 if cell.shape == "cylindrical" else 1.0
    return float(fill * cell.energy_density / cell.plan_factor)


def battery_energy(
    platform: Platform, body: Body, powertrain: Powertrain, points: Mapping[str, Any], c: Constants
) -> dict[str, Any]:
    """Return "fit" and "max" in J gross, and "seat_raise" in m; arrays where constants are.

    "fit" holds one layer under the floor up to the usual pack thickness, what the tunnel of a
    variant floor takes, or tunnel and seat of a carry-over floor; "max" also stacks layers and
    uses a second level under the rear seat. A plug-in hybrid stores under its rear seat alone.
    """
    cell = powertrain.cell
    if cell is None or not powertrain.units:
        return {"fit": 0.0, "max": 0.0, "seat_raise": 0.0}
    spaces = _spaces(platform, body, powertrain, points, c)
    usual = sum(s["area"] * s["levels"] for s in spaces if s["usual"])
    most = sum(s["area"] * s["most"] for s in spaces)
    per_area = cell.height * layer_energy(cell)
    raise_ = max((s["seat_raise"] for s in spaces), key=np.max) if spaces else 0.0
    return {"fit": usual * per_area, "max": most * per_area, "seat_raise": raise_}


def _spaces(
    platform: Platform, body: Body, powertrain: Powertrain, points: Mapping[str, Any], c: Constants
) -> list[dict[str, Any]]:
    """Return every space for cells: its corner and size in m, its plan area, its layers."""
    cell = powertrain.cell
    assert cell is not None
    need = cell.height + cell.vertical_add
    part = package(powertrain, platform.layout, c)
    start = np.maximum(
        body.tyre_radius + c["wheelhouse-gap"] + c["torque-box"],
        points["x_fw"] - c["engine-to-bulkhead"],
    )
    start = np.maximum(start, platform.pinned.get("x_bat0", 0.0))
    reach = np.where(part.rear_height > 0, part.rear[0] + c["unit-to-pack"], c["axle-passive"])
    end = points["L101"] - reach
    width = body.W103 - 2 * c["side-crash"]
    length = np.maximum(end - start, 0.0)
    floor = body.H156
    if powertrain.kind != "bev":
        return [_under_seat(cell, (end, floor), np.minimum(width, c["seat-pack-width"]), c)]
    box: tuple[Any, Any, Any, Any, Any]
    if platform.floor == "carry-over":
        seat = _under_seat(cell, (end, floor), np.minimum(width, c["seat-pack-width"]), c)
        spine = np.maximum(length - c["second-level-depth"], 0.0)
        box = (start, spine, c["carry-over-tunnel-width"], floor, c["seat-pack-height"])
        return [seat, _space("tunnel", cell, box, need, usual=True)]
    under = floor_space(body, c)
    raise_ = np.maximum(need - under, 0.0)
    able = raise_ <= c["seat-raise"]
    thick = np.where(able, np.maximum(under, need), 0.0)
    slab = _space("slab", cell, (start, length, width, floor, thick), need, usual=True)
    slab["levels"] = np.minimum(slab["levels"], np.where(need <= c["slab-cap"], 1, 0))
    slab["seat_raise"] = np.where(able, raise_, 0.0)
    slab["short"] = np.where(able, 0.0, raise_ - c["seat-raise"])
    spaces = [slab]
    if platform.floor == "variant":
        run = np.minimum(c["tunnel-pack-length"], length)
        low = floor + np.minimum(thick, need)
        box = (start, run, c["tunnel-pack-width"], low, c["tunnel-pack-height"])
        spaces.append(_space("tunnel", cell, box, need, usual=True))
        spaces[-1]["levels"] = np.where(c["tunnel-pack-height"] >= 0.9 * need, 1, 0)
    second = (
        body.H30 + c["rear-seat-raise"] - c["second-level-cushion"] + np.maximum(under - need, 0)
    )
    depth, side = c["second-level-depth"], c["second-level-side"]
    box = (end - depth, depth, width - side, floor + need, second)
    spaces.append(_space("second level", cell, box, need, usual=False))
    return spaces


def _under_seat(cell: Cell, corner: tuple[Any, Any], width: Any, c: Constants) -> dict[str, Any]:
    end, floor = corner
    depth = c["second-level-depth"]
    box = (end - depth, depth, width, floor, c["seat-pack-height"])
    return _space("under rear seat", cell, box, cell.height + cell.vertical_add, usual=True)


def _space(
    name: str, cell: Cell, box: tuple[Any, Any, Any, Any, Any], need: Any, usual: bool
) -> dict[str, Any]:
    x0, length, width, z0, height = box
    most = np.maximum(np.floor((height - cell.vertical_add) / cell.height + 1e-9), 0)
    return {
        "id": name,
        "x0": x0,
        "length": length,
        "width": width,
        "z0": z0,
        "height": height,
        "need": need,
        "area": length * np.maximum(width, 0.0),
        "levels": np.minimum(most, 1),
        "most": most,
        "usual": usual,
        "seat_raise": 0.0,
        "short": 0.0,
    }


def zones(
    platform: Platform, body: Body, powertrain: Powertrain, points: Mapping[str, Any], c: Constants
) -> tuple[tuple[Zone, ...], float]:
    """Return the zones that hold the fitted energy, and by how many m the floor is too thin."""
    cell = powertrain.cell
    if cell is None or not powertrain.units:
        return (), 0.0
    found, short = [], 0.0
    for s in _spaces(platform, body, powertrain, points, c):
        short = max(short, float(s["short"]))
        levels = int(s["levels"])
        if not s["usual"] or levels == 0 or float(s["area"]) <= 0:
            continue
        x0, length, half = float(s["x0"]), float(s["length"]), float(s["width"]) / 2
        z0, height = float(s["z0"]), float(np.minimum(s["height"], s["need"]))
        energy = length * 2 * half * levels * cell.height * layer_energy(cell)
        found.append(Zone(s["id"], x0, x0 + length, -half, half, z0, z0 + height, levels, energy))
    return tuple(found), short
