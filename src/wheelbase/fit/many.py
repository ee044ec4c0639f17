"""Many cars of one kind by the dimensional chains: the verb `fit` over columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from wheelbase.catalogue import Body, Catalogue, Platform, Powertrain
from wheelbase.fit.battery import battery_energy, zones
from wheelbase.fit.boxes import boxes
from wheelbase.fit.cabin import boot_volume, couple_distance, usable_length
from wheelbase.fit.chain import constants_of, most, package, turning_circle
from wheelbase.fit.contradiction import contradicts
from wheelbase.fit.envelope import placed_points
from wheelbase.fit.result import Box, Zone
from wheelbase.fit.shortage import shortages

__all__ = ["Fits", "fit_many"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fits:
    """Where one powertrain lies in many bodies on many platforms of one kind.

    Every figure is a column (V, 1), or a plain number where all designs share it.

    Args:
        hard_points: Name to m.
        wheelbase: L101, m.
        turning_circle: Kerb to kerb, m.
        usable_length: For people and luggage, m.
        boot: Estimate of VDA volume, m3.
        couple_distance: L50_2, m.
        energy_fit: Gross energy that fits, J.
        contradicts: Whether the lengths of a design contradict each other; its other figures mean
            nothing then.
        short: Worst of what is missing, m; 0 where it fits.
        requirement: Which of `requirements` that is.
        requirements: Everything that is asked, in words.
        zones: Spaces for cells; without length and energy in a design that has none there.
        boxes: Parts.
    """

    hard_points: Mapping[str, Any] = field(repr=False)
    wheelbase: Any
    turning_circle: Any
    usable_length: Any
    boot: Any
    couple_distance: Any
    energy_fit: Any
    contradicts: Any
    short: Any
    requirement: Any
    requirements: tuple[str, ...] = field(repr=False)
    zones: tuple[Zone, ...] = field(repr=False)
    boxes: tuple[Box, ...] = field(repr=False)


def fit_many(platform: Platform, body: Body, powertrain: Powertrain, facts: Catalogue) -> Fits:
    """Return where a powertrain lies, as `fit` does, for every row of the columns given.

    Left out of what `fit` says: drivers, intervals, remedies, part keys, and second levels.

    Args:
        platform: Hard-point policies and everything that it carries; values may be columns.
        body: Outer size and what the owner is promised; likewise.
        powertrain: The one to place; likewise.
        facts: Constants of the chains.
    """
    c = constants_of(facts)
    points = placed_points(platform, body, powertrain, c)
    part = package(powertrain, platform.layout, c)
    stored, thin = zones(platform, body, powertrain, points, c)
    asked = dict(shortages(platform, body, powertrain, c, points, thin))
    lacking = np.stack(np.broadcast_arrays(*asked.values()))
    return Fits(
        hard_points=points,
        wheelbase=points["L101"],
        turning_circle=turning_circle(platform.layout, points["L101"], c),
        usable_length=usable_length(body, points, c),
        boot=boot_volume(part, body, points, c),
        couple_distance=couple_distance(points, c),
        energy_fit=battery_energy(platform, body, powertrain, points, c)["fit"],
        contradicts=contradicts(body, points),
        short=np.maximum(most(list(asked.values())), 0.0),
        requirement=np.argmax(lacking, axis=0),
        requirements=tuple(asked),
        zones=stored,
        boxes=boxes(platform, body, powertrain, points, c),
    )
