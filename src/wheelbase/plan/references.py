"""Published stochastic programs, written down as data, and every solver that applies to them."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from wheelbase.plan.benders import benders
from wheelbase.plan.dp import dynamic
from wheelbase.plan.extensive import extensive
from wheelbase.plan.instances import Tied, reference_program, tied_trees
from wheelbase.plan.lshaped import solve_by_cuts
from wheelbase.plan.outcome import Outcome
from wheelbase.plan.separable import written_out
from wheelbase.plan.smps import read_smps
from wheelbase.plan.solver import Solved, solve
from wheelbase.plan.stage_values import stage_values
from wheelbase.plan.stochastic import StochasticProgram

__all__ = ["Checked", "Reference", "check_reference", "electric", "farmer", "references"]

_AGREE = 1e-6
_PRINTED = 5.1e-3  # half a unit of the second decimal, and what rounding adds to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A program whose least value is known, and the ways to find it.

    Args:
        name: Of the reference.
        published: Least value; where it is not published, as our own ways have tied it.
        source: Where it is published, or how it was tied.
        is_published: Whether others have published the value.
        solvers: Every solver that applies.
        more: Further published values by name.
        derive: Finds those further values.
    """

    name: str
    published: float
    source: str
    solvers: Mapping[str, Callable[[], Solved]] = field(repr=False)
    more: Mapping[str, float] = field(default_factory=dict)
    derive: Callable[[], Mapping[str, float]] | None = field(default=None, repr=False)
    is_published: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A reference held against what the solvers found.

    Args:
        value: Of the first solver.
        bound: Greatest of all solvers.
        ok: Whether every solver is within 1e-6 of the known value, and every further value within
            0.0051 of the published one, the finest of which are printed to two decimals.
        source: Where the value is published, or how it was tied.
        is_published: Whether others have published it.
        found: Value of each solver.
        more: Further values found.
    """

    name: str
    published: float
    value: float
    bound: float
    seconds: float
    ok: bool
    found: Mapping[str, float]
    more: Mapping[str, float]
    source: str
    is_published: bool


def references() -> tuple[Reference, ...]:
    """Return the references that ship with Wheelbase."""
    return (
        _farmer(),
        _of("electric3", electric(stages=2, dependent=False), 381.853333,
            "Louveaux and Smeers 1988, in: slptestset, electric"),
        _of("electric3stage_dep", electric(stages=3, dependent=True), 722.5836666667,
            "slptestset, electric_3stage, MSLiP"),
        _of("electric3stage_indep", electric(stages=3, dependent=False), 719.2066666667,
            "slptestset, electric_3stage, MSLiP"),
        *(_tied(tree) for tree in tied_trees()),
    )  # fmt: skip


def _tied(tree: Tied) -> Reference:
    """Return a capacity-state program that three ways of solving it agree on."""
    program = reference_program(tree.branching)
    ways: dict[str, Callable[[], Outcome]] = {
        "dynamic programme": lambda: dynamic(program),
        "Benders": lambda: benders(program, 1e-9),
        "extensive form": lambda: extensive(program, 1e-9),
    }
    return Reference(
        name=tree.name,
        published=tree.value,
        source="four equal plants; tied by an exact dynamic programme, decomposition, whole tree",
        solvers={name: partial(_solved, run) for name, run in ways.items()},
        is_published=False,
    )


def _solved(run: Callable[[], Outcome]) -> Solved:
    found = run()
    return Solved(
        value=found.value,
        bound=found.bound,
        gap=found.gap,
        status=found.status,
        point=found.strategy,
        duals=found.duals.ravel(),
        seconds=found.seconds,
    )


def check_reference(reference: Reference) -> Checked:
    """Return a reference held against what each of its solvers finds."""
    began = time.perf_counter()
    done = {name: run() for name, run in reference.solvers.items()}
    more = dict(reference.derive()) if reference.derive else {}
    near = all(_agree(d.value, reference.published) and _agree(d.bound, reference.published)
               for d in done.values())  # fmt: skip
    near &= all(abs(more[name] - value) <= _PRINTED for name, value in reference.more.items())
    return Checked(
        name=reference.name,
        published=reference.published,
        value=next(iter(done.values())).value,
        bound=max(d.bound for d in done.values()),
        seconds=time.perf_counter() - began,
        ok=near,
        found={name: d.value for name, d in done.items()},
        more=more,
        source=reference.source,
        is_published=reference.is_published,
    )


def _agree(found: float, published: float) -> bool:
    return abs(found - published) <= _AGREE * max(1.0, abs(published))


def _of(name: str, program: StochasticProgram, published: float, source: str) -> Reference:
    whole = written_out(program)
    return Reference(
        name=name,
        published=published,
        source=source,
        solvers={
            "extensive form": lambda: solve(whole.arrays),
            "L-shaped": lambda: solve_by_cuts(whole),
        },
    )


def _farmer() -> Reference:
    program = farmer()
    plain = _of("farmer", program, -108390.0, "Birge and Louveaux, section 1.1")
    published = {"EV": -118600.0, "EEV": -107240.0, "WS": -115405.56, "EVPI": 7015.56,
                 "VSS": 1150.0}  # fmt: skip

    def derive() -> Mapping[str, float]:
        found = stage_values(program)
        return {"EV": found.ev, "EEV": found.eev, "WS": found.ws, "EVPI": found.evpi,
                "VSS": found.vss}  # fmt: skip

    return Reference(
        name=plain.name,
        published=plain.published,
        source=plain.source,
        solvers=plain.solvers,
        more=published,
        derive=derive,
    )


def farmer() -> StochasticProgram:
    """Return the farmer's problem: 500 acres of wheat, corn and beets; yields 20 % up or down.

    Source: Birge and Louveaux, Introduction to Stochastic Programming, section 1.1; EUR are its
    dollars, the unit of land the acre.
    """
    third = "0.333333333333333"
    scenarios = "".join(
        f" SC {name} ROOT {third} HARVEST\n"
        f" WHEAT FEED1 {2.5 * factor:.12g}\n CORN FEED2 {3.0 * factor:.12g}\n"
        f" BEETS SOLD {-20.0 * factor:.12g}\n"
        for name, factor in (("GOOD", 1.2), ("USUAL", 1.0), ("BAD", 0.8))
    )
    return read_smps(
        _FARMER,
        "TIME FARMER\nPERIODS IMPLICIT\n WHEAT LAND SOWING\n BUYWHEAT FEED1 HARVEST\nENDATA\n",
        f"STOCH FARMER\nSCENARIOS DISCRETE\n{scenarios}ENDATA\n",
        places=("farmer.cor", "farmer.tim", "farmer.sto"),
    )


_FARMER = """NAME FARMER
ROWS
 N COST
 L LAND
 G FEED1
 G FEED2
 L SOLD
COLUMNS
 WHEAT COST 150 LAND 1
 WHEAT FEED1 2.5
 CORN COST 230 LAND 1
 CORN FEED2 3
 BEETS COST 260 LAND 1
 BEETS SOLD -20
 BUYWHEAT COST 238 FEED1 1
 BUYCORN COST 210 FEED2 1
 SELLWHEAT COST -170 FEED1 -1
 SELLCORN COST -150 FEED2 -1
 SELLBEETS COST -36 SOLD 1
 BEYOND COST -10 SOLD 1
RHS
 RHS LAND 500 FEED1 200
 RHS FEED2 240
BOUNDS
 UP BND SELLBEETS 6000
ENDATA
"""

_BUILD = (10.0, 7.0, 16.0, 6.0)  # of each technology, per unit of capacity
_RUN = (4.0, 4.5, 3.2, 5.5)  # of each technology, per unit and time
_LENGTH = (10.0, 6.0, 1.0)  # of the three blocks of the load curve
_DEMAND = {1: (1.0, 3.0, 2.0), 2: (1.2, 3.5, 3.0)}
_PATHS = ((3.0, 0.3, (3.2, 3.3, 3.8)), (5.0, 0.4, (5.2, 5.3, 5.8)), (7.0, 0.3, (7.2, 7.3, 8.0)))


def electric(stages: int, dependent: bool) -> StochasticProgram:
    """Return the expansion of power capacity: four technologies, three blocks of load.

    Capacity of at least 12 is bought for at most 120 at the start and serves every later stage;
    the base load is random, in the third stage either given that of the second or on its own.

    Source: Louveaux and Smeers, in: Ermoliev and Wets, Numerical Techniques for Stochastic
    Optimization (1988); three stages: slptestset, electric_3stage.

    Args:
        stages: 2 or 3.
        dependent: Whether the third stage depends on the second.
    """
    later = range(1, stages)
    rows = [
        row for s in later
        for row in (*(f" L LIM{s}{i}" for i in range(4)), *(f" E DEM{s}{j}" for j in range(3)))
    ]  # fmt: skip
    columns = [
        line for i, cost in enumerate(_BUILD)
        for line in (f" X{i} COST {cost} LEAST 1", f" X{i} BUDGET {cost}",
                     *(f" X{i} LIM{s}{i} -1" for s in later))
    ]  # fmt: skip
    columns += [
        f" Y{s}{i}{j} COST {run * hours:.12g} LIM{s}{i} 1\n Y{s}{i}{j} DEM{s}{j} 1"
        for s in later for i, run in enumerate(_RUN) for j, hours in enumerate(_LENGTH)
    ]  # fmt: skip
    sides = [" RHS LEAST 12 BUDGET 120"]
    sides += [f" RHS DEM{s}{j} {_DEMAND[s][j]}" for s in later for j in range(3)]
    core = ["NAME ELECTRIC", "ROWS", " N COST", " G LEAST", " L BUDGET", *rows, "COLUMNS",
            *columns, "RHS", *sides, "ENDATA"]  # fmt: skip
    periods = [" X0 LEAST P1", *(f" Y{s}00 LIM{s}0 P{s + 1}" for s in later)]
    time_text = "\n".join(["TIME ELECTRIC", "PERIODS", *periods, "ENDATA"])
    return read_smps(
        "\n".join(core),
        time_text,
        "\n".join(_electric_paths() if dependent else _electric_alone(stages)),
        places=("electric.cor", "electric.tim", "electric.sto"),
    )


def _electric_alone(stages: int) -> list[str]:
    values = {1: (3.0, 5.0, 7.0), 2: (3.2, 5.3, 7.8)}
    lines = [
        f" RHS DEM{s}0 {value} P{s + 1} {chance}"
        for s in range(1, stages)
        for value, chance in zip(values[s], (0.3, 0.4, 0.3), strict=True)
    ]
    return ["STOCH ELECTRIC", "INDEP DISCRETE", *lines, "ENDATA"]


def _electric_paths() -> list[str]:
    lines = []
    for a, (base, chance, following) in enumerate(_PATHS):
        for b, (value, share) in enumerate(zip(following, (0.3, 0.4, 0.3), strict=True)):
            parent = "ROOT" if a == b == 0 else "S00" if b == 0 else f"S{a}0"
            period = "P2" if b == 0 else "P3"
            lines.append(f" SC S{a}{b} {parent} {chance * share:.12g} {period}")
            lines += [f" RHS DEM10 {base}"] * (b == 0) + [f" RHS DEM20 {value}"]
    return ["STOCH ELECTRIC", "SCENARIOS DISCRETE", *lines, "ENDATA"]
