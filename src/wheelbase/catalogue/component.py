"""Components that can be bought or built: engines, gearboxes, drive units. No behaviour."""

from dataclasses import dataclass
from typing import Annotated, Literal

from wheelbase.catalogue.spec import Spec
from wheelbase.units import (
    AngularSpeed,
    Count,
    EnergyDensity,
    Factor,
    Gearing,
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
    "MachineSet",
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
    size_exponent: Factor
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
    """Losses and shift limits of a class of gearboxes.

    `drag_share` of rated torque; the converter slips by `slip` at rest, fading out to `slip_until`.
    A gear above the first is held at `lug_speed` (top gearing / reference)^`lug_exponent` or more,
    with `torque_reserve` left; idle in drive burns `idle_factor` of idle in neutral.
    """

    efficiency: Share
    drag_share: Share
    slip: Share
    slip_until: Speed
    lug_speed: AngularSpeed
    lug_exponent: Factor
    reference_gearing: Gearing
    torque_reserve: Share
    idle_factor: Ratio
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
    (P_max / 200 kW)^exponent, t = torque / peak torque, x = speed / maximum speed. With magnets
    a machine that is dragged along loses k0 + kx2 x^2, without them nothing.
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
    magnets: Literal["yes", "no"]
    gear_efficiency: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class DriveUnit(Spec):
    """Electric drive unit: machine, inverter and reduction gear in one housing.

    `inverter` is silicon or silicon carbide, `disconnect` whether it can be taken off the wheels;
    None where no public source says.
    """

    technology: Id
    peak_power: Power
    peak_torque: Torque
    maximum_speed: AngularSpeed
    ratio: Ratio
    inverter: Literal["si", "sic"] | None = None
    disconnect: Literal["yes", "no"] | None = None
    voltage_class: Voltage | None = None
    mass: Mass | None = None
    length: Length | None = None
    width: Length | None = None
    height: Length | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineSet(Spec):
    """Which e-machines a battery car on sale carries: technology, peak power and torque per axle.

    `carried_by` are beginnings of "make vehicle" in a fleet list, separated by bars; `disconnect`
    tells whether the second machine can be taken off its wheels.
    """

    carried_by: str
    rear: Id | None = None
    front: Id | None = None
    rear_power: Power | None = None
    front_power: Power | None = None
    rear_torque: Torque | None = None
    front_torque: Torque | None = None
    inverter: Literal["si", "sic"]
    disconnect: Literal["yes", "no"] | None = None
