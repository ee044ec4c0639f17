import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from wheelbase.errors import DataError, SolveError
from wheelbase.plan import (
    FleetTarget,
    Offer,
    Options,
    Status,
    Tree,
    lp_text,
    plan,
    premium,
    share_tree,
    target_of,
)

GOLDEN = Path(__file__).parents[2] / "golden" / "plan" / "tiny.txt"
FORECAST = dict(zip(range(2020, 2033), np.linspace(0.05, 0.5, 13), strict=True))
STAGES = (2020, 2024, 2028)
OFFER = Offer(
    cars=1e6,
    penalty=dict.fromkeys(STAGES, 4000.0),
    margin=8000.0,
    capacity=1e6,
    block_size=150e3,
    block_cost=1000e6,
    block_fixed=30e6,
    most_blocks=4,
    development=1000e6,
    lead=4,
    regulated=0.5,
    emission=130e-6,
    masses=(1700.0, 2000.0),
)
RULE = FleetTarget(target=95e-6, slope=33.3e-9, reference_mass=1380.0, premium=95e6)
RULES = dict.fromkeys(STAGES, RULE)
OPTIONS = Options(wacc=0.08, life=10, terminal=8, gap=1e-6)


@pytest.fixture(scope="module")
def tree():
    return share_tree(STAGES, 2032, FORECAST, 0.28, 3)


def test_the_tree_keeps_probability_and_the_mean_of_the_forecast(tree):
    assert len(tree.parent) == 1 + 3 + 9 and len(tree.leaves) == 9
    ends = (2024, 2028, 2033)
    for stage, (begin, end) in enumerate(zip(STAGES, ends, strict=True)):
        nodes = [n for n in range(13) if tree.stage[n] == stage]
        mean = sum(tree.probability[n] * tree.share[n] for n in nodes)
        assert sum(tree.probability[n] for n in nodes) == pytest.approx(1)
        assert mean == pytest.approx(np.mean([FORECAST[y] for y in range(begin, end)]), abs=1e-9)
    for n in range(1, 13):
        children = [m for m in range(13) if tree.parent[m] == n]
        if children:
            total = sum(tree.probability[m] for m in children)
            assert total == pytest.approx(tree.probability[n])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"parent": (-1, 1)}, "must come before its child"),
        ({"parent": (0, 0)}, "must come before its child"),
        ({"probability": (1.0, 0.9)}, "sum to 0.9"),
        ({"share": (0.1, 1.2)}, "outside 0 .. 1"),
    ],
)
def test_what_is_no_tree_is_refused(change, says):
    good = {"parent": (-1, 0), "stage": (0, 1), "start": (2020, 2024), "years": (4, 4),
            "probability": (1.0, 1.0), "share": (0.1, 0.2)}  # fmt: skip
    Tree(**good)
    with pytest.raises(DataError, match=says):
        Tree(**good | change)


def test_a_plan_proves_itself(tree):
    found = plan(tree, OFFER, RULES, OPTIONS)
    assert found.value <= found.bound + 1e-3
    assert found.gap <= 1e-6 and found.status is Status.OPTIMAL
    assert found.rows > 50 and found.integers == 2 * 13


def test_freedom_is_never_worth_less_than_an_order(tree):
    free = plan(tree, OFFER, RULES, OPTIONS)
    never = plan(tree, OFFER, RULES, replace(OPTIONS, launch=False))
    now = plan(tree, OFFER, RULES, replace(OPTIONS, launch=True))
    assert never.value <= free.value + 1 and now.value <= free.value + 1
    assert never.launch_probability == 0 and now.launch_probability == 1
    assert free.value > never.value  # at 4,000 EUR a car the platform pays


def test_the_cost_of_never_launching_by_hand():
    """One node path without branches: penalty and premium of every year, discounted mid-year."""
    line = Tree((-1, 0, 1), (0, 1, 2), STAGES, (4, 4, 5), (1.0,) * 3, (0.1, 0.2, 0.3))
    found = plan(line, OFFER, RULES, replace(OPTIONS, launch=False, terminal=0.0))
    total = 0.0
    for start, years, share in zip(STAGES, (4, 4, 5), (0.1, 0.2, 0.3), strict=True):
        excess = (
            0.5
            * 1e6
            * (
                (1 - share) * (130 - 95 - 0.0333 * (1700 - 1380))
                - share * (95 + 0.0333 * (2000 - 1380))
            )
        )
        yearly = 4000 * share * 1e6 + 95 * max(excess, 0)
        total += sum(yearly * 1.08 ** -(start - 2020 + k + 0.5) for k in range(years))
    assert -found.value == pytest.approx(total, rel=1e-6)


def test_nothing_bespoke_is_built_before_the_lead_has_passed(tree):
    now = plan(tree, OFFER, RULES, replace(OPTIONS, launch=True))
    assert now.nodes[0].bespoke == 0
    late = plan(tree, replace(OFFER, lead=8), RULES, replace(OPTIONS, launch=True))
    assert all(late.nodes[n].bespoke == 0 for n in range(13) if tree.start[n] < 2028)


def test_every_car_asked_for_is_built_or_lost(tree):
    short = replace(OFFER, capacity=7e5)
    found = plan(tree, short, RULES, OPTIONS)
    for n, node in enumerate(found.nodes):
        made = node.combustion + node.flexible + node.bespoke + node.lost
        assert made == pytest.approx(1e6, rel=1e-6), n
        assert node.combustion + node.flexible <= 7e5 - 150e3 * node.standing + 1
        assert node.bespoke <= 150e3 * node.standing + 1
    assert found.nodes[0].lost == pytest.approx(3e5, rel=1e-6)


@pytest.mark.parametrize("name", ["block_cost", "development", "margin"])
def test_cheaper_never_hurts(tree, name):
    dear = plan(tree, OFFER, RULES, OPTIONS)
    cheap = plan(tree, replace(OFFER, **{name: getattr(OFFER, name) / 2}), RULES, OPTIONS)
    assert cheap.value >= dear.value - 1


def test_a_conflict_names_the_families_that_cannot_all_hold(tree):
    with pytest.raises(SolveError) as caught:
        plan(tree, OFFER, RULES, replace(OPTIONS, least_blocks=6))
    assert "commitment" in str(caught.value) and "site limit" in str(caught.value)
    with pytest.raises(DataError, match="never launched"):
        replace(OPTIONS, launch=False, least_blocks=1)
    with pytest.raises(DataError, match="must be above zero"):
        Options(wacc=0.0, life=10, terminal=8)


def test_the_premium_of_three_fleets_by_year_and_by_block():
    """Fleets of 98, 93 and 85 g/km against 91, a million cars a year, 95 EUR a gram."""
    fleets = {2025: 98.0, 2026: 93.0, 2027: 85.0}
    assert premium(fleets, 91.0, 1e6, block=False) == pytest.approx((7 + 2) * 95e6)
    assert premium(fleets, 91.0, 1e6, block=True) == pytest.approx((7 + 2 - 6) * 95e6)


def test_the_rule_in_force_is_the_newest_one(facts):
    rule = facts.fleet_rule["eu-cars"]
    assert target_of(rule, 2024).target == pytest.approx(95e-6)
    assert target_of(rule, 2027).target == pytest.approx(0.85 * 95e-6)
    assert target_of(rule, 2035).target == pytest.approx(0.625 * 95e-6)
    heavy = target_of(rule, 2020)
    assert heavy.excess(100e-6, 1479.88) == pytest.approx(5e-6 - 0.0333e-6 * 100, rel=1e-9)
    assert heavy.premium * 1e-6 == pytest.approx(95)


def test_the_model_is_the_one_that_was_read_through():
    tiny = Tree((-1, 0, 0), (0, 1, 1), (2020, 2024, 2024), (4, 4, 4), (1.0, 0.5, 0.5),
                (0.1, 0.2, 0.4))  # fmt: skip
    offer = replace(OFFER, penalty={2020: 4000.0, 2024: 3000.0})
    text = lp_text(tiny, offer, {2020: RULE, 2024: RULE}, replace(OPTIONS, least_blocks=1))
    if os.environ.get("WHEELBASE_GOLDEN") == "1":
        GOLDEN.parent.mkdir(parents=True, exist_ok=True)
        GOLDEN.write_text(text)
    assert text == GOLDEN.read_text()
