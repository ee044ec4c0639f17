"""A car of FASTSim made ready: to drive as it is, and as a study of what fits."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from wheelbase.catalogue import Catalogue, Shelf, beside, write_whole
from wheelbase.errors import DataError
from wheelbase.integrate.size import frontal_area
from wheelbase.simulate import Car, RoadLoad, Technology, TestCar, car_of
from wheelbase.study.fastsim import FastsimCar
from wheelbase.study.load import package_of
from wheelbase.study.read import as_yaml, read_text
from wheelbase.units import Gearing, Speed, convert, parse, to_si

__all__ = ["Fragment", "drivable", "fragment", "write_fragment"]

_FASTEST = parse("180 km/h", Speed.__metadata__[0])  # type: ignore[attr-defined]
_MACHINE = 1700.0  # rad/s, greatest speed that a machine without other figures is given
_GEARING = to_si(26.0, "rpm/mph", Gearing.__metadata__[0])  # type: ignore[attr-defined]
_FAR = 0.15  # a part of the catalogue this far from the car's own is told


def drivable(car: FastsimCar, facts: Catalogue) -> Car:
    """Return the car that a FASTSim vehicle is, with the class laws of Wheelbase for its parts.

    Raises:
        DataError: A figure outside the range of the model.
    """
    road = RoadLoad.design(
        car.value("mass"), car.value("drag") * car.value("area"), car.value("rolling"),
        car.value("radius"), facts,
    )  # fmt: skip
    split = car.kind == "hev" and car.engine == "atkinson-petrol"
    battery, machine = car.value("battery"), car.value("machine")
    technology = facts.engine_technology[car.engine] if car.engine else None
    test = TestCar(
        line=0, make="FASTSim", model=car.name, vehicle="", kind=car.kind, mass=road.mass, A=road.A,
        B=road.B, C=road.C, power=car.value("engine") or machine,
        displacement=car.value("engine") / technology.reference_specific_power if technology else 0,
        cylinders=4, charged=False, gearbox="cvt" if split else "automatic",
        gears=6 if technology else 1, drive=car.drive,
        gearing=_GEARING if technology else _MACHINE / _FASTEST, voltage=0.0, flag="imported",
        label=0.0, results={},
    )  # fmt: skip
    known = Technology(
        engine=car.engine,
        start_stop=float(car.start_stop),
        machine_power=machine,
        battery=battery,
        machines=(("unknown", machine, 0.0),) if car.kind == "bev" else (),
    )
    made = car_of(test, known, facts)
    usable = battery * (car.value("most_charge") - car.value("least_charge"))
    return replace(
        made,
        id=car.name,
        road=replace(made.road, from_design=True),
        usable_energy=usable,
        outside_range=(*made.outside_range, "imported from FASTSim: every figure is an estimate"),
    )


@dataclass(frozen=True, slots=True)
class Fragment:
    """A study of what fits, made of a car: its text, and what stands for what."""

    text: str
    stands: tuple[str, ...]


def fragment(car: FastsimCar, facts: Catalogue) -> Fragment:
    """Return a study that asks what fits: the car's body, powertrain and a platform for it.

    Parts are the nearest of the catalogue; lengths are those of the nearest body, as FASTSim has
    none.

    Raises:
        DataError: A kind of powertrain that a study does not compose.
    """
    if car.kind == "hev":
        raise DataError(
            f"{car.place}: a study composes no full hybrid; `wheelbase simulate FILE` drives it"
        )
    stands: list[str] = []
    train = _powertrain(car, facts, stands)
    electric = car.kind == "bev"
    layout = "electric" if electric else "transverse" if car.drive == "fwd" else "longitudinal"
    data = {
        "wheelbase": 1,
        "name": re.sub(r"[^a-z0-9]+", "-", f"fastsim {car.name}".lower())[:60].strip("-"),
        "title": f"{_line(car.name)[:120]}: a vehicle of FASTSim, every figure an estimate",
        "question": "fit",
        "base": {"date": "2024-12-31", "currency": "EUR2024"},
        "bodies": {"car": _body(car, facts, stands)},
        "powertrains": {"car": train},
        "platforms": {
            "car": {
                "kind": "bespoke" if electric else "flexible",
                "layout": layout,
                "floor": "flat" if electric else "variant",
                "bodies": ["car"],
                "powertrains": ["car"],
            }
        },
    }
    mass = convert(car.value("mass"), "kg")
    stands.append(f"mass: {mass:.0f} kg of the file are left out; a study works its mass out")
    notes = [
        f"from {car.provenance.file}, sha256 {car.provenance.sha256}, {car.provenance.form}",
        "every figure is an estimate: FASTSim's vehicles are fitted, not certified",
        *(f"{f.name} {f.text} -> {key}" for key, f in car.figures.items()),
        *car.assumed,
        *stands,
    ]
    head = "".join(f"# {_line(note)}\n" for note in notes)
    return Fragment(head + as_yaml(data), tuple(stands))


def write_fragment(car: FastsimCar, target: Path, facts: Catalogue) -> Fragment:
    """Write the study of a car, and beside it where each figure comes from.

    Raises:
        DataError: As `fragment`, or the target cannot be written.
    """
    made = fragment(car, facts)
    package_of(read_text(made.text, target.name), facts)  # what is written can be used
    write_whole(target, made.text)
    write_whole(*beside(target, car.provenance))
    return made


def _line(text: str) -> str:
    """Return a text as one printable line."""
    return "".join(c if c.isprintable() else " " for c in text)


def _body(car: FastsimCar, facts: Catalogue, stands: list[str]) -> dict[str, Any]:
    area = car.value("area")
    near = min(facts.body, key=lambda b: abs(float(frontal_area(b, facts)) - area))
    stands.append(f"lengths: those of builtin/{near.id}, whose frontal area is nearest")
    return {
        "extends": f"builtin/{near.id}",
        "label": _line(car.name)[:200],
        "drag": car.value("drag"),
        "area": f"{area:g} m2",
        "rolling": car.value("rolling"),
        "tyre_radius": f"{convert(car.value('radius'), 'mm'):g} mm",
    }


def _powertrain(car: FastsimCar, facts: Catalogue, stands: list[str]) -> dict[str, Any]:
    kinds: dict[str, Literal["ice", "phev", "bev"]] = {"phev": "phev", "bev": "bev"}
    train: dict[str, Any] = {"kind": kinds.get(car.kind, "ice"), "drive": car.drive}
    side: Literal["front", "rear"] = "front" if car.drive == "fwd" else "rear"
    if car.engine:
        fuel = "diesel" if car.engine == "diesel" else "petrol"
        fitting = [engine for engine in facts.engine if engine.fuel == fuel]
        train["engine"] = _nearest("engine", fitting, car.value("engine"), stands)
        train |= {"gearbox": "dct-7", "final_drive": 3.8} if side == "front" else {
            "gearbox": "zf-8hp", "final_drive": 2.81}  # fmt: skip
        stands.append(f"gearbox: {train['gearbox']}; FASTSim has none")
        per_litre = facts.vehicle_constant[f"energy-{fuel}"].value
        train["tank"] = f"{convert(car.value('fuel') / per_litre, 'l'):.0f} l"
    if car.value("machine"):
        train[side] = _nearest("drive unit", facts.drive_unit, car.value("machine"), stands)
        cell = "prismatic-91" if car.kind == "bev" else "prismatic-125"
        energy = convert(car.value("battery"), "kWh")
        train["battery"] = {"cell": cell, "request": f"{energy:g} kWh"}
        stands.append(f"cell: {cell}; FASTSim has none")
    return train


def _nearest(what: str, parts: Iterable[Any] | Shelf[Any], power: float, stands: list[str]) -> str:
    near = min(parts, key=lambda part: abs(part.peak_power / power - 1))
    has, asked = (convert(p, "kW") for p in (near.peak_power, power))
    far = "; far from it, write your own" if abs(has / asked - 1) > _FAR else ""
    stands.append(f"{what}: {near.id} ({has:.0f} kW) stands for {asked:.0f} kW{far}")
    return str(near.id)
