"""Sizing: the battery that a target range needs, found as a fixed point."""

from collections.abc import Mapping
from dataclasses import dataclass

from wheelbase.catalogue import Body, Catalogue, Powertrain
from wheelbase.errors import FitError
from wheelbase.fit import Fit
from wheelbase.integrate.mass import curb_masses, test_mass
from wheelbase.simulate import Car, Certificate, RoadLoad, Scheme, assemble, certify
from wheelbase.units import show

__all__ = ["Loop", "closed_loop"]

_MOST = 50
_TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True)
class Loop:
    """Where the loop of battery, mass, energy and range came to rest.

    Args:
        car: The car at the fixed point.
        energy: Gross battery energy, J.
        range: Electric WLTP range for a battery car, range of the tank otherwise, m.
        certificates: "wltp" and "epa" of the car.
        iterations: Turns taken.
        residual: Relative change of the battery in the last turn.
    """

    car: Car
    energy: float
    range: float
    certificates: Mapping[str, Certificate]
    iterations: int
    residual: float


def closed_loop(
    fit: Fit, body: Body, powertrain: Powertrain, target: float | None, facts: Catalogue
) -> Loop:
    """Return the car at rest: with the battery that reaches `target`, or with what was asked.

    Args:
        fit: What fits; its `energy_fit` bounds the battery.
        body: Drag, tyres, payload.
        powertrain: Its `battery` is the energy asked for where no range is.
        target: WLTP range in m of a battery car; None for the energy asked, or what fits.
        facts: The catalogue.

    Raises:
        FitError: The loop does not settle, or the energy asked for does not fit.
    """
    if powertrain.kind != "bev" or target is None:
        return _fixed(fit, body, powertrain, facts)
    energy, residual = fit.energy_fit, 1.0
    for turn in range(1, _MOST + 1):
        car, wltp = _car(fit, body, powertrain, energy, facts)
        wanted = min(energy * target / wltp.electric_range, fit.energy_fit)
        residual = abs(wanted / energy - 1)
        if residual < _TOLERANCE:
            return _at_rest(car, energy, wltp, facts, turn, residual)
        energy = wanted
    raise FitError(
        f"{fit.powertrain}@{fit.platform}.{fit.body}: targets.range: the loop of battery and mass "
        f"still moves by {residual:.1e} after {_MOST} turns; ask for a shorter range"
    )


def _fixed(fit: Fit, body: Body, powertrain: Powertrain, facts: Catalogue) -> Loop:
    energy = 0.0
    if powertrain.cell is not None:
        energy = fit.energy_fit if powertrain.battery is None else powertrain.battery
    if energy > fit.energy_fit:
        short = show(energy - fit.energy_fit, "kWh")
        raise FitError(
            f"{fit.powertrain}@{fit.platform}.{fit.body}: battery: {show(energy, 'kWh')} asked, "
            f"{show(fit.energy_fit, 'kWh')} fit, {short} too much; ask for less"
        )
    car, wltp = _car(fit, body, powertrain, energy, facts)
    return _at_rest(car, energy, wltp, facts, 1, 0.0)


def _car(
    fit: Fit, body: Body, powertrain: Powertrain, energy: float, facts: Catalogue
) -> tuple[Car, Certificate]:
    curb = sum(curb_masses(fit, body, powertrain, energy, facts).values())
    mass = test_mass(curb, body.payload, facts)
    road = RoadLoad.design(mass, body.drag * body.area, body.rolling, body.tyre_radius, facts)
    car = assemble(powertrain, road, energy, facts)
    return car, certify(car, Scheme.WLTP, facts)


def _at_rest(
    car: Car, energy: float, wltp: Certificate, facts: Catalogue, turns: int, residual: float
) -> Loop:
    certificates = {"wltp": wltp, "epa": certify(car, Scheme.EPA, facts)}
    return Loop(car, energy, wltp.range, certificates, turns, residual)
