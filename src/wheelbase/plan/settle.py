"""Solve a stochastic program by what suits its size, and hold it against what is published."""

import re
import time
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import DataError, SolveError
from wheelbase.plan.integer_lshaped import is_yes_or_no, solve_by_table
from wheelbase.plan.lshaped import solve_by_cuts
from wheelbase.plan.sampled import Sampling, bound_by_samples
from wheelbase.plan.separable import coefficients_of, written_out
from wheelbase.plan.solver import INFINITY, Status, gap_of, solve
from wheelbase.plan.stochastic import LARGEST, Extensive, StochasticProgram
from wheelbase.plan.watch import guarded

__all__ = ["Known", "Method", "Settled", "Verdict", "judge", "known", "settle", "work_of"]

Array = NDArray[np.float64]

_CLOSED = 2e-6  # gap of a program with whole columns that counts as closed
_OPEN = 0.1  # widest gap of a bracket that says something
_WIDEST = 0.4  # width of an interval, as a share of its greater end
_SAME = 1e-6
_WIDE = 200_000  # columns from which a linear program is solved through its inside
_CUTS = (1_000, 100_000)  # most subtrees and columns for which cuts check the extensive form
_CUT_SECONDS = 10.0  # after which that check is given up
_SAMPLED = 100_000  # coefficients of a sampled program
_BETTERED = 0.01  # most by which a best known value is bettered where no bracket says how far
_NUMBER = r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
_ONE = re.compile(rf"{_NUMBER}(?:\s*\(best known\))?", re.IGNORECASE)
_ENDS = re.compile(rf"between\s+{_NUMBER}\s+and\s+{_NUMBER}", re.IGNORECASE)
_AROUND = re.compile(rf"{_NUMBER}\s*\+-\s*{_NUMBER}")


class Method(Enum):
    """How a value was found."""

    EXTENSIVE = "extensive form"
    TABLE = "integer L-shaped"
    SAMPLES = "samples"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What is known of the least value of a program.

    Args:
        method: How.
        value: Of the best point; by samples the mean cost of a first stage.
        bound: No point is below it; by samples the mean of sampled programs.
        gap: Relative distance of the two.
        status: How the solve ended.
        cuts: Value and bound of the L-shaped method, where it was run to its end.
        interval: By samples, what holds the least value: lower end from below, upper end from
            above, each of a 95 % interval.
        seconds: Wall time.
    """

    method: Method
    value: float
    bound: float
    gap: float
    status: Status
    cuts: tuple[float, float] | None
    interval: tuple[float, float] | None
    seconds: float

    @property
    def is_closed(self) -> bool:
        """Whether value and bound meet."""
        return self.interval is None and self.gap <= _CLOSED and bool(np.isfinite(self.value))

    @property
    def says_something(self) -> bool:
        """Whether value and bound, or the ends of the interval, are near enough to be judged."""
        low, high = self.interval or (self.bound, self.value)
        if not np.isfinite([low, high]).all():
            return False
        if self.interval:
            return high - low <= _WIDEST * max(abs(low), abs(high))
        return self.is_closed or self.gap <= _OPEN


@dataclass(frozen=True, slots=True)
class Known:
    """What a list of instances says of a least value; infinite where it says nothing.

    Args:
        low: Least published value that its digits allow.
        high: Greatest.
        is_best: Whether it is the best known rather than the least value.
        own_low: Lower end of the list's own bracket.
        own_high: Upper end.
        remark: Result and note of the list.
    """

    low: float
    high: float
    is_best: bool
    own_low: float
    own_high: float
    remark: str

    @property
    def has_published(self) -> bool:
        """Whether a value is published."""
        return bool(np.isfinite(self.low))

    @property
    def is_doubted(self) -> bool:
        """Whether the list's own bracket leaves the published value outside."""
        if not (self.has_published and np.isfinite(self.own_low) and np.isfinite(self.own_high)):
            return False
        slack = _SAME * max(1.0, abs(self.own_low))
        inside = self.low <= self.own_high + slack and self.own_low - slack <= self.high
        return not inside and not self.is_best


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a result agrees with what is known, and why."""

    ok: bool
    why: str


def known(
    published: str, status: str = "", own_lower: str = "", own_upper: str = "", remark: str = ""
) -> Known:
    """Return what the words of a list say.

    Each is empty, a number, a number `(best known)`, `between a and b`, or `m +- h`. A number
    stands for all that round to it; `best known` in the words of the published value or of its
    status makes it one that may be bettered.

    Args:
        published: The published value.
        status: Where it is published.
        own_lower: Lower end of the list's own bracket.
        own_upper: Upper end; alone it stands for both.
        remark: Result and note of the list.

    Raises:
        DataError: Other words.
    """
    texts = {"published": published, "own_lower": own_lower, "own_upper": own_upper}
    ends, problems = {}, []
    for what, text in texts.items():
        try:
            ends[what] = _figures(text.strip())
        except ValueError:
            problems.append(f"{what}: {text[:80]!r} is no value; write a number, `X (best known)`, "
                            "`between X and Y` or `X +- Y`")  # fmt: skip
    if problems:
        raise DataError(problems)
    (low, high), (own_low, _), (upper, own_high) = ends.values()
    is_best = "best known" in f"{published} {status}".lower()
    own_low = own_low if own_lower.strip() else upper
    return Known(low, high, is_best, own_low, own_high, remark)


def _figures(text: str) -> tuple[float, float]:
    """Return the ends of what a text says; infinite ones of an empty text.

    Raises:
        ValueError: It is none of the texts that `known` takes.
    """
    if not text:
        return -INFINITY, INFINITY
    found = _ONE.fullmatch(text) or _ENDS.fullmatch(text) or _AROUND.fullmatch(text)
    values = [float(word) for word in found.groups()] if found else []
    if not found or not np.isfinite(values).all():
        raise ValueError(text)
    if found.re is _AROUND:
        return values[0] - abs(values[1]), values[0] + abs(values[1])
    if found.re is _ENDS:
        return min(values), max(values)
    word = found[1].lower()
    digits = len(word.partition(".")[2]) if "e" not in word else 0
    half = max(0.5 * 10.0**-digits if digits else 0.0, _SAME * abs(values[0]))
    return values[0] - half, values[0] + half


def work_of(program: StochasticProgram) -> float:
    """Return an estimate of how long it takes to settle a program, to put programs in order.

    Coefficients of what is solved; a program with whole columns counts a thousand times (twenty
    times if its first stage is a few 0-or-1 columns), one that must be sampled as a hundred of its
    sampled programs.
    """
    size = coefficients_of(program)
    if size > LARGEST:
        return 100.0 * _sample_size(program) * _later(program)
    if not program.core.integer.any():
        return float(size)
    first, core = program.column_stage == 0, program.core
    few = first.sum() <= 16 and bool(
        (core.integer & (core.low >= 0) & (core.high <= 1))[first].all()
    )
    return size * (20.0 if few and program.has_whole_recourse else 1000.0)


def _later(program: StochasticProgram) -> int:
    """Return the coefficients of one scenario's later stages."""
    return int((program.row_stage[program.core.row_of] > 0).sum())


def _sample_size(program: StochasticProgram) -> int:
    return int(np.clip(_SAMPLED // max(_later(program), 1), 20, 200))


def settle(
    program: StochasticProgram,
    limit: float = INFINITY,
    first: Array | None = None,
    seed: int = 1,
) -> Settled:
    """Return the least value of a program, or bounds of it.

    Written out where it can be (by parts of the recourse where that is smaller) and checked by
    cuts where those are quick; by the integer L-shaped method where the first stage is a few
    0-or-1 columns and the recourse whole; bounded by samples otherwise.

    Args:
        program: What to solve.
        limit: Seconds after which the extensive form stops with what it has.
        first: (n,) a first stage to cost where samples are needed.
        seed: Of the samples.

    Raises:
        SolveError: It has no least point, or samples were not done at the limit.
        DataError: It can neither be written out nor sampled.
    """
    began = time.perf_counter()
    if coefficients_of(program) > LARGEST:
        return _by_samples(program, first, seed, limit)
    form = written_out(program)
    wide = len(form.arrays.cost) > _WIDE and not form.arrays.is_mixed
    by_table = is_yes_or_no(form)
    if by_table:
        done = solve_by_table(form, limit=limit)
    elif wide:
        done = solve(form.arrays, limit=limit, inside=True)
    else:
        done = guarded(form.arrays, 1e-6, limit)
    if done.status in (Status.INFEASIBLE, Status.UNBOUNDED):
        raise SolveError(f"no least point: the extensive form is {done.status.value}")
    left = limit - (time.perf_counter() - began)
    cuts = _by_cuts(form, left) if done.gap <= _CLOSED and left > 0 else None
    return Settled(
        method=Method.TABLE if by_table else Method.EXTENSIVE,
        value=done.value,
        bound=done.bound,
        gap=done.gap,
        status=done.status,
        cuts=cuts,
        interval=None,
        seconds=time.perf_counter() - began,
    )


def _by_cuts(form: Extensive, limit: float) -> tuple[float, float] | None:
    """Return value and bound by cuts of a linear program of few subtrees.

    None where they are cut off or find no least: the check is left out, the value stands.
    """
    subtrees = int(form.block.max(initial=-1)) + 1
    mixed = form.arrays.is_mixed
    if mixed or not 1 < subtrees <= _CUTS[0] or len(form.arrays.cost) > _CUTS[1]:
        return None
    try:
        found = solve_by_cuts(form, limit=min(limit, _CUT_SECONDS))
    except SolveError:
        return None
    return (found.value, found.bound) if found.status is Status.OPTIMAL else None


def _by_samples(
    program: StochasticProgram, first: Array | None, seed: int, limit: float
) -> Settled:
    sampling = Sampling(seed=seed, draws=300, size=_sample_size(program))
    found = bound_by_samples(program, sampling, first, limit)
    upper, lower = found.upper, found.lower
    return Settled(
        method=Method.SAMPLES,
        value=upper.mean,
        bound=lower.mean,
        gap=gap_of(upper.mean, lower.mean),
        status=Status.GAP,
        cuts=None,
        interval=(min(lower.low, upper.low), max(upper.high, lower.high)),
        seconds=found.seconds,
    )


def judge(known: Known, found: Settled) -> Verdict:
    """Return whether a result agrees with what is known.

    Closed: the value is the published one within its digits or 1e-6; where the list's own bracket
    leaves the published value outside, or none is published, the value lies in that bracket.
    Open: value and bound are at most 10 % apart, and their bracket meets the published value and
    the list's own. A best known value may be bettered, where the list has no bracket of its own
    by at most 1 %. Value and bound of cuts must agree within 1e-6.

    Sampled: the interval holds the published value, or meets the list's own bracket where none is
    published or that is doubted. It is at most 40 % of its greater end wide, so that the value is
    known to a fifth or so of it on either side of the middle. A stricter limit would not be met by
    ssn, the widest that is published: 6.815 .. 10.262 is 34 % wide (42 draws a sampled program,
    40 s; still 30 % with 126 draws in 6 minutes), where the list's own interval is 15 % wide.
    """
    if found.cuts and not all(_near(c, found.value) for c in found.cuts):
        return Verdict(
            False, f"cuts give {found.cuts[0]:.9g}, the extensive form {found.value:.9g}"
        )
    if found.interval:
        return _judge_interval(known, found, found.interval)
    if not np.isfinite([found.value, found.bound]).all():
        return Verdict(False, f"no value with a bound ({found.status.value})")
    if not found.says_something:
        return Verdict(False, f"gap of {found.gap:.1%} is too wide to say ({found.status.value})")
    own = _meets(found, known.own_low, known.own_high)
    if known.has_published and not known.is_doubted:
        met = own and _meets(found, _least(known), known.high)
        what = ("agrees with" if found.is_closed else "brackets") if met else "differs from"
        return Verdict(met, f"{what} the published value")
    if not np.isfinite([known.own_low, known.own_high]).any():
        return Verdict(found.is_closed, "nothing is published; solved")
    what = "agrees with" if own else "differs from"
    return Verdict(own, f"{what} the bounds of the list{_doubt(known)}")


def _least(known: Known) -> float:
    """Return the least value that agrees with the published one."""
    if not known.is_best:
        return known.low
    return known.low - _BETTERED * abs(known.low) if known.own_low == -INFINITY else -INFINITY


def _doubt(known: Known) -> str:
    return f"; the published value is doubted: {known.remark}" if known.is_doubted else ""


def _meets(found: Settled, low: float, high: float) -> bool:
    """Return whether the bracket of a result and another share a value, within 1e-6."""
    slack = _SAME * max(1.0, abs(found.value))
    return found.bound <= high + slack and low - slack <= found.value


def _near(a: float, b: float) -> bool:
    return abs(a - b) <= _SAME * max(1.0, abs(b))


def _judge_interval(known: Known, found: Settled, interval: tuple[float, float]) -> Verdict:
    low, high = interval
    wide = 100 * (high - low) / max(abs(low), abs(high), 1e-9)
    said = f"the 95 % interval {low:.7g} .. {high:.7g} ({wide:.2g} % wide)"
    if not found.says_something:
        return Verdict(False, f"{said} is too wide to say")
    if known.has_published and not known.is_doubted:
        met = _least(known) <= high and low <= known.high
        return Verdict(met, f"{said} {'holds' if met else 'misses'} the published value")
    if not np.isfinite([known.own_low, known.own_high]).any():
        return Verdict(False, f"nothing is published to hold {said} against")
    met = known.own_low <= high and low <= known.own_high
    verb = "meets" if met else "misses"
    return Verdict(met, f"{said} {verb} the bounds of the list{_doubt(known)}")
