"""Single futures: a rule followed along sampled paths of the share, against perfect foresight."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wheelbase.decide.inputs import TimingInputs
from wheelbase.decide.timing import (
    Solution,
    World,
    added_blocks,
    backward,
    known_world,
    money_of,
    profits,
    with_new_blocks,
)

__all__ = ["followed", "foreseen", "mean_plan", "sampled"]

Array = NDArray[np.float64]
_Paths = NDArray[np.intp]


def sampled(world: World, count: int, seed: int) -> _Paths:
    """Return lattice points of sampled paths, (t + 1, count): every year and the time after."""
    rng = np.random.default_rng(seed)
    steps = len(world.mass)
    up_to = np.cumsum(world.grid.moves, axis=1)
    at = np.full((steps + 1, count), len(world.grid.points) // 2)
    for t in range(steps):
        drawn = rng.random(count) * up_to[at[t], -1]
        at[t + 1] = (up_to[at[t]] < drawn[:, None]).sum(axis=1)
    return at


def followed(inputs: TimingInputs, world: World, solution: Solution, paths: _Paths) -> Array:
    """Return what a launch rule is worth on each path, EUR, (count,); one cell.

    Blocks are added as the lattice values them, which knows no more than the past of the path.
    """
    money, adds = money_of(inputs), _new_blocks(inputs, world)
    d, development = float(money.discount), float(money.development)
    count, years = paths.shape[1], len(inputs.years)
    left, blocks = np.full(count, -1), np.zeros(count, dtype=int)
    worth = np.zeros(count)
    for t in range(years):
        at = paths[t]
        profit = profits(inputs, t, world.share[t], money)[at, blocks, 0]
        worth += d**t * (profit - development * (left >= 0))
        added = adds[t][at, blocks]
        launches = (left < 0) & solution.launch[t, at, 0]
        blocks = blocks + np.where((left == 0) | (left == 1), added, 0)
        left = np.where(launches, inputs.lead, np.where(left > 0, left - 1, left))
    end = profits(inputs, years - 1, world.end, money)[paths[-1], blocks, 0]
    worth += d**years * money.terminal * (end - development * (left >= 0))
    return np.asarray(worth * np.sqrt(d))


def _new_blocks(inputs: TimingInputs, world: World) -> list[NDArray[np.intp]]:
    """Return for each year how many blocks the best policy adds, (n, K + 1)."""
    money, moves = money_of(inputs), world.grid.moves
    ready = profits(inputs, len(inputs.years) - 1, world.end, money)[:, :, 0] * money.terminal
    found: list[NDArray[np.intp]] = []
    for t in reversed(range(len(inputs.years))):
        expected = moves @ ready
        best = with_new_blocks(expected[:, :, None])[:, :, 0]
        found.append(added_blocks(expected, best))
        ready = profits(inputs, t, world.share[t], money)[:, :, 0] + money.discount * best
    return found[::-1]


def foreseen(designs: Sequence[TimingInputs], world: World, paths: _Paths) -> Array:
    """Return the best that perfect foresight of the share could get of any design, (count,)."""
    share = np.stack([world.share[t, paths[t], 0] for t in range(len(world.mass))])
    known = known_world(share, world.end[paths[-1], 0])
    return np.asarray(np.max([backward(d, known).value for d in designs], axis=0))


def mean_plan(inputs: TimingInputs) -> tuple[Array, NDArray[np.intp], Array]:
    """Return the plan that takes the mean share for certain, of every cell.

    Its gain against never in that certain world, the index of its launch year, and whether it
    launches at all, (c,) each.
    """
    share = np.asarray(inputs.mean_share, float).reshape(len(inputs.years), -1)
    share = np.broadcast_to(share, (len(share), inputs.cells))
    found = backward(inputs, known_world(share, share[-1]))
    allowed = np.array(inputs.open_years())
    allowed[len(inputs.years) - inputs.lead :] = False
    fixed = np.where(allowed[:, None], found.fixed - found.never, -np.inf)
    year = np.argmax(fixed, axis=0)
    gain = np.take_along_axis(fixed, year[None], axis=0)[0]
    return gain, year, gain > 0
