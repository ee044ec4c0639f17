"""From a cell to a pack: strings of a voltage class, whole modules, mass, volume, ratios."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil, floor, gcd

from wheelbase.catalogue import Catalogue, Cell
from wheelbase.errors import FitError
from wheelbase.fit.cells import Wiring, cell_energy, height_in_pack, low_of_class
from wheelbase.units import convert

__all__ = ["PackDesign", "built_to_pack", "energy_of", "pack_of", "wired"]

_APART = 0.1  # a pack farther than this from the energy asked for is not the one asked for
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class PackDesign:
    """A pack of whole strings of one cell.

    Args:
        cell: What it is built of.
        wiring: Cells in series, strings in parallel, nominal voltage.
        energy: Gross, J.
        cell_mass: Of all cells, kg.
        mass: Of the pack, kg.
        cell_volume: Of all cells, m3.
        volume: Of the pack, m3.
        resistance: Between its terminals, Ohm.
    """

    cell: Cell
    wiring: Wiring
    energy: float
    cell_mass: float
    mass: float
    cell_volume: float
    volume: float
    resistance: float

    @property
    def cells(self) -> int:
        """How many cells it holds."""
        return self.wiring.cells

    @property
    def modules(self) -> int | None:
        """How many modules it has; None where cells lie in the pack, or modules are not known."""
        size = self.cell.cells_per_module
        whole = size and self.cell.integration == "module" and self.cells % size == 0
        return self.cells // size if whole and size else None

    @property
    def voltages(self) -> tuple[float, float]:
        """Voltage empty and full, V."""
        n = self.wiring.series
        return n * self.cell.minimum_voltage, n * self.cell.maximum_voltage

    @property
    def charge(self) -> float:
        """Charge of the pack, A s."""
        return self.energy / self.wiring.voltage

    @property
    def usable(self) -> float:
        """Energy between the limits of use, J."""
        return self.energy * self.cell.usable_share

    @property
    def specific_energy(self) -> float:
        """Energy per mass of the pack, J/kg."""
        return self.energy / self.mass

    @property
    def energy_density(self) -> float:
        """Energy per volume of the pack, J/m3."""
        return self.energy / self.volume

    @property
    def mass_ratio(self) -> float:
        """Mass of the cells over that of the pack."""
        return self.cell_mass / self.mass

    @property
    def volume_ratio(self) -> float:
        """Volume of the cells over that of the pack."""
        return self.cell_volume / self.volume


def energy_of(cell: Cell) -> float:
    """Return the energy of one cell, J: charge times nominal voltage, else from its size.

    Raises:
        FitError: The catalogue knows neither its charge nor its size.
    """
    energy = cell.charge * cell.nominal_voltage if cell.charge else cell_energy(cell)
    if energy <= 0:
        raise FitError(
            f"cell {cell.id}: neither its charge nor its length and width are known; "
            "no pack can be counted in it: take a cell that has them"
        )
    return energy


def pack_of(cell: Cell, energy: float, voltage_class: float, facts: Catalogue) -> PackDesign:
    """Return the pack of whole strings and modules that comes nearest to an energy.

    Every number of cells in series whose empty and full string lies in the window of the class is
    tried with every number of strings; of equally near packs the one nearest to the class in
    nominal voltage. The window is as wide as that of packs on sale in the class, the ends of its
    intervals: E-GMP has packs of the 800 V class that are empty at half of it.

    Args:
        cell: What it is built of, and how: in modules or not.
        energy: Gross energy asked for, J.
        voltage_class: 400 V or 800 V, or any other.
        facts: Window of voltage and constants of mass.

    Raises:
        FitError: No string lies in the window, or none comes near the energy; says what would.
    """
    wanted = energy / energy_of(cell)
    low, high = _window(cell, voltage_class, facts)
    options = [w for n in range(low, high + 1) for w in _around(n, wanted, cell)]
    if not options:
        raise FitError(_no_string(cell, voltage_class, facts))

    def apart(option: Wiring) -> tuple[float, float]:
        return abs(option.cells - wanted), abs(option.voltage - voltage_class)

    best = min(options, key=apart)
    if abs(best.cells / wanted - 1) > _APART:
        raise FitError(_too_far(cell, energy, voltage_class, options, wanted))
    return wired(cell, best.series, best.parallel, facts)


def wired(cell: Cell, series: int, parallel: int, facts: Catalogue) -> PackDesign:
    """Return the pack of so many cells in series and strings in parallel.

    Mass: cells, times what modules add, housing by outer volume, electronics. Volume: that of the
    cells times what lies between them in plan, times what lies above and below them.

    Source: AuVeCoDe, pack mass regression and packing factors.
    """
    count, one = series * parallel, energy_of(cell)
    energy = count * one
    cell_mass = energy / cell.specific_energy
    cell_volume = energy / cell.energy_density
    volume = cell_volume * cell.plan_factor * height_in_pack(cell) / cell.height
    constant = facts.mass_constant
    housing = volume * constant["pack-housing-per-volume"].value
    mass = cell_mass * cell.module_mass_factor + housing + constant["pack-housing-base"].value
    each = cell.resistance_charge / (one / cell.nominal_voltage)
    return PackDesign(
        cell=cell,
        wiring=Wiring(series, parallel, series * cell.nominal_voltage),
        energy=energy,
        cell_mass=cell_mass,
        mass=mass,
        cell_volume=cell_volume,
        volume=volume,
        resistance=each * series / parallel,
    )


def built_to_pack(cell: Cell, facts: Catalogue) -> Cell:
    """Return the cell built without modules: lighter around it, and flat cells closer together."""
    constant = facts.mass_constant
    closer = cell.plan_factor
    if cell.shape != "cylindrical":
        closer = min(closer, constant["cell-to-pack-plan"].value)
    return replace(
        cell,
        integration="cell-to-pack",
        cells_per_module=None,
        plan_factor=closer,
        module_mass_factor=constant["cell-to-pack-mass"].value,
    )


def _window(cell: Cell, voltage_class: float, facts: Catalogue) -> tuple[int, int]:
    """Return the least and the greatest number of cells in series that a class takes."""
    empty, full = _limits(voltage_class, facts)
    low = ceil(empty / cell.minimum_voltage - _SLACK)
    return max(low, 1), floor(full / cell.maximum_voltage + _SLACK)


def _limits(voltage_class: float, facts: Catalogue) -> tuple[float, float]:
    """Return the least voltage of an empty string and the greatest of a full one, V."""
    spans = facts.chain_constant.intervals
    low = spans[low_of_class(voltage_class), "factor"][0]
    high = spans["string-voltage-high", "factor"][1]
    return low * voltage_class, high * voltage_class


def _around(series: int, wanted: float, cell: Cell) -> Iterator[Wiring]:
    """Yield the packs with so many in series next below and above a wanted number of cells."""
    module = cell.cells_per_module if cell.integration == "module" else None
    step = module // gcd(series, module) if module else 1
    below = floor(wanted / (series * step) + _SLACK) * step
    for parallel in (below, below + step):
        if parallel > 0:
            yield Wiring(series, parallel, series * cell.nominal_voltage)


def _no_string(cell: Cell, voltage_class: float, facts: Catalogue) -> str:
    empty, full = _limits(voltage_class, facts)
    swing, most = cell.maximum_voltage / cell.minimum_voltage, full / empty
    remedy = (
        f"a cell may have at most {most:.2f} times the voltage full that it has empty, "
        f"{cell.id} has {swing:.2f}: limit its use to less"
        if swing > most
        else "ask for the 400 V or the 800 V class"
    )
    return (
        f"cell {cell.id}: no number of cells in series lies between {empty:.0f} V empty and "
        f"{full:.0f} V full, the window of the {voltage_class:.0f} V class; {remedy}"
    )


def _too_far(
    cell: Cell, energy: float, voltage_class: float, options: list[Wiring], wanted: float
) -> str:
    """Return that no count of strings meets an energy, with the nearest below and above."""
    below = max((w.cells for w in options if w.cells <= wanted), default=None)
    above = min((w.cells for w in options if w.cells >= wanted), default=None)
    near = " or ".join(
        f"{convert(n * energy_of(cell), 'kWh'):.1f} kWh ({n} cells)" for n in (below, above) if n
    )
    module = cell.cells_per_module if cell.integration == "module" else None
    whole = f" in modules of {module}" if module else ""
    return (
        f"{convert(energy, 'kWh'):.1f} kWh of {cell.id}: no whole strings of the "
        f"{voltage_class:.0f} V class{whole} come within {_APART:.0%}; ask for {near}, take a cell "
        "of other charge, or the other voltage class"
    )
