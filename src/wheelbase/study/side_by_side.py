"""Two studies side by side without running them whole: what a new cell, or any change, does."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from wheelbase.cost import Valued, gained, price
from wheelbase.errors import DataError
from wheelbase.integrate import sample_car
from wheelbase.partner import shapley
from wheelbase.study.compare import differing, inputs_of
from wheelbase.study.figures import figure, in_unit
from wheelbase.study.half import Half, half_of
from wheelbase.study.load import Costed
from wheelbase.study.side_words import sentences, warnings
from wheelbase.study.tree_cars import car_figures

__all__ = ["compare_studies"]

_MEASURES = (
    ("battery_gross", "battery"), ("curb_mass", "mass"), ("range_wltp", "range, WLTP"),
    ("range_full", "range of a full floor"), ("direct_cost", "direct cost"),
    ("charge_10_80", "10 to 80 % at a fast charger"),
)  # fmt: skip
_CAUSES = ("cell", "platform")
_Row = dict[str, Any]


def compare_studies(
    names: tuple[str, str],
    studies: tuple[Costed, Costed],
    say: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """Return two studies side by side: battery cars, penalties, answers, and whose the change is.

    Between the flexible car of the first study and the bespoke car of the second lie two changes,
    the platform and what the studies differ in. Each measure is shared out between them as the
    mean of both orders, so neither is preferred and the parts add up; what each does alone stands
    beside it.

    Args:
        names: What to call them, the base first.
        studies: Checked studies.
        say: Takes a line as each stage ends.

    Returns:
        `columns`, `inputs`, `only_cells`, `cars` (rows of `car`, `label`, `unit`, `values`),
        `refused`, `penalties`, `answers`, `shares`, `sentences` and `warnings`.

    Raises:
        DataError: Nothing differs, no car with a battery, or money of other price years.
    """
    inputs = [
        row
        for row in inputs_of([s.document for s in studies])
        if differing(row) and row["label"] not in ("name", "title")
    ]
    _refuse(studies, inputs)
    halves = []
    for name, study in zip(names, studies, strict=True):
        halves.append(half_of(study))
        say(f"{name}: {len(halves[-1].cars)} battery cars fitted, driven, closed, priced")
    pair = (halves[0], halves[1])
    shares = list(_shares(pair))
    only_cells = all(_is_cell(row["label"]) for row in inputs)
    return {
        "columns": list(names),
        "inputs": inputs,
        "only_cells": only_cells,
        "cars": list(_car_rows(pair)),
        "refused": [dict(half.refused) for half in halves],
        "penalties": list(_penalty_rows(pair)),
        "answers": [_answer(half) for half in halves],
        "shares": shares,
        "sentences": sentences(pair, shares, only_cells),
        "warnings": list(warnings(names, pair)),
    }


def _is_cell(path: str) -> bool:
    """Return whether a path of a study says which cell a battery has, or what a cell is."""
    return path.endswith(".battery.cell") or path.startswith("cells.")


def _refuse(studies: tuple[Costed, Costed], inputs: list[_Row]) -> None:
    problems = []
    if not inputs:
        problems.append("compare: the two studies do not differ; change a value of one of them")
    years = {str(s.spec.base.currency) for s in studies}
    if len(years) > 1:
        both = " and ".join(sorted(years))
        problems.append(f"compare: money of {both}; give both studies one currency and price year")
    problems += [
        f"{study.document.name}: no powertrain of kind bev; add one"
        for study in studies
        if not any(train.kind == "bev" for train in study.powertrains.values())
    ]
    if problems:
        raise DataError(problems)


def _figures(half: Half, id: str) -> dict[str, Any]:
    """Return every measure of a car that is known."""
    car = half.cars.get(id)
    if car is None:
        return {}
    full = sample_car(car, half.study.facts, 1, half.study.spec.base.seed, ())
    bill = price(car, half.year, half.basis)
    return {
        **car_figures(car),
        "range_full": figure(float(full.range_fit[0]), "km"),
        "direct_cost": figure(bill.direct, "EUR", *bill.span),
    }


def _car_rows(pair: tuple[Half, Half]) -> Iterator[_Row]:
    """Yield a row for each car and measure, with both values; None where a car cannot be."""
    ids = dict.fromkeys([*pair[0].cars, *pair[0].refused, *pair[1].cars, *pair[1].refused])
    for id in ids:
        both = [_figures(half, id) for half in pair]
        for key, label in _MEASURES:
            found = [figures.get(key) for figures in both]
            known = next((f for f in found if f is not None), None)
            if known is not None:
                values = [None if f is None else f["value"] for f in found]
                yield {"car": id, "label": label, "unit": known["unit"], "values": values}


def _penalty_rows(pair: tuple[Half, Half]) -> Iterator[_Row]:
    """Yield the penalty of each segment in both studies with its 10th and 90th percentile."""
    for id in dict.fromkeys([*pair[0].segments, *pair[1].segments]):
        found = [
            half.segments[id].years[half.year] if id in half.segments else None for half in pair
        ]
        yield {
            "segment": id,
            "unit": "EUR",
            "values": [None if f is None else in_unit(f.base, "EUR") for f in found],
            "low": [None if f is None else in_unit(f.quantiles[0], "EUR") for f in found],
            "high": [None if f is None else in_unit(f.quantiles[2], "EUR") for f in found],
        }


def _answer(half: Half) -> dict[str, Any] | None:
    answer = half.answer
    if answer is None:
        return None
    timing = answer.timing
    return {
        "which": answer.which,
        "segments": list(answer.segments),
        "confidence": answer.confidence,
        "agreement": figure(answer.agreement, "%"),
        "start": {"p10": timing.p10, "p50": timing.p50, "p90": timing.p90},
        "never": figure(timing.never, "%"),
    }


def _shares(pair: tuple[Half, Half]) -> Iterator[_Row]:
    """Yield for each segment of both studies how its change divides between cell and platform."""
    before, after = pair
    for id in before.segments:
        if id not in after.segments or before.year != after.year:
            continue
        halves = [half.segments[id] for half in pair]
        valued = [Valued(s.pair, half.basis, s.worth) for s, half in zip(halves, pair, strict=True)]
        effect = sum(gained(valued[0], valued[1], before.year).values())
        alone = [s.years[before.year].base for s in halves]
        corners = {
            ("cell",): effect,
            ("platform",): alone[0],
            ("cell", "platform"): effect + alone[1],
        }
        measures = [_split("worth", "worth to buyer and maker", "EUR", corners)]
        cars = [(s.pair.flexible.id, s.pair.bespoke.id) for s in halves]
        figures = [[_figures(h, c) for c in names] for h, names in zip(pair, cars, strict=True)]
        measures += list(_measured(figures))
        trains = [s.pair.flexible.powertrain for s in halves]
        spec = before.study.spec.segments[id]
        yield {
            "segment": id,
            "touched": any(measure["cell"] for measure in measures),
            "label": before.study.spec.bodies[spec.body].label or spec.body,
            "platforms": [spec.flexible, spec.bespoke],
            "cells": [train.cell.id if train.cell else "" for train in trains],
            "measures": measures,
        }


def _measured(figures: list[list[dict[str, Any]]]) -> Iterator[_Row]:
    """Yield the split of every measure that all four cars have."""
    (flexible, bespoke), (flexible_after, bespoke_after) = figures
    for key, label in _MEASURES:
        four = [f.get(key) for f in (flexible, bespoke, flexible_after, bespoke_after)]
        if any(f is None for f in four):
            continue
        start, *others = (f["value"] for f in four if f is not None)
        coalitions = (("platform",), ("cell",), ("cell", "platform"))
        corners = {c: value - start for c, value in zip(coalitions, others, strict=True)}
        yield _split(key, label, str(four[0]["unit"]) if four[0] else "", corners)


def _split(
    key: str, label: str, unit: str, corners: Mapping[tuple[str, ...], float]
) -> dict[str, Any]:
    """Return a change shared out as the mean of both orders, and what each cause does alone."""
    shares = shapley(_CAUSES, {c: corners[c] for c in (("cell",), ("platform",), _CAUSES)})
    return {
        "measure": key,
        "label": label,
        "unit": unit,
        "total": _digits(corners[_CAUSES]),
        "cell": _digits(shares["cell"]),
        "platform": _digits(shares["platform"]),
        "platform_alone": _digits(corners[("platform",)]),
        "platform_after": _digits(corners[_CAUSES] - corners[("cell",)]),
        "cell_alone": _digits(corners[("cell",)]),
    }


def _digits(value: float) -> float:
    """Return a number that is in its unit already, with the digits of a result."""
    return float(f"{value:.6g}") + 0.0
