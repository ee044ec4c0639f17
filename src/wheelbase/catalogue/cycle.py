"""Driving cycles: speed traces of the regulations, with their phases and a distance check."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from math import inf, isfinite
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue.trace import slopes, trace_columns, trace_rows
from wheelbase.errors import DataError, few
from wheelbase.units import Quantity, parse

__all__ = ["LONGEST_GAP", "MAXIMUM_SPEED", "Cycle", "Phase", "cycle", "cycle_names", "read_cycle"]

MAXIMUM_SPEED = parse("300 km/h", Quantity("speed", "m/s"))
"""m/s; beyond it the unit is wrong."""
LONGEST_GAP = 10.0
"""s; speed is taken as linear between samples, which longer gaps would make up."""


@dataclass(frozen=True, slots=True)
class Phase:
    """A named part of a cycle: samples from `start` to `end`, both in s."""

    name: str
    start: float
    end: float


@dataclass(frozen=True, slots=True, eq=False)
class Cycle:
    """A speed trace.

    Args:
        id: Name of the cycle.
        time: (n,) s, strictly rising, gaps of at most 10 s.
        speed: (n,) m/s, not negative, at most 300 km/h.
        phases: Named parts in order; empty where the regulation knows none.
        source: Where the trace comes from.

    Raises:
        DataError: Names every sample that is not a trace's.
    """

    id: str
    time: NDArray[np.float64]
    speed: NDArray[np.float64]
    phases: tuple[Phase, ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse what is not a trace."""
        problems = list(_problems(self.id, self.time, self.speed))
        if problems:
            raise DataError(few(problems))

    @property
    def distance(self) -> float:
        """Distance in m, exact for speed that is linear between samples."""
        return float(np.sum(np.diff(self.time) * (self.speed[1:] + self.speed[:-1]) / 2))

    def part(self, phase: Phase) -> "Cycle":
        """Return the trace of one phase."""
        inside = (self.time >= phase.start) & (self.time <= phase.end)
        return Cycle(
            f"{self.id}.{phase.name}", self.time[inside], self.speed[inside], (), self.source
        )


def _problems(name: str, time: NDArray[np.float64], speed: NDArray[np.float64]) -> Iterator[str]:
    if len(time) < 2 or len(time) != len(speed):
        yield f"{name}: a trace needs at least two samples of time and speed"
        return
    for row, (t, v) in enumerate(zip(time, speed, strict=True)):
        if not (isfinite(t) and isfinite(v)):
            said = f"time {t:g} s, speed {v:g} m/s is not a number"
            yield f"{name}: sample {row}: {said}; write one, or leave the row out"
        elif v < 0:
            yield f"{name}: sample {row}: speed {v:g} m/s is negative; write 0 or more"
    for row, (a, b) in enumerate(pairwise(time), start=1):
        if b <= a:
            yield f"{name}: sample {row}: time must rise, {a:g} s is followed by {b:g} s"
        elif b - a > LONGEST_GAP:
            said = f"a gap of {b - a:g} s; {LONGEST_GAP:g} s are allowed"
            yield f"{name}: sample {row}: {said}, add the samples between or end the trace there"
    top = max((v for v in speed if isfinite(v)), default=-inf)
    if top > MAXIMUM_SPEED:
        yield f"{name}: maximum speed {top:g} m/s; is it written in km/h?"


def cycle_names() -> tuple[str, ...]:
    """Return the names of the cycles in the catalogue."""
    return tuple(sorted(_index()))


def _index() -> dict[str, dict[str, Any]]:
    with (files("wheelbase.catalogue") / "cycles" / "index.csv").open(encoding="utf-8") as file:
        return {row["cycle"]: row for row in csv.DictReader(file)}


def cycle(name: str) -> Cycle:
    """Return a cycle of the catalogue, its distance checked, or the trace of a user's CSV file.

    Raises:
        DataError: No such cycle (with near misses), or a trace that misses its own distance.
    """
    if name.lower().endswith(".csv"):
        return read_cycle(Path(name))
    return _shipped(name)


@lru_cache(maxsize=32)
def _shipped(name: str) -> Cycle:
    index = _index()
    if name not in index:
        near = get_close_matches(name, index, n=3, cutoff=0.4) or sorted(index)
        raise DataError(f"cycle {name!r}: unknown; did you mean {', '.join(near)}?")
    row = index[name]
    with (files("wheelbase.catalogue") / "cycles" / row["file"]).open(encoding="utf-8") as file:
        samples = [(float(r["time_s"]), float(r["speed_mps"])) for r in csv.DictReader(file)]
    time, speed = np.array(samples).T.copy()
    for column in (time, speed):
        column.flags.writeable = False  # every caller is given the same trace
    phases = tuple(_phase(text) for text in row["phases_s"].split("; ") if text)
    trace = Cycle(name, time, speed, phases, row["source"])
    reference = float(row["reference_distance_km"]) * 1e3
    if abs(trace.distance / reference - 1) > 1e-3:
        raise DataError(
            f"cycles/{row['file']}: {trace.distance:.0f} m driven, {reference:.0f} m expected"
        )
    return trace


def read_cycle(path: Path) -> Cycle:
    """Return the speed trace of a CSV file with a column for time and one for speed.

    Its header names them with their units: `time_s,speed_kmh` or `time [s],speed [mph]`.

    Raises:
        DataError: Unreadable, no such columns or no units, a slope, on which no car drives here, or
            every sample that is not a trace's.
    """
    rows = trace_rows(path)
    header = rows[0][1] if rows else []
    places = trace_columns(path, header)
    columns: dict[str, list[float]] = {"time": [], "speed": []}
    problems = []
    for title, hills in slopes(header, rows[1:]):
        said = f"{hills} rows with a slope, and cars drive on the level; leave the column out"
        problems.append(f"{path}:1: {title}: {said}, as `wheelbase import cycle` does")
    for line, row in rows[1:]:
        for name, (place, _, factor) in places.items():
            text = row[place] if place < len(row) else ""
            try:
                columns[name].append(float(text) * factor)
            except ValueError:
                problems.append(f"{path}:{line}: {name}: {text!r} is not a number")
    if problems:
        raise DataError(few(problems))
    return Cycle(path.stem, np.array(columns["time"]), np.array(columns["speed"]), (), str(path))


def _phase(text: str) -> Phase:
    name, span = text.rsplit(" ", 1)
    start, end = span.split("-")
    return Phase(name, float(start), float(end))
