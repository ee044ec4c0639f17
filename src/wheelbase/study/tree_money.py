"""Results tree, second half: outlook, assumptions, facts."""

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import numpy as np

from wheelbase.catalogue import Catalogue, Shelf
from wheelbase.decide import TimingInputs, lattice, solve
from wheelbase.partner import anchors
from wheelbase.plan import rule_pack
from wheelbase.study.alliances import AllianceStudy
from wheelbase.study.figures import in_unit, rounded
from wheelbase.study.load import Study
from wheelbase.study.money import Shares
from wheelbase.study.networks import NetworkStudy
from wheelbase.study.planning import Plans
from wheelbase.study.reads import ids_read, parts_of
from wheelbase.study.spec_deal import DealSpec
from wheelbase.study.tree_cars import CHECKED
from wheelbase.study.tree_sound import MODE

__all__ = ["facts_of", "facts_tree", "outlook_tree"]


def outlook_tree(
    study: Study, shares: Shares, inputs: TimingInputs, plans: Plans
) -> dict[str, Any]:
    """Return the battery share: fan of the lattice, history, forecasts of the day, the tree."""
    solution = solve(inputs)
    fan: dict[str, list[float]] = {"p10": [], "p50": [], "p90": []}
    for t in range(len(inputs.years)):
        cumulative = np.cumsum(solution.mass[t])
        for name, level in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9)):
            point = int(np.searchsorted(cumulative, level))
            fan[name].append(in_unit(float(solution.share[t, point, 0]), "%"))
    day = study.spec.base.date
    market = study.facts.market[study.spec.demand.market]
    past = {y: s for y, s in market.bev_share.items() if y < day.year}
    tree = plans.tree
    return {
        "years": list(inputs.years),
        "bev_share_percent": {**fan, "mean": [in_unit(float(v), "%") for v in shares.base]},
        "lattice_points": len(lattice(len(inputs.years)).points),
        "history": {
            "market": market.name,
            "years": list(past),
            "share_percent": [in_unit(v, "%") for v in past.values()],
        },
        "forecasts": [
            {
                "id": f.id,
                "forecaster": f.forecaster,
                "made": f.made.isoformat(),
                "region": f.region,
                "target_year": f.target_year,
                "quantity": f.quantity,
                "share_percent": in_unit(f.share, "%"),
            }
            for f in study.facts.forecast
            if f.made <= day <= date(f.target_year, 12, 31)
            and f.share is not None
            and f.quantity in ("bev_share", "ev_share")
            and f.market in (study.spec.demand.market, "world")
        ],
        "tree": [
            {
                "id": n,
                "parent": tree.parent[n],
                "stage": tree.stage[n],
                "start": tree.start[n],
                "years": tree.years[n],
                "probability": rounded(tree.probability[n]),
                "bev_share_percent": in_unit(tree.share[n], "%"),
            }
            for n in range(len(tree.parent))
        ],
    }


_USED = {
    "engine": ("engine",),
    "gearbox": ("gearbox",),
    "drive_unit": ("rear", "front"),
}


_OF_THE_STUDY = frozenset(
    {
        *_USED,
        "body",
        "cell",
        "currency",
        "fleet_rule",
        "forecast",
        "market",
        "pack",
        "pack_price",
        "partner",
        "public_deal",
        "sound_mode",
        "vehicle",
    }
)
"""Shelves whose entries the study itself names; of all others what was read while it ran counts."""


def facts_tree(
    study: Study | AllianceStudy | NetworkStudy, read: Collection[str] = ()
) -> dict[str, Any]:
    """Return the facts that the run used with file, line and source, and the assumptions.

    Args:
        study: A checked study.
        read: Notes of what a run of the whole arrow read.
    """
    used, seen = {}, ids_read(read, study.facts)
    for shelf in study.facts.shelves:
        if read and isinstance(study, Study) and shelf.kind not in _OF_THE_STUDY:
            used[shelf.kind] = seen.get(shelf.kind, set()) | _own(study, shelf)
        else:
            used[shelf.kind] = _ids_used(study, shelf)
    return facts_of(study.facts, used) | {
        "assumptions": [
            {
                "path": a.path,
                "value": a.value,
                "low": a.low,
                "high": a.high,
                "note": a.note,
                "status": "estimate",
                "line": a.line,
            }
            for a in study.assumptions
        ],
    }


def facts_of(facts: Catalogue, used: Mapping[str, Collection[str]]) -> dict[str, Any]:
    """Return the facts of some entries with file, line and source, and these sources.

    Args:
        facts: The catalogue.
        used: Ids by shelf.
    """
    rows = []
    for shelf in facts.shelves:
        for (id, name), origin in shelf.origins.items():
            if id not in used.get(shelf.kind, ()) or name == "meaning":
                continue
            rows.append(
                {
                    "place": origin.place,
                    "id": id,
                    "field": name,
                    "value": origin.value,
                    "unit": origin.unit,
                    "source": origin.source,
                    "page": origin.page,
                    "status": origin.status,
                }
            )
    keys = {row["source"] for row in rows}
    return {
        "facts": rows,
        "sources": [
            {
                "key": s.key,
                "title": s.title,
                "author": s.author,
                "url": s.url,
                "note": s.note,
                "date": s.made.isoformat() if s.made else "",
            }
            for key, s in facts.sources.items()
            if key in keys
        ],
    }


def _own(study: Study, shelf: Shelf[Any]) -> set[str]:
    """Return the technologies that the powertrains of the study were composed of before it ran."""
    trains = study.powertrains.values()
    return {id for train in trains for id in parts_of(train, "").get(shelf.kind, ())}


def _ids_used(study: Study | AllianceStudy | NetworkStudy, shelf: Shelf[Any]) -> set[str]:
    """Return the ids of a shelf that the run looked at."""
    if isinstance(study, AllianceStudy):
        if shelf.kind == "currency":
            return _currencies(study, shelf)
        return _deal_ids(study.spec.deals, study.facts, shelf)
    if isinstance(study, NetworkStudy):
        return study.ids(shelf.kind)
    spec = study.spec
    trains = spec.powertrains.values()
    if shelf.kind in _USED:
        keys = _USED[shelf.kind]
        own = {getattr(t, key) for t in trains for key in keys} - {None}
        cars = [study.facts.vehicle[id] for id in CHECKED]
        names = {"rear": "rear_unit", "front": "front_unit"}
        return own | {getattr(v, names.get(key, key)) for v in cars for key in keys} - {None}
    outlook = spec.plan.outlook
    markets = outlook.markets if outlook else {}
    ways = outlook.regulation.values() if outlook else ()
    chosen: dict[str, set[str]] = {
        "cell": {t.battery.cell for t in trains if t.battery},
        "body": {b.extends for b in spec.bodies.values()},
        "vehicle": set(CHECKED),
        "market": {spec.demand.market, *markets, *(m.like for m in markets.values() if m.like)},
        "fleet_rule": {
            act
            for rules in (spec.rules, *(way.rules for way in ways))
            for act in rule_pack(study.facts, rules).acts
        },
        "currency": {item.id for item in study.facts.currency},
        "partner": _deal_ids(spec.deals, study.facts, shelf),
        "public_deal": _deal_ids(spec.deals, study.facts, shelf),
        "pack_price": {p.id for p in study.facts.pack_price if p.made <= spec.base.date},
        "forecast": {f.id for f in study.facts.forecast if f.made <= spec.base.date},
        "sound_mode": {MODE},
        "pack": {v.pack for id in CHECKED if (v := study.facts.vehicle[id]).pack},
    }
    skipped = {
        "architecture",
        "footprint_rule",
        "launch",
        "machine_set",
        "model_series",
        "pair",
        "plant",
        "share_rule",
        "warning_rule",
        "warning_sound",
    }
    if shelf.kind in skipped:
        return set()
    return chosen.get(shelf.kind, {item.id for item in shelf})


def _currencies(study: AllianceStudy, shelf: Shelf[Any]) -> set[str]:
    """Return the currencies whose deflators or rates a deal's assumptions read."""
    base = study.spec.base.currency
    texts = [word for a in study.assumptions for word in (a.value, a.low, a.high)]
    found = [word for text in texts for word in re.findall(r"([A-Z]{3})(\d{4})?", text)]
    other = {code.lower() for code, year in found if code + (year or base[3:]) != base}
    return {item.id for item in shelf} & other


def _deal_ids(deals: Mapping[str, DealSpec], facts: Catalogue, shelf: Shelf[Any]) -> set[str]:
    """Return the ids of a shelf that the deals look at."""
    if shelf.kind == "partner":
        return {p.partner for d in deals.values() for p in d.partners.values() if p.partner}
    if shelf.kind == "public_deal":
        return {a.deal for d in deals.values() for a in anchors(d.type, facts.public_deal)}
    return set()
