"""Renewal: when a platform has lived its life, it is built anew or given up.

The annuity of the timing renews for ever. Here the age of the platform is a state of its own, one
for each year of its life, shared by platform and blocks (a block bought later is replaced with the
platform): at the end of the life the maker renews, or gives up, sells no bespoke car any more, pays
no annuity any more, and is back on the flexible platform, free to launch again.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wheelbase.decide.inputs import TimingInputs
from wheelbase.decide.timing import (
    Money,
    World,
    added_blocks,
    money_of,
    profits,
    with_new_blocks,
    world_of,
)

__all__ = ["Renewal", "renewal"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Renewal:
    """What the freedom to give a platform up at the end of its life is worth, one design.

    Args:
        life: Years of life that were counted.
        value: EUR, present value with that freedom.
        worth: EUR more than with a platform that is renewed for ever.
        due: Year to the probability that a platform comes to its end in it.
        given_up: Year to the probability that it is given up then.
    """

    life: int
    value: float
    worth: float
    due: dict[int, float] = field(default_factory=dict)
    given_up: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Choices:
    """What is done in each year: launch (n,), give up (n, K + 1), blocks added (n, K + 1)."""

    launch: list[NDArray[np.bool_]]
    give_up: list[NDArray[np.bool_]]
    added: list[NDArray[np.intp]]


def renewal(inputs: TimingInputs) -> Renewal:
    """Return the value of giving up, by recursion over share, age and blocks; one cell.

    Raises:
        ValueError: More than one cell.
    """
    if inputs.cells != 1:
        raise ValueError("renewal takes one design at a time")
    life = max(round(float(np.asarray(inputs.life).reshape(-1)[0])), 1)
    world, money = world_of(inputs), money_of(inputs)
    value, choices = _recursion(inputs, world, money, (life, True))
    kept, _ = _recursion(inputs, world, money, (life, False))
    due, given_up = _forward(inputs, world, choices, life)
    return Renewal(life, value, value - kept, due, given_up)


def _recursion(
    inputs: TimingInputs, world: World, money: Money, rule: tuple[int, bool]
) -> tuple[float, _Choices]:
    """Return the value and what is done, backward in time; `ready` is (age, n, K + 1)."""
    life, may_give_up = rule
    moves, opened = world.grid.moves, inputs.open_years()
    d, development = float(money.discount), float(money.development)
    last = profits(inputs, len(inputs.years) - 1, world.end, money)[:, :, 0] * money.terminal
    dev_end = development * float(money.terminal)
    ready = np.repeat((last - dev_end)[None], life, axis=0)
    going = [last[:, 0] - dev_end] * inputs.lead
    none = last[:, 0]
    choices = _Choices([], [], [])
    for t in reversed(range(len(inputs.years))):
        profit = profits(inputs, t, world.share[t], money)[:, :, 0]
        expected = np.einsum("ij,ajk->aik", moves, ready)
        stop = (moves @ none)[:, None]
        best = np.stack([with_new_blocks(e[:, :, None])[:, :, 0] for e in expected])
        ends = (stop > best[0]) & may_give_up
        after = np.concatenate([best[1:], np.where(ends, stop, best[0])[None]])
        wait, go = moves @ none, moves @ going[-1]
        starts = (go > wait) & opened[t]
        choices.launch.insert(0, starts)
        choices.give_up.insert(0, ends)
        choices.added.insert(0, added_blocks(expected[0], best[0]))
        later = [best[0][:, 0], *(moves @ g for g in going[:-1])]
        going = [profit[:, 0] - development + d * v for v in later]
        none = profit[:, 0] + d * np.where(starts, go, wait)
        ready = profit[None] - development + d * after
    return float(none[len(none) // 2] * np.sqrt(d)), choices


def _forward(
    inputs: TimingInputs, world: World, choices: _Choices, life: int
) -> tuple[dict[int, float], dict[int, float]]:
    """Return when platforms come to their end, and when they are given up, by forward mass."""
    n, blocks = len(world.grid.points), inputs.most_blocks + 1
    waiting = np.zeros(n)
    waiting[n // 2] = 1.0
    going = np.zeros((inputs.lead, n))
    ready = np.zeros((life, n, blocks))
    due, given_up = {}, {}
    for t, year in enumerate(inputs.years):
        oldest = ready[-1]
        ended = oldest * choices.give_up[t]
        if oldest.sum() > 1e-12:
            due[year], given_up[year] = float(oldest.sum()), float(ended.sum())
        begun = np.where(choices.launch[t], waiting, 0.0)
        young = _bought(oldest - ended, choices.added[t])
        young += _bought(_first_blocks(going[0], blocks), choices.added[t])
        aged = (
            np.stack([_bought(r, choices.added[t]) for r in ready[:-1]]) if life > 1 else ready[:0]
        )
        waiting = (waiting - begun + ended.sum(axis=1)) @ world.grid.moves
        going = np.concatenate([going[1:], begun[None]]) @ world.grid.moves
        ready = np.einsum("ank,nm->amk", np.concatenate([young[None], aged]), world.grid.moves)
    return due, given_up


def _first_blocks(mass: Array, blocks: int) -> Array:
    found = np.zeros((len(mass), blocks))
    found[:, 0] = mass
    return found


def _bought(mass: Array, added: NDArray[np.intp]) -> Array:
    """Return the mass after blocks were added, (n, K + 1)."""
    found = np.zeros(mass.shape)
    for new in range(min(3, mass.shape[1] - 1) + 1):
        moved = np.where(added == new, mass, 0.0)
        found[:, new:] += moved[:, : mass.shape[1] - new]
    return found
