"""Figures of the penalty: what it consists of, and which uncertain input moves it most."""

from collections.abc import Mapping
from typing import Any

from wheelbase.report.figures.base import Figure, bar, build, plain, short
from wheelbase.report.figures.cars import spread

__all__ = ["penalty", "penalty_tornado"]

Results = Mapping[str, Any]

_COLOURS = ("#475ef5", "#099aa5", "#8f9816", "#a246b9")


def penalty(results: Results) -> Figure:
    """Return what makes the flexible battery car worth less, EUR per car, with intervals."""
    tree = results["penalty"]
    data = []
    for (id, item), colour in zip(tree["segments"].items(), _COLOURS, strict=False):
        figures = [p["figure"] for p in item["parts"]] + [item["total"]]
        names = [p["label"] for p in item["parts"]] + ["total"]
        deciles = [p["quantiles"] for p in item["parts"]] + [item["quantiles"]]
        values = [f["value"] for f in figures]
        up = [short(max(d[2] - v, 0.0)) for d, v in zip(deciles, values, strict=True)]
        down = [short(max(v - d[0], 0.0)) for d, v in zip(deciles, values, strict=True)]
        hover = "%{y}: %{x} EUR per car<extra>" + plain(id) + "</extra>"
        error = spread(up, down)
        data.append(
            bar(item["label"], values, names, colour, orientation="h", error_x=error,
                hovertemplate=hover)
        )  # fmt: skip
    totals = ", ".join(
        f"EUR {i['quantiles'][1]:,.0f} ({i['label']})" for i in tree["segments"].values()
    )
    finding = (
        f"In {tree['year']} a battery car is worth more on a bespoke platform by {totals} "
        "in the middle of all draws."
    )
    layout = {
        "barmode": "group",
        "height": 120 + 46 * len(data[0]["y"]),
        "margin": {"l": 220, "r": 18, "t": 12, "b": 52},
        "yaxis": {"autorange": "reversed"},
    }
    return build(data, ("EUR per battery car, 10 to 90 %", "cause"), finding, layout)


def penalty_tornado(results: Results) -> Figure:
    """Return what each uncertain input alone does to the penalty of the first segment, EUR."""
    tree = results["penalty"]
    item = next(iter(tree["segments"].values()))
    base, swings = item["total"]["value"], item["swings"]
    labels = [s["label"] for s in swings]
    data = [
        bar(
            f"{name} percentile",
            [short(s[side] - base) for s in swings],
            labels,
            colour,
            orientation="h",
            base=short(base, 6),
            customdata=[short(s[side], 5) for s in swings],
            hovertemplate="%{y}: EUR %{customdata} per car<extra>" + name + " percentile</extra>",
        )
        for side, name, colour in (("low", "10th", "#2f7fc1"), ("high", "90th", "#c46b3f"))
    ]
    top = swings[0]
    finding = (
        f"{item['label'].capitalize()}: {top['label']} moves the penalty most, from EUR "
        f"{top['low']:,.0f} to {top['high']:,.0f}; the price of packs hardly at all."
        if _small(swings)
        else f"{item['label'].capitalize()}: {top['label']} moves the penalty most, from EUR "
        f"{top['low']:,.0f} to {top['high']:,.0f}."
    )
    layout = {
        "barmode": "overlay",
        "height": 90 + 26 * len(swings),
        "margin": {"l": 290, "r": 18, "t": 12, "b": 52},
        "yaxis": {"autorange": "reversed"},
    }
    return build(data, ("EUR per battery car, that input alone drawn", "input"), finding, layout)


def _small(swings: list[Mapping[str, Any]]) -> bool:
    """Return whether the price of packs moves less than a twentieth of the greatest swing."""
    widths = {s["id"]: s["high"] - s["low"] for s in swings}
    return bool(widths["pack_price"] < 0.05 * max(widths.values()))
