"""Customers: what buyers were found to pay for what a car does, one figure per entry."""

from dataclasses import dataclass
from typing import Annotated

from wheelbase.catalogue.spec import Spec, only
from wheelbase.prices import Money
from wheelbase.units import CostPerEnergy, Quantity, Years

__all__ = ["CustomerValue"]

_PER_LENGTH = Quantity("money per length", "EUR/m")
_PER_TIME = Quantity("money per time", "EUR/s")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerValue(Spec):
    """What buyers pay for a property of a car, or a figure that it is worked out with.

    Exactly one of the figures is given; `meaning` says what it is. Money is what the buyer hands
    over, taxes included where the study that found it was asked of buyers.
    """

    meaning: str
    per_length: Annotated[Money, _PER_LENGTH] | None = None
    per_time: Annotated[Money, _PER_TIME] | None = None
    per_energy: CostPerEnergy | None = None
    share_per_volume: Annotated[float, Quantity("share per volume", "1/m3", low=0)] | None = None
    factor: Annotated[float, Quantity("factor", "-")] | None = None
    years: Years | None = None
    length: Annotated[float, Quantity("length", "m")] | None = None
    area: Annotated[float, Quantity("area", "m2")] | None = None

    @property
    def figure(self) -> str:
        """Name of the figure that is given."""
        return only(self, _FIGURES)

    @property
    def value(self) -> float | Money:
        """The figure in the unit of the code; money as published."""
        found: float | Money = getattr(self, self.figure)
        return found


_FIGURES = (
    "per_length", "per_time", "per_energy", "share_per_volume", "factor", "years", "length", "area",
)  # fmt: skip
