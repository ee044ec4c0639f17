"""Rules of other markets: the US footprint rule, for history and tests, and the UK mandate."""

from collections.abc import Mapping, Sequence
from datetime import date
from math import isfinite

from wheelbase.catalogue import FootprintRule, ShareRule
from wheelbase.errors import DataError
from wheelbase.prices import Prices

__all__ = ["footprint_credit", "footprint_target", "is_in_force", "missing_cars"]
__all__ += ["share_payment", "share_row"]


def footprint_target(rule: FootprintRule, year: int, footprint: float) -> float:
    """Return the target of a car of that footprint (m2) in a model year, kg/m.

    a up to 41 ft2, b beyond the largest footprint, c F + d in between.

    Raises:
        DataError: A model year that the rule does not cover, a footprint that is none.

    Source: 40 CFR 86.1818-12 as EPA's OMEGA model holds it.
    """
    if year not in rule.least:
        covered = f"{min(rule.least)} to {max(rule.least)}"
        raise DataError(f"footprint_rule {rule.id}: no model year {year}; it covers {covered}")
    if not (isfinite(footprint) and footprint > 0):
        raise DataError(f"footprint_rule {rule.id}: footprint {footprint:g} must be above zero")
    if footprint <= rule.small:
        return rule.least[year]
    if footprint > rule.large:
        return rule.most[year]
    return rule.slope[year] * footprint + rule.intercept[year]


def footprint_credit(
    rule: FootprintRule, year: int, cars: Sequence[tuple[float, float, float]]
) -> float:
    """Return the credit of a fleet in kg of CO2 over the cars' lives; negative for a debit.

    Args:
        rule: The rule of this class of cars; credits of both classes may be added.
        year: Model year.
        cars: (footprint in m2, emission in kg/m, number of cars) of each kind.

    Raises:
        DataError: What `footprint_target` refuses, emissions and numbers that are none.
    """
    problems = [
        f"footprint_rule {rule.id}: kind {k}: {name} {value:g} must not be negative or endless"
        for k, (_, emission, number) in enumerate(cars, 1)
        for name, value in (("emission", emission), ("cars", number))
        if not (isfinite(value) and value >= 0)
    ]
    if problems:
        raise DataError(problems)
    return rule.lifetime * sum(
        (footprint_target(rule, year, size) - emission) * number for size, emission, number in cars
    )


def is_in_force(rule: FootprintRule, day: date) -> bool:
    """Return whether the rule was law on that day: a plan made after its repeal has no US premium.

    The civil penalty of the sister rule on fuel economy ended earlier, on `rule.unpenalised`.
    """
    return rule.adopted <= day and (rule.repealed is None or day < rule.repealed)


def share_row(rule: ShareRule, year: int) -> tuple[float, float]:
    """Return what a zero-emission and any other car add to: missing cars >= sum of them x cars.

    Missing = share x all cars - zero-emission cars, so (share - 1, share); (0, 0) before it began.
    """
    known = [y for y in rule.share if y <= year]
    share = rule.share[max(known)] if known else 0.0
    return (share - 1.0, share) if known else (0.0, 0.0)


def missing_cars(rule: ShareRule, year: int, sales: Mapping[bool, float]) -> float:
    """Return how many zero-emission cars are missing; `sales`: emits nothing to cars sold.

    Raises:
        DataError: Numbers of cars that are none.
    """
    problems = [
        f"share_rule {rule.id}: {cars:g} cars {'without' if zero else 'with'} emission: must not "
        "be negative or endless"
        for zero, cars in sales.items()
        if not (isfinite(cars) and cars >= 0)
    ]
    if problems:
        raise DataError(problems)
    zero, other = share_row(rule, year)
    return max(zero * sales.get(True, 0.0) + other * sales.get(False, 0.0), 0.0)


def share_payment(rule: ShareRule, year: int, sales: Mapping[bool, float], prices: Prices) -> float:
    """Return what the missing cars cost without any trade or transfer, EUR of the base year."""
    return missing_cars(rule, year, sales) * prices.real(rule.payment)
