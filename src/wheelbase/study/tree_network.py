"""Results tree of plants and products: designs, next links, the enough point, who stands idle."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wheelbase.plan import Flexibility, Gain, Outcome, Proof
from wheelbase.study.figures import in_unit, rounded
from wheelbase.study.networks import PLAIN_DESIGNS, NetworkStudy, Swing

__all__ = ["network_sentence", "network_tree"]


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
        "next": [_gain(gain) for gain in found.links],
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


def _gain(gain: Gain) -> dict[str, Any]:
    return {
        "plant": gain.plant,
        "product": gain.product,
        "sales_k": in_unit(gain.sales.mean, "k"),
        "sales_error_k": in_unit(gain.sales.error, "k"),
        "margin_meur": in_unit(gain.margin.mean, "MEUR"),
        "margin_error_meur": in_unit(gain.margin.error, "MEUR"),
        "cost_meur": in_unit(gain.cost, "MEUR"),
        "net_meur": in_unit(gain.net, "MEUR"),
        "behind_meur": in_unit(gain.behind.mean, "MEUR"),
        "behind_error_meur": in_unit(gain.behind.error, "MEUR"),
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
    idle = max(tree["plants"], key=lambda plant: plant["idle_percent"])
    return (
        f"{_moves(tree, named, best['cost_meur'] - today['cost_meur'])} {_sales(today, best)} "
        f"{_enough(tree['enough'], today['links'])} {_flat(tree, named)}"
        f"Most idle today is {idle['name']}, {100 - idle['idle_percent']:.0f} % used."
    )


def _moves(tree: Mapping[str, Any], named: Mapping[str, str], cost: float) -> str:
    """Return which links the best design adds and drops, and what that is worth."""
    best = tree["best"]
    links = [f"{named[plant]} should learn to build {named[p]}" for plant, p in best["added"]]
    links += [f"{named[plant]} need not build {named[p]} any more" for plant, p in best["dropped"]]
    if not links:
        return "No further link pays: what stands today is the best design found."
    gain, error = best["ahead_meur"], best["ahead_error_meur"]
    said = (
        f"{_listed(links)}: EUR {gain:,.0f} m a year ahead of today (standard error {error:,.0f})"
    )
    if cost < 0:
        return f"{said}, of which EUR {-cost:,.0f} m a year are links that are not paid for."
    return f"{said}, after EUR {cost:,.0f} m a year for the links." if best["added"] else f"{said}."


def _sales(today: Mapping[str, Any], best: Mapping[str, Any]) -> str:
    """Return what is sold today and by the best design, and how often more than a share is lost."""
    if sorted(today["pairs"]) == sorted(best["pairs"]):
        return f"It sells {today['sales_k']:,.0f} thousand cars a year; {_chance(today)}."
    verb = "rise" if best["sales_k"] >= today["sales_k"] else "fall"
    return (
        f"Expected sales {verb} from {today['sales_k']:,.0f} to {best['sales_k']:,.0f} thousand "
        f"cars a year; today {_chance(today)}, then in {_share(best):.0f} %."
    )


def _enough(enough: Mapping[str, Any], today: int) -> str:
    """Return how many links beyond today are enough, and how many pay."""
    more, pays = enough["links"] - today, enough["pays_to"] - today
    captured = enough["captured_percent"]
    if more == 0 and captured >= 100:
        return "Total flexibility would sell no more than that."
    links = f"{more} links beyond today capture" if more > 1 else "One link beyond today captures"
    said = f"{links} {captured:.0f} % of what total flexibility would sell more"
    if more == 0:
        said = "No number of links captures more than its share of what total flexibility would"
        said += " sell more"
    paid = f"it pays to build {pays} of them" if pays <= more else f"it pays to build {pays}"
    return f"{said}; {paid if pays else 'none of them pays'}."


def _flat(tree: Mapping[str, Any], named: Mapping[str, str]) -> str:
    """Return which other first links are as good as the one taken, where there are any."""
    first = next((v for v in tree["next"] if _link(v) in tree["best"]["added"]), None)
    if first is None:
        return ""
    close = [
        f"{named[v['plant']]} with {named[v['product']]}"
        for v in tree["next"]
        if v["behind_meur"] <= 2 * v["behind_error_meur"] and _link(v) not in tree["best"]["added"]
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
    return f"more than {loss:g} % of mean demand is lost in {_share(design):.0f} % of years"


def _share(design: Mapping[str, Any]) -> float:
    return float(design["exceed"][len(design["exceed"]) // 2]["probability_percent"])


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
