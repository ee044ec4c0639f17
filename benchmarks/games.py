"""Seconds for Shapley value and nucleolus of 8 and 12 players; Shapley against its definition."""

import time
from math import factorial

import numpy as np

from wheelbase.partner import coalitions, least_core, nucleolus, shapley


def by_definition(players, values):
    """Return the Shapley value by the sum over coalitions, one by one, in plain Python."""
    n, share = len(players), dict.fromkeys(players, 0.0)
    for c in coalitions(players):
        weight = factorial(len(c) - 1) * factorial(n - len(c)) / factorial(n)
        for p in c:
            share[p] += weight * (values[c] - values.get(tuple(q for q in c if q != p), 0.0))
    return share


def seconds(solve, *given):
    """Return how long one call takes, s."""
    began = time.perf_counter()
    solve(*given)
    return time.perf_counter() - began


def main():
    """Print one row per number of players."""
    print("players  definition  Shapley  ratio  nucleolus  least core")
    for n in (8, 12):
        players, rng = "abcdefghijkl"[:n], np.random.default_rng(1)
        values = {c: 10.0 * len(c) ** 2 + rng.uniform(0, 10) for c in coalitions(players)}
        plain, fast = seconds(by_definition, players, values), seconds(shapley, players, values)
        rest = seconds(nucleolus, players, values), seconds(least_core, players, values)
        print(f"{n:>7}  {plain:>10.4f}  {fast:>7.4f}  {plain / fast:>5.1f}  {rest[0]:>9.4f}"
              f"  {rest[1]:>10.4f}")  # fmt: skip


if __name__ == "__main__":
    main()
