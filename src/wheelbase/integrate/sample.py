"""Draws of one car: geometry, mass and consumption uncertain together, range held."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from math import log
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import Catalogue, drawn, halves
from wheelbase.errors import FitError
from wheelbase.fit import sample
from wheelbase.integrate.mass import Shape, constants_of, laden, masses_of, shape_of
from wheelbase.integrate.size import road_of
from wheelbase.integrate.variant import Variant
from wheelbase.simulate import Scheme, accelerate, assemble, certify

__all__ = ["CAUSES", "Cause", "Drawn", "sample_car"]

Array = NDArray[np.float64]
Cause = Literal["geometry", "mass", "consumption"]
CAUSES: tuple[Cause, ...] = ("geometry", "mass", "consumption")

_STEP = 0.06  # of test mass, on either side of the car
_LARGER = 0.1  # of the battery
_LESS = 0.01  # of the full battery
_TURNS = 40
_TOLERANCE = 1e-9
_CLOSE = 1e-6  # of the range: a battery that is full to the last cell fits


@dataclass(frozen=True, slots=True)
class Drawn:
    """Draws of a battery car that is sized to its range, (draws,) each.

    Where the battery for the range does not fit, the car carries all that fits and has the range
    which that gives.

    Args:
        asked: Range asked for, m.
        energy: Gross battery energy for that range, J; never above `energy_fit`.
        consumption: From the wall over the WLTC, J/m.
        structure_mass: Body structure and floor, kg.
        curb_mass: kg.
        time_0_100: s.
        boot: m3.
        couple_distance: Between the rows, m.
        usable_length: For people and luggage, m.
        energy_fit: Gross energy that fits, J.
        range_fit: Range with all of it, m.
        further: Gross energy for one more m beyond that range, with the weight it adds, J/m.
    """

    asked: Array
    energy: Array
    consumption: Array
    structure_mass: Array
    curb_mass: Array
    time_0_100: Array
    boot: Array
    couple_distance: Array
    usable_length: Array
    energy_fit: Array
    range_fit: Array
    further: Array

    @property
    def fits(self) -> NDArray[np.bool_]:
        """Whether the battery for the range asked for fits, (draws,)."""
        return self.range_fit >= self.asked * (1 - _CLOSE)


@dataclass(frozen=True, slots=True)
class _Response:
    """What a car needs and does, as squares of its test mass fitted to three runs.

    Exact at the car itself. A larger pack has less resistance: consumption goes with the size of
    the battery to a small power `size`, from a fourth run.
    """

    battery: Array
    wall: Array
    time: Array
    size: float
    energy: float

    def drawn(self, mass: Any, energy: Any) -> Any:
        """Return battery energy per distance, J/m, at a test mass and gross battery energy."""
        return np.polyval(self.battery, mass) * (energy / self.energy) ** self.size


def sample_car(
    car: Variant,
    facts: Catalogue,
    draws: int,
    seed: int,
    causes: Collection[Cause] = CAUSES,
) -> Drawn:
    """Return draws of a battery car sized to the range it has.

    All constants of the chains, of the masses and of consumption are drawn together, each from a
    stream of its own, so two cars with one seed have common draws. Causes that are not named stay
    at their base. The loop of battery, mass and consumption is closed in every draw, with no more
    battery than fits.

    Args:
        car: A battery car at rest.
        facts: The catalogue.
        draws: How many.
        seed: Of the streams.
        causes: What is uncertain.

    Raises:
        FitError: In some draws no cell fits at all, so there is no car.
        ValueError: Not a battery car.
    """
    if car.powertrain.kind != "bev":
        raise ValueError(f"{car.id} is no battery car; only those are sized to a range")
    found = _geometry(car, facts, draws, seed, "geometry" in causes)
    if (without := float(np.mean(found["energy_fit"] <= 0))) > 0:
        raise FitError(
            f"{car.id}: battery: no cell fits in {100 * without:.3g} % of the draws of lengths and "
            "heights, so there is no car to compare; take a lower cell or a higher body"
        )
    base = constants_of(facts)
    moved = drawn(facts.mass_constant, draws, seed) if "mass" in causes else {}
    needs = _needs(car, facts, draws, seed, "consumption" in causes)
    shape = Shape(found["wheelbase"], found["x_fw"], found["tunnel_h"], shape_of(car.fit).housing)

    def constant(id: str) -> Any:
        return moved[id] if id in moved else base(id)

    def masses(energy: Array) -> dict[str, Any]:
        return masses_of(shape, car.platform, car.body, car.powertrain, energy, constant)

    def mass(energy: Array) -> Any:
        return laden(sum(masses(energy).values()), car.body.payload, constant)

    return _closed(car, found, _response(car, facts), needs, (masses, mass))


def _closed(
    car: Variant,
    found: Mapping[str, Array],
    runs: _Response,
    needs: tuple[Array, Array],
    weighed: tuple[Callable[[Array], dict[str, Any]], Callable[[Array], Any]],
) -> Drawn:
    """Return the draws with the loop of battery, mass and consumption closed in each."""
    (error, share), (masses, mass) = needs, weighed
    energy = np.full(len(error), car.battery_energy)
    for _ in range(_TURNS):
        wanted = car.range * runs.drawn(mass(energy), energy) * error / share
        held = np.minimum(wanted, found["energy_fit"])
        change = float(np.max(np.abs(held / energy - 1)))
        energy = held
        if change < _TOLERANCE:
            break
    groups, one = masses(energy), np.ones(len(error))
    carried = ("structure", "tunnel", "carry-over fixings")

    def reached(stored: Array) -> Any:
        return stored * share / (runs.drawn(mass(stored), stored) * error)

    full, less = found["energy_fit"], found["energy_fit"] * (1 - _LESS)
    return Drawn(
        asked=car.range * one,
        energy=energy,
        consumption=np.polyval(runs.wall, mass(energy))
        * (energy / runs.energy) ** runs.size
        * error,
        structure_mass=one * sum(groups.get(name, 0.0) for name in carried),
        curb_mass=one * sum(groups.values()),
        time_0_100=np.polyval(runs.time, mass(energy)),
        range_fit=reached(full),
        further=(full - less) / (reached(full) - reached(less)),
        **{n: found[n] for n in ("boot", "couple_distance", "usable_length", "energy_fit")},
    )


def _geometry(
    car: Variant, facts: Catalogue, draws: int, seed: int, uncertain: bool
) -> dict[str, Array]:
    """Return draws of the geometry, or the car's own where it is certain."""
    at = {
        "energy_fit": car.fit.energy_fit,
        "usable_length": car.fit.usable_length,
        "boot": car.fit.boot,
        "couple_distance": car.fit.couple_distance,
        "wheelbase": car.fit.wheelbase,
        "x_fw": car.fit.hard_points["x_fw"],
        "tunnel_h": car.fit.hard_points.get("tunnel_h", 0.0),
    }
    if not uncertain:
        return {name: np.full(draws, value) for name, value in at.items()}
    return sample(car.platform, car.body, car.powertrain, facts, draws, seed)


def _needs(
    car: Variant, facts: Catalogue, draws: int, seed: int, uncertain: bool
) -> tuple[Array, Array]:
    """Return draws of the factor on consumption, and of the share of the battery that is used."""
    cell = car.powertrain.cell
    assert cell is not None
    if not uncertain:
        return np.ones(draws), np.full(draws, cell.usable_share)
    width = facts.vehicle_constant["model-error-electric"].value
    error = halves((1 - width, 1.0, 1 + width), draws, seed, "model-error-electric")
    low, high = facts.cell.intervals.get((cell.id, "usable_share"), (cell.usable_share,) * 2)
    return error, halves((low, cell.usable_share, high), draws, seed, "usable-share")


def _response(car: Variant, facts: Catalogue) -> _Response:
    """Return battery and wall energy per distance (J/m) and 0-100 km/h (s) over test mass (kg)."""
    masses = car.test_mass * np.array([1 - _STEP, 1.0, 1 + _STEP])
    battery, wall, time = [], [], []
    for mass in masses:
        now = replace(car.car, road=road_of(float(mass), car.body, facts))
        found = certify(now, Scheme.WLTP, facts)
        battery.append(now.usable_energy / found.range)
        wall.append(found.energy)
        time.append(accelerate(now).time_0_100)
    larger = car.battery_energy * (1 + _LARGER)
    other = assemble(car.powertrain, car.car.road, larger, facts, car.car.stance)
    needed = other.usable_energy / certify(other, Scheme.WLTP, facts).range
    size = log(needed / battery[1]) / log(1 + _LARGER)
    squares = [np.polyfit(masses, values, 2) for values in (battery, wall, time)]
    return _Response(squares[0], squares[1], squares[2], size, car.battery_energy)
