"""The part of the page about the penalty: what it consists of, and what it rests on."""

from collections.abc import Iterable, Mapping
from typing import Any

from wheelbase.report.figures import Figure
from wheelbase.report.html import figure_block, number, table, text, with_span

__all__ = ["penalty"]

Results = Mapping[str, Any]


def penalty(results: Results, figures: Mapping[str, Figure]) -> list[str]:
    """Return figure, tables and notes on the penalty of the flexible battery car."""
    segments = results["penalty"]["segments"]
    return [
        figure_block("penalty", figures["penalty"]),
        _totals(segments),
        *(_parts(item) for item in segments.values()),
        figure_block("penalty_tornado", figures["penalty_tornado"]),
        _note(results),
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
    return (
        f"<details><summary>{name}: cause by cause</summary>{table(head, rows, (2, 3))}</details>"
    )


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
