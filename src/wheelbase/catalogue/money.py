"""Money: cost equations, pack prices, investments, deflators and exchange rates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from wheelbase.catalogue.spec import Spec
from wheelbase.units import (
    CarsPerYear,
    Cost,
    CostPerEnergy,
    CostPerMass,
    CostPerPower,
    CostPerVolume,
    Factor,
    Quantity,
    Ratio,
    Share,
    Year,
    Years,
)

__all__ = [
    "CostEquation",
    "Currency",
    "Group",
    "Investment",
    "InvestmentRung",
    "LearningClass",
    "Made",
    "Overhead",
    "PackCurve",
    "PackPrice",
    "PartFamily",
    "Step",
]

Group = Literal[
    "body", "glider", "interior", "chassis", "engine", "after-treatment", "gearbox",
    "electric machine", "inverter", "reduction gear", "battery", "48 V", "charger", "thermal",
    "wiring", "assembly",
]  # fmt: skip
"""Groups of a bill, in the order in which it shows them."""

Step = Literal[
    "platform development", "top hat", "body shop", "paint shop", "line conversion", "new plant",
    "pack plant", "drive plant", "engine plant", "running line", "programme",
]  # fmt: skip
"""Steps of the investment ladder."""
Made = Literal["cars", "packs", "drive units", "engines", "housings"]
"""What a capacity counts."""
_INDEX = Quantity("price index", "-", low=0, open_low=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostEquation(Spec):
    """Direct manufacturing cost of a part: fixed + slope x its size, one of the slopes.

    `learning` names the LearningClass that moves it with time; `spread_low` and `spread_high`
    multiply the cost to the edges of its interval. `carried_by` names the kinds of powertrain
    whose cars all have the part; where it is empty, `cost.component` says which cars do.
    """

    part: str
    group: Group
    learning: Annotated[str, "id"]
    fixed: Cost | None = None
    per_power: CostPerPower | None = None
    per_volume: CostPerVolume | None = None
    per_mass: CostPerMass | None = None
    per_gear: Cost | None = None
    spread_low: Ratio
    spread_high: Ratio
    carried_by: tuple[Literal["petrol", "diesel", "mhev", "hev", "phev", "bev"], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningClass(Spec):
    """How unit cost falls: ((rate (year - base_year) + stock) / stock)^exponent."""

    rate: Factor
    stock: Factor
    base_year: Year
    exponent: Factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Overhead(Spec):
    """What a maker spends or earns beside direct cost, as a share of it."""

    name: str
    kind: Literal["indirect", "margin"]
    share: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class PackPrice(Spec):
    """A price of battery packs by year, as one survey or forecast of one day gave it.

    `price` is per kWh gross of the calendar year it is for, in the currency year of the row.
    """

    forecaster: str
    kind: Literal["survey", "forecast"]
    made: Annotated[date, "date"]
    price: Mapping[int, CostPerEnergy]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackCurve(Spec):
    """Pack cost per kWh by gross energy and year.

    base + size / E^size_exponent - fall a exp(decay a), E in kWh, a the years after `first`; after
    `last` times `after` a year.
    """

    base: CostPerEnergy
    size: CostPerEnergy
    size_exponent: Factor
    fall: CostPerEnergy
    decay: Factor
    first: Year
    last: Year
    after: Factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Investment(Spec):
    """One public investment: what, by whom, how much, for how many pieces a year.

    `comparable` is "no" where it holds more or less than its step, or where its capacity is not
    public; the page column of the fact says which.
    """

    name: str
    company: str
    step: Step
    amount: Cost
    announced: Annotated[date, "date"] | None = None
    capacity: CarsPerYear | None = None
    makes: Made = "cars"
    comparable: Literal["yes", "no"] = "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestmentRung(Spec):
    """One step of the investment ladder, and what it costs where no two public ones compare.

    `per` is what one `amount` buys: a "programme", a "model", or a "capacity" of `size` pieces a
    year; "sum" marks figures that hold several steps and are never added up.
    """

    label: Step
    meaning: str
    per: Literal["programme", "model", "capacity", "sum"]
    makes: Made
    size: CarsPerYear | None = None
    amount: Cost | None = None
    life: Years | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFamily(Spec):
    """Parts that are one design until a hard point or a size among them differs.

    `lines` are words that a line of a bill carries where it belongs here; `share` is the part of
    such a line, all of it where left out. Each version pays its `development` once, and stampings
    and fixtures for every `size` cars a year.
    """

    label: str
    group: Literal["body", "interior", "chassis", "battery", "engine", "drive", "other"]
    lines: tuple[str, ...]
    share: Share | None = None
    stamping: Cost | None = None
    fixture: Cost | None = None
    development: Cost | None = None
    size: CarsPerYear | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency(Spec):
    """A currency area: chained GDP deflator and the annual mean of its units per EUR.

    `id` is the currency code in lower case (`usd`).
    """

    name: str
    deflator: Mapping[int, Annotated[float, _INDEX]]
    per_eur: Mapping[int, Ratio]
