"""Sample points as shares of each law; any slice of them alone, the same however it is cut."""

import warnings
from enum import Enum
from math import ceil

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import DataError

__all__ = ["Sampling", "levels", "unit_points"]

Array = NDArray[np.float64]
_Words = NDArray[np.uint64]

_ROUNDS = 6
_FINE = 20  # bits within a layer: with those of 1e9 layers a double holds them, none is rounded up


class Sampling(Enum):
    """How the space is sampled."""

    LHS = "lhs"
    SOBOL = "sobol"
    GRID = "grid"


def unit_points(
    method: Sampling, dimensions: int, points: int, seed: int, first: int, last: int
) -> Array:
    """Return the sample points first .. last - 1 of `points`, (rows, dimensions) in 0 .. 1.

    Latin hypercube: every one of `points` equal layers of every dimension holds one point. The
    order of the layers is a permutation that is computed point by point (a cipher over their
    numbers), so that no slice needs another one; a generator with a state could not do that.
    Sobol: scrambled, by SciPy. Grid: the ends of every law are on it.

    Args:
        method: The way of sampling.
        dimensions: Number of quantities.
        points: Of the whole sample.
        seed: Of the permutations and of the place within a layer.
        first: Number of the first point wanted.
        last: Number after the last.

    Raises:
        DataError: A grid of another number of points, or SciPy is wanted and not installed.

    Source: McKay, Beckman and Conover 1979 (Latin hypercube); Joe and Kuo 2008 (Sobol).
    """
    if method is Sampling.GRID:
        return _grid(dimensions, points, first, last)
    if method is Sampling.SOBOL:
        return _sobol(dimensions, seed, first, last)
    numbers = np.arange(first, last, dtype=np.uint64)
    columns = [_layers(numbers, points, _key(seed, n)) for n in range(dimensions)]
    return np.stack(columns, axis=1) if columns else np.empty((len(numbers), 0))


def _layers(numbers: _Words, points: int, key: int) -> Array:
    """Return one coordinate of a Latin hypercube."""
    layer = _permuted(numbers, points, key).astype(np.float64)
    inside = (_mixed(numbers + np.uint64(_key(key, 1))) >> np.uint64(64 - _FINE)).astype(np.float64)
    return (layer + (inside + 0.5) * 2.0**-_FINE) / points


def _key(seed: int, number: int) -> int:
    """Return a word that belongs to a seed and a number."""
    return int(_mixed(_mixed(np.array([seed], dtype=np.uint64)) + np.uint64(number + 1))[0])


def _mixed(words: _Words) -> _Words:
    """Return words whose bits depend on all bits of the given ones (SplitMix64's finaliser)."""
    with np.errstate(over="ignore"):
        x = words + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(x ^ (x >> np.uint64(31)))


def _permuted(numbers: _Words, many: int, key: int) -> _Words:
    """Return where a permutation of 0 .. many - 1 sends numbers: a Feistel cipher that walks.

    What the cipher sends outside is sent on until it falls inside, which keeps it one to one.
    """
    half = max((max(many - 1, 1).bit_length() + 1) // 2, 1)
    out, wide = numbers.copy(), np.ones(len(numbers), dtype=bool)
    while wide.any():
        out[wide] = _cipher(out[wide], half, key)
        wide = out >= many
    return out


def _cipher(numbers: _Words, half: int, key: int) -> _Words:
    mask, bits = np.uint64((1 << half) - 1), np.uint64(half)
    left, right = numbers >> bits, numbers & mask
    for turn in range(_ROUNDS):
        with np.errstate(over="ignore"):
            word = _mixed(right + np.uint64((key + turn * 0x9E3779B97F4A7C15) % 2**64))
        left, right = right, (left ^ word) & mask
    return np.asarray((left << bits) | right)


def _sobol(dimensions: int, seed: int, first: int, last: int) -> Array:
    try:
        from scipy.stats import qmc
    except ImportError:
        raise DataError(
            "method sobol: needs the extra 'sensitivity': pip install 'wheelbase[sensitivity]'"
        ) from None
    source = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed))
    if first:
        source.fast_forward(first)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a slice is no power of two long
        return np.asarray(source.random(last - first), dtype=np.float64)


def levels(points: int, dimensions: int) -> tuple[int, ...]:
    """Return how many levels each quantity of a grid has: k or k + 1, whose product is `points`.

    Raises:
        DataError: There are none; names the nearest numbers of points that have them.
    """
    near: set[int] = set()
    root = max(int(points ** (1 / dimensions)), 1)
    for k in range(max(root - 1, 1), root + 2):
        for larger in range(dimensions + 1):
            product = (k + 1) ** larger * k ** (dimensions - larger)
            if product == points:
                return (k + 1,) * larger + (k,) * (dimensions - larger)
            near.add(product)
    below = max((n for n in near if n < points), default=1)
    above = min((n for n in near if n > points), default=ceil(points))
    raise DataError(
        f"method grid: {points} points are no grid of {dimensions} quantities; take {below} or "
        f"{above} points"
    )


def _grid(dimensions: int, points: int, first: int, last: int) -> Array:
    rest, columns = np.arange(first, last), []
    for many in levels(points, dimensions):
        columns.append(np.full(len(rest), 0.5) if many == 1 else (rest % many) / (many - 1))
        rest = rest // many
    return np.stack(columns, axis=1)
