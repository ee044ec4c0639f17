"""Results tree of the deals: gains, sharings, prices, anchors, and the story in plain words."""

from collections.abc import Iterator, Mapping
from typing import Any

from wheelbase.partner import Alliance, Anchor, Deal, Robustness, Sharing, Supply, anchors
from wheelbase.prices import Money
from wheelbase.study.alliances import Allied, deal_of, tried
from wheelbase.study.figures import in_unit, rounded
from wheelbase.study.spec_deal import DealSpec, SupplySpec

__all__ = ["PLAIN", "alliance_sentence", "alliance_tree"]

PLAIN = {
    "Shapley": "everyone gets what they add on average",
    "nucleolus": "the least happy group is as happy as possible",
    "equal unit price": "the same price per unit for everyone",
    "in proportion to volume": "in proportion to volume",
    "price at full cost": "the buyer pays full cost, line and all",
    "fees as agreed": "the fees as agreed",
    "price as assumed": "the stake at the assumed premium",
}
"""Rules of sharing in everyday words."""


def alliance_tree(study: Allied, deals: Mapping[str, Alliance]) -> dict[str, Any]:
    """Return what each deal gains, how it may be shared, and the story in plain words."""
    return {name: _alliance(study, name, alliance) for name, alliance in deals.items()}


def alliance_sentence(tree: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the answer to with whom: the first deal, its split that lasts, and the others."""
    first, *others = tree.values()
    rules = [r for r in first["rules"] if r["in_core"]]
    broken = [r["plain"] for r in first["rules"] if not r["in_core"]]
    said = str(first["story"][0])
    if rules:
        names = {m["id"]: m["name"] for m in first["members"]}
        best = max(rules, key=lambda r: r["least_surplus_meur"])
        shares = [f"{names[k]} EUR {v:z,.0f} m" for k, v in best["shares_meur"].items()]
        said += f" The split that holds best: {best['plain']}: {_listed(shares)}."
    if broken:
        said += f" It would not last if shared by this rule: {', or '.join(broken)}."
    gains = [f"{deal['label']}: EUR {_whole(deal):z,.0f} m" for deal in others]
    return said + (
        f" What the other deals gain their partners: {'; '.join(gains)}." if gains else ""
    )


def _whole(deal: Mapping[str, Any]) -> float:
    return float(max(deal["values"], key=lambda v: len(v["coalition"]))["saving_meur"])


def _alliance(study: Allied, name: str, alliance: Alliance) -> dict[str, Any]:
    spec = study.spec.deals[name]
    names = {id: p.name(study.facts) for id, p in spec.partners.items()}
    tries = {t.rule: t for t in tried(study, name)}
    alone = {m.id: alliance.costs[m.id,] for m in alliance.members if alliance.costs}
    return {
        "label": spec.label,
        "type": spec.type,
        "component": spec.component,
        "members": [
            {"id": m.id, "name": names[m.id], "volume_k": in_unit(m.volume, "k")}
            for m in alliance.members
        ],
        "cost_alone_meur": {id: in_unit(cost, "MEUR") for id, cost in alone.items()},
        "values": [
            {"coalition": list(c), "saving_meur": in_unit(v, "MEUR")}
            for c, v in alliance.values.items()
            if len(c) > 1
        ],
        "rules": [_rule(s, tries.get(s.rule)) for s in alliance.sharings],
        "least_core": {
            "epsilon_meur": in_unit(alliance.least_core.epsilon, "MEUR"),
            "core_is_empty": alliance.least_core.core_is_empty,
            "shares_meur": _millions(alliance.least_core.shares),
        },
        "prices": [
            {
                "label": p.label,
                "unit": "%" if p.unit == "-" else p.unit,
                "floor": in_unit(p.floor, "%") if p.unit == "-" else rounded(p.floor),
                "ceiling": in_unit(p.ceiling, "%") if p.unit == "-" else rounded(p.ceiling),
                "open": p.is_open,
                "floor_is": p.floor_is,
                "ceiling_is": p.ceiling_is,
                "seller": names[p.seller],
                "buyer": names[p.buyer],
            }
            for p in alliance.intervals
        ],
        "anchors": [_anchor(a) for a in anchors(spec.type, study.facts.public_deal)],
        "story": list(_story(spec, names, alliance, tries)),
        "leaves_out": list(alliance.leaves_out),
    }


def _millions(shares: Mapping[str, float]) -> dict[str, float]:
    return {k: in_unit(v, "MEUR") for k, v in shares.items()}


def _rule(s: Sharing, robust: Robustness | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "rule": s.rule,
        "plain": PLAIN.get(s.rule, s.rule),
        "shares_meur": _millions(s.shares),
        "in_core": s.in_core,
        "least_surplus_meur": in_unit(s.least_surplus, "MEUR"),
        "tightest": list(s.tightest),
        "robust": None,
    }
    if robust is not None:
        found["robust"] = {
            "holds_percent": in_unit(robust.holds, "%"),
            "is_robust": robust.is_robust,
            "quantiles_meur": {
                k: [in_unit(v, "MEUR") for v in q] for k, q in robust.quantiles.items()
            },
            "swings_meur": [
                {"partner": who, "volume_of": moved, "low": in_unit(low, "MEUR"),
                 "high": in_unit(high, "MEUR")}
                for (who, moved), (low, high) in robust.swings.items()
            ],
        }  # fmt: skip
    return found


def _anchor(a: Anchor) -> dict[str, str]:
    if isinstance(a.value, Money):
        big = a.value.amount >= 1e6
        amount = f"{a.value.amount / 1e6:z,.0f} m" if big else f"{a.value.amount:z,.0f}"
        shown = f"{a.value.currency} {amount} of {a.value.year}"
    elif a.field in ("stake", "premium", "value_kept"):
        shown = f"{in_unit(a.value, '%'):g} %"
    else:
        shown = f"{a.value:z,.0f}"
    return {"deal": a.deal, "name": a.name, "what": a.what, "value": shown}


def _story(
    spec: DealSpec, names: Mapping[str, str], alliance: Alliance, tries: Mapping[str, Robustness]
) -> Iterator[str]:
    """Yield what the deal is, what it gains, who needs whom, and which split would last."""
    everyone = _listed([names[m.id] for m in alliance.members])
    total = in_unit(alliance.saving, "MEUR")
    if alliance.whole < alliance.saving - 0.5e6:
        yield (
            f"All in one deal would gain EUR {in_unit(alliance.whole, 'MEUR'):z,.0f} m: some stay "
            "out or make it in smaller groups, as counted here."
        )
    if spec.type == "codevelop" and total > 0:
        yield f"Together {everyone} save EUR {total:z,.0f} m against going alone."
        costs = [f"{names[m.id]} EUR {in_unit(alliance.costs[m.id,], 'MEUR'):z,.0f} m"
                 for m in alliance.members]  # fmt: skip
        yield f"Alone, for the same {spec.component}, they would spend: {_listed(costs)}."
    elif total > 0:
        yield f"Together {everyone} are EUR {total:z,.0f} m better off than without this deal."
    else:
        yield f"This deal gains {everyone} nothing together (EUR {total:z,.0f} m)."
    yield from _prices(alliance, names)
    if isinstance(spec, SupplySpec):
        yield from _taken(deal_of(alliance.deal, spec), spec, names)
    if len(alliance.members) > 2:
        yield from _needed(alliance, names)
    if alliance.least_core.core_is_empty:
        need = in_unit(alliance.least_core.epsilon, "MEUR")
        yield (
            "No split at all keeps everybody: whatever the shares, some group does better without "
            f"the rest (an empty core). Each group would have to lose at least "
            f"EUR {need:,.{2 * (need < 10)}f} m by leaving for some split to hold them together."
        )
    for s in alliance.sharings:
        yield _holds(s, names, tries.get(s.rule))


def _prices(alliance: Alliance, names: Mapping[str, str]) -> Iterator[str]:
    for p in alliance.intervals:
        seller, buyer = names[p.seller], names[p.buyer]
        low, high = (
            (f"{in_unit(v, '%'):z,.0f} %" if p.unit == "-" else f"EUR {v:z,.0f}")
            for v in (p.floor, p.ceiling)
        )
        if p.is_open:
            yield (
                f"The {p.label} that suits both lies between {low}, below which {seller} "
                f"loses, and {high}, above which {buyer} is better off without the deal."
            )
        else:
            yield (
                f"There is no {p.label} that suits both: {seller} needs at least {low}, "
                f"{buyer} pays at most {high}."
            )


def _taken(deal: Deal, spec: SupplySpec, names: Mapping[str, str]) -> Iterator[str]:
    """Yield what take-or-pay does to the prices if a buyer takes no more than its least."""
    for id, part in spec.partners.items():
        if id == spec.supplier or not isinstance(deal, Supply):
            continue
        agreed, taken = part.volume.value, part.volume.low
        floor, ceiling = deal.prices_if_taken(agreed, taken)
        paid = max(taken, deal.take_or_pay * agreed)
        yield (
            f"If {names[id]} takes only {in_unit(taken, 'k'):z,.0f} thousand, it still pays for "
            f"{in_unit(paid, 'k'):z,.0f} thousand: {names[spec.supplier]} is then covered from "
            f"EUR {floor:,.0f} a unit paid, and up to EUR {ceiling:,.0f} it was still better than "
            "making them alone."
        )


def _needed(alliance: Alliance, names: Mapping[str, str]) -> Iterator[str]:
    """Yield what the others lose without each partner."""
    everyone = tuple(m.id for m in alliance.members)
    whole = alliance.values[everyone]
    lost = {p: whole - alliance.values[tuple(q for q in everyone if q != p)] for p in everyone}
    parts = [f"without {names[p]} EUR {in_unit(v, 'MEUR'):z,.0f} m" for p, v in lost.items()]
    yield f"What is lost if one stays away: {_listed(parts)}."


def _holds(s: Sharing, names: Mapping[str, str], robust: Robustness | None) -> str:
    parts = _listed([f"{names[k]} EUR {in_unit(v, 'MEUR'):z,.0f} m" for k, v in s.shares.items()])
    group = _listed([names[k] for k in s.tightest])
    spare = in_unit(s.least_surplus, "MEUR")
    said = f"Under '{PLAIN.get(s.rule, s.rule)}': {parts}. "
    if s.in_core and spare <= 0:
        said += f"It holds, only just: staying brings {group} nothing extra."
    elif s.in_core:
        are = ("gain", "are") if len(s.tightest) > 1 else ("gains", "is")
        said += f"It holds: even {group}, who {are[0]} least by staying, {are[1]} "
        said += f"EUR {spare:z,.0f} m ahead."
    else:
        said += f"It breaks: {group} would walk out, EUR {-spare:z,.0f} m better off "
        said += "without the others."
    if robust is not None:
        said += f" With uncertain volumes it holds in {in_unit(robust.holds, '%'):.0f} % of cases."
    return said


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
