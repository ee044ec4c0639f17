"""Very many designs at once: chunks of cells, one after the other or through an executor."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wheelbase.decide.inputs import TimingInputs, chunked
from wheelbase.decide.timing import backward, decision_years, world_of

__all__ = ["Weighed", "weigh"]

Array = NDArray[np.float64]

_CHUNK = 32


@dataclass(frozen=True, slots=True)
class Weighed:
    """What every cell is worth, EUR, and when its best rule starts.

    Args:
        value: (c,) of the best rule.
        never: (c,) of never starting.
        fixed: (t, c) of starting in each year, whatever the share.
        started: (t, c) probability that the best rule starts in each year.
        left: (c,) probability that it never does.
        trigger: (t, c) least share at which it starts; infinite where it does not.
        ruled: (c,) of the rule that was given; of the best one if none was.
    """

    value: Array
    never: Array
    fixed: Array
    started: Array
    left: Array
    trigger: Array
    ruled: Array


def weigh(
    inputs: TimingInputs, executor: Executor | None = None, rule: Array | None = None
) -> Weighed:
    """Return what every cell of the inputs is worth.

    The cells are cut into the same chunks whether they run in turn or through an executor, so the
    result is the same to the last bit.

    Args:
        inputs: Scalars or cells.
        executor: Any executor of `concurrent.futures`; None runs in turn.
        rule: (t,) or (t, c) a rule to be valued beside the best one: starts at this share or above.
    """
    tasks = []
    for cells, chunk in chunked(inputs, _CHUNK):
        given = rule if rule is None or rule.ndim == 1 or inputs.cells == 1 else rule[:, cells]
        tasks.append((chunk, given))
    found = list((executor.map if executor else map)(_chunk, tasks))
    return Weighed(*(_joined([getattr(f, n) for f in found]) for n in Weighed.__slots__))


def _joined(parts: Sequence[Array]) -> Array:
    return np.concatenate(parts, axis=-1)


def _chunk(task: tuple[TimingInputs, Array | None]) -> Weighed:
    inputs, rule = task
    world = world_of(inputs)
    best = backward(inputs, world)
    started, left = decision_years(inputs, best)
    first = np.argmax(best.launch, axis=1)
    share = np.broadcast_to(world.share, best.launch.shape)
    least = np.take_along_axis(share, first[:, None, :], axis=1)[:, 0]
    trigger = np.where(best.launch.any(axis=1), least, np.inf)
    ruled = best.value
    if rule is not None:
        at = rule.reshape(len(rule), -1)[:, None, :]
        ruled = backward(inputs, world, world.share >= at - 1e-12).value
    return Weighed(best.value, best.never, best.fixed, started, left, trigger, ruled)
