"""Timing and plan are two models of one decision: on a case that both can hold they agree."""

from dataclasses import replace

import numpy as np
import pytest

from wheelbase.decide import Policy, TimingInputs, solve
from wheelbase.plan import (
    Block,
    Car,
    Demand,
    Limit,
    Offer,
    Options,
    Plant,
    PlatformChoice,
    Tree,
    plan,
)

YEARS = tuple(range(2020, 2040))
SHARE = np.linspace(0.05, 0.6, len(YEARS))
CARS, MARGIN, PENALTY = 1e6, 8000.0, 2600.0

TIMING = TimingInputs(
    years=YEARS, mean_share=SHARE, spread=0.0, cars=CARS, penalty=PENALTY, compatibility=0.0,
    margin=MARGIN, flexible_capacity=4e5, block_size=150e3, block_cost=1050e6, block_fixed=30e6,
    development=1500e6, lead=3, life=10.0, wacc=0.08, terminal=8.0, most_blocks=3,
)  # fmt: skip


def planned(window):
    """Return the value of a plan of one way, year by year.

    The timing's decision of a year is the plan's launch in the year after: development is paid from
    there on, and production follows `lead` years later, in both.
    """
    n = len(YEARS)
    tree = Tree(tuple(range(-1, n - 1)), tuple(range(n)), YEARS, (1,) * n, (1.0,) * n,
                tuple(SHARE))  # fmt: skip

    def car(id, platform, earned):
        return Car(
            id=id,
            model="m",
            powertrain="bev",
            platform=platform,
            contribution=dict.fromkeys(YEARS, earned),
            emission=0.0,
            mass=2000.0,
        )

    offer = Offer(
        cars=(car("flexible", "old", MARGIN - PENALTY), car("bespoke", "ev", MARGIN)),
        platforms=(
            PlatformChoice(id="old", running=True),
            PlatformChoice(id="ev", development=1500e6, lead=3),
        ),
        plants=(Plant(id="lines", body=CARS, paint=CARS, assembly=CARS, most_blocks=3),),
        blocks=(
            Block(id="line", platform="ev", size=150e3, invest=1050e6, fixed=30e6, takes=0.0),
        ),
        limits=(Limit(id="few", cars=frozenset({"flexible"}), most=4e5),),
    )  # fmt: skip
    demand = Demand(cars={("m", "bev", "all"): tuple(CARS * SHARE)})
    options = Options(wacc=0.08, life=10, terminal=8, gap=1e-9, windows={"ev": window})
    return plan(tree, offer, demand, options).value


def all_sold():
    """Return what all buyers of battery cars would contribute: the timing counts from there."""
    factors = [1.08 ** -(k + 0.5) for k in range(len(YEARS) + 8)]
    sold = [*(CARS * SHARE), *[CARS * SHARE[-1]] * 8]
    return MARGIN * float(np.dot(factors, sold))


@pytest.mark.parametrize(
    ("policy", "window"),
    [(Policy.OPTIMAL, (2021, 2039)), (Policy.NEVER, None), (Policy.NOW, (2021, 2021))],
)
def test_a_year_by_year_plan_without_uncertainty_is_worth_what_the_timing_says(policy, window):
    must = all_sold() + float(solve(TIMING, policy).value[0])
    assert planned(window) == pytest.approx(must, rel=1e-9)


def test_the_case_is_one_in_which_launching_pays():
    free, never = (solve(TIMING, p).value[0] for p in (Policy.OPTIMAL, Policy.NEVER))
    assert free > never + 100e6
    dear = replace(TIMING, block_cost=50e9)
    assert solve(dear, Policy.OPTIMAL).value[0] == pytest.approx(solve(dear, Policy.NEVER).value[0])
