"""Markets: what was sold, and what was forecast by whom and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from wheelbase.catalogue.component import Id
from wheelbase.catalogue.spec import Spec
from wheelbase.prices import Money
from wheelbase.units import (
    Cars,
    Cost,
    CostPerEnergy,
    CostPerVolume,
    Count,
    MoneyPerYear,
    Quantity,
    Share,
    Year,
)

_PER_LENGTH = Quantity("money per length", "EUR/m")

__all__ = ["Forecast", "Market", "MarketPrice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Market(Spec):
    """New cars of a region by year: total, battery-electric share, plug-in share, diesel share.

    The diesel share of `europe` is that of the EU as ACEA has it, its other figures are those of
    the IEA's Europe, which holds more countries.
    """

    name: str
    cars: Mapping[int, Cars]
    bev_share: Mapping[int, Share]
    phev_share: Mapping[int, Share]
    diesel_share: Mapping[int, Share]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast(Spec):
    """What one source said on the day it was made about one year of a market.

    `quantity` says about what: `share` is a share (0..1) of new cars, `ev_share` that of all cars
    with a plug; `cars` counts them. A `target_year` before that of `made` is an observation as it
    was printed then, else it is a forecast. Forecasts of pack prices are PackPrice.
    """

    forecaster: str
    made: Annotated[date, "date"]
    region: str
    target_year: Year
    quantity: Literal["bev_share", "phev_share", "ev_share", "cars", "bev_stock", "ev_sales"]
    share: Share | None = None
    cars: Count | None = None
    market: Id | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketPrice(Spec):
    """What owning a car costs in a market, by year where it is known; nominal, money of its year.

    `electricity` is that of households, `charging` that of fast chargers, `public_share` the part
    charged there; a residual value is the share of the price left after four years. `subsidy` is
    for battery cars, `subsidy_hybrid` for plug-in hybrids, `purchase_tax` on the net price of cars
    without a plug. From the year `electric_taxed_from` on, where there is one, battery cars pay
    the yearly tax of the others. `residual_yearly` is how much of the price a further year takes
    around the fourth. `list_price` says whether the price that is shown holds the tax `vat`;
    `loan_rate` is effective, a year and nominal; `deposit` is a share of the price with tax.
    """

    name: str
    currency: Id
    vat: Share
    petrol: Mapping[int, CostPerVolume]
    diesel: Mapping[int, CostPerVolume]
    electricity: Mapping[int, CostPerEnergy]
    charging: Mapping[int, CostPerEnergy]
    subsidy: Mapping[int, Cost]
    subsidy_hybrid: Mapping[int, Cost]
    public_share: Share
    tax_combustion: MoneyPerYear
    tax_electric: MoneyPerYear
    electric_taxed_from: Year | None = None
    insurance: MoneyPerYear
    maintenance_combustion: Annotated[Money, _PER_LENGTH]
    maintenance_electric: Annotated[Money, _PER_LENGTH]
    residual_combustion: Share
    residual_electric: Share
    residual_yearly: Share
    list_price: Literal["with tax", "without tax"]
    deposit: Share
    loan_rate: Mapping[int, Share]
    purchase_tax: Share | None = None
