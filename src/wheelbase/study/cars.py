"""First half of the arrow: every variant of a study fitted, driven, priced."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wheelbase.cost import Basis, Bill, CustomerValues, Penalty, pack_path, penalty, price
from wheelbase.errors import FitError
from wheelbase.fit import Envelope, Fit, envelope, fit, sample
from wheelbase.integrate import Targets, Variant, integrate
from wheelbase.study.load import Study
from wheelbase.study.placing import Placed, asked, place_all, refused, variant_id
from wheelbase.study.quantity import Assumed
from wheelbase.study.spec_car import LaunchSpec

__all__ = [
    "Cars",
    "Penalties",
    "bespoke_launch",
    "build_cars",
    "customer_values",
    "penalties_of",
    "place_cars",
    "price_cars",
]

Array = NDArray[np.float64]

_DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Cars:
    """What the study's platforms, bodies and powertrains make.

    Args:
        variants: The cars that close on themselves, by id.
        fits: Every fit asked for by a platform, by id.
        envelopes: Platform to its envelope in its first body.
    """

    variants: Mapping[str, Variant]
    fits: Mapping[str, Fit]
    envelopes: Mapping[str, Envelope]


def build_cars(study: Study) -> Cars:
    """Return every car of the study.

    Raises:
        FitError: A platform does not carry what the study puts on it, or a target is missed.
    """
    variants: dict[str, Variant] = {}
    fits: dict[str, Fit] = {}
    problems: list[str] = []
    for name, spec in study.spec.platforms.items():
        platform = study.platforms[name]
        for body_name in spec.bodies:
            for train_name in spec.powertrains:
                id = variant_id(train_name, name, body_name)
                body, train = study.bodies[body_name], study.powertrains[train_name]
                fits[id] = fit(platform, body, train, study.facts)
                try:
                    targets = _targets(study, train_name)
                    variants[id] = integrate(platform, body, train, targets, study.facts)
                except FitError as error:
                    problems.extend(error.problems)
    if problems:
        raise FitError(problems)
    firsts = {name: study.bodies[spec.bodies[0]] for name, spec in study.spec.platforms.items()}
    around = {n: envelope(study.platforms[n], firsts[n], study.facts) for n in study.platforms}
    return Cars(variants, fits, around)


def place_cars(study: Study, cars: Cars) -> dict[str, Placed]:
    """Return every car placed exactly, and each platform's first body with every powertrain.

    Raises:
        FitError: A car of the study whose parts find no place; says why, in mm.
    """
    sized = {id: (car.platform, car.powertrain) for id, car in cars.variants.items()}
    placed = place_all(study, asked(study), sized, only_carried=True)
    if problems := [f"{p.id}: {why}" for p in refused(placed) for why in p.reasons]:
        raise FitError(problems)
    return placed


def _targets(study: Study, train: str) -> Targets:
    battery = study.spec.powertrains[train].battery
    asked = study.spec.targets
    return Targets(
        range=battery.request.range if battery else None,
        acceleration_0_100=asked.acceleration_0_100,
        boot=asked.boot,
        payload=asked.payload,
        gradeability=asked.gradeability,
        sized=train in asked.sized,
        cycles=study.spec.cycles,
        year=study.spec.finance.first,
    )


def bespoke_launch(study: Study) -> LaunchSpec:
    """Return the launch of the bespoke platform."""
    launch = study.spec.platforms[study.spec.bespoke].launch
    assert isinstance(launch, LaunchSpec)
    return launch


def price_cars(study: Study, cars: Cars) -> tuple[Basis, dict[str, Bill]]:
    """Return the basis of all prices, and the bill of every variant in the first bespoke year."""
    path = pack_path(study.facts, study.prices, study.spec.base.date)
    basis = Basis(study.facts, study.prices, path)
    year = study.spec.finance.first + int(bespoke_launch(study).lead)
    return basis, {id: price(car, year, basis) for id, car in cars.variants.items()}


def customer_values(study: Study) -> CustomerValues:
    """Return what buyers pay, from the assumptions of the study."""

    def span(value: Assumed) -> tuple[float, float, float]:
        return value.low, value.value, value.high

    c = study.spec.customer
    return CustomerValues(span(c.range), span(c.boot), span(c.cabin), span(c.mixed_line))


@dataclass(frozen=True, slots=True)
class Penalties:
    """The flexible car's penalty by body and year, and of the fleet.

    Args:
        bodies: Body to one penalty for each year.
        years: Years.
        base: (t,) of the fleet, weighted by what each body sells, EUR per battery car.
        low: (t,) 5th percentile of the fleet.
        high: (t,) 95th percentile.
    """

    bodies: Mapping[str, tuple[Penalty, ...]]
    years: tuple[int, ...]
    base: Array
    low: Array
    high: Array


def penalties_of(study: Study, cars: Cars, basis: Basis) -> Penalties:
    """Return the penalty of every body and year, with draws common to both platforms."""
    spec = study.spec
    years = tuple(range(spec.finance.first, spec.finance.last + 1))
    values, found = customer_values(study), {}
    for body in spec.demand.bodies:
        pair = [
            cars.variants[variant_id(spec.electric, platform, body)]
            for platform in (spec.flexible, spec.bespoke)
        ]
        drawn = [
            sample(car.platform, car.body, car.powertrain, study.facts, _DRAWS, spec.base.seed)
            for car in pair
        ]
        both = {name: (drawn[0][name], drawn[1][name]) for name in ("boot", "usable_length")}
        found[body] = tuple(penalty(pair[0], pair[1], y, basis, values, both) for y in years)
    shares = spec.demand.bodies
    fleet = [sum(shares[b] * found[b][t].samples for b in shares) for t in range(len(years))]
    base = [sum(shares[b] * found[b][t].base for b in shares) for t in range(len(years))]
    low, high = np.quantile(np.array(fleet), (0.05, 0.95), axis=1)
    return Penalties(found, years, np.array(base), low, high)
