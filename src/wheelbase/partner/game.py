"""Cooperative games: tables of coalition values, Shapley value, core, least core."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import DataError
from wheelbase.partner.linear import maximum

__all__ = [
    "Coalition",
    "LeastCore",
    "Sampled",
    "Values",
    "coalitions",
    "complete",
    "core_slack",
    "cover",
    "least_core",
    "membership",
    "sampled_shapley",
    "shapley",
    "worths",
]

Coalition = tuple[str, ...]
Values = Mapping[Coalition, float]
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sampled:
    """A Shapley value from random orders of joining, with the standard error of each share."""

    shares: Mapping[str, float]
    errors: Mapping[str, float]
    orders: int


@dataclass(frozen=True, slots=True)
class LeastCore:
    """The least that must be paid to make every group stay, and a sharing that does with it.

    Args:
        epsilon: What each group that leaves would have to lose, EUR; at most zero: core not empty.
        shares: A sharing of the whole in which no group lacks more than epsilon.
    """

    epsilon: float
    shares: Mapping[str, float]

    @property
    def core_is_empty(self) -> bool:
        """Whether no sharing at all keeps every group."""
        return self.epsilon > 1e-9 * max(1.0, sum(abs(v) for v in self.shares.values()))


def coalitions(players: Sequence[str]) -> Iterator[Coalition]:
    """Yield every coalition that is not empty, small ones first."""
    for size in range(1, len(players) + 1):
        yield from combinations(players, size)


def complete(players: Sequence[str], values: Values, place: str) -> dict[Coalition, float]:
    """Return a table of values in the order of `players`, checked to hold every coalition.

    Raises:
        DataError: Names every coalition that is missing, unknown, or without a finite value.
    """
    known = {frozenset(c): v for c, v in values.items()}
    wanted = {frozenset(c): c for c in coalitions(players)}
    problems = [
        f"{place}: the value of {' + '.join(c)} is missing; add it"
        for key, c in wanted.items()
        if key not in known
    ]
    problems += [
        f"{place}: {' + '.join(sorted(c))} is no coalition of {', '.join(players)}"
        for c in known
        if c not in wanted
    ]
    problems += [
        f"{place}: the value of {' + '.join(sorted(c))} is not a finite number"
        for c, v in known.items()
        if not np.isfinite(v)
    ]
    if problems:
        raise DataError(problems)
    return {c: float(known[key]) for key, c in wanted.items()}


def worths(players: Sequence[str], values: Values) -> Array:
    """Return the values as an array (2^n,) indexed by bit mask, 0 for nobody."""
    bit = {p: 1 << k for k, p in enumerate(players)}
    found = np.zeros(1 << len(players))
    for coalition, value in values.items():
        found[sum(bit[p] for p in coalition)] = value
    return found


def cover(players: Sequence[str], values: Values) -> dict[Coalition, float]:
    """Return the superadditive cover: what a coalition gains where nobody must join anybody.

    v*(S) = max over partitions of S into groups of the sum of v, found group by group:
    v*(S) = max of v(T) + v*(S - T) over the T in S that hold the first player of S.

    Args:
        players: Names, n; the work grows with 3^n.
        values: Worth of every coalition, members in the order of `players`.

    Source: Aumann & Dreze, Cooperative games with coalition structures, 1974.
    """
    worth = worths(players, values)
    best = np.zeros_like(worth)
    for mask in range(1, len(worth)):
        first = mask & -mask
        rest = np.zeros(1, dtype=np.int64)  # every part of the players after the first
        for k in range(len(players)):
            if mask >> k & 1 and 1 << k != first:
                rest = np.concatenate([rest, rest | 1 << k])
        group = rest | first
        best[mask] = (worth[group] + best[mask ^ group]).max()
    bit = {p: 1 << k for k, p in enumerate(players)}
    return {c: float(best[sum(bit[p] for p in c)]) for c in values}


def membership(n: int) -> Array:
    """Return which player is in which coalition, (2^n, n) of 0 and 1, rows by bit mask."""
    masks = np.arange(1 << n)
    return ((masks[:, None] >> np.arange(n)) & 1).astype(float)


def shapley(players: Sequence[str], values: Values) -> dict[str, float]:
    """Return the Shapley value: each player's mean gain over all orders of joining.

    Args:
        players: Names; the table has 2^n rows.
        values: Worth of every coalition, members in the order of `players`.

    Source: Shapley, A value for n-person games, 1953.
    """
    n, worth = len(players), worths(players, values)
    masks = np.arange(1 << n)
    sizes = membership(n).sum(axis=1).astype(int)
    weights = np.array([factorial(s) * factorial(n - s - 1) / factorial(n) for s in range(n)])
    shares = {}
    for k, player in enumerate(players):
        without = masks[(masks >> k) & 1 == 0]
        gains = worth[without | (1 << k)] - worth[without]
        shares[player] = float(weights[sizes[without]] @ gains)
    return shares


def sampled_shapley(
    players: Sequence[str],
    worth: Callable[[Coalition], float],
    rng: np.random.Generator,
    orders: int = 10_000,
) -> Sampled:
    """Return the Shapley value from random orders of joining; nobody is worth 0.

    Args:
        players: Names, as many as there are.
        worth: Gives the worth of a coalition, members in the order of `players`; asked once each.
        rng: Random numbers.
        orders: How many orders are drawn.

    Source: Castro, Gomez and Tejada, Polynomial calculation of the Shapley value, 2009.
    """
    if orders < 2:
        raise ValueError(f"{orders} orders give no error bar; draw at least two")
    n = len(players)
    known: dict[int, float] = {}
    gains = np.empty((orders, n))
    for row in gains:
        mask, before = 0, 0.0
        for k in rng.permutation(n):
            mask |= 1 << int(k)
            if mask not in known:
                known[mask] = worth(tuple(p for j, p in enumerate(players) if mask >> j & 1))
            after = known[mask]
            row[k] = after - before
            before = after
    errors = gains.std(axis=0, ddof=1) / np.sqrt(orders)
    mean = gains.mean(axis=0)
    return Sampled(
        dict(zip(players, map(float, mean), strict=True)),
        dict(zip(players, map(float, errors), strict=True)),
        orders,
    )


def core_slack(
    players: Sequence[str], values: Values, shares: Mapping[str, float]
) -> tuple[float, Coalition]:
    """Return the least surplus of a coalition over what it could get alone, and which one it is.

    The grand coalition is left out. A negative surplus means that this coalition would rather go
    alone: the sharing is not in the core.
    """
    proper = [c for c in coalitions(players) if len(c) < len(players)]
    surplus = {c: sum(shares[p] for p in c) - values[c] for c in proper}
    tightest = min(surplus, key=lambda c: surplus[c])
    return surplus[tightest], tightest


def least_core(players: Sequence[str], values: Values) -> LeastCore:
    """Return the least core: one linear program, min epsilon with x(S) >= v(S) - epsilon.

    Source: Maschler, Peleg and Shapley, Geometric properties of the kernel, nucleolus, 1979.
    """
    n, worth = len(players), worths(players, values)
    scale = max(1.0, float(np.abs(worth).max()))
    proper = np.arange(1, (1 << n) - 1)
    rows = np.hstack([membership(n)[proper], -np.ones((proper.size, 1))])
    whole = np.append(np.ones(n), 0.0)
    lower = np.append(worth[proper], worth[-1]) / scale
    upper = np.append(np.full(proper.size, np.inf), worth[-1] / scale)
    point, _ = maximum(np.append(np.zeros(n), 1.0), np.vstack([rows, whole]), lower, upper)
    shares = {p: float(x) * scale for p, x in zip(players, point[:-1], strict=True)}
    return LeastCore(-float(point[-1]) * scale, shares)
