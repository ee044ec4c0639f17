"""Scenario trees: the maker's battery share as it may unfold, with the mean of the forecast."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import DataError

__all__ = ["Tree", "share_tree"]

Array = NDArray[np.float64]

_MEMORY = 0.97


@dataclass(frozen=True, slots=True)
class Tree:
    """A scenario tree, nodes in order of stage.

    Args:
        parent: (n,) index of the parent, -1 for the root.
        stage: (n,) stage, 0 for the root.
        start: (n,) first year of the node.
        years: (n,) number of years until the next stage.
        probability: (n,) of the node; each stage sums to one.
        share: (n,) mean battery share over the years of the node.

    Raises:
        DataError: A circle, probabilities that do not add up, a share outside 0..1.
    """

    parent: tuple[int, ...]
    stage: tuple[int, ...]
    start: tuple[int, ...]
    years: tuple[int, ...]
    probability: tuple[float, ...]
    share: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse what is no tree."""
        problems = []
        for n, parent in enumerate(self.parent):
            if parent >= n or (n == 0) != (parent == -1):
                problems.append(f"tree: node {n}: parent {parent} must come before its child")
        for stage in sorted(set(self.stage)):
            total = sum(p for p, s in zip(self.probability, self.stage, strict=True) if s == stage)
            if not abs(total - 1) < 1e-9:
                problems.append(f"tree: stage {stage}: probabilities sum to {total:g}, not to 1")
        for n, share in enumerate(self.share):
            if not 0 <= share <= 1:
                problems.append(f"tree: node {n}: share {share:g} is outside 0 .. 1")
        if problems:
            raise DataError(problems)

    def path(self, node: int) -> tuple[int, ...]:
        """Return the nodes from the root to `node`, both included."""
        nodes = [node]
        while self.parent[nodes[-1]] >= 0:
            nodes.append(self.parent[nodes[-1]])
        return tuple(reversed(nodes))

    @property
    def leaves(self) -> tuple[int, ...]:
        """Nodes without children."""
        inner = set(self.parent)
        return tuple(n for n in range(len(self.parent)) if n not in inner)


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
    points, weights = np.polynomial.hermite_e.hermegauss(branches)
    weights = weights / weights.sum()
    ends = [*stages[1:], last + 1]
    parent, stage, chance, shock = [-1], [0], [1.0], [0.0]
    level = [0]
    for s in range(1, len(stages)):
        h = stages[s] - stages[s - 1]
        sigma = np.sqrt(sum(_MEMORY ** (2 * k) for k in range(h)))
        following = []
        for n in level:
            for point, weight in zip(points, weights, strict=True):
                following.append(len(parent))
                parent.append(n)
                stage.append(s)
                chance.append(chance[n] * float(weight))
                shock.append(_MEMORY**h * shock[n] + float(sigma * point))
        level = following
    shares = np.zeros(len(parent))
    for s, (begin, end) in enumerate(zip(stages, ends, strict=True)):
        wanted = float(np.mean([mean_share[y] for y in range(begin, end)]))
        nodes = [n for n in range(len(parent)) if stage[n] == s]
        z, p = np.array([shock[n] for n in nodes]), np.array([chance[n] for n in nodes])
        shares[nodes] = _with_mean(wanted, spread * z, p)
    return Tree(
        tuple(parent),
        tuple(stage),
        tuple(stages[s] for s in stage),
        tuple(ends[s] - stages[s] for s in stage),
        tuple(chance),
        tuple(float(v) for v in shares),
    )


def _with_mean(mean: float, logit: Array, chance: Array) -> Array:
    """Return sigmoid(m + logit) with the drift m that gives the mean, by bisection."""
    low, high = -30.0, 30.0
    for _ in range(80):
        drift = (low + high) / 2
        above = float(chance @ (1 / (1 + np.exp(-(drift + logit))))) > mean
        low, high = (low, drift) if above else (drift, high)
    return np.asarray(1 / (1 + np.exp(-((low + high) / 2 + logit))))
