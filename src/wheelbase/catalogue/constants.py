"""Constants of the method that are facts of the world: one named figure per row, with interval."""

from dataclasses import dataclass
from typing import Annotated

from wheelbase.catalogue.spec import Spec
from wheelbase.units import Quantity

__all__ = ["ChainConstant", "VehicleConstant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainConstant(Spec):
    """A length of the dimensional chains (fit.md 4.6), or a plain factor of them.

    Exactly one of `length` and `factor` is given; `meaning` says what it is.
    """

    meaning: str
    length: Annotated[float, Quantity("length", "m", low=0)] | None = None
    factor: Annotated[float, Quantity("factor", "-")] | None = None

    @property
    def value(self) -> float:
        """The figure, in m or as a plain number."""
        value = self.length if self.length is not None else self.factor
        if value is None:
            raise ValueError(f"chain constant {self.id} has neither length nor factor")
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleConstant(Spec):
    """A constant of energy, mass or performance: exactly one figure in the unit of its row."""

    meaning: str
    factor: Annotated[float, Quantity("factor", "-")] | None = None
    mass: Annotated[float, Quantity("mass", "kg")] | None = None
    mass_per_area: Annotated[float, Quantity("mass per area", "kg/m2")] | None = None
    mass_per_power: Annotated[float, Quantity("mass per power", "kg/W")] | None = None
    mass_per_energy: Annotated[float, Quantity("mass per energy", "kg/J")] | None = None
    power: Annotated[float, Quantity("power", "W")] | None = None
    time: Annotated[float, Quantity("time", "s")] | None = None
    density: Annotated[float, Quantity("density", "kg/m3")] | None = None
    energy_density: Annotated[float, Quantity("energy per volume", "J/m3")] | None = None
    speed: Annotated[float, Quantity("speed", "m/s")] | None = None
    length: Annotated[float, Quantity("length", "m")] | None = None
    force: Annotated[float, Quantity("force", "N")] | None = None
    area: Annotated[float, Quantity("area", "m2")] | None = None

    @property
    def value(self) -> float:
        """The one figure that is given, in the unit of the code."""
        given = [getattr(self, f) for f in _FIGURES if getattr(self, f) is not None]
        if len(given) != 1:
            raise ValueError(f"vehicle constant {self.id} has {len(given)} figures instead of one")
        return float(given[0])


_FIGURES = (
    "factor", "mass", "mass_per_area", "mass_per_power", "mass_per_energy", "power", "time",
    "density", "energy_density", "speed", "length", "force", "area",
)  # fmt: skip
