"""Plants, products and links: what is refused, what a small network is worth, which link next."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from math import inf, nan
from multiprocessing import get_context

import numpy as np
import pytest

from wheelbase.errors import DataError
from wheelbase.plan import (
    Design,
    Network,
    PlantLink,
    Product,
    Sampling,
    Site,
    best_design,
    chains,
    draw_demand,
    evaluate,
    flexibility,
    link_curve,
    next_links,
    prove,
    standard_designs,
)
from wheelbase.plan.designs import cheapest_chain, cheapest_pairs
from wheelbase.plan.flow import flows_of, sales, sold
from wheelbase.plan.links import ahead
from wheelbase.plan.solver import Status


def square(count, spread=40.0, cost=0.0, margin=1.0, **more):
    """Return `count` plants of 100 at home with as many products of mean 100."""
    plants, products = ([f"{name}{k}" for k in range(count)] for name in "pq")
    return Network(
        sites=tuple(Site(p, 100.0) for p in plants),
        products=tuple(Product(q, 100.0, spread, margin) for q in products),
        links=tuple(PlantLink(p, q, cost) for p in plants for q in products),
        present=tuple(zip(plants, products, strict=True)),
        **more,
    )


def refused(network, **change):
    with pytest.raises(DataError) as error:
        replace(network, **change)
    return str(error.value)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"sites": (Site("p0", nan), Site("p1", 100.0))}, "plant p0: capacity nan must be above"),
        ({"sites": (Site("p0", -1.0), Site("p1", 100.0))}, "plant p0: capacity -1 must be above"),
        ({"sites": (Site("p0", 1.0), Site("p0", 1.0))}, "plant p0: listed twice; list it once"),
        ({"sites": ()}, "plants: none; name at least one"),
        ({"products": (Product("q0", -5.0, 1.0), Product("q1", 9.0, 1.0))},
         "product q0: mean -5 must be above zero"),
        ({"products": (Product("q0", nan, 1.0), Product("q1", 9.0, 1.0))},
         "product q0: mean nan must be above zero"),
        ({"products": (Product("q0", 100.0, inf), Product("q1", 9.0, 1.0))},
         "product q0: spread inf must be zero or above"),
        ({"products": (Product("q0", 100.0, 60.0), Product("q1", 9.0, 1.0))},
         "product q0: spread 60 makes demand negative; at most 50"),
        ({"products": (Product("q0", 9.0, 1.0, 0.0), Product("q1", 9.0, 1.0))},
         "product q0: margin 0 must be above zero"),
        ({"products": (Product("q0", 9.0, 1.0), Product("q1", 9.0, 1.0), Product("q2", 9.0, 1.0))},
         "product q2: no plant can build it; add a link or leave it out"),
        ({"links": (PlantLink("p0", "q0"), PlantLink("p1", "q1"), PlantLink("p0", "q0"))},
         "link p0 to q0: listed twice; list it once"),
        ({"links": (PlantLink("p0", "q0"), PlantLink("p1", "q1"), PlantLink("px", "qx", -1.0))},
         "link px to qx: no plant px; one of p0, p1"),
        ({"links": (PlantLink("p0", "q0", nan), PlantLink("p1", "q1"))},
         "link p0 to q0: cost nan must be zero or above"),
        ({"present": (("p0", "q0"), ("p0", "q0"))}, "present link p0 to q0: listed twice"),
        ({"links": (PlantLink("p0", "q0"), PlantLink("p0", "q1"))},
         "present link p1 to q1: is not among the possible links; add it"),
        ({"cut": 0.0}, "cut 0: must be above zero"),
        ({"cut": 8.5}, "cut 8.5: must be above zero and at most 8 spreads"),
        ({"cut": nan}, "cut nan: must be above zero"),
        ({"loss": 1.0}, "loss 1: must be at least 0 and below 1 with 2 products"),
        ({"life": 0.0}, "life 0: must be finite, the life above zero"),
        ({"correlation": ((1.0,),)}, "correlation: must have 2 rows and columns"),
        ({"correlation": ((1.0, nan), (nan, 1.0))}, "correlation: must be finite, symmetric"),
        ({"correlation": ((1.0, 0.5), (0.4, 1.0))}, "correlation: must be finite, symmetric"),
        ({"correlation": ((1.0, 1.5), (1.5, 1.0))}, "not positive semidefinite"),
    ],
)  # fmt: skip
def test_a_network_that_cannot_be_is_refused_with_the_place(change, says):
    assert says in refused(square(2), **change)


def test_every_problem_is_named_at_once():
    said = refused(square(2), sites=(Site("p0", nan), Site("p0", 1.0)), cut=-1.0)
    assert len(said.splitlines()) >= 4  # the two plants, the cut, links of the missing plant


def test_designs_that_are_none_are_refused():
    network = replace(
        square(2), links=(PlantLink("p0", "q0"), PlantLink("p1", "q1"), PlantLink("p0", "q1"))
    )
    bad = Design("mine", frozenset({("p1", "q0"), ("p9", "q0")}))
    with pytest.raises(DataError) as error:
        evaluate(network, [bad, bad])
    said = str(error.value)
    assert "design mine: p1 cannot build q0; add a link between them" in said
    assert "design mine: given twice; name it otherwise" in said


@pytest.mark.parametrize("count", [{"draws": 1}, {"search": 0}, {"proof": -1}])
def test_too_few_draws_are_refused(count):
    with pytest.raises(DataError, match="must be at least"):
        Sampling(**count)


def test_correlated_demand_has_the_means_and_moves_together():
    network = square(2, correlation=((1.0, 0.8), (0.8, 1.0)))
    demand = draw_demand(network, 40_000, np.random.default_rng(1))
    found = np.corrcoef(demand.T)[0, 1]
    assert 0.74 < found < 0.8  # cutting the tails takes a little of it
    assert demand.mean(axis=0) == pytest.approx([100, 100], abs=4 * 35.2 / 200)


def test_fully_correlated_demand_makes_flexibility_worthless():
    network = square(2, correlation=((1.0, 1.0), (1.0, 1.0)))
    none, *_, total = evaluate(network, standard_designs(network), Sampling(draws=500))
    assert total.sales.mean == pytest.approx(none.sales.mean, rel=1e-12)


def test_two_plants_by_hand():
    """Demand 150 and 50 for sure, capacity 100 each, margin 1 and 3: apart 150 cars, together 200.

    With a loss of 1 % for the second product each of the flexible plants builds 99.
    """
    network = Network(
        sites=(Site("a", 100.0), Site("b", 100.0)),
        products=(Product("p", 150.0, 0.0, 1.0), Product("q", 50.0, 0.0, 3.0)),
        links=tuple(PlantLink(s, k, 10.0) for s in "ab" for k in "pq"),
        present=(("a", "p"), ("b", "q")),
        loss=0.01,
        wacc=0.0,
        life=5.0,
    )
    none, *_, total = evaluate(network, standard_designs(network), Sampling(draws=2))
    assert none.sales.mean == pytest.approx(150)
    assert none.lost_margin.mean == pytest.approx(50)
    assert none.utilisation == pytest.approx({"a": 1.0, "b": 0.5})
    assert none.index == 1  # p is always short while b always stands idle
    assert none.exceed == {0.01: 1.0, 0.05: 1.0, 0.1: 1.0}
    assert total.sales.mean == pytest.approx(198)
    assert total.lost_margin.mean == pytest.approx(2)  # the cheaper car is the one not built
    assert total.margin.mean == pytest.approx(50 * 3 + 148)
    assert total.cost == pytest.approx(2 * 10 / 5)
    (gain, _) = next_links(network, none.design, Sampling(draws=2))
    assert (gain.plant, gain.product) == ("b", "p")
    assert gain.sales.mean == pytest.approx(49)  # b loses 1 of 100 and builds 49 more
    assert gain.net == pytest.approx(49 - 2)


def test_work_is_spread_evenly_over_plants_that_share():
    built = np.ones((2, 1), bool)
    load = sold(np.array([[60.0]]), built, np.array([100.0, 50.0])).loads
    assert load == pytest.approx(np.array([[40.0, 20.0]]))


def test_more_than_twelve_on_both_sides_goes_by_linear_programs():
    """A ring of 13 has a cut for each set of neighbours: sales by program against a thin check."""
    count = 13
    built = np.eye(count, dtype=bool) | np.roll(np.eye(count, dtype=bool), 1, axis=1)
    demand = np.random.default_rng(2).uniform(40, 160, (20, count))
    capacity = np.full(count, 100.0)
    found = sold(demand, built, capacity)
    assert found.sales == pytest.approx(sales(demand, built, capacity), rel=1e-9)
    arcs = [
        np.minimum(demand.sum(axis=1), capacity.sum())
    ]  # all, or an arc of the ring that is short
    for first in range(count):
        for length in range(1, count):
            inside = [(first + k) % count for k in range(length)]
            outside = [k for k in range(count) if k not in inside]
            arcs.append(demand[:, outside].sum(axis=1) + 100.0 * min(length + 1, count))
    assert (found.sales <= np.min(arcs, axis=0) + 1e-9).all()
    network = square(count)
    (outcome,) = evaluate(network, [chains(network, "ring", [[f"p{k}" for k in range(count)]])],
                          Sampling(draws=20))  # fmt: skip
    assert outcome.index is None  # too many groups to look at
    assert 0 < min(outcome.utilisation.values()) <= max(outcome.utilisation.values()) <= 1


def test_apart_plants_are_solved_apart_so_that_their_number_does_not_matter():
    network = square(20)
    (outcome,) = evaluate(network, standard_designs(network)[:1], Sampling(draws=200))
    demand = draw_demand(network, 200, np.random.default_rng(7))
    assert outcome.sales.mean == pytest.approx(np.minimum(demand, 100).sum(axis=1).mean())


# a fork of a process in which another test has loaded JAX may never end
spawned = partial(ProcessPoolExecutor, mp_context=get_context("spawn"))


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, spawned], ids=["threads", "processes"])
def test_workers_change_no_result(pool):
    network = square(4, cost=10.0, loss=0.002)
    sampling = Sampling(draws=4_500, search=200)
    alone = flexibility(network, sampling=sampling)
    with pool(2) as executor:
        assert flexibility(network, sampling=sampling, executor=executor) == alone


def test_the_cheapest_chain_is_the_best_of_all_round_trips():
    from itertools import permutations

    rng = np.random.default_rng(4)
    network = square(6)
    costs = {link.pair: float(rng.integers(1, 100)) for link in network.links}
    network = replace(network, links=tuple(PlantLink(*p, c) for p, c in costs.items()))
    home = dict.fromkeys(network.present, 0.0)

    def total(design):
        return sum((costs | home)[pair] for pair in design.pairs)

    orders = ([f"p{k}" for k in (0, *rest)] for rest in permutations(range(1, 6)))
    cheapest = min(total(chains(network, "any", [order])) for order in orders)
    assert total(cheapest_chain(network)) == cheapest
    matchings = [[(0, a), (b, c), (d, e)] for a, b, c, d, e in permutations(range(1, 6))]
    groups = [[[f"p{k}" for k in pair] for pair in m] for m in matchings]
    least = min(total(chains(network, "any", g)) for g in groups)
    assert total(cheapest_pairs(network)) == least


def test_where_links_allow_no_chain_there_is_none_and_the_search_goes_on_without():
    network = replace(
        square(3),
        links=(*(PlantLink(*pair) for pair in square(3).present), PlantLink("p0", "q1", 1.0)),
    )
    assert cheapest_chain(network) is None
    assert [d.name for d in standard_designs(network)] == ["none", "total"]
    found = flexibility(network, sampling=Sampling(draws=200, search=200))
    assert found.search.start == "today"


def test_the_search_closes_a_chain_where_no_single_link_pays():
    """The first link of a ring gains too little for its cost, the whole ring more than it costs."""
    network = square(5, wacc=0.0, life=1.0)
    sampling = Sampling(draws=1_000)
    start = standard_designs(network)[0]
    single = next_links(network, start, sampling)[0].sales.mean
    ring = cheapest_chain(network)
    none, chain = evaluate(network, [start, ring], sampling)
    each = (chain.sales.mean - none.sales.mean) / 5
    assert single < each
    cost = (single + each) / 2
    priced = replace(network, links=tuple(replace(link, cost=cost) for link in network.links))
    assert next_links(priced, start, sampling)[0].net < 0
    found = best_design(priced, start, sampling)
    assert found.start == "chain" and found.net > none.net
    proof = prove(priced, found.design, Sampling(draws=20))
    assert proof is not None and proof.bound >= proof.value >= proof.searched


@pytest.fixture(scope="module")
def enumerated():
    """A small network, its 2^6 choices of the six links beyond home, and the best of them."""
    rng = np.random.default_rng(8)
    network = square(3, margin=1.0, loss=0.01, wacc=0.0, life=1.0)
    links = tuple(PlantLink(*link.pair, float(rng.uniform(1, 9))) for link in network.links)
    network = replace(network, links=links)
    sampling = Sampling(draws=15)
    more = sorted(network.pairs - set(network.present))
    designs = [
        Design(str(k), frozenset(network.present) | {p for n, p in enumerate(more) if k >> n & 1})
        for k in range(1 << len(more))
    ]
    return network, designs, sampling, max(o.net for o in evaluate(network, designs, sampling))


def test_a_proof_bounds_every_design_of_a_small_network(enumerated):
    network, designs, sampling, best = enumerated
    proof = prove(network, designs[0], sampling, gap=1e-7)
    assert proof.status is Status.OPTIMAL
    assert proof.value >= best - 1e-6 and proof.bound == pytest.approx(proof.value, rel=1e-6)
    assert proof.searched == pytest.approx(evaluate(network, designs[:1], sampling)[0].net)


def test_a_proof_cut_short_still_has_a_bound_and_says_so(enumerated):
    network, designs, sampling, best = enumerated
    proof = prove(network, designs[0], sampling, limit=0.0)
    demand = draw_demand(network, sampling.draws, np.random.default_rng(sampling.seed))
    assert best <= proof.bound <= demand.sum(axis=1).mean() + 1e-9  # a car earns EUR 1
    assert proof.bound >= proof.value >= proof.searched - 1e-6
    assert proof.status is Status.TIME and 0 <= proof.gap < 1 and 0 <= proof.short < 1


def test_links_are_held_against_the_first_that_is_wanted_on_the_same_draws():
    network = square(3, cost=2.0, wacc=0.0, life=1.0)
    start, sampling = standard_designs(network)[0], Sampling(draws=200)
    links = next_links(network, start, sampling)
    wanted = links[2].plant, links[2].product
    found = next_links(network, start, sampling, wanted=[wanted])
    for link, plain in zip(found, links, strict=True):
        one, other = (Design("", start.pairs | {p}) for p in ((link.plant, link.product), wanted))
        assert link.behind == ahead(network, one, other, sampling)
        assert plain.behind.mean == pytest.approx(links[0].net - link.net)
    assert found[2].behind.mean == found[2].behind.error == 0


def test_demand_is_drawn_up_to_the_widest_cut():
    network = square(2, spread=10.0, cut=8.0)
    assert np.isfinite(draw_demand(network, 100, np.random.default_rng(1))).all()


def test_too_many_links_are_not_proved():
    network = square(9)
    assert prove(network, standard_designs(network)[0]) is None


def test_the_curve_runs_from_today_to_total_and_knows_the_chain():
    network = square(5)
    curve = link_curve(network, standard_designs(network)[0], Sampling(draws=1_000))
    assert [p.links for p in curve.points] == list(range(5, 26))
    assert curve.points[0].captured == 0 and curve.points[-1].captured == pytest.approx(1)
    captured = [p.captured for p in curve.points]
    assert all(b >= a - 1e-9 for a, b in zip(captured, captured[1:], strict=False))
    assert curve.knee == 10 and curve.at(10).captured > 0.9


def test_total_flexibility_with_its_losses_can_sell_less_than_a_chain():
    network = square(5, loss=0.02)
    outcomes = {o.design.name: o for o in evaluate(network, standard_designs(network))}
    assert outcomes["total"].sales.mean < outcomes["chain"].sales.mean


def test_a_program_without_links_builds_nothing():
    nothing = flows_of(np.ones((2, 1)), np.zeros((1, 1), bool), np.ones(1), np.ones(1))
    assert nothing.tolist() == [[[0.0]], [[0.0]]]
