"""The nucleolus, exactly: a sequence of linear programs, a linear system, and a certificate."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import SolveError
from wheelbase.partner.game import Values, membership, worths
from wheelbase.partner.linear import maximum

__all__ = ["is_nucleolus", "nucleolus"]

Array = NDArray[np.float64]
_Masks = NDArray[np.int64]
_Levels = list[_Masks]

_ZERO = 1e-8
_BATCH = 40


def nucleolus(players: Sequence[str], values: Values) -> dict[str, float]:
    """Return the nucleolus: the sharing that makes the least surplus as great as possible.

    Then the next least, and so on; two players share what they gain together in halves. Each
    program fixes the coalitions with a dual above zero; those in the span of the fixed ones drop
    out. The fixed ones give a linear system for the shares. Nobody is held to what it gains alone,
    which makes no difference where joining never takes value away (a superadditive cover, say).

    Raises:
        SolveError: The tight coalitions are not balanced, so the result is not proved.

    Source: Schmeidler, The nucleolus of a characteristic function game, 1969.
    """
    n = len(players)
    if n == 1:
        return {players[0]: float(values[tuple(players)])}
    worth = worths(players, values)
    if n == 2:
        half = float(worth[1] - worth[2]) / 2
        return {players[0]: float(worth[3]) / 2 + half, players[1]: float(worth[3]) / 2 - half}
    scale = max(float(np.abs(worth).max()), 1e-300)
    worth = worth / scale
    members = membership(n)
    shares = _shares(_levels(worth, members), worth, members)
    if not is_nucleolus(shares, worth):
        raise SolveError("nucleolus: the tight coalitions are not balanced; nothing is proved")
    return {p: float(x) * scale for p, x in zip(players, shares, strict=True)}


def _levels(worth: Array, members: Array) -> _Levels:
    """Return the coalitions fixed by each program, as bit masks."""
    n = members.shape[1]
    fixed, level_of = members[-1:], [worth[-1]]
    free = np.arange(1, (1 << n) - 1)
    active: _Masks = np.array([], dtype=np.int64)
    levels: _Levels = []
    while np.linalg.matrix_rank(fixed) < n:
        free = free[_residual(members[free], fixed) > _ZERO]
        active = np.union1d(active[np.isin(active, free)], _seed(free, n))
        surplus, tight, active = _program(free, active, worth, members, fixed, np.array(level_of))
        levels.append(tight)
        fixed = np.vstack([fixed, members[tight]])
        level_of += list(worth[tight] + surplus)
    return levels


def _residual(rows: Array, basis: Array) -> Array:
    """Return how far each row (m, n) lies outside the span of the basis, (m,)."""
    _, size, span = np.linalg.svd(basis, full_matrices=False)
    span = span[size > _ZERO * size[0]]
    return np.asarray(np.linalg.norm(rows - rows @ span.T @ span, axis=1))


def _seed(free: _Masks, n: int) -> _Masks:
    """Return some free coalitions with their complements, which bound the surplus."""
    some = free[:n]
    return np.concatenate([some, ((1 << n) - 1) ^ some])


def _program(
    free: _Masks, active: _Masks, worth: Array, members: Array, fixed: Array, levels: Array
) -> tuple[float, _Masks, _Masks]:
    """Return max e with x(S) - e >= v(S) for free S, those with a dual, and the rows it took.

    Rows come in as they are violated, so that 4,094 coalitions stay a small program.
    """
    n = members.shape[1]
    objective = np.append(np.zeros(n), 1.0)
    equal = np.hstack([fixed, np.zeros((len(fixed), 1))])
    while True:
        rows = np.hstack([members[active], -np.ones((active.size, 1))])
        lower = np.concatenate([worth[active], levels - _SLACK])
        upper = np.concatenate([np.full(active.size, np.inf), levels + _SLACK])
        point, dual = maximum(objective, np.vstack([rows, equal]), lower, upper)
        lack = worth[free] + point[-1] - members[free] @ point[:-1]
        worst = free[np.argsort(-lack)[:_BATCH]]
        worst = worst[(lack[np.argsort(-lack)[:_BATCH]] > 1e-9) & ~np.isin(worst, active)]
        if not worst.size:
            tight = active[dual[: active.size] > _ZERO]
            return float(point[-1]), tight, active
        active = np.concatenate([active, worst])


_SLACK = 1e-11
"""Rounding of the levels fixed so far; without it a redundant equality could contradict."""


def _shares(levels: _Levels, worth: Array, members: Array) -> Array:
    """Return x from x(N) = v(N) and x(S) - e_k = v(S) for the coalitions S of every level k."""
    n = members.shape[1]
    rows = [np.append(members[-1], np.zeros(len(levels)))]
    right = [worth[-1]]
    for k, masks in enumerate(levels):
        level = np.zeros(len(levels))
        level[k] = -1.0
        rows += [np.append(members[mask], level) for mask in masks]
        right += [worth[mask] for mask in masks]
    return np.asarray(np.linalg.lstsq(np.array(rows), np.array(right), rcond=None)[0][:n])


def is_nucleolus(shares: Array, worth: Array) -> bool:
    """Return whether the coalitions tight at each level are balanced, which proves a nucleolus.

    Args:
        shares: One number per player, (n,).
        worth: Value of each coalition by bit mask, (2^n,).

    Source: Kohlberg, On the nucleolus of a characteristic function game, 1971, theorem 5.
    """
    n = shares.size
    size = max(float(np.abs(worth).max()), 1e-300)
    if abs(shares.sum() - worth[-1]) > _ZERO * size:
        return False
    members = membership(n)
    proper = np.arange(1, (1 << n) - 1)
    surplus = (members[proper] @ shares - worth[proper]) / size
    order = np.argsort(surplus, kind="stable")
    settled, rank, at = members[-1:], 1, 0
    while rank < n:
        most = surplus[order[at]] + _ZERO
        end = int(np.searchsorted(surplus[order], most, side="right"))
        new = members[proper[order[at:end]]]
        new = new[_residual(new, settled) > _ZERO]
        at = end
        if not len(new):
            continue
        if not _balanced(new, settled):
            return False
        settled = np.vstack([settled, new])
        rank = int(np.linalg.matrix_rank(settled))
    return True


def _balanced(new: Array, settled: Array) -> bool:
    """Return whether no side payment that keeps `settled` helps one of `new` and hurts none."""
    rows = np.vstack([new, settled])
    lower = np.zeros(len(rows))
    upper = np.append(np.full(len(new), np.inf), np.zeros(len(settled)))
    change, _ = maximum(new.sum(axis=0), rows, lower, upper, box=1.0)
    return bool(new.sum(axis=0) @ change < 1e-6)
