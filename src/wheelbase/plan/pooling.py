"""Pools: fleets of several makers counted as one, and what each group of them saves."""

from collections.abc import Mapping, Sequence

from wheelbase.partner import Member, Table, coalitions
from wheelbase.plan.compliance import Fleets, comply
from wheelbase.plan.rules import RulePack

__all__ = ["pool", "pool_game", "pool_members"]


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
