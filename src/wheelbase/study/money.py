"""Second half of the arrow: plan and decision of a study."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wheelbase.decide import TimingInputs, Varied
from wheelbase.plan import FleetTarget, Offer, Options, Plan, Tree, plan, share_tree, target_of
from wheelbase.study.cars import Cars, bespoke_launch
from wheelbase.study.load import Study
from wheelbase.study.penalties import Penalties
from wheelbase.study.placing import variant_id
from wheelbase.study.quantity import Assumed
from wheelbase.units import convert

__all__ = [
    "Plans",
    "Shares",
    "mean_shares",
    "plans_of",
    "timing_inputs",
    "varied_inputs",
]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shares:
    """Mean battery share by year: base, low and high, (t,) each."""

    years: tuple[int, ...]
    base: Array
    low: Array
    high: Array


@dataclass(frozen=True, slots=True)
class Plans:
    """The plan that is free to choose, and those that never and at once launch."""

    tree: Tree
    offer: Offer
    rules: Mapping[int, FleetTarget]
    free: Plan
    never: Plan
    now: Plan


def mean_shares(study: Study) -> Shares:
    """Return the share of every year, its logit linear between the years of the study."""
    points = study.spec.demand.bev_share
    years = tuple(range(study.spec.finance.first, study.spec.finance.last + 1))
    at = sorted(points)

    def path(which: str) -> Array:
        logit = [np.log(v / (1 - v)) for v in (getattr(points[y], which) for y in at)]
        return np.asarray(1 / (1 + np.exp(-np.interp(years, at, logit))))

    return Shares(years, path("value"), path("low"), path("high"))


def plans_of(study: Study, cars: Cars, penalties: Penalties, shares: Shares) -> Plans:
    """Return the plans over the scenario tree."""
    spec = study.spec
    by_year = dict(zip(shares.years, (float(v) for v in shares.base), strict=True))
    spread, branches = spec.demand.spread.value, spec.plan.branches
    tree = share_tree(spec.plan.stages, spec.finance.last, by_year, spread, branches)
    offer = _offer(study, cars, penalties)
    rule = study.facts.fleet_rule[spec.rules]
    rules = {year: target_of(rule, year) for year in spec.plan.stages}

    def options(launch: bool | None) -> Options:
        life = bespoke_launch(study).life.value
        return Options(
            wacc=spec.finance.wacc.value,
            life=life,
            terminal=spec.finance.terminal.value,
            gap=spec.plan.gap,
            limit=spec.plan.limit,
            launch=launch,
            least_blocks=0 if launch is False else int(spec.plan.least_blocks),
        )

    never = plan(tree, offer, rules, options(False))
    now = plan(tree, offer, rules, options(True))
    return Plans(tree, offer, rules, plan(tree, offer, rules, options(None)), never, now)


def _offer(study: Study, cars: Cars, penalties: Penalties) -> Offer:
    spec, launch = study.spec, bespoke_launch(study)
    by_year = dict(zip(penalties.years, (float(v) for v in penalties.middle), strict=True))
    ends = (*spec.plan.stages[1:], spec.finance.last + 1)
    penalty = {
        begin: float(np.mean([by_year[y] for y in range(begin, end)]))
        for begin, end in zip(spec.plan.stages, ends, strict=True)
    }
    emission, burning = _mean(study, cars, spec.demand.rest)
    electric = _mean(study, cars, {spec.electric: 1.0})[1]
    return Offer(
        cars=spec.demand.volume.value,
        penalty=penalty,
        margin=spec.demand.contribution.value,
        capacity=max(spec.demand.volume.value, spec.plan.flexible_capacity.value),
        block_size=launch.block.size,
        block_cost=launch.block.invest.value,
        block_fixed=launch.block.fixed.value,
        most_blocks=int(launch.block.most),
        development=launch.development.value,
        lead=int(launch.lead),
        regulated=spec.demand.regulated.value,
        emission=emission,
        masses=(burning, electric),
    )


def _mean(study: Study, cars: Cars, mix: Mapping[str, float]) -> tuple[float, float]:
    """Return mean fleet-rule emission (kg/m) and mass in running order (kg) of a mix."""
    constant = study.facts.vehicle_constant["wltp-over-nedc"].value
    driver = study.facts.mass_constant["driver"].value
    emission = mass = 0.0
    for train, share in mix.items():
        for body, part in study.spec.demand.bodies.items():
            car = cars.variants[variant_id(train, study.spec.flexible, body)]
            emission += share * part * car.certificates["wltp"].co2 / constant
            mass += share * part * (car.curb_mass + driver)
    return emission, mass


def timing_inputs(study: Study, penalties: Penalties, shares: Shares) -> TimingInputs:
    """Return the study's own figures for the timing."""
    spec, launch = study.spec, bespoke_launch(study)
    return TimingInputs(
        years=shares.years,
        mean_share=shares.base,
        spread=spec.demand.spread.value,
        cars=spec.demand.volume.value,
        penalty=penalties.middle,
        compatibility=spec.customer.compatibility.value,
        margin=spec.demand.contribution.value,
        flexible_capacity=spec.plan.flexible_capacity.value,
        block_size=launch.block.size,
        block_cost=launch.block.invest.value,
        block_fixed=launch.block.fixed.value,
        development=launch.development.value,
        lead=int(launch.lead),
        life=launch.life.value,
        wacc=spec.finance.wacc.value,
        terminal=spec.finance.terminal.value,
        most_blocks=int(launch.block.most),
        earliest=spec.decide.earliest,
        latest=spec.decide.latest,
    )


def varied_inputs(study: Study, penalties: Penalties, shares: Shares) -> tuple[Varied, ...]:
    """Return the uncertain inputs with the study's intervals; penalty and block cost first."""
    spec, launch = study.spec, bespoke_launch(study)

    def of(name: str, label: str, unit: str, figure: Assumed) -> Varied:
        scale = 100.0 if unit == "%" else convert(1.0, unit)
        return Varied(name, label, unit, figure.low, figure.value, figure.high, scale)

    penalty = (penalties.low, penalties.middle, penalties.high)
    share = (shares.low, shares.base, shares.high)
    return (
        Varied("penalty", "penalty of the flexible battery car", "EUR", *penalty),
        of("block_cost", "cost of a line block", "MEUR", launch.block.invest),
        of("development", "development of the bespoke platform", "MEUR", launch.development),
        Varied("mean_share", "mean battery share", "%", *share, 100.0),
        of("wacc", "cost of capital", "%", spec.finance.wacc),
        of("life", "life of platform and line", "yr", launch.life),
        of("flexible_capacity", "battery cars that flexible lines can build", "k/yr",
           spec.plan.flexible_capacity),
        of("margin", "margin of a lost car", "EUR", spec.demand.contribution),
        of("cars", "cars sold a year", "k/yr", spec.demand.volume),
        of("spread", "spread of the battery share", "-", spec.demand.spread),
        of("compatibility", "cost of compatibility per combustion car", "EUR",
           spec.customer.compatibility),
        of("block_fixed", "fixed cost of a line block", "MEUR/yr", launch.block.fixed),
        of("terminal", "years after the horizon", "yr", spec.finance.terminal),
    )  # fmt: skip
