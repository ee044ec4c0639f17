"""Cooperative games: Shapley value, nucleolus, least core, and whether a sharing holds.

A coalition is a tuple of names in the order of the players; inside, it is the number whose bits
are its members, and a game is an array over these numbers.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import DataError, SolveError
from wheelbase.partner.linear import Program, Solution

__all__ = [
    "MOST",
    "Coalition",
    "LeastCore",
    "Values",
    "coalitions",
    "complete",
    "core_slack",
    "is_nucleolus",
    "least_core",
    "nucleolus",
    "sampled_shapley",
    "shapley",
]

Coalition = tuple[str, ...]
Values = Mapping[Coalition, float]
Array = NDArray[np.float64]

MOST = 12
"""Players for which every coalition is looked at."""

_TIGHT = 1e-7  # a dual above it, or a slack below it, counts, with values scaled to one


@dataclass(frozen=True, slots=True)
class LeastCore:
    """The sharings under which the least contented coalition is as content as can be.

    Args:
        surplus: What every coalition gets at least beyond what it could get alone; negative where
            the core is empty: so much less than alone the worst-off has to accept.
        shares: One such sharing.
    """

    surplus: float
    shares: Mapping[str, float]

    @property
    def core_is_empty(self) -> bool:
        """Whether no sharing contents every coalition."""
        scale = max((abs(v) for v in self.shares.values()), default=1.0)
        return self.surplus < -1e-9 * max(scale, 1.0)


def coalitions(players: Sequence[str]) -> Iterator[Coalition]:
    """Yield every coalition that is not empty, small ones first."""
    for size in range(1, len(players) + 1):
        yield from combinations(players, size)


def complete(players: Sequence[str], values: Values) -> None:
    """Refuse a game without a value for one of its coalitions.

    Raises:
        DataError: Names every coalition whose value is missing, and every one that is none.
    """
    known = set(coalitions(players))
    problems = [
        f"coalition {', '.join(c)}: its value is missing; give what they make together"
        for c in coalitions(players)
        if c not in values
    ]
    problems += [
        f"coalition {', '.join(c)}: no such coalition of {', '.join(players)}"
        for c in values
        if c and c not in known
    ]
    if problems:
        raise DataError(problems)


def _game(players: Sequence[str], values: Values) -> Array:
    """Return the values as an array over coalitions by their bits; the empty one is worth zero."""
    place = {player: 1 << n for n, player in enumerate(players)}
    game = np.zeros(1 << len(players))
    for coalition in coalitions(players):
        game[sum(place[p] for p in coalition)] = values[coalition]
    return game


def _sizes(n: int) -> NDArray[np.int64]:
    numbers = np.arange(1 << n)
    return np.asarray(np.sum((numbers[:, None] >> np.arange(n)) & 1, axis=1))


def shapley(players: Sequence[str], values: Values) -> dict[str, float]:
    """Return the Shapley value: each player's mean gain over all orders of joining.

    x_i = sum over S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S)).

    Args:
        players: Names, at most twelve.
        values: Worth of every coalition, members in the order of `players`.

    Source: Shapley, A value for n-person games, 1953.
    """
    n, game = len(players), _game(players, values)
    sizes, numbers = _sizes(n), np.arange(1 << n)
    weight = np.array([1.0 / (n * comb(n - 1, k)) if k < n else 0.0 for k in range(n + 1)])
    shares = {}
    for place, player in enumerate(players):
        without = numbers[(numbers >> place) & 1 == 0]
        gain = game[without | 1 << place] - game[without]
        shares[player] = float(np.sum(weight[sizes[without]] * gain))
    return shares


def sampled_shapley(
    players: Sequence[str],
    worth: Callable[[Coalition], float],
    orders: int,
    rng: np.random.Generator,
) -> dict[str, tuple[float, float]]:
    """Return each player's mean gain over random orders of joining, and its standard error.

    Args:
        players: Names, any number of them.
        worth: Worth of a coalition, members in the order of `players`; of nobody it is zero.
        orders: How many orders of joining are drawn.
        rng: Source of the orders.

    Source: Castro, Gomez and Tejada, Polynomial calculation of the Shapley value, 2009.
    """
    gains = np.zeros((orders, len(players)))
    for row in gains:
        joined: list[int] = []
        before = 0.0
        for player in rng.permutation(len(players)):
            joined.append(int(player))
            after = worth(tuple(players[i] for i in sorted(joined)))
            row[player] = after - before
            before = after
    error = gains.std(axis=0, ddof=1) / np.sqrt(orders)
    return {
        p: (float(m), float(e)) for p, m, e in zip(players, gains.mean(axis=0), error, strict=True)
    }


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
    """Return the least core, by one linear program: max e with x(S) - v(S) >= e for proper S.

    Source: Maschler, Peleg and Shapley, Geometric properties of the kernel, nucleolus, 1979.
    """
    if len(players) == 1:
        return LeastCore(0.0, {players[0]: values[tuple(players)]})
    game, scale = _scaled(players, values)
    members = _members(len(players))
    found = _level(members, game, list(range(1, len(game) - 1)), [])
    shares = dict(zip(players, (float(v) * scale for v in found.point[:-1]), strict=True))
    return LeastCore(float(found.point[-1]) * scale, shares)


def nucleolus(players: Sequence[str], values: Values) -> dict[str, float]:
    """Return the nucleolus: the sharing that makes the least surplus as great as possible.

    A sequence of linear programs max e with x(S) - v(S) >= e for every coalition that is free.
    Coalitions with a positive dual are tight in every solution and fixed; those that the fixed ones
    determine drop out. It ends when the fixed ones determine the shares, after as many programs as
    there are players at most. Shares and levels are solved from the tight coalitions at last.

    Args:
        players: Names, at most twelve.
        values: Worth of every coalition, members in the order of `players`.

    Source: Schmeidler, The nucleolus of a characteristic function game, 1969; Kohlberg, 1971.
    """
    n = len(players)
    if n == 1:
        return {players[0]: values[tuple(players)]}
    game, scale = _scaled(players, values)
    members = _members(n)
    levels: list[list[int]] = []
    fixed: list[tuple[int, float]] = []
    free = list(range(1, len(game) - 1))
    while free and np.linalg.matrix_rank(_rows(members, levels)) < n:
        found = _level(members, game, free, fixed)
        tight = [s for s, dual in zip(free, found.duals, strict=False) if abs(dual) > _TIGHT]
        if not tight:
            raise SolveError("nucleolus: no coalition is tight at a level; the values span too far")
        levels.append(tight)
        fixed += [(s, float(game[s] + found.point[-1])) for s in tight]
        free = _undetermined(members, levels, free)
    shares = _solved(members, game, levels) * scale
    return {player: float(share) for player, share in zip(players, shares, strict=True)}


def is_nucleolus(
    players: Sequence[str], values: Values, shares: Mapping[str, float], tolerance: float = 1e-7
) -> bool:
    """Return whether a sharing is the nucleolus: the collections of its tightest are balanced.

    For every level, no transfer that hurts none of the coalitions at or below it helps one.

    Source: Kohlberg, On the nucleolus of a characteristic function game, 1971.
    """
    n = len(players)
    game, scale = _scaled(players, values)
    members = _members(n)
    surplus = members @ np.array([shares[p] / scale for p in players]) - game
    order = sorted(range(1, len(game) - 1), key=lambda s: surplus[s])
    chosen: list[int] = []
    while order and np.linalg.matrix_rank(_rows(members, [chosen])) < n:
        level = surplus[order[0]]
        while order and surplus[order[0]] <= level + tolerance:
            chosen.append(order.pop(0))
        helped = Program(members[chosen].sum(axis=0), -1.0, 1.0)
        helped.add(members[chosen], 0.0, np.inf)
        helped.add(np.ones((1, n)), 0.0, 0.0)
        if helped.maximum().value > 1e-6:
            return False
    return True


def _scaled(players: Sequence[str], values: Values) -> tuple[Array, float]:
    game = _game(players, values)
    scale = max(1.0, float(np.max(np.abs(game))))
    return game / scale, scale


def _members(n: int) -> Array:
    """Return (2^n, n) ones where a player is in a coalition."""
    numbers = np.arange(1 << n)
    return ((numbers[:, None] >> np.arange(n)) & 1).astype(float)


def _rows(members: Array, levels: Sequence[Sequence[int]]) -> Array:
    """Return the rows of the grand coalition and of every fixed one."""
    return np.vstack([members[-1], *(members[s] for level in levels for s in level)])


def _level(
    members: Array, game: Array, free: Sequence[int], fixed: Sequence[tuple[int, float]]
) -> Solution:
    """Return the solution of max e, x(S) - e >= v(S) for free S, equalities for fixed ones."""
    n = members.shape[1]
    program = Program(np.append(np.zeros(n), 1.0), -np.inf, np.inf)
    rows = np.hstack([members[list(free)], -np.ones((len(free), 1))])
    program.add(rows, game[list(free)], np.inf)
    equal = [(len(game) - 1, float(game[-1])), *fixed]
    rows = np.hstack([members[[s for s, _ in equal]], np.zeros((len(equal), 1))])
    right = np.array([value for _, value in equal])
    program.add(rows, right, right)
    return program.maximum()


def _undetermined(
    members: Array, levels: Sequence[Sequence[int]], free: Sequence[int]
) -> list[int]:
    """Return the free coalitions that do not lie in the span of the fixed ones."""
    rows = _rows(members, levels)
    _, sizes, basis = np.linalg.svd(rows, full_matrices=False)
    basis = basis[sizes > 1e-9]
    left = members[list(free)]
    rest = left - (left @ basis.T) @ basis
    outside = np.max(np.abs(rest), axis=1) > 1e-9
    return [s for s, out in zip(free, outside, strict=True) if out]


def _solved(members: Array, game: Array, levels: Sequence[Sequence[int]]) -> Array:
    """Return the shares that the tight coalitions of every level determine with its surplus."""
    n = members.shape[1]
    rows, right = [np.append(members[-1], np.zeros(len(levels)))], [float(game[-1])]
    for k, level in enumerate(levels):
        for s in level:
            rows.append(np.append(members[s], -np.eye(len(levels))[k]))
            right.append(float(game[s]))
    solution = np.linalg.lstsq(np.array(rows), np.array(right), rcond=None)[0]
    return np.asarray(solution[:n])
