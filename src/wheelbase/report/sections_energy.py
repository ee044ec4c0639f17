"""Sections of the page on energy and performance, and on how right the predictions are."""

from collections.abc import Mapping
from typing import Any

from wheelbase.report.figures import Figure
from wheelbase.report.figures.cars import name_of
from wheelbase.report.html import figure_block, number, section, table, text, with_span

__all__ = ["energy", "validation"]

Results = Mapping[str, Any]
Figures = Mapping[str, Figure]


def energy(results: Results, figures: Figures) -> str:
    """Return the section on energy and performance: cycles, losses, traces, certificates."""
    names = ("consumption", "losses")
    parts = ['<div class="grid">', *(figure_block(n, figures[n]) for n in names), "</div>"]
    parts += [figure_block("trace", figures["trace"]), _certificates(results)]
    lead = text(figures["consumption"]["meta"]["finding"])
    return section("energy", "Energy and performance", lead, parts)


def validation(results: Results, figures: Figures) -> str:
    """Return how right the predictions are: real cars, nothing tuned to them."""
    parts = ['<div class="grid">', *(figure_block(n, figures[n]) for n in ("parity", "accuracy"))]
    lead = text(figures["accuracy"]["meta"]["finding"])
    return section("validation", "How right is it?", lead, [*parts, "</div>", _accuracy(results)])


def _certificates(results: Results) -> str:
    rows = []
    for v in results["variants"].values():
        f = v["figures"]
        reach = f.get("range_wltp") or f.get("electric_range_wltp")
        rows.append(
            (
                text(name_of(v)),
                with_span(f["consumption_wltp"]),
                with_span(f.get("co2_wltp")),
                with_span(f["label_epa"]),
                with_span(reach),
                with_span(f["curb_mass"]),
                with_span(f["acceleration_0_100"]),
            )
        )
    head = ("variant", "WLTP", "CO2, WLTP", "EPA label", "electric range", "mass", "0-100 km/h")
    missed = [
        f"{text(name_of(v))}: {number(s['seconds'])} s of {text(s['cycle'])} beyond its power, "
        f"at most {number(s['worst_speed_gap_kmh'])} km/h"
        for v in results["variants"].values()
        for s in v["shortfall"]
    ]
    note = f'<p class="note">Cannot follow the trace: {"; ".join(missed)}.</p>' if missed else ""
    return table(head, rows, (1, 2, 3, 4, 5, 6)) + note


def _accuracy(results: Results) -> str:
    rows = []
    for c in results["validation"]:
        low, high = number(c["published_low"], 4), number(c["published_high"], 4)
        published = low if low == high else f"{low} .. {high}"
        inside = abs(c["error_percent"]) <= (c["floor_percent"] or 10.0)
        mark = "good" if inside else "bad"
        floor = f"{c['floor_percent']:.0f} %" if c["floor_percent"] else ""
        rows.append(
            (
                text(c["name"]),
                text(c["quantity"]),
                f"{number(c['predicted'], 4)}&nbsp;{text(c['unit'])}",
                f"{published}&nbsp;{text(c['unit'])}",
                f'<span class="{mark}">{c["error_percent"]:+.1f}&nbsp;%</span>',
                floor,
                f"<code>{text(c['source'])}</code>",
            )
        )
    head = ("car", "quantity", "predicted", "published", "error", "asked for", "source")
    return table(head, rows, (2, 3, 4, 5))
