"""Spaces for cells: where between the axles a pack may lie, by floor, seats and body.

Every length may be an array with a leading axis of designs or draws.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from wheelbase.catalogue import Body, Cell, Platform, Powertrain
from wheelbase.fit.cells import height_in_pack
from wheelbase.fit.chain import Constants, floor_space, package

__all__ = ["Space", "floor_area", "spaces"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """One space for cells, m.

    Args:
        id: Its name.
        x0: Front end behind the front axle.
        length: Along the car.
        width: Across it, about the middle.
        z0: Lower side above ground.
        height: What lies free above it.
        need: Height of a pack with one layer.
        levels: Layers that a usual pack has here.
        most: Layers that the height allows.
        share: How much of the plan area holds cells, relative to an open floor.
        gap: What lies between two halves of it, such as a tunnel; not part of the width.
        usual: Whether makers use it without need.
        seat_raise: How much the seats must rise for it.
        short: How much is missing even then.
    """

    id: str
    x0: Any
    length: Any
    width: Any
    z0: Any
    height: Any
    need: Any
    levels: Any
    most: Any
    share: Any = 1.0
    gap: Any = 0.0
    usual: bool = True
    seat_raise: Any = 0.0
    short: Any = 0.0

    @property
    def area(self) -> Any:
        """Plan area for cells, m2."""
        return np.maximum(self.length, 0.0) * np.maximum(self.width, 0.0) * self.share


@dataclass(frozen=True, slots=True)
class _Ground:
    """What all spaces of a car share: cell, battery front and rear limit, width, underside."""

    cell: Cell
    start: Any
    end: Any
    width: Any
    low: Any
    c: Constants


def spaces(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    points: Mapping[str, Any],
    c: Constants,
    second_level: bool = False,
) -> tuple[Space, ...]:
    """Return every space for cells of a powertrain that has cells.

    Args:
        platform: Kind of floor and given hard points.
        body: Heights of roof, seats and ground.
        powertrain: Its cell and its rear drive unit.
        points: Hard points of the car.
        c: Constants of the chains.
        second_level: Whether the car is known to stack modules under its rear seat.
    """
    assert powertrain.cell is not None
    end = _rear_limit(platform, powertrain, points, c)
    width = np.maximum(points["bat_max_w"], 0.0)
    ground = _Ground(powertrain.cell, points["x_bat0"], end, width, body.H156, c)
    if powertrain.kind != "bev":
        return (_under_rear_seat(ground),)
    if platform.floor == "carry-over":
        return _carry_over(ground, body)
    given = platform.pinned.get("z_floor")
    under = floor_space(body, c) if given is None else given - body.H156
    lift = c["seat-raise"] if given is None else 0.0
    return _floor(ground, body, under, lift, platform.floor == "variant", second_level)


def _floor(
    ground: _Ground, body: Body, under: Any, lift: Any, tunnel: bool, second_level: bool
) -> tuple[Space, ...]:
    """Return the spaces of a floor made for the pack.

    Where it is too thin under the heels even with raised seats, the heels go into a foot garage:
    the pack leaves out the rear foot wells, and stacks modules under the rear seat instead.
    """
    c, need = ground.c, height_in_pack(ground.cell)
    thin = np.maximum(need - under, 0.0)
    raised = thin <= lift
    under_seat = under + body.H30 - c["garage-cushion"] + lift
    garage = np.logical_and(~raised, under_seat >= need)
    able = np.logical_or(raised, garage)
    thick = np.where(able, np.maximum(under, need), 0.0)
    usual = np.where(able & (need <= c["slab-cap"] + 1e-9), 1, 0)
    length = np.maximum(ground.end - ground.start, 0.0)
    depth = np.minimum(c["second-level-depth"], length)
    behind = np.where(garage, depth, 0.0)
    slab = _space("slab", ground, ground.start,
                  np.maximum(length - np.where(garage, depth + c["garage-length"], 0.0), 0.0),
                  ground.width, ground.low, thick)  # fmt: skip
    slab = replace(slab, levels=np.minimum(slab.levels, usual),
                 most=np.where(garage, np.minimum(slab.most, 1), slab.most),
                 seat_raise=np.where(raised, thin, 0.0),
                 short=np.where(able, 0.0, np.minimum(thin - lift, need - under_seat)))  # fmt: skip
    rear = _space("behind the foot garage", ground, ground.end - behind, behind, ground.width,
                  ground.low, thick)  # fmt: skip
    rear = replace(rear, levels=np.minimum(rear.levels, usual), most=np.minimum(rear.most, 1))
    found = [slab, rear]
    if tunnel:
        run = np.minimum(c["tunnel-pack-length"], length)
        spine = _space("tunnel", ground, ground.start, run, c["tunnel-pack-width"],
                       ground.low + np.minimum(thick, need), c["tunnel-pack-height"])  # fmt: skip
        fits = able & (c["tunnel-pack-height"] >= 0.9 * need)
        found.append(replace(spine, levels=np.where(fits, 1, 0)))
    rest = body.H30 + c["rear-seat-raise"] - c["second-level-cushion"] + np.maximum(under - need, 0)
    second = _space("second level", ground, ground.end - depth, depth,
                    np.maximum(ground.width - c["second-level-side"], 0.0), ground.low + need, rest,
                    c["second-level-share"])  # fmt: skip
    stacked = np.where(able & (np.logical_or(garage, second_level)), 1, 0)
    found.append(replace(second, levels=stacked * usual, most=np.maximum(second.most, stacked)))
    return tuple(found)


def _carry_over(ground: _Ground, body: Body) -> tuple[Space, ...]:
    """Return what a floor made for combustion cars leaves: tunnel, tank space, under front seats.

    Together they look like a T, or an H where the front seats sit high enough.
    """
    c, need = ground.c, height_in_pack(ground.cell)
    length = np.maximum(ground.end - ground.start - c["second-level-depth"], 0.0)
    spine = _space("tunnel", ground, ground.start, length, c["carry-over-tunnel-width"],
                   ground.low, c["seat-pack-height"])  # fmt: skip
    height = floor_space(body, c) + body.H30 - c["second-level-cushion"]
    run = np.where(height >= need, np.minimum(c["second-level-depth"], length), 0.0)
    sides = np.maximum(ground.width - c["carry-over-tunnel-width"], 0.0)
    front = _space("under front seats", ground, ground.start + (length - run) / 2, run, sides,
                   ground.low, height)  # fmt: skip
    front = replace(_one_layer(front), gap=c["carry-over-tunnel-width"])
    return (_under_rear_seat(ground), _one_layer(spine), front)


def _under_rear_seat(ground: _Ground) -> Space:
    c = ground.c
    depth, width = c["second-level-depth"], np.minimum(ground.width, c["seat-pack-width"])
    return _one_layer(_space("under rear seat", ground, ground.end - depth, depth, width,
                             ground.low, c["seat-pack-height"]))  # fmt: skip


def _one_layer(space: Space) -> Space:
    return replace(space, levels=np.minimum(space.most, 1))


def _space(
    name: str,
    ground: _Ground,
    x0: Any,
    length: Any,
    width: Any,
    z0: Any,
    height: Any,
    share: Any = 1.0,
) -> Space:
    cell = ground.cell
    most = np.maximum(np.floor((height - cell.vertical_add) / cell.height + 1e-9), 0)
    return Space(id=name, x0=x0, length=length, width=width, z0=z0, height=height,
                 need=height_in_pack(cell), levels=np.minimum(most, 1), most=most,
                 share=share)  # fmt: skip


def floor_area(
    platform: Platform, powertrain: Powertrain, points: Mapping[str, Any], c: Constants
) -> Any:
    """Return the plan area between battery front and rear limit and between the sills, m2."""
    length = _rear_limit(platform, powertrain, points, c) - points["x_bat0"]
    return np.maximum(length, 0.0) * np.maximum(points["bat_max_w"], 0.0)


def _rear_limit(
    platform: Platform, powertrain: Powertrain, points: Mapping[str, Any], c: Constants
) -> Any:
    part = package(powertrain, platform.layout, c)
    reach = np.where(part.rear_height > 0, part.rear[0] + c["unit-to-pack"], c["axle-passive"])
    return points["L101"] - reach
