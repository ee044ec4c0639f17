"""From powers of intervals to energies of a cycle: the numeric core over any array namespace."""

from typing import Any, NamedTuple

from wheelbase.simulate.flows import Flows
from wheelbase.simulate.hybrid import Parallel, PowerSplit, sustain
from wheelbase.simulate.powertrain import Combustion, Electric
from wheelbase.simulate.roadload import Intervals, Road, WheelDemand, road_work, wheel_demand

__all__ = ["Model", "Spent", "Totals", "flows_of", "spent", "totals"]

_REST = 4  # intervals that an engine stands before its next start counts, an estimate


class Model(NamedTuple):
    """What the core needs of a car: road, powertrain, and how it warms up.

    `cold_energy` is the extra fuel energy of a soaked start in J, `warming` the fuel energy in J
    over which it falls to 1/e.
    """

    road: Road
    powertrain: Any
    cold_energy: Any
    warming: Any


class Totals(NamedTuple):
    """Energies of a cycle in J, (V,); by phase (V, phases) where it says so.

    `fuel` and `battery` are by phase, fuel with starts and warm-up; `missed` in s, J and m/s.
    """

    fuel: Any
    battery: Any
    cold: Any
    starts: Any
    start_energy: Any
    burnt: Any
    work: Any
    terminal: Any
    machines: Any
    auxiliaries: Any
    delivered: Any
    brakes: Any
    rolling: Any
    air: Any
    kinetic: Any
    missed_time: Any
    missed_energy: Any
    missed_speed: Any
    overspeed: Any
    price: Any


def flows_of(
    xp: Any, model: Model, trace: Intervals, price: float | None
) -> tuple[WheelDemand, Flows, Any]:
    """Return wheel demand, flows and price of battery energy of stacked cars."""
    wheel = wheel_demand(xp, model.road, trace)
    powertrain = model.powertrain
    if isinstance(powertrain, (Combustion, Electric)):
        return wheel, powertrain.flows(xp, wheel, trace), xp.zeros_like(model.warming)
    flows, found = sustain(xp, powertrain, wheel, trace, price)
    return wheel, flows, found


class Spent(NamedTuple):
    """What a cycle costs, J by phase (V, phases), and the price of battery energy, (V,)."""

    fuel: Any
    battery: Any
    price: Any


def spent(xp: Any, model: Model, trace: Intervals, soak: float, price: float | None) -> Spent:
    """Return fuel and battery energy of stacked cars on a cycle: `totals` without its books."""
    _, flows, found = flows_of(xp, model, trace, price)
    fuel, _, _, cold = _fuel(xp, model, flows, trace, soak)
    return Spent(fuel + cold, _by_phase(xp, flows.chemical, trace), found[:, 0])


def totals(xp: Any, model: Model, trace: Intervals, soak: float, price: float | None) -> Totals:
    """Return the energies of stacked cars on a cycle.

    Args:
        xp: Array namespace.
        model: Stacked cars.
        trace: Intervals of the cycle.
        soak: Share of a cold start's extra fuel: 1 soaked, 0 warm.
        price: Price of battery energy in fuel energy for a hybrid; None for the one that keeps
            its charge.
    """
    wheel, flows, found = flows_of(xp, model, trace, price)
    dt = trace.duration

    def total(power: Any) -> Any:  # a power that never changes stands once, as (V, 1)
        return power[:, 0] * dt.sum() if power.shape[-1] == 1 else (power * dt).sum(-1)

    fuel, starts, started, cold = _fuel(xp, model, flows, trace, soak)
    gap = wheel.power - flows.delivered
    lacking = (gap > 1e-6 * model.road.inertia) & (wheel.power > 0)
    missed = xp.where(lacking, gap, 0.0)
    rolling, air, kinetic = road_work(model.road, trace)
    slowing = missed * (trace.step / xp.maximum(trace.speed, 1.0))
    return Totals(
        fuel=fuel + cold,
        battery=_by_phase(xp, flows.chemical, trace),
        cold=cold.sum(-1),
        starts=starts.sum(-1),
        start_energy=started.sum(-1),
        burnt=_by_phase(xp, flows.fuel, trace).sum(-1),
        work=total(flows.work),
        terminal=total(flows.terminal),
        machines=total(flows.machines),
        auxiliaries=total(flows.auxiliaries),
        delivered=total(flows.delivered),
        brakes=total(xp.where(wheel.power > 0, 0.0, -gap)),
        rolling=rolling,
        air=air,
        kinetic=kinetic,
        missed_time=(lacking * dt).sum(-1),
        missed_energy=total(missed),
        missed_speed=slowing.max(-1) / model.road.inertia[:, 0],
        overspeed=xp.maximum(flows.overspeed.max(-1), 0.0),
        price=found[:, 0],
    )


def _by_phase(xp: Any, power: Any, trace: Intervals) -> Any:
    """Return the energy of a power in each phase, (V, phases) J."""
    dt, parts = trace.duration, tuple(zip((0, *trace.ends[:-1]), trace.ends, strict=True))
    if power.shape[-1] == 1:
        return power * xp.stack([dt[a:b].sum() for a, b in parts])
    energy = power * dt
    return xp.stack([energy[:, a:b].sum(-1) for a, b in parts], axis=-1)


def _fuel(
    xp: Any, model: Model, flows: Flows, trace: Intervals, soak: float
) -> tuple[Any, Any, Any, Any]:
    """Return fuel with starts, starts, fuel of starts, and of warm-up, (V, phases) each."""
    burnt, starts = _by_phase(xp, flows.fuel, trace), _starts(xp, model, flows, trace)
    started = xp.zeros_like(burnt)
    if isinstance(model.powertrain, (Parallel, PowerSplit)):
        started = starts * model.powertrain.start_energy
    fuel = burnt + started
    return fuel, starts, started, _cold(xp, model, fuel, soak)


def _starts(xp: Any, model: Model, flows: Flows, trace: Intervals) -> Any:
    """Return the engine starts of a hybrid in each phase, (V, phases).

    A stop of less than a few intervals is one that a control with hysteresis does not make.
    """
    if not isinstance(model.powertrain, (Parallel, PowerSplit)):
        return xp.zeros((model.warming.shape[0], len(trace.cuts)))
    running = flows.running[:, trace.order]
    rested = xp.ones_like(running)
    for back in range(1, _REST + 1):
        before = xp.concatenate([xp.zeros_like(running[:, :back]), running[:, :-back]], axis=1)
        rested = rested * (1 - before)
    started = running * rested
    parts = zip((0, *trace.cuts[:-1]), trace.cuts, strict=True)
    return xp.stack([started[:, a:b].sum(-1) for a, b in parts], axis=-1)


def _cold(xp: Any, model: Model, fuel: Any, soak: float) -> Any:
    """Return the extra fuel energy of a cold start in each phase, (V, phases).

    It falls off with the fuel energy E burnt so far: k (1 - exp(-E / E_w)), whatever the order.
    """
    done = xp.cumsum(fuel, axis=-1)
    extra = soak * model.cold_energy * (1 - xp.exp(-done / model.warming))
    before = xp.concatenate([xp.zeros_like(extra[:, :1]), extra[:, :-1]], axis=-1)
    return extra - before
