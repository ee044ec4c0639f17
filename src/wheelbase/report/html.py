"""Small pieces of the page: escaped text, tables, figures, numbers with units."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

__all__ = ["figure_block", "number", "section", "status", "table", "text", "with_span"]


def text(value: object) -> str:
    """Return text that is never markup."""
    return escape(str(value), quote=True)


def number(value: float | None, digits: int = 3) -> str:
    """Return a number with about that many digits; a dash where there is none."""
    if value is None:
        return "&ndash;"
    value = 0.0 if abs(value) < 5e-3 else value
    size = abs(value)
    places = 0 if size >= 10 ** (digits - 1) else max(digits - 1 - _exponent(size), 0)
    return f"{value:,.{min(places, 4)}f}".replace(",", "&#8239;")


def _exponent(size: float) -> int:
    return 0 if size == 0 else len(str(int(size))) - 1


def with_span(figure: Mapping[str, Any] | None, digits: int = 3) -> str:
    """Return a figure with its unit, and its interval if it has one."""
    if figure is None:
        return "&ndash;"
    shown = f"{number(figure['value'], digits)}&nbsp;{text(figure['unit'])}"
    if figure.get("low") is None:
        return shown
    low, high = number(figure["low"], digits), number(figure["high"], digits)
    return f'{shown} <span class="muted">[{low} .. {high}]</span>'


def status(name: str) -> str:
    """Return the status of a fact, coloured and in words."""
    return f'<span class="status {text(name)}">{text(name)}</span>'


def table(head: Sequence[str], rows: Iterable[Sequence[str]], numeric: Sequence[int] = ()) -> str:
    """Return a table of cells that are already HTML; `numeric` columns are set right."""

    def cell(tag: str, column: int, content: str) -> str:
        kind = ' class="n"' if column in numeric else ""
        return f"<{tag}{kind}>{content}</{tag}>"

    top = "".join(cell("th", c, h) for c, h in enumerate(head))
    body = "".join(
        "<tr>" + "".join(cell("td", c, v) for c, v in enumerate(row)) + "</tr>" for row in rows
    )
    inside = f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="scroll"><table>{inside}</table></div>'


def figure_block(name: str, figure: Mapping[str, Any]) -> str:
    """Return the place of a figure: its finding, the plot, its tools."""
    meta = figure["meta"]
    return (
        f'<figure><p class="finding">{text(meta["finding"])}</p>'
        f'<div class="plot" data-figure="{text(name)}" role="img" aria-label="{text(meta["alt"])}">'
        f'<span class="muted">{text(meta["alt"])}</span></div><div class="tools"></div></figure>'
    )


def section(id: str, title: str, lead: str, parts: Iterable[str]) -> str:
    """Return a section with its finding in one sentence."""
    inside = "\n".join(parts)
    return f'<section id="{id}"><h2>{text(title)}</h2><p class="lead">{lead}</p>{inside}</section>'
