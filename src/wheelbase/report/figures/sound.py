"""Figure of what cars sound like in the same kick-down."""

from collections.abc import Mapping
from typing import Any

from wheelbase.report.figures.base import COLOURS, Figure, build, line, plain

__all__ = ["spectrogram"]

Results = Mapping[str, Any]

_SCALE = [[0, "#f3f5f7"], [0.5, "#8fa0f8"], [1, "#2b3fc4"]]
_LEAST, _MOST = 30, 78  # dB(A) in a cell of the grid
_GAP, _LINES = 0.05, 0.24  # of the height: between rows, and of the row with lines
_ROW = 190  # px


def spectrogram(results: Results) -> Figure:
    """Return level over time and frequency of each clip, and speed and torque below them."""
    sound = results["sound"]
    clips = list(sound["clips"].values())
    rows, bottom = len(clips), _LINES + _GAP
    each = (1 - bottom) / rows
    data: list[Figure] = []
    layout: dict[str, Any] = {
        "height": _ROW * (rows + 1),
        "margin": {"l": 62, "r": 18, "t": 12, "b": 52},
        "legend": {"orientation": "h", "y": -0.09, "yanchor": "top", "x": 0},
        "xaxis": {"anchor": "y"},
        "yaxis": {"domain": [0, _LINES]},
        "annotations": [],
    }
    for n, c in enumerate(clips):
        axis, low = f"y{n + 2}", bottom + (rows - 1 - n) * each
        data.append(_map(c, axis))
        title = {"text": "Hz"}
        layout[f"yaxis{n + 2}"] = {"domain": [low, low + each - _GAP], "title": title}
        layout["annotations"].append(_name(c, low + each - _GAP))
    for c in clips:
        name, tone = c["powertrain_label"], COLOURS.get(c["kind"], COLOURS["petrol"])
        data.append(line(f"{name}: speed", c["time_s"], c["speed_kmh"], tone, "km/h"))
        part = "machine" if c["kind"] == "bev" else "engine"
        label = f"{name}: torque of the {part}"
        data.append(line(label, c["time_s"], c["torque_percent"], tone, "%"))
        data[-1]["line"] = {"color": tone, "width": 1.2, "dash": "dot"}
    found = build(data, ("time, s", "km/h and % of full torque"), _finding(clips), layout)
    found["layout"]["margin"]["t"] = 24  # the legend is below
    return found


def _map(clip: Mapping[str, Any], axis: str) -> Figure:
    name = plain(clip["powertrain_label"])
    return {
        "type": "heatmap",
        "name": name,
        "showlegend": False,
        "x": clip["time_s"],
        "y": clip["frequency_hz"],
        "z": clip["level_dba"],
        "yaxis": axis,
        "zmin": _LEAST,
        "zmax": _MOST,
        "colorscale": _SCALE,
        "showscale": False,
        "hovertemplate": f"%{{x}} s, %{{y}} Hz: %{{z}} dB(A)<extra>{name}</extra>",
    }


def _name(clip: Mapping[str, Any], height: float) -> Figure:
    return {
        "text": plain(clip["powertrain_label"]),
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": height,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
    }


def _finding(clips: list[Mapping[str, Any]]) -> str:
    said = ", ".join(f"{c['powertrain_label']} {c['loudest_dba']:.0f}" for c in clips)
    return (
        f"In the same kick-down the cars reach, in dB(A) of the source: {said}. The stronger the "
        f"colour, the louder the tone: {_LEAST} to {_MOST} dB(A)."
    )
