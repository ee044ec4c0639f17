"""Parts that no powertrain names but every car carries: their boxes, masses and clearances."""

from dataclasses import dataclass
from typing import Literal

from wheelbase.catalogue.spec import Spec
from wheelbase.units import Length, Mass

__all__ = ["PartSize"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSize(Spec):
    """The box of a part in the position it is built in: length along x, width y, height z.

    `mass` is its own, `heat_clearance` what it keeps from parts that bear no heat.
    """

    kind: Literal[
        "bell_housing", "gearbox", "transaxle", "transfer", "propshaft", "final_drive", "sump",
        "inverter", "charger", "hv_junction", "charge_port", "exhaust", "silencer", "cooler",
        "hvac", "lv_battery", "engine", "drive_unit", "tank",
    ]  # fmt: skip
    length: Length
    width: Length
    height: Length
    mass: Mass
    heat_clearance: Length | None = None
