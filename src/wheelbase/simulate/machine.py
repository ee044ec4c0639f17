"""E-machines with inverter and reduction gear: one loss law, and how two of them share torque."""

from typing import Any, NamedTuple

import numpy as np

from wheelbase.catalogue import DriveUnit, MachineTechnology, single
from wheelbase.units import Power, parse

__all__ = ["MachineModel", "machine_loss", "machine_model", "torque_limit"]

_REFERENCE = parse("200 kW", Power.__metadata__[0])  # type: ignore[attr-defined]
_SMALLEST, _LARGEST = (parse(p, Power.__metadata__[0]) for p in ("75 kW", "300 kW"))  # type: ignore[attr-defined]


class MachineModel(NamedTuple):
    """Numbers of one drive unit, SI: loss = k0 + k2 w2 + kt T2 + kx |T| w, limits and gear.

    `ratio` is machine speed over vehicle speed, 1/m; `idle` the share of its standing loss that
    it keeps without torque. Each field may be (V, 1).
    """

    k0: Any
    k2: Any
    kt: Any
    kx: Any
    peak_torque: Any
    peak_power: Any
    maximum_speed: Any
    ratio: Any
    gear_efficiency: Any
    idle: Any


def machine_model(
    unit: DriveUnit, technology: MachineTechnology, radius: float, inverter: float
) -> MachineModel:
    """Return the numbers of a drive unit of its technology, scaled to its peak power.

    P_loss / P_max = k0 + kx2 x2 + kt2 t2 + ktx t x with t = T / T_max and x = w / w_max; every
    coefficient is multiplied by (P_max / 200 kW)^exponent, the power held to the 75 .. 300 kW that
    the law was fitted to, and by `map_to_car`, which carries the
    inverter and what design maps leave out; a silicon carbide inverter takes `inverter` of it.
    A unit without magnets is switched off where another one drives, one with a disconnect stands.

    Args:
        unit: The drive unit.
        technology: Its class.
        radius: Of the driven wheels, m.
        inverter: Loss of the unit over that of one with a silicon inverter.

    Source: own fit to the efficiency maps of TUMFTM/AuVeCoDe.
    """
    size = single(np.clip(unit.peak_power, _SMALLEST, _LARGEST)) / _REFERENCE
    t, scale = technology, technology.map_to_car * inverter * unit.peak_power
    return MachineModel(
        k0=scale * t.k0 * size**t.k0_exponent,
        k2=scale * t.kx2 * size**t.kx2_exponent / unit.maximum_speed**2,
        kt=scale * t.kt2 * size**t.kt2_exponent / unit.peak_torque**2,
        kx=scale * t.ktx * size**t.ktx_exponent / (unit.peak_torque * unit.maximum_speed),
        peak_torque=unit.peak_torque,
        peak_power=unit.peak_power,
        maximum_speed=unit.maximum_speed,
        ratio=unit.ratio / radius,
        gear_efficiency=technology.gear_efficiency,
        idle=1.0 if technology.magnets == "yes" and unit.disconnect != "yes" else 0.0,
    )


def machine_loss(xp: Any, machine: MachineModel, torque: Any, speed: Any) -> Any:
    """Return the loss of machine and inverter in W; never negative."""
    spinning = speed * (machine.k2 * speed + machine.kx * xp.abs(torque))
    return machine.k0 + spinning + machine.kt * torque * torque


def torque_limit(xp: Any, machine: MachineModel, speed: Any) -> Any:
    """Return the greatest torque at a speed, Nm; zero beyond the maximum speed."""
    limit = xp.minimum(machine.peak_torque, machine.peak_power / xp.maximum(speed, 1.0))
    return xp.where(speed <= machine.maximum_speed, limit, 0.0)
