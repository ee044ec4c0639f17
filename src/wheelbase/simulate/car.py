"""A car ready to drive: catalogue parts become numbers once, then only numbers flow."""

from dataclasses import dataclass, field, replace
from enum import Enum
from math import pi
from typing import Any, Literal

import numpy as np

from wheelbase.catalogue import Catalogue, DriveUnit, Vehicle, single, with_columns
from wheelbase.catalogue import Powertrain as Composition
from wheelbase.errors import DataError
from wheelbase.simulate.battery import resistance_term
from wheelbase.simulate.engine import EngineModel, charged, engine_model
from wheelbase.simulate.gearbox import GearboxModel, gearbox_model
from wheelbase.simulate.hybrid import Parallel, PowerSplit
from wheelbase.simulate.machine import MachineModel, machine_model
from wheelbase.simulate.powertrain import Combustion, Electric
from wheelbase.simulate.roadload import RoadLoad, numbers
from wheelbase.simulate.totals import Model

__all__ = ["Car", "Fuel", "Mode", "Stance", "assemble", "assemble_vehicle"]


class Mode(Enum):
    """How a hybrid drives: keeping its charge, on its battery as far as that goes, or on both.

    Blended, battery energy has a fixed price below that of keeping the charge, so the engine helps
    where it is at its best.
    """

    SUSTAINING = "charge sustaining"
    DEPLETING = "charge depleting"
    BLENDED = "blended"


_NEXT_TO_NOTHING = 1e-3  # a price at which fuel is burnt only where the battery cannot


@dataclass(frozen=True, slots=True)
class Fuel:
    """Energy and CO2 of a fuel per volume, J/m3 and kg/m3, of the EU and US test fuels."""

    name: Literal["petrol", "diesel", "none"]
    energy: float
    co2_eu: float
    co2_us: float


@dataclass(frozen=True, slots=True)
class Stance:
    """How a car stands on the road.

    Args:
        grip: Friction of tyre and road.
        height: Height of the centre of gravity over the wheelbase.
        front_share: Share of the mass on the front axle.
    """

    grip: float
    height: float
    front_share: float


@dataclass(frozen=True, slots=True)
class Car:
    """A car: road load, powertrain, fuel and battery, ready for any cycle.

    Args:
        id: Name.
        road: Road load and inertia.
        powertrain: Numbers of a Combustion, Parallel, PowerSplit or Electric powertrain.
        drive: Driven axle.
        fuel: Energy and CO2 of its fuel.
        usable_energy: Energy of the battery between the limits of use, J.
        charging_efficiency: Share of wall energy that reaches the cells.
        stance: Grip and place of the centre of gravity.
        warm_up: Fuel energy that warms the engine, over the extra energy of a cold start.
        soak_share: Share of a cold start's extra fuel that ten minutes of standing cost.
        plugged: Whether a wall charges the battery.
        mode: How a hybrid drives.
        blended_price: Price of battery energy in fuel energy when it drives blended.
        outside_range: What lies outside the range for which the class parameters were made.
    """

    id: str
    road: RoadLoad
    powertrain: Combustion | Electric | Parallel | PowerSplit = field(repr=False)
    drive: Literal["fwd", "rwd", "awd"]
    fuel: Fuel = field(repr=False)
    usable_energy: float
    charging_efficiency: float
    stance: Stance = field(repr=False)
    warm_up: float
    soak_share: float
    plugged: bool
    mode: Mode = Mode.SUSTAINING
    blended_price: float = 0.0
    outside_range: tuple[str, ...] = ()

    @property
    def hybrid(self) -> bool:
        """Whether it chooses between fuel and battery."""
        return isinstance(self.powertrain, Parallel | PowerSplit)

    @property
    def model(self) -> Model:
        """The numbers that the core needs."""
        p = self.powertrain
        cold = 0.0 if isinstance(p, Electric) else p.engine.cold_energy
        return Model(numbers(self.road), p, cold, single(np.maximum(self.warm_up * cold, 1.0)))

    @property
    def price(self) -> float | None:
        """Price of battery energy in its mode; None where the cycle decides."""
        return {Mode.DEPLETING: _NEXT_TO_NOTHING, Mode.BLENDED: self.blended_price}.get(self.mode)

    def blended(self) -> "Car":
        """Return the same car, on engine and battery at a fixed price if it has a plug."""
        return replace(self, mode=Mode.BLENDED) if self.hybrid and self.plugged else self

    def depleting(self) -> "Car":
        """Return the same car, driven on its battery as far as that goes if it has a plug."""
        return replace(self, mode=Mode.DEPLETING) if self.hybrid and self.plugged else self


def assemble(
    powertrain: Composition,
    road: RoadLoad,
    battery_energy: Any,
    facts: Catalogue,
    stance: Stance | None = None,
) -> Car:
    """Return the car that a powertrain makes of a road load, or many: figures may be columns.

    Args:
        powertrain: Catalogue parts.
        road: Road load with the radius of the driven wheels.
        battery_energy: Gross energy installed, J; 0 without a traction battery.
        facts: Constants of energy and performance.
        stance: Grip and axle loads where they are known; None for the usual ones.

    Raises:
        DataError: An electric powertrain without energy.
    """
    electric = powertrain.kind in ("bev", "phev") and powertrain.engine is None
    if electric and (least := np.min(battery_energy)) <= 0:
        raise DataError(f"{powertrain.id}: battery_energy {least:g} J is not above zero")
    powertrain = _of_its_class(powertrain, facts)
    cell, constant = powertrain.cell, facts.vehicle_constant
    usual = Stance(*(constant[n].value for n in ("tyre-grip", "gravity-height", "front-share")))
    return Car(
        id=powertrain.id,
        road=road,
        powertrain=_model(powertrain, road.radius, battery_energy, facts),
        drive=powertrain.drive,
        fuel=_fuel(powertrain, facts),
        usable_energy=battery_energy * cell.usable_share if cell else 0.0,
        charging_efficiency=constant["charging-efficiency"].value,
        stance=stance or usual,
        warm_up=constant["warm-up"].value,
        soak_share=constant["soak-share"].value,
        plugged=powertrain.kind in ("bev", "phev"),
        blended_price=constant["blended-price"].value,
        outside_range=tuple(_outside(powertrain, road)),
    )


_DRY_CLUTCH = 280.0  # Nm; dual clutches above it run in oil: an estimate, ratings from memory
_CHARGED = {"mhev": "mild-hybrid-petrol", "hev": "hybrid-turbo-petrol", "phev": "miller-petrol"}


def _of_its_class(powertrain: Composition, facts: Catalogue) -> Composition:
    """Return a hybrid with the engine and gearbox classes that hybrids were calibrated with.

    Engines and gearboxes of hybrids are built and run otherwise than their petrol sisters; a dual
    clutch below 280 Nm is dry, and has neither an oil pump nor wet drag; plug-in hybrids with one
    carry the engine of their full-hybrid sisters.
    """
    engine, box = powertrain.engine, powertrain.gearbox_technology
    technology = powertrain.engine_technology
    if not powertrain.units or engine is None or technology is None or box is None:
        return powertrain
    dry = box.id == "dct" and engine.peak_torque < _DRY_CLUTCH
    if engine.fuel == "petrol":
        free = "na-petrol" if powertrain.kind == "mhev" else "hybrid-petrol"
        kind = "hev" if powertrain.kind == "phev" and dry else powertrain.kind
        technology = facts.engine_technology[_CHARGED[kind] if charged(technology) else free]
    if powertrain.kind != "mhev" and box.id in ("automatic", "dct"):
        box = facts.gearbox_technology["hybrid-dry-dct" if dry else "hybrid-automatic"]
    return with_columns(powertrain, engine_technology=technology, gearbox_technology=box)


def _model(
    powertrain: Composition, radius: float, energy: float, facts: Catalogue
) -> Combustion | Electric | Parallel | PowerSplit:
    constant = facts.vehicle_constant
    resistance = _resistance(powertrain, energy, facts)
    braking = (
        constant["regeneration-share"].value,
        constant["regeneration-fade-speed"].value,
    )
    if powertrain.engine is None:
        load = constant["auxiliaries-electric"].value
        machines = _machines(powertrain, radius, facts)
        return Electric(machines, resistance, load, *braking)
    if powertrain.units and powertrain.topology == "power-split":
        return _power_split(powertrain, radius, resistance, braking, facts)
    engine, box = _engine_and_gearbox(powertrain, radius, facts)
    if not powertrain.units:
        load = constant["auxiliaries-crank"].value
        stopped = constant["stopped-share"].value * powertrain.start_stop
        return Combustion(engine, box, load, stopped, constant["fuel-cut-speed"].value)
    topology = powertrain.topology or ("p0" if powertrain.kind == "mhev" else "p2")
    coupled = topology in ("p0", "p1")
    side = "coupled" if coupled else "clutched"
    # A dry dual clutch cannot slip an engine to speed: such hybrids start it by a belt.
    box_class = powertrain.gearbox_technology
    dry = box_class is not None and box_class.id == "hybrid-dry-dct"
    starter = "coupled" if coupled or dry else "clutched"
    return Parallel(
        engine=engine,
        gearbox=box._replace(slip=box.slip if coupled else 0.0),
        machine=_machines(powertrain, 1.0, facts)[0],
        coupled=1.0 if coupled else 0.0,
        off_speed=constant[f"engine-off-speed-{side}"].value,
        start_energy=constant[f"start-energy-{starter}"].value * powertrain.engine.displacement,
        resistance=resistance,
        auxiliaries=constant[f"auxiliaries-{side}"].value,
        regeneration=braking[0],
        fade_speed=braking[1],
    )


def _resistance(powertrain: Composition, energy: Any, facts: Catalogue) -> Any:
    """Return k4 of the pack in 1/W: that of its cells, or less where they must bear the machines.

    A small pack is built from power cells so that its machines get their peak power; k4 P is then
    the fact `pack-peak-drop`.
    """
    if not powertrain.units:
        return 0.0
    power = sum(u.peak_power for u in powertrain.units)
    built = facts.vehicle_constant["pack-peak-drop"].value / power
    if powertrain.cell is None or np.max(energy) <= 0:
        return built
    return single(np.minimum(resistance_term(powertrain.cell, energy), built))


def _power_split(
    powertrain: Composition,
    radius: float,
    resistance: float,
    braking: tuple[float, float],
    facts: Catalogue,
) -> PowerSplit:
    engine, technology = powertrain.engine, powertrain.engine_technology
    assert engine is not None and technology is not None
    constant = facts.vehicle_constant
    pressure = constant["power-split-line-pressure"].value
    return PowerSplit(
        engine=engine_model(engine, technology, constant["engine-inertia"].value),
        machine=_machines(powertrain, radius, facts)[0],
        line_torque=pressure * engine.displacement / (4 * pi),
        lowest_speed=constant["power-split-lowest-speed"].value,
        path=constant["power-split-path"].value,
        off_speed=constant["engine-off-speed-clutched"].value,
        start_energy=constant["start-energy-split"].value * engine.displacement,
        resistance=resistance,
        auxiliaries=constant["auxiliaries-clutched"].value,
        regeneration=braking[0],
        fade_speed=braking[1],
    )


def _engine_and_gearbox(
    powertrain: Composition, radius: float, facts: Catalogue
) -> tuple[EngineModel, GearboxModel]:
    engine, technology = powertrain.engine, powertrain.engine_technology
    gearbox, box = powertrain.gearbox, powertrain.gearbox_technology
    if engine is None or technology is None or gearbox is None or box is None:
        raise ValueError(f"{powertrain.id}: engine and gearbox need their technologies")
    rated = engine.peak_power / technology.rated_speed
    model = engine_model(engine, technology, facts.vehicle_constant["engine-inertia"].value)
    return model, gearbox_model(gearbox, box, powertrain.final_drive / radius, rated)


def _machines(powertrain: Composition, radius: float, facts: Catalogue) -> tuple[MachineModel, ...]:
    carbide = facts.vehicle_constant["silicon-carbide-loss"].value

    def inverter(unit: DriveUnit) -> float:
        return carbide if unit.inverter == "sic" else 1.0

    units = zip(powertrain.units, powertrain.machine_technologies, strict=True)
    return tuple(machine_model(u, t, radius, inverter(u)) for u, t in units)


def _fuel(powertrain: Composition, facts: Catalogue) -> Fuel:
    if powertrain.engine is None:
        return Fuel("none", 1.0, 0.0, 0.0)
    name = powertrain.engine.fuel
    constant = facts.vehicle_constant
    keys = (f"energy-{name}", f"co2-{name}-eu", f"co2-{name}-us")
    return Fuel(name, *(constant[key].value for key in keys))


def _outside(powertrain: Composition, road: RoadLoad) -> list[str]:
    """Return what lies outside the range of the class parameters, in words."""
    found = [
        f"{unit.id}: {power / 1e3:.0f} kW is outside 75 .. 300 kW of the loss law"
        for unit in powertrain.units
        for power in dict.fromkeys((np.min(unit.peak_power), np.max(unit.peak_power)))
        if not 75e3 <= power <= 300e3
    ]
    if road.from_design:
        found.append("road load made from drag and rolling resistance, not coasted down")
    return found


def assemble_vehicle(vehicle: Vehicle, facts: Catalogue) -> Car:
    """Return the car that a vehicle of the catalogue is, on its certified road load where public.

    Its gearing is N/V of the certificate, so the wheel radius cancels.

    Raises:
        DataError: The catalogue lacks a figure that driving needs; names it.
    """
    engine = facts.engine[vehicle.engine] if vehicle.engine else None
    gearbox = facts.gearbox[vehicle.gearbox] if vehicle.gearbox else None
    units = {
        side: facts.drive_unit[id] if id else None
        for side, id in (("rear", vehicle.rear_unit), ("front", vehicle.front_unit))
    }
    pack = facts.pack[vehicle.pack] if vehicle.pack else None
    turning = [u for u in units.values() if u is not None]
    composition = Composition(
        id=vehicle.id,
        kind=vehicle.kind,
        drive=vehicle.drive or "rwd",
        engine=engine,
        engine_technology=facts.engine_technology[engine.technology] if engine else None,
        gearbox=gearbox,
        gearbox_technology=facts.gearbox_technology[gearbox.technology] if gearbox else None,
        final_drive=vehicle.final_drive or 1.0,
        tank=1.0 if engine else 0.0,
        rear_unit=units["rear"],
        front_unit=units["front"],
        machine_technologies=tuple(facts.machine_technology[u.technology] for u in turning),
        cell=facts.cell["prismatic-91"] if turning else None,
    )
    road = _certified_road(vehicle, composition, facts)
    car = assemble(composition, road, pack.gross_energy if pack else 0.0, facts)
    net = pack.net_energy if pack and pack.net_energy else car.usable_energy
    return replace(car, usable_energy=net)


def _certified_road(vehicle: Vehicle, composition: Composition, facts: Catalogue) -> RoadLoad:
    radius = vehicle.tyre_radius
    if vehicle.speed_ratio is not None:
        top = composition.gearbox.ratios[-1] if composition.gearbox else 1.0
        final = composition.final_drive if composition.gearbox else composition.units[0].ratio
        radius = top * final / vehicle.speed_ratio
    if radius is None:
        raise DataError(f"{vehicle.id}: tyre_radius: no public figure; it cannot be driven")
    if None not in (vehicle.test_mass, vehicle.A, vehicle.B, vehicle.C):
        assert vehicle.test_mass and vehicle.A is not None and vehicle.B is not None and vehicle.C
        return RoadLoad(
            mass=vehicle.test_mass, A=vehicle.A, B=vehicle.B, C=vehicle.C, radius=radius
        )
    gaps = [n for n in ("drag", "curb_mass", "W103", "H100") if getattr(vehicle, n) is None]
    if gaps or not (vehicle.drag and vehicle.curb_mass and vehicle.W103 and vehicle.H100):
        raise DataError(f"{vehicle.id}: {', '.join(gaps)}: no public figure; it cannot be driven")
    constant = facts.vehicle_constant
    area = constant["frontal-area-share"].value * vehicle.W103 * vehicle.H100
    mass = vehicle.curb_mass + constant["loading"].value
    rolling = constant["rolling-resistance"].value
    return RoadLoad.design(mass, vehicle.drag * area, rolling, radius, facts)
