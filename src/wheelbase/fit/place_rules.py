"""The rules of a placement, one function each: apart, in line, crash stack, cells, boot."""

from itertools import combinations
from math import inf
from typing import Any, Literal

from wheelbase.fit.place_model import (
    AXES,
    FINE,
    MOST_SLACK,
    Edges,
    Model,
    add_part,
    add_space,
    cp_sat,
)
from wheelbase.fit.scene import Scene, gap_between, whole

__all__ = ["build"]

_FINER = 1000
_TOLERANCE = 2  # units by which a stack of cells may exceed its zone: a fifth of a millimetre


def _apart(
    model: Model, name: str, a: Edges, b: Edges | tuple[tuple[int, int], ...], gap: int
) -> None:
    """Require a gap along at least one axis: OR over six sides, each `high + gap <= low`."""
    members = [a.group]
    if isinstance(b, Edges):
        low, high, span = b.low, b.high, b.span
        members.append(b.group)
    else:
        low, high = [p[0] for p in b], [p[1] for p in b]
        span = [(p[0], p[0], p[1], p[1]) for p in b]
    sides, give = [], model.slackness(name)
    for i in range(3):
        if a.span[i][3] + gap <= span[i][0] or span[i][3] + gap <= a.span[i][0]:
            return
        if a.span[i][2] + gap <= span[i][1] + give:
            sides.append((a.high[i] + gap, low[i]))
        if span[i][2] + gap <= a.span[i][1] + give:
            sides.append((high[i] + gap, a.low[i]))
    need = model.requirement(name, *members)
    chosen = []
    for k, (left, right) in enumerate(sides):
        literal = model.cp.new_bool_var(f"{name} {k}")
        if model.mode == "elastic" and need is not None:
            right = right + need
        model.cp.add(left <= right).only_enforce_if(literal)
        chosen.append(literal)
    absent = [e.present.negated() for e in (a, b) if isinstance(e, Edges) and e.present is not None]
    clause = [*chosen, *absent]
    if model.mode == "named" and need is not None:
        clause.append(need.negated())
    model.cp.add_bool_or(clause)


def _keep_out(model: Model, scene: Scene) -> None:
    """Keep every box out of every keep-out, which are rounded outward."""
    for keepout in scene.keepouts:
        box = keepout.box
        walls = tuple(
            (model.units(box[2 * i], False), model.units(box[2 * i + 1], True)) for i in range(3)
        )
        for edges in model.boxes.values():
            if edges.kind not in keepout.free:
                _apart(model, f"{edges.name} clear of {keepout.name}", edges, walls, 0)


def _keep_apart(model: Model, scene: Scene) -> None:
    """Keep every two boxes apart by their clearance; boxes of one part are rigid."""
    for a, b in combinations(model.boxes.values(), 2):
        if a.group == b.group:
            continue
        gap = gap_between((a.name, a.kind, a.heat), (b.name, b.kind, b.heat), scene.clearance)
        if gap is not None:
            _apart(model, f"{a.name} clear of {b.name}", a, b, model.units(gap, True))


def _link(model: Model, scene: Scene) -> None:
    """Require low <= sum of coefficient x edge <= high for every rule of the drive line."""
    for link in scene.links:
        total = sum(factor * _edge(model.boxes[box], edge) for box, edge, factor in link.terms)
        parts = tuple(model.boxes[box].group for box, _, _ in link.terms)
        if link.high < inf:
            model.at_most(link.name, parts, total, model.units(link.high, False))
        if link.low > -inf:
            model.at_most(link.name, parts, model.units(link.low, True), total)


def _crash(model: Model, scene: Scene) -> None:
    """Bound the longest path of rigid boxes ahead of the firewall.

    t_i >= length of i; t_j >= t_i + length of j where j lies wholly behind i and beside or above
    nothing of it; t_i <= limit, all where the boxes begin ahead of the firewall.
    """
    names, limit = scene.crash
    cp, name = model.cp, "frontal crash stack"
    wall = model.units(scene.points["x_fw"], False)
    most = model.units(limit, False)
    boxes = [model.boxes[n] for n in names if model.boxes[n].span[0][0] < wall]
    paths = {}
    for box in boxes:
        box_behind = cp.new_bool_var(f"{box.name} behind the firewall")
        cp.add(box.low[0] >= wall).only_enforce_if(box_behind)
        path = cp.new_int_var(0, model.units(5.0, True), f"path to {box.name}")
        paths[box.name] = (box, path, box_behind)
        cp.add(path >= box.high[0] - box.low[0]).only_enforce_if(box_behind.negated())
        model.at_most(name, (box.group,), path, most, box_behind.negated())
    for (a, path_a, behind_a), (b, path_b, behind_b) in combinations(paths.values(), 2):
        for first, path, then, longer in ((a, path_a, b, path_b), (b, path_b, a, path_a)):
            if first.group == then.group:
                continue
            clause = [behind_a, behind_b]
            for left, right in (
                (then.low[0] + 1, first.high[0]),
                (first.high[1], then.low[1]),
                (then.high[1], first.low[1]),
                (first.high[2], then.low[2]),
                (then.high[2], first.low[2]),
                (path + then.high[0] - then.low[0], longer),
            ):
                literal = cp.new_bool_var("")
                cp.add(left <= right).only_enforce_if(literal)
                clause.append(literal)
            cp.add_bool_or(clause)


def _count_cells(model: Model, scene: Scene) -> None:
    """Count the cells of every zone in whole modules: n <= nx ny nz, each count within the zone.

    Pitches are counted a thousand times finer than edges, so that rounding does not add up.
    """
    if scene.pitch is None:
        return
    cp, pitch = model.cp, scene.pitch
    length, width, height = (
        round(_FINER * p / model.unit) for p in (pitch.length, pitch.width, pitch.height)
    )
    for space in scene.spaces:
        if space.kind != "cell_block":
            continue
        box = model.boxes[space.id]
        size = [_FINER * (box.high[i] - box.low[i] + _TOLERANCE) for i in range(3)]
        room = [_FINER * (box.span[i][3] - box.span[i][0] + _TOLERANCE) for i in range(3)]
        small = min(length, width)
        most = [max(room[0] // small, 0), max(room[1] // small, 0), max(room[2] // height, 0)]
        n = [cp.new_int_var(0, m, f"{space.id} n{a}") for m, a in zip(most, AXES, strict=True)]
        turned = cp.new_bool_var(f"{space.id} turned")
        for lit, x, y in ((turned, width, length), (turned.negated(), length, width)):
            cp.add(n[0] * x <= size[0]).only_enforce_if(lit)
            cp.add(n[1] * y <= size[1]).only_enforce_if(lit)
        cp.add(n[2] * height <= size[2])
        plan = cp.new_int_var(0, most[0] * most[1], f"{space.id} plan")
        room_for = cp.new_int_var(0, most[0] * most[1] * most[2], f"{space.id} cells")
        cp.add_multiplication_equality(plan, [n[0], n[1]])
        cp.add_multiplication_equality(room_for, [plan, n[2]])
        count = room_for
        if pitch.module > 1:
            modules = cp.new_int_var(0, most[0] * most[1] * most[2], f"{space.id} modules")
            count = pitch.module * modules
            cp.add(count <= room_for)
        area = (room[0] * room[1]) // (length * width)
        cp.add(plan <= area)
        model.limits.setdefault("cells", {})[space.id] = area * most[2]
        cp.add(count == 0).only_enforce_if(box.present.negated())
        model.cells[space.id] = (count, *n, turned)
    if not model.cells:
        return
    total = sum(entry[0] for entry in model.cells.values())
    asked = scene.wanted if scene.wanted is not None else scene.least_cells
    if asked:
        what = "battery as asked" if scene.wanted is not None else "battery of one string"
        _at_least_cells(model, f"{what}, {asked} cells", total, asked, width // _FINER)
        model.members[f"{what}, {asked} cells"] = frozenset(model.cells)


def _at_least_cells(model: Model, name: str, total: Any, asked: int, width: int) -> None:
    """Require a number of cells; a missing cell counts as the width that it needs."""
    need = model.requirement(name)
    if model.mode == "elastic" and need is not None:
        lacking = model.cp.new_int_var(0, asked, name)
        model.cp.add(total + lacking >= asked)
        model.cp.add(need >= width * lacking)
        return
    rule = model.cp.add(total >= asked)
    if need is not None:
        rule.only_enforce_if(need)


def _boot(model: Model, scene: Scene) -> None:
    """Measure boot and front boot as length times height on the grid; hold the least boot.

    In the elastic model the slack lengthens the boot at half a metre of height.
    """
    cp = model.cp
    for name in ("boot", "frunk"):
        if name not in model.boxes:
            continue
        box = model.boxes[name]
        length, height = (_grid_size(model, box, i) for i in (0, 2))
        most = [(box.span[i][3] - box.span[i][0]) // FINE for i in (0, 2)]
        area = cp.new_int_var(0, most[0] * most[1], f"{name} area")
        cp.add_multiplication_equality(area, [length, height])
        model.volumes[name] = area
        model.limits[name] = {name: most[0] * most[1]}
    if "boot" not in model.volumes:
        return
    step = model.unit * FINE
    width = next(s.sizes[1][0] for s in scene.spaces if s.id == "boot")
    least = whole(scene.least_boot / width / step**2, 1.0, True)
    name = f"boot of {1e3 * scene.least_boot:.0f} l as a box"
    need = model.requirement(name, "boot")
    if model.mode == "elastic" and need is not None:
        half = whole(0.5, step, False)
        cp.add(FINE * model.volumes["boot"] + half * need >= FINE * least)
    else:
        rule = cp.add(model.volumes["boot"] >= least)
        if need is not None:
            rule.only_enforce_if(need)


def _grid_size(model: Model, box: Edges, axis: int) -> Any:
    """Return the size of a box in steps of the grid as a variable."""
    most = (box.span[axis][3] - box.span[axis][0]) // FINE
    size = model.cp.new_int_var(0, most, f"{box.name} size {axis}")
    model.cp.add(FINE * size == box.high[axis] - box.low[axis])
    return size


def build(
    scene: Scene,
    mode: Literal["firm", "named", "elastic"],
    grid: float,
    soft: frozenset[str] | None = None,
    most: float = MOST_SLACK[0],
) -> Model:
    """Return the model of a scene on a grid in m; `soft` has literals or slacks up to `most`."""
    unit = grid / FINE
    model = Model(cp_sat().CpModel(), mode, unit, whole(most, unit, False), soft)
    for part in scene.parts:
        add_part(model, scene, part)
    for space in scene.spaces:
        add_space(model, scene, space)
    _keep_out(model, scene)
    _keep_apart(model, scene)
    _link(model, scene)
    _crash(model, scene)
    _count_cells(model, scene)
    _boot(model, scene)
    return model


def _edge(box: Edges, edge: str) -> Any:
    """Return the expression of an edge such as "x0"."""
    sides = box.low if edge[1] == "0" else box.high
    return sides[AXES.index(edge[0])]
