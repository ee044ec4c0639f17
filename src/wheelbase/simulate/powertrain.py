"""Powertrains: final classes behind one protocol; each turns wheel demand into flows.

Quasi-static and backward: the wheel decides, every interval stands alone, and the one thing that
couples them - the charge of a hybrid's battery - is a single price of battery energy.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from wheelbase.simulate.battery import chemical_power
from wheelbase.simulate.engine import EngineModel, fuel_line, full_load
from wheelbase.simulate.flows import Flows
from wheelbase.simulate.gearbox import GearboxModel, cheapest, input_torque
from wheelbase.simulate.machine import MachineModel, machine_loss, torque_limit
from wheelbase.simulate.roadload import Intervals, WheelDemand

__all__ = ["Combustion", "Electric", "Powertrain", "braked"]

_SHORT = 100.0  # rank of a watt that is missed, in watts of fuel
_LIMIT = 1e6  # rank of a rad/s beyond a limit


class Powertrain(Protocol):
    """Anything that turns what the wheels need into what flows."""

    def flows(self, xp: Any, wheel: WheelDemand, trace: Intervals) -> Flows:
        """Return the flows of every interval."""
        ...


@dataclass(frozen=True, slots=True)
class Combustion:
    """An engine, a gearbox, and auxiliaries driven by the crankshaft.

    The gear is the one that burns least among those within speed limits; fuel is cut in overrun;
    `stopped_share` of the standing time the engine is off.
    """

    engine: EngineModel
    gearbox: GearboxModel
    auxiliaries: float
    stopped_share: float

    def flows(self, xp: Any, wheel: WheelDemand, trace: Intervals) -> Flows:
        """Return the flows of every interval."""
        engine, box = self.engine, self.gearbox
        turning = wheel.speed * box.ratios
        w, base, slope = fuel_line(xp, engine, turning)
        extra = self.auxiliaries / w
        asked = input_torque(xp, box, wheel.torque, trace.speed) + extra
        most = full_load(xp, engine, w)
        torque = xp.clip(asked, -base / slope, most)
        lugging = xp.where(box.ratios < box.ratios[:1], box.lug_speed - turning, 0.0)
        over = xp.maximum(turning - engine.maximum_speed, 0) + xp.maximum(lugging, 0)
        fuel = base + slope * torque
        rank = fuel + _SHORT * xp.maximum(asked - most, 0) * w + _LIMIT * over
        gears = xp.arange(len(box.ratios))[:, None]
        net = torque - extra - box.drag
        slip = 1 + box.slip * xp.clip(1 - trace.speed / box.slip_until, 0.0, 1.0)
        out = xp.where(
            wheel.torque > 0,
            net * box.ratios * box.efficiency / slip,
            net * box.ratios / box.efficiency,
        )
        beyond = xp.maximum(turning - engine.maximum_speed, 0)
        fuel, torque, w, out, beyond, gear = cheapest(
            xp, rank, fuel, torque, w, out * wheel.speed, beyond, gears
        )
        return self._standing(xp, wheel, trace, (fuel, torque * w, out, beyond, gear))

    def _standing(self, xp: Any, wheel: WheelDemand, trace: Intervals, best: Any) -> Flows:
        """Return the flows with the standing intervals put in: idle, part of the time stopped."""
        fuel, work, delivered, beyond, gear = best
        w, base, slope = fuel_line(xp, self.engine, xp.zeros(1))
        running = 1 - self.stopped_share
        drag = self.gearbox.drag * w[0] * running
        auxiliaries = self.auxiliaries * running
        idle = (base[0] + slope[0] * (self.auxiliaries / w[0] + self.gearbox.drag)) * running
        go = trace.moving
        fuel = xp.where(go, fuel, idle)
        work = xp.where(go, work, auxiliaries + drag)
        delivered = xp.where(go, delivered, 0.0)
        used = xp.where(go, self.auxiliaries, auxiliaries)
        brakes, missed = braked(xp, wheel, delivered)
        losses = {
            "engine": fuel - work,
            "gearbox": work - used - delivered,
            "auxiliaries": used,
            "brakes": brakes,
        }
        zero = xp.zeros_like(fuel)
        return Flows(fuel, zero, delivered, losses, missed, xp.where(go, beyond, 0.0), gear)


def braked(xp: Any, wheel: WheelDemand, delivered: Any) -> tuple[Any, Any]:
    """Return what the friction brakes take and what the powertrain misses, both W, not negative."""
    gap = delivered - wheel.power
    braking = wheel.power <= 0
    return xp.where(braking, gap, 0.0), xp.where(braking, 0.0, -gap)


@dataclass(frozen=True, slots=True)
class Electric:
    """One or two drive units on a battery; torque goes where it costs least.

    `idle_losses` are the standing losses of a unit that carries no torque: those of a permanent
    magnet machine turn with the wheel, a machine without magnets is switched off.
    """

    machines: tuple[MachineModel, ...]
    magnets: tuple[bool, ...]
    resistance: float
    auxiliaries: float
    regeneration: float
    fade_speed: float

    def flows(self, xp: Any, wheel: WheelDemand, trace: Intervals) -> Flows:
        """Return the flows of every interval."""
        kept = self.regeneration * xp.minimum(trace.speed / self.fade_speed, 1.0)
        torque = xp.where(wheel.torque > 0, wheel.torque, wheel.torque * kept)
        everyone = tuple(range(len(self.machines)))
        candidates = [everyone, *((n,) for n in everyone)] if len(everyone) > 1 else [everyone]
        options = [self._option(xp, c, torque, wheel, trace) for c in candidates]
        terminal, machine, gear, delivered, over = (
            xp.stack([o[k] for o in options]) for k in range(5)
        )
        short = xp.maximum(torque * wheel.speed - delivered, 0)
        rank = terminal + _SHORT * short
        terminal, machine, gear, delivered, over = cheapest(
            xp, rank, terminal, machine, gear, delivered, over
        )
        brakes, missed = braked(xp, wheel, delivered)
        terminal = terminal + self.auxiliaries
        chemical = chemical_power(xp, self.resistance, terminal)
        losses = {
            "machines": machine,
            "gearbox": gear,
            "battery": chemical - terminal,
            "auxiliaries": self.auxiliaries + xp.zeros_like(terminal),
            "brakes": brakes,
        }
        zero = xp.zeros_like(terminal)
        return Flows(zero, chemical, delivered, losses, missed, over, zero)

    def _option(
        self, xp: Any, active: tuple[int, ...], torque: Any, wheel: WheelDemand, trace: Intervals
    ) -> tuple[Any, Any, Any, Any, Any]:
        """Return terminal power, machine and gear loss, wheel power and overspeed of a split.

        Copper losses kt T2 are least where each machine's torque is in proportion to ratio / kt.
        """
        weights = [self.machines[n].ratio ** 2 / self.machines[n].kt for n in active]
        terminal = machine_total = gear_total = delivered = over = xp.zeros_like(torque)
        for n, m in enumerate(self.machines):
            w = wheel.speed * m.ratio
            if n not in active:
                idle = machine_loss(xp, m, 0.0, w) * trace.moving if self.magnets[n] else 0.0
                terminal, machine_total = terminal + idle, machine_total + idle
                continue
            share = torque * weights[active.index(n)] / sum(weights)
            i, e = m.ratio, m.gear_efficiency
            shaft = xp.where(share > 0, share / (i * e), share * e / i)
            limit = torque_limit(xp, m, w)
            shaft = xp.clip(shaft, -limit, limit)
            loss = machine_loss(xp, m, shaft, w) * trace.moving
            out = xp.where(shaft > 0, shaft * i * e, shaft * i / e) * wheel.speed
            terminal = terminal + shaft * w + loss
            machine_total = machine_total + loss
            gear_total = gear_total + shaft * w - out
            delivered = delivered + out
            over = over + xp.maximum(w - m.maximum_speed, 0)
        return terminal, machine_total, gear_total, delivered, over
