"""Part families: which hard points each large part of a car depends on."""

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
    "closures": ("L101", "x_fw"),
    "interior": ("x_fw", "x_seat2", "x_seatback", "tunnel_w", "tunnel_h"),
    "axles, steering, brakes": ("rail_y",),
}
"""Part family to the hard points that it is made to."""

_OUTSIDE = {
    "upper body": ("L103", "W103", "H100", "H156"),
    "closures": ("L103", "W103", "H100", "H156"),
    "interior": ("W103", "H100"),
    "axles, steering, brakes": ("W103", "tyre_radius"),
}


def part_keys(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    points: Mapping[str, float],
    stored: tuple[Zone, ...],
) -> dict[str, tuple[tuple[str, float], ...]]:
    """Return what each part family is made to: equal values mean one and the same part.

    Hard points to a tenth of a millimetre; what shows outside or follows the size of the body holds
    that size too, packs the corners of their zones. The floor of a car without an underfloor pack
    ignores the pack's limits, unless the platform makes them common or carries one floor over.
    """
    packed = platform.floor != "carry-over" and powertrain.kind == "bev"

    def counts(name: str) -> bool:
        return name not in FOR_FLOOR_PACKS or packed or platform.policies.get(name) == "common"

    keys = {
        family: tuple((name, round(points[name], 4)) for name in names if counts(name))
        for family, names in FAMILIES.items()
    }
    for family, names in _OUTSIDE.items():
        keys[family] += tuple((name, round(getattr(body, name), 4)) for name in names)
    for zone in stored:
        corners = (("x0", zone.x0), ("x1", zone.x1), ("y1", zone.y1))
        keys[f"pack {zone.id}"] = tuple((name, round(value, 4)) for name, value in corners)
    return keys
