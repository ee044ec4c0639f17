"""What the customer sees: list price, monthly payment, and what a month costs in all."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, expm1, log1p

from wheelbase.catalogue import Catalogue
from wheelbase.cost.book import Book, Driven, Span
from wheelbase.cost.ownership import (
    AS_USUAL,
    Ownership,
    Purchase,
    kept_fields,
    ownership,
    share_kept,
)
from wheelbase.errors import DataError
from wheelbase.prices import Prices

__all__ = ["MONTHS", "Customer", "Payment", "customer", "monthly_payment"]

MONTHS = 12
"""Of a year."""


@dataclass(frozen=True, slots=True)
class Payment:
    """A loan with a last payment, EUR of the base year in the year of purchase.

    Args:
        price: With tax.
        deposit: Paid at once.
        residual: The last payment, what the car is then worth.
        rate: Effective, a year.
        months: Equal payments, one at the end of every month.
        monthly: Each of them.
        fields: Figures of the market that it rests on, as the catalogue names them; none where the
            study gives all.
    """

    price: float
    deposit: float
    residual: float
    rate: float
    months: int
    monthly: float
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Customer:
    """What the customer of a car sees in one market, EUR of the base year.

    Args:
        list_price: As the market shows it: with tax, or without where that is added at the till.
        payment: The loan.
        owned: Total cost of ownership over the same years.
        held: Prices that the catalogue has for other years only, in words.
    """

    list_price: float
    payment: Payment
    owned: Ownership
    held: tuple[str, ...]

    @property
    def at_once(self) -> float:
        """What is paid on the day of purchase: deposit, purchase tax, less subsidy."""
        return self.payment.deposit + sum(
            line.cost for line in self.owned.lines if line.name in ("purchase tax", "subsidy")
        )

    @property
    def month(self) -> float:
        """What a month costs: payment of the loan, energy, tax, insurance, upkeep."""
        return self.payment.monthly + self.owned.running / MONTHS

    @property
    def month_by(self) -> Mapping[int, float]:
        """What a month costs by the year whose prices of energy hold."""
        other = self.month - self.owned.energy / self.owned.spread / MONTHS
        return {
            year: other + energy / self.owned.spread / MONTHS
            for year, energy in self.owned.energy_by.items()
        }


def monthly_payment(
    price: float, deposit: float, residual: float, rate: float, months: int
) -> float:
    """Return the equal payment at the end of every month that pays a car off but for the residual.

    With i the rate of a month, (1 + rate)^(1/12) - 1, and v = (1 + i)^-months, it is
    (price - deposit - residual v) i / (1 - v), and without interest what is left over the months.
    As the residual is at most what is borrowed, a longer term never raises it at equal rate.

    Args:
        price: With tax, EUR.
        deposit: Paid at once.
        residual: Paid at the end.
        rate: Effective, a year.
        months: Number of payments.

    Raises:
        DataError: No term, more deposit or residual than price, or a rate below nothing; all at
            once.

    Source: present value of an annuity, any text on finance.
    """
    if problems := _refused(price, deposit, residual, rate, months):
        raise DataError(problems)
    growth = log1p(rate) / MONTHS
    if growth == 0:
        return (price - deposit - residual) / months
    owed = price - deposit - residual * exp(-months * growth)
    return owed * expm1(growth) / -expm1(-months * growth)


def _refused(price: float, deposit: float, residual: float, rate: float, months: int) -> list[str]:
    """Return what is wrong with a loan, each in words."""
    problems = []
    if months < 1:
        problems.append(f"term: {months} months; give one month or more")
    if rate < 0:
        problems.append(f"rate: {100 * rate:g} % a year; give 0 % or more")
    for name, amount in (("deposit", deposit), ("residual", residual)):
        if amount < 0:
            problems.append(f"{name}: EUR {amount:,.0f}; give nothing or more")
        elif amount > price:
            problems.append(
                f"{name}: EUR {amount:,.0f} is more than the price, EUR {price:,.0f}; give at most "
                "the price"
            )
    if not problems and deposit + residual > price:
        problems.append(
            f"deposit and residual: EUR {deposit:,.0f} and {residual:,.0f} are more than the price "
            f"together, EUR {price:,.0f}; nothing is left to pay by the month, lower one of them"
        )
    return problems


def customer(
    net_price: Span,
    driven: Driven,
    market: str,
    year: int,
    facts: Catalogue,
    prices: Prices,
    purchase: Purchase = AS_USUAL,
) -> Customer:
    """Return what the customer of a car sees in a market.

    The list price follows from the price without taxes of the bill, which holds the dealer's cost
    and the maker's margin, in one way: the tax of the market on top where its list prices have it.

    Args are those of `ownership`; of the purchase, deposit and rate count as well.

    Raises:
        DataError: No such market, no price of what the car runs on, or a loan that is none.
    """
    owned = ownership(net_price, driven, market, year, facts, prices, purchase)
    book = Book(facts, prices, market, year)
    gross = net_price[1] * (1 + book.fact.vat)
    shown = gross if book.fact.list_price == "with tax" else net_price[1]
    loan = _payment(book, gross, driven, owned.years, purchase)
    return Customer(shown, loan, owned, tuple(dict.fromkeys((*owned.held, *book.held))))


def _payment(book: Book, gross: float, driven: Driven, years: float, purchase: Purchase) -> Payment:
    """Return the loan on a price with tax; what the purchase leaves open is the market's."""
    kind = "electric" if driven.fuel == "electricity" else "combustion"
    fields: list[str] = []
    rate, down = purchase.rate, purchase.deposit
    if rate is None:
        fields.append(book.series("loan_rate"))
        rate = book.figure(fields[-1])[1]
    if down is None:
        fields.append("deposit")
        down = book.fact.deposit
    worth = share_kept(book, kind, years, purchase.residual)[1]
    if purchase.residual is None:
        fields += kept_fields(kind, years)
    months = round(years * MONTHS)
    paid = monthly_payment(gross, down * gross, worth * gross, rate, months)
    return Payment(gross, down * gross, worth * gross, rate, months, paid, tuple(fields))
