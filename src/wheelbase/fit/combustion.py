"""The parts of a combustion powertrain: engine with gearbox, axle gears, tank, exhaust."""

from collections.abc import Iterator, Mapping
from itertools import product
from math import inf

from wheelbase.catalogue import Body, Catalogue, PartSize, Platform, Powertrain
from wheelbase.errors import FitError
from wheelbase.fit.chain import Constants, package
from wheelbase.fit.part import Block, Part, Range, block_at, of_one_box, ruled_by, stands_at_axle

__all__ = ["combustion_parts"]

_TANK_STEPS = (0.0, 0.1, 0.2, 0.3)  # m by which shapes are tried, twice that across
_TANK_OF_60_L = 0.060  # m3, for which the mass of the shelf holds


def combustion_parts(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    points: Mapping[str, float],
    facts: Catalogue,
    c: Constants,
) -> Iterator[Part]:
    """Yield engine with gearbox or transaxle, axle gears, transfer case, tank, exhaust."""
    size, part = facts.part_size, package(powertrain, platform.layout, c)
    aside, drop = c["powertrain-aside"], c["half-shaft-drop"]
    driven = (body.tyre_radius - drop, body.tyre_radius + drop)
    engine = powertrain.engine
    assert engine is not None
    mass = engine.mass or size["engine-cylinder"].mass * engine.cylinders
    height = c["engine-height"] + c["engine-height-cylinder"] * engine.cylinders
    outer = (float(part.engine_length), float(part.engine_width), height)
    if part.layout == "longitudinal":
        box = size["gearbox-longitudinal"]
        yield Part(
            id="engine and gearbox",
            poses=tuple(_in_line(outer, size["bell-housing"], box, size["oil-sump"], c)),
            mass=mass + box.mass + size["bell-housing"].mass,
            x=(-c["engine-nose"], c["engine-nose-aft"]),
            y=(-aside, aside),
            why={
                "x": f"engine nose at most {1e3 * c['engine-nose']:.0f} mm ahead of the axle",
                "y": "engine in the middle of the car",
            },
            rigid=("engine",),
        )
    else:
        inside = any(not stands_at_axle(powertrain, unit) for unit in powertrain.units)
        box = size["transaxle-plug-in" if inside else "transaxle"]
        ahead = c["differential-ahead"]
        yield Part(
            id="engine and transaxle",
            poses=tuple(_across(outer, box, size["oil-sump"], c)),
            mass=mass + box.mass,
            x=(-ahead, ahead),
            z=driven,
            why=ruled_by("differential of the transaxle on the axle"),
            rigid=("engine", "transaxle"),
        )
    unit = powertrain.rear_unit
    shaft = part.shaft and not (unit is not None and stands_at_axle(powertrain, unit))
    if shaft:
        yield _axle_gear("final drive", size["final-drive"], points["L101"], driven, c)
        if powertrain.drive == "awd" and part.layout == "longitudinal":
            yield _axle_gear("front final drive", size["front-final-drive"], 0.0, driven, c)
            yield of_one_box("transfer case", size["transfer-case"], turn=False)
    yield _tank(powertrain, points, shaft, facts, c)
    yield _catalysts(points, facts, c)
    yield _silencer(points, facts)


def _axle_gear(name: str, size: PartSize, axle: float, z: Range, c: Constants) -> Part:
    """Return the gear of an axle; the anchor is its middle."""
    a, b, h = size.length / 2, size.width / 2, size.height / 2
    ahead = c["differential-ahead"]
    poses = ((Block(name, "final_drive", -a, a, -b, b, -h, h),),)
    y = (-c["powertrain-aside"], c["powertrain-aside"]) if axle else (-inf, inf)
    x, why = (axle - ahead, axle + ahead), ruled_by(f"{name} on its axle")
    return Part(id=name, poses=poses, mass=size.mass, x=x, y=y, z=z, why=why)


def _in_line(
    outer: tuple[float, float, float], bell: PartSize, box: PartSize, sump: PartSize, c: Constants
) -> Iterator[tuple[Block, ...]]:
    """Yield poses of a longitudinal engine: anchor at its nose on the crankshaft."""
    length, width, height = outer
    low = -c["crank-above-sump"]
    end, base = c["sump-share"] * length, low + sump.height
    rear = length + bell.length
    for start in (0.0, length - end):
        yield (
            Block("engine", "engine", 0.0, length, -width / 2, width / 2, base, low + height),
            Block(
                "oil sump", "engine", start, start + end, -sump.width / 2, sump.width / 2, low, base
            ),
            block_at(
                "bell housing", "bell_housing", (length, -bell.width / 2, -bell.height / 2), bell
            ),
            block_at("gearbox", "gearbox", (rear, -box.width / 2, -box.height / 2), box),
        )


def _across(
    outer: tuple[float, float, float], box: PartSize, sump: PartSize, c: Constants
) -> Iterator[tuple[Block, ...]]:
    """Yield poses of a transverse engine: anchor at the differential in the middle of the unit."""
    length, width, height = outer
    low = c["crank-over-axle"] - c["crank-above-sump"]
    base, crank = low + sump.height, -c["crank-ahead"]
    front, half = crank - c["engine-front-share"] * width, (length + box.width) / 2
    end, deep = c["sump-share"] * length, sump.width / 2
    bell = crank - c["transaxle-ahead"]
    for mirror, far in product((1, -1), (False, True)):
        split = -half + length
        inner = (split - end, split) if not far else (-half, -half + end)
        boxes = (
            ("engine", "engine", front, front + width, -half, split, base, low + height),
            ("oil sump", "engine", crank - deep, crank + deep, *inner, low, base),
            ("transaxle", "transaxle", bell, bell + box.length, split, half,
             c["crank-over-axle"] - box.height / 2, c["crank-over-axle"] + box.height / 2),
        )  # fmt: skip
        yield tuple(
            Block(
                n, k, x0, x1, min(mirror * y0, mirror * y1), max(mirror * y0, mirror * y1), z0, z1
            )
            for n, k, x0, x1, y0, y1, z0, z1 in boxes
        )


def _tank(
    powertrain: Powertrain,
    points: Mapping[str, float],
    shaft: bool,
    facts: Catalogue,
    c: Constants,
) -> Part:
    """Return the tank in the shapes that hold its fuel, behind the front seats.

    Two halves side by side; over a shaft they may also stand apart as a saddle.

    Raises:
        FitError: No shape holds the fuel.
    """
    volume = powertrain.tank / c["tank-share"]
    low, high = c["tank-height-least"], c["tank-height-most"]
    lengths = [c["tank-length-least"] + step for step in _TANK_STEPS]
    widths = [c["tank-width-least"] + 2 * step for step in _TANK_STEPS]
    plans = [(a, b) for a, b in product(lengths, widths) if low <= volume / (a * b) <= high]
    if volume < low * lengths[0] * widths[0]:
        plans = [(volume / (low * widths[0]), widths[0])]
    if not plans:
        most = high * lengths[-1] * widths[-1] * c["tank-share"]
        raise FitError(
            f"{powertrain.id}: tank of {1e3 * powertrain.tank:.0f} l: no shape up to "
            f"{1e3 * lengths[-1]:.0f} x {1e3 * widths[-1]:.0f} x {1e3 * high:.0f} mm holds more "
            f"than {1e3 * most:.0f} l; ask for less"
        )
    gaps = (0.0, c["saddle-gap"] / 2) if shaft else (0.0,)
    poses = tuple(
        tuple(
            Block(name, "tank", 0.0, a, min(y, y + side), max(y, y + side), 0.0, volume / (a * b))
            for name, y, side in (
                ("tank", -gap, -b / 2),
                ("tank, right half", gap, b / 2),
            )
        )
        for a, b in plans
        for gap in gaps
    )
    return Part(
        id="tank",
        poses=poses,
        mass=facts.part_size["fuel-tank"].mass * powertrain.tank / _TANK_OF_60_L,
        x=(points["x_seat2"], inf),
        why=ruled_by("tank behind the front seats"),
    )


def _catalysts(points: Mapping[str, float], facts: Catalogue, c: Constants) -> Part:
    """Return the catalysts in the tunnel or flat under the floor, near the middle of the car."""
    shells = [facts.part_size[id] for id in ("catalysts", "catalysts-flat")]
    poses = tuple(
        (Block("catalysts", "exhaust", 0.0, s.length, -s.width / 2, s.width / 2, 0.0, s.height),)
        for s in shells
    )
    middle = max(points["tunnel_w"] / 2 - shells[0].width / 2, c["catalysts-aside"])
    heat = shells[0].heat_clearance or 0.0
    aside = (-middle, middle)
    why = ruled_by("catalysts near the middle of the car")
    return Part(id="catalysts", poses=poses, mass=shells[0].mass, y=aside, why=why, heat=heat)


def _silencer(points: Mapping[str, float], facts: Catalogue) -> Part:
    """Return the rear silencer, across the car or along it, behind the second row."""
    across, along = facts.part_size["silencer-across"], facts.part_size["silencer-along"]
    poses = tuple(
        (Block("silencer", "silencer", 0.0, s.length, -s.width / 2, s.width / 2, 0.0, s.height),)
        for s in (across, along)
    )
    heat = across.heat_clearance or 0.0
    x = (points["x_seatback"], inf)
    why = ruled_by("silencer behind the second row")
    return Part(id="silencer", poses=poses, mass=across.mass, x=x, why=why, heat=heat)
