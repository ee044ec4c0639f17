"""A small car written by hand, so that what a picture must show is known beforehand."""

import copy
import math

import pytest

from wheelbase.report.scene import COLOURS

EDGES = ("x0", "x1", "y0", "y1", "z0", "z1")


def box(id, kind, x0, x1, y0, y1, z0, z1):
    return {"id": id, "kind": kind, **dict(zip(EDGES, (x0, x1, y0, y1, z0, z1), strict=True))}


VARIANT = {
    "fit": {
        "wheelbase": 2.8,
        "hard_points": {"L104": 0.8, "L105": 0.9, "L101": 2.8, "x_fw": 0.5},
        "drivers": {
            "L104": {"name": "wheel", "powertrain": "petrol", "value": 0.8},
            "x_fw": {"name": "rigid", "powertrain": "six", "value": 0.4},
        },
        "boxes": [
            box("cooling pack", "cooler", -0.62, -0.56, -0.36, 0.36, 0.25, 0.7),
            box("front drive unit", "drive_unit", -0.2, 0.2, -0.25, 0.15, 0.15, 0.5),
            box("inverter", "inverter", -0.2, 0.1, 0.2, 0.45, 0.3, 0.45),
            box("cabin", "cabin", 0.6, 2.4, -0.75, 0.75, 0.32, 1.4),
            box("boot", "boot", 2.5, 3.5, -0.5, 0.5, 0.45, 0.95),
            box("what is this", "flux capacitor", 2.6, 2.8, -0.1, 0.1, 0.2, 0.4),
            box("drawn flat", "charger", 0.0, 0.4, 0.3, 0.3, 0.2, 0.4),
        ],
        "zones": [
            {**box("slab", "", 0.5, 2.4, -0.7, 0.7, 0.15, 0.29), "levels": 1, "energy_kwh": 70.25}
        ],
        "keepouts": [box("rail", "rail", -0.5, 0.4, -0.6, -0.5, 0.4, 0.5)],
        "body": {
            "style": "suv", "L103": 4.5, "W103": 1.85, "H100": 1.6, "H156": 0.15,
            "tyre_radius": 0.35,
        },
    },
    "figures": {"usable_length": {"value": 3000.0}},
    "conflicts": [],
}  # fmt: skip


@pytest.fixture
def car():
    """Return a variant of eight parts, one of them flat, with a keep-out; free to change."""
    return copy.deepcopy(VARIANT)


@pytest.fixture
def crowded(car):
    """Return a car with many small parts and three conflicts, as an exact placement gives."""
    car = copy.deepcopy(car)
    for k, kind in enumerate(sorted(set(COLOURS) - {"cabin", "boot", "frunk", "seat"})):
        x, y = -0.3 + 0.16 * k, 0.3 * math.sin(2.4 * k)
        edges = (x, x + 0.12, y, y + 0.2, 0.2 + 0.05 * (k % 5), 0.38 + 0.05 * (k % 5))
        row = {"id": f"{kind} number {k}", "kind": kind}
        car["fit"]["boxes"].append(
            row | dict(zip(("x0", "x1", "y0", "y1", "z0", "z1"), edges, strict=True))
        )
    car["fit"]["zones"][0] |= {"y0": 0.3, "y1": 0.7}
    everywhere = {"x0": -10.0, "x1": 10.0, "y0": -10.0, "y1": 10.0, "z0": -10.0, "z1": 10.0}
    car["fit"]["keepouts"] += [
        {"id": "road", **everywhere, "z1": 0.1},
        {"id": "bonnet", **everywhere, "x1": 0.5, "z0": 0.9},
        {"id": "rear crash zone", **everywhere, "x0": 3.5},
        {"id": "flank", **everywhere, "y0": 0.88},
        {"id": "far away", **everywhere, "x0": 8.0},
    ]
    car["conflicts"] = [
        {"requirement": "x_fw: rigid", "short_by_mm": 40.0, "text": "six needs 40 mm at x_fw"},
        {"requirement": "slab", "short_by_mm": 12.0, "text": "floor too thin, 12 mm short"},
        {"requirement": "inverter clear of rail", "short_by_mm": 7.0, "text": "7 mm short"},
    ]
    return car
