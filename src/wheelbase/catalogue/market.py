"""Markets: what was sold, and what was forecast by whom and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from wheelbase.catalogue.component import Id
from wheelbase.catalogue.spec import Spec
from wheelbase.units import Cars, Count, Share, Year

__all__ = ["Forecast", "Market"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Market(Spec):
    """New cars of a region by year: total, battery-electric share, plug-in share."""

    name: str
    cars: Mapping[int, Cars]
    bev_share: Mapping[int, Share]
    phev_share: Mapping[int, Share]
    diesel_share: Mapping[int, Share]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast(Spec):
    """A forecast as it stood on the day it was made.

    `quantity` says what is forecast; `value` is a share (0..1), or a pack price is in PackPrice.
    """

    forecaster: str
    made: Annotated[date, "date"]
    region: str
    target_year: Year
    quantity: Literal["bev_share", "ev_share", "bev_stock", "ev_sales"]
    share: Share | None = None
    cars: Count | None = None
    market: Id | None = None
