"""What the customers of a study's cars see in each market, as plain data."""

from collections.abc import Iterator, Mapping
from typing import Any

from wheelbase.cost import Bill, Customer, customer, weakest
from wheelbase.errors import DataError
from wheelbase.integrate import Variant
from wheelbase.study.figures import figure, in_unit
from wheelbase.study.load import Costed
from wheelbase.study.owning import needs, net_span, purchase_of

__all__ = ["customers_tree"]

_LINES = {
    "purchase tax": "purchase_tax",
    "subsidy": "subsidy",
    "fuel": "fuel",
    "electricity": "electricity",
    "tax": "tax",
    "insurance": "insurance",
    "upkeep": "upkeep",
    "sold at the end": "resale",
}
_SERIES = ("petrol", "diesel", "electricity", "charging")

_By = Mapping[int, float]


def customers_tree(
    costed: Costed,
    cars: Mapping[str, Variant],
    bills: Mapping[str, Bill],
    year: int,
    market: str | None = None,
) -> dict[str, Any]:
    """Return list price, loan, energy, tax and cost of ownership of every car in every market.

    Every interval is that of the prices of energy: the least and the greatest over the years of
    which the market knows a price, all prices of one year together.

    Args:
        costed: The study.
        cars: Cars by id.
        bills: Their bills, of the year of purchase.
        year: Of purchase.
        market: Id of a market, in any case of letters; all that the catalogue has prices of by
            default.

    Raises:
        DataError: No such market, a price that is missing, or a purchase that is none.
    """
    ids = [market.lower()] if market is not None else [m.id for m in costed.facts.market_price]
    found = {
        id: {car: _seen(costed, cars[car], bills[car], id, year) for car in cars} for id in ids
    }
    first = next(iter(next(iter(found.values())).values()))
    discount = costed.facts.customer_value["buyers-rate"].factor
    assert discount is not None
    return {
        "year": year,
        "base_year": costed.prices.base,
        "months": first.payment.months,
        "distance": figure(first.owned.distance, "km"),
        "discount": figure(discount, "%"),
        "chosen": _chosen(costed),
        "markets": {id: _market(costed, id, seen) for id, seen in found.items()},
    }


def _seen(costed: Costed, car: Variant, bill: Bill, market: str, year: int) -> Customer:
    purchase, net = purchase_of(costed), net_span(bill)
    try:
        return customer(net, needs(car), market, year, costed.facts, costed.prices, purchase)
    except DataError as error:
        if market not in costed.facts.market_price:
            raise
        where = f"purchase of {bill.variant} in {market}"
        raise DataError([f"{where}: {problem}" for problem in error.problems]) from None


def _chosen(costed: Costed) -> list[dict[str, str]]:
    """Return what the study itself says of the purchase, with its place in the file."""
    written = costed.document.data.get("purchase") or {}
    return [
        {
            "path": f"purchase.{name}",
            "value": str(value),
            "place": ":".join(costed.document.place(("purchase", name)).split(":")[:2]),
        }
        for name, value in written.items()
        if value is not None
    ]


def _market(costed: Costed, id: str, seen: Mapping[str, Customer]) -> dict[str, Any]:
    fact = costed.facts.market_price[id]
    known = _known_years(costed, id)
    held = dict.fromkeys(note for found in seen.values() for note in found.held)
    used = {
        field.partition("@")[0]
        for found in seen.values() for line in found.owned.lines for field in line.fields
    }  # fmt: skip
    alone = [f"{name} is known of {years[0]} alone: its price has no spread"
             for name, years in known.items() if name in used and len(years) == 1]  # fmt: skip
    every = sorted({year for years in known.values() for year in years})
    return {
        "name": fact.name,
        "currency": fact.currency.upper(),
        "list_price": fact.list_price,
        "vat": figure(fact.vat, "%"),
        "price_years": [every[0], every[-1]],
        "price_series": known,
        "notes": [*held, *alone],
        "cars": {car: _car(costed, id, found) for car, found in seen.items()},
        "pairs": [
            _pair(seen, first, second, why)
            for first, second, why in _pairs(costed, [*seen])
        ],
    }  # fmt: skip


def _known_years(costed: Costed, id: str) -> dict[str, list[int]]:
    fact = costed.facts.market_price[id]
    return {name: sorted(getattr(fact, name)) for name in _SERIES}


def _car(costed: Costed, market: str, found: Customer) -> dict[str, Any]:
    """Return the figures of a car, and the figures of the market that each rests on."""
    owned, loan = found.owned, found.payment
    lines = {_LINES[line.name]: line for line in owned.lines if line.name in _LINES}
    base = costed.prices.base
    currency = costed.facts.market_price[market].currency.upper()
    low, high = owned.span
    firm = _firmness(costed, market, found)
    figures = {
        "list_price": figure(found.list_price, "EUR", status=firm["list_price"]),
        "price": figure(loan.price, "EUR", status=firm["price"]),
        "deposit": figure(loan.deposit, "EUR", status=firm["deposit"]),
        "at_once": figure(found.at_once, "EUR", status=firm["at_once"]),
        "rate": figure(loan.rate, "%", status=firm["rate"]),
        "last_payment": figure(loan.residual, "EUR", status=firm["last_payment"]),
        "payment": figure(loan.monthly, "EUR", status=firm["payment"]),
        **{name: figure(line.cost, "EUR", status=line.status) for name, line in lines.items()},
        "energy": _spread(owned.energy, owned.energy_by, firm["energy"]),
        "month": _spread(found.month, found.month_by, firm["month"]),
        "total": _spread(owned.total, owned.total_by, firm["total"]),
        "per_100km": _per_100km(owned.total, owned.total_by, owned.distance, firm["total"]),
    }
    return {
        "figures": figures,
        "edges": [in_unit(low, "EUR"), in_unit(high, "EUR")],
        "local": {
            name: figure(costed.prices.into(value, currency, base), currency)
            for name, value in (("list_price", found.list_price), ("payment", loan.monthly))
        },
        "facts": {
            "price": ["vat"],
            "list_price": ["vat"] if found.list_price == loan.price else [],
            "payment": [*loan.fields],
            **{name: [*line.fields] for name, line in lines.items()},
        },
    }


def _firmness(costed: Costed, market: str, found: Customer) -> dict[str, str]:
    """Return the weakest of the market's figures that each figure of a car rests on.

    The price without taxes, under all of them, is computed; a rate that the study gives is chosen.
    """
    origins = costed.facts.market_price.origins
    lines = {line.name: line.status for line in found.owned.lines}
    price = lines["price with tax"]

    def of_loan(*names: str) -> list[str]:
        fields = (f for f in found.payment.fields if f.startswith(names))
        return [origins[market, field].status for field in fields]

    def of_lines(*names: str) -> list[str]:
        return [lines[name] for name in names if name in lines]

    payment = weakest([price, *of_loan("")])
    energy = of_lines("fuel", "electricity")
    return {
        "list_price": price if found.list_price == found.payment.price else "computed",
        "price": price,
        "deposit": weakest([price, *of_loan("deposit")]),
        "at_once": weakest([price, *of_loan("deposit"), *of_lines("purchase tax", "subsidy")]),
        "rate": next(iter(of_loan("loan_rate")), "chosen"),
        "last_payment": weakest([price, *of_loan("residual")]),
        "payment": payment,
        "energy": weakest(energy),
        "month": weakest([payment, *energy, *of_lines("tax", "insurance", "upkeep")]),
        "total": weakest(lines.values()),
    }


def _spread(value: float, by: _By, status: str = "computed") -> dict[str, Any]:
    return figure(value, "EUR", min(by.values()), max(by.values()), status)


def _per_100km(value: float, by: _By, distance: float, status: str) -> dict[str, Any]:
    ends = (min(by.values()) / distance, max(by.values()) / distance)
    return figure(value / distance, "EUR/100km", *ends, status)


def _pairs(costed: Costed, ids: list[str]) -> list[tuple[str, str, str]]:
    """Return cars that stand side by side: first, second, and what differs between them.

    The battery car of each segment on both platforms, and what else its flexible platform carries
    in that body, against that car; without a segment the first car against every other.
    """
    found = [(a, b, why) for a, b, why in _of_segments(costed) if a in ids and b in ids]
    return found or [(ids[0], other, "car") for other in ids[1:]]


def _of_segments(costed: Costed) -> Iterator[tuple[str, str, str]]:
    for segment in costed.spec.segments.values():
        train, platform, body = segment.cars["flexible"]
        electric = f"{train}@{platform}.{body}"
        yield electric, "{}@{}.{}".format(*segment.cars["bespoke"]), "platform"
        for other in costed.spec.platforms[platform].powertrains:
            if other != train:
                yield f"{other}@{platform}.{body}", electric, "drive"


def _pair(seen: Mapping[str, Customer], first: str, second: str, why: str) -> dict[str, Any]:
    """Return what the second car costs more than the first, at the same prices of energy."""
    a, b = seen[first], seen[second]
    month = {year: cost - a.month_by[year] for year, cost in b.month_by.items()}
    total = {year: cost - a.owned.total_by[year] for year, cost in b.owned.total_by.items()}
    return {
        "first": first,
        "second": second,
        "differs": why,
        "list_price": figure(b.list_price - a.list_price, "EUR"),
        "payment": figure(b.payment.monthly - a.payment.monthly, "EUR"),
        "month": _spread(b.month - a.month, month),
        "total": _spread(b.owned.total - a.owned.total, total),
    }
