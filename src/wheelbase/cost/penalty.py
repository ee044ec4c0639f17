"""The penalty of the flexible battery car: what the bespoke one is worth more, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wheelbase.cost.basis import Basis
from wheelbase.cost.bill import Bill, Priced, price
from wheelbase.units import convert

__all__ = ["CustomerValues", "Measured", "Penalty", "PenaltyPart", "penalty"]

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
    rng = np.random.default_rng(20191114)
    found = [
        *_built(flexible, bespoke, year, basis, (rng, len(drawn["boot"][0]))),
        *_felt_by_buyers(flexible, bespoke, values, drawn, rng),
    ]
    hours = _triangle(rng, values.mixed_line, len(drawn["boot"][0]))
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


def _built(
    flexible: Measured,
    bespoke: Measured,
    year: int,
    basis: Basis,
    random: tuple[np.random.Generator, int],
) -> list[tuple[PenaltyPart, Array]]:
    """Return what the flexible car costs more to build: parts, and battery for the same range."""
    rng, n = random
    bills = price(flexible, year, basis), price(bespoke, year, basis)
    rest = [bill.total - bill.pack for bill in bills]
    shell = rest[0] - rest[1]
    words = f"{rest[0]:.0f} EUR flexible, {rest[1]:.0f} EUR bespoke; equal parts cancel"
    spread = _spread_of_parts(bills[0])
    low, base, high = basis.pack.at(year)
    extra = flexible.battery_energy - bespoke.battery_energy
    need = f"{convert(extra, 'kWh'):+.2f} kWh on the flexible platform"
    stored = extra * _triangle(rng, (low, base, high), n)
    return [
        _part("bill", "bill without the battery", shell * _triangle(rng, spread, n), shell, words),
        _part("energy", "battery for the same range", stored, extra * base, need),
    ]


def _felt_by_buyers(
    flexible: Measured,
    bespoke: Measured,
    values: CustomerValues,
    drawn: Mapping[str, tuple[Array, Array]],
    rng: np.random.Generator,
) -> list[tuple[PenaltyPart, Array]]:
    """Return what buyers pay more for the bespoke car: range, boot, length for people."""
    n = len(drawn["boot"][0])
    gains = {name: getattr(bespoke, name) - getattr(flexible, name) for name in _FELT}
    parts = []
    for name, (unit, label, worth_of) in _FELT.items():
        worth, moved = getattr(values, worth_of), np.zeros(n)
        if name in drawn:
            difference = drawn[name][1] - drawn[name][0]
            moved = difference - difference.mean()
        samples = (gains[name] + moved) * _triangle(rng, worth, n)
        gain = round(convert(gains[name], unit)) + 0
        text = f"{gain:+d} {unit} {label} on the bespoke platform"
        parts.append(_part(name, f"value of {label}", samples, gains[name] * worth[1], text))
    return parts


_FELT = {
    "range": ("km", "range", "range"),
    "boot": ("l", "boot", "boot"),
    "usable_length": ("mm", "length for people", "cabin"),
}


def _part(id: str, label: str, samples: Array, base: float, text: str) -> tuple[PenaltyPart, Array]:
    low, high = np.quantile(samples, (0.05, 0.95))
    return PenaltyPart(id, label, base, float(low), float(high), text), samples


def _spread_of_parts(bill: Bill) -> Span:
    """Return the interval of a bill without its pack, over its base."""
    lines = [item for item in bill.lines if item.part != "battery pack"]
    base = sum(item.cost for item in lines)
    return sum(i.low for i in lines) / base, 1.0, sum(i.high for i in lines) / base


def _triangle(rng: np.random.Generator, span: Span, n: int) -> Array:
    low, base, high = span
    return np.full(n, base) if low == high else rng.triangular(low, base, high, n)
