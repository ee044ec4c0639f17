"""Figures of deals: who gains what under each rule of sharing, and the price both can live with."""

from collections.abc import Mapping
from typing import Any

from wheelbase.report.figures.base import Figure, bar, build, plain, short

__all__ = ["gains", "partners", "prices"]

Results = Mapping[str, Any]

_PARTNERS = ("#475ef5", "#4f7d5b", "#d08a4e", "#8a63c9", "#099aa5", "#9f6060")


def partners(results: Results) -> Figure:
    """Return how the gain of the first deal is shared under each rule, EUR m."""
    return gains(next(iter(results["alliance"].values())))


def gains(deal: Mapping[str, Any]) -> Figure:
    """Return how the gain of a deal is shared under each rule, EUR m."""
    rules = [_wrapped(r["plain"]) for r in deal["rules"]]
    data = []
    for k, member in enumerate(deal["members"]):
        values = [r["shares_meur"][member["id"]] for r in deal["rules"]]
        trace = bar(
            member["name"], rules, values, _PARTNERS[k % len(_PARTNERS)],
            hovertemplate="%{y} EUR m<extra>" + plain(member["name"]) + "</extra>",
            text=[f"{v:,.0f}" for v in values], textposition="outside", cliponaxis=False,
        )  # fmt: skip
        trace["x"] = rules
        data.append(trace)
    broken = [r["plain"] for r in deal["rules"] if not r["in_core"]]
    names = {m["id"]: m["name"] for m in deal["members"]}
    if broken:
        first = next(r for r in deal["rules"] if not r["in_core"])
        group = " and ".join(names[i] for i in first["tightest"])
        finding = f"Under '{broken[0]}' {group} would walk out; the other splits would last."
        if len(broken) > 1:
            finding = f"{len(broken)} of {len(rules)} splits would break: {'; '.join(broken)}."
    else:
        finding = f"All {len(rules)} ways to split the gain would last."
    layout = {"barmode": "group", "height": 340, "xaxis": {"type": "category", "tickangle": 0}}
    return build(data, ("rule of sharing", "gain of each partner, EUR m"), finding, layout)


def _wrapped(text: str) -> str:
    """Return words in lines short enough to stand below a bar."""
    lines = [""]
    for word in plain(text).split():
        if lines[-1] and len(lines[-1]) + len(word) > 17:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(lines)


def prices(deal: Mapping[str, Any]) -> Figure:
    """Return seller's floor and buyer's ceiling of each price, and what lies between."""
    first = deal["prices"][0]
    unit = first["unit"]
    data = []
    rows = [f"{p['seller']} to {p['buyer']}" for p in deal["prices"]]
    for p, row in zip(deal["prices"], rows, strict=True):
        low, high = sorted((p["floor"], p["ceiling"]))
        colour = "#4f7d5b" if p["open"] else "#b3413c"
        data.append(
            {"type": "scatter", "mode": "lines", "name": plain(row), "showlegend": False,
             "x": [short(low), short(high)], "y": [plain(row)] * 2,
             "line": {"color": colour, "width": 16}, "hoverinfo": "skip"}
        )  # fmt: skip
    for key, who, name, side, at in (
        ("floor", "seller", "seller's floor", "#d08a4e", "bottom center"),
        ("ceiling", "buyer", "buyer's ceiling", "#475ef5", "top center"),
    ):
        values = [p[key] for p in deal["prices"]]
        data.append(
            {"type": "scatter", "mode": "markers+text", "name": name, "cliponaxis": False,
             "x": [short(v) for v in values], "y": [plain(row) for row in rows],
             "text": [f"{plain(p[who])} {p[key]:,.0f}" for p in deal["prices"]],
             "textposition": at,
             "marker": {"color": side, "size": 13, "symbol": "diamond"},
             "hovertemplate": "%{x} " + plain(unit) + "<extra>" + name + "</extra>"}
        )  # fmt: skip
    if first["open"]:
        finding = (
            f"Both gain at any {first['label']} between {first['floor']:,.0f} and "
            f"{first['ceiling']:,.0f} {unit}."
        )
    else:
        finding = f"No {first['label']} suits both: the seller needs more than the buyer can pay."
    ends = [p[key] for p in deal["prices"] for key in ("floor", "ceiling")]
    room = 0.25 * (max(ends) - min(ends)) or 1.0
    axis = {"range": [short(min(ends) - room), short(max(ends) + room)]}
    layout = {
        "xaxis": axis,
        "height": 200 + 50 * len(rows),
        "yaxis": {"type": "category", "showticklabels": len(rows) > 1},
    }
    return build(data, (f"{first['label']}, {unit}", "deal"), finding, layout)
