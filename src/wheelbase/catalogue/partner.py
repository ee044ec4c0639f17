"""Partners: makers with whom a programme could be shared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from wheelbase.catalogue.spec import Spec
from wheelbase.units import Cars

__all__ = ["Partner", "PublicDeal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner(Spec):
    """A maker and what it delivers a year; `bev_deliveries` of them battery electric."""

    name: str
    deliveries: Mapping[int, Cars]
    bev_deliveries: Mapping[int, Cars]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicDeal(Spec):
    """A deal between makers as announced; terms that were not published are absent."""

    name: str
    kind: str
    partners: tuple[str, ...]
    announced: Annotated[date, "date"]
