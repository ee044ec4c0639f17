"""A million designs: seconds, memory, size of the store, query, resume, workers, scaling, backends.

Half battery cars, half petrol ones, one body on one flexible platform; outer size, drag, rolling
resistance and range vary; each design is fitted, closed on itself over the WLTC 3b and priced.

    python benchmarks/sweep.py [--n 1000000] [--part all|sweep|workers|scaling|backends]

The reference is one design after another with `integrate` and `price`, in the same run. Prints what
it measures; wall time, so nothing else should run beside it.
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from wheelbase.cost import price
from wheelbase.integrate import Manner, integrate
from wheelbase.simulate import Backend
from wheelbase.study import basis_of, bill_year, targets_of
from wheelbase.sweep import bench, designs, space_of, sweep
from wheelbase.sweep.executor import cpus

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import sweeping

STUDY = (
    sweeping.STUDY.partition("sweep:")[0]
    + """sweep:
  vary:
    bodies.sedan_d.L103: [4650 mm, 4850 mm]
    bodies.sedan_d.H100: [1430 mm, 1470 mm]
    bodies.sedan_d.drag: [0.22, 0.27]
    bodies.sedan_d.rolling: {normal: [0.009, 0.0003]}
    powertrains.bev.battery.request: {triangular: [330 km, 380 km, 450 km]}
"""
)
GROUPS = "select variant, status, count(*), avg(direct_cost_eur2024) from designs group by all"
ALONE = 60


def study():
    """Return the study of this benchmark."""
    return sweeping.study(STUDY)


def swept(n, **more):
    """Return a sweep into a folder of its own, and the seconds of the whole call."""
    folder = Path(tempfile.mkdtemp(prefix="wheelbase-bench-")) / "run"
    began = time.perf_counter()
    done = sweep(study(), n, folder=folder, **more)
    return done, time.perf_counter() - began


def dropped(done):
    shutil.rmtree(done.folder.parent)


def one_by_one(package):
    """Return seconds a design takes alone, the mean of both powertrains."""
    basis, year, manner = basis_of(package), bill_year(package), Manner(brief=True, draws={})
    platform, body = package.platforms["clar"], package.bodies["sedan_d"]
    began = time.perf_counter()
    for n in range(ALONE):
        train = ("petrol", "bev")[n % 2]
        targets = targets_of(package, train)
        powertrain = package.powertrains[train]
        price(integrate(platform, body, powertrain, targets, package.facts, manner), year, basis)
    return (time.perf_counter() - began) / ALONE


def whole(n, backend, alone):
    done, seconds = swept(n, backend=backend)
    began = time.perf_counter()
    rows = done.sql(GROUPS).rows()
    asked = time.perf_counter() - began
    began = time.perf_counter()
    sweep(study(), n, folder=done.folder, backend=backend, resume=True)
    resumed = time.perf_counter() - began
    assert sum(row[2] for row in rows) == n
    print(f"{backend.value:<12} {n:>9,} designs  {seconds:7.1f} s  {n / seconds:8,.0f}/s")
    print(f"  {alone * n / seconds:.0f} x one by one; {done.memory / 1e6:.0f} MB a process at most")
    print(f"  store {done.size / 1e6:.1f} MB; group-by {asked:.2f} s; resume {resumed:.2f} s")
    dropped(done)


def workers(n):
    found = {}
    for count in (1, 2):
        done, _ = swept(n, workers=count)
        found[count] = done.seconds
        dropped(done)
    print(f"workers      {n:>9,} designs  one {found[1]:.1f} s, two {found[2]:.1f} s: "
          f"{found[1] / found[2]:.2f} x")  # fmt: skip


def scaling(most):
    n = 1000
    while n <= most:
        done, _ = swept(n, workers=1)
        print(f"scaling      {n:>9,} designs  {1e6 * done.seconds / n:8.1f} us a design")
        dropped(done)
        n *= 10


def backends():
    """Print the greatest relative difference of a backend to NumPy, by figure."""
    package = study()
    space = space_of(package)
    shares = np.random.default_rng(1).random((2000, len(space.varied)))
    tables = {b: designs(bench(package, space, b), 0, 4000, space.values(shares)) for b in Backend}
    plain = tables[Backend.NUMPY]
    for backend in (Backend.JAX, Backend.JAX_SINGLE):
        worst = {
            name: float(np.max(np.abs(tables[backend][name] / np.where(x == 0, 1, x) - (x != 0))))
            for name, x in plain.items()
            if x.dtype.kind == "f"
        }
        name = max(worst, key=worst.get)
        print(f"{backend.value:<12} differs from numpy by at most {worst[name]:.1e} ({name})")


def main():
    """Print what is asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--n", type=int, default=1_000_000)
    parser.add_argument("--part", default="all")
    asked = parser.parse_args()
    chosen = asked.part.split(",")

    def wanted(part):
        return "all" in chosen or part in chosen

    alone = one_by_one(study())
    print(f"{cpus()} processors; one design alone {1e3 * alone:.1f} ms")
    if wanted("sweep"):
        for backend in (Backend.NUMPY, Backend.JAX):
            whole(asked.n, backend, alone)
    if wanted("workers"):
        workers(min(asked.n, 300_000))
    if wanted("scaling"):
        scaling(asked.n)
    if wanted("backends"):
        backends()


if __name__ == "__main__":
    main()
