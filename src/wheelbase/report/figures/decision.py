"""Figures of plan and decision: when, maps, tornado, outlook, production."""

from collections.abc import Mapping, Sequence
from typing import Any

from wheelbase.report.figures.base import COLOURS, Figure, bar, build, line, plain, short

__all__ = [
    "break_even",
    "decision",
    "fixed_years",
    "flips",
    "further_map",
    "markets",
    "outlook",
    "production",
    "provenance",
    "tornado",
]

Results = Mapping[str, Any]

_STATUSES = {
    "certified": "#3f7d4f",
    "published": "#2f6fb0",
    "derived": "#7a55b5",
    "estimate": "#c98a1b",
}


def decision(results: Results) -> Figure:
    """Return when the programme starts, or never: over futures, and over draws of all inputs."""
    t, found = results["timing"], results["robustness"]
    draws = found["median_years_percent"]
    years = {str(y): 100 * p for y, p in zip(t["years"], t["decision"], strict=True)}
    seen = [y for y in years if years[y] > 0.05 or y in draws]
    shown = [y for y in years if seen and seen[0] <= y <= seen[-1]] + ["never"]
    years["never"] = t["never"]["value"]
    data = []
    for name, shares, colour in (
        ("futures of the market, the study's own figures", years, COLOURS["bev"]),
        ("draws of all assumptions, median year", draws, COLOURS["low"]),
    ):
        values = [shares.get(y, 0.0) for y in shown]
        data.append(
            bar(name, shown, values, colour,
                text=[f"{v:.0f}" if v >= 0.5 else "" for v in values],
                textposition="outside", cliponaxis=False, constraintext="none",
                hovertemplate="%{x}: %{y} %<extra>" + plain(name) + "</extra>")
        )  # fmt: skip
    never = draws.get("never", 0.0)
    if t["p50"] is None:
        finding = f"In {years['never']:.0f} % of futures the bespoke programme is never started"
    else:
        finding = (
            f"The programme starts by {t['p50']} in half of the futures, never in "
            f"{years['never']:.0f} %"
        )
    finding += f"; over {found['draws']} draws of all assumptions {never:.0f} % never start."
    layout = {
        "barmode": "group", "height": 320, "yaxis": {"range": [0, 112]},
        "xaxis": {"type": "category"},
    }  # fmt: skip
    return build(data, ("decision year", "share of futures or draws, %"), finding, layout)


def flips(results: Results) -> Figure:
    """Return how far each input is from turning the answer, in % of the study's own figure."""
    found = results["answer"]["flips"]
    names = [plain(f["label"]) for f in found]
    inside = [f["flip"] is not None and f["low"] <= f["flip"] <= f["high"] for f in found]
    x: list[float | None] = []
    y: list[str | None] = []
    for f, name in zip(found, names, strict=True):
        x += [short(100 * f["low"] / f["base"]), short(100 * f["high"] / f["base"]), None]
        y += [name, name, None]
    data: list[Figure] = [
        {
            "type": "scatter", "mode": "lines", "name": "the study's interval", "x": x, "y": y,
            "line": {"color": COLOURS["low"], "width": 14}, "hoverinfo": "skip",
        },
        _points("the study's figure", [(n, 100.0, f["base"], f["unit"]) for n, f in
                                       zip(names, found, strict=True)], COLOURS["bev"], "circle"),
        _points("the answer turns", [
            (n, 100 * f["flip"] / f["base"], f["flip"], f["unit"])
            for n, f in zip(names, found, strict=True) if f["flip"] is not None
        ], COLOURS["high"], "diamond"),
    ]  # fmt: skip
    held = [f["label"] for f, hit in zip(found, inside, strict=True) if hit]
    finding = (
        f"The answer turns within the study's own interval of {' and '.join(held)}."
        if held
        else "No input turns the answer within the study's own interval."
    )
    layout = {"height": 150 + 46 * len(found), "margin": {"l": 190, "r": 18, "t": 12, "b": 52},
              "yaxis": {"autorange": "reversed"}}  # fmt: skip
    return build(data, ("% of the study's own figure", "input"), finding, layout)


def _points(
    name: str, rows: list[tuple[str, float, float, str]], colour: str, symbol: str
) -> Figure:
    return {
        "type": "scatter", "mode": "markers", "name": name, "cliponaxis": False,
        "x": [short(r[1]) for r in rows], "y": [r[0] for r in rows],
        "text": [plain(f"{r[2]:,.4g} {r[3]}") for r in rows],
        "marker": {"color": colour, "size": 13, "symbol": symbol},
        "hovertemplate": "%{y}: %{text}, %{x} %<extra>" + plain(name) + "</extra>",
    }  # fmt: skip


def fixed_years(results: Results) -> Figure:
    """Return the value of starting in one fixed year against never, EUR m."""
    fixed = results["timing"]["fixed"]
    trace = line("value against never", fixed["years"], fixed["value"], COLOURS["bev"],
                 hovertemplate="%{x}: EUR %{y} m<extra></extra>")  # fmt: skip
    best = max(zip(fixed["value"], fixed["years"], strict=True), default=(0.0, None))
    if best[1] is None:
        finding = "No start is in time for this horizon."
    elif best[0] <= 0:
        finding = f"No fixed year beats never; the least loss is EUR {-best[0]:,.0f} m ({best[1]})."
    else:
        window = results["timing"]["window"]
        finding = f"Best fixed year {best[1]}; within 2 %: {window[0]} to {window[1]}."
    layout = {"showlegend": False, "height": 320}
    return build([trace], ("decision year", "EUR m against never"), finding, layout)


def break_even(results: Results) -> Figure:
    """Return the map of penalty and block cost: probability of never, interval box of the study."""
    m = results["break_even"]
    flip = results["answer"]["flips"][0]["flip"]
    finding = f"The programme starts in {_part(m)} of this map"
    if flip is not None:
        finding = f"The programme pays above a penalty of about EUR {flip:,.0f} per car"
    return _map(m, finding)


def further_map(results: Results) -> Figure:
    """Return the map of the two inputs that matter most, or of those asked for."""
    m = results["further_map"]
    x, y = m["x"], m["y"]
    return _map(
        m, f"By {x['label']} and {y['label']} the programme starts in {_part(m)} of this map"
    )


def _part(m: Mapping[str, Any]) -> str:
    """Return in how much of a map the programme starts in half of the futures."""
    starts = [v < 0.5 for row in m["never"] for v in row]
    return "all" if all(starts) else "a part" if any(starts) else "none"


def _map(m: Mapping[str, Any], finding: str) -> Figure:
    """Return a map with the line of indifference, the study's box and the study itself."""
    x, y = m["x"], m["y"]
    data: list[Figure] = [
        {
            "type": "heatmap",
            "x": [short(v) for v in x["values"]],
            "y": [short(v) for v in y["values"]],
            "z": [[short(100 * (1 - v), 3) for v in row] for row in m["never"]],
            "text": [[f"{v}" if v else "never" for v in row] for row in m["median_year"]],
            "zmin": 0,
            "zmax": 100,
            "colorscale": [[0, "#dfe5ea"], [0.5, "#8fa0f8"], [1, "#2b3fc4"]],
            "colorbar": {"title": {"text": "started, %"}},
            "hovertemplate": "%{x} "
            + plain(x["unit"])
            + ", %{y} "
            + plain(y["unit"])
            + "<br>started in %{z} % of futures, median %{text}<extra></extra>",
        },
        _path("even chance of never starting", m["line"], "#2b3138", "dot"),
        _path("interval of the study", _box(x, y), "#d0652a", "solid"),
        {
            "type": "scatter",
            "mode": "markers",
            "name": "study",
            "x": [short(x["base"])],
            "y": [short(y["base"])],
            "marker": {"color": "#d0652a", "size": 12, "symbol": "cross"},
            "hovertemplate": f"%{{x}} {plain(x['unit'])}, %{{y}} {plain(y['unit'])}"
            "<extra>the study's own figures</extra>",
        },
    ]
    if m["crosses"]:
        said = "; the study's own intervals hold both answers."
    else:
        said = "; the study's own intervals stay on one side of that line."
    axes = (f"{x['label']}, {x['unit']}", f"{y['label']}, {y['unit']}")
    return build(data, axes, finding + said, {"height": 420})


def _box(x: Mapping[str, Any], y: Mapping[str, Any]) -> list[tuple[float, float]]:
    return [(x["low"], y["low"]), (x["high"], y["low"]), (x["high"], y["high"]),
            (x["low"], y["high"]), (x["low"], y["low"])]  # fmt: skip


def _path(name: str, points: Sequence[Sequence[float]], colour: str, dash: str) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [short(a) for a, _ in points],
        "y": [short(b) for _, b in points],
        "line": {"color": colour, "width": 2.5, "dash": dash},
        "hoverinfo": "skip",
    }


def tornado(results: Results) -> Figure:
    """Return what each input moves between its own low and high, EUR m of a start's value."""
    swings = results["tornado"]
    labels = [
        f"{s['label']} ({short(s['low']):g} .. {short(s['high']):g} {s['unit'].strip('-')}".strip()
        + ")"
        for s in swings
    ]
    data = []
    for side in ("low", "high"):
        texts = [f"{side} {s[side]:g}: {s['decision_' + side]}" for s in swings]
        data.append(
            bar(
                f"at its {side}",
                [s[f"gain_{side}"] for s in swings],
                labels,
                COLOURS[side],
                orientation="h",
                text=[plain(t) for t in texts],
                textposition="none",
                hovertemplate="%{y}<br>%{text}: EUR %{x} m<extra></extra>",
            )
        )
    top = swings[0]
    moved = [s for s in swings if s["decision_low"] != s["decision_high"]]
    finding = (
        f"The {top['label']} moves the value most; {len(moved)} of {len(swings)} inputs turn the "
        "decision within their own interval."
    )
    layout = {
        "barmode": "group",
        "height": 90 + 34 * len(swings),
        "margin": {"l": 330, "r": 18, "t": 12, "b": 52},
        "yaxis": {"autorange": "reversed"},
    }
    year = results["tornado_year"]
    return build(data, (f"start in {year} against never, EUR m", "input"), finding, layout)


def outlook(results: Results) -> Figure:
    """Return history, fan and forecasts of the battery share."""
    o = results["outlook"]
    fan, years = o["bev_share_percent"], o["years"]
    data = [
        line("90 %", years, fan["p90"], "#c3ccd5", "%", showlegend=False),
        line("10 to 90 % of futures", years, fan["p10"], "#c3ccd5", "%", fill="tonexty"),
        line("mean", years, fan["mean"], COLOURS["bev"], "%"),
        line(f"{o['history']['market']}, history", o["history"]["years"],
             o["history"]["share_percent"], COLOURS["neutral"], "%"),
    ]  # fmt: skip
    forecasts = o["forecasts"]
    data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "name": "forecasts of the day (most with plug-in hybrids)",
            "x": [f["target_year"] for f in forecasts],
            "y": [short(f["share_percent"]) for f in forecasts],
            "text": [
                plain(f"{f['forecaster']}, {f['region']}, {f['quantity']}") for f in forecasts
            ],
            "marker": {"color": "#d08a4e", "size": 9},
            "hovertemplate": "%{text}: %{y} %<extra></extra>",
        }
    )
    finding = (
        f"Seen from {results['base']['date']}, battery cars are {fan['p10'][10]:.0f} to "
        f"{fan['p90'][10]:.0f} % of sales in {years[10]}."
    )
    return build(data, ("year", "share of battery cars, %"), finding)


def markets(results: Results) -> Figure:
    """Return the mean battery share of every market by year."""
    o = results["plan"]["outlook"]
    years, hues = o["years"], ("bev", "petrol", "phev", "high", "mhev", "hev")
    data = [
        line(
            f"{m['name']} ({m['part']['value']:g} % of the cars)",
            years,
            m["bev_share_percent"],
            COLOURS[hues[i % len(hues)]],
            hovertemplate=f"%{{x}}: %{{y}} %<extra>{plain(m['name'])}</extra>",
        )
        for i, m in enumerate(o["markets"])
    ]
    year = min(years[0] + 10, years[-1])
    at = {m["name"]: m["bev_share_percent"][years.index(year)] for m in o["markets"]}
    high, low = max(at, key=at.__getitem__), min(at, key=at.__getitem__)
    finding = (
        f"In {year} battery cars are expected to be {at[high]:.0f} % of sales in {high} and "
        f"{at[low]:.0f} % in {low}."
    )
    return build(data, ("year", "mean share of battery cars, %"), finding)


def production(results: Results) -> Figure:
    """Return production by platform in every node of the last stage."""
    nodes = results["plan"]["nodes"]
    last = max(n["stage"] for n in nodes)
    chosen = sorted((n for n in nodes if n["stage"] == last), key=lambda n: n["bev_share_percent"])
    labels = [f"{n['bev_share_percent']:.0f} % ({n['id']})" for n in chosen]
    data = [
        bar(label, labels, [n["production_k"][key] for n in chosen], colour,
            hovertemplate="%{x}: %{y} thousand a year<extra>" + label + "</extra>")
        for key, label, colour in (
            ("combustion", "combustion, flexible platform", COLOURS["petrol"]),
            ("flexible", "battery, flexible platform", COLOURS["flexible"]),
            ("bespoke", "battery, bespoke platform", COLOURS["bev"]),
            ("lost", "lost sales", "#d0652a"),
        )
    ]  # fmt: skip
    begin = chosen[0]["start"]
    chance = results["plan"]["launch_probability"]["value"]
    finding = f"From {begin} on, by battery share: the plan launches in {chance:.0f} % of futures."
    axes = ("battery share of the scenario, % (node)", "thousand cars a year")
    return build(data, axes, finding, {"barmode": "stack", "xaxis": {"type": "category"}})


def provenance(results: Results) -> Figure:
    """Return how firm the facts and assumptions are, by status."""
    counts: dict[str, int] = {}
    for row in (*results["facts"], *results["assumptions"]):
        counts[row["status"]] = counts.get(row["status"], 0) + 1
    data = [
        bar(status, [counts.get(status, 0)], ["figures"], colour, orientation="h",
            hovertemplate="number of " + status + " figures: %{x}<extra></extra>")
        for status, colour in _STATUSES.items()
    ]  # fmt: skip
    total = sum(counts.values())
    share = 100 * counts.get("estimate", 0) / total
    finding = f"{total} figures stand behind this page; {share:.0f} % of them are estimates."
    layout = {"barmode": "stack", "height": 150, "yaxis": {"showticklabels": False}}
    return build(data, ("number of facts and assumptions", "all"), finding, layout)
