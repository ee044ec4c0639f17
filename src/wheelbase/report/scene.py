"""What a variant has to draw: parts, keep-outs, body and conflicts, checked and named once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

from wheelbase.errors import DataError

__all__ = ["AXES", "COLOURS", "NEUTRAL", "SPACES", "Clash", "Part", "Scene", "boxes_json"]
__all__ += ["colour", "printable", "scene"]

AXES = "x rearward from the front axle, y to the right, z up from the ground"

COLOURS = {
    "engine": "#9c5a50",
    "sump": "#84504a",
    "bell_housing": "#a08a80",
    "gearbox": "#7d8791",
    "transaxle": "#7d8791",
    "transfer": "#6c7a83",
    "propshaft": "#59646e",
    "final_drive": "#66717b",
    "drive_unit": "#2f7fc1",
    "inverter": "#3f9bbf",
    "charger": "#8a63c9",
    "hv_junction": "#a05fb8",
    "charge_port": "#b968a8",
    "battery": "#3fa34d",
    "cell_block": "#3fa34d",
    "lv_battery": "#8f8f58",
    "tank": "#e08e2b",
    "exhaust": "#d05a45",
    "silencer": "#c0493a",
    "cooler": "#2aa3b0",
    "hvac": "#8fb0d8",
    "spare": "#77716b",
    "seat": "#b99b6b",
    "boot": "#b7a3d0",
    "frunk": "#b7a3d0",
    "cabin": "#e3cf93",
}
"""Colour by kind, the same in every picture, readable on white and on dark."""

NEUTRAL = "#8b95a0"
"""Colour of a kind that has none."""

SPACES = frozenset({"cabin", "boot", "frunk", "seat"})
"""Kinds that are room for people and luggage, not matter: drawn pale."""

_EDGES = ("x0", "x1", "y0", "y1", "z0", "z1")
_REACH = 50.0  # m; no car is larger
_LEAST = 1e-4  # m; a thinner box is a line
_MOST = 2000  # boxes
_DIMENSIONED = {"L101", "L104", "L105", "x_fw"}
_BATTERY, _TUNNEL = {"battery", "cell_block"}, {"gearbox", "propshaft", "exhaust"}
_FRONT, _BOOT = {"engine", "gearbox", "transaxle"}, {"boot"}
_PLACES = {
    "slab": _BATTERY, "x_bat0": _BATTERY, "bat_max_w": _BATTERY, "z_floor": _BATTERY,
    "tunnel": _TUNNEL, "tunnel_w": _TUNNEL, "tunnel_h": _TUNNEL,
    "rails": _FRONT, "rail_y": _FRONT, "z_boot": _BOOT, "x_seatback": _BOOT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A box to draw, in m; `number` is its place in the legend, 0 for a keep-out."""

    number: int
    id: str
    kind: str
    x0: float
    x1: float
    y0: float
    y1: float
    z0: float
    z1: float
    energy_kwh: float | None = None
    levels: int = 1

    @property
    def size(self) -> tuple[float, float, float]:
        """Return length, width and height in m."""
        return self.x1 - self.x0, self.y1 - self.y0, self.z1 - self.z0

    @property
    def size_text(self) -> str:
        """Return length x width x height in mm."""
        return " × ".join(f"{1e3 * side:.0f}" for side in self.size)

    @property
    def text(self) -> str:
        """Return name, size in mm, and energy if the part holds any."""
        energy = "" if self.energy_kwh is None else f", {self.energy_kwh:.1f} kWh"
        return f"{self.id}: {self.size_text} mm{energy}"


@dataclass(frozen=True, slots=True)
class Clash:
    """A conflict: its sentence, by how many mm, the hard point or the parts where it lies."""

    text: str
    short_by_mm: float
    hard_point: str
    parts: frozenset[int]


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a drawing needs, in m, with clean names.

    Args:
        parts: Boxes and battery zones of some size; numbered front to rear, spaces last.
        keepouts: Boxes that must stay empty, cut to the room that the body takes.
        wheelbase: Front to rear axle.
        points: Hard points, L104, L105 and x_fw among them.
        drivers: Hard point to who sets it; only those whose bound is active.
        body: L103, W103, H100, H156, tyre_radius.
        style: sedan, suv, hatch or anything else.
        usable: Length for people and luggage behind the firewall, 0 if unknown.
        clashes: What does not fit.
    """

    parts: tuple[Part, ...]
    keepouts: tuple[Part, ...]
    wheelbase: float
    points: Mapping[str, float]
    drivers: Mapping[str, str]
    body: Mapping[str, float]
    style: str
    usable: float
    clashes: tuple[Clash, ...]

    @property
    def front(self) -> float:
        """Return x of the foremost point of the body."""
        return -self.points["L104"]

    @property
    def rear(self) -> float:
        """Return x of the rearmost point of the body."""
        return self.wheelbase + self.points["L105"]

    @property
    def zones(self) -> tuple[Part, ...]:
        """Return the battery zones, the largest first."""
        found = [p for p in self.parts if p.kind == "battery"]
        return tuple(sorted(found, key=lambda p: (-p.size[0] * p.size[1] * p.size[2], p.number)))


def scene(variant: Mapping[str, Any]) -> Scene:
    """Return what there is to draw of a variant of the results.

    Raises:
        DataError: A part of the results is missing, or is no length a car could have.
    """
    try:
        fit = variant["fit"]
        body = {k: _length(fit["body"], k) for k in ("L103", "W103", "H100", "H156", "tyre_radius")}
        points = {str(k): _length(fit["hard_points"], k) for k in fit["hard_points"]}
        for needed in ("L104", "L105", "x_fw"):
            _length(points, needed)
        zones = [*_boxes(fit["zones"], "battery")]
        known = {zone.id for zone in zones}  # the zone of a block of cells knows its energy too
        boxes = [b for b in _boxes(fit["boxes"]) if b.kind != "cell_block" or b.id not in known]
        parts = tuple(_numbered([*boxes, *zones]))
        return Scene(
            parts=parts,
            keepouts=tuple(_clipped(_boxes(fit.get("keepouts", ()), "keepout"), fit, body, points)),
            wheelbase=_positive(fit, "wheelbase"),
            points=points,
            drivers=dict(_active(fit.get("drivers", {}), points)),
            body={k: _positive(body, k) for k in body},
            style=str(fit["body"].get("style", "")),
            usable=_usable(variant.get("figures", {})),
            clashes=tuple(_clashes(variant.get("conflicts", ()), parts, points)),
        )
    except KeyError as error:
        raise DataError(f"results: a variant lacks {error}; run the study again") from None
    except (TypeError, AttributeError):
        raise DataError("results: a variant has another form; run the study again") from None


def colour(kind: str) -> str:
    """Return the colour of a kind as #rrggbb."""
    return COLOURS.get(kind, NEUTRAL)


def printable(value: object, most: int = 200) -> str:
    """Return text of one line that every XML and JSON reader takes, cut to `most` characters."""
    clean = "".join(c if c.isprintable() else " " for c in str(value)[: 2 * most]).strip()
    return clean if len(clean) <= most else clean[: most - 1] + "…"


def boxes_json(variant: Mapping[str, Any]) -> dict[str, Any]:
    """Return the boxes of a variant for a 3-D view: metres, kinds, colours, names, sizes.

    Raises:
        DataError: A part of the results is missing, or is no length a car could have.
    """
    drawn = scene(variant)
    return {
        "unit": "m",
        "axes": AXES,
        "wheelbase": drawn.wheelbase,
        "hard_points": dict(drawn.points),
        "body": {"style": printable(drawn.style), **drawn.body},
        "boxes": [_plain(part) for part in drawn.parts],
        "keepouts": [_plain(part) for part in drawn.keepouts],
    }


def _plain(part: Part) -> dict[str, Any]:
    found: dict[str, Any] = {
        "number": part.number,
        "id": part.id,
        "name": f"{part.id}, {part.size_text} mm",
        "kind": part.kind,
        "colour": colour(part.kind),
        "space": part.kind in SPACES,
        **{edge: getattr(part, edge) for edge in _EDGES},
    }
    if part.energy_kwh is not None:
        found["energy_kwh"] = part.energy_kwh
    return found


def _boxes(rows: Any, kind: str = "") -> Iterator[Part]:
    if len(rows) > _MOST:
        raise DataError(f"results: a variant has {len(rows)} boxes; at most {_MOST} are drawn")
    for row in rows:
        edges = {edge: _length(row, edge) for edge in _EDGES}
        sides = (edges["x1"] - edges["x0"], edges["y1"] - edges["y0"], edges["z1"] - edges["z0"])
        if min(sides) < _LEAST:
            continue
        energy = _length(row, "energy_kwh", 1e6) if "energy_kwh" in row else None
        levels = int(_length(row, "levels")) if "levels" in row else 1
        name = printable(row["id"], 60)
        word = kind or printable(row["kind"], 30)
        yield Part(0, name, word, **edges, energy_kwh=energy, levels=min(max(levels, 1), 9))


def _numbered(parts: list[Part]) -> Iterator[Part]:
    """Yield parts numbered from front to rear, spaces last."""

    def key(part: Part) -> tuple[bool, float, float, str]:
        return part.kind in SPACES, round(part.x0 + part.x1, 3), part.z0, part.id

    for number, part in enumerate(sorted(parts, key=key), start=1):
        yield replace(part, number=number)


def _clipped(
    parts: Iterator[Part], fit: Any, body: Mapping[str, float], points: Mapping[str, float]
) -> Iterator[Part]:
    """Yield keep-outs cut to the outer size of the car: some are half of all space."""
    ends = {
        "x": (-points["L104"], _length(fit, "wheelbase") + points["L105"]),
        "y": (-body["W103"] / 2, body["W103"] / 2),
        "z": (0.0, body["H100"]),
    }
    for part in parts:
        edges = {}
        for axis, (least, most) in ends.items():
            edges[f"{axis}0"] = max(getattr(part, f"{axis}0"), least)
            edges[f"{axis}1"] = min(getattr(part, f"{axis}1"), most)
        if all(edges[f"{axis}1"] - edges[f"{axis}0"] > _LEAST for axis in ends):
            yield replace(part, **edges)


def _length(row: Any, key: str, most: float = _REACH) -> float:
    value = row[key]
    known = isinstance(value, int | float) and not isinstance(value, bool)
    if not known or not isfinite(value) or abs(value) > most:
        raise DataError(f"results: {printable(key, 40)} of a variant is no length in m")
    return float(value)


def _positive(row: Any, key: str) -> float:
    value = _length(row, key)
    if value <= 0:
        raise DataError(f"results: {printable(key, 40)} of a variant must be above 0")
    return value


def _active(drivers: Any, points: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    """Yield the hard points that lie on their bound, with who set it."""
    for name, bound in drivers.items():
        if name in points and abs(_length(bound, "value") - points[name]) < 5e-4:
            who, rule = printable(bound["powertrain"], 40), printable(bound["name"], 60)
            yield name, f"{who} ({rule})"


def _usable(figures: Any) -> float:
    figure = figures.get("usable_length")
    return 0.0 if figure is None else _length(figure, "value", 1e3 * _REACH) / 1e3


def _clashes(
    conflicts: Any, parts: tuple[Part, ...], points: Mapping[str, float]
) -> Iterator[Clash]:
    """Yield conflicts with the place they name: a hard point, a kind of part, or parts."""
    for conflict in conflicts:
        where = str(conflict.get("requirement", ""))
        code = where.split(":")[0].strip()
        kinds = _PLACES.get(code, set())
        drawn = code in points and code in _DIMENSIONED
        named = {p.number for p in parts if p.kind in kinds or (p.id and p.id in where)}
        yield Clash(
            text=printable(conflict["text"], 400),
            short_by_mm=_length(conflict, "short_by_mm", 1e3 * _REACH),
            hard_point=code if drawn else "",
            parts=frozenset() if drawn else frozenset(named),
        )
