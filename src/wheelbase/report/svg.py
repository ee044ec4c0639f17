"""Pieces of hand-written SVG: text with its room, arrows, hatching, labels that never collide."""

from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from importlib.resources import files
from typing import Literal

from wheelbase.report.scene import printable

__all__ = [
    "Anchor",
    "Area",
    "arrow",
    "document",
    "hatched",
    "label_area",
    "mark",
    "num",
    "overlaps",
]
__all__ += ["overlaps", "path", "standalone", "text_width", "words", "wrapped"]

Area = tuple[float, float, float, float]
"""x0, y0, x1, y1 in picture units, y down."""

Anchor = Literal["start", "middle", "end"]

# Widths in ems of DejaVu Sans, the widest of the fonts that the style sheet names.
_NARROW, _WIDE = "iljIJ.,:;|!'()[] ftr/-", "mwMW@%&#+=<>~—…×"
_THEME = {
    "light": {
        "ink": "#16222e", "soft": "#4b5966", "faint": "#5f6d79", "line": "#dde3e8",
        "paper": "#fff", "panel": "#f5f7f9", "bad": "#a93624",
    },
    "dark": {
        "ink": "#e7ecf0", "soft": "#b1bcc6", "faint": "#93a1ad", "line": "#2c3944",
        "paper": "#10181f", "panel": "#17222b", "bad": "#f08e7d",
    },
}  # fmt: skip


def num(value: float) -> str:
    """Return a coordinate with one decimal at most."""
    short = f"{value:.1f}".removesuffix(".0")
    return "0" if short == "-0" else short


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Return at least the width of a text in picture units."""
    ems = sum(
        0.43 if c in _NARROW else 1.0 if c in _WIDE or ord(c) > 0x2FF
        else 0.79 if c.isupper() else 0.645
        for c in text
    )  # fmt: skip
    return size * ems * (1.17 if bold else 1.0)


def label_area(
    x: float,
    y: float,
    text: str,
    size: float,
    anchor: Anchor = "middle",
    upright: bool = False,
    bold: bool = True,
) -> Area:
    """Return the room of a text whose baseline runs through (x, y); `upright` reads upwards."""
    width = text_width(text, size, bold)
    back = {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    if upright:
        return x - 0.8 * size, y - width + back, x + 0.25 * size, y + back
    return x - back, y - 0.8 * size, x - back + width, y + 0.25 * size


def overlaps(a: Area, b: Area) -> bool:
    """Return whether two areas share more than an edge."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def words(
    x: float,
    y: float,
    text: str,
    style: str,
    anchor: Anchor = "middle",
    upright: bool = False,
) -> str:
    """Return a text element; the text is never markup."""
    turn = f' transform="rotate(-90 {num(x)} {num(y)})"' if upright else ""
    place = "" if anchor == "middle" else f' text-anchor="{anchor}"'
    inside = escape(printable(text, 400))
    return f'<text class="{style}" x="{num(x)}" y="{num(y)}"{place}{turn}>{inside}</text>'


def wrapped(text: str, width: float, size: float) -> Iterator[str]:
    """Yield lines of a text that fit a width; a word longer than a line is cut."""
    line = ""
    for word in printable(text, 600).split():
        while text_width(word, size) > width:
            word = word[: max(len(word) * 2 // 3, 1)]
            if len(word) == 1:
                break
        longer = f"{line} {word}".strip()
        if line and text_width(longer, size) > width:
            yield line
            longer = word
        line = longer
    if line:
        yield line


def path(points: Iterable[tuple[float, float]], closed: bool = False) -> str:
    """Return the d of a path through points in picture units."""
    return "M" + "L".join(f"{num(x)},{num(y)}" for x, y in points) + ("Z" if closed else "")


def arrow(x0: float, y0: float, x1: float, y1: float) -> str:
    """Return a line with an arrowhead at both ends; heads point outwards where it is short."""
    length = max(abs(x1 - x0) + abs(y1 - y0), 1e-9)
    dx, dy = (x1 - x0) / length, (y1 - y0) / length
    out = -1.0 if length < 16 else 1.0
    heads = "".join(
        path(
            (
                (x, y),
                (x + s * out * (6 * dx - 2 * dy), y + s * out * (6 * dy + 2 * dx)),
                (x + s * out * (6 * dx + 2 * dy), y + s * out * (6 * dy - 2 * dx)),
            ),
            closed=True,
        )
        for x, y, s in ((x0, y0, 1), (x1, y1, -1))
    )
    tail = 9 if out < 0 else 0
    shaft = path(
        ((x0 - tail * dx, y0 - tail * dy), (x1 + tail * dx, y1 + tail * dy)),
    )
    return f'<path class="shaft" d="{shaft}"/><path class="head" d="{heads}"/>'


def hatched(x0: float, y0: float, x1: float, y1: float, step: float = 9.0) -> str:
    """Return the d of lines at 45 degrees that fill a rectangle."""
    lines = []
    first = int((x0 + y0) // step) + 1
    for k in range(first, int((x1 + y1) // step) + 1):
        c = k * step
        a, b = max(x0, c - y1), min(x1, c - y0)
        if b - a > 0.3:
            lines.append(path(((a, c - a), (b, c - b))))
    return "".join(lines)


def mark(x: float, y: float, number: int, name: str = "") -> tuple[str, Area]:
    """Return a number in a circle, its name beside it if given, and the room of both."""
    radius = 7.5 if number < 100 else 10.0
    if not name:
        area = (x - radius, y - radius, x + radius, y + radius)
        drawn = f'<circle class="mark" cx="{num(x)}" cy="{num(y)}" r="{num(radius)}"/>'
        return drawn + words(x, y + 3.4, str(number), "mark-text"), area
    width = 2 * radius + text_width(name, 10.0) + 8
    left = x - width / 2
    drawn = (
        f'<rect class="mark" x="{num(left)}" y="{num(y - 7.5)}" width="{num(width)}" height="15" '
        f'rx="7.5"/>{words(left + radius + 1, y + 3.4, str(number), "mark-text")}'
        f"{words(left + 2 * radius + 3, y + 3.4, name, 'mark-name', 'start')}"
    )
    return drawn, (left, y - 7.5, left + width, y + 7.5)


def document(width: float, height: float, title: str, parts: Iterable[str]) -> str:
    """Return an SVG document that takes its colours from the page around it."""
    name = escape(printable(title), quote=True)
    inside = "\n".join(parts)
    return (
        f'<svg class="view" viewBox="0 0 {num(width)} {num(height)}" role="img" '
        f'text-anchor="middle" aria-label="{name}" xmlns="http://www.w3.org/2000/svg">\n<title>{name}</title>\n'
        f"{inside}\n</svg>"
    )


def standalone(svg: str) -> str:
    """Return an SVG document with its own colours, for a file: light, and dark where asked for."""
    rules = _rules()
    style = _resolved(rules, "light") + (
        "@media (prefers-color-scheme:dark){" + _resolved(rules, "dark") + "}"
    )
    head, _, rest = svg.partition("</title>\n")
    paper = f'<style>{style}</style>\n<rect class="paper" width="100%" height="100%"/>\n'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}</title>\n{paper}{rest}\n'


@cache
def _rules() -> str:
    room = files("wheelbase.report") / "static"
    return (room / "drawing.css").read_text("utf-8").replace("\n", "")


def _resolved(rules: str, theme: str) -> str:
    for name, value in _THEME[theme].items():
        rules = rules.replace(f"var(--{name})", value)
    return rules
