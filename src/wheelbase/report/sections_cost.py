"""The section on cost: the penalty and what it consists of, bills, the price of packs."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wheelbase.report.figures import Figure
from wheelbase.report.figures.cars import name_of
from wheelbase.report.html import (
    details,
    figure_block,
    number,
    packed,
    plain_span,
    section,
    table,
    text,
    with_span,
)

__all__ = ["bill_table", "cost"]

Results = Mapping[str, Any]
Figures = Mapping[str, Figure]


def cost(results: Results, figures: Figures) -> str:
    """Return the section on cost: bills, penalty with its parts, pack price."""
    parts = [
        '<div class="grid">',
        figure_block("bills", figures["bills"]),
        figure_block("pack_price", figures["pack_price"]),
        "</div>",
        _bills(results),
        "<h3>What being flexible costs a battery car</h3>",
        *_penalty(results, figures),
    ]
    lead = text(figures["penalty"]["meta"]["finding"])
    return section("cost", "Cost, and the penalty of being flexible", lead, parts)


def _bills(results: Results) -> str:
    rows = []
    for id, bill in results["bills"].items():
        name = text(name_of(results["variants"][id]))
        totals = (bill["total"], bill["overhead"], bill["margin"], bill["price_net"])
        rows.append((name, f"{bill['year']}", *(with_span(t, 4) for t in totals)))
    head = ("car", "year", "direct cost", "indirect cost", "margin", "price without taxes")
    left = "; ".join(dict.fromkeys(x for b in results["bills"].values() for x in b["leaves_out"]))
    lines = sum(len(bill["lines"]) for bill in results["bills"].values())
    note = f'<p class="note">Not in the bills: {text(left)}.</p>'
    inside = '<p class="note">The rows stand in the data of this page and in results.json.</p>'
    more = ' class="bulk" data-table="bills"'
    return (
        table(head, rows, (1, 2, 3, 4, 5))
        + note
        + details(
            f"All {len(rows)} bills, {lines} lines with interval, equation and source", inside, more
        )
    )


def bill_table(results: Results) -> dict[str, Any]:
    """Return every line of every bill as a packed table, one group per car."""
    head = ("group", "part", "cost", "status", "equation", "learning", "source")
    groups = {
        name_of(results["variants"][id]): list(_lines(bill))
        for id, bill in results["bills"].items()
    }
    return packed(head, ("", "", "n", "status", "", "", "source"), groups)


def _lines(bill: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for item in bill["lines"]:
        yield (
            item["group"],
            item["part"],
            plain_span(item["cost"]),
            item["cost"]["status"],
            item["equation"],
            item["learning"],
            item["source"],
        )
    yield "", "direct cost", plain_span(bill["total"], 4), "", "", "", ""
    for item in (*bill["indirect"], {"name": "margin", "cost": bill["margin"], "source": ""}):
        cost = item["cost"]
        yield "", item["name"], plain_span(cost), cost["status"], "", "", item["source"]
    yield "", "price without taxes", plain_span(bill["price_net"], 4), "", "", "", ""


def _penalty(results: Results, figures: Mapping[str, Figure]) -> list[str]:
    """Return figure, tables and notes on the penalty of the flexible battery car."""
    segments = results["penalty"]["segments"]
    return [
        figure_block("penalty", figures["penalty"]),
        _totals(segments),
        *(_parts(item) for item in segments.values()),
        figure_block("penalty_tornado", figures["penalty_tornado"]),
        _note(results),
        *_new_cell(results),
    ]


def _new_cell(results: Results) -> list[str]:
    """Return how much of the bespoke advantage a new cell is, where the study weighs one."""
    found = results.get("new_cell")
    if not found:
        return []
    said = [*found["sentences"], *found["warnings"]]
    rows = [
        (
            text(share["label"]),
            f"{text(m['label'])}, {text(m['unit'])}",
            *(number(m[key]) for key in ("total", "cell", "platform")),
        )
        for share in found["shares"]
        for m in share["measures"]
    ]
    head = ("segment", "measure", "in all", "the cell", "the platform")
    return [
        "<h3>How much of it is the cell</h3>",
        *(f'<p class="note">{text(sentence)}</p>' for sentence in said),
        details("the change shared out, mean of both orders", table(head, rows, (2, 3, 4))),
    ]


def _totals(segments: Mapping[str, Any]) -> str:
    rows = [
        (
            text(item["label"]),
            *(number(q) for q in item["quantiles"]),
            number(item["total"]["value"]),
            number(item["terms"]["platform"]),
            number(item["terms"]["battery"]),
        )
        for item in segments.values()
    ]
    head = ("EUR per battery car", "10 %", "50 %", "90 %", "all at base", "of it the platform",
            "of it the battery")  # fmt: skip
    return table(head, rows, (1, 2, 3, 4, 5, 6))


def _parts(item: Mapping[str, Any]) -> str:
    rows = [
        (
            text(part["label"]),
            text(part["term"]),
            with_span(part["figure"]),
            ", ".join(number(q) for q in part["quantiles"]),
            text(part["text"]),
        )
        for part in item["parts"]
    ]
    head = ("cause", "term", "EUR per car [5 .. 95 %]", "10, 50, 90 %", "why")
    name = text(item["label"])
    return details(f"{name}: cause by cause", table(head, rows, (2, 3)))


def _note(results: Results) -> str:
    segments = results["penalty"]["segments"].values()
    first = next(iter(segments))
    own = first["own_values"]
    given = f" The study itself gives {text(', '.join(own))}." if own else ""
    return (
        f'<p class="note">{first["draws"]:,} joint draws of lengths, masses, consumption, costs '
        "and buyers' values, the same for both platforms. Same year, same cells, same drive units, "
        "same content, same range: a platform is never credited with cheaper cells, and another "
        "price of cells moves the battery term alone. Positive: the bespoke platform is worth "
        "more. Room is paid for as larger cars of one make are sold for more; of the length that "
        "the chains free between the rows, cars on sale give about a third to the rear seats."
        f"{given}{_unfit(segments)} Investments, and what is shared between platforms, are not in "
        "here.</p>"
    )


def _unfit(segments: Iterable[Mapping[str, Any]]) -> str:
    """Return in which share of the draws a floor does not hold the range, where there is one."""
    found = "; ".join(
        f"{text(item['label'])} {number(item['unfit']['flexible'])} % of the draws on the flexible "
        f"platform, {number(item['unfit']['bespoke'])} % on the bespoke one"
        for item in segments
        if any(item["unfit"].values())
    )
    if not found:
        return ""
    return (
        f" The battery for this range does not fit everywhere ({found}): such a car has the cells "
        "that fit, and the km that it lacks count against it."
    )
