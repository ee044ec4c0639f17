"""Pairs: the same body with an engine alone and with a traction battery, as sold."""

from dataclasses import dataclass
from typing import Annotated

from wheelbase.catalogue.component import Id
from wheelbase.catalogue.spec import Spec
from wheelbase.units import Quantity

__all__ = ["Pair"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair(Spec):
    """What a traction battery costs in one body: boot lost and mass gained, to hold the model to.

    `combustion` and `electric` are vehicles of the catalogue on the same body; the electric one is
    battery electric or a plug-in hybrid. `bespoke` is the car of that maker and class on a platform
    made for batteries, `bespoke_energy_gain` the net energy that it holds beyond the electric one.
    A loss or gain below zero is one the other way round; None where no public figure was found.
    """

    combustion: Id
    electric: Id
    boot_loss: Annotated[float, Quantity("volume", "m3")] | None = None
    mass_gain: Annotated[float, Quantity("mass", "kg")] | None = None
    bespoke: Id | None = None
    bespoke_energy_gain: Annotated[float, Quantity("energy", "J")] | None = None
