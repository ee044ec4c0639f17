"""Plans over a tree: decomposition against HiGHS on the extensive form, and arrays against linopy.

Plants differ. Both solvers are asked for the same gap; the extensive form gets six times the time
of the decomposition, and counts as slower than that where it does not reach the gap.

Usage: python benchmarks/plan.py [LEAVES ...]
"""

import sys
import time

import numpy as np

from wheelbase.plan import instances
from wheelbase.plan.benders import benders
from wheelbase.plan.instances import reference_program
from wheelbase.plan.solver import Status
from wheelbase.plan.watch import watched

TREES = {18: (3, 3, 2), 100: (5, 5, 4), 294: (7, 7, 6), 1000: (10, 10, 10)}
GAP = 1e-3
PATIENCE = 6.0


def timed(what):
    began = time.perf_counter()
    found = what()
    return found, time.perf_counter() - began


def compare(leaves):
    program, built = timed(lambda: reference_program(TREES[leaves], equal=False))
    arrays, whole = timed(program.extensive)
    cut, seconds = timed(lambda: benders(program, GAP))
    print(
        f"{leaves} leaves: {len(arrays.cost):,} columns, arrays in {built + whole:.2f} s; Benders "
        f"{seconds:.1f} s, gap {100 * cut.gap:.3f} %, {cut.rounds} rounds"
    )
    found, spent = timed(lambda: watched(arrays, GAP, PATIENCE * seconds))
    reached = found.status is not Status.TIME
    sign = "" if reached else "> "
    print(
        f"  extensive form {spent:.1f} s, gap {100 * found.gap:.3f} %: "
        f"{sign}{spent / seconds:.1f} times the decomposition"
    )
    against_linopy(TREES[leaves], built + whole)


def against_linopy(branching, seconds):
    """Time the same model written in linopy, where it is installed, up to the solver's door."""
    try:
        import linopy
    except ImportError:
        print("  linopy is not installed; the build was not compared")
        return
    case, plants = instances._case(branching), instances._plants(False)
    began = time.perf_counter()
    model = linopy.Model()
    strategy = strategy_in_linopy(model, case, plants)
    operation_in_linopy(model, case, plants, *strategy)
    matrices = model.matrices
    size = len(matrices.c), matrices.A.shape[0]
    spent = time.perf_counter() - began
    print(
        f"  linopy {linopy.__version__} builds it ({size[0]:,} columns, {size[1]:,} rows) in "
        f"{spent:.2f} s: {spent / seconds:.0f} times the arrays"
    )


def axes(**sizes):
    """Return named axes of linopy variables."""
    import pandas as pd

    return [pd.RangeIndex(size, name=name) for name, size in sizes.items()]


def table(values, *dims):
    """Return values with named axes."""
    import xarray

    return xarray.DataArray(values, dims=dims)


def strategy_in_linopy(model, case, plants):
    """Add launches and conversions; return launches, conversions and the blocks that stand."""
    n, wide, most = len(case.parent), len(plants.size), plants.most
    launch = model.add_variables(0, 1, coords=axes(node=n), integer=True)
    convert = model.add_variables(0, most, coords=axes(node=n, plant=wide), integer=True)
    usable = model.add_variables(0, 1, coords=axes(node=n))
    blocks = model.add_variables(0, most, coords=axes(node=n, plant=wide))
    later = {"node": range(1, n)}
    for known, added in ((usable, launch), (blocks, convert)):
        model.add_constraints(known.sel(node=0) == 0)
        before = known.sel(node=case.parent[1:]) + added.sel(node=case.parent[1:])
        model.add_constraints(known.sel(later) - before.assign_coords(later) == 0)
    model.add_constraints(usable + launch <= 1)
    model.add_constraints(blocks + convert <= most)
    model.add_constraints(blocks + convert - most * (usable + launch) <= 0)
    return launch, convert, blocks


def operation_in_linopy(model, case, plants, launch, convert, blocks):
    """Add production, sales, capacities, fleets and the objective."""
    n, wide = len(case.parent), len(plants.size)
    _, models, powertrains, markets = case.demand.shape
    made = model.add_variables(0, coords=axes(node=n, offer=len(case.offers), plant=wide))
    sold = model.add_variables(
        0,
        table(case.demand, "node", "model", "powertrain", "market"),
        coords=axes(node=n, model=models, powertrain=powertrains, market=markets),
    )
    excess = model.add_variables(0, coords=axes(node=n))
    free = np.append(instances._EACH * plants.count, 0.0)
    for platform, taken in enumerate((0.55, 0.45, -1.0)):
        own = [o for o, (_, _, k) in enumerate(case.offers) if k == platform]
        share = table(taken * plants.size, "plant")
        model.add_constraints(made.sel(offer=own).sum("offer") + share * blocks <= free[platform])
    for m in range(models):
        for w in range(powertrains):
            own = [o for o, offer in enumerate(case.offers) if offer[:2] == (m, w)]
            total = made.sel(offer=own).sum(["offer", "plant"])
            model.add_constraints(total - sold.sel(model=m, powertrain=w).sum("market") == 0)
    above = instances._EMISSIONS - instances._TARGETS[np.minimum(case.stage, 3)][:, None]
    fleet = (table(above, "node", "powertrain") * sold.sel(market=0)).sum(["model", "powertrain"])
    model.add_constraints(fleet - excess <= 0)
    gain = case.margin[case.stage][:, :, None] + plants.shift
    factor = table(case.probability * 1.07 ** (-4.0 * case.stage), "node")
    model.add_objective(
        (-4 * factor * table(gain, "node", "offer", "plant") * made).sum()
        + (0.38 * factor * excess).sum()
        + (1500 * factor * launch).sum()
        + (factor * table(plants.cost, "plant") * convert).sum()
    )


if __name__ == "__main__":
    for leaves in [int(a) for a in sys.argv[1:]] or list(TREES):
        compare(leaves)
