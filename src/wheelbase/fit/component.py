"""Parts of a powertrain as one to four rigid boxes: what must be placed, how it may lie, and where.

Lengths in m. A pose is one way to lie: boxes about an anchor that the solver moves. Poses stand
for orientations that make sense for a part (motor ahead or behind, gearbox left or right, a box
turned in plan), never for a label of the platform.
"""

from collections.abc import Mapping
from math import inf

from wheelbase.catalogue import Body, Catalogue, DriveUnit, PartSize, Platform, Powertrain
from wheelbase.fit.chain import Constants, unit_envelope
from wheelbase.fit.combustion import combustion_parts
from wheelbase.fit.part import Block, Part, block_at, of_one_box, ruled_by, stands_at_axle

__all__ = ["HEAT_SHY", "parts_of"]

_UNIT_POWER = 150e3  # W, for which the mass of the shelf holds
HEAT_SHY = frozenset(
    {"tank", "cell_block", "lv_battery", "inverter", "charger", "hv_junction", "hvac"}
)
"""Kinds that bear no heat: hot parts keep their heat clearance from them."""


def parts_of(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    points: Mapping[str, float],
    facts: Catalogue,
    c: Constants,
) -> tuple[Part, ...]:
    """Return everything rigid that the car must find a place for, in a fixed order."""
    size = facts.part_size
    found: list[Part] = []
    if powertrain.engine is not None:
        found += combustion_parts(platform, body, powertrain, points, facts, c)
    for unit, axle, name in (
        (powertrain.rear_unit, points["L101"], "rear drive unit"),
        (powertrain.front_unit, 0.0, "front drive unit"),
    ):
        if unit is not None and stands_at_axle(powertrain, unit):
            found.append(_drive_unit(name, unit, axle, body, facts, c))
    if powertrain.units:
        if not any(p.id.endswith("drive unit") for p in found):
            found.append(_small("inverter", size["inverter"]))
        found.append(_small("charger", size["charger"]))
        found.append(_small("high-voltage junction", size["hv-junction"]))
        found.append(_charge_port(body, size["charge-port"], c))
    burns = powertrain.engine is not None
    cooler = size["cooling-pack-combustion" if burns else "cooling-pack-electric"]
    front = -points["L104"] + c["bumper-cover"] + c["bumper-beam"]
    face = (front, front + c["crash-box"])
    behind, aside = "cooling pack behind the bumper", c["cooling-pack-aside"]
    found.append(
        of_one_box("cooling pack", cooler, x=face, y=(-aside, aside), why=behind, turn=False)
    )
    found.append(_small("12 V battery", size["lv-battery"]))
    wall, deep = points["x_fw"], size["hvac"].length
    outlet = (wall - c["hvac-reach"] - deep, wall + c["hvac-inside"] - deep)
    high = (c["hvac-low"], inf)
    passes = "HVAC passes the bulkhead"
    found.append(of_one_box("HVAC", size["hvac"], x=outlet, z=high, why=passes, turn=False))
    return tuple(found)


def _small(name: str, size: PartSize) -> Part:
    return of_one_box(name, size)


def _charge_port(body: Body, size: PartSize, c: Constants) -> Part:
    """Return the port in the left or right flank, its height within reach."""
    side = body.W103 / 2 - size.width
    poses = tuple(
        (block_at("charge port", "charge_port", (0.0, y, 0.0), size),)
        for y in (-body.W103 / 2, side)
    )
    z = (c["port-low"], c["port-high"] - size.height)
    return Part(
        id="charge port",
        poses=poses,
        mass=size.mass,
        y=(0.0, 0.0),
        z=z,
        why=ruled_by("charge port within reach"),
    )


def _drive_unit(
    name: str, unit: DriveUnit, axle: float, body: Body, facts: Catalogue, c: Constants
) -> Part:
    """Return machine, gears and inverter on their axle, motor ahead of it or behind."""
    box = unit_envelope(unit, c)
    fore, aft, half, low = box["fore"], box["aft"], box["width"] / 2, box["diameter"] / 2
    top = low + max(box["height"] - box["diameter"], 0.0)
    reference = facts.part_size["drive-unit-150kw"].mass
    cover = f"{name}'s inverter"
    poses = tuple(
        (
            Block(name, "drive_unit", -a, b, -half, half, -low, low),
            Block(cover, "inverter", -a, b, -half, half, low, top),
        )
        for a, b in ((fore, aft), (aft, fore))
    )
    drop, aside = c["half-shaft-drop"], c["powertrain-aside"]
    return Part(
        id=name,
        poses=poses,
        mass=unit.mass or reference * unit.peak_power / _UNIT_POWER,
        x=(axle, axle),
        y=(-aside, aside),
        z=(body.tyre_radius - drop, body.tyre_radius + drop),
        why=ruled_by(f"{name} on its axle"),
        rigid=(name,),
    )
