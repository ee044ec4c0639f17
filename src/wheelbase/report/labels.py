"""Labels of a drawing: numbers on parts, the legend, dimensions; none covers another."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from wheelbase.report.scene import SPACES, Part, Scene, colour
from wheelbase.report.svg import (
    Anchor,
    Area,
    arrow,
    label_area,
    mark,
    num,
    overlaps,
    path,
    text_width,
    words,
    wrapped,
)

__all__ = ["DIM", "across", "flag", "free", "legend", "marks", "notes", "upward"]

DIM = 11.5
"""Size of the text of dimensions in picture units, as in drawing.css."""

_LEGEND = 10.5
_ROW = 15.0


def free(area: Area, taken: Iterable[Area], bounds: Area | None = None) -> bool:
    """Return whether an area lies within bounds and on nothing taken."""
    if bounds is not None and not (
        bounds[0] <= area[0]
        and area[2] <= bounds[2]
        and bounds[1] <= area[1]
        and area[3] <= bounds[3]
    ):
        return False
    return not any(overlaps(area, other) for other in taken)


def across(
    x0: float, x1: float, y: float, text: str, taken: list[Area], style: str = "", hover: str = ""
) -> str:
    """Return a horizontal dimension with its text above it, or beside it where it is short."""
    wide = text_width(text, DIM, bold=True) + 4 <= x1 - x0
    places: list[tuple[float, float, Anchor]] = [
        (x0 - 11, y + 4.0, "end"),
        (x1 + 11, y + 4.0, "start"),
        ((x0 + x1) / 2, y + 13, "middle"),
    ]
    if wide:
        places.insert(0, ((x0 + x1) / 2, y - 3.5, "middle"))
    x, at, anchor = next(
        (p for p in places if free(label_area(p[0], p[1], text, DIM, p[2]), taken)), places[0]
    )
    taken.append(label_area(x, at, text, DIM, anchor))
    return _dimension(arrow(x0, y, x1, y), words(x, at, text, "dim-text", anchor), style, hover)


def upward(
    x: float, y0: float, y1: float, text: str, taken: list[Area], beside: bool = False
) -> str:
    """Return a vertical dimension from y0 down to y1, its text along it or, level, beside it."""
    middle = (y0 + y1) / 2
    if beside:
        taken.append(label_area(x - 6, middle + 4.0, text, DIM, "end"))
        drawn = words(x - 6, middle + 4.0, text, "dim-text", "end")
    else:
        taken.append(label_area(x - 3.5, middle, text, DIM, upright=True))
        drawn = words(x - 3.5, middle, text, "dim-text", upright=True)
    return _dimension(arrow(x, y0, x, y1), drawn, "", "")


def _dimension(line: str, text: str, style: str, hover: str) -> str:
    title = f"<title>{escape(hover)}</title>" if hover else ""
    return f'<g class="dim{" " + style if style else ""}">{title}{line}{text}</g>'


def flag(text: str, area: Area, taken: list[Area], bounds: Area) -> str:
    """Return a warning above or below an area, or nothing where no place is free."""
    x = (area[0] + area[2]) / 2
    for reach in range(6, 90, 6):
        for y in (area[1] - reach, area[3] + reach + 9):
            room = label_area(x, y, text, DIM)
            room = (room[0] - 4, room[1] - 1, room[2] + 4, room[3] + 1)
            if free(room, taken, bounds):
                taken.append(room)
                return (
                    f'<rect class="mark" x="{num(room[0])}" y="{num(room[1])}" '
                    f'width="{num(room[2] - room[0])}" height="{num(room[3] - room[1])}"/>'
                    f"{words(x, y, text, 'conflict')}"
                )
    return ""


def marks(
    parts: Sequence[Part], areas: Mapping[int, Area], taken: list[Area], bounds: Area
) -> Iterator[str]:
    """Yield the number of every part, with its name where there is room, small parts first.

    Args:
        parts: In painter's order.
        areas: Number of a part to its rectangle in the picture.
        taken: Areas that hold a label already; those placed are added.
        bounds: No label leaves this area.
    """
    solid = [p.number for p in parts if p.kind not in SPACES]
    rank = {number: k for k, number in enumerate(solid)}
    todo = sorted(parts, key=lambda p: (p.kind in SPACES, _size(areas[p.number]), p.number))
    for part in todo:
        area = areas[part.number]
        above = [areas[n] for n in solid if n != part.number and
                 (part.kind in SPACES or rank[n] > rank[part.number])]  # fmt: skip
        named = mark(0, 0, part.number, part.id)[1]
        # A space that solid parts hide has no mark here: one upon them would name the wrong thing.
        most = (0,) if part.kind in SPACES else (0, 1, 2)
        room = area[2] - area[0] > named[2] - named[0] + 6 and area[3] - area[1] > 15
        found = None
        if room:
            found = _inside(part, part.id, area, above, taken, bounds, (0,))
        if found is None:
            thin = min(area[2] - area[0], area[3] - area[1]) < 8
            found = None if thin else _inside(part, "", area, above, taken, bounds, most)
        if found is None and part.kind in SPACES:
            continue
        drawn, room_taken = found or _outside(part, area, areas.values(), taken, bounds)
        taken.append(room_taken)
        yield drawn


def _size(area: Area) -> float:
    return round((area[2] - area[0]) * (area[3] - area[1]), 2)


def _inside(
    part: Part,
    name: str,
    area: Area,
    above: Sequence[Area],
    taken: Sequence[Area],
    bounds: Area,
    covered: tuple[int, ...],
) -> tuple[str, Area] | None:
    """Return the mark at the most visible and most central place within its part."""
    x, y = (area[0] + area[2]) / 2, (area[1] + area[3]) / 2
    best: tuple[tuple[float, ...], float, float] | None = None
    for i in range(-6, 7):
        for j in range(-4, 5):
            at = (x + i * (area[2] - area[0]) / 14, y + j * (area[3] - area[1]) / 10)
            room = mark(*at, part.number, name)[1]
            hidden = sum(overlaps(room, other) for other in above)
            rank = (float(hidden), abs(i) + abs(j), float(abs(j)), float(i), float(j))
            if hidden not in covered or (best is not None and rank >= best[0]):
                continue
            if name and not _within(room, area):
                continue
            if free(room, taken, bounds):
                best = (rank, *at)
    return None if best is None else mark(best[1], best[2], part.number, name)


def _within(inner: Area, outer: Area) -> bool:
    return (
        outer[0] <= inner[0]
        and inner[2] <= outer[2]
        and outer[1] <= inner[1]
        and inner[3] <= outer[3]
    )


def _outside(
    part: Part, area: Area, others: Iterable[Area], taken: Sequence[Area], bounds: Area
) -> tuple[str, Area]:
    """Return the mark beside its part with a line to it, on as few other parts as possible."""
    x, y = (area[0] + area[2]) / 2, (area[1] + area[3]) / 2
    others = [other for other in others if other != area]
    best: tuple[tuple[float, ...], float, float] | None = None
    for reach in range(11, 260, 8):
        for dx, dy in ((0, -1), (0, 1), (-1, 0), (1, 0), (-1, -1), (1, -1), (-1, 1), (1, 1)):
            at = (
                x + dx * (reach + (area[2] - area[0]) / 2 * (dy == 0)),
                y + dy * (reach + (area[3] - area[1]) / 2),
            )
            room = mark(*at, part.number)[1]
            if not free(room, taken, bounds):
                continue
            rank = (sum(overlaps(room, o) for o in others) * 12.0 + reach, float(dy), float(dx))
            if best is None or rank < best[0]:
                best = (rank, *at)
    if best is None:
        return mark(x, y, part.number)
    drawn, room = mark(best[1], best[2], part.number)
    line = path(((best[1], best[2]), (x, y)))
    dot = f'<circle cx="{num(x)}" cy="{num(y)}" r="1.5"/>'
    return f'<path class="leader" d="{line}"/>{dot}{drawn}', room


def legend(parts: Sequence[Part], x: float, y: float, width: float) -> tuple[list[str], float]:
    """Return the legend, number by number in columns, and the height it takes."""
    ordered = sorted(parts, key=lambda p: p.number)
    needed = [text_width(p.text, _LEGEND) + 42 for p in ordered]
    for columns in range(max(len(ordered), 1), 0, -1):
        rows = -(-len(ordered) // columns)
        steps = [max(needed[k : k + rows]) for k in range(0, len(ordered), max(rows, 1))]
        if sum(steps) <= width:
            break
    spare = max((width - sum(steps)) / max(len(steps), 1), 0.0)
    drawn = []
    for k, part in enumerate(ordered):
        column = k // rows
        left = x + sum(steps[:column]) + min(spare, 40.0) * column
        base = y + _ROW * (k % rows) + 10
        text = part.text
        while text_width(text, _LEGEND) > width - 36:
            text = text[:-2].rstrip() + "…"
        drawn.append(
            f'<rect x="{num(left)}" y="{num(base - 8)}" '
            f'width="9" height="9" fill="{colour(part.kind)}"/>'
            f"{words(left + 25, base, str(part.number), 'legend', 'end')}"
            f"{words(left + 30, base, text, 'legend', 'start')}"
        )
    return drawn, rows * _ROW + 4


def notes(car: Scene, x: float, y: float, width: float) -> tuple[list[str], float]:
    """Return the conflicts in red and who sets the hard points, and the height they take."""
    lines = [
        ("conflict", line)
        for clash in car.clashes[:6]
        for line in wrapped(clash.text, width, 1.17 * DIM)
    ]
    if len(car.clashes) > 6:
        lines.append(("conflict", f"and {len(car.clashes) - 6} more conflicts"))
    if car.drivers:
        bold = "; ".join(f"{code} by {who}" for code, who in car.drivers.items())
        lines += [
            ("driver", line) for line in wrapped(f"on their bound, so bold: {bold}", width, _LEGEND)
        ]
    if car.keepouts:
        lines.append(("driver", "hatched in red: must stay empty"))
    if car.zones:
        hint = "lines in a battery hint at modules; they are not counted"
        lines += [("driver", line) for line in wrapped(hint, width, _LEGEND)]
    drawn = [
        words(x, y + _ROW * k + 10, line, style, "start") for k, (style, line) in enumerate(lines)
    ]
    return drawn, len(lines) * _ROW + (4 if lines else 0)
