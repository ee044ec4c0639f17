"""What would have to be true: the least move of the inputs that makes another way the best one."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.decide.inputs import TimingInputs
from wheelbase.decide.value import Varied
from wheelbase.decide.ways import WAYS, Judged, Portfolio, Which, judge

__all__ = ["Move", "Truth", "what_would_have_to_be_true"]

Array = NDArray[np.float64]

_STEPS = np.arange(1, 13) / 4
"""Half-intervals that are tried."""
_FINE = np.arange(1, 5) / 5


@dataclass(frozen=True, slots=True)
class Move:
    """One input moved: by how many of its half-intervals, to which value (a path by its mean)."""

    varied: Varied
    halves: float
    value: float


@dataclass(frozen=True, slots=True)
class Truth:
    """What would have to be true for a way to be the best one.

    Args:
        way: The way.
        joint: Half-intervals by which all inputs move towards it together; None where three of
            them are not enough.
        moved: Where the inputs stand then; empty without a joint move.
        singles: Inputs that turn the answer alone, least move first.
        searched: Half-intervals searched to each side.
    """

    way: Which
    joint: float | None
    moved: tuple[Move, ...]
    singles: tuple[Move, ...]
    searched: float = float(_STEPS[-1])


@dataclass(frozen=True, slots=True)
class _Search:
    """What every trial needs: the design, its uncertain inputs, portfolios, executor."""

    inputs: TimingInputs
    varied: tuple[Varied, ...]
    chosen: Sequence[Portfolio]
    executor: Executor | None

    def judged(self, halves: Array) -> Judged:
        """Return trials, (trial, input) in half-intervals, judged."""
        columns: dict[str, Any] = {
            v.name: v.at(0.5 + halves[:, k] / 2) for k, v in enumerate(self.varied)
        }
        return judge(replace(self.inputs, **columns), self.chosen, self.executor)

    def legal(self, halves: Array) -> NDArray[np.bool_]:
        """Return whether every input is one, (trial, input)."""
        return np.stack(
            [v.allows(0.5 + halves[:, k] / 2) for k, v in enumerate(self.varied)], axis=1
        )


def what_would_have_to_be_true(
    inputs: TimingInputs,
    varied: Sequence[Varied],
    chosen: Sequence[Portfolio],
    base: Judged,
    executor: Executor | None = None,
) -> tuple[Truth, ...]:
    """Return for every way but the best one what would have to be true for it to be best.

    Inputs move in units of their own half-interval, up to three of them: each alone, and all
    together by the same number, each to the side that favours the way. The sides are read off
    twice, at the base and one half-interval on, where a platform that is not built at the base is.
    """
    moving = tuple(v for v in varied if not v.is_certain)
    search = _Search(inputs, moving, chosen, executor)
    others = [w for w in WAYS if w != base.way() and np.isfinite(base.values[w][0])]
    if not (moving and others):
        return tuple(Truth(way, None, (), ()) for way in others)
    count = len(moving)
    trials = np.concatenate([sign * step * np.eye(count) for step in _STEPS for sign in (-1, 1)])
    fine = np.asarray(search.legal(trials).all(axis=1))
    judged = search.judged(np.where(fine[:, None], trials, 0.0))
    singles = {way: _singles(search, trials, judged, fine, way) for way in others}
    sides = _sides(search, {way: np.zeros(count) for way in others}, base.way())
    joint = _joint(search, _sides(search, sides, base.way()))
    return tuple(
        Truth(way, *joint[way], tuple(sorted(singles[way], key=lambda m: abs(m.halves))))
        for way in others
    )


def _singles(
    search: _Search, trials: Array, judged: Judged, fine: NDArray[np.bool_], way: Which
) -> list[Move]:
    """Return the inputs that make a way best alone, each with its least move."""
    wins = (judged.best == WAYS.index(way)) & fine
    first: dict[int, Array] = {}
    for trial in trials[wins]:
        first.setdefault(int(np.argmax(np.abs(trial))), trial)
    if not first:
        return []
    refined = _refined(search, list(first.values()), way)
    return [_move(search, k, float(trial[k])) for k, trial in zip(first, refined, strict=True)]


def _refined(search: _Search, found: Sequence[Array], way: Which) -> list[Array]:
    """Return the least of four moves between the last step and the one found, or that one."""
    step = float(_STEPS[0])
    size = [float(np.max(np.abs(trial))) for trial in found]
    tried = np.concatenate(
        [
            np.outer((s - step + _FINE * step) / s, trial)
            for s, trial in zip(size, found, strict=True)
        ]
    )
    wins = (search.judged(tried).best == WAYS.index(way)).reshape(len(found), -1)
    rows = tried.reshape(len(found), len(_FINE), -1)
    return [
        rows[k, int(np.argmax(wins[k]))] if wins[k].any() else found[k] for k in range(len(found))
    ]


def _sides(search: _Search, centres: dict[Which, Array], over: Which) -> dict[Which, Array]:
    """Return the side of each input that favours a way over another: -1, 0 or 1, (input,)."""
    count = len(search.varied)
    around = np.concatenate([0.5 * np.eye(count), -0.5 * np.eye(count)])
    rows = np.concatenate([_held(search, centre + around) for centre in centres.values()])
    judged = search.judged(rows)
    found = {}
    for n, way in enumerate(centres):
        cells = slice(2 * count * n, 2 * count * (n + 1))
        lead = judged.values[way][cells] - judged.values[over][cells]
        change = lead[:count] - lead[count:]
        found[way] = np.where(np.abs(change) > 1.0, np.sign(change), 0.0)
    return found


def _joint(
    search: _Search, sides: dict[Which, Array]
) -> dict[Which, tuple[float | None, tuple[Move, ...]]]:
    """Return how far all inputs must move together, and where they stand then."""
    steps = np.concatenate([_STEPS[:1] / 2, _STEPS])
    found: dict[Which, tuple[float | None, tuple[Move, ...]]] = {}
    rows = np.concatenate([_held(search, np.outer(steps, side)) for side in sides.values()])
    best = search.judged(rows).best.reshape(len(sides), -1)
    for n, (way, side) in enumerate(sides.items()):
        wins = np.nonzero(best[n] == WAYS.index(way))[0]
        if len(wins) == 0:
            found[way] = None, ()
            continue
        k = int(wins[0])
        lower = steps[k - 1] if k else 0.0
        tried = lower + _FINE * (steps[k] - lower)
        finer = search.judged(_held(search, np.outer(tried, side))).best == WAYS.index(way)
        joint = float(tried[np.argmax(finer)]) if finer.any() else float(steps[k])
        at = _held(search, np.outer([joint], side))[0]
        moves = tuple(_move(search, int(i), float(at[i])) for i in np.nonzero(at)[0])
        found[way] = joint, moves
    return found


def _held(search: _Search, rows: Array) -> Array:
    """Return trials, (trial, input), whose inputs stop before they would be none."""
    held = rows.copy()
    for i, k in np.argwhere(~search.legal(rows)):
        tried = rows[i, k] * np.linspace(0.0, 1.0, 65)
        held[i, k] = tried[search.varied[k].allows(0.5 + tried / 2)][-1]
    return held


def _move(search: _Search, k: int, halves: float) -> Move:
    varied = search.varied[k]
    at = varied.at(np.array([0.5 + halves / 2]))
    return Move(varied, halves, float(np.mean(at)))
