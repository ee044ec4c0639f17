"""Designs of the front placed exactly: do the boxes fit where the chains say so?"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wheelbase.catalogue import Catalogue
from wheelbase.errors import DataError, FitError
from wheelbase.fit import place
from wheelbase.integrate import Manner, integrate
from wheelbase.study import Package, load_package, targets_of
from wheelbase.study.folder import write_json
from wheelbase.sweep.progress import Tell, counted, silent
from wheelbase.sweep.space import space_of
from wheelbase.units import convert

__all__ = ["FRONT", "design_of", "place_front"]

FRONT = "front.json"
"""File of a sweep that holds the designs of the front that were placed exactly."""

_BRIEF = Manner(brief=True, draws={})


def design_of(package: Package, row: Mapping[str, Any]) -> Package:
    """Return the study of a sweep with the values of one design.

    Args:
        package: The study of the sweep.
        row: Column to value, as the store holds them; what does not move the design is empty.
    """
    varied = space_of(package).varied
    drawn = {v: row[v.column] for v in varied if row.get(v.column) is not None}
    given = {v.path: f"{value!r} {v.unit}".strip() for v, value in drawn.items()}
    return package.set(given)


def place_front(
    folder: Path,
    front: Mapping[str, Any],
    facts: Catalogue,
    most: int,
    tell: Tell = silent,
) -> list[dict[str, Any]]:
    """Place designs of a front exactly, keep what was found in the folder, and return it.

    Args:
        folder: Of the sweep.
        front: As `summary` tells it.
        facts: The catalogue.
        most: How many designs, evenly along the front of all bodies.
        tell: Takes how far it is after each design.

    Returns:
        A row per design: `design`, `variant`, `status` ("fits", "does not fit", "not proven"),
        `battery_kwh` that the placed cells hold, and `reasons` where it does not fit.

    Raises:
        DataError: most is less than 1, or the study of the sweep cannot be read.
    """
    if most < 1:
        raise DataError(f"place: {most} designs; write at least 1")
    package = load_package(folder / "study.yaml", facts)
    rows = [row for body in front["bodies"].values() for row in body["rows"]]
    chosen = (
        [rows[round(k * (len(rows) - 1) / max(most - 1, 1))] for k in range(most)] if rows else []
    )
    every = list({r["design"]: r for r in chosen}.values())
    found = [_placed(design_of(package, row), row) for row in counted(every, tell)]
    write_json(folder / FRONT, {"objectives": dict(front["objectives"]), "placed": found})
    return found


def _placed(package: Package, row: Mapping[str, Any]) -> dict[str, Any]:
    train, _, rest = str(row["variant"]).partition("@")
    platform, _, body = rest.partition(".")
    told = {"design": row["design"], "variant": row["variant"]}
    parts = (package.platforms[platform], package.bodies[body], package.powertrains[train])
    try:
        car = integrate(*parts, targets_of(package, train), package.facts, _BRIEF)
        placed = place(car.platform, parts[1], car.powertrain, package.facts)
    except FitError as error:  # larger than the car, or no car: a result here
        return told | {"status": "does not fit", "battery_kwh": None, "reasons": _few(error)}
    words = {"infeasible": "does not fit", "not_proven": "not proven"}
    status = words.get(placed.status, "fits")
    if status == "not proven" and placed.boxes:
        status = "fits"
    return told | {"status": status, "battery_kwh": _kwh(placed.energy), "reasons": []}


def _few(error: FitError) -> Sequence[str]:
    return list(error.problems[:3])


def _kwh(energy: float) -> float | None:
    return round(convert(energy, "kWh"), 2) if energy > 0 else None
