"""Fleet CO2: what a fleet may emit, and what each gram and car beyond it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

from wheelbase.catalogue import FleetRule, Procedure
from wheelbase.errors import DataError
from wheelbase.plan.rules import RulePack, blocks

__all__ = ["Balance", "Compliance", "FleetCars", "FleetTarget", "Fleets", "Period", "comply"]
__all__ += ["marginal_car", "target_of"]


@dataclass(frozen=True, slots=True)
class FleetTarget:
    """A fleet rule in one year: target in kg/m at the reference mass, slope in kg/m per kg.

    Args:
        target: kg/m.
        slope: kg/m per kg.
        reference_mass: kg, of the kind of mass that the procedure weighs.
        premium: EUR per kg/m and car.
        procedure: In which emissions are counted.
        counted: Share of the cars, best first, that count.
        super_credit: As how many cars one below `low_emission` counts.
        super_credit_cap: Most that super-credits may take off in all years together, kg/m.
        low_emission: A car at or below it is a zero- or low-emission one, kg/m.
        discount: Such a car counts as 1 - discount x emission / low_emission.
        benchmark: Share of such cars above which the target is relieved.
        relief: Most by which it is relieved, share of the target.
        eco_innovation: Most that eco-innovations may take off, kg/m.
    """

    target: float
    slope: float
    reference_mass: float
    premium: float
    procedure: Procedure = "nedc"
    counted: float = 1.0
    super_credit: float = 1.0
    super_credit_cap: float = 0.0
    low_emission: float = 0.0
    discount: float = 0.0
    benchmark: float = 1.0
    relief: float = 0.0
    eco_innovation: float = 0.0

    def excess(self, emission: float, mass: float, relief: float = 0.0) -> float:
        """Return what a car of that mass is above its target, kg/m; negative below it."""
        return emission - self.limit(mass, relief)

    def limit(self, mass: float, relief: float = 0.0) -> float:
        """Return the specific target (T0 + a (M - M0)) (1 + relief) of a mean mass, kg/m."""
        return (self.target + self.slope * (mass - self.reference_mass)) * (1 + relief)

    def low_weight(self, emission: float) -> float:
        """Return as how many zero- or low-emission cars one of that emission counts, 0..1."""
        if self.low_emission <= 0 or emission > self.low_emission:
            return 0.0
        return 1 - self.discount * emission / self.low_emission

    def as_nedc(self, wltp_over_nedc: float, mass_margin: float) -> "FleetTarget":
        """Return a target of equal premiums for NEDC emissions and masses in running order.

        E_wltp = f E_nedc, so T, a and the limits are divided by f and the premium times f.

        Args:
            wltp_over_nedc: f.
            mass_margin: Test mass less mass in running order, kg.
        """
        if self.procedure == "nedc":
            return self
        scaled = ("target", "slope", "low_emission", "super_credit_cap", "eco_innovation")
        values: dict[str, Any] = {name: getattr(self, name) / wltp_over_nedc for name in scaled}
        values["premium"] = self.premium * wltp_over_nedc
        values["reference_mass"] = self.reference_mass - mass_margin
        return replace(self, procedure="nedc", **values)


def target_of(rule: FleetRule, year: int) -> FleetTarget:
    """Return the rule in force in `year`: the newest entry of each series not after it.

    `premium` is EUR per kg/m and car: nominal EUR per g/km, taken as real. A rule that amends
    another is to be completed by `rule_pack` first.

    Raises:
        DataError: No target, slope or reference mass yet in that year.
    """
    series = {n: getattr(rule, n) for n in ("target", "slope", "reference_mass")}
    problems = [
        f"fleet_rule {rule.id}: no {name} in {year}; "
        + (f"it amends {rule.amends}: complete it" if rule.amends else "choose a later year")
        for name, found in series.items()
        if not any(y <= year for y in found)
    ]
    if problems:
        raise DataError(problems)
    return FleetTarget(
        target=_in_force(rule.target, year, 0.0),
        slope=_in_force(rule.slope, year, 0.0),
        reference_mass=_in_force(rule.reference_mass, year, 0.0),
        premium=rule.premium / rule.premium_unit,
        procedure=_in_force(rule.procedure, year, "nedc"),
        counted=_in_force(rule.phase_in, year, 1.0),
        super_credit=_in_force(rule.super_credit, year, 1.0),
        super_credit_cap=rule.super_credit_cap or 0.0,
        low_emission=rule.low_emission or 0.0,
        discount=rule.low_emission_discount or 0.0,
        benchmark=_in_force(rule.benchmark, year, 1.0),
        relief=_in_force(rule.relief, year, 0.0),
        eco_innovation=_in_force(rule.eco_innovation, year, 0.0),
    )


def _in_force(series: Mapping[int, Any], year: int, default: Any) -> Any:
    known = [y for y in series if y <= year]
    return series[max(known)] if known else default


@dataclass(frozen=True, slots=True)
class FleetCars:
    """Cars of one kind registered in one year: kg/m and kg as the rule's procedure counts them."""

    emission: float
    mass: float
    cars: float


Fleets = Mapping[int, Sequence[FleetCars]]
"""Year to the cars registered in it."""


@dataclass(frozen=True, slots=True)
class Balance:
    """A fleet against its target in one year; kg/m.

    Args:
        year: The year.
        cars: Cars registered.
        charged: Cars that count, and for which a premium is due.
        mass: Mean mass of all cars, kg.
        plain: Mean emission of all cars.
        counted: Mean emission of the cars that count.
        super_credit: What super-credits take off.
        eco_innovation: What eco-innovations take off.
        average: What is compared with the target.
        low_share: Share of zero- and low-emission cars, weighted.
        relief: By which share the target is relieved.
        target: The specific target.
    """

    year: int
    cars: float
    charged: float
    mass: float
    plain: float
    counted: float
    super_credit: float
    eco_innovation: float
    average: float
    low_share: float
    relief: float
    target: float

    @property
    def excess(self) -> float:
        """Average less target, kg/m; negative where the fleet is in credit."""
        return self.average - self.target


@dataclass(frozen=True, slots=True)
class Period:
    """One compliance period: the years that are averaged, each weighing its registrations.

    Args:
        years: Its years for which a fleet was given.
        balance: Sum of excess x cars, kg/m x cars; negative in credit.
        charged: Cars that count.
        price: EUR per kg/m and car.
    """

    years: tuple[int, ...]
    balance: float
    charged: float
    price: float

    @property
    def premium(self) -> float:
        """What is due, once, EUR."""
        return self.price * max(self.balance, 0.0)

    @property
    def credit(self) -> float:
        """Premium that the fleet could save a pool which needs all of its credit, EUR."""
        return self.price * max(-self.balance, 0.0)

    @property
    def marginal_gram(self) -> float:
        """EUR for one more kg/m of the mean of the period; 0 below the target."""
        return self.price * self.charged if self.balance > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Compliance:
    """Whether a fleet complies, and what it costs if not.

    Args:
        rule: Id of the rule.
        branch: The rule in words.
        is_law: False under a proposal.
        statuses: Figure of the rule to its weakest status in these years.
        years: Year by year.
        periods: Period by period.
    """

    rule: str
    branch: str
    is_law: bool
    statuses: Mapping[str, str] = field(repr=False)
    years: tuple[Balance, ...]
    periods: tuple[Period, ...] = field(repr=False)

    @property
    def premium(self) -> float:
        """What is due in all periods, EUR."""
        return sum(p.premium for p in self.periods)

    @property
    def estimates(self) -> tuple[str, ...]:
        """Figures of the rule that are estimates."""
        return tuple(name for name, status in self.statuses.items() if status == "estimate")

    @property
    def complies(self) -> bool:
        """Whether nothing is due."""
        return self.premium <= 0.0


def comply(pack: RulePack, fleets: Fleets, eco_innovation: float = 0.0) -> Compliance:
    """Return how fleets of several years stand against the rule.

    Premium of a period = price x max(0, sum over its years of (average - target) x cars).

    Args:
        pack: The rule.
        fleets: Year to the cars registered in it.
        eco_innovation: Savings of eco-innovations, kg/m; counted up to the rule's cap.

    Raises:
        DataError: Every year without cars and every figure that is negative or not finite.

    Source: Regulation (EU) 2019/631 articles 4 to 8 and annex I; (EU) 2025/1214 for periods.
    """
    _refuse(fleets, eco_innovation)
    years, used = [], 0.0
    for year in sorted(fleets):
        balance = _balance(target_of(pack.rule, year), year, fleets[year], (used, eco_innovation))
        used += balance.super_credit
        years.append(balance)
    by_year = {b.year: b for b in years}
    periods = []
    for block in blocks(pack.rule, tuple(by_year)):
        held = [by_year[y] for y in block]
        total = sum(b.excess * b.charged for b in held)
        price = target_of(pack.rule, block[0]).premium
        periods.append(Period(block, total, sum(b.charged for b in held), price))
    statuses = pack.statuses(by_year)
    rule = pack.rule
    return Compliance(rule.id, rule.name, pack.is_law, statuses, tuple(years), tuple(periods))


def _refuse(fleets: Fleets, eco_innovation: float) -> None:
    problems = [] if fleets else ["fleet: no year; give the cars of one at least"]
    for year, fleet in fleets.items():
        for k, kind in enumerate(fleet, 1):
            figures = {"emission": kind.emission, "mass": kind.mass, "cars": kind.cars}
            problems += [
                f"fleet {year}, kind {k}: {name} {value:g} must not be negative or endless"
                for name, value in figures.items()
                if not (isfinite(value) and value >= 0)
            ]
        if not sum(kind.cars for kind in fleet) > 0:
            problems.append(f"fleet {year}: no cars; leave the year out")
    if not (isfinite(eco_innovation) and eco_innovation >= 0):
        problems.append(f"fleet: eco-innovations {eco_innovation:g} must not be negative")
    if problems:
        raise DataError(problems)


def _balance(
    rule: FleetTarget, year: int, fleet: Sequence[FleetCars], spent: tuple[float, float]
) -> Balance:
    """Return one year; `spent` are the super-credits used before and the eco-innovations."""
    cars = sum(k.cars for k in fleet)
    mass = sum(k.mass * k.cars for k in fleet) / cars
    plain = sum(k.emission * k.cars for k in fleet) / cars
    kept = _best(fleet, rule.counted * cars)
    charged = sum(k.cars for k in kept)
    total = sum(k.emission * k.cars for k in kept)
    counted = total / charged
    weighted = total / sum(
        k.cars * (rule.super_credit if k.emission < rule.low_emission else 1.0) for k in kept
    )
    left = max(rule.super_credit_cap - spent[0], 0.0)
    super_credit = min(max(counted - weighted, 0.0), left)
    eco = min(spent[1], rule.eco_innovation, counted - super_credit)
    low_share = sum(rule.low_weight(k.emission) * k.cars for k in fleet) / cars
    relief = min(max(low_share - rule.benchmark, 0.0), rule.relief)
    return Balance(
        year=year,
        cars=cars,
        charged=charged,
        mass=mass,
        plain=plain,
        counted=counted,
        super_credit=super_credit,
        eco_innovation=eco,
        average=counted - super_credit - eco,
        low_share=low_share,
        relief=relief,
        target=rule.limit(mass, relief),
    )


def _best(fleet: Sequence[FleetCars], cars: float) -> list[FleetCars]:
    """Return the cars that emit least, so many of them."""
    kept, left = [], cars
    for kind in sorted(fleet, key=lambda k: k.emission):
        taken = min(kind.cars, left)
        if taken > 0:
            kept.append(replace(kind, cars=taken))
        left -= taken
    return kept


def marginal_car(pack: RulePack, fleets: Fleets, year: int, car: FleetCars) -> float:
    """Return what one more car of a kind adds to all premiums, EUR a car; negative if it saves.

    Where the fleet is above its target and neither credits nor relief move with the car, it is
    price x (emission - T0 - a (mass - M0)).

    Args:
        pack: The rule.
        fleets: Year to the cars registered in it.
        year: Of the car.
        car: The kind; `cars` of it, more than none, are added, and the cost is divided by them.

    Raises:
        DataError: No cars of the kind, and what `comply` refuses.
    """
    if not car.cars > 0:
        raise DataError(f"fleet {year}: {car.cars:g} cars of the kind; give more than none")
    more = {**fleets, year: (*fleets.get(year, ()), car)}
    return (comply(pack, more).premium - comply(pack, fleets).premium) / car.cars
