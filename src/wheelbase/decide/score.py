"""Scores of a forecast against what happened: log score, CRPS, PIT, coverage, and a failure rule.

A decision is scored over the years that are told apart and one class more, "never by then". What
has not happened by the last known year is one of several classes, and is scored as that set.

Source: Gneiting & Raftery, Strictly Proper Scoring Rules, Prediction, and Estimation, JASA 102
(2007), sections 3.1 (log score) and 4.2 (ranked probabilities, CRPS).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "DecisionScore",
    "Failure",
    "Outcome",
    "Verdict",
    "classes",
    "crps",
    "interval",
    "pit",
    "ranked_score",
    "score_decision",
    "smoothed_log_score",
    "verdict",
]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened: the year of the decision, or None if there was none by the year `known`."""

    decided: int | None
    known: int

    def possible(self, first: int, count: int) -> NDArray[np.bool_]:
        """Return which of `count` years from `first`, and never by then, may be true.

        (count + 1,). A decision after the last of these years is never by then.
        """
        at = np.arange(count + 1)
        if self.decided is None:
            return np.asarray(at >= self.seen(first, count))
        return np.asarray(at == min(self.decided - first, count))

    def settled_by(self, year: int) -> bool:
        """Return whether it is known what happened up to a year."""
        return self.known >= year or (self.decided is not None and self.decided <= year)

    def seen(self, first: int, count: int) -> int:
        """Return for how many of `count` years from `first` it is known what happened by then."""
        return min(max(self.known - first + 1, 0), count)


@dataclass(frozen=True, slots=True)
class DecisionScore:
    """Scores of one forecast of the decision; all but `given` are better when smaller.

    Args:
        given: Probability that it gave to what happened.
        log: Log score, -ln of the smoothed probability.
        crps: Ranked probability score over the years that are known, in years.
        pit: Cumulative probability just before and at what happened.
    """

    given: float
    log: float
    crps: float
    pit: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Failure:
    """The rule by which a forecast has failed, fixed before it is scored.

    Args:
        within: Years after the day by which what happened must have been given enough.
        least: That probability.
        at_once: More than this in the first year is a failure.
    """

    within: int
    least: float
    at_once: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a forecast has failed, by which of the rules."""

    failed: bool
    reasons: tuple[str, ...]


def classes(decision: Sequence[float] | Array, count: int) -> Array:
    """Return the probabilities of `count` years and of never by then, (count + 1,), from (t,)."""
    mass = np.asarray(decision, float)[:count]
    padded = np.zeros(count)
    padded[: len(mass)] = mass
    return np.append(padded, 1 - padded.sum())


def smoothed_log_score(probabilities: Array, possible: NDArray[np.bool_], draws: int) -> float:
    """Return -ln of the probability of what happened, with one draw added that is even over all.

    So many draws cannot tell less than that apart from nothing, and the score stays finite.
    """
    even = 1 / len(probabilities)
    return float(-np.log(((draws * probabilities + even) / (draws + 1))[possible].sum()))


def ranked_score(probabilities: Array, possible: NDArray[np.bool_], seen: int) -> float:
    """Return the sum over years of (cumulative probability - had it happened)^2, in years.

    Only the first `seen` years count, whatever happened in them: to count later ones where it
    happened early, and not where it is still open, would reward who says early.
    """
    cumulative, happened = np.cumsum(probabilities)[:seen], np.cumsum(possible)[:seen]
    return float(((cumulative - happened) ** 2).sum())


def pit(probabilities: Array, possible: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the cumulative probability just before the first and at the last possible class."""
    total = np.append(0.0, np.cumsum(probabilities))
    at = np.nonzero(possible)[0]
    return float(total[at[0]]), min(float(total[at[-1] + 1]), 1.0)


def score_decision(
    decision: Sequence[float] | Array, first: int, outcome: Outcome, count: int, draws: int
) -> DecisionScore:
    """Return the scores of a distribution over years.

    Args:
        decision: (t,) probability of each year from `first` on; the rest is never.
        first: First year.
        outcome: What happened.
        count: Years that are told apart.
        draws: Draws behind the distribution, for the smoothing.
    """
    probabilities, possible = classes(decision, count), outcome.possible(first, count)
    return DecisionScore(
        float(probabilities[possible].sum()),
        smoothed_log_score(probabilities, possible, draws),
        ranked_score(probabilities, possible, outcome.seen(first, count)),
        pit(probabilities, possible),
    )


def crps(values: Array, weights: Array, actual: float) -> float:
    """Return the CRPS of a discrete distribution, in the unit of the values.

    The integral of (F(x) - 1{x >= actual})^2 over x, exact.

    Args:
        values: (n,) points.
        weights: (n,) their probabilities; they are scaled to sum to one.
        actual: What happened.
    """
    order = np.argsort(values)
    points, below = values[order], np.cumsum(weights[order]) / np.sum(weights)
    edges = np.sort(np.append(points, actual))
    rank = np.searchsorted(points, edges[:-1], side="right")
    level = np.where(rank > 0, below[np.maximum(rank - 1, 0)], 0.0)
    return float(np.sum(np.diff(edges) * (level - (edges[:-1] >= actual)) ** 2))


def interval(values: Array, weights: Array, inside: float = 0.8) -> tuple[float, float]:
    """Return the central interval that holds `inside` of a discrete distribution."""
    order = np.argsort(values)
    below = np.cumsum(weights[order]) / np.sum(weights)
    tails = ((1 - inside) / 2, (1 + inside) / 2)
    at = [min(int(np.searchsorted(below, q - 1e-12)), len(order) - 1) for q in tails]
    return float(values[order[at[0]]]), float(values[order[at[1]]])


def verdict(
    rule: Failure,
    decision: Sequence[float] | Array,
    first: int,
    outcome: Outcome,
    demand: tuple[Sequence[bool], bool],
) -> Verdict:
    """Return whether a forecast has failed.

    Args:
        rule: The rule.
        decision: (t,) probability of each year from `first` on.
        first: First year.
        outcome: What happened.
        demand: Whether the battery share of each known year lay inside its interval, in order, and
            whether the forecast was labelled firm.
    """
    mass = np.asarray(decision, float)
    by = float(mass[: rule.within].sum())
    last = first + rule.within - 1
    happened = outcome.decided is not None and outcome.decided <= last
    reasons = []
    given = by if happened else 1 - by
    if outcome.settled_by(last) and given < rule.least:
        what = "decided" if happened else "not decided"
        reasons.append(f"gave {given:.1%} to what happened, {what} by {last}")
    if mass[0] > rule.at_once:
        reasons.append(f"put {mass[0]:.1%} on the first year")
    covered, firm = demand
    if firm and len(covered) >= 3 and not any(covered[-3:]):
        reasons.append("was firm while the last three battery shares lay outside their intervals")
    return Verdict(bool(reasons), tuple(reasons))
