"""A recorded speed trace, cleaned of rows that are no samples, with a word on each of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import isfinite
from pathlib import Path

import numpy as np

from wheelbase.catalogue.cycle import LONGEST_GAP, MAXIMUM_SPEED, Cycle
from wheelbase.catalogue.provenance import Provenance, Rejected, apart, beside, provenance_of
from wheelbase.catalogue.table import write_whole
from wheelbase.catalogue.trace import Column, number, slopes, trace_columns, trace_rows
from wheelbase.errors import DataError, few
from wheelbase.units import convert

__all__ = ["ImportedCycle", "import_cycle", "read_recorded"]

_SPOILT = 0.1  # share of rows without a sample beyond which a recording is none
_HARDEST = 12.0  # m/s2, faster than any car on sale starts or stops


@dataclass(frozen=True, slots=True)
class ImportedCycle:
    """A recording as a trace.

    Args:
        cycle: The trace of the rows that are samples; speed is linear between them.
        rows: Rows of the file below its header, blank ones not counted.
        units: Column to the unit that its header names.
        provenance: The file, how it was read, and every row that was left out.
    """

    cycle: Cycle
    rows: int
    units: dict[str, str]
    provenance: Provenance = field(repr=False)

    @property
    def hardest(self) -> float:
        """The greatest acceleration or deceleration, m/s2."""
        return float(np.max(np.abs(np.diff(self.cycle.speed) / np.diff(self.cycle.time))))

    @property
    def doubts(self) -> tuple[str, ...]:
        """What a person should look at before the trace is used."""
        name = self.provenance.file
        if self.hardest > _HARDEST:
            what = f"{self.hardest:.1f} m/s2, which no car does; is the unit of speed right?"
            return (f"{name}: changes its speed by up to {what}",)
        return ()


def import_cycle(source: Path, target: Path) -> ImportedCycle:
    """Write a recording as `time_s,speed_mps`, and beside it where it comes from.

    Raises:
        DataError: As `read_recorded`, or the target is the source or cannot be written.
    """
    apart(source, target)
    found = read_recorded(source)
    samples = zip(found.cycle.time.tolist(), found.cycle.speed.tolist(), strict=True)
    lines = [f"{time!r},{speed!r}" for time, speed in samples]
    write_whole(target, "\n".join(["time_s,speed_mps", *lines]) + "\n")
    write_whole(*beside(target, found.provenance))
    return found


def read_recorded(source: Path) -> ImportedCycle:
    """Return a recording as a trace, without the rows that are no samples.

    Raises:
        DataError: Unreadable, no columns with units; a gap, named with its line; or more than a
            tenth of the rows are no samples.
    """
    provenance = provenance_of(source, "speed trace, CSV")
    rows = trace_rows(source)
    header = rows[0][1] if rows else []
    columns = trace_columns(source, header)
    numbered = [(line, row) for line, row in rows[1:] if any(row)]
    kept: list[tuple[int, float, float]] = []
    rejected: list[Rejected] = []
    for line, row in numbered:
        time, speed = (number(row, columns[name][0]) for name in ("time", "speed"))
        before = kept[-1][1] / columns["time"][2] if kept else None
        if reason := _reason(row, time, speed, columns, before):
            rejected.append(Rejected(f"{source.name}:{line}", reason))
        else:
            kept.append((line, time * columns["time"][2], speed * columns["speed"][2]))
    told = list(map(str, rejected))
    if len(rejected) > _SPOILT * len(numbered):
        said = f"{len(rejected)} of {len(numbered)} rows are no samples; correct the file"
        raise DataError([f"{source.name}: {said}", *few(told)])
    if gaps := list(_gaps(source.name, kept)):
        raise DataError([*few(gaps), *few(told)])
    for title, hills in slopes(header, numbered):
        said = f"a column of slopes, and cars drive on the level: {hills} rows with a slope"
        rejected.append(Rejected(f"{source.name}:1: {title}", said))
    times, speeds = np.array([k[1:] for k in kept]).reshape(-1, 2).T.copy()
    trace = Cycle(source.stem, times, speeds, (), source.name)
    units = {name: unit for name, (_, unit, _) in columns.items()}
    reading = {f"unit of {name}": unit for name, unit in units.items()}
    reading["between samples"] = "speed is linear, also over rows that were left out"
    provenance = replace(provenance, reading=reading, rejected=tuple(rejected))
    return ImportedCycle(trace, len(numbered), units, provenance)


def _reason(
    row: Sequence[str],
    time: float,
    speed: float,
    columns: dict[str, Column],
    before: float | None,
) -> str:
    """Return why a row is no sample; "" for one that is."""
    for name, value in (("time", time), ("speed", speed)):
        place = columns[name][0]
        if not isfinite(value):
            return f"no number: {name} {row[place] if place < len(row) else ''!r}"
    unit, factor = columns["speed"][1:]
    if speed < 0:
        return f"negative speed: {speed:g} {unit}"
    if speed * factor > MAXIMUM_SPEED:
        most = convert(MAXIMUM_SPEED, "km/h")
        return f"beyond {most:g} km/h: {speed:g} {unit}; is the unit right?"
    if before is not None and time <= before:
        return f"time does not rise: {time:g} {columns['time'][1]} after {before:g}"
    return ""


def _gaps(name: str, kept: Sequence[tuple[int, float, float]]) -> Iterator[str]:
    for (first, a, _), (line, b, _) in pairwise(kept):
        if b - a > LONGEST_GAP:
            said = f"a gap of {b - a:g} s since line {first}; {LONGEST_GAP:g} s are allowed"
            yield f"{name}:{line}: {said}, split the recording there"
