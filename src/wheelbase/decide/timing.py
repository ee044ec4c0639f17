"""Timing: when to start a bespoke programme, as a stochastic dynamic programme on a lattice.

The logit of the battery share is its mean plus nu z, z an autoregression that does not depend on
nu, so one lattice serves every design: all inputs may carry a trailing axis of cells.
"""

from dataclasses import dataclass, field
from enum import Enum
from math import erf, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.cost import annuity_factor
from wheelbase.errors import DataError

__all__ = [
    "Lattice",
    "Policy",
    "Solution",
    "TimingInputs",
    "decision_years",
    "lattice",
    "shares_on",
    "solve",
]

Array = NDArray[np.float64]

_MEMORY = 0.97
_MOST_NEW_BLOCKS = 3
_FIGURES = (
    "mean_share", "spread", "penalty", "compatibility", "margin", "flexible_capacity",
    "block_cost", "block_fixed", "development", "terminal",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TimingInputs:
    """Everything that the timing depends on; money in EUR, cars and years.

    Every figure may be a number or an array over cells (c,); `mean_share` and `penalty` are
    (t,) or (t, c).

    Args:
        years: (t,) calendar years in order.
        mean_share: Mean battery share of the maker's sales, 0..1.
        spread: Yearly spread nu of the logit of the share.
        cars: Cars sold a year.
        penalty: EUR per battery car built on the flexible platform.
        compatibility: EUR per combustion car while the flexible platform carries battery cars.
        margin: EUR lost with a car that cannot be built.
        flexible_capacity: Battery cars a year that the flexible lines can build.
        block_size: Cars a year of one bespoke line block.
        block_cost: Investment of a block, EUR.
        block_fixed: Fixed cost of a block, EUR/yr.
        development: Development of the bespoke platform, EUR.
        lead: Years from decision to start of production.
        life: Years over which investments are renewed.
        wacc: Cost of capital, real.
        terminal: Years for which the last year's profit is carried on.
        most_blocks: Blocks that the sites can take.
    """

    years: tuple[int, ...]
    mean_share: Any
    spread: Any
    cars: Any
    penalty: Any
    compatibility: Any
    margin: Any
    flexible_capacity: Any
    block_size: Any
    block_cost: Any
    block_fixed: Any
    development: Any
    lead: int
    life: Any
    wacc: Any
    terminal: Any
    most_blocks: int = 10

    def __post_init__(self) -> None:
        """Refuse what is no input."""
        problems = []
        positive = ("cars", "block_size", "life", "wacc")
        for name in (*positive, *_FIGURES):
            value = np.asarray(getattr(self, name), dtype=float)
            if not np.all(np.isfinite(value)):
                problems.append(f"timing: {name}: holds a value that is not a number")
            elif name != "penalty" and np.any(value < 0):
                problems.append(f"timing: {name}: {value.min():g} must not be negative")
            elif name in positive and np.any(value == 0):
                problems.append(f"timing: {name}: must be above zero")
        share = np.asarray(self.mean_share)
        if share.shape[:1] != (len(self.years),):
            problems.append(f"timing: mean_share: {share.shape} does not follow the years")
        elif np.any((share <= 0) | (share >= 1)):
            problems.append("timing: mean_share: must lie between 0 and 1, both left out")
        if self.lead < 1:
            problems.append(f"timing: lead: {self.lead} must be at least one year")
        if problems:
            raise DataError(problems)

    @property
    def cells(self) -> int:
        """Number of cells."""
        sizes = [np.shape(getattr(self, n)) for n in self.__slots__ if n not in ("years",)]
        lengths = [s[-1] for n, s in zip(self.__slots__[1:], sizes, strict=True) if _wide(n, s)]
        return max(lengths, default=1)


def _wide(name: str, shape: tuple[int, ...]) -> bool:
    return len(shape) == (2 if name in ("mean_share", "penalty") else 1)


class Policy(Enum):
    """What the maker may do."""

    OPTIMAL = "switch"
    NEVER = "flexible"
    NOW = "bespoke_now"


@dataclass(frozen=True, slots=True)
class Lattice:
    """Points of z, (n,), and the probability of moving from each to each in a year, (n, n)."""

    points: Array
    moves: Array


def lattice(years: int, size: int = 81, width: float = 4.2) -> Lattice:
    """Return the lattice of z_t = 0.97 z_{t-1} + e, e standard normal, from z = 0.

    It spans `width` standard deviations of the last year; a move takes the normal mass between
    the middles of neighbouring points.
    """
    reach = width * sqrt(sum(_MEMORY ** (2 * k) for k in range(max(years - 1, 1))))
    points = np.linspace(-reach, reach, size)
    edges = np.concatenate([[-np.inf], (points[1:] + points[:-1]) / 2, [np.inf]])
    standard = (edges[None, :] - _MEMORY * points[:, None]) / sqrt(2)
    mass = np.vectorize(erf)(standard)
    return Lattice(points, np.diff(mass, axis=1) / 2)


@dataclass(frozen=True, slots=True)
class Solution:
    """The value of a policy and where it launches.

    Args:
        value: (c,) present value, EUR, of costs and lost margins; negative.
        launch: (t, n, c) True where the policy starts the programme.
        share: (t, n, c) battery share on the lattice.
        mass: (t, n) probability of the lattice points.
    """

    value: Array
    launch: NDArray[np.bool_] = field(repr=False)
    share: Array = field(repr=False)
    mass: Array = field(repr=False)


def _masses(grid: Lattice, years: int) -> Array:
    mass = np.zeros((years, len(grid.points)))
    mass[0, len(grid.points) // 2] = 1.0
    for t in range(1, years):
        mass[t] = mass[t - 1] @ grid.moves
    return mass


def shares_on(inputs: TimingInputs, grid: Lattice, mass: Array) -> Array:
    """Return the share on the lattice, (t, n, c), with the mean of every year preserved.

    The drift m of sigmoid(m + nu z) is found by bisection so that its mean equals the forecast.
    """
    t, c = len(inputs.years), inputs.cells
    mean = np.broadcast_to(np.asarray(inputs.mean_share, float).reshape(t, -1), (t, c))
    moved = np.asarray(inputs.spread, float).reshape(1, -1) * grid.points[:, None]
    low, high = np.full((t, c), -30.0), np.full((t, c), 30.0)
    for _ in range(60):
        drift = (low + high) / 2
        share = 1 / (1 + np.exp(-(drift[:, None, :] + moved[None])))
        above = np.einsum("tn,tnc->tc", mass, share) > mean
        low, high = np.where(above, low, drift), np.where(above, drift, high)
    return np.asarray(1 / (1 + np.exp(-((low + high)[:, None, :] / 2 + moved[None]))))


def solve(
    inputs: TimingInputs, policy: Policy = Policy.OPTIMAL, year: int | None = None
) -> Solution:
    """Return value and launch region of a policy by backward recursion, exact on the lattice.

    V_t = profit_t + d E[V_{t+1}], maximised over launching and over adding up to three blocks a
    year. profit = - penalty x battery cars on the flexible platform - compatibility x combustion
    cars while it carries any - margin x lost cars - blocks x (fixed + annuity) - annuity of the
    development from the year after the decision.

    Args:
        inputs: Scalars or cells.
        policy: OPTIMAL, NEVER, or NOW.
        year: Launch in this year and no other; overrides the policy.
    """
    grid = lattice(len(inputs.years))
    mass = _masses(grid, len(inputs.years))
    share = shares_on(inputs, grid, mass)
    fixed = inputs.years[0] if policy is Policy.NOW else None
    return _backward(inputs, grid, mass, share, (policy is Policy.NEVER, year or fixed))


def _economics(inputs: TimingInputs) -> dict[str, Array]:
    """Return the yearly charges of the inputs, each (c,) or a number."""
    wacc = np.asarray(inputs.wacc, float)
    factor = np.vectorize(annuity_factor)(wacc, np.asarray(inputs.life, float))
    terminal = (1 - (1 + wacc) ** -np.asarray(inputs.terminal, float)) / wacc
    return {
        "discount": 1 / (1 + wacc),
        "block": np.asarray(inputs.block_fixed + factor * inputs.block_cost),
        "development": np.asarray(factor * inputs.development),
        "terminal": terminal,
    }


def _profits(inputs: TimingInputs, t: int, share: Array, money: dict[str, Array]) -> Array:
    """Return the profit of a year for 0..K ready blocks, (n, K + 1, c), development left out."""
    penalty = np.asarray(inputs.penalty, float)
    pi = penalty[t] if penalty.ndim else penalty
    blocks = np.arange(inputs.most_blocks + 1)[None, :, None]
    demand = (share * inputs.cars)[:, None, :]
    bespoke = np.minimum(demand, blocks * inputs.block_size)
    flexible = np.minimum(demand - bespoke, inputs.flexible_capacity)
    lost = demand - bespoke - flexible
    combustion = inputs.cars - demand
    carried = inputs.compatibility * combustion * (flexible > 1e-9)
    return np.asarray(-pi * flexible - carried - inputs.margin * lost - blocks * money["block"])


def _backward(
    inputs: TimingInputs,
    grid: Lattice,
    mass: Array,
    share: Array,
    limits: tuple[bool, int | None],
) -> Solution:
    never, only = limits
    money = _economics(inputs)
    d, development = money["discount"], money["development"]
    count, lead = len(inputs.years), inputs.lead
    launch = np.zeros(share.shape, dtype=bool)

    def ahead(value: Array) -> Array:
        return np.asarray(np.tensordot(grid.moves, value, axes=(1, 0)))

    last = _profits(inputs, count - 1, share[-1], money)
    ready = (last - development) * money["terminal"]
    going = [(last[:, 0] - development) * money["terminal"]] * lead
    none = last[:, 0] * money["terminal"]
    for t in reversed(range(count)):
        profit = _profits(inputs, t, share[t], money)
        expected = ahead(ready)
        best = _with_new_blocks(expected)
        flexible = profit[:, 0]
        wait, go = ahead(none), ahead(going[-1])
        starts = go > wait
        if never or only is not None:
            starts = np.full(starts.shape, not never and inputs.years[t] == only)
        launch[t] = starts
        none = flexible + d * np.where(starts, go, wait)
        later = [best[:, 0], *(ahead(value) for value in going[:-1])]
        going = [flexible - development + d * value for value in later]
        ready = profit - development + d * best
    middle = len(grid.points) // 2
    value = none[middle] * np.sqrt(d)
    return Solution(np.atleast_1d(np.broadcast_to(value, (inputs.cells,))), launch, share, mass)


def _with_new_blocks(expected: Array) -> Array:
    """Return the best expected value over adding 0..3 blocks, (n, K + 1, c)."""
    best = expected.copy()
    for new in range(1, min(_MOST_NEW_BLOCKS, expected.shape[1] - 1) + 1):
        best[:, :-new] = np.maximum(best[:, :-new], expected[:, new:])
    return best


def decision_years(inputs: TimingInputs, solution: Solution) -> tuple[Array, Array]:
    """Return the probability that the programme starts in each year, (t, c), and never, (c,).

    Exact forward propagation of the mass that has not started yet.
    """
    grid = lattice(len(inputs.years))
    waiting = np.zeros((len(grid.points), inputs.cells))
    waiting[len(grid.points) // 2] = 1.0
    started = np.zeros((len(inputs.years), inputs.cells))
    for t in range(len(inputs.years)):
        if t:
            waiting = grid.moves.T @ waiting
        started[t] = np.where(solution.launch[t], waiting, 0.0).sum(axis=0)
        waiting = np.where(solution.launch[t], 0.0, waiting)
    return started, waiting.sum(axis=0)
