"""Combustion engines: fuel power as a straight line in torque at each speed (Willans)."""

from math import pi
from typing import Any, NamedTuple

from wheelbase.catalogue import Engine, EngineTechnology

__all__ = ["EngineModel", "charged", "engine_model", "full_load"]

_CYLINDER = 0.5e-3  # m3, the cylinder for which a technology's efficiency is given


class EngineModel(NamedTuple):
    """Numbers of one engine, SI; each field may be (V, 1).

    Fuel power = (torque + drag) w / efficiency, `drag` in Nm. The full load rises from
    `rise_base` by `rise_slope` per rad/s, not below `rise_floor`, to its plateau, and ends in
    constant power. `inertia` kg m2, `cold_energy` the extra fuel energy of a cold start in J.
    """

    efficiency: Any
    drag: Any
    idle_speed: Any
    maximum_speed: Any
    peak_torque: Any
    peak_power: Any
    rise_base: Any
    rise_slope: Any
    rise_floor: Any
    inertia: Any
    cold_energy: Any


def engine_model(engine: Engine, technology: EngineTechnology, inertia: float) -> EngineModel:
    """Return the numbers of an engine of its technology.

    Mean friction pressure p_0 = friction (specific power / reference)^exponent, because a highly
    rated engine carries stronger parts; efficiency grows with the size of a cylinder, which loses
    less heat through its walls: e = e_0 (V_cylinder / 0.5 l)^size_exponent.

    Args:
        engine: The engine.
        technology: Its class.
        inertia: Of engine and flywheel per displacement, kg m2/m3.

    Source: Guzzella & Onder, Introduction to Modeling and Control of IC Engine Systems, ch. 2.
    """
    specific = engine.peak_power / engine.displacement / technology.reference_specific_power
    pressure = technology.friction * specific**technology.friction_exponent
    size = engine.displacement / engine.cylinders / _CYLINDER
    boosted = charged(technology)
    return EngineModel(
        efficiency=technology.indicated_efficiency * size**technology.size_exponent,
        drag=pressure * engine.displacement / (4 * pi),
        idle_speed=technology.idle_speed,
        maximum_speed=technology.maximum_speed,
        peak_torque=engine.peak_torque,
        peak_power=engine.peak_power,
        rise_base=-60 / 110 if boosted else 0.65,
        rise_slope=1 / 110 if boosted else 1 / 1000,
        rise_floor=0.35 if boosted else 0.65,
        inertia=inertia * engine.displacement,
        cold_energy=technology.cold_start_energy * engine.displacement,
    )


def charged(technology: EngineTechnology) -> bool:
    """Return whether engines of a technology are charged, which shapes their full load."""
    return technology.id.startswith(("turbo", "miller", "mild", "hybrid-turbo", "diesel"))


def full_load(xp: Any, engine: EngineModel, speed: Any) -> Any:
    """Return the greatest torque at a speed above zero, Nm: a rise, a plateau, constant power.

    The shape of the rise is an estimate: a charged engine reaches its plateau at about 170 rad/s,
    a naturally aspirated one at 350 rad/s.
    """
    rise = xp.clip(engine.rise_base + engine.rise_slope * speed, engine.rise_floor, 1.0)
    return xp.minimum(engine.peak_torque * rise, engine.peak_power / speed)
