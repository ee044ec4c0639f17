"""Small pieces of the page: escaped text, tables, figures, numbers with units."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

__all__ = [
    "details",
    "figure_block",
    "number",
    "packed",
    "plain_span",
    "scene_block",
    "section",
    "status",
    "table",
    "text",
    "with_span",
]

_DASH, _THIN, _SPACE = "\u2013", "\u202f", "\u00a0"


def text(value: object) -> str:
    """Return text that is never markup."""
    return escape(str(value), quote=True)


def number(value: float | None, digits: int = 3) -> str:
    """Return a number with about that many digits; a dash where there is none."""
    if value is None:
        return _DASH
    if abs(value) < 5e-3:
        return "0"
    size = abs(value)
    places = 0 if size >= 10 ** (digits - 1) else max(digits - 1 - _exponent(size), 0)
    return f"{value:,.{min(places, 4)}f}".replace(",", _THIN)


def _exponent(size: float) -> int:
    return 0 if size == 0 else len(str(int(size))) - 1


def plain_span(figure: Mapping[str, Any] | None, digits: int = 3) -> str:
    """Return a figure with its unit and interval as text; not yet safe in a page."""
    if figure is None:
        return _DASH
    shown = f"{number(figure['value'], digits)}{_SPACE}{figure['unit']}"
    if figure.get("low") is None or figure["low"] == figure["high"]:
        return shown
    return f"{shown} [{number(figure['low'], digits)} .. {number(figure['high'], digits)}]"


def with_span(figure: Mapping[str, Any] | None, digits: int = 3) -> str:
    """Return a figure with its unit, and its interval if it has one."""
    shown, mark, span = plain_span(figure, digits).partition(" [")
    return text(shown) + (f' <span class="muted">[{text(span)}</span>' if mark else "")


def status(name: str) -> str:
    """Return the status of a fact, coloured and in words."""
    return f'<span class="status {text(name)}">{text(name)}</span>'


def table(head: Sequence[str], rows: Iterable[Sequence[str]], numeric: Sequence[int] = ()) -> str:
    """Return a table of cells that are already HTML; `numeric` columns are set right."""

    def cell(tag: str, column: int, content: str, scope: str = "") -> str:
        kind = ' class="n"' if column in numeric else ""
        return f"<{tag}{scope}{kind}>{content}</{tag}>"

    def line(row: Sequence[str]) -> str:
        first = cell("th", 0, row[0], ' scope="row"') if row[0] else cell("td", 0, "")
        return first + "".join(cell("td", c, v) for c, v in enumerate(row) if c)

    top = "".join(
        cell("th", c, h, ' scope="col"') if h else "<td></td>" for c, h in enumerate(head)
    )
    body = "".join(f"<tr>{line(row)}</tr>" for row in rows)
    inside = f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="scroll" tabindex="0"><table>{inside}</table></div>'


def packed(
    head: Sequence[str], kinds: Sequence[str], groups: Mapping[str, Iterable[Sequence[str]]]
) -> dict[str, Any]:
    """Return a long table as data, for the script to build: cells are text, never markup.

    Args:
        head: Names of the columns.
        kinds: How each column is shown: "", "n" for numbers, "code", "status" or "source".
        groups: Title of a part of the table to its rows.

    Returns:
        `words`, every text that comes more than once, and `groups` of rows, where a number stands
        for one of the words.
    """
    kept = {title: [tuple(row) for row in rows] for title, rows in groups.items()}
    cells = Counter(c for rows in kept.values() for row in rows for c in row if len(c) > 2)
    words = {word: k for k, word in enumerate(sorted(w for w, n in cells.items() if n > 1))}
    parts = [
        {"title": title, "rows": [[words.get(c, c) for c in row] for row in rows]}
        for title, rows in kept.items()
    ]
    return {"head": list(head), "kinds": list(kinds), "words": list(words), "groups": parts}


def details(summary: str, inside: str, more: str = "") -> str:
    """Return a part that opens; `summary` and `inside` are HTML, `more` attributes."""
    return f"<details{more}><summary>{summary}</summary>{inside}</details>"


def figure_block(name: str, figure: Mapping[str, Any]) -> str:
    """Return the place of a figure: its finding, the plot, its tools."""
    meta = figure["meta"]
    return (
        f'<figure class="chart"><figcaption class="finding">{text(meta["finding"])}</figcaption>'
        f'<div class="plot" data-figure="{text(name)}" role="img" aria-label="{text(meta["alt"])}">'
        f'<span class="muted">{text(meta["alt"])}</span></div><div class="tools"></div></figure>'
    )


def scene_block(id: str, label: str) -> str:
    """Return the place of a 3-D view; empty, so invisible, where there is no script or WebGL."""
    return (
        f'<div class="scene" data-scene="{text(id)}" role="img" aria-label="{text(label)}"></div>'
    )


def section(id: str, title: str, lead: str, parts: Iterable[str]) -> str:
    """Return a section with its finding in one sentence."""
    inside = "\n".join(parts)
    return (
        f'<section id="{id}" aria-labelledby="{id}-title"><h2 id="{id}-title">{text(title)}</h2>'
        f'<p class="lead">{lead}</p>{inside}</section>'
    )
