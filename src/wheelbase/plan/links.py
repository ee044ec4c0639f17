"""Which link next, which design in the end, and how many links are enough."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from wheelbase.plan.designs import cheapest_chain
from wheelbase.plan.evaluation import Figure, Sampling, mapped, margin_of, mean_of
from wheelbase.plan.flow import sales
from wheelbase.plan.network import Design, Network, Pair, draw_demand

__all__ = [
    "Curve",
    "Gain",
    "Point",
    "Search",
    "Step",
    "ahead",
    "best_design",
    "link_curve",
    "next_links",
]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What one more link brings a design a year, on the same draws with and without it.

    Args:
        plant: That learns to build.
        product: What it learns to build.
        sales: More cars sold.
        margin: More contribution, EUR/yr.
        cost: Annuity of the link, EUR/yr.
        behind: Net gain by which it is behind the first of those that are wanted, EUR/yr.
    """

    plant: str
    product: str
    sales: Figure
    margin: Figure
    cost: float
    behind: Figure

    @property
    def net(self) -> float:
        """Contribution less cost, EUR/yr."""
        return self.margin.mean - self.cost


@dataclass(frozen=True, slots=True)
class Step:
    """One move of a search: links added and dropped, and the net value after it, EUR/yr."""

    added: tuple[Pair, ...]
    dropped: tuple[Pair, ...]
    net: float


@dataclass(frozen=True, slots=True)
class Search:
    """The best design that a search found.

    Args:
        design: Who builds what.
        net: Contribution less cost of its links, EUR/yr, over the draws of the search.
        start: Where the better of the searches began: "today" or "chain".
        steps: Its moves from there.
        draws: Draws that it looked at.
    """

    design: Design
    net: float
    start: str
    steps: tuple[Step, ...] = field(repr=False)
    draws: int


@dataclass(frozen=True, slots=True)
class Point:
    """A number of links, the best design found with so many, and what it captures.

    `captured` is the share of what total flexibility sells more than the design begun with; `net`
    is contribution less cost of links beyond the begin, EUR/yr.
    """

    links: int
    pairs: frozenset[Pair] = field(repr=False)
    captured: float
    net: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Links against the captured share of total flexibility.

    Args:
        points: From the links begun with to every link.
        knee: Links at which the curve is farthest above the line from its begin to its end.
        best: Links at which contribution less cost is greatest.
    """

    points: tuple[Point, ...]
    knee: int
    best: int

    def at(self, links: int) -> Point:
        """Return the point with so many links."""
        return next(point for point in self.points if point.links == links)


def next_links(
    network: Network,
    design: Design,
    sampling: Sampling | None = None,
    executor: Executor | None = None,
    wanted: Collection[Pair] = (),
) -> tuple[Gain, ...]:
    """Return what each possible link would bring a design, the greatest net gain first.

    Single links say nothing about the best design: along a chain gains rise, and the link that
    closes it gains most.

    Args:
        network: Plants, products, possible links.
        design: Who builds what.
        sampling: Draws and seed.
        executor: Workers, if any; the results are the same without.
        wanted: Links of which the first is what all are held against; the first of all if none is.

    Raises:
        DataError: A design that the network does not allow.
    """
    network.check([design])
    sampling = sampling or Sampling()
    demand = draw_demand(network, sampling.draws, np.random.default_rng(sampling.seed))
    links = [link.pair for link in network.links if link.pair not in design.pairs]
    run = partial(_draws_of, network, demand)
    sold, earned = run(design.pairs)
    tried = mapped(run, [design.pairs | {pair} for pair in links], executor)
    costs = {pair: network.annual([pair]) for pair in links}
    more = {
        pair: (cars - sold, margin - earned)
        for pair, (cars, margin) in zip(links, tried, strict=True)
    }
    ranked = sorted(links, key=lambda pair: costs[pair] - float(more[pair][1].mean()))
    if not ranked:
        return ()
    first = next((pair for pair in ranked if pair in wanted), ranked[0])
    return tuple(
        Gain(
            plant=pair[0],
            product=pair[1],
            sales=mean_of(more[pair][0]),
            margin=mean_of(more[pair][1]),
            cost=costs[pair],
            behind=mean_of((more[first][1] - costs[first]) - (more[pair][1] - costs[pair])),
        )
        for pair in ranked
    )


def ahead(
    network: Network, before: Design, after: Design, sampling: Sampling | None = None
) -> Figure:
    """Return what one design earns more than another, EUR/yr, links paid, on the same draws."""
    sampling = sampling or Sampling()
    demand = draw_demand(network, sampling.draws, np.random.default_rng(sampling.seed))
    least, most = (
        margin_of(network, network.built(d.pairs), demand) - network.annual(d.pairs)
        for d in (before, after)
    )
    return mean_of(most - least)


def _draws_of(network: Network, demand: Array, pairs: frozenset[Pair]) -> tuple[Array, Array]:
    """Return (draws,) cars sold and (draws,) contribution of a design."""
    built = network.built(pairs)
    sold = sales(demand, built, network.left(built))
    return sold, margin_of(network, built, demand, sold)


def best_design(
    network: Network,
    start: Design,
    sampling: Sampling | None = None,
    executor: Executor | None = None,
) -> Search:
    """Return the best design that adding, dropping and exchanging links leads to.

    From the design begun with, and from the cheapest long chain on top of it, since the gain of a
    chain shows only when it is closed. Links are exchanged where no single one helps any more. A
    link that stands is kept or dropped at no cost; every move is judged on the same draws.

    Raises:
        DataError: A design that the network does not allow.
    """
    network.check([start])
    sampling = sampling or Sampling(draws=1_000)
    demand = draw_demand(network, sampling.draws, np.random.default_rng(sampling.seed))
    worth = partial(_net, network, demand)
    starts = {"today": start.pairs}
    if chain := cheapest_chain(network):
        starts["chain"] = start.pairs | chain.pairs
    found = []
    for name, pairs in starts.items():
        ended, steps = _climb(network, pairs, worth, executor)
        found.append(Search(Design("best", ended), worth(ended), name, steps, sampling.draws))
    return max(found, key=lambda search: search.net)


def _net(network: Network, demand: Array, pairs: frozenset[Pair]) -> float:
    """Return contribution less cost of links, EUR/yr."""
    earned = margin_of(network, network.built(pairs), demand)
    return float(earned.mean()) - network.annual(pairs)


def _climb(
    network: Network,
    pairs: frozenset[Pair],
    worth: Callable[[frozenset[Pair]], float],
    executor: Executor | None,
) -> tuple[frozenset[Pair], tuple[Step, ...]]:
    """Return where the steepest moves lead, and the moves."""
    now = worth(pairs)
    steps: list[Step] = []
    while True:
        for moves in (_single, _exchange):
            tried = list(moves(network, pairs))
            values = mapped(worth, tried, executor)
            best = int(np.argmax(values)) if values else -1
            if values and values[best] > now + 1e-9 * abs(now):
                break
        else:
            return pairs, tuple(steps)
        after, now = tried[best], values[best]
        steps.append(Step(tuple(sorted(after - pairs)), tuple(sorted(pairs - after)), now))
        pairs = after


def _single(network: Network, pairs: frozenset[Pair]) -> Iterator[frozenset[Pair]]:
    for pair in (link.pair for link in network.links):
        changed = pairs ^ {pair}
        if _serves_all(network, changed):
            yield changed


def _exchange(network: Network, pairs: frozenset[Pair]) -> Iterator[frozenset[Pair]]:
    for out in (pair for pair in sorted(pairs) if pair not in network.present):
        for link in network.links:
            changed = (pairs - {out}) | {link.pair}
            if link.pair not in pairs and _serves_all(network, changed):
                yield changed


def _serves_all(network: Network, pairs: Iterable[Pair]) -> bool:
    """Return whether every product is built somewhere: a design that gives one up is no answer."""
    return len({product for _, product in pairs}) == len(network.products)


def link_curve(
    network: Network,
    start: Design,
    sampling: Sampling | None = None,
    executor: Executor | None = None,
) -> Curve:
    """Return links against the captured share of total flexibility, its knee and its best point.

    Several ways lead from the begin to every link, of which the best design of each size counts:
    forwards, always adding the link that sells most while one sells more, backwards, always
    dropping the one that sells least, and both from the cheapest long chain. All is measured by
    total flexibility that loses no capacity.

    Raises:
        DataError: A design that the network does not allow.
    """
    network.check([start])
    sampling = sampling or Sampling(draws=1_000)
    demand = draw_demand(network, sampling.draws, np.random.default_rng(sampling.seed))
    run = partial(_sold, network, demand)
    ways = [*_forwards(network, start.pairs, run, executor)]
    ways += _backwards(network, network.pairs, start.pairs, run, executor)
    if chain := cheapest_chain(network):
        ways += _backwards(network, start.pairs | chain.pairs, start.pairs, run, executor)
        ways += _forwards(network, start.pairs | chain.pairs, run, executor)
    kept: dict[int, tuple[float, frozenset[Pair]]] = {}
    for pairs, sold in ways:
        if len(pairs) not in kept or sold > kept[len(pairs)][0]:
            kept[len(pairs)] = sold, pairs
    least = kept[len(start.pairs)][0]
    most = float(sales(demand, network.built(network.pairs), network.capacity).mean())
    nets = mapped(partial(_net, network, demand), [pairs for _, pairs in kept.values()], executor)
    points = sorted(
        (
            Point(links, pairs, (sold - least) / (most - least) if most > least else 1.0, net)
            for (links, (sold, pairs)), net in zip(kept.items(), nets, strict=True)
        ),
        key=lambda point: point.links,
    )
    best = max(points, key=lambda point: (point.net, -point.links))
    return Curve(tuple(points), _knee(points), best.links)


def _sold(network: Network, demand: Array, pairs: frozenset[Pair]) -> float:
    built = network.built(pairs)
    return float(sales(demand, built, network.left(built)).mean())


_Way = list[tuple[frozenset[Pair], float]]
"""Designs with the cars that each sells a year."""


def _forwards(
    network: Network,
    pairs: frozenset[Pair],
    run: Callable[[frozenset[Pair]], float],
    executor: Executor | None,
) -> _Way:
    found = [(pairs, run(pairs))]
    while left := [link.pair for link in network.links if link.pair not in pairs]:
        tried = [pairs | {pair} for pair in left]
        values = mapped(run, tried, executor)
        best = int(np.argmax(values))
        if values[best] <= found[-1][1]:
            break
        pairs = tried[best]
        found.append((pairs, values[best]))
    return found


def _backwards(
    network: Network,
    pairs: frozenset[Pair],
    end: frozenset[Pair],
    run: Callable[[frozenset[Pair]], float],
    executor: Executor | None,
) -> _Way:
    found = [(pairs, run(pairs))]
    while left := [link.pair for link in network.links if link.pair in pairs - end]:
        tried = [pairs - {pair} for pair in left]
        values = mapped(run, tried, executor)
        best = int(np.argmax(values))
        pairs = tried[best]
        found.append((pairs, values[best]))
    return found


def _knee(points: Sequence[Point]) -> int:
    """Return the links at which a curve is farthest above the line from its begin to its end."""
    first, last = points[0], points[-1]
    rise = (last.captured - first.captured) / max(last.links - first.links, 1)

    def above(point: Point) -> float:
        return point.captured - first.captured - rise * (point.links - first.links)

    return max(points, key=above).links
