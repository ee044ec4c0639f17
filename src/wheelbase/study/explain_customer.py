"""Explanations of what a customer pays: list price, loan, energy, taxes, cost of ownership."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from wheelbase.study.explain_graph import Graph
from wheelbase.study.explanation import Explanation, Ground

__all__ = ["customer_names", "customer_number", "pair_names", "pair_number"]

_ENERGY = ("fuel", "electricity")
_RUNNING = ("tax", "insurance", "upkeep")
_TAKES = (".consumption_wltp", ".co2_wltp", ".utility_factor")
_FORMULAS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "list_price": ("as the market shows it: {list_price}", ("price", ".cost.price_net")),
    "price": ("price without taxes x (1 + tax)", (".cost.price_net",)),
    "deposit": ("share of the price with tax that is paid at once", ("price",)),
    "at_once": ("deposit + purchase tax - subsidy", ("deposit", "purchase_tax", "subsidy")),
    "rate": ("effective rate of the loan a year", ()),
    "last_payment": ("price with tax x the share that the car keeps to the end", ("price",)),
    "payment": (
        "(price - deposit - last payment x v) i / (1 - v), i = (1 + rate)^(1/12) - 1, "
        "v = (1 + i)^-{months}",
        ("price", "deposit", "last_payment", "rate"),
    ),
    "purchase_tax": ("share of the price without taxes", (".cost.price_net",)),
    "subsidy": ("as it was paid in that year, or in the last one known before it", ()),
    "fuel": ("fuel on the WLTP x price x distance, each year discounted to its middle", _TAKES),
    "electricity": (
        "energy from the wall on the WLTP x mean price at home and in public x distance, each "
        "year discounted to its middle",
        _TAKES,
    ),
    "tax": ("yearly tax of every year, discounted to its middle", ()),
    "insurance": ("a year's, each discounted to its middle", ()),
    "upkeep": ("per distance x distance, each year discounted to its middle", ()),
    "resale": (
        "price with tax x the share that the car keeps, discounted, and less by inflation",
        ("price",),
    ),
    "energy": (
        "fuel + electricity; low and high: at the prices of each year that is known, all of one "
        "year together",
        ("fuel", "electricity"),
    ),
    "month": (
        "monthly payment + (energy + tax + insurance + upkeep) / discounted years / 12",
        ("payment", "energy", *_RUNNING),
    ),
    "total": (
        "price + purchase tax - subsidy + energy + tax + insurance + upkeep - what it is sold for",
        ("price", "purchase_tax", "subsidy", "energy", *_RUNNING, "resale"),
    ),
    "per_100km": ("cost of ownership / distance", ("total",)),
}
_BUYERS = {
    "yearly-distance": (*_ENERGY, "upkeep", "per_100km"),
    "buyers-rate": (*_ENERGY, *_RUNNING, "resale"),
    "inflation": ("resale",),
}
_HELD = ("payment", "last_payment", "fuel", "electricity", *_RUNNING, "resale", "month")
_CHOICES = {"deposit": "deposit", "rate": "rate", "last_payment": "residual", "resale": "residual"}
_PAIR = re.compile(r"customer\.markets\.(\w+)\.pairs\.(\d+)\.(\w+)")


def customer_names(graph: Graph, id: str) -> Iterator[str]:
    """Yield every name of what the customer of a car pays, market by market."""
    for market, found in _markets(graph).items():
        yield from (f"{id}.customer.{market}.{name}" for name in found["cars"][id]["figures"])


def customer_number(graph: Graph, id: str, rest: str) -> Explanation | None:
    """Return the explanation of "MARKET.FIGURE" of a car; None if it has no such number."""
    market, _, name = rest.partition(".")
    found = _markets(graph).get(market)
    if found is None or name not in found["cars"][id]["figures"]:
        return None
    car = found["cars"][id]
    text, names = _FORMULAS[name]
    words = {"list_price": found["list_price"], "months": graph.results["customer"]["months"]}
    inputs = [path for item in names for path in _paths(graph, id, market, name, item)]
    facts = [f"market_price:{market}#{field}" for field in _fields(found, car["facts"], name)]
    chosen = {item["path"].partition(".")[2]: item for item in graph.results["customer"]["chosen"]}
    facts += [f"customer_value:{value}" for value, numbers in _BUYERS.items() if name in numbers]
    own = [chosen[key] for key in (_CHOICES.get(name),) if key in chosen]
    if name in _HELD:
        own += [chosen["term"]] if "term" in chosen else []
        facts += [] if "term" in chosen else ["customer_value:years-held"]
    grounds = [Ground("choice", c["path"], c["value"], "", "chosen", c["place"]) for c in own]
    figure = car["figures"][name]
    full = f"{id}.customer.{market}.{name}"
    return graph.make(full, figure, text.format_map(words), inputs, facts, grounds)


def pair_names(graph: Graph) -> Iterator[str]:
    """Yield the names of what a second car costs more than a first one, market by market."""
    for market, found in _markets(graph).items():
        for n, pair in enumerate(found["pairs"]):
            names = (name for name, value in pair.items() if isinstance(value, Mapping))
            yield from (f"customer.markets.{market}.pairs.{n}.{name}" for name in names)


def pair_number(graph: Graph, name: str) -> Explanation | None:
    """Return what a second car costs more than a first one; None if the run has no such number."""
    match = _PAIR.fullmatch(name)
    if match is None or name not in pair_names(graph):
        return None
    market, n, key = match.groups()
    pair = _markets(graph)[market]["pairs"][int(n)]
    inputs = [f"{pair[side]}.customer.{market}.{key}" for side in ("second", "first")]
    text = f"{pair['second']} less {pair['first']}, at the same prices of energy"
    return graph.make(name, pair[key], text, inputs)


def _markets(graph: Graph) -> Mapping[str, Any]:
    found: Mapping[str, Any] = graph.results.get("customer", {"markets": {}})["markets"]
    return found


def _fields(market: Mapping[str, Any], facts: Mapping[str, list[str]], name: str) -> list[str]:
    """Return the figures of the market that a number rests on itself."""
    if name == "energy":
        used = {field.partition("@")[0] for part in _ENERGY for field in facts.get(part, ())}
        known = market["price_series"].items()
        return [f"{series}@{year}" for series, years in known if series in used for year in years]
    part = {"rate": "loan_rate", "deposit": "deposit", "last_payment": "residual"}.get(name)
    if part is not None:
        return [field for field in facts["payment"] if field.startswith(part)]
    return [] if name == "payment" else facts.get(name, [])


def _paths(graph: Graph, id: str, market: str, name: str, item: str) -> Iterator[str]:
    """Yield the name of an input: of the car where it begins with a dot, else of its purchase."""
    results = graph.results
    if not item.startswith("."):
        shown = _markets(graph)[market]["list_price"]
        with_tax = name != "list_price" or shown == "with tax"
        if item in _markets(graph)[market]["cars"][id]["figures"] and with_tax:
            yield f"{id}.customer.{market}.{item}"
    elif item.startswith(".cost"):
        if name != "list_price" or _markets(graph)[market]["list_price"] == "without tax":
            yield f"{id}{item}"
    elif item[1:] in results["variants"][id]["figures"]:
        yield f"{id}{item}"
