"""Component equations: which parts a powertrain needs, and what one part costs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wheelbase.catalogue import Powertrain
from wheelbase.cost.basis import Basis, learned
from wheelbase.units import show

__all__ = ["Line", "Part", "line", "parts_of"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a car and its size: power in W, volume in m3, mass in kg, gears."""

    equation: str
    quantity: int = 1
    power: float = 0.0
    volume: float = 0.0
    mass: float = 0.0
    gears: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill, EUR of the base year.

    Args:
        part: What is bought.
        quantity: How many.
        cost: Of all of them.
        low: Least cost.
        high: Greatest cost.
        equation: The equation with its figures.
        inputs: Size of the part in words.
        source: Key of the list of sources.
        status: Of the equation.
        learning: Which clock moved it, and by what factor.
    """

    part: str
    quantity: int
    cost: float
    low: float
    high: float
    equation: str
    inputs: Mapping[str, str]
    source: str
    status: str
    learning: str


def parts_of(powertrain: Powertrain, style: str) -> Iterator[Part]:
    """Yield the parts of a powertrain, body left out; `style` is "sedan" or "suv"."""
    if powertrain.engine is not None:
        yield from _combustion(powertrain, style)
    if powertrain.kind == "bev":
        yield from _electric(powertrain, style)
    elif powertrain.units:
        yield from _plug_in(powertrain)
    else:
        names = ("hvac-ice", "coolant-ice", "harness-low-ice", "start-stop")
        yield from (Part(name) for name in names)
    yield Part("battery-12v")


def _combustion(powertrain: Powertrain, style: str) -> Iterator[Part]:
    engine, gearbox = powertrain.engine, powertrain.gearbox
    assert engine is not None and gearbox is not None
    volume, gears = engine.displacement, len(gearbox.ratios)
    if engine.fuel == "diesel":
        yield Part("block-diesel", volume=volume)
        yield Part("aftertreatment-diesel", volume=volume)
    else:
        yield Part("block-hybrid" if powertrain.units else "block", volume=volume)
        yield Part("particulate-filter", volume=volume)
    for name in ("valve-timing", "turbo", "injection"):
        if name != "turbo" or engine.technology.startswith(("turbo", "diesel")):
            yield Part(name)
    yield Part("exhaust")
    yield Part(f"fuel-{style}")
    if powertrain.units:
        power = sum(unit.peak_power for unit in powertrain.units)
        yield Part("hybrid-gearbox", power=power, gears=gears)
    else:
        yield Part("automatic", gears=gears)


def _electric(powertrain: Powertrain, style: str) -> Iterator[Part]:
    for n, unit in enumerate(powertrain.units):
        yield Part("motor" if n == 0 else "motor-second", power=unit.peak_power)
        yield Part("inverter", power=unit.peak_power)
        yield Part(f"reduction-{style}")
    for name in ("harness-high", "harness-low", "coolant"):
        yield Part(f"{name}-{style}")
    yield Part("hvac-plug")
    yield Part("cord")
    yield Part("charger", power=powertrain.charger or 0.0)


def _plug_in(powertrain: Powertrain) -> Iterator[Part]:
    yield Part("inverter", power=sum(unit.peak_power for unit in powertrain.units))
    for name in ("harness-high-phev", "harness-low-phev", "coolant-phev", "hvac-plug", "cord"):
        yield Part(name)
    yield Part("charger", power=powertrain.charger or 0.0)


def line(part: Part, year: int, basis: Basis) -> Line:
    """Return the line of a part in a year: fixed + slope x size, deflated, converted, learned."""
    equation = basis.facts.cost_equation[part.equation]
    origin = basis.facts.cost_equation.origins
    terms = (
        ("fixed", equation.fixed, 1.0, "", ""),
        ("per_power", equation.per_power, part.power, "kW", "power"),
        ("per_volume", equation.per_volume, part.volume, "l", "displacement"),
        ("per_mass", equation.per_mass, part.mass, "kg", "mass"),
        ("per_gear", equation.per_gear, float(part.gears), "-", "gears"),
    )
    total, words, inputs = 0.0, [], {}
    for name, money, size, unit, meaning in terms:
        if money is None:
            continue
        total += basis.prices.real(money) * size
        fact = origin[part.equation, name]
        words.append(f"{fact.value} {fact.unit}" + (f" x {show(size, unit)}" if unit else ""))
        if unit:
            inputs[meaning] = show(size, unit)
    clock = basis.learning()[equation.learning]
    factor = learned(clock, year)
    cost = total * factor * part.quantity
    source = next(origin[part.equation, n].source for n, money, *_ in terms if money is not None)
    return Line(
        part=equation.part,
        quantity=part.quantity,
        cost=cost,
        low=cost * equation.spread_low,
        high=cost * equation.spread_high,
        equation=" + ".join(words),
        inputs=inputs,
        source=source,
        status="published",
        learning=f"{clock.id} clock from {clock.base_year}: x {factor:.3f}",
    )
