"""Constants of the method that are facts of the world: one named figure per row, with interval."""

from dataclasses import dataclass
from typing import Annotated

from wheelbase.catalogue.spec import Spec, first, only
from wheelbase.units import Quantity

__all__ = ["ChainConstant", "VehicleConstant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainConstant(Spec):
    """A length of the dimensional chains, or a factor of them.

    Exactly one of the figures is given; `meaning` says what it is.
    """

    meaning: str
    length: Annotated[float, Quantity("length", "m", low=0)] | None = None
    factor: Annotated[float, Quantity("factor", "-")] | None = None
    volume_per_torque: Annotated[float, Quantity("volume per torque", "m3/Nm")] | None = None
    energy_per_area: Annotated[float, Quantity("energy per area", "J/m2")] | None = None

    def __post_init__(self) -> None:
        """Check the range, and refuse an entry without a figure or with more than one."""
        Spec.__post_init__(self)
        only(self, _CHAIN_FIGURES)

    @property
    def figure(self) -> str:
        """Name of the figure that is given."""
        return only(self, _CHAIN_FIGURES)

    @property
    def value(self) -> float:
        """The figure in the unit of the code."""
        return first(self, _CHAIN_FIGURES)


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleConstant(Spec):
    """A constant of energy, mass or performance: exactly one figure in the unit of its row."""

    meaning: str
    factor: Annotated[float, Quantity("factor", "-")] | None = None
    mass: Annotated[float, Quantity("mass", "kg")] | None = None
    mass_per_length: Annotated[float, Quantity("mass per length", "kg/m")] | None = None
    pressure: Annotated[float, Quantity("pressure", "Pa")] | None = None
    angular_speed: Annotated[float, Quantity("angular speed", "rad/s")] | None = None
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

    def __post_init__(self) -> None:
        """Check the range, and refuse an entry without a figure or with more than one."""
        Spec.__post_init__(self)
        only(self, _FIGURES)

    @property
    def figure(self) -> str:
        """Name of the figure that is given."""
        return only(self, _FIGURES)

    @property
    def value(self) -> float:
        """The one figure that is given, in the unit of the code."""
        return first(self, _FIGURES)


_CHAIN_FIGURES = ("length", "factor", "volume_per_torque", "energy_per_area")
_FIGURES = (
    "factor", "mass", "mass_per_area", "mass_per_power", "mass_per_energy", "power", "time",
    "density", "energy_density", "speed", "length", "force", "area",
    "mass_per_length", "pressure", "angular_speed",
)  # fmt: skip
