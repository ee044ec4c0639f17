"""A rigid part: one to four boxes that may lie in several poses, with the rules of its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

from wheelbase.catalogue import DriveUnit, PartSize, Powertrain

__all__ = ["Block", "Part", "Range", "block_at", "of_one_box", "ruled_by", "stands_at_axle"]

Range = tuple[float, float]

_NO_REDUCTION = 1.5  # ratio up to which a machine turns with the engine it sits beside


@dataclass(frozen=True, slots=True)
class Block:
    """One box of a part about its anchor, m."""

    name: str
    kind: str
    x0: float
    x1: float
    y0: float
    y1: float
    z0: float
    z1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A rigid part.

    Args:
        id: Its name in every message.
        poses: Ways to lie; each holds the same blocks in the same order.
        x: Range of the anchor, and so `y` and `z`, m; what a rule of the drive line allows.
        mass: kg, at the middle of the blocks by volume.
        why: Axis to the requirement that its range stands for.
        rigid: Names of the blocks that do not give way in a frontal crash.
        heat: What its hot blocks keep from parts that bear no heat, m.
    """

    id: str
    poses: tuple[tuple[Block, ...], ...]
    mass: float
    x: Range = (-inf, inf)
    y: Range = (-inf, inf)
    z: Range = (-inf, inf)
    why: Mapping[str, str] = field(default_factory=dict)
    rigid: tuple[str, ...] = ()
    heat: float = 0.0


def ruled_by(rule: str) -> dict[str, str]:
    """Return that one requirement rules the place along every axis."""
    return dict.fromkeys("xyz", rule)


def block_at(name: str, kind: str, at: tuple[float, float, float], size: PartSize) -> Block:
    """Return a block of that size whose lowest corner is `at`."""
    x, y, z = at
    return Block(name, kind, x, x + size.length, y, y + size.width, z, z + size.height)


def of_one_box(
    name: str,
    size: PartSize,
    *,
    x: Range = (-inf, inf),
    y: Range = (-inf, inf),
    z: Range = (-inf, inf),
    why: str = "",
    turn: bool = True,
) -> Part:
    """Return a part of one box, turned in plan if asked; its anchor is front, middle, base."""
    plans = {(size.length, size.width)} | ({(size.width, size.length)} if turn else set())
    poses = tuple(
        (Block(name, size.kind, 0.0, a, -b / 2, b / 2, 0.0, size.height),) for a, b in sorted(plans)
    )
    rigid = (name,) if size.kind in ("charger", "inverter", "lv_battery") else ()
    heat = size.heat_clearance or 0.0
    rule = {"x": why, "y": why, "z": why} if why else {}
    return Part(
        id=name, poses=poses, mass=size.mass, x=x, y=y, z=z, why=rule, rigid=rigid, heat=heat
    )


def stands_at_axle(powertrain: Powertrain, unit: DriveUnit) -> bool:
    """Return whether a unit stands at its axle: one without reduction sits inside the gearbox."""
    return powertrain.engine is None or unit.ratio > _NO_REDUCTION
