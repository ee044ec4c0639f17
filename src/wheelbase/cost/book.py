"""The prices of one market in the year of purchase: taxes, subsidies, energy, upkeep, loans."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

from wheelbase.catalogue import Catalogue, MarketPrice
from wheelbase.cost.basis import firmness, weakest
from wheelbase.errors import DataError
from wheelbase.prices import Money, Prices

__all__ = ["Book", "Driven", "OwnedLine", "times"]

Span = tuple[float, float, float]
"""Low, base and high."""

_Fuel = Literal["petrol", "diesel", "electricity"]
_ENERGY = ("petrol", "diesel", "electricity", "charging")


@dataclass(frozen=True, slots=True)
class Driven:
    """What a car needs per distance: fuel in m3/m and energy from the wall in J/m, low base high.

    Args:
        fuel: Which fuel it burns; "electricity" for none.
        volume: Fuel per distance.
        energy: Wall energy per distance.
    """

    fuel: _Fuel
    volume: Span
    energy: Span


@dataclass(frozen=True, slots=True)
class OwnedLine:
    """One line of what owning costs, present value in EUR of the base year; income is negative.

    Args:
        name: What is paid for.
        cost: Amount.
        low: Least, everything that it rests on at its edge.
        high: Greatest likewise.
        text: How it is found.
        source: Keys of its sources.
        status: The weakest of what it rests on.
        fields: Figures of the market that it rests on, as the catalogue names them.
        running: Whether it is paid year by year.
    """

    name: str
    cost: float
    low: float
    high: float
    text: str
    source: str
    status: str
    fields: tuple[str, ...] = ()
    running: bool = False


def times(span: Span, factor: float) -> Span:
    """Return low, base and high times a factor that is not negative."""
    return span[0] * factor, span[1] * factor, span[2] * factor


class Book:
    """The prices of one market and year in EUR of the base year; remembers what it held.

    Attributes:
        fact: The market as the catalogue has it.
        held: Prices that the catalogue has for other years only, in words, each once.
    """

    def __init__(self, facts: Catalogue, prices: Prices, market: str, year: int) -> None:
        """Open the prices of a market.

        Raises:
            DataError: No such market; names those there are, the nearest first.
        """
        if market not in facts.market_price:
            raise DataError(f"market {market!r}: {_unknown(facts, market)}")
        self.facts, self.prices, self.year = facts, prices, year
        self._shelf = facts.market_price
        self.fact: MarketPrice = facts.market_price[market]
        self._held: dict[str, None] = {}

    @property
    def held(self) -> tuple[str, ...]:
        """What was taken from another year, in words."""
        return tuple(self._held)

    def hold(self, text: str) -> None:
        """Remember that a price is not that of the year."""
        self._held[text] = None

    def figure(self, name: str) -> Span:
        """Return low, base and high of a figure, "name" or "name@year"."""
        value = self.value(name)
        low, high = self._shelf.intervals.get((self.fact.id, name), (value, value))
        return self._euros(low), self._euros(value), self._euros(high)

    def value(self, field: str) -> Any:
        """Return the figure of a field as the catalogue holds it, of its year if it has one."""
        name, _, year = field.partition("@")
        found = getattr(self.fact, name)
        return found[int(year)] if year else found

    def page(self, field: str) -> str:
        """Return where a figure stands, or how it was estimated."""
        return self._shelf.origins[self.fact.id, field].page

    def status(self, fields: tuple[str, ...]) -> str:
        """Return the weakest status of some figures, and of what brings them to EUR."""
        origins = [self._shelf.origins[self.fact.id, field] for field in fields]
        values = [self.value(field) for field in fields]
        amounts = [v for v in values if isinstance(v, Money) and v.amount]  # nothing stays nothing
        converted = firmness(self.facts, self.prices, amounts)
        return weakest([*(origin.status for origin in origins), *converted])

    def _euros(self, value: Any) -> float:
        return self.prices.real(value) if isinstance(value, Money) else float(value)

    def nearest(self, name: str, year: int) -> str:
        """Return the field of a series that is nearest to a year.

        Raises:
            DataError: The market has no figure of that series.
        """
        known: Mapping[int, Any] = getattr(self.fact, name)
        if not known:
            raise DataError(
                f"market {self.fact.id}: no price of {name} is known there; add {name}@{year} to "
                "market_price.csv with its source"
            )
        return f"{name}@{min(known, key=lambda y: (abs(y - year), y))}"

    def series(self, name: str) -> str:
        """Return the field of a series for the year of purchase; says so where it is another's."""
        field = self.nearest(name, self.year)
        if (near := int(field.partition("@")[2])) != self.year:
            self.hold(f"{name.replace('_', ' ')} of {near} taken for {self.year}")
        return field

    def price_years(self) -> tuple[int, ...]:
        """Return every year of which the market knows a price of energy."""
        return tuple(sorted({year for name in _ENERGY for year in getattr(self.fact, name)}))

    def line(
        self, name: str, span: Span, text: str, *fields: str, running: bool = False
    ) -> OwnedLine:
        """Return a line with the sources of what it rests on, and the weakest status of them."""
        low, cost, high = span
        origins = [self._shelf.origins[self.fact.id, field] for field in fields]
        sources = "; ".join(dict.fromkeys(origin.source for origin in origins))
        status = self.status(fields)
        return OwnedLine(name, cost, low, high, text, sources, status, fields, running)


def _unknown(facts: Catalogue, market: str) -> str:
    """Return what to say of a market that is none: the nearest, by id or by name, and all."""
    shelf = facts.market_price
    names = {word.lower(): m.id for m in shelf for word in (m.id, m.name)}
    near = dict.fromkeys(names[word] for word in get_close_matches(market.lower(), names, n=2))
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    return f"no prices of it; {hint}one of {', '.join(m.id for m in shelf)}"
