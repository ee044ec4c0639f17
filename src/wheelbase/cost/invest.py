"""Investments: annuities, and the penalty at which a bespoke platform pays, in closed form."""

from wheelbase.catalogue import Investment
from wheelbase.prices import Prices

__all__ = ["annuity_factor", "break_even_penalty", "per_block"]


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


def per_block(investment: Investment, block: float, prices: Prices) -> float:
    """Return what an investment costs per `block` cars a year, EUR of the base year.

    Raises:
        ValueError: Its capacity is not public.
    """
    if investment.capacity is None:
        raise ValueError(f"{investment.id}: no public capacity")
    return prices.real(investment.amount) * block / investment.capacity
