"""The task of placing one car: its parts, spaces of free size, keep-outs and drive-line rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from math import ceil, floor, inf

from wheelbase.catalogue import Body, Catalogue, Cell, PartSize, Platform, Powertrain
from wheelbase.errors import DataError, FitError
from wheelbase.fit.cells import cell_energy, wired_cells
from wheelbase.fit.chain import constants_of
from wheelbase.fit.component import HEAT_SHY, parts_of
from wheelbase.fit.contradiction import refuse_contradictions
from wheelbase.fit.drive_line import Link, links_of
from wheelbase.fit.envelope import bounds_of, placed_points
from wheelbase.fit.keepout import Keepout, keepouts
from wheelbase.fit.part import Part, Range

__all__ = [
    "Pitch",
    "Scene",
    "Space",
    "gap_between",
    "pitch_of",
    "scene_of",
    "whole",
]

_BOLTED = {
    ("propeller shaft", "gearbox"): 0.0,
    ("propeller shaft", "transaxle"): 0.0,
    ("propeller shaft", "final drive"): 0.0,
    ("front shaft", "transfer case"): 0.0,
    ("front shaft", "front final drive"): 0.0,
    ("transfer case", "gearbox"): 0.0,
    ("front final drive", "oil sump"): 0.0,
    ("front final drive", "engine"): None,
    ("front shaft", "engine"): None,
    ("catalysts", "front pipe"): 0.0,
    ("front pipe", "rear pipe"): 0.0,
    ("rear pipe", "silencer"): 0.0,
}
"""Gaps of boxes that are bolted to each other, m; None where one reaches under the other: the box
of an engine is wider than its crankcase."""

_PEDAL_BOUNDS = frozenset({("x_fw", "wheel and hinge pillar"), ("L105", "wheel and structure")})


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """A box whose size is found: shaft, pipe, zone for cells, boot, front boot; lengths in m.

    Args:
        x: Range within which it lies, and so `y` and `z`.
        sizes: Least and greatest size along x, y, z.
        optional: May be left out.
        heat: What it keeps from parts that bear no heat.
    """

    id: str
    kind: str
    x: Range
    y: Range
    z: Range
    sizes: tuple[Range, Range, Range]
    optional: bool = False
    mass: float = 0.0
    heat: float = 0.0


@dataclass(frozen=True, slots=True)
class Pitch:
    """Room that one cell takes in a pack: along its length, its width, and upright, m.

    `module` is how many cells are built in together.
    """

    length: float
    width: float
    height: float
    module: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything that placing a car must respect.

    Args:
        fixed: Requirements on hard points alone, name to what is short, m.
        crash: Names of rigid boxes, and what their longest path may add up to, m.
        least_boot: m3 as a box; 0 asks for none.
        wanted: Cells that the car asks for; None for as many as fit.
        least_cells: Cells of one string.
    """

    points: Mapping[str, float]
    parts: tuple[Part, ...]
    spaces: tuple[Space, ...]
    keepouts: tuple[Keepout, ...]
    links: tuple[Link, ...]
    fixed: Mapping[str, float]
    crash: tuple[tuple[str, ...], float]
    pitch: Pitch | None
    wanted: int | None
    least_cells: int
    least_boot: float
    clearance: float
    extent: tuple[Range, Range, Range]


def pitch_of(cell: Cell, constants: Mapping[str, float]) -> Pitch:
    """Return the pitch of a cell: its plan spread by the factors of its shape, and one layer.

    Every layer has a tray of its own.

    Raises:
        DataError: The catalogue does not say how large the cell is.
    """
    if cell.length is None or cell.width is None:
        raise DataError(f"cell {cell.id}: no length and width; add them to place whole cells")
    along = constants[f"cell-length-factor-{cell.shape}"]
    across = cell.plan_factor / along
    height, module = cell.height + cell.vertical_add, cell.cells_per_module or 1
    return Pitch(cell.length * along, cell.width * across, height, module)


def _one_string(powertrain: Powertrain, constants: Mapping[str, float]) -> int:
    """Return the fewest cells that make a string."""
    return next(n for n in count(1) if wired_cells(n, powertrain, constants))


def gap_between(
    a: tuple[str, str, float], b: tuple[str, str, float], clearance: float
) -> float | None:
    """Return the least gap between two boxes (name, kind, heat), m; None where none is asked.

    Boot and front boot are sheet metal and lie close; cells lie close to cells; a joint of the
    drive line touches what it is bolted to, which its rule says.
    """
    (name_a, kind_a, heat_a), (name_b, kind_b, heat_b) = a, b
    for pair in ((name_a, name_b), (name_b, name_a)):
        if pair in _BOLTED:
            return _BOLTED[pair]
    if {kind_a, kind_b} & {"boot", "frunk"} or kind_a == kind_b == "cell_block":
        return 0.0
    heat = max(heat_a if kind_b in HEAT_SHY else 0.0, heat_b if kind_a in HEAT_SHY else 0.0)
    return max(heat, clearance)


def scene_of(platform: Platform, body: Body, powertrain: Powertrain, facts: Catalogue) -> Scene:
    """Return what must be placed for one powertrain in one body on one platform.

    Raises:
        DataError: Hard points that contradict each other, or a cell format that holds nothing.
        FitError: A part larger than the car.
    """
    c = constants_of(facts)
    points = placed_points(platform, body, powertrain, c)
    refuse_contradictions(platform, body, points)
    parts = parts_of(platform, body, powertrain, points, facts, c)
    end, half = points["L101"] + points["L105"], body.W103 / 2
    extent = ((-points["L104"], end), (-half, half), (body.H156, body.H100))
    _refuse_giants(platform, parts, extent)
    cell = powertrain.cell if powertrain.units else None
    zones = tuple(_zones(platform, body, powertrain, points, c)) if cell else ()
    spaces = (*zones, *_shafts(parts, points, facts), *_boots(body, powertrain, points, c))
    wanted = None
    if cell and powertrain.battery is not None:
        wanted = ceil(powertrain.battery / cell_energy(cell) - 1e-6)
    rigid = tuple(name for part in parts for name in part.rigid)
    limit = points["L104"] + points["x_fw"] - c["bumper-cover"] - c["crash-deformation"]
    return Scene(
        points=points,
        parts=parts,
        spaces=spaces,
        keepouts=keepouts(platform, body, powertrain, points, c),
        links=tuple(links_of(parts, c)),
        fixed=_fixed(platform, body, powertrain, points, c),
        crash=(rigid, limit - c["engine-to-bulkhead"] - c["bulkhead"]),
        pitch=pitch_of(cell, c) if cell else None,
        wanted=wanted,
        least_cells=_one_string(powertrain, c) if powertrain.kind == "bev" else 0,
        least_boot=body.boot / c["boot-share"] * c["boot-least"],
        clearance=c["place-clearance"],
        extent=extent,
    )


def _refuse_giants(
    platform: Platform, parts: tuple[Part, ...], extent: tuple[Range, Range, Range]
) -> None:
    """Raise for every part that no car of this size can hold."""
    problems = []
    for part in parts:
        for axis, (low, high) in zip("xyz", extent, strict=True):
            least = min(
                max(getattr(b, f"{axis}1") for b in pose)
                - min(getattr(b, f"{axis}0") for b in pose)
                for pose in part.poses
            )
            if least > high - low:
                problems.append(
                    f"{platform.id}: {part.id}: {1e3 * least:.0f} mm along {axis} exceed the car's "
                    f"{1e3 * (high - low):.0f} mm; choose a smaller part or a larger body"
                )
    if problems:
        raise FitError(problems)


def _fixed(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    points: Mapping[str, float],
    c: Mapping[str, float],
) -> dict[str, float]:
    """Return the wheel and pedal bounds of the chains by name, with what is short, m."""
    return {
        f"{b.hard_point} holds its {b.name}": max(b.value - points[b.hard_point], 0.0)
        for b in bounds_of(platform, body, powertrain, c, points)
        if (b.hard_point, b.name) in _PEDAL_BOUNDS
    }


def _zones(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    points: Mapping[str, float],
    c: Mapping[str, float],
) -> Iterator[Space]:
    """Yield the zones for cells: slab, tunnel, under the second row, as floor and kind have them.

    A floor stamped for batteries holds a slab and what its tunnel takes, one carried over also the
    space under the second row, a flat one the slab alone; a plug-in hybrid uses the second row.
    """
    end, low, floor_z = points["L101"], body.H156, points["z_floor"]
    half, tunnel = points["bat_max_w"] / 2, points["tunnel_w"] / 2
    free = ((0.0, inf), (0.0, inf), (0.0, inf))

    def zone(name: str, x: Range, y: float, z: Range) -> Space:
        return Space(id=name, kind="cell_block", x=x, y=(-y, y), z=z, sizes=free, optional=True)

    electric = powertrain.kind == "bev"
    if electric:
        yield zone("slab", (points["x_bat0"], end), half, (low, floor_z))
    if electric and platform.floor != "flat" and tunnel > 0:
        base = low if platform.floor == "carry-over" else floor_z
        z = (base, floor_z + points["tunnel_h"])
        yield zone("tunnel", (points["x_fw"], end), tunnel, z)
    if not electric or platform.floor == "carry-over":
        z = (low, floor_z + points["z_seat2"])
        yield zone("under rear seat", (points["x_seat2"], end), half, z)


def _shafts(
    parts: tuple[Part, ...], points: Mapping[str, float], facts: Catalogue
) -> Iterator[Space]:
    """Yield shafts and pipes, whose lengths follow from what they join."""
    names = {part.id for part in parts}
    whole = (-points["L104"], points["L101"] + points["L105"])
    wide, high = (-1.0, 1.0), (0.0, 2.0)

    def line(name: str, size: PartSize, kind: str) -> Space:
        length = (size.length, inf) if kind == "propshaft" else (0.0, inf)
        sizes = (length, (size.width, size.width), (size.height, size.height))
        heat = size.heat_clearance or 0.0
        return Space(
            id=name, kind=kind, x=whole, y=wide, z=high, sizes=sizes, mass=size.mass, heat=heat
        )

    if "final drive" in names:
        yield line("propeller shaft", facts.part_size["propeller-shaft"], "propshaft")
    if "front final drive" in names:
        yield line("front shaft", facts.part_size["front-shaft"], "propshaft")
    if "catalysts" in names:
        yield line("front pipe", facts.part_size["exhaust-pipe"], "exhaust")
        yield line("rear pipe", facts.part_size["exhaust-pipe"], "exhaust")


def _boots(
    body: Body, powertrain: Powertrain, points: Mapping[str, float], c: Mapping[str, float]
) -> Iterator[Space]:
    width, top = c["placed-boot-width"], c["placed-boot-top"] * body.H100
    end = points["L101"] + points["L105"]
    half = width / 2
    yield Space(
        id="boot",
        kind="boot",
        x=(points["x_seatback"], end),
        y=(-half, half),
        z=(body.H156, top),
        sizes=((0.0, inf), (width, width), (0.0, inf)),
    )
    if powertrain.engine is None:
        half = c["frunk-width"] / 2
        yield Space(
            id="frunk",
            kind="frunk",
            x=(-points["L104"], points["x_fw"]),
            y=(-half, half),
            z=(body.H156, c["bonnet"]),
            sizes=((0.0, inf), (2 * half, 2 * half), (0.0, inf)),
        )


def whole(length: float, unit: float, up: bool) -> int:
    """Return a length in units, rounded to the outside: up or down, dust left aside."""
    steps = length / unit
    return ceil(steps - 1e-4) if up else floor(steps + 1e-4)
