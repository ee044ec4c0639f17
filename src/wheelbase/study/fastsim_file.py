"""Vehicle files of FASTSim 2 and 3 as they are filed: names and values, nothing judged."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from wheelbase.catalogue import numbered_rows
from wheelbase.errors import DataError
from wheelbase.study.read import read

__all__ = ["Described", "FastsimForm", "described", "form_of", "is_fastsim", "plain_name"]

_LARGEST = 5_000_000  # characters of a table; the list of NREL has 16 kB
_MOST = 2000  # cars of a table
_INNER = ("state", "history", "eff_interp_achieved", "eff_interp_at_max_input",
          "eff_interp_from_pwr_out", "pt_cntrl", "dfco_cntrl", "sim_params", "eff_interp",
          "aux_cntrl", "thrml", "cabin", "hvac")  # fmt: skip

_MAPS = (("data", "values", "data"), ("Interp1D", "f_x"), ("f_x",))
"""Where versions of FASTSim 3 keep the values of a map."""


class FastsimForm(StrEnum):
    """How a vehicle is filed."""

    table = "FASTSim 2 table"
    list = "FASTSim 2 list of parameters"
    flat = "FASTSim 2 YAML"
    nested = "FASTSim 3 YAML"


@dataclass(frozen=True, slots=True)
class Described:
    """A vehicle as it is filed.

    Args:
        name: Of the car.
        form: How it is filed.
        place: The file, and the line where there are many cars in it.
        fields: Name to value; the names of FASTSim 3 with dots. Maps and states are one value each.
        peak: The best efficiency of the map of its engine in a file of FASTSim 3; 0 without one.
    """

    name: str
    form: FastsimForm
    place: str
    fields: dict[str, Any]
    peak: float = 0.0


def plain_name(name: str) -> str:
    """Return a name as it is looked up: `dragCoef` and `drag_coef` are one."""
    return re.sub(r"[\s_]", "", name).lower()


def is_fastsim(path: Path) -> bool:
    """Return whether a file describes vehicles of FASTSim, as far as its keys or columns tell."""
    try:
        return bool(described(path))
    except DataError:
        return False


def described(path: Path) -> tuple[Described, ...]:
    """Return the vehicles of a file.

    Raises:
        DataError: It cannot be read, or describes no vehicle of FASTSim.
    """
    if path.suffix.lower() == ".csv":
        return tuple(_of_table(path))
    return (_of_tree(path),)


def form_of(data: Mapping[str, Any]) -> FastsimForm | None:
    """Return the form of the vehicle that plain data is; None where it is none of FASTSim."""
    if isinstance(data.get("chassis"), dict) and isinstance(data.get("pt_type"), dict):
        return FastsimForm.nested
    return FastsimForm.flat if {"dragcoef", "vehpttype"} <= set(map(plain_name, data)) else None


def _of_tree(path: Path) -> Described:
    data = read(path).data
    form = form_of(data)
    if form is FastsimForm.nested:
        fields = dict(_flat(data, ()))
        name = str(data.get("name") or path.stem)
        return Described(name, FastsimForm.nested, path.name, fields, _peak(data["pt_type"]))
    if form is FastsimForm.flat:
        name = next((v for k, v in data.items() if plain_name(k) == "scenarioname"), path.stem)
        fields = {k: "(values)" if isinstance(v, dict | list) else v for k, v in data.items()}
        return Described(str(name), FastsimForm.flat, path.name, fields)
    what = "no vehicle of FASTSim: version 3 has chassis and pt_type, version 2 drag_coef and"
    raise DataError(f"{path.name}: file: {what} veh_pt_type")


def _peak(kinds: dict[str, Any]) -> float:
    """Return the greatest number among the values of the engine's map of efficiency."""
    for kind in kinds.values():
        for keys in _MAPS:
            node = kind
            for key in ("fc", "eff_interp_from_pwr_out", *keys):
                node = node.get(key) if isinstance(node, dict) else None
            if isinstance(node, list):
                return max((float(v) for v in node if isinstance(v, int | float)), default=0.0)
    return 0.0


def _flat(tree: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Yield the leaves of a tree under their dotted names; maps and states as one."""
    for key, value in tree.items():
        here = (*path, key)
        if key in _INNER or isinstance(value, list):
            yield ".".join(here), "(values)"
        elif isinstance(value, dict):
            yield from _flat(value, here)
        else:
            yield ".".join(here), value


def _of_table(path: Path) -> Iterator[Described]:
    (_, first), *rows = numbered_rows(path, _LARGEST) or [(1, [])]
    header = [plain_name(cell) for cell in first]
    if "paramname" in header and "paramvalue" in header:
        name, value = header.index("paramname"), header.index("paramvalue")
        fields = {row[name]: row[value] for _, row in rows if len(row) > max(name, value)}
        fields = {key: text for key, text in fields.items() if key.strip()}
        called = next((v for k, v in fields.items() if plain_name(k) == "scenarioname"), "")
        yield Described(called or path.stem, FastsimForm.list, path.name, fields)
        return
    if not {"dragcoef", "vehpttype"} <= set(header):
        raise DataError(f"{path.name}:1: no columns drag_coef and veh_pt_type of FASTSim 2")
    if len(rows) > _MOST:
        raise DataError(f"{path.name}: {len(rows)} rows; at most {_MOST}")
    for line, row in rows:
        if any(cell.strip() for cell in row):
            fields = dict(zip(first, row, strict=False))
            named = next((v for k, v in fields.items() if plain_name(k) == "scenarioname"), "")
            place = f"{path.name}:{line}"
            yield Described(named or f"line {line}", FastsimForm.table, place, fields)
