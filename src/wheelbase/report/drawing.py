"""Dimensioned side and top views as SVG: pure functions of the results."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from wheelbase.catalogue import HARD_POINTS
from wheelbase.report.labels import across, flag, legend, marks, notes, upward
from wheelbase.report.scene import SPACES, Part, Scene, colour, scene
from wheelbase.report.shell import TYRE_WIDTH, glass, outline, tyre_sides
from wheelbase.report.svg import (
    Area,
    document,
    hatched,
    num,
    path,
)

__all__ = [
    "MODULE",
    "SCALE",
    "Frame",
    "below",
    "beside",
    "draw_side",
    "draw_top",
    "frame_around",
    "frame_of",
    "side_view",
    "top_view",
]

_Axis = Callable[[float], float]

SCALE = 102.0
"""Picture units per m, in side and top views."""

MODULE = 0.36
"""A usual length of a battery module in m, for the hint only."""

_LEFT, _RIGHT = 82.0, 44.0  # room for the vertical dimensions
_CHAIN = 21.0  # between two chains of dimensions
_MOST_COVERED = 0.5  # of a view; a larger keep-out would hatch the whole car
_MIDDLE = 0.3  # m from the middle of the car, where its parts are


@dataclass(frozen=True, slots=True)
class Frame:
    """The room that one or more cars need on one scale, in m about the front axle."""

    front: float
    rear: float
    height: float
    half: float

    @property
    def width(self) -> float:
        """Return the width of a view in picture units."""
        return _LEFT + (self.front + self.rear) * SCALE + _RIGHT


def frame_of(*variants: Mapping[str, Any]) -> Frame:
    """Return the frame that holds all variants, so that their wheels stand on one line.

    Raises:
        DataError: A variant cannot be drawn.
    """
    return frame_around([scene(v) for v in variants])


def frame_around(cars: Sequence[Scene]) -> Frame:
    """Return the frame that holds all cars."""
    return Frame(
        front=max(-c.front for c in cars),
        rear=max(c.rear for c in cars),
        height=max(c.body["H100"] for c in cars),
        half=max(c.body["W103"] for c in cars) / 2,
    )


def side_view(
    variant: Mapping[str, Any], title: str, frame: Frame | None = None, key: bool = True
) -> str:
    """Return the side view from the left: parts, ghost of the body, dimensions in mm.

    Args:
        variant: A variant of the results.
        title: What the picture shows; any text.
        frame: Room shared with other pictures; without it that of this car.
        key: Whether the legend of the numbers and the notes stand below.

    Raises:
        DataError: The variant cannot be drawn.
    """
    car = scene(variant)
    frame = frame or frame_around([car])
    taken: list[Area] = []
    drawn, bottom = draw_side(car, frame, 0.0, 0.0, taken)
    return _finish(car, frame, title, drawn, bottom, key)


def top_view(
    variant: Mapping[str, Any], title: str, frame: Frame | None = None, key: bool = True
) -> str:
    """Return the view from above, front to the left, so the right-hand side is up.

    Args:
        variant: A variant of the results.
        title: What the picture shows; any text.
        frame: Room shared with other pictures; without it that of this car.
        key: Whether the legend of the numbers and the notes stand below.

    Raises:
        DataError: The variant cannot be drawn.
    """
    car = scene(variant)
    frame = frame or frame_around([car])
    taken: list[Area] = []
    drawn, bottom = draw_top(car, frame, 0.0, 0.0, taken)
    return _finish(car, frame, title, drawn, bottom, key)


def _finish(
    car: Scene,
    frame: Frame,
    title: str,
    drawn: list[str],
    bottom: float,
    key: bool,
) -> str:
    if key:
        said, deep = notes(car, 12, bottom, frame.width - 24)
        listed, tall = legend(car.parts, 12, bottom + deep, frame.width - 24)
        drawn = [*drawn, *said, *listed]
        bottom += deep + tall
    return document(frame.width, bottom + 4, title, drawn)


def draw_side(
    car: Scene, frame: Frame, left: float, top: float, taken: list[Area]
) -> tuple[list[str], float]:
    """Return the pieces of a side view whose corner is (left, top), and its lower edge."""
    ground = top + 26 + frame.height * SCALE

    def px(x: float) -> float:
        return left + _LEFT + (x + frame.front) * SCALE

    def pz(z: float) -> float:
        return ground - z * SCALE

    parts = sorted(car.parts, key=lambda p: (p.kind not in SPACES, -p.y0, -p.size[0], p.number))
    areas = {p.number: (px(p.x0), pz(p.z1), px(p.x1), pz(p.z0)) for p in parts}
    chains, bottom = _side_chains(car, px, pz, ground, taken)
    r = car.body["tyre_radius"]
    tyres = [
        f'<circle class="{style}" cx="{num(px(axle))}" cy="{num(pz(r))}" '
        f'r="{num(share * r * SCALE)}"/>'
        for axle in (0.0, car.wheelbase)
        for style, share in (("tyre", 1.0), ("rim", 0.62))
    ]
    drawn = [
        f'<path class="shell" d="{path([(px(x), pz(z)) for x, z in outline(car)], True)}"/>',
        f'<path class="ghost" d="{path([(px(x), pz(z)) for x, z in glass(car)], True)}"/>',
        *_keepouts(beside(car), lambda p: (px(p.x0), pz(p.z1), px(p.x1), pz(p.z0))),
        *(_rectangle(p, areas[p.number], flat=False) for p in parts),
        *tyres,
        *_hard_points(car, px, pz),
        *_wheel_lines(car, px, pz(2 * r) - 10, bottom - 8),
        f'<line class="ground" x1="{num(left + 24)}" x2="{num(left + frame.width - 20)}" '
        f'y1="{num(ground)}" y2="{num(ground)}"/>',
        *chains,
    ]
    bounds = (left + 4, top + 2, left + frame.width - 4, ground - 1)
    drawn += _shortfalls(car, areas, taken, bounds)
    drawn += marks(parts, areas, taken, bounds)
    return drawn, bottom


def draw_top(
    car: Scene, frame: Frame, left: float, top: float, taken: list[Area]
) -> tuple[list[str], float]:
    """Return the pieces of a top view whose corner is (left, top), and its lower edge."""
    middle = top + 14 + frame.half * SCALE

    def px(x: float) -> float:
        return left + _LEFT + (x + frame.front) * SCALE

    def py(y: float) -> float:
        return middle - y * SCALE

    def area(p: Part) -> Area:
        return px(p.x0), py(p.y1), px(p.x1), py(p.y0)

    half, r = car.body["W103"] / 2, car.body["tyre_radius"]
    parts = sorted(car.parts, key=lambda p: (p.kind not in SPACES, p.z1, -p.size[0], p.number))
    areas = {p.number: area(p) for p in parts}
    tyres = [
        f'<rect class="tyre" x="{num(px(axle - r))}" y="{num(py(high))}" rx="5" '
        f'width="{num(2 * r * SCALE)}" height="{num(TYRE_WIDTH * SCALE)}"/>'
        for axle in (0.0, car.wheelbase)
        for _, high in tyre_sides(car)
    ]
    drawn = [
        f'<rect class="shell" x="{num(px(car.front))}" y="{num(py(half))}" rx="38" '
        f'width="{num(px(car.rear) - px(car.front))}" height="{num(2 * half * SCALE)}"/>',
        *tyres,
        *_keepouts(below(car), area),
        *(_rectangle(p, areas[p.number], flat=True) for p in parts),
        *_wheel_lines(car, px, py(half) - 8, py(-half) + 8),
        upward(px(car.rear) + 26, py(half), py(-half), f"W103 {1e3 * 2 * half:.0f}", taken),
        *_extensions([(px(car.rear) - 40, py(s * half), px(car.rear) + 31, py(s * half))
                      for s in (1, -1)]),
    ]  # fmt: skip
    for zone in car.zones[:1]:
        x = px(car.front) - 16
        text = f"battery {1e3 * zone.size[1]:.0f}"
        lines = [(x - 5, py(y), px(zone.x0), py(y)) for y in (zone.y0, zone.y1)]
        drawn += [upward(x, py(zone.y1), py(zone.y0), text, taken), *_extensions(lines)]
    bounds = (left + 4, py(half) - 12, left + frame.width - 4, py(-half) + 12)
    drawn += _shortfalls(car, areas, taken, bounds)
    drawn += marks(parts, areas, taken, bounds)
    return drawn, middle + frame.half * SCALE + 18


def _rectangle(part: Part, area: Area, flat: bool) -> str:
    """Return a part with its hover text, and the hint of modules in a battery."""
    x0, y0, x1, y1 = area
    style = "space" if part.kind in SPACES else "part"
    drawn = (
        f'<rect class="{style}" data-part="{part.number}" x="{num(x0)}" y="{num(y0)}" '
        f'width="{num(x1 - x0)}" height="{num(y1 - y0)}" fill="{colour(part.kind)}">'
        f"<title>{escape(part.text)}</title></rect>"
    )
    if part.kind != "battery":
        return drawn
    columns = min(max(round(part.size[0] / MODULE), 1), 12)
    rows = 2 * round(part.size[1] / (2 * MODULE)) if flat else part.levels
    rows = min(max(rows, 1), 12)
    lines = [((x0 + (x1 - x0) * k / columns, y0), (x0 + (x1 - x0) * k / columns, y1))
             for k in range(1, columns)]  # fmt: skip
    lines += [((x0, y0 + (y1 - y0) * k / rows), (x1, y0 + (y1 - y0) * k / rows))
              for k in range(1, rows)]  # fmt: skip
    hint = "".join(path(line) for line in lines)
    return drawn + (f'<path class="cells" d="{hint}"/>' if hint else "")


def beside(car: Scene) -> list[Part]:
    """Return the keep-outs of the side view: not those along one flank, which would hide all."""
    half, size = car.body["W103"] / 2 - 1e-6, car.body["L103"] * car.body["H100"]

    def outboard(p: Part) -> bool:
        return (p.y0 <= -half) != (p.y1 >= half) and (p.y0 > _MIDDLE or p.y1 < -_MIDDLE)

    return [p for p in car.keepouts
            if not outboard(p) and p.size[0] * p.size[2] < _MOST_COVERED * size]  # fmt: skip


def below(car: Scene) -> list[Part]:
    """Return the keep-outs of the top view: not those above the parts, which would hide all."""
    roof, size = car.body["H100"] - 1e-6, car.body["L103"] * car.body["W103"]
    return [p for p in car.keepouts if (p.z1 < roof or p.z0 <= 1e-6)
            and p.size[0] * p.size[1] < _MOST_COVERED * size]  # fmt: skip


def _keepouts(parts: Sequence[Part], area: Callable[[Part], Area]) -> Iterator[str]:
    """Yield outlines, hatched unless the hatching of a larger keep-out covers them already."""
    drawn: list[Area] = []
    for part in sorted(parts, key=lambda p: (-p.size[0] * p.size[1] * p.size[2], p.id)):
        x0, y0, x1, y1 = area(part)
        if (x0, y0, x1, y1) in drawn:
            continue
        yield (
            f'<rect class="keepout" x="{num(x0)}" y="{num(y0)}" width="{num(x1 - x0)}" '
            f'height="{num(y1 - y0)}"><title>keep-out {escape(part.text)}</title></rect>'
        )
        if not any(a <= x0 and b <= y0 and x1 <= c and y1 <= d for a, b, c, d in drawn):
            yield f'<path class="hatch" d="{hatched(x0, y0, x1, y1)}"/>'
        drawn.append((x0, y0, x1, y1))


def _wheel_lines(car: Scene, px: _Axis, y0: float, y1: float) -> Iterator[str]:
    for axle in (0.0, car.wheelbase):
        yield f'<path class="axis" d="{path(((px(axle), y0), (px(axle), y1)))}"/>'


def _extensions(lines: Sequence[Area]) -> Iterator[str]:
    d = "".join(path(((x0, y0), (x1, y1))) for x0, y0, x1, y1 in lines)
    yield f'<path class="extension" d="{d}"/>'


def _side_chains(
    car: Scene, px: _Axis, pz: _Axis, ground: float, taken: list[Area]
) -> tuple[list[str], float]:
    """Return the chains of dimensions of the side view, and the edge below them."""
    fw = car.points["x_fw"]
    rows: list[list[tuple[str, float, float]]] = [
        [("L104", car.front, 0.0), ("L101", 0.0, car.wheelbase),
         ("L105", car.wheelbase, car.rear)],
        [("x_fw", 0.0, fw)] + ([("usable length", fw, fw + car.usable)] if car.usable else []),
        [("battery", z.x0, z.x1) for z in car.zones[:1]],
        [("L103", car.front, car.rear)],
    ]  # fmt: skip
    drawn, ends, y = [], [], ground
    for row in filter(None, rows):
        y += _CHAIN
        for code, a, b in row:
            style, hover, size = _state(car, code, 1e3 * (b - a))
            text = f"{code} {size}"
            if code == "battery":
                text += f" × {1e3 * car.zones[0].size[1]:.0f}"
            drawn.append(across(px(a), px(b), y, text, taken, style, hover))
            ends += [(px(a), ground + 2, px(a), y + 4), (px(b), ground + 2, px(b), y + 4)]
    h, low = car.body["H100"], car.body["H156"]
    x, left = px(car.rear) + 26, px(car.front) - 14
    ends += [(px(car.rear) - 90, pz(h), x + 5, pz(h)), (left - 5, pz(low), px(0.0), pz(low))]
    drawn.append(upward(x, pz(h), ground, f"H100 {1e3 * h:.0f}", taken))
    drawn.append(upward(left, pz(low), ground, f"H156 {1e3 * low:.0f}", taken, beside=True))
    return [*_extensions(ends), *drawn], y + 12


def _state(car: Scene, code: str, size: float) -> tuple[str, str, str]:
    """Return style, hover text and the figure of a dimension."""
    shown = f"{size:.0f}"
    what = f"{code} {shown} mm, {HARD_POINTS[code]}" if code in HARD_POINTS else ""
    for clash in car.clashes:
        if clash.hard_point == code:
            return "short", clash.text, f"{shown}, {clash.short_by_mm:.0f} short"
    if code in car.drivers:
        return "active", f"{what}: set by {car.drivers[code]}", shown
    return "", what, shown


def _hard_points(car: Scene, px: _Axis, pz: _Axis) -> Iterator[str]:
    """Yield the hard points that are a line in the side view: walls and floors."""
    points, waist = car.points, 0.62 * car.body["H100"]
    low, fw = points.get("z_floor", car.body["H156"]), points["x_fw"]
    back = points.get("x_seatback", car.wheelbase - 0.3)
    lines = {
        "x_fw": ((fw, car.body["H156"]), (fw, waist)),
        "z_floor": ((fw, low), (back, low)),
        "x_seatback": ((back, low), (back, waist)),
        "z_boot": ((car.wheelbase, points.get("z_boot", 0.0)),
                   (car.rear - 0.1, points.get("z_boot", 0.0))),
    }  # fmt: skip
    for code, line in lines.items():
        if code not in points:
            continue
        style, hover, _ = _state(car, code, 1e3 * points[code])
        d = path([(px(x), pz(z)) for x, z in line])
        yield (
            f'<g class="dim{" " + style if style else ""}"><title>{escape(hover)}</title>'
            f'<path class="wall" d="{d}"/></g>'
        )


def _shortfalls(
    car: Scene, areas: Mapping[int, Area], taken: list[Area], bounds: Area
) -> Iterator[str]:
    """Yield what does not fit in red, with mm, at the parts that a conflict names."""
    for clash in car.clashes:
        if not clash.parts:
            continue
        for number in sorted(clash.parts):
            x0, y0, x1, y1 = areas[number]
            yield (
                f'<rect class="clash" x="{num(x0)}" y="{num(y0)}" width="{num(x1 - x0)}" '
                f'height="{num(y1 - y0)}"/>'
            )
        x0, y0, x1, y1 = areas[min(clash.parts)]
        yield flag(f"{clash.short_by_mm:.0f} mm short", (x0, y0, x1, y1), taken, bounds)
