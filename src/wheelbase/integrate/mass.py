"""Mass roll-up and compounding: what a car weighs, group by group, and what follows from that.

Body structure follows the equations of EPA's OMEGA model, engines their slope; trim is anchored at
one combustion car per body style and scaled by outer size, so the same body weighs the same on
every platform. What is heavier than the anchor is carried by a stronger structure.
The platform reaches the mass through its wheelbase, its tunnel, the fixings it carries over, its
drive units and its pack only. Left out: structure common to all powertrains that is made for the
heaviest of them, sound damping, options.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from wheelbase.catalogue import Body, Catalogue, Platform, Powertrain, single
from wheelbase.fit import Fit, Fits

__all__ = [
    "Constant",
    "Shape",
    "constants_of",
    "curb_masses",
    "footprint",
    "laden",
    "masses_of",
    "shape_of",
    "test_mass",
]

Constant = Callable[[str], Any]


def constants_of(facts: Catalogue) -> Constant:
    """Return the mass constants by id, in the unit of the code."""
    return lambda id: facts.mass_constant[id].value


@dataclass(frozen=True, slots=True)
class Shape:
    """What the mass of a car knows of where its parts lie; each a number or (draws,).

    Args:
        wheelbase: L101, m.
        x_fw: Bulkhead behind the front axle, m.
        tunnel_h: Height of the tunnel, m; 0 without one.
        housing: Volume of the battery zones per energy stored in them, m3/J; 0 without any.
    """

    wheelbase: Any
    x_fw: Any
    tunnel_h: Any
    housing: Any


def shape_of(fit: Fit | Fits) -> Shape:
    """Return what the mass of a car, or of each of many, knows of its fit."""
    zones = sum((z.x1 - z.x0) * (z.y1 - z.y0) * (z.z1 - z.z0) for z in fit.zones)
    stored = sum(zone.energy for zone in fit.zones)
    points = fit.hard_points
    housing = single(np.where(stored, zones / np.where(stored, stored, 1.0), 0.0))
    return Shape(fit.wheelbase, points["x_fw"], points.get("tunnel_h", 0.0), housing)


def curb_masses(
    fit: Fit | Fits,
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    battery_energy: Any,
    facts: Catalogue,
) -> dict[str, Any]:
    """Return the mass of each group of a car without driver, tank 90 % full, in kg.

    Args:
        fit: Where the powertrain lies: wheelbase, tunnel, battery zones.
        platform: What else it carries, and whether its floor is carried over.
        body: Outer size, style, payload.
        powertrain: Engine, gearbox, drive units, tank.
        battery_energy: Gross energy installed, J; 0 without a traction battery.
        facts: The catalogue.
    """
    return masses_of(shape_of(fit), platform, body, powertrain, battery_energy, constants_of(facts))


def masses_of(
    shape: Shape,
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    battery_energy: Any,
    constant: Constant,
) -> dict[str, Any]:
    """Return the mass of each group as `curb_masses` does; shape, energy, constants may be arrays.

    Brakes and axles weigh a share of gross mass, and so does what structure is stronger than that
    of the anchor; gross mass holds both, so they are solved for, and mass begets mass.

    Source: USEPA/EPA_OMEGA_Model mass_scaling.csv (structure, engine, trim by height); AuVeCoDe
    (pack, brakes and axles per gross mass); Alonso et al. 2012 (bound of secondary mass).
    """
    groups = {
        "structure": _structure(shape.wheelbase, body, constant),
        "tunnel": _tunnel(shape, constant),
        "trim": _trim(shape.wheelbase, body, constant),
    }
    fixings = _fixings(platform, powertrain, constant)
    if np.any(fixings):
        groups["carry-over fixings"] = fixings
    if powertrain.engine is not None:
        groups |= _combustion(powertrain, constant)
    if powertrain.units:
        power = sum(unit.peak_power for unit in powertrain.units if unit.mass is None)
        known = sum(unit.mass for unit in powertrain.units if unit.mass is not None)
        groups["drive units"] = known + power * constant("drive-unit-per-power")
        groups["charger and cables"] = constant("charger-and-cables")
    if np.any(battery_energy):
        groups["battery"] = _pack(shape, powertrain, battery_energy, constant)
    gross = _gross(sum(groups.values()), body, constant)
    groups["structure"] += constant("reinforcement-per-gross") * (gross - _anchor(body, constant))
    return groups | {"brakes and axles": constant("brakes-and-axles-per-gross") * gross}


def footprint(wheelbase: Any, body: Body, constant: Constant) -> Any:
    """Return wheelbase times track, m2."""
    return wheelbase * constant("track-share") * body.W103


def _style(body: Body) -> str:
    return "suv" if body.style == "suv" else "sedan"


def _structure(wheelbase: Any, body: Body, constant: Constant) -> Any:
    style, area = _style(body), footprint(wheelbase, body, constant)
    return constant(f"structure-{style}-slope") * area + constant(f"structure-{style}-base")


def _size(body: Body, constant: Constant) -> Any:
    """Return length times width over that of the anchor."""
    return body.L103 * body.W103 / constant(f"trim-{_style(body)}-size")


def _trim(wheelbase: Any, body: Body, constant: Constant) -> Any:
    """Return closures, interior, chassis and wheels, kg: by size, and by height above the anchor's.

    Source: EPA OMEGA delta_glider_non_structure_mass, its term in footprint times height.
    """
    style, size = _style(body), _size(body, constant)
    taller = body.H100 - constant(f"height-{style}")
    more = constant(f"trim-{style}-per-volume") * footprint(wheelbase, body, constant) * taller
    return constant(f"trim-{style}") * size ** constant("trim-size-exponent") + more


def _tunnel(shape: Shape, constant: Constant) -> Any:
    """Return the sheet that a tunnel has more than a flat floor: its two flanks."""
    length = shape.wheelbase - shape.x_fw
    return 2 * shape.tunnel_h * length * constant("floor-gauge") * constant("steel")


def _fixings(platform: Platform, powertrain: Powertrain, constant: Constant) -> Any:
    """Return what an electric car carries of mounts for parts that only its sisters have, kg.

    The front structure holds them where a hard point of it is common with a combustion car, the
    floor where it is carried over.
    """
    if powertrain.engine is not None or all(t.engine is None for t in platform.powertrains):
        return 0.0
    shared = any(platform.policies.get(point) == "common" for point in ("L104", "x_fw"))
    front = constant("fixings-front") if shared else 0.0
    return front + (constant("fixings-floor") if platform.floor == "carry-over" else 0.0)


def _combustion(powertrain: Powertrain, constant: Constant) -> dict[str, Any]:
    engine, gearbox = powertrain.engine, powertrain.gearbox
    assert engine is not None and gearbox is not None
    law = constant("engine-per-power") * engine.peak_power + constant(f"engine-{engine.fuel}")
    content = prod((constant("fuel-fill"), powertrain.tank, constant(f"density-{engine.fuel}")))
    groups = {
        "engine": law if engine.mass is None else engine.mass,
        "gearbox": constant("gearbox") if gearbox.mass is None else gearbox.mass,
        "exhaust": constant("exhaust"),
        "tank and fuel": constant("tank-system") + content,
    }
    if powertrain.drive != "fwd":
        groups["shaft and final drive"] = constant("shaft-and-final-drive")
    if powertrain.drive == "awd":
        groups["second axle"] = constant("second-axle")
    return groups


def _anchor(body: Body, constant: Constant) -> Any:
    """Return the gross mass that trim and structure of a body of this size were made for, kg."""
    return constant(f"gross-{_style(body)}") * _size(body, constant)


def _gross(primary: Any, body: Body, constant: Constant) -> Any:
    """Return G = p + payload + k_c G + k_s (G - G_anchor) with the shares k of what follows, kg."""
    chassis = constant("brakes-and-axles-per-gross")
    structure = constant("reinforcement-per-gross")
    carried = primary + body.payload - structure * _anchor(body, constant)
    return carried / (1 - chassis - structure)


def _pack(shape: Shape, powertrain: Powertrain, energy: Any, constant: Constant) -> Any:
    """Return the mass of a pack in kg: cells, modules, and a housing by its volume.

    The housing grows with the part of the battery zones that `energy` fills.

    Source: AuVeCoDe pack mass regression.
    """
    cell = powertrain.cell
    assert cell is not None
    modules = energy / cell.specific_energy * cell.module_mass_factor
    housing = shape.housing * energy * constant("pack-housing-per-volume")
    return modules + housing + constant("pack-housing-base")


def test_mass(curb: Any, payload: Any, facts: Catalogue) -> Any:
    """Return the WLTP test mass in kg: driver, luggage and a share of what may still be loaded.

    Args:
        curb: Without driver, kg.
        payload: Gross mass less curb mass, driver included, kg.
        facts: The catalogue.
    """
    return single(laden(curb, payload, constants_of(facts)))


def laden(curb: Any, payload: float, constant: Constant) -> Any:
    """Return the test mass as `test_mass` does; mass and constants may be arrays."""
    aboard = constant("driver") + constant("luggage")
    return curb + aboard + constant("load-share") * np.maximum(payload - aboard, 0.0)
