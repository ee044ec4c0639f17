"""Powertrains without a choice between fuel and battery: combustion, and electric.

Quasi-static and backward: the wheel decides and every interval stands alone. A powertrain is a
named tuple of numbers; `flows` takes it with every number as (V, 1), one row per car, and the
gear ratios as (V, gears, 1).
"""

from itertools import combinations
from typing import Any, NamedTuple

from wheelbase.simulate.battery import chemical_power
from wheelbase.simulate.engine import EngineModel, full_load
from wheelbase.simulate.flows import Flows
from wheelbase.simulate.gearbox import GearboxModel, converter, select_gear
from wheelbase.simulate.machine import MachineModel, machine_loss, torque_limit
from wheelbase.simulate.roadload import Intervals, WheelDemand

__all__ = ["Combustion", "Electric", "at_wheel", "through_gearbox"]

_SHORT = 100.0  # rank of a watt that is missed, in watts of battery power


class Combustion(NamedTuple):
    """An engine, a gearbox, and auxiliaries driven by the crankshaft.

    `stopped` is the share of the standing time with the engine off, `cut_speed` the speed in m/s
    below which a slowing engine idles instead of cutting its fuel.
    """

    engine: EngineModel
    gearbox: GearboxModel
    auxiliaries: Any
    stopped: Any
    cut_speed: Any

    def flows(self, xp: Any, wheel: WheelDemand, trace: Intervals) -> Flows:
        """Return the flows of every interval, (V, t).

        Fuel power = w (T + drag) / e, cut in overrun, standing or creeping at idle speed.
        """
        engine, box = self.engine, self.gearbox
        wanted = through_gearbox(xp, box, wheel, trace)
        ratio = select_gear(xp, box, engine, wanted + self.auxiliaries, trace.speed)
        turning = xp.minimum(trace.speed * ratio, engine.maximum_speed)
        w = xp.maximum(turning, engine.idle_speed)
        extra = box.drag + self.auxiliaries / w + engine.inertia * trace.acceleration * ratio
        torque = xp.maximum(wanted / xp.maximum(turning, 1e-9) + extra, -engine.drag)
        torque = xp.minimum(torque, full_load(xp, engine, w))
        fuel = w * (torque + engine.drag) / engine.efficiency
        go = trace.moving > 0
        idle = engine.idle_speed * engine.drag * box.idle_factor + self.auxiliaries
        idle = idle / engine.efficiency
        creeping = go & (wheel.force <= 0) & (trace.speed < self.cut_speed)
        fuel = xp.where(creeping, xp.maximum(fuel, idle), fuel)
        rest = 1 - self.stopped
        fuel = xp.where(go, fuel, idle * rest)
        work = xp.where(go, torque * w, self.auxiliaries * rest)
        used = xp.where(go, self.auxiliaries + xp.zeros_like(fuel), self.auxiliaries * rest)
        delivered = at_wheel(xp, box, (torque - extra) * turning, wheel, trace)
        over = xp.maximum(trace.speed * ratio - engine.maximum_speed, 0)
        zero = xp.zeros_like(self.auxiliaries)
        running = xp.where(go, 1.0 * (fuel > 0), rest)
        return Flows(fuel, work, zero, zero, zero, used, delivered, over, ratio, running)


class Electric(NamedTuple):
    """One to three drive units on a battery; torque goes where it costs least.

    `machines` stand one after another in the order rear, front, further; `resistance` is k4 of
    the pack, `regeneration` the share of the braking force that the machines are asked for, fading
    out below `fade_speed`.
    """

    machines: tuple[MachineModel, ...]
    resistance: Any
    auxiliaries: Any
    regeneration: Any
    fade_speed: Any

    def flows(self, xp: Any, wheel: WheelDemand, trace: Intervals) -> Flows:
        """Return the flows of every interval, (V, t), with the cheapest set of machines in each.

        Copper losses kt T2 are least where each machine's torque is in proportion to ratio / kt.
        """
        kept = self.regeneration * xp.minimum(trace.speed / self.fade_speed, 1.0)
        force = wheel.force * xp.where(wheel.force > 0, 1.0, kept)
        everyone = range(len(self.machines))
        sets = [s for n in everyone for s in combinations(everyone, n + 1)]
        options = [self._option(xp, s, force, trace) for s in sets]
        terminal, machines, delivered, over = options[0]
        if len(sets) > 1:
            asked = force * trace.speed
            rank = terminal + _SHORT * xp.maximum(asked - delivered, 0)
            for other in options[1:]:
                cost = other[0] + _SHORT * xp.maximum(asked - other[2], 0)
                better = cost < rank
                best = (rank, terminal, machines, delivered, over)
                rank, terminal, machines, delivered, over = (
                    xp.where(better, new, old)
                    for new, old in zip((cost, *other), best, strict=True)
                )
        terminal = terminal + self.auxiliaries
        chemical = chemical_power(xp, self.resistance, terminal)
        zero, used = xp.zeros_like(self.auxiliaries), self.auxiliaries
        return Flows(zero, zero, chemical, terminal, machines, used, delivered, over, zero, zero)

    def _option(
        self, xp: Any, active: tuple[int, ...], force: Any, trace: Intervals
    ) -> tuple[Any, Any, Any, Any]:
        """Return terminal power, machine loss, wheel power and overspeed of one set of machines."""
        weights = {n: self.machines[n].ratio ** 2 / self.machines[n].kt for n in active}
        whole = sum(weights.values())
        terminal = losses = delivered = over = 0.0
        for n, m in enumerate(self.machines):
            w = trace.speed * m.ratio
            if n not in active:
                dragged = m.idle * (m.k0 + m.k2 * w * w) * trace.moving
                terminal, losses = terminal + dragged, losses + dragged
                continue
            share = force if len(active) == 1 else force * (weights[n] / whole)
            beyond = w - m.maximum_speed
            over = beyond if n == active[0] else xp.maximum(over, beyond)
            shaft, out = _shaft(xp, m, share, w)
            loss = machine_loss(xp, m, shaft, w) * trace.moving
            terminal, losses = terminal + (shaft * w + loss), losses + loss
            delivered = delivered + out * trace.speed
        return terminal, losses, delivered, over


def _shaft(xp: Any, machine: MachineModel, force: Any, speed: Any) -> tuple[Any, Any]:
    """Return shaft torque within limits for a wheel force, and the wheel force it gives."""
    i, e = machine.ratio, machine.gear_efficiency
    pushing = force > 0
    shaft = force * xp.where(pushing, 1 / (i * e), e / i)
    limit = torque_limit(xp, machine, speed)
    shaft = xp.clip(shaft, -limit, limit)
    return shaft, shaft * xp.where(pushing, i * e, i / e)


def through_gearbox(xp: Any, box: GearboxModel, wheel: WheelDemand, trace: Intervals) -> Any:
    """Return the power at the gearbox input but for its drag, W; losses by sign of power.

    Traction P / e (1 + slip of the converter), overrun P e.
    """
    pushing = converter(xp, box, trace.speed) / box.efficiency
    return wheel.power * xp.where(wheel.force > 0, pushing, box.efficiency)


def at_wheel(xp: Any, box: GearboxModel, power: Any, wheel: WheelDemand, trace: Intervals) -> Any:
    """Return wheel power of a power at the gearbox input after its drag: the way back."""
    pushing = box.efficiency / converter(xp, box, trace.speed)
    moving = trace.moving * power
    return moving * xp.where(wheel.force > 0, pushing, 1 / box.efficiency)
