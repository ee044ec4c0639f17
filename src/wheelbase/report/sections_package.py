"""The section on the two cars: side by side in 3-D and drawn, what differs, and why."""

from collections.abc import Iterator, Mapping
from typing import Any

from wheelbase.report.drawing import frame_of
from wheelbase.report.figures import Figure
from wheelbase.report.figures.cars import id_of, name_of, pair
from wheelbase.report.figures.room import room_sentences
from wheelbase.report.front import three_view
from wheelbase.report.html import (
    details,
    figure_block,
    number,
    plain_span,
    scene_block,
    section,
    table,
    text,
    with_span,
)

__all__ = ["package"]

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
    ("charge_10_80", "10 to 80 % at a fast charger"),
    ("curb_mass", "mass without driver"),
    ("acceleration_0_100", "0 to 100 km/h"),
    ("seat_raise", "seats raised for the battery"),
)
_TILES = (
    ("boot", "boot", 3), ("usable_length", "usable length", 4),
    ("battery_fit", "battery that fits", 3), ("range_wltp", "range, WLTP", 3),
    ("curb_mass", "mass", 4), ("cost", "direct cost", 5),
)  # fmt: skip
_SHARED = (
    "All cars of one platform share its hard points, such as the firewall, the boot floor and the "
    "second row. Each lies where the most demanding powertrain needs it, so an electric car makes "
    "room for an engine, a tank and an exhaust that it does not have. A bespoke platform carries "
    "electric cars alone."
)
_SHOWN = ("boot", "usable_length", "battery_gross", "curb_mass", "acceleration_0_100")


def package(results: Results, figures: Figures) -> str:
    """Return the pair side by side, what differs and why, and every other variant in 3-D."""
    rows = list(pair(results))
    why = room_sentences(results)
    parts: list[str] = []
    for n, (flexible, bespoke) in enumerate(zip(rows[::2], rows[1::2], strict=True)):
        label = flexible[2]["body_label"]
        parts += [f"<h3>{text(label)}</h3>", _tiles(results, flexible[2], bespoke[2])]
        parts += [*_views(results, flexible, bespoke)]
        if n == 0:
            parts.append('<h3 id="why-room">Why the flexible car has less room</h3>')
            parts.append(f'<p class="note">{text(_SHARED)}</p>')
        parts.append(_said(why.get(label, ())))
        if n == 0:
            parts.append(figure_block("why_room", figures["why_room"]))
        every = _comparison(flexible[2], bespoke[2])
        parts.append(details(f"All figures of the {text(label)}", every))
        why.pop(label, None)
    for label, said in why.items():
        parts += [f"<h3>{text(label)}</h3>", _said(said)]
    parts += ["<h3>How much battery</h3>", figure_block("battery", figures["battery"])]
    lead = text(results["answer"]["why"][0])
    return section("package", "The two cars", lead, [*parts, *_viewer(results)])


def _figure(results: Results, variant: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
    if key == "cost":
        bill: Mapping[str, Any] = results["bills"][id_of(variant)]["total"]
        return bill
    found: Mapping[str, Any] | None = variant["figures"].get(key)
    return found


def _tiles(results: Results, flexible: Mapping[str, Any], bespoke: Mapping[str, Any]) -> str:
    tiles = []
    for key, label, digits in _TILES:
        a, b = (_figure(results, v, key) for v in (flexible, bespoke))
        if a is None or b is None:
            continue
        gap = a["value"] - b["value"]
        same = abs(gap) < 5e-4 * abs(b["value"])
        said = "the same" if same else f"{number(abs(gap))} {'more' if gap > 0 else 'less'}"
        tiles.append(
            f'<div class="tile"><dt>{text(label)}, {text(a["unit"])}</dt>'
            f"<dd><b>{number(a['value'], digits)}</b> flexible</dd>"
            f"<dd><b>{number(b['value'], digits)}</b> bespoke</dd>"
            f'<dd class="gap">flexible: {said}</dd></div>'
        )
    return f'<dl class="tiles">{"".join(tiles)}</dl>'


def _views(results: Results, *cars: tuple[str, str, Mapping[str, Any]]) -> Iterator[str]:
    views, frame = [], frame_of(*(variant for _, _, variant in cars))
    for _, role, variant in cars:
        label = results["platforms"][variant["platform"]]["label"]
        title = f"{role}: {label}"
        solid = scene_block(id_of(variant), f"{title} in three dimensions")
        drawn = details("Drawing: side, top, front, in mm", three_view(variant, title, frame),
                        ' class="drawing" open')  # fmt: skip
        views.append(f"<figure><figcaption>{text(title)}</figcaption>{solid}{drawn}</figure>")
    yield f'<div class="grid">{"".join(views)}</div>'


def _said(sentences: list[str] | tuple[()]) -> str:
    return f'<ul class="plain why">{"".join(f"<li>{text(s)}</li>" for s in sentences)}</ul>'


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


def _viewer(results: Results) -> Iterator[str]:
    """Yield one 3-D view for all variants, with a control that changes the car."""
    variants = results["variants"]
    shown = next((id for id, v in variants.items() if v["kind"] != "bev"), next(iter(variants)))
    options = "".join(
        f'<option value="{text(id)}" data-note="{text(_note(v))}"'
        f"{' selected' if id == shown else ''}>{text(name_of(v))}</option>"
        for id, v in variants.items()
    )
    yield f"<h3>Any of the {len(variants)} variants</h3>"
    yield (
        f'<figure class="viewer"><label>variant <select>{options}</select></label>'
        f"{scene_block(shown, 'the chosen variant in three dimensions')}"
        f'<p class="muted" aria-live="polite">{text(_note(variants[shown]))}</p></figure>'
    )


def _note(variant: Mapping[str, Any]) -> str:
    names = {**dict(_COMPARED), "boot": "boot"}
    said = [
        f"{names[key]} {plain_span({**variant['figures'][key], 'low': None})}"
        for key in _SHOWN
        if key in variant["figures"]
    ]
    return "; ".join(said)
