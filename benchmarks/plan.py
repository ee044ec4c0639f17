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
        import pandas as pd
        import xarray
    except ImportError:
        print("  linopy is not installed; the build was not compared")
        return
    case, plants = instances._case(branching), instances._plants(False)
    began = time.perf_counter()
    n, wide = len(case.parent), len(plants.size)
    weight = case.probability * 1.07 ** (-4.0 * case.stage)
    model = linopy.Model()

    def table(values, *dims):
        return xarray.DataArray(values, dims=dims)

    launch = model.add_variables(0, 1, coords=[pd.RangeIndex(n, name="node")], integer=True)
    wide_names = [pd.RangeIndex(n, name="node"), pd.RangeIndex(wide, name="plant")]
    convert = model.add_variables(0, plants.most, coords=wide_names, integer=True)
    usable = model.add_variables(0, 1, coords=wide_names[:1])
    blocks = model.add_variables(0, plants.most, coords=wide_names)
    parent = table(case.parent[1:], "node").assign_coords(node=range(1, n))
    model.add_constraints(usable.sel(node=0) == 0)
    model.add_constraints(blocks.sel(node=0) == 0)
    after = {"node": range(1, n)}
    before = launch.sel(node=parent.values).assign_coords(after) + usable.sel(
        node=parent.values
    ).assign_coords(after)
    model.add_constraints(usable.sel(node=range(1, n)) - before == 0)
    stood = blocks.sel(node=parent.values).assign_coords(after) + convert.sel(
        node=parent.values
    ).assign_coords(after)
    model.add_constraints(blocks.sel(node=range(1, n)) - stood == 0)
    model.add_constraints(usable + launch <= 1)
    model.add_constraints(blocks + convert <= plants.most)
    model.add_constraints(blocks + convert - plants.most * (usable + launch) <= 0)
    offers = pd.RangeIndex(len(case.offers), name="offer")
    made = model.add_variables(0, coords=[wide_names[0], offers, wide_names[1]])
    _, models, powertrains, markets = case.demand.shape
    sold = model.add_variables(
        0, table(case.demand, "node", "model", "powertrain", "market"),
        coords=[wide_names[0], pd.RangeIndex(models, name="model"),
                pd.RangeIndex(powertrains, name="powertrain"),
                pd.RangeIndex(markets, name="market")],
    )  # fmt: skip
    excess = model.add_variables(0, coords=wide_names[:1])
    free = np.append(instances._EACH * plants.count, 0.0)
    for platform, taken in enumerate((0.55, 0.45, -1.0)):
        own = [o for o, (_, _, k) in enumerate(case.offers) if k == platform]
        built = made.sel(offer=own).sum("offer")
        share = table(taken * plants.size, "plant")
        model.add_constraints(built + share * blocks <= free[platform])
    for m in range(models):
        for w in range(powertrains):
            own = [o for o, offer in enumerate(case.offers) if offer[:2] == (m, w)]
            total = made.sel(offer=own).sum(["offer", "plant"])
            model.add_constraints(total - sold.sel(model=m, powertrain=w).sum("market") == 0)
    above = instances._EMISSIONS - instances._TARGETS[np.minimum(case.stage, 3)][:, None]
    fleet = (table(above, "node", "powertrain") * sold.sel(market=0)).sum(["model", "powertrain"])
    model.add_constraints(fleet - excess <= 0)
    gain = case.margin[case.stage][:, :, None] + plants.shift
    factor = table(weight, "node")
    model.add_objective(
        (-4 * factor * table(gain, "node", "offer", "plant") * made).sum()
        + (0.38 * factor * excess).sum()
        + (1500 * factor * launch).sum()
        + (factor * table(plants.cost, "plant") * convert).sum()
    )
    matrices = model.matrices
    size = len(matrices.c), matrices.A.shape[0]
    spent = time.perf_counter() - began
    print(
        f"  linopy {linopy.__version__} builds it ({size[0]:,} columns, {size[1]:,} rows) in "
        f"{spent:.2f} s: {spent / seconds:.0f} times the arrays"
    )


if __name__ == "__main__":
    for leaves in [int(a) for a in sys.argv[1:]] or list(TREES):
        compare(leaves)
