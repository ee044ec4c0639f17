"""Rules of the drive line and the exhaust: what must touch, what must be in line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf

from wheelbase.fit.part import Part

__all__ = ["Link", "links_of"]


@dataclass(frozen=True, slots=True)
class Link:
    """A rule of the drive line: low <= sum of coefficient x edge <= high, m.

    A term is the id of a box, one of its edges "x0" .. "z1", and a coefficient.
    """

    name: str
    terms: tuple[tuple[str, str, int], ...]
    low: float = -inf
    high: float = inf


def links_of(parts: tuple[Part, ...], c: Mapping[str, float]) -> Iterator[Link]:
    """Yield the rules that join the parts of a car."""
    names = {part.id for part in parts}
    if "final drive" in names:
        front = "gearbox" if _holds(parts, "gearbox") else "transaxle"
        yield from _shaft("propeller shaft", front, "final drive", c["shaft-offset"], c)
    if "front final drive" in names:
        yield from _front_shaft(c)
    if "catalysts" in names:
        engine = next(n for n in ("gearbox", "engine") if _holds(parts, n))
        reach = c["catalysts-reach"] if engine == "gearbox" else c["catalysts-reach-transverse"]
        leaves = (("catalysts", "x0", 1), (engine, "x1", -1))
        yield Link("exhaust leaves the engine", leaves, 0.0, reach)
        rule = "exhaust in one line"
        yield from _joined(rule, "catalysts", "front pipe")
        yield Link(rule, (("front pipe", "x1", 1), ("rear pipe", "x0", -1)), 0.0, 0.0)
        yield from _aligned(rule, "front pipe", "rear pipe", "y", c["exhaust-bend"])
        yield from _aligned(rule, "front pipe", "rear pipe", "z", c["exhaust-bend-up"])
        yield from _joined(rule, "rear pipe", "silencer")


def _holds(parts: tuple[Part, ...], block: str) -> bool:
    return any(b.name == block for part in parts for b in part.poses[0])


def _shaft(
    name: str, front: str, rear: str, offset: float, c: Mapping[str, float]
) -> Iterator[Link]:
    """Yield what bolts a shaft to both ends: faces meet, axes differ by a joint's angle.

    The shaft leaves a transaxle beside its middle.
    """
    rule = f"{name} joins {front} and {rear}"
    yield Link(rule, ((name, "x0", 1), (front, "x1", -1)), 0.0, 0.0)
    yield Link(rule, ((name, "x1", 1), (rear, "x0", -1)), 0.0, 0.0)
    for end in (front, rear):
        most = c["take-off-offset"] if end == "transaxle" else offset
        for axis in "yz":
            yield from _aligned(rule, name, end, axis, most)


def _aligned(rule: str, a: str, b: str, axis: str, most: float) -> Iterator[Link]:
    terms = ((a, f"{axis}0", 1), (a, f"{axis}1", 1), (b, f"{axis}0", -1), (b, f"{axis}1", -1))
    yield Link(rule, terms, -2 * most, 2 * most)


def _front_shaft(c: Mapping[str, float]) -> Iterator[Link]:
    """Yield what joins gearbox, transfer case at its end, front shaft and front axle gear."""
    rule = "transfer case sits at the end of the gearbox"
    yield Link(rule, (("transfer case", "x1", 1), ("gearbox", "x1", -1)), -c["transfer-play"], 0.0)
    yield from _aligned(rule, "transfer case", "gearbox", "y", c["transfer-aside"])
    yield from _aligned(rule, "transfer case", "gearbox", "z", c["transfer-below"])
    most = c["front-shaft-offset"]
    yield from _shaft("front shaft", "front final drive", "transfer case", most, c)


def _joined(rule: str, a: str, b: str) -> Iterator[Link]:
    """Yield that the rear face of `a` lies on the front face of `b` and within it."""
    yield Link(rule, ((a, "x1", 1), (b, "x0", -1)), 0.0, 0.0)
    big, small = (a, b) if a == "catalysts" else (b, a)
    for axis in "yz":
        yield Link(rule, ((small, f"{axis}0", 1), (big, f"{axis}0", -1)), 0.0)
        yield Link(rule, ((small, f"{axis}1", 1), (big, f"{axis}1", -1)), high=0.0)
