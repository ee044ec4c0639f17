"""Seconds for five designs of ten plants and ten products, 40,000 draws; against one LP a draw."""

import time

import numpy as np

from wheelbase.plan import (
    Network,
    PlantLink,
    Product,
    Sampling,
    Site,
    chains,
    draw_demand,
    evaluate,
)
from wheelbase.plan import standard_designs as standard
from wheelbase.plan.flow import sales, sold_by_program

DRAWS, SAMPLE = 40_000, 400


def ten_by_ten():
    """Return Jordan and Graves' example."""
    plants, products = ([f"{name}{k}" for k in range(10)] for name in ("plant", "product"))
    return Network(
        sites=tuple(Site(p, 100.0) for p in plants),
        products=tuple(Product(q, 100.0, 40.0) for q in products),
        links=tuple(PlantLink(p, q, 1.0) for p in plants for q in products),
        present=tuple(zip(plants, products, strict=True)),
    )


def main():
    """Print sales and time of the five, then one row per design against its linear programs."""
    network = ten_by_ten()
    plants = [site.id for site in network.sites]
    designs = [*standard(network), chains(network, "two chains", [plants[:5], plants[5:]])]
    began = time.perf_counter()
    outcomes = evaluate(network, designs, Sampling(draws=DRAWS))
    whole = time.perf_counter() - began
    print(f"five designs, {DRAWS:,} draws, sales, loads, margins and index: {whole:.2f} s")
    print("design      sales   error   cuts us/draw  LP us/draw  ratio  largest difference")
    demand = draw_demand(network, DRAWS, np.random.default_rng(7))
    for outcome in outcomes:
        built = network.built(outcome.design.pairs)
        began = time.perf_counter()
        found = np.concatenate(
            [sales(demand[k : k + 2_000], built, network.capacity) for k in range(0, DRAWS, 2_000)]
        )
        fast = (time.perf_counter() - began) / DRAWS
        began = time.perf_counter()
        program = sold_by_program(demand[:SAMPLE], built, network.capacity).sales
        slow = (time.perf_counter() - began) / SAMPLE
        worst = np.abs(program - found[:SAMPLE]).max()
        print(
            f"{outcome.design.name:<10} {outcome.sales.mean:>6.1f} {outcome.sales.error:>7.2f}"
            f"  {fast * 1e6:>12.1f}  {slow * 1e6:>10.0f}  {slow / fast:>5.0f}  {worst:>18.1e}"
        )


if __name__ == "__main__":
    main()
