"""Regulation: what a fleet may emit, and what it costs when it emits more."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from wheelbase.catalogue.component import Id
from wheelbase.catalogue.spec import Spec
from wheelbase.units import Cost, Emission, Factor, Length, Mass, Quantity, Share, Year

__all__ = ["FleetRule", "FootprintRule", "Procedure", "ShareRule"]

Procedure = Literal["nedc", "wltp"]
"""How the rule counts emissions: New European Driving Cycle, or worldwide procedure."""

_PREMIUM = Quantity("premium per excess emission and car", "EUR", low=0)
_SLOPE = Quantity("slope", "1/m")
_FOOTPRINT_SLOPE = Quantity("emission per distance and footprint", "kg/m/m2")
_OFFSET = Quantity("emission per distance", "kg/m")
_FOOTPRINT = Quantity("footprint", "m2", low=0, open_low=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetRule(Spec):
    """A fleet CO2 rule as one act leaves it: target(year, mass) = target + slope (mass - M0).

    Each series holds the value in force from that year until the next entry. An act that amends
    another states what it changes; all else is the other's.

    Args:
        name: What it is, in words.
        regime: The rule of which this is one state, such as eu-cars.
        adopted: Day of the act; of a proposal, the day it was made.
        state: Whether it was ever law.
        amends: The act that it changes.
        target: At the reference mass.
        slope: Per mass.
        reference_mass: M0 (in running order), from 2025 TM0 (test mass).
        premium: Nominal EUR per car for each `premium_unit` in excess, as the act writes it.
        premium_unit: 1 g/km.
        procedure: In which emissions and target are counted.
        phase_in: Share of the cars, best first, that count.
        super_credit: As how many cars a low-emission car counts.
        super_credit_cap: Most that super-credits may take off averages in all years together.
        low_emission: A car at or below it is a zero- or low-emission one (under it, for credits).
        low_emission_discount: A low-emission car counts as 1 - discount x emission / low_emission.
        benchmark: Share of such cars above which the target is relieved.
        relief: Most by which it is relieved, share of the target; 0 ends it.
        eco_innovation: Most that eco-innovations may take off an average.
        block: First year of a compliance period to its last; a year alone where none is given.
        plug_in: CO2 of a plug-in hybrid over its CO2 by the utility factor of 2017.
        test_mass_margin: Test mass less mass in running order.
    """

    name: str
    regime: Id
    adopted: Annotated[date, "date"]
    state: Literal["adopted", "proposal"]
    amends: Id | None = None
    target: Mapping[int, Emission]
    slope: Mapping[int, Annotated[float, _SLOPE]]
    reference_mass: Mapping[int, Mass]
    premium: Annotated[float, _PREMIUM]
    premium_unit: Emission
    procedure: Mapping[int, Procedure] = field(default_factory=dict)
    phase_in: Mapping[int, Factor]
    super_credit: Mapping[int, Factor] = field(default_factory=dict)
    super_credit_cap: Emission | None = None
    low_emission: Emission | None = None
    low_emission_discount: Share | None = None
    benchmark: Mapping[int, Share] = field(default_factory=dict)
    relief: Mapping[int, Share] = field(default_factory=dict)
    eco_innovation: Mapping[int, Emission] = field(default_factory=dict)
    block: Mapping[int, Year] = field(default_factory=dict)
    plug_in: Mapping[int, Factor] = field(default_factory=dict)
    test_mass_margin: Mass | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FootprintRule(Spec):
    """A fleet CO2 rule by footprint: `least` up to a size, `most` beyond one, a line between.

    Args:
        name: What it is, in words.
        adopted: Day of the act.
        repealed: Day of its repeal; from then on nothing is owed.
        unpenalised: Day from which the civil penalty of the sister rule (CAFE) is nothing.
        least: Target up to `small`, by model year.
        most: Target beyond `large`, by model year.
        slope: Of the line, by model year.
        intercept: Of the line, by model year.
        small: Footprint up to which `least` holds.
        large: Footprint beyond which `most` holds.
        lifetime: Distance by which an emission is weighed for credits.
    """

    name: str
    adopted: Annotated[date, "date"]
    repealed: Annotated[date, "date"] | None = None
    unpenalised: Annotated[date, "date"] | None = None
    least: Mapping[int, Emission]
    most: Mapping[int, Emission]
    slope: Mapping[int, Annotated[float, _FOOTPRINT_SLOPE]]
    intercept: Mapping[int, Annotated[float, _OFFSET]]
    small: Annotated[float, _FOOTPRINT]
    large: Annotated[float, _FOOTPRINT]
    lifetime: Length


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRule(Spec):
    """A mandate: the least share of cars sold that emit nothing, and the price of each missing.

    Args:
        name: What it is, in words.
        adopted: Day of the act.
        share: By year; a year's share holds until the next entry.
        payment: For each missing car.
    """

    name: str
    adopted: Annotated[date, "date"]
    share: Mapping[int, Share]
    payment: Cost
