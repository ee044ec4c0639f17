"""Class technology of test cars, joined from a fleet list by what the cars have in common."""

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite, log
from pathlib import Path
from typing import Literal

from wheelbase.catalogue import Catalogue, read_rows
from wheelbase.errors import DataError, few
from wheelbase.simulate.testcar import Technology, TestCar
from wheelbase.units import Energy, to_si

__all__ = ["join_technology"]

_ENERGY = Energy.__metadata__[0]  # type: ignore[attr-defined]
_FLEET = (
    "make", "vehicle", "fuel", "omega_tech_class", "drive", "engine_power_kw", "cylinders",
    "displacement_l", "battery_gross_kwh", "emachine_power_kw", "test_mass_kg", "A_N",
    "B_N_per_mps", "C_N_per_mps2",
)  # fmt: skip
_RANGES = {
    "engine_power_kw": (0.0, 2000.0),
    "cylinders": (0.0, 16.0),
    "displacement_l": (0.0, 20.0),
    "battery_gross_kwh": (0.0, 1000.0),
    "emachine_power_kw": (0.0, 2000.0),
    "test_mass_kg": (300.0, 7000.0),
    "A_N": (-500.0, 3000.0),
    "B_N_per_mps": (-50.0, 100.0),
    "C_N_per_mps2": (0.0, 5.0),
}
_NEAR = 1.0  # a match further away than this is none


def join_technology(
    tests: Sequence[TestCar], path: Path, facts: Catalogue
) -> tuple[Technology | None, ...]:
    """Return the class technology of each test car from a fleet list, joined by attributes.

    The nearest row of the fleet by mass, road load at 9 and 27 m/s, power, displacement, cylinders
    and drive; None where none is near. Names are not compared; the machines of a battery car are
    looked up in the catalogue under the name that the fleet list gives.

    Raises:
        DataError: The list cannot be read, columns are missing, or every cell that no car has.
    """
    rows = read_rows(path, _FLEET)
    if problems := [p for n, row in enumerate(rows, start=2) for p in _problems(path, n, row)]:
        raise DataError(few(problems))
    fleet = [row for row in rows if row["test_mass_kg"] and row["A_N"]]
    keys = list(map(_key, fleet))
    found: list[Technology | None] = []
    for test in tests:
        near = min(
            ((_distance(test, key), n) for n, key in enumerate(keys)), default=(_NEAR + 1, 0)
        )
        found.append(_technology(fleet[near[1]], facts) if near[0] <= _NEAR else None)
    return tuple(found)


def _problems(path: Path, line: int, row: Mapping[str, str]) -> Iterator[str]:
    for name, (low, high) in _RANGES.items():
        try:
            value = float(row[name] or max(low, 0.0))
        except ValueError:
            yield f"{path}:{line}: {name}: {row[name]!r} is not a number"
            continue
        if not (isfinite(value) and low <= value <= high):
            yield f"{path}:{line}: {name}: {row[name]} is outside {low:g} .. {high:g}"


def _key(row: Mapping[str, str]) -> tuple[str, str, tuple[float, ...]]:
    mass, a, b, c, power, volume, cylinders, machine = (
        float(row[n] or 0)
        for n in ("test_mass_kg", "A_N", "B_N_per_mps", "C_N_per_mps2", "engine_power_kw",
                  "displacement_l", "cylinders", "emachine_power_kw")
    )  # fmt: skip
    slow, fast = a + b * 9 + c * 81, a + b * 27 + c * 729
    figures = (mass, max(slow, 1.0), max(fast, 1.0), power, volume, cylinders, machine)
    return row["fuel"], row["drive"].lower(), figures


def _distance(test: TestCar, key: tuple[str, str, tuple[float, ...]]) -> float:
    """Return how far a fleet row is from a test car: weighted sum of log ratios."""
    fuel, drive, (mass, slow, fast, power, volume, cylinders, machine) = key
    wanted = {"diesel": "diesel", "bev": "electricity"}.get(test.kind, "gasoline")
    if fuel != wanted:
        return float("inf")
    own_slow = max(test.A + test.B * 9 + test.C * 81, 1.0)
    own_fast = max(test.A + test.B * 27 + test.C * 729, 1.0)
    far = 4 * abs(log(mass / test.mass)) + 3 * abs(log(slow / own_slow))
    far += 3 * abs(log(fast / own_fast)) + 0.3 * (drive != test.drive)
    if test.kind == "bev":
        return far + min(2 * abs(log(max(machine, 1.0) * 1e3 / test.power)), 0.5)
    if power <= 0 or volume <= 0:
        return float("inf")
    far += 6 * abs(log(power * 1e3 / test.power))
    far += 20 * abs(log(volume * 1e-3 / test.displacement))
    return far + 3 * (int(cylinders) != test.cylinders)


def _technology(row: Mapping[str, str], facts: Catalogue) -> Technology:
    code, battery = row["omega_tech_class"], float(row["battery_gross_kwh"] or 0)
    if row["fuel"] == "electricity":
        return _battery_technology(row, facts)
    engines = {
        "MILLER": "miller-petrol", "ATK": "atkinson-petrol", "DHE": "hybrid-petrol",
        "DEAC_C": "deac-petrol", "TDS": "turbo-petrol", "DIESEL": "diesel", "GDI": "na-petrol",
    }  # fmt: skip
    tops: dict[str, Literal["p0", "p2", "power-split"]] = {
        "P0": "p0",
        "P2": "p2",
        "PS": "power-split",
    }
    return Technology(
        engine=next((id for word, id in engines.items() if f"_{word}" in code), ""),
        start_stop=0.0 if code.endswith("SS0") else 1.0,
        topology=tops.get(code.split("_")[0]),
        machine_power=float(row["emachine_power_kw"] or 0) * 1e3,
        battery=to_si(battery, "kWh", _ENERGY) if battery else 0.0,
    )


def _battery_technology(row: Mapping[str, str], facts: Catalogue) -> Technology:
    """Return what the catalogue knows of the machines of a battery car of a fleet list."""
    power = float(row["emachine_power_kw"] or 0) * 1e3
    battery = float(row["battery_gross_kwh"] or 0)
    name = f"{row['make']} {row['vehicle']}".upper()
    if row["vehicle"] in ("IONIQ 5", "EV6", "GV60"):  # both axle layouts carry one name
        name = f"{name} {row['drive']}"
    fits = [
        (len(start), known)
        for known in facts.machine_set
        for start in known.carried_by.upper().split("|")
        if name.startswith(start)
    ]
    energy = to_si(battery, "kWh", _ENERGY) if battery else 0.0
    if not fits:
        return Technology(machine_power=power, battery=energy)
    known = max(fits, key=lambda fit: fit[0])[1]
    sides = (
        (known.rear, known.rear_power, known.rear_torque),
        (known.front, known.front_power, known.front_torque),
    )
    present = [(side, peak, torque or 0.0) for side, peak, torque in sides if side and peak]
    scale = power / sum(peak for _, peak, _ in present) if power else 1.0
    return Technology(
        machine_power=power,
        battery=energy,
        machines=tuple((side, peak * scale, torque * scale) for side, peak, torque in present),
        inverter=known.inverter,
        disconnect=known.disconnect,
    )
