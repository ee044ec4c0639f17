"""Regulation: what a fleet may emit, and what it costs when it emits more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from wheelbase.catalogue.spec import Spec
from wheelbase.units import Emission, Factor, Mass, Quantity

__all__ = ["FleetRule"]

_PREMIUM = Quantity("premium per excess emission and car", "EUR", low=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetRule(Spec):
    """A fleet CO2 rule: target(year, mass) = target + slope x (mass - reference_mass).

    Each series holds the value in force from that year until the next entry. `premium` is the
    nominal EUR per car for each g/km in excess, as the regulation writes it.
    """

    name: str
    target: Mapping[int, Emission]
    slope: Mapping[int, Annotated[float, Quantity("slope", "1/m")]]
    reference_mass: Mapping[int, Mass]
    premium: Annotated[float, _PREMIUM]
    premium_unit: Emission
    phase_in: Mapping[int, Factor]
