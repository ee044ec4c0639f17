"""Sizing: the battery that a range needs and the drive units that performance needs, one loop."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import Body, Catalogue, DriveUnit, Platform, Powertrain, with_columns
from wheelbase.errors import FitError
from wheelbase.fit import Fit, fit
from wheelbase.integrate.balance import Balance, balance, stance_of
from wheelbase.integrate.mass import curb_masses, test_mass
from wheelbase.integrate.target import USUAL, Manner, Targets
from wheelbase.simulate import (
    Acceleration,
    Car,
    Certificate,
    RoadLoad,
    Scheme,
    accelerate,
    assemble,
    certify,
    gradeability,
)
from wheelbase.units import Power, convert, parse, show

__all__ = [
    "PULLING_AWAY",
    "Loop",
    "carrying",
    "closed_loop",
    "frontal_area",
    "road_of",
    "scale_limits",
    "scaled",
    "secant",
]

_MOST = 60
_TOLERANCE = 1e-7
_SMALLEST, _LARGEST = (parse(p, Power.__metadata__[0]) for p in ("75 kW", "300 kW"))  # type: ignore[attr-defined]
PULLING_AWAY = 1.0
"""Speed in m/s at which a car must hold the slope that is asked for."""


@dataclass(frozen=True, slots=True)
class Loop:
    """Where the loop of battery, drive units, mass, energy and range came to rest.

    Args:
        platform: Made for the powertrain of that size.
        fit: Where it lies.
        powertrain: With its drive units as sized.
        car: The car at the fixed point.
        masses: Group to kg.
        balance: Axle loads and centre of gravity.
        energy: Gross battery energy, J.
        scale: Power and torque of the drive units over those of the catalogue; 1 as chosen.
        range: Electric WLTP range of a battery car, of the tank otherwise, m.
        acceleration: At test mass.
        gradeability: Slope to pull away on at gross mass, rise over run on the level.
        certificates: "wltp" of the car, and "epa" unless it was left out.
        iterations: Turns taken.
        residual: Greatest relative change of battery and drive units in the last turn.
    """

    platform: Platform
    fit: Fit
    powertrain: Powertrain
    car: Car
    masses: Mapping[str, float]
    balance: Balance
    energy: float
    scale: float
    range: float
    acceleration: Acceleration
    gradeability: float
    certificates: Mapping[str, Certificate]
    iterations: int
    residual: float


@dataclass(frozen=True, slots=True)
class _Turn:
    """A car of one battery and one size, before it is known whether it rests."""

    platform: Platform
    fit: Fit
    powertrain: Powertrain
    car: Car
    masses: Mapping[str, float]
    balance: Balance
    wltp: Certificate


def closed_loop(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    targets: Targets,
    facts: Catalogue,
    manner: Manner = USUAL,
) -> Loop:
    """Return the car at rest: with the battery and drive units that reach the targets.

    Battery and size are substituted until neither moves, which contracts: a kWh adds far less
    consumption than range, a kW far less mass than push. The battery alone follows the secant.

    Args:
        platform: Hard points and everything it carries.
        body: Size, drag, tyres, payload.
        powertrain: Its `battery` is the energy asked for where no range is.
        targets: Range of a battery car, performance where drive units are sized.
        facts: The catalogue.
        manner: Where to begin, what is known, what to leave out.

    Raises:
        FitError: The powertrain or the energy asked for does not fit, or the loop does not settle.
    """
    name = f"{powertrain.id}@{platform.id}.{body.id}"
    if targets.sized and powertrain.kind != "bev":
        raise FitError(f"{name}: only the drive units of a battery car are sized; name another one")
    placed = manner.placed or fit(platform, body, powertrain, facts, manner.draws)
    _refuse_no_room(name, placed, powertrain, facts)
    low, high = scale_limits(powertrain) if targets.sized else (1.0, 1.0)
    ranged, made = _to_range(powertrain, targets), platform
    scale = min(max(manner.scale, low), high)
    energy = _asked(placed, powertrain, targets) * (manner.battery if ranged else 1.0)
    residual, before = 1.0, None
    for turn in range(1, _MOST + 1):
        train = scaled(powertrain, scale)
        if targets.sized:
            made = carrying(platform, train)
            placed = fit(made, body, train, facts, manner.draws)
            _refuse_conflicts(placed)
        most = _asked(placed, powertrain, targets)
        energy = min(energy, most) if ranged else most
        now = _turn(placed, made, body, train, energy, targets.year, facts)
        wanted = energy
        if ranged:
            assert targets.range is not None
            wanted = min(energy * targets.range / now.wltp.electric_range, placed.energy_fit)
        size = min(max(scale * _growth(now, body, targets, facts), low), high)
        residual = max(abs(wanted / energy - 1) if energy else 0.0, abs(size / scale - 1))
        if residual < _TOLERANCE:
            rest = _at_rest(now, body, energy, scale, facts)
            rest = replace(rest, iterations=turn, residual=residual)
            return rest if manner.brief else _labelled(rest, facts)
        line = secant(before, energy, wanted, placed.energy_fit)
        before, energy = (energy, wanted), wanted if targets.sized else float(line)
        scale = size
    raise FitError(
        f"{name}: targets: the loop of battery, drive units and mass still moves by {residual:.1e} "
        f"after {_MOST} turns; ask for a shorter range or less acceleration"
    )


def secant(before: tuple[Any, Any] | None, energy: Any, wanted: Any, most: Any) -> NDArray[Any]:
    """Return the next energy: where the line through the last two turns wants no change, J.

    Args:
        before: Energy and energy wanted in the turn before, (V, 1) or numbers; None in the first.
        energy: Of this turn, J.
        wanted: What this turn asks for, J; taken as it is where the line leads far from it.
        most: The most that fits, J.
    """
    if before is None:
        return np.asarray(wanted)
    gap, last = wanted - energy, before[1] - before[0]
    moved = np.where(gap == last, 1.0, gap - last)
    found = energy - gap * (energy - before[0]) / moved
    kept = (gap != last) & (found > 0.5 * wanted) & (found < 2 * wanted)
    return np.asarray(np.minimum(np.where(kept, found, wanted), most))


def _to_range(powertrain: Powertrain, targets: Targets) -> bool:
    return powertrain.kind == "bev" and targets.range is not None


def _refuse_no_room(name: str, placed: Fit, powertrain: Powertrain, facts: Catalogue) -> None:
    """Refuse a powertrain that collides, or a battery car whose cells find no room at all."""
    _refuse_conflicts(placed)
    cell = powertrain.cell
    if powertrain.kind != "bev" or cell is None or placed.energy_fit > 0:
        return
    need = convert(cell.height + cell.vertical_add, "mm")
    cap = convert(facts.chain_constant["slab-cap"].value, "mm")
    cures = [r.change for r in placed.remedies if r.energy > 0]
    remedy = f"change {' or '.join(cures)}" if cures else "take a cell that is lower"
    raise FitError(
        f"{name}: battery: cell {cell.id} is {convert(cell.height, 'mm'):.0f} mm high and makes a "
        f"pack of {need:.0f} mm, of which no layer fits (a pack under a floor is usually at most "
        f"{cap:.0f} mm high); {remedy}"
    )


def _refuse_conflicts(placed: Fit) -> None:
    """Raise FitError with every conflict and its remedy where it does not fit."""
    if placed.status != "fits":
        name = f"{placed.powertrain}@{placed.platform}.{placed.body}"
        raise FitError(f"{name}: {c.text}; {c.remedy}" for c in placed.conflicts)


def _asked(placed: Fit, powertrain: Powertrain, targets: Targets) -> float:
    """Return the energy to begin with: what is asked for, or what fits, J."""
    if powertrain.cell is None:
        return 0.0
    if powertrain.battery is None or _to_range(powertrain, targets):
        return placed.energy_fit
    if powertrain.battery > placed.energy_fit:
        short = show(powertrain.battery - placed.energy_fit, "kWh")
        raise FitError(
            f"{powertrain.id}@{placed.platform}.{placed.body}: battery: "
            f"{show(powertrain.battery, 'kWh')} asked, {show(placed.energy_fit, 'kWh')} fit, "
            f"{short} too much; ask for less"
        )
    return powertrain.battery


def scale_limits(powertrain: Powertrain) -> tuple[float, float]:
    """Return how far its drive units may be scaled: 75 to 300 kW each, where their losses hold."""
    powers = [unit.peak_power for unit in powertrain.units]
    return _SMALLEST / min(powers), max(_LARGEST / max(powers), _SMALLEST / min(powers))


def scaled(powertrain: Powertrain, scale: Any) -> Powertrain:
    """Return the powertrain with power, torque and known mass of every drive unit times `scale`.

    A column (V, 1) of scales makes one powertrain that stands for many.

    Speed and gear stay; published outer sizes do not hold for another size and are left to the
    chains.
    """
    if np.all(scale == 1.0):
        return powertrain

    def grown(unit: DriveUnit | None) -> DriveUnit | None:
        if unit is None:
            return None
        made = replace if np.ndim(scale) == 0 else with_columns
        return made(
            unit,
            peak_power=unit.peak_power * scale,
            peak_torque=unit.peak_torque * scale,
            mass=None if unit.mass is None else unit.mass * scale,
            length=None,
            width=None,
            height=None,
        )

    return with_columns(
        powertrain,
        rear_unit=grown(powertrain.rear_unit),
        front_unit=grown(powertrain.front_unit),
        second_rear_unit=grown(powertrain.second_rear_unit),
    )


def carrying(platform: Platform, train: Powertrain) -> Platform:
    """Return the platform made for the powertrain in its new size."""
    carried = tuple(train if t.id == train.id else t for t in platform.powertrains)
    return with_columns(platform, powertrains=carried)


def frontal_area(body: Body, facts: Catalogue) -> Any:
    """Return the frontal area in m2: as given, or a share of width times height."""
    if body.area is not None:
        return body.area
    return facts.vehicle_constant["frontal-area-share"].value * body.W103 * body.H100


def _turn(
    placed: Fit,
    platform: Platform,
    body: Body,
    train: Powertrain,
    energy: float,
    year: int,
    facts: Catalogue,
) -> _Turn:
    masses = curb_masses(placed, platform, body, train, energy, facts)
    mass = test_mass(sum(masses.values()), body.payload, facts)
    stand = balance(placed, body, train, masses, mass, facts)
    stance = stance_of(stand.test, placed.wheelbase, facts)
    car = assemble(train, road_of(mass, body, facts), energy, facts, stance)
    return _Turn(
        platform, placed, train, car, masses, stand, certify(car, Scheme.WLTP, facts, year)
    )


def road_of(mass: Any, body: Body, facts: Catalogue) -> RoadLoad:
    """Return the road load of a body at a mass in kg."""
    area = frontal_area(body, facts)
    return RoadLoad.design(mass, body.drag * area, body.rolling, body.tyre_radius, facts)


def _slope(now: _Turn, body: Body, facts: Catalogue) -> float:
    """Return the slope that the fully laden car pulls away on, rise over run on the level."""
    loaded = now.balance.loaded
    stance = stance_of(loaded, now.fit.wheelbase, facts)
    car = replace(now.car, road=road_of(loaded.mass, body, facts), stance=stance)
    sine = float(gradeability(car, PULLING_AWAY))
    return sine / sqrt(max(1 - sine * sine, 1e-12))


def _growth(now: _Turn, body: Body, targets: Targets, facts: Catalogue) -> float:
    """Return the factor on the drive units that the most demanding performance target asks for."""
    if not targets.sized:
        return 1.0
    wanted = []
    if targets.acceleration_0_100 is not None:
        found = accelerate(now.car)
        wanted.append(found.time_0_100 / targets.acceleration_0_100 if found.reaches_100 else 2.0)
    if targets.gradeability is not None:
        wanted.append(targets.gradeability / max(_slope(now, body, facts), 1e-3))
    return min(max(*wanted, 0.5), 2.0)


def _at_rest(now: _Turn, body: Body, energy: float, scale: float, facts: Catalogue) -> Loop:
    return Loop(
        platform=now.platform,
        fit=now.fit,
        powertrain=now.powertrain,
        car=now.car,
        masses=now.masses,
        balance=now.balance,
        energy=energy,
        scale=scale,
        range=now.wltp.range,
        acceleration=accelerate(now.car),
        gradeability=_slope(now, body, facts),
        certificates={"wltp": now.wltp},
        iterations=1,
        residual=0.0,
    )


def _labelled(loop: Loop, facts: Catalogue) -> Loop:
    """Return the car at rest with its EPA label too."""
    epa = certify(loop.car, Scheme.EPA, facts)
    return replace(loop, certificates={**loop.certificates, "epa": epa})
