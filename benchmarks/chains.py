"""Designs a second of the dimensional chains in batches, against one design at a time.

A design is one body on one platform: every bound of every powertrain the platform carries on every
hard point of the chain, their maximum and which of them it is, and the energy that fits under the
floor. Bodies differ in length, width, height, ground clearance and tyre. CPU time of one thread.
"""

import time
from types import SimpleNamespace

import numpy as np

from wheelbase.catalogue import catalogue
from wheelbase.fit.battery import battery_energy
from wheelbase.fit.chain import (
    constants_of,
    firewall_bounds,
    front_bounds,
    package,
    rear_bounds,
)
from wheelbase.fit.envelope import hard_points, total
from wheelbase.study import load

BATCH = 4000
BATCHES = 100
ALONE = 300
SIZES = {"L103": 0.25, "W103": 0.08, "H100": 0.12, "H156": 0.03, "tyre_radius": 0.025}


def bodies(body, n, seed):
    """Return n bodies around one, as one body whose sizes are arrays; plain sizes for one."""
    draw = np.random.default_rng(seed)
    fields = {name: getattr(body, name) for name in body.__dataclass_fields__}
    for name, span in SIZES.items():
        values = fields[name] + span * draw.uniform(-1, 1, n)
        fields[name] = values if n > 1 else float(values[0])
    return SimpleNamespace(**fields)


def bounds(platform, body, c, front):
    """Yield per hard point every bound of every powertrain, once the front overhang is known."""
    parts = [package(train, platform.layout, c) for train in platform.powertrains]
    yield "L104", [front_bounds(p, body, c) for p in parts]
    yield "x_fw", [firewall_bounds(p, body, c, front) for p in parts]
    yield "L105", [rear_bounds(p, body, c, front) for p in parts]


def design(platform, body, train, c):
    """Return hard points, the number of the bound that sets each, and the energy that fits."""
    points = hard_points(platform, body, train, c)
    chosen = {}
    for name, terms in bounds(platform, body, c, points["L104"]):
        values = [total(t) for each in terms for t in each.values()]
        chosen[name] = np.argmax(np.stack(np.broadcast_arrays(*values)), axis=0)
    return points, chosen, battery_energy(platform, body, train, points, c)


def per_second(platform, body, train, c, n, times):
    made = [bodies(body, n, seed) for seed in range(times)]
    design(platform, made[0], train, c)
    begun = time.process_time()
    for each in made:
        design(platform, each, train, c)
    return n * times / (time.process_time() - begun)


def same(platform, body, train, c):
    """Return whether a batch gives what one at a time gives, exactly."""
    made = bodies(body, 50, 7)
    points, chosen, energy = design(platform, made, train, c)
    for i in range(50):
        fields = dict(vars(made), **{name: float(getattr(made, name)[i]) for name in SIZES})
        alone_points, alone_chosen, alone_energy = design(
            platform, SimpleNamespace(**fields), train, c
        )
        for name, value in alone_points.items():
            if np.broadcast_to(points[name], 50)[i] != value:
                return False
        if any(np.broadcast_to(chosen[k], 50)[i] != v for k, v in alone_chosen.items()):
            return False
        if np.broadcast_to(energy["fit"], 50)[i] != alone_energy["fit"]:
            return False
    return True


if __name__ == "__main__":
    facts = catalogue()
    study = load("clar-or-bespoke", facts)
    c = constants_of(facts)
    for name in ("clar_like", "ev_like"):
        platform, train = study.platforms[name], study.powertrains["bev"]
        body = study.bodies["suv_d"]
        alone = per_second(platform, body, train, c, 1, ALONE)
        batch = per_second(platform, body, train, c, BATCH, BATCHES)
        print(f"{name}, {len(platform.powertrains)} powertrains; "
              f"batch equals one by one: {same(platform, body, train, c)}")  # fmt: skip
        print(f"  one at a time {alone:12,.0f} designs/s")
        print(f"  in batches    {batch:12,.0f} designs/s   {batch / alone:,.0f} x one at a time")
