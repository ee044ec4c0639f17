"""Cells that a study defines itself: one of the catalogue, and what differs from it."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from wheelbase.catalogue import Catalogue, Cell, Origin
from wheelbase.errors import DataError
from wheelbase.fit.cells import cell_energy
from wheelbase.study.read import Document
from wheelbase.study.spec_car import CellSpec
from wheelbase.units import show

__all__ = ["with_cells"]

_STUDY = "the study"
_AGREES = 0.05  # rounded figures of a sheet; more is another cell
_SIZING = {"height", "length", "width", "energy_density", "nominal_voltage"}


def with_cells(facts: Catalogue, specs: Mapping[str, CellSpec], document: Document) -> Catalogue:
    """Return the catalogue with the cells of a study on its shelf.

    Cells of an earlier state of the study are taken off it.
    Figures that the study does not give are those of the cell it extends, with their origins and
    intervals; a charge follows from size and energy per volume where one of them is given and it
    is not.

    Raises:
        DataError: A cell of the catalogue's name, a window of voltage that does not rise, or a
            charge that is not what its size holds.
    """
    shelf, problems = facts.cell, []
    before = {id for (id, _), origin in shelf.origins.items() if origin.source == _STUDY}
    if not specs and not before:
        return facts  # the same catalogue, by which `live_results` knows what it may keep
    items = {id: cell for id, cell in shelf.items.items() if id not in before}
    origins = {key: origin for key, origin in shelf.origins.items() if key[0] not in before}
    intervals = {key: span for key, span in shelf.intervals.items() if key[0] not in before}
    for id, spec in specs.items():
        place = document.place(("cells", id))
        if (id, "shape") in origins:
            problems.append(f"{place}: the catalogue has a cell of this name; choose another")
            continue
        given = {n: v for n, v in spec.model_dump(exclude_none=True).items() if n in _NAMES}
        try:
            items[id] = replace(shelf[spec.extends], id=id, **_freed(given), **given)
        except DataError as error:
            problems += [f"{place}: {problem}" for problem in error.problems]
            continue
        problems += [f"{place}: {problem}" for problem in _two_energies(items[id])]
        origins |= _origins(origins, id, spec, given, place)
        intervals |= {
            (id, name): span
            for (owner, name), span in shelf.intervals.items()
            if owner == spec.extends and name not in given
        }
    if problems:
        raise DataError(problems)
    return replace(facts, cell=replace(shelf, items=items, origins=origins, intervals=intervals))


_NAMES = {field.name for field in fields(Cell)} - {"id"}


def _freed(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what no longer holds of the cell that is extended."""
    free: dict[str, Any] = {"mass": None, "counted_from": (), "maker": "the study"}
    if _SIZING & given.keys() and "charge" not in given:
        free["charge"] = None
    return free


def _two_energies(cell: Cell) -> list[str]:
    """Return that charge and size of a cell give different energies; empty where they agree."""
    held = cell_energy(cell)
    if not held or cell.charge is None:
        return []
    charged = cell.charge * cell.nominal_voltage
    if abs(charged / held - 1) <= _AGREES:
        return []
    return [
        f"charge: {show(cell.charge, 'Ah')} are {show(charged, 'Wh')}, its size at "
        f"{show(cell.energy_density, 'Wh/l')} holds {show(held, 'Wh')}; give size or "
        "energy_density that agree with it, or leave the charge out"
    ]


def _origins(
    origins: Mapping[tuple[str, str], Origin],
    id: str,
    spec: CellSpec,
    given: Mapping[str, Any],
    place: str,
) -> dict[tuple[str, str], Origin]:
    """Return who says what of a study's cell: the study, or whoever says it of the other cell."""
    found = {
        (id, name): origin
        for (owner, name), origin in origins.items()
        if owner == spec.extends and name.partition("@")[0] not in given
    }
    found[id, "shape"] = replace(found[id, "shape"], source=_STUDY, place=place)
    for name, value in given.items():
        points = value if isinstance(value, Mapping) else {None: value}
        for at, number in points.items():
            field = name if at is None else f"{name}@{100 * at:g}%"
            found[id, field] = Origin(place, f"{number:g}", "SI", _STUDY, "given there", "estimate")
    return found
