"""The verb `certify`: what a type approval would print for a car."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from math import exp
from typing import Any

import numpy as np

from wheelbase.catalogue import Catalogue, Cycle, cycle, single
from wheelbase.simulate.backend import Backend
from wheelbase.simulate.car import Car
from wheelbase.simulate.energy import Drive, Needs, Start, drive, needs_of
from wheelbase.simulate.performance import accelerate, full_load_of
from wheelbase.simulate.powertrain import Electric
from wheelbase.simulate.stack import columns, count
from wheelbase.units import GALLONS_PER_MILE, Length, Speed, parse

__all__ = [
    "COLD_WEIGHT",
    "Approved",
    "Certificate",
    "Scheme",
    "approve_many",
    "certify",
    "certify_many",
    "label_derived",
    "utility_factor",
    "utility_factor_us",
    "wltc",
]


COLD_WEIGHT = 0.43  # of the cold start in the FTP; the hot start has the rest, 40 CFR 1066.820


class Scheme(Enum):
    """A procedure of type approval."""

    EPA = "epa"
    WLTP = "wltp"


_UTILITY = (
    26.25, -38.94, -631.05, 5964.83, -25094.6, 60380.21, -87517.16, 75513.77, -35748.77, 7154.94
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The certificate of a car; SI per m.

    Args:
        scheme: The procedure.
        co2: kg/m; weighted by the utility factor for a plug-in hybrid.
        fuel: m3/m of fuel, weighted likewise.
        energy: J/m from the wall, weighted likewise.
        electric_range: m; 0 without a plug.
        range: m, electric for a battery car; 0 where the tank decides.
        utility_factor: Share driven electrically.
        city: Unadjusted FTP (or UDDS) result: m3/m of fuel, or J/m from the wall.
        highway: Unadjusted HWFET result likewise.
        label: EPA label, combined, m3/m or J/m; 0 under WLTP.
        low: Least main figure within the model's error: kg/m of CO2, or J/m for a battery car.
        high: Greatest main figure likewise.
        drives: The drives behind it.
    """

    scheme: Scheme
    co2: float
    fuel: float
    energy: float
    electric_range: float
    range: float
    utility_factor: float
    city: float
    highway: float
    label: float
    low: float
    high: float
    drives: Mapping[str, Drive] = field(repr=False)


def utility_factor(distance: Any, year: int) -> Any:
    """Return the share of driving that a plug-in hybrid of that electric range does on the wall.

    UF = 1 - exp(-sum C_i (d / d_n)^i), d_n = 800 km to 2024, 2200 km in 2025-26, 4260 km after.

    Source: Regulation (EU) 2017/1151 annex XXI sub-annex 8, as amended by (EU) 2023/443.
    """
    normal = "800 km" if year < 2025 else "2200 km" if year < 2027 else "4260 km"
    x = np.minimum(distance / parse(normal, Length.__metadata__[0]), 1.0)  # type: ignore[attr-defined]
    return single(1 - np.exp(-sum(c * x**i for i, c in enumerate(_UTILITY, 1))))


_UTILITY_US = {  # norm distance, coefficients of the powers of distance
    "city": ("399 mi", (14.86, 2.965, -84.05, 153.7, -43.59, -96.94, 14.47, 91.7, -46.36)),
    "highway": ("399 mi", (4.8, 13.0, -65.0, 120.0, -100.0, 31.0)),
    "fleet": ("399 mi", (10.52, -7.282, -26.37, 79.08, -77.36, 26.07)),
    "label": ("400 mi", (13.1, -18.7, 5.22, 8.15, 3.53, -1.34, -4.01, -3.9, -1.15, 3.88)),
}


def utility_factor_us(distance: float, kind: str = "label") -> float:
    """Return the share of US driving that a plug-in hybrid of that electric range does on the wall.

    UF = 1 - exp(-sum c_k (d / D)^k), d / D at most 2.

    Args:
        distance: Charge-depleting range, m.
        kind: "label" (multi-day), "fleet", "city" or "highway".

    Source: SAE J2841, coefficients as in USEPA/EPA_OMEGA_Model omega_model/policy.
    """
    norm, coefficients = _UTILITY_US[kind]
    x = min(distance / parse(norm, Length.__metadata__[0]), 2.0)  # type: ignore[attr-defined]
    return 1 - exp(-sum(c * x ** (k + 1) for k, c in enumerate(coefficients)))


def label_derived(city: float, highway: float) -> float:
    """Return the combined label fuel consumption in m3/m from unadjusted FTP and HWFET ones.

    1/city = 0.004091 + 1.1601/FTP, 1/highway = 0.003191 + 1.2945/HWFET in mpg, 55 to 45.

    Source: EPA derived five-cycle method, model year 2017 and later (40 CFR 600.210-12).
    """
    town = 0.004091 + 1.1601 * city * GALLONS_PER_MILE
    road = 0.003191 + 1.2945 * highway * GALLONS_PER_MILE
    return (0.55 * town + 0.45 * road) / GALLONS_PER_MILE


def certify(car: Car, scheme: Scheme, facts: Catalogue, year: int = 2020) -> Certificate:
    """Return the certificate of a car, with the interval of the model's own error.

    Args:
        car: The car.
        scheme: EPA (unadjusted and derived label) or WLTP.
        facts: The model error of each kind of powertrain.
        year: Year of type approval; decides the utility factor of a plug-in hybrid.
    """
    if scheme is Scheme.EPA:
        return _epa(car, facts)
    trace = wltc(car)
    done = drive(car, trace, Start.COLD)
    drives = {trace.id: done}
    if car.hybrid and car.plugged:
        drives = {"sustaining": done, "depleting": drive(car.depleting(), trace)}
    found = _wltp(car, done, drives.get("depleting"), year)
    electric = isinstance(car.powertrain, Electric)
    low, high = _interval(found.energy if electric else found.co2, car, facts)
    return Certificate(
        scheme=scheme,
        co2=found.co2,
        fuel=found.fuel,
        energy=found.energy,
        electric_range=found.electric_range,
        range=found.electric_range if electric else 0.0,
        utility_factor=found.utility_factor,
        city=0.0,
        highway=0.0,
        label=0.0,
        low=low,
        high=high,
        drives=drives,
    )


@dataclass(frozen=True, slots=True)
class Approved:
    """What the WLTP would print, SI per m: numbers, or columns (V, 1) of many cars.

    Args:
        co2: kg/m; weighted by the utility factor for a plug-in hybrid.
        fuel: m3/m, weighted likewise.
        energy: J/m from the wall, weighted likewise.
        electric_range: m; 0 without a plug.
        utility_factor: Share driven electrically.
    """

    co2: Any
    fuel: Any
    energy: Any
    electric_range: Any
    utility_factor: Any


def approve_many(car: Car, year: int = 2020, backend: Backend = Backend.NUMPY) -> Approved:
    """Return what the WLTP would print for each car that `car` stands for, as `certify` does.

    Args:
        car: Its numbers are single or columns (V, 1).
        year: Year of type approval.
        backend: NumPy or JAX.
    """
    classes = _classes(car)
    names = np.unique(classes)
    found = [
        _approved(car, str(n), np.nonzero(classes[:, 0] == n)[0], year, backend) for n in names
    ]
    if len(found) == 1:
        return found[0]
    whole = {name: np.empty(classes.shape) for name in Approved.__slots__}
    for name, part in zip(names, found, strict=True):
        for field_name, column in whole.items():
            column[classes[:, 0] == name] = getattr(part, field_name)
    return Approved(**whole)


def _approved(car: Car, name: str, part: Any, year: int, backend: Backend) -> Approved:
    trace = cycle(name)
    done = needs_of(car, trace, Start.COLD, backend, part)
    depleting = None
    if car.hybrid and car.plugged:
        depleting = needs_of(car.depleting(), trace, Start.WARM, backend, part)
    usable = np.broadcast_to(car.usable_energy, (count(columns(car.model)), 1))[part]
    return _wltp(replace(car, usable_energy=usable), done, depleting, year)


def _wltp(car: Car, done: Drive | Needs, depleting: Drive | Needs | None, year: int) -> Approved:
    """Return what is printed after a cold drive, and one on the battery for a plug-in hybrid."""
    per = done.distance
    if depleting is not None:
        reach = car.usable_energy * per / depleting.battery_energy
        share = utility_factor(reach, year)
        co2, fuel, wall = (
            share * getattr(depleting, name) + (1 - share) * getattr(done, name)
            for name in ("co2", "fuel_volume", "wall_energy")
        )
        return Approved(co2 / per, fuel / per, wall / per, reach, share)
    electric = isinstance(car.powertrain, Electric)
    reach = car.usable_energy * per / done.battery_energy if electric else 0.0
    share = 1.0 if electric else 0.0
    volume = done.fuel_volume / per
    return Approved(done.co2 / per, volume, done.wall_energy / per, reach, share)


def certify_many(
    cars: Sequence[Car], scheme: Scheme, facts: Catalogue, year: int = 2020
) -> tuple[Certificate, ...]:
    """Return the certificates of many cars, each the same as alone.

    Args:
        cars: The cars.
        scheme: The procedure.
        facts: The model error of each kind of powertrain.
        year: Year of type approval.
    """
    return tuple(certify(car, scheme, facts, year) for car in cars)


def _interval(value: float, car: Car, facts: Catalogue) -> tuple[float, float]:
    kind = "electric" if isinstance(car.powertrain, Electric) else "combustion"
    if car.hybrid:
        kind = "plug-in" if car.plugged else "hybrid"
    error = facts.vehicle_constant[f"model-error-{kind}"].value
    return value * (1 - error), value * (1 + error)


def wltc(car: Car) -> Cycle:
    """Return the WLTC of a car's class: by power over mass, and by top speed in class 3.

    Up to 22 W/kg class 1, up to 34 W/kg class 2, above class 3: a below 120 km/h, else b. The mass
    here is the test mass, a little above the mass in running order that the regulation takes.

    Source: Regulation (EU) 2017/1151, annex XXI, sub-annex 1.
    """
    p = car.powertrain
    power = (
        sum(m.peak_power for m in p.machines) if isinstance(p, Electric) else p.engine.peak_power
    )
    for limit, name in ((22.0, "wltc_class1"), (34.0, "wltc_class2")):
        if power <= limit * car.road.mass:
            return cycle(name)
    slow = power < 60.0 * car.road.mass and accelerate(car).top_speed < _CLASS_3B
    return cycle("wltc_class3a" if slow else "wltc_class3b")


_CLASS_3B = parse("120 km/h", Speed.__metadata__[0])  # type: ignore[attr-defined]


def _classes(car: Car) -> Any:
    """Return the name of the WLTC of each car that `car` stands for, (V, 1), as `wltc` does."""
    p, mass = car.powertrain, np.asarray(car.road.mass)
    power = (
        sum(m.peak_power for m in p.machines) if isinstance(p, Electric) else p.engine.peak_power
    )
    per = np.broadcast_to(power / mass, (count(columns(car.model)), 1))
    slow = np.zeros(per.shape, dtype=bool)
    if np.any(per < 60.0):
        slow = (per < 60.0) & (full_load_of(car).top_speed < _CLASS_3B)
    third = np.where(slow, "wltc_class3a", "wltc_class3b")
    return np.where(per <= 22.0, "wltc_class1", np.where(per <= 34.0, "wltc_class2", third))


def _epa(car: Car, facts: Catalogue) -> Certificate:
    """Return FTP (UDDS of a battery car) and HWFET results with the derived label."""
    highway = drive(car, cycle("hwfet"))
    if isinstance(car.powertrain, Electric):
        city = drive(car, cycle("udds"))
        town, road = city.wall_energy / city.distance, highway.wall_energy / highway.distance
        combined = 0.55 * town + 0.45 * road
        low, high = _interval(combined, car, facts)
        reach = car.usable_energy * car.charging_efficiency**-1 / combined
        values = (0.0, 0.0, combined, reach)
        drives = {"udds": city, "hwfet": highway}
        label = combined / 0.7
    else:
        cold, hot = (drive(car, cycle("udds"), start) for start in (Start.COLD, Start.HOT))
        town = COLD_WEIGHT * cold.fuel_volume + (1 - COLD_WEIGHT) * hot.fuel_volume
        town = town / cold.distance
        road = highway.fuel_volume / highway.distance
        combined = 0.55 * town + 0.45 * road
        low, high = _interval(combined * car.fuel.co2_us, car, facts)
        values = (combined * car.fuel.co2_us, combined, 0.0, 0.0)
        drives = {"udds cold": cold, "udds hot": hot, "hwfet": highway}
        label = label_derived(town, road)
    return Certificate(
        scheme=Scheme.EPA,
        co2=values[0],
        fuel=values[1],
        energy=values[2],
        electric_range=values[3],
        range=values[3],
        utility_factor=0.0,
        city=town,
        highway=road,
        label=label,
        low=low,
        high=high,
        drives=drives,
    )
