"""Lists of counted packs, one figure a row, read into packs and the cells that they hold."""

import re
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from wheelbase.catalogue import Catalogue, Cell, Pack, read_rows
from wheelbase.errors import DataError, few
from wheelbase.fit.pack_check import CountedPack, group_of
from wheelbase.units import Charge, Count, Energy, Length, Mass, SpecificEnergy, Voltage, to_si

__all__ = ["read_counted_packs"]

_COLUMNS = ("id", "field", "value", "unit", "status")
_FIGURES: Mapping[str, Any] = {
    "gross_kwh": Energy, "pack_mass_kg": Mass, "pack_nominal_v": Voltage,
    "voltage_class_v": Voltage, "cells": Count, "cells_per_module": Count, "cell_ah": Charge,
    "cell_energy_wh": Energy, "cell_nominal_v": Voltage, "cell_density_wh_kg": SpecificEnergy,
    "cell_height_mm": Length,
}  # fmt: skip
_WORDS = ("config", "cell_format", "cell")
_FORMATS = {"prismatic": "prismatic-91", "pouch": "pouch-101", "21700": "cylindrical-70"}
_FORMATS |= {"cylindrical": "cylindrical-70", "4680": "cylindrical-80", "4695": "cylindrical-95"}
_FIRM = ("certified", "published", "derived")
_CONFIG = re.compile(r"(\d+)s(\d+)p$")

_Told = dict[str, Any]


def read_counted_packs(
    path: Path, facts: Catalogue
) -> tuple[tuple[CountedPack, ...], tuple[str, ...]]:
    """Return the packs of a list, and those left out with the reason.

    Columns `id,field,value,unit,status` and any others; fields `gross_kwh`, `cells`, `config`
    ("96s3p"), `pack_mass_kg`, `pack_nominal_v`, `voltage_class_v`, `cells_per_module`, `cell_ah` or
    `cell_energy_wh`, `cell_nominal_v`, `cell_density_wh_kg`, `cell_height_mm`, `cell_format`, or
    `cell` for one of the catalogue; other fields are not read, nor are figures that are from
    memory. What is not said of a cell is that of the format. A charge that was derived from the
    pack, or is missing, makes its count an input.

    Raises:
        DataError: Missing columns, or every figure that no pack has: file:line, field, remedy.
    """
    told: dict[str, _Told] = {}
    problems: list[str] = []
    for line, row in enumerate(read_rows(path, _COLUMNS), start=2):
        name, id = row["field"], row["id"]
        entry = told.setdefault(id, {})
        if row["status"] not in _FIRM or (name not in _FIGURES and name not in _WORDS):
            continue
        try:
            entry[name] = _value(name, row, facts)
        except ValueError as error:
            problems.append(f"{path}:{line}: {name}: {error}")
        if name in ("cell_ah", "cell_energy_wh") and row["status"] == "derived":
            entry["counted"] = True
    if problems:
        raise DataError(few(problems))
    packs: list[CountedPack] = []
    left: list[str] = []
    for id, entry in told.items():
        if lacking := _lacking(entry):
            left.append(f"{id}: {lacking}")
        else:
            packs.append(_counted(id, entry, facts))
    return tuple(packs), tuple(left)


def _value(name: str, row: Mapping[str, str], facts: Catalogue) -> Any:
    """Return a figure in the unit of the code, or a word.

    Raises:
        ValueError: No number, another unit, out of range, or no such format or cell.
    """
    text = row["value"].strip()
    if name in _FIGURES:
        try:
            number = float(text)
        except ValueError:
            raise ValueError(f"{text!r} is not a number") from None
        figure = to_si(number, row["unit"], _FIGURES[name].__metadata__[0])
        return int(figure) if _FIGURES[name] is Count else figure
    if name == "config":
        found = _CONFIG.match(text)
        if found is None:
            raise ValueError(f"{text!r}: write cells in series and strings, such as 96s3p")
        return int(found[1]), int(found[2])
    if name == "cell":
        return facts.cell[text]
    words = [f for f in _FORMATS if f in text]
    if not words:
        near = get_close_matches(text, _FORMATS, n=1) or sorted(_FORMATS)
        raise ValueError(f"{text!r} is no format; did you mean {', '.join(near)}?")
    return facts.cell[_FORMATS[words[0]]]


def _lacking(told: _Told) -> str:
    """Return why nothing can be said of a pack; empty where something can."""
    if "gross_kwh" not in told:
        return "no gross energy"
    if "cell" not in told and "cell_format" not in told:
        return "no format of its cells"
    known = {"cell", "cell_ah", "cell_energy_wh", "cells", "config"}
    return "" if known & told.keys() else "neither charge of its cells nor their count"


def _counted(id: str, told: _Told, facts: Catalogue) -> CountedPack:
    series, parallel = told.get("config", (None, None))
    cells = told.get("cells", series * parallel if series else None)
    if series and cells != series * parallel:
        series = parallel = None
    pack = Pack(
        id=id,
        gross_energy=told["gross_kwh"],
        mass=told.get("pack_mass_kg"),
        cells=cells,
        series=series,
        parallel=parallel,
        nominal_voltage=told.get("pack_nominal_v"),
        voltage_class=told.get("voltage_class_v"),
    )
    if "cell" in told:
        cell = told["cell"]
        return CountedPack(pack, cell, group_of(id), id in cell.counted_from)
    cell, counted = _cell(told, cells)
    return CountedPack(pack, cell, group_of(id), counted)


def _cell(told: _Told, cells: int | None) -> tuple[Cell, bool]:
    """Return the format with what the list says of the cell, and whether it was counted."""
    base: Cell = told["cell_format"]
    volts = told.get("cell_nominal_v", base.nominal_voltage)
    charge, counted = told.get("cell_ah"), "counted" in told
    if charge is None and "cell_energy_wh" in told:
        charge = told["cell_energy_wh"] / volts
    if charge is None:
        assert cells is not None
        charge, counted = told["gross_kwh"] / cells / volts, True
    cell = replace(
        base,
        charge=charge,
        nominal_voltage=volts,
        specific_energy=told.get("cell_density_wh_kg", base.specific_energy),
        cells_per_module=told.get("cells_per_module"),
        height=told.get("cell_height_mm", base.height),
    )
    return cell, counted
