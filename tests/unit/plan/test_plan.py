"""The plan over a tree: rules by hand, freedom, conflicts, and the model as it was read through."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from wheelbase.cost import annuity_factor
from wheelbase.errors import DataError, SolveError
from wheelbase.plan import (
    FAMILIES,
    Block,
    Car,
    Component,
    Demand,
    Derivative,
    FleetTarget,
    Limit,
    Link,
    Method,
    Offer,
    Options,
    Plant,
    PlatformChoice,
    Pool,
    Problem,
    Source,
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
YEARS = range(2020, 2033)
RULE = FleetTarget(target=95e-6, slope=33.3e-9, reference_mass=1380.0, premium=95e6)
OPTIONS = Options(wacc=0.08, life=10, terminal=8, gap=1e-6)
NEVER = replace(OPTIONS, windows={"ev": None})
NOW = replace(OPTIONS, windows={"ev": (2020, 2020)}, must=frozenset({"ev"}))


def offer(penalty=4000.0, margin=8000.0, **changes):
    def car(id, powertrain, platform, earned, emission, mass):
        return Car(
            id=id,
            model="m",
            powertrain=powertrain,
            platform=platform,
            contribution=dict.fromkeys(YEARS, earned),
            emission=emission,
            mass=mass,
        )

    given = {
        "cars": (
            car("burning", "petrol", "old", margin, 130e-6, 1700.0),
            car("flexible", "bev", "old", margin - penalty, 0.0, 2000.0),
            car("bespoke", "bev", "ev", margin, 0.0, 2000.0),
        ),
        "platforms": (
            PlatformChoice(id="old", running=True),
            PlatformChoice(id="ev", development=1000e6, lead=4),
        ),
        "plants": (Plant(id="lines", body=1e6, paint=1e6, assembly=1e6, most_blocks=4),),
        "blocks": (
            Block(id="line", platform="ev", size=150e3, invest=1000e6, fixed=30e6, takes=150e3),
        ),
        "pools": (
            Pool(id="eu", markets=frozenset({"eu"}), targets=dict.fromkeys(YEARS, RULE)),
        ),
    }  # fmt: skip
    return Offer(**given | changes)


def demand(tree, regulated=0.5, volume=1e6):
    share = np.array(tree.share)
    found = {}
    for train, part in (("petrol", 1 - share), ("bev", share)):
        for market, of in (("eu", regulated), ("us", 1 - regulated)):
            found["m", train, market] = tuple(volume * of * part)
    return Demand(cars=found)


@pytest.fixture(scope="module")
def tree():
    return share_tree(STAGES, 2032, FORECAST, 0.28, 3)


@pytest.fixture(scope="module")
def line():
    """One way, without branches."""
    return Tree((-1, 0, 1), (0, 1, 2), STAGES, (4, 4, 5), (1.0,) * 3, (0.1, 0.2, 0.3))


def made(node, *cars):
    return sum(v for (car, _), v in node.production.items() if car in cars)


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
    assert all(made(late.nodes[n], "bespoke") == 0 for n in range(13) if tree.start[n] < 2028)


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


def test_a_top_hat_is_paid_before_its_model_is_sold(line):
    top = (Derivative(model="m", platform="ev", top_hat=300e6, lead=4),)
    free = plan(line, offer(), demand(line), OPTIONS)
    paid = plan(line, offer(derivatives=top), demand(line), OPTIONS)
    assert made(free.nodes[2], "bespoke") > 0
    assert paid.value < free.value
    if made(paid.nodes[2], "bespoke") > 0:
        assert any("top hat m ev" in c for node in paid.nodes[:2] for c in node.changes)
    dear = (Derivative(model="m", platform="ev", top_hat=90e9, lead=4),)
    none = plan(line, offer(derivatives=dear), demand(line), OPTIONS)
    assert sum(made(node, "bespoke") for node in none.nodes) == 0


def test_a_plant_learns_to_build_a_model_where_that_pays(line):
    """A second plant that cannot build the model is idle until it learns to."""
    plants = (
        Plant(id="small", body=6e5, paint=6e5, assembly=6e5, most_blocks=0),
        Plant(id="other", body=6e5, paint=6e5, assembly=6e5, builds=frozenset({"n"})),
    )
    other = Car(id="n", model="n", powertrain="petrol", platform="old",
                contribution=dict.fromkeys(YEARS, 100.0), emission=0.0, mass=1500.0)  # fmt: skip
    cars = (*offer().cars, other)
    asked = Demand(cars={**demand(line).cars, ("n", "petrol", "us"): (1e5,) * 3})
    cheap = Link(plant="other", model="m", cost=50e6, lead=4)
    alone = plan(line, offer(cars=cars, plants=plants), asked, NEVER)
    linked = plan(line, offer(cars=cars, plants=plants, links=(cheap,)), asked, NEVER)
    assert sum(alone.nodes[1].lost.values()) == pytest.approx(4e5)
    assert sum(linked.nodes[0].lost.values()) == pytest.approx(4e5)
    assert sum(linked.nodes[1].lost.values()) == pytest.approx(0, abs=1)
    assert linked.nodes[0].changes == ("link other m",)
    dear = replace(cheap, cost=100e9)
    assert (
        not plan(line, offer(cars=cars, plants=plants, links=(dear,)), asked, NEVER)
        .nodes[0]
        .changes
    )


def test_buyers_who_find_nothing_take_another_powertrain_in_part(line):
    """No combustion car can be built: a fifth of its buyers take the battery car."""
    only = tuple(car for car in offer().cars if car.id != "burning")
    asked = replace(demand(line), substitution={("petrol", "bev"): 0.2})
    found = plan(line, offer(cars=only, pools=()), asked, NEVER)
    assert made(found.nodes[0], "flexible") == pytest.approx(1e6 * (0.1 + 0.2 * 0.9))


def test_a_component_changes_its_source_where_that_pays(line):
    """100,000 battery cars at first: 300 EUR saved a unit against 20 m a year."""
    sources = (
        Source(id="alone", once=0.0, unit=1100.0, capacity=1e6, running=True),
        Source(id="together", once=20e6, unit=800.0, capacity=1e6),
    )
    unit = Component(id="drive", usage={"bev": 1.0}, sources=sources)
    found = plan(line, offer(components=(unit,), pools=()), demand(line), NEVER)
    assert found.nodes[0].changes == ("source drive together",)
    assert found.nodes[0].units["drive", "together"] == pytest.approx(1e5)
    assert found.nodes[0].units["drive", "alone"] == 0
    take = replace(sources[1], least=9e5)  # pays for 900,000 a year whatever it takes
    stays = replace(unit, sources=(sources[0], take))
    assert (
        plan(line, offer(components=(stays,), pools=()), demand(line), NEVER).nodes[0].changes == ()
    )
    sold = replace(unit, sold=5e5, price=900.0)
    more = plan(line, offer(components=(sold,), pools=()), demand(line), NEVER)
    assert more.nodes[0].units["drive", "together"] == pytest.approx(6e5)


def test_a_plant_that_must_build_pays_for_what_it_does_not(line):
    plants = (
        Plant(id="a", body=1e6, paint=1e6, assembly=1e6),
        Plant(id="b", body=1e6, paint=1e6, assembly=1e6, committed=9e5, idle_cost=100.0),
    )
    found = plan(line, offer(plants=plants, pools=()), demand(line), NEVER)
    at_b = sum(v for (_, plant), v in found.nodes[0].production.items() if plant == "b")
    assert at_b >= 9e5 - 1


def test_no_more_battery_cars_than_flexible_lines_can_build(line):
    few = (Limit(id="few", cars=frozenset({"flexible"}), most=5e4),)
    found = plan(line, offer(limits=few, pools=()), demand(line), NEVER)
    assert made(found.nodes[2], "flexible") == pytest.approx(5e4)
    assert sum(found.nodes[2].lost.values()) == pytest.approx(2.5e5)


def test_years_of_a_block_are_averaged_and_years_alone_are_not():
    """Targets 130 and 60 in turn: alone each second year pays, on average 95 nobody does."""
    line = Tree((-1,), (0,), (2020,), (4,), (1.0,), (0.0,))
    rules = {y: replace(RULE, target=(130e-6 if y % 2 else 60e-6), slope=0.0) for y in YEARS}
    cars = tuple(replace(c, emission=95e-6) for c in offer().cars if c.id == "burning")
    alone = Pool(id="eu", markets=frozenset({"eu"}), targets=rules)
    block = replace(alone, blocks=(tuple(range(2020, 2024)),))
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


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"plants": (Plant(id="p", body=1.0, paint=1.0, assembly=1.0, committed=2.0),)},
         "must build 2 cars a year and can build 1"),
        ({"plants": (Plant(id="p", body=-1.0, paint=1.0, assembly=1.0),)}, "from 0 on"),
        ({"plants": (Plant(id="p", body=float("nan"), paint=1.0, assembly=1.0),)}, "from 0 on"),
        ({"plants": (Plant(id="p", body=1.0, paint=1.0, assembly=1.0),) * 2}, "comes twice"),
        ({"plants": (Plant(id="p", body=1.0, paint=1.0, assembly=1.0, builds=frozenset("x")),)},
         "no 'x'; known are m"),
        ({"blocks": (Block(id="b", platform="x", size=1, invest=1, fixed=1, takes=1),)},
         "no 'x'; known are ev, old"),
        ({"plants": (Plant(id="p", body=1e5, paint=1e5, assembly=1e5, most_blocks=1),)},
         "its blocks take 150,000 cars a year of body and it has 100,000"),
        ({"limits": (Limit(id="l", cars=frozenset({"x"}), most=1.0),)}, "no 'x'"),
        ({"components": (Component(id="c", usage={}, sources=()),)}, "exactly one source"),
    ],
)  # fmt: skip
def test_an_offer_that_is_none_is_refused_by_name(change, says):
    with pytest.raises(DataError, match=says):
        offer(**change)


def test_figures_that_do_not_belong_together_are_refused(line):
    good = demand(line)
    for asked, says in (
        (replace(good, cars={("m", "bev", "eu"): (1.0,)}), "1 figures for 3 nodes"),
        (replace(good, cars={("m", "bev", "eu"): (1.0, float("nan"), 1.0)}), "from 0 on"),
        (replace(good, substitution={("petrol", "bev"): 1.5}), "outside 0 .. 1"),
    ):
        with pytest.raises(DataError, match=says):
            Problem(line, offer(), asked, OPTIONS)
    with pytest.raises(DataError, match="platform x: cannot be launched; known are ev"):
        Problem(line, offer(), good, replace(OPTIONS, windows={"x": None}))
    with pytest.raises(DataError, match="block x: unknown"):
        Problem(line, offer(), good, replace(OPTIONS, least_blocks={"x": 1}))
    short = tuple(replace(c, contribution={2020: 1.0}) for c in offer().cars)
    with pytest.raises(DataError, match="burning: no contribution of 2021"):
        Problem(line, offer(cars=short), good, OPTIONS)
    pool = (replace(offer().pools[0], targets={2020: RULE}),)
    with pytest.raises(DataError, match="pool eu: no rule of 2021"):
        Problem(line, offer(pools=pool), good, OPTIONS)


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
    """One instance with every family of constraints, as text."""
    tiny = Tree((-1, 0, 0), (0, 1, 1), (2020, 2024, 2024), (4, 4, 4), (1.0, 0.5, 0.5),
                (0.1, 0.2, 0.4))  # fmt: skip
    drive = Component(
        id="drive", usage={"bev": 1.0}, sold=1e5, price=900.0,
        sources=(
            Source(id="alone", once=0.0, unit=1100.0, capacity=1e6, running=True),
            Source(id="together", once=20e6, unit=800.0, capacity=1e6, least=5e4, lead=4),
        ),
    )  # fmt: skip
    full = offer(
        plants=(
            Plant(id="lines", body=8e5, paint=9e5, assembly=7e5, most_blocks=2, overtime=5e4,
                  overtime_cost=500.0, committed=5e5, idle_cost=100.0),
            Plant(id="other", body=2e5, paint=2e5, assembly=2e5, builds=frozenset({"n"})),
        ),
        cars=(
            *offer().cars,
            Car(id="n", model="n", powertrain="petrol", platform="old",
                contribution=dict.fromkeys(YEARS, 100.0), emission=120e-6, mass=1500.0),
        ),
        blocks=(replace(offer().blocks[0], adds_paint=1e4, adds_assembly=2e4),),
        derivatives=(Derivative(model="m", platform="ev", top_hat=300e6, lead=4),),
        links=(Link(plant="other", model="m", cost=50e6, lead=4),),
        limits=(Limit(id="few", cars=frozenset({"flexible"}), most=3e5),),
        components=(drive,),
        pools=(replace(offer().pools[0], blocks=((2020, 2021),), credits=1.0, credit_price=50e6),),
    )  # fmt: skip
    asked = demand(tiny)
    asked = Demand(
        cars={**asked.cars, ("n", "petrol", "us"): (1e5,) * 3},
        substitution={("petrol", "bev"): 0.2},
    )
    options = replace(OPTIONS, least_blocks={"line": 1}, windows={"ev": (2020, 2023)},
                      must=frozenset({"ev"}))  # fmt: skip
    text = lp_text(Problem(tiny, full, asked, options))
    for family in FAMILIES:
        assert f"\n{family} " in text or family == "launch_window", family
    if os.environ.get("WHEELBASE_GOLDEN") == "1":
        GOLDEN.parent.mkdir(parents=True, exist_ok=True)
        GOLDEN.write_text(text)
    assert text == GOLDEN.read_text()
    assert plan(tiny, full, asked, options).value == pytest.approx(
        plan(tiny, full, asked, options, Method.DYNAMIC).value, rel=1e-6
    )
