"""Packs of real cars against the chains: the same functions as `fit`, no formula of their own."""

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from wheelbase.catalogue import Body, Catalogue, Cell, DriveUnit, Platform, Powertrain
from wheelbase.errors import DataError
from wheelbase.fit.battery import battery_energy, installed_energy
from wheelbase.fit.cells import cell_of_year, height_in_pack
from wheelbase.fit.chain import Constants, constants_of, floor_space
from wheelbase.fit.envelope import hard_points
from wheelbase.fit.spaces import floor_area

__all__ = [
    "CLASS_BODIES",
    "PackError",
    "PackagingError",
    "PackedCar",
    "Prediction",
    "predict",
    "validate_packaging",
]

CLASS_BODIES = {"sedan": "sedan-d", "hatch": "hatch-b", "suv": "suv-d"}
"""Style of body to the catalogue body that gives its seat height and headroom."""
_OVERHANGS = 1.7  # m, front and rear together; a length that no battery chain reads


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedCar:
    """A real battery car with the inputs of the chains, SI, and its published gross energy.

    Args:
        name: Make and model.
        floor: As in `Platform`.
        style: Class of body, which gives seat height and headroom.
        L101: Wheelbase.
        W103: Width without mirrors.
        H100: Height.
        H156: Ground clearance.
        tyre_radius: Of the unloaded tyre.
        shape: Of its cells.
        cell_height: Of its cells; None where not known.
        rear_power: Of the rear drive unit, W; 0 without one.
        front_power: The same in front.
        second_level: Whether it stacks modules under the rear seat.
        year: Of its cells.
        gross: Published gross energy, J; no input of a prediction. None where not known.
        defaults: Inputs that were not given and took a default.
        place: File and line, for messages.
    """

    name: str
    floor: Literal["carry-over", "variant", "flat"]
    style: Literal["sedan", "hatch", "suv"]
    L101: float
    W103: float
    H100: float
    H156: float
    tyre_radius: float
    shape: Literal["prismatic", "pouch", "cylindrical"]
    cell_height: float | None
    rear_power: float
    front_power: float
    second_level: bool
    year: float
    gross: float | None
    defaults: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the chains say of one car.

    Args:
        energy: Gross energy that makers would install, J.
        fit: What fits as usually built, J.
        most: What the geometry allows, J.
        cell: Catalogue cell.
        cell_height: Its height in this car, m.
        length: Between battery front and rear limit, m.
        width: Between the sills, m.
    """

    energy: float
    fit: float
    most: float
    cell: str
    cell_height: float
    length: float
    width: float


@dataclass(frozen=True, slots=True)
class PackError:
    """One car: published gross energy in J, both predictions, their relative errors."""

    car: PackedCar
    gross: float
    blind: Prediction
    given: Prediction
    blind_error: float
    given_error: float


@dataclass(frozen=True, slots=True)
class PackagingError:
    """Relative errors of gross energy over a list of cars.

    "blind" chooses the cell height from the catalogue's formats of the shape, "given" is told it
    where the list has it (`given_n` cars). `bounded` is the share of cars whose energy is at most
    1.1 times what the geometry allows; `left_out` names cars without a published energy.
    """

    n: int
    blind_mae: float
    blind_median: float
    blind_bias: float
    given_n: int
    given_mae: float
    bounded: float
    cars: tuple[PackError, ...] = field(repr=False)
    left_out: tuple[str, ...] = ()


def predict(
    car: PackedCar, facts: Catalogue, height_known: bool, constants: Constants | None = None
) -> Prediction:
    """Return what the chains say of a real car.

    Without the height of its cells the format of its shape and year is taken that stores most in
    a usual pack; with it the cell is as high as told, and the usual thickness is no limit. Where
    class means leave no room at all, the pack is thicker than usual, then the seats as high as it
    takes: the car exists.

    Raises:
        DataError: The catalogue has no cell of the shape, or no room lies between the axles.
    """
    c = constants_of(facts) if constants is None else constants
    body = _body(car, facts)
    if height_known and car.cell_height is not None:
        cells: tuple[Cell, ...] = (_cell_of_height(car, car.cell_height, facts),)
        c = {**c, "slab-cap": np.inf}
    else:
        cells = _formats(car, facts)
    for more in ({}, {"slab-cap": np.inf}, {"slab-cap": np.inf, "seat-raise": np.inf}):
        c = {**c, **more}
        found = [_with_cell(car, body, cell_of_year(cell, car.year, c), facts, c) for cell in cells]
        best = max(found, key=lambda option: option.fit)
        if best.fit > 0:
            break
    return best


def _with_cell(
    car: PackedCar, body: Body, cell: Cell, facts: Catalogue, c: Constants
) -> Prediction:
    train = _powertrain(car, cell, facts)
    platform = Platform(
        id="real", kind="bespoke", layout="electric", floor=car.floor, powertrains=(train,)
    )
    points = hard_points(platform, body, train, c)
    area, width = float(floor_area(platform, train, points, c)), float(points["bat_max_w"])
    if area <= 0:
        raise DataError(
            f"{car.place}: {car.name}: no room for a battery between axles {1e3 * car.L101:.0f} mm "
            f"apart and sills {1e3 * car.W103:.0f} mm apart; check wheelbase, width and tyres"
        )
    energy = battery_energy(platform, body, train, points, c, car.second_level)
    fitting = float(energy["fit"])
    power = car.rear_power + car.front_power
    return Prediction(
        energy=float(installed_energy(fitting, area, power, c, car.year)),
        fit=fitting,
        most=max(float(energy["max"]), fitting),
        cell=cell.id,
        cell_height=cell.height,
        length=area / width,
        width=width,
    )


def _body(car: PackedCar, facts: Catalogue) -> Body:
    return replace(
        facts.body[CLASS_BODIES[car.style]],
        L101=car.L101,
        L103=car.L101 + _OVERHANGS,
        W103=car.W103,
        H100=car.H100,
        H156=car.H156,
        tyre_radius=car.tyre_radius,
    )


def _powertrain(car: PackedCar, cell: Cell, facts: Catalogue) -> Powertrain:
    rear, front = (_unit(power, facts) for power in (car.rear_power, car.front_power))
    units = (rear is not None) + (front is not None)
    return Powertrain(
        id="real",
        kind="bev",
        drive="awd" if units == 2 else "rwd" if rear else "fwd",
        rear_unit=rear,
        front_unit=front,
        machine_technologies=(facts.machine_technology["unknown"],) * units,
        cell=cell,
    )


def _unit(power: float, facts: Catalogue) -> DriveUnit | None:
    """Return a drive unit of this power with the torque that is usual for it."""
    if power <= 0:
        return None
    base_speed = float(np.median([u.peak_power / u.peak_torque for u in facts.drive_unit]))
    return DriveUnit(
        id="real",
        technology="pmsm",
        peak_power=power,
        peak_torque=power / base_speed,
        maximum_speed=3 * base_speed,
        ratio=10.0,
    )


def _formats(car: PackedCar, facts: Catalogue) -> tuple[Cell, ...]:
    """Return the formats of a shape that were on sale in the year of the car, or all of them."""
    shape = [cell for cell in facts.cell if cell.is_format and cell.shape == car.shape]
    if not shape:
        raise DataError(f"{car.place}: the catalogue has no {car.shape} cell")
    sold = tuple(cell for cell in shape if cell.available_from <= car.year)
    return sold or tuple(shape)


def _cell_of_height(car: PackedCar, height: float, facts: Catalogue) -> Cell:
    """Return the catalogue cell of the shape whose height is nearest, made this high.

    Raises:
        DataError: The cell is higher than everything between ground and seat cushion.
    """
    near = min(_formats(car, facts), key=lambda cell: abs(cell.height - height))
    cell = replace(near, height=height)
    c, body = constants_of(facts), _body(car, facts)
    room = max(floor_space(body, c) + body.H30, c["seat-pack-height"])
    if height_in_pack(cell) > room:
        raise DataError(
            f"{car.place}: cell_height_mm: a cell of {1e3 * height:.0f} mm needs "
            f"{1e3 * height_in_pack(cell):.0f} mm, but the highest zone of {car.name} has "
            f"{1e3 * room:.0f} mm; check both heights"
        )
    return cell


def validate_packaging(
    cars: tuple[PackedCar, ...], facts: Catalogue, constants: Constants | None = None
) -> PackagingError:
    """Return the errors of predicted gross energies; a car without a published one is left out.

    Raises:
        DataError: Every car whose zones or cells cannot be, or no car has a published energy.
    """
    found: list[PackError] = []
    problems: list[str] = []
    for car in cars:
        try:
            blind, given = (predict(car, facts, known, constants) for known in (False, True))
        except DataError as error:
            problems += error.problems
            continue
        if car.gross is not None:
            errors = [p.energy / car.gross - 1 for p in (blind, given)]
            found.append(PackError(car, car.gross, blind, given, *errors))
    if problems:
        raise DataError(problems)
    if not found:
        raise DataError("no car of the list has a published gross energy")
    blind_errors = np.array([f.blind_error for f in found])
    given_errors = np.array([f.given_error for f in found])
    return PackagingError(
        n=len(found),
        blind_mae=float(np.abs(blind_errors).mean()),
        blind_median=float(np.median(np.abs(blind_errors))),
        blind_bias=float(blind_errors.mean()),
        given_n=sum(f.car.cell_height is not None for f in found),
        given_mae=float(np.abs(given_errors).mean()),
        bounded=float(np.mean([f.gross <= 1.1 * f.given.most for f in found])),
        cars=tuple(found),
        left_out=tuple(car.name for car in cars if car.gross is None),
    )
