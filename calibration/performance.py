"""Scans the constants of a full-load run over a list of battery cars, makes left out.

Usage: python calibration/performance.py CARS.csv

Every combination of reduction, loading, grip and share of brochure power is tried on all cars;
then, for each make, the combination that is best on the other makes predicts its cars. The second
figure is the error to expect of a make that nobody has seen. Nothing is written: the facts hold
what was chosen.
"""

import sys
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np

from wheelbase.catalogue import catalogue
from wheelbase.simulate import accelerate, read_road_tests
from wheelbase.simulate.roadtest import car_of_brochure

GRID = {
    "road-test-ratio": ("factor", (9.5, 10.5, 11.5)),
    "road-test-loading": ("mass", (100.0, 150.0)),
    "tyre-grip": ("factor", (1.05, 1.12, 1.2)),
    "road-test-power": ("factor", (0.92, 0.95, 1.0)),
}


def changed(facts, values):
    """Return the facts with the constants of the grid set."""
    shelf = facts.vehicle_constant
    items = dict(shelf.items)
    for (id, (field, _)), value in zip(GRID.items(), values, strict=True):
        items[id] = replace(items[id], **{field: value})
    return replace(facts, vehicle_constant=replace(shelf, items=items))


def main(path):
    facts, tests = catalogue(), read_road_tests(Path(path))
    published = np.array([t.time for t in tests])
    makes = np.array([t.car.split()[0] for t in tests])
    combinations = list(product(*(values for _, values in GRID.values())))
    errors = []
    for values in combinations:
        here = changed(facts, values)
        times = [accelerate(car_of_brochure(t, here)).time_0_100 for t in tests]
        errors.append(np.array(times) / published - 1)
    errors = np.abs(np.array(errors))
    best = combinations[errors.mean(axis=1).argmin()]
    print(f"best on all {len(tests)} cars: {dict(zip(GRID, best, strict=True))}")
    print(f"  mean error {errors.mean(axis=1).min():.1%}")
    unseen = np.empty(len(tests))
    for make in set(makes):
        out = makes == make
        unseen[out] = errors[errors[:, ~out].mean(axis=1).argmin()][out]
    print(f"on makes left out: mean error {unseen.mean():.1%}, median {np.median(unseen):.1%}")


if __name__ == "__main__":
    main(*sys.argv[1:])
