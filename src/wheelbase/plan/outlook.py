"""Outlooks: battery and plug-in shares, volume, cell price and regulation as they may unfold.

logit(share_t) = m_t + y_t with y_t = 0.97 y_{t-1} + spread e_t, e correlated over the series; the
drift m_t is set so that the mean share of every year is the forecast. Volumes and the cell price
are geometric: forecast x exp(w_t - var/2) with w_t = w_{t-1} + spread e_t.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import DataError
from wheelbase.plan.logit import drift_to, normal_grid, root_of, sigmoid

__all__ = [
    "CELL_PRICE",
    "MEMORY",
    "MarketOutlook",
    "Outlook",
    "Paths",
    "Regulation",
    "between_markets",
    "covariance",
    "drifts",
    "paths",
    "values_at",
]

Array = NDArray[np.float64]

MEMORY = 0.97
CELL_PRICE = "cell_price"
_KINDS = ("bev", "phev", "volume")
_FINE, _COARSE = 301, 61


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketOutlook:
    """Mean forecast of a market by year, and how far the years may differ from it.

    Args:
        name: Id of the market.
        bev: (t,) mean battery share, 0..1.
        phev: (t,) mean share of plug-in hybrids, 0..1.
        volume: (t,) mean new cars a year.
        spread: Yearly spread of the logit of the battery share.
        phev_spread: Yearly spread of the logit of plug-in hybrids among cars without a battery
            drive alone.
        volume_spread: Yearly spread of the logarithm of the volume.
    """

    name: str
    bev: tuple[float, ...]
    phev: tuple[float, ...]
    volume: tuple[float, ...]
    spread: float
    phev_spread: float = 0.0
    volume_spread: float = 0.0

    def problems(self, years: int) -> list[str]:
        """Return what is wrong with the market."""
        found = []
        for kind in _KINDS:
            values = np.array(getattr(self, kind), dtype=float)
            place = f"outlook: {self.name}: {kind}"
            if values.shape != (years,):
                found.append(f"{place}: {values.size} values for {years} years")
            elif not np.all(np.isfinite(values)) or np.any(values < 0):
                found.append(f"{place}: holds a value that is negative or not a number")
            elif kind == "volume" and np.any(values == 0):
                found.append(f"{place}: must be above zero")
        if not found and np.any(np.add(self.bev, self.phev) > 1 + 1e-12):
            worst = int(np.argmax(np.add(self.bev, self.phev)))
            total = self.bev[worst] + self.phev[worst]
            found.append(f"outlook: {self.name}: bev and phev sum to {total:g}, more than 1")
        spreads = ("spread", "phev_spread", "volume_spread")
        return found + [
            f"outlook: {self.name}: {name}: must be a number, zero or more"
            for name in spreads
            if not 0 <= getattr(self, name) < np.inf
        ]


@dataclass(frozen=True, slots=True)
class Regulation:
    """One way in which the rules may go; `lift` moves the logit of the battery share with it."""

    name: str
    probability: float
    lift: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What is expected of the markets, and how uncertain it is.

    Series are called `bev/MARKET`, `phev/MARKET`, `volume/MARKET` and `cell_price`. The first year
    is known; shocks begin with the second.

    Args:
        years: (t,) calendar years without a gap.
        markets: Markets.
        cell_price: (t,) mean cell price, EUR/J; left out, there is no such series.
        price_spread: Yearly spread of the logarithm of the cell price.
        correlation: Correlation of the yearly shocks of two series; pairs left out are independent.
        regulation: Ways in which the rules may go, the standing rules first; probabilities sum to
            one.
        revealed: First year in which it is known which way they go; before, the first one holds;
            None without any.

    Raises:
        DataError: Every figure that is none, shares above one, correlations that contradict each
            other, probabilities that do not sum to one, a year of rules that are not given.
    """

    years: tuple[int, ...]
    markets: tuple[MarketOutlook, ...]
    cell_price: tuple[float, ...] = ()
    price_spread: float = 0.0
    correlation: Mapping[tuple[str, str], float] = field(default_factory=dict, hash=False)
    regulation: tuple[Regulation, ...] = ()
    revealed: int | None = None

    def __post_init__(self) -> None:
        """Refuse what is no outlook."""
        problems = []
        if not self.years or np.any(np.diff(self.years) != 1):
            problems.append("outlook: years: must rise by one from year to year")
        names = [m.name for m in self.markets]
        if not names or len(set(names)) < len(names):
            problems.append("outlook: markets: at least one, each name once")
        for market in self.markets:
            problems += market.problems(len(self.years))
        if self.cell_price:
            price = np.array(self.cell_price, dtype=float)
            if price.shape != (len(self.years),) or not np.all((price > 0) & (price < np.inf)):
                problems.append("outlook: cell_price: one positive number for every year")
        if not 0 <= self.price_spread < np.inf:
            problems.append("outlook: price_spread: must be a number, zero or more")
        problems += self._wrong_regulation()
        if not problems:
            problems += self._wrong_correlation()
        if problems:
            raise DataError(problems)

    def _wrong_regulation(self) -> list[str]:
        problems = []
        total = sum(r.probability for r in self.regulation)
        if self.regulation and not abs(total - 1) < 1e-9:
            problems.append(f"outlook: regulation: probabilities sum to {total:g}, not to 1")
        if any(not r.probability >= 0 or not np.isfinite(r.lift) for r in self.regulation):
            problems.append("outlook: regulation: holds a value that is negative or not a number")
        if len({r.name for r in self.regulation}) < len(self.regulation):
            problems.append("outlook: regulation: a name is given twice")
        if self.regulation and self.revealed not in self.years[1:]:
            problems.append(
                f"outlook: revealed: {self.revealed} must be one of the years after the first"
            )
        if not self.regulation and self.revealed is not None:
            problems.append(f"outlook: revealed: {self.revealed}: no regulation is given; add some")
        return problems

    def _wrong_correlation(self) -> list[str]:
        known, problems = self.series, []
        for (a, b), value in self.correlation.items():
            if a not in known or b not in known or a == b:
                problems.append(f"outlook: correlation: {a}, {b}: not two of {', '.join(known)}")
            elif not -1 <= value <= 1:
                problems.append(f"outlook: correlation: {a}, {b}: {value:g} is outside -1 .. 1")
            elif self.correlation.get((b, a), value) != value:
                problems.append(f"outlook: correlation: {a}, {b}: given twice with two values")
        if not problems and np.linalg.eigvalsh(self.correlations)[0] < -1e-9:
            problems.append(
                "outlook: correlation: the values contradict each other (no such random numbers "
                "exist); bring them nearer to zero"
            )
        return problems

    @cached_property
    def series(self) -> tuple[str, ...]:
        """Names of the series."""
        names = [f"{kind}/{m.name}" for m in self.markets for kind in _KINDS]
        return (*names, CELL_PRICE) if self.cell_price else tuple(names)

    @cached_property
    def means(self) -> Array:
        """(k, t) mean forecast of every series."""
        rows = [getattr(m, kind) for m in self.markets for kind in _KINDS]
        return np.array([*rows, self.cell_price] if self.cell_price else rows, dtype=float)

    @cached_property
    def spreads(self) -> Array:
        """(k,) yearly spread of every series."""
        spreads = [(m.spread, m.phev_spread, m.volume_spread) for m in self.markets]
        flat = [s for three in spreads for s in three]
        return np.array([*flat, self.price_spread] if self.cell_price else flat, dtype=float)

    @cached_property
    def memories(self) -> Array:
        """(k,) part of last year's shock that is left: 0.97 for shares, 1 for geometric series."""
        shares = [name.startswith(("bev/", "phev/")) for name in self.series]
        return np.where(shares, MEMORY, 1.0)

    @cached_property
    def correlations(self) -> Array:
        """(k, k) correlation of the yearly shocks."""
        matrix = np.eye(len(self.series))
        place = {name: k for k, name in enumerate(self.series)}
        for (a, b), value in self.correlation.items():
            matrix[place[a], place[b]] = matrix[place[b], place[a]] = value
        return matrix

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Places of the series in the order of their names, in which random numbers are drawn."""
        return tuple(sorted(range(len(self.series)), key=self.series.__getitem__))

    @cached_property
    def drift(self) -> Array:
        """(k, t) drift of every share that keeps its mean; zero for geometric series."""
        return drifts(self)

    def lifts(self, year: int) -> Array:
        """(r,) lift of the battery share's logit in a year under each regulation."""
        shown = self.is_revealed(year)
        return np.array([r.lift if shown else 0.0 for r in self.regulation] or [0.0])

    @property
    def chances(self) -> Array:
        """(r,) probability of each regulation."""
        return np.array([r.probability for r in self.regulation] or [1.0])

    def is_revealed(self, year: int) -> bool:
        """Return whether it is known in a year which way the rules go."""
        return self.revealed is not None and year >= self.revealed


@dataclass(frozen=True, slots=True)
class Paths:
    """Sampled futures.

    Args:
        years: (t,) calendar years.
        names: (k,) names of the series.
        values: (n, k, t) shares 0..1, cars a year, EUR/J.
        probability: (n,) of the path; sums to one.
        rules: (n, t) place in `regulation` of the rules known to hold in the year.
        regulation: Names of the rules; empty where there is one rule only.
    """

    years: tuple[int, ...]
    names: tuple[str, ...]
    values: Array
    probability: Array
    rules: NDArray[np.intp]
    regulation: tuple[str, ...] = ()

    def of(self, name: str) -> Array:
        """(n, t) values of one series."""
        return np.asarray(self.values[:, self.names.index(name)])


def between_markets(markets: tuple[str, ...], value: float) -> dict[tuple[str, str], float]:
    """Return one correlation of the battery shares of every two markets."""
    return {
        (f"bev/{a}", f"bev/{b}"): value for i, a in enumerate(markets) for b in markets[i + 1 :]
    }


def covariance(outlook: Outlook, years: int) -> Array:
    """Return the covariance (k, k) of the shocks that gather in some years."""
    a = outlook.memories
    powers = np.array([a**k for k in range(years)]).reshape(years, a.size)
    scale = outlook.spreads[:, None] * outlook.spreads[None, :]
    return np.asarray(outlook.correlations * scale * (powers.T @ powers))


def drifts(outlook: Outlook) -> Array:
    """Return the drift m (k, t) of every share, zero for geometric series.

    Means are integrals over the normal shocks and the regulation branches; those of plug-in
    hybrids are over both shocks, since they are a share of what is not battery electric.
    """
    found = np.zeros(outlook.means.shape)
    years = len(outlook.years)
    variance = np.array([np.diag(covariance(outlook, t)) for t in range(years)]).T
    lift = np.array([outlook.lifts(y) for y in outlook.years])
    fine, fine_weight = normal_grid(_FINE)
    coarse, coarse_weight = normal_grid(_COARSE)
    for k in range(0, 3 * len(outlook.markets), 3):
        deviation = np.sqrt(variance[k : k + 2])
        logit = (deviation[0][:, None, None] * fine + lift[:, :, None]).reshape(years, -1)
        weight = (outlook.chances[:, None] * fine_weight).reshape(-1)
        found[k] = drift_to(outlook.means[k], logit, weight)
        rho = outlook.correlations[k, k + 1]
        battery = found[k][:, None, None] + deviation[0][:, None, None] * coarse
        rest = (sigmoid(-(battery + lift[:, :, None])) * outlook.chances[:, None]).sum(axis=1)
        mixed = rho * coarse[:, None] + np.sqrt(1 - rho**2) * coarse[None, :]
        weight2 = rest[:, :, None] * coarse_weight[:, None] * coarse_weight[None, :]
        logit2 = deviation[1][:, None, None] * mixed
        found[k + 1] = drift_to(
            outlook.means[k + 1], logit2.reshape(years, -1), weight2.reshape(years, -1)
        )
    return found


def values_at(outlook: Outlook, t: int, shock: Array, branch: NDArray[np.intp]) -> Array:
    """Return the values (n, k) of year number t under gathered shocks (n, k) and branches (n,)."""
    drift, last = outlook.drift[:, t], 3 * len(outlook.markets)
    bev, phev = slice(0, last, 3), slice(1, last, 3)
    values = np.empty(shock.shape)
    lift = outlook.lifts(outlook.years[t])[branch][:, None]
    values[:, bev] = sigmoid(drift[bev] + shock[:, bev] + lift)
    values[:, phev] = (1 - values[:, bev]) * sigmoid(drift[phev] + shock[:, phev])
    other = np.flatnonzero(outlook.memories == 1)
    half = np.diag(covariance(outlook, t))[other] / 2
    values[:, other] = outlook.means[other, t] * np.exp(shock[:, other] - half)
    return values


def paths(outlook: Outlook, n: int, rng: np.random.Generator) -> Paths:
    """Return n sampled futures, the regulations among them weighted to their probabilities.

    The same generator gives the same futures in whatever order the markets are named.
    """
    if n < max(1, len(outlook.regulation)):
        raise DataError(f"paths: {n} are too few; draw at least one per regulation branch")
    count, years = len(outlook.series), len(outlook.years)
    order = list(outlook.order)
    factor = root_of(outlook.correlations[np.ix_(order, order)])
    branch = np.arange(n) % len(outlook.chances)
    branch = rng.permutation(branch)
    values = np.empty((years, n, count))
    shock = np.zeros((n, count))
    values[0] = values_at(outlook, 0, shock, branch)
    for t in range(1, years):
        drawn = np.empty((n, count))
        drawn[:, order] = rng.standard_normal((n, count)) @ factor
        shock = outlook.memories * shock + outlook.spreads * drawn
        values[t] = values_at(outlook, t, shock, branch)
    weight = outlook.chances / np.bincount(branch, minlength=len(outlook.chances))
    shown = np.array([outlook.is_revealed(year) for year in outlook.years])
    names = tuple(r.name for r in outlook.regulation)
    rules = branch[:, None] * shown
    return Paths(
        outlook.years, outlook.series, values.transpose(1, 2, 0), weight[branch], rules, names
    )
