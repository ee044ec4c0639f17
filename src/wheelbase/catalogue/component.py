"""Components that can be bought or built: engines, gearboxes, drive units. No behaviour."""

from dataclasses import dataclass
from typing import Annotated, Literal

from wheelbase.catalogue.spec import Spec
from wheelbase.units import (
    AngularSpeed,
    Count,
    EnergyDensity,
    Factor,
    Length,
    Mass,
    Power,
    PowerDensity,
    Pressure,
    Quantity,
    Ratio,
    Share,
    Speed,
    Torque,
    Voltage,
    Volume,
)

__all__ = [
    "DriveUnit",
    "Engine",
    "EngineTechnology",
    "Gearbox",
    "GearboxTechnology",
    "Id",
    "MachineTechnology",
]

Id = Annotated[str, "id"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineTechnology(Spec):
    """Willans line of a class of engines: what all engines of one technology have in common.

    Fuel power = (p_e + p_0) Vd w / (4 pi e) with p_0 = friction x (specific power /
    reference)^exponent; `rated_speed` gives the full-load curve where none
    is known, `cold_start_energy` is the extra fuel energy per displacement at 23 degC.
    """

    indicated_efficiency: Share
    friction: Pressure
    friction_exponent: Factor
    reference_specific_power: PowerDensity
    idle_speed: AngularSpeed
    maximum_speed: AngularSpeed
    rated_speed: AngularSpeed
    cold_start_energy: EnergyDensity


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine(Spec):
    """A combustion engine."""

    fuel: Literal["petrol", "diesel"]
    technology: Id
    cylinders: Count
    layout: Literal["in-line", "v", "boxer"]
    displacement: Volume
    peak_power: Power
    peak_torque: Torque
    bore: Length | None = None
    stroke: Length | None = None
    cylinder_spacing: Length | None = None
    mass: Mass | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GearboxTechnology(Spec):
    """Losses and shift limits of a class of gearboxes."""

    efficiency: Share
    drag_share: Share
    slip: Share
    slip_until: Speed
    lug_speed: AngularSpeed
    shift_time: Annotated[float, Quantity("time", "s", low=0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gearbox(Spec):
    """A gearbox without its final drive; `ratios` first gear first."""

    technology: Id
    ratios: tuple[Ratio, ...]
    input_torque_limit: Torque | None = None
    mass: Mass | None = None
    length: Length | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineTechnology(Spec):
    """Loss law of a class of e-machines with inverter and reduction gear.

    P_loss / P_max = k0 + kx2 x^2 + kt2 t^2 + ktx t x, each coefficient scaled by
    (P_max / 200 kW)^exponent, t = torque / peak torque, x = speed / maximum speed.
    """

    k0: Factor
    k0_exponent: Factor
    kx2: Factor
    kx2_exponent: Factor
    kt2: Factor
    kt2_exponent: Factor
    ktx: Factor
    ktx_exponent: Factor
    map_to_car: Ratio
    gear_efficiency: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class DriveUnit(Spec):
    """Electric drive unit: machine, inverter and reduction gear in one housing."""

    technology: Id
    peak_power: Power
    peak_torque: Torque
    maximum_speed: AngularSpeed
    ratio: Ratio
    voltage_class: Voltage | None = None
    mass: Mass | None = None
    length: Length | None = None
    width: Length | None = None
    height: Length | None = None
