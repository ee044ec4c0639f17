"""Growing scenario trees from outlooks: matching moments; finding one's way in them."""

from collections.abc import Mapping, Sequence
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
        explained: Part of the variance of the shocks that the tree holds; one by reduction.
        residual: By series, largest relative difference of a stage's mean to the forecast before
            the drift was corrected; after it the means are those of the forecast.
    """

    tree: Tree
    names: tuple[str, ...]
    state: Array
    scale: Array
    distance: tuple[float, ...]
    explained: float
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
    (`explained` says how much of the variance is kept). A node holds the state of its first year,
    moved so that the mean over the nodes of a stage is the mean forecast of its years.

    Args:
        outlook: Outlook; the tree starts in its first year.
        stages: Years of the stages.
        branches: Children of a node along the first, second, ... component.

    Raises:
        DataError: Stages outside the outlook, or more components than series.
    """
    spans, starts = stages.spans(outlook.years), stages.starts
    if not branches or min(branches) < 1 or len(branches) > len(outlook.series):
        raise DataError(
            f"tree: branches {tuple(branches)}: give one number, one or more, for each of at most "
            f"{len(outlook.series)} components"
        )
    count, rules = len(outlook.series), len(outlook.chances)
    links, shock = [(-1, 0, 1.0, 0)], [np.zeros(count)]
    level, explained = [0], 1.0
    for s in range(1, len(starts)):
        h, following = starts[s] - starts[s - 1], []
        points, weights, kept = _cubature(outlook, h, branches)
        explained = min(explained, kept)
        opens = outlook.is_revealed(starts[s]) and not outlook.is_revealed(starts[s - 1])
        for n in level:
            ways = range(rules) if opens else [links[n][3]]
            for rule, (point, weight) in product(ways, zip(points, weights, strict=True)):
                chance = links[n][2] * weight * (outlook.chances[rule] if opens else 1.0)
                following.append(len(links))
                links.append((n, s, float(chance), rule))
                shock.append(outlook.memories**h * shock[n] + point)
        level = following
    values = np.zeros((len(links), count))
    state = np.zeros((len(links), count))
    scale = np.zeros((len(starts), count))
    chance = np.array([link[2] for link in links])
    for s, span in enumerate(spans):
        nodes = [n for n, link in enumerate(links) if link[1] == s]
        rule = np.array([links[n][3] for n in nodes])
        first = values_at(outlook, span[0], np.array([shock[n] for n in nodes]), rule)
        mean = outlook.means[:, span].mean(axis=1)
        values[nodes] = aimed(outlook.series, first, chance[nodes], mean)
        state[nodes] = state_of(outlook.series, first)
        scale[s] = np.sqrt(np.diag(covariance(outlook, span[0])))
    tree = tree_of((outlook.series, [r.name for r in outlook.regulation]), stages, links, values)
    residual = dict.fromkeys(outlook.series, 0.0)
    return Grown(tree, outlook.series, state, scale, (0.0,) * len(starts), explained, residual)


def _cubature(outlook: Outlook, years: int, branches: Sequence[int]) -> tuple[Array, Array, float]:
    """Return points (b, k), their weights, and the part of the variance they hold."""
    order = list(outlook.order)
    size, vectors = np.linalg.eigh(covariance(outlook, years)[np.ix_(order, order)])
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
    whole = size.sum()
    branching = size[:used][[b > 1 for b in branches]].sum()
    return points, weights, float(branching / whole) if whole > 0 else 1.0


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
    """
    years = tuple(range(stages[0], last + 1))
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
        DataError: Paths without a series of the tree.
    """
    tree, names = grown.tree, list(futures.names)
    lacking = [f"follow: paths have no series {n!r}" for n in grown.names if n not in names]
    if lacking:
        raise DataError(lacking)
    order = [names.index(name) for name in grown.names]
    size, stages = len(futures.probability), len(grown.scale)
    found = np.zeros((size, stages), dtype=np.intp)
    parent = np.array(tree.parent)
    for s in range(1, stages):
        start = tree.start[tree.stage.index(s)] - futures.years[0]
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
