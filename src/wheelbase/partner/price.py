"""Prices inside a deal: the interval in which everybody gains; no interval, no deal."""

from collections.abc import Sequence
from dataclasses import dataclass

from wheelbase.partner.deal import (
    Deal,
    Invest,
    Licence,
    Member,
    Supply,
    buyer_alone,
    reached,
    supplier_cost,
)

__all__ = ["PriceInterval", "price_intervals"]


@dataclass(frozen=True, slots=True)
class PriceInterval:
    """Between which prices both sides gain.

    Args:
        what: What is paid for.
        payer: Who pays.
        payee: Who is paid.
        floor: Least price at which the payee gains, EUR per `unit`.
        ceiling: Greatest price at which the payer gains.
        unit: "unit", "car" or "stake".
        text: What the two ends consist of.
    """

    what: str
    payer: str
    payee: str
    floor: float
    ceiling: float
    unit: str
    text: str

    @property
    def exists(self) -> bool:
        """Whether there is a price at which both gain."""
        return self.floor <= self.ceiling


def price_intervals(deal: Deal, members: Sequence[Member]) -> tuple[PriceInterval, ...]:
    """Return the interval of every price that a deal leaves to be agreed."""
    by_id = {m.id: m for m in members}
    if isinstance(deal, Supply):
        buyers = [m for m in members if m.id != deal.supplier and m.volume > 0]
        return tuple(_transfer(deal, b) for b in buyers)
    if isinstance(deal, Licence):
        users = [m for m in members if m.id != deal.licensor and m.volume > 0]
        return tuple(_fee(deal, m) for m in users)
    if isinstance(deal, Invest) and {deal.investor, deal.owner} <= by_id.keys():
        return (_stake(deal),)
    return ()


def _transfer(deal: Supply, buyer: Member) -> PriceInterval:
    """Return the transfer price: seller's cost of its units, buyer's cost of a unit of its own.

    The floor counts the volume that is paid for in any case where an interval of volume is given.
    """
    sure = buyer.volume
    if buyer.low is not None:
        sure = max(buyer.low, deal.take_or_pay * buyer.volume)
    floor = supplier_cost(deal, sure) / sure
    ceiling = (buyer_alone(deal, buyer) - deal.application) / buyer.volume
    text = (
        "floor: what a unit costs the supplier, with what it invests for the buyer, over the "
        "volume that is paid for in any case; ceiling: what a unit of its own would cost the "
        "buyer, engineering and tools included, less fitting the bought one"
    )
    return PriceInterval("transfer price", buyer.id, deal.supplier, floor, ceiling, "unit", text)


def _fee(deal: Licence, user: Member) -> PriceInterval:
    """Return the fee per car, access fee spread over the volume."""
    floor = deal.support / user.volume - deal.scale
    gain = deal.own_development - deal.adaptation + deal.earlier * deal.year_worth
    ceiling = gain / user.volume - deal.modules
    text = (
        "floor: what the licensee costs the licensor, less what its volume saves in purchase; "
        "ceiling, the break-even fee: development saved and years gained, less adaptation and "
        "dearer modules; an access fee counts spread over the cars"
    )
    return PriceInterval("fee per car", user.id, deal.licensor, floor, ceiling, "car", text)


def _stake(deal: Invest) -> PriceInterval:
    """Return the price of the stake; the owner keeps its part of the synergy."""
    synergy = deal.synergy * reached(deal)
    alone = deal.stake * deal.value
    floor = alone - (1 - deal.stake) * synergy
    ceiling = alone + deal.stake * synergy - deal.integration
    text = (
        "floor: value of the stake alone, less the part of the synergy that the owner keeps; "
        "ceiling: value of the stake and its part of the synergy, less integration"
    )
    return PriceInterval("price of the stake", deal.investor, deal.owner, floor, ceiling, "stake",
                         text)  # fmt: skip
