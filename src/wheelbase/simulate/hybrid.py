"""Plug-in hybrid with its machine between engine and gearbox (P2): the split in closed form."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from wheelbase.simulate.battery import chemical_power
from wheelbase.simulate.engine import EngineModel, fuel_line, full_load
from wheelbase.simulate.flows import Flows
from wheelbase.simulate.gearbox import GearboxModel, cheapest, input_torque
from wheelbase.simulate.machine import MachineModel, machine_loss, torque_limit
from wheelbase.simulate.powertrain import braked
from wheelbase.simulate.roadload import Intervals, WheelDemand

__all__ = ["Mode", "PlugIn"]

_SHORT = 100.0
_LIMIT = 1e6
_BRACKET = (1.2, 6.0)  # price of battery energy in fuel energy; solutions lie near 2.5 to 3.1
_HALVINGS = 26


class Mode(Enum):
    """How a plug-in hybrid drives."""

    SUSTAINING = "charge sustaining"
    DEPLETING = "charge depleting"


@dataclass(frozen=True, slots=True)
class PlugIn:
    """Engine, machine and gearbox in line, a battery that is charged from the wall or kept.

    Depleting, the machine does all that it can. Sustaining, each interval takes the split that is
    cheapest at one price of battery energy, and the price is the one at which the cycle ends with
    the charge it began with (Pontryagin's principle with a constant co-state). Left out: fuel of
    engine starts, limits of the charge window, warm-up of the machine.
    """

    engine: EngineModel
    gearbox: GearboxModel
    machine: MachineModel
    resistance: float
    auxiliaries: float
    regeneration: float
    fade_speed: float
    mode: Mode = Mode.SUSTAINING

    def flows(self, xp: Any, wheel: WheelDemand, trace: Intervals) -> Flows:
        """Return the flows of every interval at the price of battery energy that fits the mode.

        Source: Guzzella & Sciarretta, Vehicle Propulsion Systems, ch. 7 (ECMS).
        """
        if self.mode is Mode.DEPLETING:
            return self._at(xp, 0.0, wheel, trace)
        low, high = _BRACKET
        for _ in range(_HALVINGS):
            price = (low + high) / 2
            flows = self._at(xp, price, wheel, trace)
            drained = float((flows.chemical * trace.duration).sum()) > 0
            low, high = (price, high) if drained else (low, price)
        return self._at(xp, high, wheel, trace)

    def _at(self, xp: Any, price: float, wheel: WheelDemand, trace: Intervals) -> Flows:
        """Return the flows at one price of battery energy."""
        box, m = self.gearbox, self.machine
        kept = self.regeneration * xp.minimum(trace.speed / self.fade_speed, 1.0)
        wanted = xp.where(wheel.torque > 0, wheel.torque, wheel.torque * kept)
        turning = wheel.speed * box.ratios
        total = input_torque(xp, box, wanted, trace.speed) * trace.moving
        limit = torque_limit(xp, m, turning)
        over = xp.maximum(turning - m.maximum_speed, 0)
        alone = xp.clip(total, -limit, limit)
        w, base, slope = fuel_line(xp, self.engine, turning)
        most = full_load(xp, self.engine, w)
        bend = 2 * max(price, 1e-9) * (m.kt + self.resistance * turning * turning / 4)
        helped = (slope - max(price, 1e-9) * turning) / bend
        helped = xp.clip(helped, xp.maximum(total - most, -limit), xp.minimum(total, limit))
        burnt = xp.minimum(total - helped, most)
        coupled = (turning >= self.engine.idle_speed) & (total > 0)
        rest = (total, turning, over, trace)
        options = [
            self._option(xp, price, (alone, 0.0, 0.0), rest),
            self._option(xp, price, (helped, burnt, base + slope * burnt), rest),
        ]
        options[1]["rank"] = xp.where(coupled, options[1]["rank"], xp.inf)
        both = {k: xp.concatenate([o[k] for o in options]) for k in options[0]}
        gears = xp.tile(xp.arange(len(box.ratios))[:, None], (2, len(trace.speed)))
        ratios = xp.concatenate([xp.broadcast_to(box.ratios, turning.shape)] * 2)
        keys = ("fuel", "terminal", "machine", "shaft", "work")
        fuel, terminal, machine, shaft, work, gear, i = cheapest(
            xp, both["rank"], *(both[k] for k in keys), gears, ratios
        )
        best = (fuel, terminal, machine, shaft, work, gear, i, price)
        return self._booked(xp, wheel, trace, best)

    def _option(self, xp: Any, price: float, split: Any, rest: Any) -> dict[str, Any]:
        """Return rank, fuel, terminal power, machine loss, shaft torque and engine work."""
        electric, burnt, fuel = split
        total, turning, over, trace = rest
        loss = machine_loss(xp, self.machine, electric, turning) * trace.moving
        terminal = electric * turning + loss
        short = xp.maximum(total - electric - burnt, 0) * turning
        chemical = chemical_power(xp, self.resistance, terminal + self.auxiliaries)
        fuel = fuel + xp.zeros_like(total)
        penalty = _SHORT * short + _LIMIT * over
        cost = fuel + price * chemical if price > 0 else chemical + 1e4 * fuel
        return {
            "rank": cost + penalty * (1 if price > 0 else 1e5),
            "fuel": fuel,
            "terminal": terminal,
            "machine": loss,
            "shaft": (electric + burnt) * xp.ones_like(total),
            "work": burnt * turning,
        }

    def _booked(self, xp: Any, wheel: WheelDemand, trace: Intervals, best: Any) -> Flows:
        """Return the flows of the chosen options with every loss booked."""
        fuel, terminal, machine, shaft, work, gear, i, price = best
        box, go = self.gearbox, trace.moving
        slip = 1 + box.slip * xp.clip(1 - trace.speed / box.slip_until, 0.0, 1.0)
        net = (shaft - box.drag) * go
        out = xp.where(wheel.torque > 0, net * i * box.efficiency / slip, net * i / box.efficiency)
        delivered = out * wheel.speed
        brakes, missed = braked(xp, wheel, delivered)
        total = terminal + self.auxiliaries
        chemical = chemical_power(xp, self.resistance, total)
        losses = {
            "engine": fuel - work,
            "machines": machine,
            "gearbox": shaft * i * wheel.speed - delivered,
            "battery": chemical - total,
            "auxiliaries": self.auxiliaries + xp.zeros_like(total),
            "brakes": brakes,
        }
        over = xp.maximum(i * wheel.speed - self.engine.maximum_speed, 0)
        return Flows(fuel, chemical, delivered, losses, missed, over, gear, price)
