"""Section of the page about investments: the ladder, the study on it, shared parts."""

from collections.abc import Iterator, Mapping
from typing import Any

from wheelbase.report.figures import Figure
from wheelbase.report.html import figure_block, number, section, status, table, text, with_span

__all__ = ["investments"]

Results = Mapping[str, Any]
Figures = Mapping[str, Figure]


def investments(results: Results, figures: Figures) -> str:
    """Return the section on what steps cost, with public figures, and what cars share."""
    found = results["investments"]
    inside = [f"{s['path'].rpartition('launch.')[2]} {s['verdict']}" for s in found["study"]]
    lead = f"The study's own launch figures against public ones: {text(', '.join(inside))}."
    parts = [
        figure_block("ladder", figures["ladder"]),
        _rungs(found),
        "<h3>The study's own figures on the ladder</h3>",
        _study(found),
        "<h3>What the battery cars of each choice must buy</h3>",
        _programmes(found),
        *_precedents(found),
        f'<p class="note">Left out: {text("; ".join(found["leaves_out"]))}.</p>',
        "<h3>Shared parts</h3>",
        figure_block("shared_parts", figures["shared_parts"]),
        *_shared(results["shared_parts"]),
    ]
    return section("investments", "Investments and shared parts", lead, parts)


def _rungs(found: Mapping[str, Any]) -> str:
    rows = [
        (
            text(r["label"]),
            text(_per(r)),
            with_span(r["amount"]),
            with_span(r["life"]),
            with_span(r["annual"]),
            with_span(r["per_car"]),
            status(r["status"]),
        )
        for r in found["rungs"]
        if r["amount"]
    ]
    block, rate = with_span(found["block"]), with_span(found["rate"])
    head = ("step", "one is", "costs", "life", f"per year, {block}, {rate}", "per car", "from")
    hows = "".join(
        f"<li>{text(r['label'])}: {text(r['how'])}</li>" for r in found["rungs"] if r["amount"]
    )
    told = f"<details><summary>How each step was found</summary><ul class='plain'>{hows}</ul>"
    return table(head, rows, (2, 3, 4, 5)) + told + "</details>"


def _per(rung: Mapping[str, Any]) -> str:
    if rung["size"] is None:
        return f"a {rung['per']}"
    return f"{rung['size']['value']:g} k {rung['makes']} a year"


def _study(found: Mapping[str, Any]) -> str:
    rows = [
        (
            f"<code>{text(s['path'])}</code>",
            text(" + ".join(s["steps"]).replace("+ less", "less")),
            with_span(s["study"]),
            with_span(s["ladder"]),
            text(s["verdict"]),
        )
        for s in found["study"]
    ]
    return table(("assumption", "steps", "study", "ladder", "lies"), rows, (2, 3))


def _programmes(found: Mapping[str, Any]) -> str:
    head = ("battery cars on", "step", "for", "once", "per year")
    note = (
        '<p class="note">At the battery share of the first year of the bespoke platform; steps '
        "are renewed after each life, so they are charged as annuities.</p>"
    )
    return table(head, (row for p in found["programmes"] for row in _charges(p)), (3, 4)) + note


def _charges(programme: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    label = text(programme["label"])
    for c in programme["charges"]:
        once, yearly = with_span(c["amount"]), with_span(c["annual"])
        yield label, text(c["step"]), text(c["reason"]), once, yearly
    total = f"{with_span(programme['per_car'])} a car at {with_span(programme['volume'])}"
    once, yearly = with_span(programme["amount"]), with_span(programme["annual"])
    yield label, "<strong>total</strong>", total, once, yearly


def _precedents(found: Mapping[str, Any]) -> Iterator[str]:
    rows = [
        (
            text(rung["label"]),
            f"{text(p['name'])} ({text(p['company'])})",
            text(p["quoted"]),
            number(p["amount_meur"]),
            number(p["capacity_k"]),
            number(p["scaled_meur"]),
            text(p["announced"]) + ("" if p["known_that_day"] else " (later)"),
            text("compared" if p["comparable"] else p["why_not"]),
            f"{status(p['status'])} <code>{text(p['source'])}</code> {text(p['page'])}",
        )
        for rung in found["rungs"]
        for p in rung["precedents"]
    ]
    head = ("step", "public investment", "as quoted", "EUR m", "k a year", "EUR m at size",
            "public since", "used", "source")  # fmt: skip
    inner = table(head, rows, (3, 4, 5))
    yield f"<details><summary>All {len(rows)} public investments</summary>{inner}</details>"


def _shared(found: Mapping[str, Any]) -> Iterator[str]:
    choices = [
        (
            text(c["label"]),
            with_span(c["commonality"]),
            f"{c['versions']}",
            with_span(c["unit"], 4),
            with_span(c["once"]),
            with_span(c["annual"], 4),
        )
        for c in found["choices"]
    ]
    head = ("battery cars on", "value in shared parts", "versions", "bills at volume",
            "tools and development", "per year")  # fmt: skip
    yield table(head, choices, (1, 2, 3, 4, 5))
    levels = [
        (
            f"<code>{text(v['variant'])}</code>",
            text(v["level"]),
            with_span(v["energy_fit"]),
            text(", ".join(v["own_families"]) or "none"),
            with_span(v["once"]),
        )
        for v in found["levels"]
    ]
    yield "<h3>Flexible is not one thing: what each level of floor stamps anew</h3>"
    yield table(
        ("battery car", "level", "battery that fits", "body parts of its own", "once"),
        levels,
        (2, 4),
    )
    yield "<h3>What it costs to split a family, and what the next car adds</h3>"
    splits = [
        (text(s["family"]), f"<code>{text(s['leaving'])}</code>", f"{len(s['staying'])}",
         with_span(s["once"]), with_span(s["once_standing"]))
        for s in found["splits"]
    ]  # fmt: skip
    yield table(
        ("family", "leaves", "stay", "green field", "beside standing tools"), splits, (2, 3, 4)
    )
    further = [
        (f"<code>{text(f['variant'])}</code>", with_span(f["volume"]), with_span(f["once"]))
        for f in found["further"]
    ]
    inner = table(("car", "volume", "adds once to its sisters"), further, (1, 2))
    paid = [
        (f"<code>{text(a['variant'])}</code>", with_span(a["by_volume"]), with_span(a["by_need"]))
        for a in found["allocation"]
    ]
    shares = table(("car", "by volume", "development by need (Shapley)"), paid, (1, 2))
    yield f"<details><summary>The next car, and who pays</summary>{inner}{shares}</details>"
    yield f'<p class="note">Left out: {text("; ".join(found["leaves_out"]))}.</p>'
