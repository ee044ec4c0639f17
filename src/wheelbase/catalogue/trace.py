"""Speed traces of others: CSV files with columns for time and speed, each with its unit."""

import csv
import re
from pathlib import Path

from wheelbase.errors import DataError
from wheelbase.units import Quantity, to_si

__all__ = ["Column", "trace_columns", "trace_rows"]

Column = tuple[int, str, float]
"""Where a column stands, its unit, and what the unit is worth in SI."""

_HEADER = re.compile(r"\s*(?P<name>[a-z]+)\s*(?:_|\[|\(|,|\s)\s*(?P<unit>[a-z/]+)[\])]?\s*", re.I)
_UNITS = {"mps": "m/s", "kmh": "km/h", "kph": "km/h", "sec": "s", "seconds": "s", "ms": ""}
_NAMES = {"time": ("time", "t"), "speed": ("speed", "v", "velocity")}
_FASTSIM = {"cycsecs": ("time", "s"), "cycmps": ("speed", "m/s"), "mps": ("speed", "m/s"),
            "speed_meters_per_second": ("speed", "m/s")}  # fmt: skip
_LARGEST = 20_000_000  # bytes; a day at 10 Hz is less


def trace_rows(path: Path) -> list[list[str]]:
    """Return the rows of a CSV file, its header first.

    Raises:
        DataError: Unreadable, or larger than any trace.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise DataError(f"{path}: larger than {_LARGEST} bytes, which no trace is")
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path}: cannot be read as a trace: {error}") from None


def trace_columns(path: Path, header: list[str]) -> dict[str, Column]:
    """Return the columns "time" and "speed" of a header such as `time_s,speed_kmh`.

    Those of FASTSim (`cycSecs,cycMps`, `time_s,mps`) are known too.

    Raises:
        DataError: One is missing, or has no unit or a wrong one.
    """
    return {name: _column(path, header, name) for name in ("time", "speed")}


def _column(path: Path, header: list[str], name: str) -> Column:
    kind = Quantity("time", "s") if name == "time" else Quantity("speed", "m/s")
    for place, text in enumerate(header):
        known = _FASTSIM.get(text.strip().lower())
        if known and known[0] == name:
            return place, known[1], to_si(1.0, known[1], kind)
        found = _HEADER.fullmatch(text)
        if found is None or found["name"].lower() not in _NAMES[name]:
            continue
        unit = found["unit"].lower()
        unit = _UNITS.get(unit, unit)
        try:
            return place, unit, to_si(1.0, unit, kind)
        except ValueError as error:
            raise DataError(f"{path}:1: {text!r}: {error}") from None
    raise DataError(
        f"{path}:1: no column {name} with its unit; write time_s and speed_kmh, _mps or _mph"
    )
