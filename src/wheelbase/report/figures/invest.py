"""Figures of investments: the ladder with its public figures, and the matrix of shared parts."""

from collections.abc import Mapping
from typing import Any

from wheelbase.report.figures.base import COLOURS, Figure, build, plain, short

__all__ = ["ladder", "shared_parts"]

Results = Mapping[str, Any]


def ladder(results: Results) -> Figure:
    """Return what each step costs, EUR m: interval, base, and the public figures as points."""
    found = results["investments"]
    rungs = [r for r in reversed(found["rungs"]) if r["amount"]]
    data = [_interval(rungs), _base(rungs)]
    for comparable, name, symbol in (
        (True, "public figure, compared", "circle"),
        (False, "public figure, shown only", "circle-open"),
    ):
        points = [
            (rung, item)
            for rung in rungs
            for item in rung["precedents"]
            if item["comparable"] == comparable and _shown(item) is not None
        ]
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": name,
                "x": [short(_shown(item)) for _, item in points],
                "y": [plain(_row(rung)) for rung, _ in points],
                "text": [plain(f"{i['name']}: {i['quoted']}") for _, i in points],
                "marker": {"color": COLOURS["bev"], "symbol": symbol, "size": 9},
                "hovertemplate": "%{text}<br>EUR %{x} m<extra></extra>",
            }
        )
    compared = sum(r["compared"] > 0 for r in rungs)
    finding = (
        f"{compared} of {len(rungs)} steps have an interval from public investments; * rests on "
        "an estimate."
    )
    layout = {"height": 90 + 40 * len(rungs), "xaxis": {"type": "log"}, "margin": {"l": 190}}
    size = found["block"]["value"]
    axis = f"EUR m of {found['base_year']}, capacity steps for their size ({size:g} k cars/yr)"
    return build(data, (axis, "step"), finding, layout)


def _shown(item: Mapping[str, Any]) -> float | None:
    """Return a public figure at the size of its step, as it stands where it has no capacity."""
    value = item["scaled_meur"]
    if value is None and not item["comparable"]:
        value = item["amount_meur"]
    return None if value is None else float(value)


def _row(rung: Mapping[str, Any]) -> str:
    return f"{rung['label']}{' *' if rung['status'] == 'estimate' else ''}"


def _interval(rungs: list[Mapping[str, Any]]) -> Figure:
    x: list[float | None] = []
    y: list[str | None] = []
    for rung in rungs:
        x += [short(rung["amount"]["low"]), short(rung["amount"]["high"]), None]
        y += [plain(_row(rung)), plain(_row(rung)), None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "low .. high (* estimate)",
        "x": x,
        "y": y,
        "line": {"color": COLOURS["low"], "width": 9},
        "hoverinfo": "skip",
    }


def _base(rungs: list[Mapping[str, Any]]) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "base",
        "x": [short(r["amount"]["value"]) for r in rungs],
        "y": [plain(_row(r)) for r in rungs],
        "marker": {"color": COLOURS["high"], "symbol": "line-ns-open", "size": 16},
        "hovertemplate": "%{y}: EUR %{x} m<extra></extra>",
    }


def shared_parts(results: Results) -> Figure:
    """Return the value share of common parts between every two cars, %."""
    found = results["shared_parts"]
    names = [plain(name) for name in found["variants"]]
    data: list[Figure] = [
        {
            "type": "heatmap",
            "x": names,
            "y": names,
            "z": [[short(v, 3) for v in row] for row in found["matrix_percent"]],
            "text": [[f"{v:.0f} %" for v in row] for row in found["body_percent"]],
            "zmin": 0,
            "zmax": 100,
            "colorscale": [[0, "#f3f5f7"], [0.5, "#8fa0f8"], [1, "#2b3fc4"]],
            "colorbar": {"title": {"text": "shared, %"}},
            "hovertemplate": "%{y} and %{x}: %{z} % of their value; body %{text}<extra></extra>",
        }
    ]
    flexible, bespoke = (c["commonality"]["value"] for c in found["choices"])
    finding = (
        f"With battery cars on {found['choices'][0]['battery_cars_on']} "
        f"{flexible:.0f} % of the value built is in parts that two cars or more share, on "
        f"{found['choices'][1]['battery_cars_on']} {bespoke:.0f} %."
    )
    side = 160 + 24 * len(names)
    layout = {
        "height": side,
        "showlegend": False,
        "margin": {"l": 180, "b": 170},
        "xaxis": {"tickangle": -60},
        "yaxis": {"autorange": "reversed"},
    }
    return build(data, ("car; shared: % of the value of both", "car"), finding, layout)
