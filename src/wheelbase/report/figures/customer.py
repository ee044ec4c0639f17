"""What a month costs the customer: cars side by side in every market, energy as whiskers."""

from collections.abc import Iterator, Mapping
from typing import Any

from wheelbase.report.figures.base import COLOURS, Figure, bar, build, short
from wheelbase.report.figures.cars import spread

__all__ = ["beside", "customer", "more_or_less", "pairs_of"]

Results = Mapping[str, Any]


def pairs_of(results: Results) -> Iterator[tuple[str, str, str]]:
    """Yield first car, second car and what differs, as the first market has them."""
    market = next(iter(results["customer"]["markets"].values()))
    for pair in market["pairs"]:
        yield pair["first"], pair["second"], pair["differs"]


def beside(results: Results) -> list[str]:
    """Return the cars of the first segment: one of each kind, then the bespoke platform's."""
    pairs = list(pairs_of(results))
    flexible, bespoke, _ = pairs[0]
    kinds: dict[str, str] = {}
    for first, second, differs in pairs:
        if differs == "drive" and second == flexible:
            kinds.setdefault(results["variants"][first]["kind"], first)
    return [*kinds.values(), flexible, bespoke]


def customer(results: Results) -> Figure:
    """Return what a month costs in all for each car and market, EUR, energy prices as whiskers."""
    tree, ids = results["customer"], beside(results)
    names = [market["name"] for market in tree["markets"].values()]
    data = []
    for id in ids:
        car = results["variants"][id]
        months = [m["cars"][id]["figures"]["month"] for m in tree["markets"].values()]
        up = [short(f["high"] - f["value"]) for f in months]
        down = [short(f["value"] - f["low"]) for f in months]
        label = f"{car['powertrain_label']} ({car['platform']})"
        hover = "%{x}: EUR %{y} a month<extra>" + label + "</extra>"
        trace = bar(label, names, [f["value"] for f in months], COLOURS[car["kind"]],
                    error_y=spread(up, down), hovertemplate=hover)  # fmt: skip
        if id == ids[-1]:
            trace["marker"]["pattern"] = {"shape": "/"}
        data.append(trace)
    axes = ("market", f"EUR{tree['base_year']} a month, bought in {tree['year']}")
    return build(data, axes, _finding(results, ids), {"barmode": "group", "height": 400})


def _finding(results: Results, ids: list[str]) -> str:
    market = next(iter(results["customer"]["markets"].values()))
    rival, own = ids[0], ids[-2]
    pair = next(p for p in market["pairs"] if (p["first"], p["second"]) == (rival, own))
    car, other = results["variants"][own], results["variants"][rival]
    first, last = market["price_years"]
    month = market["cars"][own]["figures"]["month"]["value"]
    gap, low, high = (pair["month"][key] for key in ("value", "low", "high"))
    return (
        f"In {market['name']} the {car['powertrain_label']} {car['body_label']} costs EUR "
        f"{month:,.0f} a month in all, {more_or_less(gap)} than the {other['powertrain_label']}; "
        f"with the energy prices of {first} to {last} from {more_or_less(low)} to "
        f"{more_or_less(high)}."
    )


def more_or_less(value: float) -> str:
    """Return an amount with the word for its sign, such as "25 less"."""
    return f"{abs(value):,.0f} {'less' if value < 0 else 'more'}"
