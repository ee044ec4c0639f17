"""The head of the page and the answer: in a sentence, how sure, and what would change it."""

from collections.abc import Mapping
from typing import Any

from wheelbase.report.figures import Figure
from wheelbase.report.figures.room import room_sentences
from wheelbase.report.html import figure_block, number, table, text

__all__ = ["answer", "hero"]

Results = Mapping[str, Any]
Figures = Mapping[str, Figure]


def hero(results: Results) -> str:
    """Return the head of the page: the question, the answer, and how firm it is."""
    found = results["answer"]
    first, _, rest = found["sentence"].partition(". ")
    day, currency = text(results["base"]["date"]), text(results["base"]["currency"])
    pill = verdict = ""
    if "confidence" in found:
        sure = text(found["confidence"])
        pill = f'<span class="pill {sure}">{sure}</span>'
        verdict = f'<p class="verdict">{text(found["verdict"])}</p>'
    told = f'<p class="answer rest">{text(rest)}</p>' if rest else ""
    end = "" if first.endswith(".") else "."
    return (
        '<header><div class="wrap"><div class="eyebrow">'
        f"<span>Wheelbase &middot; seen from {day} &middot; {currency}</span>"
        '<button id="theme" type="button" aria-label="switch between light and dark">'
        "light / dark</button></div>"
        f"<h1>{text(results['title'])}</h1>"
        f'<p class="answer">{pill}{text(first)}{end}</p>{told}{verdict}</div></header>'
    )


def answer(results: Results, figures: Figures) -> str:
    """Return why the answer is what it is, how sure it is, and what would change it."""
    found = results["answer"]
    first, *rest = (f"<li>{text(line)}</li>" for line in found["why"])
    room = next(iter(room_sentences(results).values()))[0]
    where = '<a href="#why-room">See where the room goes.</a>'
    why = "".join((first, f"<li>{text(room)} {where}</li>", *rest))
    return (
        '<section id="answer" aria-labelledby="answer-title">'
        '<h2 id="answer-title">Why, how sure, and what would change it</h2>'
        f'<ul class="plain why">{why}</ul><div class="grid">'
        f"{figure_block('decision', figures['decision'])}"
        f"{figure_block('flips', figures['flips'])}</div>{_flips(found['flips'])}</section>"
    )


def _flips(flips: list[Mapping[str, Any]]) -> str:
    rows = []
    for flip in flips:
        turned = f"{number(flip['flip'])} {text(flip['unit'])}"
        if flip["flip"] is None:
            turned = text(flip["reason"])
        span = f"{number(flip['low'])} .. {number(flip['high'])}"
        base = f"{number(flip['base'])} {text(flip['unit'])}"
        rows.append((text(flip["label"]), base, span, turned))
    head = ("input", "in the study", "its interval", "the answer turns at")
    return table(head, rows, (1, 2, 3))
