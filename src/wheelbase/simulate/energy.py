"""The verb `drive`: what cars need on a cycle, with every joule booked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import Cycle
from wheelbase.simulate.backend import Backend, Work, run
from wheelbase.simulate.car import Car, Mode
from wheelbase.simulate.economy import Economy, economy
from wheelbase.simulate.gearbox import gear_of
from wheelbase.simulate.powertrain import Combustion
from wheelbase.simulate.roadload import Intervals, intervals
from wheelbase.simulate.stack import columns, count, rows, stack
from wheelbase.simulate.totals import Totals, flows_of, spent, totals

__all__ = ["Drive", "Drives", "Fleet", "Needs", "Shortfall", "Start", "drive", "drive_many"]
__all__ += ["fleet_of", "needs_of"]

Array = NDArray[np.float64]


class Start(Enum):
    """Temperature at the start: warm, ten minutes after a drive, or soaked at 23 degC."""

    WARM = "warm"
    HOT = "hot"
    COLD = "cold"


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What the car could not deliver: seconds, energy in J, greatest speed gap in m/s."""

    seconds: float
    energy: float
    worst_speed_gap: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """What a car needed on a cycle.

    Args:
        distance: m.
        fuel_energy: Energy of the fuel burnt, J.
        fuel_volume: m3; of a charge-sustaining hybrid with what is left in the battery valued at
            `price`, as a certificate corrects it.
        co2: kg, of the EU test fuel, from that volume.
        battery_energy: Net energy out of the cells, J; wall energy where a wall charges them.
        wall_energy: Energy from the wall that puts it back, J; 0 for a sustained charge.
        wheel_work: Work of the wheels, J: rolling, air, and the change of kinetic energy.
        losses: Cause to J; with the road's share they sum to fuel and battery energy. Gearbox
            includes the clutch, the converter, and speeding up the engine.
        balance_error: What is left of that sum, relative to the energy that went in.
        shortfall: What was missed; the trace is kept, the miss is reported.
        overspeed: Greatest speed of a machine beyond its limit, rad/s.
        phases: Phase to fuel energy and battery energy, J.
        price: Price of battery energy of a charge-sustaining hybrid, else 0.
        starts: Engine starts of a hybrid.
        trace: Time series by name, empty unless asked for.
    """

    car: str
    cycle: str
    distance: float
    fuel_energy: float
    fuel_volume: float
    co2: float
    battery_energy: float
    wall_energy: float
    wheel_work: float
    losses: Mapping[str, float]
    balance_error: float
    shortfall: Shortfall
    overspeed: float
    phases: Mapping[str, tuple[float, float]]
    price: float
    starts: float
    outside_range: tuple[str, ...]
    trace: Mapping[str, Array] = field(default_factory=dict, repr=False)
    usable_energy: float = 0.0

    @property
    def economy(self) -> Economy:
        """The result in the units of labels and brochures."""
        return economy(
            self.distance,
            self.fuel_volume,
            self.co2,
            (self.battery_energy, self.wall_energy),
            self.usable_energy,
        )


@dataclass(frozen=True, slots=True)
class Drives:
    """What many cars needed on one cycle: arrays over the cars, and each as a `Drive`.

    Args:
        cars: The cars, in their order.
        cycle: The cycle.
        totals: Energies, (V,) or (V, phases).
    """

    cars: tuple[Car, ...]
    cycle: Cycle = field(repr=False)
    totals: Totals = field(repr=False)

    def __len__(self) -> int:
        """Return the number of cars."""
        return len(self.cars)

    def __getitem__(self, index: int) -> Drive:
        """Return the drive of one car."""
        row = Totals(*(np.asarray(x)[index] for x in self.totals))
        return _drive(self.cars[index], self.cycle, row)

    def __iter__(self) -> Iterator[Drive]:
        """Yield the drive of each car."""
        return (self[n] for n in range(len(self)))

    @property
    def fuel_energy(self) -> Array:
        """Energy of the fuel burnt, the battery's change valued at its price, (V,) J."""
        t = self.totals
        return np.asarray(t.fuel.sum(-1) + t.price * t.battery.sum(-1))

    @property
    def battery_energy(self) -> Array:
        """Net energy out of the cells, (V,) J."""
        return np.asarray(self.totals.battery.sum(-1))


def drive(car: Car, cycle: Cycle, start: Start = Start.WARM, traced: bool = False) -> Drive:
    """Return what `car` needs on `cycle`.

    A trace that the car cannot follow is kept and the shortfall reported.

    Args:
        car: The car.
        cycle: Speed trace.
        start: Temperature at the start.
        traced: Also return time series, one value per interval.
    """
    done = drive_many((car,), cycle, start)[0]
    if not traced:
        return done
    return _with_trace(done, car, cycle)


@dataclass(frozen=True, slots=True)
class Fleet:
    """Cars made ready for batches: stacked once, driven on as many cycles as one likes.

    Args:
        cars: The cars, in their order.
        groups: Places, stacked numbers, price and soak share of the cars that share a structure.
    """

    cars: tuple[Car, ...]
    groups: tuple[tuple[tuple[int, ...], Any, float | None, float], ...] = field(repr=False)


def fleet_of(cars: Sequence[Car]) -> Fleet:
    """Return cars of any kinds, stacked for `drive_many`."""
    alike: dict[Any, list[int]] = {}
    for n, car in enumerate(cars):
        machines = len(getattr(car.powertrain, "machines", ()))
        kind = (type(car.powertrain), machines, car.price, car.soak_share)
        alike.setdefault(kind, []).append(n)
    return Fleet(
        tuple(cars),
        tuple(
            (tuple(places), stack([cars[n].model for n in places]), price, share)
            for (*_, price, share), places in alike.items()
        ),
    )


def drive_many(
    cars: Sequence[Car] | Fleet,
    cycle: Cycle,
    start: Start = Start.WARM,
    backend: Backend = Backend.NUMPY,
) -> Drives:
    """Return what many cars need on `cycle`; each the same to the last bit as driven alone.

    Args:
        cars: Cars of any kinds, or a fleet made of them.
        cycle: Speed trace.
        start: Temperature at the start.
        backend: NumPy, or JAX (extra `jax`) for large numbers, equal to 1e-12.
    """
    trace = _cut(cycle)
    fleet = cars if isinstance(cars, Fleet) else fleet_of(cars)
    found = []
    for _, model, price, share in fleet.groups:
        found.append(run(totals, model, Work(trace, _soak(share, start), price), backend))
    if len(found) == 1:
        return Drives(fleet.cars, cycle, found[0])
    back = np.argsort(np.concatenate([group[0] for group in fleet.groups]))
    columns = zip(*found, strict=True)
    return Drives(fleet.cars, cycle, Totals(*(np.concatenate(c)[back] for c in columns)))


_KEPT_CHARGE = 0.5  # of the usable energy, around which a hybrid keeps its charge, an estimate


@lru_cache(maxsize=64)
def _cut(cycle: Cycle) -> Intervals:
    return intervals(cycle)


@dataclass(frozen=True, slots=True)
class Needs:
    """What a car must be given to drive a cycle: numbers, or columns (V, 1) of many.

    Args:
        distance: m.
        fuel_volume: m3, valued as in `Drive`.
        co2: kg of the EU test fuel.
        battery_energy: Net energy out of the cells, J.
        wall_energy: J from the wall that puts it back.
    """

    distance: float
    fuel_volume: Any
    co2: Any
    battery_energy: Any
    wall_energy: Any


def _needs(car: Car, distance: float, fuel: Any, battery: Any, price: Any) -> Needs:
    volume = (fuel + price * battery) / car.fuel.energy
    fed = car.plugged and (not car.hybrid or car.mode is not Mode.SUSTAINING)
    wall = battery / car.charging_efficiency if fed else 0.0 * battery
    return Needs(distance, volume, volume * car.fuel.co2_eu, battery, wall)


def needs_of(
    car: Car,
    cycle: Cycle,
    start: Start = Start.WARM,
    backend: Backend = Backend.NUMPY,
    part: Any = slice(None),
) -> Needs:
    """Return what a car that stands for many needs on `cycle`, in columns.

    Args:
        car: Its numbers are single or columns (V, 1).
        cycle: Speed trace.
        start: Temperature at the start.
        backend: NumPy or JAX.
        part: Some of its rows.
    """
    model = columns(car.model)
    whole = count(model)
    kept = rows(model, part)
    many = whole if count(kept) == whole else len(np.arange(whole)[part])
    work = Work(_cut(cycle), _soak(car.soak_share, start), car.price)
    done = run(spent, kept, work, backend, many)
    fuel, battery = (np.asarray(x).sum(-1)[:, None] for x in (done.fuel, done.battery))
    return _needs(car, cycle.distance, fuel, battery, np.asarray(done.price)[:, None])


def _soak(share: float, start: Start) -> float:
    """Return the share of a cold start's extra fuel."""
    return {Start.WARM: 0.0, Start.HOT: share, Start.COLD: 1.0}[start]


def _drive(car: Car, cycle: Cycle, t: Totals) -> Drive:
    fuel, battery, price = float(t.fuel.sum()), float(t.battery.sum()), float(t.price)
    losses = _losses(t)
    supplied = fuel + battery + float(t.missed_energy)
    throughput = fuel + abs(battery) + abs(float(t.kinetic)) + losses["air"] + losses["rolling"]
    needs = _needs(car, cycle.distance, fuel, battery, price)
    names = [p.name for p in cycle.phases]
    phases = {n: (float(t.fuel[k]), float(t.battery[k])) for k, n in enumerate(names)}
    return Drive(
        car=car.id,
        cycle=cycle.id,
        distance=cycle.distance,
        fuel_energy=fuel,
        fuel_volume=needs.fuel_volume,
        co2=needs.co2,
        battery_energy=battery,
        wall_energy=needs.wall_energy,
        wheel_work=losses["air"] + losses["rolling"] + losses["kinetic"],
        losses=losses,
        balance_error=abs(supplied - sum(losses.values())) / max(throughput, 1.0),
        shortfall=Shortfall(float(t.missed_time), float(t.missed_energy), float(t.missed_speed)),
        overspeed=float(t.overspeed),
        phases=phases,
        price=price,
        starts=float(t.starts),
        outside_range=car.outside_range,
        usable_energy=car.usable_energy,
    )


def _losses(t: Totals) -> dict[str, float]:
    """Return cause to J: each loss is what goes into a part less what comes out of it."""
    battery = t.battery.sum()
    shafts = t.work + t.terminal - t.machines - t.auxiliaries
    found = {
        "engine": t.burnt - t.work,
        "engine starts": t.start_energy,
        "cold start": t.cold,
        "machines": t.machines,
        "battery": battery - t.terminal,
        "gearbox": shafts - t.delivered,
        "auxiliaries": t.auxiliaries,
        "brakes": t.brakes,
        "air": t.air,
        "rolling": t.rolling,
        "kinetic": t.kinetic,
    }
    return {name: float(value) for name, value in found.items()}


def _gears(car: Car, ratio: Array) -> Array:
    """Return the gear of each interval, 1 for the first, 0 where there are no gears."""
    box = getattr(car.powertrain, "gearbox", None)
    return np.zeros_like(ratio) if box is None else 1.0 + gear_of(box.ratios, ratio[0])[None]


def _shafts(car: Car, flows: Any) -> Any:
    """Return the power of the machines' shafts, W; negative where they brake."""
    if isinstance(car.powertrain, Combustion):
        return 0.0
    return flows.terminal - flows.machines - flows.auxiliaries


def _with_trace(done: Drive, car: Car, cycle: Cycle) -> Drive:
    """Return the drive with its time series, one value per interval of the trace."""
    trace = _cut(cycle)
    model = stack([car.model])
    wheel, flows, _ = flows_of(np, model, trace, car.price)
    even = np.zeros((1, len(trace.speed)))
    series = {
        "speed": trace.speed[None],
        "wheel_power": wheel.power,
        "fuel_power": flows.fuel,
        "battery_power": flows.chemical,
        "gear": _gears(car, flows.ratio + even),
        "engine_running": flows.running,
        "engine_power": flows.work,
        "machine_power": _shafts(car, flows),
        "missed_power": np.where(wheel.power > 0, wheel.power - flows.delivered, 0.0),
    }
    columns = {name: (value + even)[0][trace.order] for name, value in series.items()}
    if car.usable_energy > 0:
        spent = np.cumsum(columns["battery_power"] * np.diff(cycle.time)) / car.usable_energy
        full = 1.0 if (car.plugged and car.price is not None) or not car.hybrid else _KEPT_CHARGE
        columns["state_of_charge"] = full - spent
    return replace(done, trace={"time": cycle.time[:-1], **columns})
