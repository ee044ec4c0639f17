"""What prices are counted in: base year, pack price path, and how costs fall with time."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from wheelbase.catalogue import Catalogue, LearningClass
from wheelbase.cost.pack import PackPath
from wheelbase.prices import Prices

__all__ = ["Basis", "learned"]


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
