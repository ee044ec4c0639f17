"""What the 3-D view of the page draws: boxes, body and collisions of a variant, to a millimetre."""

from collections.abc import Mapping
from typing import Any

from wheelbase.report.scene import boxes_json, scene
from wheelbase.report.shell import Points, glass, outline

__all__ = ["view_json"]


def view_json(variant: Mapping[str, Any]) -> dict[str, Any]:
    """Return a variant for the 3-D view: what `boxes_json` holds, outlines, and what collides.

    Lengths are in m, rounded to a millimetre; `outline` and `glass` are corners (x, z) of the body
    seen from the side; `clashes` name their parts by number.

    Raises:
        DataError: A part of the results is missing, or is no length a car could have.
    """
    car = scene(variant)
    found: dict[str, Any] = _rounded(
        {
            **boxes_json(variant),
            "outline": _corners(outline(car)),
            "glass": _corners(glass(car)),
            "clashes": [
                {
                    "text": clash.text,
                    "short_by_mm": clash.short_by_mm,
                    "hard_point": clash.hard_point,
                    "parts": sorted(clash.parts),
                }
                for clash in car.clashes
            ],
        }
    )
    return found


def _corners(points: Points) -> list[list[float]]:
    return [[x, z] for x, z in points]


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list) else value
