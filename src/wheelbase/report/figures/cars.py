"""Figures of the cars: battery, consumption, losses, accuracy, bills, penalty, pack price."""

from collections.abc import Iterator, Mapping
from typing import Any

from wheelbase.report.figures.base import COLOURS, Figure, bar, build, line, plain, short

__all__ = [
    "COST_GROUPS",
    "accuracy",
    "battery",
    "bills",
    "consumption",
    "cost_groups",
    "id_of",
    "losses",
    "name_of",
    "pack_price",
    "pair",
    "parity",
    "spread",
    "trace",
]

Results = Mapping[str, Any]

_LOSSES = (
    ("air", "#7aa6c2"), ("rolling", "#4f7d5b"), ("engine", "#9f6060"), ("machines", "#2f7fc1"),
    ("gearbox", "#7d8791"), ("battery", "#475ef5"), ("auxiliaries", "#c9a13b"),
    ("brakes", "#b5523f"), ("engine starts", "#d98f4e"), ("cold start", "#8a63c9"),
)  # fmt: skip


def name_of(variant: Mapping[str, Any]) -> str:
    """Return a readable name of a variant."""
    return f"{variant['powertrain_label']}, {variant['platform']}, {variant['body_label']}"


def pair(results: Results) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield (body, role, variant) of the electric car on both platforms, for every body."""
    p = results["pair"]
    for body in p["bodies"]:
        for role in ("flexible", "bespoke"):
            yield body, role, results["variants"][f"{p['electric']}@{p[role]}.{body}"]


def id_of(variant: Mapping[str, Any]) -> str:
    """Return the id of a variant, "powertrain@platform.body"."""
    return f"{variant['powertrain']}@{variant['platform']}.{variant['body']}"


def spread(up: list[float | None], down: list[float | None]) -> Figure:
    """Return error bars of unequal length."""
    return {"type": "data", "symmetric": False, "array": up, "arrayminus": down}


def battery(results: Results) -> Figure:
    """Return battery used, fitting and greatest for both platforms."""
    rows = list(pair(results))
    labels = [f"{role}, {v['body_label']}" for _, role, v in rows]
    data = []
    for key, label, colour in (
        ("battery_gross", "installed for the range", COLOURS["bev"]),
        ("battery_fit", "fits as makers build", "#8fa0f8"),
        ("battery_max", "geometric limit", "#cdd4fb"),
    ):
        figures = [v["figures"][key] for _, _, v in rows]
        error = {}
        if key == "battery_fit":
            up = [short((f["high"] or f["value"]) - f["value"]) for f in figures]
            down = [short(f["value"] - (f["low"] or f["value"])) for f in figures]
            error = {
                "error_y": {"type": "data", "symmetric": False, "array": up, "arrayminus": down}
            }
        values = [f["value"] for f in figures]
        hover = "%{x}: %{y} kWh<extra>" + label + "</extra>"
        data.append(bar(label, labels, values, colour, hovertemplate=hover, **error))
    gain = (
        rows[1][2]["figures"]["battery_fit"]["value"]
        - rows[0][2]["figures"]["battery_fit"]["value"]
    )
    finding = (
        f"In the {rows[0][2]['body_label']} the bespoke floor holds {abs(gain):.1f} kWh "
        f"{'more' if gain >= 0 else 'less'} than the flexible one."
    )
    return build(data, ("car", "gross battery energy, kWh"), finding, {"barmode": "group"})


def consumption(results: Results) -> Figure:
    """Return consumption by cycle of the first flexible body and its bespoke sibling, kWh or l."""
    p = results["pair"]
    chosen = [
        v
        for v in results["variants"].values()
        if v["body"] == p["bodies"][0] and v["platform"] in (p["flexible"], p["bespoke"])
    ]
    cycles = list(chosen[0]["consumption"])
    data = []
    for v in chosen:
        values = [v["consumption"][c]["value"] for c in cycles]
        unit = v["consumption"][cycles[0]]["unit"]
        dashed = {"pattern": {"shape": "/"}} if v["platform"] == p["bespoke"] else {}
        trace = bar(
            f"{v['powertrain_label']} ({v['platform']}), {unit}",
            cycles,
            values,
            COLOURS[v["kind"]],
            hovertemplate="%{x}: %{y} " + unit + "<extra></extra>",
        )
        trace["marker"].update(dashed)
        data.append(trace)
    axis = "l or kWh per 100 km"
    flexible, bespoke = (v["consumption"][cycles[0]] for _, _, v in list(pair(results))[:2])
    finding = (
        f"On {cycles[0]}, warm, the flexible battery car needs {flexible['value']:.1f} "
        f"{flexible['unit']} from the wall, the bespoke one {bespoke['value']:.1f}; a plug-in "
        "hybrid drives on a kept charge."
    )
    return build(data, ("cycle", axis), finding, {"barmode": "group", "height": 380})


def losses(results: Results) -> Figure:
    """Return where the energy goes on the first cycle, MJ/100km, stacked."""
    p = results["pair"]
    body = p["bodies"][0]
    chosen = [
        v
        for v in results["variants"].values()
        if v["body"] == body and v["platform"] in (p["flexible"], p["bespoke"])
    ]
    cycle = next(iter(chosen[0]["losses"]))
    labels = [f"{v['powertrain_label']} ({v['platform']})" for v in chosen]
    data = [
        bar(
            name,
            [v["losses"][cycle].get(name, 0.0) for v in chosen],
            labels,
            colour,
            orientation="h",
            hovertemplate="%{y}: %{x} MJ/100km<extra>" + name + "</extra>",
        )
        for name, colour in _LOSSES
        if any(abs(v["losses"][cycle].get(name, 0.0)) > 1e-6 for v in chosen)
    ]
    worst = max(v["balance_error"] for v in chosen)
    first, electric = chosen[0], next(iter(pair(results)))[2]
    shares = [100 * _moving(v["losses"][cycle]) for v in (electric, first)]
    finding = (
        f"Air and tyres take {shares[0]:.0f} % of what the battery car draws on {cycle}, "
        f"{shares[1]:.0f} % of what the {first['powertrain_label']} burns; the sums miss the "
        f"input by at most {worst:.0e}."
    )
    layout = {"barmode": "relative", "height": 360, "margin": {"l": 180, "r": 18, "t": 12, "b": 52}}
    return build(data, ("MJ/100km", "car"), finding, layout)


def _moving(losses: Mapping[str, float]) -> float:
    """Return which share of all losses is outside the car."""
    return float((losses["air"] + losses["rolling"]) / sum(losses.values()))


def trace(results: Results) -> Figure:
    """Return speed and battery power of both electric cars over the first cycle."""
    rows = list(pair(results))[:2]
    first = rows[0][2]["trace"]
    data = [line("speed, km/h", first["time_s"], first["speed_kmh"], "#9aa5b1", "km/h")]
    for _, role, v in rows:
        t = v["trace"]
        data.append(line(f"{role}: power, kW", t["time_s"], t["power_kw"], COLOURS[role], "kW"))
        data[-1]["line"]["width"] = 1.2
    power = first["power_kw"]
    back = -100 * sum(min(p, 0.0) for p in power) / max(sum(max(p, 0.0) for p in power), 1e-9)
    finding = (
        f"Over {first['cycle']} the flexible battery car gets {back:.0f} % of the energy that "
        "leaves its battery back in braking (negative power)."
    )
    return build(data, ("time, s", "km/h and kW"), finding, {"height": 280})


def accuracy(results: Results) -> Figure:
    """Return the error of every certified figure that was predicted, percent."""
    checks = [c for c in results["validation"] if c["quantity"] != "0-100 km/h"]
    labels = [f"{c['name']}: {c['quantity']}" for c in checks]
    errors = [c["error_percent"] for c in checks]
    colours = ["#4f7d5b" if abs(e) <= 10 else "#b5523f" for e in errors]
    bars = bar("error", errors, labels, "#4f7d5b", orientation="h",
               hovertemplate="%{y}: %{x} %<extra></extra>")  # fmt: skip
    bars["marker"] = {"color": colours}
    mean = sum(abs(e) for e in errors) / max(len(errors), 1)
    finding = (
        f"Mean error {mean:.1f} % over {len(errors)} certified figures; nothing was tuned to them."
    )
    layout = {
        "height": max(60 + 20 * len(errors), 500),
        "margin": {"l": 250, "r": 18, "t": 12, "b": 52},
        "yaxis": {"autorange": "reversed"},
    }
    return build([bars], ("error of the prediction, %", "car and quantity"), finding, layout)


def parity(results: Results) -> Figure:
    """Return predicted against certified energy and CO2 of real cars, with a band of 10 %."""
    checks = [c for c in results["validation"] if c["quantity"] != "0-100 km/h"]
    data: list[Figure] = []
    for unit, label, colour in (
        ("g/km", "CO2 of combustion cars", COLOURS["petrol"]),
        ("Wh/km", "energy of battery cars from the wall", COLOURS["bev"]),
    ):
        chosen = [c for c in checks if c["unit"] == unit]
        data.append(
            {
                "type": "scatter", "mode": "markers", "name": f"{label}, {unit}",
                "x": [short((c["published_low"] + c["published_high"]) / 2) for c in chosen],
                "y": [short(c["predicted"]) for c in chosen],
                "text": [plain(f"{c['name']}, {c['quantity']}") for c in chosen],
                "marker": {"color": colour, "size": 9},
                "hovertemplate": "%{text}: predicted %{y}, certified %{x} " + unit
                + "<extra></extra>",
            }
        )  # fmt: skip
    ends = [v for c in checks for v in (c["predicted"], c["published_low"], c["published_high"])]
    low, high = 0.9 * min(ends, default=0.0), 1.08 * max(ends, default=1.0)
    for name, share, dash in (("equal", 1.0, "solid"), ("10 % more", 1.1, "dot"),
                              ("10 % less", 0.9, "dot")):  # fmt: skip
        data.append(
            {"type": "scatter", "mode": "lines", "name": name, "x": [short(low), short(high)],
             "y": [short(share * low), short(share * high)], "hoverinfo": "skip",
             "line": {"color": "#8795a1", "width": 1.2, "dash": dash}, "showlegend": share == 1.0}
        )  # fmt: skip
    inside = sum(abs(c["error_percent"]) <= 10 for c in checks)
    finding = f"{inside} of {len(checks)} certified figures are predicted within 10 %."
    axes = ("certified, g/km or Wh/km", "predicted, g/km or Wh/km")
    return build(data, axes, finding, {"height": 500})


def bills(results: Results) -> Figure:
    """Return the bills of the electric pair and of the first combustion car by group, EUR."""
    p = results["pair"]
    body = p["bodies"][0]
    ids = [i for i, v in results["variants"].items() if v["body"] == body]
    ids = [i for i in ids if results["variants"][i]["platform"] in (p["flexible"], p["bespoke"])]
    labels = [
        f"{results['variants'][i]['powertrain_label']} ({results['variants'][i]['platform']})"
        for i in ids
    ]
    sums = [cost_groups(results["bills"][i]["lines"]) for i in ids]
    unit = f"EUR{results['bills'][ids[0]]['base_year']}"
    data = [
        bar(g, labels, [s.get(g, 0.0) for s in sums], c,
            hovertemplate="%{x}: %{y} " + unit + "<extra>" + g + "</extra>")
        for g, c in COST_GROUPS.items()
    ]  # fmt: skip
    both = [
        results["bills"][f"{p['electric']}@{p[r]}.{body}"]["total"]["value"]
        for r in ("flexible", "bespoke")
    ]
    year, gap = results["bills"][ids[0]]["year"], both[0] - both[1]
    finding = (
        f"In {year} the flexible battery car costs {unit} {abs(gap):,.0f} "
        f"{'more' if gap >= 0 else 'less'} to build than the bespoke one."
    )
    layout = {"barmode": "stack", "height": 480}
    return build(data, ("car", f"direct cost, {unit}"), finding, layout)


COST_GROUPS = {
    "body and glider": "#7d8791",
    "battery": "#475ef5",
    "electric drive": "#2f7fc1",
    "engine and gearbox": "#9f6060",
    "thermal, wiring, charger": "#c9a13b",
    "assembly": "#4f7d5b",
}
_IN_GROUP = {
    "body": "body and glider", "glider": "body and glider", "interior": "body and glider",
    "chassis": "body and glider", "battery": "battery", "electric machine": "electric drive",
    "inverter": "electric drive", "reduction gear": "electric drive", "48 V": "electric drive",
    "engine": "engine and gearbox", "after-treatment": "engine and gearbox",
    "gearbox": "engine and gearbox", "charger": "thermal, wiring, charger",
    "thermal": "thermal, wiring, charger", "wiring": "thermal, wiring, charger",
    "assembly": "assembly",
}  # fmt: skip


def cost_groups(lines: list[Mapping[str, Any]]) -> dict[str, float]:
    """Return the cost of the lines of a bill by group, EUR."""
    sums: dict[str, float] = {}
    for item in lines:
        group = _IN_GROUP[item["group"]]
        sums[group] = sums.get(group, 0.0) + item["cost"]["value"]
    return sums


def pack_price(results: Results) -> Figure:
    """Return the pack price path through the forecasts of the day."""
    path = results["pack_price"]
    years = path["years"]
    data = [
        line("high", years, path["high"], "#c3ccd5", path["unit"], showlegend=False),
        line("low to high", years, path["low"], "#c3ccd5", path["unit"], fill="tonexty"),
        line("used", years, path["base"], COLOURS["bev"], path["unit"]),
    ]
    anchors = path["anchors"]
    data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "name": "published by the day of the study",
            "x": [a["year"] for a in anchors],
            "y": [short(a["price"]) for a in anchors],
            "text": [plain(f"{a['forecaster']}, {a['made']}") for a in anchors],
            "marker": {"color": "#d08a4e", "size": 9},
            "hovertemplate": "%{text}: %{y} " + path["unit"] + "<extra></extra>",
        }
    )
    finding = (
        f"Pack prices follow what was published by {results['base']['date']}; after "
        f"{path['last_anchor']} the last forecast is held."
    )
    return build(data, ("year", f"price of a pack, {path['unit']}"), finding)
