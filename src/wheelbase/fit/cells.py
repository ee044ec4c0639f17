"""Cells of a year, whole cells in a box, and strings of them within a window of voltage."""

from dataclasses import dataclass, replace
from math import ceil, floor, pi, sqrt
from typing import Any

import numpy as np

from wheelbase.catalogue import Cell, Powertrain, class_of_voltage
from wheelbase.fit.chain import Constants

__all__ = [
    "Layout",
    "Wiring",
    "cell_energy",
    "cell_of_year",
    "height_in_pack",
    "layer_energy",
    "low_of_class",
    "whole_cells",
    "wired_cells",
    "wiring",
]

_VOLTAGE_CLASS = 400.0  # V, of drive units that do not say
_SLACK = 1e-9  # a box that holds exactly n pitches holds n cells, whatever rounding says


@dataclass(frozen=True, slots=True)
class Layout:
    """Whole cells in a box: along the car, across it, in layers; whether they lie turned.

    `module` is how many cells are built in together.
    """

    along: int
    across: int
    layers: int
    turned: bool
    module: int = 1

    @property
    def cells(self) -> int:
        """How many there are in whole modules."""
        return self.along * self.across * self.layers // self.module * self.module


@dataclass(frozen=True, slots=True)
class Wiring:
    """Cells in series and strings in parallel; `voltage` is nominal, V."""

    series: int
    parallel: int
    voltage: float

    @property
    def cells(self) -> int:
        """How many cells are wired."""
        return self.series * self.parallel


def _fill(cell: Cell) -> float:
    """Return how much of its rectangle a cell fills; a round one pi/4 of its square."""
    return pi / 4 if cell.shape == "cylindrical" else 1.0


def layer_energy(cell: Cell) -> float:
    """Return the energy of a layer of cells per volume of plan area times cell height, J/m3."""
    return _fill(cell) * cell.energy_density / cell.plan_factor


def cell_energy(cell: Cell) -> float:
    """Return the energy of one cell, J: its volume times its energy density; 0 without a size."""
    plan = (cell.length or 0.0) * (cell.width or 0.0)
    return _fill(cell) * plan * cell.height * cell.energy_density


def height_in_pack(cell: Cell) -> float:
    """Return the height of a pack with one layer of this cell, m."""
    return cell.height + cell.vertical_add


def cell_of_year(cell: Cell, year: float, c: Constants) -> Cell:
    """Return the cell as dense as cells of its shape were in a year.

    Energy per volume of flat cells grew at one rate until "cell-growth-break" and grows at another
    since; round cells stood still until a year of their own.
    """
    ratio = _growth(cell, year, c) / _growth(cell, cell.reference_year, c)
    return replace(cell, energy_density=float(cell.energy_density * ratio))


def _growth(cell: Cell, year: float, c: Constants) -> Any:
    form = "-round" if cell.shape == "cylindrical" else ""
    early, since = c["cell-growth-early" + form], year - c["cell-growth-break" + form]
    return np.exp(early * np.minimum(since, 0) + c["cell-growth-late"] * np.maximum(since, 0))


def whole_cells(length: float, width: float, height: float, cell: Cell) -> Layout:
    """Return the most whole cells of one kind in a box of a pack, in either rotation.

    The pitch of a cell is its size times the root of the plan factor, in both directions; in
    height one layer needs the cell and the pack around it, each further layer the cell.

    Raises:
        ValueError: The catalogue does not say how large the cell is.
    """
    if cell.length is None or cell.width is None:
        raise ValueError(f"cell {cell.id} has no length and width")
    layers = max(floor((height - cell.vertical_add) / cell.height + _SLACK), 0)
    spread = sqrt(cell.plan_factor)
    found = []
    for turned, (a, b) in ((False, (cell.length, cell.width)), (True, (cell.width, cell.length))):
        along = max(floor(length / (a * spread) + _SLACK), 0)
        across = max(floor(width / (b * spread) + _SLACK), 0)
        found.append(Layout(along, across, layers, turned, cell.cells_per_module or 1))
    return max(found, key=lambda layout: layout.cells)


def low_of_class(voltage_class: float) -> str:
    """Return the constant that holds the least voltage of an empty string over its class."""
    high = class_of_voltage(voltage_class) > _VOLTAGE_CLASS
    return "string-voltage-low-800" if high else "string-voltage-low"


def wiring(cells: int, cell: Cell, voltage_class: float, c: Constants) -> Wiring | None:
    """Return the strings that use most of these cells; None where not even one string forms.

    A string lies between the least and the greatest voltage that a drive of this class takes,
    empty and full. Of equal numbers the one nearest to the class in nominal voltage.
    """
    low = ceil(c[low_of_class(voltage_class)] * voltage_class / cell.minimum_voltage - _SLACK)
    high = floor(c["string-voltage-high"] * voltage_class / cell.maximum_voltage + _SLACK)
    options = [
        Wiring(n, cells // n, n * cell.nominal_voltage)
        for n in range(max(low, 1), high + 1)
        if cells >= n
    ]
    return max(options, key=lambda w: (w.cells, -abs(w.voltage - voltage_class)), default=None)


def wired_cells(cells: int, powertrain: Powertrain, c: Constants) -> Wiring | None:
    """Return the strings of a car's cells; None where they make none, or the car takes none.

    The voltage class is the least of its drive units, which all hang on one pack.
    """
    if powertrain.cell is None or not powertrain.units:
        return None
    classes = [unit.voltage_class for unit in powertrain.units if unit.voltage_class is not None]
    return wiring(cells, powertrain.cell, min(classes, default=_VOLTAGE_CLASS), c)
