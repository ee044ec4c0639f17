"""One maker buys into another; and a deal whose values are simply given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wheelbase.errors import DataError
from wheelbase.partner.game import Coalition, Values, complete
from wheelbase.partner.terms import Interval, Member, refuse

__all__ = ["Invest", "Table"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invest:
    """A stake of one maker in another.

    Args:
        id: Name of the deal.
        investor: Who buys.
        target: In whom; as a member it stands for its owners of today.
        stake: Share of the target that is bought.
        worth: Value of the whole target on its own, EUR.
        premium: Paid over that value, share.
        investor_synergy: What the investor's own business gains if it directs the target, EUR.
        target_synergy: What the target gains if the two work as one, EUR.
        integration: Cost of bringing the two together, EUR.
        arms_length: Share of the target's synergy that comes without control.
        control: Whether the stake lets the investor direct the target.
    """

    id: str
    investor: str
    target: str
    stake: float
    worth: float
    premium: float
    investor_synergy: float
    target_synergy: float
    integration: float
    arms_length: float
    control: bool

    def __post_init__(self) -> None:
        """Refuse terms that are no terms."""
        amounts = ("worth", "premium", "investor_synergy", "target_synergy", "integration")
        refuse(self, amounts, ("stake", "arms_length"))

    def value(self, members: Sequence[Member]) -> float:
        """Return what the two gain together, EUR; price and premium only move it between them.

        With control: both synergies less integration, which can be a loss. Without: the
        arm's-length part of the target's synergy alone.
        """
        if not {self.investor, self.target} <= {m.id for m in members}:
            return 0.0
        own, gain, cost = self._parts()
        return own + gain - cost

    def _parts(self) -> tuple[float, float, float]:
        """Return the investor's own gain, the target's gain, and the cost of integration, EUR."""
        if not self.control:
            return 0.0, self.arms_length * self.target_synergy, 0.0
        return self.investor_synergy, self.target_synergy, self.integration

    def contracts(self, members: Sequence[Member]) -> Mapping[str, Mapping[str, float]]:
        """Return who gains what at that premium: the investor has its stake of the target's gain.

        It also has its own synergy, and pays integration and premium.
        """
        own, gain, cost = self._parts()
        premium = self.stake * self.premium * self.worth
        none = {m.id: 0.0 for m in members}
        agreed = {
            self.investor: own + self.stake * gain - cost - premium,
            self.target: (1 - self.stake) * gain + premium,
        }
        return {"price as assumed": none | agreed}

    def intervals(self, members: Sequence[Member]) -> Sequence[Interval]:
        """Return the premium, share of the value, between owners and investor."""
        own, gain, cost = self._parts()
        bought = self.stake * self.worth
        if bought <= 0:
            return ()
        return (
            Interval(
                "premium over the value", "-",
                -(1 - self.stake) * gain / bought,
                (own + self.stake * gain - cost) / bought,
                "the owners' share of what the target gains from the deal",
                "the investor's stake of that gain, its own synergy, less integration",
                self.target, self.investor,
            ),
        )  # fmt: skip

    def problems(self, members: Sequence[Member]) -> Sequence[str]:
        """Return roles that are no partners, or one maker in both."""
        ids = [m.id for m in members]
        found = [
            f"deal {self.id}: {role} {name} is no partner; name one of {', '.join(ids)}"
            for role, name in (("investor", self.investor), ("target", self.target))
            if name not in ids
        ]
        if self.investor == self.target:
            found.append(f"deal {self.id}: {self.target} invests in itself; name another target")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A deal whose values are given, one for each coalition; one maker alone may be left out.

    Raises:
        DataError: Names every coalition that is missing, unknown or given twice, and every player
            that is; a table of nobody.
    """

    id: str
    players: tuple[str, ...]
    values: Mapping[Coalition, float]

    def __post_init__(self) -> None:
        """Refuse a table with holes, of nobody, or of one player twice."""
        named = [frozenset(c) for c in self.values]
        problems = [
            f"deal {self.id}: player {p} is listed twice; list it once"
            for p in dict.fromkeys(p for p in self.players if self.players.count(p) > 1)
        ]
        if not self.players:
            problems.append(f"deal {self.id}: a table needs its players; list them")
        problems += [
            f"deal {self.id}: {' + '.join(c)} names a partner twice; name each once"
            for c in self.values
            if len(set(c)) < len(c)
        ]
        problems += [
            f"deal {self.id}: {' + '.join(sorted(c))} is given {named.count(c)} times; give it once"
            for c in sorted(set(named), key=sorted)
            if named.count(c) > 1
        ]
        if problems:
            raise DataError(problems)
        alone: Values = {(p,): 0.0 for p in self.players}
        complete(self.players, {**alone, **self._sorted()}, f"deal {self.id}")

    def _sorted(self) -> dict[Coalition, float]:
        place = {p: k for k, p in enumerate(self.players)}
        return {
            tuple(sorted(c, key=lambda p: place.get(p, len(place)))): v
            for c, v in self.values.items()
        }

    def value(self, members: Sequence[Member]) -> float:
        """Return the value given for these makers, EUR."""
        ids = {m.id for m in members}
        key = tuple(p for p in self.players if p in ids)
        return float(self._sorted().get(key, 0.0))

    def contracts(self, members: Sequence[Member]) -> Mapping[str, Mapping[str, float]]:
        """Return the sharing in proportion to volume."""
        total, saving = sum(m.volume for m in members), self.value(members)
        return {"in proportion to volume": {m.id: saving * m.volume / total for m in members}}

    def intervals(self, members: Sequence[Member]) -> Sequence[Interval]:
        """Return nothing: a table names no price."""
        return ()

    def problems(self, members: Sequence[Member]) -> Sequence[str]:
        """Return players of the table that are no partners, and partners that it does not hold."""
        ids = {m.id for m in members}
        return [
            *(
                f"deal {self.id}: {p} is in the table and no partner; add it"
                for p in self.players
                if p not in ids
            ),
            *(
                f"deal {self.id}: partner {m.id} is not in the table; add it or leave it out"
                for m in members
                if m.id not in self.players
            ),
        ]
