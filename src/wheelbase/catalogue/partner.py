"""Partners: makers with whom a programme could be shared, and deals between makers as announced."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from wheelbase.catalogue.spec import Spec
from wheelbase.units import Cars, CarsPerYear, Cost, Factor, Share, Years

__all__ = ["DealKind", "Partner", "PublicDeal"]

DealKind = Literal["co-development", "supply", "licence", "equity", "joint venture"]
"""Kinds of deals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner(Spec):
    """A maker and what it delivers a year; `bev_deliveries` of them battery electric."""

    name: str
    deliveries: Mapping[int, Cars]
    bev_deliveries: Mapping[int, Cars]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicDeal(Spec):
    """A deal between makers as announced; terms that were not published are absent.

    Args:
        id: Name of the deal.
        name: What was agreed, in a line.
        kind: What kind of deal it is.
        partners: Who takes part.
        announced: Day, or the first day of the month or year that is known.
        amount: Money that the partners named.
        stake: Share of the other maker or of a joint company.
        volume: Cars over the life of the deal.
        capacity: Units a year of what is made together.
        access_fee: Paid once for the technology.
        revenue_per_car: Seller's whole revenue over the cars, parts included: no fee.
        implied_worth: What the amount makes the whole company worth.
        per_yearly_unit: Money over units of yearly capacity.
        value_kept: What a seller got over what it had paid.
        premium: Paid over the market price.
        lead: From contract to start of production.
        outcome: What became of it.
    """

    name: str
    kind: DealKind
    partners: tuple[str, ...]
    announced: Annotated[date, "date"]
    amount: Cost | None = None
    stake: Share | None = None
    volume: Cars | None = None
    capacity: CarsPerYear | None = None
    access_fee: Cost | None = None
    revenue_per_car: Cost | None = None
    implied_worth: Cost | None = None
    per_yearly_unit: Cost | None = None
    value_kept: Share | None = None
    premium: Factor | None = None
    lead: Years | None = None
    outcome: str | None = None
