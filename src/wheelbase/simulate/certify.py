"""The verb `certify`: what a type approval would print for a car."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from math import exp

from wheelbase.catalogue import Catalogue, cycle
from wheelbase.simulate.car import Car
from wheelbase.simulate.energy import Drive, Start, drive
from wheelbase.simulate.powertrain import Electric
from wheelbase.units import GALLONS_PER_MILE, Length, parse

__all__ = ["Certificate", "Scheme", "certify", "label_derived", "utility_factor"]


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


def utility_factor(distance: float, year: int) -> float:
    """Return the share of driving that a plug-in hybrid of that electric range does on the wall.

    UF = 1 - exp(-sum C_i (d / d_n)^i), d_n = 800 km to 2024, 2200 km in 2025-26, 4260 km after.

    Source: Regulation (EU) 2017/1151 annex XXI sub-annex 8, as amended by (EU) 2023/443.
    """
    normal = "800 km" if year < 2025 else "2200 km" if year < 2027 else "4260 km"
    x = min(distance / parse(normal, Length.__metadata__[0]), 1.0)  # type: ignore[attr-defined]
    return 1 - exp(-sum(c * x**i for i, c in enumerate(_UTILITY, 1)))


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
    if car.hybrid and car.plugged:
        return _plug_in(car, facts, year)
    trace = cycle("wltc_class3b")
    done = drive(car, trace, Start.COLD)
    per = done.distance
    electric = isinstance(car.powertrain, Electric)
    reach = car.usable_energy * per / done.battery_energy if electric else 0.0
    energy, co2 = done.wall_energy / per, done.co2 / per
    low, high = _interval(energy if electric else co2, car, facts)
    return Certificate(
        scheme=scheme,
        co2=co2,
        fuel=done.fuel_volume / per,
        energy=energy,
        electric_range=reach,
        range=reach,
        utility_factor=1.0 if electric else 0.0,
        city=0.0,
        highway=0.0,
        label=0.0,
        low=low,
        high=high,
        drives={trace.id: done},
    )


def _interval(value: float, car: Car, facts: Catalogue) -> tuple[float, float]:
    kind = "electric" if isinstance(car.powertrain, Electric) else "combustion"
    if car.hybrid:
        kind = "plug-in" if car.plugged else "hybrid"
    error = facts.vehicle_constant[f"model-error-{kind}"].value
    return value * (1 - error), value * (1 + error)


def _plug_in(car: Car, facts: Catalogue, year: int) -> Certificate:
    trace = cycle("wltc_class3b")
    sustaining, depleting = drive(car, trace, Start.COLD), drive(car.depleting(), trace)
    per = trace.distance
    reach = car.usable_energy * per / depleting.battery_energy
    share = utility_factor(reach, year)
    weigh = {
        name: share * getattr(depleting, name) + (1 - share) * getattr(sustaining, name)
        for name in ("co2", "fuel_volume", "wall_energy")
    }
    low, high = _interval(weigh["co2"] / per, car, facts)
    return Certificate(
        scheme=Scheme.WLTP,
        co2=weigh["co2"] / per,
        fuel=weigh["fuel_volume"] / per,
        energy=weigh["wall_energy"] / per,
        electric_range=reach,
        range=0.0,
        utility_factor=share,
        city=0.0,
        highway=0.0,
        label=0.0,
        low=low,
        high=high,
        drives={"sustaining": sustaining, "depleting": depleting},
    )


def _epa(car: Car, facts: Catalogue) -> Certificate:
    """Return FTP and HWFET results: bags 1 and 2 cold at 0.43, bags 3 and 2 hot at 0.57."""
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
        cold, warm = drive(car, cycle("ftp75"), Start.COLD), drive(car, cycle("ftp75"))
        bags = {p.name: cycle("ftp75").part(p).distance for p in cycle("ftp75").phases}
        fuel_cold = cold.phases["bag1"][0] + cold.phases["bag2"][0]
        fuel_warm = warm.phases["bag3"][0] + warm.phases["bag2"][0]
        per = bags["bag1"] + bags["bag2"]
        town = (0.43 * fuel_cold + 0.57 * fuel_warm) / car.fuel.energy / per
        road = highway.fuel_volume / highway.distance
        combined = 0.55 * town + 0.45 * road
        low, high = _interval(combined * car.fuel.co2_us, car, facts)
        values = (combined * car.fuel.co2_us, combined, 0.0, 0.0)
        drives = {"ftp75 cold": cold, "ftp75 warm": warm, "hwfet": highway}
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
