"""Cells and packs: what stores the energy."""

from dataclasses import dataclass
from typing import Literal

from wheelbase.catalogue.component import Id
from wheelbase.catalogue.spec import Spec
from wheelbase.units import (
    Charge,
    Count,
    Energy,
    EnergyDensity,
    Length,
    Mass,
    Power,
    Ratio,
    Resistance,
    ResistanceCharge,
    Share,
    SpecificEnergy,
    Voltage,
    Year,
)

__all__ = ["Cell", "Launch", "Pack"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell(Spec):
    """A cell format of one generation, as it stands in an underfloor pack.

    `energy_density` is that of cells of `reference_year`; `plan_factor` is pack plan area per cell
    plan area (both directions multiplied),
    `vertical_add` what a pack needs above and below the cell, `resistance_charge` the product of
    resistance and capacity (Ohm A s), which does not depend on how cells are connected.
    """

    shape: Literal["prismatic", "pouch", "cylindrical"]
    chemistry: Literal["nmc", "nca", "lfp"]
    available_from: Year
    reference_year: Year
    height: Length
    energy_density: EnergyDensity
    specific_energy: SpecificEnergy
    plan_factor: Ratio
    vertical_add: Length
    module_mass_factor: Ratio
    usable_share: Share
    nominal_voltage: Voltage
    minimum_voltage: Voltage
    maximum_voltage: Voltage
    resistance_charge: ResistanceCharge
    length: Length | None = None
    width: Length | None = None
    charge: Charge | None = None
    mass: Mass | None = None
    cells_per_module: Count | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch(Spec):
    """Since when battery cars of a name have been on sale with their present cells.

    `carried_by` are makes with models, and variants where the cells changed, separated by bars.
    """

    carried_by: str
    first_year: Year


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack(Spec):
    """A pack as published, to hold the model against."""

    gross_energy: Energy
    net_energy: Energy | None = None
    mass: Mass | None = None
    cells: Count | None = None
    series: Count | None = None
    parallel: Count | None = None
    nominal_voltage: Voltage | None = None
    charge_power: Power | None = None
    resistance: Resistance | None = None
    used_in: tuple[Id, ...] = ()
