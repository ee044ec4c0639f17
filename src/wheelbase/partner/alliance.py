"""The verb `ally`: what a deal is worth, how it may be shared, and whether the sharing holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite

import numpy as np

from wheelbase.catalogue import stream
from wheelbase.errors import DataError
from wheelbase.partner.deal import CoDevelop, Deal, Member, programme_cost, values_of
from wheelbase.partner.game import (
    MOST,
    Coalition,
    LeastCore,
    Values,
    coalitions,
    core_slack,
    least_core,
    nucleolus,
    shapley,
)
from wheelbase.partner.price import PriceInterval, price_intervals

__all__ = ["LEAVES_OUT", "Alliance", "Robust", "Sharing", "ally", "partner_volumes", "robustness"]

LEAVES_OUT = (
    "bargaining power, antitrust, and the cost of leaving a deal",
    "rival partners outside the list",
    "differences between the partners' specifications beyond application engineering",
)


@dataclass(frozen=True, slots=True)
class Sharing:
    """One rule of sharing the gain.

    Args:
        rule: Its name.
        shares: Gain of each partner, EUR.
        in_core: No coalition would do better alone.
        least_surplus: Least gain of any coalition over going alone, EUR: how stable the rule is.
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
        costs: Programme cost of every coalition, EUR; empty where the deal prices none.
        values: Gain of every coalition over going alone, EUR.
        sharings: Rules of sharing, Shapley first.
        least_core: The greatest surplus that every coalition can have at least.
        prices: Intervals of the prices that the deal leaves to be agreed.
        leaves_out: What the deal model does not look at.
    """

    deal: str
    members: tuple[Member, ...]
    costs: Mapping[Coalition, float] = field(repr=False)
    values: Mapping[Coalition, float]
    sharings: tuple[Sharing, ...]
    least_core: LeastCore
    prices: tuple[PriceInterval, ...] = ()
    leaves_out: tuple[str, ...] = LEAVES_OUT

    @property
    def saving(self) -> float:
        """Gain of all partners together, EUR."""
        return self.values[tuple(m.id for m in self.members)]


def ally(members: Sequence[Member], deal: Deal) -> Alliance:
    """Return what `deal` is worth to its `members` and how the gain may be shared.

    Rules: Shapley value, nucleolus, in proportion to volume, and for a co-development the contract
    in which everybody pays the same unit price for the pooled part.

    Raises:
        DataError: Fewer than two or more than twelve partners, one listed twice, a volume that is
            not above zero where the deal counts volumes, or a value of a table that is missing.
    """
    if problems := _problems(members, deal):
        raise DataError(problems)
    players = [m.id for m in members]
    by_id = {m.id: m for m in members}
    costs: dict[Coalition, float] = {}
    if isinstance(deal, CoDevelop):
        costs = {c: programme_cost(deal, [by_id[p] for p in c]) for c in coalitions(players)}
    values = values_of(deal, members)
    rules = {"Shapley": shapley(players, values), "nucleolus": nucleolus(players, values)}
    if isinstance(deal, CoDevelop):
        rules["equal unit price"] = _equal_unit_price(members, deal, costs)
    if any(m.volume for m in members):
        rules["in proportion to volume"] = _by_volume(members, values)
    return Alliance(
        deal=deal.id,
        members=tuple(members),
        costs=costs,
        values=values,
        sharings=tuple(_sharing(rule, players, values, s) for rule, s in rules.items()),
        least_core=least_core(players, values),
        prices=price_intervals(deal, members),
    )


def _problems(members: Sequence[Member], deal: Deal) -> list[str]:
    names = [m.id for m in members]
    problems = []
    if not 2 <= len(names) <= MOST:
        problems.append(f"deal {deal.id}: {len(names)} partners; a deal has 2 to {MOST}")
    problems += [
        f"deal {deal.id}: partner {name} is listed twice; list it once"
        for name in dict.fromkeys(n for n in names if names.count(n) > 1)
    ]
    least = 0.0 if not isinstance(deal, CoDevelop) else np.nextafter(0, 1)
    problems += [
        f"deal {deal.id}: partner {m.id}: volume {m.volume:g} must be above zero"
        for m in members
        if not (isfinite(m.volume) and m.volume >= least)
    ]
    return problems


def _equal_unit_price(
    members: Sequence[Member], deal: CoDevelop, costs: Mapping[Coalition, float]
) -> dict[str, float]:
    """Return each partner's gain when all but its own tooling is paid per unit, at one price."""
    total = sum(m.volume for m in members)
    own = 0.0 if deal.production == "joint" else deal.tooling
    common = costs[tuple(m.id for m in members)] - own * len(members)
    return {m.id: costs[m.id,] - own - common * m.volume / total for m in members}


def _by_volume(members: Sequence[Member], values: Values) -> dict[str, float]:
    """Return the gain shared in proportion to volume."""
    total = sum(m.volume for m in members)
    whole = values[tuple(m.id for m in members)]
    return {m.id: whole * m.volume / total for m in members}


def _sharing(rule: str, players: list[str], values: Values, shares: Mapping[str, float]) -> Sharing:
    surplus, tightest = core_slack(players, values, shares)
    holds = surplus >= -1e-6 * abs(values[tuple(players)])
    return Sharing(rule, dict(shares), holds, surplus, tightest)


@dataclass(frozen=True, slots=True)
class Robust:
    """How a rule fares when volumes are uncertain.

    Args:
        rule: Its name.
        in_core: Share of draws in which it is in the core.
        shares: Partner to the 10th, 50th and 90th percentile of its gain, EUR.
    """

    rule: str
    in_core: float
    shares: Mapping[str, tuple[float, float, float]]

    @property
    def robust(self) -> bool:
        """Whether the rule holds in nine draws of ten."""
        return self.in_core >= 0.9


def robustness(members: Sequence[Member], deal: Deal, draws: int, seed: int) -> tuple[Robust, ...]:
    """Return how every rule fares over joint draws of the members' volumes.

    Volumes are triangular between their low and high, each with a stream of its own.
    """
    drawn = {
        m.id: stream(seed, f"{deal.id}.{m.id}").triangular(m.low, m.volume, m.high, draws)
        for m in members
        if m.low is not None and m.high is not None and m.low < m.high
    }
    found = [
        ally([replace(m, volume=float(drawn[m.id][n])) if m.id in drawn else m for m in members],
             deal)
        for n in range(draws)
    ]  # fmt: skip
    rules = []
    for place, sharing in enumerate(found[0].sharings):
        every = [alliance.sharings[place] for alliance in found]
        spans = {}
        for m in members:
            low, middle, high = np.quantile([s.shares[m.id] for s in every], (0.1, 0.5, 0.9))
            spans[m.id] = (float(low), float(middle), float(high))
        held = sum(s.in_core for s in every) / draws
        rules.append(Robust(sharing.rule, held, spans))
    return tuple(rules)


def partner_volumes(members: Sequence[Member], maker: str) -> float:
    """Return the units of everybody but the maker, for learning on what is shared."""
    return sum(m.volume for m in members if m.id != maker)
