"""The placement as a CP-SAT model: whole numbers of a tenth of a millimetre on the default grid.

Parts stand on the grid; sizes and keep-outs keep a hundredth of it and are rounded outward. Every
rule belongs to a named requirement, which is asked for outright, put to the test, or given slack.
"""

from dataclasses import dataclass, field
from math import inf
from typing import Any, Literal

from wheelbase.errors import SolveError
from wheelbase.fit.part import Block, Part
from wheelbase.fit.scene import Scene, Space, whole

__all__ = ["AXES", "FINE", "MOST_SLACK", "Edges", "Model", "add_part", "add_space", "cp_sat"]

FINE = 100
"""Units of length per step of the grid."""
MOST_SLACK = (0.6, 5.0)
"""m by which an elastic requirement may give way: tried first, and where that is not enough."""
AXES = ("x", "y", "z")
"""The axes in their order."""


def cp_sat() -> Any:
    """Return the module of the solver, loaded on first use.

    Raises:
        SolveError: It cannot be loaded beside the other solver's library.
    """
    try:
        from ortools.sat.python import cp_model
    except ImportError as error:
        raise SolveError(
            f"OR-Tools: {error}; highspy from 1.15 carries a library of the same name: "
            "install 'highspy<1.15'"
        ) from None
    return cp_model


@dataclass(slots=True)
class Edges:
    """A box in the model: low and high edge by axis with their extremes, and whether it is there.

    `group` is the part that it belongs to; a space is its own.
    """

    name: str
    kind: str
    heat: float
    low: list[Any]
    high: list[Any]
    span: list[tuple[int, int, int, int]]  # least and most of low, least and most of high
    present: Any = None
    group: str = ""


@dataclass(slots=True)
class Model:
    """A CP-SAT model with its named requirements.

    Args:
        cp: The CpModel.
        mode: "firm" asks for every requirement, "named" gives each a literal, "elastic" a slack.
        unit: m per whole number.
        most: Greatest slack.
        soft: Requirements that have a literal or slack; None for all, others are asked outright.
        named: Requirement to literal or slack.
        members: Requirement to the parts and spaces that it speaks of.
        boxes: Name to edges.
        limits: Level to what each zone or boot can hold at most, whatever else lies in the car.
        cells: Zone to its count, and the counts along x, y, z with the turn literal.
    """

    cp: Any
    mode: Literal["firm", "named", "elastic"]
    unit: float
    most: int
    soft: frozenset[str] | None = None
    named: dict[str, Any] = field(default_factory=dict)
    members: dict[str, frozenset[str]] = field(default_factory=dict)
    boxes: dict[str, Edges] = field(default_factory=dict)
    cells: dict[str, tuple[Any, Any, Any, Any, Any]] = field(default_factory=dict)
    volumes: dict[str, Any] = field(default_factory=dict)
    limits: dict[str, dict[str, float]] = field(default_factory=dict)
    anchors: list[Any] = field(default_factory=list)
    edges: list[Any] = field(default_factory=list)

    def units(self, length: float, up: bool) -> int:
        """Return a length in units, rounded up or down, within ten metres."""
        return whole(min(max(length, -10.0), 10.0), self.unit, up)

    def steps(self, low: float, high: float) -> tuple[int, int]:
        """Return the whole grid steps within a range of lengths."""
        first = whole(max(low, -10.0), self.unit * FINE, True)
        return first, max(whole(min(high, 10.0), self.unit * FINE, False), first)

    def requirement(self, name: str, *parts: str) -> Any:
        """Return the literal or the slack of a requirement; None where it is asked outright."""
        self.members[name] = self.members.get(name, frozenset()) | set(parts)
        if self.mode == "firm" or (self.soft is not None and name not in self.soft):
            return None
        if name not in self.named:
            new = self.cp.new_bool_var if self.mode == "named" else self._slack
            self.named[name] = new(name)
        return self.named[name]

    def _slack(self, name: str) -> Any:
        return self.cp.new_int_var(0, self.most, name)

    def at_most(
        self, name: str, parts: tuple[str, ...], left: Any, right: Any, when: Any = None
    ) -> None:
        """Require left <= right under a name, where the literal `when` holds."""
        need = self.requirement(name, *parts)
        if self.mode == "elastic" and need is not None:
            right, need = right + need, None
        rule = self.cp.add(left <= right)
        literals = [literal for literal in (when, need) if literal is not None]
        if literals:
            rule.only_enforce_if(literals)

    def slackness(self, name: str) -> int:
        """Return by how many units a rule may be broken."""
        soft = self.mode == "elastic" and (self.soft is None or name in self.soft)
        return self.most if soft else 0


def add_part(model: Model, scene: Scene, part: Part) -> None:
    """Add a part: an anchor on the grid and one literal per pose.

    low = anchor + sum of literal x offset, and the same for the high edge.
    """
    cp, anchors, bases = model.cp, [], []
    for axis, outer in zip(AXES, scene.extent, strict=True):
        offsets = [(getattr(b, axis + "0"), getattr(b, axis + "1")) for p in part.poses for b in p]
        reach = (min(o[0] for o in offsets), max(o[1] for o in offsets))
        allowed = getattr(part, axis)
        # A part that stands on an axle stands there exactly, not on the nearest step.
        base = allowed[0] if allowed[0] == allowed[1] else 0.0
        low, high = outer[0] - reach[1], outer[1] - reach[0]
        rule = part.why.get(axis, "")
        ruled = bool(rule) and model.mode != "firm" and (model.soft is None or rule in model.soft)
        if not ruled:
            low, high = max(allowed[0], low), min(allowed[1], high)
        steps = model.steps(low - base, high - base)
        if FINE * model.unit * steps[1] > high - base + model.unit:
            cp.add_bool_or([])  # no step of the grid lies where the part may stand
        anchor = cp.new_int_var(*steps, f"{part.id} {axis}")
        anchors.append(anchor)
        bases.append((model.units(base, False), *(FINE * s for s in steps)))
        if ruled:
            _hold(model, rule, part.id, FINE * anchor, allowed, base)
    model.anchors += anchors
    poses = [cp.new_bool_var(f"{part.id} pose {i}") for i in range(len(part.poses))]
    cp.add_exactly_one(poses)
    for index, block in enumerate(part.poses[0]):
        edges = Edges(block.name, block.kind, part.heat, [], [], [], group=part.id)
        for axis, step, (base, first, last) in zip(AXES, anchors, bases, strict=True):
            lows = [_low_side(model, pose, pose[index], axis) for pose in part.poses]
            highs = [model.units(getattr(p[index], axis + "1"), True) for p in part.poses]
            least, most = first + base, last + base
            edges.low.append(FINE * step + base + _chosen(poses, lows))
            edges.high.append(FINE * step + base + _chosen(poses, highs))
            edges.span.append(
                (least + min(lows), most + max(lows), least + min(highs), most + max(highs))
            )
        model.boxes[block.name] = edges
        _within(model, scene, edges)


def _low_side(model: Model, pose: tuple[Block, ...], block: Block, axis: str) -> int:
    """Return a low edge rounded outward, or as the high edge of the block that it touches."""
    low = getattr(block, axis + "0")
    touches = any(abs(getattr(other, axis + "1") - low) < 1e-9 for other in pose)
    return model.units(low, touches)


def _hold(
    model: Model, rule: str, part: str, place: Any, allowed: tuple[float, float], base: float
) -> None:
    """Hold an anchor, which counts from a base, within the range of its rule."""
    if allowed[0] > -inf:
        model.at_most(rule, (part,), model.units(allowed[0] - base, True), place)
    if allowed[1] < inf:
        model.at_most(rule, (part,), place, model.units(allowed[1] - base, False))


def _chosen(literals: list[Any], values: list[int]) -> Any:
    if len(set(values)) == 1:
        return values[0]
    return sum(value * literal for value, literal in zip(values, literals, strict=True))


def _within(model: Model, scene: Scene, edges: Edges) -> None:
    """Keep a box within the outer sides of the car, which no requirement relaxes."""
    for i, outer in enumerate(scene.extent):
        if edges.span[i][0] < model.units(outer[0], False):
            model.cp.add(edges.low[i] >= model.units(outer[0], False))
        if edges.span[i][3] > model.units(outer[1], True):
            model.cp.add(edges.high[i] <= model.units(outer[1], True))


def add_space(model: Model, scene: Scene, space: Space) -> None:
    """Add a box of free size; its edges stand on the grid where a volume is made of them."""
    cp = model.cp
    edges = Edges(space.id, space.kind, space.heat, [], [], [], group=space.id)
    measured = space.kind in ("boot", "frunk")
    for axis, size, outer in zip(AXES, space.sizes, scene.extent, strict=True):
        allowed = getattr(space, axis)
        low, high = max(allowed[0], outer[0]), min(allowed[1], outer[1])
        scale = FINE if measured else 1
        if measured:
            first, last = model.steps(low, high)
        else:
            first, last = model.units(low, True), model.units(high, False)
        last = max(first, last)
        a = cp.new_int_var(first, last, f"{space.id} {axis}0")
        model.edges.append(scale * a)
        least = _size(model, size[0], scale)
        if size[0] == size[1]:
            b = a + least
            cp.add(b <= last)
        else:
            b = cp.new_int_var(first, last, f"{space.id} {axis}1")
            cp.add(a + least <= b)
        edges.low.append(scale * a)
        edges.high.append(scale * b)
        edges.span.append((scale * first, scale * last, scale * first, scale * last))
    if space.optional:
        edges.present = cp.new_bool_var(f"{space.id} is used")
    model.boxes[space.id] = edges


def _size(model: Model, length: float, scale: int) -> int:
    return whole(length, model.unit * scale, True) if length < inf else 0
