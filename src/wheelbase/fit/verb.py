"""The verb `fit`: does a powertrain go into a body on a platform, and what is left for people."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import Body, Catalogue, Platform, Powertrain, drawn, stream
from wheelbase.fit.battery import battery_energy, remedies, zones
from wheelbase.fit.boxes import boxes
from wheelbase.fit.cabin import boot_volume, couple_distance, usable_length
from wheelbase.fit.chain import Constants, constants_of, package, turning_circle
from wheelbase.fit.contradiction import refuse_contradictions, refuse_wrong_lengths
from wheelbase.fit.envelope import bounds_of, hard_points, outline, placed_points
from wheelbase.fit.family import part_keys
from wheelbase.fit.result import Bound, Conflict, Fit
from wheelbase.fit.shortage import shortages

__all__ = ["LEAVES_OUT", "Draws", "fit", "interval_draws", "sample"]

Draws = Mapping[str, NDArray[np.float64]]
_DRAWS, _SEED = 400, 1

LEAVES_OUT = (
    "parts as boxes (the chains bound sums along x, y and z; `place` places boxes)",
    "second levels that are not said to be built (counted in the greatest energy only)",
    "offset and pole impacts: a crash stack and zones stand for them",
)


def fit(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    facts: Catalogue,
    draws: Draws | None = None,
    drivers: Mapping[str, Bound] | None = None,
) -> Fit:
    """Return where `powertrain` lies in `body` on `platform`, and what does not fit.

    The label of the platform (flexible, bespoke) enters no formula.

    Args:
        platform: Hard-point policies and everything that it must carry.
        body: Outer size and what the owner is promised.
        powertrain: The one to place; need not be among those the platform was made for.
        facts: Constants of the chains.
        draws: What `interval_draws` gives, where many fits share it; empty for no intervals.
        drivers: What sets the hard points, as `outline` has it, where many fits share it.

    Raises:
        DataError: Lengths that contradict each other, or a body without room between its axles.
    """
    c = constants_of(facts)
    points = placed_points(platform, body, powertrain, c)
    refuse_wrong_lengths(platform, body, points)
    refuse_contradictions(platform, body, points)
    part = package(powertrain, platform.layout, c)
    energy = battery_energy(platform, body, powertrain, points, c)
    stored, thin = zones(platform, body, powertrain, points, c)
    conflicts = tuple(_conflicts(platform, body, powertrain, c, points, thin))
    formats = tuple(cell for cell in facts.cell if cell.is_format)
    if draws is None:
        draws = interval_draws(facts)
    return Fit(
        platform=platform.id,
        body=body.id,
        powertrain=powertrain.id,
        status="does_not_fit" if conflicts else "fits",
        hard_points=points,
        drivers=outline(platform, body, c).drivers if drivers is None else drivers,
        bounds=tuple(bounds_of(platform, body, powertrain, c, points)),
        wheelbase=points["L101"],
        turning_circle=float(turning_circle(platform.layout, points["L101"], c)),
        usable_length=float(usable_length(body, points, c)),
        boot=float(boot_volume(part, body, points, c)),
        couple_distance=float(couple_distance(points, c)),
        energy_fit=float(energy["fit"]),
        energy_max=max(float(energy["max"]), float(energy["fit"])),
        seat_raise=float(energy["seat_raise"]),
        remedies=remedies(platform, body, powertrain, points, c, formats),
        zones=stored,
        boxes=boxes(platform, body, powertrain, points, c),
        conflicts=conflicts,
        part_keys=part_keys(platform, body, powertrain, points, stored),
        intervals=_intervals(platform, body, powertrain, draws),
        leaves_out=LEAVES_OUT,
    )


def _conflicts(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    c: Constants,
    points: Mapping[str, float],
    thin: float,
) -> Iterator[Conflict]:
    """Yield what does not fit, in m, with the change that would cure it."""
    name, cure = powertrain.id, ""
    for what, by in shortages(platform, body, powertrain, c, points, thin):
        if by <= 0:
            continue
        short, (place, _, rule) = _mm(by), what.partition(": ")
        if place == "tunnel":
            text = f"gearbox, shaft and exhaust find no tunnel in the floor, {short} short"
            cure = f"tunnel +{short}"
        elif place == "rails":
            text = f"engine and gearbox side by side do not pass between the front rails, {short}"
            text, cure = f"{text} short", f"W103 +{short}; no other single hard point helps"
        elif place == "slab":
            text = f"the floor is too thin for the cells even with raised seats, {short} short"
            cure = f"H100 +{short}, or a lower cell"
        else:
            yield Conflict(what, by, f"{name} needs {short} more at {place} ({rule})",
                           f"{place} +{short}")  # fmt: skip
            continue
        yield Conflict(what, by, f"{name}: {text}", cure)


def _mm(length: float) -> str:
    return f"{1e3 * length:.0f} mm"


def sample(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    facts: Catalogue,
    draws: int,
    seed: int,
) -> dict[str, NDArray[np.float64]]:
    """Return energy_fit (J), boot (m3), lengths and hard points (m), (draws,) each.

    Lengths are usable_length, couple_distance and wheelbase, hard points x_fw and tunnel_h.

    All constants of the chains are drawn together, their figure as the median of what lies between
    low and high, and given hard points uniform within their tolerance; each has a stream of its
    own, so the same seed gives common draws to every platform.
    """
    c, full = drawn(facts.chain_constant, draws, seed), np.ones(draws)
    points = hard_points(platform, body, powertrain, c, _given(platform, draws, seed))
    return {
        **_drawn_room(platform, body, powertrain, points, c),
        "couple_distance": full * couple_distance(points, c),
        "wheelbase": full * points["L101"],
        "x_fw": full * points["x_fw"],
        "tunnel_h": full * points["tunnel_h"],
    }


def _given(platform: Platform, draws: int, seed: int) -> dict[str, Any]:
    """Return the given hard points that have a tolerance, drawn uniform within it."""
    found = {}
    for name, point in platform.hard_points.items():
        if point.value is not None and point.tolerance > 0:
            found[name] = point.value + point.tolerance * (2 * stream(seed, name).random(draws) - 1)
    return found


def _drawn_room(
    platform: Platform, body: Body, powertrain: Powertrain, points: Mapping[str, Any], c: Draws
) -> dict[str, NDArray[np.float64]]:
    """Return energy_fit (J), usable_length (m) and boot (m3), (draws,) each."""
    part, full = package(powertrain, platform.layout, c), np.ones(len(next(iter(c.values()))))
    return {
        "energy_fit": full * battery_energy(platform, body, powertrain, points, c)["fit"],
        "usable_length": full * usable_length(body, points, c),
        "boot": full * boot_volume(part, body, points, c),
    }


def interval_draws(facts: Catalogue) -> Draws:
    """Return draws of all constants of the chains, from which a fit takes its intervals."""
    return drawn(facts.chain_constant, _DRAWS, _SEED)


def _intervals(
    platform: Platform, body: Body, powertrain: Powertrain, c: Draws
) -> dict[str, tuple[float, float, float]]:
    if not c:
        return {}
    points = hard_points(platform, body, powertrain, c, _given(platform, _DRAWS, _SEED))
    spans = {}
    for name, values in _drawn_room(platform, body, powertrain, points, c).items():
        low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
        spans[name] = (float(low), float(middle), float(high))
    return spans
