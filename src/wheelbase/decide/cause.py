"""What makes a bespoke platform win or lose: speed, cost, packaging, each switched off."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import factorial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from wheelbase.decide.cells import Weighed, weigh
from wheelbase.decide.inputs import TimingInputs
from wheelbase.decide.value import Timing, time_launch
from wheelbase.errors import DataError

__all__ = ["Cause", "Causes", "PenaltyShare", "causes"]

Array = NDArray[np.float64]
_Kind = Literal["speed", "cost", "packaging"]

_UNLIMITED = 1e12  # battery cars a year


@dataclass(frozen=True, slots=True)
class PenaltyShare:
    """One part of the penalty, EUR per battery car, (t,), and what it belongs to."""

    id: str
    label: str
    kind: Literal["cost", "packaging"]
    path: Array = field(repr=False)


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause of the bespoke platform's gain or loss.

    Args:
        id: Its name.
        label: What is switched off, in words.
        kind: Speed to market, cost, or packaging.
        share: Its order-free share (Shapley) of the gain, EUR; the shares sum to the gain.
        change: Gain without it less gain with it, all others on, EUR.
        without: When the programme starts without it.
    """

    id: str
    label: str
    kind: _Kind
    share: float
    change: float
    without: Timing


@dataclass(frozen=True, slots=True)
class Causes:
    """Why a start in one year is worth what it is, against flexible for ever.

    Args:
        year: The year of the decision that is explained.
        gain: Value of starting in it, whatever the share, less never, EUR.
        causes: One each, in the order of the code.
        with_all: When the programme starts with every cause on.
    """

    year: int
    gain: float
    causes: tuple[Cause, ...]
    with_all: Timing

    def kind(self, name: _Kind) -> float:
        """Return the share of all causes of a kind, EUR."""
        return sum(c.share for c in self.causes if c.kind == name)


_LABELS: dict[str, tuple[str, _Kind]] = {
    "lost_sales": ("battery cars that flexible lines cannot build", "speed"),
    "lead": ("years until the bespoke platform is on sale", "speed"),
    "running": ("mixed lines, structure and compatibility of the flexible platform", "cost"),
    "investment": ("development and lines of the bespoke platform", "cost"),
    "packaging": ("room, range and energy that the bespoke floor gives", "packaging"),
}


def causes(inputs: TimingInputs, parts: Sequence[PenaltyShare], year: int) -> Causes:
    """Return what each cause does to the value of a start in `year`, and to the distribution.

    With every cause off, both ways are worth the same. Switched off: no battery car is lost for
    want of flexible lines; production starts a year after the decision; mixed lines, extra
    structure and compatibility cost nothing; development and lines cost nothing; the flexible car
    has the room, range and consumption of the bespoke one. What the order of switching would
    change is shared as by Shapley.

    Args:
        inputs: One design, all segments.
        parts: Parts of its penalty; they sum to it in every year.
        year: Decision year that is explained.

    Raises:
        DataError: Parts that do not sum to the penalty, or a year outside the horizon.
    """
    _refuse(inputs, parts, year)
    names = list(_LABELS)
    sets = [frozenset(c) for k in range(len(names) + 1) for c in combinations(names, k)]
    slow = [s for s in sets if "lead" in s]
    fast = [s for s in sets if "lead" not in s]
    found = [
        (group, weigh(_switched(inputs, parts, group, lead)))
        for group, lead in ((slow, inputs.lead), (fast, 1))
    ]
    at = inputs.years.index(year)
    gain: dict[frozenset[str], float] = {
        s: float(w.fixed[at, c] - w.never[c]) for group, w in found for c, s in enumerate(group)
    }
    everything = frozenset(names)
    shares = _shapley(names, gain)
    without = {
        name: _timing(inputs, found, everything - {name}, 1 if name == "lead" else inputs.lead)
        for name in names
    }
    return Causes(
        year=year,
        gain=gain[everything],
        causes=tuple(
            Cause(
                name,
                *_LABELS[name],
                shares[name],
                gain[everything - {name}] - gain[everything],
                without[name],
            )
            for name in names
        ),
        with_all=_timing(inputs, found, everything, inputs.lead),
    )


def _refuse(inputs: TimingInputs, parts: Sequence[PenaltyShare], year: int) -> None:
    problems = []
    if year not in inputs.years:
        span = f"{inputs.years[0]} to {inputs.years[-1]}"
        problems.append(f"causes: year: {year} lies outside the horizon; choose {span}")
    total = np.sum([p.path for p in parts], axis=0)
    apart = np.max(np.abs(np.asarray(inputs.penalty, float) - total))
    if not apart <= 1e-6 * max(1.0, float(np.max(np.abs(inputs.penalty)))):
        problems.append(f"causes: parts of the penalty miss it by EUR {apart:g}; sum them to it")
    if problems:
        raise DataError(problems)


def _switched(
    inputs: TimingInputs,
    parts: Sequence[PenaltyShare],
    sets: Sequence[frozenset[str]],
    lead: int,
) -> TimingInputs:
    """Return a cell for each set of causes that are on."""
    paths = {
        kind: np.sum([p.path for p in parts if p.kind == kind], axis=0) * np.ones(len(inputs.years))
        for kind in ("cost", "packaging")
    }

    def on(name: str) -> Array:
        return np.array([float(name in s) for s in sets])

    running, money = on("running"), on("investment")
    moved: dict[str, Any] = {
        "penalty": np.outer(paths["cost"], running) + np.outer(paths["packaging"], on("packaging")),
        "compatibility": inputs.compatibility * running,
        "flexible_capacity": np.where(on("lost_sales") > 0, inputs.flexible_capacity, _UNLIMITED),
        "development": inputs.development * money,
        "block_cost": inputs.block_cost * money,
        "block_fixed": inputs.block_fixed * money,
    }
    return replace(inputs, lead=lead, **moved)


def _timing(
    inputs: TimingInputs,
    found: Sequence[tuple[list[frozenset[str]], Weighed]],
    wanted: frozenset[str],
    lead: int,
) -> Timing:
    group, weighed = next((g, w) for g, w in found if wanted in g)
    return time_launch(replace(inputs, lead=lead), weighed, group.index(wanted))


def _shapley(names: Sequence[str], gain: dict[frozenset[str], float]) -> dict[str, float]:
    """Return the mean of what each adds over all orders of switching on."""
    n = len(names)
    share = dict.fromkeys(names, 0.0)
    for members, value in gain.items():
        for name in members:
            weight = factorial(len(members) - 1) * factorial(n - len(members)) / factorial(n)
            share[name] += weight * (value - gain[members - {name}])
    return share
