"""Milliseconds of a WLTC by powertrain, against the petrol car (best of ten, one process)."""

import time

from wheelbase.catalogue import catalogue, cycle
from wheelbase.simulate import assemble_vehicle, drive

CARS = {"petrol": "bmw-330i-g20", "plug-in": "bmw-330e-g20", "battery": "bmw-i4-edrive40"}


def best(car, trace):
    spent = []
    for _ in range(10):
        begun = time.perf_counter()
        drive(car, trace)
        spent.append(time.perf_counter() - begun)
    return 1e3 * min(spent)


if __name__ == "__main__":
    facts, wltc = catalogue(), cycle("wltc_class3b")
    times = {n: best(assemble_vehicle(facts.vehicle[v], facts), wltc) for n, v in CARS.items()}
    for name, ms in times.items():
        print(f"{name:8} {ms:7.2f} ms   {ms / times['petrol']:6.2f} x petrol")
