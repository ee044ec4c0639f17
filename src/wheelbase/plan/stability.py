"""Is the tree large enough? Optimal values of several trees, and their policies on fresh paths."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import DataError

__all__ = ["Round", "Stability", "Valued", "mean_of", "stability"]

Array = NDArray[np.float64]


class Valued(Protocol):
    """A solved tree: whatever has a value."""

    @property
    def value(self) -> float:
        """Optimal value on the tree."""


_T = TypeVar("_T")
_S = TypeVar("_S", bound=Valued)


@dataclass(frozen=True, slots=True)
class Round:
    """What trees of one size gave.

    Args:
        leaves: Leaves asked for.
        values: Optimal value of each tree.
        means: Mean value of each tree's policy on the same fresh paths.
        errors: Standard error of each of these means, that of the paths.
    """

    leaves: int
    values: tuple[float, ...]
    means: tuple[float, ...]
    errors: tuple[float, ...]

    @property
    def in_sample(self) -> float:
        """Range of the optimal values, over their mean."""
        return _spread(self.values)

    @property
    def out_of_sample(self) -> float:
        """Range of the mean values of the policies, over their mean."""
        return _spread(self.means)

    @property
    def optimism(self) -> float:
        """Mean optimal value less what the policies bring, over the latter.

        Trees that are small in the same way agree with each other; this shows it.
        """
        outside = float(np.mean(self.means))
        off = float(np.mean(self.values)) - outside
        return off / abs(outside) if outside else np.inf

    @property
    def worst(self) -> float:
        """The largest of the three, without sign."""
        return max(self.in_sample, self.out_of_sample, abs(self.optimism))


@dataclass(frozen=True, slots=True)
class Stability:
    """Rounds of growing trees, the last one the judged one.

    Args:
        rounds: One for each size tried.
        tolerance: Relative spread up to which a tree is large enough.
    """

    rounds: tuple[Round, ...]
    tolerance: float

    @property
    def is_stable(self) -> bool:
        """Spreads and optimism of the last round are within the tolerance."""
        return self.rounds[-1].worst <= self.tolerance

    @property
    def interval(self) -> tuple[float, float]:
        """Lowest and highest value that the last trees gave, on themselves or on fresh paths.

        The latter with twice the error that the number of paths leaves.
        """
        last = self.rounds[-1]
        pairs = [(m - 2 * e, m + 2 * e) for m, e in zip(last.means, last.errors, strict=True)]
        ends = [*last.values, *(end for pair in pairs for end in pair)]
        return min(ends), max(ends)

    @property
    def verdict(self) -> str:
        """What to make of it, in one sentence."""
        last = self.rounds[-1]
        spreads = (
            f"the values of {len(last.values)} trees differ by {last.in_sample:.2%}, those of "
            f"their policies on fresh paths by {last.out_of_sample:.2%}, and the first are "
            f"{abs(last.optimism):.2%} {'above' if last.optimism > 0 else 'below'} the second"
        )
        if self.is_stable:
            return f"{last.leaves} leaves are enough: {spreads}"
        return (
            f"tree too small at {last.leaves} leaves, the most allowed: {spreads}; more than "
            f"{self.tolerance:.1%}, so this spread is part of the interval"
        )


def _spread(values: Sequence[float]) -> float:
    middle, width = float(np.mean(values)), max(values) - min(values)
    if width == 0:
        return 0.0
    return width / abs(middle) if middle else np.inf


def mean_of(values: Array, chance: Array | None = None) -> tuple[float, float]:
    """Return the mean of values (n,) that come with probabilities (n,), and its standard error."""
    weight = np.full(values.size, 1 / values.size) if chance is None else chance
    mean = float(weight @ values)
    return mean, float(np.sqrt((weight**2) @ (values - mean) ** 2))


def stability(
    grow: Callable[[int, np.random.Generator], _T],
    solve: Callable[[_T], _S],
    simulate: Callable[[_T, _S], Array],
    seeds: Sequence[int],
    leaves: tuple[int, int],
    tolerance: float = 0.01,
    chance: Array | None = None,
) -> Stability:
    """Return how far the result hangs on the tree, the leaves doubled until it hardly does.

    In-sample: the spread of the optimal values of trees that differ by their seed alone.
    Out-of-sample: the spread of what their policies bring on the same fresh paths. Trees reduced
    to few nodes resemble each other, so the two are also compared with each other: what a tree
    promises beyond what its policy brings counts as spread.

    Args:
        grow: Tree of so many leaves from a generator.
        solve: Plan on a tree; its `value` is the optimal value.
        simulate: (n,) values of a plan's policy on n paths, the same for all trees and none of
            them used to grow one; `follow` says in which node each path is.
        seeds: One for each tree, usually five.
        leaves: First size and cap; doubled while one is above the tolerance.
        tolerance: Relative spread allowed.
        chance: (n,) probability of the paths; None for paths that are alike likely.

    Raises:
        DataError: Fewer than two seeds, a size below one, or values that are no numbers.

    Source: Kaut & Wallace, Evaluation of scenario-generation methods for stochastic programming,
        Pacific Journal of Optimization 3 (2007), 257-271.
    """
    first, cap = leaves
    if len(set(seeds)) < 2 or not 1 <= first <= cap or not tolerance > 0:
        raise DataError(
            f"stability: seeds {tuple(seeds)}, leaves {first} to {cap}, tolerance {tolerance:g}: "
            "give two seeds or more, sizes that rise from one on, and a tolerance above zero"
        )
    rounds: list[Round] = []
    size = first
    while True:
        rounds.append(_round(size, seeds, grow, solve, simulate, chance))
        found = Stability(tuple(rounds), tolerance)
        if found.is_stable or size >= cap:
            return found
        size = min(2 * size, cap)


def _round(
    size: int,
    seeds: Sequence[int],
    grow: Callable[[int, np.random.Generator], _T],
    solve: Callable[[_T], _S],
    simulate: Callable[[_T, _S], Array],
    chance: Array | None,
) -> Round:
    values, means, errors = [], [], []
    for seed in seeds:
        tree = grow(size, np.random.default_rng(seed))
        solved = solve(tree)
        brought = np.asarray(simulate(tree, solved), dtype=float)
        if not np.isfinite(solved.value) or not brought.size or not np.all(np.isfinite(brought)):
            raise DataError(f"stability: {size} leaves, seed {seed}: a value is not a number")
        mean, error = mean_of(brought, chance)
        values.append(float(solved.value))
        means.append(mean)
        errors.append(error)
    return Round(size, tuple(values), tuple(means), tuple(errors))
