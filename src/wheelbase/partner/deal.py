"""Deals: the terms under which makers share a programme, and what each coalition pays."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, log2

from wheelbase.errors import DataError

__all__ = ["CoDevelop", "Member", "programme_cost", "unit_programme"]


@dataclass(frozen=True, slots=True)
class Member:
    """A maker in a deal and the units that it needs over the life of the programme."""

    id: str
    volume: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CoDevelop:
    """Co-development of one component: engineering shared, purchase pooled, production separate.

    Args:
        id: Name of the deal.
        development: Engineering that is done once, EUR.
        coordination: More of it per further partner, share.
        application: Fitting the component to one partner's cars, EUR, in a coalition only.
        tooling: Each partner's own tooling, EUR.
        first_cost: Unit cost at the first volume, EUR.
        first_volume: Units at which `first_cost` holds.
        learning_rate: Fall of unit cost with each doubling of volume, share.
        pooled: Share of unit cost that is bought or made together.
    """

    id: str
    development: float
    coordination: float
    application: float
    tooling: float
    first_cost: float
    first_volume: float
    learning_rate: float
    pooled: float

    def __post_init__(self) -> None:
        """Refuse terms that are no terms."""
        shares = ("coordination", "learning_rate", "pooled")
        names = ("development", "application", "tooling", "first_cost", "first_volume", *shares)
        problems = [
            f"deal {self.id}: {name} {getattr(self, name):g} must not be negative or endless"
            for name in names
            if not (isfinite(getattr(self, name)) and getattr(self, name) >= 0)
        ]
        problems += [
            f"deal {self.id}: {name} {getattr(self, name):g} is outside 0 .. 1"
            for name in shares
            if getattr(self, name) > 1
        ]
        if problems:
            raise DataError(problems)


def unit_programme(deal: CoDevelop, volume: float) -> float:
    """Return the cost of making `volume` units along the learning curve, EUR.

    K(Q) = c1 Q / (1 + b) (Q / Q0)^b with b = log2(1 - learning rate).

    Source: Wright, Factors affecting the cost of airplanes, 1936 (integral of the curve).
    """
    if volume == 0:
        return 0.0
    b = log2(1 - deal.learning_rate)
    return float(deal.first_cost * volume / (1 + b) * (volume / deal.first_volume) ** b)


def programme_cost(deal: CoDevelop, members: Sequence[Member]) -> float:
    """Return what a coalition pays for the whole programme, EUR.

    C(S) = F (1 + gamma (|S| - 1)) + A |S| (if |S| > 1) + sum T
    + omega K(Q_S) + (1 - omega) sum K(Q_i).
    """
    n = len(members)
    engineering = deal.development * (1 + deal.coordination * (n - 1))
    engineering += deal.application * n if n > 1 else 0.0
    together = unit_programme(deal, sum(m.volume for m in members))
    apart = sum(unit_programme(deal, m.volume) for m in members)
    made = deal.pooled * together + (1 - deal.pooled) * apart
    return engineering + deal.tooling * n + made
