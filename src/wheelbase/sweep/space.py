"""What a sweep varies: the quantities of a study, each with its law."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import DataError
from wheelbase.study import Package, SweepLaw
from wheelbase.study.columns import with_unit

__all__ = ["Law", "Normal", "Space", "Triangular", "Uniform", "Varied", "space_of"]

Array = NDArray[np.float64]

_CUT = 3.0  # deviations at which a normal law ends
_NODES = 20_001


@dataclass(frozen=True, slots=True)
class Uniform:
    """Evenly between two ends."""

    low: float
    high: float

    def values(self, shares: Array) -> Array:
        """Return the values below which a share of the law lies, (n,)."""
        return self.low + (self.high - self.low) * shares


@dataclass(frozen=True, slots=True)
class Normal:
    """Around a mean, cut at three deviations on either side."""

    mean: float
    deviation: float

    @property
    def low(self) -> float:
        """Least value."""
        return self.mean - _CUT * self.deviation

    @property
    def high(self) -> float:
        """Greatest value."""
        return self.mean + _CUT * self.deviation

    def values(self, shares: Array) -> Array:
        """Return the values below which a share of the law lies, (n,)."""
        known, quantiles = _normal()
        return self.mean + self.deviation * np.interp(shares, known, quantiles)


@lru_cache(maxsize=1)
def _normal() -> tuple[Array, Array]:
    """Return shares of the cut normal law and its quantiles; between them lines are straight."""
    quantiles = np.linspace(-_CUT, _CUT, _NODES)
    shares = np.array([NormalDist().cdf(float(q)) for q in quantiles])
    return (shares - shares[0]) / (shares[-1] - shares[0]), quantiles


@dataclass(frozen=True, slots=True)
class Triangular:
    """Most often at a mode, ever less toward two ends."""

    low: float
    mode: float
    high: float

    def values(self, shares: Array) -> Array:
        """Return the values below which a share of the law lies, (n,)."""
        width = self.high - self.low
        if width == 0:
            return np.full(np.shape(shares), self.low)
        rising = self.low + np.sqrt(shares * width * (self.mode - self.low))
        falling = self.high - np.sqrt((1 - shares) * width * (self.high - self.mode))
        return np.where(shares < (self.mode - self.low) / width, rising, falling)


Law = Uniform | Normal | Triangular


@dataclass(frozen=True, slots=True)
class Varied:
    """One quantity that a sweep varies.

    Args:
        path: Where it stands in the study, "bodies.sedan_d.L103".
        unit: In which the study writes it; "" for a bare number.
        law: How it is spread, in that unit.
    """

    path: str
    unit: str
    law: Law

    @property
    def column(self) -> str:
        """Name of its column: "bodies_sedan_d_l103_mm"."""
        return with_unit(self.path.replace("-", "_").replace(".", "_").lower(), self.unit)


@dataclass(frozen=True, slots=True)
class Space:
    """Everything that a sweep varies, in the order of the study."""

    varied: tuple[Varied, ...]

    def values(self, shares: Array) -> Array:
        """Return the values of sample points, (points, quantities), from shares of each law."""
        columns = [v.law.values(shares[:, n]) for n, v in enumerate(self.varied)]
        return np.stack(columns, axis=1)


def space_of(package: Package) -> Space:
    """Return what the sweep section of a study varies.

    Raises:
        DataError: No such section, and every path or end that the study itself refuses, with its
            place in the file.
    """
    spec, document = package.spec.sweep, package.document
    if spec is None:
        raise DataError(
            f"{document.name}: has no section 'sweep'; add one, such as "
            "sweep: {vary: {bodies.NAME.L103: [4650 mm, 4850 mm]}}"
        )
    space = Space(tuple(Varied(path, law.unit, _built(law)) for path, law in spec.vary.items()))
    problems = [p for varied in space.varied for p in _problems(package, varied)]
    names = [v.column for v in space.varied]
    problems += [
        f"{document.place(('sweep', 'vary', v.path))}: has the column of another one, {v.column}"
        for v in space.varied
        if names.count(v.column) > 1
    ]
    if problems:
        raise DataError(list(dict.fromkeys(problems)))
    return space


def _built(law: SweepLaw) -> Law:
    if law.kind == "normal":
        return Normal(*law.numbers)
    return Uniform(*law.numbers) if law.kind == "uniform" else Triangular(*law.numbers)


def _problems(package: Package, varied: Varied) -> Iterator[str]:
    """Yield why a study does not take the ends or the middle of a law."""
    place = package.document.place(("sweep", "vary", varied.path))
    low, high = varied.law.low, varied.law.high
    for end in (low, high, (low + high) / 2):
        try:
            package.set({varied.path: f"{end!r} {varied.unit}".strip()})
        except DataError as error:
            for problem in error.problems:
                text = problem.removeprefix(f"change {varied.path}: ").removeprefix("change ")
                yield f"{place}: {text}"
            return
