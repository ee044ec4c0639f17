"""The verb `integrate`: platform, body and powertrain become one car that closes on itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from wheelbase.catalogue import Body, Catalogue, Platform, Powertrain, cycle
from wheelbase.errors import FitError
from wheelbase.fit import Fit, fit
from wheelbase.integrate.mass import curb_masses, test_mass
from wheelbase.integrate.size import Loop, closed_loop
from wheelbase.simulate import Acceleration, Car, Certificate, Drive, accelerate, drive
from wheelbase.units import show

__all__ = ["Targets", "Variant", "integrate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What a car must reach.

    Args:
        range: WLTP range in m that the battery is sized to; None for what the powertrain asks.
        acceleration_0_100: Longest time to 100 km/h in s; None for no target.
        boot: Least boot volume in m3; None for no target.
        cycles: Names of the cycles that the car is driven on.
        year: Year of the certificate, which decides the utility factor of a plug-in hybrid.
    """

    range: float | None = None
    acceleration_0_100: float | None = None
    boot: float | None = None
    cycles: tuple[str, ...] = ("wltc_class3b", "udds", "ftp75", "hwfet")
    year: int = 2020


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One car: what fits, what it weighs, what it needs and does.

    Args:
        id: "powertrain@platform.body".
        masses: Group to kg; they sum to `curb_mass`.
        battery_energy: Gross energy installed, J.
        usable_energy: Energy between the limits of use, J.
        certificates: "wltp" and "epa".
        drives: Cycle to its result, warm.
        range: WLTP range in m: electric for a battery car, of the tank otherwise.
        iterations: Turns of the loop of battery, mass, energy and range.
        residual: Relative change of the battery in the last turn.
        energy_headroom: Energy that would still fit, J.
    """

    id: str
    platform: Platform = field(repr=False)
    body: Body = field(repr=False)
    powertrain: Powertrain = field(repr=False)
    fit: Fit = field(repr=False)
    car: Car = field(repr=False)
    masses: Mapping[str, float] = field(repr=False)
    curb_mass: float
    test_mass: float
    battery_energy: float
    usable_energy: float
    certificates: Mapping[str, Certificate] = field(repr=False)
    drives: Mapping[str, Drive] = field(repr=False)
    acceleration: Acceleration = field(repr=False)
    range: float
    iterations: int
    residual: float
    energy_headroom: float

    @property
    def structure_mass(self) -> float:
        """Mass of body structure and floor, kg."""
        return self.masses["structure"] + self.masses["tunnel"]

    @property
    def boot(self) -> float:
        """Boot, m3."""
        return self.fit.boot

    @property
    def usable_length(self) -> float:
        """Length for people and luggage, m."""
        return self.fit.usable_length


def integrate(
    platform: Platform, body: Body, powertrain: Powertrain, targets: Targets, facts: Catalogue
) -> Variant:
    """Return the car on which battery, mass, energy and range agree.

    The battery decides the mass, the mass the energy per distance, the energy the battery that the
    target range needs: the fixed point is found by successive substitution, which contracts
    because a kWh adds far less consumption than it adds range.

    Raises:
        FitError: The powertrain does not fit, or a target is missed; names it and by how much.
    """
    placed = fit(platform, body, powertrain, facts)
    name = f"{powertrain.id}@{platform.id}.{body.id}"
    if placed.status != "fits":
        raise FitError(f"{name}: {c.text}; {c.remedy}" for c in placed.conflicts)
    loop = closed_loop(placed, body, powertrain, targets.range, facts)
    acceleration = accelerate(loop.car)
    if missed := list(_missed(name, placed, loop, acceleration, targets)):
        raise FitError(missed)
    masses = curb_masses(placed, body, powertrain, loop.energy, facts)
    curb = sum(masses.values())
    share = powertrain.cell.usable_share if powertrain.cell and loop.energy else 0.0
    return Variant(
        id=name,
        platform=platform,
        body=body,
        powertrain=powertrain,
        fit=placed,
        car=loop.car,
        masses=masses,
        curb_mass=curb,
        test_mass=test_mass(curb, body.payload, facts),
        battery_energy=loop.energy,
        usable_energy=loop.energy * share,
        certificates=loop.certificates,
        drives={c: drive(loop.car, cycle(c)) for c in targets.cycles},
        acceleration=acceleration,
        range=loop.range,
        iterations=loop.iterations,
        residual=loop.residual,
        energy_headroom=max(placed.energy_fit - loop.energy, 0.0),
    )


def _missed(
    name: str, placed: Fit, loop: Loop, acceleration: Acceleration, targets: Targets
) -> list[str]:
    """Return a line for each target that the car misses."""
    lines = []
    if targets.range is not None and loop.range < targets.range * (1 - 1e-4):
        short = targets.range - loop.range
        lines.append(
            f"{name}: targets.range: {show(targets.range, 'km')} asked, {show(loop.range, 'km')} "
            f"reached with the {show(loop.energy, 'kWh')} that fit, {show(short, 'km')} short; "
            "ask for less, or free a hard point"
        )
    limit = targets.acceleration_0_100
    if limit is not None and acceleration.time_0_100 > limit:
        lines.append(
            f"{name}: targets.acceleration_0_100: {acceleration.time_0_100:.2f} s reached, "
            f"{limit:.2f} s asked, {acceleration.time_0_100 - limit:.2f} s too slow; "
            "take a stronger drive unit"
        )
    if targets.boot is not None and placed.boot < targets.boot:
        short = targets.boot - placed.boot
        lines.append(
            f"{name}: targets.boot: {show(targets.boot, 'l')} asked, {show(placed.boot, 'l')} "
            f"left, {show(short, 'l')} short; lengthen the rear overhang"
        )
    return lines
