"""The one place in this room whose names carry units: results as labels print them."""

from dataclasses import dataclass

from wheelbase.units import GALLON_ENERGY, GALLONS_PER_MILE, convert

__all__ = ["Economy", "economy"]


@dataclass(frozen=True, slots=True)
class Economy:
    """Consumption as labels print it; zero where a quantity does not apply.

    `mpge` counts 33.705 kWh of wall energy as one US gallon of petrol (40 CFR 600.210).
    """

    l_per_100km: float
    mpg_us: float
    mpge: float
    g_co2_per_km: float
    kwh_per_100km_battery: float
    kwh_per_100km_wall: float
    range_km: float


def economy(
    distance: float, fuel: float, co2: float, energy: tuple[float, float], usable: float
) -> Economy:
    """Return the economy of a drive.

    Args:
        distance: m.
        fuel: m3.
        co2: kg.
        energy: Net energy out of the battery and from the wall, J.
        usable: Energy of the battery between its limits of use, J.
    """
    battery, wall = energy
    return Economy(
        l_per_100km=convert(fuel / distance, "l/100km"),
        mpg_us=1 / (fuel / distance * GALLONS_PER_MILE) if fuel > 0 else 0.0,
        mpge=convert(distance / wall * GALLON_ENERGY, "mi") if wall > 0 else 0.0,
        g_co2_per_km=convert(co2 / distance, "g/km"),
        kwh_per_100km_battery=convert(battery / distance, "kWh/100km"),
        kwh_per_100km_wall=convert(wall / distance, "kWh/100km"),
        range_km=convert(usable * distance / battery, "km") if wall > 0 and usable > 0 else 0.0,
    )
