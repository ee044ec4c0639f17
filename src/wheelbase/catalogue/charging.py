"""Charging: what a cell takes by its tables, chargers, and charging times as published."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from wheelbase.catalogue.component import Id
from wheelbase.catalogue.spec import Spec
from wheelbase.errors import DataError
from wheelbase.units import (
    Charge,
    ChargeRate,
    Current,
    Energy,
    Power,
    Quantity,
    ResistanceCharge,
    Time,
    Voltage,
)

__all__ = ["CellModel", "ChargeClass", "ChargeTime", "Charger", "class_of_voltage"]

_Chemistry = Literal["nmc", "nca", "lfp", "sodium"]
_LEAST = 2
_PARTING = 500.0  # V: full strings of the 400 V class stay below, nominal 800 V packs lie above


def class_of_voltage(nominal: float) -> float:
    """Return the voltage class, 400 V or 800 V, that a pack of a nominal voltage belongs to."""
    return 800.0 if nominal > _PARTING else 400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CellModel(Spec):
    """Tables of one cell over its state of charge, derived from its electrochemistry.

    A state of charge of 0 is that at the lower voltage limit, 1 that at the upper one.
    `resistance_charge` is resistance times capacity, `charge_limit` the greatest current per
    capacity with which lithium does not begin to plate there, straight between its points.
    `chemistries` are those whose cells it stands for; empty where it is kept for comparison.

    Raises:
        DataError: A table with less than two points.
    """

    meaning: str
    capacity: Charge
    lower_voltage: Voltage
    upper_voltage: Voltage
    open_circuit_voltage: Mapping[float, Voltage]
    resistance_charge: Mapping[float, ResistanceCharge]
    charge_limit: Mapping[float, ChargeRate]
    chemistries: tuple[_Chemistry, ...] = ()

    def __post_init__(self) -> None:
        """Check every figure against its range, and the tables for their points."""
        Spec.__post_init__(self)
        names = ("open_circuit_voltage", "resistance_charge", "charge_limit")
        if short := [name for name in names if len(getattr(self, name)) < _LEAST]:
            points = ", ".join(f"{name}@20%" for name in short)
            raise DataError(f"{', '.join(short)}: has less than two points; write such as {points}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeClass(Spec):
    """How fast cars of one chemistry and voltage class charge where nobody says it of the car.

    `peak_rate` is the greatest charging power over gross energy, the middle of published cars;
    `nominal_voltage` that of their packs.
    """

    chemistry: _Chemistry
    voltage_class: Voltage
    nominal_voltage: Voltage
    peak_rate: ChargeRate


@dataclass(frozen=True, slots=True, kw_only=True)
class Charger(Spec):
    """A direct-current charger: what its electronics give, and what its cable carries."""

    power: Power
    current: Current
    voltage: Voltage
    cable_current: Current


_Position = Annotated[float, Quantity("state of charge", "-", low=0, high=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeTime(Spec):
    """A charging time as published.

    `group` is the makers that share platforms and cells, `peak_power` the greatest power that the
    maker states, `charger` what it was charged at; None where the page does not say. Energies and
    states of charge are those that the car shows.
    """

    name: str
    make: str
    group: str
    chemistry: _Chemistry
    voltage_class: Voltage
    net_energy: Energy | None = None
    gross_energy: Energy | None = None
    peak_power: Power | None = None
    charger: Id | None = None
    start: _Position
    end: _Position
    duration: Time

    def __post_init__(self) -> None:
        """Check every figure against its range, and their order.

        Raises:
            DataError: No energy, more net than gross, or an end not above the start.
        """
        Spec.__post_init__(self)
        problems = []
        if self.start >= self.end:
            problems.append(
                f"start: {self.start:.0%} is not below end {self.end:.0%}; exchange them"
            )
        if self.net_energy is None and self.gross_energy is None:
            problems.append("net_energy, gross_energy: none is given; give one of them")
        elif self.net_energy and self.gross_energy and self.net_energy > self.gross_energy:
            problems.append("net_energy: is above gross_energy; exchange them")
        if problems:
            raise DataError(problems)
