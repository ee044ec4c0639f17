"""Total cost of ownership: what a buyer pays for a car over the years that it is held."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from wheelbase.catalogue import Catalogue, MarketPrice
from wheelbase.cost.basis import firmness, weakest
from wheelbase.errors import DataError
from wheelbase.prices import Money, Prices

__all__ = ["HELD", "INFLATION", "RATE", "Driven", "OwnedLine", "Ownership", "ownership"]

HELD = 4
"""Years a car is held: the residual values of the catalogue are for four."""
RATE = 0.04
"""Buyers' discount rate a year, real: an estimate, between a savings account and a car loan."""
INFLATION = 0.02
"""Expected a year, an estimate: what central banks aim at. Residual values are shares of the price
paid, in money of the year of sale."""

_Fuel = Literal["petrol", "diesel", "electricity"]
_Span = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Driven:
    """What a car needs per distance: fuel in m3/m and energy from the wall in J/m, low base high.

    Args:
        fuel: Which fuel it burns; "electricity" for none.
        volume: Fuel per distance.
        energy: Wall energy per distance.
    """

    fuel: _Fuel
    volume: _Span
    energy: _Span


@dataclass(frozen=True, slots=True)
class OwnedLine:
    """One line of what owning costs, present value in EUR of the base year; income is negative."""

    name: str
    cost: float
    low: float
    high: float
    text: str
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class Ownership:
    """What a buyer pays for a car over the years that it is held.

    Args:
        market: Where.
        year: Year of purchase.
        years: How long it is held.
        distance: Driven in all, m.
        lines: What it consists of.
        held: Prices that the catalogue has for other years only, in words.
    """

    market: str
    year: int
    years: int
    distance: float
    lines: tuple[OwnedLine, ...]
    held: tuple[str, ...]

    @property
    def total(self) -> float:
        """Sum of the lines, EUR."""
        return sum(line.cost for line in self.lines)

    @property
    def span(self) -> tuple[float, float]:
        """Least and greatest, all lines at their edge together."""
        return sum(line.low for line in self.lines), sum(line.high for line in self.lines)

    @property
    def per_distance(self) -> float:
        """EUR per m driven."""
        return self.total / self.distance


def ownership(
    net_price: _Span, driven: Driven, market: str, year: int, facts: Catalogue, prices: Prices
) -> Ownership:
    """Return the total cost of ownership of a car bought new.

    Price with tax, purchase tax or less subsidy, energy and upkeep and taxes of every year
    discounted to its middle, less what the car is sold for at the end. Prices of energy stay those
    of the year of purchase, in real money; the share of the price that the car keeps is nominal,
    so inflation takes a part of it.

    Args:
        net_price: Price without taxes, low base high, EUR of the base year.
        driven: What the car needs.
        market: "de", "gb", "us" or "cn".
        year: Year of purchase.
        facts: The catalogue.
        prices: Way to EUR of the base year.

    Raises:
        DataError: No such market, or no price of what the car runs on.
    """
    book = _Book(facts, prices, market, year)
    yearly = facts.customer_value["yearly-distance"].length
    assert yearly is not None
    electric = driven.fuel == "electricity"
    kind = "electric" if electric else "combustion"
    spread = sum((1 + RATE) ** -(n + 0.5) for n in range(HELD))
    end = ((1 + RATE) * (1 + INFLATION)) ** -HELD
    vat = book.fact.vat
    gross: _Span = (net_price[0] * (1 + vat), net_price[1] * (1 + vat), net_price[2] * (1 + vat))
    kept = book.figure(f"residual_{kind}")
    if driven.energy[1] > 0:
        bought = book.subsidy("subsidy" if electric else "subsidy_hybrid")
    else:
        bought = book.purchase_tax(net_price)
    lines = [
        book.line("price with tax", gross, f"{vat:.0%} tax", "vat"),
        *bought,
        *book.energy(driven, yearly * spread),
        book.tax(kind),
        book.line("insurance", _times(book.figure("insurance"), spread), "a year", "insurance"),
        book.line("upkeep", _times(book.figure(f"maintenance_{kind}"), yearly * spread),
                  "service, tyres, wear", f"maintenance_{kind}"),
        book.line("sold at the end", (-gross[1] * kept[2] * end, -gross[1] * kept[1] * end,
                  -gross[1] * kept[0] * end), f"{kept[1]:.0%} of the price, in money of that year",
                  f"residual_{kind}"),
    ]  # fmt: skip
    return Ownership(market, year, HELD, yearly * HELD, tuple(lines), tuple(book.held))


def _times(span: _Span, factor: float) -> _Span:
    return span[0] * factor, span[1] * factor, span[2] * factor


class _Book:
    """The prices of one market and year in EUR of the base year; remembers what it held."""

    def __init__(self, facts: Catalogue, prices: Prices, market: str, year: int) -> None:
        if market not in facts.market_price:
            names = ", ".join(m.id for m in facts.market_price)
            raise DataError(f"market {market!r}: no prices of it; one of {names}")
        self.facts, self.shelf, self.prices, self.year = facts, facts.market_price, prices, year
        self.fact: MarketPrice = facts.market_price[market]
        self.held: list[str] = []

    def figure(self, name: str) -> _Span:
        """Return low, base and high of a figure that does not go by year."""
        value = getattr(self.fact, name)
        low, high = self.shelf.intervals.get((self.fact.id, name), (value, value))
        return self._euros(low), self._euros(value), self._euros(high)

    def _euros(self, value: Any) -> float:
        return self.prices.real(value) if isinstance(value, Money) else float(value)

    def series(self, name: str) -> tuple[float, str]:
        """Return a price of the year, or of the nearest one that is known, and its field."""
        known: Mapping[int, Money] = getattr(self.fact, name)
        if not known:
            raise DataError(f"market {self.fact.id}: no price of {name} is known there")
        near = min(known, key=lambda y: (abs(y - self.year), y))
        if near != self.year:
            self.held.append(f"{name} of {near} taken for {self.year}")
        return self.prices.real(known[near]), f"{name}@{near}"

    def line(self, name: str, span: _Span, text: str, *rests_on: str) -> OwnedLine:
        """Return a line with the sources of what it rests on, and the weakest status of them."""
        origins = [self.shelf.origins[self.fact.id, field] for field in rests_on]
        sources = "; ".join(dict.fromkeys(origin.source for origin in origins))
        amounts = [money for field in rests_on if isinstance(money := self._of(field), Money)]
        converted = firmness(self.facts, self.prices, amounts)
        status = weakest([*(origin.status for origin in origins), *converted])
        return OwnedLine(name, span[1], span[0], span[2], text, sources, status)

    def tax(self, kind: str) -> OwnedLine:
        """Return the yearly tax of every year in which the car is held, discounted."""
        begins = self.fact.electric_taxed_from
        total, rests_on = (0.0, 0.0, 0.0), []
        for n in range(HELD):
            taxed = kind == "electric" and begins is not None and self.year + n >= begins
            name = "tax_combustion" if taxed else f"tax_{kind}"
            low, base, high = _times(self.figure(name), (1 + RATE) ** -(n + 0.5))
            total = (total[0] + low, total[1] + base, total[2] + high)
            rests_on += [name, "electric_taxed_from"] if taxed else [name]
        return self.line("tax", total, "a year", *dict.fromkeys(rests_on))

    def _of(self, field: str) -> Any:
        """Return the figure of a field as the catalogue holds it, of its year if it has one."""
        name, _, year = field.partition("@")
        found = getattr(self.fact, name)
        return found[int(year)] if year else found

    def purchase_tax(self, net_price: _Span) -> list[OwnedLine]:
        """Return the tax on buying a car without a plug, where there is one."""
        if self.fact.purchase_tax is None:
            return []
        low, share, high = self.figure("purchase_tax")
        costs = (net_price[0] * low, net_price[1] * share, net_price[2] * high)
        return [self.line("purchase tax", costs, f"{share:.0%} of the net price", "purchase_tax")]

    def subsidy(self, name: str) -> list[OwnedLine]:
        """Return the purchase subsidy, as of the last year up to this one in which it is known."""
        series: Mapping[int, Money] = getattr(self.fact, name)
        known = [year for year in series if year <= self.year]
        if not known:
            self.held.append(f"no subsidy is known up to {self.year}: none is counted")
            return []
        last = max(known)
        if last != self.year:
            self.held.append(f"subsidy of {last} taken for {self.year}")
        value, field = series[last], f"{name}@{last}"
        least, most = self.shelf.intervals.get((self.fact.id, field), (value, value))
        paid = (-self._euros(most), -self._euros(value), -self._euros(least))
        text = self.shelf.origins[self.fact.id, field].page
        return [self.line("subsidy", paid, text, field)]

    def energy(self, driven: Driven, distance: float) -> list[OwnedLine]:
        """Return fuel and electricity over a discounted distance, m."""
        lines = []
        if driven.volume[1] > 0:
            price, field = self.series(driven.fuel)
            text = f"{driven.fuel}, money of the year of purchase"
            lines.append(self.line("fuel", _times(driven.volume, price * distance), text, field))
        if driven.energy[1] > 0:
            home, at_home = self.series("electricity")
            away, in_public = self.series("charging")
            low, base, high = (s * away + (1 - s) * home for s in self.figure("public_share"))
            low, high = min(low, high), max(low, high)
            costs = (low * driven.energy[0], base * driven.energy[1], high * driven.energy[2])
            text = "at home, and a part at fast chargers"
            rests_on = (at_home, in_public, "public_share")
            lines.append(self.line("electricity", _times(costs, distance), text, *rests_on))
        return lines
