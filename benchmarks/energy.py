"""Vehicle-cycles per second and core, as a ratio to FASTSim in the same process.

Usage: python benchmarks/energy.py [--jax]
FASTSim is measured where it is installed (pip install fastsim, versions 2.1.5 and 3.1.0 differ; run
once with each and take the faster). CPU time of this process, the best of several rounds, default
memory allocator. FASTSim steps through time with more physics: a ratio of speed, not of models.
"""

import argparse
import time
import warnings
from functools import partial

from wheelbase.catalogue import catalogue, cycle
from wheelbase.simulate import Backend, assemble_vehicle, drive, drive_many, fleet_of

CARS = {"conventional": "bmw-330i-g20", "hybrid": "bmw-330e-g20", "battery": "bmw-i4-edrive40"}
CYCLES = ("udds", "wltc_class3b")
MANY = 400


def cpu(call, rounds=5):
    """Return the least CPU seconds of a call over several rounds."""
    spent = []
    for _ in range(rounds):
        begun = time.process_time()
        call()
        spent.append(time.process_time() - begun)
    return min(spent)


def fastsim_seconds():
    """Return (kind, cycle) -> CPU seconds of one vehicle-cycle of the installed FASTSim."""
    try:
        import fastsim
    except ImportError:
        return "", {}
    if hasattr(fastsim, "SimDrive"):
        return fastsim.__package__ + " 3", _version_3(fastsim)
    return f"fastsim {fastsim.__version__}", _version_2(fastsim)


def _version_3(fastsim):
    files = {
        "conventional": "2012_Ford_Fusion.yaml",
        "hybrid": "2016_TOYOTA_Prius_Two.yaml",
        "battery": "2022_Renault_Zoe_ZE50_R135.yaml",
    }
    found = {}
    for kind, file in files.items():
        car = fastsim.Vehicle.from_resource(file)
        car.set_save_interval(None)
        trace = fastsim.Cycle.from_resource("udds.csv")
        seconds = []
        for _ in range(6):
            run = fastsim.SimDrive(car, trace)
            begun = time.process_time()
            run.walk()
            seconds.append(time.process_time() - begun)
        found[kind, "udds"] = min(seconds)
    return found


def _version_2(fastsim):
    found = {}
    for kind, number in {"conventional": 1, "hybrid": 9, "battery": 17}.items():
        car = fastsim.vehicle.Vehicle.from_vehdb(number)
        for name in CYCLES:
            ours = cycle(name)
            given = {"time_s": ours.time, "mps": ours.speed}
            trace = fastsim.cycle.Cycle.from_dict(given)
            seconds = []
            for _ in range(6):
                run = fastsim.simdrive.RustSimDrive(trace.to_rust(), car.to_rust())
                begun = time.process_time()
                run.sim_drive()
                seconds.append(time.process_time() - begun)
            found[kind, name] = min(seconds)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jax", action="store_true", help="also measure the JAX backend")
    backends = [Backend.NUMPY] + ([Backend.JAX] if parser.parse_args().jax else [])
    facts = catalogue()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        version, reference = fastsim_seconds()
    print(version or "FASTSim is not installed: no ratio")
    for kind, id in CARS.items():
        car = assemble_vehicle(facts.vehicle[id], facts)
        for name in CYCLES:
            trace = cycle(name)
            drive(car, trace)
            single = cpu(partial(drive, car, trace), 20)
            for backend in backends:
                fleet = fleet_of([car] * MANY)
                run = partial(drive_many, fleet, trace, backend=backend)
                run()
                each = cpu(run) / MANY
                known = reference.get((kind, name))
                ratio = f"{known / each:7.0f} x" if known else ""
                rate = f"{kind:12} {name:12} {backend.value:5} {1 / each:9.0f} vehicle-cycles/s"
                print(f"{rate} {ratio}   one alone {1e3 * single:5.2f} ms")


if __name__ == "__main__":
    main()
