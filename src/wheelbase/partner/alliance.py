"""The verb `ally`: what a deal gains, how it may be shared, and whether the sharing holds."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from math import isfinite

import numpy as np

from wheelbase.errors import DataError
from wheelbase.partner.deal import CoDevelop, programme_cost
from wheelbase.partner.game import (
    Coalition,
    LeastCore,
    Sampled,
    coalitions,
    core_slack,
    cover,
    least_core,
    sampled_shapley,
    shapley,
)
from wheelbase.partner.nucleolus import nucleolus
from wheelbase.partner.terms import Deal, Interval, Member

__all__ = ["LEAVES_OUT", "Alliance", "Robustness", "Sharing", "ally", "robustness", "sample"]

LEAVES_OUT = (
    "bargaining power, antitrust, and the cost of leaving a deal",
    "rival partners outside the list",
    "differences between the partners' specifications beyond application engineering",
    "changes of the other terms: only the volumes are drawn when a rule is tried",
)

_MOST = 12


@dataclass(frozen=True, slots=True)
class Sharing:
    """One rule of sharing the gain.

    Args:
        rule: Its name.
        shares: Gain of each partner, EUR.
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
        costs: Programme cost of every coalition, EUR; empty where the deal has no joint programme.
        values: Gain of every coalition over going alone, EUR, where nobody must join: that of
            the best way to split it into groups that each make the deal, or make it not.
        whole: Gain of all in one deal, EUR; below `saving` where smaller groups do better.
        sharings: Rules of sharing, Shapley first.
        least_core: How much must be paid at least to keep every group.
        intervals: Prices at which seller and buyer both gain.
        leaves_out: What the deal model does not look at.
    """

    deal: str
    members: tuple[Member, ...]
    costs: Mapping[Coalition, float] = field(repr=False)
    values: Mapping[Coalition, float]
    whole: float
    sharings: tuple[Sharing, ...]
    least_core: LeastCore
    intervals: tuple[Interval, ...] = ()
    leaves_out: tuple[str, ...] = LEAVES_OUT

    @property
    def saving(self) -> float:
        """Gain of all partners together, EUR, in the groups that gain most."""
        return self.values[tuple(m.id for m in self.members)]


@dataclass(frozen=True, slots=True)
class Robustness:
    """How a sharing rule fares when every partner's volume is uncertain.

    Args:
        rule: Its name.
        quantiles: Gain of each partner, EUR: p10, p50, p90.
        holds: Share of draws in which no group would do better alone.
        swings: Gain of each partner, EUR, with the volume of one alone at its low and high:
            (partner gaining, partner whose volume moves) -> (low, high).
    """

    rule: str
    quantiles: Mapping[str, tuple[float, float, float]]
    holds: float
    swings: Mapping[tuple[str, str], tuple[float, float]]

    @property
    def is_robust(self) -> bool:
        """Whether the rule holds in at least nine draws of ten."""
        return self.holds >= 0.9


def ally(members: Sequence[Member], deal: Deal, executor: Executor | None = None) -> Alliance:
    """Return what `deal` gains its `members` and how the gain may be shared.

    Rules: Shapley value, nucleolus, then the contracts that suit the deal, such as one price per
    unit for everybody.

    Args:
        members: Partners with their volumes.
        deal: The terms.
        executor: Values the coalitions; None in turn. The result is the same.

    Raises:
        DataError: Fewer than two or more than twelve partners, one listed twice, a volume that
            is not above zero, or a role that no partner has.
    """
    problems = [*_problems(members, deal), *deal.problems(members)]
    if len(members) > _MOST:
        problems.append(
            f"deal {deal.id}: {len(members)} partners; the exact rules take up to {_MOST}, "
            "partner.sample gives the Shapley value of more, with error bars"
        )
    if problems:
        raise DataError(problems)
    players = [m.id for m in members]
    by_id = {m.id: m for m in members}
    values = _worth(members, deal, executor)
    costs = {}
    if isinstance(deal, CoDevelop):
        costs = {c: programme_cost(deal, [by_id[p] for p in c]) for c in values}
    return Alliance(
        deal=deal.id,
        members=tuple(members),
        costs=costs,
        values=values,
        whole=deal.value(members),
        sharings=_sharings(members, deal, values),
        least_core=least_core(players, values),
        intervals=tuple(deal.intervals(members)),
    )


def sample(
    members: Sequence[Member], deal: Deal, rng: np.random.Generator, orders: int = 2_000
) -> Sampled:
    """Return the Shapley value of a deal with any number of partners, with error bars, EUR.

    A group that the deal would cost something leaves it; that a group may split into smaller ones,
    as the exact rules allow, is left out: there are too many ways.

    Raises:
        DataError: As `ally`, but for the number of partners.
    """
    if problems := [*_problems(members, deal), *deal.problems(members)]:
        raise DataError(problems)
    by_id = {m.id: m for m in members}

    def worth(group: Coalition) -> float:
        return max(deal.value([by_id[p] for p in group]), 0.0)

    return sampled_shapley(list(by_id), worth, rng, orders)


def robustness(
    deal: Deal,
    members: Sequence[Member],
    spans: Mapping[str, tuple[float, float]],
    rng: np.random.Generator,
    draws: int = 200,
    executor: Executor | None = None,
) -> tuple[Robustness, ...]:
    """Return how each rule fares over joint draws of the volumes, triangular in their intervals.

    Nothing where no share follows the volumes, or where they are certain: nothing was tried.

    Args:
        deal: The terms.
        members: Partners at their base volume.
        spans: Partner to the low and high of its volume, units.
        rng: Random numbers.
        draws: Number of draws.
        executor: Runs the draws; None in turn. The result is the same.
    """
    base = [m.volume for m in members]
    low, high = (np.array([spans[m.id][k] for m in members]) for k in (0, 1))
    wide = np.where(high > low, high, low + 1.0)
    drawn = rng.triangular(low, np.clip(base, low, wide), wide, (draws, len(base)))
    each = partial(_tried, deal, members)
    tried = list((executor.map if executor else map)(each, np.where(high > low, drawn, low)))
    ends = {
        (moved.id, side): _tried(deal, members, _moved(base, k, spans[moved.id][side]))
        for k, moved in enumerate(members)
        for side in (0, 1)
    }
    found = []
    for rule in [s.rule for s in _tried(deal, members, base).values()]:
        seen = [t[rule] for t in tried if rule in t]
        if not seen or any(rule not in t for t in ends.values()):
            continue
        quantiles = {}
        for m in members:
            levels = np.quantile([s.shares[m.id] for s in seen], (0.1, 0.5, 0.9))
            quantiles[m.id] = (float(levels[0]), float(levels[1]), float(levels[2]))
        swings = {
            (m.id, moved.id): (
                ends[moved.id, 0][rule].shares[m.id],
                ends[moved.id, 1][rule].shares[m.id],
            )
            for m in members
            for moved in members
        }
        if all(q[0] == q[2] for q in quantiles.values()):
            continue
        holds = sum(s.in_core for s in seen) / draws
        found.append(Robustness(rule, quantiles, holds, swings))
    return tuple(found)


def _tried(deal: Deal, members: Sequence[Member], volumes: Sequence[float]) -> dict[str, Sharing]:
    moved = [Member(m.id, float(v)) for m, v in zip(members, volumes, strict=True)]
    return {s.rule: s for s in _sharings(moved, deal, _worth(moved, deal))}


def _worth(
    members: Sequence[Member], deal: Deal, executor: Executor | None = None
) -> dict[Coalition, float]:
    """Return what every coalition gains: a deal that would cost its members is left, not made."""
    by_id = {m.id: m for m in members}
    groups = list(coalitions(list(by_id)))
    asked = [[by_id[p] for p in group] for group in groups]
    values = (executor.map if executor else map)(deal.value, asked)
    return cover(list(by_id), dict(zip(groups, values, strict=True)))


def _moved(base: Sequence[float], k: int, volume: float) -> list[float]:
    return [volume if j == k else v for j, v in enumerate(base)]


def _problems(members: Sequence[Member], deal: Deal) -> list[str]:
    names = [m.id for m in members]
    problems = []
    if len(names) < 2:
        problems.append(f"deal {deal.id}: {len(names)} partners; a deal has at least two")
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


def _sharings(
    members: Sequence[Member], deal: Deal, values: Mapping[Coalition, float]
) -> tuple[Sharing, ...]:
    players = [m.id for m in members]
    rules = {
        "Shapley": shapley(players, values),
        "nucleolus": nucleolus(players, values),
        **deal.contracts(members),
    }
    return tuple(_sharing(rule, players, values, shares) for rule, shares in rules.items())


def _sharing(
    rule: str, players: list[str], values: Mapping[Coalition, float], shares: Mapping[str, float]
) -> Sharing:
    surplus, tightest = core_slack(players, values, shares)
    size = max(abs(v) for v in values.values())
    return Sharing(rule, dict(shares), surplus >= -1e-6 * size, surplus, tightest)
