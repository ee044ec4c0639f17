"""Results tree: shared parts - matrix, versions, the next variant, splits, who pays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import Powertrain
from wheelbase.cost import (
    Bill,
    Piece,
    Version,
    by_need,
    by_volume,
    commonality,
    further_cost,
    pieces,
    share_matrix,
    shared_cost,
    split_cost,
    versions,
)
from wheelbase.fit import Fit, fit
from wheelbase.integrate import Variant
from wheelbase.study.cars import Cars, bespoke_launch
from wheelbase.study.figures import figure, in_unit
from wheelbase.study.load import Costed, Study
from wheelbase.study.money import Shares
from wheelbase.study.placing import variant_id
from wheelbase.study.tree_invest import investments_tree
from wheelbase.units import convert

__all__ = ["SHARE_LEAVES_OUT", "invest_tree", "matrix_tree", "shared_tree"]

Array = NDArray[np.float64]
Span = tuple[float, float, float]
_Parts = Mapping[str, Sequence[Piece]]

SHARE_LEAVES_OUT = (
    "parts below the families: two bodies of one platform share brackets and sections that no "
    "family here holds, so bodies of different size come out as sharing no stamping",
    "common parts that are made for the heaviest car: each bill has the structure it needs",
)


@dataclass(frozen=True, slots=True)
class _Level:
    """A car at another level of floor: its fit, and its powertrain for the cell."""

    fit: Fit
    powertrain: Powertrain


def invest_tree(
    study: Study, cars: Cars, bills: Mapping[str, Bill], shares: Shares
) -> dict[str, Any]:
    """Return ladder and shared parts in the first year of a bespoke platform."""
    share = float(shares.base[int(bespoke_launch(study).lead)])
    return {
        "investments": investments_tree(study, cars, share),
        "shared_parts": shared_tree(study, cars, bills, share),
    }


def matrix_tree(
    costed: Costed, cars: Mapping[str, Variant], bills: Mapping[str, Bill]
) -> dict[str, Any]:
    """Return what cars share, without volumes: matrices in %, commonality, tools of families.

    Args:
        costed: Labels and facts; a study that asks only what cars cost is enough. A platform with
            less than two of the cars has nothing to share.
        cars: Variants with their fits.
        bills: Their bills; all of one year.
    """
    parts = _parts(costed, cars, bills)
    names, matrix = share_matrix(parts)

    def count(platform: str) -> int:
        return sum(_on(id, platform) for id in parts)

    return {
        "year": next(iter(bills.values())).year,
        "base_year": costed.prices.base,
        "variants": list(names),
        "labels": [_label(costed, cars[id]) for id in names],
        "matrix_percent": _percent(matrix),
        "body_percent": _percent(share_matrix(parts, "body")[1]),
        "platforms": {name: _common(parts, name) for name in costed.platforms if count(name) > 1},
        "families": list(_families(costed)),
    }


def _parts(costed: Costed, cars: Mapping[str, Variant], bills: Mapping[str, Bill]) -> _Parts:
    return {id: pieces(car, bills[id], costed.facts) for id, car in cars.items()}


def shared_tree(
    study: Study, cars: Cars, bills: Mapping[str, Bill], share: float
) -> dict[str, Any]:
    """Return what the cars of a study share and what each version costs, as plain data.

    Args:
        study: The study.
        cars: Its variants, with their fits.
        bills: Their bills; all of one year.
        share: Battery share of that year, for the volumes.
    """
    parts, volumes = _parts(study, cars.variants, bills), _volumes(study, share)
    flexible = {id: parts[id] for id in volumes if id in parts and _on(id, study.spec.flexible)}
    moved = {**{i: p for i, p in flexible.items() if i not in _electric(study)},
             **{i: parts[i] for i in _electric(study, study.spec.bespoke)}}  # fmt: skip
    found = versions(flexible, volumes, study.facts, study.prices)
    return {
        **matrix_tree(study, cars.variants, bills),
        "versions": [_version(v) for v in found],
        "choices": [
            _choice(study, study.spec.flexible, flexible, volumes),
            _choice(study, study.spec.bespoke, moved, volumes),
        ],
        "further": list(_further(study, flexible, moved, volumes)),
        "splits": list(_splits(study, found, volumes)),
        "levels": list(_levels(study, cars, bills, volumes)),
        "allocation": list(_allocation(found, flexible, volumes)),
        "leaves_out": list(SHARE_LEAVES_OUT),
    }


def _on(id: str, platform: str) -> bool:
    return id.partition("@")[2].split(".")[0] == platform


def _electric(study: Study, platform: str | None = None) -> tuple[str, ...]:
    """Return the battery cars that the study weighs, on its flexible platform unless named."""
    spec = study.spec
    where = platform or spec.flexible
    return tuple(variant_id(spec.electric, where, b) for b, s in spec.demand.bodies.items() if s)


def _volumes(study: Study, share: float) -> dict[str, float]:
    """Return cars a year by variant; battery cars stand on both platforms, as alternatives."""
    spec, found = study.spec, {}
    for body, part in spec.demand.bodies.items():
        sold = spec.demand.volume.value * part
        for train, of_rest in spec.demand.rest.items():
            found[variant_id(train, spec.flexible, body)] = sold * (1 - share) * of_rest
        for platform in (spec.flexible, spec.bespoke):
            found[variant_id(spec.electric, platform, body)] = sold * share
    return {id: volume for id, volume in found.items() if volume > 0}


def _label(costed: Costed, car: Variant) -> str:
    spec = costed.spec
    train = spec.powertrains[car.powertrain.id].label or car.powertrain.id
    body = spec.bodies[car.body.id].label or car.body.id
    return f"{train}, {body}, {car.platform.id}"


def _percent(matrix: Array) -> list[list[float]]:
    return [[in_unit(float(v), "%") for v in row] for row in matrix]


def _common(parts: _Parts, platform: str) -> dict[str, Any]:
    """Return the commonality of a platform's own cars, each counted alike."""
    own = {id: p for id, p in parts.items() if _on(id, platform)}
    alike = dict.fromkeys(own, 1.0)
    return {
        "commonality": figure(commonality(own, alike), "%", status="derived"),
        "body_commonality": figure(commonality(own, alike, "body"), "%", status="derived"),
        "cars": len(own),
    }


def _families(study: Costed) -> Iterator[dict[str, Any]]:
    """Yield each family with its tools and development per version."""
    shelf = study.facts.part_family
    for family in shelf:
        found: dict[str, Any] = {"id": family.id, "label": family.label, "group": family.group}
        for name in ("stamping", "fixture", "development"):
            value = getattr(family, name)
            if value is None:
                found[name] = None
                continue
            low, high = shelf.intervals.get((family.id, name), (value, value))
            spans = [study.prices.real(m) for m in (value, low, high)]
            found[name] = figure(spans[0], "MEUR", spans[1], spans[2], "estimate")
        yield found


def _once(span: Span) -> dict[str, Any]:
    return figure(span[1], "MEUR", span[0], span[2], "estimate")


def _version(version: Version) -> dict[str, Any]:
    return {
        "family": version.family,
        "group": version.group,
        "made_to": [_words(item) for item in version.mark],
        "users": list(version.users),
        "sets": version.sets,
        "once": _once(version.once),
    }


def _words(item: tuple[str, object]) -> str:
    """Return one part of a mark in words: a length in mm, or a part with its size."""
    name, value = item
    if isinstance(value, float):
        return f"{name} {convert(value, 'mm'):.1f} mm"
    if isinstance(value, tuple):
        sizes = " ".join(_words(inner) if len(inner) == 2 else str(inner) for inner in value)
        return f"{name} {sizes}".strip()
    return f"{name} {value}"


def _choice(
    study: Study, platform: str, cars: _Parts, volumes: Mapping[str, float]
) -> dict[str, Any]:
    rate, life = study.spec.finance.wacc.value, bespoke_launch(study).life.value
    found = versions(cars, volumes, study.facts, study.prices)
    cost = shared_cost(cars, volumes, found, rate, life)
    low, base, high = cost.annual
    return {
        "battery_cars_on": platform,
        "label": study.spec.platforms[platform].label or platform,
        "variants": list(cars),
        "versions": len(found),
        "volume": figure(sum(volumes[id] for id in cars), "k/yr"),
        "commonality": figure(commonality(cars, volumes), "%", status="derived"),
        "unit": figure(cost.unit, "MEUR/yr", status="derived"),
        "once": _once(cost.once),
        "annual": figure(base, "MEUR/yr", low, high, "estimate"),
    }


def _further(
    study: Study, flexible: _Parts, moved: _Parts, volumes: Mapping[str, float]
) -> Iterator[dict[str, Any]]:
    """Yield what each car adds once to its sisters; battery cars also on the bespoke platform."""
    for cars, names in ((flexible, tuple(flexible)), (moved, _electric(study, study.spec.bespoke))):
        for id in names:
            span = further_cost(id, cars, volumes, study.facts, study.prices)
            yield {"variant": id, "volume": figure(volumes[id], "k/yr"), "once": _once(span)}


def _splits(
    study: Study, found: Sequence[Version], volumes: Mapping[str, float]
) -> Iterator[dict[str, Any]]:
    """Yield what it costs that a battery car leaves each family it shares with its sisters."""
    for id in _electric(study):
        for version in found:
            if id in version.users and len(version.users) > 1:
                green, standing = (
                    split_cost(version, (id,), volumes, study.facts, study.prices, there)
                    for there in (False, True)
                )
                yield {
                    "family": version.family,
                    "leaving": id,
                    "staying": [name for name in version.users if name != id],
                    "once": _once(green),
                    "once_standing": _once(standing),
                }


def _levels(
    study: Study, cars: Cars, bills: Mapping[str, Bill], volumes: Mapping[str, float]
) -> Iterator[dict[str, Any]]:
    """Yield the battery car on a floor carried over, on one of its own, and on a bespoke platform.

    Each level is priced by the body stampings and fixtures that only this car needs.
    """
    spec = study.spec
    for body, part in spec.demand.bodies.items():
        if not part:
            continue
        for floor in ("carry-over", "variant"):
            platform = replace(study.platforms[spec.flexible], floor=floor)
            trains = [t for t in platform.powertrains if t.id in (*spec.demand.rest, spec.electric)]
            made = {}
            for train in trains:
                id = variant_id(train.id, spec.flexible, body)
                level = _Level(fit(platform, study.bodies[body], train, study.facts), train)
                made[id] = (level, pieces(level, bills[id], study.facts))
            id = variant_id(spec.electric, spec.flexible, body)
            yield _level(study, floor, id, {i: p for i, (_, p) in made.items()}, volumes) | {
                "energy_fit": figure(made[id][0].fit.energy_fit, "kWh"),
            }
        id = variant_id(spec.electric, spec.bespoke, body)
        alone = {id: pieces(cars.variants[id], bills[id], study.facts)}
        yield _level(study, "bespoke", id, alone, volumes) | {
            "energy_fit": figure(cars.variants[id].fit.energy_fit, "kWh"),
        }


def _level(
    study: Study, level: str, id: str, cars: _Parts, volumes: Mapping[str, float]
) -> dict[str, Any]:
    bodies = {name: [p for p in parts if p.group == "body"] for name, parts in cars.items()}
    found = versions(bodies, volumes, study.facts, study.prices)
    own = [version for version in found if version.users == (id,)]
    low, base, high = (sum(v.once[k] for v in own) for k in range(3))
    return {
        "level": level,
        "variant": id,
        "own_families": [version.family for version in own],
        "once": _once((low, base, high)),
        "volume": figure(volumes[id], "k/yr"),
    }


def _allocation(
    found: Sequence[Version], cars: _Parts, volumes: Mapping[str, float]
) -> Iterator[dict[str, Any]]:
    """Yield who pays for the versions, all by cars, or development by need (Shapley).

    Tools follow the volume in both, so development alone is a cost that comes once whoever needs
    it: the airport game.
    """
    tools = by_volume([(v.once[1] - v.development[1], v.users) for v in found], volumes)
    engineering = [(v.development[1], v.users) for v in found]
    cost = by_volume(engineering, volumes), by_need(engineering)
    for id in cars:
        yield {
            "variant": id,
            "volume": figure(volumes[id], "k/yr"),
            "by_volume": figure(tools[id] + cost[0][id], "MEUR", status="estimate"),
            "by_need": figure(tools[id] + cost[1][id], "MEUR", status="estimate"),
        }
