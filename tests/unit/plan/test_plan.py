"""The plan over a tree: values by hand, freedom, fleets, risk, and conflicts."""

from dataclasses import replace

import numpy as np
import pytest
from small_maker import FORECAST, NEVER, NOW, OPTIONS, RULE, STAGES, YEARS, demand, made, offer

from wheelbase.cost import annuity_factor
from wheelbase.errors import DataError, SolveError
from wheelbase.plan import (
    Demand,
    Law,
    Method,
    Plant,
    PlatformChoice,
    Pool,
    Status,
    Tree,
    plan,
    target_of,
)


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


@pytest.mark.parametrize("method", list(Method))
def test_a_plan_proves_itself_whichever_way_it_is_solved(tree, method):
    found = plan(tree, offer(), demand(tree), OPTIONS, method)
    whole = plan(tree, offer(), demand(tree), OPTIONS)
    assert found.value == pytest.approx(whole.value, rel=1e-6)
    assert found.value <= found.bound + 1e-3 and found.gap <= 1e-6
    assert found.status is Status.OPTIMAL and found.method is method
    assert found.rows > 50 and found.integers == 2 * 13


def test_freedom_is_never_worth_less_than_an_order(tree):
    free, never, now = (plan(tree, offer(), demand(tree), o) for o in (OPTIONS, NEVER, NOW))
    assert never.value <= free.value + 1 and now.value <= free.value + 1
    assert never.launch_probability == {"ev": 0} and now.launch_probability == {"ev": 1}
    assert free.value > never.value  # at 4,000 EUR a car the platform pays


def test_the_value_of_never_launching_by_hand(line):
    """Contribution less penalty and premium of every year, discounted mid-year."""
    found = plan(line, offer(), demand(line), replace(NEVER, terminal=0.0))
    total = 0.0
    for start, years, share in zip(STAGES, (4, 4, 5), (0.1, 0.2, 0.3), strict=True):
        burning = 130 - 95 - 0.0333 * (1700 - 1380)
        excess = 0.5e6 * ((1 - share) * burning - share * (95 + 0.0333 * (2000 - 1380)))
        yearly = 8000 * 1e6 - 4000 * share * 1e6 - 95 * max(excess, 0)
        total += sum(yearly * 1.08 ** -(start - 2020 + k + 0.5) for k in range(years))
    assert found.value == pytest.approx(total, rel=1e-9)
    assert found.terminal_share == pytest.approx(0, abs=1e-12)


def test_what_a_launch_costs_by_hand(line):
    """Development from the launch on, a block from its standing on, as annuities."""
    now = plan(line, offer(penalty=0.0), demand(line), replace(NOW, terminal=0.0))
    never = plan(line, offer(penalty=0.0), demand(line), replace(NEVER, terminal=0.0))
    paid = annuity_factor(0.08, 10) * 1000e6 * sum(1.08 ** -(k + 0.5) for k in range(13))
    assert never.value - now.value == pytest.approx(paid, rel=1e-9)
    must = replace(NOW, terminal=0.0, least_blocks={"line": 1})
    block = plan(line, offer(penalty=0.0), demand(line), must)
    late = sum(1.08 ** -(k + 0.5) for k in range(8, 13))  # decided in 2024, standing from 2028
    cost = (annuity_factor(0.08, 10) * 1000e6 + 30e6) * late
    assert now.value - block.value == pytest.approx(cost, rel=1e-9)


def test_the_terminal_years_repeat_the_last_stage(line):
    """Five years of the last stage and eight more are thirteen years of it."""
    found = plan(line, offer(), demand(line, regulated=0.0), NEVER)
    shares = zip(STAGES, (0.1, 0.2, 0.3), strict=True)
    yearly = {stage: 1e6 * (8000 - 4000 * share) for stage, share in shares}
    years = [*[yearly[2020]] * 4, *[yearly[2024]] * 4, *[yearly[2028]] * 13]
    total = sum(v * 1.08 ** -(k + 0.5) for k, v in enumerate(years))
    assert found.value == pytest.approx(total, rel=1e-9)
    inside = sum(v * 1.08 ** -(k + 0.5) for k, v in enumerate(years[:13]))
    assert found.terminal_share == pytest.approx(1 - inside / total)


def test_nothing_bespoke_is_built_before_the_lead_has_passed(tree):
    now = plan(tree, offer(), demand(tree), NOW)
    assert made(now.nodes[0], "bespoke") == 0
    slow = (PlatformChoice(id="old", running=True),
            PlatformChoice(id="ev", development=1000e6, lead=8))  # fmt: skip
    late = plan(tree, offer(platforms=slow), demand(tree), NOW)
    early = [made(late.nodes[n], "bespoke") for n in range(13) if tree.start[n] < 2028]
    assert early == pytest.approx([0.0] * 4, abs=1e-3)  # cars; the solver's own tolerance


def test_every_car_asked_for_is_built_or_lost(tree):
    small = (Plant(id="lines", body=7e5, paint=1e6, assembly=1e6, most_blocks=4),)
    found = plan(tree, offer(plants=small), demand(tree), OPTIONS)
    for n, node in enumerate(found.nodes):
        standing = sum(node.standing.values())
        built = made(node, "burning", "flexible", "bespoke")
        assert built + sum(node.lost.values()) == pytest.approx(1e6, rel=1e-6), n
        assert made(node, "burning", "flexible") <= 7e5 - 150e3 * standing + 1
        assert made(node, "bespoke") <= 150e3 * standing + 1
        assert sum(node.sales.values()) == pytest.approx(built)
    assert sum(found.nodes[0].lost.values()) == pytest.approx(3e5, rel=1e-6)


def test_a_block_takes_what_it_says_and_brings_what_it_says(line):
    """Body converted one to one, paint and assembly as large as before: a car is a car."""
    tight = (Plant(id="lines", body=1e6, paint=9e5, assembly=8e5, most_blocks=4),)
    found = plan(line, offer(plants=tight), demand(line), OPTIONS)
    assert made(found.nodes[0], "burning", "flexible", "bespoke") == pytest.approx(8e5)
    wide = replace(tight[0], overtime=5e4, overtime_cost=500.0)
    more = plan(line, offer(plants=(wide,)), demand(line), OPTIONS)
    assert more.nodes[0].overtime["lines"] == pytest.approx(5e4)
    years = sum(1.08 ** -(k + 0.5) for k in range(13 + 8))
    assert more.value - found.value <= 5e4 * 7500 * years
    dear = replace(wide, overtime_cost=8500.0)  # more than a car contributes, without CO2
    none = plan(line, offer(plants=(dear,), pools=()), demand(line), OPTIONS)
    assert none.nodes[0].overtime["lines"] == 0


@pytest.mark.parametrize("change", ["block", "development", "lead", "capacity", "penalty"])
def test_cheaper_wider_and_sooner_never_hurt(tree, change):
    worse = offer()
    block = replace(worse.blocks[0], invest=500e6)
    launch = worse.platforms[1]
    better = {
        "block": offer(blocks=(block,)),
        "development": offer(platforms=(worse.platforms[0], replace(launch, development=0.0))),
        "lead": offer(platforms=(worse.platforms[0], replace(launch, lead=1))),
        "capacity": offer(plants=(replace(worse.plants[0], body=2e6, assembly=2e6, paint=2e6),)),
        "penalty": offer(penalty=3000.0),
    }[change]
    base, best = plan(tree, worse, demand(tree), OPTIONS), plan(tree, better, demand(tree), OPTIONS)
    assert best.value >= base.value - 1


def test_zero_volatility_is_the_plan_of_one_way(line):
    """A tree whose branches are all alike is worth what the one way is worth."""
    wide = Tree(
        (-1, 0, 0, 1, 2), (0, 1, 1, 2, 2), (2020, 2024, 2024, 2028, 2028), (4, 4, 4, 5, 5),
        (1.0, 0.4, 0.6, 0.4, 0.6), (0.1, 0.2, 0.2, 0.3, 0.3),
    )  # fmt: skip
    one = plan(line, offer(), demand(line), OPTIONS)
    many = plan(wide, offer(), demand(wide), OPTIONS)
    assert many.value == pytest.approx(one.value, rel=1e-9)


def test_years_of_a_block_are_averaged_and_years_alone_are_not():
    """Targets 130 and 60 in turn: alone each second year pays, on average 95 nobody does."""
    line = Tree((-1,), (0,), (2020,), (4,), (1.0,), (0.0,))
    rules = {y: replace(RULE, target=(130e-6 if y % 2 else 60e-6), slope=0.0) for y in YEARS}
    cars = tuple(replace(c, emission=95e-6) for c in offer().cars if c.id == "burning")
    alone = Pool(id="eu", markets=frozenset({"eu"}), law=Law(targets=rules))
    block = replace(alone, law=Law(targets=rules, blocks=(tuple(range(2020, 2024)),)))
    short = replace(NEVER, terminal=0.0)
    paid = plan(line, offer(cars=cars, pools=(alone,)), demand(line), short)
    free = plan(line, offer(cars=cars, pools=(block,)), demand(line), short)
    factors = {y: 1.08 ** -(y - 2020 + 0.5) for y in range(2020, 2024)}
    excess = 0.5e6 * (95 - 60) * 95
    assert free.value - paid.value == pytest.approx(excess * (factors[2020] + factors[2022]))
    assert free.nodes[0].premiums["eu"] == pytest.approx(0, abs=1)
    bought = replace(alone, credits=1.0, credit_price=50e6)
    cheaper = plan(line, offer(cars=cars, pools=(bought,)), demand(line), short)
    saved = 1e6 * (95 - 50) * (factors[2020] + factors[2022])  # a million g/km x cars a year
    assert cheaper.value - paid.value == pytest.approx(saved)


def test_prices_say_what_one_more_car_of_capacity_is_worth(line):
    small = (Plant(id="lines", body=7e5, paint=1e6, assembly=1e6),)
    found = plan(line, offer(plants=small, pools=()), demand(line), NEVER)
    assert found.nodes[0].prices["body_running lines"] == pytest.approx(8.0)  # EUR m per thousand
    assert found.nodes[0].prices["paint lines"] == pytest.approx(0)


def test_who_fears_the_worst_futures_gives_up_some_of_the_mean(tree):
    """The risk's value lies between mean and worst; its strategy is no better on average."""
    mean = plan(tree, offer(penalty=2500.0), demand(tree), OPTIONS)
    wary = plan(tree, offer(penalty=2500.0), demand(tree), replace(OPTIONS, risk=1.0, tail=0.1))
    half = plan(tree, offer(penalty=2500.0), demand(tree), replace(OPTIONS, risk=0.5, tail=0.1))
    assert wary.value <= half.value + 1 and half.value <= mean.value + 1
    all_of_it = replace(OPTIONS, risk=1.0, tail=1.0)
    assert plan(tree, offer(penalty=2500.0), demand(tree), all_of_it).value == pytest.approx(
        mean.value, rel=1e-9
    )
    for found in (mean, wary, half):
        assert found.gap <= 1e-6


def test_the_tail_of_two_futures_is_the_worse_one():
    """Demand of one million or none, alike likely: the worst half is worth nothing at all."""
    fork = Tree((-1, 0, 0), (0, 1, 1), (2020, 2024, 2024), (4, 4, 4), (1.0, 0.5, 0.5),
                (0.0, 0.0, 0.0))  # fmt: skip
    asked = Demand(cars={("m", "petrol", "us"): (0.0, 1e6, 0.0)})
    cars = tuple(c for c in offer().cars if c.id == "burning")
    given = offer(cars=cars, pools=(), platforms=offer().platforms[:1], blocks=())
    short = replace(OPTIONS, terminal=0.0, windows={}, tail=0.5)
    year = 8000 * 1e6 * sum(1.08 ** -(k + 0.5) for k in range(4, 8))
    for risk, value in ((0.0, year / 2), (0.4, 0.6 * year / 2), (1.0, 0.0)):
        found = plan(fork, given, asked, replace(short, risk=risk))
        assert found.value == pytest.approx(value, rel=1e-9, abs=1.0)
        assert found.terminal_share == pytest.approx(0.0, abs=1e-9)


def test_risk_is_refused_by_methods_that_have_no_tail(line):
    for method in (Method.DYNAMIC, Method.BENDERS):
        with pytest.raises(SolveError, match="risk needs the extensive form"):
            plan(line, offer(), demand(line), replace(OPTIONS, risk=0.5), method)


def test_a_plan_with_nothing_to_decide_is_a_plan(line):
    """Running platforms alone: the contribution of every year."""
    cars = tuple(c for c in offer().cars if c.platform == "old")
    given = offer(cars=cars, platforms=offer().platforms[:1], blocks=(), pools=())
    found = plan(line, given, demand(line), replace(OPTIONS, terminal=0.0))
    yearly = [8000 - 4000 * s for s, n in zip((0.1, 0.2, 0.3), (4, 4, 5), strict=True)
              for _ in range(n)]  # fmt: skip
    total = sum(1e6 * v * 1.08 ** -(k + 0.5) for k, v in enumerate(yearly))
    assert found.value == pytest.approx(total, rel=1e-9) and found.launch_probability == {}


def test_the_price_of_a_gram_is_the_premium_while_a_fine_is_paid(line):
    """95 EUR per g/km and car: 0.095 EUR m per g/km and thousand cars, in every year."""
    found = plan(line, offer(), demand(line), NEVER)
    prices = {k: v for k, v in found.nodes[0].prices.items() if k.startswith("fleet_co2")}
    assert found.nodes[0].premiums["eu"] > 0
    assert prices == {"fleet_co2 eu 0": pytest.approx(0.095)}


FORK = Tree((-1, 0, 0), (0, 1, 1), (2020, 2024, 2024), (4, 4, 4), (1.0, 0.5, 0.5),
            (0.0, 0.0, 0.0), branch=("loose", "loose", "tight"))  # fmt: skip


def test_the_law_of_a_node_is_that_of_its_branch():
    """130 g/km and 1,700 kg against 95 g/km at 1,380 kg and 33.3 g/km a tonne; then 20 g less."""
    tight = Law(targets=dict.fromkeys(YEARS, replace(RULE, target=75e-6)))
    pools = (replace(offer().pools[0], branches={"tight": tight}),)
    found = plan(FORK, offer(pools=pools), demand(FORK), NEVER).nodes
    above = 130 - 95 - 0.0333 * (1700 - 1380)
    paid = [node.premiums["eu"] for node in found]
    assert paid == pytest.approx([above * 95 * 0.5e6] * 2 + [(above + 20) * 95 * 0.5e6])
    lost = (replace(pools[0], branches={"tighter": tight}),)
    with pytest.raises(DataError, match="the tree has no branch 'tighter'; loose, tight"):
        plan(FORK, offer(pools=lost), demand(FORK), NEVER)
    short = (replace(pools[0], branches={"tight": Law(targets={2024: RULE})}),)
    with pytest.raises(DataError, match="pool eu: no rule of 2020"):
        plan(FORK, offer(pools=short), demand(FORK), NEVER)


def test_a_plug_in_hybrid_counts_what_the_law_makes_of_it(line):
    """The utility factor of 2024 on counts 60 g/km three times: 180 g/km; before, none is paid."""
    law = replace(offer().pools[0].law, plug_in=dict.fromkeys(range(2024, 2033), 3.0))
    cars = tuple(replace(c, emission=60e-6, plug_in=True) for c in offer().cars
                 if c.id == "burning")  # fmt: skip
    pools = (replace(offer().pools[0], law=law),)
    asked = Demand(cars={("m", "petrol", "eu"): (1e6,) * 3})
    found = plan(line, offer(cars=cars, pools=pools), asked, NEVER).nodes
    above = 180 - 95 - 0.0333 * (1700 - 1380)
    assert [n.premiums["eu"] for n in found] == pytest.approx([0] + [above * 95e6] * 2, abs=1e-3)


def test_dearer_cells_cost_what_is_in_the_cars(line):
    """Fifty units of cells in every battery car, ten EUR a unit more in the second stage."""
    cars = tuple(replace(c, cells=50.0 if c.powertrain == "bev" else 0.0) for c in offer().cars)
    given, asked = offer(cars=cars, pools=()), demand(line)
    dear = replace(asked, cell_price=(0.0, 10.0, 0.0))
    cost = sum(1e6 * 0.2 * 500 * 1.08 ** -(k + 0.5) for k in range(4, 8))
    values = [plan(line, given, d, NEVER).value for d in (asked, dear)]
    assert values[0] - values[1] == pytest.approx(cost, rel=1e-9)
    with pytest.raises(DataError, match="one number for each of the 3 nodes"):
        plan(line, given, replace(asked, cell_price=(1.0,)), NEVER)


def test_pools_with_like_names_pay_each_its_own(line):
    one = offer().pools[0]
    two = (replace(one, id="eu"), replace(one, id="eu cars"))
    alone = plan(line, offer(), demand(line), NEVER).nodes[0].premiums["eu"]
    found = plan(line, offer(pools=two), demand(line), NEVER).nodes[0].premiums
    assert found == {"eu": pytest.approx(alone), "eu cars": pytest.approx(alone)}


def test_a_buyer_is_worth_what_the_car_contributes(line):
    found = plan(line, offer(pools=()), demand(line), NEVER)
    assert found.nodes[0].prices["demand m petrol us"] == pytest.approx(8.0)


def test_a_conflict_names_an_irreducible_set_of_families(tree):
    with pytest.raises(SolveError) as caught:
        plan(tree, offer(), demand(tree), replace(OPTIONS, least_blocks={"line": 6}))
    assert str(caught.value).endswith(
        "these cannot all hold: site limit, commitment; give way in one of them"
    )
    with pytest.raises(SolveError, match="launch window, block usable, commitment"):
        plan(tree, offer(), demand(tree), replace(NEVER, least_blocks={"line": 1}))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"wacc": 0.0}, "must be above zero"),
        ({"wacc": float("nan")}, "no number"),
        ({"risk": 2.0}, "within 0 .. 1"),
        ({"windows": {"ev": (2028, 2024)}}, "2028..2024 ends before it begins"),
        ({"windows": {"ev": None}, "must": frozenset({"ev"})}, "must be launched and must never"),
    ],
)
def test_options_that_contradict_each_other_are_refused(change, says):
    with pytest.raises(DataError, match=says):
        replace(OPTIONS, **change)


def test_the_rule_in_force_is_the_newest_one(facts):
    rule = facts.fleet_rule["eu-cars"]
    assert target_of(rule, 2024).target == pytest.approx(95e-6)
    assert target_of(rule, 2027).target == pytest.approx(0.85 * 95e-6)
    assert target_of(rule, 2035).target == pytest.approx(0.625 * 95e-6)
    heavy = target_of(rule, 2020)
    assert heavy.excess(100e-6, 1479.88) == pytest.approx(5e-6 - 0.0333e-6 * 100, rel=1e-9)
    assert heavy.premium * 1e-6 == pytest.approx(95)
