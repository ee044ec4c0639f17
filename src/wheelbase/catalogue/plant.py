"""Plants: where cars are built, how many, and whether the line is flexible."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from wheelbase.catalogue.spec import Spec
from wheelbase.units import Cars, CarsPerYear

__all__ = ["Plant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant(Spec):
    """A car plant as published; `production` by year, `capacity` cars a year."""

    name: str
    owner: str
    line: Literal["flexible", "bespoke"] | None = None
    models: tuple[str, ...] = ()
    production: Mapping[int, Cars]
    capacity: CarsPerYear | None = None
