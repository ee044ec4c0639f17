"""Cells and packs: what stores the energy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from wheelbase.catalogue.component import Id
from wheelbase.catalogue.spec import Spec
from wheelbase.errors import DataError
from wheelbase.units import (
    Charge,
    ChargeRate,
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
    """A cell of one generation, as it stands in an underfloor pack: a format, or one maker's cell.

    A format (no `maker`) is what packs of a shape hold on average; a maker's cell has figures of
    its own. `energy_density` is that of cells of `reference_year`; `plan_factor` is pack plan area
    per cell plan area (both directions multiplied), `vertical_add` what a pack needs above and
    below the cell, `resistance_charge` the product of resistance and capacity (Ohm A s), which
    does not depend on how cells are connected. `charge_limit` is the greatest charging current per
    capacity over the state of charge, straight between its points; empty where nobody says.
    `priced_as` is the curve of pack prices it follows where its chemistry has none of its own;
    `counted_from` names packs whose counted cells gave its capacity, so that no check of these
    packs is made with it.

    Raises:
        DataError: Voltages that do not rise from empty over nominal to full.
    """

    shape: Literal["prismatic", "pouch", "cylindrical"]
    chemistry: Literal["nmc", "nca", "lfp", "sodium"]
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
    maker: str | None = None
    integration: Literal["module", "cell-to-pack"] = "module"
    charge_limit: Mapping[float, ChargeRate] = field(default_factory=dict)
    priced_as: Literal["nmc", "lfp"] | None = None
    counted_from: tuple[Id, ...] = ()

    def __post_init__(self) -> None:
        """Check every figure against its range, and the window of voltage."""
        Spec.__post_init__(self)
        window = (self.minimum_voltage, self.nominal_voltage, self.maximum_voltage)
        if not window[0] < window[1] < window[2]:
            raise DataError(
                f"voltages: {window[0]:g}, {window[1]:g} and {window[2]:g} V empty, nominal and "
                "full; give a window that rises"
            )

    @property
    def is_format(self) -> bool:
        """Whether it stands for a format rather than for one maker's cell."""
        return self.maker is None

    @property
    def price_curve(self) -> Literal["nmc", "lfp"]:
        """The published curve of pack prices that it follows."""
        return self.priced_as or ("lfp" if self.chemistry == "lfp" else "nmc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch(Spec):
    """Since when battery cars of a name have been on sale with their present cells.

    `carried_by` are makes with models, and variants where the cells changed, separated by bars.
    """

    carried_by: str
    first_year: Year


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack(Spec):
    """A pack as published, to hold the model against.

    `cell` and `voltage_class` say which cell of the catalogue it holds, for `validate packs`.
    """

    gross_energy: Energy
    net_energy: Energy | None = None
    mass: Mass | None = None
    cell_mass: Mass | None = None
    cells: Count | None = None
    series: Count | None = None
    parallel: Count | None = None
    nominal_voltage: Voltage | None = None
    charge_power: Power | None = None
    resistance: Resistance | None = None
    used_in: tuple[Id, ...] = ()
    cell: Id | None = None
    voltage_class: Voltage | None = None
