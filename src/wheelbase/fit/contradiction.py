"""Hard points that cannot all hold: refused together, each with its millimetres."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from wheelbase.catalogue import Body, Platform
from wheelbase.errors import DataError

__all__ = ["contradicts", "refuse_contradictions", "refuse_wrong_lengths"]

_SLACK = 2e-3  # m, what rounded published lengths may differ by
_OVERHANGS = 1.25  # of the wheelbase, more than any car has in front and behind together
_SHORTEST = 1.5  # m, no car seats two rows on a shorter wheelbase
_IN_ORDER = (("x_fw", "x_seat2"), ("x_seat2", "x_seatback"), ("x_bat0", "x_seatback"))


def _limits(body: Body, points: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield hard points with the outside of the car that they must stay within, m."""
    yield from (("rail_y", body.W103 / 2), ("bat_max_w", body.W103), ("tunnel_w", body.W103))
    yield from (("z_floor", body.H100), ("z_boot", body.H100))
    yield "x_seatback", points["L101"] + points["L105"]


def contradicts(body: Body, points: Mapping[str, Any]) -> Any:
    """Return whether lengths contradict each other, row by row of what may be columns.

    True wherever `refuse_wrong_lengths` or `refuse_contradictions` refuse a single car.
    """
    front, wheelbase, rear = (points[name] for name in ("L104", "L101", "L105"))
    found = np.abs(front + wheelbase + rear - body.L103) > _SLACK
    found = found | (wheelbase < _SHORTEST) | (front + rear > _OVERHANGS * wheelbase)
    found = found | (points["z_floor"] <= body.H156)
    for low, high in _IN_ORDER:
        found = found | (points[low] >= points[high])
    for name, limit in _limits(body, points):
        found = found | (points[name] >= limit)
    return found


def refuse_contradictions(platform: Platform, body: Body, points: Mapping[str, float]) -> None:
    """Refuse hard points in the wrong order along the car, or outside it.

    Raises:
        DataError: Every contradiction at once.
    """
    order = [
        f"{platform.id}: {low} at {_mm(points[low])} lies behind {high} at {_mm(points[high])}; "
        "move one of them"
        for low, high in _IN_ORDER
        if points[low] >= points[high]
    ]
    outside = [
        f"{platform.id}: {name} {_mm(points[name])} lies outside {body.id}, whose limit is "
        f"{_mm(limit)}; make it smaller"
        for name, limit in _limits(body, points)
        if points[name] >= limit
    ]
    low = [
        f"{platform.id}: z_floor {_mm(points['z_floor'])} lies not above the ground clearance "
        f"H156 {_mm(body.H156)} of {body.id}; raise it"
    ] * (points["z_floor"] <= body.H156)
    if problems := [*order, *outside, *low]:
        raise DataError(problems)


def refuse_wrong_lengths(platform: Platform, body: Body, points: Mapping[str, float]) -> None:
    """Refuse overhangs and wheelbase that do not add up to the car, or leave no wheelbase.

    Raises:
        DataError: Names the lengths.
    """
    front, wheelbase, rear = (points[name] for name in ("L104", "L101", "L105"))
    if abs(front + wheelbase + rear - body.L103) > _SLACK:
        raise DataError(
            f"{platform.id}: L104 + L101 + L105 are {_mm(front + wheelbase + rear)}, but "
            f"{body.id}: L103 is {_mm(body.L103)}; give two of the three, or make them add up"
        )
    if wheelbase < _SHORTEST:
        raise DataError(
            f"{body.id}: L103: {_mm(body.L103)} leave a wheelbase of {_mm(wheelbase)} between "
            f"overhangs of {_mm(front)} and {_mm(rear)}; make the body longer"
        )
    if front + rear > _OVERHANGS * wheelbase:
        raise DataError(
            f"{platform.id}: overhangs L104 {_mm(front)} and L105 {_mm(rear)} are too much for a "
            f"wheelbase of {_mm(wheelbase)}; make {body.id} shorter, or its wheelbase longer"
        )


def _mm(length: float) -> str:
    return f"{1e3 * length:.0f} mm"
