"""The page: one offline HTML file, no request, text never markup."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from wheelbase.errors import DataError
from wheelbase.report.figures import FIGURES, Figure
from wheelbase.report.html import figure_block, number, table, text
from wheelbase.report.sections_cars import cost, energy, package
from wheelbase.report.sections_decision import assumptions, plan, reproduce, when
from wheelbase.report.sections_invest import investments
from wheelbase.report.sections_network import network_figures, where
from wheelbase.report.sections_partners import deal_figures, partners
from wheelbase.study.folder import write_bytes

__all__ = ["figure", "page", "write"]

Results = Mapping[str, Any]

_Draw = Callable[[Results, Mapping[str, Figure]], str]


def figure(results: Results, name: str) -> Figure:
    """Return one figure of a run as a Plotly dictionary.

    Raises:
        DataError: No figure of that name; lists those there are.
    """
    if name not in FIGURES:
        raise DataError(f"no figure {name!r}; one of {', '.join(FIGURES)}")
    return FIGURES[name](results)


def write(results: Results, path: Path) -> Path:
    """Write the report of a run, whole or not at all, and return its path.

    Raises:
        DataError: The file cannot be written, or the results lack a part.
    """
    return write_bytes(path, page(results).encode())


def page(results: Results) -> str:
    """Return the report of a run as one HTML document.

    Raises:
        DataError: The results lack a part that the page needs.
    """
    try:
        figures = {n: draw(results) for n, draw in FIGURES.items() if _drawn(n, results)}
        figures |= deal_figures(results) | network_figures(results)
        body = _body(results, figures)
    except KeyError as error:
        raise DataError(f"results.json: lacks {error}; run the study again") from None
    room = files("wheelbase.report") / "static"
    scripts = [
        (room / name).read_text("utf-8").replace("</script", "<\\/script")
        for name in ("plotly-cartesian.min.js", "page.js")
    ]
    style = "".join((room / name).read_text("utf-8") for name in ("page.css", "drawing.css"))
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:"
    )
    data = json.dumps({"figures": figures}, sort_keys=True, allow_nan=False)
    for mark, safe in (("<", "\\u003c"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029")):
        data = data.replace(mark, safe)
    loaded = "".join(f"<script>{script}</script>" for script in scripts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{text(results["title"])}</title><link rel="icon" href="data:,">'
        f"<style>{style}</style></head><body>{body}"
        f'<script type="application/json" id="wheelbase-data">{data}</script>{loaded}'
        "</body></html>\n"
    )


def _drawn(name: str, results: Results) -> bool:
    if name == "partners":  # the section draws every deal
        return False
    if name == "markets":
        return "plan" in results and bool(results["plan"]["outlook"])
    if name == "further_map" and not results.get(name):
        return False
    return "plan" in results or name == "provenance"


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _body(results: Results, figures: Mapping[str, Figure]) -> str:
    chosen = [s for s in _SECTIONS if _NEEDS.get(s[0], "plan") in results]
    links = "".join(f'<a href="#{id}">{title}</a>' for id, title, _ in chosen)
    parts = [
        _hero(results),
        f'<nav><div class="wrap">{links}</div></nav><main class="wrap">',
        *(draw(results, figures) for _, _, draw in chosen),
        '</main><footer class="wrap">Made by Wheelbase. No request leaves this file.</footer>',
    ]
    return "\n".join(parts)


def _hero(results: Results) -> str:
    answer = results["answer"]
    first, _, rest = answer["sentence"].partition(". ")
    day, currency = text(results["base"]["date"]), text(results["base"]["currency"])
    pill = verdict = ""
    if "confidence" in answer:
        sure = text(answer["confidence"])
        pill = f'<span class="pill {sure}">{sure}</span>'
        verdict = f'<p class="verdict">{text(answer["verdict"])}</p>'
    return (
        '<header><div class="wrap"><div class="eyebrow">'
        f"<span>Wheelbase &middot; seen from {day} &middot; {currency}</span>"
        '<button id="theme" type="button">light / dark</button></div>'
        f"<h1>{text(results['title'])}</h1>"
        f'<p class="answer">{pill}{text(first)}.</p>'
        f'<p class="answer rest">{text(rest)}</p>'
        f"{verdict}</div></header>"
    )


def _answer(results: Results, figures: Mapping[str, Figure]) -> str:
    answer = results["answer"]
    why = "".join(f"<li>{text(line)}</li>" for line in answer["why"])
    rows = []
    for flip in answer["flips"]:
        turned = f"{number(flip['flip'])} {text(flip['unit'])}"
        if flip["flip"] is None:
            turned = text(flip["reason"])
        span = f"{number(flip['low'])} .. {number(flip['high'])}"
        base = f"{number(flip['base'])} {text(flip['unit'])}"
        rows.append((text(flip["label"]), base, span, turned))
    head = ("input", "in the study", "its interval", "the answer turns at")
    return (
        '<section id="answer"><div class="grid"><div><h3>Why</h3>'
        f'<ul class="plain">{why}</ul><h3>What would change it</h3>'
        f"{table(head, rows, (1, 2, 3))}</div>"
        f"{figure_block('decision', figures['decision'])}</div></section>"
    )


_SECTIONS: tuple[tuple[str, str, _Draw], ...] = (
    ("answer", "Answer", _answer),
    ("package", "Cars", package),
    ("energy", "Energy", energy),
    ("cost", "Cost", cost),
    ("investments", "Investments", investments),
    ("plan", "Plan", plan),
    ("when", "Decision", when),
    ("partners", "Partners", partners),
    ("where", "Where", where),
    ("assumptions", "Assumptions", assumptions),
    ("reproduce", "Reproduce", lambda results, _: reproduce(results)),
)
_NEEDS = {
    "partners": "alliance",
    "where": "flexibility",
    "assumptions": "assumptions",
    "reproduce": "manifest",
}
"""The part of the results that a section needs, where that is not the plan."""
