"""Platforms: which hard points are common, which powertrains they must carry."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from wheelbase.catalogue.spec import Spec
from wheelbase.catalogue.vehicle import Powertrain
from wheelbase.units import Length, Year

__all__ = ["HARD_POINTS", "Architecture", "HardPoint", "Platform", "Policy"]

Policy = Literal["common", "tooled", "free"]

HARD_POINTS = {
    "L104": "front overhang",
    "x_fw": "firewall behind the front axle",
    "L105": "rear overhang",
    "L101": "wheelbase",
    "z_floor": "heel plane above ground",
    "tunnel_w": "tunnel width",
    "tunnel_h": "tunnel height above the heel plane",
    "rail_y": "inner face of the front rails from the middle of the car",
    "x_bat0": "front limit of the battery behind the front axle",
    "bat_max_w": "greatest width of the battery",
    "x_seat2": "front of the second row behind the front axle",
    "x_seatback": "back of the second row behind the front axle",
    "z_boot": "boot floor behind the rear axle above ground",
    "z_seat2": "underside of the second row above the heel plane",
}
"""Hard points of a platform with their meaning: SAE J1100 codes where one exists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HardPoint:
    """One hard point of a platform: who may differ in it, and its value where it is given.

    Args:
        policy: "common" to all powertrains, "tooled" (a variant pays for a tool of its own), or
            "free" per variant.
        tool: Id of the tool group that makes a tooled point; what `cost` counts sets of.
        value: m, where given; None where the chains find it.
        tolerance: Half of the interval around a given value, m.
        source: Who says so.
        status: How firm a given value is.
    """

    policy: Policy = "free"
    tool: str | None = None
    value: float | None = None
    tolerance: float = 0.0
    source: str = ""
    status: Literal["certified", "published", "derived", "estimate"] = "estimate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture(Spec):
    """A real platform as published: who owns it, what it carries, which cars stand on it."""

    name: str
    owner: str
    flexible: Literal["flexible", "bespoke"]
    layout: Literal["longitudinal", "transverse", "electric"]
    first_year: Year | None = None
    powertrains: tuple[Literal["petrol", "diesel", "mhev", "hev", "phev", "bev"], ...] = ()
    members: tuple[str, ...] = ()
    wheelbase_low: Length | None = None
    wheelbase_high: Length | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A platform as a study defines it. Not a fact but a composition: `study` builds it.

    Args:
        id: Name in the study.
        kind: Label for reports; no formula reads it.
        layout: How an engine lies; "electric" for a platform without one.
        floor: "carry-over" keeps the combustion floor and its tunnel under a battery; "variant"
            stamps a centre floor of its own per powertrain family, tunnel kept; "flat" has no
            tunnel at all.
        powertrains: Everything the platform must carry; sets the common hard points.
        hard_points: Policy and given values by names of HARD_POINTS; what is not named is free
            and found by the chains. Given values must hold every requirement.
    """

    id: str
    kind: Literal["flexible", "bespoke"]
    layout: Literal["longitudinal", "transverse", "electric"]
    floor: Literal["carry-over", "variant", "flat"]
    powertrains: tuple[Powertrain, ...]
    hard_points: Mapping[str, HardPoint] = field(default_factory=dict)

    @property
    def policies(self) -> dict[str, Policy]:
        """Policy by hard point."""
        return {name: point.policy for name, point in self.hard_points.items()}

    @property
    def pinned(self) -> dict[str, float]:
        """The hard points that are given, m."""
        return {n: p.value for n, p in self.hard_points.items() if p.value is not None}

    @property
    def tool_groups(self) -> dict[str, tuple[str, ...]]:
        """Tool group to the hard points that it makes."""
        groups: dict[str, tuple[str, ...]] = {}
        for name, point in self.hard_points.items():
            if point.policy == "tooled":
                groups[point.tool or name] = (*groups.get(point.tool or name, ()), name)
        return groups

    def pin(self, **values: float) -> "Platform":
        """Return the platform with these hard points given, m, and their policies kept."""
        points = dict(self.hard_points)
        for name, value in values.items():
            points[name] = replace(points.get(name, HardPoint()), value=value)
        return replace(self, hard_points=points)

    def __post_init__(self) -> None:
        """Refuse an empty platform, unknown hard points, and lengths that are none."""
        if not self.powertrains:
            raise ValueError(f"platform {self.id} carries no powertrain")
        if unknown := [name for name in self.hard_points if name not in HARD_POINTS]:
            raise ValueError(f"platform {self.id} has no hard point {unknown[0]!r}")
        for name, value in self.pinned.items():
            if not 0 <= value < 10:
                raise ValueError(f"platform {self.id}: {name} {value:g} m is outside 0 .. 10 m")
