"""The verb `plan`: the best strategy over the tree, with value, bound, gap, status and duals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import SolveError
from wheelbase.plan.benders import benders
from wheelbase.plan.dp import dynamic
from wheelbase.plan.extensive import extensive
from wheelbase.plan.model import Decision, decisions, program_of
from wheelbase.plan.offer import Demand, Offer
from wheelbase.plan.operate import pairs, slots
from wheelbase.plan.outcome import Method, Outcome, Risk
from wheelbase.plan.problem import CARS, MONEY, Options, Problem
from wheelbase.plan.program import Program
from wheelbase.plan.solver import Status, engine, solve
from wheelbase.plan.strategy import STRATEGY
from wheelbase.plan.tree import Tree

__all__ = ["LEAVES_OUT", "NodePlan", "Plan", "plan"]

Array = NDArray[np.float64]

LEAVES_OUT = (
    "the compatibility cost of combustion cars (it is in the timing)",
    "stocks of cars: each node builds what it sells",
    "learning by cumulative volume, and CO2 credits carried from node to node",
    "prices that answer to what rivals do",
    "super-credits, the 95 % of 2020, relief for low-emission cars: each only lowers the premium",
)

_FEW = 30
"""Leaves up to which the extensive form is as quick as any other way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePlan:
    """What the plan does in a node; cars a year, EUR a year.

    Args:
        launches: Platforms launched.
        blocks: (block, plant) to how many are decided on.
        standing: (block, plant) to how many stand.
        changes: Top hats, links and sources decided on, by name.
        production: (car, plant) to cars a year.
        sales: (car, market) to cars a year.
        lost: (model, powertrain, market) to buyers a year who get nothing.
        overtime: Plant to cars a year in overtime.
        units: (component, source) to units a year.
        premiums: Pool to EUR a year.
        prices: Row to what one unit more on its side is worth, EUR m a year per thousand cars
            (a CO2 row: per g/km of them, in a year in which the row counts).
    """

    launches: tuple[str, ...]
    blocks: Mapping[tuple[str, str], int]
    standing: Mapping[tuple[str, str], int]
    changes: tuple[str, ...]
    production: Mapping[tuple[str, str], float]
    sales: Mapping[tuple[str, str], float]
    lost: Mapping[tuple[str, str, str], float]
    overtime: Mapping[str, float]
    units: Mapping[tuple[str, str], float]
    premiums: Mapping[str, float]
    prices: Mapping[str, float] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan with its proof; money in EUR, present value (negative is cost).

    Args:
        value: Of the plan found, with the risk as far as it counts.
        bound: No plan is worth more.
        gap: Relative distance of the two.
        status: How the solver ended.
        method: Which way it was solved.
        nodes: What is done in each node of the tree.
        launch_probability: Platform to the probability that it is launched within the tree.
        terminal_share: Share of the value that lies after the last stage.
        columns: Variables of the extensive form, of which `integers` whole.
        rows: Its constraints.
        seconds: Wall time.
        rounds: Rounds of the decomposition.
        solver: Name and version.
        strategy: (n, k) decisions of every node, of each node in the same order.
    """

    value: float
    bound: float
    gap: float
    status: Status
    method: Method
    nodes: tuple[NodePlan, ...] = field(repr=False)
    launch_probability: Mapping[str, float]
    terminal_share: float
    columns: int
    integers: int
    rows: int
    seconds: float
    rounds: int
    solver: str
    strategy: Array = field(repr=False)
    leaves_out: tuple[str, ...] = field(default=LEAVES_OUT, repr=False)


def plan(
    tree: Tree, offer: Offer, demand: Demand, options: Options, method: Method | None = None
) -> Plan:
    """Return the best plan over the tree, with value, bound, gap and status.

    Args:
        tree: How the world may unfold.
        offer: What may be built and sold.
        demand: What buyers ask for in every node.
        options: Capital, horizon, limits, risk.
        method: Which way to solve it; by default the extensive form for few leaves or where risk
            counts, Benders decomposition else.

    Raises:
        DataError: Figures that do not belong together, each with its place.
        SolveError: No plan satisfies all constraints; names the families that conflict, of which
            none can be left out. Or the time limit came before any plan.
    """
    problem = Problem(tree, offer, demand, options)
    program = program_of(problem)
    chosen = method or _chosen(problem)
    _refuse_conflict(problem, program)
    solved = _solve(program, chosen, options)
    arrays = program.extensive()
    launched = {
        platform.id: float(
            sum(
                tree.probability[d.node]
                for d, x in zip(decisions(problem), solved.strategy, strict=True)
                if d.name.startswith(f"launch {platform.id} [") and x > 0.5
            )
        )
        for platform in offer.launchable
    }
    return Plan(
        value=-solved.value / MONEY,
        bound=-solved.bound / MONEY,
        gap=solved.gap,
        status=solved.status,
        method=solved.method,
        nodes=_nodes(problem, program, solved),
        launch_probability=launched,
        terminal_share=_terminal_share(problem, solved),
        columns=len(arrays.cost),
        integers=int(arrays.integer.sum()),
        rows=len(arrays.row_low),
        seconds=solved.seconds,
        rounds=solved.rounds,
        solver=f"HiGHS {engine(program.operation.arrays(0)).version()}",
        strategy=solved.strategy.reshape(problem.nodes, -1),
    )


def _chosen(problem: Problem) -> Method:
    few = len(problem.leaves) <= _FEW or problem.options.risk > 0
    return Method.EXTENSIVE if few else Method.BENDERS


def _solve(program: Program, method: Method, options: Options) -> Outcome:
    if options.risk and method is not Method.EXTENSIVE:
        raise SolveError(f"plan: risk needs the extensive form; the {method.value} has no tail")
    if method is Method.DYNAMIC:
        return dynamic(program)
    if method is Method.BENDERS:
        return benders(program, options.gap, options.limit)
    risk = Risk(options.risk, options.tail) if options.risk else None
    return extensive(program, options.gap, options.limit, risk)


def _refuse_conflict(problem: Problem, program: Program) -> None:
    """Refuse decisions that cannot be made; every node can be operated once they are.

    Raises:
        SolveError: Names an irreducible set of families: without any of them there is a plan.
    """
    if len(program.strategy.cost) == 0 or _is_possible(program):
        return
    kept = list(STRATEGY)
    for name in STRATEGY:
        rest = [family for family in kept if family != name]
        if not _is_possible(program_of(problem, set(STRATEGY) - set(rest))):
            kept = rest
    names = ", ".join(name.replace("_", " ") for name in kept)
    raise SolveError(
        f"plan: no plan exists; these cannot all hold: {names}; give way in one of them"
    )


def _is_possible(program: Program) -> bool:
    """Return whether any strategy satisfies its own rows."""
    return solve(replace(program.strategy, cost=np.zeros_like(program.strategy.cost))).has_point


def _nodes(problem: Problem, program: Program, solved: Outcome) -> tuple[NodePlan, ...]:
    """Return what the plan does in every node."""
    made: list[list[tuple[Decision, int]]] = [[] for _ in range(problem.nodes)]
    for d, x in zip(decisions(problem), solved.strategy, strict=True):
        if x > 0.5:
            made[d.node].append((d, round(float(x))))
    fleets = _fleets(problem)
    return tuple(
        _node(problem, program, solved, (n, made[n], fleets)) for n in range(problem.nodes)
    )


def _fleets(problem: Problem) -> dict[str, tuple[str, Array]]:
    """Return the CO2 rows by name: their pool, and the discounted years that each counts, (n,)."""
    return {
        f"{pool.id} {k}": (pool.id, slot.weight)
        for pool in problem.offer.pools
        for k, slot in enumerate(slots(problem, pool))
    }


def _node(
    problem: Problem,
    program: Program,
    solved: Outcome,
    here_at: tuple[int, list[tuple[Decision, int]], Mapping[str, tuple[str, Array]]],
) -> NodePlan:
    n, here, fleets = here_at
    o, op = problem.offer, program.operation
    cars = np.maximum(solved.operation[n], 0.0) / CARS
    y = dict(zip(op.columns, cars.tolist(), strict=True))
    seen = dict(zip(program.states, program.state_of(solved.strategy)[n], strict=True))
    places = [(b.id, plant.id) for b in o.blocks for plant in o.plants]
    decided = {d.name: x for d, x in here}
    return NodePlan(
        launches=tuple(p.id for p in o.launchable if f"launch {p.id} [{n}]" in decided),
        blocks={
            (b, plant): decided[f"block {b} {plant} [{n}]"]
            for b, plant in places
            if f"block {b} {plant} [{n}]" in decided
        },
        standing={
            (b, plant): round(seen[f"Z {b} {plant}"])
            for b, plant in places
            if seen[f"Z {b} {plant}"] > 0.5
        },
        changes=tuple(
            d.name.rpartition(" [")[0]
            for d, _ in here
            if not d.name.startswith(("launch ", "block "))
        ),
        production={(c.id, at.id): y[f"x {c.id} {at.id}"] for c, at in pairs(problem)},
        sales={(c.id, market): y[f"q {c.id} {market}"] for c, market in problem.shipped},
        lost=_lost(problem, y, n),
        overtime={plant.id: y[f"o {plant.id}"] for plant in o.plants},
        units={(c.id, s.id): y[f"y {c.id} {s.id}"] for c in o.components for s in c.sources},
        premiums=_premiums(problem, fleets, op.columns, op.cost[n] * solved.operation[n], n),
        prices=_prices(problem, fleets, op.rows, solved.duals[n], n),
    )


def _prices(
    problem: Problem,
    fleets: Mapping[str, tuple[str, Array]],
    rows: Sequence[str],
    duals: Array,
    n: int,
) -> dict[str, float]:
    """Return what one unit more of each row's side is worth in a year in which the row counts."""
    found = {}
    for name, dual in zip(rows, duals, strict=True):
        years = float(problem.discounts[n])
        if name.startswith("fleet_co2 "):
            years = float(fleets[name.removeprefix("fleet_co2 ")][1][n])
        found[name] = -float(dual) / (float(problem.probability[n]) * years) if years else 0.0
    return found


def _lost(problem: Problem, y: Mapping[str, float], n: int) -> dict[tuple[str, str, str], float]:
    found = {}
    for (model, wanted, market), cars in problem.demand.cars.items():
        served = sum(
            y[f"b {model} {wanted} {taken} {market}"]
            for m, w, taken, r in problem.wanted
            if (m, w, r) == (model, wanted, market)
        )
        found[model, wanted, market] = float(max(cars[n] - served, 0.0))
    return found


def _premiums(
    problem: Problem,
    fleets: Mapping[str, tuple[str, Array]],
    columns: Sequence[str],
    costs: Array,
    n: int,
) -> dict[str, float]:
    """Return what each pool pays a year, mean over the years of the node, EUR."""
    weight = float(problem.probability[n] * problem.discounts[n])
    paid = dict(zip(columns, costs.tolist(), strict=True))
    found = dict.fromkeys((pool.id for pool in problem.offer.pools), 0.0)
    for row, (pool, _) in fleets.items():
        found[pool] += (paid[f"e {row}"] + paid[f"credit {row}"]) / weight / MONEY
    return found


def _terminal_share(problem: Problem, solved: Outcome) -> float:
    """Return the share of the mean value that the repetition of the last stage brings."""
    sums = []
    for terminal in (problem.options.terminal, 0.0):
        program = program_of(replace(problem, options=replace(problem.options, terminal=terminal)))
        cost = float(program.strategy.cost @ solved.strategy)
        sums.append(cost + float((program.operation.cost * solved.operation).sum()))
    return 1 - sums[1] / sums[0] if sums[0] else 0.0
