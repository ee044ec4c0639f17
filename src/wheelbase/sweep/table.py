"""The columns of a table of designs: what each is called, its unit, and where it comes from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from wheelbase.cost import Costs
from wheelbase.fit import Fits
from wheelbase.integrate import Variants
from wheelbase.study.columns import with_unit
from wheelbase.units import convert

__all__ = ["Column", "Output", "car_outputs", "cost_outputs", "in_unit", "room_outputs"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table of designs.

    Args:
        name: With its unit at the end.
        kind: Of the store; figures that are computed have single precision, far beyond the model's.
        unit: As the units of studies are written; empty without one.
        role: "key", "input" or "output".
        meaning: In words.
    """

    name: str
    kind: Literal["bigint", "double", "float", "varchar"]
    unit: str
    role: Literal["key", "input", "output"]
    meaning: str


@dataclass(frozen=True, slots=True)
class Output:
    """A figure of every design, and how it is read off what was computed."""

    name: str
    unit: str
    meaning: str
    of: Callable[[Any], Any] = field(repr=False)

    @property
    def column(self) -> Column:
        """Its column."""
        return Column(with_unit(self.name, self.unit), "float", self.unit, "output", self.meaning)


def in_unit(value: Any, unit: str) -> Any:
    """Return a figure of the code as numbers of a unit."""
    return np.asarray(value) * (convert(1.0, unit) if unit else 1.0)


def room_outputs() -> tuple[Output, ...]:
    """Return what the chains say of every design whose lengths agree, of `Fits`."""

    def of(name: str) -> Callable[[Fits], Any]:
        return lambda fits: getattr(fits, name)

    return (
        Output("short", "mm", "worst of what is missing; 0 where it fits", of("short")),
        Output("wheelbase", "mm", "wheelbase L101", of("wheelbase")),
        Output("turning_circle", "m", "kerb to kerb", of("turning_circle")),
        Output("usable_length", "mm", "length for people and luggage", of("usable_length")),
        Output("couple_distance", "mm", "between the rows, L50-2", of("couple_distance")),
        Output("boot", "l", "boot, estimate of VDA volume", of("boot")),
        Output("battery_fit", "kWh", "battery that fits, gross", of("energy_fit")),
    )


def car_outputs(fuel_energy: float) -> tuple[Output, ...]:
    """Return what is said of every design that is a car, of `Variants`.

    Args:
        fuel_energy: Of its fuel, J/m3; 0 without one.
    """

    def approved(name: str) -> Callable[[Variants], Any]:
        return lambda cars: getattr(cars.approved, name)

    def energy(cars: Variants) -> Any:
        return cars.approved.energy + fuel_energy * cars.approved.fuel

    return (
        Output("battery_gross", "kWh", "battery installed, gross", lambda c: c.battery_energy),
        Output("curb_mass", "kg", "mass without driver, tank 90 % full", lambda c: c.curb_mass),
        Output("front_load", "%", "share of the curb mass on the front axle",
               lambda c: c.balance.curb.front_share),
        Output("wall_energy_wltp", "kWh/100km", "energy from the wall, WLTP", approved("energy")),
        Output("fuel_wltp", "l/100km", "fuel, WLTP", approved("fuel")),
        Output("energy_wltp", "kWh/100km", "wall and fuel energy together, WLTP", energy),
        Output("co2_wltp", "g/km", "CO2 of its fuel, WLTP", approved("co2")),
        Output("electric_range_wltp", "km", "electric range, WLTP", approved("electric_range")),
        Output("acceleration_0_100", "s", "standing start; to its top speed where that is less",
               lambda c: c.full.time_0_100),
        Output("top_speed", "km/h", "top speed", lambda c: c.full.top_speed),
        Output("gradeability", "%", "slope to pull away on, laden", lambda c: c.gradeability),
        Output("drive_scale", "", "drive units over the catalogue's", lambda c: c.scale),
    )  # fmt: skip


def cost_outputs(base_year: int) -> Iterator[Output]:
    """Yield what is said of the price of every car, of `Costs`, in EUR of a year."""

    def of(name: str) -> Callable[[Costs], Any]:
        return lambda costs: getattr(costs, name)

    unit = f"EUR{base_year}"
    words = {
        "direct": ("direct_cost", "direct manufacturing cost"),
        "pack": ("pack_cost", "of it the battery pack"),
    }
    for field_name, (name, meaning) in words.items():
        yield Output(name, unit, meaning, of(field_name))
