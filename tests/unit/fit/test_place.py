from dataclasses import replace
from pathlib import Path

import pytest

from wheelbase.errors import DataError, FitError
from wheelbase.fit import Effort, check, clearances_of, fit, place
from wheelbase.fit.check import Overlap
from wheelbase.fit.place import solved
from wheelbase.fit.place_rules import build
from wheelbase.fit.result import Box
from wheelbase.fit.scene import scene_of
from wheelbase.study import load_package

FOLDER = Path(__file__).parents[3] / "studies"
STUDIES = sorted(p.stem for p in FOLDER.glob("*.yaml") if "\nplatforms:" in p.read_text("utf-8"))


@pytest.fixture(scope="module")
def cars(facts):
    return load_package("reference-platforms", facts)


@pytest.fixture(scope="module")
def placed(facts):
    """Return every powertrain of every bundled study in every body: the car and its placement."""
    found = {}
    for name in STUDIES:
        study = load_package(name, facts)
        for id, spec in study.spec.platforms.items():
            for body in spec.bodies:
                for train in spec.powertrains:
                    car = study.platforms[id], study.bodies[body], study.powertrains[train]
                    found[f"{name}: {train} in {body} on {id}"] = car, place(*car, facts)
    return found


def test_no_placement_of_any_bundled_study_overlaps_and_every_one_is_proven(placed, facts):
    clearances = clearances_of(facts)
    for name, (_, found) in placed.items():
        assert found.status in ("optimal", "infeasible"), name
        assert check(found, clearances) == [], name
    assert sum(found.status == "optimal" for _, found in placed.values()) > 40


def test_where_chains_and_placement_disagree_it_is_the_gearbox_beside_a_transverse_engine(
    placed, facts
):
    """The chains take 430 mm for it between the rails, the placement 380 mm."""
    differ = {}
    for name, (car, found) in placed.items():
        chains = fit(*car, facts)
        if (chains.status == "fits") != (found.status == "optimal"):
            differ[name] = [c.requirement for c in chains.conflicts]
    assert len(differ) <= 2
    assert all(conflicts == ["rails"] for conflicts in differ.values())


def test_the_same_input_gives_the_same_placement(cars, facts):
    parts = cars.platforms["clar_like"], cars.bodies["clar"], cars.powertrains["clar_both"]
    assert place(*parts, facts) == place(*parts, facts)


def test_another_seed_finds_the_same_values(cars, facts):
    parts = cars.platforms["clar_like"], cars.bodies["clar"], cars.powertrains["clar_plugin"]
    one, other = place(*parts, facts), place(*parts, facts, Effort(seed=5))
    assert [level.value for level in one.levels] == [level.value for level in other.levels]


def test_the_label_of_a_platform_changes_no_box(cars, facts):
    platform = cars.platforms["flat_floor"]
    parts = cars.bodies["flat"], cars.powertrains["flat_rear"]
    other = replace(platform, kind="flexible")
    assert place(platform, *parts, facts) == place(other, *parts, facts)


def test_a_checker_sees_parts_that_are_moved_into_each_other(cars, facts):
    parts = cars.platforms["clar_like"], cars.bodies["clar"], cars.powertrains["clar_six"]
    found = place(*parts, facts)
    box = next(b for b in found.boxes if b.id == "12 V battery")
    engine = next(b for b in found.boxes if b.id == "engine")
    wrong = replace(box, x0=engine.x1 - 0.01, x1=engine.x1 + 0.1, y0=engine.y0, y1=engine.y0 + 0.2)
    wrong = replace(wrong, z0=engine.z0, z1=engine.z0 + 0.2)
    boxes = tuple(wrong if b is box else b for b in found.boxes)
    seen = check(replace(found, boxes=boxes), clearances_of(facts))
    pair = next(o for o in seen if {o.a, o.b} == {"engine", "12 V battery"})
    assert pair == Overlap(pair.a, pair.b, pytest.approx(-10.0), 20.0)


def test_a_checker_sees_a_part_in_a_keepout_and_a_lost_heat_clearance(cars, facts):
    parts = cars.platforms["clar_like"], cars.bodies["clar"], cars.powertrains["clar_six"]
    found = place(*parts, facts)
    pipe = next(b for b in found.boxes if b.id == "rear pipe")
    near = Box("tank", "tank", pipe.x0, pipe.x1, pipe.y1 + 0.03, pipe.y1 + 0.2, pipe.z0, pipe.z1)
    deep = Box("cooling pack", "cooler", -2.0, -0.7, -0.1, 0.1, 0.3, 0.5)
    rest = tuple(b for b in found.boxes if b.id not in ("tank", "cooling pack"))
    seen = check(replace(found, boxes=(*rest, near, deep)), clearances_of(facts))
    pairs = {frozenset((o.a, o.b)): o for o in seen}
    assert pairs[frozenset(("tank", "rear pipe"))].needed == 50.0
    assert pairs[frozenset(("cooling pack", "front bumper"))].gap < 0


def test_the_drive_line_is_in_line(cars, facts):
    parts = cars.platforms["clar_like"], cars.bodies["clar"], cars.powertrains["clar_six"]
    boxes = {b.id: b for b in place(*parts, facts).boxes}
    assert boxes["bell housing"].x0 == pytest.approx(boxes["engine"].x1, abs=2e-4)
    assert boxes["gearbox"].x0 == pytest.approx(boxes["bell housing"].x1, abs=2e-4)
    assert boxes["propeller shaft"].x0 == pytest.approx(boxes["gearbox"].x1)
    assert boxes["propeller shaft"].x1 == pytest.approx(boxes["final drive"].x0)
    assert boxes["engine"].x0 >= -0.230
    middle = (boxes["final drive"].z0 + boxes["final drive"].z1) / 2
    assert abs(middle - cars.bodies["clar"].tyre_radius) <= 0.060 + 1e-9
    assert boxes["front pipe" if "front pipe" in boxes else "rear pipe"].x0 == boxes["catalysts"].x1


def test_the_parts_of_a_powertrain_are_all_there(cars, facts):
    parts = cars.platforms["clar_like"], cars.bodies["clar"], cars.powertrains["clar_both"]
    kinds = {b.kind for b in place(*parts, facts).boxes}
    assert kinds >= {"drive_unit", "inverter", "charger", "hv_junction", "charge_port", "cooler"}
    assert kinds >= {"hvac", "lv_battery", "cell_block", "boot", "frunk"}


def test_cells_fit_their_zones_by_their_pitch(cars, facts):
    """148 x 26.5 x 91 mm at 1.358 and 1.182: 201.0 x 31.3 x 139.4 mm, within a fifth of a mm."""
    train = cars.powertrains["clar_rear"]
    found = place(cars.platforms["clar_like"], cars.bodies["clar"], train, facts)
    long, short = 0.148 * 1.358, 0.0265 * 1.6052 / 1.358
    for zone in found.zones:
        sizes = zone.x1 - zone.x0, zone.y1 - zone.y0
        ways = [
            zone.nx * a <= sizes[0] + 3e-4 and zone.ny * b <= sizes[1] + 3e-4
            for a, b in ((long, short), (short, long))
        ]
        assert any(ways)
        assert zone.cells == zone.nx * zone.ny * zone.nz
    assert found.energy == pytest.approx(found.cells * 155.9 * 3.6e3, rel=1e-3)
    assert 0 < found.series * found.parallel <= found.cells


def test_a_request_is_met_and_not_exceeded(cars, facts):
    train = replace(cars.powertrains["clar_rear"], battery=60 * 3.6e6)
    found = place(cars.platforms["clar_like"], cars.bodies["clar"], train, facts)
    assert found.energy == pytest.approx(60 * 3.6e6, rel=0.003)
    assert found.energy >= 60 * 3.6e6


def test_a_firewall_ahead_of_its_pedal_bound_fails_before_anything_is_placed(cars, facts):
    """330 mm of tyre, 62.36 mm of wheelhouse, 50 mm of hinge pillar: 442.36 mm."""
    parts = cars.bodies["clar"], cars.powertrains["clar_rear"]
    low = cars.platforms["clar_like"].pin(x_fw=0.430, x_bat0=0.42)
    scene = scene_of(low, *parts, facts)
    assert scene.fixed["x_fw holds its wheel and hinge pillar"] == pytest.approx(0.01236)
    assert place(low, *parts, facts).status == "infeasible"


def test_no_effort_proves_nothing_and_bounds_what_there_could_be(cars, facts):
    parts = cars.platforms["clar_like"], cars.bodies["clar"], cars.powertrains["clar_rear"]
    best = place(*parts, facts)
    found = place(*parts, facts, Effort(time=1e-4))
    assert found.status == "not_proven"
    assert found.levels[-1].bound >= best.cells and not found.levels[-1].proven


def test_contradictory_hard_points_are_all_named_with_millimetres(cars, facts):
    platform = cars.platforms["clar_like"].pin(x_seat2=2.7, z_floor=0.1)
    with pytest.raises(DataError) as caught:
        place(platform, cars.bodies["clar"], cars.powertrains["clar_rear"], facts)
    text = str(caught.value)
    assert "x_seat2 at 2700 mm lies behind x_seatback at 2620 mm" in text
    assert "z_floor 100 mm lies not above the ground clearance H156 130 mm" in text


def test_a_part_larger_than_the_car_is_named_with_millimetres(cars, facts):
    train = cars.powertrains["clar_six"]
    giant = replace(train, engine=replace(train.engine, cylinder_spacing=1.0))
    with pytest.raises(FitError, match=r"engine and gearbox: 59\d\d mm along x exceed the car's"):
        place(cars.platforms["clar_like"], cars.bodies["clar"], giant, facts)


def test_a_cell_without_a_size_is_refused(cars, facts):
    train = cars.powertrains["clar_rear"]
    bare = replace(train, cell=replace(train.cell, length=None))
    with pytest.raises(DataError, match="no length and width"):
        place(cars.platforms["clar_like"], cars.bodies["clar"], bare, facts)


def test_a_negative_size_cannot_be_written(cars):
    with pytest.raises(ValueError, match="outside"):
        cars.platforms["clar_like"].pin(tunnel_w=-0.1)
    cell = cars.powertrains["clar_rear"].cell
    with pytest.raises(DataError, match="length"):
        replace(cell, length=-0.1)


def test_a_zone_outside_the_car_is_refused_with_millimetres(cars, facts):
    platform, train = cars.platforms["flat_floor"].pin(x_bat0=4.0), cars.powertrains["flat_rear"]
    with pytest.raises(DataError, match="x_bat0 at 4000 mm lies behind x_seatback at 2640 mm"):
        place(platform, cars.bodies["flat"], train, facts)


def test_a_zone_without_room_for_a_cell_holds_nothing(cars, facts):
    platform, train = cars.platforms["flat_floor"].pin(x_bat0=2.6), cars.powertrains["flat_rear"]
    found = place(platform, cars.bodies["flat"], train, facts)
    assert found.status == "infeasible" and found.cells == 0


def test_a_crash_stack_bounds_the_sum_of_rigid_parts(cars, facts):
    """L104 + x_fw - cover - deformation - 60 - 60 = 812 + 670 - 80 - 430 - 120 = 852 mm."""
    parts = cars.platforms["clar_like"], cars.bodies["clar"], cars.powertrains["clar_six"]
    scene = scene_of(*parts, facts)
    assert scene.crash[1] == pytest.approx(0.852)
    tight = replace(scene, crash=(scene.crash[0], 0.736))
    loose = replace(scene, crash=(scene.crash[0], 0.738))
    assert solved(build(tight, "firm", 0.01), Effort())[1] == "infeasible"
    assert solved(build(loose, "firm", 0.01), Effort())[1] == "optimal"


def test_two_rigid_parts_behind_each_other_add_up_and_beside_each_other_do_not(cars, facts):
    """Front unit and 12 V battery: the battery may stand beside or above it, or not at all."""
    parts = cars.platforms["clar_like"], cars.bodies["clar"], cars.powertrains["clar_both"]
    scene = scene_of(*parts, facts)
    unit = next(p for p in scene.parts if p.id == "front drive unit")
    length = unit.poses[0][0].x1 - unit.poses[0][0].x0
    limit = (scene.crash[0], length + 0.001)
    assert solved(build(replace(scene, crash=limit), "firm", 0.01), Effort())[1] == "optimal"
