"""Draws of uncertain figures: every figure has a stream of its own, so draws are common to all."""

from typing import Any, Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue.load import Shelf

__all__ = ["SPREAD", "Figured", "drawn", "halves", "stream"]

SPREAD = {"certified": 0.0, "published": 0.02, "derived": 0.05, "estimate": 0.2}
"""Half width over the value of a figure without an interval of its own, by its status."""


class Figured(Protocol):
    """An entry that holds one figure."""

    @property
    def id(self) -> str:
        """Name of the entry."""
        ...

    @property
    def figure(self) -> str:
        """Name of the field that holds the figure."""
        ...

    @property
    def value(self) -> float:
        """The figure in the unit of the code."""
        ...


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the stream of random numbers of one figure: the same for whoever asks for it."""
    return np.random.default_rng([seed, crc32(name.encode())])


def halves(
    span: tuple[float, float, float], draws: int, seed: int, name: str
) -> NDArray[np.float64]:
    """Return draws of one figure, (draws,), in its own unit, from the stream `name`.

    Half of them even between low and figure, half even between figure and high, so that the figure
    is their median.

    Args:
        span: Low, figure and high.
        draws: How many.
        seed: Of the stream.
        name: Of the stream.
    """
    return np.interp(stream(seed, name).random(draws), (0.0, 0.5, 1.0), span)


def drawn(shelf: Shelf[Any], draws: int, seed: int) -> dict[str, NDArray[np.float64]]:
    """Return draws of every constant of a shelf, (draws,) each, in the unit of the code.

    Each is drawn as `halves` does. Low and high are those of the facts file, or `SPREAD` around a
    figure that has no interval there.
    """
    found = {}
    for item in shelf:
        constant: Figured = item
        value, figure = constant.value, constant.figure
        part = SPREAD[shelf.origins[constant.id, figure].status]
        around = (value * (1 - part), value * (1 + part))
        low, high = shelf.intervals.get((constant.id, figure), around)
        found[constant.id] = halves((low, value, high), draws, seed, constant.id)
    return found
