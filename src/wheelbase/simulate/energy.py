"""The verb `drive`: what a car needs on a cycle, with every joule booked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import Cycle
from wheelbase.simulate.car import Car
from wheelbase.simulate.economy import Economy, economy
from wheelbase.simulate.powertrain import Electric
from wheelbase.simulate.roadload import intervals, wheel_demand

__all__ = ["Drive", "Shortfall", "Start", "drive"]

Array = NDArray[np.float64]


class Start(Enum):
    """Temperature at the start: warm, or soaked at 23 degC."""

    WARM = "warm"
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
        fuel_volume: m3.
        co2: kg, of the EU test fuel.
        battery_energy: Net energy out of the cells, J; wall energy where a wall charges them.
        wall_energy: Energy from the wall that puts it back, J; 0 for a sustained charge.
        wheel_work: Work of the wheels, J: rolling, air, and the change of kinetic energy.
        losses: Cause to J; with the road's share they sum to fuel and battery energy.
        balance_error: What is left of that sum, relative to the energy that went in.
        shortfall: What was missed; the trace is kept, the miss is reported.
        overspeed: Greatest speed of a machine beyond its limit, rad/s.
        phases: Phase to fuel energy and battery energy, J.
        price: Price of battery energy of a charge-sustaining hybrid, else 0.
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


def drive(car: Car, cycle: Cycle, start: Start = Start.WARM, traced: bool = False) -> Drive:
    """Return what `car` needs on `cycle`.

    A trace that the car cannot follow is kept and the shortfall reported. A cold engine burns
    extra fuel that falls off with the fuel burnt so far: k (1 - exp(-E / E_w)), whatever the order.

    Args:
        car: The car.
        cycle: Speed trace.
        start: Temperature at the start.
        traced: Also return time series, one value per interval.
    """
    trace = intervals(cycle)
    wheel = wheel_demand(np, car.road, trace)
    flows = car.powertrain.flows(np, wheel, trace)
    dt = trace.duration
    running = np.cumsum(flows.fuel * dt)
    extra = _cold(car, running, start)
    fuel = float(running[-1] + extra[-1])
    battery = float((flows.chemical * dt).sum())
    kinetic = wheel.power - wheel.rolling - wheel.air
    losses = {name: float((power * dt).sum()) for name, power in flows.losses.items()}
    losses["cold start"] = float(extra[-1])
    losses["air"] = float((wheel.air * dt).sum())
    losses["rolling"] = float((wheel.rolling * dt).sum())
    losses["kinetic"] = float((kinetic * dt).sum())
    missed = float((flows.missed * dt).sum())
    supplied = fuel + battery
    throughput = float((np.abs(flows.fuel) + np.abs(flows.chemical)) @ dt) + float(extra[-1])
    wall = battery / car.charging_efficiency if _plugs(car) else 0.0
    return Drive(
        car=car.id,
        cycle=cycle.id,
        distance=cycle.distance,
        fuel_energy=fuel,
        fuel_volume=fuel / car.fuel.energy,
        co2=fuel / car.fuel.energy * car.fuel.co2_eu,
        battery_energy=battery,
        wall_energy=wall,
        wheel_work=losses["air"] + losses["rolling"] + losses["kinetic"],
        losses=losses,
        balance_error=abs(supplied + missed - sum(losses.values())) / max(throughput, 1.0),
        shortfall=_shortfall(car, trace, flows.missed),
        overspeed=float(np.max(flows.overspeed)),
        phases=_phases(cycle, running + extra, np.cumsum(flows.chemical * dt)),
        price=flows.price,
        outside_range=car.outside_range,
        trace=_series(cycle, trace, wheel, flows) if traced else {},
        usable_energy=car.usable_energy,
    )


def _plugs(car: Car) -> bool:
    """Return whether the battery's energy comes from the wall rather than from the fuel."""
    return isinstance(car.powertrain, Electric) or car.powertrain == car.depleting().powertrain


def _cold(car: Car, burnt: Array, start: Start) -> Array:
    """Return the cumulative extra fuel energy of a cold start, (t,) J."""
    engine = getattr(car.powertrain, "engine", None)
    if start is Start.WARM or engine is None:
        return np.zeros_like(burnt)
    extra = engine.cold_energy * -np.expm1(-burnt / (car.warm_up * engine.cold_energy))
    return np.asarray(extra, dtype=np.float64)


def _shortfall(car: Car, trace: Any, missed: Array) -> Shortfall:
    """Return what was missed; a speed gap grows from an interval's lack of power alone."""
    short = missed > 1e-6 * np.maximum(car.road.mass, 1.0)
    pace = car.road.mass * np.maximum(trace.speed, 1.0)
    gap = missed * trace.duration / pace
    return Shortfall(
        seconds=float(trace.duration[short].sum()),
        energy=float((missed * trace.duration)[short].sum()),
        worst_speed_gap=float(gap.max()) if short.any() else 0.0,
    )


def _phases(cycle: Cycle, fuel: Array, battery: Array) -> dict[str, tuple[float, float]]:
    """Return fuel and battery energy of each phase from their cumulative sums."""
    ends = cycle.time[1:]
    totals = {}
    for phase in cycle.phases:
        before, after = np.searchsorted(ends, [phase.start, phase.end], side="right") - 1
        spent = [float(s[after] - (s[before] if before >= 0 else 0.0)) for s in (fuel, battery)]
        totals[phase.name] = (spent[0], spent[1])
    return totals


def _series(cycle: Cycle, trace: Any, wheel: Any, flows: Any) -> dict[str, Array]:
    return {
        "time": cycle.time[:-1],
        "speed": trace.speed,
        "wheel_power": wheel.power,
        "fuel_power": flows.fuel + np.zeros_like(trace.speed),
        "battery_power": flows.chemical + np.zeros_like(trace.speed),
        "gear": flows.gear + np.zeros_like(trace.speed),
        "missed_power": flows.missed + np.zeros_like(trace.speed),
    }
