"""What flows through a powertrain in each interval of a cycle, and a proof that nothing is lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Flows"]


@dataclass(frozen=True, slots=True)
class Flows:
    """Powers of each interval, (t,) W.

    Args:
        fuel: Fuel power burnt.
        chemical: Power out of the battery's cells; negative while charging.
        delivered: Power that reaches the wheels; negative where the powertrain brakes them.
        losses: Cause to power, each of them not negative but for rounding.
        missed: Wheel power that the powertrain cannot deliver.
        overspeed: Speed in rad/s by which a machine is beyond its limit.
        gear: Index of the chosen gear, 0 for the first.
        price: Price of battery energy in fuel energy of a charge-sustaining hybrid, else 0.
    """

    fuel: Any
    chemical: Any
    delivered: Any
    losses: Mapping[str, Any]
    missed: Any
    overspeed: Any
    gear: Any
    price: float = 0.0
