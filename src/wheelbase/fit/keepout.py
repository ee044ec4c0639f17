"""Spaces that no part may enter: crash zones, wheels, rails, cabin, each from hard points."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wheelbase.catalogue import Body, Platform, Powertrain
from wheelbase.fit.chain import Constants, package

__all__ = ["Keepout", "keepouts"]

_FAR = 10.0  # m, beyond any car


@dataclass(frozen=True, slots=True)
class Keepout:
    """A box in m that parts stay out of; twins left and right share a name.

    Args:
        name: What it is, as messages call it.
        box: x0, x1, y0, y1, z0, z1.
        free: Kinds that may enter it.
    """

    name: str
    box: tuple[float, float, float, float, float, float]
    free: frozenset[str] = frozenset()


def keepouts(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    points: Mapping[str, float],
    c: Constants,
) -> tuple[Keepout, ...]:
    """Return the keep-outs of a car; without any that hold no space."""
    found = [
        *_crash(points, c),
        *_chassis(platform, body, powertrain, points, c),
        *_cabin(points, body, c),
    ]
    return tuple(k for k in found if all(k.box[i] < k.box[i + 1] for i in (0, 2, 4)))


def _twins(
    name: str, x: tuple[float, float], y: tuple[float, float], z: tuple[float, float], *free: str
) -> Iterator[Keepout]:
    """Yield a keep-out right of the middle and its mirror image."""
    yield Keepout(name, (*x, *y, *z), frozenset(free))
    yield Keepout(name, (*x, -y[1], -y[0], *z), frozenset(free))


def _crash(points: Mapping[str, float], c: Constants) -> Iterator[Keepout]:
    front = -points["L104"]
    beam = front + c["bumper-cover"] + c["bumper-beam"]
    z = (c["crash-front-low"], c["crash-front-high"])
    wide = (-_FAR, _FAR)
    soft = frozenset({"cooler", "frunk"})
    yield Keepout("front bumper", (-_FAR, beam, *wide, *z))
    yield Keepout("front crash zone", (-_FAR, beam + c["crash-box"], *wide, *z), soft)
    yield Keepout("front end", (-_FAR, front + c["bumper-cover"], *wide, 0.0, _FAR))
    rear = points["L101"] + points["L105"] - c["crash-rear"]
    yield Keepout("rear crash zone", (rear, _FAR, *wide, 0.0, _FAR))


def _chassis(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    points: Mapping[str, float],
    c: Constants,
) -> Iterator[Keepout]:
    side, r = body.W103 / 2, body.tyre_radius
    reach, top = r + c["wheelhouse-gap"], 2 * r + c["wheel-jounce"]
    wheelbase, firewall = points["L101"], points["x_fw"]
    yield Keepout("the road", (-_FAR, _FAR, -_FAR, _FAR, -_FAR, body.H156))
    inner = side - c["body-skin"]
    yield from _twins("side of the body", (-_FAR, _FAR), (inner, _FAR), (0.0, _FAR), "charge_port")
    inner = side - c["wheel-inside-front"]
    yield from _twins("front wheel", (-reach, reach), (inner, _FAR), (0.0, top))
    inner = side - c["wheel-inside-rear"]
    yield from _twins("rear wheel", (wheelbase - reach, wheelbase + reach), (inner, _FAR), (0, top))
    sill = side - c["side-crash"]
    z = (c["sill-low"], c["sill-high"])
    yield from _twins("sill", (reach, wheelbase - reach), (sill, _FAR), z)
    rail = points["rail_y"]
    x, z = (c["rail-start"] - points["L104"], firewall), (c["rail-low"], c["rail-high"])
    yield from _twins("front rail", x, (rail, rail + c["rail-width"]), z)
    tower = (side - c["wheel-inside-front"], side - c["tower-outside"])
    x, z = (-c["tower-length"], c["tower-length"]), (c["tower-low"], c["tower-high"])
    yield from _twins("strut tower", x, tower, z)
    ahead = (-c["rack-electric"] - c["rack-length-transverse"], c["rack-length-transverse"])
    start, length = {
        "longitudinal": (c["rack-longitudinal"], c["rack-length"]),
        "transverse": (c["rack-transverse"], c["rack-length-transverse"]),
        "electric": ahead,
    }[package(powertrain, platform.layout, c).layout]
    if powertrain.engine is not None and platform.layout == "longitudinal":
        # Behind the axle a front shaft would run through the steering gear.
        start, length = ahead if powertrain.drive == "awd" else (start, length)
    half = c["rack-half"]
    z = (c["rack-low"], c["rack-high"])
    yield Keepout("steering gear", (start, start + length, -half, half, *z))
    yield from _column((start + length, firewall), c)


def _column(x: tuple[float, float], c: Constants) -> Iterator[Keepout]:
    """Yield the steering column from rack to firewall as two steps of its slope.

    It is kept free on the left and on the right, so that cars for either side can be built.
    """
    y = (c["column-inside"], c["column-inside"] + c["column-width"])
    low, high = c["rack-high"], c["column-high"]
    middle, rise = (x[0] + x[1]) / 2, (low + high) / 2
    name = "steering column, left or right"
    yield from _twins(name, (x[0], middle), y, (low, rise))
    yield from _twins(name, (middle, x[1]), y, (rise, high))


def _cabin(points: Mapping[str, float], body: Body, c: Constants) -> Iterator[Keepout]:
    """Yield bonnet, foot room with its tunnel, and second row; all as wide as the car."""
    firewall, seat, back = points["x_fw"], points["x_seat2"], points["x_seatback"]
    floor, half = points["z_floor"], points["tunnel_w"] / 2
    yield Keepout("bonnet", (-_FAR, firewall, -_FAR, _FAR, c["bonnet"], _FAR))
    tunnel = floor + (points["tunnel_h"] if half > 0 else 0.0)
    feet = (firewall, seat), (half, _FAR), (floor, _FAR)
    yield from _twins("floor and firewall", *feet, "hvac")
    if half > 0:
        box = (firewall, seat, -half, half, tunnel, _FAR)
        yield Keepout("tunnel", box, frozenset({"hvac"}))
    rest = floor + points["z_seat2"]
    yield Keepout("second row", (seat, back, -_FAR, _FAR, rest, _FAR))
