"""Dimensioned side and top views as SVG: pure functions of the fit of a variant."""

from collections.abc import Iterator, Mapping
from html import escape
from math import hypot
from typing import Any

__all__ = ["side_view", "top_view"]

_COLOURS = {
    "engine": "#9f6060",
    "gearbox": "#7d8791",
    "propshaft": "#5d6670",
    "drive_unit": "#2f7fc1",
    "battery": "#475ef5",
    "tank": "#d98c3a",
    "exhaust": "#b5523f",
    "silencer": "#b5523f",
    "cooler": "#2aa3b0",
    "charger": "#8a63c9",
    "boot": "#b7a3d0",
    "frunk": "#b7a3d0",
    "cabin": "#e8d9ae",
}
_SCALE = 0.19  # picture units per mm
_MARGIN = 50.0


def side_view(variant: Mapping[str, Any], title: str) -> str:
    """Return the side view of a variant: silhouette, parts, battery, dimension chains in mm.

    Args:
        variant: A variant of the results, with "fit", "conflicts" and "figures".
        title: What the picture shows; any text.
    """
    fit = variant["fit"]
    body, points = fit["body"], fit["hard_points"]
    length, height = 1e3 * body["L103"], 1e3 * body["H100"]
    x0 = -1e3 * points["L104"]
    width = length * _SCALE + 2 * _MARGIN
    ground = _MARGIN * 0.6 + height * _SCALE
    tall = ground + 150

    def px(x: float) -> float:
        return float(round(_MARGIN + (1e3 * x - x0) * _SCALE, 1))

    def pz(z: float) -> float:
        return float(round(ground - 1e3 * z * _SCALE, 1))

    parts = [*_parts(variant)]
    drawn = [
        f'<svg class="view" viewBox="0 0 {width:.0f} {tall:.0f}" role="img" '
        f'aria-label="{escape(title, quote=True)}" xmlns="http://www.w3.org/2000/svg">',
        f"<title>{escape(title)}</title>",
        _silhouette(fit, px, pz),
        *_wheels(fit, px, pz),
        *(_rectangle(p, px(p["x0"]), px(p["x1"]), pz(p["z1"]), pz(p["z0"])) for p in parts),
        f'<line class="ground" x1="{_MARGIN - 20}" x2="{width - _MARGIN + 20}" '
        f'y1="{ground}" y2="{ground}"/>',
        *_side_dimensions(fit, px, pz, ground),
        *_labels(parts, px, pz),
        *_conflict_text(variant, ground + 140),
        "</svg>",
    ]
    return "\n".join(drawn)


def _parts(variant: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield boxes and battery zones, big and pale ones first."""
    order = {"cabin": 0, "boot": 1, "frunk": 1, "exhaust": 2}
    boxes = sorted(variant["fit"]["boxes"], key=lambda b: order.get(b["kind"], 3))
    yield from boxes
    for zone in variant["fit"]["zones"]:
        yield {**zone, "kind": "battery"}


def _rectangle(part: Mapping[str, Any], x0: float, x1: float, y0: float, y1: float) -> str:
    colour = _COLOURS.get(part["kind"], "#999999")
    pale = part["kind"] in ("cabin", "boot", "frunk")
    size = " x ".join(
        f"{1e3 * (part[b] - part[a]):.0f}" for a, b in (("x0", "x1"), ("y0", "y1"), ("z0", "z1"))
    )
    energy = f", {part['energy_kwh']:.1f} kWh" if "energy_kwh" in part else ""
    name = escape(f"{part['id']}: {size} mm{energy}")
    return (
        f'<rect x="{x0}" y="{y0}" width="{x1 - x0:.1f}" height="{y1 - y0:.1f}" rx="2" '
        f'fill="{colour}" fill-opacity="{0.28 if pale else 0.78}" stroke="{colour}" '
        f'stroke-width="0.8"><title>{name}</title></rect>'
    )


def _silhouette(fit: Mapping[str, Any], px: Any, pz: Any) -> str:
    """Return the outline of the car: bumper, bonnet, screen, roof, rear by style."""
    body, points = fit["body"], fit["hard_points"]
    front, rear = -points["L104"], fit["wheelbase"] + points["L105"]
    h, sill, r = body["H100"], body["H156"] + 0.04, body["tyre_radius"]
    bonnet, waist = 0.60 * h + 0.02, 0.645 * h
    cowl = points["x_fw"] - 0.06
    roof = cowl + 0.62
    tail = {
        "sedan": [(rear - 0.95, h * 0.955), (rear - 0.42, waist + 0.06), (rear - 0.03, waist)],
        "suv": [(rear - 0.52, h * 0.985), (rear - 0.20, h * 0.80), (rear - 0.01, waist)],
        "hatch": [(rear - 0.45, h * 0.98), (rear - 0.10, h * 0.76), (rear, waist)],
    }[body["style"]]
    outline = [
        (front + 0.02, sill + 0.06), (front, 0.42), (front + 0.10, bonnet - 0.10),
        (front + 0.30, bonnet - 0.03), (cowl, bonnet + 0.06), (roof, h * 0.965),
        (roof + 0.45, h), *tail, (rear, 0.45), (rear - 0.04, sill + 0.05),
    ]  # fmt: skip
    corners = [(px(x), pz(z)) for x, z in outline]
    path = _rounded(corners)
    size = abs(px(r + 0.05) - px(0))
    for axle in (fit["wheelbase"], 0.0):
        middle, low = px(axle), pz(sill)
        path += (
            f" L{middle + size:.1f},{low} A{size:.1f},{size:.1f} 0 0 0 {middle - size:.1f},{low}"
        )
    return f'<path class="shell" d="{path} Z"/>'


def _rounded(corners: list[tuple[float, float]]) -> str:
    """Return a path through corners, each cut by a curve of at most 14 units."""
    first, last = corners[0], corners[-1]
    path = f"M{first[0]},{first[1]}"
    for before, at, after in zip(corners, corners[1:], corners[2:], strict=False):
        start, end = (_toward(at, other, 14.0) for other in (before, after))
        path += f" L{start[0]:.1f},{start[1]:.1f} Q{at[0]},{at[1]} {end[0]:.1f},{end[1]:.1f}"
    return path + f" L{last[0]},{last[1]}"


def _toward(a: tuple[float, float], b: tuple[float, float], reach: float) -> tuple[float, float]:
    distance = max(hypot(b[0] - a[0], b[1] - a[1]), 1e-9)
    share = min(reach / distance, 0.45)
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _wheels(fit: Mapping[str, Any], px: Any, pz: Any) -> Iterator[str]:
    r = fit["body"]["tyre_radius"]
    size = abs(px(r) - px(0))
    for axle in (0.0, fit["wheelbase"]):
        yield (
            f'<circle class="tyre" cx="{px(axle)}" cy="{pz(r)}" r="{size:.1f}"/>'
            f'<circle class="rim" cx="{px(axle)}" cy="{pz(r)}" r="{size * 0.62:.1f}"/>'
        )


def _side_dimensions(fit: Mapping[str, Any], px: Any, pz: Any, ground: float) -> Iterator[str]:
    points, wheelbase = fit["hard_points"], fit["wheelbase"]
    front, rear = -points["L104"], wheelbase + points["L105"]
    first, second, third = ground + 30, ground + 68, ground + 106
    for code, a, b, y in (
        ("L104", front, 0.0, first),
        ("L101", 0.0, wheelbase, first),
        ("L105", wheelbase, rear, first),
        ("x_fw", 0.0, points["x_fw"], second),
        ("L103", front, rear, third),
    ):
        text = f"{code} {1e3 * (b - a):.0f}"
        yield _arrow(px(a), px(b), y, text)
    for zone in fit["zones"][:1]:
        text = (
            f"battery {1e3 * (zone['x1'] - zone['x0']):.0f} x {1e3 * (zone['y1'] - zone['y0']):.0f}"
        )
        if px(zone["x1"]) - px(zone["x0"]) > 190:
            yield _arrow(px(zone["x0"]), px(zone["x1"]), second, text)
    x = px(rear) + 18
    top = pz(fit["body"]["H100"])
    yield (
        f'<g class="dim"><line x1="{x}" x2="{x}" y1="{top}" y2="{ground}"/>'
        f'<line x1="{x - 4}" x2="{x + 4}" y1="{top}" y2="{top}"/>'
        f'<text x="{x + 9}" y="{(top + ground) / 2}" transform="rotate(90 {x + 9} '
        f'{(top + ground) / 2})">H100 {1e3 * fit["body"]["H100"]:.0f}</text></g>'
    )


def _arrow(x0: float, x1: float, y: float, text: str) -> str:
    middle = (x0 + x1) / 2
    return (
        f'<g class="dim"><line x1="{x0}" x2="{x1}" y1="{y}" y2="{y}"/>'
        f'<line x1="{x0}" x2="{x0}" y1="{y - 5}" y2="{y + 5}"/>'
        f'<line x1="{x1}" x2="{x1}" y1="{y - 5}" y2="{y + 5}"/>'
        f'<text x="{middle:.1f}" y="{y - 6}">{escape(text)}</text></g>'
    )


_SHORT = {
    "engine": "engine", "gearbox": "gearbox", "tank": "tank", "rear drive unit": "drive unit",
    "front drive unit": "drive unit", "cabin": "cabin", "boot": "boot", "slab": "battery",
    "under rear seat": "battery", "frunk": "frunk",
}  # fmt: skip


def _labels(parts: list[dict[str, Any]], px: Any, pz: Any) -> Iterator[str]:
    """Yield names of the parts that are wide enough to hold them."""
    for part in parts:
        word = _SHORT.get(part["id"])
        if word is None:
            continue
        width, height = px(part["x1"]) - px(part["x0"]), pz(part["z0"]) - pz(part["z1"])
        if width < 9.5 * len(word) or height < 15:
            continue
        x = (px(part["x0"]) + px(part["x1"])) / 2
        y = (pz(part["z0"]) + pz(part["z1"])) / 2 + 6
        light = part["kind"] in ("cabin", "boot", "frunk")
        y = pz(part["z1"]) + 24 if part["kind"] == "cabin" else y
        style = "name" if light else "name on"
        yield f'<text class="{style}" x="{x:.1f}" y="{y:.1f}">{escape(word)}</text>'


def _conflict_text(variant: Mapping[str, Any], y: float) -> Iterator[str]:
    for conflict in variant["conflicts"][:1]:
        yield f'<text class="conflict" x="{_MARGIN}" y="{y}">{escape(conflict["text"])}</text>'


def top_view(variant: Mapping[str, Any], title: str) -> str:
    """Return the top view of a variant: outline, wheels, parts without cabin and boot."""
    fit = variant["fit"]
    body, points = fit["body"], fit["hard_points"]
    x0, half = -points["L104"], body["W103"] / 2
    width = 1e3 * body["L103"] * _SCALE + 2 * _MARGIN
    tall = 1e3 * body["W103"] * _SCALE + 40

    def px(x: float) -> float:
        return float(round(_MARGIN + 1e3 * (x - x0) * _SCALE, 1))

    def py(y: float) -> float:
        return float(round(16 + 1e3 * (y + half) * _SCALE, 1))

    rear = fit["wheelbase"] + points["L105"]
    parts = [p for p in _parts(variant) if p["kind"] not in ("cabin", "boot", "frunk")]
    r = body["tyre_radius"]
    wheels = [
        f'<rect class="tyre" x="{px(a - r)}" y="{py(s * (half - 0.13) - 0.11)}" rx="4" '
        f'width="{px(2 * r) - px(0):.1f}" height="{py(0.22) - py(0):.1f}"/>'
        for a in (0.0, fit["wheelbase"])
        for s in (-1, 1)
    ]
    drawn = [
        f'<svg class="view" viewBox="0 0 {width:.0f} {tall:.0f}" role="img" '
        f'aria-label="{escape(title, quote=True)}" xmlns="http://www.w3.org/2000/svg">',
        f"<title>{escape(title)}</title>",
        f'<rect class="shell" x="{px(x0)}" y="{py(-half)}" rx="46" '
        f'width="{px(rear) - px(x0):.1f}" height="{py(half) - py(-half):.1f}"/>',
        *wheels,
        *(_rectangle(p, px(p["x0"]), px(p["x1"]), py(p["y0"]), py(p["y1"])) for p in parts),
        "</svg>",
    ]
    return "\n".join(drawn)
