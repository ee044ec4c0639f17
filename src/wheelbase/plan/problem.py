"""What the families of constraints read: tree, offer, demand, options; their rows and names.

From here on, up to `Plan`, money is in EUR m and cars in thousands, so that the coefficients lie
close to one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import DataError
from wheelbase.plan.offer import Block, Car, Demand, Law, Offer, Pool
from wheelbase.plan.solver import INFINITY
from wheelbase.plan.tree import Tree

__all__ = ["CARS", "MONEY", "Options", "Problem", "Row", "StrategyRow"]

Array = NDArray[np.float64]

MONEY = 1e-6  # EUR to EUR m
CARS = 1e-3  # cars to thousand cars


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How the plan is made.

    Args:
        wacc: Cost of capital, real.
        life: Years over which investments are renewed.
        terminal: Years for which the last stage is repeated.
        gap: Relative gap at which the solver may stop.
        limit: Seconds after which it must stop.
        windows: Platform to the first and last year in which it may be launched; None for never.
        must: Platforms that must be launched within their window.
        least_blocks: Block to how many must stand in every leaf.
        tail: Share of the worst futures whose mean counts as the risk.
        risk: Weight of that mean, 0 for the expected value alone.
    """

    wacc: float
    life: float
    terminal: float
    gap: float = 1e-3
    limit: float = 20.0
    windows: Mapping[str, tuple[int, int] | None] = field(default_factory=dict)
    must: frozenset[str] = frozenset()
    least_blocks: Mapping[str, int] = field(default_factory=dict)
    tail: float = 0.1
    risk: float = 0.0

    def __post_init__(self) -> None:
        """Refuse options that contradict each other."""
        problems = []
        figures = (self.wacc, self.life, self.terminal, self.gap, self.limit, self.tail, self.risk)
        if not all(isfinite(v) for v in figures):
            problems.append("plan: options hold a value that is no number")
        elif not (self.wacc > 0 and self.life > 0 and self.terminal >= 0 and self.limit > 0):
            problems.append("plan: wacc, life and limit must be above zero, terminal not below")
        if not (0 < self.tail <= 1 and 0 <= self.risk <= 1):
            problems.append("plan: tail must lie within 0 .. 1, above 0, and risk within 0 .. 1")
        for name, window in self.windows.items():
            if window is not None and window[0] > window[1]:
                problems.append(
                    f"plan: platform {name}: its launch window {window[0]}..{window[1]} ends "
                    "before it begins"
                )
            if window is None and name in self.must:
                problems.append(f"plan: platform {name} must be launched and must never be")
        if problems:
            raise DataError(problems)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the operating program of every node: low <= terms + state terms <= high.

    Coefficients and sides are numbers, or one per node, (n,).
    """

    name: str
    terms: Mapping[str, float | Array]
    low: float | Array = -INFINITY
    high: float | Array = INFINITY
    state: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StrategyRow:
    """One row among the decisions: low <= sum of coefficient x column <= high."""

    name: str
    terms: Mapping[str, float]
    low: float
    high: float


@dataclass(frozen=True)
class Problem:
    """Everything that the families of constraints read."""

    tree: Tree
    offer: Offer
    demand: Demand = field(repr=False)
    options: Options

    def __post_init__(self) -> None:
        """Refuse figures that the tree and the offer do not carry together."""
        if problems := list(self._problems()):
            raise DataError(problems)

    def _problems(self) -> Iterator[str]:
        years = {y for n in range(self.nodes) for y in self.years(n)}
        for car in self.offer.cars:
            if missing := sorted(years - set(car.contribution)):
                yield f"plan: {car.id}: no contribution of {missing[0]}"
        for pool in self.offer.pools:
            for law in (pool.law, *pool.branches.values()):
                if missing := sorted(years - set(law.targets)):
                    yield f"plan: pool {pool.id}: no rule of {missing[0]}"
            for name in sorted(set(pool.branches) - set(self.tree.branch)):
                ways = ", ".join(sorted(set(self.tree.branch))) or "it has none"
                yield f"plan: pool {pool.id}: the tree has no branch {name!r}; {ways}"
        known = {p.id for p in self.offer.launchable}
        named = {*self.options.windows, *self.options.must}
        for name in sorted(named - known):
            yield f"plan: platform {name}: cannot be launched; known are {', '.join(sorted(known))}"
        blocks = {b.id for b in self.offer.blocks}
        for name in sorted(set(self.options.least_blocks) - blocks):
            yield f"plan: block {name}: unknown; known are {', '.join(sorted(blocks))}"
        for key, cars in self.demand.cars.items():
            if len(cars) != self.nodes:
                yield f"plan: demand of {' '.join(key)}: {len(cars)} figures for {self.nodes} nodes"
            elif not all(isfinite(v) and v >= 0 for v in cars):
                yield f"plan: demand of {' '.join(key)}: must be numbers from 0 on"
        for model, _, market in self.demand.cars:
            if model not in self.offer.models:
                yield f"plan: demand of {model} in {market}: no car of that model is offered"
        for pool in self.offer.pools:
            if missing_markets := sorted(pool.markets - set(self.markets)):
                yield f"plan: pool {pool.id}: nobody buys in {missing_markets[0]!r}"
        yield from self._window_problems()
        for n, chance in enumerate(self.tree.probability):
            if chance <= 0:
                yield f"plan: node {n}: probability {chance:g} must be above zero; leave it out"
        prices = self.demand.cell_price
        if prices and (len(prices) != self.nodes or not all(isfinite(v) for v in prices)):
            yield f"plan: cell_price: give one number for each of the {self.nodes} nodes"
        for (wanted, taken), share in self.demand.substitution.items():
            if not 0 <= share <= 1:
                yield f"plan: substitution of {wanted} by {taken}: {share:g} is outside 0 .. 1"

    def _window_problems(self) -> Iterator[str]:
        starts = sorted(set(self.tree.start))
        for name, window in self.options.windows.items():
            if window and not any(window[0] <= year <= window[1] for year in starts):
                yield (
                    f"plan: platform {name}: no node begins within its launch window "
                    f"{window[0]}..{window[1]}; nodes begin in {', '.join(map(str, starts))}"
                )

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.tree.parent)

    def years(self, node: int) -> range:
        """Return the years of a node."""
        return range(self.tree.start[node], self.tree.start[node] + self.tree.years[node])

    def law(self, pool: Pool, node: int) -> Law:
        """Return the CO2 rule of a pool in a node."""
        return pool.law_in(self.tree.branch, node)

    def before(self, node: int, lead: int) -> Iterator[int]:
        """Yield the nodes of the path whose decisions, `lead` years later, serve at `node`."""
        for n in self.tree.path(node):
            if self.tree.start[n] + lead <= self.tree.start[node]:
                yield n

    @cached_property
    def markets(self) -> tuple[str, ...]:
        """Markets in the order of the demand."""
        return tuple(dict.fromkeys(market for _, _, market in self.demand.cars))

    @cached_property
    def wanted(self) -> dict[tuple[str, str, str, str], Array]:
        """Thousand buyers a year of (model, wanted, taken, market), (n,) each.

        Who wants a powertrain takes it; a share of them would take another one.
        """
        found = {}
        sold = {(car.model, car.powertrain) for car in self.offer.cars}
        for (model, powertrain, market), cars in self.demand.cars.items():
            buyers = np.array(cars) * CARS
            shares = {powertrain: 1.0} | {
                taken: share
                for (given, taken), share in self.demand.substitution.items()
                if given == powertrain and taken != powertrain and share > 0
            }
            for taken, share in shares.items():
                if (model, taken) in sold:
                    found[model, powertrain, taken, market] = share * buyers
        return found

    @cached_property
    def shipped(self) -> tuple[tuple[Car, str], ...]:
        """Every car with every market where somebody would take it."""
        asked = {(model, taken, market) for model, _, taken, market in self.wanted}
        return tuple(
            (car, market)
            for car in self.offer.cars
            for market in self.markets
            if (car.model, car.powertrain, market) in asked
        )

    def block_of(self, plant_blocks: str) -> Block:
        """Return a block by its name."""
        return next(b for b in self.offer.blocks if b.id == plant_blocks)

    @cached_property
    def discounts(self) -> Array:
        """Sum of the discount factors of each node's years, mid-year, (n,); the leaf's repeated."""
        return np.array([sum(self.discounted(n).values()) for n in range(self.nodes)])

    def discounted(self, node: int) -> dict[int, float]:
        """Return year to discount factor of a node; the years of a leaf share the repeated ones.

        (1 + r)^-(y - y0 + 0.5); the last stage, mean of its years, is repeated for the terminal.
        """
        r, first = self.options.wacc, self.tree.start[0]
        found = {y: (1 + r) ** -(y - first + 0.5) for y in self.years(node)}
        if node in self.leaves:
            end = self.years(node)[-1] + 1 - first
            ahead = (1 - (1 + r) ** -self.options.terminal) / r * (1 + r) ** -(end - 0.5)
            for y in found:
                found[y] += ahead / len(found)
        return found

    @cached_property
    def leaves(self) -> frozenset[int]:
        """Nodes without children."""
        return frozenset(self.tree.leaves)

    @cached_property
    def probability(self) -> Array:
        """(n,) of each node."""
        return np.array(self.tree.probability)
