"""Many cars of one kind closed on themselves: the verb `integrate` over columns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import Body, Catalogue, Platform, Powertrain
from wheelbase.errors import FitError
from wheelbase.fit import Fits, fit_many
from wheelbase.integrate.balance import Balance, balance, stance_of
from wheelbase.integrate.mass import curb_masses, test_mass
from wheelbase.integrate.size import (
    PULLING_AWAY,
    carrying,
    road_of,
    scale_limits,
    scaled,
    secant,
)
from wheelbase.integrate.target import Targets
from wheelbase.simulate import (
    Approved,
    Backend,
    Car,
    FullLoad,
    approve_many,
    assemble,
    full_load_of,
)
from wheelbase.simulate import gradeability as steepest

__all__ = ["Variants", "integrate_many"]

Array = NDArray[np.float64]

_MOST = 60
_TOLERANCE = {Backend.NUMPY: 1e-7, Backend.JAX: 1e-7, Backend.JAX_SINGLE: 3e-6}
_SLACK = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Variants:
    """Many cars of one powertrain in one kind of body and platform, each closed on itself.

    Every figure is a column (V, 1), or a number that all share, as in `Variant`.

    Args:
        id: "powertrain@platform.body".
        fits: Where the parts lie.
        body: Its body.
        powertrain: With drive units as sized.
        masses: Group to kg.
        balance: Axle loads and centre of gravity.
        battery_energy: Gross energy installed, J; where what is asked for does not fit, what fits.
        holds: Whether the energy asked for fits.
        scale: Power and torque of the drive units over those of the catalogue.
        approved: What the WLTP would print.
        full: Full-load performance.
        gradeability: Slope to pull away on at gross mass, rise over run on the level.
        missed: Target to whether a car misses it, for each target that there is.
        residual: Greatest relative change of battery and drive units in the last turn.
        settled: Whether the loop came to rest; the figures of a car mean nothing where not.
        turns: How often the loop was gone through.
    """

    id: str
    fits: Fits = field(repr=False)
    body: Body = field(repr=False)
    powertrain: Powertrain = field(repr=False)
    masses: Mapping[str, Any] = field(repr=False)
    balance: Balance = field(repr=False)
    battery_energy: Any
    holds: Any
    scale: Any
    approved: Approved
    full: FullLoad
    gradeability: Any
    missed: Mapping[str, Any]
    residual: Any
    settled: Any
    turns: int

    @property
    def curb_mass(self) -> Any:
        """Mass without driver, tank 90 % full, kg."""
        return sum(self.masses.values())


@dataclass(frozen=True, slots=True)
class _Job:
    """What stays the same while the loop turns."""

    platform: Platform
    body: Body
    powertrain: Powertrain
    targets: Targets
    facts: Catalogue
    backend: Backend

    @property
    def ranged(self) -> bool:
        """Whether the battery is sized to a range."""
        return self.powertrain.kind == "bev" and self.targets.range is not None


@dataclass(frozen=True, slots=True)
class _Turn:
    """Cars of one battery and one size each, before it is known whether they rest."""

    fits: Fits
    powertrain: Powertrain
    car: Car
    masses: Mapping[str, Any]
    balance: Balance
    approved: Approved


def integrate_many(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    targets: Targets,
    facts: Catalogue,
    many: int,
    backend: Backend = Backend.NUMPY,
) -> Variants:
    """Return the cars on which battery, mass, energy and range agree, as `integrate` does.

    The loop is that of one car; a car that rests stays, so no car depends on those beside it.
    Left out: EPA label, warm cycles, levers on a missed target.

    Args:
        platform: Its given hard points may be columns (V, 1).
        body: Its figures likewise.
        powertrain: Likewise.
        targets: Likewise.
        facts: The catalogue.
        many: V, the number of cars; every one must fit by the chains.
        backend: Where the cycles are driven.

    Raises:
        FitError: The drive units of a car with an engine are to be sized.
    """
    job = _Job(platform, body, powertrain, targets, facts, backend)
    name = f"{powertrain.id}@{platform.id}.{body.id}"
    if targets.sized and powertrain.kind != "bev":
        raise FitError(f"{name}: only the drive units of a battery car are sized; name another one")
    now, energy, scale, holds, residual, settled, turns = _rest(job, many)
    slope = _slope(now, body, facts)
    full = full_load_of(now.car)
    found = Variants(
        id=name,
        fits=now.fits,
        body=body,
        powertrain=now.powertrain,
        masses=now.masses,
        balance=now.balance,
        battery_energy=energy,
        holds=holds,
        scale=scale,
        approved=now.approved,
        full=full,
        gradeability=slope,
        missed={},
        residual=residual,
        settled=settled,
        turns=turns,
    )
    return replace(found, missed=dict(_missed(found, targets)))


def _rest(job: _Job, many: int) -> tuple[_Turn, Array, Array, Any, Array, Any, int]:
    """Return where the loop rests: energy, scale, whether the energy fits, residual, whether it
    settled, and the turns that it took."""
    low, high = scale_limits(job.powertrain) if job.targets.sized else (1.0, 1.0)
    scale = np.clip(np.ones((many, 1)), low, high)
    fits = _fitted(job, scale)
    energy, holds = _asked(job, fits, many)
    before: tuple[Array, Array] | None = None
    resting = np.zeros((many, 1), dtype=bool)
    for turn in range(1, _MOST + 1):
        if job.targets.sized:
            fits = _fitted(job, scale)
            most, holds = _asked(job, fits, many)
            energy = np.minimum(energy, most) if job.ranged else most
        now = _turn(job, fits, energy, scale)
        wanted = energy
        if job.ranged and job.targets.range is not None:
            wanted = energy * job.targets.range / now.approved.electric_range
            wanted = np.minimum(wanted, fits.energy_fit)
        size = np.clip(scale * _growth(job, now), low, high)
        change = np.where(energy > 0, np.abs(wanted / np.where(energy > 0, energy, 1.0) - 1), 0.0)
        residual = np.maximum(change, np.abs(size / scale - 1))
        resting = resting | (residual < _TOLERANCE[job.backend])
        if np.all(resting) or turn == _MOST:
            break
        follow = wanted if job.targets.sized else secant(before, energy, wanted, fits.energy_fit)
        before = (energy, wanted)
        energy, scale = np.where(resting, energy, follow), np.where(resting, scale, size)
    return now, energy, scale, holds, residual, resting, turn


def _fitted(job: _Job, scale: Array) -> Fits:
    train = scaled(job.powertrain, scale) if job.targets.sized else job.powertrain
    made = carrying(job.platform, train) if job.targets.sized else job.platform
    return fit_many(made, job.body, train, job.facts)


def _asked(job: _Job, fits: Fits, many: int) -> tuple[Array, Any]:
    """Return the energy to begin with, at most what fits, (V, 1) J, and whether it is what is
    asked for."""
    train = job.powertrain
    if train.cell is None:
        return np.zeros((many, 1)), True
    most = np.broadcast_to(fits.energy_fit, (many, 1))
    if train.battery is None or job.ranged:
        return np.array(most), True
    return np.minimum(train.battery, most), train.battery <= most


def _turn(job: _Job, fits: Fits, energy: Array, scale: Array) -> _Turn:
    train = scaled(job.powertrain, scale) if job.targets.sized else job.powertrain
    body, facts = job.body, job.facts
    masses = curb_masses(fits, job.platform, body, train, energy, facts)
    mass = test_mass(sum(masses.values()), body.payload, facts)
    stand = balance(fits, body, train, masses, mass, facts)
    stance = stance_of(stand.test, fits.wheelbase, facts)
    car = assemble(train, road_of(mass, body, facts), energy, facts, stance)
    approved = approve_many(car, job.targets.year, job.backend)
    return _Turn(fits, train, car, masses, stand, approved)


def _slope(now: _Turn, body: Body, facts: Catalogue) -> Any:
    """Return the slope that the fully laden cars pull away on, rise over run on the level."""
    loaded = now.balance.loaded
    stance = stance_of(loaded, now.fits.wheelbase, facts)
    car = replace(now.car, road=road_of(loaded.mass, body, facts), stance=stance)
    sine = steepest(car, PULLING_AWAY)
    return sine / np.sqrt(np.maximum(1 - sine * sine, 1e-12))


def _growth(job: _Job, now: _Turn) -> Any:
    """Return the factor on the drive units that the most demanding performance target asks for."""
    targets = job.targets
    if not targets.sized:
        return 1.0
    wanted: Any = 0.5
    if targets.acceleration_0_100 is not None:
        full = full_load_of(now.car)
        more = np.where(full.reaches_100, full.time_0_100 / targets.acceleration_0_100, 2.0)
        wanted = np.maximum(wanted, more)
    if targets.gradeability is not None:
        slope = _slope(now, job.body, job.facts)
        wanted = np.maximum(wanted, targets.gradeability / np.maximum(slope, 1e-3))
    return np.minimum(wanted, 2.0)


def _missed(found: Variants, targets: Targets) -> Iterator[tuple[str, Any]]:
    """Yield each target with whether a car misses it, as `gaps` finds for one."""
    full = found.full
    if targets.range is not None:
        yield "range", found.approved.electric_range < targets.range * (1 - _SLACK)
    if (limit := targets.acceleration_0_100) is not None:
        yield "acceleration_0_100", ~full.reaches_100 | (full.time_0_100 > limit * (1 + _SLACK))
    if targets.gradeability is not None:
        yield "gradeability", found.gradeability < targets.gradeability * (1 - _SLACK)
    if targets.boot is not None:
        yield "boot", found.fits.boot < targets.boot
    if targets.payload is not None:
        yield "payload", found.body.payload < targets.payload
