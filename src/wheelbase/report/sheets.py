"""Several views on one sheet and one scale: cars among each other, or one car from all sides."""

from collections.abc import Mapping
from typing import Any

from wheelbase.report.drawing import draw_side, draw_top, frame_around
from wheelbase.report.isometric import draw_isometric
from wheelbase.report.labels import legend, notes
from wheelbase.report.scene import scene
from wheelbase.report.svg import Area, document, words

__all__ = ["arrangement", "sheet"]

_EDGE = 12.0
_HEADING = 26.0


def sheet(variants: Mapping[str, Mapping[str, Any]], title: str) -> str:
    """Return up to four variants on one scale, side and top view each, their wheels aligned.

    Args:
        variants: Name of a variant to the variant; one to four.
        title: What the sheet shows; any text.

    Raises:
        DataError: A variant cannot be drawn.
        ValueError: No variant, or more than four.
    """
    if not 1 <= len(variants) <= 4:
        raise ValueError(f"a sheet shows one to four variants, not {len(variants)}")
    cars = {name: scene(v) for name, v in variants.items()}
    frame = frame_around([*cars.values()])
    width = 2 * frame.width
    drawn, y = [], 0.0
    for name, car in cars.items():
        taken: list[Area] = []
        drawn.append(words(_EDGE, y + 20, name, "heading", "start"))
        side, low = draw_side(car, frame, 0.0, y + _HEADING, taken)
        above, lower = draw_top(car, frame, frame.width, y + _HEADING, taken)
        y = max(low, lower)
        said, deep = notes(car, _EDGE, y, width - 2 * _EDGE)
        key, tall = legend(car.parts, _EDGE, y + deep, width - 2 * _EDGE)
        drawn += [*side, *above, *said, *key]
        y += deep + tall + 14
    return document(width, y, title, drawn)


def arrangement(variant: Mapping[str, Any], title: str) -> str:
    """Return one variant as side view over top view, isometric view and legend beside them.

    Args:
        variant: A variant of the results.
        title: The heading; any text.

    Raises:
        DataError: The variant cannot be drawn.
    """
    car = scene(variant)
    frame = frame_around([car])
    taken: list[Area] = []
    side, low = draw_side(car, frame, 0.0, _HEADING, taken)
    above, bottom = draw_top(car, frame, 0.0, low, taken)
    solid, breadth, under = draw_isometric(car, frame.width, _HEADING)
    width, y = frame.width + breadth, max(bottom, under) + 6
    said, deep = notes(car, _EDGE, y, width - 2 * _EDGE)
    key, tall = legend(car.parts, _EDGE, y + deep, width - 2 * _EDGE)
    heading = words(_EDGE, 20, title, "heading", "start")
    drawn = [heading, *side, *above, *solid, *said, *key]
    return document(width, y + deep + tall + 4, title, drawn)
