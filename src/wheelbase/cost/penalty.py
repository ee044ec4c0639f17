"""The penalty of the flexible battery car: what the bespoke one is worth more, and why.

Both cars are of the same year, cells, drive units, content and range. What follows from the
platform and what follows from the price of cells are kept apart: cheaper cells move the battery
term alone, and no platform is credited with them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import Catalogue
from wheelbase.cost.basis import Basis
from wheelbase.cost.bill import Bill, price
from wheelbase.cost.worth import Span, Worth, draw_span
from wheelbase.integrate import CAUSES, Cause, Drawn, Variant, sample_car
from wheelbase.units import convert

__all__ = ["Pair", "Penalty", "PenaltyPart", "Swing", "Term", "pair_of", "penalty", "swings"]

Array = NDArray[np.float64]
Term = Literal["platform", "battery"]

_POINTS = 17  # of the integral over range


@dataclass(frozen=True, slots=True)
class Pair:
    """The same battery car on a flexible and on a bespoke platform, with common draws.

    Args:
        flexible: On the flexible platform.
        bespoke: On the bespoke one.
        drawn: "all", and each cause alone, to draws of both cars; "none" to the base.
        seed: Of the draws.
    """

    flexible: Variant
    bespoke: Variant
    drawn: Mapping[str, tuple[Drawn, Drawn]] = field(repr=False)
    seed: int

    @property
    def energy(self) -> float:
        """Mean of both batteries, J: the size of the pack to which a J more or less is priced."""
        return (self.flexible.battery_energy + self.bespoke.battery_energy) / 2

    @property
    def draws(self) -> int:
        """How many joint draws there are."""
        return len(self.drawn["all"][0].energy)

    @property
    def unfit(self) -> tuple[float, float]:
        """Shares of the draws in which the flexible and the bespoke car do not hold the range."""
        flexible, bespoke = (float(np.mean(~car.fits)) for car in self.drawn["all"])
        return flexible, bespoke


@dataclass(frozen=True, slots=True)
class PenaltyPart:
    """One cause of the penalty, EUR per car.

    Args:
        id: Its name.
        label: In words.
        term: What it belongs to: the platform, or the battery, which moves with the price of cells.
        base: With everything at its base.
        low: 5th percentile.
        high: 95th percentile.
        quantiles: 10th, 50th and 90th percentile.
        text: The physical difference behind it.
    """

    id: str
    label: str
    term: Term
    base: float
    low: float
    high: float
    quantiles: tuple[float, float, float]
    text: str


@dataclass(frozen=True, slots=True)
class Penalty:
    """What the bespoke battery car is worth more than the flexible one, EUR per car.

    Negative where the flexible one is worth more. `low` and `high` are the 5th and 95th percentile,
    `quantiles` the 10th, 50th and 90th of the joint draws.
    """

    year: int
    parts: tuple[PenaltyPart, ...]
    base: float
    low: float
    high: float
    quantiles: tuple[float, float, float]
    samples: Array = field(repr=False)

    def term(self, name: Term) -> float:
        """Return the sum of the parts of a term at their base."""
        return sum(part.base for part in self.parts if part.term == name)


@dataclass(frozen=True, slots=True)
class Swing:
    """What one uncertain input alone does to the penalty: 10th and 90th percentile, EUR per car."""

    name: str
    label: str
    low: float
    high: float


def pair_of(flexible: Variant, bespoke: Variant, facts: Catalogue, draws: int, seed: int) -> Pair:
    """Return both cars with common draws of geometry, mass and consumption.

    Raises:
        ValueError: The cars differ in more than the platform.
    """
    _refuse_unequal(flexible, bespoke)
    causes: dict[str, tuple[Cause, ...]] = {"all": CAUSES, "none": ()}
    causes |= {cause: (cause,) for cause in CAUSES}
    drawn = {}
    for name, asked in causes.items():
        n = 1 if name == "none" else draws
        drawn[name] = (
            sample_car(flexible, facts, n, seed, asked),
            sample_car(bespoke, facts, n, seed, asked),
        )
    return Pair(flexible, bespoke, drawn, seed)


def _refuse_unequal(flexible: Variant, bespoke: Variant) -> None:
    trains = [car.powertrain for car in (flexible, bespoke)]
    same = {
        "body": flexible.body == bespoke.body,
        "cells": trains[0].cell == trains[1].cell,
        "drive units": trains[0].units == trains[1].units,
        "range": abs(flexible.range - bespoke.range) <= 1e-5 * flexible.range,
    }
    if unequal := [name for name, equal in same.items() if not equal]:
        raise ValueError(
            f"{flexible.id} and {bespoke.id} differ in {', '.join(unequal)}, not in the platform "
            "alone; a penalty compares equal cars"
        )


def penalty(pair: Pair, year: int, basis: Basis, worth: Worth, mixed_line: Span) -> Penalty:
    """Return the penalty at the same year, cells, drive units, content and range.

    Platform term: extra bill without the pack + what buyers pay for room, acceleration and energy
    + extra cost of a mixed line. Battery term: cells for equal range + what buyers pay, beyond its
    cells, for range that only one floor holds. In a draw in which a floor does not hold the range
    asked for, its car has the cells that fit, and what buyers pay for the km that it lacks counts
    against it. Nothing is credited for sharing, which sits in
    investments, and nothing for cheaper cells, which any platform may buy.

    Args:
        pair: Both cars.
        year: Year of production.
        basis: Facts, price year, pack price path.
        worth: What buyers of the segment pay.
        mixed_line: EUR per car that a line for all powertrains costs more.
    """
    money = _Money.of(pair, year, basis, worth, mixed_line)
    base = _parts(pair.drawn["none"], money, money.base())
    found = _parts(pair.drawn["all"], money, money.drawn(pair.draws, pair.seed))
    total = np.sum(list(found.values()), axis=0)
    texts = _texts(pair, money)
    parts = tuple(
        _part(id, label, term, float(base[id][0]), found[id], texts[id])
        for id, (label, term) in _LABELS.items()
    )
    low, high = (float(v) for v in np.quantile(total, (0.05, 0.95)))
    sum_of_base = sum(part.base for part in parts)
    return Penalty(year, parts, sum_of_base, low, high, _deciles(total), total)


def swings(
    pair: Pair, year: int, basis: Basis, worth: Worth, mixed_line: Span
) -> tuple[Swing, ...]:
    """Return what each uncertain input alone does to the penalty, the greatest swing first."""
    money = _Money.of(pair, year, basis, worth, mixed_line)
    n, drawn, base = pair.draws, money.drawn(pair.draws, pair.seed), money.base()
    found = []
    for cause in CAUSES:
        total = sum(_parts(pair.drawn[cause], money, base).values())
        found.append(_swing(cause, _CAUSES[cause], total))
    still = tuple(_widened(car, n) for car in pair.drawn["none"])
    for name, (label, names) in _INPUTS.items():
        moved = base | {key: drawn[key] for key in names}
        total = sum(_parts((still[0], still[1]), money, moved).values())
        found.append(_swing(name, label, total))
    return tuple(sorted(found, key=lambda s: s.low - s.high))


_LABELS: dict[str, tuple[str, Term]] = {
    "bill": ("bill without the battery", "platform"),
    "energy_use": ("energy that the buyer pays for", "platform"),
    "acceleration": ("acceleration", "platform"),
    "boot": ("luggage room", "platform"),
    "cabin": ("room between the rows", "platform"),
    "hours": ("mixed line", "platform"),
    "cells": ("cells for the same range", "battery"),
    "range": ("range that only one floor holds", "battery"),
}
_CAUSES = {
    "geometry": "lengths and heights of the chains",
    "mass": "masses of structure and parts",
    "consumption": "consumption and usable share of the battery",
}
_INPUTS = {
    "part_cost": ("cost of parts", ("part-cost",)),
    "pack_price": ("price of packs", ("pack-price",)),
    "range": ("what buyers pay for range", ("range", "range-reference", "range-fall")),
    "space": ("what buyers pay for room", ("space",)),
    "cabin": ("how much freed length becomes cabin", ("cabin-area", "cabin-realised")),
    "acceleration": ("what buyers pay for acceleration", ("acceleration",)),
    "energy": (
        "what buyers pay for energy",
        ("charged-energy", "saving-years", "yearly-distance"),
    ),
    "mixed_line": ("extra cost of a mixed line", ("mixed-line",)),
    "kept": ("taxes and dealer margin", ("vat", "dealer-margin")),
}


@dataclass(frozen=True, slots=True)
class _Money:
    """What turns physical differences into EUR in one year.

    `shell` is what the bill without the pack costs more at base, `per_structure` EUR per kg of
    body structure, `structure` the difference in kg that `shell` holds.
    """

    spans: Mapping[str, Span]
    shell: float
    per_structure: float
    structure: float
    bills: tuple[Bill, Bill]

    @classmethod
    def of(cls, pair: Pair, year: int, basis: Basis, worth: Worth, mixed_line: Span) -> "_Money":
        bills = price(pair.flexible, year, basis), price(pair.bespoke, year, basis)
        spans = dict(worth.spans) | {
            "mixed-line": mixed_line,
            "pack-price": basis.pack.further(year, pair.energy, pair.flexible.powertrain.cell),
            "part-cost": _spread_of_difference(bills),
        }
        rest = [_without_pack(bill) for bill in bills]
        masses = dict(pair.flexible.masses)
        heavier = replace(pair.flexible, masses=masses | {"structure": masses["structure"] + 1.0})
        slope = _without_pack(price(heavier, year, basis)) - rest[0]
        apart = pair.flexible.structure_mass - pair.bespoke.structure_mass
        return cls(spans, rest[0] - rest[1], slope, apart, bills)

    def base(self) -> dict[str, Any]:
        return {name: span[1] for name, span in self.spans.items()}

    def drawn(self, draws: int, seed: int) -> dict[str, Any]:
        return {name: draw_span(span, draws, seed, name) for name, span in self.spans.items()}


def _parts(cars: tuple[Drawn, Drawn], money: _Money, m: Mapping[str, Any]) -> dict[str, Array]:
    """Return every part of the penalty, (draws,) each, EUR per car."""
    flexible, bespoke = cars
    to_maker = 1 - m["dealer-margin"]
    of_buyer = to_maker / (1 + m["vat"])
    heavier = flexible.structure_mass - bespoke.structure_mass - money.structure
    saved = m["charged-energy"] * m["yearly-distance"] * m["saving-years"]
    cabin = (bespoke.couple_distance - flexible.couple_distance) * m["cabin-realised"]
    room = m["space"] * to_maker
    one = np.ones_like(flexible.energy)
    return {
        "bill": (money.shell + money.per_structure * heavier) * m["part-cost"] * one,
        "energy_use": (flexible.consumption - bespoke.consumption) * saved * of_buyer,
        "acceleration": (flexible.time_0_100 - bespoke.time_0_100) * m["acceleration"] * of_buyer,
        "boot": (bespoke.boot - flexible.boot) * room,
        "cabin": cabin * m["cabin-area"] * room,
        "hours": m["mixed-line"] * one,
        "cells": (flexible.energy - bespoke.energy) * m["pack-price"],
        "range": _worth_of_range(flexible, bespoke, m, of_buyer),
    }


def _worth_of_range(flexible: Drawn, bespoke: Drawn, m: Mapping[str, Any], of_buyer: Any) -> Array:
    """Return what range that only one floor holds is worth beyond cells not counted yet, EUR.

    With w (r_ref / r)^fall what buyers pay for a m at range r, the integral of it from the range
    of the flexible car to that of the bespoke one, which differ where one does not hold what is
    asked for (the cells that it saves are in the part of the cells), and the integral of
    max(0, w (r_ref / r)^fall - cells per m) from there to their full batteries: nobody fits cells
    that buyers do not pay for.
    """

    def paid(r: Array) -> Array:
        return np.asarray(m["range"] * of_buyer * (m["range-reference"] / r) ** m["range-fall"])

    cells = flexible.further * m["pack-price"]
    asked, ends = flexible.asked, (flexible.range_fit, bespoke.range_fit)
    lacking = _integral(paid, *(np.minimum(r, asked) for r in ends))
    beyond = (np.maximum(r, asked) for r in ends)
    return lacking + _integral(lambda r: np.maximum(paid(r) - cells, 0.0), *beyond)


def _integral(height: Callable[[Array], Array], begin: Array, end: Array) -> Array:
    """Return the integral of a function by the trapezoidal rule, (draws,)."""
    steps = np.linspace(0.0, 1.0, _POINTS)
    heights = height(begin + np.multiply.outer(steps, end - begin))
    middle = (heights[1:] + heights[:-1]) / 2
    return np.asarray(middle.mean(axis=0) * (end - begin))


def _without_pack(bill: Bill) -> float:
    return sum(item.cost for item in bill.lines if item.part != "battery pack")


def _spread_of_difference(bills: tuple[Bill, Bill]) -> Span:
    """Return the interval of the lines in which the bills differ, over their base."""
    low = high = base = 0.0
    other = {item.part: item for item in bills[1].lines}
    for item in bills[0].lines:
        twin = other.get(item.part)
        gap = abs(item.cost - (twin.cost if twin else 0.0))
        if item.part == "battery pack" or gap < 1e-9:
            continue
        low += gap * item.low / item.cost
        base += gap
        high += gap * item.high / item.cost
    return (low / base, 1.0, high / base) if base else (1.0, 1.0, 1.0)


def _texts(pair: Pair, money: _Money) -> dict[str, str]:
    f, b = pair.drawn["none"]

    def gap(name: str, unit: str, digits: int, turned: bool = False) -> str:
        value = float(getattr(b, name)[0] - getattr(f, name)[0]) * (-1 if turned else 1)
        number = round(convert(value, unit), digits) + 0.0
        return f"{number:+.{digits}f} {unit}"

    rest = [_without_pack(bill) for bill in money.bills]
    mass = pair.flexible.curb_mass - pair.bespoke.curb_mass
    return {
        "bill": f"{rest[0]:,.0f} EUR flexible, {rest[1]:,.0f} EUR bespoke; equal parts cancel",
        "energy_use": f"{gap('consumption', 'kWh/100km', 2, True)} on the flexible platform, "
        f"which weighs {mass:+.0f} kg",
        "acceleration": f"{gap('time_0_100', 's', 2, True)} to 100 km/h on the flexible platform",
        "boot": f"{gap('boot', 'l', 0)} of boot on the bespoke platform",
        "cabin": f"{gap('couple_distance', 'mm', 0)} between the rows on the bespoke platform, of "
        "which cars on sale realise a part",
        "hours": "extra hours and logistics of a line for all powertrains",
        "cells": f"{gap('energy', 'kWh', 2, True)} on the flexible platform",
        "range": f"{gap('range_fit', 'km', 0)} with a full battery on the bespoke platform",
    }


def _part(id: str, label: str, term: Term, base: float, samples: Array, text: str) -> PenaltyPart:
    low, high = (float(v) for v in np.quantile(samples, (0.05, 0.95)))
    return PenaltyPart(id, label, term, base, low, high, _deciles(samples), text)


def _deciles(samples: Array) -> tuple[float, float, float]:
    low, middle, high = (float(v) for v in np.quantile(samples, (0.10, 0.50, 0.90)))
    return low, middle, high


def _swing(name: str, label: str, total: Any) -> Swing:
    low, high = (float(v) for v in np.quantile(total, (0.10, 0.90)))
    return Swing(name, label, low, high)


def _widened(car: Drawn, draws: int) -> Drawn:
    """Return a car at its base as so many equal draws."""
    return Drawn(**{n: np.full(draws, getattr(car, n)[0]) for n in Drawn.__dataclass_fields__})
