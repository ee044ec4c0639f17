"""Scenario trees: what may come, stage by stage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from wheelbase.errors import DataError

__all__ = ["Tree", "leaves_of", "path_to"]


def path_to(parent: Sequence[int], node: int) -> tuple[int, ...]:
    """Return the nodes from the root to `node`, both included."""
    nodes = [node]
    while parent[nodes[-1]] >= 0:
        nodes.append(parent[nodes[-1]])
    return tuple(reversed(nodes))


def leaves_of(parent: Sequence[int]) -> tuple[int, ...]:
    """Return the nodes without children."""
    inner = set(parent)
    return tuple(n for n in range(len(parent)) if n not in inner)


@dataclass(frozen=True, slots=True)
class Tree:
    """A scenario tree, nodes in order of stage.

    Args:
        parent: (n,) index of the parent, -1 for the root.
        stage: (n,) stage, 0 for the root.
        start: (n,) first year of the node.
        years: (n,) number of years until the next stage, one or more; a child starts when they end.
        probability: (n,) of the node; each stage sums to one.
        share: (n,) mean battery share over the years of the node.
        series: (n,) mean value over the years of the node of each named series, such as
            `bev/europe`, `phev/europe` (0..1), `volume/europe` (cars a year), `cell_price` (EUR/J);
            none is negative.
        branch: (n,) name of the rules that hold in the node; empty where there is one rule only.

    Raises:
        DataError: A circle, years that do not follow each other, probabilities that do not add up,
            a share outside 0..1, a value that is negative or not a number.
    """

    parent: tuple[int, ...]
    stage: tuple[int, ...]
    start: tuple[int, ...]
    years: tuple[int, ...]
    probability: tuple[float, ...]
    share: tuple[float, ...]
    series: Mapping[str, tuple[float, ...]] = field(default_factory=dict, hash=False)
    branch: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no tree."""
        problems = _wrong_lengths(self) or [
            *_wrong_links(self), *_wrong_years(self), *_wrong_values(self)
        ]  # fmt: skip
        if problems:
            raise DataError(problems)

    def path(self, node: int) -> tuple[int, ...]:
        """Return the nodes from the root to `node`, both included."""
        return path_to(self.parent, node)

    @property
    def leaves(self) -> tuple[int, ...]:
        """Nodes without children."""
        return leaves_of(self.parent)


def _wrong_lengths(tree: Tree) -> list[str]:
    """Return the fields that do not name every node."""
    size = len(tree.parent)
    lengths = {
        n: len(getattr(tree, n)) for n in ("stage", "start", "years", "probability", "share")
    }
    lengths |= {name: len(values) for name, values in tree.series.items()}
    if tree.branch:
        lengths["branch"] = len(tree.branch)
    wrong = [f"tree: {n}: {k} values for {size} nodes" for n, k in lengths.items() if k != size]
    return wrong if size else ["tree: has no node; give the root"]


def _wrong_links(tree: Tree) -> list[str]:
    """Return circles, stages left out, and probabilities that do not add up."""
    problems = []
    size = len(tree.parent)
    below = np.zeros(size)
    for n, parent in enumerate(tree.parent):
        if parent >= n or parent < -1 or (n == 0) != (parent == -1):
            problems.append(
                f"tree: node {n}: parent {parent} must come before its child"
                f"{_circle(tree.parent, n)}"
            )
        elif n and tree.stage[n] != tree.stage[parent] + 1:
            problems.append(
                f"tree: node {n}: stage {tree.stage[n]} does not follow stage "
                f"{tree.stage[parent]} of its parent"
            )
        elif n:
            below[parent] += tree.probability[n]
    for stage in sorted(set(tree.stage)):
        total = sum(p for p, s in zip(tree.probability, tree.stage, strict=True) if s == stage)
        if not abs(total - 1) < 1e-9:
            problems.append(f"tree: stage {stage}: probabilities sum to {total:g}, not to 1")
    inner = set(tree.parent) - {-1}
    problems += [
        f"tree: node {n}: its children have probability {below[n]:g}, not {tree.probability[n]:g}"
        for n in range(size)
        if not problems and n in inner and abs(below[n] - tree.probability[n]) > 1e-9
    ]
    return problems


def _wrong_years(tree: Tree) -> list[str]:
    """Return nodes without a year, and those that do not start where their parent ends."""
    problems = []
    for n, (parent, start, years) in enumerate(
        zip(tree.parent, tree.start, tree.years, strict=True)
    ):
        if not years >= 1:
            problems.append(f"tree: node {n}: years {years} must be one or more")
        if 0 <= parent < n and start != (ends := tree.start[parent] + tree.years[parent]):
            problems.append(
                f"tree: node {n}: start {start} must be {ends}, when its parent {parent} ends"
            )
    return problems


def _circle(parent: tuple[int, ...], start: int) -> str:
    """Return the circle that a node stands in, in words; empty where it stands in none."""
    seen, node = [start], parent[start]
    while 0 <= node < len(parent) and node not in seen:
        seen.append(node)
        node = parent[node]
    return "; circle " + " - ".join(map(str, [*seen, start])) if node == start else ""


def _wrong_values(tree: Tree) -> list[str]:
    """Return probabilities and values that are none."""
    problems = []
    for n, chance in enumerate(tree.probability):
        if not 0 <= chance <= 1 + 1e-9:
            problems.append(f"tree: node {n}: probability {chance:g} is outside 0 .. 1")
    shares = {"share": tree.share}
    shares |= {k: v for k, v in tree.series.items() if k.startswith(("bev/", "phev/"))}
    for name, values in shares.items():
        for n, share in enumerate(values):
            if not 0 <= share <= 1:
                problems.append(f"tree: node {n}: {name} {share:g} is outside 0 .. 1")
    for name, values in tree.series.items():
        if name not in shares:
            for n, value in enumerate(values):
                if not 0 <= value < np.inf:
                    problems.append(
                        f"tree: node {n}: {name} {value:g} must be a number, zero or more"
                    )
    for name in (k[len("bev/") :] for k in tree.series if k.startswith("bev/")):
        both = np.add(tree.series[f"bev/{name}"], tree.series.get(f"phev/{name}", 0.0))
        problems += [
            f"tree: node {n}: bev and phev of {name} sum to {both[n]:g}, more than 1"
            for n in np.flatnonzero(both > 1 + 1e-9)
        ]
    return problems
