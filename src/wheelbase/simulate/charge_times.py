"""How right is it? Published charging times, predicted from what other makers publish."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import exp, sqrt
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from wheelbase.catalogue import Catalogue, ChargeTime, class_of_voltage, read_rows
from wheelbase.errors import DataError
from wheelbase.simulate.charge import charge_time
from wheelbase.simulate.charge_battery import PER_HOUR, Battery, Taper, battery_of, charge_class
from wheelbase.units import Quantity, to_si

__all__ = [
    "ChargeCheck",
    "ChargeValidation",
    "class_peak",
    "fit_taper",
    "read_charge_times",
    "validate_charging",
]

_COLUMNS = ("vehicle", "net_kwh", "soc_start", "soc_end", "minutes")
_HALVINGS = 40
_STEEPEST = 8.0  # times the begin of plating, between which the fit looks for a car's own limit


@dataclass(frozen=True, slots=True)
class ChargeCheck:
    """A published charging time against its prediction by the cars of other makers.

    Args:
        time: As published.
        told: s, with the peak power that the maker states; None where it states none.
        untold: s, by charge class and charger alone.
    """

    time: ChargeTime
    told: float | None
    untold: float

    @property
    def told_error(self) -> float | None:
        """Relative error with the peak power told."""
        return None if self.told is None else self.told / self.time.duration - 1

    @property
    def untold_error(self) -> float:
        """Relative error with nothing told."""
        return self.untold / self.time.duration - 1


@dataclass(frozen=True, slots=True)
class ChargeValidation:
    """Every check, and what they come to.

    Args:
        checks: In the order of the list.
        tapers: Group of makers left out to the taper fitted without it.
    """

    checks: tuple[ChargeCheck, ...] = field(repr=False)
    tapers: Mapping[str, Taper] = field(repr=False)

    def errors(self, told: bool) -> list[float]:
        """Return the relative errors, with the peak told or not."""
        found = [c.told_error if told else c.untold_error for c in self.checks]
        return [error for error in found if error is not None]


def validate_charging(times: Sequence[ChargeTime], facts: Catalogue) -> ChargeValidation:
    """Return published times against predictions that saw no car of the same group of makers.

    For each group the taper and the peaks of the charge classes are fitted to the catalogue's
    published times of all other groups.

    Raises:
        DataError: No time is given.
    """
    if not times:
        raise DataError("charging times: there is none; give a list with a row")
    known = list(facts.charge_time)
    points = _points(known, facts)
    groups = dict.fromkeys(time.group for time in times)
    others = {group: [t for t in known if t.group != group] for group in groups}
    tapers = {group: _fitted([points[t.id] for t in others[group] if t.id in points])
              for group in groups}  # fmt: skip
    checks = [_check(t, others[t.group], tapers[t.group], facts) for t in times]
    return ChargeValidation(tuple(checks), tapers)


def _check(
    time: ChargeTime, others: Sequence[ChargeTime], taper: Taper, facts: Catalogue
) -> ChargeCheck:
    told = None
    if time.peak_power is not None:
        battery = _battery(time, time.peak_power, taper, facts)
        told = float(charge_time(battery, None, time.start, time.end))
    peak = class_peak(others, time.chemistry, time.voltage_class, facts) * _gross(time, facts)
    battery = replace(_battery(time, peak, taper, facts), power=np.inf)
    charger = facts.charger[time.charger or "hpc-350"]
    return ChargeCheck(time, told, float(charge_time(battery, charger, time.start, time.end)))


def fit_taper(times: Sequence[ChargeTime], facts: Catalogue) -> Taper:
    """Return the taper that published times with a stated peak come to.

    Each car's own limit half full is the one that gives its published time; their logarithms are
    regressed on those of the peak rates by least squares.
    """
    return _fitted(list(_points(times, facts).values()))


def _points(times: Sequence[ChargeTime], facts: Catalogue) -> dict[str, tuple[float, float]]:
    """Return the id of each car with a stated peak to its peak rate and its own limit half full."""
    return {
        t.id: (t.peak_power / _gross(t, facts), _own_half(t, facts))
        for t in times
        if t.peak_power is not None
    }


def _fitted(points: Sequence[tuple[float, float]]) -> Taper:
    peaks, halves = np.log(np.array(points).T / PER_HOUR)
    slope, level = np.polyfit(peaks, halves, 1)
    return Taper(exp(float(level)), float(slope))


def _own_half(time: ChargeTime, facts: Catalogue) -> float:
    """Return the rate half full, 1/s, at which a car takes its published time, by halving."""
    assert time.peak_power is not None
    peak = time.peak_power / _gross(time, facts)
    low, high = PER_HOUR / _STEEPEST, PER_HOUR * _STEEPEST
    for _ in range(_HALVINGS):
        half = sqrt(low * high)
        taper = Taper(half / peak, 1.0)
        battery = _battery(time, time.peak_power, taper, facts)
        slow = charge_time(battery, None, time.start, time.end) > time.duration
        low, high = (half, high) if slow else (low, half)
    return sqrt(low * high)


def class_peak(
    times: Sequence[ChargeTime], chemistry: str, voltage_class: float, facts: Catalogue
) -> float:
    """Return the median peak rate, power over gross energy in 1/s, of a charge class.

    Raises:
        DataError: No car of the class states its peak.
    """
    wanted = charge_class(_cell(chemistry, facts), voltage_class, facts)
    found = [
        t.peak_power / _gross(t, facts)
        for t in times
        if t.peak_power is not None
        and charge_class(_cell(t.chemistry, facts), t.voltage_class, facts).id == wanted.id
    ]
    if not found:
        raise DataError(f"charge class {wanted.id}: no published car has a peak power; add one")
    return median(found)


def _cell(chemistry: str, facts: Catalogue) -> Any:
    for cell in facts.cell:
        if cell.chemistry == chemistry:
            return cell
    raise DataError(
        f"chemistry {chemistry!r}: no cell of the catalogue has it; add one to cell.csv"
    )


def _share(time: ChargeTime, facts: Catalogue) -> float:
    """Return net over gross energy, or the usable share of the chemistry's cell."""
    if time.net_energy is None or time.gross_energy is None:
        return float(_cell(time.chemistry, facts).usable_share)
    return time.net_energy / time.gross_energy


def _gross(time: ChargeTime, facts: Catalogue) -> float:
    if time.gross_energy is not None:
        return time.gross_energy
    assert time.net_energy is not None
    return time.net_energy / _share(time, facts)


def _battery(time: ChargeTime, peak: float, taper: Taper, facts: Catalogue) -> Battery:
    cell = replace(_cell(time.chemistry, facts), usable_share=_share(time, facts))
    return battery_of(cell, _gross(time, facts), time.voltage_class, facts, peak, taper)


def read_charge_times(path: Path, facts: Catalogue) -> tuple[ChargeTime, ...]:
    """Return the charging times of a CSV file.

    Columns: vehicle, net_kwh, soc_start, soc_end (0 to 1), minutes; if known make, gross_kwh,
    peak_dc_kw, chemistry and volts. Without a make it is the first word of the vehicle; without
    chemistry and volts a battery of nickel and manganese in the 400 V class.

    Raises:
        DataError: Every bad row, with its line.
    """
    found, problems = [], []
    groups = _groups(facts)
    for line, row in enumerate(read_rows(path, _COLUMNS), start=2):
        try:
            found.append(_time_of(row, line, groups))
        except ValueError as error:
            problems.append(f"{path}:{line}: {error}")
    if problems:
        raise DataError(problems)
    return tuple(found)


def _groups(facts: Catalogue) -> dict[str, str]:
    """Return make, in lower case, to its group: that of a make that it shares a platform with.

    The first word of a car's id counts as a make too, as "vw" does.
    """
    groups = {time.make.lower(): time.group for time in facts.charge_time}
    for shares in ("id", "platform"):
        together: dict[str, set[str]] = {}
        for car in facts.vehicle:
            key = car.make.lower() if shares == "id" else car.platform
            names = {car.make.lower(), car.id.split("-")[0]}
            together.setdefault(key, set()).update(names)
        for names in together.values():
            known = {groups[name] for name in names if name in groups}
            if len(known) == 1:
                groups |= dict.fromkeys(names, *known)
    return groups


def _time_of(row: Mapping[str, str], line: int, groups: Mapping[str, str]) -> ChargeTime:
    make = row.get("make") or row["vehicle"].split(" ")[0]
    volts = _number(row, "volts", "V") or 400.0
    chemistry: Any = row.get("chemistry") or "nmc"
    if chemistry not in ("nmc", "nca", "lfp"):
        raise ValueError(f"chemistry {chemistry!r}: is not nmc, nca or lfp; write one of them")
    return ChargeTime(
        id=f"row-{line}",
        name=row["vehicle"],
        make=make,
        group=groups.get(make.lower(), make.lower()),
        chemistry=chemistry,
        voltage_class=class_of_voltage(volts),
        net_energy=_needed(row, "net_kwh", "kWh"),
        gross_energy=_number(row, "gross_kwh", "kWh"),
        peak_power=_number(row, "peak_dc_kw", "kW"),
        start=_needed(row, "soc_start", "-"),
        end=_needed(row, "soc_end", "-"),
        duration=_needed(row, "minutes", "min"),
    )


def _needed(row: Mapping[str, str], column: str, unit: str) -> float:
    value = _number(row, column, unit)
    if value is None:
        raise ValueError(f"{column}: is empty; give a number")
    return value


def _number(row: Mapping[str, str], column: str, unit: str) -> float | None:
    text = (row.get(column) or "").strip()
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{column}: {text!r} is not a number") from None
    return to_si(number, unit, _QUANTITIES[unit])


# Beyond any car and any charger: whoever writes more has slipped.
_QUANTITIES = {
    "-": Quantity("state of charge", "-", low=0, high=1),
    "min": Quantity("time", "s", low=10, high=1e6),
    "kWh": Quantity("energy", "J", low=1e6, high=4e9),
    "kW": Quantity("power", "W", low=100, high=1e7),
    "V": Quantity("voltage", "V", low=10, high=5e3),
}
