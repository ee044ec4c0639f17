"""The verb `integrate`: platform, body and powertrain become one car that closes on itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from wheelbase.catalogue import Body, Catalogue, Platform, Powertrain, cycle
from wheelbase.errors import FitError
from wheelbase.fit import Fit
from wheelbase.integrate.balance import Balance
from wheelbase.integrate.missed import gaps, missed
from wheelbase.integrate.size import Loop, closed_loop
from wheelbase.integrate.target import USUAL, Manner, Targets
from wheelbase.simulate import (
    Acceleration,
    Car,
    Certificate,
    Drive,
    drive,
    fast_charge_time,
    is_chargeable,
)

__all__ = ["Variant", "integrate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One car: what fits, what it weighs, what it needs and does.

    Args:
        id: "powertrain@platform.body".
        platform: Made for the drive units as sized.
        powertrain: With drive units as sized.
        masses: Group to kg; they sum to `curb_mass`.
        balance: Axle loads and centre of gravity.
        battery_energy: Gross energy installed, J.
        usable_energy: Energy between the limits of use, J.
        scale: Power and torque of the drive units over those of the catalogue.
        certificates: "wltp", and "epa" unless it was left out.
        drives: Cycle to its result, warm.
        gradeability: Slope to pull away on at gross mass, rise over run on the level.
        range: WLTP range in m: electric for a battery car, of the tank otherwise.
        charge_time: Low, middle and high of the time from 10 to 80 % at a fast charger, s; None of
            a car that is none, or where nothing is known of charging its cell.
        iterations: Turns of the loop of battery, drive units, mass, energy and range.
        residual: Greatest relative change of battery and drive units in the last turn.
        energy_headroom: Energy that would still fit, J.
    """

    id: str
    platform: Platform = field(repr=False)
    body: Body = field(repr=False)
    powertrain: Powertrain = field(repr=False)
    fit: Fit = field(repr=False)
    car: Car = field(repr=False)
    masses: Mapping[str, float] = field(repr=False)
    balance: Balance = field(repr=False)
    curb_mass: float
    test_mass: float
    battery_energy: float
    usable_energy: float
    scale: float
    certificates: Mapping[str, Certificate] = field(repr=False)
    drives: Mapping[str, Drive] = field(repr=False)
    acceleration: Acceleration = field(repr=False)
    gradeability: float
    range: float
    charge_time: tuple[float, float, float] | None
    iterations: int
    residual: float
    energy_headroom: float

    @property
    def structure_mass(self) -> float:
        """Mass of body structure and floor with what they carry over, kg."""
        groups = ("structure", "tunnel", "carry-over fixings")
        return sum(self.masses.get(group, 0.0) for group in groups)

    @property
    def scaled(self) -> bool:
        """Whether its drive units are of another size than the catalogue's."""
        return self.scale != 1.0

    @property
    def payload(self) -> float:
        """Gross less curb mass, driver included, kg."""
        return self.body.payload

    @property
    def boot(self) -> float:
        """Boot, m3."""
        return self.fit.boot

    @property
    def usable_length(self) -> float:
        """Length for people and luggage, m."""
        return self.fit.usable_length


def integrate(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    targets: Targets,
    facts: Catalogue,
    manner: Manner = USUAL,
) -> Variant:
    """Return the car on which battery, mass, energy and range agree.

    The battery decides the mass, the mass the energy per distance, the energy the battery that the
    target range needs; drive units that may be sized decide the mass too. The fixed point is found
    by successive substitution.

    Args:
        platform: Hard points and everything it carries.
        body: Size, drag, tyres, payload.
        powertrain: Its `battery` is the energy asked for where no range is.
        targets: What the car must reach.
        facts: The catalogue.
        manner: Where to begin, what is known, what to leave out.

    Raises:
        FitError: The powertrain does not fit, or a target is missed; names every one with the gap
            and the least lever.
    """
    loop = closed_loop(platform, body, powertrain, targets, facts, manner)
    if manner.brief:
        lines = [text for _, text in gaps(loop, body, targets)]
    else:
        lines = list(missed(loop, platform, body, powertrain, targets, facts))
    if lines:
        raise FitError(lines)
    curb = sum(loop.masses.values())
    share = powertrain.cell.usable_share if powertrain.cell and loop.energy else 0.0
    return Variant(
        id=f"{powertrain.id}@{platform.id}.{body.id}",
        platform=loop.platform,
        body=body,
        powertrain=loop.powertrain,
        fit=loop.fit,
        car=loop.car,
        masses=loop.masses,
        balance=loop.balance,
        curb_mass=curb,
        test_mass=loop.balance.test.mass,
        battery_energy=loop.energy,
        usable_energy=loop.energy * share,
        scale=loop.scale,
        certificates=loop.certificates,
        drives={} if manner.brief else {c: drive(loop.car, cycle(c)) for c in targets.cycles},
        acceleration=loop.acceleration,
        gradeability=loop.gradeability,
        range=loop.range,
        charge_time=_charge_time(loop, facts),
        iterations=loop.iterations,
        residual=loop.residual,
        energy_headroom=max(loop.fit.energy_fit - loop.energy, 0.0),
    )


def _charge_time(loop: Loop, facts: Catalogue) -> tuple[float, float, float] | None:
    """Return low, middle and high by the mean error on makers that the fit has not seen."""
    train = loop.powertrain
    if train.kind != "bev" or train.cell is None or not is_chargeable(train.cell, facts):
        return None
    found = float(fast_charge_time(train, loop.energy, facts))
    error = facts.vehicle_constant["charge-time-error"].value
    return found * (1 - error), found, found * (1 + error)
