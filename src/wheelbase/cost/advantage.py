"""What another cell makes a battery car worth on one platform, by the measures of the penalty."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wheelbase.cost.basis import Basis
from wheelbase.cost.bill import price
from wheelbase.cost.penalty import Pair
from wheelbase.cost.worth import Worth
from wheelbase.integrate import Drawn, Variant

__all__ = ["Valued", "gained"]

_POINTS = 129  # of the integral over range


@dataclass(frozen=True, slots=True)
class Valued:
    """A pair of cars with what prices it: one study's half of a comparison.

    Args:
        pair: The flexible car, whose worth is asked, and the bespoke one.
        basis: Facts, price year, pack price path.
        worth: What buyers of the segment pay.
    """

    pair: Pair
    basis: Basis
    worth: Worth


def gained(before: Valued, after: Valued, year: int) -> dict[str, float]:
    """Return what the flexible car of `after` is worth more than that of `before`, EUR by part.

    The parts of the penalty, with whole bills instead of their difference: other parts than the
    pack, the pack at the price of its own cell, and what buyers pay for energy, acceleration, boot,
    room between the rows and range. With them and the penalty at either cell the worth of all
    four cars (two cells, two platforms) is known, whatever the order.

    Args:
        before: With one cell.
        after: With another, of the same segment.
        year: Year of production, of both.
    """
    cars = [(v, v.pair.flexible, v.pair.drawn["none"][0]) for v in (before, after)]
    first, second = (_parts(v, car, drawn, year) for v, car, drawn in cars)
    return {name: second[name] - first[name] for name in first}


def _parts(valued: Valued, car: Variant, drawn: Drawn, year: int) -> dict[str, float]:
    m = {name: span[1] for name, span in valued.worth.spans.items()}
    bill = price(car, year, valued.basis)
    to_maker = 1 - m["dealer-margin"]
    of_buyer, room = to_maker / (1 + m["vat"]), m["space"] * to_maker
    saved = m["charged-energy"] * m["yearly-distance"] * m["saving-years"]
    cabin = float(drawn.couple_distance[0]) * m["cabin-realised"] * m["cabin-area"]
    return {
        "bill": bill.pack - bill.direct,
        "pack": -bill.pack,
        "energy_use": -float(drawn.consumption[0]) * saved * of_buyer,
        "acceleration": -float(drawn.time_0_100[0]) * m["acceleration"] * of_buyer,
        "boot": float(drawn.boot[0]) * room,
        "cabin": cabin * room,
        "range": _range(valued, car, drawn, year, of_buyer),
    }


def _range(valued: Valued, car: Variant, drawn: Drawn, year: int, of_buyer: float) -> float:
    """Return what range is worth beyond cells that are counted elsewhere, EUR.

    What buyers pay from a range of reference to the one that the car has, and beyond what is asked
    for, what they pay over the cells for it, up to the full battery: nobody fits cells that buyers
    do not pay for.
    """
    m = {name: span[1] for name, span in valued.worth.spans.items()}
    reference, fall = m["range-reference"], m["range-fall"]
    asked, fits = float(drawn.asked[0]), float(drawn.range_fit[0])
    per_energy = valued.basis.pack.further(year, valued.pair.energy, car.powertrain.cell)[1]

    def paid(r: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(m["range"] * of_buyer * (reference / r) ** fall)

    has = np.linspace(reference, min(asked, fits), _POINTS)
    more = np.linspace(asked, max(asked, fits), _POINTS)
    over = np.maximum(paid(more) - float(drawn.further[0]) * per_energy, 0.0)
    return float(np.trapezoid(paid(has), has) + np.trapezoid(over, more))
