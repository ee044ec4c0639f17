"""What buyers pay for range, room, acceleration and energy: from surveys, or as the user says."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import Catalogue, stream
from wheelbase.prices import Money, Prices

__all__ = ["GIVEN", "Worth", "draw_span", "worth_of"]

Array = NDArray[np.float64]
Span = tuple[float, float, float]

GIVEN = ("range", "space", "acceleration", "saving-years")
"""Values that a study may give itself; the others are the catalogue's."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What a buyer pays for, each figure low, base, high, by its name in the catalogue.

    "range" is EUR/m at "range-reference" (m) and falls with range to the power of "range-fall",
    "space" EUR/m3 of cabin and luggage room before value added tax, "cabin-area" (m2) and
    "cabin-realised" turn length between the rows into cabin volume, "acceleration" is EUR per s to
    100 km/h, energy from the wall costs "charged-energy" (EUR/J) over "yearly-distance" (m/yr) for
    "saving-years". Of what a buyer pays, "vat" and "dealer-margin" do not reach the maker.

    Args:
        spans: Name to low, base and high; money in EUR of the base year.
        own: Names that the study gave itself.
    """

    spans: Mapping[str, Span]
    own: tuple[str, ...] = ()


def draw_span(span: Span, draws: int, seed: int, name: str) -> Array:
    """Return triangular draws between low and high with their mode at base."""
    low, base, high = span
    if low == high:
        return np.full(draws, base)
    return stream(seed, name).triangular(low, base, high, draws)


def worth_of(facts: Catalogue, prices: Prices, net_price: Span, given: Mapping[str, Span]) -> Worth:
    """Return what buyers of a segment pay.

    Args:
        facts: The catalogue's customer values.
        prices: Way to EUR of the base year.
        net_price: What a car of the segment costs before value added tax; room is paid for in
            proportion to it.
        given: What the study gives itself, by name: a subset of `GIVEN`.

    Raises:
        ValueError: A name that no study may give.
    """
    if unknown := sorted(given.keys() - set(GIVEN)):
        raise ValueError(f"{', '.join(unknown)}: not among {', '.join(GIVEN)}")

    def euros(value: float | Money) -> float:
        return prices.real(value) if isinstance(value, Money) else value

    shelf, spans = facts.customer_value, {}
    for item in shelf:
        low, high = shelf.intervals.get((item.id, item.figure), (item.value, item.value))
        spans[item.id] = (euros(low), euros(item.value), euros(high))
    low, base, high = spans["space"]
    spans["space"] = (low * net_price[0], base * net_price[1], high * net_price[2])
    return Worth(spans | dict(given), tuple(sorted(given)))
