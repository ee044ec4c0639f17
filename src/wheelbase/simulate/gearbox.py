"""Gearboxes: ratios over the wheel radius, loaded losses, the slip of launch, and gear choice."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import Gearbox, GearboxTechnology

__all__ = ["GearboxModel", "cheapest", "gearbox_model", "input_torque"]


class GearboxModel(NamedTuple):
    """Numbers of one gearbox with its final drive; `ratios` (gears, 1), first gear first."""

    ratios: NDArray[np.float64]
    efficiency: float
    drag: float
    slip: float
    slip_until: float
    lug_speed: float
    shift_time: float


def gearbox_model(
    gearbox: Gearbox, technology: GearboxTechnology, final_drive: float, rated_torque: float
) -> GearboxModel:
    """Return the numbers of a gearbox; its drag is a share of the engine's rated torque."""
    return GearboxModel(
        ratios=np.array(gearbox.ratios)[:, None] * final_drive,
        efficiency=technology.efficiency,
        drag=technology.drag_share * rated_torque,
        slip=technology.slip,
        slip_until=technology.slip_until,
        lug_speed=technology.lug_speed,
        shift_time=technology.shift_time,
    )


def input_torque(xp: Any, gearbox: GearboxModel, wheel_torque: Any, speed: Any) -> Any:
    """Return the torque at the gearbox input for each gear, (gears, t); losses by sign of power.

    In traction T_in = T_out / (i e) (1 + slip) + drag, in overrun T_out e / i + drag; the converter
    slips less the faster the car is.
    """
    slip = 1 + gearbox.slip * xp.clip(1 - speed / gearbox.slip_until, 0.0, 1.0)
    i, e = gearbox.ratios, gearbox.efficiency
    return xp.where(wheel_torque > 0, wheel_torque / (i * e) * slip, wheel_torque * e / i) + (
        gearbox.drag
    )


def cheapest(xp: Any, rank: Any, *values: Any) -> list[Any]:
    """Return each of `values` where `rank` is least along the first axis.

    Penalties for what is out of limits live in `rank` alone, so none leaks into a result.
    """
    chosen = xp.argmin(rank, axis=0)[None]
    return [xp.take_along_axis(xp.broadcast_to(v, rank.shape), chosen, axis=0)[0] for v in values]
