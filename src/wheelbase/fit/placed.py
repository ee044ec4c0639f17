"""A solved placement in metres: boxes, zones, strings, centre of gravity."""

from typing import Any

from wheelbase.catalogue import Powertrain
from wheelbase.fit.cells import cell_energy
from wheelbase.fit.place_model import FINE, Edges, Model
from wheelbase.fit.result import Box, Zone
from wheelbase.fit.scene import Scene, whole

__all__ = ["center_of", "keepout_boxes", "placed_boxes", "placed_zones"]


def keepout_boxes(scene: Scene, grid: float) -> tuple[Box, ...]:
    """Return the keep-outs as the model has them, rounded outward."""
    unit, found = grid / FINE, []
    for keepout in scene.keepouts:
        edges = (
            round(whole(min(max(value, -10.0), 10.0), unit, up=bool(i % 2)) * unit, 9)
            for i, value in enumerate(keepout.box)
        )
        found.append(Box(keepout.name, "keepout", *edges))
    return tuple(found)


def _corners(model: Model, solver: Any, edges: Edges) -> tuple[float, ...]:
    """Return x0, x1, y0, y1, z0, z1 of a box, m."""
    pairs = zip(edges.low, edges.high, strict=True)
    return tuple(round(solver.value(v) * model.unit, 9) for pair in pairs for v in pair)


def placed_boxes(model: Model, solver: Any) -> tuple[Box, ...]:
    """Return every box that has a size; zones of cells are told apart from them."""
    found = []
    for edges in model.boxes.values():
        if edges.kind == "cell_block" and not solver.value(edges.present):
            continue
        corners = _corners(model, solver, edges)
        if all(corners[i] < corners[i + 1] for i in (0, 2, 4)):
            found.append(Box(edges.name, edges.kind, *corners))
    return tuple(found)


def placed_zones(model: Model, solver: Any, powertrain: Powertrain) -> tuple[Zone, ...]:
    """Return the zones that hold cells, with their counts and energy."""
    found = []
    cell = powertrain.cell
    for name, (count, nx, ny, nz, _) in model.cells.items():
        if cell is None or not solver.value(count):
            continue
        x0, x1, y0, y1, z0, z1 = _corners(model, solver, model.boxes[name])
        along, across, up = (solver.value(v) for v in (nx, ny, nz))
        module = cell.cells_per_module or 1
        energy = along * across * up // module * module * cell_energy(cell)
        counts = (up, energy, along, across, up, module)
        found.append(Zone(name, x0, x1, y0, y1, z0, z1, *counts))
    return tuple(found)


def center_of(
    scene: Scene, boxes: tuple[Box, ...], zones: tuple[Zone, ...], powertrain: Powertrain
) -> tuple[float, float]:
    """Return x and z of the centre of gravity: parts by the volume of their boxes, and cells."""
    by_name = {box.id: box for box in boxes}
    moments: list[tuple[float, float, float]] = []
    for part in scene.parts:
        blocks = [by_name[block.name] for block in part.poses[0]]
        sizes = [(b.x1 - b.x0) * (b.y1 - b.y0) * (b.z1 - b.z0) for b in blocks]
        for block, size in zip(blocks, sizes, strict=True):
            share = part.mass * size / sum(sizes)
            moments.append((share, (block.x0 + block.x1) / 2, (block.z0 + block.z1) / 2))
    if powertrain.cell is not None:
        per_energy = powertrain.cell.module_mass_factor / powertrain.cell.specific_energy
        for zone in zones:
            middle = ((zone.x0 + zone.x1) / 2, (zone.z0 + zone.z1) / 2)
            moments.append((zone.energy * per_energy, *middle))
    total = sum(m for m, _, _ in moments) or 1.0
    x, z = (sum(m[0] * m[i] for m in moments) / total for i in (1, 2))
    return round(x, 6), round(z, 6)
