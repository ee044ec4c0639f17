"""An independent checker of a placement: every overlap and every lost clearance, in millimetres.

It shares no code with the model that places the parts: whole boxes in mm, every pair looked at.
"""

from dataclasses import dataclass, field
from itertools import combinations

from wheelbase.catalogue import Catalogue
from wheelbase.fit.result import Box, Placement

__all__ = ["Clearances", "Overlap", "check", "clearances_of"]

_DUST = 0.05  # mm, half of what the default grid resolves

_UNITS = (
    ("engine", "oil sump", "bell housing", "gearbox"),
    ("engine", "oil sump", "transaxle"),
    ("tank", "tank, right half"),
    ("rear drive unit", "rear drive unit's inverter"),
    ("front drive unit", "front drive unit's inverter"),
    ("gearbox", "propeller shaft", "final drive"),
    ("transaxle", "propeller shaft"),
    ("gearbox", "transfer case", "front shaft", "front final drive"),
    ("oil sump", "front final drive"),
    ("catalysts", "front pipe", "rear pipe", "silencer"),
)
_UNDER_ENGINE = frozenset({"front final drive", "front shaft"})
_COLD = frozenset(
    {"tank", "cell_block", "lv_battery", "inverter", "charger", "hv_junction", "hvac"}
)
_ADMITTED = {
    "front crash zone": frozenset({"cooler", "frunk"}),
    "side of the body": frozenset({"charge_port"}),
    "floor and firewall": frozenset({"hvac"}),
    "tunnel": frozenset({"hvac"}),
}


@dataclass(frozen=True, slots=True)
class Clearances:
    """Least gaps in mm: of any two parts, and by kind of a hot part to parts that bear no heat."""

    general: float
    hot: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two boxes that are too close: the gap along the axis that parts them most, and the need, mm.

    A gap below zero is how deep they overlap.
    """

    a: str
    b: str
    gap: float
    needed: float


def clearances_of(facts: Catalogue) -> Clearances:
    """Return the least gaps that the facts ask for, mm."""
    hot: dict[str, float] = {}
    for size in facts.part_size:
        if size.heat_clearance:
            hot[size.kind] = max(hot.get(size.kind, 0.0), 1e3 * size.heat_clearance)
    return Clearances(1e3 * facts.chain_constant["place-clearance"].value, hot)


def check(placement: Placement, clearances: Clearances) -> list[Overlap]:
    """Return every pair of boxes, and of box and keep-out, that is too close; empty if none is."""
    found = []
    for a, b in combinations(placement.boxes, 2):
        needed = _needed(a, b, clearances)
        if needed is not None and _gap(a, b) < needed - _DUST:
            found.append(Overlap(a.id, b.id, _gap(a, b), needed))
    for box in placement.boxes:
        for keepout in placement.keepouts:
            if box.kind in _ADMITTED.get(keepout.id, ()):
                continue
            if _gap(box, keepout) < -_DUST:
                found.append(Overlap(box.id, keepout.id, _gap(box, keepout), 0.0))
    return found


def _gap(a: Box, b: Box) -> float:
    """Return the greatest gap over the three axes, mm."""
    return 1e3 * max(b.x0 - a.x1, a.x0 - b.x1, b.y0 - a.y1, a.y0 - b.y1, b.z0 - a.z1, a.z0 - b.z1)


def _needed(a: Box, b: Box, clearances: Clearances) -> float | None:
    """Return the gap that two boxes need, mm; None where one may reach under the other."""
    names = {a.id, b.id}
    if "engine" in names and names & _UNDER_ENGINE:
        return None
    kinds = {a.kind, b.kind}
    if kinds & {"boot", "frunk"} or kinds == {"cell_block"}:
        return 0.0
    if any(names <= set(unit) for unit in _UNITS):
        return 0.0
    needed = clearances.general
    for one, other in ((a, b), (b, a)):
        if one.kind in clearances.hot and other.kind in _COLD:
            needed = max(needed, clearances.hot[one.kind])
    return needed
