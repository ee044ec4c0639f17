"""Published full-load times of battery cars against what their brochure figures say."""

from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Literal

import numpy as np

from wheelbase.catalogue import Catalogue, DriveUnit, Powertrain, read_rows
from wheelbase.errors import DataError, few
from wheelbase.simulate.car import Car, assemble
from wheelbase.simulate.performance import accelerate
from wheelbase.simulate.roadload import RoadLoad
from wheelbase.units import Energy, Length, Power, to_si

__all__ = [
    "PerformanceError",
    "RoadTest",
    "TimeError",
    "car_of_brochure",
    "read_road_tests",
    "validate_performance",
]

_COLUMNS = {
    "power_kw": (5.0, 2000.0),
    "torque_nm": (20.0, 3000.0),
    "width_mm": (1200.0, 2700.0),
    "height_mm": (1000.0, 2600.0),
    "min_empty_weight_kg": (300.0, 5000.0),
    "tyre_size_in": (10.0, 26.0),
    "accel_0_100_s": (1.0, 60.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadTest:
    """A battery car of a brochure list, SI; `time` is the published 0-100 km/h, no input."""

    car: str
    power: float
    torque: float
    mass: float
    area: float
    radius: float
    drive: Literal["fwd", "rwd", "awd"]
    time: float


@dataclass(frozen=True, slots=True)
class TimeError:
    """A predicted against a published time, s; `error` is relative."""

    car: str
    predicted: float
    published: float
    error: float


@dataclass(frozen=True, slots=True)
class PerformanceError:
    """Relative errors of 0-100 km/h over a list."""

    n: int
    mape: float
    median: float
    bias: float
    worst: tuple[TimeError, ...] = field(repr=False)


def read_road_tests(path: Path) -> tuple[RoadTest, ...]:
    """Return the cars of a list that has what a full-load run needs; a row with a gap is left out.

    Raises:
        DataError: Missing columns, or every cell that no car has.
    """
    rows = read_rows(path, ("car", "drive", *_COLUMNS))
    problems = []
    for line, row in enumerate(rows, start=2):
        for name, (low, high) in _COLUMNS.items():
            try:
                value = float(row[name] or low)
            except ValueError:
                problems.append(f"{path}:{line}: {name}: {row[name]!r} is not a number")
                continue
            if not (isfinite(value) and low <= value <= high):
                problems.append(
                    f"{path}:{line}: {name}: {row[name]} is outside {low:g} .. {high:g}"
                )
    if problems:
        raise DataError(few(problems))
    return tuple(_road_test(row) for row in rows if all(row[name] for name in _COLUMNS))


def _road_test(row: dict[str, str]) -> RoadTest:
    number = {name: float(row[name]) for name in _COLUMNS}
    length = Length.__metadata__[0]  # type: ignore[attr-defined]
    width, height = (to_si(number[n], "mm", length) for n in ("width_mm", "height_mm"))
    drive: Literal["fwd", "rwd", "awd"] = "awd" if "4WD" in row["drive"] else "fwd"
    if "rear" in row["drive"]:
        drive = "rwd"
    return RoadTest(
        car=row["car"],
        power=to_si(number["power_kw"], "kW", Power.__metadata__[0]),  # type: ignore[attr-defined]
        torque=number["torque_nm"],
        mass=number["min_empty_weight_kg"],
        area=width * height,
        radius=to_si(number["tyre_size_in"] / 2, "in", length) + _SIDEWALL,
        drive=drive,
        time=number["accel_0_100_s"],
    )


_SIDEWALL = 0.11  # m between rim and road of a car tyre, an estimate


def car_of_brochure(test: RoadTest, facts: Catalogue) -> Car:
    """Return the car of a brochure: all its machines as one drive unit of unknown technology."""
    constant = facts.vehicle_constant
    unit = DriveUnit(
        id="road-test",
        technology="unknown",
        peak_power=test.power * constant["road-test-power"].value,
        peak_torque=test.torque,
        maximum_speed=3000.0,
        ratio=constant["road-test-ratio"].value,
    )
    mass = test.mass + constant["road-test-loading"].value
    area = constant["frontal-area-share"].value * test.area
    road = RoadLoad.design(
        mass,
        constant["road-test-drag"].value * area,
        constant["rolling-resistance"].value,
        test.radius,
        facts,
    )
    powertrain = Powertrain(
        id=test.car,
        kind="bev",
        drive=test.drive,
        rear_unit=unit,
        machine_technologies=(facts.machine_technology["unknown"],),
        cell=facts.cell["prismatic-91"],
    )
    energy = to_si(60.0, "kWh", Energy.__metadata__[0])  # type: ignore[attr-defined]
    return assemble(powertrain, road, energy, facts)


def validate_performance(tests: tuple[RoadTest, ...], facts: Catalogue) -> PerformanceError:
    """Return the errors of predicted 0-100 km/h times of a list of battery cars."""
    found = []
    for test in tests:
        time = accelerate(car_of_brochure(test, facts)).time_0_100
        found.append(TimeError(test.car, time, test.time, time / test.time - 1))
    if not found:
        raise DataError("no car of the list has every figure that a full-load run needs")
    errors = np.array([f.error for f in found])
    worst = sorted(found, key=lambda f: -abs(f.error))[:10]
    return PerformanceError(
        n=len(found),
        mape=float(np.abs(errors).mean()),
        median=float(np.median(np.abs(errors))),
        bias=float(errors.mean()),
        worst=tuple(worst),
    )
