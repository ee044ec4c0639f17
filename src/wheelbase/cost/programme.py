"""Programmes: which steps of the investment ladder a choice of platform needs, and their cost."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from wheelbase.cost.invest import Rung, annual

__all__ = ["Charge", "Product", "Programme", "programme", "taken_off"]

Span = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Product:
    """A model of a programme: cars a year, and whether its body is shared with another car."""

    name: str
    volume: float
    shares_body: bool = False


@dataclass(frozen=True, slots=True)
class Charge:
    """A step that a programme needs: how many units of it, for what, EUR and EUR/yr.

    Below zero where another step already holds it.
    """

    rung: str
    label: str
    reason: str
    times: float
    amount: Span
    annual: Span
    status: str


@dataclass(frozen=True, slots=True)
class Programme:
    """What a choice of platform must buy.

    Args:
        charges: The steps.
        amount: Sum at launch, low, base, high, EUR.
        annual: Sum per year with renewal, EUR/yr.
        per_car: The same over the cars, EUR.
    """

    charges: tuple[Charge, ...]
    amount: Span
    annual: Span
    per_car: Span


def programme(
    rungs: Sequence[Rung],
    products: Sequence[Product],
    rate: float,
    develops: bool,
    own_lines: bool,
) -> Programme:
    """Return the steps that models on a platform need, and their cost.

    A platform that `develops` pays its development once; a model that shares no body pays a top
    hat for its volume; on `own_lines` the whole volume pays line conversions, else each model is
    added to a running line. Both a top hat and a line conversion hold a body shop: it is taken off
    once for the volume that pays both. No label is read.

    Raises:
        ValueError: No product, a volume that is not above zero, or a step the ladder lacks.
    """
    if not products or any(p.volume <= 0 for p in products):
        raise ValueError("a programme needs models, each with a volume above zero")
    steps = {rung.label: rung for rung in rungs}
    charges = tuple(_charges(steps, products, rate, develops, own_lines))
    volume = sum(p.volume for p in products)
    amount = _sum(c.amount for c in charges)
    yearly = _sum(c.annual for c in charges)
    return Programme(
        charges, amount, yearly, (yearly[0] / volume, yearly[1] / volume, yearly[2] / volume)
    )


def _charges(
    steps: Mapping[str, Rung],
    products: Sequence[Product],
    rate: float,
    develops: bool,
    own_lines: bool,
) -> Iterator[Charge]:
    if develops:
        yield _charge(steps, "platform development", "a platform of its own", rate)
    for product in products:
        if not product.shares_body:
            why = f"body of {product.name}, {product.volume:,.0f} a year"
            yield _charge(steps, "top hat", why, rate, product.volume)
        if not own_lines:
            yield _charge(steps, "running line", product.name, rate)
    if own_lines:
        volume = sum(p.volume for p in products)
        why = f"lines for {volume:,.0f} cars a year"
        yield _charge(steps, "line conversion", why, rate, volume)
        if twice := sum(p.volume for p in products if not p.shares_body):
            why = f"in the top hats of {twice:,.0f} cars a year, off their lines"
            yield _taken_off(_charge(steps, "body shop", why, rate, twice))


def _taken_off(charge: Charge) -> Charge:
    return replace(
        charge,
        times=-charge.times,
        amount=taken_off(charge.amount),
        annual=taken_off(charge.annual),
    )


def taken_off(span: Span) -> Span:
    """Return low, base and high of what an interval takes off: its high takes most."""
    low, base, high = span
    return -high, -base, -low


def _charge(
    steps: Mapping[str, Rung], label: str, why: str, rate: float, capacity: float | None = None
) -> Charge:
    if label not in steps or (rung := steps[label]).amount is None:
        raise ValueError(f"the ladder has no price of the step {label!r}")
    times = 1.0 if rung.size is None or capacity is None else capacity / rung.size
    low, base, high = (times * amount for amount in rung.amount)
    yearly = annual(rung, rate, capacity)
    return Charge(rung.id, label, why, times, (low, base, high), yearly, rung.status)


def _sum(spans: Iterator[Span]) -> Span:
    """Return the sum of intervals, all at their edge together."""
    lows, bases, highs = zip(*spans, strict=True)
    return sum(lows), sum(bases), sum(highs)
