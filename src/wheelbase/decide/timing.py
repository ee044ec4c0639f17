"""Timing: when to start a bespoke programme, as a stochastic dynamic programme on a lattice.

The logit of the battery share is its mean plus nu z, z an autoregression that does not depend on
nu, so one lattice serves every design: all inputs may carry a trailing axis of cells. What follows
a launch does not depend on when it was decided to launch, so one backward pass values the optimal
rule, never, every fixed year and any given rule.
"""

from dataclasses import dataclass, field
from enum import Enum
from math import erf, sqrt

import numpy as np
from numpy.typing import NDArray

from wheelbase.cost import annuity_factor
from wheelbase.decide.inputs import TimingInputs
from wheelbase.errors import DataError

__all__ = [
    "Lattice",
    "Money",
    "Policy",
    "Solution",
    "World",
    "added_blocks",
    "backward",
    "decision_years",
    "known_world",
    "lattice",
    "masses",
    "money_of",
    "profits",
    "shares_on",
    "solve",
    "with_new_blocks",
    "world_of",
]

Array = NDArray[np.float64]

_MEMORY = 0.97
_MOST_NEW_BLOCKS = 3


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
    """The value of a policy and where it launches; values in EUR, of costs and lost margins.

    Args:
        value: (c,) present value of the policy asked for; negative.
        never: (c,) of never launching.
        fixed: (t, c) of launching in each year and no other, whatever the share.
        launch: (t, n, c) True where the policy starts the programme.
        share: (t, n, c) battery share on the lattice; one cell where all cells share it.
        mass: (t, n) probability of the lattice points.
    """

    value: Array
    never: Array
    fixed: Array
    launch: NDArray[np.bool_] = field(repr=False)
    share: Array = field(repr=False)
    mass: Array = field(repr=False)


@dataclass(frozen=True, slots=True)
class Money:
    """What turns a year into EUR: each (c,) or a number.

    Args:
        discount: Worth today of EUR 1 in a year.
        block: Yearly charge of a block: fixed cost and annuity, EUR/yr.
        development: Annuity of the development, EUR/yr.
        terminal: Years that the last profit counts, discounted to the first of them.
    """

    discount: Array
    block: Array
    development: Array
    terminal: Array


@dataclass(frozen=True, slots=True)
class World:
    """How the battery share may unfold.

    Args:
        grid: Points and moves.
        mass: (t, n) probability of the points.
        share: (t, n, c) share at each point.
        end: (n, c) share in the time after the last year.
    """

    grid: Lattice
    mass: Array = field(repr=False)
    share: Array = field(repr=False)
    end: Array = field(repr=False)


def masses(grid: Lattice, years: int) -> Array:
    """Return the probability of the lattice points in every year, (t, n)."""
    mass = np.zeros((years, len(grid.points)))
    mass[0, len(grid.points) // 2] = 1.0
    for t in range(1, years):
        mass[t] = mass[t - 1] @ grid.moves
    return mass


def shares_on(inputs: TimingInputs, grid: Lattice, mass: Array) -> Array:
    """Return the share on the lattice, (t, n, c), with the mean of every year preserved.

    The drift m of sigmoid(m + nu z) is found by Newton steps inside a bracket, so that its mean
    equals the forecast to 1e-12. One cell where neither mean nor spread has more.
    """
    t = len(inputs.years)
    mean = np.asarray(inputs.mean_share, float).reshape(t, -1)
    spread = np.asarray(inputs.spread, float).reshape(1, -1)
    moved = spread * grid.points[:, None]
    mean = np.broadcast_to(mean, (t, max(mean.shape[1], spread.shape[1])))
    low, high = np.full(mean.shape, -40.0), np.full(mean.shape, 40.0)
    drift = np.log(mean / (1 - mean))
    weight = mass[:, :, None]
    for _ in range(60):
        share = 1 / (1 + np.exp(-(drift[:, None, :] + moved[None])))
        over = (weight * share).sum(axis=1) - mean
        if np.max(np.abs(over)) < 1e-13:
            break
        low, high = np.where(over > 0, low, drift), np.where(over > 0, drift, high)
        step = drift - over / np.maximum((weight * share * (1 - share)).sum(axis=1), 1e-300)
        drift = np.where((step >= low) & (step <= high), step, (low + high) / 2)
    return np.asarray(1 / (1 + np.exp(-(drift[:, None, :] + moved[None]))))


def solve(
    inputs: TimingInputs,
    policy: Policy = Policy.OPTIMAL,
    year: int | None = None,
    rule: Array | None = None,
) -> Solution:
    """Return value and launch region of a policy by backward recursion, exact on the lattice.

    V_t = profit_t + d E[V_{t+1}], maximised over launching and over adding up to three blocks a
    year. profit = - penalty x battery cars on the flexible platform - compatibility x combustion
    cars while it carries any - margin x lost cars - blocks x (fixed + annuity) - annuity of the
    development from the year after the decision.

    Args:
        inputs: Scalars or cells.
        policy: OPTIMAL, NEVER, or NOW (the first year in which a launch is allowed).
        year: Launch in this year and no other; overrides the policy.
        rule: (t,) or (t, c) launch at this share or above; overrides both.

    Raises:
        DataError: A launch year outside the horizon or the window of the inputs.
    """
    opened = inputs.open_years()
    if year is not None and (year not in inputs.years or not opened[inputs.years.index(year)]):
        span = (
            f"{inputs.years[opened.index(True)]} to {inputs.years[-1 - opened[::-1].index(True)]}"
        )
        raise DataError(f"timing: year: {year} lies outside the launch window; choose {span}")
    if policy is Policy.NOW and year is None:
        year = inputs.years[opened.index(True)]
    world = world_of(inputs)
    share = world.share
    forced: NDArray[np.bool_] | None = None
    if rule is not None:
        at = np.asarray(rule, float).reshape(len(inputs.years), -1)
        forced = share >= at[:, None, :] - 1e-12
    elif year is not None or policy is Policy.NEVER:
        forced = np.zeros(share.shape, dtype=bool)
        if year is not None:
            forced[inputs.years.index(year)] = True
    return backward(inputs, world, forced)


def money_of(inputs: TimingInputs) -> Money:
    """Return the yearly charges of the inputs."""
    wacc = np.asarray(inputs.wacc, float)
    factor = np.vectorize(annuity_factor)(wacc, np.asarray(inputs.life, float))
    return Money(
        discount=1 / (1 + wacc),
        block=np.asarray(inputs.block_fixed + factor * inputs.block_cost),
        development=np.asarray(factor * inputs.development),
        terminal=np.asarray(
            (1 - (1 + wacc) ** -np.asarray(inputs.terminal, float)) / wacc * (1 + wacc)
        ),
    )


def profits(inputs: TimingInputs, t: int, share: Array, money: Money) -> Array:
    """Return the profit of a year for 0..K ready blocks, (n, K + 1, c), development left out.

    What flexible lines cannot build is lost in equal parts of those who wait for them.
    """
    penalty, premium = (np.asarray(v, float) for v in (inputs.penalty, inputs.premium))
    pi, more = (v[t] if v.ndim else v for v in (penalty, premium))
    part = np.asarray(inputs.part, float)
    blocks = np.arange(inputs.most_blocks + 1)[None, :, None]
    demand = (share * inputs.cars)[:, None, :]
    bespoke = np.minimum(demand * part, blocks * inputs.block_size)
    left = demand - bespoke
    flexible = np.minimum(left, inputs.flexible_capacity)
    profit = flexible * (inputs.margin - pi)
    profit = profit - inputs.margin * left
    profit = profit - blocks * money.block
    profit = profit - (inputs.compatibility * (inputs.cars - demand)) * (flexible > 1e-9)
    if np.any(inputs.fee != 0):
        profit = profit - inputs.fee * bespoke
    if np.any(more != 0):
        ours = (demand * part - bespoke) / np.maximum(left, 1e-9)
        others = part / np.where(part < 1, 1 - part, np.inf)
        profit = profit - flexible * more * (ours * (1 + others) - others)
    return np.asarray(profit)


def world_of(inputs: TimingInputs) -> World:
    """Return the lattice world of the inputs; the mean of every year's share is the forecast."""
    grid = lattice(len(inputs.years))
    mass = masses(grid, len(inputs.years))
    share = shares_on(inputs, grid, mass)
    return World(grid, mass, share, share[-1])


def known_world(share: Array, end: Array) -> World:
    """Return a world without uncertainty: share (t, c), and (c,) in the time after."""
    grid = Lattice(np.zeros(1), np.ones((1, 1)))
    return World(grid, np.ones((len(share), 1)), share[:, None, :], end[None, :])


def backward(
    inputs: TimingInputs, world: World, forced: NDArray[np.bool_] | None = None
) -> Solution:
    """Return the solution in a world; where `forced`, (t, n, c), launches there alone."""
    grid, mass, share = world.grid, world.mass, world.share
    money, count, cells = money_of(inputs), len(inputs.years), inputs.cells
    cells = max(cells, share.shape[-1])
    d, development = money.discount, money.development
    opened = inputs.open_years()
    launch = np.zeros((count, len(grid.points), cells), dtype=bool)
    gone, flexible = np.zeros((count, cells)), np.zeros((count, cells))

    last = profits(inputs, count - 1, world.end, money)
    ready = np.broadcast_to((last - development) * money.terminal, (*last.shape[:2], cells))
    none = np.broadcast_to(last[:, 0] * money.terminal, ready[:, 0].shape)
    never, going = none, [ready[:, 0]] * inputs.lead
    for t in reversed(range(count)):
        profit = profits(inputs, t, share[t], money)
        ahead = _ahead(grid, ready, none, never, *going)
        best, (wait, still, *coming) = with_new_blocks(ahead[0]), ahead[1:]
        go = coming[-1]
        starts = forced[t] if forced is not None else (go > wait) & opened[t]
        launch[t] = starts
        gone[t], flexible[t] = mass[t] @ go, mass[t] @ profit[:, 0]
        none = profit[:, 0] + d * np.where(starts, go, wait)
        never = profit[:, 0] + d * still
        later = [best[:, 0], *coming[:-1]]
        going = [profit[:, 0] - development + d * value for value in later]
        ready = profit - development + d * best
    middle = len(grid.points) // 2
    powers = d ** np.arange(count)[:, None]
    fixed = np.cumsum(powers * flexible, axis=0) + powers * d * gone
    half = np.sqrt(d)
    value, stay = (np.broadcast_to(v[middle] * half, (cells,)) for v in (none, never))
    return Solution(value, stay, fixed * half, launch, share[:count], mass[:count])


def _ahead(grid: Lattice, ready: Array, *others: Array) -> list[Array]:
    """Return the mean of next year's values from every point: (n, K + 1, c) and (n, c) each.

    One small product for each block keeps the linear algebra in one thread: threads of several
    processes on the same cores would wait for each other far longer than they work.
    """
    stacked = np.concatenate([ready, *(v[:, None] for v in others)], axis=1)
    moved = np.matmul(grid.moves, stacked.transpose(1, 0, 2))
    blocks = ready.shape[1]
    return [moved[:blocks].transpose(1, 0, 2), *(moved[blocks + k] for k in range(len(others)))]


def with_new_blocks(expected: Array) -> Array:
    """Return the best expected value over adding 0..3 blocks, (n, K + 1, c)."""
    best = expected.copy()
    for new in range(1, min(_MOST_NEW_BLOCKS, expected.shape[1] - 1) + 1):
        best[:, :-new] = np.maximum(best[:, :-new], expected[:, new:])
    return best


def added_blocks(expected: Array, best: Array) -> NDArray[np.intp]:
    """Return the least number of new blocks that reaches the best value, (n, K + 1)."""
    found = np.zeros(best.shape, dtype=np.intp)
    for new in range(min(_MOST_NEW_BLOCKS, best.shape[1] - 1), 0, -1):
        same = expected[:, new:] >= best[:, :-new]
        found[:, :-new] = np.where(same, new, found[:, :-new])
    return np.where(expected >= best, 0, found)


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
