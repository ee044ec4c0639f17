"""Cooperative games: Shapley value, nucleolus, and whether a sharing rule is in the core."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import factorial

import highspy
import numpy as np
from numpy.typing import NDArray

__all__ = ["Coalition", "Values", "coalitions", "core_slack", "nucleolus", "shapley"]

Coalition = tuple[str, ...]
Values = Mapping[Coalition, float]
_Row = NDArray[np.float64]
_Rows = Mapping[Coalition, _Row]
_Fixed = list[tuple[_Row, float]]

_TIGHT = 1e-9


def coalitions(players: Sequence[str]) -> Iterator[Coalition]:
    """Yield every coalition that is not empty, small ones first."""
    for size in range(1, len(players) + 1):
        yield from combinations(players, size)


def shapley(players: Sequence[str], values: Values) -> dict[str, float]:
    """Return the Shapley value: each player's mean gain over all orders of joining.

    Args:
        players: Names, at most twelve.
        values: Worth of every coalition, members in the order of `players`.

    Source: Shapley, A value for n-person games, 1953.
    """
    n = len(players)
    share = dict.fromkeys(players, 0.0)
    for coalition in coalitions(players):
        weight = factorial(len(coalition) - 1) * factorial(n - len(coalition)) / factorial(n)
        for player in coalition:
            rest = tuple(p for p in coalition if p != player)
            share[player] += weight * (values[coalition] - values.get(rest, 0.0))
    return share


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


def nucleolus(players: Sequence[str], values: Values) -> dict[str, float]:
    """Return the nucleolus: the sharing that makes the least surplus as great as possible.

    A sequence of linear programs; after each, coalitions that cannot gain any more are fixed,
    until the shares are unique.

    Source: Schmeidler, The nucleolus of a characteristic function game, 1969.
    """
    n = len(players)
    scale = max(1.0, max(abs(v) for v in values.values()))
    proper = [c for c in coalitions(players) if len(c) < n]
    rows = {c: np.array([float(p in c) for p in players]) for c in proper}
    worth = {c: values[c] / scale for c in coalitions(players)}
    fixed: _Fixed = [(np.ones(n), worth[tuple(players)])]
    free = list(proper)
    while free and np.linalg.matrix_rank(np.array([row for row, _ in fixed])) < n:
        surplus = _greatest_surplus(n, free, rows, worth, fixed)
        least = {c: worth[c] + surplus for c in free}
        settled = [c for c in free if _greatest_of(c, free, rows, least, fixed) - least[c] < 1e-7]
        fixed += [(rows[c], least[c]) for c in settled]
        basis = np.array([row for row, _ in fixed])
        rank = np.linalg.matrix_rank(basis)
        free = [
            c for c in free
            if c not in settled and np.linalg.matrix_rank(np.vstack([basis, rows[c]])) > rank
        ]  # fmt: skip
    matrix = np.array([row for row, _ in fixed])
    right = np.array([value for _, value in fixed])
    shares = np.linalg.lstsq(matrix, right, rcond=None)[0] * scale
    return {player: float(share) for player, share in zip(players, shares, strict=True)}


def _greatest_surplus(
    n: int, free: Sequence[Coalition], rows: _Rows, worth: Mapping[Coalition, float], fixed: _Fixed
) -> float:
    """Return max e with x(S) - e >= v(S) for free S and equalities for fixed ones."""
    objective = np.append(np.zeros(n), 1.0)
    matrix = [np.append(rows[c], -1.0) for c in free] + [np.append(row, 0.0) for row, _ in fixed]
    lower = [worth[c] for c in free] + [value for _, value in fixed]
    upper = [highspy.kHighsInf] * len(free) + [value for _, value in fixed]
    solution = _maximum(objective, np.array(matrix), np.array(lower), np.array(upper))
    return float(solution[-1])


def _greatest_of(
    coalition: Coalition,
    free: Sequence[Coalition],
    rows: _Rows,
    least: Mapping[Coalition, float],
    fixed: _Fixed,
) -> float:
    """Return the most that `coalition` can get while every free one keeps its surplus."""
    matrix = [rows[c] for c in free] + [row for row, _ in fixed]
    lower = [least[c] - _TIGHT for c in free] + [value for _, value in fixed]
    upper = [highspy.kHighsInf] * len(free) + [value for _, value in fixed]
    objective = rows[coalition]
    solution = _maximum(objective, np.array(matrix), np.array(lower), np.array(upper))
    return float(objective @ solution)


def _maximum(objective: _Row, matrix: _Row, lower: _Row, upper: _Row) -> _Row:
    """Return the point that maximises a small dense linear program with free variables."""
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("threads", 1)
    infinity = highspy.kHighsInf
    for cost in objective:
        solver.addCol(-float(cost), -infinity, infinity, 0, np.array([], np.int32), np.array([]))
    for row, low, high in zip(matrix, lower, upper, strict=True):
        used = np.nonzero(row)[0].astype(np.int32)
        solver.addRow(float(low), float(high), len(used), used, row[used])
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise ValueError(f"nucleolus: linear program ended {solver.getModelStatus()}")
    return np.array(solver.getSolution().col_value)
