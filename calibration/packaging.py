"""What makers install where more would fit, fitted on packs of real cars with makes left out.

    python calibration/packaging.py DATA [--layers]

DATA is a folder with packaging_reality.csv, ev_fev53.csv and vehicles_detailed.csv. Beside the cars
of the first file stand those of packaging_cars.csv here: words, powers and packs mostly from
memory, dimensions from the two lists where they have them. Three figures are fitted, none of a
class or a car: energy per plan area that makers install at 150 kW, its exponent of drive power, its
growth before 2018. What a layer of cells holds is published; with --layers that of prismatic and of
pouch cells is fitted too, to see how far the cars would move it. Nothing is written: the facts hold
what was chosen.
"""

import csv
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from wheelbase.catalogue import catalogue
from wheelbase.fit.battery import installed_energy
from wheelbase.fit.chain import constants_of
from wheelbase.fit.packed_list import read_packed_cars
from wheelbase.fit.reality import predict

HERE = Path(__file__).parent
INPUTS = (
    "make", "model", "floor", "body", "wheelbase_mm", "width_mm", "height_mm", "cell_height_mm",
    "ground_clearance_mm", "tyre_radius_mm", "cell_format", "power_rear_kw", "power_front_kw",
    "second_level", "pack_gross_kwh", "year",
)  # fmt: skip
FITTED = ("usual-energy", "usual-power", "usual-growth")
LAYERS = ("prismatic", "pouch")
KWH = 3.6e6
WORST = 0.6  # log error beyond which a car pulls no harder


def rows_of(data):
    """Return the rows of both lists, and whether each is of packaging_reality.csv."""
    with (data / "packaging_reality.csv").open(encoding="utf-8") as file:
        known = [dict(row, year="") for row in csv.DictReader(file)]
    sizes = {}
    for name, key in (("ev_fev53.csv", "car"), ("vehicles_detailed.csv", "id")):
        with (data / name).open(encoding="utf-8") as file:
            sizes |= {row[key]: row for row in csv.DictReader(file)}
    with (HERE / "packaging_cars.csv").open(encoding="utf-8") as file:
        further = list(csv.DictReader(file))
    for row in further:
        for name in ("wheelbase_mm", "width_mm", "height_mm"):
            row[name] = row[name] or sizes[row["dimensions"]][name]
    return known, further


def cars_of(rows, facts, with_year=True):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cars.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, INPUTS, restval="", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(row if with_year else dict(row, year="") for row in rows)
        return read_packed_cars(path, facts)


class Packs:
    """What fits in every car by the catalogue, once; the fitted figures act on it."""

    def __init__(self, cars, makes, facts, height_known):
        self.c = constants_of(facts)
        self.makes = np.array(makes)
        found = [predict(car, facts, height_known) for car in cars]
        self.fit = np.array([p.fit for p in found])
        self.area = np.array([p.length * p.width for p in found])
        self.power = np.array([car.rear_power + car.front_power for car in cars])
        self.year = np.array([car.year for car in cars])
        self.shape = np.array([car.shape for car in cars])
        self.gross = np.array([car.gross for car in cars])

    def errors(self, values):
        """Return relative errors under three figures of custom and, if given, two layer scales."""
        c = {**self.c, **dict(zip(FITTED, values, strict=False))}
        scale = np.ones(len(self.fit))
        for shape, factor in zip(LAYERS, values[len(FITTED) :], strict=False):
            scale[self.shape == shape] = factor
        energy = installed_energy(self.fit * scale, self.area, self.power, c, self.year)
        return energy / self.gross - 1


def fitted(lists, keep, start):
    """Return the figures with least mean absolute log error over the cars kept."""
    start = np.array(start)

    def loss(step):
        values = start * (1 + 0.1 * step)
        errors = np.concatenate(
            [np.log1p(p.errors(values))[k] for p, k in zip(lists, keep, strict=True)]
        )
        return np.minimum(np.abs(errors), WORST).mean()

    found = minimize(loss, np.zeros(len(start)), method="Powell",
                     options={"maxiter": 12, "xtol": 0.02, "ftol": 1e-5})  # fmt: skip
    return start * (1 + 0.1 * found.x)


def left_out(lists, start):
    """Return the errors of every list, each make predicted by what was fitted without it."""
    errors = [np.zeros(len(p.fit)) for p in lists]
    for make in sorted({make for p in lists for make in p.makes}):
        values = fitted(lists, [p.makes != make for p in lists], start)
        for packs, found in zip(lists, errors, strict=True):
            found[packs.makes == make] = packs.errors(values)[packs.makes == make]
    return errors


def told(name, errors):
    print(f"  {name:36} n {len(errors):3}  mean {np.abs(errors).mean():6.1%}  "
          f"median {np.median(np.abs(errors)):6.1%}  bias {errors.mean():+6.1%}")  # fmt: skip


def main(data, layers):
    facts = catalogue()
    rows = rows_of(data)
    makes = [[row["make"] for row in part] for part in rows]
    cars = [cars_of(part, facts) for part in rows]
    named = cars_of(rows[1], facts, with_year=False)
    blind = [Packs(c, m, facts, height_known=False) for c, m in zip(cars, makes, strict=True)]
    lists = [*blind, Packs(cars[0], makes[0], facts, height_known=True)]
    lines = ("packaging_reality, not told", "further cars, not told", "packaging_reality, told")
    start = [lists[0].c[name] for name in FITTED] + [1.0] * len(LAYERS) * layers
    print("with the facts as they stand")
    for line, packs in zip(lines, lists, strict=True):
        told(line, packs.errors(start))
    told("further cars, year from the name", Packs(named, makes[1], facts, False).errors(start))
    undated = [replace(car, year=2020.0) for car in cars[1]]
    told("further cars, all of 2020", Packs(undated, makes[1], facts, False).errors(start))
    best = fitted(lists, [np.ones(len(p.fit), bool) for p in lists], start)
    shown = [best[0] / KWH, *best[1:]]
    print("fitted on all:", dict(zip(FITTED + LAYERS, np.round(shown, 4).tolist(), strict=False)))
    for line, packs in zip(lines, lists, strict=True):
        told(line, packs.errors(best))
    print("each make left out")
    unseen = left_out(lists, best)
    for line, errors in zip(lines, unseen, strict=True):
        told(line, errors)
    for line, part, errors in zip(lines[:2], cars, unseen[:2], strict=True):
        print(f"worst of {line}, make left out")
        for car, error in sorted(zip(part, errors, strict=True), key=lambda i: -abs(i[1]))[:12]:
            print(f"  {error:+6.1%}  {car.name}, {car.year:.0f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--layers" in sys.argv)
