"""What a design of plants and products sells: sales, idle plants, lost margin, all with errors."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import DataError
from wheelbase.plan.flow import MOST, cuts_of, sales_among, sold
from wheelbase.plan.network import Design, Network, Pair, draw_demand

__all__ = ["CHUNK", "Figure", "Outcome", "Sampling", "evaluate", "mapped", "margin_of", "mean_of"]

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
_T = TypeVar("_T")
_R = TypeVar("_R")

CHUNK = 2_000
"""Draws worked on at a time; fixed, so that the number of workers changes no result."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How demand is drawn, and which losses are counted.

    Args:
        draws: Number of draws, the same for every design.
        seed: Of the random numbers.
        losses: Shares of mean demand: how likely is it that more is lost?
        search: Draws that the search for links looks at, others than those compared on.
        proof: Draws that become scenarios of a proof; 0 for none.
        limit: Seconds that a proof may take.
    """

    draws: int = 4_000
    seed: int = 7
    losses: tuple[float, ...] = (0.01, 0.05, 0.1)
    search: int = 1_000
    proof: int = 0
    limit: float = 120.0

    def __post_init__(self) -> None:
        """Refuse counts that are none."""
        low = {"draws": (self.draws, 2), "search": (self.search, 2), "proof": (self.proof, 0)}
        if bad := [
            f"sampling: {name} {count}: must be at least {least}"
            for name, (count, least) in low.items()
            if count < least
        ]:
            raise DataError(bad)


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over draws with its standard error."""

    mean: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a design sells, cars and EUR a year.

    Args:
        design: Who builds what.
        sales: Cars sold.
        lost: Cars that buyers wanted and did not get.
        margin: Contribution of the cars sold, where the dearest are built first, EUR/yr.
        lost_margin: That of the cars not sold, EUR/yr.
        utilisation: Plant to the share of its full capacity that it builds, work spread evenly; of
            more than `MOST` plants and products, in one of the best ways to spread it.
        exceed: Share of mean demand to the probability that more is lost.
        index: Jordan and Graves: the largest probability, over groups of products, that the group
            has unfilled demand while plants that build none of it stand idle; none where there
            are too many groups to look at.
        cost: Annuity of the links beyond those that stand, EUR/yr.
    """

    design: Design
    sales: Figure
    lost: Figure
    margin: Figure
    lost_margin: Figure
    utilisation: Mapping[str, float]
    exceed: Mapping[float, float]
    index: float | None
    cost: float

    @property
    def net(self) -> float:
        """Margin less what the links cost, EUR/yr."""
        return self.margin.mean - self.cost


@dataclass(frozen=True, slots=True)
class _Part:
    """What one chunk of draws adds."""

    sales: Array = field(repr=False)
    margin: Array = field(repr=False)
    loads: Array = field(repr=False)
    short: Array | None = field(repr=False)


def mapped(run: Callable[[_T], _R], items: Sequence[_T], executor: Executor | None) -> list[_R]:
    """Return what `run` makes of every item, in their order; by the executor's workers if given."""
    return [run(item) for item in items] if executor is None else list(executor.map(run, items))


def mean_of(values: Array) -> Figure:
    """Return the mean of draws, (draws,), with its standard error."""
    spread = float(values.std(ddof=1)) if len(values) > 1 else 0.0
    return Figure(float(values.mean()), spread / float(np.sqrt(len(values))))


def evaluate(
    network: Network,
    designs: Sequence[Design],
    sampling: Sampling | None = None,
    executor: Executor | None = None,
) -> tuple[Outcome, ...]:
    """Return what each design sells over the same draws of demand.

    Args:
        network: Plants, products, possible links.
        designs: Who builds what.
        sampling: Draws, seed, losses to count.
        executor: Workers, if any; the results are the same without.

    Raises:
        DataError: A design that the network does not allow.
    """
    network.check(designs)
    sampling = sampling or Sampling()
    demand = draw_demand(network, sampling.draws, np.random.default_rng(sampling.seed))
    chunks = [demand[at : at + CHUNK] for at in range(0, len(demand), CHUNK)]
    jobs = [(design.pairs, chunk) for design in designs for chunk in chunks]
    parts = mapped(partial(_part, network), jobs, executor)
    found = []
    for number, design in enumerate(designs):
        own = parts[number * len(chunks) : (number + 1) * len(chunks)]
        found.append(_outcome(network, design, demand, own, sampling))
    return tuple(found)


def _part(network: Network, job: tuple[frozenset[Pair], Array]) -> _Part:
    pairs, demand = job
    built = network.built(pairs)
    capacity = network.left(built)
    found = sold(demand, built, capacity)
    short = _short(demand, built, capacity) if min(built.shape) <= MOST else None
    earned = margin_of(network, built, demand, found.sales)
    return _Part(found.sales, earned, found.loads.sum(axis=0), short)


def _short(demand: Array, built: Flags, capacity: Array) -> Array:
    """Return (k,) draws in which what a cut leaves out is short while plants stand idle.

    The group of products whose every plant the cut runs through lacks cars if the cut is below all
    demand, and the other plants stand idle if it is below all capacity.
    """
    cuts = cuts_of(built, capacity)
    least = np.minimum(demand.sum(axis=1), capacity.sum()) * (1 - 1e-12)
    height = demand @ cuts.marks
    height += cuts.limits
    below: Array = (height < least[:, None]).sum(axis=0)
    return below


def margin_of(network: Network, built: Flags, demand: Array, total: Array | None = None) -> Array:
    """Return (draws,) the most that the cars sold can earn, EUR/yr.

    Building the dearest first loses no sale: sum over levels of margin, rise of the level x sales
    of all products that earn at least that much.

    Args:
        network: Plants and products.
        built: (plants, products) who builds what.
        demand: (draws, products) cars a year.
        total: (draws,) sales of all products, where known.

    Source: Edmonds, Submodular functions, matroids and certain polyhedra, 1970 (greedy).
    """
    levels = np.unique(network.margins)
    among = network.margins >= levels[:, None]
    rises = np.diff(levels, prepend=0.0)
    if total is not None:  # every product earns at least the first level
        parts = sales_among(demand, built, network.left(built), among[1:])
        parts = np.vstack([total, parts])
    else:
        parts = sales_among(demand, built, network.left(built), among)
    earned: Array = rises @ parts
    return earned


def _outcome(
    network: Network, design: Design, demand: Array, parts: Sequence[_Part], sampling: Sampling
) -> Outcome:
    sold = np.concatenate([part.sales for part in parts])
    margin = np.concatenate([part.margin for part in parts])
    wanted = demand.sum(axis=1)
    lost = np.maximum(wanted - sold, 0.0)
    load = np.array([part.loads for part in parts]).sum(axis=0) / len(demand)
    shorts = [part.short for part in parts if part.short is not None]
    mean = sum(product.mean for product in network.products)
    shares = load / network.capacity
    return Outcome(
        design=design,
        sales=mean_of(sold),
        lost=mean_of(lost),
        margin=mean_of(margin),
        lost_margin=mean_of(demand @ network.margins - margin),
        utilisation={s.id: float(u) for s, u in zip(network.sites, shares, strict=True)},
        exceed={x: float((lost > x * mean).mean()) for x in sampling.losses},
        index=float(np.sum(shorts, axis=0).max() / len(demand)) if shorts else None,
        cost=network.annual(design.pairs),
    )
