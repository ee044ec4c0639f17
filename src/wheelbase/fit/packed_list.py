"""Lists of real cars with their packs, read into what the chains take; every default marked."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from statistics import median
from typing import Any

from wheelbase.catalogue import Catalogue, read_rows
from wheelbase.errors import DataError, few
from wheelbase.fit.reality import CLASS_BODIES, PackedCar
from wheelbase.units import Energy, Length, Power, to_si

__all__ = ["read_packed_cars", "year_of_cells"]

_RANGES = {
    "wheelbase_mm": (1500.0, 4500.0),
    "width_mm": (1200.0, 2500.0),
    "height_mm": (1000.0, 2600.0),
    "ground_clearance_mm": (50.0, 400.0),
    "tyre_radius_mm": (200.0, 500.0),
    "cell_height_mm": (40.0, 1000.0),
    "power_rear_kw": (0.0, 2000.0),
    "power_front_kw": (0.0, 2000.0),
    "second_level": (0.0, 1.0),
    "pack_gross_kwh": (1.0, 500.0),
    "year": (1990.0, 2060.0),
}
_WORDS = {"floor", "body", "cell_format"}
_COLUMNS = ("make", "model", *sorted(_WORDS), *(n for n in _RANGES if n != "year"))
_FLOORS = {"carry-over": "carry-over", "tunnel": "variant", "variant": "variant", "flat": "flat"}
_BODIES = {
    "sedan": (
        "sedan",
        "saloon",
        "liftback",
        "fastback",
        "coupe",
        "notchback",
        "convertible",
        "roadster",
    ),
    "hatch": ("hatch", "hatchback", "estate", "wagon", "supermini"),
    "suv": ("suv", "crossover", "van", "mpv", "minivan", "pickup", "truck"),
}
_SHAPES = {
    "prismatic": ("prismatic", "blade"),
    "pouch": ("pouch",),
    "cylindrical": ("cylindrical", "18650", "21700", "2170", "4680", "4695", "46xx"),
}
_DEFAULT_YEAR = 2020.0
_DEFAULT_POWER = 150.0  # kW, rear, where a list says nothing of any drive unit
_YEAR = re.compile(r"\(?(20[12]\d)\)?$")
_LENGTH = Length.__metadata__[0]  # type: ignore[attr-defined]
_POWER = Power.__metadata__[0]  # type: ignore[attr-defined]
_ENERGY = Energy.__metadata__[0]  # type: ignore[attr-defined]


def read_packed_cars(path: Path, facts: Catalogue) -> tuple[PackedCar, ...]:
    """Return the cars of a list with the columns of a packaging table.

    Besides those an optional column `year` says how old the cells are; where it is absent or
    blank, the year stands in the model's name, or is the start of sales in the catalogue. A blank
    input takes the default of its class and is named in `defaults`. The kind of platform is not
    read.

    Raises:
        DataError: Missing columns, or every cell that no car has: file:line, column, value, range.
    """
    rows = read_rows(path, _COLUMNS)
    problems = [
        f"{path}:{line}: {problem}"
        for line, row in enumerate(rows, start=2)
        for problem in _problems(row)
    ]
    if problems:
        raise DataError(few(problems))
    return tuple(_car(row, f"{path}:{line}", facts) for line, row in enumerate(rows, start=2))


def _problems(row: Mapping[str, str]) -> list[str]:
    found = []
    numbers: dict[str, float] = {}
    for name, (low, high) in _RANGES.items():
        text = (row.get(name) or "").strip()
        if not text:
            continue
        try:
            numbers[name] = value = float(text)
        except ValueError:
            found.append(f"{name}: {text!r} is not a number; expected {low:g} .. {high:g}")
            continue
        if not (isfinite(value) and low <= value <= high):
            found.append(f"{name}: {text} is outside {low:g} .. {high:g}")
    if numbers.get("second_level", 0.0) not in (0.0, 1.0):
        found.append(f"second_level: {row['second_level']} is neither 0 nor 1")
    if numbers.get("power_rear_kw") == 0 and numbers.get("power_front_kw") == 0:
        found.append("power_rear_kw, power_front_kw: both 0; a battery car needs a drive unit")
    if 2 * numbers.get("tyre_radius_mm", 0.0) >= numbers.get("height_mm", 1e4):
        found.append("tyre_radius_mm: the wheels are higher than the car; check both")
    for name, meanings in (("floor", _floor), ("body", _body), ("cell_format", _shape)):
        text = row[name].strip()
        if text and meanings(text) is None:
            known = {"floor": list(_FLOORS), "body": _flat(_BODIES), "cell_format": _flat(_SHAPES)}
            near = get_close_matches(text.lower(), known[name], n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            found.append(f"{name}: {text!r} is not one of {', '.join(known[name])}{hint}")
    return found


def _flat(words: Mapping[str, Sequence[str]]) -> list[str]:
    return [word for group in words.values() for word in group]


def _floor(text: str) -> Any:
    return next((kind for begin, kind in _FLOORS.items() if text.lower().startswith(begin)), None)


def _body(text: str) -> Any:
    return next((kind for kind, words in _BODIES.items() if text.lower() in words), None)


def _shape(text: str) -> Any:
    written = re.findall(r"[a-z0-9]+", text.lower())
    return next(
        (kind for kind, words in _SHAPES.items() if any(word in words for word in written)), None
    )


def _car(row: Mapping[str, str], place: str, facts: Catalogue) -> PackedCar:
    blank = [name for name in _COLUMNS if not row[name].strip()]
    number = {name: float(row[name]) for name in _RANGES if (row.get(name) or "").strip()}
    height = number.get("height_mm")
    style = _body(row["body"]) if row["body"].strip() else _style(height)
    like = facts.body[CLASS_BODIES[style]]

    def length(name: str, default: float) -> float:
        return to_si(number[name], "mm", _LENGTH) if name in number else default

    def power(name: str, default: float) -> float:
        return to_si(number[name], "kW", _POWER) if number.get(name) else default

    both_blank = "power_rear_kw" in blank and "power_front_kw" in blank
    usual = to_si(_DEFAULT_POWER, "kW", _POWER) if both_blank else 0.0
    wheelbases = [v.L101 for v in facts.vehicle if v.kind == "bev" and v.L101 is not None]
    year, told = year_of_cells(row, facts)
    defaults = [n for n in blank if n not in ("make", "model", "pack_gross_kwh")]
    gross = number.get("pack_gross_kwh")
    return PackedCar(
        name=f"{row['make']} {row['model']}".strip(),
        floor=_floor(row["floor"]) if row["floor"].strip() else "flat",
        style=style,
        L101=length("wheelbase_mm", median(wheelbases)),
        W103=length("width_mm", like.W103),
        H100=length("height_mm", like.H100),
        H156=length("ground_clearance_mm", like.H156),
        tyre_radius=length("tyre_radius_mm", like.tyre_radius),
        shape=_shape(row["cell_format"]) if row["cell_format"].strip() else "prismatic",
        cell_height=length("cell_height_mm", 0.0) or None,
        rear_power=power("power_rear_kw", usual),
        front_power=power("power_front_kw", 0.0),
        second_level=number.get("second_level", 0.0) == 1.0,
        year=year,
        gross=None if gross is None else to_si(gross, "kWh", _ENERGY),
        defaults=tuple(defaults + ([] if told else ["year"])),
        place=place,
    )


def _style(height: float | None) -> Any:
    """Return the class of body that a height in mm is usual for."""
    if height is None:
        return "hatch"
    return "sedan" if height < 1500 else "hatch" if height < 1590 else "suv"


def year_of_cells(row: Mapping[str, str], facts: Catalogue) -> tuple[float, bool]:
    """Return the year of a car's cells, and whether it is known rather than a default.

    In this order: the column, a year in the model's name, the start of sales of the longest
    matching name in the catalogue.
    """
    written = (row.get("year") or "").strip()
    if written:
        return float(written), True
    for word in row["model"].split():
        if match := _YEAR.match(word):
            return float(match[1]), True
    name = _words(f"{row['make']} {row['model']}")
    found = [
        (len(words), launch.first_year)
        for launch in facts.launch
        for words in map(_words, launch.carried_by.split("|"))
        if _in_order(words, name)
    ]
    return (float(max(found)[1]), True) if found else (_DEFAULT_YEAR, False)


def _words(text: str) -> list[str]:
    """Return the words of a name without accents and case, letters and digits apart."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z]+|\d+\+?|[+]", plain)
    return [{"vw": "volkswagen"}.get(word, word) for word in words if word != "benz"]


def _in_order(words: Sequence[str], name: Sequence[str]) -> bool:
    rest = iter(name)
    return bool(words) and all(word in rest for word in words)
