"""Laws of the placement: no overlap, monotone, scale, mirror, and small cases counted out."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wheelbase.fit import check, clearances_of, envelope, explain, place, repaired
from wheelbase.fit.explain import LIMIT, MOVES
from wheelbase.fit.part import Block, Part
from wheelbase.fit.place import Effort, solved
from wheelbase.fit.place_rules import build
from wheelbase.fit.scene import Scene, scene_of
from wheelbase.study import load_package

FEW = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
CARS = [
    ("clar_like", "clar", "clar_four"),
    ("clar_like", "clar", "clar_six"),
    ("clar_like", "clar", "clar_rear"),
    ("faar_like", "faar", "faar_front"),
    ("flat_floor", "flat", "flat_both"),
]
JITTER = st.fixed_dictionaries(
    {
        "x_fw": st.integers(-40, 40),
        "L104": st.integers(-30, 30),
        "z_floor": st.integers(-30, 40),
        "rail_y": st.integers(-30, 30),
    }
)


@pytest.fixture(scope="module")
def cars(facts):
    return load_package("reference-platforms", facts)


def moved(cars, facts, car, jitter):
    """Return the car with its hard points moved by mm, all others as they were."""
    parts = cars.platforms[car[0]], cars.bodies[car[1]], cars.powertrains[car[2]]
    changes = {name: by / 1e3 for name, by in jitter.items()}
    return (*repaired(*parts, facts, changes), parts[2])


@FEW
@given(car=st.sampled_from(CARS), jitter=JITTER)
def test_no_placement_overlaps_and_every_clearance_is_kept(cars, facts, car, jitter):
    found = place(*moved(cars, facts, car, jitter), facts)
    assert found.status in ("optimal", "infeasible")
    assert check(found, clearances_of(facts)) == []


@FEW
@given(
    car=st.sampled_from(CARS),
    jitter=JITTER,
    name=st.sampled_from(sorted(MOVES)),
    by=st.integers(1, 150),
)
def test_more_room_never_turns_what_fits_into_what_does_not(cars, facts, car, jitter, name, by):
    """But for the wheelbase, which carries rear unit and tank along with its wheels."""
    before = moved(cars, facts, car, jitter)
    if name == "L101" or place(*before, facts).status != "optimal":
        return
    after = repaired(*before, facts, {name: MOVES[name] * by / 1e3})
    assert place(*after, before[2], facts).status == "optimal"


@settings(FEW, max_examples=6)
@given(car=st.sampled_from(CARS[:2]), gap=st.integers(5, 90))
def test_what_does_not_fit_is_short_of_millimetres_and_every_cure_cures(cars, facts, car, gap):
    parts = cars.platforms[car[0]], cars.bodies[car[1]], cars.powertrains[car[2]]
    need = 0.667 if car[2] == "clar_six" else 0.485
    platform = parts[0].pin(x_fw=need - gap / 1e3)
    said = explain(platform, *parts[1:], facts)
    if said.status == "fits":
        return
    assert said.status == "does_not_fit" and said.requirements and said.short_by > 0
    for repair in said.repairs:
        if repair.change is None:
            continue
        assert 0 < abs(repair.change) <= LIMIT
        cured = repaired(platform, *parts[1:], facts, {repair.hard_point: repair.change})
        assert place(*cured, parts[2], facts).status == "optimal"


@FEW
@given(some=st.sets(st.integers(0, 4), min_size=1), one=st.integers(0, 4))
def test_adding_a_powertrain_never_relaxes_the_envelope(cars, facts, some, one):
    platform = cars.platforms["clar_like"]
    trains = platform.powertrains
    few, many = (
        envelope(
            replace(platform, hard_points={}, powertrains=tuple(trains[i] for i in sorted(who))),
            cars.bodies["clar"],
            facts,
        ).hard_points
        for who in (some, some | {one})
    )
    assert all(many[name] >= few[name] - 1e-12 for name in ("L104", "x_fw"))


def times(value, by):
    """Return a range or a box in every length `by` times as large."""
    return tuple(by * v if abs(v) < 1e6 else v for v in value)


def scaled(scene, by):
    def block(b):
        return Block(b.name, b.kind, *times((b.x0, b.x1, b.y0, b.y1, b.z0, b.z1), by))

    def part(p):
        poses = tuple(tuple(block(b) for b in pose) for pose in p.poses)
        ranges = {axis: times(getattr(p, axis), by) for axis in "xyz"}
        return replace(p, poses=poses, heat=by * p.heat, **ranges)

    def space(s):
        ranges = {axis: times(getattr(s, axis), by) for axis in "xyz"}
        return replace(s, sizes=tuple(times(z, by) for z in s.sizes), heat=by * s.heat, **ranges)

    pitch = scene.pitch
    return replace(
        scene,
        points={name: by * value for name, value in scene.points.items()},
        parts=tuple(part(p) for p in scene.parts),
        spaces=tuple(space(s) for s in scene.spaces),
        keepouts=tuple(replace(k, box=times(k.box, by)) for k in scene.keepouts),
        links=tuple(
            replace(k, low=times((k.low,), by)[0], high=times((k.high,), by)[0])
            for k in scene.links
        ),
        crash=(scene.crash[0], by * scene.crash[1]),
        pitch=replace(
            pitch,
            length=by * pitch.length,
            width=by * pitch.width,
            height=by * pitch.height,
        ),
        least_boot=by**3 * scene.least_boot,
        clearance=by * scene.clearance,
        extent=tuple(times(e, by) for e in scene.extent),
    )


def mirrored(scene):
    def block(b):
        return replace(b, y0=-b.y1, y1=-b.y0)

    def part(p):
        poses = tuple(tuple(block(b) for b in pose) for pose in p.poses)
        return replace(p, poses=poses, y=(-p.y[1], -p.y[0]))

    def keepout(k):
        x0, x1, y0, y1, z0, z1 = k.box
        return replace(k, box=(x0, x1, -y1, -y0, z0, z1))

    return replace(
        scene,
        parts=tuple(part(p) for p in scene.parts),
        keepouts=tuple(keepout(k) for k in scene.keepouts),
        spaces=tuple(replace(s, y=(-s.y[1], -s.y[0])) for s in scene.spaces),
    )


def best(scene, grid=0.01):
    """Return the most cells, and with them the largest boot in steps of the grid."""
    model = build(scene, "firm", grid)
    total = sum(entry[0] for entry in model.cells.values())
    values = []
    for goal in (total, model.volumes["boot"]):
        model.cp.maximize(goal)
        solver, end = solved(model, Effort())
        assert end == "optimal"
        values.append(round(solver.objective_value))
        model.cp.add(goal >= values[-1])
    return values


@pytest.mark.parametrize("car", CARS[2:], ids=lambda car: car[2])
def test_a_car_twice_as_large_in_every_length_holds_as_many_cells_and_boot_steps(cars, facts, car):
    parts = cars.platforms[car[0]], cars.bodies[car[1]], cars.powertrains[car[2]]
    scene = scene_of(*parts, facts)
    assert best(scaled(scene, 2.0), grid=0.02) == best(scene)


@pytest.mark.parametrize("car", CARS[2:], ids=lambda car: car[2])
def test_left_and_right_are_alike(cars, facts, car):
    parts = cars.platforms[car[0]], cars.bodies[car[1]], cars.powertrains[car[2]]
    scene = scene_of(*parts, facts)
    assert best(mirrored(scene)) == best(scene)


SIDE = st.integers(1, 4)


@settings(FEW, max_examples=60)
@given(
    room=st.tuples(st.integers(3, 6), st.integers(3, 6)),
    boxes=st.lists(st.tuples(SIDE, SIDE), min_size=2, max_size=5),
)
def test_small_plans_fit_exactly_when_counting_out_every_place_says_so(room, boxes):
    """Boxes of whole steps in a plan of whole steps, one layer high; nothing may be turned."""
    step = 0.1
    parts = tuple(
        Part(
            id=f"box {i}",
            poses=((Block(f"box {i}", "charger", 0.0, a * step, 0.0, b * step, 0.0, step),),),
            mass=1.0,
            z=(0.0, 0.0),
        )
        for i, (a, b) in enumerate(boxes)
    )
    scene = Scene(
        points={"x_fw": -9.0},
        parts=parts,
        spaces=(),
        keepouts=(),
        links=(),
        fixed={},
        crash=((), 1.0),
        pitch=None,
        wanted=None,
        least_cells=0,
        least_boot=0.0,
        clearance=0.0,
        extent=((0.0, room[0] * step), (0.0, room[1] * step), (0.0, step)),
    )
    _, end = solved(build(scene, "firm", step), Effort())
    assert (end == "optimal") == counted_out(room, boxes)


def counted_out(room, boxes, taken=frozenset()):
    """Return whether boxes find a place on squares that are not taken, by trying every place."""
    if not boxes:
        return True
    (a, b), rest = boxes[0], boxes[1:]
    for x, y in product(range(room[0] - a + 1), range(room[1] - b + 1)):
        mine = frozenset(product(range(x, x + a), range(y, y + b)))
        if not mine & taken and counted_out(room, rest, taken | mine):
            return True
    return False
