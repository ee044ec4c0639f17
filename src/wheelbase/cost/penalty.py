"""The penalty of the flexible battery car: what the bespoke one is worth more, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wheelbase.cost.basis import Basis
from wheelbase.cost.bill import Priced, price
from wheelbase.units import convert

__all__ = ["Array", "CustomerValues", "Measured", "Penalty", "PenaltyPart", "Span", "penalty"]

Array = NDArray[np.float64]
Span = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class CustomerValues:
    """What a buyer pays, each low, base, high: EUR/m of range, EUR/m3 of boot, EUR/m of cabin.

    `mixed_line` is EUR per battery car that a line for all powertrains costs more.
    """

    range: Span
    boot: Span
    cabin: Span
    mixed_line: Span


class Measured(Priced, Protocol):
    """A variant with what its buyer notices."""

    @property
    def range(self) -> float:
        """WLTP range, m."""
        ...

    @property
    def boot(self) -> float:
        """Boot, m3."""
        ...

    @property
    def usable_length(self) -> float:
        """Length for people and luggage, m."""
        ...


@dataclass(frozen=True, slots=True)
class PenaltyPart:
    """One cause of the penalty, EUR per car, 5th to 95th percentile."""

    id: str
    label: str
    base: float
    low: float
    high: float
    text: str


@dataclass(frozen=True, slots=True)
class Penalty:
    """What the bespoke battery car is worth more than the flexible one, EUR per car.

    Negative where the flexible one is worth more. `low` and `high` are the 5th and 95th
    percentile, `quantiles` the 10th, 50th and 90th of the joint draws.
    """

    year: int
    parts: tuple[PenaltyPart, ...]
    base: float
    low: float
    high: float
    quantiles: tuple[float, float, float]
    samples: Array = field(repr=False)


def penalty(
    flexible: Measured,
    bespoke: Measured,
    year: int,
    basis: Basis,
    values: CustomerValues,
    drawn: Mapping[str, tuple[Array, Array]],
) -> Penalty:
    """Return the penalty at the same year, cells, drive units and content.

    pi = extra bill without the pack + energy for equal range x pack price + what a buyer pays for
    range, boot and cabin + extra cost of a mixed line. Nothing is credited for sharing, which sits
    in investments, and nothing for cells, which any platform may buy.

    Args:
        flexible: The battery car on the flexible platform.
        bespoke: The same on the bespoke one.
        year: Year of production.
        basis: Facts, price year, pack price path.
        values: What buyers pay.
        drawn: "boot" (m3) and "usable_length" (m): draws of both cars with common constants,
            (n,) each; their number is the number of draws.
    """
    n = len(drawn["boot"][0])
    rng = np.random.default_rng(20191114)
    bills = price(flexible, year, basis), price(bespoke, year, basis)
    rest = [bill.total - bill.pack for bill in bills]
    low, base, high = basis.pack.at(year)
    extra_energy = flexible.battery_energy - bespoke.battery_energy
    causes = [
        ("range", bespoke.range - flexible.range, np.zeros(n), values.range, ("km", "range")),
        _felt("boot", bespoke.boot - flexible.boot, drawn, values.boot, ("l", "boot")),
        _felt(
            "usable_length",
            bespoke.usable_length - flexible.usable_length,
            drawn,
            values.cabin,
            ("mm", "length for people"),
        ),
    ]
    shell = rest[0] - rest[1]
    words = f"{rest[0]:.0f} EUR flexible, {rest[1]:.0f} EUR bespoke; equal parts cancel"
    stored = extra_energy * _triangle(rng, (low, base, high), n)
    need = f"{convert(extra_energy, 'kWh'):+.2f} kWh on the flexible platform"
    found = [
        _part("bill", "bill without the battery", shell * _around(rng, n), shell, words),
        _part("energy", "battery for the same range", stored, extra_energy * base, need),
    ]
    for name, gain, moved, worth, (unit, label) in causes:
        samples = (gain + moved) * _triangle(rng, worth, n)
        text = f"{convert(gain, unit):+.0f} {unit} {label} on the bespoke platform"
        found.append(_part(name, f"value of {label}", samples, gain * worth[1], text))
    hours = _triangle(rng, values.mixed_line, n)
    text = "extra hours and logistics of a line for all powertrains"
    found.append(_part("hours", "mixed line", hours, values.mixed_line[1], text))
    total = np.sum([samples for _, samples in found], axis=0)
    edges = np.quantile(total, (0.05, 0.10, 0.50, 0.90, 0.95))
    return Penalty(
        year=year,
        parts=tuple(part for part, _ in found),
        base=sum(part.base for part, _ in found),
        low=float(edges[0]),
        high=float(edges[4]),
        quantiles=(float(edges[1]), float(edges[2]), float(edges[3])),
        samples=total,
    )


def _felt(
    name: str,
    gain: float,
    drawn: Mapping[str, tuple[Array, Array]],
    worth: Span,
    words: tuple[str, str],
) -> tuple[str, float, Array, Span, tuple[str, str]]:
    """Return a difference that a buyer notices, and how the draws move it around its mean."""
    flexible, bespoke = drawn[name]
    difference = bespoke - flexible
    return name, gain, difference - difference.mean(), worth, words


def _part(id: str, label: str, samples: Array, base: float, text: str) -> tuple[PenaltyPart, Array]:
    low, high = np.quantile(samples, (0.05, 0.95))
    return PenaltyPart(id, label, base, float(low), float(high), text), samples


def _around(rng: np.random.Generator, n: int) -> Array:
    """Return the common error of the component equations, 0.85 to 1.2, (n,)."""
    return rng.triangular(0.85, 1.0, 1.2, n)


def _triangle(rng: np.random.Generator, span: Span, n: int) -> Array:
    low, base, high = span
    return np.full(n, base) if low == high else rng.triangular(low, base, high, n)
