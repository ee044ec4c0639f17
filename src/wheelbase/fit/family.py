"""Part families: which hard points each large part of a body depends on."""

from collections.abc import Mapping

from wheelbase.catalogue import Body, Platform, Powertrain
from wheelbase.fit.result import Zone

__all__ = ["FAMILIES", "FOR_FLOOR_PACKS", "part_keys"]

FOR_FLOOR_PACKS = ("x_bat0", "bat_max_w")
"""Hard points that a floor has for an underfloor pack alone."""

FAMILIES = {
    "front structure": ("L104", "x_fw", "rail_y"),
    "centre floor": ("L101", "x_fw", "tunnel_w", "tunnel_h", "z_floor", *FOR_FLOOR_PACKS),
    "rear structure": ("L101", "L105", "z_boot"),
    "upper body": ("L101", "x_fw"),
}
"""Part family to the hard points whose values its stampings hold."""

_OUTSIDE = ("L103", "W103", "H100", "H156")


def part_keys(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    points: Mapping[str, float],
    stored: tuple[Zone, ...],
) -> dict[str, tuple[tuple[str, float], ...]]:
    """Return what each part family is made to: equal values mean one and the same part.

    Hard points to a tenth of a millimetre; the upper body holds the outer size of the body too,
    packs the corners of their zones. The floor of a car without an underfloor pack ignores the
    pack's limits, unless the platform makes them common or carries one floor over to all.
    """
    packed = platform.floor != "carry-over" and powertrain.kind == "bev"

    def counts(name: str) -> bool:
        return name not in FOR_FLOOR_PACKS or packed or platform.policies.get(name) == "common"

    keys = {
        family: tuple((name, round(points[name], 4)) for name in names if counts(name))
        for family, names in FAMILIES.items()
    }
    keys["upper body"] += tuple((name, round(getattr(body, name), 4)) for name in _OUTSIDE)
    for zone in stored:
        corners = (("x0", zone.x0), ("x1", zone.x1), ("y1", zone.y1))
        keys[f"pack {zone.id}"] = tuple((name, round(value, 4)) for name, value in corners)
    return keys
