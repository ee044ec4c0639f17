"""Results tree: what goes in - geometry, verdicts, fit matrix, drivers, comparisons."""

from collections.abc import Mapping
from typing import Any

from wheelbase.catalogue import HARD_POINTS, Body
from wheelbase.fit import Difference, Envelope, Fit, Placement, ToolSets, tool_sets
from wheelbase.study.figures import figure, in_unit, rounded
from wheelbase.study.load import Package
from wheelbase.study.placing import FITTING, Placed, variant_id
from wheelbase.study.spec_car import BaseSpec

__all__ = [
    "base_tree",
    "comparison_tree",
    "conflicts_tree",
    "geometry",
    "matrix_tree",
    "pack_figures",
    "package_of",
    "package_tree",
    "platform_tree",
    "room_figures",
]

_CORNERS = ("x0", "x1", "y0", "y1", "z0", "z1")
_UNITS = {"boot": "l", "energy_fit": "kWh", "energy_max": "kWh", "turning_circle": "m"}


def base_tree(base: BaseSpec) -> dict[str, Any]:
    """Return the day, money and seed of a study."""
    return {"date": base.date.isoformat(), "currency": base.currency, "seed": base.seed}


def package_tree(
    package: Package, placed: Mapping[str, Placed], envelopes: Mapping[str, Envelope]
) -> dict[str, Any]:
    """Return everything that a study says of geometry: variants, platforms, matrix."""
    variants = {id: _variant(package, p) for id, p in placed.items()}
    platforms = {id: platform_tree(package, id, around) for id, around in envelopes.items()}
    return {
        "name": package.spec.name,
        "title": package.spec.title,
        "variants": variants,
        "platforms": platforms,
        "fit_matrix": matrix_tree(package, placed),
    }


def _variant(package: Package, placed: Placed) -> dict[str, Any]:
    fit, spec = placed.fit, package.spec
    return {
        "platform": fit.platform,
        "body": fit.body,
        "body_label": spec.bodies[fit.body].label or fit.body,
        "powertrain": fit.powertrain,
        "powertrain_label": spec.powertrains[fit.powertrain].label or fit.powertrain,
        "kind": package.powertrains[fit.powertrain].kind,
        "carried": placed.carried,
        **package_of(placed),
        "figures": _figures(placed),
        "fit": geometry(fit, placed.placement, package.bodies[fit.body]),
    }


def _figures(placed: Placed) -> dict[str, Any]:
    fit, placement, curb = placed.fit, placed.placement, placed.balance.curb
    points = fit.hard_points
    found = {
        "front_overhang": figure(points["L104"], "mm"),
        "rear_overhang": figure(points["L105"], "mm"),
        "turning_circle": figure(fit.turning_circle, "m"),
        **room_figures(fit),
        "curb_mass": figure(curb.mass, "kg"),
        "front_load": figure(curb.mass * curb.front_share, "kg"),
        "rear_load": figure(curb.mass * (1 - curb.front_share), "kg"),
        "gravity_height": figure(curb.height, "mm"),
    }
    if fit.energy_max > 0:
        found |= pack_figures(fit)
    if placement is not None:
        found["boot_placed"] = figure(placement.boot, "l")
        found["frunk"] = figure(placement.frunk, "l")
        if fit.energy_max > 0:
            found["battery_placed"] = figure(placement.energy, "kWh")
    return found


def room_figures(fit: Fit) -> dict[str, Any]:
    """Return wheelbase, room for people and boot, with their intervals where the fit has them."""
    spans = fit.intervals
    return {
        "wheelbase": figure(fit.wheelbase, "mm"),
        "usable_length": figure(fit.usable_length, "mm", *spans.get("usable_length", ())[::2]),
        "couple_distance": figure(fit.couple_distance, "mm"),
        "boot": figure(fit.boot, "l", *spans.get("boot", ())[::2]),
    }


def pack_figures(fit: Fit) -> dict[str, Any]:
    """Return what battery fits, and how much the seats rise for it."""
    span = fit.intervals.get("energy_fit", ())[::2]
    return {
        "battery_fit": figure(fit.energy_fit, "kWh", *span),
        "battery_max": figure(fit.energy_max, "kWh"),
        "seat_raise": figure(fit.seat_raise, "mm"),
    }


def package_of(placed: Placed) -> dict[str, Any]:
    """Return verdict, reasons, tools and explanation of a pair as plain data."""
    told, placement = placed.explanation, placed.placement
    return {
        "fits": placed.verdict in FITTING,
        "status": placed.verdict,
        "tools": list(placed.tools),
        "reasons": list(placed.reasons),
        "disagreement": placed.disagreement,
        "conflicts": conflicts_tree(placed.fit),
        "placement": None if placement is None else _placement(placement),
        "explanation": None
        if told is None
        else {
            "requirements": list(told.requirements),
            "short_by_mm": in_unit(told.short_by, "mm"),
            "text": told.text,
            "cheapest": [{"requirement": n, "mm": in_unit(v, "mm")} for n, v in told.cheapest],
            "repairs": [
                {
                    "hard_point": r.hard_point,
                    "change_mm": None if r.change is None else in_unit(r.change, "mm"),
                }
                for r in told.repairs
            ],
        },
    }


def conflicts_tree(fit: Fit) -> list[dict[str, Any]]:
    """Return what does not fit by the chains, in mm, as plain data."""
    return [
        {
            "requirement": c.requirement,
            "short_by_mm": in_unit(c.short_by, "mm"),
            "text": c.text,
            "remedy": c.remedy,
        }
        for c in fit.conflicts
    ]


def _placement(placement: Placement) -> dict[str, Any]:
    return {
        "status": placement.status,
        "cells": placement.cells,
        "series": placement.series,
        "parallel": placement.parallel,
        "levels": [
            {
                "name": level.name,
                "value": rounded(level.value),
                "bound": rounded(level.bound),
                "proven": level.proven,
            }
            for level in placement.levels
        ],
    }


def geometry(fit: Fit, placement: Placement | None, body: Body) -> dict[str, Any]:
    """Return the geometry for drawings, in m: exact boxes where parts could be placed."""
    exact = placement if placement is not None and placement.boxes else None
    zones, boxes = (exact.zones, exact.boxes) if exact else (fit.zones, fit.boxes)
    left_out = placement.leaves_out if placement else ()
    return {
        "wheelbase": rounded(fit.wheelbase),
        "hard_points": {k: rounded(v) for k, v in fit.hard_points.items()},
        "drivers": {
            k: {
                "name": b.name,
                "powertrain": b.powertrain,
                "value": rounded(b.value),
                "terms": {term: rounded(length) for term, length in b.terms.items()},
            }
            for k, b in fit.drivers.items()
        },
        "boxes": [{"id": b.id, "kind": b.kind, **_corners(b)} for b in boxes],
        "keepouts": [
            {"id": b.id, **_corners(b)} for b in (placement.keepouts if placement else ())
        ],
        "zones": [
            {
                "id": z.id,
                **_corners(z),
                "levels": z.levels,
                "cells": z.cells,
                "energy_kwh": in_unit(z.energy, "kWh"),
            }
            for z in zones
        ],
        "body": {
            "style": body.style,
            **{k: rounded(getattr(body, k)) for k in _OUTSIDE},
        },
        "exact": exact is not None,
        "leaves_out": [*fit.leaves_out, *left_out],
    }


_OUTSIDE = ("L103", "W103", "H100", "H156", "tyre_radius")


def _corners(item: Any) -> dict[str, float]:
    return {name: rounded(getattr(item, name)) for name in _CORNERS}


def platform_tree(
    package: Package, id: str, around: Envelope, sets: ToolSets | None = None
) -> dict[str, Any]:
    """Return a platform: who drives its hard points, what each powertrain costs, its tools.

    Its tools are those of `sets`, by default those in its first body.
    """
    spec = package.spec.platforms[id]
    if sets is None:
        sets = tool_sets(package.platforms[id], package.bodies[spec.bodies[0]], package.facts)
    return {
        "kind": spec.kind,
        "label": spec.label or id,
        "floor": spec.floor,
        "layout": spec.layout,
        "given": _given(package, id),
        "bodies": list(spec.bodies),
        "drivers": [_driver(name, around) for name in around.drivers],
        "shadow": [
            {
                "powertrain": train,
                "usable_length_mm": in_unit(price["usable_length"], "mm"),
                "couple_distance_mm": in_unit(price["couple_distance"], "mm"),
                "boot_l": in_unit(price["boot"], "l"),
                "battery_kwh": in_unit(price["battery_energy"], "kWh"),
            }
            for train, price in around.shadow.items()
        ],
        "tools": {group: [list(t) for t in versions.values()] for group, versions in sets.items()},
    }


def _given(package: Package, id: str) -> dict[str, dict[str, Any]]:
    """Return the hard points that the study gives itself, and its floor, with their places."""

    def place(*path: str) -> str:
        return ":".join(package.document.place(("platforms", id, *path)).split(":")[:2])

    points = package.platforms[id].pinned
    return {
        "floor": {"value": package.spec.platforms[id].floor, "place": place("floor")},
        **{
            name: {
                "value": f"{in_unit(value, 'mm'):g} mm",
                "place": place("hard_points", "pinned", name),
            }
            for name, value in points.items()
        },
    }


def _driver(name: str, around: Envelope) -> dict[str, Any]:
    bound, runner = around.drivers[name], around.runners_up.get(name)
    return {
        "hard_point": name,
        "meaning": HARD_POINTS[name],
        "value_mm": in_unit(around.hard_points[name], "mm"),
        "powertrain": bound.powertrain,
        "rule": bound.name,
        "terms_mm": {term: in_unit(length, "mm") for term, length in bound.terms.items()},
        "runner_up": runner.powertrain if runner else None,
        "margin_mm": in_unit(bound.value - runner.value, "mm") if runner else None,
    }


def matrix_tree(package: Package, placed: Mapping[str, Placed]) -> dict[str, Any]:
    """Return the fit matrix: every platform's first body with every powertrain, and why not."""
    platforms, trains = list(package.spec.platforms), list(package.spec.powertrains)
    cells = [
        [_cell(placed.get(variant_id(train, name, _first(package, name)))) for train in trains]
        for name in platforms
    ]
    labels = [package.spec.powertrains[name].label or name for name in trains]
    return {"platforms": platforms, "powertrains": trains, "labels": labels, "cells": cells}


def _first(package: Package, platform: str) -> str:
    return package.spec.platforms[platform].bodies[0]


def _cell(placed: Placed | None) -> dict[str, Any]:
    if placed is None:
        return {"status": "not asked", "carried": False, "text": "", "short_by_mm": None}
    text = "; ".join(placed.reasons) or ", ".join(placed.tools) or "fits"
    short = [c.short_by for c in placed.fit.conflicts]
    short += [placed.explanation.short_by] if placed.explanation else []
    return {
        "status": placed.verdict,
        "carried": placed.carried,
        "text": text,
        "short_by_mm": in_unit(max(short), "mm") if short else None,
    }


def comparison_tree(lines: tuple[Difference, ...]) -> list[dict[str, Any]]:
    """Return the lines of a comparison of two platforms as plain data."""
    return [
        {
            "quantity": line.quantity,
            "unit": _UNITS.get(line.quantity, "mm"),
            "first": in_unit(line.first, _UNITS.get(line.quantity, "mm")),
            "second": in_unit(line.second, _UNITS.get(line.quantity, "mm")),
            "causes": [
                {
                    "group": c.group,
                    "amount": in_unit(c.amount, _UNITS.get(line.quantity, "mm")),
                    "text": c.text,
                    "moved_mm": {
                        n: [in_unit(v, "mm") for v in ends] for n, ends in c.moved.items()
                    },
                    "set_by": list(c.set_by),
                }
                for c in line.causes
            ],
        }
        for line in lines
    ]
