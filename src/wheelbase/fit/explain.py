"""The verb `explain`: one minimal conflict in words with millimetres, and what cures it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any, Literal, NamedTuple

from wheelbase.catalogue import Body, Catalogue, Platform, Powertrain
from wheelbase.errors import DataError, FitError
from wheelbase.fit.battery import battery_energy
from wheelbase.fit.chain import constants_of
from wheelbase.fit.envelope import hard_points, placed_points
from wheelbase.fit.place import Effort, solved
from wheelbase.fit.place_model import MOST_SLACK, Model
from wheelbase.fit.place_rules import build
from wheelbase.fit.result import Explanation, Repair
from wheelbase.fit.scene import Scene, scene_of

__all__ = ["LIMIT", "MOVES", "explain", "repaired"]

LIMIT = 0.4
"""m up to which the change of a hard point is looked for."""

MOVES: Mapping[str, int] = {
    "x_fw": 1, "L104": 1, "L105": 1, "L101": 1, "z_floor": 1, "tunnel_w": 1, "tunnel_h": 1,
    "rail_y": 1, "z_seat2": 1, "bat_max_w": 1, "W103": 1, "H100": 1, "x_bat0": -1, "x_seatback": -1,
}  # fmt: skip
"""Hard points of platform and body, and the direction in which each of them gives room."""

_OF_BODY = ("W103", "H100")
_SAID = {
    "x_fw": "between front axle and bulkhead (x_fw)",
    "L104": "front overhang (L104)",
    "L105": "rear overhang (L105)",
    "L101": "wheelbase (L101)",
    "z_floor": "height of the heel plane (z_floor)",
    "tunnel_w": "width of the tunnel (tunnel_w)",
    "tunnel_h": "height of the tunnel (tunnel_h)",
    "rail_y": "between the front rails on each side (rail_y)",
    "z_seat2": "height under the second row (z_seat2)",
    "bat_max_w": "width for the battery (bat_max_w)",
    "x_bat0": "to the front end of the battery (x_bat0)",
    "x_seatback": "to the back of the second row (x_seatback)",
    "W103": "width of the car (W103)",
    "H100": "height of the car (H100)",
}
_ROUNDS = 8
_SEARCH = 0.5  # deterministic time for the least slack; beyond it the best one found is told


class _Slack(NamedTuple):
    """How far requirements give way, m each, and whether that is proven to be the least."""

    gaps: tuple[tuple[str, float], ...]
    least: bool


_NONE = _Slack((), True)


def explain(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    facts: Catalogue,
    effort: Effort | None = None,
) -> Explanation:
    """Return why a powertrain does not fit, or that it does.

    Raises:
        DataError: Hard points that contradict each other.
        FitError: A part larger than the car.
    """
    effort = effort or Effort()
    scene = scene_of(platform, body, powertrain, facts)
    names = (platform.id, body.id, powertrain.id)
    end = _verdict(scene, effort)
    if end == "fits":
        return _said(names, "fits", (), 0.0, f"{powertrain.id} fits {platform.id}", _NONE, ())
    if end == "not_proven":
        text = f"{powertrain.id} in {platform.id}: not proven; no place was found, none ruled out"
        return _said(names, "not_proven", (), 0.0, text, _NONE, ())
    short = [(name, gap) for name, gap in scene.fixed.items() if gap > 5e-4]
    if short:
        conflict: tuple[str, ...] = ()
        conflict, cheapest, depth = (short[0][0],), _Slack(tuple(short), True), short[0][1]
    else:
        conflict = _conflict(scene, effort)
        cheapest = _cheapest(scene, conflict, effort)
        alone = _least_slack(scene, frozenset(conflict), effort) or cheapest
        depth = sum(gap for _, gap in alone.gaps)
    repairs = tuple(_repairs(platform, body, powertrain, facts, effort))
    text = _text(names, conflict, cheapest, repairs)
    return _said(names, "does_not_fit", conflict, depth, text, cheapest, repairs)


def _said(
    names: tuple[str, str, str],
    status: Literal["fits", "does_not_fit", "not_proven"],
    conflict: tuple[str, ...],
    short_by: float,
    text: str,
    cheapest: _Slack,
    repairs: tuple[Repair, ...],
) -> Explanation:
    return Explanation(
        platform=names[0],
        body=names[1],
        powertrain=names[2],
        status=status,
        requirements=conflict,
        short_by=short_by,
        text=text,
        cheapest=cheapest.gaps,
        least=cheapest.least,
        repairs=repairs,
    )


def _verdict(scene: Scene, effort: Effort) -> Literal["fits", "infeasible", "not_proven"]:
    """Return whether any place exists for everything."""
    if any(gap > 5e-4 for gap in scene.fixed.values()):
        return "infeasible"
    _, end = solved(build(scene, "firm", effort.grid), effort)
    if end in ("optimal", "feasible"):
        return "fits"
    return "infeasible" if end == "infeasible" else "not_proven"


def _conflict(scene: Scene, effort: Effort) -> tuple[str, ...]:
    """Return requirements that cannot all be met, none of which can be left out."""
    model = build(scene, "named", effort.grid)
    keep = _core(model, tuple(model.named), effort)
    for name in keep:
        if name not in keep:
            continue
        rest = tuple(other for other in keep if other != name)
        smaller = _core(model, rest, effort)
        if smaller is not None:
            keep = smaller
    return keep or ()


def _core(model: Model, asked: Sequence[str], effort: Effort) -> Any:
    """Return requirements among `asked` that cannot all be met; None if they can."""
    model.cp.clear_assumptions()
    model.cp.add_assumptions([model.named[name] for name in asked])
    solver, end = solved(model, effort)
    if end != "infeasible":
        return None
    found = set(solver.sufficient_assumptions_for_infeasibility())
    return tuple(name for name in asked if model.named[name].index in found)


def _cheapest(scene: Scene, conflict: tuple[str, ...], effort: Effort) -> _Slack:
    """Return the least total by which requirements on the parts in conflict must give way, m each.

    Requirements on other parts stay firm; where that admits no place, the parts of the next
    conflict join. Of equal totals the one with the fewest names.
    """
    named = build(scene, "named", effort.grid)
    linked = [{_part_of(scene, box) for box, _, _ in link.terms} for link in scene.links]
    parts = _parts_in(named, conflict)
    parts |= {part for link in linked if link & parts for part in link}
    for _ in range(_ROUNDS):
        soft = {name for name, of in named.members.items() if of <= parts} | set(conflict)
        found = _least_slack(scene, frozenset(soft), effort)
        if found is not None:
            return found
        others = _core(named, [name for name in named.named if name not in soft], effort)
        if not others:
            break
        parts |= _parts_in(named, others)
    return _NONE


def _least_slack(scene: Scene, soft: frozenset[str], effort: Effort) -> _Slack | None:
    """Return the least found by which soft requirements give way; None if no place is.

    Small slacks first: a total within their cap is the least of all.
    """
    short = replace(effort, time=min(effort.time, _SEARCH))
    found = None
    for most in MOST_SLACK:
        found = _slack_up_to(most, scene, soft, short) or _slack_up_to(most, scene, soft, effort)
        if found is not None:
            break
    return found


def _slack_up_to(most: float, scene: Scene, soft: frozenset[str], effort: Effort) -> _Slack | None:
    """Return the least found with at most so many m each, fewest names among equals."""
    model = build(scene, "elastic", effort.grid, soft, most)
    slacks = list(model.named.items())
    broken = []
    for name, slack in slacks:
        used = model.cp.new_bool_var(f"{name} gives way")
        model.cp.add(slack == 0).only_enforce_if(used.negated())
        broken.append(used)
    model.cp.minimize(100 * sum(slack for _, slack in slacks) + sum(broken))
    solver, end = solved(model, effort)
    if end not in ("optimal", "feasible"):
        return None
    given = ((name, round(solver.value(slack) * model.unit, 9)) for name, slack in slacks)
    gaps = tuple((name, gap) for name, gap in given if gap > 0)
    return _Slack(gaps, end == "optimal" and sum(gap for _, gap in gaps) <= most)


def _part_of(scene: Scene, box: str) -> str:
    """Return the part that a box belongs to; a space is its own part."""
    owners = (part.id for part in scene.parts if any(b.name == box for b in part.poses[0]))
    return next(owners, box)


def _parts_in(model: Model, names: Sequence[str]) -> set[str]:
    return {part for name in names for part in model.members[name]}


def repaired(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    facts: Catalogue,
    changes: Mapping[str, float],
) -> tuple[Platform, Body]:
    """Return platform and body with hard points moved by `changes`, m, and all others kept."""
    c = constants_of(facts)
    points = placed_points(platform, body, powertrain, c)
    moved = {name: points[name] + by for name, by in changes.items() if name in points}
    outer = {name: getattr(body, name) + by for name, by in changes.items() if name in _OF_BODY}
    return platform.pin(**(points | moved)), replace(body, **outer)


def _repairs(
    platform: Platform, body: Body, powertrain: Powertrain, facts: Catalogue, effort: Effort
) -> Iterator[Repair]:
    """Yield the least change of each hard point that cures it, and pairs where none does."""

    def fits(*names: str) -> Any:
        def works(by: float) -> bool:
            changes = {name: MOVES[name] * by for name in names}
            try:
                car = repaired(platform, body, powertrain, facts, changes)
                return _verdict(scene_of(*car, powertrain, facts), effort) == "fits"
            except (DataError, FitError, ValueError):
                return False  # a change that contradicts another hard point is none

        return works

    helped = False
    for name in MOVES:
        least = _least(fits(name))
        helped = helped or least is not None
        if least is None:
            yield Repair(name, None)
        else:
            by = MOVES[name] * least
            yield Repair(name, by, _effects(platform, body, facts, {name: by}), {name: by})
    if helped:
        return
    for group in platform.tool_groups.values():
        for pair in combinations([name for name in group if name in MOVES], 2):
            least = _least(fits(*pair))
            if least is not None:
                changes = {name: MOVES[name] * least for name in pair}
                effects = _effects(platform, body, facts, changes)
                yield Repair(" and ".join(pair), least, effects, changes)


def _least(works: Any) -> float | None:
    """Return the least change in whole millimetres that works, by bisection; None beyond LIMIT."""
    if not works(LIMIT):
        return None
    low, high = 0, round(1e3 * LIMIT)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if works(middle / 1e3) else (middle, high)
    return high / 1e3


def _effects(
    platform: Platform, body: Body, facts: Catalogue, changes: Mapping[str, float]
) -> dict[str, float]:
    """Return what a change costs: usable length, m, and energy of battery siblings, J."""
    c = constants_of(facts)
    inside = {"x_fw": -1.0, "L104": -1.0}
    effects = {}
    usable = sum(inside.get(name, 0.0) * by for name, by in changes.items())
    if usable:
        effects["usable_length"] = usable
    for train in platform.powertrains:
        if train.kind != "bev":
            continue
        before = hard_points(platform, body, train, c)
        moved = {n: float(before[n]) + by for n, by in changes.items() if n in before}
        try:
            changed = platform.pin(**moved)
        except ValueError:
            continue
        after = hard_points(changed, body, train, c)
        energy = [
            float(battery_energy(p, body, train, points, c)["fit"])
            for p, points in ((platform, before), (changed, after))
        ]
        if abs(energy[1] - energy[0]) > 1.0:
            effects[f"energy of {train.id}"] = energy[1] - energy[0]
    return effects


def _text(
    names: tuple[str, str, str],
    conflict: tuple[str, ...],
    cheapest: _Slack,
    repairs: tuple[Repair, ...],
) -> str:
    """Return conflict, depth and the least single change in words."""
    platform, _, powertrain = names
    between = " and ".join(f"'{name}'" for name in conflict)
    parts = ", ".join(f"'{name}' {_mm(gap)}" for name, gap in cheapest.gaps)
    said = f"{powertrain} does not fit {platform}: {_need(repairs)}"
    said += f" These cannot all hold: {between}."
    if parts:
        lead = "Least that must give way" if cheapest.least else "Enough, perhaps not least"
        said += f" {lead}: {parts}."
    return said


def _need(repairs: tuple[Repair, ...]) -> str:
    """Return the least single change that cures it, and what it costs, in words."""
    helping = [(abs(r.change), r) for r in repairs if r.change is not None]
    if not helping:
        return f"no single hard point helps up to {_mm(LIMIT)}."
    size, least = min(helping, key=lambda item: item[0])
    more = "more" if (least.change or 0.0) > 0 else "less"
    effects = [_effect(name, value) for name, value in least.side_effects.items()]
    cost = f" at the cost of {', '.join(effects)}" if effects else ""
    return f"it needs {_mm(size)} {more} {_SAID.get(least.hard_point, least.hard_point)}{cost}."


def _effect(name: str, value: float) -> str:
    from wheelbase.units import convert

    if name.startswith("energy"):
        return f"{name} {convert(value, 'kWh'):+.1f} kWh"
    return f"{name.replace('_', ' ')} {1e3 * value:+.0f} mm"


def _mm(length: float) -> str:
    return f"{1e3 * length:.0f} mm"
