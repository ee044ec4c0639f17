"""Sections of the page about cars: package, energy, cost."""

from collections.abc import Iterator, Mapping
from typing import Any

from wheelbase.report.drawing import frame_of, side_view, top_view
from wheelbase.report.figures import Figure
from wheelbase.report.figures.cars import name_of, pair
from wheelbase.report.html import figure_block, number, section, status, table, text, with_span
from wheelbase.report.isometric import isometric_view
from wheelbase.report.sections_penalty import penalty

__all__ = ["cost", "energy", "package"]

Results = Mapping[str, Any]
Figures = Mapping[str, Figure]

_COMPARED = (
    ("usable_length", "length for people and luggage"),
    ("boot", "boot (estimate of VDA litres)"),
    ("wheelbase", "wheelbase L101"),
    ("battery_gross", "battery for the range"),
    ("battery_fit", "battery that fits"),
    ("range_wltp", "range, WLTP"),
    ("consumption_wltp", "consumption from the wall, WLTP"),
    ("curb_mass", "mass without driver"),
    ("acceleration_0_100", "0 to 100 km/h"),
    ("seat_raise", "seats raised for the battery"),
)


def package(results: Results, figures: Figures) -> str:
    """Return the section on geometry: the pair side by side, fit matrix, drivers, all variants."""
    parts = [*_pairs(results), figure_block("battery", figures["battery"])]
    parts += ["<h3>Does everything fit?</h3>", _matrix(results)]
    parts += ["<h3>Who sets the hard points, and what it costs the others</h3>", _drivers(results)]
    parts.append(_strip(results))
    lead = text(results["answer"]["why"][0])
    return section("package", "The two cars", lead, parts)


def _pairs(results: Results) -> Iterator[str]:
    rows = list(pair(results))
    for flexible, bespoke in zip(rows[::2], rows[1::2], strict=True):
        views, frame = [], frame_of(flexible[2], bespoke[2])
        for _, role, variant in (flexible, bespoke):
            label = results["platforms"][variant["platform"]]["label"]
            title = f"{role}: {label}"
            side = side_view(variant, title, frame, key=False)
            above = top_view(variant, f"{title}, from above", frame)
            views.append(f"<figure>{side}{above}<figcaption>{text(title)}</figcaption></figure>")
        yield f"<h3>{text(flexible[2]['body_label'])}</h3>"
        yield f'<div class="grid">{"".join(views)}</div>'
        yield _comparison(flexible[2], bespoke[2])


def _comparison(flexible: Mapping[str, Any], bespoke: Mapping[str, Any]) -> str:
    rows = []
    for key, label in _COMPARED:
        a, b = flexible["figures"].get(key), bespoke["figures"].get(key)
        if a is None or b is None:
            continue
        gap = b["value"] - a["value"]
        change = "0" if abs(gap) < 1e-9 else f"{'+' if gap > 0 else ''}{number(gap)}"
        cells = (text(label), with_span(a), with_span(b), f"{change}&nbsp;{text(a['unit'])}")
        rows.append(cells)
    return table(("", "flexible", "bespoke", "bespoke less flexible"), rows, (1, 2, 3))


def _matrix(results: Results) -> str:
    matrix = results["fit_matrix"]
    trains = matrix["powertrains"]
    rows = []
    for name, cells in zip(matrix["platforms"], matrix["cells"], strict=True):
        row = [text(results["platforms"][name]["label"])]
        for cell in cells:
            mark = " *" if cell["carried"] else ""
            if cell["status"].startswith("fits"):
                row.append(f'<span class="good">{text(cell["status"])}{mark}</span>')
            else:
                status = f'<span class="bad">{text(cell["status"])}</span>'
                row.append(f"{status}<br>{_reason(cell['text'])}")
        rows.append(row)
    note = '<p class="note">* the platform must carry it. The other cells are asked all the same: '
    note += "what would happen if it did.</p>"
    return table(("platform", *(text(t) for t in trains)), rows) + note


def _reason(words: str) -> str:
    """Return the first reason of a cell, and how many more there are."""
    first, *others = words.split("; ")
    more = f" (and {len(others)} more)" if others else ""
    return f'<span class="muted">{text(first.split(": ")[-1])}{more}</span>'


def _drivers(results: Results) -> str:
    rows = []
    for platform in results["platforms"].values():
        for d in platform["drivers"]:
            runner = ""
            if d["runner_up"]:
                runner = f"{text(d['runner_up'])}, {number(d['margin_mm'])} mm less"
            rows.append(
                (
                    text(platform["label"]),
                    f"{text(d['hard_point'])}, {text(d['meaning'])}",
                    f"{number(d['value_mm'])} mm",
                    f"{text(d['powertrain'])}: {text(d['rule'])}",
                    runner,
                )
            )
    head = ("platform", "hard point", "value", "set by", "next")
    prices = [
        (
            text(platform["label"]),
            text(s["powertrain"]),
            f"{number(s['usable_length_mm'])} mm",
            f"{number(s['boot_l'])} l",
            f"{number(s['battery_kwh'])} kWh",
        )
        for platform in results["platforms"].values()
        for s in platform["shadow"]
        if abs(s["usable_length_mm"]) > 0.5 or abs(s["battery_kwh"]) > 0.05
    ]
    head_prices = (
        "platform",
        "without",
        "usable length gained",
        "boot gained",
        "battery gained",
    )
    return table(head, rows, (2,)) + table(head_prices, prices, (2, 3, 4))


def _strip(results: Results) -> str:
    views = [
        f"<figure>{side_view(v, name_of(v))}{isometric_view(v, name_of(v), key=False)}"
        f"<figcaption>{text(name_of(v))}</figcaption></figure>"
        for v in results["variants"].values()
    ]
    return (
        f"<details><summary>All {len(views)} variants</summary>"
        f'<div class="grid">{"".join(views)}</div></details>'
    )


def energy(results: Results, figures: Figures) -> str:
    """Return the section on energy and performance with the accuracy table."""
    names = ("consumption", "losses", "trace")
    parts = ['<div class="grid">', *(figure_block(n, figures[n]) for n in names[:2]), "</div>"]
    parts += [figure_block("trace", figures["trace"]), _certificates(results)]
    parts += ["<h3>How right is it? Real cars, nothing tuned to them</h3>"]
    parts += [figure_block("accuracy", figures["accuracy"]), _accuracy(results)]
    lead = text(figures["accuracy"]["meta"]["finding"])
    return section("energy", "Energy and performance", lead, parts)


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


def cost(results: Results, figures: Figures) -> str:
    """Return the section on cost: bills, penalty with its parts, pack price."""
    parts = [
        *penalty(results, figures),
        '<div class="grid">',
        figure_block("bills", figures["bills"]),
        figure_block("pack_price", figures["pack_price"]),
        "</div>",
        *_bills(results),
    ]
    lead = text(figures["penalty"]["meta"]["finding"])
    return section("cost", "Cost, and the penalty of being flexible", lead, parts)


def _bills(results: Results) -> Iterator[str]:
    for id, bill in results["bills"].items():
        rows = [
            (
                text(item["group"]),
                text(item["part"]),
                with_span(item["cost"]),
                status(item["cost"]["status"]),
                text(item["equation"]),
                text(item["learning"]),
                f"<code>{text(item['source'])}</code>",
            )
            for item in bill["lines"]
        ]
        total, net = with_span(bill["total"], 4), with_span(bill["price_net"], 4)
        rows.append(("", "<strong>direct cost</strong>", total, "", "", "", ""))
        for item in (*bill["indirect"], {"name": "margin", "cost": bill["margin"], "source": ""}):
            mark = status(item["cost"]["status"])
            source = f"<code>{text(item['source'])}</code>"
            rows.append(("", text(item["name"]), with_span(item["cost"]), mark, "", "", source))
        rows.append(("", "<strong>price without taxes</strong>", net, "", "", "", ""))
        head = ("group", "part", "cost", "status", "equation", "learning", "source")
        name = text(name_of(results["variants"][id]))
        left = text("; ".join(bill["leaves_out"]))
        yield (
            f"<details><summary>Bill of {name}, {bill['year']}: direct cost {total}, price without "
            f"taxes {net}</summary>{table(head, rows, (2,))}<p class='note'>Not in it: {left}.</p>"
            "</details>"
        )
