"""The verb `decide`: which way, for which segments, when, with whom, and how sure."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from wheelbase.decide.breakeven import BreakEven, break_even, chosen_inputs, reach_of
from wheelbase.decide.cause import Causes, PenaltyShare, causes
from wheelbase.decide.cells import weigh
from wheelbase.decide.inputs import TimingInputs
from wheelbase.decide.regret import (
    Licence,
    Regret,
    RegretWorld,
    base_rules,
    courses,
    licensed,
    regret,
)
from wheelbase.decide.renew import Renewal, renewal
from wheelbase.decide.robust import (
    Robustness,
    WayValue,
    drawn_inputs,
    robustness,
    ways_table,
)
from wheelbase.decide.truth import Truth, what_would_have_to_be_true
from wheelbase.decide.value import Swing, Timing, Varied, near_years, time_launch, tornado
from wheelbase.decide.ways import WAYS, Judged, Portfolio, Segment, Which, judge, portfolios
from wheelbase.decide.worth import Priced, Stages, priced, stages
from wheelbase.errors import DataError

__all__ = ["Answer", "Confidence", "Flat", "Flip", "Partnering", "Scope", "decide"]

Confidence = Literal["firm", "leaning", "undecided"]

_BLOCK_COST = (0.02e9, 5e9)  # EUR: from a twentieth of the cheapest line block on record to thrice
_FLAT = 0.02


@dataclass(frozen=True, slots=True)
class Partnering:
    """The best deal of the study: its partners, what the maker saves by it, EUR, by which rule."""

    deal: str
    partners: tuple[str, ...]
    saving: float
    stable: bool
    rule: str


@dataclass(frozen=True, slots=True)
class Flip:
    """Where the answer turns: an input, its base, and the value at which never reaches a half.

    From started to never or back; a path is shifted as a whole. `flip` is None where nothing in the
    searched range turns it.
    """

    varied: Varied
    flip: float | None
    searched: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Flat:
    """Where the optimum is flat.

    Args:
        years: Fixed years within 2 % of the best one.
        ways: Other ways within 2 % of what is at stake between the best and the worst way.
        noise: Other ways that beat the best one in at least a tenth of the draws.
    """

    years: tuple[int, ...]
    ways: tuple[Which, ...]
    noise: tuple[Which, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What else a decision looks at.

    Args:
        segments: Segments with their own penalty; empty for one.
        parts: Parts of the penalty by cause; empty to leave the causes out.
        deals: Deals on offer; the stable one that saves most is taken.
        licences: Licensed platforms on offer.
        maps: Names of the two inputs of a further map.
        executor: Runs maps, draws and policies; None in turn. The result is the same.
    """

    segments: Sequence[Segment] = ()
    parts: Sequence[PenaltyShare] = ()
    deals: Sequence[Partnering] = ()
    licences: Sequence[Licence] = ()
    maps: tuple[str, str] | None = None
    executor: Executor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer with everything that its sentence says.

    Args:
        which: Best way with the study's own figures.
        segments: Segments that move; empty where none does.
        confidence: firm: the same way in nine draws of ten and a window of at most four years;
            leaning: in seven of ten; undecided: else.
        agreement: Share of the draws that agree with `which`.
        timing: When, for the segments that move (all of them if none does).
        ways: Every way with its value, best first, then by what it loses.
        flat: Where the optimum is flat.
        whom: The best deal, if the study has one.
        flips: What would change it.
        truths: What would have to be true for every other way.
        causes: Why; None without parts of the penalty.
        values: What freedom and knowledge are worth.
        stages: EEV, RP and WS.
        renewal: What giving the platform up at the end of its life is worth.
        robustness: How the draws fall.
        swings: Tornado, widest first; its gain is that of a start in `swing_year`.
        map: Break-even map of penalty and cost of a block.
        further_map: That of the two inputs asked for, or of the two that matter most.
        regret: Policies against futures.
    """

    which: Which
    segments: tuple[str, ...]
    confidence: Confidence
    agreement: float
    timing: Timing
    ways: tuple[WayValue, ...]
    flat: Flat
    whom: Partnering | None
    flips: tuple[Flip, ...]
    truths: tuple[Truth, ...]
    causes: Causes | None
    values: tuple[Priced, ...]
    stages: Stages
    renewal: Renewal
    robustness: Robustness
    swings: tuple[Swing, ...]
    swing_year: int
    map: BreakEven = field(repr=False)
    further_map: BreakEven | None = field(repr=False)
    regret: Regret


def decide(
    inputs: TimingInputs,
    varied: Sequence[Varied],
    draws: int,
    seed: int,
    scope: Scope | None = None,
) -> Answer:
    """Return which way, when and with whom, tested against the intervals of its inputs.

    Args:
        inputs: The study's own figures.
        varied: Its uncertain inputs; the first is the penalty, the second the cost of a block.
        draws: Latin-hypercube draws over all of them.
        seed: Of draws and paths.
        scope: Segments, causes, deals, licences, maps, executor.

    Raises:
        DataError: No draws, inputs that are none, segments or causes that do not add up.
    """
    scope = _checked(scope or Scope(), varied, draws)
    chosen = portfolios(scope.segments, len(inputs.years))
    base = judge(inputs, chosen)
    drawn_from = drawn_inputs(inputs, varied, draws, seed)
    drawn = judge(drawn_from, chosen, scope.executor, base_rules(base))
    ways = ways_table(inputs.years, base, drawn, [p.segments for p in chosen])
    best = int(base.portfolio[0])
    timing = time_launch(inputs, base.weighed, best)
    year = timing.p50 or inputs.years[inputs.open_years().index(True)]
    listed = courses(inputs, chosen, _later(timing))
    found, foresight, recourse = stages(inputs, base, chosen, seed)
    freedom = priced((inputs, drawn_from), (base, drawn), listed, scope.executor)
    swings = tornado(inputs, varied, scope.executor, year)
    maps = _maps(inputs, varied, swings, scope)
    robust = robustness(inputs.years, drawn)
    agreement = _agreement(base, drawn, robust)
    paid = licensed(scope.licences, drawn_from, scope.executor)
    world = RegretWorld(drawn, base_rules(base), scope.licences, paid, scope.executor)
    return Answer(
        which=base.way(),
        segments=ways[0].segments,
        confidence=_confidence(base.way(), agreement, timing),
        agreement=agreement,
        timing=timing,
        ways=tuple(ways),
        flat=_flat(ways, timing, base.way()),
        whom=max((d for d in scope.deals if d.stable), key=lambda d: d.saving, default=None),
        flips=_flips(inputs, varied, swings, chosen[best]),
        truths=what_would_have_to_be_true(inputs, varied, chosen, base, scope.executor),
        causes=causes(inputs, scope.parts, year) if scope.parts else None,
        values=(*freedom, foresight, recourse),
        stages=found,
        renewal=renewal(chosen[best].applied(inputs)),
        robustness=robust,
        swings=swings,
        swing_year=year,
        map=maps[0],
        further_map=maps[1],
        regret=regret(inputs, varied, chosen, listed, world),
    )


def _checked(scope: Scope, varied: Sequence[Varied], draws: int) -> Scope:
    if draws < 1:
        raise DataError(f"decide: draws: {draws} must be at least one; some hundreds are usual")
    if scope.maps is not None:
        chosen_inputs(varied, scope.maps)
    return scope


def _later(timing: Timing) -> int:
    """Return the best fixed year after the first one; the first where there is no other."""
    years = list(timing.fixed)[1:] or list(timing.fixed) or [timing.years[0]]
    return max(years, key=lambda y: timing.fixed.get(y, 0.0))


def _agreement(base: Judged, drawn: Judged, robust: Robustness) -> float:
    """Return the share of the draws with the base's way; a mix counts with its own segments."""
    if base.way() != "mixed":
        return robust.shares[base.way()]
    same = (drawn.best == WAYS.index("mixed")) & (drawn.portfolio == int(base.portfolio[0]))
    return float(np.mean(same))


def _confidence(which: Which, agreement: float, timing: Timing) -> Confidence:
    window = timing.window
    narrow = which == "flexible" or (window is not None and window[1] - window[0] <= 4)
    if agreement >= 0.9 and narrow:
        return "firm"
    return "leaning" if agreement >= 0.7 else "undecided"


def _flat(ways: Sequence[WayValue], timing: Timing, which: Which) -> Flat:
    """Return where the optimum is flat: years within 2 %, ways within 2 % or within the noise."""
    stake = max(w.behind for w in ways)
    near = [w.way for w in ways[1:] if w.behind <= _FLAT * stake]
    noise = [w.way for w in ways[1:] if w.behind_quantiles[0] < 0]
    years = near_years(timing.fixed) if which != "flexible" else ()
    return Flat(years if len(years) > 1 else (), tuple(near), tuple(noise))


def _maps(
    inputs: TimingInputs, varied: Sequence[Varied], swings: Sequence[Swing], scope: Scope
) -> tuple[BreakEven, BreakEven | None]:
    """Return the map of penalty and block cost, and that asked for or of the two widest swings."""
    first = break_even(inputs, varied[0], varied[1], executor=scope.executor)
    if scope.maps is not None:
        x, y = chosen_inputs(varied, scope.maps)
        if (x.name, y.name) == (varied[0].name, varied[1].name):
            return first, None
    else:
        uncertain = [s.varied for s in swings if not s.varied.is_certain]
        if len(uncertain) < 2 or {v.name for v in uncertain[:2]} == {v.name for v in varied[:2]}:
            return first, None
        x, y = uncertain[:2]
    return first, break_even(inputs, x, y, executor=scope.executor)


def _flips(
    inputs: TimingInputs, varied: Sequence[Varied], swings: Sequence[Swing], portfolio: Portfolio
) -> tuple[Flip, ...]:
    """Return the flips of penalty and block cost, and of inputs that turn it in their interval."""
    cells = portfolio.applied(inputs)
    turned = {s.varied.name for s in swings if (s.year_low is None) != (s.year_high is None)}
    own = [v for v in varied[2:] if v.name in turned]
    return (
        _flip(cells, varied[0], reach_of(varied[0])),
        _flip(cells, varied[1], _BLOCK_COST),
        *(_flip(cells, v, (float(np.mean(v.low)), float(np.mean(v.high)))) for v in own),
    )


def _flip(inputs: TimingInputs, varied: Varied, span: tuple[float, float]) -> Flip:
    """Return the value, closest to the base, at which the probability of never crosses a half."""
    base = float(np.mean(varied.base))
    lower, upper = span
    for size in (41, 21):
        values = np.linspace(lower, upper, size)
        moved: Any = np.asarray(varied.base, float)[..., None] + (values - base)
        side = weigh(replace(inputs, **{varied.name: moved})).left >= 0.5
        turns = np.nonzero(side[1:] != side[:-1])[0]
        if len(turns) == 0:
            return Flip(varied, None, span)
        nearest = turns[np.argmin(np.abs((values[turns] + values[turns + 1]) / 2 - base))]
        lower, upper = float(values[nearest]), float(values[nearest + 1])
    return Flip(varied, (lower + upper) / 2, span)
