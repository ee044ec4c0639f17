"""The section on the customer: list price, loan, energy, taxes, cost of ownership, by market."""

from collections.abc import Iterator, Mapping
from typing import Any

from wheelbase.report.figures import Figure
from wheelbase.report.figures.cars import name_of
from wheelbase.report.figures.customer import beside, more_or_less, pairs_of
from wheelbase.report.html import (
    details,
    figure_block,
    number,
    packed,
    plain_span,
    section,
    table,
    text,
)

__all__ = ["customer", "customer_table"]

Results = Mapping[str, Any]

_COLUMNS = (
    ("list price", "list_price"),
    ("paid at once", "at_once"),
    ("loan: a month", "payment"),
    ("a month in all", "month"),
    ("cost of ownership", "total"),
    ("per 100 km", "per_100km"),
)
_ROWS = (
    ("list price", "list_price"),
    ("purchase tax", "purchase_tax"),
    ("subsidy", "subsidy"),
    ("paid at once", "at_once"),
    ("loan: rate, % a year", "rate"),
    ("loan: a month", "payment"),
    ("loan: last payment", "last_payment"),
    ("a month in all", "month"),
    ("fuel and electricity", "energy"),
    ("yearly tax", "tax"),
    ("insurance", "insurance"),
    ("upkeep", "upkeep"),
    ("sold at the end", "resale"),
    ("cost of ownership", "total"),
    ("per 100 km", "per_100km"),
)
_LABELS = {
    "price": "tax on the price",
    "payment": "loan",
    "purchase_tax": "purchase tax",
    "subsidy": "subsidy",
    "fuel": "fuel",
    "electricity": "electricity",
    "tax": "yearly tax",
    "insurance": "insurance",
    "upkeep": "upkeep",
    "resale": "value at the end",
}
"""What the lines are called where their sources are named."""


def customer(results: Results, figures: Mapping[str, Figure]) -> str:
    """Return the section on what the customer pays: by month, line by line, car against car."""
    tree = results["customer"]
    market = next(iter(tree["markets"]))
    name = text(tree["markets"][market]["name"])
    count = sum(len(m["cars"]) for m in tree["markets"].values())
    said = "".join(f" {text(m['name'])}: {text(_notes(m))}" for m in tree["markets"].values())
    inside = (
        f'<p class="note">The rows stand in the data of this page and in results.json.{said}</p>'
    )
    parts = [
        figure_block("customer", figures["customer"]),
        f"<h3>Both platforms and all drives side by side in {name}</h3>",
        _side_by_side(results, market),
        "<h3>What the second car costs more than the first</h3>",
        _differences(results),
        details(f"Every car in every market, {count} rows", inside,
                ' class="bulk" data-table="customer"'),
        _note(results),
    ]  # fmt: skip
    return section("customer", "What the customer pays", text(_lead(results)), parts)


def _lead(results: Results) -> str:
    """Return what the platform makes of the price that a customer pays, market by market."""
    flexible, bespoke, _ = next(pairs_of(results))
    markets = results["customer"]["markets"].values()
    gaps = (f"{m['name']} {more_or_less(m['pairs'][0]['month']['value'])}" for m in markets)
    car = results["variants"][bespoke]
    return (
        f"The {car['powertrain_label']} {car['body_label']} on {car['platform']} instead of "
        f"{results['variants'][flexible]['platform']} costs its customer, in EUR a month: "
        f"{', '.join(gaps)}. What else the platform is worth to a buyer, room above all, is in the "
        "penalty."
    )


def customer_table(results: Results) -> dict[str, Any]:
    """Return what every car costs its customer as a packed table, one group per market."""
    groups = {
        market["name"]: [
            (name_of(results["variants"][id]), *(_plain(car["figures"][k]) for _, k in _COLUMNS))
            for id, car in market["cars"].items()
        ]
        for market in results["customer"]["markets"].values()
    }
    base = results["customer"]["base_year"]
    head = (f"EUR{base}", *(label for label, _ in _COLUMNS))
    return packed(head, ("", *("n" for _ in _COLUMNS)), groups)


def _plain(figure: Mapping[str, Any]) -> str:
    """Return a figure with its interval and without its unit."""
    return plain_span({**figure, "unit": ""}).replace("\u00a0", "", 1)


def _side_by_side(results: Results, id: str) -> str:
    """Return the lines of every car of the first segment, both platforms' battery cars last."""
    ids, market = beside(results), results["customer"]["markets"][id]
    cars = [market["cars"][car] for car in ids]
    rows = [
        (label + _mark(cars, key), *(_cell(c["figures"].get(key)) for c in cars))
        for label, key in _ROWS
        if any(key in c["figures"] for c in cars)
    ]
    names = (text(name_of(results["variants"][car])) for car in ids)
    head = (f"EUR{results['customer']['base_year']}", *names)
    known = "{} to {}".format(*market["price_years"])
    return (
        table(head, rows, range(1, len(head)))
        + f'<p class="note">{text(_notes(market))} Energy prices of {known}. '
        + f"Sources: {_sources(results, id, cars)}.</p>"
    )


def _notes(market: Mapping[str, Any]) -> str:
    """Return how a market shows its prices, and what was taken from another year."""
    shown = f"list prices {market['list_price']}, {market['vat']['value']:g} % tax"
    words = "; ".join([shown, *market["notes"]])
    return f"{words[0].upper()}{words[1:]}."


def _mark(cars: list[Mapping[str, Any]], key: str) -> str:
    """Return the mark of a line that rests on an estimate in one of the cars."""
    found = (car["figures"].get(key, {}).get("status") for car in cars)
    return ' <span class="estimate">e</span>' if "estimate" in found else ""


def _sources(results: Results, market: str, cars: list[Mapping[str, Any]]) -> str:
    """Return the sources of the market's figures that the lines of some cars rest on."""
    known = {
        row["field"]: row["source"]
        for row in results["facts"]
        if row["id"] == market and row["place"].startswith("market_price.csv")
    }
    by_line: dict[str, dict[str, None]] = {}
    for car in cars:
        for line, fields in car["facts"].items():
            keys = dict.fromkeys(known[field] for field in fields if field in known)
            by_line.setdefault(line, {}).update(keys)
    return "; ".join(
        f"{text(_LABELS[line])} " + ", ".join(f"<code>{text(key)}</code>" for key in keys)
        for line, keys in by_line.items()
        if line in _LABELS
    )


def _cell(figure: Mapping[str, Any] | None) -> str:
    return "" if figure is None else _ends(figure)


def _ends(figure: Mapping[str, Any]) -> str:
    """Return a value and, in a muted voice, its ends."""
    shown = number(figure["value"])
    if figure["low"] is None or figure["low"] == figure["high"]:
        return shown
    return (
        f'{shown} <span class="muted">[{number(figure["low"])} .. {number(figure["high"])}]</span>'
    )


def _differences(results: Results) -> str:
    """Return every pair of both platforms, and of the first segment's drives, by market."""
    tree = results["customer"]
    names = [text(market["name"]) for market in tree["markets"].values()]
    head = ("first", "second", *names)
    shown = (
        f'<p class="note">EUR{tree["base_year"]} a month, and in all over '
        f"{tree['months'] / 12:g} years; less than nothing: the second is cheaper.</p>"
    )
    return table(head, _pairs(results), range(2, len(head))) + shown


def _pairs(results: Results) -> Iterator[tuple[str, ...]]:
    markets = results["customer"]["markets"].values()
    shown = beside(results)
    for n, (first, second, differs) in enumerate(pairs_of(results)):
        if differs == "platform" or first in shown:
            names = (text(name_of(results["variants"][id])) for id in (first, second))
            found = (market["pairs"][n] for market in markets)
            yield *names, *(f"{_ends(p['month'])}<br>in all {_ends(p['total'])}" for p in found)


def _note(results: Results) -> str:
    tree = results["customer"]
    id = beside(results)[-2]
    market = next(iter(tree["markets"]))
    return (
        f'<p class="note">Bought in {tree["year"]}, a loan of {tree["months"]} months with a last '
        f"payment, {tree['distance']['value']:,.0f} km. The list price is the bill's price without "
        "taxes with the market's tax; premium cars are listed well above it, since the bill leaves "
        "out what they have beyond a volume car. "
        "Intervals are those of fuel and electricity alone, as in every year whose prices are "
        "known; both cars of a pair pay the prices of the same year. What runs is present value, "
        f"at {tree['discount']['value']:g} % a year; the interest of the loan is in the month, not "
        "in the total. Prices, subsidies and rates are those of the year of purchase as published "
        "since, and no part of the decision reads them; <span class=\"estimate\">e</span> rests on "
        "an estimate. "
        f"<code>wheelbase explain RUN {text(id)}.customer.{market}.month</code> leads to the "
        "facts.</p>"
    )  # fmt: skip
