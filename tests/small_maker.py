"""A maker with one model, two powertrains, one plant, and a platform that it may launch."""

from dataclasses import replace

import numpy as np

from wheelbase.plan import (
    Block,
    Car,
    Demand,
    FleetTarget,
    Law,
    Offer,
    Options,
    Plant,
    PlatformChoice,
    Pool,
)

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
            Pool(id="eu", markets=frozenset({"eu"}), law=Law(targets=dict.fromkeys(YEARS, RULE))),
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


def made(node, *cars):
    return sum(v for (car, _), v in node.production.items() if car in cars)
