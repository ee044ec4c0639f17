"""The ghost of a body and its tyres, from a few dimensions: for orientation, not for measuring."""

from math import asin, cos, hypot, pi, sin

from wheelbase.report.scene import Scene

__all__ = ["TYRE_WIDTH", "Points", "circle", "edges", "glass", "outline", "tyre_sides"]

Points = list[tuple[float, float]]
"""Corners of a line, in m."""

TYRE_WIDTH = 0.22
"""Width of a drawn tyre in m."""

_TAILS = {
    "sedan": ((-0.98, 0.955, 0.0), (-0.46, 0.645, 0.07), (-0.04, 0.645, 0.03)),
    "suv": ((-0.55, 0.985, 0.0), (-0.16, 0.80, 0.0), (-0.02, 0.645, 0.0)),
    "hatch": ((-0.48, 0.98, 0.0), (-0.10, 0.76, 0.0), (0.0, 0.645, 0.0)),
}  # x from the rear end in m, height as a share of H100, height to add in m


def outline(car: Scene) -> Points:
    """Return the closed outline of the body seen from the side: x and z in m."""
    h, sill, r = car.body["H100"], car.body["H156"] + 0.04, car.body["tyre_radius"]
    front, rear = car.front, car.rear
    bonnet = 0.60 * h + 0.02
    cowl = car.points["x_fw"] - 0.06
    tail = [(rear + x, share * h + add) for x, share, add in _TAILS.get(car.style, _TAILS["hatch"])]
    upper = [
        (front + 0.05, sill + 0.02), (front, sill + 0.16), (front + 0.01, 0.38 * h),
        (front + 0.10, bonnet - 0.13), (front + 0.34, bonnet - 0.04), (cowl, bonnet + 0.07),
        (cowl + 0.66, h * 0.968), (cowl + 1.12, h), *tail,
        (rear, 0.34 * h), (rear - 0.01, sill + 0.14), (rear - 0.06, sill + 0.03),
    ]  # fmt: skip
    points = _rounded(upper)
    reach = r + 0.05
    for axle in (car.wheelbase, 0.0):
        # The arch leaves the sill line where a circle about the wheel centre crosses it.
        low = min(max(sill + 0.02 - r, -0.95 * reach), 0.95 * reach)
        start = asin(low / reach)
        turn = pi - 2 * start
        for k in range(17):
            at = start + turn * k / 16
            points.append((axle + reach * cos(at), r + reach * sin(at)))
    return points


def edges(car: Scene) -> Points:
    """Return where the body bends seen from the side: nose, cowl, roof and tail, x and z in m."""
    count = 10 + len(_TAILS["sedan"])  # curves of five points each, after the first corner
    middles = outline(car)[3 : 5 * count : 5]
    return [p for p in middles if p[1] > 0.45 * car.body["H100"]]


def glass(car: Scene) -> Points:
    """Return the closed outline of the side windows: x and z in m."""
    h, rear = car.body["H100"], car.rear
    belt = 0.655 * h
    cowl = car.points["x_fw"] - 0.06
    end = {"sedan": -0.62, "suv": -0.34}.get(car.style, -0.36)
    top = {"sedan": -1.10, "suv": -0.62}.get(car.style, -0.60)
    corners = [
        (cowl + 0.22, belt + 0.02), (cowl + 0.72, h * 0.925), (cowl + 1.12, h * 0.955),
        (rear + top, h * 0.92), (rear + end, belt + 0.06), (rear + end - 0.06, belt + 0.02),
    ]  # fmt: skip
    return _rounded(corners, reach=0.06)


def tyre_sides(car: Scene) -> tuple[tuple[float, float], ...]:
    """Return y0 and y1 in m of the left and the right tyres."""
    half = car.body["W103"] / 2 - 0.02
    return (-half, -half + TYRE_WIDTH), (half - TYRE_WIDTH, half)


def circle(x: float, z: float, radius: float, count: int = 28) -> Points:
    """Return points on a circle, in m."""
    angles = [2 * pi * k / count for k in range(count)]
    return [(x + radius * cos(a), z + radius * sin(a)) for a in angles]


def _rounded(corners: Points, reach: float = 0.13) -> Points:
    """Return corners each replaced by a curve that starts at most `reach` m before it."""
    points = [corners[0]]
    for before, at, after in zip(corners, corners[1:], corners[2:], strict=False):
        (ax, az), (bx, bz) = (_toward(at, other, reach) for other in (before, after))
        for k in range(5):
            t = k / 4
            a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
            points.append((a * ax + b * at[0] + c * bx, a * az + b * at[1] + c * bz))
    return [*points, corners[-1]]


def _toward(a: tuple[float, float], b: tuple[float, float], reach: float) -> tuple[float, float]:
    distance = max(hypot(b[0] - a[0], b[1] - a[1]), 1e-9)
    share = min(reach / distance, 0.45)
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
