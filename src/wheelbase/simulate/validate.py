"""How right is it? Certified cars predicted from what an engineer knows, and the error by class."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import Catalogue, cycle
from wheelbase.simulate.backend import Backend
from wheelbase.simulate.car import Car
from wheelbase.simulate.certify import COLD_WEIGHT
from wheelbase.simulate.energy import Start, drive_many, fleet_of
from wheelbase.simulate.testcar import Technology, TestCar, car_of

__all__ = ["ClassError", "Validation", "class_error", "left_out", "predict", "validate"]

Array = NDArray[np.float64]

_CYCLES = ("ftp", "hwfet", "us06")
_LABEL = 1.25  # a battery car's result this far from its own unadjusted label is another quantity
_SECOND_MODE = 1.12  # a row this far above the same car's lowest was driven in another mode


@dataclass(frozen=True, slots=True)
class ClassError:
    """Relative errors of one class of powertrains.

    `mape` and `bias` are over FTP (UDDS for battery cars) and HWFET together, `us06` was never
    fitted; `n` configurations counted, `left_out` not, with `mape_all` over both.
    """

    n: int
    ftp_mape: float
    hwfet_mape: float
    mape: float
    bias: float
    us06_n: int
    us06_mape: float
    us06_bias: float
    left_out: Mapping[str, int]
    mape_all: float


@dataclass(frozen=True, slots=True)
class Validation:
    """Predictions against certificates.

    Args:
        tests: The configurations, in the order of the list.
        predicted: Cycle to prediction, (n,) kg/m of CO2, or J/m from the wall for battery cars.
        errors: Cycle to relative error, (n,), NaN where the list has no result.
        reason: Why a row is not counted; empty for one that is.
        classes: Class to its errors.
    """

    tests: tuple[TestCar, ...] = field(repr=False)
    predicted: Mapping[str, Array] = field(repr=False)
    errors: Mapping[str, Array] = field(repr=False)
    reason: tuple[str, ...] = field(repr=False)
    classes: Mapping[str, ClassError]

    def worst(self, count: int = 10) -> list[tuple[TestCar, float]]:
        """Return the counted configurations with the greatest mean error over FTP and HWFET."""
        mean = _both(self.errors)
        order = np.argsort(-np.nan_to_num(np.abs(mean)))
        counted = [int(k) for k in order if not self.reason[k]]
        return [(self.tests[k], float(mean[k])) for k in counted[:count]]


def predict(
    cars: Sequence[Car], cycles: Sequence[str] = _CYCLES, backend: Backend = Backend.NUMPY
) -> dict[str, Array]:
    """Return what a certification test of each car would print, by cycle.

    The FTP is the UDDS driven from a soaked start (weight 0.43) and ten minutes after a drive
    (0.57), which is what its three bags add up to. A battery car counts wall energy in J/m, any
    other car CO2 of the US test fuel in kg/m, of a hybrid with its charge sustained.

    Source: 40 CFR 1066.820; SAE J1711.
    """
    electric = np.array([c.plugged and not c.hybrid for c in cars])
    wall = np.array([1 / c.charging_efficiency for c in cars])
    carbon = np.array([c.fuel.co2_us / c.fuel.energy for c in cars])
    soak = np.array([c.soak_share for c in cars])
    found, fleet = {}, fleet_of(cars)
    for name in cycles:
        trace = cycle("udds" if name == "ftp" else name)
        start = Start.COLD if name == "ftp" else Start.WARM
        done = drive_many(fleet, trace, start, backend)
        cold = done.totals.cold
        fuel = done.fuel_energy - cold + cold * (COLD_WEIGHT + (1 - COLD_WEIGHT) * soak)
        burnt = fuel * carbon
        found[name] = np.where(electric, done.battery_energy * wall, burnt) / trace.distance
    return found


def validate(
    tests: Sequence[TestCar],
    technologies: Sequence[Technology | None],
    facts: Catalogue,
    backend: Backend = Backend.NUMPY,
) -> Validation:
    """Return predictions of test cars against their certificates.

    Args:
        tests: The configurations.
        technologies: Class technology of each, None where unknown.
        facts: Class parameters.
        backend: Where to compute.
    """
    cars = [car_of(t, k, facts) for t, k in zip(tests, technologies, strict=True)]
    predicted = predict(cars, backend=backend)
    errors = {
        name: np.array([p / t.results.get(name, np.nan) - 1 for p, t in zip(v, tests, strict=True)])
        for name, v in predicted.items()
    }
    reason = left_out(tests)
    kinds = np.array([t.kind for t in tests])
    present = [k for k in ("petrol", "diesel", "mhev", "hev", "phev", "bev") if (kinds == k).any()]
    classes = {k: class_error(errors, reason, kinds == k) for k in present}
    return Validation(tuple(tests), predicted, errors, reason, classes)


def left_out(tests: Sequence[TestCar]) -> tuple[str, ...]:
    """Return why a row is not counted: no result, the list's own doubt, or another drive mode.

    One car tested in two modes stands twice with the same inputs; the lower result is the mode
    that a certificate means.
    """
    lowest: dict[tuple[str, str], float] = {}
    for t in tests:
        for name, value in t.results.items():
            key = (t.make + t.vehicle, name)
            lowest[key] = min(value, lowest.get(key, np.inf))

    def why(t: TestCar) -> str:
        if "ftp" not in t.results or "hwfet" not in t.results:
            return "no result"
        if t.flag.startswith("energy balance"):
            return "implausible by the list"
        if t.label and not 1 / _LABEL < t.results["ftp"] / t.label < _LABEL:
            return "result is not that of the label"
        above = (t.results[n] / lowest[t.make + t.vehicle, n] for n in ("ftp", "hwfet"))
        return "another drive mode" if max(above) > _SECOND_MODE else ""

    return tuple(why(t) for t in tests)


def class_error(
    errors: Mapping[str, Array], reason: Sequence[str], members: NDArray[np.bool_]
) -> ClassError:
    """Return the errors over the members that count."""
    counted = members & np.array([not r for r in reason])
    rest = Counter(r for r, m in zip(reason, members, strict=True) if m and r)
    ftp, highway = errors["ftp"][counted], errors["hwfet"][counted]
    both = np.concatenate([ftp, highway])
    everything = np.concatenate([errors[n][members] for n in ("ftp", "hwfet")])
    high = errors["us06"][counted]
    high = high[np.isfinite(high)]
    return ClassError(
        n=int(counted.sum()),
        ftp_mape=_mean(np.abs(ftp)),
        hwfet_mape=_mean(np.abs(highway)),
        mape=_mean(np.abs(both)),
        bias=_mean(both),
        us06_n=len(high),
        us06_mape=_mean(np.abs(high)),
        us06_bias=_mean(high),
        left_out=dict(rest),
        mape_all=_mean(np.abs(everything[np.isfinite(everything)])),
    )


def _mean(values: Array) -> float:
    return float(values.mean()) if len(values) else 0.0


def _both(errors: Mapping[str, Array]) -> Array:
    return np.asarray((errors["ftp"] + errors["hwfet"]) / 2)
