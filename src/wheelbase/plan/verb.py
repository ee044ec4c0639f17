"""The extensive form: the whole tree as one mixed-integer program, solved by HiGHS."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

import highspy
import numpy as np

from wheelbase.cost import annuity_factor
from wheelbase.errors import SolveError
from wheelbase.plan.compliance import FleetTarget
from wheelbase.plan.model import CARS, FAMILIES, MONEY, Offer, Options, Problem, objective
from wheelbase.plan.tree import Tree

__all__ = ["LEAVES_OUT", "NodePlan", "Plan", "Status", "lp_text", "plan"]

LEAVES_OUT = (
    "departments of a plant (body, paint, assembly) and the plants themselves",
    "several models, markets and component sourcing",
    "the compatibility cost of combustion cars (it is in the timing)",
    "super-credits, pooling and banking of fleet CO2",
    "risk aversion",
)

_INTEGER = ("launch", "blocks")
_KINDS = ("combustion", "flexible", "bespoke", "lost_combustion", "lost_electric", "excess")


class Status(Enum):
    """How a solve ended."""

    OPTIMAL = "optimal"
    GAP = "gap reached"
    TIME = "time limit"


@dataclass(frozen=True, slots=True)
class NodePlan:
    """What the plan does in a node; cars a year, EUR a year, kg/m."""

    launch: bool
    blocks: int
    standing: int
    combustion: float
    flexible: float
    bespoke: float
    lost: float
    premium: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan with its proof; money in EUR, present value of costs (negative is cost).

    Args:
        value: Of the plan found.
        bound: No plan is worth more.
        gap: Relative distance of the two.
        status: How the solver ended.
        nodes: What is done in each node of the tree.
        launch_probability: Probability that the platform is launched within the tree.
        terminal_share: Share of the value that lies after the last stage.
        columns: Variables, of which `integers` whole.
        rows: Constraints.
        seconds: Wall time of the solver.
        solver: Name and version.
    """

    value: float
    bound: float
    gap: float
    status: Status
    nodes: tuple[NodePlan, ...] = field(repr=False)
    launch_probability: float
    terminal_share: float
    columns: int
    integers: int
    rows: int
    seconds: float
    solver: str
    leaves_out: tuple[str, ...] = field(default=LEAVES_OUT, repr=False)


@dataclass(frozen=True, slots=True)
class _Arrays:
    names: list[str]
    costs: dict[str, float]
    rows: list[Any]


def plan(tree: Tree, offer: Offer, rules: Mapping[int, FleetTarget], options: Options) -> Plan:
    """Return the best plan over the tree, with value, bound and gap.

    Args:
        tree: How the battery share may unfold.
        offer: What is sold and built.
        rules: Fleet rule of the first year of every node.
        options: Capital, horizon, limits.

    Raises:
        SolveError: No plan satisfies all constraints; names the families that conflict.
    """
    problem = Problem(tree, offer, rules, options)
    arrays = _arrays(problem)
    solver = _solver(problem, arrays)
    began = time.perf_counter()
    solver.run()
    seconds = time.perf_counter() - began
    status = solver.getModelStatus()
    ended = highspy.HighsModelStatus
    info = solver.getInfo()
    if status in (ended.kInfeasible, ended.kUnboundedOrInfeasible):
        raise SolveError(_conflict(problem))
    if status not in (ended.kOptimal, ended.kTimeLimit) or info.primal_solution_status != 2:
        raise SolveError(
            f"plan: the solver stopped without a plan ({status.name}); allow more time"
        )
    values = dict(zip(arrays.names, solver.getSolution().col_value, strict=True))
    value, bound = -info.objective_function_value / MONEY, -info.mip_dual_bound / MONEY
    gap = abs(bound - value) / max(abs(value), 1.0)
    ending = Status.TIME if status == ended.kTimeLimit else Status.OPTIMAL
    if ending is Status.OPTIMAL and gap > 1e-6:
        ending = Status.GAP
    nodes = tuple(_node(problem, values, n) for n in range(len(tree.parent)))
    launched = sum((p for n, p in enumerate(tree.probability) if nodes[n].launch), start=0.0)
    return Plan(
        value=value,
        bound=bound,
        gap=gap,
        status=ending,
        nodes=nodes,
        launch_probability=launched,
        terminal_share=_terminal_share(problem, arrays.costs, values),
        columns=len(arrays.names),
        integers=sum(n.startswith(_INTEGER) for n in arrays.names),
        rows=len(arrays.rows),
        seconds=seconds,
        solver=f"HiGHS {solver.version()}",
    )


def _arrays(problem: Problem, without: str = "") -> _Arrays:
    count = range(len(problem.tree.parent))
    names = [problem.column(kind, n) for kind in (*_INTEGER, *_KINDS) for n in count]
    annuity = annuity_factor(problem.options.wacc, problem.options.life)
    rows = [row for name, f in FAMILIES.items() if name != without for row in f(problem)]
    return _Arrays(names, objective(problem, annuity), rows)


def _solver(problem: Problem, arrays: _Arrays) -> Any:
    solver = highspy.Highs()
    solver.silent()
    for key, value in (
        ("threads", 1),
        ("random_seed", 1),
        ("mip_rel_gap", problem.options.gap),
        ("time_limit", problem.options.limit),
    ):
        solver.setOptionValue(key, value)
    infinity = highspy.kHighsInf
    place = {name: index for index, name in enumerate(arrays.names)}
    none = np.array([], np.int32), np.array([], np.float64)
    for name in arrays.names:
        whole = name.startswith(_INTEGER)
        top = 1.0 if name.startswith("launch") else problem.offer.most_blocks if whole else infinity
        solver.addCol(arrays.costs.get(name, 0.0), 0.0, top, 0, *none)
        solver.passColName(place[name], name)
        if whole:
            solver.changeColIntegrality(place[name], highspy.HighsVarType.kInteger)
    for index, row in enumerate(arrays.rows):
        where = np.array([place[n] for n in row.terms], np.int32)
        solver.addRow(row.low, row.high, len(where), where, np.array(list(row.terms.values())))
        solver.passRowName(index, row.name)
    return solver


def _node(problem: Problem, values: Mapping[str, float], n: int) -> NodePlan:
    cars = {kind: max(values[problem.column(kind, n)], 0.0) / CARS for kind in _KINDS}
    rule = problem.rules[problem.tree.start[n]]
    return NodePlan(
        launch=values[problem.column("launch", n)] > 0.5,
        blocks=round(values[problem.column("blocks", n)]),
        standing=round(sum(values[problem.column("blocks", m)] for m in problem.standing(n))),
        combustion=cars["combustion"],
        flexible=cars["flexible"],
        bespoke=cars["bespoke"],
        lost=cars["lost_combustion"] + cars["lost_electric"],
        premium=cars["excess"] * rule.premium * 1e-6,
    )


def _terminal_share(
    problem: Problem, costs: Mapping[str, float], values: Mapping[str, float]
) -> float:
    """Return the share of the cost of leaves' operation and annuities that lies after the tree."""
    short = replace(problem, options=replace(problem.options, terminal=0.0))
    annuity = annuity_factor(problem.options.wacc, problem.options.life)
    without = objective(short, annuity)
    total = sum(costs.get(n, 0.0) * v for n, v in values.items())
    inside = sum(without.get(n, 0.0) * v for n, v in values.items())
    return 1 - inside / total if total else 0.0


def _conflict(problem: Problem) -> list[str]:
    """Return the families without any one of which there would be a plan."""
    guilty = []
    for name, family in FAMILIES.items():
        if not list(family(problem)):
            continue
        solver = _solver(problem, _arrays(problem, without=name))
        solver.run()
        if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            guilty.append(name.replace("_", " "))
    if not guilty:
        return ["plan: no plan exists, and no single family of constraints is to blame"]
    return [f"plan: no plan exists; these cannot all hold: {', '.join(guilty)}; give way in one"]


def lp_text(tree: Tree, offer: Offer, rules: Mapping[int, FleetTarget], options: Options) -> str:
    """Return the model as text, one row a line, for reading and for golden tests."""
    problem = Problem(tree, offer, rules, options)
    arrays = _arrays(problem)
    lines = ["minimise"]
    lines += [f"  {cost:+.6g} {name}" for name, cost in arrays.costs.items() if cost]
    for row in arrays.rows:
        terms = " ".join(f"{value:+.6g} {name}" for name, value in row.terms.items())
        lines.append(f"{row.name}: {row.low:g} <= {terms} <= {row.high:g}")
    return "\n".join(lines) + "\n"
