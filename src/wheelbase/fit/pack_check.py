"""Packs of real cars, counted by others, against the step from cell to pack."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean, median

from wheelbase.catalogue import Catalogue, Cell, Pack, class_of_voltage
from wheelbase.errors import DataError, FitError
from wheelbase.fit.pack import PackDesign, energy_of, pack_of, wired

__all__ = ["CountedPack", "PackCheck", "PackChecks", "counted_packs", "group_of", "validate_packs"]

_GROUPS = {"audi": "vw", "porsche": "vw", "meb": "vw", "kia": "hyundai", "egmp": "hyundai"}


@dataclass(frozen=True, slots=True)
class CountedPack:
    """A published pack with the cell that it holds.

    Args:
        pack: What is published of it.
        cell: Its cell.
        make: Group of makes that share packs, to be left out together.
        counted: Whether the charge of the cell was found from the count of this very pack, so that
            count and energy are inputs.
    """

    pack: Pack
    cell: Cell
    make: str
    counted: bool


@dataclass(frozen=True, slots=True)
class PackCheck:
    """One pack: what is published, what follows from its cell, and the errors that are checks.

    Args:
        of: The pack and its cell.
        design: Built for the published gross energy; None where no string count meets it.
        built: Built of the published strings, or of the published count; else `design`.
        is_check: Whether its count is published and was no input.
        refused: Why there is no design.
        cells_off: Cells predicted from the energy less those published; None where no check, or
            no design.
        energy_error: Of the published count of cells; None where no check.
        mass_error: Relative; None where no mass is published.
        ratio_error: Of the mass of the cells over that of the pack, relative; None where it is not
            published.
        voltage_error: Nominal; None where none is published, or the cell was counted from it.
        left_out_error: Mass error with a factor from packs of other makes.
    """

    of: CountedPack
    design: PackDesign | None
    built: PackDesign | None
    is_check: bool
    refused: str = ""
    cells_off: int | None = None
    energy_error: float | None = None
    mass_error: float | None = None
    ratio_error: float | None = None
    voltage_error: float | None = None
    left_out_error: float | None = None


@dataclass(frozen=True, slots=True)
class PackChecks:
    """All packs, and how many of the checks hold.

    Args:
        packs: One by one.
        tolerance: Relative error within which energy and mass hold.
    """

    packs: tuple[PackCheck, ...] = field(repr=False)
    tolerance: float

    def errors(self, name: str) -> list[float]:
        """Return the errors of one kind ("energy_error", "mass_error", ...) that are checks."""
        found = (getattr(check, name) for check in self.packs)
        return [value for value in found if value is not None]

    def mean(self, name: str) -> float:
        """Return the mean absolute error of one kind; 0 without any."""
        return fmean(map(abs, self.errors(name) or [0.0]))

    def within(self, name: str) -> int:
        """Return how many errors of one kind lie within the tolerance."""
        return sum(abs(error) <= self.tolerance for error in self.errors(name))

    @property
    def exact(self) -> tuple[int, int]:
        """How many counts are met exactly, of how many that are checks."""
        off = [check.cells_off for check in self.packs if check.is_check]
        return off.count(0), len(off)


def counted_packs(facts: Catalogue) -> tuple[CountedPack, ...]:
    """Return the packs of the catalogue that say which cell they hold."""
    found = []
    for pack in facts.pack:
        if pack.cell is not None:
            cell = facts.cell[pack.cell]
            name = pack.id.removeprefix("pack-")
            found.append(CountedPack(pack, cell, group_of(name), pack.id in cell.counted_from))
    return tuple(found)


def group_of(name: str) -> str:
    """Return the group of makes that a pack's name begins with, which share packs."""
    make = re.split(r"[-_ ]", name.lower())[0]
    return _GROUPS.get(make, make)


def validate_packs(
    packs: Sequence[CountedPack], facts: Catalogue, tolerance: float = 0.08
) -> PackChecks:
    """Return published packs against packs built of their cells.

    Told: the cell, its module, the voltage class and the gross energy; found: strings, cells,
    mass, voltage. The energy is found from the published count of cells. Where the cell was
    counted out of the same pack, neither is a check.

    Raises:
        DataError: No pack, or a cell without charge and size, each named.
    """
    problems: list[str] = []
    for of in packs:
        try:
            energy_of(of.cell)
        except FitError as error:
            problems += [f"{of.pack.id}: {problem}" for problem in error.problems]
    if problems or not packs:
        raise DataError(problems or ["no pack to validate: name the cell of at least one"])
    found = [_check(of, facts) for of in packs]
    return PackChecks(tuple(_left_out(found)), tolerance)


def _check(of: CountedPack, facts: Catalogue) -> PackCheck:
    pack, design, refused = of.pack, None, ""
    try:
        design = pack_of(of.cell, pack.gross_energy, _class(pack), facts)
    except FitError as error:
        refused = "; ".join(error.problems)
    built = design
    if pack.series and pack.parallel:
        built = wired(of.cell, pack.series, pack.parallel, facts)
    elif pack.cells:
        built = wired(of.cell, pack.cells, 1, facts)
    is_check = pack.cells is not None and not of.counted
    volts = None if of.counted else pack.nominal_voltage
    ratio = pack.cell_mass / pack.mass if pack.cell_mass and pack.mass else None
    off = design.cells - pack.cells if is_check and design and pack.cells else None
    return PackCheck(
        of=of,
        design=design,
        built=built,
        is_check=is_check,
        refused=refused,
        cells_off=off,
        energy_error=built.energy / pack.gross_energy - 1 if is_check and built else None,
        mass_error=_error(built.mass if built else None, pack.mass),
        ratio_error=_error(built.mass_ratio if built else None, ratio),
        voltage_error=_error(design.wiring.voltage if design else None, volts),
    )


def _class(pack: Pack) -> float:
    """Return the voltage class of a pack: as said, else by its voltage, else 400 V, V."""
    return pack.voltage_class or class_of_voltage(pack.nominal_voltage or 0.0)


def _error(found: float | None, published: float | None) -> float | None:
    return None if found is None or published is None else found / published - 1


def _left_out(found: Sequence[PackCheck]) -> list[PackCheck]:
    """Return the checks with the mass error that a factor from all other makes would leave.

    The factor is the median of published over predicted; nothing else of this file is fitted.
    """
    done = []
    for check in found:
        others = [
            1 + c.mass_error
            for c in found
            if c.mass_error is not None and c.of.make != check.of.make
        ]
        if check.mass_error is None or not others:
            done.append(check)
            continue
        error = (1 + check.mass_error) / median(others) - 1
        done.append(replace(check, left_out_error=error))
    return done
