"""Pools: fleets of several makers counted as one, and fleet rules as rows of a linear program."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wheelbase.catalogue import FleetRule
from wheelbase.errors import DataError
from wheelbase.partner import Member, Table, coalitions
from wheelbase.plan.compliance import Fleets, comply, target_of
from wheelbase.plan.rules import RulePack, blocks

__all__ = ["FleetRow", "fleet_rows", "pool", "pool_game", "pool_members"]


def pool(makers: Sequence[Fleets]) -> Fleets:
    """Return the fleets of several makers as those of one."""
    years = sorted({year for fleets in makers for year in fleets})
    return {y: tuple(k for fleets in makers for k in fleets.get(y, ())) for y in years}


def pool_game(pack: RulePack, makers: Mapping[str, Fleets], id: str = "pool") -> Table:
    """Return what each group of makers saves as a pool, for `partner.ally`.

    v(S) = sum over S of the premium alone - premium of the pool S, EUR; below nothing where the
    pool forfeits super-credits or relief, and then `ally` lets nobody join it.

    Args:
        pack: The rule.
        makers: Maker to its fleets.
        id: Name of the deal.
    """
    alone = {maker: comply(pack, fleets).premium for maker, fleets in makers.items()}
    values = {
        group: sum(alone[m] for m in group) - comply(pack, pool([makers[m] for m in group])).premium
        for group in coalitions(tuple(makers))
        if len(group) > 1
    }
    return Table(id=id, players=tuple(makers), values=values)


def pool_members(makers: Mapping[str, Fleets]) -> tuple[Member, ...]:
    """Return the makers as partners, each with the cars it registers in all years."""
    return tuple(
        Member(maker, sum(k.cars for fleet in fleets.values() for k in fleet))
        for maker, fleets in makers.items()
    )


@dataclass(frozen=True, slots=True)
class FleetRow:
    """A compliance period as a row: sum over years and kinds of coefficient x cars <= E, E >= 0.

    The objective gains price x E, once for the period. Where a year's target is taken with a
    relief above nothing, that relief must be earned: sum of earned x cars >= 0 in that year.

    Args:
        years: Years of the period.
        coefficients: Year to kg/m of each kind: emission - (T0 + a (M - M0)) (1 + relief).
        price: EUR per kg/m and car.
        earned: Year to what each kind adds to the share that earns the relief; none without one.
    """

    years: tuple[int, ...]
    coefficients: Mapping[int, tuple[float, ...]]
    price: float
    earned: Mapping[int, tuple[float, ...]]


def fleet_rows(
    rule: FleetRule,
    kinds: Mapping[int, Sequence[tuple[float, float]]],
    relief: Mapping[int, float] | None = None,
) -> tuple[FleetRow, ...]:
    """Return the rows of a planning model: one for each compliance period.

    Exact for given relief without super-credits and without the share of 2020 that does not
    count; both only lower a premium, so that the row never understates it. Take a relief of 0 for
    the most a premium can be, and points of a grid up to the rule's relief for less.

    Args:
        rule: Completed by `rule_pack`.
        kinds: Year to (kg/m, kg) of each kind of car, as the rule's procedure counts them.
        relief: Year to the share by which the target is taken as relieved; 0 where not given.

    Raises:
        DataError: A relief that the rule does not grant in that year.
    """
    wanted = relief or {}
    targets = {year: target_of(rule, year) for year in kinds}
    problems = [
        f"fleet row {year}: a relief of {share:g} is outside 0 .. {targets[year].relief:g}"
        for year, share in wanted.items()
        if year in targets and not 0 <= share <= targets[year].relief
    ]
    if problems:
        raise DataError(problems)
    rows = []
    for block in blocks(rule, tuple(kinds)):
        coefficients, earned = {}, {}
        for year in block:
            target, share = targets[year], wanted.get(year, 0.0)
            coefficients[year] = tuple(target.excess(e, m, share) for e, m in kinds[year])
            if share > 0:
                least = target.benchmark + share
                earned[year] = tuple(target.low_weight(e) - least for e, _ in kinds[year])
        rows.append(FleetRow(block, coefficients, targets[block[0]].premium, earned))
    return tuple(rows)
