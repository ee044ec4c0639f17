"""A battery as a charger meets it: what its cells take, hold and resist."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import (
    Catalogue,
    Cell,
    CellModel,
    ChargeClass,
    Pack,
    Powertrain,
    class_of_voltage,
)
from wheelbase.errors import DataError
from wheelbase.units import convert, show

__all__ = [
    "PER_HOUR",
    "Battery",
    "Taper",
    "battery_of",
    "battery_of_car",
    "battery_of_pack",
    "charge_class",
    "is_chargeable",
    "limit_rate",
    "taper_of",
]

Array = NDArray[np.float64]

PER_HOUR = 1 / convert(1.0, "1/h")
"""The charge in an hour as a rate, 1/s: current over capacity of "1 C"."""
_USUAL_CELL = "prismatic-91"  # of packs that do not name theirs


@dataclass(frozen=True, slots=True)
class Taper:
    """How a cell's limit falls: half full it takes `factor` x peak^`exponent`, rates per hour.

    Source: fitted to published charging times, docs/charging.md.
    """

    factor: float
    exponent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Battery:
    """A battery as a charger meets it.

    Tables are of one cell, over its own state of charge; the battery shows 0 to 1 between the
    limits of use, which lie in the middle of the cell's window.

    Args:
        id: Name.
        energy: Gross energy, J; a column (V, 1) for many batteries of one cell.
        usable_share: Share of it between the limits of use.
        series: Cells in series, or the mean number where nobody counted them.
        cell_voltage: Mean open-circuit voltage of one cell, V; energy over it is the capacity.
        highest: Greatest voltage of one cell, V.
        states: States of charge of `rest`, rising.
        rest: Open-circuit voltage, V.
        resistance_states: States of charge of `resistance_charge`, rising.
        resistance_charge: Resistance times capacity, Ohm A s.
        limit_states: States of charge of `limits`, rising.
        limits: Greatest current over capacity that the cell takes, 1/s.
        power: Greatest power that the car takes, W; infinite where nobody says.
        defaults: What was not known of it, in words.
    """

    id: str
    energy: Any
    usable_share: float
    series: float
    cell_voltage: float
    highest: float
    states: Array = field(repr=False)
    rest: Array = field(repr=False)
    resistance_states: Array = field(repr=False)
    resistance_charge: Array = field(repr=False)
    limit_states: Array = field(repr=False)
    limits: Array = field(repr=False)
    power: Any = np.inf
    defaults: tuple[str, ...] = ()


def battery_of(
    cell: Cell,
    energy: Any,
    voltage_class: float | None,
    facts: Catalogue,
    peak_power: float | None = None,
    taper: Taper | None = None,
    nominal_voltage: float | None = None,
) -> Battery:
    """Return the battery that cells make, as a charger meets it.

    A cell with a charge limit of its own takes that. Any other takes the limit of its chemistry's
    cell model, scaled by the taper to the peak rate of the car, or of its charge class. A cell that
    is full at a lower voltage than the model's is full at the model's state of charge there.

    Args:
        cell: What it is made of.
        energy: Gross, J; a column (V, 1) for many batteries.
        voltage_class: Of its drive units, V; None where nobody says.
        facts: Cell models, charge classes and the taper.
        peak_power: Greatest charging power that the maker states, W; None where nobody says.
        taper: None for that of the facts.
        nominal_voltage: Of the pack, V; None for that of its class.

    Raises:
        DataError: No charge class or no tables for the chemistry of the cell, or a voltage window
            below that of its chemistry.
    """
    _refuse_unknown(cell, facts)
    known, taper = charge_class(cell, voltage_class, facts), taper or taper_of(facts)
    model = facts.cell_model[_models(cell, facts)[0].id]
    peak = known.peak_rate if peak_power is None else peak_power / energy
    full = _full(cell, model)
    limit_states, limits = _limit(cell, model, full, peak, taper)
    untold = peak_power is None and not cell.charge_limit
    defaults = [f"peak rate of charge class {known.id}"] if untold else []
    if voltage_class is None:
        defaults.append(f"voltage class {show(known.voltage_class, 'V')}")
    if nominal_voltage is None:
        nominal_voltage = _usual_voltage(known, voltage_class)
        defaults.append(f"{show(nominal_voltage, 'V')} nominal")
    states, rest = _curve(model.open_circuit_voltage)
    resistance_states, shape = _curve(model.resistance_charge)
    scale = cell.resistance_charge / float(np.interp(full / 2, resistance_states, shape))
    return Battery(
        id=cell.id,
        energy=energy,
        usable_share=cell.usable_share,
        series=nominal_voltage / cell.nominal_voltage,
        cell_voltage=_mean(states, rest, full),
        highest=cell.maximum_voltage,
        states=states / full,
        rest=rest,
        resistance_states=resistance_states / full,
        resistance_charge=shape * scale,
        limit_states=limit_states,
        limits=limits,
        power=np.inf if peak_power is None else peak_power,
        defaults=tuple(defaults),
    )


def _usual_voltage(known: ChargeClass, voltage_class: float | None) -> float:
    """Return the nominal voltage of packs of a class, V, in proportion where another is nearest."""
    return known.nominal_voltage * (voltage_class or known.voltage_class) / known.voltage_class


def _limit(cell: Cell, model: CellModel, full: float, peak: Any, taper: Taper) -> tuple[Array, Any]:
    """Return states of charge and the greatest rates there: the cell's own, or by its peak rate."""
    if cell.charge_limit:
        return _curve(cell.charge_limit)
    states, limits = limit_rate(model, peak, taper)
    return states / full, limits


def _full(cell: Cell, model: CellModel) -> float:
    """Return the model's state of charge at which the cell is full."""
    states, rest = _curve(model.open_circuit_voltage)
    full = float(np.interp(cell.maximum_voltage, rest, states))
    if full <= 0:
        raise DataError(
            f"cell {cell.id}: is full at {show(cell.maximum_voltage, 'V')}, where {model.id}, "
            f"which stands for {cell.chemistry}, is empty; correct its voltages or its chemistry"
        )
    return full


def _mean(states: Array, rest: Array, full: float) -> float:
    """Return the mean of a voltage from 0 to a state of charge."""
    inside = np.append(states[states < full], full)
    return float(np.trapezoid(np.interp(inside, states, rest), inside) / full)


def battery_of_car(powertrain: Powertrain, energy: Any, facts: Catalogue) -> Battery:
    """Return the battery of a powertrain, with the voltage class that its drive units share.

    Args:
        powertrain: With a cell.
        energy: Gross, J; a column (V, 1) for many cars.
        facts: Cell models, charge classes and the taper.

    Raises:
        DataError: It has no cell, or nothing is known of charging its cell.
    """
    if powertrain.cell is None:
        raise DataError(f"{powertrain.id}: has no cell, so nothing to charge; give it a battery")
    classes = [unit.voltage_class for unit in powertrain.units if unit.voltage_class is not None]
    return battery_of(powertrain.cell, energy, min(classes, default=None), facts)


def battery_of_pack(pack: Pack, facts: Catalogue) -> Battery:
    """Return the battery of a published pack, with its strings and its maker's charging power.

    Raises:
        DataError: Nothing is known of charging its cell.
    """
    cell = facts.cell[pack.cell or _USUAL_CELL]
    if pack.net_energy is not None:
        cell = replace(cell, usable_share=pack.net_energy / pack.gross_energy)
    volts = pack.series * cell.nominal_voltage if pack.series else pack.nominal_voltage
    voltage_class = pack.voltage_class or (class_of_voltage(volts) if volts else None)
    found = battery_of(
        cell, pack.gross_energy, voltage_class, facts, pack.charge_power, nominal_voltage=volts
    )
    if pack.cell is None:
        found = replace(found, defaults=(*found.defaults, f"cell {_USUAL_CELL}"))
    return replace(found, id=pack.id)


def is_chargeable(cell: Cell, facts: Catalogue) -> bool:
    """Return whether cell model and charge class of the cell's chemistry are known."""
    return bool(_models(cell, facts) and _classes(cell, facts))


def _models(cell: Cell, facts: Catalogue) -> list[CellModel]:
    return [model for model in facts.cell_model if cell.chemistry in model.chemistries]


def _classes(cell: Cell, facts: Catalogue) -> list[ChargeClass]:
    chemistry = {"nca": "nmc"}.get(cell.chemistry, cell.chemistry)
    return [known for known in facts.charge_class if known.chemistry == chemistry]


def _refuse_unknown(cell: Cell, facts: Catalogue) -> None:
    """Raise DataError with all that is not known of charging a cell."""
    problems = []
    if not _models(cell, facts):
        problems.append(
            f"cell {cell.id}: no cell model stands for chemistry {cell.chemistry!r}; derive one "
            "with `wheelbase catalogue cell --pybamm` and name the chemistry in it"
        )
    if not _classes(cell, facts):
        problems.append(_no_class(cell))
    if problems:
        raise DataError(problems)


def _no_class(cell: Cell) -> str:
    return (
        f"cell {cell.id}: no charge class has chemistry {cell.chemistry!r}; add one to "
        "charge_class.csv"
    )


def charge_class(cell: Cell, voltage_class: float | None, facts: Catalogue) -> ChargeClass:
    """Return the charge class of a cell: that of its chemistry nearest in voltage.

    Where no voltage is known it is the lowest. Cells of nickel, cobalt and aluminium charge like
    those with manganese.

    Raises:
        DataError: No class has this chemistry.
    """
    classes = _classes(cell, facts)
    if not classes:
        raise DataError(_no_class(cell))
    volts = 0.0 if voltage_class is None else voltage_class
    nearest = min(classes, key=lambda known: abs(known.voltage_class - volts))
    return facts.charge_class[nearest.id]


def taper_of(facts: Catalogue) -> Taper:
    """Return the taper of the catalogue."""
    names = ("charge-taper", "charge-taper-exponent")
    return Taper(*(facts.vehicle_constant[name].value for name in names))


def limit_rate(model: CellModel, peak: Any, taper: Taper) -> tuple[Array, Any]:
    """Return states of charge and the greatest rates of a cell there, 1/s, by its peak rate.

    The limit falls with the state of charge as the begin of lithium plating does in the cell
    model, scaled by the taper; it is never above the peak. A column of peaks gives rates (V, n).

    Source: begin of plating, see `CellModel`.
    """
    states, plating = _curve(model.charge_limit)
    half = taper.factor * PER_HOUR * np.power(peak / PER_HOUR, taper.exponent)
    scaled = plating * (half / float(np.interp(0.5, states, plating)))
    return states, np.minimum(scaled, peak)


def _curve(points: Mapping[float, float]) -> tuple[Array, Array]:
    """Return states of charge, rising, and the values there."""
    states = np.array(sorted(points))
    return states, np.array([points[state] for state in states.tolist()])
