"""The verb `place`: every part of one car in its exact place, proven best or proven impossible."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from typing import Any, Literal

from wheelbase.catalogue import Body, Catalogue, Platform, Powertrain
from wheelbase.fit.cells import cell_energy, wired_cells
from wheelbase.fit.chain import constants_of
from wheelbase.fit.place_model import FINE, Model, cp_sat
from wheelbase.fit.place_rules import build
from wheelbase.fit.placed import (
    center_of,
    keepout_boxes,
    placed_boxes,
    placed_zones,
)
from wheelbase.fit.result import Level, Placement, Solver
from wheelbase.fit.scene import Scene, scene_of

__all__ = ["PLACE_LEAVES_OUT", "Effort", "place", "solved"]

PLACE_LEAVES_OUT = (
    "rear suspension and rear subframe, spare wheel and tow hook",
    "pedals; a steering column is kept free left and right, as a box from the rack to the firewall",
    "down pipe beside the gearbox, half-shafts, cables and hoses as bodies",
    "second levels of cells and foot garages, module frames",
    "air ducts of the HVAC, coolant and refrigerant lines",
    "the crankcase's taper: a front axle gear may reach under the engine's box",
    "axle loads as limits; centre of gravity of the placed parts only",
)

_CABLE = ("charge port", "high-voltage junction", "charger")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How hard to try, in figures that give the same answer on every machine.

    Args:
        time: Deterministic time of the solver per level.
        seed: Of the solver's search.
        grid: Step of the positions, m.
    """

    time: float = 4.0
    seed: int = 1
    grid: float = 0.01


def place(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    facts: Catalogue,
    effort: Effort | None = None,
) -> Placement:
    """Return where every part of a powertrain lies in a body on a platform.

    Cells first (as many as asked), then boot, front boot, low parts, short cables, order. The
    label of the platform enters nothing. Not fitting is a result.

    Raises:
        DataError: Hard points that contradict each other, or a cell format without cells.
        FitError: A part larger than the car.
    """
    effort = effort or Effort()
    scene = scene_of(platform, body, powertrain, facts)
    names = (platform.id, body.id, powertrain.id)
    if any(short > 5e-4 for short in scene.fixed.values()):
        return _nowhere(names, scene, "infeasible", (), effort)
    return _placed(names, scene, powertrain, facts, effort)


def solved(
    model: Model, effort: Effort, hint: Mapping[int, int] | None = None
) -> tuple[Any, Literal["optimal", "feasible", "infeasible", "unknown"]]:
    """Return the solver after one solve, and how it ended; one worker, fixed seed."""
    cp_model = cp_sat()
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = effort.seed
    solver.parameters.max_deterministic_time = effort.time
    solver.parameters.catch_sigint_signal = False  # afterwards Ctrl-C would end us unheard
    if hint:
        model.cp.clear_hints()
        proto = model.cp.proto.solution_hint
        proto.vars.extend(hint.keys())
        proto.values.extend(hint.values())
    code = solver.solve(model.cp)
    ends: dict[Any, Literal["optimal", "feasible", "infeasible", "unknown"]] = {
        cp_model.OPTIMAL: "optimal",
        cp_model.FEASIBLE: "feasible",
        cp_model.INFEASIBLE: "infeasible",
    }
    return solver, ends.get(code, "unknown")


def _known(solver: Any, model: Model, name: str) -> float:
    """Return the bound of a level that found no place: the solver's, or what its domain allows."""
    outer = sum(model.limits.get(name, {}).values())
    return min(outer, solver.best_objective_bound or outer)


def _placed(
    names: tuple[str, str, str],
    scene: Scene,
    powertrain: Powertrain,
    facts: Catalogue,
    effort: Effort,
) -> Placement:
    """Solve one level after the other, each held at its value for the next."""
    model = build(scene, "firm", effort.grid)
    levels: list[Level] = []
    last: Any = None
    hint: dict[int, int] | None = None
    for name, goal, factor in _goals(scene, model):
        model.cp.clear_objective()
        (model.cp.maximize if factor > 0 else model.cp.minimize)(goal)
        solver, end = solved(model, effort, hint)
        if end in ("infeasible", "unknown"):
            status: Literal["infeasible", "not_proven"] = (
                "infeasible" if end == "infeasible" else "not_proven"
            )
            if last is None:
                spent = round(solver.response_proto.deterministic_time, 6)
                if end == "unknown":
                    bound = _known(solver, model, name) * abs(factor)
                    levels.append(Level(name, 0.0, bound, False, spent))
                return _nowhere(names, scene, status, tuple(levels), effort)
            break
        value, bound = round(solver.objective_value), solver.best_objective_bound
        size = abs(factor)
        spent = round(solver.response_proto.deterministic_time, 6)
        levels.append(Level(name, value * size, bound * size, end == "optimal", spent))
        if factor > 0:
            model.cp.add(goal >= value)
        else:
            model.cp.add(goal <= value)
        hint = dict(enumerate(solver.response_proto.solution))
        last = solver
    return _result(names, scene, model, last, tuple(levels), powertrain, facts, effort)


def _goals(scene: Scene, model: Model) -> list[tuple[str, Any, float]]:
    """Return the levels in order: name, whole-number goal, and factor to its unit (below 0: least).

    Height is the sum of mass x height of the parts' boxes without cells; cable the way between
    port, junction and charger along the axes; order the sum of all anchors.
    """
    cp, step = model.cp, model.unit * FINE
    goals: list[tuple[str, Any, float]] = []
    if model.cells:
        total = sum(entry[0] for entry in model.cells.values())
        if scene.wanted is not None:
            capped = cp.new_int_var(0, scene.wanted, "cells asked for")
            cp.add(capped <= total)
            goals.append(("cells", capped, 1.0))
        else:
            goals.append(("cells", total, 1.0))
    width = {s.id: s.sizes[1][0] for s in scene.spaces}
    for name, area in model.volumes.items():
        goals.append((name, area, width[name] * step**2))
    heights = sum(
        max(round(part.mass), 1) * model.anchors[3 * i + 2] for i, part in enumerate(scene.parts)
    )
    goals.append(("height", heights, -step))
    if all(name in model.boxes for name in _CABLE):
        goals.append(("cable", _cable(model), -model.unit / 2))
    order = FINE * sum(model.anchors) + sum(model.edges)
    goals.append(("order", order, -model.unit))
    return goals


def _cable(model: Model) -> Any:
    """Return twice the way along the axes from port to junction and on to the charger."""
    cp, ways = model.cp, []
    for a, b in pairwise(_CABLE):
        for i in range(3):
            one, other = (model.boxes[name].low[i] + model.boxes[name].high[i] for name in (a, b))
            way = cp.new_int_var(0, model.units(10.0, True) * 2, f"way {a} {b} {i}")
            cp.add(way >= one - other)
            cp.add(way >= other - one)
            ways.append(way)
    return sum(ways)


def _nowhere(
    names: tuple[str, str, str],
    scene: Scene,
    status: Literal["infeasible", "not_proven"],
    levels: tuple[Level, ...],
    effort: Effort,
) -> Placement:
    return Placement(
        platform=names[0],
        body=names[1],
        powertrain=names[2],
        status=status,
        boxes=(),
        zones=(),
        keepouts=keepout_boxes(scene, effort.grid),
        levels=levels,
        cells=0,
        energy=0.0,
        series=0,
        parallel=0,
        boot=0.0,
        frunk=0.0,
        center=(0.0, 0.0),
        solver=_solver(effort),
        leaves_out=PLACE_LEAVES_OUT,
    )


def _solver(effort: Effort) -> Solver:
    return Solver(f"OR-Tools {version('ortools')} CP-SAT", effort.seed, effort.grid)


def _result(
    names: tuple[str, str, str],
    scene: Scene,
    model: Model,
    solver: Any,
    levels: tuple[Level, ...],
    powertrain: Powertrain,
    facts: Catalogue,
    effort: Effort,
) -> Placement:
    """Return the placement of the last solve in metres."""
    boxes, zones = placed_boxes(model, solver), placed_zones(model, solver, powertrain)
    found = sum(zone.cells for zone in zones)
    cells = found if scene.wanted is None else min(found, scene.wanted)
    cell = powertrain.cell
    c = constants_of(facts)
    energy = cells * cell_energy(cell) if cell and powertrain.units else 0.0
    wired = wired_cells(cells, powertrain, c)
    volume = {level.name: level.value for level in levels}
    return Placement(
        platform=names[0],
        body=names[1],
        powertrain=names[2],
        status="optimal" if all(level.proven for level in levels) else "not_proven",
        boxes=boxes,
        zones=zones,
        keepouts=keepout_boxes(scene, effort.grid),
        levels=levels,
        cells=cells,
        energy=energy,
        series=wired.series if wired else 0,
        parallel=wired.parallel if wired else 0,
        boot=volume.get("boot", 0.0),
        frunk=volume.get("frunk", 0.0),
        center=center_of(scene, boxes, zones, powertrain),
        solver=_solver(effort),
        leaves_out=PLACE_LEAVES_OUT,
    )
