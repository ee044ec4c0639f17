"""The verb `decide`: which way, when, with whom, how sure, and what would change it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from wheelbase.decide.timing import Policy, TimingInputs, decision_years, solve
from wheelbase.decide.value import (
    BreakEven,
    Swing,
    Timing,
    Varied,
    break_even,
    quantile_year,
    time_launch,
    tornado,
)

__all__ = ["Answer", "Confidence", "Flip", "Partnering", "Regret", "Robustness", "Which", "decide"]

Which = Literal["flexible", "bespoke_now", "switch"]
Confidence = Literal["firm", "leaning", "undecided"]
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Partnering:
    """The best deal of the study: its partners and what the maker saves by it, EUR."""

    deal: str
    partners: tuple[str, ...]
    saving: float
    stable: bool


@dataclass(frozen=True, slots=True)
class Flip:
    """Where the answer turns: an input, its base, and the value at which never reaches a half.

    `flip` is None where nothing in the searched range turns it.
    """

    varied: Varied
    flip: float | None
    searched: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Robustness:
    """Shares of the draws in which each way is best, and the median years."""

    draws: int
    shares: Mapping[str, float]
    medians: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Regret:
    """Regret of policies in futures of the battery share, EUR, (policy, future)."""

    policies: tuple[str, ...]
    futures: tuple[str, ...]
    regret: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer with everything that its sentence says.

    Args:
        which: Best way with the study's own figures.
        confidence: firm: the same way in nine draws of ten and a window of at most four years;
            leaning: in seven of ten; undecided: else.
        agreement: Share of the draws that agree with `which`.
        timing: When.
        whom: The best deal, if the study has one.
        flips: What would change it.
        robustness: How the draws fall.
        swings: Tornado, widest first.
        map: Break-even map.
        regret: Policies against futures.
    """

    which: Which
    confidence: Confidence
    agreement: float
    timing: Timing
    whom: Partnering | None
    flips: tuple[Flip, ...]
    robustness: Robustness
    swings: tuple[Swing, ...]
    map: BreakEven = field(repr=False)
    regret: Regret


def decide(
    inputs: TimingInputs,
    varied: Sequence[Varied],
    draws: int,
    seed: int,
    deals: Sequence[Partnering] = (),
) -> Answer:
    """Return which way, when and with whom, tested against the intervals of its inputs.

    Args:
        inputs: The study's own figures.
        varied: Its uncertain inputs; the first is the penalty, the second the cost of a block.
        draws: Latin-hypercube draws over all of them.
        seed: Of the draws.
        deals: Deals on offer; the one that saves most is taken, if it is stable.
    """
    timing = time_launch(inputs)
    which = _way(timing.never, timing.decision[0])
    robustness = _robustness(inputs, varied, draws, seed)
    agreement = robustness.shares[which]
    window = timing.window
    narrow = which == "flexible" or (window is not None and window[1] - window[0] <= 4)
    firm: Confidence = "firm" if agreement >= 0.9 and narrow else "undecided"
    penalty, block = varied[0], varied[1]
    swings = tornado(inputs, varied)
    reach = _reach(penalty)
    return Answer(
        which=which,
        confidence=firm if firm == "firm" else "leaning" if agreement >= 0.7 else "undecided",
        agreement=agreement,
        timing=timing,
        whom=max((d for d in deals if d.stable), key=lambda d: d.saving, default=None),
        flips=(
            _flip(inputs, penalty, reach),
            _flip(inputs, block, (0.02e9, 5e9)),
            *_own_flips(inputs, varied, swings),
        ),
        robustness=robustness,
        swings=swings,
        map=break_even(inputs, penalty, block, reach),
        regret=_regret(inputs, varied),
    )


def _way(never: float, at_once: float) -> Which:
    if never >= 0.5:
        return "flexible"
    return "bespoke_now" if at_once >= 0.5 else "switch"


def _reach(penalty: Varied) -> tuple[float, float]:
    """Return the span of penalties worth looking at: the interval, and up to 3,000 EUR."""
    return min(float(np.mean(penalty.low)), 0.0), max(float(np.mean(penalty.high)) * 1.2, 3000.0)


def _flip(inputs: TimingInputs, varied: Varied, span: tuple[float, float]) -> Flip:
    """Return the value, closest to the base, at which the probability of never crosses a half."""
    values = np.linspace(*span, 121)
    base = np.asarray(varied.base, float)
    moved: Any = base[..., None] + (values - float(np.mean(base)))
    cells = replace(inputs, **{varied.name: moved})
    _, never = decision_years(cells, solve(cells))
    side = never >= 0.5
    turns = np.nonzero(side[1:] != side[:-1])[0]
    if len(turns) == 0:
        return Flip(varied, None, span)
    middles = (values[turns] + values[turns + 1]) / 2
    nearest = middles[np.argmin(np.abs(middles - float(np.mean(base))))]
    return Flip(varied, float(nearest), span)


def _own_flips(
    inputs: TimingInputs, varied: Sequence[Varied], swings: Sequence[Swing]
) -> list[Flip]:
    """Return the flips of all other inputs that turn the answer within their own interval."""
    turned = {s.varied.name for s in swings if (s.year_low is None) != (s.year_high is None)}
    return [
        _flip(inputs, v, (v.low, v.high))
        for v in varied[2:]
        if v.name in turned and np.ndim(v.base) == 0
    ]


def _robustness(
    inputs: TimingInputs, varied: Sequence[Varied], draws: int, seed: int
) -> Robustness:
    """Return how often each way is best over Latin-hypercube draws of all inputs together."""
    rng = np.random.default_rng(seed)
    columns: dict[str, Any] = {}
    for v in varied:
        strata = (rng.permutation(draws) + rng.random(draws)) / draws
        columns[v.name] = v.at(_triangular(strata))
    cells = replace(inputs, **columns)
    mass, never = decision_years(cells, solve(cells))
    ways = [_way(float(n), float(m)) for n, m in zip(never, mass[0], strict=True)]
    names: tuple[Which, ...] = ("flexible", "bespoke_now", "switch")
    medians: dict[str, float] = {}
    for c in range(draws):
        year = quantile_year(inputs.years, mass[:, c], 0.5)
        key = "never" if year is None else str(year)
        medians[key] = medians.get(key, 0.0) + 1 / draws
    return Robustness(
        draws,
        {name: ways.count(name) / draws for name in names},
        dict(sorted(medians.items())),
    )


def _triangular(uniform: Array) -> Array:
    """Return positions in 0..1 of a triangular distribution with its mode in the middle."""
    below = np.sqrt(uniform / 2)
    return np.where(uniform < 0.5, below, 1 - np.sqrt((1 - uniform) / 2))


def _regret(inputs: TimingInputs, varied: Sequence[Varied]) -> Regret:
    """Return what fixed policies lose against the best one in a low, base and high future."""
    share = next(v for v in varied if v.name == "mean_share")
    cells = replace(inputs, mean_share=share.at(np.array([0.0, 0.5, 1.0])))
    first, middle = inputs.years[0], inputs.years[len(inputs.years) // 3]
    policies = {
        "flexible for ever": solve(cells, Policy.NEVER),
        f"bespoke now ({first})": solve(cells, Policy.NOW),
        f"bespoke in {middle}": solve(cells, year=middle),
        f"bespoke in {middle + 5}": solve(cells, year=middle + 5),
        "best rule for each year and share": solve(cells),
    }
    best = np.max([s.value for s in policies.values()], axis=0)
    table = tuple(tuple(float(v) for v in best - s.value) for s in policies.values())
    return Regret(tuple(policies), ("low share", "base share", "high share"), table)
