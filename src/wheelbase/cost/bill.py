"""The verb `price`: the bill of a car in a year, direct manufacturing cost."""

from dataclasses import dataclass, field
from typing import Protocol

from wheelbase.catalogue import Body, Powertrain
from wheelbase.cost.basis import Basis
from wheelbase.cost.component import Line, Part, line, parts_of
from wheelbase.units import convert

__all__ = ["LEAVES_OUT", "Bill", "Priced", "price"]

LEAVES_OUT = (
    "assembly labour and plant overhead",
    "trim, interior, chassis and wheels (equal for all variants of a body)",
    "catalyst with precious metals",
    "indirect cost, margin and warranty",
)


class Priced(Protocol):
    """What a bill needs to know of a variant."""

    @property
    def id(self) -> str:
        """Name of the variant."""
        ...

    @property
    def body(self) -> Body:
        """Its body."""
        ...

    @property
    def powertrain(self) -> Powertrain:
        """Its powertrain."""
        ...

    @property
    def structure_mass(self) -> float:
        """Mass of body structure and floor, kg."""
        ...

    @property
    def battery_energy(self) -> float:
        """Gross battery energy, J."""
        ...


@dataclass(frozen=True, slots=True)
class Bill:
    """Direct manufacturing cost of a car, EUR of the base year.

    Args:
        variant: Name of the variant.
        year: Year of production.
        base_year: Price year.
        lines: What it consists of.
        pack: Cost of the battery pack alone.
        leaves_out: What is not in it.
    """

    variant: str
    year: int
    base_year: int
    lines: tuple[Line, ...] = field(repr=False)
    pack: float
    leaves_out: tuple[str, ...] = LEAVES_OUT

    @property
    def total(self) -> float:
        """Sum of the lines."""
        return sum(item.cost for item in self.lines)

    @property
    def span(self) -> tuple[float, float]:
        """Least and greatest sum, all lines at their edge together."""
        return sum(i.low for i in self.lines), sum(i.high for i in self.lines)


def price(variant: Priced, year: int, basis: Basis) -> Bill:
    """Return the bill of `variant` in `year`.

    Every part learns on one clock of its own industry; volumes of the maker change nothing here
    but through a deal.

    Args:
        variant: The car.
        year: Year of production.
        basis: Facts, price year, pack price path.
    """
    style = "suv" if variant.body.style == "suv" else "sedan"
    found = [line(Part(f"body-{style}", mass=variant.structure_mass), year, basis)]
    found += [line(part, year, basis) for part in parts_of(variant.powertrain, style)]
    pack = 0.0
    if variant.battery_energy > 0:
        found.append(_pack(variant, year, basis))
        pack = found[-1].cost
    return Bill(variant.id, year, basis.prices.base, tuple(found), pack)


def _pack(variant: Priced, year: int, basis: Basis) -> Line:
    energy, cell = variant.battery_energy, variant.powertrain.cell
    low, base, high = basis.pack.at(year, energy, cell)
    size = f"{convert(energy, 'kWh'):.1f} kWh"
    per = base / convert(1.0, "kWh")
    factor = basis.pack.scale(year, energy, cell)[1]
    held = ", held beyond the last price" if basis.pack.extrapolated(year) else ""
    sources = sorted({a.id for a in basis.pack.anchors}) or ["omega-frm"]
    made = f" of {cell.id}" if cell else ""
    return Line(
        part="battery pack",
        quantity=1,
        cost=base * energy,
        low=low * energy,
        high=high * energy,
        equation=f"{per:.1f} EUR{basis.prices.base}/kWh x {size}{made}",
        inputs={"energy": size},
        source=", ".join(sources),
        status="derived",
        learning=f"path {basis.pack.name}{held}; x {factor:.3f} for size, chemistry and shape",
    )
