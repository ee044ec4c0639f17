"""The verb `price`: the bill of a car in a year: direct cost, indirect cost, margin."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from wheelbase.catalogue import Body, Catalogue, Powertrain
from wheelbase.cost.basis import Basis, firmness, weakest
from wheelbase.cost.component import Line, Part, carried, glider_of, line, parts_of
from wheelbase.prices import Money
from wheelbase.units import convert

__all__ = ["LEAVES_OUT", "Bill", "Overheads", "Priced", "carries_pack", "pack_span", "parts_in"]
__all__ += ["price"]

LEAVES_OUT = (
    "content that premium cars have beyond a volume car: finish, options, larger wheels and brakes",
    "rebates, exchange-rate cover, and what suppliers earn on one car to win another",
    "credits and subsidies of any kind",
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
    def masses(self) -> Mapping[str, float]:
        """Mass of each group, kg."""
        ...

    @property
    def battery_energy(self) -> float:
        """Gross battery energy, J."""
        ...


@dataclass(frozen=True, slots=True)
class Overheads:
    """One share of direct cost that a car must earn beside it, EUR of the base year."""

    name: str
    cost: float
    low: float
    high: float
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class Bill:
    """Cost of a car, EUR of the base year.

    Args:
        variant: Name of the variant.
        year: Year of production.
        base_year: Price year.
        lines: Direct manufacturing cost: what is bought and built.
        indirect: What the maker spends beside it.
        margin: What it keeps.
        pack: Direct cost of the battery pack alone.
        leaves_out: What is not in it.
    """

    variant: str
    year: int
    base_year: int
    lines: tuple[Line, ...] = field(repr=False)
    indirect: tuple[Overheads, ...] = field(repr=False)
    margin: Overheads
    pack: float
    leaves_out: tuple[str, ...] = LEAVES_OUT

    @property
    def direct(self) -> float:
        """Direct manufacturing cost."""
        return sum(item.cost for item in self.lines)

    @property
    def span(self) -> tuple[float, float]:
        """Least and greatest direct cost, all lines at their edge together."""
        return sum(i.low for i in self.lines), sum(i.high for i in self.lines)

    @property
    def overhead(self) -> float:
        """Indirect cost."""
        return sum(item.cost for item in self.indirect)

    @property
    def price_net(self) -> float:
        """Price without taxes that covers direct and indirect cost and leaves the margin."""
        return self.direct + self.overhead + self.margin.cost

    def groups(self) -> dict[str, float]:
        """Return direct cost by group, in the order of the bill."""
        sums: dict[str, float] = {}
        for item in self.lines:
            sums[item.group] = sums.get(item.group, 0.0) + item.cost
        return sums


def price(variant: Priced, year: int, basis: Basis) -> Bill:
    """Return the bill of `variant` in `year`.

    Every part learns on one clock: that of its industry, or the one of cumulative volume that
    `basis` gives its family; the platform is no input of any price.

    Args:
        variant: The car.
        year: Year of production.
        basis: Facts, price year, pack price path, volumes.

    Source: EPA OMEGA model (parts, retail price equivalent 1.5), AuVeCoDe (glider).
    """
    parts = parts_in(variant, basis.facts)
    found = [line(part, year, basis) for part in parts]
    pack = 0.0
    if carries_pack(variant):
        found.append(_pack(variant, year, basis))
        pack = found[-1].cost
    direct = sum(item.cost for item in found)
    indirect = tuple(_overheads(direct, basis, "indirect"))
    margin = next(_overheads(direct, basis, "margin"))
    return Bill(variant.id, year, basis.prices.base, tuple(found), indirect, margin, pack)


def parts_in(variant: Priced, facts: Catalogue) -> tuple[Part, ...]:
    """Return the parts that a car is priced by, its battery pack left out."""
    style = "suv" if variant.body.style == "suv" else "sedan"
    mass = sum(variant.masses.values())
    return (
        *glider_of(variant.masses, style),
        *parts_of(variant.powertrain, style),
        *carried(variant.powertrain, mass, facts.cost_equation),
    )


def carries_pack(variant: Priced) -> bool:
    """Whether a car, or any of many, has a traction battery that is priced by its energy."""
    return bool(np.any(variant.battery_energy > 0)) and variant.powertrain.kind != "mhev"


def pack_span(variant: Priced, year: int, basis: Basis) -> tuple[Any, Any, Any]:
    """Return least, base and greatest cost of a battery pack per J, at the volumes of `basis`."""
    volumes = basis.experience("battery")
    scale = volumes.bought() if volumes else 1.0
    span = basis.pack.at(year, variant.battery_energy, variant.powertrain.cell)
    low, base, high = (scale * price for price in span)
    return low, base, high


def _overheads(direct: float, basis: Basis, kind: str) -> Iterator[Overheads]:
    shelf = basis.facts.overhead
    for item in shelf:
        if item.kind == kind:
            low, high = shelf.intervals.get((item.id, "share"), (item.share, item.share))
            origin = shelf.origins[item.id, "share"]
            cost, least, most = direct * item.share, direct * low, direct * high
            yield Overheads(item.name, cost, least, most, origin.source, origin.status)


def _pack(variant: Priced, year: int, basis: Basis) -> Line:
    energy, cell = variant.battery_energy, variant.powertrain.cell
    volumes = basis.experience("battery")
    scale = volumes.bought() if volumes else 1.0
    low, base, high = pack_span(variant, year, basis)
    size = f"{convert(energy, 'kWh'):.1f} kWh"
    per = base / convert(1.0, "kWh")
    factor = basis.pack.scale(year, energy, cell)[1] * scale
    held = ", held beyond the last price" if basis.pack.extrapolated(year) else ""
    made = f" of {cell.id}" if cell else ""
    converted = firmness(basis.facts, basis.prices, _quoted(year, basis))
    return Line(
        part="battery pack",
        group="battery",
        quantity=1,
        cost=base * energy,
        low=low * energy,
        high=high * energy,
        equation=f"{per:.1f} EUR{basis.prices.base}/kWh x {size}{made}",
        inputs={"energy": size},
        source=", ".join(basis.pack.sources(year)),
        status=weakest([basis.pack.status(year), *converted]),
        learning=f"path {basis.pack.name}{held}; x {factor:.3f} for size, chemistry, shape"
        + (" and scale" if volumes else ""),
    )


def _quoted(year: int, basis: Basis) -> list[Money]:
    """Return the published amounts that the pack price of a year rests on; none of a study's own.

    Without published prices it is the cost curve, in the money of its base.
    """
    if basis.pack.name == "study":
        return []
    shelf = basis.facts.pack_price
    found = [shelf[a.id].price[a.year] for a in basis.pack.behind(year)]
    return found or [basis.facts.pack_curve["nmc"].base]
