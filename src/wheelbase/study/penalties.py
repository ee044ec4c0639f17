"""The penalty of every segment and year of a study, and that of the fleet."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wheelbase.cost import Basis, Pair, Penalty, Swing, Worth, pair_of, penalty, swings, worth_of
from wheelbase.integrate import Variant
from wheelbase.study.load import Costed, Study
from wheelbase.study.placing import variant_id
from wheelbase.study.quantity import Assumed
from wheelbase.study.spec_money import CustomerSpec, SegmentSpec

__all__ = [
    "DRAWS",
    "Penalties",
    "SegmentPenalty",
    "fleet_penalties",
    "segment_of",
    "segment_penalty",
    "span_of",
]

Array = NDArray[np.float64]

DRAWS = 2000


@dataclass(frozen=True, slots=True)
class SegmentPenalty:
    """The penalty of one segment.

    Args:
        id: The segment.
        pair: Both cars and their common draws.
        worth: What its buyers pay.
        mixed_line: EUR per car that a mixed line costs more: low, base, high.
        years: Year to the penalty.
    """

    id: str
    pair: Pair
    worth: Worth
    mixed_line: tuple[float, float, float]
    years: Mapping[int, Penalty]

    def swings(self, year: int, basis: Basis) -> tuple[Swing, ...]:
        """Return what each uncertain input alone does to it in a year, the greatest first."""
        return swings(self.pair, year, basis, self.worth, self.mixed_line)


@dataclass(frozen=True, slots=True)
class Penalties:
    """The flexible car's penalty by segment and year, and of the fleet.

    Args:
        segments: Segment to its penalty in each year.
        years: Years.
        middle: (t,) median of the fleet, weighted by what each body sells, EUR per battery car.
        low: (t,) 5th percentile of the fleet.
        high: (t,) 95th percentile.
        deciles: (t, 2) 10th and 90th percentile of the fleet.
    """

    segments: Mapping[str, SegmentPenalty]
    years: tuple[int, ...]
    middle: Array
    low: Array
    high: Array
    deciles: Array


def span_of(value: Assumed) -> tuple[float, float, float]:
    """Return low, value and high of an assumption."""
    return value.low, value.value, value.high


def segment_penalty(
    costed: Costed,
    id: str,
    variants: Mapping[str, Variant],
    basis: Basis,
    years: tuple[int, ...],
) -> SegmentPenalty:
    """Return the penalty of one segment in some years, with draws common to both platforms."""
    segment = costed.spec.segments[id]
    customer = costed.spec.customer
    assert customer is not None
    names = [variant_id(*car) for car in segment.cars.values()]
    seed = costed.spec.base.seed
    pair = pair_of(variants[names[0]], variants[names[1]], costed.facts, DRAWS, seed)
    worth = _worth(costed, segment, customer)
    mixed = span_of(customer.mixed_line)
    found = {year: penalty(pair, year, basis, worth, mixed) for year in years}
    return SegmentPenalty(id, pair, worth, mixed, found)


def _worth(costed: Costed, segment: SegmentSpec, customer: CustomerSpec) -> Worth:
    own = {
        "range": customer.range,
        "space": customer.space,
        "acceleration": customer.acceleration,
        "saving-years": customer.saving_years,
    }
    given = {name: span_of(value) for name, value in own.items() if value is not None}
    return worth_of(costed.facts, costed.prices, span_of(segment.net_price), given)


def fleet_penalties(study: Study, variants: Mapping[str, Variant], basis: Basis) -> Penalties:
    """Return the penalty of every segment and year; the fleet is what the study sells."""
    spec = study.spec
    years = tuple(range(spec.finance.first, spec.finance.last + 1))
    found = {id: segment_penalty(study, id, variants, basis, years) for id in spec.segments}
    sold = {segment_of(study, body): share for body, share in spec.demand.bodies.items()}
    fleet = np.array(
        [sum(share * found[id].years[y].samples for id, share in sold.items()) for y in years]
    )
    low, tenth, middle, ninth, high = np.quantile(fleet, (0.05, 0.10, 0.50, 0.90, 0.95), axis=1)
    return Penalties(found, years, middle, low, high, np.stack([tenth, ninth], axis=1))


def segment_of(study: Study, body: str) -> str:
    """Return the segment in which a body is compared on the platforms that the study weighs."""
    spec = study.spec
    asked = tuple((spec.electric, p, body) for p in (spec.flexible, spec.bespoke))
    return next(id for id, s in spec.segments.items() if tuple(s.cars.values()) == asked)
