"""How the answer fares over joint draws of all uncertain inputs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.decide.inputs import TimingInputs
from wheelbase.decide.value import Varied, quantile_year
from wheelbase.decide.ways import WAYS, Judged, Which

__all__ = ["Robustness", "WayValue", "drawn_inputs", "quantiles_of", "robustness", "ways_table"]

Array = NDArray[np.float64]
_Spread = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Robustness:
    """Shares of the draws in which each way is best, and the median decision years."""

    draws: int
    shares: Mapping[str, float]
    medians: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class WayValue:
    """What a way is worth against staying flexible for ever, EUR.

    Args:
        way: The way.
        segments: Segments that it moves; empty where it moves none.
        start: Decision year of its best plan; None where the share decides, or nothing starts.
        value: With the study's own figures.
        quantiles: 10th, 50th and 90th percentile over the draws.
        behind: Best way less this one, with the study's own figures.
        behind_quantiles: The same over the draws: below zero where this way is the better one.
        wins: Share of the draws in which it is best.
    """

    way: Which
    segments: tuple[str, ...]
    start: int | None
    value: float
    quantiles: _Spread
    behind: float
    behind_quantiles: _Spread
    wins: float


def drawn_inputs(
    inputs: TimingInputs, varied: Sequence[Varied], draws: int, seed: int
) -> TimingInputs:
    """Return Latin-hypercube draws of all inputs together as cells, triangular around the base."""
    rng = np.random.default_rng(seed)
    columns: dict[str, Any] = {}
    for v in varied:
        strata = (rng.permutation(draws) + rng.random(draws)) / draws
        columns[v.name] = v.at(_triangular(strata))
    return replace(inputs, **columns)


def _triangular(uniform: Array) -> Array:
    """Return positions in 0..1 of a triangular distribution with its mode in the middle."""
    below = np.sqrt(uniform / 2)
    return np.where(uniform < 0.5, below, 1 - np.sqrt((1 - uniform) / 2))


def robustness(years: Sequence[int], drawn: Judged) -> Robustness:
    """Return how often each way is best, and how often each year is the median decision."""
    draws, started = len(drawn.best), drawn.started
    medians: dict[str, float] = {}
    for c in range(draws):
        year = quantile_year(years, started[:, c], 0.5)
        key = "never" if year is None else str(year)
        medians[key] = medians.get(key, 0.0) + 1 / draws
    shares: dict[str, float] = {way: float(np.mean(drawn.best == k)) for k, way in enumerate(WAYS)}
    return Robustness(draws, shares, dict(sorted(medians.items())))


def _start(years: Sequence[int], base: Judged, way: Which, p: int) -> int | None:
    """Return the fixed year whose value is that of the way; None where a rule does better."""
    if way == "flexible":
        return None
    apart = np.abs(base.of("fixed")[:, p, 0] - base.values[way][0])
    return years[int(np.argmin(apart))] if apart.min() < 1.0 else None


def quantiles_of(values: Array) -> _Spread:
    """Return the 10th, 50th and 90th percentile."""
    low, middle, high = (float(v) for v in np.quantile(values, (0.1, 0.5, 0.9)))
    return low, middle, high


def ways_table(
    years: Sequence[int], base: Judged, drawn: Judged, names: Sequence[tuple[str, ...]]
) -> list[WayValue]:
    """Return every way with its value and its distance to the best, the best one first.

    Args:
        years: Calendar years.
        base: The study's own figures, one cell.
        drawn: The draws.
        names: Segments of each portfolio.
    """
    best = base.way()
    table = []
    for way in WAYS:
        if not np.isfinite(base.values[way][0]):
            continue
        p = int(base.mixed[0]) if way == "mixed" else 0
        behind = drawn.values[best] - drawn.values[way]
        gain = drawn.values[way] - drawn.of("never")[0]
        table.append(
            WayValue(
                way=way,
                segments=() if way == "flexible" else names[p],
                start=_start(years, base, way, p),
                value=float(base.values[way][0] - base.of("never")[0, 0]),
                quantiles=quantiles_of(gain),
                behind=float(base.values[best][0] - base.values[way][0]),
                behind_quantiles=quantiles_of(behind),
                wins=float(np.mean(drawn.best == WAYS.index(way))),
            )
        )
    return sorted(table, key=lambda w: (w.way != best, w.behind))
