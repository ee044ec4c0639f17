"""Co-development: engineering shared, purchase pooled, made separately or together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import Literal

from wheelbase.errors import DataError
from wheelbase.partner.terms import Interval, Member, refuse

__all__ = ["CoDevelop", "fixed_cost", "partner_volumes", "programme_cost", "unit_programme"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoDevelop:
    """Co-development of one component: engineering shared, purchase pooled.

    Args:
        id: Name of the deal.
        development: Engineering that is done once, EUR.
        coordination: More of it per further partner, share.
        application: Fitting the component to one partner's cars, EUR, in a coalition only.
        tooling: Each partner's own tooling, EUR.
        first_cost: Unit cost at the first volume, EUR.
        first_volume: Units at which `first_cost` holds.
        learning_rate: Fall of unit cost with each doubling of volume, share.
        pooled: Share of unit cost that is bought together; made together, it is all of it.
        production: Separate: everybody builds its own. Joint: one line for all.
        tooling_scale: Tooling of a joint line grows with partners to this power: 0 for one set
            however many they are, 1 for as many sets as partners.
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
    production: Literal["separate", "joint"] = "separate"
    tooling_scale: float = 0.0

    def __post_init__(self) -> None:
        """Refuse terms that are no terms."""
        shares = ("coordination", "learning_rate", "pooled", "tooling_scale")
        names = ("development", "application", "tooling", "first_cost", "first_volume")
        refuse(self, names, shares)
        problems = []
        if not self.learning_rate < 0.5:
            problems.append(
                f"deal {self.id}: learning_rate {self.learning_rate:g} must be below 0.5: "
                "from there on more units would cost less in all"
            )
        if not self.first_volume > 0:
            problems.append(f"deal {self.id}: first_volume {self.first_volume:g} must be above 0")
        if problems:
            raise DataError(problems)

    def value(self, members: Sequence[Member]) -> float:
        """Return what these makers save together: v(S) = sum of C({i}) - C(S), EUR."""
        return sum(programme_cost(self, [m]) for m in members) - programme_cost(self, members)

    def contracts(self, members: Sequence[Member]) -> Mapping[str, Mapping[str, float]]:
        """Return each partner's saving at one price per unit, and in proportion to volume."""
        total = sum(m.volume for m in members)
        cost = programme_cost(self, members)
        alone = {m.id: programme_cost(self, [m]) for m in members}
        own = self.tooling if self.production == "separate" else 0.0
        common = cost - own * len(members)
        saving = self.value(members)
        return {
            "equal unit price": {
                m.id: alone[m.id] - own - common * m.volume / total for m in members
            },
            "in proportion to volume": {m.id: saving * m.volume / total for m in members},
        }

    def intervals(self, members: Sequence[Member]) -> Sequence[Interval]:
        """Return nothing: partners share costs and sell each other nothing."""
        return ()

    def problems(self, members: Sequence[Member]) -> Sequence[str]:
        """Return nothing: any makers may develop together."""
        return ()


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

    C(S) = F (1 + gamma (|S| - 1)) + A |S| (if |S| > 1) + tooling
    + omega K(Q_S) + (1 - omega) sum K(Q_i). Separate: tooling |S| T. Joint: |S|^k T and omega 1.
    """
    together = unit_programme(deal, sum(m.volume for m in members))
    apart = sum(unit_programme(deal, m.volume) for m in members)
    pooled = 1.0 if deal.production == "joint" else deal.pooled
    return sum(fixed_cost(deal, len(members))) + pooled * together + (1 - pooled) * apart


def fixed_cost(deal: CoDevelop, n: int) -> tuple[float, float]:
    """Return what engineering and tooling of n makers cost together, EUR each."""
    engineering = deal.development * (1 + deal.coordination * (n - 1))
    engineering += deal.application * n if n > 1 else 0.0
    joint = deal.production == "joint"
    return engineering, deal.tooling * (n**deal.tooling_scale if joint else n)


def partner_volumes(deal: CoDevelop, members: Sequence[Member], maker: str) -> dict[str, float]:
    """Return the units of each other partner that help `maker` down the learning curve.

    Only the share of unit cost that is made or bought together learns from them.
    """
    part = 1.0 if deal.production == "joint" else deal.pooled
    return {m.id: part * m.volume for m in members if m.id != maker}
