"""The verb `ally`: what a deal saves, how it may be shared, and whether the sharing holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite

from wheelbase.errors import DataError
from wheelbase.partner.deal import CoDevelop, Member, programme_cost
from wheelbase.partner.game import Coalition, coalitions, core_slack, nucleolus, shapley

__all__ = ["LEAVES_OUT", "Alliance", "Sharing", "ally"]

LEAVES_OUT = (
    "bargaining power, antitrust, and the cost of leaving a deal",
    "rival partners outside the list",
    "differences between the partners' specifications beyond application engineering",
)

_MOST = 12


@dataclass(frozen=True, slots=True)
class Sharing:
    """One rule of sharing the saving.

    Args:
        rule: Its name.
        shares: Saving of each partner, EUR.
        in_core: No coalition would do better alone.
        least_surplus: Least gain of any coalition over going alone, EUR.
        tightest: The coalition that gains least.
    """

    rule: str
    shares: Mapping[str, float]
    in_core: bool
    least_surplus: float
    tightest: Coalition


@dataclass(frozen=True, slots=True)
class Alliance:
    """What a deal is worth.

    Args:
        deal: Its name.
        members: Who takes part.
        costs: Programme cost of every coalition, EUR.
        values: Saving of every coalition over going alone, EUR.
        sharings: Rules of sharing, Shapley first.
        leaves_out: What the deal model does not look at.
    """

    deal: str
    members: tuple[Member, ...]
    costs: Mapping[Coalition, float] = field(repr=False)
    values: Mapping[Coalition, float]
    sharings: tuple[Sharing, ...]
    leaves_out: tuple[str, ...] = LEAVES_OUT

    @property
    def saving(self) -> float:
        """Saving of all partners together, EUR."""
        return self.values[tuple(m.id for m in self.members)]


def ally(members: Sequence[Member], deal: CoDevelop) -> Alliance:
    """Return what `deal` saves its `members` and how the saving may be shared.

    Saving of a coalition: v(S) = sum of C({i}) - C(S). Rules: Shapley value, nucleolus, and the
    contract in which everybody pays the same unit price for the pooled part.

    Raises:
        DataError: Fewer than two or more than twelve partners, one listed twice, or a volume that
            is not above zero.
    """
    if problems := _problems(members, deal):
        raise DataError(problems)
    players = [m.id for m in members]
    by_id = {m.id: m for m in members}
    costs = {c: programme_cost(deal, [by_id[p] for p in c]) for c in coalitions(players)}
    alone = {p: costs[p,] for p in players}
    values = {c: sum(alone[p] for p in c) - cost for c, cost in costs.items()}
    rules = {
        "Shapley": shapley(players, values),
        "nucleolus": nucleolus(players, values),
        "equal unit price": _equal_unit_price(members, deal, costs),
    }
    return Alliance(
        deal=deal.id,
        members=tuple(members),
        costs=costs,
        values=values,
        sharings=tuple(_sharing(rule, players, values, s) for rule, s in rules.items()),
    )


def _problems(members: Sequence[Member], deal: CoDevelop) -> list[str]:
    names = [m.id for m in members]
    problems = []
    if not 2 <= len(names) <= _MOST:
        problems.append(f"deal {deal.id}: {len(names)} partners; a deal has 2 to {_MOST}")
    problems += [
        f"deal {deal.id}: partner {name} is listed twice; list it once"
        for name in dict.fromkeys(n for n in names if names.count(n) > 1)
    ]
    problems += [
        f"deal {deal.id}: partner {m.id}: volume {m.volume:g} must be above zero"
        for m in members
        if not (isfinite(m.volume) and m.volume > 0)
    ]
    return problems


def _equal_unit_price(
    members: Sequence[Member], deal: CoDevelop, costs: Mapping[Coalition, float]
) -> dict[str, float]:
    """Return each partner's saving when all but its own tooling is paid per unit, at one price."""
    total = sum(m.volume for m in members)
    common = costs[tuple(m.id for m in members)] - deal.tooling * len(members)
    return {m.id: costs[m.id,] - deal.tooling - common * m.volume / total for m in members}


def _sharing(
    rule: str, players: list[str], values: Mapping[Coalition, float], shares: Mapping[str, float]
) -> Sharing:
    surplus, tightest = core_slack(players, values, shares)
    return Sharing(
        rule, dict(shares), surplus >= -1e-6 * abs(values[tuple(players)]), surplus, tightest
    )
