"""The raw EPA list of test cars, read into one row per configuration of a test car.

The list has one row per test. Traps that are known and handled: a byte-order mark; the unit MPG
stands for everything, so that an electric test can be read in two ways (`Electric`); placeholders
0, 9.99 and 999.9 in ratios; analytically derived results, police cars, ethanol, hydrogen and tests
at 20 degF are no certificates of the car. The list does not say which cars are mild or full
hybrids: without charge-depleting tests they come out as petrol cars.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import isfinite
from pathlib import Path
from statistics import mean

from wheelbase.catalogue.provenance import Provenance, Rejected, apart, beside, provenance_of
from wheelbase.catalogue.table import harmless, named_rows, write_whole
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

__all__ = ["Electric", "ElectricTest", "Imported", "import_epa_test_cars", "read_epa_test_cars"]

_CYCLES = {"FTP": "ftp", "HWY": "hwfet", "US06": "us06", "SC03": "sc03"}
_ENERGY_TESTS = {"Charge Depleting UDDS": "udds", "Charge Depleting Highway": "hwfet"}
_CD = "Charge Depleting"
_KWH_BELOW = 60.0  # both readings of 58 are the same energy, so nothing jumps here
_CAR = (60.0, 450.0)  # Wh/km from the wall on UDDS or HWFET; a 4.1 t pickup with 47 MPGe draws 312
_COLUMNS = (
    "Represented Test Veh Make", "Represented Test Veh Model", "Test Vehicle ID",
    "Test Veh Configuration #", "Test Veh Displacement (L)", "Rated Horsepower",
    "# of Cylinders and Rotors", "Tested Transmission Type", "# of Gears",
    "Drive System Description", "Equivalent Test Weight (lbs.)", "Axle Ratio", "N/V Ratio",
    "Analytically Derived FE?", "Test Procedure Description", "Test Fuel Type Description",
    "Test Category", "CO2 (g/mi)", "RND_ADJ_FE", "Target Coef A (lbf)", "Target Coef B (lbf/mph)",
    "Target Coef C (lbf/mph**2)", "Police - Emergency Vehicle?",
)  # fmt: skip
_HYBRIDS = "48 V and full hybrids are not told apart by the list: they stand as petrol cars"
_MAKES = {"BMX": "BMW", "Range Rover": "Land Rover"}
_TEXTS = ("make", "make_epa", "model", "transmission", "drive", "vehicle_id", "config")
_WRITTEN = (
    "make", "make_epa", "model", "powertrain", "class_source", "test_fuel", "test_mass_kg",
    "rated_power_kw", "displacement_l", "cylinders", "aspiration", "transmission", "gears", "drive",
    "axle_ratio", "nv_ratio_rpm_per_mph", "A_N", "B_N_per_mps", "C_N_per_mps2", "ftp_co2_g_km",
    "ftp_co2_min_g_km", "hwfet_co2_g_km", "hwfet_co2_min_g_km", "us06_co2_g_km",
    "us06_co2_min_g_km", "sc03_co2_g_km", "sc03_co2_min_g_km", "udds_ac_wh_km", "hwfet_ac_wh_km",
    "vehicle_id", "config", "source_rows", "flag",
)  # fmt: skip


class Electric(StrEnum):
    """How the figure of an electric test is read, whose unit the list calls MPG throughout.

    It is wall energy either way, charging losses included: as MPGe, or as kWh per 100 mi. By
    value, what is below 60 is kWh per 100 mi.
    """

    by_value = "by-value"
    mpge = "mpge"
    kwh = "kwh"


@dataclass(frozen=True, slots=True)
class ElectricTest:
    """An electric test and what it says in both readings, J/m from the wall.

    `doubtful` says that a car could need either, so that only a person can tell.
    """

    line: int
    car: str
    test: str
    figure: float
    as_mpge: float
    as_kwh: float
    read_as: Electric

    @property
    def energy(self) -> float:
        """What the chosen reading says, J/m."""
        return self.as_mpge if self.read_as is Electric.mpge else self.as_kwh

    @property
    def doubtful(self) -> bool:
        """Whether both readings are those of a car, and differ by more than a tenth."""
        apart = abs(self.as_mpge / self.as_kwh - 1) > 0.1
        return apart and _drives(self.as_mpge) and _drives(self.as_kwh)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a raw list: tests read, configurations, and all that was left out."""

    rows: int
    configurations: int
    written: Sequence[Mapping[str, str]] = field(repr=False)
    electric: Sequence[ElectricTest] = field(repr=False)
    provenance: Provenance = field(repr=False)

    @property
    def left_out(self) -> dict[str, int]:
        """Tests left out, by reason."""
        return self.provenance.counts

    @property
    def doubtful(self) -> tuple[ElectricTest, ...]:
        """Electric tests whose figure could be either unit."""
        return tuple(test for test in self.electric if test.doubtful)


def import_epa_test_cars(
    source: Path, target: Path, electric: Electric = Electric.by_value
) -> Imported:
    """Write the configurations of a raw list, in the columns that `read_test_cars` takes.

    Beside the target, `.provenance.json` names the list by its hash, the reading, and every test
    that was left out.

    Args:
        source: The list as EPA publishes it, CSV or gzipped CSV.
        target: The file to write; it appears whole or not at all.
        electric: How electric tests are read.

    Raises:
        DataError: The list cannot be read or lacks columns, or the target is the
            list or cannot be written.
    """
    apart(source, target)
    found = read_epa_test_cars(source, electric)
    text = io.StringIO()
    writer = csv.DictWriter(text, _WRITTEN, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(found.written)
    write_whole(target, text.getvalue())
    write_whole(*beside(target, found.provenance))
    return found


def read_epa_test_cars(source: Path, electric: Electric = Electric.by_value) -> Imported:
    """Return what an import of a raw list would write and leave out; nothing is written.

    Raises:
        DataError: The list cannot be read, or lacks columns.
    """
    provenance = provenance_of(source, "EPA test-car list")
    rows = named_rows(source, _COLUMNS)
    groups: dict[tuple[str, str], list[tuple[int, dict[str, str]]]] = defaultdict(list)
    rejected, readings = [], []
    for line, row in rows:
        reason = _no_certificate(row) or "; ".join(_no_figures(row))
        if not reason and row["Test Fuel Type Description"] == "Electricity":
            test = _electric_test(line, row, electric)
            reason = "" if _drives(test.energy) else _not_driven(test)
            readings += [] if reason else [test]
        if reason:
            rejected.append(Rejected(f"{source.name}:{line}", reason))
        else:
            groups[row["Test Vehicle ID"], row["Test Veh Configuration #"]].append((line, row))
    plugged = {
        r["Test Vehicle ID"] for _, r in rows if r["Test Procedure Description"].startswith(_CD)
    }
    by_line = {test.line: test for test in readings}
    written = [
        _configuration(tests, vehicle in plugged, by_line) for (vehicle, _), tests in groups.items()
    ]
    reading = {"electric": electric.value, "hybrids": _HYBRIDS}
    provenance = replace(provenance, reading=reading, rejected=tuple(rejected))
    return Imported(len(rows), len(written), written, readings, provenance)


def _drives(energy: float) -> bool:
    return _CAR[0] <= convert(energy, "Wh/km") <= _CAR[1]


def _not_driven(test: ElectricTest) -> str:
    unit = "MPGe" if test.read_as is Electric.mpge else "kWh/100 mi"
    said = f"{test.figure:g} as {unit} is {convert(test.energy, 'Wh/km'):.0f} Wh/km"
    return f"beyond {_CAR[0]:g} .. {_CAR[1]:g} Wh/km, which a car draws: {said}"


def _electric_test(line: int, row: Mapping[str, str], electric: Electric) -> ElectricTest:
    """Return both readings of a test; a figure of zero says nothing in either."""
    figure = float(row["RND_ADJ_FE"])
    mile = to_si(1, "mi", _LENGTH)
    by_value = Electric.kwh if figure < _KWH_BELOW else Electric.mpge
    return ElectricTest(
        line=line,
        car=f"{row['Represented Test Veh Make']} {row['Represented Test Veh Model']}",
        test=_ENERGY_TESTS[row["Test Procedure Description"]],
        figure=figure,
        as_mpge=GALLON_ENERGY / figure / mile,
        as_kwh=to_si(figure / 100, "kWh", _ENERGY) / mile,
        read_as=by_value if electric is Electric.by_value else electric,
    )


_NUMBERS = (
    "Test Veh Displacement (L)", "Rated Horsepower", "# of Cylinders and Rotors", "# of Gears",
    "Equivalent Test Weight (lbs.)", "Axle Ratio", "N/V Ratio", "CO2 (g/mi)", "RND_ADJ_FE",
    "Target Coef A (lbf)", "Target Coef B (lbf/mph)", "Target Coef C (lbf/mph**2)",
)  # fmt: skip


_PHYSICAL: Mapping[str, tuple[str, object]] = {
    "Equivalent Test Weight (lbs.)": ("lb", Mass),
    "Rated Horsepower": ("hp", Power),
    "Target Coef A (lbf)": ("lbf", Force),
    "Target Coef B (lbf/mph)": ("lbf/mph", DragLinear),
    "Target Coef C (lbf/mph**2)": ("lbf/mph^2", DragSquare),
}


def _no_figures(row: Mapping[str, str]) -> Iterator[str]:
    """Yield which cells hold no figure of a car, and an electric test without one."""
    if None in row:  # how the reader hands on what the header has no name for
        yield "more cells than the header"
    for name in _NUMBERS:
        text = row[name]
        try:
            number = float(text or 0)
        except ValueError:
            yield f"no number: {name} {text!r}"
            continue
        electric = row["Test Fuel Type Description"] == "Electricity"
        if not isfinite(number):
            yield f"no number: {name} {text}"
        elif name == "RND_ADJ_FE" and electric and number <= 0:
            yield "an electric test without a figure"
        elif name == "CO2 (g/mi)" and text and number <= 0 and not electric:
            yield f"no figure of a car: {name} {text}, burning fuel"
        elif text and name in _PHYSICAL:
            unit, hint = _PHYSICAL[name]
            try:
                _figure(text, unit, hint, unit)
            except ValueError as error:
                yield f"no figure of a car: {name} {error}"


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


def _configuration(
    tests: Sequence[tuple[int, dict[str, str]]], plugged: bool, readings: Mapping[int, ElectricTest]
) -> dict[str, str]:
    """Return one row in the written form; the first test gives the car, all of them its results."""
    row = tests[0][1]
    electric = [readings[line] for line, _ in tests if line in readings]
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
        "test_mass_kg": _written(row, "Equivalent Test Weight (lbs.)", "kg"),
        "rated_power_kw": _written(row, "Rated Horsepower", "kW"),
        "displacement_l": _positive(row["Test Veh Displacement (L)"]) if burnt else "",
        "cylinders": _positive(row["# of Cylinders and Rotors"]) if burnt else "",
        "aspiration": "unknown",
        "transmission": row["Tested Transmission Type"],
        "gears": _positive(row["# of Gears"]),
        "drive": row["Drive System Description"],
        "axle_ratio": _ratio(row["Axle Ratio"]),
        "nv_ratio_rpm_per_mph": _ratio(row["N/V Ratio"]),
        "A_N": _written(row, "Target Coef A (lbf)", "N"),
        "B_N_per_mps": _written(row, "Target Coef B (lbf/mph)", "N/(m/s)"),
        "C_N_per_mps2": _written(row, "Target Coef C (lbf/mph**2)", "N/(m/s)^2"),
        "vehicle_id": row["Test Vehicle ID"],
        "config": row["Test Veh Configuration #"],
        "source_rows": ";".join(str(line) for line, _ in tests),
        "flag": _DOUBT if not burnt and any(t.doubtful for t in electric) else "",
    }
    found |= {name: harmless(found[name]) for name in _TEXTS}
    return found | _carbon(burnt) | (_energy(electric) if not burnt else {})


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


_DOUBT = "electric figure may be MPGe or kWh/100 mi"


def _energy(tests: Sequence[ElectricTest]) -> dict[str, str]:
    values: dict[str, list[float]] = defaultdict(list)
    for test in tests:
        values[test.test].append(convert(test.energy, "Wh/km"))
    return {f"{name}_ac_wh_km": f"{mean(v):.1f}" for name, v in values.items()}


_LENGTH = Length.__metadata__[0]  # type: ignore[attr-defined]
_ENERGY = Energy.__metadata__[0]  # type: ignore[attr-defined]


def _written(row: Mapping[str, str], name: str, wanted: str) -> str:
    return _figure(row[name], *_PHYSICAL[name], wanted)


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
