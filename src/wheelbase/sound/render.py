"""The verb `render`: a motion and a mode become samples of sound pressure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import Catalogue, SoundMode
from wheelbase.errors import DataError
from wheelbase.sound.mode import Layer, layers
from wheelbase.sound.trace import CONTROL, Motion

__all__ = ["RATES", "Sound", "render"]

Array = NDArray[np.float64]

RATES = (8_000, 192_000)
"""Least and greatest number of samples a second."""

_BLOCK = CONTROL  # control steps at once: what is silent in them costs nothing


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound ready to be heard: stereo, of the source, in Pa.

    Args:
        motion: What it follows.
        mode: How it sounds.
        rate: Samples per second.
        parts: Its layers.
    """

    motion: Motion
    mode: SoundMode
    rate: int
    parts: tuple[Layer, ...] = field(repr=False)

    def blocks(self) -> Iterator[Array]:
        """Yield the pressure in blocks of at most 1 s, (2, samples) Pa; always the same ones."""
        size, steps = self.rate // CONTROL, len(self.motion.speed) - 1
        for first in range(0, steps, _BLOCK):
            last = min(first + _BLOCK, steps)
            block = np.zeros((2, (last - first) * size))
            for part in self.parts:
                block += part.samples(first, last, size)
            yield block

    def samples(self) -> Array:
        """Return the whole pressure, (2, samples) Pa."""
        return np.concatenate(list(self.blocks()), axis=1)


def render(
    motion: Motion,
    mode: SoundMode,
    facts: Catalogue,
    rate: int = 48_000,
    own: Mapping[str, SoundMode] = {},
) -> Sound:
    """Return the drive sound of a car: what it is made of; its samples are computed when asked for.

    Args:
        motion: What the car does.
        mode: How it sounds.
        facts: Warning sounds, and the modes that a mode turns into.
        rate: Samples per second, a multiple of 100.
        own: Modes of the user.

    Raises:
        DataError: A rate that is none, a motion shorter than 0.1 s, or a mode that there is not.
    """
    least, most = RATES
    problems = []
    if not least <= rate <= most or rate % CONTROL:
        problems.append(
            f"sample rate {rate} Hz: is not a multiple of {CONTROL} from {least} to {most} Hz; "
            "48 kHz is usual"
        )
    if motion.duration < 0.1:
        problems.append(f"{motion.car}: drives for {motion.duration:g} s; 0.1 s are the least")
    if problems:
        raise DataError(problems)
    return Sound(motion, mode, rate, tuple(layers(motion, mode, facts, rate, own)))
