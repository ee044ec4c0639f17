"""What all figures share: numbers short, names safe, titles that state a finding."""

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["COLOURS", "Figure", "bar", "build", "line", "plain", "short"]

Figure = dict[str, Any]

COLOURS = {
    "petrol": "#9f6060",
    "diesel": "#8d6f35",
    "mhev": "#a246b9",
    "hev": "#8f9816",
    "phev": "#099aa5",
    "bev": "#475ef5",
    "flexible": "#5f6f80",
    "bespoke": "#475ef5",
    "low": "#9db4c9",
    "high": "#d08a4e",
    "neutral": "#5f6f80",
}


def short(value: float | None, digits: int = 4) -> float | None:
    """Return a number with that many significant digits."""
    return None if value is None else float(f"{value:.{digits}g}")


def plain(text: str) -> str:
    """Return text that Plotly's subset of HTML shows as it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def bar(name: str, x: Sequence[Any], y: Sequence[Any], colour: str, **more: Any) -> Figure:
    """Return a bar trace."""
    return {
        "type": "bar",
        "name": plain(name),
        "x": [plain(v) if isinstance(v, str) else short(v) for v in x],
        "y": [plain(v) if isinstance(v, str) else short(v) for v in y],
        "marker": {"color": colour},
        **more,
    }


def line(
    name: str, x: Sequence[Any], y: Sequence[Any], colour: str, unit: str = "", **more: Any
) -> Figure:
    """Return a line trace whose hover text has values with their unit."""
    shown = f"%{{x}}: %{{y}} {plain(unit)}<extra>{plain(name)}</extra>"
    return {
        "type": "scatter",
        "mode": "lines",
        "name": plain(name),
        "x": [plain(v) if isinstance(v, str) else short(v, 6) for v in x],
        "y": [short(v) for v in y],
        "line": {"color": colour, "width": 2},
        "hovertemplate": shown,
        **more,
    }


def build(
    data: list[Figure],
    axes: tuple[str, str],
    finding: str,
    layout: Mapping[str, Any] | None = None,
    sources: Sequence[str] = (),
) -> Figure:
    """Return a figure: traces, axis titles with units, the finding as its title."""
    x, y = axes
    named = sum(bool(t.get("name")) and t.get("showlegend", True) for t in data)
    top = 12 if named < 2 else 14 + 21 * -(-named // 2)
    base: Figure = {
        "height": 300 + top,
        "margin": {"l": 62, "r": 18, "t": top, "b": 52},
        "legend": {"orientation": "h", "y": 1.01, "yanchor": "bottom", "x": 0},
        "hovermode": "closest",
    }
    base.update(layout or {})
    base["margin"] = {**base["margin"], "t": top}
    base["xaxis"] = {"title": {"text": plain(x)}, "automargin": True, **base.get("xaxis", {})}
    base["yaxis"] = {"title": {"text": plain(y)}, "automargin": True, **base.get("yaxis", {})}
    return {
        "data": data,
        "layout": base,
        "meta": {"finding": finding, "alt": f"{finding} {y} over {x}.", "sources": list(sources)},
    }
