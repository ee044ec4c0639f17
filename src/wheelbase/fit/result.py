"""What a fit returns: bounds, zones, boxes, conflicts, and the numbers that users ask for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "Bound",
    "Box",
    "Conflict",
    "Envelope",
    "Explanation",
    "Fit",
    "Level",
    "Placement",
    "Remedy",
    "Repair",
    "Solver",
    "Zone",
]


@dataclass(frozen=True, slots=True)
class Bound:
    """One line of a dimensional chain: a hard point is at least `value`, m.

    `terms` holds what the sum is made of, name to m, so that nothing in it is hidden.
    """

    hard_point: str
    name: str
    value: float
    powertrain: str
    terms: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A part as an upright box in m: x rearward from the front axle, y right, z up from ground."""

    id: str
    kind: str
    x0: float
    x1: float
    y0: float
    y1: float
    z0: float
    z1: float


@dataclass(frozen=True, slots=True)
class Zone:
    """A space for cells with the layers and the energy it holds, J.

    `nx`, `ny`, `nz` are whole cells along, across and in layers; 0 where the size of the cell is
    not known. Where the chains find a zone they hold a little less than `energy`, which counts
    plan area; in an exact placement `energy` is theirs.
    """

    id: str
    x0: float
    x1: float
    y0: float
    y1: float
    z0: float
    z1: float
    levels: int
    energy: float
    nx: int = 0
    ny: int = 0
    nz: int = 0
    module: int = 1

    @property
    def cells(self) -> int:
        """How many cells it holds in whole modules."""
        return self.nx * self.ny * self.nz // self.module * self.module


@dataclass(frozen=True, slots=True)
class Conflict:
    """A requirement that is not met, by how many m, and what would cure it."""

    requirement: str
    short_by: float
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Remedy:
    """One change that lets a pack under a floor that is too thin.

    `change` is a hard point or dimension, `by` its change in m, `energy` what then fits, J gross.
    """

    change: str
    by: float
    energy: float


@dataclass(frozen=True, slots=True)
class Envelope:
    """The hard points that a platform needs for everything it carries.

    Args:
        hard_points: Name to m: the greatest requirement of all powertrains, or what is pinned.
        drivers: Hard point to the bound that sets it.
        runners_up: Hard point to the greatest bound of the other powertrains.
        bounds: Every bound of every powertrain.
        shadow: Powertrain to what the platform gains without it: usable length and couple
            distance in m, and of the best battery car its energy in J and its boot in m3.
    """

    hard_points: Mapping[str, float]
    drivers: Mapping[str, Bound]
    runners_up: Mapping[str, Bound]
    bounds: tuple[Bound, ...] = field(repr=False)
    shadow: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Where one powertrain lies in one body on one platform.

    Args:
        status: "fits" or "does_not_fit"; not fitting is a result.
        hard_points: Name to m.
        drivers: Hard point to the bound that sets it on this platform.
        bounds: The bounds of this powertrain.
        wheelbase: L101, m.
        turning_circle: Kerb to kerb, front wheels steering, m.
        usable_length: Between bulkhead and rear end, less the walls, m.
        boot: Estimate of VDA volume, m3.
        couple_distance: L50_2, between the reference points of the two rows, m.
        energy_fit: Gross energy that fits with the usual pack height, J.
        energy_max: Gross energy that the geometry allows, J.
        seat_raise: How much the seats must rise for the pack, m.
        remedies: What would let one full layer of cells under the heels; empty where it fits.
        zones: Spaces for cells.
        boxes: Parts for the drawing.
        conflicts: What does not fit, in m; empty if the status is "fits".
        part_keys: Part family to the hard points it depends on, with their values.
        intervals: "energy_fit", "usable_length", "boot" to low, base, high; empty if left out.
        leaves_out: What this fit does not look at.
    """

    platform: str
    body: str
    powertrain: str
    status: Literal["fits", "does_not_fit"]
    hard_points: Mapping[str, float]
    drivers: Mapping[str, Bound] = field(repr=False)
    bounds: tuple[Bound, ...] = field(repr=False)
    wheelbase: float
    turning_circle: float
    usable_length: float
    boot: float
    couple_distance: float
    energy_fit: float
    energy_max: float
    seat_raise: float
    remedies: tuple[Remedy, ...]
    zones: tuple[Zone, ...] = field(repr=False)
    boxes: tuple[Box, ...] = field(repr=False)
    conflicts: tuple[Conflict, ...]
    part_keys: Mapping[str, tuple[tuple[str, float], ...]] = field(repr=False)
    intervals: Mapping[str, tuple[float, float, float]] = field(repr=False)
    leaves_out: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Level:
    """One objective of the placement, the best value found and the bound that the solver proved.

    `effort` is the solver's deterministic time, which no machine changes.
    """

    name: str
    value: float
    bound: float
    proven: bool
    effort: float


@dataclass(frozen=True, slots=True)
class Solver:
    """What placed the parts: program and version, seed, and grid in m."""

    version: str
    seed: int
    grid: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where every part of a car lies: exact, without overlap, the best by its levels in order.

    Args:
        status: "optimal" if every level is proven, "infeasible" if it is proven that no place
            exists, "not_proven" if the effort ran out; then the bounds say what is known.
        boxes: Every part, shaft and pipe, boot and front boot, m.
        zones: Cells by zone, with their counts.
        keepouts: Spaces that no part may enter, rounded outward, m.
        levels: Cells, boot (m3), frunk (m3), height of the parts (kg m), cable (m), and order.
        cells: Cells placed.
        energy: Gross energy of these cells, J.
        series: Cells in series; 0 where they make no string.
        parallel: Strings side by side.
        boot: Geometric volume, m3.
        frunk: The same of the front boot, m3.
        center: x and z of the placed parts and cells, m.
        leaves_out: What the placement does not look at.
    """

    platform: str
    body: str
    powertrain: str
    status: Literal["optimal", "infeasible", "not_proven"]
    boxes: tuple[Box, ...] = field(repr=False)
    zones: tuple[Zone, ...] = field(repr=False)
    keepouts: tuple[Box, ...] = field(repr=False)
    levels: tuple[Level, ...]
    cells: int
    energy: float
    series: int
    parallel: int
    boot: float
    frunk: float
    center: tuple[float, float]
    solver: Solver
    leaves_out: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Repair:
    """What one hard point, or two of one tool, must become for everything to fit.

    Args:
        hard_point: Its name, or two joined by " and ".
        change: m, both the same where there are two; None if none up to the limit helps.
        side_effects: Name of a figure to its change, in the unit of the figure.
        changes: Hard point to its change with its sign, m: what to apply.
    """

    hard_point: str
    change: float | None
    side_effects: Mapping[str, float] = field(default_factory=dict)
    changes: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a powertrain does not fit, and what would cure it.

    Args:
        status: "fits", "does_not_fit", or "not_proven" if the effort ran out.
        requirements: One minimal conflict: leave out any one of them and the rest can be met.
        short_by: Depth of the conflict: total by which its requirements alone must give way, m.
        text: The same in words.
        cheapest: The least total by which requirements would have to give way, each with its m.
        least: Whether `cheapest` is proven to be the least while the requirements on parts outside
            the conflict hold.
        repairs: For each hard point the least single change that cures it.
    """

    platform: str
    body: str
    powertrain: str
    status: Literal["fits", "does_not_fit", "not_proven"]
    requirements: tuple[str, ...]
    short_by: float
    text: str
    cheapest: tuple[tuple[str, float], ...]
    least: bool
    repairs: tuple[Repair, ...]
