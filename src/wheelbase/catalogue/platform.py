"""Platforms: which hard points are common, which powertrains they must carry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from wheelbase.catalogue.spec import Spec
from wheelbase.catalogue.vehicle import Powertrain
from wheelbase.units import Length, Year

__all__ = ["HARD_POINTS", "Architecture", "Platform", "Policy"]

Policy = Literal["common", "tooled", "free"]

HARD_POINTS = {
    "L104": "front overhang",
    "x_fw": "firewall behind the front axle",
    "L105": "rear overhang",
    "L101": "wheelbase",
    "z_floor": "floor above ground",
    "tunnel_w": "tunnel width",
    "tunnel_h": "tunnel height",
    "x_bat0": "front limit of the battery behind the front axle",
}
"""Hard points that a platform may declare common, tooled or free, with their meaning."""


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
        policies: Policy per hard point of HARD_POINTS; what is not named is free.
        pinned: Hard points that are given, in m; they must hold every requirement.
    """

    id: str
    kind: Literal["flexible", "bespoke"]
    layout: Literal["longitudinal", "transverse", "electric"]
    floor: Literal["carry-over", "variant", "flat"]
    powertrains: tuple[Powertrain, ...]
    policies: Mapping[str, Policy] = field(default_factory=dict)
    pinned: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse an empty platform, unknown hard points, and lengths that are none."""
        if not self.powertrains:
            raise ValueError(f"platform {self.id} carries no powertrain")
        for name in (*self.policies, *self.pinned):
            if name not in HARD_POINTS:
                raise ValueError(f"platform {self.id} has no hard point {name!r}")
        for name, value in self.pinned.items():
            if not 0 <= value < 10:
                raise ValueError(f"platform {self.id}: {name} {value:g} m is outside 0 .. 10 m")
