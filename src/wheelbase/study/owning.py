"""What the buyers of a study's cars pay over the years that they hold them, as plain data."""

from typing import Any

from wheelbase.cost import Bill, Driven, Ownership, Purchase, ownership
from wheelbase.integrate import Variant
from wheelbase.study.figures import figure, in_unit
from wheelbase.study.load import Costed

__all__ = ["needs", "net_span", "owned", "ownership_tree", "purchase_of"]


def owned(costed: Costed, car: Variant, bill: Bill, market: str, year: int) -> Ownership:
    """Return the total cost of ownership of a car at the price that its bill asks for.

    Raises:
        DataError: No such market, or no price of what the car runs on.
    """
    return ownership(
        net_span(bill), needs(car), market, year, costed.facts, costed.prices, purchase_of(costed)
    )


def purchase_of(costed: Costed) -> Purchase:
    """Return how the study says that a car is bought."""
    given = costed.spec.purchase
    return Purchase(given.term, given.deposit, given.residual, given.rate)


def net_span(bill: Bill) -> tuple[float, float, float]:
    """Return the price without taxes: with all lines at their least, at base, at their greatest."""
    least, most = (bill.price_net * edge / bill.direct for edge in bill.span)
    return least, bill.price_net, most


def needs(car: Variant) -> Driven:
    """Return what a car takes per distance on the WLTP, within the model's error."""
    found = car.certificates["wltp"]
    engine = car.powertrain.engine
    main = found.co2 if engine is not None else found.energy
    low, high = found.low / main, found.high / main

    def span(value: float) -> tuple[float, float, float]:
        return value * low, value, value * high

    fuel = engine.fuel if engine is not None else "electricity"
    return Driven(fuel, span(found.fuel), span(found.energy))


def ownership_tree(found: Ownership) -> dict[str, Any]:
    """Return what owning costs as plain data."""
    low, high = found.span
    return {
        "market": found.market,
        "year": found.year,
        "years": found.years,
        "distance": figure(found.distance, "km"),
        "total": figure(found.total, "EUR", low, high),
        "per_100km": in_unit(found.per_distance, "EUR/100km"),
        "lines": [
            {
                "name": line.name,
                "cost": figure(line.cost, "EUR", line.low, line.high, line.status),
                "text": line.text,
                "source": line.source,
            }
            for line in found.lines
        ],
        "held": list(found.held),
    }
