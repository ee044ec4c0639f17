"""Speed traces of others: CSV files with columns for time and speed, each with its unit."""

import re
from collections.abc import Iterator, Sequence
from math import isfinite
from pathlib import Path

from wheelbase.catalogue.table import numbered_rows
from wheelbase.errors import DataError
from wheelbase.units import Quantity, to_si

__all__ = ["Column", "number", "slopes", "trace_columns", "trace_rows"]

Column = tuple[int, str, float]
"""Where a column stands, its unit, and what the unit is worth in SI."""

_HEADER = re.compile(r"\s*(?P<name>[a-z]+)\s*(?:_|\[|\(|,|\s)\s*(?P<unit>[a-z/]+)[\])]?\s*", re.I)
_UNITS = {"mps": "m/s", "kmh": "km/h", "kph": "km/h", "sec": "s", "seconds": "s"}
_NAMES = {"time": ("time", "t"), "speed": ("speed", "v", "velocity")}
_FASTSIM = {"cycsecs": ("time", "s"), "cycmps": ("speed", "m/s"), "mps": ("speed", "m/s"),
            "speed_meters_per_second": ("speed", "m/s")}  # fmt: skip
_SLOPES = ("grade", "cycgrade", "slope", "gradient")
_LARGEST = 20_000_000  # characters; a day at 10 Hz has fewer


def trace_rows(path: Path) -> list[tuple[int, list[str]]]:
    """Return the rows of a CSV file with their lines, its header first.

    Raises:
        DataError: Unreadable, or larger than any trace.
    """
    return numbered_rows(path, _LARGEST)


def trace_columns(path: Path, header: list[str]) -> dict[str, Column]:
    """Return the columns "time" and "speed" of a header such as `time_s,speed_kmh`.

    Those of FASTSim (`cycSecs,cycMps`, `time_s,mps`) are known too.

    Raises:
        DataError: One is missing, or has no unit or a wrong one.
    """
    return {name: _column(path, header, name) for name in ("time", "speed")}


def _column(path: Path, header: list[str], name: str) -> Column:
    kind = Quantity("time", "s") if name == "time" else Quantity("speed", "m/s")
    found: list[Column] = []
    for place, text in enumerate(header):
        if unit := _unit_of(text, name):
            try:
                found.append((place, unit, to_si(1.0, unit, kind)))
            except ValueError as error:
                raise DataError(f"{path}:1: {text!r}: {error}") from None
    if len(found) > 1:
        both = " and ".join(repr(header[place]) for place, *_ in found)
        raise DataError(f"{path}:1: {both} both name {name}; leave one of them out")
    if not found:
        said = f"no column {name} with its unit; write time_s and speed_kmh, _mps or _mph"
        raise DataError(f"{path}:1: {said}")
    return found[0]


def _unit_of(title: str, name: str) -> str:
    """Return the unit that a title gives to time or speed; "" where it names neither."""
    known = _FASTSIM.get(title.strip().lower())
    if known:
        return known[1] if known[0] == name else ""
    found = _HEADER.fullmatch(title)
    if found is None or found["name"].lower() not in _NAMES[name]:
        return ""
    unit = found["unit"].lower()
    return _UNITS.get(unit, unit)


def number(row: Sequence[str], place: int) -> float:
    """Return the number of a cell, NaN where there is none."""
    try:
        return float(row[place])
    except (ValueError, IndexError):
        return float("nan")


def slopes(
    header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]
) -> Iterator[tuple[str, int]]:
    """Yield each column of slopes that is not level throughout, and how many of its rows are."""
    for place, title in enumerate(header):
        if re.split(r"[\s_\[(,]", title.strip().lower())[0] in _SLOPES:
            found = (number(row, place) for _, row in rows)
            if hills := sum(isfinite(slope) and slope != 0 for slope in found):
                yield title, hills
