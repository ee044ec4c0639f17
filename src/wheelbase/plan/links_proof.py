"""Proof of a design: links as whole numbers, draws of demand as scenarios, one exact program."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wheelbase.plan.evaluation import Sampling, margin_of
from wheelbase.plan.flow import flows_of
from wheelbase.plan.network import Design, Network, draw_demand
from wheelbase.plan.solver import INFINITY, Arrays, Status, solve

__all__ = ["MOST_LINKS", "Proof", "prove"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]

MOST_LINKS = 72
"""Possible links up to which a proof is tried: six plants and twelve products."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How far a design can be from the best one, over the same draws of demand; EUR/yr.

    Args:
        design: The best design found by the program.
        value: Its contribution less cost of links.
        bound: No design is worth more; at most the contribution of all demand.
        gap: Relative distance of the two.
        status: How the solver ended.
        searched: Contribution less cost of the design in question.
        short: What that is below the bound, as a share of it.
        draws: Scenarios.
        seconds: Wall time of the solver.
    """

    design: Design
    value: float
    bound: float
    gap: float
    status: Status
    searched: float
    short: float
    draws: int
    seconds: float


@dataclass(frozen=True, slots=True)
class _Row:
    columns: Index
    values: Array
    low: float
    high: float


def prove(
    network: Network,
    design: Design,
    sampling: Sampling | None = None,
    gap: float = 1e-4,
    limit: float = 60.0,
) -> Proof | None:
    """Return how far a design can be from the best one; none where there are too many links.

    max mean over draws s of sum margin x[l, s] - sum annuity g[l]
    x[l, s] <= min(capacity, demand) g[l]
    sum over plants x <= demand[s]
    sum over products x + capacity loss sum g <= capacity (1 + loss)
    sum over plants g >= 1; g whole, 0..1.

    Args:
        network: Plants, products, possible links.
        design: To be compared.
        sampling: Draws that become scenarios, by default 25.
        gap: Relative gap at which the solver may stop.
        limit: Seconds after which it stops with what it has.

    Raises:
        DataError: A design that the network does not allow.
    """
    network.check([design])
    if len(network.links) > MOST_LINKS:
        return None
    sampling = sampling or Sampling(draws=25)
    demand = draw_demand(network, sampling.draws, np.random.default_rng(sampling.seed))
    begin = _point(network, design, demand)
    found = solve(_program(network, demand), gap, limit, begin)
    pairs = [link.pair for link in network.links]
    chosen = found.point[: len(pairs)] > 0.5 if found.has_point else begin[: len(pairs)] > 0.5
    best = Design(
        "proved", frozenset(p for p, is_chosen in zip(pairs, chosen, strict=True) if is_chosen)
    )
    searched = _worth(network, design, demand)
    most = float((demand @ network.margins).mean())  # where all demand is met at no cost
    bound = min(-found.bound / _scales(network)[1], most)
    value = _worth(network, best, demand)
    return Proof(
        design=best,
        value=value,
        bound=max(bound, value),
        gap=abs(max(bound, value) - value) / max(abs(value), 1e-9),
        status=found.status,
        searched=searched,
        short=max(bound - searched, 0.0) / max(abs(bound), 1e-9),
        draws=sampling.draws,
        seconds=found.seconds,
    )


def _worth(network: Network, design: Design, demand: Array) -> float:
    earned = margin_of(network, network.built(design.pairs), demand)
    return float(earned.mean()) - network.annual(design.pairs)


def _point(network: Network, design: Design, demand: Array) -> Array:
    """Return (columns,) the program's point of a design: links, then flows by draw."""
    built = network.built(design.pairs)
    row, column = _ends(network)
    flows = flows_of(demand, built, network.left(built), network.margins)
    point = np.zeros(len(row) * (1 + len(demand)))
    point[: len(row)] = built[row, column]
    point[len(row) :] = (flows[:, row, column] * _scales(network)[0]).ravel()
    return point


def _scales(network: Network) -> tuple[float, float]:
    """Return what a car and a EUR count in the program: a plant 100, all contribution 1,000."""
    earned = sum(product.mean * product.margin for product in network.products)
    return 100 / float(network.capacity.mean()), 1_000 / earned


def _ends(network: Network) -> tuple[Index, Index]:
    """Return (links,) plant and (links,) product of each possible link, by their number."""
    plants = {site.id: k for k, site in enumerate(network.sites)}
    products = {product.id: k for k, product in enumerate(network.products)}
    row = np.array([plants[link.plant] for link in network.links], np.intp)
    return row, np.array([products[link.product] for link in network.links], np.intp)


def _program(network: Network, demand: Array) -> Arrays:
    """Return the program; columns: links, then flows draw by draw, in the units of `_scales`."""
    row, column = _ends(network)
    cars, money = _scales(network)
    links, draws = len(row), len(demand)
    costs = np.array([network.annual([link.pair]) for link in network.links]) * money
    earned = np.tile(network.margins[column] * money / cars / draws, draws)
    most = np.minimum(network.capacity[row], demand[:, column]) * cars
    rows = [*_served(network, column)]
    for draw in range(draws):
        flow = links * (1 + draw) + np.arange(links)
        rows += _linked(flow, most[draw])
        rows += _wanted(flow, column, demand[draw] * cars)
        rows += _room(flow, row, network.capacity * cars, network.loss)
    count = links * (1 + draws)
    return Arrays(
        cost=np.concatenate([costs, -earned]), low=np.zeros(count),
        high=np.concatenate([np.ones(links), most.ravel()]), integer=np.arange(count) < links,
        start=np.concatenate([[0], np.cumsum([len(r.columns) for r in rows])]).astype(np.int32),
        index=np.concatenate([r.columns for r in rows]).astype(np.int32),
        value=np.concatenate([r.values for r in rows]), row_low=np.array([r.low for r in rows]),
        row_high=np.array([r.high for r in rows]),
    )  # fmt: skip


def _served(network: Network, column: Index) -> Iterator[_Row]:
    """Sum over plants g >= 1 for every product."""
    for product in range(len(network.products)):
        at = np.flatnonzero(column == product)
        yield _Row(at, np.ones(len(at)), 1.0, INFINITY)


def _linked(flow: Index, most: Array) -> Iterator[_Row]:
    """Flow x[l] <= min(capacity, demand) g[l]."""
    for link, limit in enumerate(most):
        yield _Row(np.array([link, flow[link]]), np.array([-limit, 1.0]), -INFINITY, 0.0)


def _wanted(flow: Index, column: Index, demand: Array) -> Iterator[_Row]:
    """Sum over plants x <= demand."""
    for product, wanted in enumerate(demand):
        own = flow[column == product]
        yield _Row(own, np.ones(len(own)), -INFINITY, float(wanted))


def _room(flow: Index, row: Index, capacities: Array, loss: float) -> Iterator[_Row]:
    """Sum over products x + capacity loss sum g <= capacity (1 + loss)."""
    for plant, capacity in enumerate(capacities):
        at = np.flatnonzero(row == plant)
        values = np.concatenate([np.full(len(at), capacity * loss), np.ones(len(at))])
        limit = float(capacity * (1 + loss))
        yield _Row(np.concatenate([at, flow[at]]), values, -INFINITY, limit)
