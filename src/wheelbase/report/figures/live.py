"""Figures of cars that are being changed: energy, battery, bills, causes of a difference."""

from collections.abc import Mapping, Sequence
from typing import Any

from wheelbase.report.figures.base import COLOURS, Figure, bar, build, plain, short
from wheelbase.report.figures.cars import COST_GROUPS, cost_groups

__all__ = ["battery", "bills", "energy", "figures", "waterfall"]

_Tree = Mapping[str, Any]


def figures(tree: _Tree) -> dict[str, Figure]:
    """Return the figures for which the tree has numbers."""
    drawn = {"energy": energy(tree), "battery": battery(tree), "bills": bills(tree)}
    return {name: figure for name, figure in drawn.items() if figure["data"]}


def energy(tree: _Tree) -> Figure:
    """Return what each car takes on the WLTP: kWh, or litres."""
    data = []
    for unit in ("l/100km", "kWh/100km"):
        found = [
            (_name(tree, v), v["figures"]["consumption_wltp"], COLOURS.get(v["kind"], "#5f6f80"))
            for v in tree["variants"].values()
            if v["figures"].get("consumption_wltp", {}).get("unit") == unit
        ]
        if found:
            names, values, colours = zip(*found, strict=True)
            trace = bar(unit, names, [f["value"] for f in values], "")
            trace["marker"] = {"color": list(colours)}
            trace["error_y"] = _spread(values)
            trace["hovertemplate"] = f"%{{x}}: %{{y:.3g}} {unit}<extra></extra>"
            data.append(trace | {"showlegend": False})
    finding = "What each car takes on the WLTP: a battery car from the wall."
    return build(data, ("", "l/100 km, or kWh/100 km"), finding, _low(data))


def battery(tree: _Tree) -> Figure:
    """Return the battery that each car needs, and the one that fits."""
    cars = [v for v in tree["variants"].values() if "battery_fit" in v["figures"]]
    data = []
    for key, name, colour in (
        ("battery_gross", "needed", COLOURS["bev"]),
        ("battery_fit", "fits", COLOURS["low"]),
    ):
        shown = [v for v in cars if key in v["figures"]]
        values = [v["figures"][key] for v in shown]
        trace = bar(name, [_name(tree, v) for v in shown], [f["value"] for f in values], colour)
        trace["error_y"] = _spread(values)
        trace["hovertemplate"] = f"%{{x}}: %{{y:.3g}} kWh {name}<extra></extra>"
        data.append(trace)
    finding = "The battery that each car needs for its range, and the one that fits."
    layout = _low(data) | {"barmode": "group"}
    return build(data if cars else [], ("", "gross energy, kWh"), finding, layout)


def bills(tree: _Tree) -> Figure:
    """Return the direct cost of each car by group of parts."""
    found = {id: tree["variants"][id] for id in tree["bills"] if id in tree["variants"]}
    names = [_name(tree, v) for v in found.values()]
    parts = [cost_groups(tree["bills"][id]["lines"]) for id in found]
    data = []
    for group, colour in COST_GROUPS.items():
        if not any(group in p for p in parts):
            continue
        trace = bar(group, names, [p.get(group, 0.0) for p in parts], colour)
        trace["hovertemplate"] = f"%{{x}}: %{{y:,.0f}} EUR {group}<extra></extra>"
        data.append(trace)
    base = next(iter(tree["bills"].values()))["base_year"] if tree["bills"] else ""
    finding = "Direct cost of each car by group of parts."
    return build(data, ("", f"EUR{base} a car"), finding, _low(data) | {"barmode": "stack"})


def waterfall(difference: Mapping[str, Any]) -> Figure:
    """Return the causes of a difference as bars, each from where the one before ended.

    Args:
        difference: `what` differs, its `unit`, `columns` (names of first and second), and `steps`,
            each with `group`, `amount` (second less first) and `text`.
    """
    unit, steps = difference["unit"], difference["steps"]
    first, second = difference["columns"]
    sizes = [float(step["amount"]) for step in steps]
    bases = [sum(sizes[:k]) for k in range(len(sizes))]
    names = [step["group"] for step in steps]
    trace = bar("", [*names, "together"], [*sizes, sum(sizes)], "")
    trace |= {
        "base": [short(b) for b in (*bases, 0.0)],
        "marker": {"color": [_tone(s) for s in sizes] + [COLOURS["neutral"]]},
        "customdata": [plain(str(step.get("text", ""))) for step in steps] + [""],
        "text": [f"{v:+.3g}" for v in (*sizes, sum(sizes))],
        "textposition": "auto",
        "hovertemplate": f"%{{x}}: %{{y:+.4g}} {unit}<br>%{{customdata}}<extra></extra>",
        "showlegend": False,
    }
    total = sum(sizes)
    what = difference["what"]
    finding = (
        f"{what[:1].upper()}{what[1:]}: {abs(total):.4g} {unit} {'more' if total > 0 else 'less'} "
        f"in {second} than in {first}."
    )
    return build([trace], ("", f"difference, {unit}"), finding, _low([trace]))


def _tone(size: float) -> str:
    return COLOURS["low"] if size > 0 else COLOURS["high"]


def _name(tree: _Tree, variant: Mapping[str, Any]) -> str:
    """Return the powertrain, and the platform where it is on several."""
    train, label = variant["powertrain"], variant["powertrain_label"]
    where = [v["platform"] for v in tree["variants"].values() if v["powertrain"] == train]
    return label if len(where) < 2 else f"{label}, {variant['platform']}"


def _spread(values: Any) -> Figure:
    """Return error bars where every value has its interval."""
    if any(f["low"] is None or f["high"] is None for f in values):
        return {"visible": False}
    return {
        "type": "data",
        "symmetric": False,
        "array": [short(f["high"] - f["value"]) for f in values],
        "arrayminus": [short(f["value"] - f["low"]) for f in values],
    }


def _low(data: Sequence[Figure]) -> dict[str, Any]:
    """Return the layout of a low figure whose names stand upright below their bars."""
    names = list(dict.fromkeys(name for trace in data for name in trace["x"]))
    shown = ["<br>".join(name.replace(",", "").split()) for name in names]
    axis = {"tickangle": 0, "tickvals": names, "ticktext": shown, "tickfont": {"size": 11}}
    return {"height": 280, "margin": {"l": 56, "r": 10, "t": 12, "b": 40}, "xaxis": axis}
