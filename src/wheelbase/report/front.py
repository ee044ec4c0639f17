"""The view from the front as SVG, and side, top and front view on one sheet."""

from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any

from wheelbase.report.drawing import Frame, draw_side, draw_top, frame_around
from wheelbase.report.labels import across, legend, marks, notes, upward
from wheelbase.report.scene import SPACES, Part, Scene, colour, scene
from wheelbase.report.shell import Points, tyre_sides
from wheelbase.report.svg import Area, document, num, path

__all__ = ["draw_front", "three_view"]

_Axis = Callable[[float], float]

_SCALE = 88.0  # picture units per m
_BELT, _LEAN = 0.64, 0.17  # share of the height where the sides lean in, and of the half width
_EDGE, _BESIDE = 12.0, 62.0


def draw_front(
    car: Scene, left: float, top: float, taken: list[Area]
) -> tuple[list[str], float, float]:
    """Return the pieces of a view from the front, its width and its lower edge.

    One looks at the car's face, so its right-hand side is to the left; the rear is painted first.
    """
    half, height = car.body["W103"] / 2, car.body["H100"]
    middle, ground = left + _BESIDE + half * _SCALE, top + 20 + height * _SCALE
    width = 2 * (_BESIDE + half * _SCALE)

    def py(y: float) -> float:
        return middle - y * _SCALE

    def pz(z: float) -> float:
        return ground - z * _SCALE

    parts = sorted(car.parts, key=lambda p: (p.kind not in SPACES, -p.x0, p.number))
    areas = {p.number: (py(p.y1), pz(p.z1), py(p.y0), pz(p.z0)) for p in parts}
    drawn = [
        f'<path class="shell" d="{path([(py(y), pz(z)) for y, z in _skin(car)], True)}"/>',
        *(_rectangle(p, areas[p.number]) for p in parts),
        *_tyres(car, py, pz),
        f'<line class="ground" x1="{num(left + 30)}" x2="{num(left + width - 30)}" '
        f'y1="{num(ground)}" y2="{num(ground)}"/>',
        across(py(half), py(-half), ground + 21, f"W103 {2e3 * half:.0f}", taken),
        upward(py(-half) + 22, pz(height), ground, f"H100 {1e3 * height:.0f}", taken),
    ]
    bounds = (left + 4, top + 2, left + width - 30, ground - 1)
    return [*drawn, *marks(parts, areas, taken, bounds)], width, ground + 30


def _skin(car: Scene) -> Points:
    """Return the closed outline of the body seen from the front: y and z in m."""
    half, height, sill = car.body["W103"] / 2, car.body["H100"], car.body["H156"]
    roof = half * (1 - _LEAN)
    right = [(half - 0.05, sill), (half, sill + 0.1), (half, _BELT * height),
             (roof, height - 0.09), (roof - 0.12, height)]  # fmt: skip
    return [*right, *((-y, z) for y, z in reversed(right))]


def _tyres(car: Scene, py: _Axis, pz: _Axis) -> Iterator[str]:
    diameter = 2 * car.body["tyre_radius"]
    for low, high in tyre_sides(car):
        yield (
            f'<rect class="tyre" x="{num(py(high))}" y="{num(pz(diameter))}" rx="5" '
            f'width="{num((high - low) * _SCALE)}" height="{num(diameter * _SCALE)}"/>'
        )


def _rectangle(part: Part, area: Area) -> str:
    x0, y0, x1, y1 = area
    style = "space" if part.kind in SPACES else "part"
    return (
        f'<rect class="{style}" x="{num(x0)}" y="{num(y0)}" width="{num(x1 - x0)}" '
        f'height="{num(y1 - y0)}" fill="{colour(part.kind)}">'
        f"<title>{escape(part.text)}</title></rect>"
    )


def three_view(variant: Mapping[str, Any], title: str, frame: Frame | None = None) -> str:
    """Return a variant from the side, from above and from the front, with legend and notes.

    Args:
        variant: A variant of the results.
        title: What the picture shows; any text.
        frame: Room shared with other pictures; without it that of this car.

    Raises:
        DataError: The variant cannot be drawn.
    """
    car = scene(variant)
    frame = frame or frame_around([car])
    taken: list[Area] = []
    side, low = draw_side(car, frame, 0.0, 0.0, taken)
    above, lower = draw_top(car, frame, 0.0, low, taken)
    face, breadth, bottom = draw_front(car, 0.0, lower, taken)
    key, tall = legend(car.parts, breadth + 6, lower + 18, frame.width - breadth - _EDGE)
    y = max(bottom, lower + 18 + tall)
    said, deep = notes(car, _EDGE, y, frame.width - 2 * _EDGE)
    return document(frame.width, y + deep + 4, title, [*side, *above, *face, *key, *said])
