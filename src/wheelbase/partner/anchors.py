"""Anchors: what deals that were really made say about the terms of a deal."""

from collections.abc import Iterable
from dataclasses import dataclass

from wheelbase.catalogue import PublicDeal
from wheelbase.prices import Money

__all__ = ["Anchor", "anchors"]

_KINDS = {
    "codevelop": ("co-development", "joint venture"),
    "supply": ("supply",),
    "licence": ("licence",),
    "invest": ("equity", "joint venture"),
    "table": ("co-development", "supply", "licence", "equity", "joint venture"),
}
_FIGURES = {
    "amount": "money named",
    "access_fee": "access fee, paid once",
    "revenue_per_car": "seller's whole revenue per car, parts included, so no fee",
    "per_yearly_unit": "money per unit of yearly capacity",
    "implied_worth": "value of the whole that the price implies",
    "stake": "stake",
    "premium": "premium over the market price",
    "value_kept": "value kept: what the seller got over what it had paid",
    "volume": "cars over the life",
    "lead": "years from contract to start",
}


@dataclass(frozen=True, slots=True)
class Anchor:
    """One published term of a real deal.

    Args:
        deal: Id of the deal.
        name: The deal in a line.
        field: Name of the figure in the catalogue.
        what: What the figure is, in words.
        value: The figure: money in its own currency, or a number in the unit of the code.
    """

    deal: str
    name: str
    field: str
    what: str
    value: Money | float


def anchors(kind: str, deals: Iterable[PublicDeal]) -> tuple[Anchor, ...]:
    """Return the published terms of deals like one of type `kind`.

    Args:
        kind: codevelop, supply, licence, invest or table.
        deals: Deals of the catalogue.
    """
    if kind not in _KINDS:
        raise ValueError(f"no type of deal {kind!r}; one of {', '.join(_KINDS)}")
    return tuple(
        Anchor(deal.id, deal.name, field, what, value)
        for deal in deals
        if deal.kind in _KINDS[kind]
        for field, what in _FIGURES.items()
        if (value := getattr(deal, field)) is not None
    )
