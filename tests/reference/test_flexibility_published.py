"""Process flexibility against what Jordan & Graves and Simchi-Levi & Wei published.

Ten plants of 100 and ten products of mean 100 and spread 40, cut at two spreads: Jordan and Graves,
Principles on the Benefits of Manufacturing Process Flexibility, Management Science 41(4), 1995.
Where demand is drawn, 1.5 cars are about four standard errors of 40,000 draws of total demand.
"""

from math import erf, exp, pi, sqrt

import numpy as np
import pytest

from wheelbase.plan import (
    Network,
    PlantLink,
    Product,
    Sampling,
    Site,
    chains,
    draw_demand,
    evaluate,
    standard_designs,
)
from wheelbase.plan.flow import flows_of, sales

DRAWS = 40_000
PLANTS = [f"plant{k}" for k in range(10)]


@pytest.fixture(scope="module")
def ten():
    """Jordan and Graves' ten-by-ten, plant k at home with product k."""
    products = [f"product{k}" for k in range(10)]
    return Network(
        sites=tuple(Site(p, 100.0) for p in PLANTS),
        products=tuple(Product(q, 100.0, 40.0) for q in products),
        links=tuple(PlantLink(p, q, 1.0) for p in PLANTS for q in products),
        present=tuple(zip(PLANTS, products, strict=True)),
    )


@pytest.fixture(scope="module")
def sold(ten):
    two = chains(ten, "two chains", [PLANTS[:5], PLANTS[5:]])
    outcomes = evaluate(ten, [*standard_designs(ten), two], Sampling(draws=DRAWS))
    return {o.design.name: o for o in outcomes}


def phi(x):
    return exp(-x * x / 2) / sqrt(2 * pi)


def Phi(x):
    return (1 + erf(x / sqrt(2))) / 2


def closed_form():
    """Ten times E min(D, 100): 10 (100 - 40 (phi(0) - phi(2)) / (Phi(2) - Phi(-2)))."""
    return 10 * (100 - 40 * (phi(0) - phi(2)) / (Phi(2) - Phi(-2)))


def test_no_flexibility_sells_what_the_closed_form_says(sold):
    assert closed_form() == pytest.approx(855.4, abs=0.05)
    none = sold["none"].sales
    assert none.mean == pytest.approx(closed_form(), abs=4 * none.error)


def test_demand_is_the_cut_normal(ten):
    """Variance of a normal cut at c: 1 - 2 c phi(c) / (2 Phi(c) - 1)."""
    spread = 40 * sqrt(1 - 4 * phi(2) / (2 * Phi(2) - 1))
    demand = draw_demand(ten, DRAWS, np.random.default_rng(7))
    assert spread == pytest.approx(35.19, abs=0.005)
    error = spread / sqrt(demand.size)
    assert demand.mean() == pytest.approx(100, abs=4 * error)
    assert demand.std() == pytest.approx(spread, abs=4 * error)
    assert demand.min() >= 20 and demand.max() <= 180


@pytest.mark.parametrize(
    ("design", "published"),
    [("pairs", 899.4), ("two chains", 936.2), ("chain", 951.3), ("total", 955.1)],
)
def test_partial_flexibility_sells_what_jordan_and_graves_found(sold, design, published):
    assert sold[design].sales.mean == pytest.approx(published, abs=1.5)


def test_one_chain_brings_nearly_all_that_total_flexibility_brings(sold):
    gain = {n: o.sales.mean - sold["none"].sales.mean for n, o in sold.items()}
    assert gain["chain"] / gain["total"] == pytest.approx(0.962, abs=0.005)
    assert len(sold["chain"].design.pairs) == 20 and len(sold["total"].design.pairs) == 100


def test_the_index_falls_with_flexibility_and_total_flexibility_has_none(sold):
    index = {n: o.index for n, o in sold.items()}
    assert index["total"] == 0
    assert index["none"] >= index["pairs"] >= index["two chains"] > index["chain"] > 0


def test_the_index_of_one_group_is_a_normal_probability():
    """Two plants without flexibility: P(D1 > 100, D2 < 100) = 1/4 for either product."""
    network = Network(
        sites=(Site("a", 100.0), Site("b", 100.0)),
        products=(Product("p", 100.0, 30.0), Product("q", 100.0, 30.0)),
        links=(PlantLink("a", "p"), PlantLink("b", "q")),
        present=(("a", "p"), ("b", "q")),
    )
    (none, _) = evaluate(network, standard_designs(network), Sampling(draws=DRAWS))
    assert none.index == pytest.approx(0.25, abs=4 * sqrt(0.25 * 0.75 / DRAWS) + 0.002)


PUBLISHED = [855.2, 859.6, 865.9, 873.1, 881.2, 889.9, 898.9, 908.2, 917.6, 927.3, 951.3]
"""Ten to twenty links; Simchi-Levi and Wei, Operations Research 60(5), 2012, on this example."""


def test_gains_rise_along_the_chain_and_the_closing_link_gains_most(ten):
    whole = chains(ten, "chain", [PLANTS])
    home = frozenset(ten.present)
    added = [(PLANTS[k], f"product{(k + 1) % 10}") for k in range(10)]
    assert whole.pairs == home | set(added)
    demand = draw_demand(ten, DRAWS, np.random.default_rng(7))
    built = [ten.built(home | set(added[:n])) for n in range(11)]
    found = np.array([sales(demand, flags, ten.capacity) for flags in built])
    assert found.mean(axis=1) == pytest.approx(PUBLISHED, abs=1.5)
    rises = np.diff(found, n=2, axis=0)
    error = rises.std(axis=1) / sqrt(DRAWS)
    assert (rises.mean(axis=1) > -3 * error).all()
    assert (rises.mean(axis=1)[[0, 1, 2, -1]] > 3 * error[[0, 1, 2, -1]]).all()
    steps = np.diff(found.mean(axis=1))
    assert steps[-1] > 2 * steps[-2]


def test_links_of_a_long_chain_help_each_other_in_every_single_draw(ten):
    """Supermodularity: with more of the chain built, a link never gains less (their theorem 1)."""
    rng = np.random.default_rng(5)
    demand = draw_demand(ten, 200, rng)
    added = [(PLANTS[k], f"product{(k + 1) % 10}") for k in range(10)]
    for _ in range(30):
        order = [added[k] for k in rng.permutation(10)]
        small, big = sorted(rng.integers(0, 10, 2))
        few, many, link = set(order[:small]), set(order[:big]), {order[-1]}
        values = [
            sales(demand, ten.built({*ten.present, *links}), ten.capacity)
            for links in (few, few | link, many, many | link)
        ]
        assert (values[3] - values[2] >= values[1] - values[0] - 1e-9).all()


CAPACITIES = [380.0, 230, 250, 230, 240, 230, 230, 240]
MEANS = [320.0, 150, 270, 110, 220, 110, 120, 80, 140, 160, 60, 35, 40, 35, 30, 180]


def test_the_eight_by_sixteen_of_jordan_and_graves_equals_its_linear_programs():
    """Capacities and means as published; links at random, as the paper's drawing is not data."""
    rng = np.random.default_rng(3)
    demand = rng.uniform(0.4, 1.6, (300, 16)) * np.array(MEANS)
    capacity = np.array(CAPACITIES)
    for density in (0.1, 0.25, 0.6):
        built = rng.random((8, 16)) < density
        built[np.arange(16) % 8, np.arange(16)] = True
        program = flows_of(demand, built, capacity, np.ones(16)).sum(axis=(1, 2))
        assert sales(demand, built, capacity) == pytest.approx(program, rel=1e-9, abs=1e-9)
