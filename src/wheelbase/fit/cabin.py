"""People and luggage: where the second row ends, what boot is left, how far apart the rows sit.

Length, cabin and boot trade: the owner is promised a boot, so the second row's back stands as far
to the rear as the promise lets it on the roomiest powertrain of the platform; what another
powertrain puts under the boot floor then costs boot, and what an engine takes in front costs cabin.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from wheelbase.catalogue import Body
from wheelbase.fit.chain import Constants, Package

__all__ = ["boot_floor", "boot_volume", "couple_distance", "seatback", "usable_length"]

_LEAST_HEIGHT = 0.05


def boot_floor(part: Package, body: Body, c: Constants) -> tuple[Any, Any]:
    """Return the height of the boot floor over the rear axle and behind it, above ground, m."""
    r = body.tyre_radius
    if part.burns:
        over = r + (c["boot-floor-shaft"] if part.shaft else c["boot-floor-passive"])
        return over, body.H156 + c["boot-floor-rear"]
    unit = part.rear_height / 2 + c["boot-floor-unit"]
    over = r + np.where(part.rear_height > 0, unit, c["boot-floor-passive"])
    return over, body.H156 + c["boot-floor-rear-electric"]


def _heights(
    part: Package, body: Body, points: Mapping[str, Any], c: Constants
) -> tuple[Any, Any, Any]:
    """Return height over the axle, height behind it, and length behind it, m."""
    shelf = c["boot-shelf"] * body.H100
    over = np.maximum(shelf - boot_floor(part, body, c)[0], _LEAST_HEIGHT)
    behind = np.maximum(shelf - points["z_boot"], _LEAST_HEIGHT)
    return over, behind, np.maximum(points["L105"] - c["boot-axle"] - c["boot-end"], 0.0)


def boot_volume(part: Package, body: Body, points: Mapping[str, Any], c: Constants) -> Any:
    """Return the VDA volume in m3: length over and behind the axle, each times its height.

    A tank that a plug-in hybrid's pack drives from under the seat takes its outer volume.
    """
    over, behind, length = _heights(part, body, points, c)
    ahead = np.maximum(points["L101"] + c["boot-axle"] - points["x_seatback"], 0.0)
    volume = c["boot-share"] * c["boot-width"] * (ahead * over + length * behind)
    return np.maximum(volume - part.tank, 0.0)


def seatback(part: Package, body: Body, points: Mapping[str, Any], c: Constants) -> Any:
    """Return x of the second row's back that leaves this powertrain the promised boot, m.

    Held between the shortest and the longest cabin behind the firewall.
    """
    over, behind, length = _heights(part, body, points, c)
    plan = (body.boot + part.tank) / (c["boot-share"] * c["boot-width"])
    ahead = np.maximum(plan - length * behind, 0.0) / over
    firewall = points["x_fw"]
    return np.clip(
        points["L101"] + c["boot-axle"] - ahead,
        firewall + c["cabin-shortest"],
        firewall + c["cabin-longest"],
    )


def couple_distance(points: Mapping[str, Any], c: Constants) -> Any:
    """Return L50_2, between the seating reference points of first and second row, m."""
    return points["x_seatback"] - points["x_fw"] - c["seat-chain"]


def usable_length(body: Body, points: Mapping[str, Any], c: Constants) -> Any:
    """Return the length for people and luggage: the car less what lies ahead, and its walls, m."""
    return body.L103 - points["L104"] - points["x_fw"] - c["cabin-wall"]
