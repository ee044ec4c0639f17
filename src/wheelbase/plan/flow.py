"""What a network of plants sells: a max flow, found as the smallest of its cuts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import SolveError
from wheelbase.plan.solver import INFINITY, Arrays, engine

__all__ = [
    "MOST",
    "Cuts",
    "Sold",
    "cuts_of",
    "flows_of",
    "loads",
    "parts_of",
    "sales",
    "sales_among",
    "sold",
    "sold_by_program",
]

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Index = NDArray[np.intp]

MOST = 12
"""Plants or products, the fewer of them, up to which every cut is written down."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """Every cut of a network: what is sold is the least over k of demand @ marks + limits.

    Args:
        marks: (products, k) whether the cut runs through the demand for a product.
        limits: (k,) capacity of the plants that the cut runs through, cars a year.
        inside: (k, plants) which plants those are.
    """

    marks: Array
    limits: Array
    inside: Flags


@dataclass(frozen=True, slots=True)
class Sold:
    """What is sold in every draw, cars a year.

    Args:
        sales: (draws,) of all products.
        loads: (draws, plants) what each plant builds.
    """

    sales: Array
    loads: Array


def cuts_of(built: Flags, capacity: Array) -> Cuts:
    """Return every cut that can be the smallest; by subsets of plants or products, the fewer.

    For a set A of plants: capacity(A) + demand for what has a plant outside A. Of cuts through the
    same demand the one of least capacity is kept.

    Args:
        built: (plants, products) who builds what.
        capacity: (plants,) cars a year.

    Raises:
        ValueError: More than `MOST` of both plants and products.

    Source: Jordan and Graves, Principles on the Benefits of Manufacturing Process Flexibility,
        Management Science 41(4), 1995; Ford and Fulkerson, max flow = min cut.
    """
    plants, products = built.shape
    if min(plants, products) > MOST:
        raise ValueError(f"{plants} plants and {products} products have too many cuts")
    if plants <= products:
        inside = _subsets(plants)
        marks = (~inside).astype(float) @ built > 0
    else:
        marks = _subsets(products)
        inside = (~marks).astype(float) @ built.T > 0
    limits = inside @ capacity
    order = np.lexsort((limits, marks @ (1 << np.arange(products, dtype=np.int64))))
    same = np.zeros(len(order), bool)
    same[1:] = (marks[order][1:] == marks[order][:-1]).all(axis=1)
    kept = order[~same]
    return Cuts(marks[kept].T.astype(float), limits[kept], inside[kept])


def _subsets(count: int) -> Flags:
    flags: Flags = (np.arange(1 << count)[:, None] >> np.arange(count)) & 1 == 1
    return flags


def parts_of(built: Flags) -> list[tuple[Index, Index]]:
    """Return plants and products of each part of a network that no link leaves.

    Plants that build nothing and products that nobody builds are in no part.
    """
    rows, found = set(np.flatnonzero(built.any(axis=1)).tolist()), []
    while rows:
        plants = np.zeros(len(built), np.bool_)
        plants[min(rows)] = True
        while True:
            products = built[plants].any(axis=0)
            wider = np.any(built[:, products], axis=1)
            if (wider == plants).all():
                break
            plants = wider
        found.append((np.flatnonzero(plants), np.flatnonzero(products)))
        rows -= set(found[-1][0].tolist())
    return found


def sold(demand: Array, built: Flags, capacity: Array) -> Sold:
    """Return what is sold and who builds it, part by part of the network; work spread evenly.

    A part with more than `MOST` of both is solved by linear programs, one a draw.

    Args:
        demand: (draws, products) cars a year.
        built: (plants, products) who builds what.
        capacity: (plants,) cars a year.
    """
    total, load = np.zeros(len(demand)), np.zeros((len(demand), len(built)))
    for plants, products in parts_of(built):
        wanted, limits = demand[:, products], capacity[plants]
        inside = built[np.ix_(plants, products)]
        if min(inside.shape) > MOST:
            part = sold_by_program(wanted, inside, limits)
        else:
            cuts = cuts_of(inside, limits)
            part = Sold(_least(wanted, cuts), loads(wanted, cuts, limits))
        total += part.sales
        load[:, plants] = part.loads
    return Sold(total, load)


def sales(demand: Array, built: Flags, capacity: Array) -> Array:
    """Return (draws,) the most that can be sold, cars a year; as `sold`, without the loads."""
    everything = np.ones((1, built.shape[1]), bool)
    total: Array = sales_among(demand, built, capacity, everything)[0]
    return total


def sales_among(demand: Array, built: Flags, capacity: Array, among: Flags) -> Array:
    """Return (levels, draws) the most that can be sold of some of the products, cars a year.

    Args:
        demand: (draws, products) cars a year.
        built: (plants, products) who builds what.
        capacity: (plants,) cars a year.
        among: (levels, products) whether a product counts.
    """
    total = np.zeros((len(among), len(demand)))
    for plants, products in parts_of(built):
        wanted, limits = demand[:, products], capacity[plants]
        inside = built[np.ix_(plants, products)]
        cuts = cuts_of(inside, limits) if min(inside.shape) <= MOST else None
        for level, counted in enumerate(among[:, products]):
            if not counted.any():
                continue
            if cuts is None:
                total[level] += sold_by_program(wanted * counted, inside, limits).sales
            else:
                height = wanted[:, counted] @ cuts.marks[counted]
                total[level] += (height + cuts.limits).min(axis=1)
    return total


def _least(demand: Array, cuts: Cuts) -> Array:
    least: Array = (demand @ cuts.marks + cuts.limits).min(axis=1)
    return least


def loads(demand: Array, cuts: Cuts, capacity: Array) -> Array:
    """Return (draws, plants) what each plant builds when work is spread as evenly as it can be.

    With every capacity scaled by t the value of a cut is a line in t; a plant is full up to the t
    at which it leaves the smallest cut, and no allocation of the same sales is more even.

    Source: Gallo, Grigoriadis and Tarjan, A fast parametric maximum flow algorithm, SIAM Journal
        on Computing 18(1), 1989; Fujishige, Lexicographically optimal base, MOR 5(2), 1980.
    """
    height = demand @ cuts.marks
    slope, tiny = cuts.limits, 1e-9 * max(float(capacity.sum()), 1.0)
    start = int(np.argmin(cuts.marks.sum(axis=0)))
    now = np.full(len(demand), start)
    level = np.tile(cuts.inside[start].astype(float), (len(demand), 1))
    running = np.arange(len(demand))
    for _ in range(len(capacity)):
        at = now[running]
        fall = slope[at][:, None] - slope
        rise = height[running] - height[running, at][:, None]
        turn = np.divide(rise, fall, out=np.full_like(rise, np.inf), where=fall > tiny)
        step = turn.min(axis=1)
        goes_on = step < 1
        running, step, turn = running[goes_on], step[goes_on], turn[goes_on]
        if not len(running):
            break
        after = np.where(turn <= step[:, None] + 1e-12, slope, np.inf).argmin(axis=1)
        leaves = cuts.inside[now[running]] & ~cuts.inside[after]
        level[running] = np.where(leaves, np.maximum(step, 0.0)[:, None], level[running])
        now[running] = after
    return level * capacity


def flows_of(demand: Array, built: Flags, capacity: Array, margins: Array) -> Array:
    """Return (draws, plants, products) who builds what, by one linear program a draw, cars a year.

    max sum margin x, sum over products x <= capacity, sum over plants x <= demand, x >= 0 on links.

    Args:
        demand: (draws, products) cars a year.
        built: (plants, products) who builds what.
        capacity: (plants,) cars a year.
        margins: (products,) what a car earns, EUR.

    Raises:
        SolveError: The solver found no point.
    """
    plants, products = built.shape
    row, column = np.nonzero(built)
    flows = np.zeros((len(demand), plants, products))
    if not len(row):
        return flows
    solver = engine(_program(built, capacity, margins))
    for draw, wanted in enumerate(demand):
        for product in range(products):
            solver.changeRowBounds(plants + product, -INFINITY, float(wanted[product]))
        solver.run()
        if solver.getInfo().primal_solution_status != 2:
            raise SolveError(f"draw {draw}: the solver found no sales; check the capacities")
        flows[draw, row, column] = solver.getSolution().col_value
    return flows


def sold_by_program(demand: Array, built: Flags, capacity: Array) -> Sold:
    """Return what is sold, by `flows_of`; loads are those of one of its best points."""
    flows = flows_of(demand, built, capacity, np.ones(built.shape[1]))
    return Sold(flows.sum(axis=(1, 2)), flows.sum(axis=2))


def _program(built: Flags, capacity: Array, margins: Array) -> Arrays:
    """Return the program of one draw, its demand still zero."""
    plants, products = built.shape
    row, column = np.nonzero(built)
    count = len(row)
    order = np.argsort(np.concatenate([row, plants + column]), kind="stable")
    filled = np.concatenate([built.sum(axis=1), built.sum(axis=0)])
    return Arrays(
        cost=-margins[column], low=np.zeros(count), high=np.full(count, INFINITY),
        integer=np.zeros(count, bool),
        start=np.concatenate([[0], np.cumsum(filled)]).astype(np.int32),
        index=np.tile(np.arange(count, dtype=np.int32), 2)[order], value=np.ones(2 * count),
        row_low=np.full(plants + products, -INFINITY),
        row_high=np.concatenate([capacity, np.zeros(products)]),
    )  # fmt: skip
