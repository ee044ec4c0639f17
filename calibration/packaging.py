"""Layer energies and the custom of makers, fitted on packs of real cars with makes left out.

    python calibration/packaging.py DATA

DATA is a folder with packaging_reality.csv, ev_fev53.csv and vehicles_detailed.csv. Beside the cars
of the first file stand those of packaging_cars.csv here: words, powers and packs mostly from
memory, dimensions from the two lists where they have them. Five figures of classes are fitted, none
of a car: energy per litre of cell layer of prismatic and of pouch cells, energy per plan area that
makers install at 150 kW, its exponent of power, its growth before 2018. The error is that of the
make left out.
"""

import csv
import sys
import tempfile
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from wheelbase.catalogue import catalogue
from wheelbase.fit.battery import installed_energy
from wheelbase.fit.cells import layer_energy
from wheelbase.fit.chain import constants_of
from wheelbase.fit.packed_list import read_packed_cars
from wheelbase.fit.reality import predict

HERE = Path(__file__).parent
INPUTS = (
    "make", "model", "floor", "body", "wheelbase_mm", "width_mm", "height_mm", "cell_height_mm",
    "ground_clearance_mm", "tyre_radius_mm", "cell_format", "power_rear_kw", "power_front_kw",
    "second_level", "pack_gross_kwh", "year",
)  # fmt: skip
FITTED = ("prismatic", "pouch", "usual-energy", "usual-power", "usual-growth")
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
    """What fits in every car by the catalogue, once; the fitted figures scale it."""

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
        base = {"prismatic": "prismatic-91", "pouch": "pouch-101"}
        self.layer = {shape: layer_energy(facts.cell[id]) for shape, id in base.items()}

    def errors(self, values):
        p = dict(zip(FITTED, values, strict=True))
        scale = np.ones(len(self.fit))
        for shape, layer in self.layer.items():
            scale[self.shape == shape] = p[shape] / layer
        c = {**self.c, **{name: p[name] for name in FITTED[2:]}}
        energy = installed_energy(self.fit * scale, self.area, self.power, c, self.year)
        return energy / self.gross - 1


def start_of(packs):
    return [*packs.layer.values(), *(packs.c[name] for name in FITTED[2:])]


def fitted(lists, keep, start):
    """Return the five figures with least mean absolute log error over the cars kept."""
    start = np.array(start)
    size = np.maximum(0.1 * start, 0.01)

    def loss(step):
        errors = np.concatenate(
            [np.log1p(p.errors(start + step * size))[k] for p, k in zip(lists, keep, strict=True)]
        )
        return np.minimum(np.abs(errors), WORST).mean()

    found = minimize(loss, np.zeros(len(start)), method="Powell",
                     options={"maxiter": 12, "xtol": 0.02, "ftol": 1e-5})  # fmt: skip
    return start + found.x * size


def told(name, errors):
    print(f"{name:44} n {len(errors):3}  mean {np.abs(errors).mean():6.1%}  "
          f"median {np.median(np.abs(errors)):6.1%}  bias {errors.mean():+6.1%}")  # fmt: skip


def main(data):
    facts = catalogue()
    rows = rows_of(data)
    cars = [cars_of(part, facts) for part in rows]
    makes = [[row["make"] for row in part] for part in rows]
    blind = [Packs(c, m, facts, height_known=False) for c, m in zip(cars, makes, strict=True)]
    given = Packs(cars[0], makes[0], facts, height_known=True)
    lists = [*blind, given]
    start = start_of(given)
    print("with the facts as they stand")
    for name, packs in zip(("packaging_reality, blind", "further cars, blind"), blind, strict=True):
        told(name, packs.errors(start))
    told("packaging_reality, height given", given.errors(start))
    named = Packs(cars_of(rows[1], facts, with_year=False), makes[1], facts, height_known=False)
    told("further cars, blind, year from the name", named.errors(start))
    best = fitted(lists, [np.ones(len(p.fit), bool) for p in lists], start)
    kwh = 3.6e6
    units = (kwh * 1e3, kwh * 1e3, kwh, 1, 1)
    print("fitted on all:", {n: round(float(v / u), 4)
                             for n, v, u in zip(FITTED, best, units, strict=True)})  # fmt: skip
    for name, packs in zip(("packaging_reality, blind", "further cars, blind"), blind, strict=True):
        told(name + " (seen)", packs.errors(best))
    told("packaging_reality, height given (seen)", given.errors(best))
    left_out = [np.zeros(len(p.fit)) for p in lists]
    for make in sorted({m for part in makes for m in part}):
        values = fitted(lists, [p.makes != make for p in lists], best)
        for packs, errors in zip(lists, left_out, strict=True):
            errors[packs.makes == make] = packs.errors(values)[packs.makes == make]
    names = ("packaging_reality, blind", "further cars, blind", "packaging_reality, height given")
    for name, errors in zip(names, left_out, strict=True):
        told(name + " (make left out)", errors)
    worst = sorted(zip(cars[1], left_out[1], strict=True), key=lambda item: -abs(item[1]))
    print("worst of the further cars, make left out:")
    for car, error in worst[:15]:
        print(f"  {error:+6.1%}  {car.name}, {car.year:.0f}")
    first = [np.log1p(p.errors(best)) for p in (blind[0],)]
    print("worst of packaging_reality, blind, seen:")
    for car, error in sorted(zip(cars[0], first[0], strict=True), key=lambda i: -abs(i[1]))[:6]:
        print(f"  {np.expm1(error):+6.1%}  {car.name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
