"""Rule packs: a fleet rule as its acts left it on a day, with the origin of each of its figures."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from wheelbase.catalogue import STATUSES, Catalogue, FleetRule, Origin
from wheelbase.errors import DataError

__all__ = ["RulePack", "blocks", "rule_pack", "rules_known"]


@dataclass(frozen=True, slots=True)
class RulePack:
    """A fleet rule with all that the acts it amends still say.

    Args:
        rule: The rule, complete, under the id and name of its newest act.
        acts: Ids of the acts it consists of, the newest first.
        origins: Field as written in the facts ("target@2025") to who says so.
        intervals: Field to low and high, where the facts give them.
    """

    rule: FleetRule
    acts: tuple[str, ...]
    origins: Mapping[str, Origin] = field(repr=False)
    intervals: Mapping[str, tuple[float, float]] = field(repr=False)

    @property
    def is_law(self) -> bool:
        """Whether it was adopted; a proposal is not."""
        return self.rule.state == "adopted"

    def in_force(self, year: int) -> dict[str, Origin]:
        """Return the origin of each figure that holds in `year`: the newest not after it."""
        found: dict[str, tuple[int, Origin]] = {}
        for key, origin in self.origins.items():
            name, _, since = key.partition("@")
            begin = int(since or 0)
            if begin <= year and begin >= found.get(name, (-1, origin))[0]:
                found[name] = begin, origin
        return {name: origin for name, (_, origin) in found.items()}

    def statuses(self, years: Iterable[int]) -> dict[str, str]:
        """Return how firm each figure in force in these years is: the weakest status it has."""
        found: dict[str, str] = {}
        for year in years:
            for name, origin in self.in_force(year).items():
                found[name] = max(found.get(name, STATUSES[0]), origin.status, key=STATUSES.index)
        return dict(sorted(found.items()))

    def plug_in(self, year: int) -> tuple[float, float, float]:
        """Return low, value and high of a plug-in hybrid's CO2 over that by the old utility factor.

        The utility factor counts electric driving over 800 km to 2024, 2200 km for new types from
        2025 and 4260 km from 2027.
        """
        known = [y for y in self.rule.plug_in if y <= year]
        if not known:
            return 1.0, 1.0, 1.0
        value = self.rule.plug_in[max(known)]
        low, high = self.intervals.get(f"plug_in@{max(known)}", (value, value))
        return low, value, high


def rule_pack(facts: Catalogue, id: str) -> RulePack:
    """Return the fleet rule `id` with all that it leaves as it was in the acts it amends.

    Raises:
        DataError: No such rule, or acts that amend each other in a circle.
    """
    shelf = facts.fleet_rule
    rule, acts = shelf[id], [id]
    while rule.amends is not None:
        if rule.amends in acts:
            raise DataError(f"fleet_rule {id}: {rule.amends} amends itself; break the circle")
        acts.append(rule.amends)
        rule = _amended(shelf[rule.amends], rule)
    origins: dict[str, Origin] = {}
    intervals: dict[str, tuple[float, float]] = {}
    for act in reversed(acts):
        origins |= {name: o for (i, name), o in shelf.origins.items() if i == act}
        intervals |= {name: pair for (i, name), pair in shelf.intervals.items() if i == act}
    kept = {name: o for name, o in origins.items() if "_low" not in name and "_high" not in name}
    return RulePack(rule, tuple(acts), kept, intervals)


def _amended(base: FleetRule, act: FleetRule) -> FleetRule:
    """Return what `act` says, and where it says nothing what `base` says."""
    values: dict[str, Any] = {}
    for name in (f.name for f in fields(FleetRule)):
        new, old = getattr(act, name), getattr(base, name)
        if isinstance(new, Mapping):
            values[name] = {**old, **new}
        else:
            values[name] = old if new is None or name == "amends" else new
    return FleetRule(**values)


def rules_known(facts: Catalogue, rule: str, day: date) -> tuple[RulePack, ...]:
    """Return what was known of a rule on a day: the law, newest act first, then proposals.

    The first is the law as it stood. Nothing adopted or proposed later is in it.

    Args:
        facts: The catalogue.
        rule: The regime, such as "eu-cars", or the id of any of its acts.
        day: The vantage day.

    Raises:
        DataError: No such rule, or none of its acts was adopted by then.
    """
    shelf = facts.fleet_rule
    regimes = {r.regime for r in shelf}
    regime = rule if rule in regimes else shelf[rule].regime
    known = sorted(
        (r for r in shelf if r.regime == regime and r.adopted <= day),
        key=lambda r: (r.state == "proposal", -r.adopted.toordinal()),
    )
    if not known or known[0].state == "proposal":
        first = min(r.adopted for r in shelf if r.regime == regime)
        raise DataError(f"fleet_rule {regime}: nothing was adopted by {day}; the first is {first}")
    return tuple(rule_pack(facts, r.id) for r in known)


def blocks(rule: FleetRule, years: range | tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the compliance periods that `years` fall into, each with those of its years.

    A year that no period holds is a period of its own.
    """
    periods = {first: range(first, last + 1) for first, last in rule.block.items()}
    held: dict[int, list[int]] = {}
    for year in sorted(years):
        first = next((f for f, period in periods.items() if year in period), year)
        held.setdefault(first, []).append(year)
    yield from (tuple(found) for found in held.values())
