"""The page: one offline HTML file, no request, text never markup."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from wheelbase.errors import DataError
from wheelbase.report.figures import FIGURES, Figure
from wheelbase.report.html import text
from wheelbase.report.sections_answer import answer, hero
from wheelbase.report.sections_cost import bill_table, cost
from wheelbase.report.sections_customer import customer, customer_table
from wheelbase.report.sections_decision import plan, when
from wheelbase.report.sections_energy import energy, validation
from wheelbase.report.sections_fit import fit
from wheelbase.report.sections_invest import investments
from wheelbase.report.sections_network import network_figures, where
from wheelbase.report.sections_package import package
from wheelbase.report.sections_partners import deal_figures, partners
from wheelbase.report.sections_sound import sound
from wheelbase.report.sections_sources import assumptions, fact_table, reproduce
from wheelbase.report.view import view_json
from wheelbase.study import Done
from wheelbase.study.folder import write_bytes

__all__ = ["document", "figure", "figures_of", "page", "page_parts", "write"]

Results = Mapping[str, Any]

_Draw = Callable[[Results, Mapping[str, Figure]], str]


def figure(run: Results | Done, name: str) -> Figure:
    """Return one figure of a run, or of its results, as a Plotly dictionary.

    Raises:
        DataError: No figure of that name; lists those there are.
    """
    if name not in FIGURES:
        raise DataError(f"no figure {name!r}; one of {', '.join(FIGURES)}")
    return FIGURES[name](run.results if isinstance(run, Done) else run)


def figures_of(results: Results) -> dict[str, Figure]:
    """Return every figure that the page of these results shows, by name."""
    found = {n: draw(results) for n, draw in FIGURES.items() if _drawn(n, results)}
    return found | deal_figures(results) | network_figures(results)


def write(results: Results, path: Path) -> Path:
    """Write the report of a run, whole or not at all, and return its path.

    Raises:
        DataError: The file cannot be written, or the results lack a part.
    """
    return write_bytes(path, page(results).encode())


def page_parts(results: Results) -> dict[str, Any]:
    """Return what a page of these results consists of, for this page or one that is served.

    Returns:
        `title`; `body`, HTML with places for figures and 3-D views; and what fills them by name:
        `figures`, `scenes`, and `tables` that are too long to be HTML.

    Raises:
        DataError: The results lack a part that the page needs.
    """
    try:
        figures = figures_of(results)
        tables = {"facts": fact_table(results)}
        if "plan" in results:
            tables["bills"] = bill_table(results)
            tables["customer"] = customer_table(results)
        return {
            "title": results["title"],
            "body": _body(results, figures),
            "figures": figures,
            "scenes": dict(_scenes(results)),
            "tables": tables,
        }
    except KeyError as error:
        raise DataError(f"results.json: lacks {error}; run the study again") from None


def page(results: Results) -> str:
    """Return the report of a run as one HTML document.

    Raises:
        DataError: The results lack a part that the page needs.
    """
    return document(page_parts(results))


def document(parts: Mapping[str, Any]) -> str:
    """Return the parts of a page as one HTML document that makes no request."""
    room = files("wheelbase.report") / "static"
    script = (room / "wheelbase.js").read_text("utf-8").replace("</script", "<\\/script")
    style = (room / "wheelbase.css").read_text("utf-8")
    policy = (
        f"default-src 'none'; script-src 'sha256-{_digest(script)}'; "
        "style-src 'unsafe-inline'; img-src data: blob:; media-src data:"
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{text(parts["title"])}</title><link rel="icon" href="data:,">'
        f"<style>{style}</style></head><body>{parts['body']}"
        f'<script type="application/json" id="wheelbase-data">{_embedded(parts)}</script>'
        f"<script>{script}</script>"
        "</body></html>\n"
    )


def _scenes(results: Results) -> Iterator[tuple[str, Any]]:
    """Yield every variant for the 3-D views, without the keep-outs, which the page never shows."""
    for id, variant in results.get("variants", {}).items():
        yield id, {**view_json(variant), "keepouts": []}


def _embedded(parts: Mapping[str, Any]) -> str:
    """Return figures, scenes and tables as JSON that ends no script element."""
    kept = {name: parts[name] for name in ("figures", "scenes", "tables")}
    data = json.dumps(
        kept, sort_keys=True, allow_nan=False, separators=(",", ":"), ensure_ascii=False
    )
    for mark, safe in (("<", "\\u003c"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029")):
        data = data.replace(mark, safe)
    return data


def _drawn(name: str, results: Results) -> bool:
    if name == "partners":  # the section draws every deal
        return False
    if name == "markets":
        return "plan" in results and bool(results["plan"]["outlook"])
    if name == "spectrogram":
        return bool(results.get("sound", {}).get("clips"))
    if name == "further_map" and not results.get(name):
        return False
    return "plan" in results or name == "provenance"


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _body(results: Results, figures: Mapping[str, Figure]) -> str:
    chosen = [s for s in _SECTIONS if _NEEDS.get(s[0], "plan") in results]
    links = "".join(f'<a href="#{id}">{title}</a>' for id, title, _ in chosen)
    parts = [
        '<a class="skip" href="#main">to the answer</a>',
        hero(results),
        f'<nav aria-label="sections"><div class="wrap">{links}</div></nav>',
        '<main class="wrap" id="main" tabindex="-1">',
        *(draw(results, figures) for _, _, draw in chosen),
        '</main><footer class="wrap">Made by Wheelbase. No request leaves this file.</footer>',
    ]
    return "\n".join(parts)


_SECTIONS: tuple[tuple[str, str, _Draw], ...] = (
    ("answer", "Answer", answer),
    ("package", "Package", package),
    ("fit", "Fit", fit),
    ("energy", "Energy", energy),
    ("sound", "Sound", sound),
    ("validation", "Validation", validation),
    ("cost", "Cost", cost),
    ("customer", "Customer", customer),
    ("investments", "Investments", investments),
    ("plan", "Plan", plan),
    ("when", "When", when),
    ("partners", "Partners", partners),
    ("where", "Where", where),
    ("assumptions", "Assumptions", assumptions),
    ("reproduce", "Reproduce", reproduce),
)
_NEEDS = {
    "sound": "sound",
    "partners": "alliance",
    "where": "flexibility",
    "assumptions": "assumptions",
    "reproduce": "manifest",
}
"""The part of the results that a section needs, where that is not the plan."""
