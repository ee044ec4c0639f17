"""Designs that every network is measured by: none, pairs, one long chain, total flexibility."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from wheelbase.plan.flow import parts_of
from wheelbase.plan.network import Design, Network, Pair

__all__ = ["chains", "cheapest_chain", "cheapest_pairs", "standard_designs"]

Array = NDArray[np.float64]

_MOST = 12
"""Plants up to which the cheapest chain is found exactly."""


def chains(network: Network, name: str, groups: Sequence[Sequence[str]]) -> Design:
    """Return the design in which the plants of each group form a closed chain.

    Each plant builds its own products and the cheapest one to add of the next plant's; the last
    plant closes the chain. A group of one is a plant without flexibility, of two a pair. A plant's
    own products are those whose home it is, else the first that it builds today.

    Args:
        network: Plants, products, links.
        name: Of the design.
        groups: Plants in the order of each chain.

    Raises:
        DataError: A link that is not possible.
    """
    own = _own(network)
    pairs = {(plant, product) for plant, products in own.items() for product in products}
    costs = _costs(network)
    for group in groups:
        if len(group) < 2:
            continue
        for plant, after in zip(group, [*group[1:], group[0]], strict=True):
            products = own[after]
            if products:
                links = [(plant, product) for product in products]
                pairs.add(min(links, key=lambda pair: costs.get(pair, np.inf)))
    design = Design(name, frozenset(pairs))
    network.check([design])
    return design


def standard_designs(network: Network) -> tuple[Design, ...]:
    """Return no flexibility, what stands today where it differs, pairs, chain and total.

    Pairs and chain are the cheapest; either is left out where the possible links do not allow it.
    """
    found = [chains(network, "none", ())]
    today = Design("today", frozenset(network.present))
    if today.pairs and today.pairs != found[0].pairs:
        found.append(today)
    cheapest = (cheapest_pairs(network), cheapest_chain(network))
    return (
        *found,
        *(design for design in cheapest if design is not None),
        Design("total", network.pairs),
    )


def cheapest_chain(network: Network) -> Design | None:
    """Return the long chain through all plants that costs least.

    Plants that no possible link connects have a chain each, and plants without a product stay out.
    Exact up to twelve plants, by nearest neighbours above; none where links allow no chain at all.

    Source: Held and Karp, A dynamic programming approach to sequencing problems, SIAM 10(1), 1962.
    """
    groups = []
    for plants in _groups(network):
        steps = _steps(network, plants)
        order = _tour(steps) if len(plants) <= _MOST else _nearest(steps)
        if order is not None:
            groups.append([plants[k] for k in order])
    return chains(network, "chain", groups) if groups else None


def cheapest_pairs(network: Network) -> Design | None:
    """Return the design in which plants help each other two by two at least cost.

    A plant stays alone where their number is odd; above twelve plants they pair as they are listed.
    None where links allow no pair at all.
    """
    groups = []
    for plants in _groups(network):
        steps = _steps(network, plants)
        steps = steps + steps.T
        if len(plants) <= _MOST:
            _, chosen = _paired(steps, tuple(range(len(plants))))
        else:
            chosen = tuple((k, k + 1) for k in range(0, len(plants) - 1, 2))
        if all(np.isfinite(steps[a, b]) for a, b in chosen):
            groups += [[plants[a], plants[b]] for a, b in chosen]
    return chains(network, "pairs", groups) if groups else None


def _groups(network: Network) -> list[list[str]]:
    """Return plants that possible links connect, at least two to a group."""
    own = _own(network)
    parts = parts_of(network.built(network.pairs))
    groups = [
        [network.sites[k].id for k in plants if own[network.sites[k].id]] for plants, _ in parts
    ]
    return [plants for plants in groups if len(plants) > 1]


def _paired(steps: Array, left: tuple[int, ...]) -> tuple[float, tuple[tuple[int, int], ...]]:
    """Return the least cost of pairing the plants that are left, and the pairs."""

    @cache
    def best(rest: tuple[int, ...]) -> tuple[float, tuple[tuple[int, int], ...]]:
        if len(rest) < 2:
            return 0.0, ()
        found = []
        first, others = rest[0], rest[1:]
        for other in others:
            cost, pairs = best(tuple(k for k in others if k != other))
            found.append((float(steps[first, other]) + cost, ((first, other), *pairs)))
        if len(rest) % 2:
            found.append(best(others))
        return min(found)

    return best(left)


def _own(network: Network) -> dict[str, list[str]]:
    """Return plant to its own products: those whose home it is, else the first it builds today."""
    homes = network.homes
    own = {
        site.id: [p.id for p in network.products if homes[p.id] == site.id]
        for site in network.sites
    }
    for plant, product in network.present:
        own[plant] = own[plant] or [product]
    return own


def _costs(network: Network) -> dict[Pair, float]:
    return {link.pair: link.cost for link in network.links} | dict.fromkeys(network.present, 0.0)


def _steps(network: Network, plants: Sequence[str]) -> Array:
    """Return (plants, plants) least cost of a plant building a product of another, EUR."""
    own, costs = _own(network), _costs(network)
    return np.array(
        [
            [np.inf if a == b else min(costs.get((a, q), np.inf) for q in own[b]) for b in plants]
            for a in plants
        ]
    )


def _tour(steps: Array) -> list[int] | None:
    """Return the cheapest round trip through all plants from the first; none without one."""
    count = len(steps)
    cost: dict[tuple[int, int], float] = {(1, 0): 0.0}
    before: dict[tuple[int, int], int] = {}
    for seen in range(1, 1 << count, 2):
        for last in range(count):
            here = cost.get((seen, last), np.inf)
            if not np.isfinite(here):
                continue
            for after in range(1, count):
                if seen >> after & 1:
                    continue
                key, total = (seen | 1 << after, after), here + float(steps[last, after])
                if total < cost.get(key, np.inf):
                    cost[key], before[key] = total, last
    whole = (1 << count) - 1
    ends = {k: cost.get((whole, k), np.inf) + float(steps[k, 0]) for k in range(1, count)}
    last = min(ends, key=lambda k: ends[k])
    if not np.isfinite(ends[last]):
        return None
    order, seen = [last], whole
    while order[-1] != 0:
        at = order[-1]
        order.append(before[seen, at])
        seen ^= 1 << at
    return order[::-1]


def _nearest(steps: Array) -> list[int] | None:
    """Return a round trip that goes to the cheapest next plant each time; none if it gets stuck."""
    order, left = [0], set(range(1, len(steps)))
    while left:
        after = min(sorted(left), key=lambda k: steps[order[-1], k])
        if not np.isfinite(steps[order[-1], after]):
            return None
        order.append(after)
        left.remove(after)
    return order if np.isfinite(steps[order[-1], 0]) else None
