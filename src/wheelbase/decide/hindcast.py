"""Hindcast: what the timing would have said on a day, from intervals that were known on that day.

Every interval is drawn; the answer is the mixture over the draws, each an exact distribution on the
lattice. Nothing here knows what happened: `decide.score` does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import ceil

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import stream
from wheelbase.decide.inputs import TimingInputs
from wheelbase.decide.timing import Policy, decision_years, solve
from wheelbase.decide.value import Varied, quantile_year, time_launch
from wheelbase.errors import DataError

__all__ = ["RANGES", "Case", "Forecast", "PathValue", "forecast", "path_value"]

Array = NDArray[np.float64]

RANGES = (
    "mean_share", "cars", "penalty", "block_cost", "development", "lead", "spread", "compatibility",
    "margin", "flexible_share", "upkeep", "life", "wacc", "terminal",
)  # fmt: skip
"""The intervals that a case needs; the first is a path over years, the lead is in years."""

_FIRM, _LEANING = 0.9, 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One maker on one day: the intervals that it knew.

    Args:
        years: (t,) calendar years, the first after the day.
        ranges: Interval of each of `RANGES`, in the unit of the code; `flexible_share` is battery
            cars that flexible lines can build over all cars, `upkeep` fixed cost over investment.
        block_size: Cars a year of a line block.
        trigger: Battery share at which the rule of thumb starts.
        draws: Latin-hypercube draws.
        seed: Of the draws.
    """

    years: tuple[int, ...]
    ranges: Mapping[str, Varied]
    block_size: float
    trigger: float
    draws: int
    seed: int

    def __post_init__(self) -> None:
        """Refuse a case that lacks an interval, or has one too many."""
        lacking = [f"case: {n}: missing; give its interval" for n in RANGES if n not in self.ranges]
        more = [
            f"case: {n}: no such interval; leave it out" for n in self.ranges if n not in RANGES
        ]
        few = [f"case: draws: {self.draws}; take at least one"] if self.draws < 1 else []
        if lacking or more or few:
            raise DataError([*lacking, *more, *few])

    @property
    def most_blocks(self) -> int:
        """Blocks that build every car as a battery car: more are never of use."""
        return max(ceil(float(self.ranges["cars"].high) / self.block_size), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The distribution of the decision and of the start of production, and what it is worth.

    Args:
        years: (t,) calendar years.
        decision: (t,) probability of deciding for a bespoke platform in each year.
        never: Probability of not deciding in these years; with `decision` it sums to one.
        start: Year to probability of the start of production.
        at_once: Probability of deciding in the first year.
        shares: Share of the draws in which each way is best.
        label: firm, leaning or undecided.
        option: 10th, 50th and 90th percentile over the draws of the value of being free to switch
            against never, EUR.
        window: First and last fixed year within 2 % of the best at base; None where never is best.
        triggered: (t,) probability that the rule of thumb starts in each year.
        battery: (t, n, c) battery share on the lattice.
        mass: (t, n) probability of the lattice points, the same in every draw.
    """

    years: tuple[int, ...]
    decision: Array
    never: float
    start: Mapping[int, float]
    at_once: float
    shares: Mapping[str, float]
    label: str
    option: tuple[float, float, float]
    window: tuple[int, int] | None
    triggered: Array
    battery: Array = field(repr=False)
    mass: Array = field(repr=False)

    def quantiles(self) -> tuple[int | None, int | None, int | None]:
        """Return the years by which it is decided with probability 0.1, 0.5 and 0.9, if ever."""
        low, middle, high = (quantile_year(self.years, self.decision, q) for q in (0.1, 0.5, 0.9))
        return low, middle, high

    def starts(self) -> tuple[int | None, int | None, int | None]:
        """Return the same of the start of production."""
        years, mass = tuple(self.start), np.array(list(self.start.values()))
        low, middle, high = (quantile_year(years, mass, q) for q in (0.1, 0.5, 0.9))
        return low, middle, high


@dataclass(slots=True)
class _Group:
    """The draws of one lead, solved together."""

    cells: NDArray[np.int64]
    decided: Array
    never: Array
    option: Array
    triggered: Array
    battery: Array
    mass: Array


def forecast(case: Case) -> Forecast:
    """Return what the timing says of a case: the mixture over draws of all its intervals.

    Within its interval a figure is even from low to base and from base to high, so that the base is
    its median. Draws whose lead rounds to the same whole years are solved together.
    """
    drawn = {name: case.ranges[name].at(_ranks(case, name)) for name in RANGES}
    leads = np.maximum(np.rint(drawn["lead"]).astype(np.int64), 1)
    groups = [_solved(case, drawn, int(lead), leads == lead) for lead in np.unique(leads)]
    order = np.argsort(np.concatenate([g.cells for g in groups]))
    decided = np.concatenate([g.decided for g in groups], axis=1)[:, order]
    never = np.concatenate([g.never for g in groups])[order]
    option = np.concatenate([g.option for g in groups])[order]
    shares = _ways(decided, never)
    base = time_launch(_inputs(case, {n: case.ranges[n].base for n in RANGES}, None))
    agreement = max(shares.values())
    low, middle, high = np.quantile(option, (0.1, 0.5, 0.9))
    return Forecast(
        years=case.years,
        decision=decided.mean(axis=1),
        never=float(never.mean()),
        start=_starts(case.years, decided, drawn["lead"]),
        at_once=float(decided[0].mean()),
        shares=shares,
        label="firm" if agreement >= _FIRM else "leaning" if agreement >= _LEANING else "undecided",
        option=(float(low), float(middle), float(high)),
        window=base.window,
        triggered=np.concatenate([g.triggered for g in groups], axis=1).mean(axis=1),
        battery=np.concatenate([g.battery for g in groups], axis=2)[:, :, order],
        mass=groups[0].mass,
    )


def _ranks(case: Case, name: str) -> Array:
    """Return one rank in each of as many strata as there are draws, in random order."""
    rng = stream(case.seed, name)
    return np.asarray((rng.permutation(case.draws) + rng.random(case.draws)) / case.draws)


def _inputs(case: Case, figures: Mapping[str, Array], lead: int | None) -> TimingInputs:
    """Return figures, numbers or cells, as inputs of the timing."""
    return TimingInputs(
        years=case.years,
        mean_share=figures["mean_share"],
        spread=figures["spread"],
        cars=figures["cars"],
        penalty=figures["penalty"],
        compatibility=figures["compatibility"],
        margin=figures["margin"],
        flexible_capacity=figures["flexible_share"] * figures["cars"],
        block_size=case.block_size,
        block_cost=figures["block_cost"],
        block_fixed=figures["upkeep"] * figures["block_cost"],
        development=figures["development"],
        lead=max(round(float(figures["lead"])), 1) if lead is None else lead,
        life=figures["life"],
        wacc=figures["wacc"],
        terminal=figures["terminal"],
        most_blocks=case.most_blocks,
    )


def _solved(case: Case, drawn: Mapping[str, Array], lead: int, chosen: NDArray[np.bool_]) -> _Group:
    cells = {name: figure[..., chosen] for name, figure in drawn.items()}
    cells["penalty"] = np.broadcast_to(cells["penalty"], (len(case.years), int(chosen.sum())))
    inputs = _inputs(case, cells, lead)
    best = solve(inputs)
    decided, never = decision_years(inputs, best)
    share = np.broadcast_to(best.share, best.launch.shape)
    thumb, _ = decision_years(inputs, replace(best, launch=share >= case.trigger))
    at = np.nonzero(chosen)[0]
    return _Group(at, decided, never, best.value - best.never, thumb, share, best.mass)


def _ways(decided: Array, never: Array) -> dict[str, float]:
    """Return the share of the draws in which never, at once, or a later switch is most likely."""
    flexible = never >= 0.5
    now = ~flexible & (decided[0] >= 0.5)
    return {
        "flexible": float(flexible.mean()),
        "bespoke_now": float(now.mean()),
        "switch": float((~flexible & ~now).mean()),
    }


def _starts(years: tuple[int, ...], decided: Array, lead: Array) -> dict[int, float]:
    """Return the probability of the start of production by year; the decision is even in a year."""
    found: dict[int, float] = {}
    whole = np.floor(lead).astype(int)
    for t, year in enumerate(years):
        for extra, part in ((0, 1 - (lead - whole)), (1, lead - whole)):
            for later in np.unique(whole):
                mass = float((decided[t] * part * (whole == later)).sum()) / len(lead)
                if mass > 0:
                    at = year + int(later) + extra
                    found[at] = found.get(at, 0.0) + mass
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class PathValue:
    """Value of a policy on the path that came, EUR: within the known years, and after them.

    After them the last known share is held to the end of the case's years and its terminal.
    """

    known: float
    after: float


def path_value(
    case: Case, shares: Mapping[int, float], decided: int | None, lead: int | None = None
) -> PathValue:
    """Return what a policy was worth on a known path of battery shares, at base.

    Args:
        case: The maker.
        shares: Year to battery share, every year from the first of the case.
        decided: Year of the decision; None for flexible only.
        lead: Years to the start of production, where it is known.
    """
    figures = {n: case.ranges[n].base for n in RANGES}
    known, count = tuple(sorted(shares)), len(shares)
    path = np.array([shares[y] for y in known])
    penalty = np.broadcast_to(np.asarray(figures["penalty"], float), (len(case.years),))
    whole = replace(
        _inputs(case, figures, lead),
        mean_share=np.append(path, np.full(len(case.years) - count, path[-1])),
        penalty=penalty,
        spread=0.0,
    )
    short = replace(whole, years=known, mean_share=path, penalty=penalty[:count], terminal=0.0)
    policy = Policy.NEVER if decided is None else Policy.OPTIMAL
    total, alone = (float(solve(i, policy, decided).value[0]) for i in (whole, short))
    return PathValue(alone, total - alone)
