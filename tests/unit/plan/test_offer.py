"""What a maker may build: every lever of the offer, what is refused, and the model as text."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from small_maker import NEVER, OPTIONS, RULE, YEARS, demand, made, offer

from wheelbase.cost import annuity_factor
from wheelbase.errors import DataError
from wheelbase.plan import (
    FAMILIES,
    Block,
    Car,
    Component,
    Demand,
    Derivative,
    Law,
    Limit,
    Link,
    Method,
    Plant,
    PlatformChoice,
    Problem,
    Source,
    Tree,
    lp_text,
    plan,
)

RUNS = Source(id="s", once=0.0, unit=1.0, capacity=1.0, running=True)
NAN = float("nan")
GOLDEN = Path(__file__).parents[2] / "golden" / "plan" / "tiny.txt"


def test_a_top_hat_is_paid_before_its_model_is_sold(line):
    top = (Derivative(model="m", platform="ev", top_hat=300e6, lead=4),)
    free = plan(line, offer(), demand(line), OPTIONS)
    paid = plan(line, offer(derivatives=top), demand(line), OPTIONS)
    assert made(free.nodes[2], "bespoke") > 0
    assert made(paid.nodes[2], "bespoke") > 0 and "top hat m ev" in paid.nodes[0].changes
    use = sum(1.08 ** -(k + 0.5) for k in range(4, 13 + 8))  # from 2024 on, decided in 2020
    cost = annuity_factor(0.08, 10) * 300e6 * use
    assert free.value - paid.value == pytest.approx(cost, rel=1e-9)
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


@pytest.mark.parametrize("case", ["two plants", "a source at once"])
def test_every_method_finds_the_same_where_rows_end_at_the_leaves(line, case):
    """Limits over a path are rows of its leaf: on the way there, states that they forbid occur."""
    sources = (
        Source(id="alone", once=0.0, unit=1100.0, capacity=1e6, running=True),
        Source(id="together", once=20e6, unit=800.0, capacity=1e6, lead=0),
    )
    given = {
        "two plants": offer(
            plants=(
                Plant(id="a", body=5e5, paint=5e5, assembly=5e5, most_blocks=2),
                Plant(id="b", body=5e5, paint=5e5, assembly=5e5, most_blocks=2),
            )
        ),
        "a source at once": offer(
            components=(Component(id="drive", usage={"bev": 1.0}, sources=sources),)
        ),
    }[case]
    values = [plan(line, given, demand(line), OPTIONS, method).value for method in Method]
    assert values == pytest.approx([values[0]] * 3, rel=1e-6)


def test_a_link_allows_all_that_blocks_bring_to_a_plant(line):
    """Assembly of 500,000 and blocks that bring 250,000 each: the link is no limit of its own."""
    block = replace(offer().blocks[0], adds_assembly=250e3, invest=0.0, fixed=0.0, takes=0.0)
    plant = Plant(id="lines", body=1e6, paint=2e6, assembly=5e5, most_blocks=2)
    other = replace(plant, builds=frozenset({"n"}))
    car = Car(id="n", model="n", powertrain="petrol", platform="old",
              contribution=dict.fromkeys(YEARS, 1.0), emission=0.0, mass=1500.0)  # fmt: skip
    launch = (offer().platforms[0], PlatformChoice(id="ev", lead=4))
    link = Link(plant="lines", model="m", cost=0.0, lead=1)
    free = offer(plants=(plant,), blocks=(block,), platforms=launch, pools=())
    tied = offer(cars=(*offer().cars, car), plants=(other,), blocks=(block,), platforms=launch,
                 links=(link,), pools=())  # fmt: skip
    made_free, made_tied = (
        plan(line, given, demand(line), OPTIONS).nodes[2] for given in (free, tied)
    )
    assert sum(made_tied.production.values()) == pytest.approx(sum(made_free.production.values()))


def test_a_plant_pays_for_every_car_that_it_must_build_and_cannot_sell(line):
    """It must build half a million more than anybody buys, at 100 EUR each."""
    must = Plant(id="lines", body=2e6, paint=2e6, assembly=2e6, committed=1.5e6, idle_cost=100.0)
    short = replace(NEVER, terminal=0.0)
    free = plan(line, offer(plants=(replace(must, committed=0.0),), pools=()), demand(line), short)
    paid = plan(line, offer(plants=(must,), pools=()), demand(line), short)
    years = sum(1.08 ** -(k + 0.5) for k in range(13))
    assert free.value - paid.value == pytest.approx(5e5 * 100 * years, rel=1e-9)


def test_a_plant_that_must_build_does(line):
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
        ({"components": (Component(id="c", usage={"gas": 1.0}, sources=(RUNS,)),)},
         "no powertrain 'gas'"),
        ({"components": (Component(id="c", usage={}, sources=(replace(RUNS, capacity=-1.0),)),)},
         "from 0 on"),
        ({"components": (Component(id="c", usage={}, sources=(replace(RUNS, unit=NAN),)),)},
         "must be a number"),
        ({"components": (Component(id="c", usage={}, sources=(
            RUNS, replace(RUNS, id="t", running=False, unit=-1.0, least=1.0))),)},
         "saves on each unit, so `least` says nothing"),
        ({"components": (Component(id="c", usage={}, sources=(replace(RUNS, least=1.0),)),)},
         "runs today, so `least` is no choice"),
        ({"links": (Link(plant="lines", model="m", cost=1.0),)}, "it builds m today"),
        ({"blocks": (Block(id="b", platform="old", size=1, invest=1, fixed=1, takes=1),)},
         "old runs"),
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
    with pytest.raises(DataError, match="2021..2023; nodes begin in 2020, 2024, 2028"):
        Problem(line, offer(), good, replace(OPTIONS, windows={"ev": (2021, 2023)}))
    lost = replace(offer().pools[0], markets=frozenset({"ue"}))
    with pytest.raises(DataError, match="pool eu: nobody buys in 'ue'"):
        Problem(line, offer(pools=(lost,)), good, OPTIONS)
    with pytest.raises(DataError, match="no car of that model is offered"):
        Problem(line, offer(), Demand(cars={**good.cars, ("x", "bev", "eu"): (1.0,) * 3}), OPTIONS)
    never = Tree((-1, 0, 0), (0, 1, 1), (2020, 2024, 2024), (4, 4, 4), (1.0, 1.0, 0.0),
                 (0.1, 0.2, 0.2))  # fmt: skip
    with pytest.raises(DataError, match="node 2: probability 0 must be above zero"):
        Problem(never, offer(), demand(never), OPTIONS)
    pool = (replace(offer().pools[0], law=Law(targets={2020: RULE})),)
    with pytest.raises(DataError, match="pool eu: no rule of 2021"):
        Problem(line, offer(pools=pool), good, OPTIONS)


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
    law = Law(targets=dict.fromkeys(YEARS, RULE), blocks=((2020, 2021),))
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
        pools=(replace(offer().pools[0], law=law, credits=1.0, credit_price=50e6),),
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
