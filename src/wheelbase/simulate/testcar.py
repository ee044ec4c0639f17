"""Test cars of a certification list: read, told apart by technology, and made ready to drive.

Only what a concept engineer knows goes into a car: mass, road load, power, displacement, cylinders,
charging, fuel, gears and gearing, drive, class, pack voltage, and where given class technology.
Certified results, makes and names stay beside it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Literal

from wheelbase.catalogue import (
    Catalogue,
    DriveUnit,
    Engine,
    Gearbox,
    Powertrain,
    PowertrainKind,
    read_rows,
)
from wheelbase.errors import DataError, few
from wheelbase.simulate.car import Car, assemble
from wheelbase.simulate.engine import charged
from wheelbase.simulate.roadload import RoadLoad
from wheelbase.units import (
    GALLON_ENERGY,
    Emission,
    Energy,
    Force,
    Gearing,
    Length,
    Power,
    Speed,
    Volume,
    to_si,
)

__all__ = ["Technology", "TestCar", "car_of", "read_test_cars"]

_KINDS: Mapping[str, PowertrainKind] = {
    "ICE petrol": "petrol",
    "ICE diesel": "diesel",
    "MHEV": "mhev",
    "HEV": "hev",
    "PHEV": "phev",
    "BEV": "bev",
}
_RADIUS = 0.33  # m; the gearing of the list is per distance, so the radius cancels
# Estimates from here to the next function: spans and shares of cars on sale, from memory.
_SPAN = {4: 4.5, 5: 5.6, 6: 6.0, 7: 6.6, 8: 7.2, 9: 9.0, 10: 7.4}  # first over top gear
_STEPS = 10  # gears that stand for a continuous range
_CHARGED_ABOVE = 75e6  # W/m3; an engine of unknown charging above it is taken as charged


def _si(value: float, unit: str, hint: object) -> float:
    return to_si(value, unit, hint.__metadata__[0])  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Technology:
    """Class technology of a car, as a fleet list or a fact of the catalogue gives it.

    Args:
        engine: Id of the engine technology.
        start_stop: 1 with stop-start, 0 without.
        topology: Where the machine of a hybrid sits.
        machine_power: Of all machines, W; 0 where unknown.
        battery: Gross energy, J; 0 where unknown.
        machines: Technology, peak power in W and torque in Nm of each machine, rear first, where
            known; torque 0 where unknown.
        inverter: Of all machines, where known.
        disconnect: Whether a second machine can be taken off its wheels, where known.
    """

    engine: str = ""
    start_stop: float = 1.0
    topology: Literal["p0", "p1", "p2", "power-split"] | None = None
    machine_power: float = 0.0
    battery: float = 0.0
    machines: tuple[tuple[str, float, float], ...] = ()
    inverter: Literal["si", "sic"] | None = None
    disconnect: Literal["yes", "no"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCar:
    """One configuration of a certification list, SI.

    `results` are certified and never an input: J/m for a battery car, kg/m of CO2 otherwise, by
    cycle. `flag` is the list's own doubt about the row, `label` the unadjusted city energy of the
    car's label in J/m where the list has both, 0 elsewhere: a check of the row, no input either.
    """

    __test__ = False  # not a test, whatever its name

    line: int
    make: str
    model: str
    vehicle: str
    kind: PowertrainKind
    mass: float
    A: float
    B: float
    C: float
    power: float
    displacement: float
    cylinders: int
    charged: bool
    gearbox: Literal["automatic", "dct", "cvt", "manual"]
    gears: int
    drive: Literal["fwd", "rwd", "awd"]
    gearing: float
    voltage: float
    flag: str
    label: float
    results: Mapping[str, float] = field(repr=False)


_NUMBERS = {
    "test_mass_kg": (300.0, 7000.0),
    "rated_power_kw": (5.0, 2000.0),
    "A_N": (-500.0, 3000.0),
    "B_N_per_mps": (-50.0, 100.0),
    "C_N_per_mps2": (0.05, 5.0),
}
_LABEL = "label_unadj_city_mpg"
_RANGES = {
    **_NUMBERS, "displacement_l": (0.0, 20.0), "cylinders": (0.0, 16.0), "gears": (0.0, 20.0),
    "nv_ratio_rpm_per_mph": (1.0, 1000.0), _LABEL: (1.0, 1000.0),
}  # fmt: skip
_COLUMNS = (
    *_NUMBERS, "make", "model", "powertrain", "displacement_l", "cylinders", "aspiration",
    "transmission", "gears", "drive", "nv_ratio_rpm_per_mph", "flag",
)  # fmt: skip


def read_test_cars(path: Path) -> tuple[TestCar, ...]:
    """Return the configurations of a list that can be driven.

    A row without road load, power or gearing says nothing that could be computed and is left out;
    a figure that no car has is an error.

    Raises:
        DataError: Missing columns, or every cell that is not what its column says.
    """
    rows = read_rows(path, _COLUMNS)
    problems = [p for line, row in enumerate(rows, start=2) for p in _problems(path, line, row)]
    if problems:
        raise DataError(few(problems))
    return tuple(_test_car(line, row) for line, row in enumerate(rows, start=2) if _drivable(row))


def _problems(path: Path, line: int, row: Mapping[str, str]) -> Iterator[str]:
    if row["powertrain"] not in _KINDS:
        yield f"{path}:{line}: powertrain {row['powertrain']!r} is none of {', '.join(_KINDS)}"
    lowest = [name.replace("_co2_", "_co2_min_") for name in _RESULTS]
    for name in (*_RANGES, *_RESULTS, *lowest):
        text = row.get(name) or ""
        if not text:
            continue
        try:
            value = float(text)
        except ValueError:
            yield f"{path}:{line}: {name}: {text!r} is not a number"
            continue
        low, high = _RANGES.get(name, (0.0, 1e5))
        if name == "displacement_l" and row["powertrain"] != "BEV":
            low = 0.05
        if not (isfinite(value) and low <= value <= high):
            yield f"{path}:{line}: {name}: {text} is outside {low:g} .. {high:g}"


def _drivable(row: Mapping[str, str]) -> bool:
    known = all(row[name] for name in _NUMBERS)
    if row["powertrain"] != "BEV":
        known = known and bool(row["displacement_l"])
    return known and (bool(row["nv_ratio_rpm_per_mph"]) or row["powertrain"] in ("HEV", "PHEV"))


_RESULTS = {
    "ftp_co2_g_km": "ftp", "hwfet_co2_g_km": "hwfet", "us06_co2_g_km": "us06",
    "udds_ac_wh_km": "ftp", "hwfet_ac_wh_km": "hwfet",
}  # fmt: skip


def _results(row: Mapping[str, str], kind: PowertrainKind) -> dict[str, float]:
    """Return certified results; of a row that averages drive modes the lowest test."""
    found = {}
    averaged = row["flag"].startswith("several drive modes")
    for column, name in _RESULTS.items():
        energy = column.endswith("wh_km")
        if energy != (kind == "bev"):
            continue
        lowest = column.replace("_co2_", "_co2_min_") if averaged else column
        text = row.get(lowest) or row.get(column) or ""
        if text:
            unit, hint = ("Wh/km", Force) if energy else ("g/km", Emission)
            found[name] = _si(float(text), unit, hint)
    return found


def _label(row: Mapping[str, str], kind: PowertrainKind) -> float:
    text = row.get(_LABEL) or ""
    if kind != "bev" or not text:
        return 0.0
    return GALLON_ENERGY / _si(float(text), "mi", Length)


def _test_car(line: int, row: Mapping[str, str]) -> TestCar:
    def number(name: str, default: float = 0.0) -> float:
        return float(row[name]) if row[name] else default

    kind = _KINDS[row["powertrain"]]
    power, litres = number("rated_power_kw") * 1e3, number("displacement_l")
    volume = _si(litres, "l", Volume) if litres else 0.0
    text = row["transmission"]
    box: Literal["automatic", "dct", "cvt", "manual"] = "automatic"
    if "ontinuously" in text:
        box = "cvt"
    elif text.startswith("Automated Manual"):
        box = "dct"
    elif text == "Manual":
        box = "manual"
    unknown = row["aspiration"] not in ("none", "turbo", "supercharger", "turbo+supercharger")
    dense = bool(volume) and power / volume > _CHARGED_ABOVE
    drive = {"2-Wheel Drive, Front": "fwd", "2-Wheel Drive, Rear": "rwd"}.get(row["drive"], "awd")
    voltage = (row.get("ev_motor_or_battery") or "").partition("V ")[0]
    return TestCar(
        line=line,
        make=row["make"],
        model=row["model"],
        vehicle=row.get("vehicle_id") or str(line),
        kind=kind,
        mass=number("test_mass_kg"),
        A=number("A_N"),
        B=number("B_N_per_mps"),
        C=number("C_N_per_mps2"),
        power=power,
        displacement=volume,
        cylinders=max(int(number("cylinders", 4)), 1),
        charged=dense if unknown else row["aspiration"] != "none",
        gearbox=box,
        gears=int(number("gears", 1)),
        drive=drive,  # type: ignore[arg-type]
        gearing=_si(number("nv_ratio_rpm_per_mph"), "rpm/mph", Gearing)
        if row["nv_ratio_rpm_per_mph"]
        else 0.0,
        voltage=float(voltage) if voltage.isdigit() else 0.0,
        flag=row["flag"],
        label=_label(row, kind),
        results=_results(row, kind),
    )


def car_of(test: TestCar, technology: Technology | None, facts: Catalogue) -> Car:
    """Return the car that a test car is.

    Args:
        test: The row of the list.
        technology: What a fleet list adds; None for what the row's own columns say.
        facts: Class parameters.
    """
    road = RoadLoad(mass=test.mass, A=test.A, B=test.B, C=test.C, radius=_RADIUS)
    known = technology or Technology(start_stop=facts.vehicle_constant["start-stop-odds"].value)
    if test.kind == "bev":
        powertrain, energy = _battery_car(test, known, facts)
    else:
        powertrain, energy = _engine_car(test, known, facts), 0.0
    return assemble(powertrain, road, energy, facts)


def _engine_car(test: TestCar, known: Technology, facts: Catalogue) -> Powertrain:
    hybrid = test.kind in ("mhev", "hev", "phev")
    name = _engine_class(test) if hybrid else known.engine or _engine_class(test)
    technology = facts.engine_technology[name]
    engine = Engine(
        id="test-car",
        fuel="diesel" if test.kind == "diesel" else "petrol",
        technology=name,
        cylinders=test.cylinders,
        layout="in-line",
        displacement=test.displacement,
        peak_power=test.power,
        peak_torque=(1.45 if charged(technology) else 1.12) * test.power / technology.rated_speed,
    )
    topology = known.topology or ("p0" if test.kind == "mhev" else "p2")
    if known.topology is None and test.gearbox == "cvt" and test.kind in ("hev", "phev"):
        topology = "power-split"
    box = _gearbox(test)
    unit = _hybrid_machine(test, topology, known)
    turning = (facts.machine_technology[unit.technology],) if unit else ()
    return Powertrain(
        id=f"{test.make} {test.model}, line {test.line}",
        kind=test.kind,
        drive=test.drive,
        engine=engine,
        engine_technology=technology,
        gearbox=box,
        gearbox_technology=facts.gearbox_technology[box.technology],
        tank=0.05,
        rear_unit=unit,
        machine_technologies=turning,
        cell=facts.cell["prismatic-91"] if unit else None,
        topology=topology,
        start_stop=known.start_stop,
    )


def _engine_class(test: TestCar) -> str:
    """Return the engine technology that the row's own columns suggest."""
    if test.kind == "diesel":
        return "diesel"
    return "turbo-petrol" if test.charged else "na-petrol"


def _gearbox(test: TestCar) -> Gearbox:
    """Return a gearbox with the top gear of the list and usual steps below it.

    i_j = i_top span^(0.75 x + 0.25 x2), x from 0 (top) to 1 (first); an estimate, ZF's 8HP70 spans
    7.04. A hybrid whose gearing is not given takes the middle of the list.
    """
    gears = _STEPS if test.gearbox == "cvt" or test.gears < 2 else test.gears
    span = 6.6 if test.gearbox == "cvt" else _SPAN.get(test.gears, 7.2)
    gearing = test.gearing or _si(26.0, "rpm/mph", Gearing)
    steps = [1 - n / (gears - 1) for n in range(gears)]
    ratios = tuple(gearing * _RADIUS * span ** (0.75 * x + 0.25 * x * x) for x in steps)
    return Gearbox(id="test-car", technology=test.gearbox, ratios=ratios)


_MACHINE_SHARE = {"p0": 0.05, "p2": 0.4, "power-split": 0.7}  # of engine power, estimates


def _hybrid_machine(test: TestCar, topology: str, known: Technology) -> DriveUnit | None:
    """Return the machine of a hybrid: as known, else of a usual share of the engine's power.

    Base speed, greatest speed and gearing are estimates. Fleet lists hold round placeholders for
    machines on a belt, so those always take the share; a 12 V one has 4 kW.
    """
    if test.kind in ("petrol", "diesel"):
        return None
    usual = _MACHINE_SHARE[topology] * test.power
    power = known.machine_power or usual
    if topology == "p0":
        low_voltage = 0 < test.voltage < 20
        power = _si(4.0, "kW", Power) if low_voltage else min(usual, _si(15.0, "kW", Power))
        base, most, ratio = 420.0, 1885.0, 2.7
    elif topology == "power-split":
        base, most = 450.0, 1780.0
        ratio = most / _si(185.0, "km/h", Speed) * _RADIUS
    else:
        base, most, ratio = 200.0, 900.0, 1.0
    return DriveUnit(
        id="test-car",
        technology="belt" if topology == "p0" else "pmsm",
        peak_power=power,
        peak_torque=power / base,
        maximum_speed=most,
        ratio=ratio,
    )


_CONTINUOUS = 25.0  # W/kg; a battery car rated below it is rated for 30 minutes, an estimate
_PEAK = 4.0  # peak over 30-minute power of such a rating, an estimate


def _battery_car(test: TestCar, known: Technology, facts: Catalogue) -> tuple[Powertrain, float]:
    """Return powertrain and battery of a battery car; unknown machines share the power evenly.

    Base speed 450 rad/s, greatest speed 1700 rad/s and 75 kWh are estimates where nothing is known.
    """
    continuous = test.power < _CONTINUOUS * test.mass
    power = max(test.power * (_PEAK if continuous else 1.0), known.machine_power)
    count = 2 if test.drive == "awd" else 1
    machines = known.machines or (("unknown", power / count, 0.0),) * count
    units = [
        DriveUnit(
            id=f"test-car-{n}",
            technology=name,
            peak_power=peak,
            peak_torque=torque or peak / 450.0,
            maximum_speed=1700.0,
            ratio=test.gearing * _RADIUS,
            inverter=known.inverter,
            disconnect=known.disconnect if n else None,
        )
        for n, (name, peak, torque) in enumerate(machines)
    ]
    powertrain = Powertrain(
        id=f"{test.make} {test.model}, line {test.line}",
        kind="bev",
        drive=test.drive,
        rear_unit=units[0],
        front_unit=units[1] if len(units) > 1 else None,
        second_rear_unit=units[2] if len(units) > 2 else None,
        machine_technologies=tuple(facts.machine_technology[u.technology] for u in units),
        cell=facts.cell["prismatic-91"],
    )
    return powertrain, known.battery or _si(75.0, "kWh", Energy)
