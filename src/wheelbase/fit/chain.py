"""Dimensional chains: what each powertrain asks of each hard point, every bound kept.

Pure arithmetic on constants, body and parts; every number may be an array with a leading axis of
designs or draws. Each bound returns its terms, and its value is their sum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from wheelbase.catalogue import Body, Catalogue, DriveUnit, Powertrain

__all__ = [
    "Constants",
    "Package",
    "Terms",
    "constants_of",
    "firewall_bounds",
    "floor_space",
    "front_bounds",
    "most",
    "package",
    "rear_bounds",
    "turning_circle",
    "unit_envelope",
]

Constants = Mapping[str, Any]
Terms = dict[str, dict[str, Any]]  # name of the bound -> term -> m

_REFERENCE_POWER = 150e3  # W, drive unit for which the estimates of its gear case hold


@lru_cache(maxsize=4)
def constants_of(facts: Catalogue) -> Constants:
    """Return the constants of the chains by id, in m or as plain numbers."""
    return MappingProxyType({c.id: c.value for c in facts.chain_constant})


def most(values: Sequence[Any]) -> Any:
    """Return the greatest of some numbers or columns, row by row."""
    return np.max(np.stack(np.broadcast_arrays(*values)), axis=0)


@dataclass(frozen=True, slots=True)
class Package:
    """What a powertrain brings into the car, as the chains see it; lengths in m.

    Args:
        burns: Carries an engine, tank and exhaust.
        layout: How its engine lies; "electric" without one.
        engine_length: Along the crankshaft.
        engine_width: Across it.
        front: Reach of a front drive unit ahead of and behind the axle; zeros without one.
        rear: The same of a rear drive unit.
        rear_height: Height of the rear drive unit; 0 without one.
        shaft: A propeller shaft or a drive unit at the rear axle is driven.
        tank: Outer volume of a tank that its pack has driven from under the rear seat, m3.
    """

    burns: bool
    layout: Literal["longitudinal", "transverse", "electric"]
    engine_length: Any
    engine_width: Any
    front: tuple[Any, Any]
    rear: tuple[Any, Any]
    rear_height: Any
    shaft: bool
    tank: Any


def unit_envelope(unit: DriveUnit, c: Constants) -> dict[str, Any]:
    """Return reach ahead ("fore") and behind ("aft") the axle, width and height of a drive unit, m.

    Parallel axes. The stator's volume grows with peak torque and so does every dimension; a
    published outer size of the unit replaces it.
    """
    aspect = c[f"stator-aspect-{unit.technology}"]
    stator = (4 * c["stator-volume"] * unit.peak_torque / (np.pi * aspect)) ** (1 / 3)
    diameter = stator + c["housing"]
    size = (unit.peak_power / _REFERENCE_POWER) ** (1 / 3)
    length = unit.width or aspect * stator + c["housing-length"] + 0.15 * size
    return {
        "fore": c["unit-forward"] * size + diameter / 2,
        "aft": c["unit-aft"] * size,
        "width": length,
        "height": unit.height or diameter + c["unit-above"],
        "diameter": diameter,
    }


def package(powertrain: Powertrain, layout: str, c: Constants) -> Package:
    """Return what a powertrain brings into a car of that engine layout.

    The machine of a plug-in hybrid sits inside the gearbox and needs no room of its own here.
    """
    engine = powertrain.engine
    length = width = 0.0
    if engine is not None:
        spacing = engine.cylinder_spacing or c["engine-spacing"]
        bore = engine.bore or c["engine-bore"]
        length = spacing * (engine.cylinders - 1) + bore + c["engine-ancillaries"]
        width = c["engine-width"] + c["engine-width-six"] * (engine.cylinders >= 6)
    front: tuple[Any, Any] = (0.0, 0.0)
    rear, height = front, 0.0
    if engine is None and powertrain.front_unit is not None:
        box = unit_envelope(powertrain.front_unit, c)
        front = (box["aft"], box["fore"])  # mirrored: its machine lies behind the front axle
    if engine is None and powertrain.rear_unit is not None:
        box = unit_envelope(powertrain.rear_unit, c)
        rear, height = (box["fore"], box["aft"]), box["height"]
    lies: Any = "electric" if engine is None else "longitudinal" if layout == "electric" else layout
    shaft = engine is not None and powertrain.drive != "fwd"
    moved = engine is not None and powertrain.kind == "phev"
    tank = powertrain.tank / c["tank-share"] if moved else 0.0
    return Package(engine is not None, lies, length, width, front, rear, height, shaft, tank)


def front_bounds(part: Package, body: Body, c: Constants) -> Terms:
    """Return the bounds on L104, the front overhang."""
    cooler = c["cooler-combustion"] if part.burns else c["cooler-electric"]
    absorber = np.maximum(cooler + c["part-gap"], c["crash-box"])
    nose = {
        "longitudinal": c["engine-nose"],
        "transverse": c["transverse-offset"] + 0.45 * part.engine_width,
        "electric": np.maximum(part.front[0], 0.06),
    }[part.layout]
    return {
        "wheel and crash structure": {
            "tyre": body.tyre_radius,
            "wheelhouse-gap": c["wheelhouse-gap"],
            "front-structure": c["front-structure"],
            "bumper-cover": c["bumper-cover"],
        },
        "rigid parts ahead of the axle": {
            "nose": nose,
            "part-gap": c["part-gap"],
            "cooler or crash box": absorber,
            "bumper-beam": c["bumper-beam"],
            "bumper-cover": c["bumper-cover"],
        },
    }


def firewall_bounds(part: Package, body: Body, c: Constants, front_overhang: Any) -> Terms:
    """Return the bounds on x_fw, the bulkhead behind the front axle.

    The crash stack binds the sum L104 + x_fw; its shortfall is given to x_fw.
    """
    behind = {
        "longitudinal": part.engine_length - c["engine-nose"] + c["bell-housing"],
        "transverse": 0.55 * part.engine_width - c["transverse-offset"] + c["transverse-rear"],
        "electric": part.front[1],
    }[part.layout]
    rigid = {
        "longitudinal": part.engine_length,
        "transverse": part.engine_width,
        "electric": part.front[0] + part.front[1],
    }[part.layout]
    return {
        "wheel and hinge pillar": {
            "tyre": body.tyre_radius,
            "wheelhouse-gap": c["wheelhouse-gap"],
            "hinge-pillar": c["hinge-pillar"],
        },
        "rigid parts behind the axle": {
            "engine or unit": behind,
            "engine-to-bulkhead": c["engine-to-bulkhead"],
            "bulkhead": c["bulkhead"],
        },
        "frontal crash stack": {
            "bumper-cover": c["bumper-cover"],
            "crash-deformation": c["crash-deformation"],
            "rigid parts": rigid,
            "engine-to-bulkhead": c["engine-to-bulkhead"],
            "bulkhead": c["bulkhead"],
            "less front overhang": -front_overhang,
        },
    }


def turning_circle(layout: str, wheelbase: Any, c: Constants) -> Any:
    """Return the kerb-to-kerb turning circle of a wheelbase, m; rear wheels do not steer."""
    sine = c["steering-sine-transverse" if layout == "transverse" else "steering-sine"]
    return 2 * (wheelbase / sine + c["turning-tyre"])


def rear_bounds(
    part: Package, body: Body, c: Constants, front_overhang: Any, turns: bool = True
) -> Terms:
    """Return the bounds on L105, the rear overhang: wheel, silencer, turning circle.

    With `turns` the turning circle limits the wheelbase, L101 <= sin(lock) (circle / 2 - tyre),
    and so gives the overhang the rest of the length; a transverse engine between the rails costs
    lock.
    The boot is no bound: with the length given, moving the axle hardly changes it.
    """
    sine = c["steering-sine-transverse" if part.layout == "transverse" else "steering-sine"]
    bounds: Terms = {
        "wheel and structure": {
            "tyre": body.tyre_radius,
            "wheelhouse-gap": c["wheelhouse-gap"],
            "rear-wheel-structure": c["rear-wheel-structure"],
            "bumper-cover": c["bumper-cover"],
        },
    }
    if turns:
        bounds["turning circle"] = {
            "length": body.L103,
            "less front overhang": -front_overhang,
            "less wheelbase that turns": -sine * (c["turning-circle"] / 2 - c["turning-tyre"]),
        }
    if part.burns:
        bounds["silencer and rear crash zone"] = {"silencer": c["silencer"]}
    return bounds


def floor_space(body: Body, c: Constants) -> Any:
    """Return the height between ground clearance and floor sheet under a heel plane, m.

    What roof, headroom, seat and carpet leave of H100; negative where they leave nothing.
    """
    above = c["roof"] + body.headroom + body.H30 + c["carpet"] + c["floor-sheet"]
    return body.H100 - above - body.H156
