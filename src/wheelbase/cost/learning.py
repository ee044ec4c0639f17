"""How costs fall: with time by the industry's path, or with the volume that a maker has seen.

Every part has one clock. It learns with time, or, where a study counts volumes of its group, with
cumulative volume; never with both. A pack follows its price path, and volume moves it through the
scale of purchase alone.
"""

from dataclasses import dataclass
from math import log2

from wheelbase.catalogue import Group, LearningClass
from wheelbase.errors import DataError

__all__ = ["Experience", "batch_average", "learned"]


def learned(learning: LearningClass, year: float) -> float:
    """Return the cost of a year over that of the base year of the learning class.

    ((rate (year - base) + stock) / stock)^exponent; before its base year the factor is one: a
    learning curve is not run backwards.

    Source: EPA OMEGA model, powertrain_cost_frm.py.
    """
    passed = max(year - learning.base_year, 0)
    return float(((learning.rate * passed + learning.stock) / learning.stock) ** learning.exponent)


def batch_average(first: float, last: float, learning_rate: float, reference: float) -> float:
    """Return the mean cost of units `first` to `last` over that of the unit number `reference`.

    (Q2^(1+b) - Q1^(1+b)) / ((1+b) (Q2 - Q1) Q0^b) with b = log2(1 - learning rate).

    Source: Wright, Factors affecting the cost of airplanes, 1936 (integral of the curve).
    """
    b = log2(1 - learning_rate)
    return float((last ** (1 + b) - first ** (1 + b)) / ((1 + b) * (last - first) * reference**b))


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience:
    """Volume that a maker has seen of some groups of parts.

    Cumulative volume Q = Q0 + (own + rho partners + sigma industry) x years since `start`; cost
    falls by `learning_rate` with each doubling, and the price of purchase with the volume of a year
    to the power of -beta.

    Args:
        id: Its name.
        groups: Groups of the bill that learn by it.
        start: First year of counting.
        first: Cumulative units at that time, Q0, at which the equations hold.
        own: Units a year of the maker.
        partners: Units a year of its partners.
        shared: Share of the partners' experience that reaches the maker, rho, 0 .. 1.
        industry: Units a year of everybody else.
        seen: Share of that, sigma, 0 .. 1.
        learning_rate: Fall of cost with each doubling, from 0 and below 0.5: at half, the
            next unit would be free.
        scale: Elasticity of the purchase price over yearly volume, beta, 0 .. 0.05 as a rule.
        reference: Units a year at which the equations hold.
    """

    id: str
    groups: tuple[Group, ...]
    start: int
    first: float
    own: float
    partners: float = 0.0
    shared: float = 0.0
    industry: float = 0.0
    seen: float = 0.0
    learning_rate: float = 0.0
    scale: float = 0.0
    reference: float = 1.0

    def __post_init__(self) -> None:
        """Refuse volumes and shares that are none."""
        volumes = ("own", "partners", "industry")
        problems = [
            f"volumes {self.id}: {name} {getattr(self, name):g} must not be negative"
            for name in volumes
            if not getattr(self, name) >= 0
        ]
        problems += [
            f"volumes {self.id}: {name} {getattr(self, name):g} must be above zero"
            for name in ("first", "reference")
            if not getattr(self, name) > 0
        ]
        problems += [
            f"volumes {self.id}: {name} {getattr(self, name):g} is outside 0 .. 1"
            for name in ("shared", "seen", "scale")
            if not 0 <= getattr(self, name) <= 1
        ]
        if not 0 <= self.learning_rate < 0.5:
            problems.append(
                f"volumes {self.id}: learning_rate {self.learning_rate:g} is outside 0 .. 0.5"
            )
        if self.scale > 0 and not self._pooled > 0:
            problems.append(
                f"volumes {self.id}: own 0, and no units of partners, have no scale of purchase; "
                "give a volume above zero or leave scale out"
            )
        if problems:
            raise DataError(problems)

    @property
    def _pooled(self) -> float:
        """Units a year that are bought together."""
        return self.own + self.shared * self.partners

    @property
    def yearly(self) -> float:
        """Units a year that count."""
        return self._pooled + self.seen * self.industry

    def cumulative(self, year: float) -> float:
        """Return the cumulative units at the beginning of a year."""
        return self.first + self.yearly * max(year - self.start, 0)

    def learned(self, year: int) -> float:
        """Return the mean cost of a year's units over the cost at Q0, purchase scale left out."""
        begin, end = self.cumulative(year), self.cumulative(year + 1)
        if year < self.start or end <= begin:
            return 1.0
        return batch_average(begin, end, self.learning_rate, self.first)

    def bought(self) -> float:
        """Return the price of purchase over that at the reference volume a year."""
        return float((self._pooled / self.reference) ** -self.scale) if self.scale > 0 else 1.0

    def words(self, year: int) -> str:
        """Return which clock it is, with its figures."""
        units, factor = self.cumulative(year), self.learned(year)
        text = f"volume clock {self.id}: {units / 1e3:,.0f} thousand units, x {factor:.3f}"
        return text + (f", x {self.bought():.3f} by scale" if self.scale else "")
