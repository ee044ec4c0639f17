"""Prices: money of one currency and year to real EUR of a base year, and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Money", "Prices", "conversion"]


@dataclass(frozen=True, slots=True)
class Money:
    """An amount per SI unit, in one currency of one price year, before conversion.

    `year` is None for a bare currency name, which means the base year of the study.
    """

    amount: float
    currency: str
    year: int | None


@dataclass(frozen=True, slots=True)
class Prices:
    """Real EUR of one base year: deflators and exchange rates that lead there.

    Args:
        base: Price year of every EUR in the code.
        deflators: (currency, year) -> price index of that currency area, any base.
        rates: (currency, year) -> annual mean units of currency per EUR.
    """

    base: int
    deflators: Mapping[tuple[str, int], float] = field(repr=False)
    rates: Mapping[tuple[str, int], float] = field(repr=False)

    def real(self, money: Money) -> float:
        """Return EUR of the base year: deflate in the own currency first, then convert.

        Raises:
            ValueError: No deflator or no exchange rate for that currency and year.
        """
        year = self.base if money.year is None else money.year
        return money.amount * self._inflation(money.currency, year) / self._rate(money.currency)

    def into(self, euros: float, currency: str, year: int) -> float:
        """Return EUR of the base year as money of a currency and price year.

        The inverse of `real`: convert with the rate of the base year, then inflate or deflate in
        that currency.

        Raises:
            ValueError: No deflator or no exchange rate for that currency and year.
        """
        return euros * self._rate(currency) / self._inflation(currency, year)

    def rows(self, money: Money) -> tuple[tuple[str, str], ...]:
        """Return what `real` reads of the catalogue for an amount, as `conversion` does."""
        return conversion(money.currency, money.year, self.base)

    def _rate(self, currency: str) -> float:
        """Return units of a currency per EUR in the base year."""
        if currency == "EUR":
            return 1.0
        if (currency, self.base) not in self.rates:
            known = sorted({c for c, y in self.rates if y == self.base} | {"EUR"})
            what = f"no exchange rate of {currency} for {self.base}"
            raise ValueError(f"{what}; known: {', '.join(known)}")
        return self.rates[currency, self.base]

    def _inflation(self, currency: str, year: int) -> float:
        """Return the price level of the base year over that of `year` in one currency."""
        if year == self.base:
            return 1.0
        for y in (year, self.base):
            if (currency, y) not in self.deflators:
                known = sorted(k[1] for k in self.deflators if k[0] == currency)
                span = f"{known[0]}..{known[-1]}" if known else "none"
                raise ValueError(f"no deflator of {currency} for {y}; known: {span}")
        return self.deflators[currency, self.base] / self.deflators[currency, year]


def conversion(currency: str, year: int | None, base: int) -> tuple[tuple[str, str], ...]:
    """Return entry and field of each deflator and rate from money of a year to EUR of `base`.

    Args:
        currency: Its code, such as USD.
        year: Its price year; None for the base year.
        base: Price year of the EUR.
    """
    id = currency.lower()
    years = () if year in (None, base) else (year, base)
    rates = () if currency == "EUR" else ((id, f"per_eur@{base}"),)
    return (*((id, f"deflator@{y}") for y in years), *rates)
