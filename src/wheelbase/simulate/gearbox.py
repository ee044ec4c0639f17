"""Gearboxes: ratios over the wheel radius, loaded losses, the slip of launch, and gear choice."""

from typing import Any, NamedTuple

import numpy as np

from wheelbase.catalogue import Gearbox, GearboxTechnology
from wheelbase.simulate.engine import EngineModel, full_load

__all__ = ["GearboxModel", "converter", "gear_of", "gearbox_model", "select_gear"]


class GearboxModel(NamedTuple):
    """Numbers of one gearbox with its final drive on its wheels; each field may be (V, 1).

    `ratios` is engine speed over vehicle speed, 1/m, first gear first: (gears,), or (V, gears, 1).
    """

    ratios: Any
    efficiency: Any
    drag: Any
    slip: Any
    slip_until: Any
    lug_speed: Any
    reserve: Any
    idle_factor: Any
    shift_time: Any


def gearbox_model(
    gearbox: Gearbox,
    technology: GearboxTechnology,
    gearing: Any,
    rated_torque: Any,
) -> GearboxModel:
    """Return the numbers of a gearbox.

    Its drag is a share of the engine's rated torque. It upshifts at the lug speed of its class,
    raised where the top gear is short: lug (top ratio / reference)^exponent.

    Args:
        gearbox: Ratios of the gears.
        technology: Its class.
        gearing: Final drive over wheel radius, 1/m; a number or a column (V, 1).
        rated_torque: Torque at rated power of the engine, Nm.
    """
    steps = np.array(gearbox.ratios)
    ratios = steps * gearing if np.ndim(gearing) == 0 else steps[:, None] * gearing[:, None]
    top = steps[-1] * gearing / technology.reference_gearing
    return GearboxModel(
        ratios=ratios,
        efficiency=technology.efficiency,
        drag=technology.drag_share * rated_torque,
        slip=technology.slip,
        slip_until=technology.slip_until,
        lug_speed=technology.lug_speed * top**technology.lug_exponent,
        reserve=technology.torque_reserve,
        idle_factor=technology.idle_factor,
        shift_time=technology.shift_time,
    )


def converter(xp: Any, box: GearboxModel, speed: Any) -> Any:
    """Return the torque that launch needs over that of a locked gearbox: 1 + slip, fading out."""
    return 1 + box.slip * xp.clip(1 - speed / box.slip_until, 0.0, 1.0)


def select_gear(xp: Any, box: GearboxModel, engine: EngineModel, power: Any, speed: Any) -> Any:
    """Return the ratio of the highest gear that neither lugs nor lacks reserve, (V, t), 1/m.

    On a Willans line a higher gear at the same power always burns less, so the cheapest gear is
    the highest that the engine bears; this is also how the WLTP chooses gears for manual cars
    (Regulation (EU) 2017/1151, sub-annex 2). Where none has the power, the lowest that its engine
    can turn is taken, and beyond every limit of speed the top gear.

    Args:
        xp: Array namespace.
        box: The gearbox.
        engine: The engine that must not lug.
        power: What the gearbox must take in but for its drag, W, (V, t).
        speed: Of the car, m/s, (t,).
    """
    turning = speed * box.ratios
    e = EngineModel(*(_lift(x) for x in engine))
    drag, lug, reserve = (_lift(x) for x in (box.drag, box.lug_speed, box.reserve))
    w = xp.clip(turning, e.idle_speed, e.maximum_speed)
    able = (full_load(xp, e, w) * (1 - reserve) - drag) * w
    first = xp.arange(box.ratios.shape[-2])[:, None] == 0
    free = turning <= e.maximum_speed
    lowest = free & ~xp.concatenate([xp.zeros_like(free[:, :1]), free[:, :-1]], axis=1)
    good = ((able >= power[:, None]) & ((turning >= lug) | first) & free) | lowest
    best = xp.where(good, box.ratios, xp.inf).min(axis=1)
    return xp.where(best < xp.inf, best, box.ratios[:, -1])


def gear_of(ratios: Any, chosen: Any) -> Any:
    """Return the index of the gear, 0 for the first, that each chosen ratio belongs to.

    Args:
        ratios: (gears,), falling.
        chosen: (t,).
    """
    return np.abs(ratios[:, None] - chosen).argmin(axis=0)


def _lift(value: Any) -> Any:
    """Return a (V, 1) figure as (V, 1, 1)."""
    return value[:, None]
