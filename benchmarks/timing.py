"""Seconds of one lattice solve, and of a 400-cell map against its cells one by one; the ratio."""

import time
from dataclasses import replace

import numpy as np

from wheelbase.decide import TimingInputs, Varied, break_even, weigh

YEARS = tuple(range(2020, 2041))
ONE = np.ones(len(YEARS))


def maker():
    """Return a maker with invented figures."""
    share = np.interp(YEARS, [2020, 2025, 2030, 2040], [0.03, 0.10, 0.25, 0.50])
    return TimingInputs(
        years=YEARS, mean_share=share, spread=0.28, cars=2.2e6, penalty=2000 * ONE,
        compatibility=60.0, margin=8000.0, flexible_capacity=2.2e6, block_size=150e3,
        block_cost=1050e6, block_fixed=30e6, development=1500e6, lead=4, life=10.0, wacc=0.08,
        terminal=8.0,
    )  # fmt: skip


def main():
    """Print one row per task."""
    base = maker()
    began = time.perf_counter()
    for _ in range(10):
        weigh(base)
    one = (time.perf_counter() - began) / 10
    print(f"one lattice solve, all policies   {one:8.4f} s")
    penalty = Varied("penalty", "penalty", "EUR", 1000 * ONE, 2000 * ONE, 3000 * ONE)
    block = Varied("block_cost", "block", "MEUR", 0.6e9, 1.05e9, 1.8e9)
    began = time.perf_counter()
    found = break_even(base, penalty, block)
    together = time.perf_counter() - began
    began = time.perf_counter()
    for cost in found.y_values:
        for value in found.x_values:
            weigh(replace(base, penalty=value * ONE, block_cost=cost))
    apart = time.perf_counter() - began
    print(f"map of 400 cells, together        {together:8.4f} s")
    print(f"the same cells one by one         {apart:8.4f} s   ratio {apart / together:.1f}")


if __name__ == "__main__":
    main()
