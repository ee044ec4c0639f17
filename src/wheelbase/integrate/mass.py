"""Mass roll-up: what a car weighs, group by group, and what it weighs on the test bench.

Body structure, engine with gearbox and second axle follow the equations of EPA's OMEGA model; trim
is anchored at one combustion car per body style and scaled by outer size, so the same body weighs
the same on every platform. The platform reaches the mass through its wheelbase, its tunnel, its
drive units and its pack only. Left out: crash structure that differs by powertrain, sound damping,
options.
"""

from collections.abc import Callable
from math import prod

from wheelbase.catalogue import Body, Catalogue, Powertrain
from wheelbase.fit import Fit

__all__ = ["Constant", "curb_masses", "pack_mass", "test_mass"]

Constant = Callable[[str], float]


def _constants(facts: Catalogue) -> Constant:
    return lambda id: facts.mass_constant[id].value


def curb_masses(
    fit: Fit, body: Body, powertrain: Powertrain, battery_energy: float, facts: Catalogue
) -> dict[str, float]:
    """Return the mass of each group of a car without driver, tank 90 % full, in kg.

    Args:
        fit: Where the powertrain lies: wheelbase, tunnel, battery zones.
        body: Outer size and style.
        powertrain: Engine, gearbox, drive units, tank.
        battery_energy: Gross energy installed, J; 0 without a traction battery.
        facts: The catalogue.

    Source: USEPA/EPA_OMEGA_Model mass_scaling.csv (structure, powertrain); AuVeCoDe (pack).
    """
    constant = _constants(facts)
    groups = {
        "structure": _structure(fit.wheelbase, body, constant),
        "tunnel": _tunnel(fit, constant),
        "trim": _trim(body, constant),
    }
    if powertrain.engine is not None:
        groups |= _combustion(powertrain, constant)
    if powertrain.units:
        power = sum(unit.peak_power for unit in powertrain.units if unit.mass is None)
        known = sum(unit.mass for unit in powertrain.units if unit.mass is not None)
        groups["drive units"] = known + power * constant("drive-unit-per-power")
        groups["charger and cables"] = constant("charger-and-cables")
    if battery_energy > 0:
        groups["battery"] = pack_mass(fit, powertrain, battery_energy, facts)
    return groups


def _structure(wheelbase: float, body: Body, constant: Constant) -> float:
    style = "suv" if body.style == "suv" else "sedan"
    footprint = wheelbase * constant("track-share") * body.W103
    return constant(f"structure-{style}-slope") * footprint + constant(f"structure-{style}-base")


def _trim(body: Body, constant: Constant) -> float:
    style = "suv" if body.style == "suv" else "sedan"
    size = body.L103 * body.W103 / constant(f"trim-{style}-size")
    return float(constant(f"trim-{style}") * size ** constant("trim-size-exponent"))


def _tunnel(fit: Fit, constant: Constant) -> float:
    """Return the sheet that a tunnel has more than a flat floor: its two flanks."""
    height = fit.hard_points.get("tunnel_h", 0.0)
    length = fit.wheelbase - fit.hard_points["x_fw"]
    return 2 * height * length * constant("floor-gauge") * constant("steel")


def _combustion(powertrain: Powertrain, constant: Constant) -> dict[str, float]:
    engine = powertrain.engine
    assert engine is not None
    diesel = engine.fuel == "diesel"
    density = constant("density-diesel" if diesel else "density-petrol")
    groups = {
        "engine and gearbox": constant("engine-and-gearbox-per-power") * engine.peak_power
        + constant("engine-and-gearbox-base"),
        "exhaust": constant("exhaust"),
        "tank and fuel": constant("tank-system")
        + prod((constant("fuel-fill"), powertrain.tank, density)),
    }
    if powertrain.drive != "fwd":
        groups["shaft and final drive"] = constant("shaft-and-final-drive")
    if powertrain.drive == "awd":
        groups["second axle"] = constant("second-axle")
    return groups


def pack_mass(fit: Fit, powertrain: Powertrain, energy: float, facts: Catalogue) -> float:
    """Return the mass of a pack in kg: cells, modules, and a housing by its volume.

    The housing grows with the part of the battery zones that `energy` fills.

    Source: AuVeCoDe pack mass regression.
    """
    cell = powertrain.cell
    assert cell is not None
    constant = _constants(facts)
    zones = sum((z.x1 - z.x0) * (z.y1 - z.y0) * (z.z1 - z.z0) for z in fit.zones)
    stored = sum(zone.energy for zone in fit.zones)
    volume = zones * energy / stored if stored else 0.0
    modules = energy / cell.specific_energy * cell.module_mass_factor
    return modules + volume * constant("pack-housing-per-volume") + constant("pack-housing-base")


def test_mass(curb: float, payload: float, facts: Catalogue) -> float:
    """Return the WLTP test mass in kg: driver, luggage and a share of what may still be loaded.

    Args:
        curb: Without driver, kg.
        payload: Gross mass less curb mass, driver included, kg.
        facts: The catalogue.
    """
    constant = _constants(facts)
    aboard = constant("driver") + constant("luggage")
    return curb + aboard + constant("load-share") * max(payload - aboard, 0.0)
