"""Fields of a study file: what each measures, in which unit it is written, in what range."""

from dataclasses import dataclass, replace
from datetime import date
from math import inf
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from wheelbase import units
from wheelbase.catalogue import HARD_POINTS, cycle_names
from wheelbase.study.quantity import Assumed, Either, Given, Measure, Named, unknown
from wheelbase.units import Quantity, parse

__all__ = [
    "REQUESTS",
    "AssumedCapacity",
    "AssumedCars",
    "AssumedFactor",
    "AssumedLearning",
    "AssumedMoney",
    "AssumedMoneyPerYear",
    "AssumedPart",
    "AssumedPerEnergy",
    "AssumedPrice",
    "AssumedRate",
    "AssumedReturn",
    "AssumedShare",
    "AssumedSomeCapacity",
    "AssumedSomeCars",
    "AssumedWorth",
    "AssumedYears",
    "Blocks",
    "Body",
    "Boot",
    "Capacity",
    "CarHeight",
    "CarLength",
    "CarWidth",
    "CellCharge",
    "CellName",
    "CellRate",
    "CellSize",
    "CellVoltage",
    "Charger",
    "Clearance",
    "Cycle",
    "Drag",
    "FinalDrive",
    "FrontalArea",
    "HardPoint",
    "Headroom",
    "Id",
    "Limit",
    "Load",
    "Model",
    "ModuleFactor",
    "PerCellMass",
    "PerCellVolume",
    "PerRange",
    "PerTime",
    "PerVolume",
    "Pinned",
    "PlanFactor",
    "Platform",
    "Powertrain",
    "Rate",
    "Request",
    "Rolling",
    "SeatHeight",
    "Share",
    "SomeCapacity",
    "Sprint",
    "Tank",
    "Term",
    "Text",
    "TyreRadius",
    "Version",
    "Wheelbase",
    "Whole",
    "Years",
    "day",
    "request",
    "whole_sum",
]

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]


def _version(value: object) -> object:
    if isinstance(value, bool):  # true equals 1
        raise ValueError("is the version of the format; write 1")
    return value


Version = Annotated[Literal[1], BeforeValidator(_version)]
"""Of the format of study files."""


def day(value: object) -> date:
    """Return the day that a text such as 2019-11-14 names, or raise ValueError."""
    if not isinstance(value, str):
        raise ValueError("write a day as 2019-11-14")
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value!r} is not a day; write it as 2019-11-14") from None
    if not 1990 <= found.year <= 2100:
        raise ValueError(f"{value} lies outside of 1990 to 2100; write a day as 2019-11-14")
    return found


def _hard_point(name: str) -> str:
    if name not in HARD_POINTS:
        raise ValueError(unknown("hard_point", name, HARD_POINTS))
    return name


def _cycle(name: str) -> str:
    if name not in cycle_names():
        raise ValueError(unknown("cycle", name, cycle_names()))
    return name


def whole_sum(shares: dict[str, float]) -> dict[str, float]:
    """Return shares that sum to one; raise ValueError saying how much is missing if not."""
    total = 100 * sum(shares.values())
    if abs(total - 100) > 1e-7:
        off = f"add {100 - total:g} %" if total < 100 else f"take {total - 100:g} % away"
        raise ValueError(f"the shares sum to {total:g} %, not to 100 %; {off}")
    return shares


REQUESTS = {
    "range": Quantity("range", "m", low=1e3, high=3e6),
    "energy": Quantity("energy of a battery", "J", low=1e6, high=4e9),
}
"""What a battery may be asked for; more or less than any car's is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a battery is asked for: a range in m, an energy in J, or neither for what fits."""

    range: float | None = None
    energy: float | None = None


def request(text: object) -> Request:
    """Return what `text` ("440 km", "80 kWh", "fit") asks of a battery.

    Raises:
        ValueError: Neither a length nor an energy with a unit.
    """
    if text == "fit":
        return Request()
    for name, quantity in REQUESTS.items():
        try:
            parse(str(text), replace(quantity, low=-inf, high=inf))
        except ValueError:
            continue
        return Request(**{name: parse(str(text), quantity)})
    raise ValueError(f"'{text}' asks for no battery; write '440 km', '80 kWh' or 'fit'")


def _whole_months(years: float) -> float:
    """Return years that are whole months; raise ValueError if they are not."""
    months = round(12 * years)
    if abs(12 * years - months) > 1e-6:
        raise ValueError(f"{12 * years:.3g} months is not a whole number; write '36 months'")
    return months / 12


def _measure(hint: object) -> Measure:
    return Measure(_quantity(hint))


def _between(hint: object, low: float, high: float) -> Measure:
    """Return a measure in the unit of the code from `low` to `high`; outside, a slip of the pen."""
    return Measure(replace(_quantity(hint), low=low, high=high, open_low=False))


def _quantity(hint: object) -> Quantity:
    quantity = hint.__metadata__[0]  # type: ignore[attr-defined]
    assert isinstance(quantity, Quantity)
    return quantity


Cycle = Annotated[str, AfterValidator(_cycle)]
HardPoint = Annotated[str, AfterValidator(_hard_point)]
Body = Annotated[str, Named("bodies")]
Powertrain = Annotated[str, Named("powertrains")]
Platform = Annotated[str, Named("platforms")]
# Bounds beyond any car on a road, from a quadricycle to a van: whoever writes more has slipped.
Wheelbase = Annotated[float, _between(units.Length, 1.0, 6.0)]
CarLength = Annotated[float, _between(units.Length, 2.0, 8.0)]
CarWidth = Annotated[float, _between(units.Length, 1.0, 3.0)]
CarHeight = Annotated[float, _between(units.Length, 0.8, 4.0)]
Clearance = Annotated[float, _between(units.Length, 0.03, 0.5)]
TyreRadius = Annotated[float, _between(units.Length, 0.2, 0.6)]
SeatHeight = Annotated[float, _between(units.Length, 0.05, 0.8)]
Headroom = Annotated[float, _between(units.Length, 0.6, 1.6)]
Drag = Annotated[float, _between(units.Ratio, 0.1, 1.2)]
FrontalArea = Annotated[float, _between(units.Area, 0.5, 10.0)]
Rolling = Annotated[float, _between(units.Ratio, 0.002, 0.05)]
Boot = Annotated[float, Measure(replace(_quantity(units.Volume), high=20.0))]
Load = Annotated[float, Measure(replace(_quantity(units.Mass), high=10e3))]
FinalDrive = Annotated[float, _between(units.Ratio, 0.5, 100.0)]
Tank = Annotated[float, _between(units.Volume, 1e-3, 1.0)]
CellName = Annotated[str, Either("cell", "cells")]
CellSize = Annotated[float, _between(units.Length, 2e-3, 2.0)]
CellCharge = Annotated[float, _between(units.Charge, 360.0, 7.2e6)]  # 0.1 to 2000 Ah
CellVoltage = Annotated[float, _between(units.Voltage, 0.5, 6.0)]
PerCellVolume = Annotated[float, _between(units.EnergyDensity, 1.8e8, 1.08e10)]  # 50 to 3000 Wh/l
PerCellMass = Annotated[float, _between(units.SpecificEnergy, 7.2e4, 7.2e6)]  # 20 to 2000 Wh/kg
CellRate = Annotated[float, _between(units.ChargeRate, 1e-5, 1e-2)]  # about C/30 to 36 C
PlanFactor = Annotated[float, _between(units.Ratio, 1.0, 4.0)]
ModuleFactor = Annotated[float, _between(units.Ratio, 1.0, 2.0)]
Charger = Annotated[float, _between(units.Power, 500.0, 5e6)]
Sprint = Annotated[float, _between(units.Time, 0.5, 300.0)]
Limit = Annotated[float, Measure(replace(_quantity(units.Time), high=604_800.0))]  # a week, s
Share = Annotated[float, _measure(units.Share)]
Years = Annotated[float, Measure(Quantity("number of years", "yr", low=1, high=40, whole=True))]
_TERM = Quantity("number of years", "yr", low=1, high=8)  # what residual values reach
Term = Annotated[float, Measure(_TERM), AfterValidator(_whole_months)]
_MOST_CARS, _MOST_A_YEAR, _MOST_MONEY = 1e9, 2e8, 1e12  # beyond any maker
_MOST_A_CAR = 1e6  # EUR, beyond any car that is built in numbers
_CARS = Quantity("number of cars", "car", low=0, high=_MOST_CARS)
_CAPACITY = Quantity("cars per year", "car/yr", low=0, high=_MOST_A_YEAR)
Capacity = Annotated[float, Measure(_CAPACITY)]
SomeCapacity = Annotated[float, Measure(replace(_CAPACITY, low=1))]
Whole = Annotated[float, Measure(Quantity("count", "-", low=1, high=100_000, whole=True))]

Blocks = Annotated[float, Measure(Quantity("count", "-", low=0, high=1000, whole=True))]

_Money = Given(Quantity("money", "EUR", low=0, high=_MOST_MONEY))
AssumedMoney = Annotated[Assumed, _Money]
AssumedWorth = Annotated[Assumed, Given(Quantity("money", "EUR", low=0, high=10 * _MOST_MONEY))]
AssumedPrice = Annotated[Assumed, Given(Quantity("money per car", "EUR", high=_MOST_A_CAR, low=0))]
_WITHIN_A_CAR = replace(_quantity(units.Length), high=10, open_high=True)
Pinned = Annotated[Assumed, Given(_WITHIN_A_CAR, bare=True)]
AssumedShare = Annotated[Assumed, Given(_quantity(units.Share))]
AssumedPart = Annotated[
    Assumed, Given(Quantity("share", "-", low=0, high=1, open_low=True, open_high=True))
]
AssumedLearning = Annotated[
    Assumed, Given(Quantity("learning rate", "-", low=0, high=0.5, open_high=True))
]
_RATE = Quantity("rate", "-", low=0, high=0.5)
Rate = Annotated[float, Measure(_RATE)]
AssumedRate = Annotated[Assumed, Given(_RATE)]
AssumedReturn = Annotated[Assumed, Given(replace(_RATE, open_low=True))]
AssumedFactor = Annotated[Assumed, Given(Quantity("factor", "-", low=0, high=10))]
AssumedYears = Annotated[Assumed, Given(Quantity("number of years", "yr", low=1, high=40))]
AssumedCapacity = Annotated[Assumed, Given(_CAPACITY)]
AssumedSomeCapacity = Annotated[Assumed, Given(replace(_CAPACITY, low=1))]
AssumedCars = Annotated[Assumed, Given(_CARS)]
AssumedSomeCars = Annotated[Assumed, Given(replace(_CARS, low=1))]
AssumedMoneyPerYear = Annotated[
    Assumed, Given(Quantity("money per year", "EUR/yr", low=0, high=_MOST_MONEY))
]
_DEAREST = parse("10000 EUR/kWh", Quantity("money per energy", "EUR/J"))  # hand-built cells
AssumedPerEnergy = Annotated[
    Assumed, Given(Quantity("money per energy", "EUR/J", low=_DEAREST / 1e4, high=_DEAREST))
]
PerRange = Annotated[Assumed, Given(Quantity("money per range", "EUR/m", low=0, high=10))]
PerVolume = Annotated[Assumed, Given(Quantity("money per volume", "EUR/m3", low=0, high=1e7))]
PerTime = Annotated[Assumed, Given(Quantity("money per time", "EUR/s", low=0, high=1e6))]


class Model(BaseModel):
    """A part of the study file: frozen, no key that is not named here."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
