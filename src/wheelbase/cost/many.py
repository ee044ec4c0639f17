"""Prices of many cars of one kind: the verb `price` over columns."""

from dataclasses import dataclass
from typing import Any

from wheelbase.cost.basis import Basis
from wheelbase.cost.bill import Priced, carries_pack, pack_span, parts_in
from wheelbase.cost.component import cost_of

__all__ = ["Costs", "price_many"]


@dataclass(frozen=True, slots=True)
class Costs:
    """What cars cost, EUR of the base year; numbers or columns (V, 1).

    Args:
        direct: Direct manufacturing cost.
        pack: Of it the battery pack.
    """

    direct: Any
    pack: Any


def price_many(variant: Priced, year: int, basis: Basis) -> Costs:
    """Return the direct cost of each car that `variant` stands for, as `price` does, without lines.

    Args:
        variant: Masses, battery energy and sizes of parts may be columns (V, 1).
        year: Year of production.
        basis: Facts, price year, pack price path, volumes.
    """
    direct = sum(cost_of(part, year, basis) for part in parts_in(variant, basis.facts))
    pack: Any = 0.0
    if carries_pack(variant):
        pack = pack_span(variant, year, basis)[1] * variant.battery_energy
        direct = direct + pack
    return Costs(direct, pack)
