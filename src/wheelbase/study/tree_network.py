"""Results tree of plants and products: designs, next links, the enough point, who stands idle."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wheelbase.plan import Flexibility, Outcome, Proof
from wheelbase.study.figures import in_unit, rounded
from wheelbase.study.networks import NetworkStudy, Swing

__all__ = ["PLAIN_DESIGNS", "network_sentence", "network_tree"]

PLAIN_DESIGNS = {
    "none": "every plant keeps to its own",
    "today": "as built today",
    "pairs": "plants help each other in pairs",
    "chain": "a long chain through all plants",
    "total": "every plant builds everything it can",
    "best": "the best found",
    "enough": "enough: the knee of the curve",
}
"""Designs in everyday words; those of the study go by their own name."""


def network_tree(
    study: NetworkStudy, found: Flexibility, swings: Iterable[Swing]
) -> dict[str, Any]:
    """Return designs, next links, curve and enough point, idle plants, proof and swings."""
    start = found.outcomes[found.start]
    best = found.outcomes["best"]
    today = start.design.pairs
    return {
        "plants": list(_plants(study, found)),
        "products": list(_products(study)),
        "start": found.start,
        "designs": [_design(outcome, start) for outcome in found.outcomes.values()],
        "next": [
            {
                "plant": gain.plant,
                "product": gain.product,
                "sales_k": in_unit(gain.sales.mean, "k"),
                "sales_error_k": in_unit(gain.sales.error, "k"),
                "margin_meur": in_unit(gain.margin.mean, "MEUR"),
                "margin_error_meur": in_unit(gain.margin.error, "MEUR"),
                "cost_meur": in_unit(gain.cost, "MEUR"),
                "net_meur": in_unit(gain.net, "MEUR"),
            }
            for gain in found.links
        ],
        "best": {
            "ahead_meur": in_unit(found.ahead.mean, "MEUR"),
            "ahead_error_meur": in_unit(found.ahead.error, "MEUR"),
            "added": _added(found),
            "dropped": [list(pair) for pair in sorted(today - best.design.pairs)],
            "begun_from": found.search.start,
            "moves": len(found.search.steps),
            "draws": found.search.draws,
        },
        "proof": None if found.proof is None else _proof(found.proof, best),
        "curve": [
            {
                "links": point.links,
                "captured_percent": in_unit(point.captured, "%"),
                "net_meur": in_unit(point.net, "MEUR"),
            }
            for point in found.curve.points
        ],
        "enough": {
            "links": found.curve.knee,
            "captured_percent": in_unit(found.curve.at(found.curve.knee).captured, "%"),
            "added": [list(p) for p in sorted(found.curve.at(found.curve.knee).pairs - today)],
            "pays_to": found.curve.best,
            "pays_percent": in_unit(found.curve.at(found.curve.best).captured, "%"),
        },
        "swings": [
            {
                "label": swing.label,
                "low_meur": in_unit(swing.low, "MEUR"),
                "high_meur": in_unit(swing.high, "MEUR"),
            }
            for swing in swings
        ],
        "draws": int(study.spec.draws),
    }


def _added(found: Flexibility) -> list[list[str]]:
    """Return the links that the best design adds, the best of them alone first."""
    best = found.search.design.pairs
    return [
        [gain.plant, gain.product] for gain in found.links if (gain.plant, gain.product) in best
    ]


def _plants(study: NetworkStudy, found: Flexibility) -> Iterator[dict[str, Any]]:
    """Yield plants with their capacity and what they stand at today."""
    today = found.outcomes[found.start].utilisation
    for site in found.network.sites:
        plant = study.spec.plants[site.id]
        known = study.facts.plant[plant.plant].name if plant.plant else site.id
        yield {
            "id": site.id,
            "name": plant.label or known,
            "region": plant.region,
            "capacity_k": in_unit(site.capacity, "k"),
            "idle_percent": in_unit(1 - today[site.id], "%"),
        }


def _products(study: NetworkStudy) -> Iterator[dict[str, Any]]:
    for id, family in study.spec.products.items():
        yield {
            "id": id,
            "name": family.label,
            "platform": family.platform,
            "region": family.region,
            "mean_k": in_unit(family.mean.value, "k"),
            "spread_percent": in_unit(family.spread.value, "%"),
            "margin_eur": rounded(family.margin.value),
        }


def _design(outcome: Outcome, start: Outcome) -> dict[str, Any]:
    name = outcome.design.name
    return {
        "name": name,
        "plain": PLAIN_DESIGNS.get(name, name.replace("-", " ")),
        "links": len(outcome.design.pairs),
        "pairs": [list(pair) for pair in sorted(outcome.design.pairs)],
        "sales_k": in_unit(outcome.sales.mean, "k"),
        "sales_error_k": in_unit(outcome.sales.error, "k"),
        "lost_k": in_unit(outcome.lost.mean, "k"),
        "lost_margin_meur": in_unit(outcome.lost_margin.mean, "MEUR"),
        "lost_margin_error_meur": in_unit(outcome.lost_margin.error, "MEUR"),
        "cost_meur": in_unit(outcome.cost, "MEUR"),
        "gain_meur": in_unit(outcome.net - start.net, "MEUR"),
        "index_percent": None if outcome.index is None else in_unit(outcome.index, "%"),
        "exceed": [
            {"loss_percent": in_unit(loss, "%"), "probability_percent": in_unit(chance, "%")}
            for loss, chance in outcome.exceed.items()
        ],
        "utilisation_percent": {
            plant: in_unit(share, "%") for plant, share in outcome.utilisation.items()
        },
    }


def _proof(proof: Proof, best: Outcome) -> dict[str, Any]:
    above = max(proof.bound - proof.searched, 0.0)
    same = proof.design.pairs == best.design.pairs
    said = (
        f"Over {proof.draws} draws an exact program finds "
        + ("the same design" if same else "another design")
        + f", and none is worth EUR {in_unit(above, 'MEUR') + 0.05:,.1f} m a year more "
        "than the best found."
    )
    return {
        "status": proof.status.value,
        "draws": proof.draws,
        "value_meur": in_unit(proof.value, "MEUR"),
        "bound_meur": in_unit(proof.bound, "MEUR"),
        "gap_percent": in_unit(proof.gap, "%"),
        "searched_meur": in_unit(proof.searched, "MEUR"),
        "above_meur": in_unit(above, "MEUR"),
        "same_design": same,
        "sentence": said,
    }


def network_sentence(tree: Mapping[str, Any]) -> str:
    """Return the answer to where: today, the links that pay, what they bring, who is idle."""
    named = {item["id"]: item["name"] for item in (*tree["plants"], *tree["products"])}
    designs = {design["name"]: design for design in tree["designs"]}
    today, best = designs[tree["start"]], designs["best"]
    added = tree["best"]["added"]
    if added:
        links = _listed([f"{named[plant]} should learn to build {named[p]}" for plant, p in added])
        gain, error = tree["best"]["ahead_meur"], tree["best"]["ahead_error_meur"]
        said = (
            f"{links}: EUR {gain:,.0f} m a year ahead of today (standard error {error:,.0f}), "
            f"after EUR {best['cost_meur']:,.0f} m a year for the links. "
        )
    else:
        said = "No further link pays: what stands today is the best design found. "
    said += (
        f"Expected sales rise from {today['sales_k']:,.0f} to {best['sales_k']:,.0f} thousand cars "
        f"a year; today {_chance(today)}, then in {_share(best):.0f} %. "
        if added
        else f"It sells {today['sales_k']:,.0f} thousand cars a year; {_chance(today)}. "
    )
    enough = tree["enough"]
    more = enough["links"] - today["links"]
    said += (
        f"{more} links beyond today capture {enough['captured_percent']:.0f} % of what total "
        f"flexibility would sell more; it pays to build "
        f"{enough['pays_to'] - today['links']} of them. "
    )
    said += _flat(tree, named)
    idle = max(tree["plants"], key=lambda plant: plant["idle_percent"])
    return said + f"Most idle today is {idle['name']}, {100 - idle['idle_percent']:.0f} % used."


def _flat(tree: Mapping[str, Any], named: Mapping[str, str]) -> str:
    """Return which other first links are as good as the one taken, where there are any."""
    first = next((v for v in tree["next"] if _link(v) in tree["best"]["added"]), None)
    if first is None:
        return ""
    least = first["net_meur"] - 2 * first["margin_error_meur"]
    close = [
        f"{named[v['plant']]} with {named[v['product']]}"
        for v in tree["next"]
        if v["net_meur"] > least and _link(v) not in tree["best"]["added"]
    ]
    if not close:
        return ""
    return (
        f"The choice is flat: instead of {named[first['plant']]} with {named[first['product']]}, "
        f"{' or '.join(close[:3])} would do about as well. "
    )


def _link(gain: Mapping[str, Any]) -> list[str]:
    return [gain["plant"], gain["product"]]


def _chance(design: Mapping[str, Any]) -> str:
    loss = design["exceed"][len(design["exceed"]) // 2]["loss_percent"]
    return f"more than {loss:g} % of demand is lost in {_share(design):.0f} % of years"


def _share(design: Mapping[str, Any]) -> float:
    return float(design["exceed"][len(design["exceed"]) // 2]["probability_percent"])


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
