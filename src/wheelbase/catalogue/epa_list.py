"""The raw EPA list of test cars, read into one row per configuration of a test car.

The list has one row per test. Traps that are known and handled: a byte-order mark; the unit MPG
stands for everything, so a value of an electric test below 60 is kWh per 100 mi; placeholders 0,
9.99 and 999.9 in ratios; analytically derived results, police cars, ethanol, hydrogen and tests at
20 degF are no certificates of the car. The list does not say which cars are mild or full hybrids:
without charge-depleting tests they come out as petrol cars.
"""

import csv
import os
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from wheelbase.catalogue.table import read_rows
from wheelbase.errors import DataError
from wheelbase.units import (
    GALLON_ENERGY,
    DragLinear,
    DragSquare,
    Energy,
    Force,
    Length,
    Mass,
    Power,
    convert,
    to_si,
)

__all__ = ["Imported", "import_epa_test_cars"]

_CYCLES = {"FTP": "ftp", "HWY": "hwfet", "US06": "us06", "SC03": "sc03"}
_ENERGY_TESTS = {"Charge Depleting UDDS": "udds", "Charge Depleting Highway": "hwfet"}
_CD = "Charge Depleting"
_KWH_BELOW = 60.0  # a figure of an electric test below it is kWh per 100 mi, above it MPGe
_COLUMNS = (
    "Represented Test Veh Make", "Represented Test Veh Model", "Test Vehicle ID",
    "Test Veh Configuration #", "Test Veh Displacement (L)", "Rated Horsepower",
    "# of Cylinders and Rotors", "Tested Transmission Type", "# of Gears",
    "Drive System Description", "Equivalent Test Weight (lbs.)", "Axle Ratio", "N/V Ratio",
    "Analytically Derived FE?", "Test Procedure Description", "Test Fuel Type Description",
    "Test Category", "CO2 (g/mi)", "RND_ADJ_FE", "Target Coef A (lbf)", "Target Coef B (lbf/mph)",
    "Target Coef C (lbf/mph**2)", "Police - Emergency Vehicle?",
)  # fmt: skip
_MAKES = {"BMX": "BMW", "Range Rover": "Land Rover"}
_WRITTEN = (
    "make", "make_epa", "model", "powertrain", "class_source", "test_fuel", "test_mass_kg",
    "rated_power_kw", "displacement_l", "cylinders", "aspiration", "transmission", "gears", "drive",
    "axle_ratio", "nv_ratio_rpm_per_mph", "A_N", "B_N_per_mps", "C_N_per_mps2", "ftp_co2_g_km",
    "ftp_co2_min_g_km", "hwfet_co2_g_km", "hwfet_co2_min_g_km", "us06_co2_g_km",
    "us06_co2_min_g_km", "sc03_co2_g_km", "sc03_co2_min_g_km", "udds_ac_wh_km", "hwfet_ac_wh_km",
    "vehicle_id", "config", "source_rows", "flag",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a raw list: tests read, configurations written, tests left out by reason."""

    rows: int
    configurations: int
    left_out: Mapping[str, int]


def import_epa_test_cars(source: Path, target: Path) -> Imported:
    """Write the configurations of a raw list, in the columns that `read_test_cars` takes.

    Args:
        source: The list as EPA publishes it, CSV or gzipped CSV.
        target: The file to write; it appears whole or not at all.

    Raises:
        DataError: The list cannot be read or lacks columns, or the target cannot be written.
    """
    rows = read_rows(source, _COLUMNS)
    groups: dict[tuple[str, str], list[tuple[int, dict[str, str]]]] = defaultdict(list)
    left_out: Counter[str] = Counter()
    for line, row in enumerate(rows, start=2):
        reason = _no_certificate(row)
        if reason:
            left_out[reason] += 1
            continue
        groups[row["Test Vehicle ID"], row["Test Veh Configuration #"]].append((line, row))
    plugged = {
        r["Test Vehicle ID"] for r in rows if r["Test Procedure Description"].startswith(_CD)
    }
    written = []
    for (vehicle, _), tests in groups.items():
        try:
            written.append(_configuration(tests, vehicle in plugged))
        except ValueError:
            left_out["with a figure that is no number"] += len(tests)
    _write(target, written)
    return Imported(len(rows), len(written), dict(left_out))


def _no_certificate(row: Mapping[str, str]) -> str:
    fuel, procedure = row["Test Fuel Type Description"], row["Test Procedure Description"]
    electric = fuel == "Electricity"
    reasons = {
        "analytically derived": row["Analytically Derived FE?"] == "Yes",
        "police cars": row["Police - Emergency Vehicle?"] == "Y",
        "ethanol or hydrogen": fuel.startswith(("E85", "Hydrogen")),
        "tests at 20 degF": "Cold" in fuel or "Cold" in procedure or "20 Degree" in procedure,
        "charge-depleting tests on petrol": procedure.startswith("Charge") and not electric,
        "other electric tests": electric and procedure not in _ENERGY_TESTS,
        "other procedures": not electric and row["Test Category"] not in _CYCLES,
    }
    return next((name for name, applies in reasons.items() if applies), "")


def _configuration(tests: Sequence[tuple[int, dict[str, str]]], plugged: bool) -> dict[str, str]:
    """Return one row in the written form; the first test gives the car, all of them its results."""
    row = tests[0][1]
    electric = [t for _, t in tests if t["Test Fuel Type Description"] == "Electricity"]
    burnt = [t for _, t in tests if t["Test Fuel Type Description"] != "Electricity"]
    diesel = any("Diesel" in t["Test Fuel Type Description"] for t in burnt)
    if electric or plugged:
        powertrain, why = (
            ("PHEV", "charge_depleting_tests") if burnt else ("BEV", "electricity_only")
        )
    else:
        powertrain, why = "ICE diesel" if diesel else "ICE petrol", "hybrids not told apart"
    make = row["Represented Test Veh Make"]
    found = {
        "make": _MAKES.get(make, make),
        "make_epa": make,
        "model": row["Represented Test Veh Model"],
        "powertrain": powertrain,
        "class_source": why,
        "test_fuel": "electricity" if not burnt else "diesel" if diesel else "petrol",
        "test_mass_kg": _figure(row["Equivalent Test Weight (lbs.)"], "lb", Mass, "kg"),
        "rated_power_kw": _figure(row["Rated Horsepower"], "hp", Power, "kW"),
        "displacement_l": _positive(row["Test Veh Displacement (L)"]) if burnt else "",
        "cylinders": _positive(row["# of Cylinders and Rotors"]) if burnt else "",
        "aspiration": "unknown",
        "transmission": row["Tested Transmission Type"],
        "gears": _positive(row["# of Gears"]),
        "drive": row["Drive System Description"],
        "axle_ratio": _ratio(row["Axle Ratio"]),
        "nv_ratio_rpm_per_mph": _ratio(row["N/V Ratio"]),
        "A_N": _figure(row["Target Coef A (lbf)"], "lbf", Force, "N"),
        "B_N_per_mps": _figure(row["Target Coef B (lbf/mph)"], "lbf/mph", DragLinear, "N/(m/s)"),
        "C_N_per_mps2": _figure(
            row["Target Coef C (lbf/mph**2)"], "lbf/mph^2", DragSquare, "N/(m/s)^2"
        ),
        "vehicle_id": row["Test Vehicle ID"],
        "config": row["Test Veh Configuration #"],
        "source_rows": ";".join(str(line) for line, _ in tests),
        "flag": "",
    }
    return found | _carbon(burnt) | _energy(electric if not burnt else ())


def _carbon(tests: Sequence[Mapping[str, str]]) -> dict[str, str]:
    values: dict[str, list[float]] = defaultdict(list)
    for test in tests:
        if test["CO2 (g/mi)"]:
            grams = float(test["CO2 (g/mi)"]) / convert(to_si(1, "mi", _LENGTH), "km")
            values[_CYCLES[test["Test Category"]]].append(grams)
    found = {}
    for name, grams_per_km in values.items():
        found[f"{name}_co2_g_km"] = f"{mean(grams_per_km):.2f}"
        found[f"{name}_co2_min_g_km"] = f"{min(grams_per_km):.2f}"
    return found


def _energy(tests: Sequence[Mapping[str, str]]) -> dict[str, str]:
    values: dict[str, list[float]] = defaultdict(list)
    for test in tests:
        figure = float(test["RND_ADJ_FE"] or 0)
        if figure <= 0:
            continue
        mile = to_si(1, "mi", _LENGTH)
        listed = figure < _KWH_BELOW
        per_mile = to_si(figure / 100, "kWh", _ENERGY) if listed else GALLON_ENERGY / figure
        energy = per_mile / mile
        name = _ENERGY_TESTS[test["Test Procedure Description"]]
        values[name].append(convert(energy, "Wh/km"))
    return {f"{name}_ac_wh_km": f"{mean(v):.1f}" for name, v in values.items()}


_LENGTH = Length.__metadata__[0]  # type: ignore[attr-defined]
_ENERGY = Energy.__metadata__[0]  # type: ignore[attr-defined]


def _figure(text: str, unit: str, hint: object, wanted: str) -> str:
    if not text:
        return ""
    quantity = hint.__metadata__[0]  # type: ignore[attr-defined]
    return f"{convert(to_si(float(text), unit, quantity), wanted):.6g}"


def _positive(text: str) -> str:
    return f"{float(text):g}" if text and float(text) > 0 else ""


def _ratio(text: str) -> str:
    """Return a ratio, blank where the list holds a place for it."""
    return "" if not text or float(text) in (0.0, 1.0, 9.99, 99.9, 999.9) else f"{float(text):g}"


def _write(target: Path, rows: Sequence[Mapping[str, str]]) -> None:
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.name, suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, _WRITTEN, restval="", lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
            Path(name).replace(target)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise DataError(f"{target}: cannot be written: {error}") from None
