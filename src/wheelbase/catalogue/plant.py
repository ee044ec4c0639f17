"""Plants: where cars are built, how many, and which; and the series that they build."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from wheelbase.catalogue.component import Id
from wheelbase.catalogue.spec import Spec
from wheelbase.units import Cars, CarsPerYear

__all__ = ["ModelSeries", "Plant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant(Spec):
    """A car plant as published; `production` by year, `capacity` cars a year.

    `builds` names entries of ModelSeries; the page column of the fact says since or as of when.
    """

    name: str
    owner: str
    line: Literal["flexible", "bespoke"] | None = None
    builds: tuple[Id, ...] = ()
    production: Mapping[int, Cars]
    capacity: CarsPerYear | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSeries(Spec):
    """A series of cars: delivered in the world by year, and built by year where only that is known.

    Deliveries are neither registrations nor production.
    """

    name: str
    maker: str
    deliveries: Mapping[int, Cars]
    production: Mapping[int, Cars]
