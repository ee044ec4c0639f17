"""Fits the class parameters of energy to a list of certified cars, and tests them on unseen makes.

Usage: python calibration/energy.py [--technology FLEET.csv] [--folds make] [--write] DATA.csv

Without `--folds` it fits on the whole list, prints the parameters with their bounds, and with
`--write` puts them into the facts (status derived). With `--folds make` it fits once without each
group of makes that share platforms, predicts the cars of that group, and prints the error on them:
that is the error to expect of a make that nobody has seen.

Every parameter is physical, belongs to a class, and is held between published bounds; a soft prior
keeps it near its start where the list says little. Robust least squares on the logarithm of
predicted over certified FTP (UDDS) and HWFET; US06 is never fitted. A make counts less than the
number of its cars, because the errors of one make's cars are related.
"""

import argparse
import csv
import hashlib
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares

import wheelbase.catalogue
from wheelbase.catalogue import catalogue
from wheelbase.simulate import Backend
from wheelbase.simulate.fleet import join_technology
from wheelbase.simulate.testcar import car_of, read_test_cars
from wheelbase.simulate.validate import class_error, left_out, predict
from wheelbase.units import convert

FACTS = Path(wheelbase.catalogue.__file__).parent / "facts"

SCALE = 0.05  # error at which the loss turns from square to linear
RELATED = 0.3  # correlation of the errors of one make, in variances of one car


@dataclass(frozen=True)
class Parameter:
    """A number shared by its targets (shelf, id, field); SI. `spread` is that of the prior."""

    name: str
    targets: tuple
    start: float
    low: float
    high: float
    spread: float


def read_stages():
    """Return stage -> (kinds of powertrain, parameters), in the order in which they are fitted."""
    stages = {}
    with (Path(__file__).parent / "parameters.csv").open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            targets = tuple((row["shelf"], id, row["field"]) for id in row["ids"].split())
            figures = (float(row[n]) for n in ("start", "low", "high", "spread"))
            stage = stages.setdefault(row["stage"], (tuple(row["kinds"].split()), []))
            stage[1].append(Parameter(row["name"], targets, *figures))
    return stages


STAGES = read_stages()

GROUPS = {
    "VW": "Audi Volkswagen Bentley Lamborghini Bugatti Porsche Skoda Seat Cupra",
    "GM": "Buick Cadillac Chevrolet GMC",
    "Hyundai": "Genesis Hyundai Kia",
    "Nissan": "Infiniti Nissan Mitsubishi",
    "BMW": "BMW MINI Rolls-Royce",
    "Ford": "Ford Lincoln",
    "Toyota": "Toyota Lexus Subaru Mazda",
    "Geely": "Volvo Polestar Lotus",
    "JLR": "Jaguar Land_Rover",
    "Tesla": "Tesla",
    "sports": "Ferrari McLaren Karma Maserati",
}
GROUP_OF = {m.replace("_", " "): g for g, makes in GROUPS.items() for m in makes.split()}


def value_of(facts, parameter):
    """Return the value that the facts have now: a good place to begin."""
    shelf, id, field = parameter.targets[0]
    entry = getattr(facts, shelf)[id]
    return float(entry.value if shelf == "vehicle_constant" else getattr(entry, field))


def apply(facts, parameters, values):
    """Return the facts with the parameters set."""
    shelves = {}
    for parameter, value in zip(parameters, values, strict=True):
        for shelf, id, field in parameter.targets:
            items = shelves.setdefault(shelf, dict(getattr(facts, shelf).items))
            items[id] = replace(items[id], **{field: float(value)})
    return replace(facts, **{n: replace(getattr(facts, n), items=i) for n, i in shelves.items()})


class Stage:
    """The rows of one stage and its fit."""

    def __init__(self, kinds, parameters, tests, known, reason, keep, unknown=False):
        use = [
            n
            for n, t in enumerate(tests)
            if keep[n] and t.kind in kinds and not reason[n] and fits_class(t, known[n])
        ]
        self.tests = [tests[n] for n in use]
        self.known = [None if unknown else known[n] for n in use]
        self.parameters = parameters
        self.y = (
            np.log([[t.results["ftp"], t.results["hwfet"]] for t in self.tests]) if use else None
        )
        vehicles = Counter(t.make + t.vehicle for t in self.tests)
        makes = Counter()
        for key in {(GROUP_OF.get(t.make, t.make), t.vehicle) for t in self.tests}:
            makes[key[0]] += 1
        weight = [
            1
            / np.sqrt(
                vehicles[t.make + t.vehicle] * (1 + RELATED * makes[GROUP_OF.get(t.make, t.make)])
            )
            for t in self.tests
        ]
        self.weight = np.array(weight) * np.sqrt(len(weight) / max(np.square(weight).sum(), 1e-9))

    def residual(self, facts, values):
        cars = cars_of(self.tests, self.known, apply(facts, self.parameters, values))
        done = predict(cars, ("ftp", "hwfet"), Backend.JAX)
        e = np.log(np.stack([done["ftp"], done["hwfet"]], axis=1)) - self.y
        return (e * self.weight[:, None] / SCALE).ravel()

    def fit(self, facts):
        """Return the values that fit, by a damped Gauss-Newton over central differences."""
        low, high, start, spread = (
            np.array([getattr(q, n) for q in self.parameters])
            for n in ("low", "high", "start", "spread")
        )

        def residual(z):
            x = z * spread
            return np.concatenate([self.residual(facts, x), (x - start) / spread])

        def jacobian(z):
            columns = []
            for k in range(len(z)):
                step = np.zeros(len(z))
                step[k] = 0.2
                up = np.minimum(z + step, high / spread)
                down = np.maximum(z - step, low / spread)
                slope = self.residual(facts, up * spread) - self.residual(facts, down * spread)
                columns.append(slope / (up[k] - down[k]))
            return np.vstack([np.array(columns).T, np.eye(len(z))])

        eps = 1e-9
        shipped = np.array([value_of(facts, q) for q in self.parameters])
        first = np.clip(shipped / spread, low / spread + eps, high / spread - eps)
        found = least_squares(
            residual,
            first,
            jacobian,
            bounds=(low / spread, high / spread),
            loss="soft_l1",
            max_nfev=6,
            xtol=1e-4,
            ftol=1e-4,
        )
        return found.x * spread


def fits_class(test, technology):
    """Return whether the fleet list agrees on the class of a row: doubtful rows are not fitted."""
    if technology is None or technology.topology is None:
        return True
    return test.kind in ("mhev", "hev", "phev")


def cars_of(tests, known, facts):
    return [car_of(t, k, facts) for t, k in zip(tests, known, strict=True)]


def fit_all(facts, tests, known, reason, keep, only=(), say=False):
    """Return the facts with every stage fitted in turn, and the values by stage."""
    values = {}
    for name, (kinds, parameters) in STAGES.items():
        if only and name not in only:
            continue
        stage = Stage(kinds, parameters, tests, known, reason, keep, name.endswith("unknown"))
        if not stage.tests:
            continue
        begun = time.time()
        values[name] = stage.fit(facts)
        facts = apply(facts, parameters, values[name])
        if say:
            print(f"{name}: {len(stage.tests)} rows, {time.time() - begun:.0f} s", flush=True)
            for q, x in zip(parameters, values[name], strict=True):
                edge = (
                    " at its bound" if min(x - q.low, q.high - x) < 1e-3 * (q.high - q.low) else ""
                )
                print(f"  {q.name:18} {x:12.5g}   [{q.low:g} .. {q.high:g}]{edge}")
    return facts, values


def table(title, tests, errors, reason):
    print(title)
    kinds = np.array([t.kind for t in tests])
    for kind in [
        k for k in ("petrol", "diesel", "mhev", "hev", "phev", "bev") if (kinds == k).any()
    ]:
        e = class_error(errors, reason, kinds == kind)
        print(
            f"  {kind:7} n {e.n:4}  FTP {e.ftp_mape:6.2%}  HWFET {e.hwfet_mape:6.2%}  "
            f"both {e.mape:6.2%}  bias {e.bias:+6.2%}  "
            f"US06 (not fitted) {e.us06_mape:6.2%} {e.us06_bias:+6.2%}"
        )


def errors_of(tests, known, facts, cycles=("ftp", "hwfet", "us06")):
    done = predict(cars_of(tests, known, facts), cycles, Backend.JAX)
    return {
        n: np.array([v / t.results.get(n, np.nan) - 1 for v, t in zip(done[n], tests, strict=True)])
        for n in cycles
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--technology", type=Path)
    parser.add_argument("--folds", choices=["make"])
    parser.add_argument("--stages", default="")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--save", type=Path, help="write predictions of unseen makes, one a row")
    a = parser.parse_args()
    facts, tests = catalogue(), read_test_cars(a.data)
    known = join_technology(tests, a.technology, facts) if a.technology else (None,) * len(tests)
    only = tuple(a.stages.split(",")) if a.stages else ()
    if only:
        kinds = {k for n in only for k in STAGES[n][0]}
        picked = [n for n, t in enumerate(tests) if t.kind in kinds]
        tests, known = tuple(tests[n] for n in picked), tuple(known[n] for n in picked)
    reason = left_out(tests)
    groups = np.array([GROUP_OF.get(t.make, t.make) for t in tests])
    if a.folds:
        blank = {n: np.full(len(tests), np.nan) for n in ("ftp", "hwfet", "us06")}
        errors, alone = blank, {n: v.copy() for n, v in blank.items()}
        for group in sorted(set(groups)):
            fitted, _ = fit_all(facts, tests, known, reason, groups != group, only)
            here = np.flatnonzero(groups == group)
            found = errors_of([tests[n] for n in here], [known[n] for n in here], fitted)
            bare = errors_of([tests[n] for n in here], [None] * len(here), fitted)
            for n in errors:
                errors[n][here], alone[n][here] = found[n], bare[n]
            part = np.array([not reason[k] for k in here])
            print(
                f"  without {group:8} n {part.sum():4}  "
                f"bias FTP {np.nanmean(found['ftp'][part]):+6.1%}  "
                f"HWFET {np.nanmean(found['hwfet'][part]):+6.1%}",
                flush=True,
            )
        if a.technology:
            table("makes not seen by the fit, class technology joined", tests, errors, reason)
        table("makes not seen by the fit, the list's columns alone", tests, alone, reason)
        if a.save:
            save(a.save, tests, reason, errors, alone)
        return
    fitted, values = fit_all(facts, tests, known, reason, np.ones(len(tests), bool), only, say=True)
    table("before", tests, errors_of(tests, known, facts), reason)
    table("fitted, the same rows", tests, errors_of(tests, known, fitted), reason)
    bare = errors_of(tests, [None] * len(tests), fitted)
    table("fitted, the same rows, the list's columns alone", tests, bare, reason)
    if a.write:
        write(values, a.data)


def save(path, tests, reason, errors, alone):
    """Write what was certified and predicted, SI, of every counted row of an unseen make."""
    with path.open("w", encoding="utf-8", newline="") as text:
        out = csv.writer(text, lineterminator="\n")
        out.writerow(["line", "make", "class", "cycle", "certified", "technology", "columns"])
        for n, t in enumerate(tests):
            for name in ("ftp", "hwfet"):
                if reason[n] or name not in t.results:
                    continue
                value = t.results[name]
                both = (value * (1 + e[name][n]) for e in (errors, alone))
                out.writerow([t.line, t.make, t.kind, name, value, *both])


def write(values, data):
    """Put the fitted values into the facts files, each in the unit that its row has."""
    mark = hashlib.sha256(data.read_bytes() + Path(__file__).read_bytes()).hexdigest()[:12]
    page = f"calibration/energy.py, data and script {mark}"
    fitted = {
        (shelf, id, field): (value, q.low, q.high)
        for name, (_, parameters) in STAGES.items()
        for q, value in zip(parameters, values.get(name, ()), strict=False)
        for shelf, id, field in q.targets
    }
    for shelf in {key[0] for key in fitted}:
        file = FACTS / f"{shelf}.csv"
        with file.open(encoding="utf-8", newline="") as text:
            rows = list(csv.reader(text))
        for row in rows[1:]:
            base = row[1].removesuffix("_low").removesuffix("_high")
            found = fitted.get((shelf, row[0], base))
            if found is None:
                continue
            value, low, high = found
            if row[1] != base:
                value = low if row[1].endswith("_low") else high
            number = float(f"{convert(value, row[3]):.4g}")
            said = ("wheelbase-calibration", page, "derived")
            bound = ("wheelbase-estimate", "bound of the calibration", "estimate")
            row[2:] = [f"{number:g}", row[3], *(said if row[1] == base else bound)]
        with file.open("w", encoding="utf-8", newline="") as text:
            csv.writer(text, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    sys.exit(main())
