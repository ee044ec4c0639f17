"""What the customer pays, as text: cars among each other, line by line for one market."""

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["customer_lines"]

_Tree = Mapping[str, Any]

_COLUMNS = (
    ("list price", "list_price"),
    ("at once", "at_once"),
    ("loan/month", "payment"),
    ("month in all", "month"),
    ("in all", "total"),
    ("per 100 km", "per_100km"),
)
_WIDE = 30  # characters of a column: 27,644 [26,901 .. 28,059] (e)
_ROWS = (
    ("list price", "list_price"),
    ("price with tax", "price"),
    ("deposit", "deposit"),
    ("purchase tax", "purchase_tax"),
    ("subsidy", "subsidy"),
    ("paid at once", "at_once"),
    ("rate of the loan, %", "rate"),
    ("loan, by the month", "payment"),
    ("last payment", "last_payment"),
    ("a month in all", "month"),
    ("fuel", "fuel"),
    ("electricity", "electricity"),
    ("tax", "tax"),
    ("insurance", "insurance"),
    ("upkeep", "upkeep"),
    ("sold at the end", "resale"),
    ("cost of ownership", "total"),
    ("per 100 km", "per_100km"),
)


def customer_lines(found: _Tree, one: bool) -> Iterator[str]:
    """Yield what the customer pays in every market; line by line where one was asked for."""
    years, distance = found["months"] / 12, found["distance"]["value"]
    yield (
        f"what the customer pays, bought in {found['year']}, EUR of {found['base_year']}: a loan "
        f"of {found['months']} months, {distance:,.0f} km in {years:g} years"
    )
    yield "intervals: prices of fuel and electricity as in every year that is known, nothing else"
    for item in found["chosen"]:
        yield f"the study says: {item['path']} = {item['value']}"
    ids = list(next(iter(found["markets"].values()))["cars"])
    yield ""
    yield from (f"{n:>2}  {id}" for n, id in enumerate(ids, 1))
    for market in found["markets"].values():
        yield ""
        yield from _market(market, ids, found["base_year"] if one else None)


def _market(market: _Tree, ids: list[str], base_year: int | None) -> Iterator[str]:
    """Yield a market: line by line, in its own money of the base year too, or a row per car."""
    first, last = market["price_years"]
    yield (
        f"{market['name']} ({market['currency']}): list prices {market['list_price']}, "
        f"{market['vat']['value']:g} % tax; energy as in {first} to {last}"
    )
    yield from _line_by_line(market, ids, base_year) if base_year else _summary(market, ids)
    number = {id: n for n, id in enumerate(ids, 1)}
    for pair in market["pairs"]:
        yield (
            f"  {number[pair['second']]} minus {number[pair['first']]}: "
            f"{_shown(pair['month'], '+')} a month, {_shown(pair['total'], '+')} in all"
        )
    yield from (f"  note: {note}" for note in market["notes"])


def _summary(market: _Tree, ids: list[str]) -> Iterator[str]:
    """Yield one row per car."""
    wide = {key: 26 if key in ("month", "total", "per_100km") else 12 for _, key in _COLUMNS}
    yield "    " + "".join(f"{label:>{wide[key]}}" for label, key in _COLUMNS)
    for n, id in enumerate(ids, 1):
        figures = market["cars"][id]["figures"]
        yield f"{n:>4}" + "".join(f"{_shown(figures[key]):>{wide[key]}}" for _, key in _COLUMNS)


def _line_by_line(market: _Tree, ids: list[str], base_year: int) -> Iterator[str]:
    """Yield one column per car, what is paid over the years as present value."""
    yield f"  {'':<20}" + "".join(f"{n:>{_WIDE}}" for n in range(1, len(ids) + 1))
    cars = [market["cars"][id] for id in ids]
    for label, key in _ROWS:
        found = [car["figures"].get(key) for car in cars]
        if any(found):
            cells = "".join(f"{'' if f is None else _marked(f):>{_WIDE}}" for f in found)
            yield f"  {label:<20}{cells}"
    edges = "".join(f"{_ends(*car['edges']):>{_WIDE}}" for car in cars)
    yield f"  {'cost, all at edges':<20}{edges}"
    for label, key in (("list price", "list_price"), ("loan/month", "payment")):
        if market["currency"] != "EUR":
            cells = "".join(f"{_shown(car['local'][key]):>{_WIDE}}" for car in cars)
            money = f"{label}, {market['currency']}{base_year}"
            yield f"  {money:<20}{cells}"
    yield "  (e) rests on an estimate; fuel to sold at the end: present value over the years"
    yield "  cost, all at edges: cost of ownership with every line at its low or its high at once"


def _marked(figure: _Tree) -> str:
    return _shown(figure) + (" (e)" if figure["status"] == "estimate" else "")


def _shown(figure: _Tree, sign: str = "") -> str:
    """Return a figure and its interval; decimals where it is small."""
    places = 1 if figure["unit"] in ("%", "EUR/100km") else 0
    value = f"{figure['value']:{sign}z,.{places}f}"
    if figure["low"] is None or figure["low"] == figure["high"]:
        return value
    return f"{value} {_ends(figure['low'], figure['high'], sign, places)}"


def _ends(low: float, high: float, sign: str = "", places: int = 0) -> str:
    return f"[{low:{sign}z,.{places}f} .. {high:{sign}z,.{places}f}]"
