"""Isometric view as SVG: all three axes on one scale, seen from the front left, above."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import escape
from math import cos, pi
from typing import Any

from wheelbase.report.drawing import MODULE, below
from wheelbase.report.labels import free, legend
from wheelbase.report.scene import SPACES, Part, Scene, colour, scene
from wheelbase.report.shell import circle, edges, outline, tyre_sides
from wheelbase.report.svg import Area, document, mark, path

__all__ = ["View", "draw_isometric", "isometric_view", "painters_order", "project"]

View = Callable[[float, float, float], tuple[float, float]]
"""From a point in m to its place in the picture."""

_SCALE = 100.0  # picture units per m along each axis
_ACROSS = cos(pi / 6)
_SHADES = {"top": 1.12, "left": 0.92, "front": 0.74}
_HALF = 0.5


def project(x: float, y: float, z: float) -> tuple[float, float]:
    """Return where a point in m lies in the picture: right and up, in m of each axis.

    The eye is in front of the car, to its left and above: x runs right and up, y left and up.
    """
    return (x - y) * _ACROSS, z + (x + y) * _HALF


def isometric_view(variant: Mapping[str, Any], title: str, key: bool = True) -> str:
    """Return the isometric view: solid parts, pale spaces, the body and its tyres as a ghost.

    Args:
        variant: A variant of the results.
        title: What the picture shows; any text.
        key: Whether the legend of the numbers stands below.

    Raises:
        DataError: The variant cannot be drawn.
    """
    car = scene(variant)
    drawn, width, bottom = draw_isometric(car, 0.0, 0.0)
    if key:
        listed, tall = legend(car.parts, 12, bottom, width - 24)
        drawn, bottom = [*drawn, *listed], bottom + tall
    return document(width, bottom + 4, title, drawn)


def draw_isometric(car: Scene, left: float, top: float) -> tuple[list[str], float, float]:
    """Return the pieces of an isometric view, its width and its lower edge."""
    half = car.body["W103"] / 2
    boxes = [*car.parts, *_solid_keepouts(car)]
    corners = [(x, y, z) for x, z in (*outline(car), (car.front, 0.0), (car.rear, 0.0))
               for y in (-half, half)]  # fmt: skip
    corners += [(x, y, z) for b in boxes for x in (b.x0, b.x1) for y in (b.y0, b.y1)
                for z in (b.z0, b.z1)]  # fmt: skip
    seen = [project(*corner) for corner in corners]
    west, north = min(u for u, _ in seen), max(v for _, v in seen)

    def at(x: float, y: float, z: float) -> tuple[float, float]:
        u, v = project(x, y, z)
        return left + 12 + (u - west) * _SCALE, top + 12 + (north - v) * _SCALE

    width = 24 + (max(u for u, _ in seen) - west) * _SCALE
    bottom = top + 24 + (north - min(v for _, v in seen)) * _SCALE
    (low, far), r = tyre_sides(car), car.body["tyre_radius"]

    def ring(axle: float, y: float) -> str:
        return path([at(x, y, z) for x, z in circle(axle, r, r)], closed=True)

    def shell(y: float) -> str:
        return path([at(x, y, z) for x, z in outline(car)], closed=True)

    order = painters_order(boxes)
    ribs = "".join(path([at(x, -half, z), at(x, half, z)]) for x, z in edges(car))
    wheels = [ring(axle, y) for axle in (0.0, car.wheelbase) for y in (*far, *low)]
    plan = path([at(x, y, 0) for x, y in _plan(car)], closed=True)
    drawn = [
        f'<path class="ground" fill="none" d="{plan}"/>',
        f'<path class="ghost" d="{shell(half)}{ribs}"/>',
        *(f'<path class="tyre" d="{d}"/>' for d in (*wheels[:2], *wheels[4:6])),
        *(_box(boxes[k], at) for k in order),
        *(f'<path class="tyre" d="{d}"/>' for d in (*wheels[2:4], *wheels[6:])),
        f'<path class="ghost" d="{shell(-half)}"/>',
        *_numbers([boxes[k] for k in order], at),
    ]
    return drawn, width, bottom


def _solid_keepouts(car: Scene) -> list[Part]:
    """Return the keep-outs that are things, such as rails; not walls from the road to the roof."""
    return [p for p in below(car) if p.z1 < car.body["H100"] - 1e-6]


def _plan(car: Scene) -> list[tuple[float, float]]:
    half = car.body["W103"] / 2
    return [(car.front, -half), (car.rear, -half), (car.rear, half), (car.front, half)]


def painters_order(parts: Sequence[Part]) -> list[int]:
    """Return the order in which boxes are painted, the hidden before those that hide them.

    Two boxes that do not meet are separated along x, y or z, and the one on the far side of that
    plane cannot hide the other; where several planes separate them and disagree, neither can.
    Only boxes that meet, and rings of boxes, fall back on the distance of their centres.
    """
    behind: list[set[int]] = [set() for _ in parts]
    for i, a in enumerate(parts):
        for j in range(i):
            b = parts[j]
            if not _meet_in_picture(a, b):
                continue
            a_far, b_far = _beyond(a, b), _beyond(b, a)
            if a_far and not b_far:
                behind[j].add(i)
            elif b_far and not a_far:
                behind[i].add(j)
    left, order = set(range(len(parts))), []
    while left:
        ready = [k for k in left if not behind[k] & left] or list(left)
        chosen = max(ready, key=lambda k: (round(_distance(parts[k]), 6), -k))
        order.append(chosen)
        left.remove(chosen)
    return order


def _beyond(a: Part, b: Part) -> bool:
    """Return whether a plane has all of `a` on its far side and all of `b` on its near side."""
    slack = 1e-9
    return a.x0 >= b.x1 - slack or a.y0 >= b.y1 - slack or a.z1 <= b.z0 + slack


def _distance(part: Part) -> float:
    return part.x0 + part.x1 + part.y0 + part.y1 - part.z0 - part.z1


def _meet_in_picture(a: Part, b: Part) -> bool:
    """Return whether two hexagons overlap; their sides are the three projected axes."""
    slack = 1e-9
    spans = (
        (a.x0 - a.y1, a.x1 - a.y0, b.x0 - b.y1, b.x1 - b.y0),
        (a.z0 + a.y0, a.z1 + a.y1, b.z0 + b.y0, b.z1 + b.y1),
        (a.z0 + a.x0, a.z1 + a.x1, b.z0 + b.x0, b.z1 + b.x1),
    )
    return all(a0 < b1 - slack and b0 < a1 - slack for a0, a1, b0, b1 in spans)


def _box(part: Part, at: View) -> str:
    """Return the three faces that the eye sees."""
    x0, x1, y0, y1, z0, z1 = part.x0, part.x1, part.y0, part.y1, part.z0, part.z1
    faces = {
        "top": ((x0, y0, z1), (x1, y0, z1), (x1, y1, z1), (x0, y1, z1)),
        "left": ((x0, y0, z0), (x1, y0, z0), (x1, y0, z1), (x0, y0, z1)),
        "front": ((x0, y0, z0), (x0, y1, z0), (x0, y1, z1), (x0, y0, z1)),
    }
    ds = {side: path([at(*corner) for corner in corners], True) for side, corners in faces.items()}
    if part.kind == "keepout":
        title = f"<title>keep-out {escape(part.text)}</title>"
        return f'<g class="keepout">{title}<path d="{"".join(ds.values())}"/></g>'
    style = "face space" if part.kind in SPACES else "face"
    tone = colour(part.kind)
    drawn = [f'<path fill="{_shaded(tone, _SHADES[side])}" d="{d}"/>' for side, d in ds.items()]
    if part.kind == "battery":
        columns, rows = (min(max(round(part.size[k] / MODULE), 1), 12) for k in (0, 1))
        lines = [((x0 + (x1 - x0) * k / columns, y0), (x0 + (x1 - x0) * k / columns, y1))
                 for k in range(1, columns)]  # fmt: skip
        lines += [((x0, y0 + (y1 - y0) * k / rows), (x1, y0 + (y1 - y0) * k / rows))
                  for k in range(1, rows)]  # fmt: skip
        hint = "".join(path([at(x, y, z1) for x, y in line]) for line in lines)
        drawn += [f'<path class="cells" d="{hint}"/>'] if hint else []
    title = f"<title>{escape(part.text)}</title>"
    return f'<g class="{style}" data-part="{part.number}">{title}{"".join(drawn)}</g>'


def _shaded(tone: str, share: float) -> str:
    levels = (int(tone[k : k + 2], 16) for k in (1, 3, 5))
    return "#" + "".join(f"{min(round(level * share), 255):02x}" for level in levels)


def _numbers(painted: Sequence[Part], at: View) -> Iterator[str]:
    """Yield the number of each part at a spot where the eye sees it, if there is one."""
    taken: list[Area] = []
    solid = [p for p in painted if p.kind not in SPACES and p.kind != "keepout"]
    for k, part in enumerate(painted):
        if part.kind == "keepout":
            continue
        later = [p for p in painted[k + 1 :] if p in solid]
        for spot in _spots(part):
            x, y = at(*spot)
            drawn, room = mark(x, y, part.number)
            if free(room, taken) and not any(_covers(p, spot) for p in later):
                taken.append(room)
                yield drawn
                break


def _spots(part: Part) -> Iterable[tuple[float, float, float]]:
    """Yield points on the visible faces, the middles first; of a space, on its upper edge."""
    inner = sorted((abs(i - 4) + abs(j - 4), i, j) for i in range(1, 8) for j in range(1, 8))
    dx, dy, dz = (side / 8 for side in part.size)
    for _, i, j in inner:
        yield part.x0 + i * dx, part.y0 + j * dy, part.z1
    for _, i, j in inner:
        yield part.x0 + i * dx, part.y0, part.z0 + j * dz
        yield part.x0, part.y0 + i * dy, part.z0 + j * dz


def _covers(part: Part, spot: tuple[float, float, float]) -> bool:
    """Return whether a box lies on the line from the eye through a point."""
    x, y, z = spot
    low = max(part.x0 - x, part.y0 - y, z - part.z1)
    high = min(part.x1 - x, part.y1 - y, z - part.z0)
    return low < high
