"""What a car lacks by the dimensional chains, in m: of one car, or of each row of columns."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from wheelbase.catalogue import Body, Platform, Powertrain, single
from wheelbase.fit.chain import Constants, package
from wheelbase.fit.envelope import bounds_of

__all__ = ["shortages"]

_SLACK = 5e-4  # m, what rounded hard points may lack


def shortages(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    c: Constants,
    points: Mapping[str, Any],
    thin: Any,
) -> Iterator[tuple[str, Any]]:
    """Yield each requirement, and by how many m it is missed; 0 or less where it is met.

    Args:
        platform: Hard-point policies and everything that it carries.
        body: Outer size.
        powertrain: The one that lies there.
        c: Constants of the chains.
        points: Hard points, m.
        thin: By how much the floor is too thin for the cells, m.
    """
    for bound in bounds_of(platform, body, powertrain, c, points):
        short = bound.value - points[bound.hard_point]
        yield f"{bound.hard_point}: {bound.name}", single(np.where(short > _SLACK, short, 0.0))
    part = package(powertrain, platform.layout, c)
    if part.burns and part.layout == "longitudinal":
        yield "tunnel", c["tunnel-need"] - points["tunnel_h"]
    if part.burns and part.layout == "transverse":
        room = body.W103 - 2 * c["rail-spread"]
        beside = c["transaxle-length"] - c["transaxle-below-rail"]
        yield "rails", part.engine_length + beside - room
    yield "slab", thin
