"""Seconds to place, and to explain where nothing fits, over every pair of every bundled study.

The reference in the same run is the bare feasibility of the same pairs: what the levels cost.
"""

import statistics
import time

from wheelbase.catalogue import catalogue
from wheelbase.fit import Effort, explain, place
from wheelbase.fit.place import solved
from wheelbase.fit.place_rules import build
from wheelbase.fit.scene import scene_of
from wheelbase.study import load_package
from wheelbase.study.load import bundled


def pairs(facts):
    for name in bundled():
        study = load_package(name, facts)
        for id, spec in study.spec.platforms.items():
            for body in spec.bodies:
                for train in spec.powertrains:
                    yield study.platforms[id], study.bodies[body], study.powertrains[train]


def seconds(work):
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def feasible(car, facts):
    return solved(build(scene_of(*car, facts), "firm", Effort().grid), Effort())


def told(name, times):
    most, half = max(times), statistics.median(times)
    print(f"{name:12} {len(times):4d} pairs   median {half:6.3f} s   most {most:6.3f} s")
    return half


if __name__ == "__main__":
    facts = catalogue()
    cars = list(pairs(facts))
    feasible(cars[0], facts)  # the solver's library is loaded before the clock runs
    bare = told("feasible", [seconds(lambda car=car: feasible(car, facts))[0] for car in cars])
    done = [seconds(lambda car=car: place(*car, facts)) for car in cars]
    best = told("place", [spent for spent, _ in done])
    shorts = [car for car, (_, found) in zip(cars, done, strict=True) if not found.boxes]
    if shorts:
        told("explain", [seconds(lambda car=car: explain(*car, facts))[0] for car in shorts])
    unproven = sum(found.status == "not_proven" for _, found in done)
    print(f"place over feasible {best / bare:.1f} x; not proven {unproven}")
