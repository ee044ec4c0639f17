"""Growing scenario trees from outlooks: matching moments; finding one's way in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import DataError
from wheelbase.plan.logit import drift_to, sigmoid
from wheelbase.plan.outlook import MarketOutlook, Outlook, Paths, covariance, values_at
from wheelbase.plan.tree import Tree

__all__ = [
    "Grown",
    "Stages",
    "aimed",
    "follow",
    "moment_tree",
    "opened",
    "relative_gap",
    "share_tree",
    "state_of",
    "tree_of",
]

Array = NDArray[np.float64]
_Places = NDArray[np.intp]

_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Grown:
    """A tree, and what is needed to judge it and to find one's way in it.

    Args:
        tree: Tree with its series.
        names: (k,) series of the state.
        state: (n, k) logit of shares, logarithm of the rest, in the first year of each node.
        scale: (s, k) spread of the state over the futures of a stage, over the weight of the
            series; zero where it does not count.
        distance: (s,) Kantorovich distance of the paths to the nodes on standardised states, as a
            part of their distance to the mean; zero by moment matching, which has no paths.
        explained: By series, least part of the variance of its shocks over a step that the
            components hold along which the tree branches, 0..1; one for a series that never moves,
            and by reduction, which takes no components.
        residual: By series, largest relative difference of a stage's mean to the forecast before
            it was corrected; after it the means are those of the forecast. By moment matching most
            of it is the way from the first year of a stage to the mean of its years.
    """

    tree: Tree
    names: tuple[str, ...]
    state: Array
    scale: Array
    distance: tuple[float, ...]
    explained: Mapping[str, float]
    residual: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Stages:
    """First year of each stage, rising, and the last year of the last one."""

    starts: tuple[int, ...]
    last: int

    def spans(self, years: Sequence[int]) -> tuple[range, ...]:
        """Return the years of each stage as places in `years`, whose first starts the tree.

        Raises:
            DataError: Stages that do not rise, start otherwise, or reach beyond the years.
        """
        problems = []
        if not self.starts or self.starts[0] != years[0]:
            problems.append(f"stages: the first must start in {years[0]}, the first known year")
        if any(b <= a for a, b in pairwise(self.starts)):
            problems.append(f"stages: {self.starts} must rise")
        if self.starts and not self.starts[-1] <= self.last <= years[-1]:
            problems.append(f"stages: last {self.last} must lie in {self.starts[-1]}..{years[-1]}")
        if problems:
            raise DataError(problems)
        ends = [*self.starts[1:], self.last + 1]
        first = years[0]
        return tuple(range(a - first, b - first) for a, b in zip(self.starts, ends, strict=True))


def opened(changes: Iterable[int], stages: Stages) -> list[str]:
    """Return the years in which the known rules change though no stage starts in them."""
    return [
        f"tree: rules are revealed in {year}, when no stage starts; let one start then (they start "
        f"in {', '.join(map(str, stages.starts))})"
        for year in changes
        if year not in stages.starts[1:]
    ]


def relative_gap(mean: Array, aim: Array) -> Array:
    """Return the difference of means to those aimed at, relative where these are above zero."""
    return np.abs(mean - aim) / np.where(aim > 0, aim, 1.0)


def state_of(names: Sequence[str], values: Array) -> Array:
    """Return the logit of shares and the logarithm of the rest, (n, k) both."""
    shares = np.array([name.startswith(("bev/", "phev/")) for name in names])
    state = np.log(np.maximum(values, _TINY))
    inside = np.clip(values[:, shares], _TINY, 1 - _TINY)
    state[:, shares] = np.log(inside / (1 - inside))
    return np.asarray(state)


def aimed(names: Sequence[str], values: Array, chance: Array, mean: Array) -> Array:
    """Return values (n, k) moved so that their mean is the wanted one (k,).

    Shares move in the logit, plug-in hybrids as a share of what is not battery electric; the rest
    is multiplied.
    """
    moved = values * np.divide(
        mean, chance @ values, out=np.ones(len(names)), where=chance @ values > 0
    )
    place = {name: k for k, name in enumerate(names)}
    for name, k in place.items():
        if name.startswith("bev/"):
            moved[:, k] = _shifted(values[:, k], chance, mean[k])
    for name, k in place.items():
        if name.startswith("phev/"):
            bev = place.get(name.replace("phev/", "bev/"))
            before = 1 - values[:, bev] if bev is not None else np.ones(len(values))
            after = 1 - moved[:, bev] if bev is not None else before
            part = np.divide(values[:, k], before, out=np.zeros(len(values)), where=before > 0)
            moved[:, k] = after * _shifted(part, chance * after, mean[k])
    return np.asarray(moved)


def _shifted(share: Array, weight: Array, mean: float) -> Array:
    with np.errstate(divide="ignore"):
        logit = np.clip(np.log(share) - np.log1p(-share), -50, 50)
    drift = drift_to(np.array([mean]), logit, weight)
    return sigmoid(drift[0] + logit)


def tree_of(
    outlook: tuple[Sequence[str], Sequence[str]],
    stages: Stages,
    links: list[tuple[int, int, float, int]],
    values: Array,
) -> Tree:
    """Return the tree of nodes (parent, stage, probability, place of the rules) with values."""
    names, regulation = outlook
    shares = [k for k, name in enumerate(names) if name.startswith("bev/")]
    volumes = [k for k, name in enumerate(names) if name.startswith("volume/")]
    share = values[:, shares[0]]
    if len(shares) > 1:
        cars = values[:, volumes] if len(volumes) == len(shares) else np.ones((1, len(shares)))
        share = (values[:, shares] * cars).sum(axis=1) / cars.sum(axis=1)
    stage = [link[1] for link in links]
    ends = [*stages.starts[1:], stages.last + 1]
    return Tree(
        parent=tuple(link[0] for link in links),
        stage=tuple(stage),
        start=tuple(stages.starts[s] for s in stage),
        years=tuple(ends[s] - stages.starts[s] for s in stage),
        probability=tuple(link[2] for link in links),
        share=tuple(float(v) for v in share),
        series={name: tuple(map(float, values[:, k])) for k, name in enumerate(names)},
        branch=tuple(regulation[link[3]] for link in links) if regulation else (),
    )


def moment_tree(outlook: Outlook, stages: Stages, branches: Sequence[int]) -> Grown:
    """Return the tree whose nodes match the moments of the leading components of the shock.

    The shock that gathers over a step is split into its principal components; along the first ones
    a node branches at the points of Gauss-Hermite quadrature, the others are left at their mean
    (`explained` says of each series how much of its variance is kept). Shocks are of the logit of
    shares and of the logarithm of the rest, both without unit: what is most uncertain branches
    first, and a series of small spread only along a component that it shares. A node holds the
    state of its first year, moved so that the mean over the nodes of a stage is the mean forecast
    of its years.

    Args:
        outlook: Outlook; the tree starts in its first year.
        stages: Years of the stages.
        branches: Children of a node along the first, second, ... component; whole numbers.

    Raises:
        DataError: Stages outside the outlook, rules revealed when no stage starts, more components
            than series, or numbers of children that are none.
    """
    spans, starts = stages.spans(outlook.years), stages.starts
    problems = opened([outlook.revealed] if outlook.revealed is not None else [], stages)
    if not 0 < len(branches) <= len(outlook.series) or any(b < 1 or b % 1 for b in branches):
        problems.append(
            f"tree: branches {tuple(branches)}: give one whole number, one or more, for each of at "
            f"most {len(outlook.series)} components"
        )
    if problems:
        raise DataError(problems)
    links, shock, explained = _branched(outlook, starts, [int(b) for b in branches])
    count = len(outlook.series)
    values = np.zeros((len(links), count))
    state = np.zeros((len(links), count))
    scale = np.zeros((len(starts), count))
    residual = np.zeros(count)
    chance = np.array([link[2] for link in links])
    for s, span in enumerate(spans):
        nodes = [n for n, link in enumerate(links) if link[1] == s]
        rule = np.array([links[n][3] for n in nodes])
        first = values_at(outlook, span[0], shock[nodes], rule)
        mean = outlook.means[:, span].mean(axis=1)
        residual = np.maximum(residual, relative_gap(chance[nodes] @ first, mean))
        values[nodes] = aimed(outlook.series, first, chance[nodes], mean)
        state[nodes] = state_of(outlook.series, first)
        scale[s] = np.sqrt(np.diag(covariance(outlook, span[0])))
    tree = tree_of((outlook.series, [r.name for r in outlook.regulation]), stages, links, values)
    parts, left = (
        dict(zip(outlook.series, map(float, v), strict=True)) for v in (explained, residual)
    )
    return Grown(tree, outlook.series, state, scale, (0.0,) * len(starts), parts, left)


def _branched(
    outlook: Outlook, starts: Sequence[int], branches: Sequence[int]
) -> tuple[list[tuple[int, int, float, int]], Array, Array]:
    """Return links, gathered shocks (n, k), and the least part (k,) of each variance held."""
    count, rules = len(outlook.series), len(outlook.chances)
    links, shock = [(-1, 0, 1.0, 0)], [np.zeros(count)]
    level, explained = [0], np.ones(count)
    for s in range(1, len(starts)):
        h, following = starts[s] - starts[s - 1], []
        points, weights, kept = _cubature(outlook, h, branches)
        explained = np.minimum(explained, kept)
        opens = outlook.is_revealed(starts[s]) and not outlook.is_revealed(starts[s - 1])
        for n in level:
            ways = range(rules) if opens else [links[n][3]]
            for rule, (point, weight) in product(ways, zip(points, weights, strict=True)):
                chance = links[n][2] * weight * (outlook.chances[rule] if opens else 1.0)
                following.append(len(links))
                links.append((n, s, float(chance), rule))
                shock.append(outlook.memories**h * shock[n] + point)
        level = following
    return links, np.array(shock), explained


def _cubature(outlook: Outlook, years: int, branches: Sequence[int]) -> tuple[Array, Array, Array]:
    """Return points (b, k), their weights, and the part (k,) of each variance that they hold."""
    order = list(outlook.order)
    shocks = covariance(outlook, years)
    size, vectors = np.linalg.eigh(shocks[np.ix_(order, order)])
    size, vectors = np.clip(size[::-1], 0, None), vectors[:, ::-1]
    turn = np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(len(size))])
    vectors = vectors * turn
    axes = [np.polynomial.hermite_e.hermegauss(b) for b in branches]
    axes = [(z, w / w.sum()) for z, w in axes]
    z = np.array(list(product(*(a[0] for a in axes))))
    weights = np.array([np.prod(w) for w in product(*(a[1] for a in axes))])
    used = len(branches)
    points = np.empty((len(z), len(size)))
    points[:, order] = (z * np.sqrt(size[:used])) @ vectors[:, :used].T
    whole, held = np.diag(shocks), np.empty(len(size))
    held[order] = vectors[:, :used] ** 2 @ (size[:used] * [b > 1 for b in branches])
    part = np.divide(held, whole, out=np.ones(len(size)), where=whole > 0)
    return points, weights, np.minimum(part, 1.0)


def share_tree(
    stages: Sequence[int], last: int, mean_share: dict[int, float], spread: float, branches: int
) -> Tree:
    """Return the tree of a share whose logit is its mean plus spread x an autoregression.

    Each step over h years branches at the nodes of Gauss-Hermite quadrature, which match the
    moments of the normal shock; the drift of each stage is set so that the mean over its nodes
    equals the mean forecast of its years.

    Args:
        stages: First year of each stage, rising.
        last: Last year of the last stage.
        mean_share: Forecast of every year.
        spread: Yearly spread of the logit.
        branches: Children of a node.

    Raises:
        DataError: No stage, stages that do not rise, or a year without a forecast.
    """
    years = tuple(range(stages[0], last + 1)) if stages else ()
    problems = [] if stages else ["tree: no stage; give the first year of one at least"]
    problems += [f"tree: mean_share: no share of {y}; add it" for y in years if y not in mean_share]
    if problems:
        raise DataError(problems)
    nothing, one = (0.0,) * len(years), (1.0,) * len(years)
    bev = tuple(float(mean_share[y]) for y in years)
    maker = MarketOutlook(name="maker", bev=bev, phev=nothing, volume=one, spread=spread)
    outlook = Outlook(years=years, markets=(maker,))
    grown = moment_tree(outlook, Stages(tuple(stages), last), [branches])
    return replace(grown.tree, series={})


def follow(grown: Grown, futures: Paths) -> _Places:
    """Return the node (n, s) in which each path is at each stage.

    From the root on, a path goes to the child of its node with the nearest state among those under
    the rules then known: what is decided there fits what has been decided before. Where a small
    tree has no child under these rules, all children of the node are looked at.

    Raises:
        DataError: Paths without a series of the tree, without a year in which a stage starts, or
            without rules where the tree has some.
    """
    tree, names, known = grown.tree, list(futures.names), list(futures.years)
    lacking = [f"follow: paths have no series {n!r}" for n in grown.names if n not in names]
    lacking += [
        f"follow: paths have no year {y}, in which a stage starts; draw paths of the tree's years"
        for y in sorted(set(tree.start) - set(known))
    ]
    if tree.branch and not futures.regulation:
        lacking.append("follow: paths have no rules, the tree has; draw them from its own outlook")
    if lacking:
        raise DataError(lacking)
    order = [names.index(name) for name in grown.names]
    size, stages = len(futures.probability), len(grown.scale)
    found = np.zeros((size, stages), dtype=np.intp)
    parent = np.array(tree.parent)
    for s in range(1, stages):
        start = known.index(tree.start[tree.stage.index(s)])
        scale = np.where(grown.scale[s] > 0, grown.scale[s], np.inf)
        state = state_of(grown.names, futures.values[:, order, start]) / scale
        rules = futures.rules[:, start]
        ways = found[:, s - 1] * (rules.max() + 1) + rules
        for way in np.unique(ways):
            members = np.flatnonzero(ways == way)
            node = found[members[0], s - 1]
            below = np.flatnonzero(parent == node)
            if tree.branch:
                rule = futures.regulation[rules[members[0]]]
                fitting = [c for c in below if tree.branch[c] == rule]
                below = np.array(fitting, dtype=np.intp) if fitting else below
            gap = state[members][:, None, :] - grown.state[below][None] / scale
            found[members, s] = below[np.einsum("ack,ack->ac", gap, gap).argmin(axis=1)]
    return found
