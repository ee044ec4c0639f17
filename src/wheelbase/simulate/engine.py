"""Combustion engines: fuel power as a straight line in torque at each speed (Willans)."""

from math import pi
from typing import Any, NamedTuple

from wheelbase.catalogue import Engine, EngineTechnology

__all__ = ["EngineModel", "engine_model", "fuel_line", "full_load"]


class EngineModel(NamedTuple):
    """Numbers of one engine, SI.

    `efficiency` is the slope of the line, `friction` its offset as a mean pressure in Pa,
    `displacement` m3, `cold_energy` the extra fuel energy of a cold start in J.
    """

    efficiency: float
    friction: float
    displacement: float
    idle_speed: float
    maximum_speed: float
    peak_torque: float
    peak_power: float
    turbo: bool
    cold_energy: float


def engine_model(engine: Engine, technology: EngineTechnology) -> EngineModel:
    """Return the numbers of an engine of its technology.

    Friction grows with specific power, because a highly rated engine carries stronger parts.

    Source: Guzzella & Onder, Introduction to Modeling and Control of IC Engine Systems, ch. 2.
    """
    specific = engine.peak_power / engine.displacement / technology.reference_specific_power
    return EngineModel(
        efficiency=technology.indicated_efficiency,
        friction=technology.friction * specific**technology.friction_exponent,
        displacement=engine.displacement,
        idle_speed=technology.idle_speed,
        maximum_speed=technology.maximum_speed,
        peak_torque=engine.peak_torque,
        peak_power=engine.peak_power,
        turbo=technology.id.startswith(("turbo", "diesel")),
        cold_energy=technology.cold_start_energy * engine.displacement,
    )


def fuel_line(xp: Any, engine: EngineModel, speed: Any) -> tuple[Any, Any, Any]:
    """Return speed clamped to the engine's range, and base and slope of its fuel power line.

    Fuel power = base + slope x torque, base = p_0 Vd w / (4 pi e), slope = w / e. The speed is
    clamped before it enters anything else.
    """
    w = xp.clip(speed, engine.idle_speed, engine.maximum_speed)
    base = engine.friction * engine.displacement * w / (4 * pi * engine.efficiency)
    return w, base, w / engine.efficiency


def full_load(xp: Any, engine: EngineModel, speed: Any) -> Any:
    """Return the greatest torque at a speed, Nm: a rise from idle, a plateau, constant power.

    The shape of the rise is an estimate: a turbocharged engine reaches its plateau at about
    170 rad/s, a naturally aspirated one at 350 rad/s.
    """
    w = xp.maximum(speed, engine.idle_speed)
    if engine.turbo:
        rise = xp.clip((w - 60) / 110, 0.35, 1.0)
    else:
        rise = xp.clip(0.65 + w / 1000, 0.65, 1.0)
    return xp.minimum(engine.peak_torque * rise, engine.peak_power / w)
