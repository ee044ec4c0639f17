"""Laws that no network of plants may break."""

from math import isclose

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheelbase.plan import Design, Network, PlantLink, Product, Sampling, Site, evaluate
from wheelbase.plan.evaluation import margin_of
from wheelbase.plan.flow import cuts_of, flows_of, sales, sold

amount = st.floats(1.0, 500.0)


@st.composite
def networks(draw, most=5):
    """A random network with capacities, a few draws of demand, and who builds what."""
    plants, products = draw(st.integers(1, most)), draw(st.integers(1, most))
    cells = st.lists(st.booleans(), min_size=plants * products, max_size=plants * products)
    built = np.array(draw(cells), bool).reshape(plants, products)
    capacity = np.array(draw(st.lists(amount, min_size=plants, max_size=plants)))
    wanted = st.lists(amount, min_size=3 * products, max_size=3 * products)
    return built, capacity, np.array(draw(wanted)).reshape(3, products)


@given(networks())
def test_the_smallest_cut_is_the_linear_program(network):
    built, capacity, demand = network
    program = flows_of(demand, built, capacity, np.ones(built.shape[1])).sum(axis=(1, 2))
    assert sales(demand, built, capacity) == pytest.approx(program, rel=1e-9, abs=1e-9)


@given(networks(), st.data())
def test_one_more_link_never_sells_less(network, data):
    built, capacity, demand = network
    more = built.copy()
    more[data.draw(st.integers(0, len(built) - 1)), data.draw(st.integers(0, len(built.T) - 1))] = 1
    before, after = (sales(demand, flags, capacity) for flags in (built, more))
    assert (after >= before - 1e-9).all()


@given(networks(), amount, st.data())
def test_more_capacity_never_sells_less(network, extra, data):
    built, capacity, demand = network
    plant = data.draw(st.integers(0, len(capacity) - 1))
    wider = capacity + extra * (np.arange(len(capacity)) == plant)
    assert (sales(demand, built, wider) >= sales(demand, built, capacity) - 1e-9).all()


@given(networks())
def test_sales_never_exceed_demand_or_capacity(network):
    built, capacity, demand = network
    limit = np.minimum(demand.sum(axis=1), capacity.sum())
    assert (sales(demand, built, capacity) <= limit + 1e-9).all()


@given(networks(), st.randoms(use_true_random=False))
def test_the_order_of_plants_and_products_changes_nothing(network, random):
    built, capacity, demand = network
    rows, columns = list(range(built.shape[0])), list(range(built.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    other = sold(demand[:, columns], built[np.ix_(rows, columns)], capacity[rows])
    first = sold(demand, built, capacity)
    assert other.sales == pytest.approx(first.sales, rel=1e-9)
    assert other.loads == pytest.approx(first.loads[:, rows], rel=1e-7, abs=1e-6)


@given(networks())
def test_the_loads_are_a_way_to_build_what_is_sold_and_no_plant_can_relieve_a_fuller_one(network):
    """Loads are feasible if every set of plants carries no more than it alone could sell."""
    built, capacity, demand = network
    found = sold(demand, built, capacity)
    assert found.loads.sum(axis=1) == pytest.approx(found.sales, rel=1e-9, abs=1e-9)
    assert (found.loads <= capacity + 1e-9).all()
    for plants in range(1, 1 << len(capacity)):
        inside = np.array([plants >> k & 1 == 1 for k in range(len(capacity))])
        alone = sales(demand, built & inside[:, None], capacity)
        assert (found.loads[:, inside].sum(axis=1) <= alone + 1e-7).all()


@given(networks(most=4))
def test_no_allocation_of_the_same_sales_has_a_lower_peak(network):
    """Scaling all capacities down to the peak must just carry the sales, and below it no more."""
    built, capacity, demand = network
    found = sold(demand, built, capacity)
    peak = (found.loads / capacity).max(axis=1)
    for wanted, total, top in zip(demand, found.sales, peak, strict=True):
        if top > 1e-6:
            lower = sales(wanted[None], built, capacity * top * (1 - 1e-6))[0]
            assert isclose(sales(wanted[None], built, capacity * top)[0], total, rel_tol=1e-9)
            assert lower < total


@given(networks(), st.data())
def test_building_the_dearest_first_is_the_best_linear_program(network, data):
    built, capacity, demand = network
    for product in np.flatnonzero(~built.any(axis=0)):
        built[0, product] = True
    margins = data.draw(st.lists(amount, min_size=len(built.T), max_size=len(built.T)))
    real = network_of(built, capacity, demand[0], margins=margins)
    program = (flows_of(demand, built, capacity, np.array(margins)) * margins).sum(axis=(1, 2))
    assert margin_of(real, built, demand) == pytest.approx(program, rel=1e-9)


def network_of(built, capacity, mean, spread=0.0, margins=None, **more):
    margins = margins if margins is not None else np.ones(len(mean))
    return Network(
        sites=tuple(Site(f"p{k}", float(c)) for k, c in enumerate(capacity)),
        products=tuple(
            Product(f"q{k}", float(m), spread * float(m), float(e))
            for k, (m, e) in enumerate(zip(mean, margins, strict=True))
        ),
        links=tuple(PlantLink(f"p{a}", f"q{b}") for a, b in zip(*np.nonzero(built), strict=True)),
        **more,
    )


@settings(max_examples=40)
@given(networks())
def test_without_spread_the_mean_is_the_max_flow_of_mean_demand(network):
    built, capacity, demand = network
    for product in np.flatnonzero(~built.any(axis=0)):
        built[0, product] = True
    real = network_of(built, capacity, demand[0])
    (outcome,) = evaluate(real, [Design("all", real.pairs)], Sampling(draws=3))
    assert outcome.sales.mean == pytest.approx(sales(demand[:1], built, capacity)[0], rel=1e-9)
    assert outcome.sales.error == pytest.approx(0, abs=1e-9)


@given(networks())
def test_every_cut_is_listed_once_and_none_is_below_the_flow(network):
    built, capacity, demand = network
    cuts = cuts_of(built, capacity)
    assert len(np.unique(cuts.marks.T, axis=0)) == len(cuts.limits)
    heights = demand @ cuts.marks + cuts.limits
    assert heights.min(axis=1) == pytest.approx(sales(demand, built, capacity), rel=1e-9, abs=1e-9)
