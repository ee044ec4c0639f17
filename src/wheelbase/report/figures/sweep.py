"""Figures of a sweep: how many designs lie where, and those that nothing beats."""

from collections.abc import Mapping, Sequence
from typing import Any

from wheelbase.report.figures.base import COLOURS, Figure, build, plain, short

__all__ = ["axis", "clouds", "spans"]

_Tree = Mapping[str, Any]
_MOST = 9  # variants with a colour of their own
_SHADES = (
    "#475ef5", "#9f6060", "#099aa5", "#8d6f35", "#a246b9", "#5f8a3c", "#d08a4e", "#5f6f80",
    "#c0436b",
)  # fmt: skip


def clouds(found: _Tree) -> dict[str, Figure]:
    """Return each cloud of a sweep by name: counts in the background, points, and the front."""
    words = {c["name"]: c for c in found["outputs"]}
    return {
        f"cloud_{cloud['x']}_{cloud['y']}": _cloud(found, cloud, words) for cloud in found["clouds"]
    }


def axis(column: Mapping[str, Any]) -> str:
    """Return an axis title: meaning and unit of a column."""
    return f"{column['meaning']}, {column['unit']}" if column["unit"] else column["meaning"]


def _cloud(found: _Tree, cloud: _Tree, words: Mapping[str, _Tree]) -> Figure:
    x, y = words[cloud["x"]], words[cloud["y"]]
    density: Figure = {
        "type": "heatmap",
        "x": [short(v) for v in cloud["xs"]],
        "y": [short(v) for v in cloud["ys"]],
        "z": [[n or None for n in row] for row in cloud["bins"]],
        "colorscale": [[0, "#e3e8ee"], [1, "#8fa3b8"]],
        "showscale": False,
        "hovertemplate": "%{z} designs<extra></extra>",
    }
    shades = dict(zip(found["variants"], _SHADES * 9, strict=False))
    points = [
        _points(variant, drawn, shades[variant], y["unit"])
        for variant, drawn in list(cloud["points"].items())[:_MOST]
    ]
    best = _front(found, cloud)
    shown = sum(len(p["x"]) for p in cloud["points"].values())
    finding = (
        f"{cloud['count']:,} designs that are cars and miss no target; {shown:,} of them as points"
        + (f", ringed the {len(best['x'])} that nothing beats." if best else ".")
    )
    data = [density, *points, *([best] if best else [])]
    return build(data, (axis(x), axis(y)), finding, {"height": 460})


def _points(name: str, drawn: _Tree, colour: str, unit: str) -> Figure:
    shown = f"design %{{text}}: %{{x}}, %{{y}} {plain(unit)}<extra>{plain(name)}</extra>"
    return {
        "type": "scatter",
        "mode": "markers",
        "name": plain(name),
        "x": [short(v) for v in drawn["x"]],
        "y": [short(v) for v in drawn["y"]],
        "text": [str(n) for n in drawn["design"]],
        "marker": {"color": colour, "size": 3, "opacity": 0.55},
        "hovertemplate": shown,
    }


def _front(found: _Tree, cloud: _Tree) -> Figure | None:
    rows = [r for body in found["front"]["bodies"].values() for r in body["rows"]]
    rows = [r for r in rows if r.get(cloud["x"]) is not None and r.get(cloud["y"])]
    if not rows or cloud["x"] not in rows[0]:
        return None
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "nothing beats it",
        "x": [short(r[cloud["x"]]) for r in rows],
        "y": [short(r[cloud["y"]]) for r in rows],
        "text": [f"{r['design']}, {plain(r['variant'])}" for r in rows],
        "marker": {
            "color": "rgba(0,0,0,0)",
            "size": 7,
            "line": {"color": COLOURS["high"], "width": 1.2},
        },
        "hovertemplate": "design %{text}<extra>nothing beats it</extra>",
    }


def spans(found: _Tree, names: Sequence[str]) -> dict[str, Figure]:
    """Return for each figure the span of every variant: median, 5 and 95 %."""
    words = {c["name"]: c for c in found["outputs"]}
    drawn = {}
    for name in names:
        rows = [
            (variant, v["quantiles"][name], v["kind"])
            for variant, v in found["variants"].items()
            if name in v["quantiles"] and v["quantiles"][name][2] > 0
        ]
        if not rows or name not in words:
            continue
        middles = [q[1] for _, q, _ in rows]
        best = max(rows, key=lambda r: r[1][2] - r[1][0])
        trace: Figure = {
            "type": "bar",
            "x": [plain(v) for v, _, _ in rows],
            "y": [short(m) for m in middles],
            "marker": {"color": [COLOURS.get(kind, "#5f6f80") for *_, kind in rows]},
            "error_y": {
                "type": "data", "symmetric": False,
                "array": [short(q[2] - q[1]) for _, q, _ in rows],
                "arrayminus": [short(q[1] - q[0]) for _, q, _ in rows],
            },
            "hovertemplate": f"%{{x}}: %{{y}} {plain(words[name]['unit'])}<extra></extra>",
            "showlegend": False,
        }  # fmt: skip
        finding = (
            f"{words[name]['meaning'][0].upper()}{words[name]['meaning'][1:]}: widest for "
            f"{best[0]}, {best[1][0]:.4g} to {best[1][2]:.4g} {words[name]['unit']} (5 to 95 %)."
        )
        drawn[f"span_{name}"] = build([trace], ("", axis(words[name])), finding)
    return drawn
