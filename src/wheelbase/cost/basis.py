"""What prices are counted in: base year, pack price path, and how costs fall with time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from wheelbase.catalogue import Catalogue, LearningClass
from wheelbase.errors import DataError
from wheelbase.units import Prices

__all__ = ["Anchor", "Basis", "PackPath", "learned", "pack_path"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """One published pack price: EUR/J of the base year, for a calendar year."""

    id: str
    forecaster: str
    made: date
    year: int
    price: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PackPath:
    """Pack price by year, EUR/J gross of the base year.

    Args:
        anchors: The prices behind it.
        years: Years with an anchor.
        base: Mean of the anchors of each of these years.
        low: Least of them.
        high: Greatest of them.
    """

    anchors: tuple[Anchor, ...]
    years: tuple[int, ...]
    base: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    def at(self, year: float) -> tuple[float, float, float]:
        """Return low, base and high of a year.

        Between anchors the price falls by a constant rate; outside them it is held, and
        `extrapolated` says so.
        """
        low, base, high = (
            float(np.exp(np.interp(year, self.years, np.log(series))))
            for series in (self.low, self.base, self.high)
        )
        return low, base, high

    def extrapolated(self, year: float) -> bool:
        """Return whether a year lies outside the anchors."""
        return not self.years[0] <= year <= self.years[-1]


def pack_path(facts: Catalogue, prices: Prices, vantage: date) -> PackPath:
    """Return the path through all pack prices published by the day `vantage`.

    Raises:
        DataError: No price was published by then.
    """
    anchors = []
    for fact in facts.pack_price:
        if fact.made > vantage:
            continue
        for year, money in fact.price.items():
            pair = facts.pack_price.intervals.get((fact.id, f"price@{year}"), (money, money))
            low, value, high = (prices.real(m) for m in (pair[0], money, pair[1]))
            anchors.append(Anchor(fact.id, fact.forecaster, fact.made, year, value, low, high))
    if not anchors:
        raise DataError(f"pack price: nothing was published by {vantage}; choose a later day")
    years = tuple(sorted({a.year for a in anchors}))
    groups = [[a for a in anchors if a.year == year] for year in years]
    return PackPath(
        tuple(anchors),
        years,
        tuple(sum(a.price for a in g) / len(g) for g in groups),
        tuple(min(a.low for a in g) for g in groups),
        tuple(max(a.high for a in g) for g in groups),
    )


def learned(learning: LearningClass, year: float) -> float:
    """Return the cost of a year over that of the base year of the learning class.

    ((rate (year - base) + stock) / stock)^exponent; before its base year the factor is one: a
    learning curve is not run backwards.

    Source: EPA OMEGA model, powertrain_cost_frm.py.
    """
    passed = max(year - learning.base_year, 0)
    return float(((learning.rate * passed + learning.stock) / learning.stock) ** learning.exponent)


@dataclass(frozen=True, slots=True)
class Basis:
    """Everything that a price depends on besides the car.

    Args:
        facts: Cost equations and learning classes.
        prices: Way to EUR of the base year.
        pack: Pack price path.
        tier: Which component costs are used; "engineering" ones were measured after the vantage
            but describe the technology of the day.
    """

    facts: Catalogue = field(repr=False)
    prices: Prices = field(repr=False)
    pack: PackPath = field(repr=False)
    tier: str = "engineering"

    def learning(self) -> Mapping[str, LearningClass]:
        """Return the learning classes by id."""
        return self.facts.learning_class.items
