"""The battery that fits: energy and zones, what makers usually install, what a thin floor costs."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from wheelbase.catalogue import Body, Cell, Platform, Powertrain, single
from wheelbase.fit.cells import layer_energy, whole_cells
from wheelbase.fit.chain import Constants, most
from wheelbase.fit.result import Remedy, Zone
from wheelbase.fit.spaces import Space, spaces

__all__ = ["battery_energy", "installed_energy", "remedies", "zones"]

_REFERENCE_POWER = 150e3  # W, drive power at which "usual-energy" is installed


def battery_energy(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    points: Mapping[str, Any],
    c: Constants,
    second_level: bool = False,
) -> dict[str, Any]:
    """Return "fit", "max" and "used" in J gross, "seat_raise" in m; arrays where constants are.

    "fit" holds one layer under the floor up to the usual pack thickness, with foot garages and a
    second level under the rear seat where the floor is too thin for the heels, what the tunnel of
    a variant floor takes, or tunnel and seats of a carry-over floor; "max" also stacks layers;
    "used" is the lesser of "fit" and what the powertrain asks for.
    A plug-in hybrid stores under its rear seat alone.
    """
    cell = powertrain.cell
    if cell is None or not powertrain.units:
        return {"fit": 0.0, "max": 0.0, "used": 0.0, "seat_raise": 0.0}
    found = spaces(platform, body, powertrain, points, c, second_level)
    per_area = cell.height * layer_energy(cell)
    usual = sum(s.area * s.levels for s in found if s.usual) * per_area
    most = sum(s.area * s.most for s in found) * per_area
    asked = np.inf if powertrain.battery is None else powertrain.battery
    used = np.minimum(usual, asked)
    return {"fit": usual, "max": most, "used": used, "seat_raise": found[0].seat_raise}


def installed_energy(
    fitting: Any, area: Any, power: Any, c: Constants, year: float | None = None
) -> Any:
    """Return what makers usually install where `fitting` fits, J gross.

    Not geometry but custom: per plan area between the axles, makers install more the stronger the
    drive is, energy = "usual-energy" x area x (power / 150 kW)^"usual-power", and less before
    prices fell. Wishes scatter, so the lesser of wish and room is taken smoothly,
    (fit^-n + wish^-n)^(-1/n) with n = "usual-sharpness". No platform label enters.

    Args:
        fitting: What fits, J.
        area: Plan area between the axles and the sills, m2.
        power: Sum of the drive units, W.
        c: Constants of the chains.
        year: Of the cells; None for today's custom.
    """
    wish = c["usual-energy"] * area * (power / _REFERENCE_POWER) ** c["usual-power"]
    if year is not None:
        before = np.minimum(year - c["cell-growth-break"], 0.0)
        wish = wish * np.exp(c["usual-growth"] * before)
    n = c["usual-sharpness"]
    ratio = fitting / np.maximum(wish, 1.0)
    return fitting * (1 + ratio**n) ** (-1 / n)


def zones(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    points: Mapping[str, Any],
    c: Constants,
    second_level: bool = False,
) -> tuple[tuple[Zone, ...], Any]:
    """Return the zones that hold the fitted energy, and by how many m the floor is too thin."""
    cell = powertrain.cell
    if cell is None or not powertrain.units:
        return (), 0.0
    found = spaces(platform, body, powertrain, points, c, second_level)
    stored = tuple(zone for s in found for zone in _stored(s, cell))
    return stored, single(most([s.short for s in found]))


def _stored(space: Space, cell: Cell) -> Iterator[Zone]:
    """Yield a space that holds cells as one zone, two where cells lie on both sides of a tunnel.

    Of columns the rows that hold none get a zone without length and energy, and whole cells are
    not counted.
    """
    levels, area, height = space.levels, space.area, np.minimum(space.height, space.need)
    holds = np.logical_and(levels > 0, area > 0)
    if not space.usual or not np.any(holds):
        return
    x0, z0, width, gap = space.x0, space.z0, space.width, space.gap
    length = np.where(holds, space.length, 0.0)
    energy = np.where(holds, area * levels * cell.height * layer_energy(cell), 0.0)
    sides = [(-width / 2, width / 2)]
    if np.any(gap > 0):
        sides = [(-(width + gap) / 2, -gap / 2), (gap / 2, (width + gap) / 2)]
    one = max(map(np.ndim, (length, width, height, levels))) == 0
    for y0, y1 in sides:
        n = (0, 0, 0, 1)
        if one and cell.length is not None and cell.width is not None:
            laid = whole_cells(float(length), float(y1 - y0), float(height), cell)
            n = (laid.along, laid.across, int(levels), laid.module)
        layers, stored = int(levels) if one else levels, single(energy / len(sides))
        corners = (*map(single, (x0, x0 + length, y0, y1, z0, z0 + height)), layers, stored, *n)
        yield Zone(space.id, *corners)


def remedies(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    points: Mapping[str, Any],
    c: Constants,
    cells: tuple[Cell, ...] = (),
) -> tuple[Remedy, ...]:
    """Return what would let one full layer under the heels, empty where the floor is thick enough.

    Each of: seats higher at the cost of headroom, roof higher (H100), less ground clearance
    (H156), or the tallest of `cells` of the same shape that needs no change.
    """
    cell = powertrain.cell
    if cell is None or powertrain.kind != "bev" or platform.floor == "carry-over":
        return ()
    firm = {**c, "seat-raise": 0.0}
    thin = float(_thin(platform, body, powertrain, points, firm))
    if thin <= 0:
        return ()

    def energy(other: Body, train: Powertrain, constants: Constants = firm) -> float:
        return float(battery_energy(platform, other, train, points, constants)["fit"])

    high = replace(body, H100=body.H100 + thin)
    found = [
        Remedy("seats", thin, energy(body, powertrain, {**c, "seat-raise": np.inf})),
        Remedy("H100", thin, energy(high, powertrain)),
    ]
    if thin < body.H156:
        low = replace(body, H156=body.H156 - thin)
        found.append(Remedy("H156", -thin, energy(low, powertrain)))
    for lower in sorted(cells, key=lambda o: -o.height):
        train = replace(powertrain, cell=lower)
        fits = lower.shape == cell.shape and lower.height < cell.height
        if fits and _thin(platform, body, train, points, firm) <= 0:
            by = lower.height - cell.height
            found.append(Remedy(f"cell {lower.id}", by, energy(body, train)))
            break
    return tuple(found)


def _thin(
    platform: Platform, body: Body, powertrain: Powertrain, points: Mapping[str, Any], c: Constants
) -> Any:
    """Return how much one layer under the heels lacks without any change, m."""
    free = {**c, "seat-raise": np.inf}
    return spaces(platform, body, powertrain, points, free)[0].seat_raise
