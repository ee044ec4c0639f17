"""What freedom and knowledge are worth: flexibility, switching, waiting, adapting, foresight."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from wheelbase.decide.cells import weigh
from wheelbase.decide.inputs import TimingInputs
from wheelbase.decide.paths import followed, foreseen, mean_plan, sampled
from wheelbase.decide.regret import Course, worth_of
from wheelbase.decide.robust import quantiles_of
from wheelbase.decide.timing import backward, world_of
from wheelbase.decide.ways import Judged, Portfolio

__all__ = ["Priced", "Stages", "priced", "stages"]

Array = NDArray[np.float64]

_PATHS = 1000


@dataclass(frozen=True, slots=True)
class Priced:
    """What one kind of freedom or knowledge is worth, EUR.

    Args:
        id: Its name.
        label: In words.
        value: With the study's own figures; a mean over draws or paths where that says it.
        low: 10th percentile over the draws, or over the paths.
        high: 90th percentile.
        over: What the interval is over.
    """

    id: str
    label: str
    value: float
    low: float
    high: float
    over: str


@dataclass(frozen=True, slots=True)
class Stages:
    """The three values of a stochastic programme, EUR: EEV <= RP <= WS.

    Args:
        mean: EEV: the plan made for the mean share, in the uncertain world.
        optimal: RP: the best rule.
        foreseen: WS: perfect foresight of the share, mean over sampled paths.
        error: Standard error of WS.
        mean_year: Year in which the mean plan starts; None for never.
    """

    mean: float
    optimal: float
    foreseen: float
    error: float
    mean_year: int | None


def stages(
    inputs: TimingInputs, base: Judged, chosen: Sequence[Portfolio], seed: int
) -> tuple[Stages, Priced, Priced]:
    """Return EEV, RP and WS of the study's own figures, and what foresight and recourse are worth.

    WS is RP plus what foresight gains on the same sampled paths, so that no sampling noise of the
    share stands between them.
    """
    designs = [p.applied(inputs) for p in chosen]
    values, best = base.of("value")[:, 0], int(np.argmax(base.of("value")[:, 0]))
    world = world_of(designs[best])
    paths = sampled(world, _PATHS, seed)
    rule = followed(designs[best], world, backward(designs[best], world), paths)
    gained = np.maximum(foreseen(designs, world, paths) - rule, 0.0)  # rounding alone is below
    mean, year = _mean_value(designs, base)
    optimal = float(values[best])
    error = float(np.std(gained) / np.sqrt(_PATHS))
    found = Stages(mean, optimal, optimal + float(gained.mean()), error, year)
    low, _, high = quantiles_of(gained)
    label = "knowing the whole path of the battery share today (EVPI)"
    foresight = Priced("evpi_share", label, float(gained.mean()), low, high, f"{_PATHS} paths")
    loss = optimal - mean
    label = "planning for many futures, not for the mean one (VSS)"
    return found, foresight, Priced("vss", label, loss, loss, loss, "")


def _mean_value(designs: Sequence[TimingInputs], base: Judged) -> tuple[float, int | None]:
    """Return EEV and the year of the plan that is best if the mean share were certain."""
    plans = [mean_plan(d) for d in designs]
    top = int(np.argmax([float(gain[0]) for gain, _, _ in plans]))
    _, year, launches = plans[top]
    if not launches[0]:
        return float(base.of("never")[0, 0]), None
    return float(base.of("fixed")[int(year[0]), top, 0]), designs[0].years[int(year[0])]


def priced(
    inputs: tuple[TimingInputs, TimingInputs],
    judged: tuple[Judged, Judged],
    listed: Sequence[Course],
    executor: Executor | None = None,
) -> list[Priced]:
    """Return what flexibility, the option, waiting, adapting and knowing the inputs are worth.

    Args:
        inputs: The base design, and the draws.
        judged: The same, judged.
        listed: Policies that can be fixed today.
        executor: Runs the cells; None in turn.
    """
    pairs = [_values(i, j, executor) for i, j in zip(inputs, judged, strict=True)]
    draws = f"{len(judged[1].best)} draws"
    found = []
    for id, label in _LABELS.items():
        low, _, high = quantiles_of(pairs[1][id])
        found.append(Priced(id, label, float(pairs[0][id][0]), low, high, draws))
    committed = np.stack([worth_of(c, inputs[1], judged[1]) for c in listed])
    known = judged[1].value - committed[int(np.argmax(committed.mean(axis=1)))]
    low, _, high = quantiles_of(known)
    label = "knowing all uncertain inputs today (EVPI, at most)"
    return [*found, Priced("evpi_inputs", label, float(known.mean()), low, high, draws)]


_LABELS = {
    "flexibility": "being allowed to build flexible battery cars at all, against bespoke only",
    "option": "being free to switch, against flexible for ever",
    "waiting": "not having to start today",
    "adaptivity": "deciding by the share seen, not by a date fixed today",
}


def _values(cells: TimingInputs, judged: Judged, executor: Executor | None) -> dict[str, Array]:
    """Return each value in every cell, (c,), EUR."""
    none = np.zeros(cells.cells)
    alone = weigh(replace(cells, flexible_capacity=none, compatibility=0.0 * none), executor)
    opened = np.array(cells.open_years())
    first = int(np.argmax(opened))
    opened[len(cells.years) - cells.lead :] = False
    never, best = judged.of("never")[0], judged.of("value").max(axis=0)
    fixed = judged.of("fixed")[opened].max(axis=(0, 1)) if opened.any() else never
    return {
        "flexibility": best - alone.value,
        "option": best - never,
        "waiting": best - judged.of("fixed")[first].max(axis=0),
        "adaptivity": best - np.maximum(fixed, never),
    }
