"""The accuracy table: real cars of the catalogue, predicted against what was certified."""

from collections.abc import Iterator
from dataclasses import dataclass

from wheelbase.catalogue import Catalogue, Vehicle
from wheelbase.simulate.car import Car, assemble_vehicle
from wheelbase.simulate.certify import Certificate, Scheme, certify
from wheelbase.simulate.performance import accelerate

__all__ = ["Check", "accuracy"]


@dataclass(frozen=True, slots=True)
class Check:
    """One predicted figure against its published one, or its published band, in SI.

    `error` is relative, to the nearest edge of the band; 0 inside it. `source` is a key of the
    list of sources.
    """

    vehicle: str
    quantity: str
    unit: str
    predicted: float
    low: float
    high: float
    error: float
    source: str


def accuracy(facts: Catalogue, vehicles: tuple[str, ...]) -> tuple[Check, ...]:
    """Return the checks of the named vehicles, in their order.

    Nothing is tuned to them: class parameters come from the catalogue, the road load from the
    certificate where there is one.
    """
    return tuple(c for id in vehicles for c in _checks(facts.vehicle[id], facts))


def _checks(vehicle: Vehicle, facts: Catalogue) -> Iterator[Check]:
    car = assemble_vehicle(vehicle, facts)
    if vehicle.ftp_co2 or vehicle.udds_energy:
        yield from _certified(vehicle, car, certify(car, Scheme.EPA, facts), facts)
    if vehicle.wltp_energy_low and vehicle.kind == "bev":
        energy = certify(car, Scheme.WLTP, facts).energy
        name = "WLTP wall energy"
        yield _check(vehicle, name, "Wh/km", energy, ("wltp_energy_low", "wltp_energy_high"), facts)
    if vehicle.acceleration_0_100:
        time = accelerate(car).time_0_100
        pair = ("acceleration_0_100", "acceleration_0_100")
        yield _check(vehicle, "0-100 km/h", "s", time, pair, facts)


def _certified(vehicle: Vehicle, car: Car, epa: Certificate, facts: Catalogue) -> Iterator[Check]:
    if vehicle.kind == "bev":
        yield _check(vehicle, "UDDS wall energy", "Wh/km", epa.city, ("udds_energy",) * 2, facts)
        name = "HWFET wall energy"
        yield _check(vehicle, name, "Wh/km", epa.highway, ("hwfet_energy",) * 2, facts)
        return
    factor = car.fuel.co2_us
    yield _check(vehicle, "FTP CO2", "g/km", epa.city * factor, ("ftp_co2",) * 2, facts)
    yield _check(vehicle, "HWFET CO2", "g/km", epa.highway * factor, ("hwfet_co2",) * 2, facts)


def _check(
    vehicle: Vehicle,
    quantity: str,
    unit: str,
    predicted: float,
    band: tuple[str, ...],
    facts: Catalogue,
) -> Check:
    low, high = (float(getattr(vehicle, name)) for name in band)
    error = 0.0
    if not low <= predicted <= high:
        edge = low if predicted < low else high
        error = predicted / edge - 1
    source = facts.vehicle.origins[vehicle.id, band[0]].source
    return Check(vehicle.id, quantity, unit, predicted, low, high, error, source)
