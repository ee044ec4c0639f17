"""Hybrids: in each interval the cheapest split between fuel and battery, in closed form.

At one price of battery energy every interval stands alone (Pontryagin's principle with a constant
co-state). The sum over the cycle of the cheapest cost is concave in the price, and where it is
greatest the battery ends as charged as it began. Left out: limits of the charge window, warm-up of
the machine, any cost of changing gear or state but that of engine starts.

Source: Guzzella & Sciarretta, Vehicle Propulsion Systems, ch. 7 (ECMS).
"""

from typing import Any, NamedTuple

from wheelbase.simulate.battery import chemical_power
from wheelbase.simulate.engine import EngineModel, full_load
from wheelbase.simulate.flows import Flows
from wheelbase.simulate.gearbox import GearboxModel, select_gear
from wheelbase.simulate.machine import MachineModel, machine_loss, torque_limit
from wheelbase.simulate.powertrain import at_wheel, through_gearbox
from wheelbase.simulate.roadload import Intervals, WheelDemand

__all__ = ["Parallel", "PowerSplit", "sustain"]

_SHORT = 100.0  # rank of a watt that is missed, in watts of fuel
_BRACKET = (1.8, 4.0)  # price of battery energy in fuel energy; solutions lie at 2.2 to 2.8
_FAR = (0.8, 12.0)
_EVALUATIONS = 10


class Parallel(NamedTuple):
    """An engine and one machine on the gearbox input: P2 behind a clutch, P0 or P1 on the crank.

    `coupled` is 1 for a machine that always turns with the engine: then the car drives with its
    engine on, brakes against its drag, and stops it only at rest or, slowing, below `off_speed`.
    A machine behind a clutch drives alone up to `off_speed`. `machine.ratio` is machine speed over
    gearbox input speed, `start_energy` the fuel energy of one engine start.
    """

    engine: EngineModel
    gearbox: GearboxModel
    machine: MachineModel
    coupled: Any
    off_speed: Any
    start_energy: Any
    resistance: Any
    auxiliaries: Any
    regeneration: Any
    fade_speed: Any

    def options(self, xp: Any, wheel: WheelDemand, trace: Intervals) -> dict[str, Any]:
        """Return what does not depend on the price: speeds, torques, and driving without fuel."""
        engine, box, m = self.engine, self.gearbox, self.machine
        kept = self.regeneration * xp.minimum(trace.speed / self.fade_speed, 1.0)
        wanted = through_gearbox(xp, box, wheel, trace)
        wanted = wanted * xp.where(wheel.force > 0, 1.0, kept)
        helped = xp.maximum(wanted - m.peak_power * (1 - self.coupled), 0) + self.auxiliaries
        ratio = select_gear(xp, box, engine, helped, trace.speed)
        turning = xp.minimum(trace.speed * ratio, engine.maximum_speed)
        w = xp.maximum(turning, engine.idle_speed)
        spinning = xp.where(self.coupled > 0, w, turning) * m.ratio
        limit = torque_limit(xp, m, spinning) * m.ratio
        # A launching engine slips against its clutch, so torque counts, not power.
        total = (wanted / xp.maximum(turning, 1e-9) + box.drag) * trace.moving
        alone = xp.clip(total, -limit, limit) * (1 - self.coupled)
        electric = self._terminal(xp, alone, spinning * (1 - self.coupled), trace)
        may = xp.where(trace.speed <= self.off_speed, 1.0, 0.0)
        may = xp.where(self.coupled > 0, may * (wheel.force <= 0), may)
        may = xp.maximum(may, 1 - trace.moving)
        missed = xp.maximum(total - alone, 0) * turning
        blocked = xp.where(may > 0, 0.0, xp.inf)
        pull, most = spinning / m.ratio, full_load(xp, engine, w)
        high = xp.clip(total + engine.drag, -limit, limit)
        low = xp.minimum(xp.maximum(total - most, -limit), high)
        bend = 2 * (m.kt / m.ratio**2 + 0.25 * self.resistance * pull * pull)
        return {
            "pull": pull, "low": low, "high": high, "bend": bend, "slope": w / engine.efficiency,
            "total": total, "turning": turning, "w": w, "spinning": spinning, "limit": limit,
            "ratio": ratio, "most": most, "alone": alone,
            "off": chemical_power(xp, self.resistance, electric), "missed": missed,
            "blocked": blocked,
        }  # fmt: skip

    def _terminal(self, xp: Any, torque: Any, speed: Any, trace: Intervals) -> Any:
        """Return terminal power of a torque at the gearbox input and of the auxiliaries."""
        m = self.machine
        loss = machine_loss(xp, m, torque / m.ratio, speed) * trace.moving * (speed > 0)
        return torque * speed / m.ratio + loss + self.auxiliaries

    def at_price(self, xp: Any, o: dict[str, Any], trace: Intervals, price: Any) -> tuple[Any, ...]:
        """Return fuel, cell power, machine torque and engine torque of the cheapest option.

        The machine torque on a running engine is (w / e / price - w) / (2 (k_t + k4 w2 / 4)),
        where a little less of it would burn as much more as the battery saves.
        """
        engine = self.engine
        torque = xp.clip((o["slope"] / price - o["pull"]) / o["bend"], o["low"], o["high"])
        burnt = xp.clip(o["total"] - torque, -engine.drag, o["most"])
        fuel = o["slope"] * (burnt + engine.drag)
        cells = chemical_power(
            xp, self.resistance, self._terminal(xp, torque, o["spinning"], trace)
        )
        short = xp.maximum(o["total"] - torque - burnt, 0) * o["turning"]
        on = fuel + price * cells + _SHORT * short
        return _cheaper(xp, o, trace, price, on, (fuel, cells, torque, burnt))

    def book(
        self, xp: Any, o: dict[str, Any], wheel: WheelDemand, trace: Intervals, best: Any
    ) -> Flows:
        """Return the flows of the chosen options."""
        fuel, cells, torque, burnt, runs = best
        spinning = xp.where(runs > 0, o["spinning"], o["spinning"] * (1 - self.coupled))
        terminal = self._terminal(xp, torque, spinning, trace)
        machines = terminal - self.auxiliaries - torque * spinning / self.machine.ratio
        net = (torque + burnt - self.gearbox.drag) * o["turning"]
        delivered = at_wheel(xp, self.gearbox, net, wheel, trace)
        over = xp.maximum(trace.speed * o["ratio"] - self.engine.maximum_speed, 0)
        used = self.auxiliaries + xp.zeros_like(fuel)
        return Flows(
            fuel, burnt * o["w"], cells, terminal, machines, used, delivered, over, o["ratio"], runs
        )


class PowerSplit(NamedTuple):
    """An engine whose speed is free behind a planetary gear, and a machine on the wheels.

    The engine follows a line of `line_torque`: below the power of that torque at its lowest speed
    it turns at that speed, above at that torque. `path` is the efficiency from engine or machine
    to the wheels, with the power that circulates between both machines.
    """

    engine: EngineModel
    machine: MachineModel
    line_torque: Any
    lowest_speed: Any
    path: Any
    off_speed: Any
    start_energy: Any
    resistance: Any
    auxiliaries: Any
    regeneration: Any
    fade_speed: Any

    def options(self, xp: Any, wheel: WheelDemand, trace: Intervals) -> dict[str, Any]:
        """Return what does not depend on the price: demand, limits, driving without fuel."""
        m = self.machine
        kept = self.regeneration * xp.minimum(trace.speed / self.fade_speed, 1.0)
        pushing = wheel.force > 0
        demand = wheel.power * xp.where(pushing, 1 / self.path, self.path * kept)
        spinning = trace.speed * m.ratio
        limit = torque_limit(xp, m, spinning) * spinning
        alone = xp.clip(demand, -limit, limit)
        missed = xp.maximum(demand - alone, 0)
        off = chemical_power(xp, self.resistance, self._terminal(xp, alone, spinning, trace))
        may = (trace.speed <= self.off_speed) | (wheel.force <= 0)
        return {
            "demand": demand, "spinning": spinning, "limit": limit, "alone": alone,
            "missed": missed, "off": off, "blocked": xp.where(may, 0.0, xp.inf),
        }  # fmt: skip

    def _terminal(self, xp: Any, power: Any, speed: Any, trace: Intervals) -> Any:
        """Return terminal power of a shaft power of the machine and of the auxiliaries."""
        torque = power / xp.maximum(speed, 1.0)
        loss = machine_loss(xp, self.machine, torque, speed) * trace.moving
        return power + loss + self.auxiliaries

    def at_price(self, xp: Any, o: dict[str, Any], trace: Intervals, price: Any) -> tuple[Any, ...]:
        """Return fuel, cell power, machine power and engine power of the cheapest option.

        Fuel = base + P / e below the kink P_k, and P (1 + drag / line torque) / e above; on either
        piece the machine gives (slope / price - 1) / (2 q), q = k_t / w2 + k4 / 4.
        """
        e, speed = self.engine, xp.maximum(o["spinning"], 1.0)
        kink = self.line_torque * self.lowest_speed
        base = e.drag * self.lowest_speed / e.efficiency
        steep = (1 + e.drag / self.line_torque) / e.efficiency
        bend = 2 * (self.machine.kt / (speed * speed) + 0.25 * self.resistance)
        found = []
        pieces = ((1 / e.efficiency, base, 0.0, kink), (steep, 0.0, kink, e.peak_power))
        for slope, start, low, high in pieces:
            power = xp.clip((slope / price - 1) / bend, -o["limit"], o["limit"])
            engine = xp.clip(o["demand"] - power, low, high)
            power = xp.clip(o["demand"] - engine, -o["limit"], o["limit"])
            fuel = start + slope * engine
            cells = chemical_power(
                xp, self.resistance, self._terminal(xp, power, o["spinning"], trace)
            )
            gap = xp.abs(o["demand"] - power - engine)
            found.append((fuel + price * cells + _SHORT * gap, fuel, cells, power, engine))
        better = found[1][0] < found[0][0]
        rank, fuel, cells, power, engine = (
            xp.where(better, above, below) for below, above in zip(*found, strict=True)
        )
        return _cheaper(xp, o, trace, price, rank, (fuel, cells, power, engine))

    def book(
        self, xp: Any, o: dict[str, Any], wheel: WheelDemand, trace: Intervals, best: Any
    ) -> Flows:
        """Return the flows of the chosen options."""
        fuel, cells, power, engine, runs = best
        terminal = self._terminal(xp, power, o["spinning"], trace)
        machines = terminal - self.auxiliaries - power
        pushing = wheel.force > 0
        delivered = (power + engine) * xp.where(pushing, self.path, 1 / self.path) * trace.moving
        over = xp.maximum(o["spinning"] - self.machine.maximum_speed, 0)
        zero = xp.zeros_like(fuel)
        used = self.auxiliaries + zero
        return Flows(fuel, engine, cells, terminal, machines, used, delivered, over, zero, runs)


def _cheaper(
    xp: Any, o: dict[str, Any], trace: Intervals, price: Any, rank: Any, running: Any
) -> tuple[Any, ...]:
    """Return fuel, cell power, machine, engine and whether it runs: the cheaper of on and off.

    Args:
        xp: Array namespace.
        o: What the powertrain's `options` returned.
        trace: Intervals.
        price: Of battery energy, (V, 1).
        rank: Cost of driving with the engine on, W of fuel.
        running: Fuel, cell power, machine and engine of driving with the engine on.
    """
    fuel, cells, machine, engine = running
    off = price * o["off"] + _SHORT * o["missed"] + o["blocked"]
    runs = (rank < off) * trace.moving
    fuel, cells = xp.where(runs > 0, fuel, 0.0), xp.where(runs > 0, cells, o["off"])
    return fuel, cells, xp.where(runs > 0, machine, o["alone"]), engine * runs, runs


def sustain(
    xp: Any,
    hybrid: "Parallel | PowerSplit",
    wheel: WheelDemand,
    trace: Intervals,
    price: float | None,
) -> tuple[Flows, Any]:
    """Return the flows and the price of battery energy, (V, 1), that keep the charge.

    At a given price the battery is drained, and the price returned is 0.

    The net energy out of the battery falls with the price; its root is found by false position
    with halving (Illinois) in a fixed number of steps. Depleting, the price is next to nothing.

    Args:
        xp: Array namespace.
        hybrid: The powertrain.
        wheel: What the wheels need.
        trace: Intervals.
        price: A price to drive at, whatever becomes of the charge; None for the one that keeps it.
    """
    options = hybrid.options(xp, wheel, trace)
    one = xp.ones_like(hybrid.resistance)
    if price is not None:
        best = hybrid.at_price(xp, options, trace, price * one)
        return hybrid.book(xp, options, wheel, trace, best), 0 * one

    def drained(trial: Any) -> tuple[Any, Any]:
        best = hybrid.at_price(xp, options, trace, trial)
        return (best[1] * trace.duration).sum(-1)[:, None], best

    low, high = _BRACKET[0] * one, _BRACKET[1] * one
    f_low, f_high = drained(low)[0], drained(high)[0]
    # A root outside: search from the bracket's end to the far bound, whose sign is known.
    below, above = f_low <= 0, f_high > 0
    low, high = xp.where(below, _FAR[0], low), xp.where(above, _FAR[1], high)
    low, high = xp.where(above, _BRACKET[1], low), xp.where(below, _BRACKET[0], high)
    f_low, f_high = (
        xp.where(above, f_high, xp.where(below, -f_low, f_low)),
        xp.where(below, f_low, xp.where(above, -f_high, f_high)),
    )
    for _ in range(_EVALUATIONS):
        step = (high - low) / xp.where(f_high == f_low, 1.0, f_high - f_low)
        margin = 0.02 * (high - low)
        found = xp.clip(high - f_high * step, low + margin, high - margin)
        f, best = drained(found)
        rising = f > 0
        f_high, f_low = xp.where(rising, f_high * 0.5, f), xp.where(rising, f, f_low * 0.5)
        low, high = xp.where(rising, found, low), xp.where(rising, high, found)
    return hybrid.book(xp, options, wheel, trace, best), found
