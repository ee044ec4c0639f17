"""The page of a sweep: where its designs lie, what nothing beats, and how to ask further."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wheelbase.report.figures import Figure
from wheelbase.report.figures.sweep import clouds, spans
from wheelbase.report.html import details, figure_block, number, section, table, text
from wheelbase.report.page import document
from wheelbase.study.folder import write_bytes

__all__ = ["sweep_figures", "sweep_page", "sweep_parts", "write_sweep"]

_Found = Mapping[str, Any]
_Figures = Mapping[str, Figure]

_SPANS = (
    "energy_wltp_kwh_per_100km", "curb_mass_kg", "battery_fit_kwh", "boot_l", "usable_length_mm",
    "acceleration_0_100_s",
)  # fmt: skip
_SHOWN = 40  # rows of a front


def write_sweep(found: _Found, path: Path) -> Path:
    """Write the page of a sweep, whole or not at all, and return its path.

    Args:
        found: What `sweep.summary` returns.
        path: The file.

    Raises:
        DataError: The file cannot be written.
    """
    return write_bytes(path, sweep_page(found).encode())


def sweep_page(found: _Found) -> str:
    """Return the page of a sweep as one HTML document."""
    return document(sweep_parts(found))


def sweep_figures(found: _Found) -> dict[str, Figure]:
    """Return every figure of a sweep by name."""
    names = [*_SPANS, *(o["name"] for o in found["outputs"] if o["name"].startswith("direct_cost"))]
    return clouds(found) | spans(found, names)


def sweep_parts(found: _Found) -> dict[str, Any]:
    """Return what the page consists of, as `page_parts` does for a run."""
    figures = sweep_figures(found)
    sections = {
        "designs": ("Designs", _designs(found, figures)),
        "front": ("Front", _front(found)),
        "spans": ("Spans", _spans(figures)),
        "varied": ("What was varied", _varied(found)),
        "cited": ("Sources", _cited(found)),
        "reproduce": ("Reproduce", _reproduce(found)),
    }
    links = "".join(f'<a href="#{id}">{text(title)}</a>' for id, (title, _) in sections.items())
    body = "\n".join(
        [
            '<a class="skip" href="#main">to the designs</a>',
            _hero(found),
            f'<nav aria-label="sections"><div class="wrap">{links}</div></nav>',
            '<main class="wrap" id="main" tabindex="-1">',
            *(inside for _, inside in sections.values()),
            '</main><footer class="wrap">Made by Wheelbase. No request leaves this file.</footer>',
        ]
    )
    return {"title": found["title"], "body": body, "figures": figures, "scenes": {}, "tables": {}}


def _hero(found: _Found) -> str:
    return (
        '<header><div class="wrap"><div class="eyebrow"><span>Wheelbase &middot; sweep</span>'
        '<button id="theme" type="button" aria-label="switch between light and dark">'
        "light / dark</button></div>"
        f'<h1>{text(found["title"])}</h1><p class="answer">{text(found["sentence"])}</p>'
        "</div></header>"
    )


def _designs(found: _Found, figures: _Figures) -> str:
    head = ("variant", "designs", "cars", "why not", "targets missed")
    rows = [
        (
            f"<code>{text(id)}</code>",
            f"{v['designs']:,}",
            f"{100 * v['status'].get('fits', 0) / v['designs']:.1f} %",
            _counts({k: n for k, n in v["status"].items() if k != "fits"}, v["designs"]),
            _counts(v["misses"], v["designs"]),
        )
        for id, v in found["variants"].items()
    ]
    drawn = "".join(figure_block(n, f) for n, f in figures.items() if n.startswith("cloud_"))
    lead = text(found["sentence"])
    return section("designs", "Where the designs lie", lead, [drawn, table(head, rows, (1, 2))])


def _counts(counts: Mapping[str, int], of: int) -> str:
    return text(", ".join(f"{what} {100 * n / of:.1f} %" for what, n in counts.items()))


def _front(found: _Found) -> str:
    senses = found["front"]["objectives"]
    words = {c["name"]: c for c in (*found["inputs"], *found["outputs"])}
    said = ", ".join(
        f"{'more' if s > 0 else 'less'} {words[n]['meaning']}" for n, s in senses.items()
    )
    parts = []
    for body, front in found["front"]["bodies"].items():
        mix = ", ".join(f"{n:,} {v}" for v, n in front["variants"].items())
        parts.append(
            f"<h3>{text(body)}: {front['size']:,} of {front['designs']:,}</h3>"
            f'<p class="note">{text(mix)}. Along the cost:</p>'
        )
        parts.append(_front_table(front["rows"], senses, words))
    if placed := found.get("placed"):
        parts.append(_placed(placed))
    lead = f"No other design of the same body beats these in everything: {text(said)}."
    return section("front", "What nothing beats", lead, parts)


def _front_table(
    rows: list[Mapping[str, Any]], senses: Mapping[str, int], words: Mapping[str, Any]
) -> str:
    inputs = [n for n, c in words.items() if c["role"] == "input"]
    names = [*senses, *inputs]
    head = ("design", "variant", *(text(_titled(words[n])) for n in names))
    step = max(-(-len(rows) // _SHOWN), 1)
    cells = [
        (str(r["design"]), f"<code>{text(r['variant'])}</code>", *(_short(r[n]) for n in names))
        for r in rows[::step]
    ]
    return table(head, cells, tuple(range(2, len(head))))


def _short(value: float | None) -> str:
    """Return four digits of a number; a dash where there is none."""
    if value is None or abs(value) >= 100:
        return number(value, 4)
    return f"{value:.4g}"


def _titled(column: Mapping[str, Any]) -> str:
    name = column["meaning"] if column["role"] == "output" else column["meaning"].split(".", 1)[1]
    return f"{name}, {column['unit']}" if column["unit"] else str(name)


def _placed(placed: list[Mapping[str, Any]]) -> str:
    rows = [
        (
            str(p["design"]),
            f"<code>{text(p['variant'])}</code>",
            text(p["status"]),
            number(p["battery_kwh"]),
            text("; ".join(p["reasons"])),
        )
        for p in placed
    ]
    head = ("design", "variant", "exact placement", "cells placed, kWh", "why not")
    return "<h3>Placed exactly</h3>" + table(head, rows, (3,))


def _spans(figures: _Figures) -> str:
    drawn = [figure_block(n, f) for n, f in figures.items() if n.startswith("span_")]
    lead = "Median of the designs that are cars and miss no target, with 5 and 95 %."
    return section(
        "spans", "How far each figure reaches", lead, [f'<div class="grid">{"".join(drawn)}</div>']
    )


def _varied(found: _Found) -> str:
    rows = [
        (f"<code>{text(c['meaning'])}</code>", text(c["unit"]), text(c.get("law", "")))
        for c in found["inputs"]
    ]
    lead = "Quantities of the study that were varied, each by its law, independent of the others."
    return section("varied", "What was varied", lead, [table(("quantity", "unit", "law"), rows)])


def _cited(found: _Found) -> str:
    """Return the works that the designs rest on; a sweep of an older version names none."""
    told = found.get("cited") or {"works": [], "missing": "made by an older version"}
    parts = [
        details(
            f"{len(rows)} {head}", f'<ul class="plain">{"".join(rows)}</ul>', ' class="bulk"'
        )
        for kind, head in (("method", "works behind the methods"), ("facts", "sources of facts"))
        if (rows := [_work(w) for w in told["works"] if w["kind"] == kind])
    ]  # fmt: skip
    lead = "What the designs rest on, and nothing else: wheelbase cite RUN writes it as BibTeX."
    missing = f"The works cannot be told: {told['missing']}."
    return section(
        "cited", "Methods and sources", text(missing if told["missing"] else lead), parts
    )


def _work(work: Mapping[str, str]) -> str:
    said = ", ".join(text(work[n]) for n in ("author", "title", "date") if work[n])
    return f"<li><code>{text(work['key'])}</code> {said}: {text(work['used'])}</li>"


def _reproduce(found: _Found) -> str:
    told = found["manifest"]
    versions = ", ".join(f"{k} {v}" for k, v in (told.get("versions") or {}).items())
    lines = [
        f"{found['n']:,} of {found['asked']:,} designs, by {told['method']}, seed {told['seed']}.",
        f"Versions: {versions}.",
        "Every design stands in the Parquet parts of the folder: wheelbase query RUN "
        '"select * from designs where design = 0".',
    ]
    said = "".join(f"<li>{text(line)}</li>" for line in lines)
    return section("reproduce", "How to make it again", "", [f'<ul class="plain">{said}</ul>'])
