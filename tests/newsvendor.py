"""A newsvendor as SMPS text: buys x at 1 before demand is known, pays 3 short and 0.5 left over."""

from wheelbase.plan import read_smps
from wheelbase.plan.separable import written_out
from wheelbase.plan.solver import solve

VENDOR = """NAME VENDOR
ROWS
 N COST
 L SHELF
 E DEMAND
COLUMNS
 X COST 1 SHELF 1
 X DEMAND 1
 SHORT COST 3 DEMAND 1
 OVER COST 0.5 DEMAND -1
RHS
 RHS SHELF 10 DEMAND 2
ENDATA
"""
VENDOR_TIME = "TIME VENDOR\nPERIODS\n X SHELF NOW\n SHORT DEMAND LATER\nENDATA\n"


def vendor(stoch, **options):
    return read_smps(VENDOR, VENDOR_TIME, stoch, **options)


def least(program):
    return solve(written_out(program).arrays).value


def by_hand(demand, chance, short=3.0, over=0.5):
    """The cost is piecewise linear in x, so one of the demands is a least point."""

    def cost(x):
        parts = [p * (short * max(d - x, 0) + over * max(x - d, 0))
                 for d, p in zip(demand, chance, strict=True)]  # fmt: skip
        return x + sum(parts)

    return min(cost(x) for x in (0.0, *demand))


def indep(*pairs, word="DISCRETE", period=" LATER"):
    lines = [f" RHS DEMAND {d}{period} {p}" for d, p in pairs]
    return "\n".join(["STOCH", f"INDEP {word}", *lines, "ENDATA"])


def vendors(count, random=None):
    """Return many newsvendors with a common shelf, by default each with five values of demand."""
    rows, columns, sides, each = [], [], [], []
    for i in range(count):
        rows.append(f" E D{i}")
        columns.append(f" X{i} COST 1 SHELF 1\n X{i} D{i} 1")
        sides.append(f" RHS D{i} 2")
        each += [f" RHS D{i} {d + i % 3} LATER 0.2" for d in range(5)]
    later = [f" S{i} COST 3 D{i} 1\n O{i} COST 0.5 D{i} -1" for i in range(count)]
    core = ["ROWS", " N COST", " L SHELF", *rows, "COLUMNS", *columns, *later, "RHS",
            " RHS SHELF 1000", *sides, "ENDATA"]  # fmt: skip
    times = "TIME\nPERIODS\n X0 SHELF NOW\n S0 D0 LATER\nENDATA\n"
    stoch = ["STOCH", "INDEP DISCRETE", *(random or each), "ENDATA"]
    return read_smps("\n".join(core), times, "\n".join(stoch))
