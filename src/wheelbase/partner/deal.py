"""Deals: the terms under which makers act together, and what a coalition of them is worth."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import isfinite, log2
from typing import Any, Literal

from wheelbase.errors import DataError
from wheelbase.partner.game import Coalition, Values, coalitions, complete

__all__ = [
    "CoDevelop",
    "Deal",
    "Invest",
    "Licence",
    "Member",
    "Supply",
    "Table",
    "buyer_alone",
    "licence_gain",
    "programme_cost",
    "reached",
    "supplier_cost",
    "supply_gain",
    "unit_programme",
    "values_of",
]

_SIX_TENTHS = 0.6  # cost of tools over their capacity, Williams 1947


@dataclass(frozen=True, slots=True)
class Member:
    """A maker in a deal and the units that it needs over the life of the programme.

    Args:
        id: Its name.
        volume: Units; zero where the deal counts none of its own.
        low: Fewest that are thought possible; None for no interval.
        high: Most.
    """

    id: str
    volume: float = 0.0
    low: float | None = None
    high: float | None = None


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
        pooled: Share of unit cost that is bought together, where each makes its own.
        production: "separate", each on its own tools, or "joint", all on one set of tools.
        freight: Bringing a jointly made unit to a partner's plant, EUR a unit.
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
    freight: float = 0.0

    def __post_init__(self) -> None:
        """Refuse terms that are no terms."""
        _refuse(self, shares=("coordination", "learning_rate", "pooled"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """Supply of a component at a transfer price: the buyer need not make its own.

    Args:
        id: Name of the deal.
        supplier: Who makes it; every other member buys.
        marginal: What one more unit costs the supplier, EUR.
        dedicated: What the supplier invests for all buyers together, EUR.
        spare: Units over the programme that its lines can make without more capacity.
        capacity: What a unit beyond that costs in capacity, EUR.
        kept_loaded: What a unit is worth to the supplier because its line stays loaded, EUR.
        own_development: What a buyer would spend on engineering of its own, EUR.
        own_tooling: And on tools, EUR.
        own_cost: And on each unit, EUR.
        application: Fitting the bought component to a buyer's cars, EUR.
        take_or_pay: Share of its volume that a buyer pays for in any case.
    """

    id: str
    supplier: str
    marginal: float
    dedicated: float
    spare: float
    capacity: float
    kept_loaded: float
    own_development: float
    own_tooling: float
    own_cost: float
    application: float
    take_or_pay: float

    def __post_init__(self) -> None:
        """Refuse terms that are no terms."""
        _refuse(self, shares=("take_or_pay",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """Licence of a platform: the licensee builds on it instead of developing its own.

    Args:
        id: Name of the deal.
        licensor: Who owns the platform; every other member builds on it.
        own_development: What a licensee would spend on a platform of its own, EUR.
        adaptation: What it spends on the licensed one, EUR.
        modules: What bought modules cost more than own ones, EUR a car; negative if less.
        earlier: Years by which it starts sooner.
        year_worth: What a year sooner is worth to it, EUR.
        support: What a licensee costs the licensor, EUR.
        scale: What the licensor saves on each car of a licensee by larger purchases, EUR.
    """

    id: str
    licensor: str
    own_development: float
    adaptation: float
    modules: float
    earlier: float
    year_worth: float
    support: float
    scale: float

    def __post_init__(self) -> None:
        """Refuse terms that are no terms; modules may cost less than own ones."""
        _refuse(self, signed=("modules",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Invest:
    """Investment of one maker in another: a stake is bought from the owner of the target.

    Args:
        id: Name of the deal.
        investor: Who buys.
        owner: Who sells, and keeps the rest.
        stake: Share of the target that changes hands.
        synergy: Present value of what both save together under one direction, EUR.
        integration: What it costs to bring them together, borne by the investor, EUR.
        uncontrolled: Share of the synergy that is reached without control.
        control: Whether the stake gives control.
        value: What the whole target is worth alone, EUR; the price of the stake is told over it.
    """

    id: str
    investor: str
    owner: str
    stake: float
    synergy: float
    integration: float
    uncontrolled: float
    control: bool
    value: float

    def __post_init__(self) -> None:
        """Refuse terms that are no terms."""
        _refuse(self, shares=("stake", "uncontrolled"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A deal of which only its coalition values are known, EUR; every coalition must be given."""

    id: str
    values: Values


Deal = CoDevelop | Supply | Licence | Invest | Table


def _refuse(deal: Any, shares: tuple[str, ...] = (), signed: tuple[str, ...] = ()) -> None:
    """Raise DataError for terms that are negative, endless, or shares beyond one."""
    problems = []
    for item in fields(deal):
        value = getattr(deal, item.name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if not isfinite(value) or (value < 0 and item.name not in signed):
            what = f"{item.name} {value:g} must not be negative or endless"
            problems.append(f"deal {deal.id}: {what}")
        elif item.name in shares and value > 1:
            problems.append(f"deal {deal.id}: {item.name} {value:g} is outside 0 .. 1")
    if problems:
        raise DataError(problems)


def values_of(deal: Deal, members: Sequence[Member]) -> dict[Coalition, float]:
    """Return what every coalition of the members makes more together than each alone, EUR.

    Raises:
        DataError: A member that the deal needs is missing, or a value of a table is.
    """
    by_id = {m.id: m for m in members}
    names = list(by_id)
    if isinstance(deal, Table):
        complete(names, deal.values)
        return {c: float(deal.values[c]) for c in coalitions(names)}
    needed = {
        "supplier": getattr(deal, "supplier", None),
        "licensor": getattr(deal, "licensor", None),
        "investor": getattr(deal, "investor", None),
        "owner": getattr(deal, "owner", None),
    }
    if lacking := [f"{role} '{id}'" for role, id in needed.items() if id and id not in by_id]:
        what = f"{' and '.join(lacking)} is no partner of it; one of {', '.join(names)}"
        raise DataError(f"deal {deal.id}: {what}")
    return {c: _worth(deal, [by_id[p] for p in c]) for c in coalitions(names)}


def _worth(deal: Deal, members: Sequence[Member]) -> float:
    """Return what a coalition makes more than its members alone; never less than nothing."""
    names = {m.id for m in members}
    if isinstance(deal, CoDevelop):
        alone = sum(programme_cost(deal, [m]) for m in members)
        return alone - programme_cost(deal, members)
    if isinstance(deal, Supply):
        buyers = [m for m in members if m.id != deal.supplier]
        return max(supply_gain(deal, buyers), 0.0) if deal.supplier in names and buyers else 0.0
    if isinstance(deal, Licence):
        users = [m for m in members if m.id != deal.licensor]
        return sum(max(licence_gain(deal, m), 0.0) for m in users if deal.licensor in names)
    assert isinstance(deal, Invest)
    both = deal.investor in names and deal.owner in names
    return max(deal.synergy * reached(deal) - deal.integration, 0.0) if both else 0.0


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
    Made jointly, omega is one, a single set of tools grows with (Q_S / Q_max)^0.6, and the units of
    all but the largest partner are shipped.
    """
    n = len(members)
    volumes = [m.volume for m in members]
    engineering = deal.development * (1 + deal.coordination * (n - 1))
    engineering += deal.application * n if n > 1 else 0.0
    joint = deal.production == "joint" and n > 1
    pooled = 1.0 if joint else deal.pooled
    together = unit_programme(deal, sum(volumes))
    apart = sum(unit_programme(deal, volume) for volume in volumes)
    made = pooled * together + (1 - pooled) * apart
    if not joint:
        return engineering + deal.tooling * n + made
    tools = deal.tooling * float((sum(volumes) / max(volumes)) ** _SIX_TENTHS)
    return engineering + tools + made + deal.freight * (sum(volumes) - max(volumes))


def buyer_alone(deal: Supply, buyer: Member) -> float:
    """Return what a buyer would pay for a component of its own, EUR over the programme."""
    return deal.own_development + deal.own_tooling + deal.own_cost * buyer.volume


def supplier_cost(deal: Supply, volume: float) -> float:
    """Return what supplying `volume` units costs the supplier, EUR over the programme."""
    beyond = max(volume - deal.spare, 0.0)
    each = deal.marginal - deal.kept_loaded
    return deal.dedicated + each * volume + deal.capacity * beyond


def supply_gain(deal: Supply, buyers: Sequence[Member]) -> float:
    """Return what buyers and supplier make together, EUR."""
    alone = sum(buyer_alone(deal, b) for b in buyers)
    cost = supplier_cost(deal, sum(b.volume for b in buyers))
    return alone - cost - deal.application * len(buyers)


def licence_gain(deal: Licence, user: Member) -> float:
    """Return what a licensee and the licensor make together, EUR."""
    saved = deal.own_development - deal.adaptation - deal.modules * user.volume
    sooner = deal.earlier * deal.year_worth
    return saved + sooner + deal.scale * user.volume - deal.support


def reached(deal: Invest) -> float:
    """Return the share of the synergy that is reached."""
    return 1.0 if deal.control else deal.uncontrolled
