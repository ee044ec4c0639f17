"""Markets apart: what a study's outlook makes of forecasts, and what its buyers then ask for."""

from dataclasses import replace

import numpy as np
import pytest

from wheelbase.errors import DataError
from wheelbase.plan import CELL_PRICE, fan
from wheelbase.study import plan_results
from wheelbase.study.cars import basis_of
from wheelbase.study.money import mean_shares
from wheelbase.study.outlooks import world_of

PARTS = {"europe": 0.44, "china": 0.26, "usa": 0.14, "world": 0.16}
VOLUME = 2200e3


@pytest.fixture(scope="module")
def shares(study):
    found = mean_shares(study)
    return dict(zip(found.years, map(float, found.base), strict=True))


@pytest.fixture(scope="module")
def world(study, shares):
    return world_of(study, basis_of(study).pack, shares)


@pytest.fixture(scope="module")
def grown(world):
    return world.grow(12, np.random.default_rng(1))


def changed(study, **changes):
    """The study with another outlook."""
    outlook = study.spec.plan.outlook.model_copy(update=changes)
    planned = study.spec.plan.model_copy(update={"outlook": outlook})
    return replace(study, spec=study.spec.model_copy(update={"plan": planned}))


def test_the_mean_of_the_markets_is_the_share_of_the_study(world, shares):
    cars = np.array([m.volume for m in world.outlook.markets])
    bev = np.array([m.bev for m in world.outlook.markets])
    mean = (cars * bev).sum(axis=0) / cars.sum(axis=0)
    assert world.outlook.years == tuple(shares)
    assert mean == pytest.approx(list(shares.values()), rel=1e-9)
    first = {m.name: m.volume[0] for m in world.outlook.markets}
    assert first == pytest.approx({id: part * VOLUME for id, part in PARTS.items()})


def test_markets_differ_by_what_was_forecast_of_them(world):
    """In the logit all are moved alike, so the odds of two markets keep their ratio."""
    before = {m.name: m.bev for m in world.expected.outlook.markets}
    after = {m.name: m.bev for m in world.outlook.markets}

    def odds(share):
        return share / (1 - share)

    for k, year in enumerate(world.outlook.years):
        at = year - world.expected.outlook.years[0]
        ratio = odds(before["china"][at]) / odds(before["usa"][at])
        assert odds(after["china"][k]) / odds(after["usa"][k]) == pytest.approx(ratio)
    assert all(s.made <= world.study.spec.base.date for s in world.expected.statements)


def test_plug_in_hybrids_stay_the_same_part_of_the_other_cars(world):
    before, after = world.expected.outlook.markets[0], world.outlook.markets[0]
    lag = world.outlook.years[0] - world.expected.outlook.years[0]
    for k in range(len(after.bev)):
        wanted = before.phev[k + lag] / (1 - before.bev[k + lag])
        assert after.phev[k] / (1 - after.bev[k]) == pytest.approx(wanted)


def test_every_buyer_of_a_node_asks_for_one_car(world, grown):
    tree = grown.tree
    demand = world.demand(tree)
    for market in PARTS:
        asked = sum(np.array(v) for (_, _, m), v in demand.cars.items() if m == market)
        assert asked == pytest.approx(np.array(tree.series[f"volume/{market}"]))
        plugged = sum(np.array(v) for (_, t, m), v in demand.cars.items()
                      if m == market and t == "plugin")  # fmt: skip
        cars = np.array(tree.series[f"volume/{market}"])
        assert plugged == pytest.approx(np.array(tree.series[f"phev/{market}"]) * cars)
    battery = sum(np.array(v) for (_, t, _), v in demand.cars.items() if t == "bev")
    whole = sum(np.array(v) for v in demand.cars.values())
    assert battery / whole == pytest.approx(np.array(tree.share))


def test_the_price_of_batteries_is_dearer_in_half_and_cheaper_in_half(world, grown, study):
    """Mean zero in every stage; half of the difference to the mean of the node's years is borne."""
    tree = grown.tree
    dearer = np.array(world.demand(tree).cell_price)
    for stage in set(tree.stage):
        nodes = [n for n in range(len(tree.parent)) if tree.stage[n] == stage]
        chance = np.array([tree.probability[n] for n in nodes])
        assert chance @ dearer[nodes] == pytest.approx(0, abs=1e-3 * max(tree.series[CELL_PRICE]))
        assert len(nodes) == 1 or np.ptp(dearer[nodes]) > 0
    free = replace(world, study=changed(study, borne=replace(world.spec.borne, value=0.0)))
    assert set(free.demand(tree).cell_price) == {0.0}


def test_both_rules_are_in_the_tree_from_the_year_in_which_they_are_known(grown):
    tree = grown.tree
    by_stage = [{tree.branch[n] for n in range(len(tree.parent)) if tree.stage[n] == s}
                for s in range(4)]  # fmt: skip
    assert by_stage == [{"standing"}] + [{"standing", "tighter"}] * 3
    tight = sum(p for n, p in enumerate(tree.probability)
                if tree.stage[n] == 1 and tree.branch[n] == "tighter")  # fmt: skip
    assert tight == pytest.approx(0.4)


def test_fresh_futures_can_be_asked_for_cars_too(world):
    futures = world.fresh(7)
    tree = fan(futures, world.stages)
    demand = world.demand(tree)
    assert len(demand.cell_price) == len(tree.parent) == 1 + 3 * world.spec.paths


def test_a_study_whose_cars_all_have_a_plug_sells_no_others(study, world, grown):
    """Without combustion cars in `rest`, whoever buys no battery car buys a plug-in hybrid."""
    sold = study.spec.demand.model_copy(update={"rest": {"plugin": 1.0}})
    only = replace(study, spec=study.spec.model_copy(update={"demand": sold}))
    demand = replace(world, study=only).demand(grown.tree)
    assert {t for _, t, _ in demand.cars} == {"bev", "plugin"}
    asked = sum(np.array(v) for (_, _, m), v in demand.cars.items() if m == "usa")
    assert asked == pytest.approx(np.array(grown.tree.series["volume/usa"]))


def test_a_market_that_nobody_forecast_is_refused(study, shares):
    part = study.spec.plan.outlook.markets["world"]
    lost = changed(study, markets={"germany": part})
    with pytest.raises(DataError, match="germany"):
        world_of(lost, basis_of(study).pack, shares)


def test_a_study_without_an_outlook_branches_on_one_share_and_is_not_tested(study):
    planned = study.spec.plan.model_copy(update={"outlook": None})
    plain = replace(study, spec=study.spec.model_copy(update={"plan": planned}))
    found = plan_results(plain)["plan"]
    assert found["outlook"] is None and found["stability"] is None
    assert len(found["nodes"]) == 1 + 3 + 9 + 27 and found["nodes"][0]["rules"] is None


def test_a_plan_that_holds_the_risk_is_not_tested_by_means(study, shares):
    small = changed(study, leaves=2, paths=50)
    risky = small.spec.plan.model_copy(update={"risk": 0.3})
    found = plan_results(replace(small, spec=small.spec.model_copy(update={"plan": risky})))["plan"]
    assert found["stability"] is None and found["outlook"] is not None
