"""Second half of the arrow: timing and decision of a study."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wheelbase.decide import TimingInputs, Varied
from wheelbase.study.cars import bespoke_launch
from wheelbase.study.load import Study
from wheelbase.study.penalties import Penalties
from wheelbase.study.quantity import Assumed
from wheelbase.units import convert

__all__ = [
    "Shares",
    "mean_shares",
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


def mean_shares(study: Study) -> Shares:
    """Return the share of every year, its logit linear between the years of the study."""
    points = study.spec.demand.bev_share
    years = tuple(range(study.spec.finance.first, study.spec.finance.last + 1))
    at = sorted(points)

    def path(which: str) -> Array:
        logit = [np.log(v / (1 - v)) for v in (getattr(points[y], which) for y in at)]
        return np.asarray(1 / (1 + np.exp(-np.interp(years, at, logit))))

    return Shares(years, path("value"), path("low"), path("high"))


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
