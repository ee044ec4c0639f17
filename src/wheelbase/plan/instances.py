"""Capacity-state programs with invented numbers and known values: how solvers are proved and timed.

Eight models with four powertrains on three platforms are built in four plants for three markets.
Platform 2 is bespoke: it must be launched, and plants converted to it by blocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from wheelbase.plan.program import Entries, Operation, Program, csr
from wheelbase.plan.solver import INFINITY, Arrays

__all__ = ["Tied", "reference_program", "tied_trees"]

Array = NDArray[np.float64]

_MODELS, _POWERTRAINS, _PLANTS, _MARKETS = 8, 4, 4, 3
_EMISSIONS = np.array([165.0, 150.0, 45.0, 0.0])  # g/km
_TARGETS = np.array([101.0, 95.0, 81.0, 49.5])  # g/km by stage
_EACH = np.array([330.0, 270.0])  # thousand cars a year of each flexible platform in a plant
_MOST = 2  # blocks in a plant


@dataclass(frozen=True, slots=True)
class Tied:
    """A tree whose value three ways of solving it agree on, EUR m, minimised."""

    name: str
    branching: tuple[int, ...]
    value: float


def tied_trees() -> tuple[Tied, ...]:
    """Return the trees with four equal plants that are solved by every method."""
    return (
        Tied("tied_tree_9", (3, 3, 1), -162013.486814),
        Tied("tied_tree_27", (3, 3, 3), -157860.140139),
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """The random figures of an instance; thousand cars a year, thousand EUR."""

    parent: list[int]
    stage: NDArray[np.int64]
    probability: Array
    demand: Array  # (node, model, powertrain, market)
    offers: list[tuple[int, int, int]]
    margin: Array  # (stage, offer)


def _case(branching: Sequence[int], seed: int = 0) -> _Case:
    rng = np.random.default_rng(seed)
    parent, stages, chance, branch, level = [-1], [0], [1.0], [0], [0]
    for t, b in enumerate(branching, 1):
        parents, level = level, []
        for n, i in product(parents, range(b)):
            level.append(len(parent))
            parent.append(n)
            stages.append(t)
            chance.append(chance[n] / b)
            branch.append(i)
    nodes, stage = len(parent), np.array(stages)
    logit, volume = np.full(nodes, -3.2), np.ones(nodes)
    for n in range(1, nodes):
        b = branching[stage[n] - 1]
        z = np.linspace(-1.3, 1.3, b)[branch[n]] if b > 1 else 0.0
        logit[n] = logit[parent[n]] + 1.35 + 0.9 * z + 0.05 * rng.standard_normal()
        volume[n] = volume[parent[n]] * (1 + 0.04 * rng.standard_normal())
    demand = _demand(rng, stage, logit, volume)
    price = 28 + 14 * rng.random(_MODELS)
    offers = [
        (m, w, k)
        for m, w, k in product(range(_MODELS), range(_POWERTRAINS), range(3))
        if k == m % 2 or (k == 2 and w == 3)
    ]
    margin = np.array(
        [
            [0.24 * price[m] + _extra(w, k, t) for m, w, k in offers]
            for t in range(int(stage.max()) + 1)
        ]
    )
    return _Case(parent, stage, np.array(chance), demand, offers, margin)


def _demand(rng: np.random.Generator, stage: Array, logit: Array, volume: Array) -> Array:
    """Return demand of every node, (node, model, powertrain, market), thousand cars a year."""
    bev = 1 / (1 + np.exp(-logit))
    phev = np.minimum(0.10 + 0.5 * bev * (1 - bev), (1 - bev) * 0.6)
    mild = (1 - bev - phev) * np.array([0.1, 0.4, 0.7, 0.9])[np.minimum(stage, 3)]
    share = np.stack([1 - bev - phev - mild, mild, phev, bev], 1)
    of_model = rng.dirichlet(np.full(_MODELS, 8.0))
    demand = np.zeros((len(stage), _MODELS, _POWERTRAINS, _MARKETS))
    for r in range(_MARKETS):
        s = share.copy()
        s[:, 3] = np.minimum(s[:, 3] * (1.25, 0.6, 0.95)[r], 0.98)
        s[:, :3] *= ((1 - s[:, 3]) / s[:, :3].sum(1))[:, None]
        mix = np.exp(0.15 * rng.standard_normal((len(stage), _MODELS))) * of_model
        mix /= mix.sum(1, keepdims=True)
        sold = 2200 * volume[:, None, None] * (0.43, 0.22, 0.35)[r]
        demand[..., r] = sold * mix[:, :, None] * s[:, None, :]
    return demand


def _extra(powertrain: int, platform: int, t: int) -> float:
    bespoke = 1.8 * (platform == 2)
    return (0.0, -0.4, -2.5 + 0.5 * t, -7.5 + 2.3 * t + bespoke)[powertrain]


@dataclass(frozen=True, slots=True)
class _Plants:
    """Plants of an instance, (l,) each: blocks they take, block size, conversion cost, margin."""

    count: float
    most: int
    size: Array
    cost: Array
    shift: Array


def _plants(equal: bool) -> _Plants:
    """Return four equal plants as one with their sum, or four that differ."""
    if equal:
        return _Plants(_PLANTS, _MOST * _PLANTS, np.array([150.0]), np.array([350.0]), np.zeros(1))
    rng = np.random.default_rng(5)
    shift = rng.normal(0, 0.35, _PLANTS)
    cost = rng.uniform(250, 600, _PLANTS)
    return _Plants(1, _MOST, np.round(rng.uniform(100, 180, _PLANTS)), cost, shift)


def reference_program(branching: Sequence[int], equal: bool = True) -> Program:
    """Return the instance of a branching, EUR m, minimised.

    sum_n p_n 1.07^(-4 t) [1500 L_n + sum_l cost_l c_nl - 4 sum margin x + 4 x 0.095 e], L launches,
    c conversions; both are usable one stage later.

    Args:
        branching: Children of a node, stage by stage.
        equal: Four equal plants, summed into one; else four that differ.
    """
    case, plants = _case(branching), _plants(equal)
    weight = case.probability * 1.07 ** (-4.0 * case.stage)
    return Program(
        parent=tuple(case.parent),
        probability=tuple(float(p) for p in case.probability),
        strategy=_strategy(case, plants, weight),
        node=np.repeat(np.arange(len(weight)), 1 + len(plants.size)).astype(np.int32),
        states=tuple(f"blocks_{p}" for p in range(len(plants.size))),
        link=_link(case, plants),
        operation=_operation(case, plants, weight),
    )


def _before(case: _Case, node: int) -> list[int]:
    found, n = [], case.parent[node]
    while n >= 0:
        found.append(n)
        n = case.parent[n]
    return found


def _strategy(case: _Case, plants: _Plants, weight: Array) -> Arrays:
    """launches on a path <= 1; Z + c <= most in a plant; Z + c <= most (S + L)."""
    count, wide = len(weight), 1 + len(plants.size)
    rows: list[tuple[dict[int, float], float]] = []
    for n in range(count):
        path = [n, *_before(case, n)]
        rows.append(({wide * m: 1.0 for m in path}, 1.0))
        for plant in range(1, wide):
            built = {wide * m + plant: 1.0 for m in path}
            rows.append((built, float(plants.most)))
            rows.append((built | {wide * m: -float(plants.most) for m in path}, 0.0))
    terms = [(r, c, v) for r, (row, _) in enumerate(rows) for c, v in row.items()]
    row, column, value = (np.array(part) for part in zip(*terms, strict=True))
    start, index, values = csr(Entries(row, column, value), len(rows))
    once = np.concatenate([[1500.0], plants.cost])
    top = np.concatenate([[1.0], np.full(wide - 1, float(plants.most))])
    return Arrays(
        cost=(weight[:, None] * once).ravel(),
        low=np.zeros(count * wide),
        high=np.tile(top, count),
        integer=np.ones(count * wide, bool),
        start=start,
        index=index,
        value=values,
        row_low=np.full(len(rows), -INFINITY),
        row_high=np.array([high for _, high in rows]),
        columns=[f"{name}[{n}]" for n in range(count)
                 for name in ("launch", *(f"convert_{p}" for p in range(wide - 1)))],
    )  # fmt: skip


def _link(case: _Case, plants: _Plants) -> Entries:
    """Z of a node is the sum of what was converted before it."""
    wide, states = 1 + len(plants.size), len(plants.size)
    found = [
        (n * states + plant, wide * m + 1 + plant, 1.0)
        for n in range(len(case.parent))
        for m in _before(case, n)
        for plant in range(states)
    ]
    row, column, value = (np.array(part) for part in zip(*found, strict=True))
    return Entries(row, column, value)


def _operation(case: _Case, plants: _Plants, weight: Array) -> Operation:
    """capacity[k, l] + block Z; production = sales <= demand; CO2 of market 0 <= e."""
    made = list(product(range(len(case.offers)), range(len(plants.size))))
    sold = list(product(range(_MODELS), range(_POWERTRAINS), range(_MARKETS)))
    first, excess = len(made), len(made) + len(sold)
    kinds = {pair: i for i, pair in enumerate(product(range(_MODELS), range(_POWERTRAINS)))}
    stage, wide = np.minimum(case.stage, len(case.margin) - 1), len(plants.size)
    entries: list[tuple[int, int, float]] = []
    for column, (offer, plant) in enumerate(made):
        m, w, k = case.offers[offer]
        entries.append((k * wide + plant, column, 1.0))
        entries.append((3 * wide + kinds[m, w], column, 1.0))
    burned = {}
    for place, (m, w, r) in enumerate(sold):
        entries.append((3 * wide + kinds[m, w], first + place, -1.0))
        if r == 0:
            burned[first + place] = _EMISSIONS[w]
    last = 3 * wide + len(kinds)
    entries += [(last, column, v) for column, v in burned.items()] + [(last, excess, -1.0)]
    rows, columns, burning = (np.array(part) for part in zip(*entries, strict=True))
    start, index, values = csr(Entries(rows, columns, burning), last + 1)
    table = np.tile(values, (len(weight), 1))
    fleet = slice(int(start[last]), int(start[last]) + len(burned))
    table[:, fleet] -= _TARGETS[np.minimum(case.stage, 3)][:, None]
    gain = np.array([case.margin[:, o] + plants.shift[p] for o, p in made]).T
    cost = np.concatenate(
        [-4 * gain[stage], np.zeros((len(weight), len(sold))), np.full((len(weight), 1), 0.38)], 1
    )
    demand = np.array([case.demand[:, m, w, r] for m, w, r in sold]).T
    tall = np.full((len(weight), 1), INFINITY)
    high = np.concatenate([np.full((len(weight), first), INFINITY), demand, tall], 1)
    free = np.repeat(np.append(_EACH * plants.count, 0.0), wide)
    row_high = np.concatenate([free, np.zeros(len(kinds) + 1)])
    row_low = np.concatenate([np.full(3 * wide, -INFINITY), np.zeros(len(kinds)), [-INFINITY]])
    taken = np.outer([0.55, 0.45, -1.0], plants.size).ravel()
    return Operation(
        cost=cost * weight[:, None],
        low=np.zeros((1, excess + 1)),
        high=high,
        start=start,
        index=index,
        value=table,
        state=Entries(np.arange(3 * wide), np.tile(np.arange(wide), 3), taken),
        row_low=row_low[None],
        row_high=row_high[None],
    )
