"""Figures of the choice: ways with intervals, causes as a waterfall, values of freedom."""

from collections.abc import Mapping
from typing import Any

from wheelbase.report.figures.base import COLOURS, Figure, bar, build, plain, short

__all__ = ["causes", "values", "ways"]

Results = Mapping[str, Any]

_KINDS = {"speed": "#c98a1b", "cost": "#5f6f80", "packaging": "#475ef5"}
_WIDE = {"l": 300, "r": 18, "t": 12, "b": 52}


def ways(results: Results) -> Figure:
    """Return what every way is worth against flexible for ever, with 10 to 90 % of the draws."""
    found = results["ways"]
    names = [_named(results, w) for w in found]
    values = [w["value"] for w in found]
    colours = [COLOURS["bev"] if w["is_best"] else "#9aa5b1" for w in found]
    bars = _interval(names, values, colours)
    best = found[0]
    finding = f"Best with the study's own figures: {best['label']}"
    if len(found) > 1:
        low, high = found[1]["behind"]["low"], found[1]["behind"]["high"]
        finding += (
            f"; next, {found[1]['label']}, is worth EUR {found[1]['behind']['value']:,.0f} m less "
            f"({low:,.0f} to {high:,.0f})"
        )
    layout = {"height": 100 + 42 * len(found), "margin": _WIDE, "showlegend": False,
              "yaxis": {"autorange": "reversed"}}  # fmt: skip
    return build([bars], ("EUR m against flexible for ever", "way"), f"{finding}.", layout)


def _named(results: Results, way: Mapping[str, Any]) -> str:
    name: str = way["label"]
    if way["way"] == "mixed":
        labels = [
            results["penalty"]["segments"].get(s, {}).get("label", s) for s in way["segments"]
        ]
        name = f"move the {' and '.join(labels)} alone"
    if way["start"] is not None and way["way"] != "bespoke_now":
        name += f", {way['start']}"
    return name


def _interval(names: list[str], values: list[Mapping[str, Any]], colours: list[str]) -> Figure:
    """Return bars with their intervals as whiskers, one row each."""

    def reach(v: Mapping[str, Any], end: str) -> float:
        return 0.0 if v[end] is None else float(short(abs(v[end] - v["value"])) or 0.0)

    ends = ["" if v["low"] is None else f"{v['low']:,.0f} to {v['high']:,.0f}" for v in values]
    trace = bar("", [v["value"] for v in values], names, COLOURS["bev"], orientation="h",
                text=ends, textposition="none",
                hovertemplate="%{y}: EUR %{x} m<br>%{text}<extra></extra>")  # fmt: skip
    trace["marker"] = {"color": colours}
    trace["error_x"] = {
        "type": "data",
        "symmetric": False,
        "array": [reach(v, "high") if _above(v) else 0.0 for v in values],
        "arrayminus": [reach(v, "low") if _below(v) else 0.0 for v in values],
        "thickness": 1.4,
    }
    return trace


def _above(v: Mapping[str, Any]) -> bool:
    return v["high"] is not None and v["high"] > v["value"]


def _below(v: Mapping[str, Any]) -> bool:
    return v["low"] is not None and v["low"] < v["value"]


def causes(results: Results) -> Figure:
    """Return what speaks for and against a start, cause by cause, as a waterfall to its value."""
    found = results["causes"]
    items = sorted(found["causes"], key=lambda c: -c["share_meur"])
    names, bases, sizes, colours, texts = [], [], [], [], []
    level = 0.0
    for c in items:
        names.append(f"{c['label']} ({c['kind']})")
        bases.append(short(level, 6))
        sizes.append(c["share_meur"])
        colours.append(_KINDS[c["kind"]])
        w = c["without"]
        texts.append(f"without it {w['p50'] or 'never'} (median), never {w['never_percent']:.0f} %")
        level += c["share_meur"]
    names.append("value of the start")
    bases.append(0.0)
    sizes.append(found["gain"]["value"])
    colours.append(COLOURS["neutral"])
    texts.append("")
    trace = bar("", sizes, names, COLOURS["bev"], orientation="h", base=bases,
                text=[plain(t) for t in texts], textposition="none",
                hovertemplate="%{y}: EUR %{customdata} m<br>%{text}<extra></extra>")  # fmt: skip
    trace["customdata"] = [short(s) for s in sizes]
    trace["marker"] = {"color": colours}
    kinds = found["kinds_meur"]
    said = ", ".join(f"{k} EUR {v:+,.0f} m" for k, v in sorted(kinds.items(), key=lambda i: -i[1]))
    finding = (
        f"A start in {found['year']} is worth EUR {found['gain']['value']:+,.0f} m against never: "
        f"{said}."
    )
    layout = {"height": 110 + 40 * len(names), "margin": {**_WIDE, "l": 380}, "showlegend": False,
              "yaxis": {"autorange": "reversed"}}  # fmt: skip
    return build([trace], ("EUR m of the bespoke start's value", "cause"), finding, layout)


def values(results: Results) -> Figure:
    """Return what freedom and knowledge are worth, with their intervals."""
    found = sorted(results["values"], key=lambda p: -p["value"]["value"])
    names = [p["label"] for p in found]
    colours = [COLOURS["neutral"]] * len(found)
    top = found[0]
    option = next(p for p in found if p["id"] == "option")["value"]["value"]
    finding = (
        f"Worth most: {top['label']} (EUR {top['value']['value']:,.0f} m); being free to switch is "
        f"worth EUR {option:,.0f} m."
    )
    layout = {"height": 100 + 38 * len(found), "margin": {**_WIDE, "l": 400}, "showlegend": False,
              "yaxis": {"autorange": "reversed"}}  # fmt: skip
    bars = _interval(names, [p["value"] for p in found], colours)
    return build([bars], ("EUR m; whiskers 10 to 90 %", "freedom or knowledge"), finding, layout)
