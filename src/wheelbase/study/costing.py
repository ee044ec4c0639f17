"""What the cars of a study cost, and what a flexible platform costs its battery cars."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Literal

from wheelbase.cost import Basis, Bill, price
from wheelbase.errors import DataError
from wheelbase.integrate import Variant
from wheelbase.study.cars import basis_of, bespoke_launch, bill_year, build_cars
from wheelbase.study.cell_choice import CellChoice, cell_choice
from wheelbase.study.customers import customers_tree
from wheelbase.study.figures import figure
from wheelbase.study.load import Costed, Study
from wheelbase.study.new_cell import new_cell_tree
from wheelbase.study.owning import owned, ownership_tree
from wheelbase.study.penalties import segment_penalty
from wheelbase.study.tree_cars import bills_tree
from wheelbase.study.tree_invest import ladder_tree
from wheelbase.study.tree_penalty import segment_tree
from wheelbase.study.tree_share import matrix_tree

__all__ = ["SPAN", "Also", "price_study"]

SPAN = (2010, 2050)
"""Years in which a car may be priced."""

Also = Literal["shared", "ladder", "customer"]
_RATE = 0.08  # a year, an estimate for a study without finance
_BLOCK = 150e3  # cars a year, an estimate for a study without a launch


def price_study(
    costed: Costed,
    variant: str | Sequence[str] | None = None,
    year: int | None = None,
    currency: str | None = None,
    market: str | None = None,
    also: Collection[Also] = (),
    say: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """Return the bills of a study's cars and the penalty of its segments.

    Args:
        costed: The study.
        variant: "powertrain@platform" or "powertrain@platform.body" for that alone, or several.
        year: Of production; by default the first year that the study looks at.
        currency: Currency and price year to count in, such as USD2022; the study's own by default.
        market: Also what owning each car costs there.
        also: "shared": what the cars have in common; "ladder": what platforms and plants cost;
            "customer": list price, monthly payment and cost of ownership, in `market` or in all.
        say: Takes a line as each stage ends.

    Raises:
        DataError: No such variant, year, currency or market; a currency with `also`.
        FitError: A platform does not carry what the study puts on it.
    """
    scale, shown = _currency(costed, currency, also)
    at = bill_year(costed) if year is None else year
    if not SPAN[0] <= at <= SPAN[1]:
        raise DataError(f"year {at}: cars are priced from {SPAN[0]} to {SPAN[1]}")
    cars = build_cars(costed).variants
    say(f"{len(cars)} cars fitted, driven, closed")
    basis = basis_of(costed)
    wanted = (variant,) if isinstance(variant, str) else tuple(variant or ())
    chosen = _chosen(cars, wanted)
    bills = {id: price(car, at, basis) for id, car in chosen.items()}
    segments = {} if wanted else _segments(costed, cars, at, basis)
    if segments:
        say(f"{len(segments)} segments compared")
    found = {
        "title": costed.spec.title,
        "name": costed.spec.name,
        "year": at,
        "pack_price": basis.pack.name,
        "bills": bills_tree(bills),
        "groups": {id: _groups(bill) for id, bill in bills.items()},
        "penalty": segments,
        "ownership": {},
    }
    if "customer" in also:
        found["customer"] = customers_tree(costed, chosen, bills, at, market)
    elif market is not None:
        found["ownership"] = _owned(costed, chosen, bills, market.lower(), at)
    if "shared" in also:
        found["shared_parts"] = matrix_tree(costed, chosen, bills)
    if "ladder" in also:
        found["ladder"] = _ladder(costed)
    found |= {} if wanted or currency or year is not None else new_cell_tree(costed)
    if currency:
        found = _scaled(found, scale, shown)
    return found | {"currency": shown}


def _ladder(costed: Costed) -> dict[str, Any]:
    """Return the ladder, charged at the study's own rate and block where it has them."""
    rate, block, status = _RATE, _BLOCK, "estimate"
    if isinstance(costed, Study):
        rate, block = costed.spec.finance.wacc.value, bespoke_launch(costed).block.size
        status = "assumption"
    return {
        "rate": figure(rate, "%", status=status),
        "block": figure(block, "k/yr", status=status),
        "rungs": ladder_tree(costed, rate, block),
    }


def _currency(costed: Costed, asked: str | None, also: Collection[Also]) -> tuple[float, str]:
    """Return what an EUR of the base year is in the money asked for, and its name."""
    if asked is None:
        return 1.0, costed.spec.base.currency
    if also:
        raise DataError(
            f"currency {asked!r}: {' and '.join(sorted(also))} stay in the money of their "
            "sources and of the study; ask for them without a currency"
        )
    found = re.fullmatch(r"([A-Z]{3})(\d{4})?", asked)
    if found is None or found[2] is None:
        raise DataError(f"currency {asked!r}: write currency and price year, such as USD2022")
    try:
        return costed.prices.into(1.0, found[1], int(found[2])), asked
    except ValueError as error:
        raise DataError(f"currency {asked!r}: {error}") from None


def _chosen(cars: Mapping[str, Variant], wanted: Sequence[str]) -> dict[str, Variant]:
    """Return the cars that are wanted, in that order; all where none is named."""
    if not wanted:
        return dict(cars)
    chosen: dict[str, Variant] = {}
    problems = []
    for name in wanted:
        found = {id: c for id, c in cars.items() if name in (id, id.rpartition(".")[0])}
        if not found:
            near = get_close_matches(name, cars, n=3, cutoff=0.3) or sorted(cars)[:3]
            problems.append(f"no variant {name!r}; did you mean {', '.join(near)}?")
        chosen |= found
    if problems:
        raise DataError(problems)
    return chosen


def _owned(
    costed: Costed,
    cars: Mapping[str, Variant],
    bills: Mapping[str, Bill],
    market: str,
    year: int,
) -> dict[str, Any]:
    return {
        id: ownership_tree(owned(costed, car, bills[id], market, year)) for id, car in cars.items()
    }


def _groups(bill: Bill) -> dict[str, float]:
    return {name: float(f"{cost:.6g}") for name, cost in bill.groups().items()}


def _segments(
    costed: Costed, cars: Mapping[str, Variant], year: int, basis: Basis
) -> dict[str, Any]:
    found = {}
    for id in costed.spec.segments:
        compared = segment_penalty(costed, id, cars, basis, (year,))
        choice = cell_choice(costed, id, cars, basis, year)
        found[id] = segment_tree(costed, compared, year, basis) | {"cell_choice": _choice(choice)}
    return found


def _choice(found: CellChoice) -> dict[str, Any]:
    """Return which cells the platforms would choose, and what the choice is worth."""
    return {
        "cells": dict(found.cells),
        "saved": {side: figure(cost, "EUR") for side, cost in found.saved.items()},
        "gain": figure(found.gain, "EUR"),
        "held": {side: sorted(costs) for side, costs in found.held.items()},
    }


_MONEY = ("value", "low", "high")


def _scaled(tree: Any, scale: float, shown: str) -> Any:
    """Return a tree with every amount of money in another currency; texts keep the study's own."""
    if isinstance(tree, dict):
        if tree.get("unit") == "EUR":
            return tree | {k: _times(tree[k], scale) for k in _MONEY} | {"unit": shown[:3]}
        changed = {
            key: _times(value, scale)
            if key in ("quantiles", "terms", "swings", "groups", "per_100km")
            else _scaled(value, scale, shown)
            for key, value in tree.items()
        }
        return changed | ({"base_year": int(shown[3:])} if "base_year" in tree else {})
    return [_scaled(item, scale, shown) for item in tree] if isinstance(tree, list) else tree


def _times(value: Any, scale: float) -> Any:
    """Return every number inside times `scale`."""
    if isinstance(value, dict):
        return {key: _times(item, scale) for key, item in value.items()}
    if isinstance(value, list):
        return [_times(item, scale) for item in value]
    return float(f"{value * scale:.6g}") if isinstance(value, float | int) else value
