"""Reducing sampled paths to a scenario tree by fast forward selection, stage by stage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import DataError
from wheelbase.plan.grow import Grown, Stages, aimed, opened, relative_gap, state_of, tree_of
from wheelbase.plan.outlook import Outlook, Paths, paths

__all__ = ["Children", "children_of", "reduced_tree", "reduction"]

Array = NDArray[np.float64]
_Places = NDArray[np.intp]

_CANDIDATES = 512


@dataclass(frozen=True, slots=True)
class Children:
    """The points kept, and to which of them each point goes.

    Args:
        kept: (m,) places of the kept points.
        owner: (n,) place in `kept` of the point that stands for each.
        distance: Probability-weighted mean distance to it, as a part of that to the mean point.
    """

    kept: _Places
    owner: _Places
    distance: float


@dataclass(slots=True)
class _Group:
    """Points of one node: distances (c, u) of candidates to distinct points, and who is nearest."""

    members: _Places
    distinct: _Places
    mass: Array
    places: _Places
    distance: Array
    nearest: Array
    owner: _Places
    kept: list[int]

    def gain(self, candidate: int) -> float:
        """Return by how much a candidate brings the distance down."""
        return float(self.mass @ np.maximum(self.nearest - self.distance[candidate], 0))

    def keep(self, candidate: int) -> None:
        """Keep a candidate."""
        closer = self.distance[candidate] < self.nearest
        self.owner[closer] = len(self.kept)
        self.nearest = np.minimum(self.nearest, self.distance[candidate])
        self.kept.append(candidate)


def _group(points: Array, chance: Array, members: _Places, count: int) -> _Group:
    """Return the points of a node, the best single one kept."""
    unique, first, inverse = np.unique(
        points[members], axis=0, return_index=True, return_inverse=True
    )
    inverse = inverse.reshape(-1)
    mass = np.bincount(inverse, chance[members]).astype(float)
    size = min(len(unique), max(_CANDIDATES, 2 * count))
    places = np.linspace(0, len(unique) - 1, size).round().astype(np.intp)
    some = unique[places]
    square = (some**2).sum(axis=1)[:, None] + (unique**2).sum(axis=1) - 2 * some @ unique.T
    distance = np.sqrt(np.where(square < 1e-12, 0.0, square))
    group = _Group(
        members, inverse, mass, members[first[places]], distance,
        np.full(len(unique), np.inf), np.zeros(len(unique), dtype=np.intp), [],
    )  # fmt: skip
    group.keep(int((distance @ mass).argmin()))
    return group


def children_of(points: Array, chance: Array, group: _Places, count: int) -> Children:
    """Return the points kept, at least one of each group, `count` in all where they differ.

    The gain of a candidate never grows as others are kept, so one that is still the best after its
    gain has been worked out anew is the best of all (lazy greedy selection). More than 512 distinct
    points in a group give every so-manieth of them as candidates; all of them count as mass.

    Args:
        points: (n, k) standardised.
        chance: (n,) probabilities.
        group: (n,) number of the group of each point; points of two groups are never put together.
        count: Points to keep.
    """
    groups = [_group(points, chance, np.flatnonzero(group == g), count) for g in np.unique(group)]
    heap = [
        (-gain, g, c, len(item.kept))
        for g, item in enumerate(groups)
        for c, gain in enumerate(_gains(item))
    ]
    heapify(heap)
    total = len(groups)
    while heap and total < count:
        gain, g, c, stamp = heappop(heap)
        item = groups[g]
        if stamp < len(item.kept):
            heappush(heap, (-item.gain(c), g, c, len(item.kept)))
        elif -gain > 1e-12:
            item.keep(c)
            total += 1
    owner = np.zeros(len(points), dtype=np.intp)
    kept: list[int] = []
    left = 0.0
    for item in groups:
        owner[item.members] = len(kept) + item.owner[item.distinct]
        kept += [int(item.places[c]) for c in item.kept]
        left += float(item.mass @ item.nearest)
    whole = float(chance @ np.sqrt(((points - chance @ points) ** 2).sum(axis=1)))
    return Children(np.array(kept, dtype=np.intp), owner, left / whole if whole > 0 else 0.0)


def _gains(item: _Group) -> list[float]:
    """Return the gain of every candidate."""
    return [float(item.mass @ np.maximum(item.nearest - row, 0)) for row in item.distance]


def reduction(
    futures: Paths,
    stages: Stages,
    counts: Sequence[int],
    mean: Array | None = None,
    weight: Mapping[str, float] | None = None,
) -> Grown:
    """Return the tree to which paths are reduced, stage by stage, by fast forward selection.

    In every stage the paths of a node are represented by those among them that bring the
    probability-weighted distance down most; each path goes to the nearest kept one and takes its
    probability along. The distance is that of the standardised states in the first year of the
    stage, which is what is known when the node is entered. A node holds the mean of its paths over
    the years of the stage. Paths under different known rules never share a node.

    Args:
        futures: Paths with their probabilities.
        stages: Years of the stages.
        counts: Nodes of each stage, one for the first; fewer where the paths differ less.
        mean: (k, t) forecast whose stage means the tree shall have; None keeps those of the paths.
        weight: What a standard deviation of a series counts in the distance, zero or more; one for
            series left out.

    Raises:
        DataError: Stages, counts or weights that are none; rules revealed when no stage starts.

    Source: Heitsch & Roemisch, Scenario tree modeling for multistage stochastic programs,
        Mathematical Programming 118 (2009), 371-406; forward tree construction.
    """
    spans = stages.spans(futures.years)
    some = _possible(futures, stages, counts)
    order = sorted(range(len(futures.names)), key=futures.names.__getitem__)
    names = tuple(futures.names[k] for k in order)
    counted = _counted(names, weight or {})
    chance, every = futures.probability[some], futures.values[some][:, order]
    links: list[tuple[int, int, float, int]] = []
    rows = []
    residual = np.zeros(len(names))
    owner: _Places = np.zeros(len(chance), dtype=np.intp)
    for s, span in enumerate(spans):
        known = state_of(names, every[:, :, span[0]])
        rules = futures.rules[some, span[0]]
        points, scale = _standardised(known, chance, counted)
        found = children_of(points, chance, owner * (rules.max() + 1) + rules, counts[s])
        over = every[:, :, span.start : span.stop].mean(axis=2)
        mass, held = _held(found, chance, over)
        if mean is not None:
            aim = mean[order][:, span].mean(axis=1)
            residual = np.maximum(residual, relative_gap(mass @ held, aim))
            held = aimed(names, held, mass, aim)
        parents = owner[found.kept] if s else [-1]
        owner = found.owner + len(links)
        links += zip(map(int, parents), [s] * len(mass), map(float, mass),
                     map(int, rules[found.kept]), strict=True)  # fmt: skip
        rows.append((known[found.kept], held, scale, found.distance))
    states, values, scales, distances = zip(*rows, strict=True)
    tree = tree_of((names, futures.regulation), stages, links, np.vstack(values))
    left = dict(zip(names, map(float, residual), strict=True))
    return Grown(tree, names, np.vstack(states), np.array(scales), distances,
                 dict.fromkeys(names, 1.0), left)  # fmt: skip


def _possible(futures: Paths, stages: Stages, counts: Sequence[int]) -> _Places:
    """Return the places of the paths that have a probability.

    Raises:
        DataError: Rules that change within a stage, numbers of nodes that are none.
    """
    some = np.flatnonzero(futures.probability)
    changes = np.any(np.diff(futures.rules[some], axis=1) != 0, axis=0)
    problems = opened((y for y, c in zip(futures.years[1:], changes, strict=True) if c), stages)
    if len(counts) != len(stages.starts) or counts[0] != 1 or min(counts) < 1:
        problems.append(f"tree: nodes {tuple(counts)}: one for the first stage, some for each")
    if problems:
        raise DataError(problems)
    return some


def _counted(names: tuple[str, ...], weight: Mapping[str, float]) -> Array:
    """Return the weight of every series."""
    problems = [f"tree: weight: no series {n!r}; there are {', '.join(names)}" for n in weight
                if n not in names]  # fmt: skip
    problems += [f"tree: weight: {n}: {w:g} must be zero or more" for n, w in weight.items()
                 if not 0 <= w < np.inf]  # fmt: skip
    if problems:
        raise DataError(problems)
    return np.array([weight.get(name, 1.0) for name in names])


def _standardised(known: Array, chance: Array, counted: Array) -> tuple[Array, Array]:
    """Return weighted deviations from the mean in standard deviations, and what one is."""
    centre = chance @ known
    spread = np.sqrt(chance @ (known - centre) ** 2)
    moves = (spread > 1e-9) & (counted > 0)
    scale = np.divide(spread, counted, out=np.zeros(spread.shape), where=moves)
    return np.divide(known - centre, scale, out=np.zeros(known.shape), where=scale > 0), scale


def _held(found: Children, chance: Array, over: Array) -> tuple[Array, Array]:
    """Return the probability (m,) of the kept points and the mean (m, k) of what goes to them."""
    size = len(found.kept)
    mass = np.bincount(found.owner, chance, size).astype(float)
    sums = [np.bincount(found.owner, chance * column, size) for column in over.T]
    return mass, np.array(sums).T / mass[:, None]


def reduced_tree(
    outlook: Outlook,
    stages: Stages,
    leaves: int,
    rng: np.random.Generator,
    n: int = 10_000,
    weight: Mapping[str, float] | None = None,
) -> Grown:
    """Return a tree with about so many leaves, reduced from n sampled paths of the outlook.

    Stage s of the S after the first has leaves^(s/S) nodes. Means of every series and stage are
    those of the forecast; `residual` says how far the sample was from them.

    Raises:
        DataError: Fewer than one leaf, and what `reduction` and `paths` refuse.
    """
    if not leaves >= 1:
        raise DataError(f"tree: leaves {leaves}: give one or more")
    steps = len(stages.starts) - 1
    counts = [max(1, round(leaves ** (s / steps))) if steps else 1 for s in range(steps + 1)]
    return reduction(paths(outlook, n, rng), stages, counts, outlook.means, weight)
