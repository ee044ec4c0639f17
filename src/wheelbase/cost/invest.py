"""Investments: annuities, and the ladder of steps with the public figures behind each."""

from dataclasses import dataclass, field
from datetime import date
from statistics import median

from wheelbase.catalogue import Catalogue, Investment, InvestmentRung, Origin
from wheelbase.cost.basis import firmness, weakest
from wheelbase.prices import Money, Prices

__all__ = [
    "Precedent",
    "Rung",
    "annual",
    "annuity_factor",
    "break_even_penalty",
    "ladder",
    "per_car",
]

Span = tuple[float, float, float]

_ENOUGH = 2  # comparable public figures from which an interval is taken


def annuity_factor(rate: float, life: float) -> float:
    """Return the capital recovery factor r / (1 - (1 + r)^-n) per year.

    Raises:
        ValueError: A life that is not above zero or a negative rate.
    """
    if life <= 0 or rate < 0:
        raise ValueError(f"life {life:g} yr and rate {rate:g} make no annuity")
    return 1 / life if rate == 0 else float(rate / (1 - (1 + rate) ** -life))


def break_even_penalty(
    block: tuple[float, float, float],
    development: float,
    volume: float,
    rate: float,
    life_and_lead: tuple[float, float],
) -> float:
    """Return the penalty in EUR per car at which a bespoke platform just pays.

    pi = (CRF I_block + f) / q + CRF I_dev (1 + r)^L / V for a constant volume V, full blocks, no
    lost sales and no uncertainty.

    Args:
        block: Investment in EUR, fixed cost in EUR/yr and cars/yr of one line block.
        development: EUR.
        volume: Battery cars a year.
        rate: Cost of capital.
        life_and_lead: Life of platform and block, and lead time, in years.
    """
    invest, fixed, size = block
    life, lead = life_and_lead
    factor = annuity_factor(rate, life)
    once = factor * development * (1 + rate) ** lead / volume
    return float((factor * invest + fixed) / size + once)


@dataclass(frozen=True, slots=True)
class Precedent:
    """One public investment, as quoted and brought to the size of its step.

    Args:
        id: Its entry in the catalogue.
        quoted: Amount, currency and price year as published.
        amount: EUR of the base year; None where no deflator or rate leads there.
        capacity: Pieces a year; None where it is not public.
        scaled: EUR for the size of the step; None where it cannot be scaled.
        comparable: Whether the interval of the step is taken from it.
        why_not: What keeps it from being compared.
        announced: When it became public.
        origin: Where the amount stands.
        status: The weakest of amount, capacity where it is scaled by it, deflators and rates.
    """

    id: str
    name: str
    company: str
    quoted: str
    amount: float | None
    capacity: float | None
    scaled: float | None
    comparable: bool
    why_not: str
    announced: date | None
    origin: Origin
    status: str


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the investment ladder, EUR of the base year.

    Args:
        id: Its entry in the catalogue.
        label: The step.
        meaning: What is bought.
        per: "programme", "model" or "capacity"; "sum" is shown and never added.
        makes: What its capacity counts.
        size: Pieces a year that one amount buys; None where it does not depend on them.
        amount: Low, base, high of one; None for a sum.
        life: Low, base, high in years, after which it is bought again; None for a sum.
        status: "derived" from public figures that rest on no estimate, or "estimate".
        how: How low, base and high were found.
        compared: Of how many public figures they are taken; 0 where the catalogue estimates them.
        precedents: The public figures.
    """

    id: str
    label: str
    meaning: str
    per: str
    makes: str
    size: float | None
    amount: Span | None
    life: Span | None
    status: str
    how: str
    compared: int
    precedents: tuple[Precedent, ...] = field(repr=False)


def ladder(facts: Catalogue, prices: Prices) -> tuple[Rung, ...]:
    """Return every step of the ladder with its public figures and its interval.

    Where two public figures or more compare, low, base and high are the least, the median and the
    greatest of them at the size of the step; else they are the estimate of the catalogue.
    """
    return tuple(_rung(facts, prices, entry) for entry in facts.investment_rung)


def _rung(facts: Catalogue, prices: Prices, entry: InvestmentRung) -> Rung:
    found = tuple(
        _precedent(facts, prices, entry, item)
        for item in facts.investment
        if item.step == entry.label
    )
    alike = [(p.scaled, p.status) for p in found if p.comparable and p.scaled is not None]
    compared = [scaled for scaled, _ in alike] if len(alike) >= _ENOUGH else []
    shelf = facts.investment_rung
    amount, status, how = None, "published", "figures that hold several steps; never added up"
    if entry.amount is not None:
        low, high = shelf.intervals.get((entry.id, "amount"), (entry.amount, entry.amount))
        amount = (prices.real(low), prices.real(entry.amount), prices.real(high))
        status, how = "estimate", shelf.origins[entry.id, "amount"].page
    if compared:
        amount = (min(compared), median(compared), max(compared))
        scale = f", each for {entry.size:,.0f} {entry.makes} a year" if entry.size else ""
        status = weakest(["derived", *(status for _, status in alike)])
        how = f"least, median, greatest of {len(compared)} public figures{scale}"
    life = None
    if entry.life is not None:
        ends = shelf.intervals.get((entry.id, "life"), (entry.life, entry.life))
        life = (ends[0], entry.life, ends[1])
    return Rung(
        entry.id, entry.label, entry.meaning, entry.per, entry.makes, entry.size, amount, life,
        status, how, len(compared), found,
    )  # fmt: skip


def _precedent(
    facts: Catalogue, prices: Prices, entry: InvestmentRung, item: Investment
) -> Precedent:
    origins = facts.investment.origins
    origin = origins[item.id, "amount"]
    money = prices.real(item.amount) if _leads_to_base(prices, item.amount) else None
    why = "" if item.comparable == "yes" else origins[item.id, "comparable"].page
    scaled = money if entry.size is None else None
    if entry.size is not None and item.capacity and money is not None:
        scaled = money * entry.size / item.capacity if item.makes == entry.makes else None
    if money is None:
        why = f"no deflator or rate of {item.amount.currency}; shown as quoted"
    rests_on = ["amount", "capacity"] if scaled is not None and entry.size else ["amount"]
    statuses = [origins[item.id, name].status for name in rests_on]
    if money is not None:
        statuses += firmness(facts, prices, [item.amount])
    return Precedent(
        id=item.id,
        name=item.name,
        company=item.company,
        quoted=f"{origin.value} {origin.unit}",
        amount=money,
        capacity=item.capacity,
        scaled=scaled,
        comparable=item.comparable == "yes" and scaled is not None,
        why_not=why,
        announced=item.announced,
        origin=origin,
        status=weakest(statuses),
    )


def _leads_to_base(prices: Prices, money: Money) -> bool:
    """Return whether deflators and rates lead from an amount to EUR of the base year."""
    years = {prices.base if money.year is None else money.year, prices.base}
    indexed = len(years) == 1 or all((money.currency, y) in prices.deflators for y in years)
    return indexed and (money.currency == "EUR" or (money.currency, prices.base) in prices.rates)


def annual(rung: Rung, rate: float, capacity: float | None = None) -> Span:
    """Return low, base and high of a step per year, EUR/yr, renewed after each life.

    Amount x capital recovery factor, from launch to the horizon; low takes the long life, high the
    short one. A capacity step is scaled to `capacity` pieces a year.

    Raises:
        ValueError: A sum, or a capacity step without a capacity.
    """
    if rung.amount is None or rung.life is None:
        raise ValueError(f"{rung.label}: holds several steps and is never charged")
    times = 1.0
    if rung.size is not None:
        if capacity is None:
            raise ValueError(f"{rung.label}: depends on the capacity; give pieces per year")
        times = capacity / rung.size
    low, base, high = (
        times * amount * annuity_factor(rate, life)
        for amount, life in zip(rung.amount, reversed(rung.life), strict=True)
    )
    return low, base, high


def per_car(rung: Rung, rate: float, volume: float, capacity: float | None = None) -> Span:
    """Return what a step costs per car at `volume` cars a year, EUR; capacity as the volume.

    Raises:
        ValueError: A volume that is not above zero, or a sum.
    """
    if volume <= 0:
        raise ValueError(f"volume {volume:g} cars/yr makes no cost per car")
    low, base, high = annual(rung, rate, volume if capacity is None else capacity)
    return low / volume, base / volume, high / volume
