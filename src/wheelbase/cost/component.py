"""Component equations: which parts a powertrain needs, and what one part costs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wheelbase.catalogue import CostEquation, DriveUnit, Group, Powertrain
from wheelbase.cost.basis import Basis, firmness, weakest
from wheelbase.cost.learning import learned
from wheelbase.prices import Money
from wheelbase.units import show

__all__ = ["Line", "Part", "carried", "cost_of", "glider_of", "line", "parts_of"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a car and its size: power in W, volume in m3, mass in kg, gears.

    `place` tells it from its like where a car has two.
    """

    equation: str
    quantity: int = 1
    power: Any = 0.0
    volume: Any = 0.0
    mass: Any = 0.0
    gears: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill, EUR of the base year.

    Args:
        part: What is bought.
        group: What it belongs to.
        quantity: How many.
        cost: Of all of them.
        low: Least cost.
        high: Greatest cost.
        equation: The equation with its figures.
        inputs: Size of the part in words.
        source: Key of the list of sources.
        status: The weakest of the facts that it rests on, deflators and rates among them, its
            interval left out.
        learning: Which clock moved it, and by what factor.
    """

    part: str
    group: Group
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
    """Yield the parts of a powertrain, body and glider left out; `style` is "sedan" or "suv"."""
    if powertrain.engine is not None:
        yield from _combustion(powertrain, style)
    if powertrain.kind == "bev":
        yield from _electric(powertrain, style)
    elif powertrain.kind == "phev":
        yield from _plug_in(powertrain, style)
    elif powertrain.kind == "hev":
        yield from _hybrid(powertrain, style)
    else:
        yield from _plain(powertrain)
    yield Part("battery-12v")


def carried(powertrain: Powertrain, mass: Any, equations: Iterable[CostEquation]) -> Iterator[Part]:
    """Yield the parts whose equations say themselves that cars of this kind have them.

    Args:
        powertrain: Its power, displacement and gears are the sizes of the parts.
        mass: Curb mass of the car, kg.
        equations: Of the catalogue.
    """
    engine, gearbox = powertrain.engine, powertrain.gearbox
    power = sum(unit.peak_power for unit in powertrain.units)
    volume = 0.0 if engine is None else engine.displacement
    gears = 0 if gearbox is None else len(gearbox.ratios)
    for item in equations:
        if powertrain.kind in item.carried_by:
            yield Part(item.id, power=power, volume=volume, mass=mass, gears=gears)


def glider_of(masses: Mapping[str, float], style: str) -> Iterator[Part]:
    """Yield body and glider from the mass groups of a car (kg).

    Args:
        masses: As `integrate` gives them: structure, tunnel, trim, brakes and axles.
        style: "sedan" or "suv".
    """
    carried = ("structure", "tunnel", "carry-over fixings")
    yield Part(f"body-{style}", mass=sum(masses.get(group, 0.0) for group in carried))
    yield Part("closures", mass=masses["trim"])
    yield Part("interior", mass=masses["trim"])
    yield Part("driver-assistance")
    yield Part("chassis", mass=masses["brakes and axles"])
    yield Part("chassis-fixed")
    yield Part("assembly")


def _combustion(powertrain: Powertrain, style: str) -> Iterator[Part]:
    engine = powertrain.engine
    assert engine is not None
    v = "-v" if engine.layout == "v" else ""
    volume, hybrid = engine.displacement, powertrain.kind in ("hev", "phev")
    diesel, words = engine.fuel == "diesel", engine.technology
    if diesel:
        yield Part("block-diesel", volume=volume)
        yield Part("aftertreatment-diesel", volume=volume)
    else:
        yield Part(f"block{v}-hybrid" if hybrid else f"block{v}", volume=volume)
        yield Part("particulate-filter", volume=volume)
        yield Part("catalyst", volume=volume)
    yield Part(f"valve-timing{v}")
    if diesel or any(word in words for word in ("turbo", "miller", "mild-hybrid")):
        yield Part(f"turbo{v}")
    yield Part(f"injection{v}")
    if "deac" in words:
        yield Part(f"deactivation{v}")
    if "atkinson" in words or words == "hybrid-petrol":
        yield Part("egr")
    yield Part(f"exhaust{v}")
    yield Part(f"fuel-{style}")
    yield from _gearbox(powertrain, style)


def _gearbox(powertrain: Powertrain, style: str) -> Iterator[Part]:
    """Yield gearbox, with its machines in a hybrid, and the driven second axle."""
    gearbox, kind = powertrain.gearbox, powertrain.kind
    assert gearbox is not None
    gears, units = len(gearbox.ratios), powertrain.units
    if powertrain.topology == "power-split":
        yield Part("power-split")
    elif kind in ("hev", "phev"):
        yield Part("hybrid-gearbox", power=units[0].peak_power, gears=gears)
    else:
        name = next((n for n in ("manual", "dct", "cvt") if n in gearbox.technology), "automatic")
        yield Part(name, gears=0 if name in ("manual", "cvt") else gears)
    if powertrain.drive == "awd" and not (kind in ("hev", "phev") and len(units) > 1):
        yield Part(f"awd-{style}")


def _electric(powertrain: Powertrain, style: str) -> Iterator[Part]:
    units = powertrain.units
    for n, unit in enumerate(units):
        yield from _drive_unit(unit, n, style, _PLACES[n] if len(units) > 1 else "")
    both = "-awd" if powertrain.drive == "awd" else ""
    for name in ("harness-high", "harness-low", "coolant"):
        yield Part(f"{name}-{style}{both}")
    yield Part("hvac-plug")
    yield Part("cord")
    yield Part("charger", power=powertrain.charger or 0.0)


_PLACES = ("first drive unit", "second drive unit", "third drive unit")


def _drive_unit(unit: DriveUnit, n: int, style: str, place: str) -> Iterator[Part]:
    """Yield machine, inverter and reduction gear of a unit that drives an axle by itself."""
    yield Part(_machine(unit, n), power=unit.peak_power, place=place)
    yield _inverter(unit, place)
    yield Part(f"reduction-{style}", place=place)


def _inverter(unit: DriveUnit, place: str = "") -> Part:
    name = "inverter-sic" if unit.inverter == "sic" else "inverter"
    return Part(name, power=unit.peak_power, place=place)


def _hybrid_machines(powertrain: Powertrain, style: str) -> Iterator[Part]:
    """Yield the inverter of the machine in the gearbox, and the units that drive axles (P4)."""
    first, *others = powertrain.units
    yield _inverter(first)
    for n, unit in enumerate(others, 1):
        yield from _drive_unit(unit, n, style, _PLACES[n])


def _machine(unit: DriveUnit, place: int) -> str:
    """Return the equation of a machine by its kind, and by whether another one drives the car."""
    if unit.technology == "eesm":
        return "motor-eesm"
    if unit.technology == "asm":
        return "motor-second" if place else "motor-induction"
    return "motor"


def _plug_in(powertrain: Powertrain, style: str) -> Iterator[Part]:
    yield from _hybrid_machines(powertrain, style)
    for name in ("harness-high-phev", "harness-low-phev", "coolant-phev", "hvac-plug", "cord"):
        yield Part(name)
    yield Part("charger", power=powertrain.charger or 0.0)


def _hybrid(powertrain: Powertrain, style: str) -> Iterator[Part]:
    yield from _hybrid_machines(powertrain, style)
    for name in ("harness-high-hev", "harness-low-ice", "coolant-hev", "hvac-ice", "converter"):
        yield Part(name)


def _plain(powertrain: Powertrain) -> Iterator[Part]:
    """Yield what a car driven by its engine alone has; a mild one starts with its 48 V machine."""
    engine = powertrain.engine
    v = "-v" if engine is not None and engine.layout == "v" else ""
    for name in ("hvac-ice", f"coolant-ice{v}", "harness-low-ice"):
        yield Part(name)
    if powertrain.kind == "mhev":
        yield Part("set-48v")
    elif powertrain.start_stop > 0:
        yield Part("start-stop")


def cost_of(part: Part, year: int, basis: Basis) -> Any:
    """Return what a part costs in a year: fixed + slope x size, deflated, converted, learned.

    EUR of the base year; a column (V, 1) where its size is one.
    """
    equation = basis.facts.cost_equation[part.equation]
    terms = ((money, size) for _, money, size, *_ in _terms(equation, part) if money is not None)
    total = sum(basis.prices.real(money) * size for money, size in terms)
    return total * _clock(equation, year, basis)[0] * part.quantity


def _terms(
    equation: CostEquation, part: Part
) -> tuple[tuple[str, Money | None, Any, str, str], ...]:
    """Return field, money, size, unit of the size and its meaning, for each term."""
    return (
        ("fixed", equation.fixed, 1.0, "", ""),
        ("per_power", equation.per_power, part.power, "kW", "power"),
        ("per_volume", equation.per_volume, part.volume, "l", "displacement"),
        ("per_mass", equation.per_mass, part.mass, "kg", "mass"),
        ("per_gear", equation.per_gear, float(part.gears), "-", "gears"),
    )


def line(part: Part, year: int, basis: Basis) -> Line:
    """Return the line of a part in a year, with its equation in words."""
    equation = basis.facts.cost_equation[part.equation]
    origin = basis.facts.cost_equation.origins
    terms = _terms(equation, part)
    words, inputs = [], {}
    for name, money, size, unit, meaning in terms:
        if money is None:
            continue
        fact = origin[part.equation, name]
        words.append(f"{fact.value} {fact.unit}" + (f" x {show(size, unit)}" if unit else ""))
        if unit:
            inputs[meaning] = show(size, unit)
    clock = _clock(equation, year, basis)[1]
    cost = cost_of(part, year, basis)
    used = [origin[part.equation, n] for n, money, *_ in terms if money is not None]
    amounts = [money for _, money, *_ in terms if money is not None]
    converted = firmness(basis.facts, basis.prices, amounts)
    return Line(
        part=f"{equation.part}, {part.place}" if part.place else equation.part,
        group=equation.group,
        quantity=part.quantity,
        cost=cost,
        low=cost * equation.spread_low,
        high=cost * equation.spread_high,
        equation=" + ".join(words),
        inputs=inputs,
        source=", ".join(dict.fromkeys(fact.source for fact in used)),
        status=weakest([*(fact.status for fact in used), *converted]),
        learning=clock,
    )


def _clock(equation: CostEquation, year: int, basis: Basis) -> tuple[float, str]:
    """Return by what a part's cost falls to a year, and on which clock."""
    volumes = basis.experience(equation.group)
    if volumes is not None:
        return volumes.learned(year) * volumes.bought(), volumes.words(year)
    learning = basis.facts.learning_class[equation.learning]
    factor = learned(learning, year)
    return factor, f"{learning.id} clock from {learning.base_year}: x {factor:.3f}"
