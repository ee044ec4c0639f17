from dataclasses import replace

import pytest

from wheelbase.fit import Effort, explain, place, repaired
from wheelbase.fit.explain import _conflict
from wheelbase.fit.place import solved
from wheelbase.fit.place_rules import build
from wheelbase.fit.scene import scene_of
from wheelbase.study import load_package


@pytest.fixture(scope="module")
def cars(facts):
    return load_package("reference-platforms", facts)


@pytest.fixture(scope="module")
def short_six(cars):
    platform = cars.platforms["clar_like"].pin(x_fw=0.627)
    return platform, cars.bodies["clar"], cars.powertrains["clar_six"]


@pytest.fixture(scope="module")
def said(short_six, facts):
    return explain(*short_six, facts)


def test_a_car_that_fits_is_said_to_fit(cars, facts):
    parts = cars.platforms["clar_like"], cars.bodies["clar"], cars.powertrains["clar_six"]
    found = explain(*parts, facts)
    assert found.status == "fits" and found.text == "clar_six fits clar_like"
    assert found.requirements == found.cheapest == found.repairs == ()


def test_the_words_hold_the_millimetres_and_what_the_cure_costs(said):
    assert said.short_by == pytest.approx(0.040)
    assert "it needs 40 mm more between front axle and bulkhead (x_fw)" in said.text
    assert "at the cost of usable length -40 mm" in said.text
    assert "'engine nose at most 230 mm ahead of the axle'" in said.text


def test_the_cheapest_repair_says_whether_it_is_proven_the_least(said):
    assert said.least and "Least that must give way" in said.text


def test_parts_on_an_axle_stay_on_it_wherever_the_axle_is(cars, facts):
    """An axle between two tenths of a millimetre must make no conflict of its own."""
    platform = cars.platforms["clar_like"].pin(L101=2.85103333)
    parts = platform, cars.bodies["clar"], cars.powertrains["clar_rear"]
    model = build(scene_of(*parts, facts), "named", 0.01)
    model.cp.add_assumptions(list(model.named.values()))
    assert solved(model, Effort())[1] == "optimal"


def test_the_cure_takes_energy_from_the_battery_siblings(study, facts):
    """Where the battery begins behind the firewall, a firewall further back costs a strip of it."""
    platform = study.platforms["clar_like"].pin(x_fw=0.627)
    found = explain(platform, study.bodies["sedan_d"], study.powertrains["six"], facts)
    effects = next(r for r in found.repairs if r.hard_point == "x_fw").side_effects
    assert effects["usable_length"] == pytest.approx(-0.040)
    assert effects["energy of bev"] < 0


def test_a_conflict_is_minimal(short_six, facts):
    """All of its requirements cannot hold; leave any one out and the rest can."""
    scene = scene_of(*short_six, facts)
    conflict = _conflict(scene, Effort())
    model = build(scene, "named", 0.01)

    def holds(names):
        model.cp.clear_assumptions()
        model.cp.add_assumptions([model.named[name] for name in names])
        return solved(model, Effort())[1] == "optimal"

    assert not holds(conflict)
    for left_out in conflict:
        assert holds([name for name in conflict if name != left_out])


def test_every_repair_cures_and_a_millimetre_less_does_not(short_six, said, facts):
    cures = [r for r in said.repairs if r.change is not None]
    assert {r.hard_point for r in cures} >= {"x_fw"}
    for cure in cures:
        less = cure.change - (0.001 if cure.change > 0 else -0.001)
        for change, status in ((cure.change, "optimal"), (less, "infeasible")):
            car = repaired(*short_six, facts, {cure.hard_point: change})
            assert place(*car, short_six[2], facts).status == status


def test_a_hard_point_that_does_not_help_up_to_400_mm_is_said_not_to(said):
    changes = {r.hard_point: r.change for r in said.repairs}
    assert changes["W103"] is None and changes["L105"] is None


def test_the_cheapest_repair_never_exceeds_the_depth_of_the_conflict(said):
    assert 0 < sum(gap for _, gap in said.cheapest) <= said.short_by + 1e-9


def test_a_pedal_bound_is_explained_without_a_placement(cars, facts):
    """442.36 mm asked for, 430 given: 12.36 mm; half a millimetre is within the tolerance."""
    platform = cars.platforms["clar_like"].pin(x_fw=0.430)
    found = explain(platform, cars.bodies["clar"], cars.powertrains["clar_rear"], facts)
    assert found.requirements == ("x_fw holds its wheel and hinge pillar",)
    assert found.short_by == pytest.approx(0.01236)
    assert next(r.change for r in found.repairs if r.hard_point == "x_fw") == pytest.approx(0.012)


def test_a_battery_that_is_asked_too_much_of_names_its_cells(cars, facts):
    train = replace(cars.powertrains["flat_rear"], battery=80 * 3.6e6)
    found = explain(cars.platforms["flat_floor"], cars.bodies["flat"], train, facts)
    assert found.status == "does_not_fit"
    assert any("battery as asked, 514 cells" in name for name in found.requirements)
    assert found.short_by > 0


def test_no_effort_says_not_proven_and_never_infeasible(cars, facts):
    parts = cars.platforms["clar_like"], cars.bodies["clar"], cars.powertrains["clar_rear"]
    found = explain(*parts, facts, Effort(time=1e-5))
    assert found.status == "not_proven" and "not proven" in found.text


def test_two_points_of_one_tool_are_tried_together_where_no_single_one_helps(cars, facts):
    """A floor too low and a tunnel too narrow for the gearbox: neither alone, both together."""
    platform = cars.platforms["clar_like"].pin(tunnel_w=0.10, tunnel_h=0.05, z_floor=0.24)
    found = explain(platform, cars.bodies["clar"], cars.powertrains["clar_four"], facts)
    singles = [r for r in found.repairs if " and " not in r.hard_point and r.change is not None]
    pairs = [r for r in found.repairs if " and " in r.hard_point]
    assert bool(singles) != bool(pairs)
    for repair in pairs:
        parts = platform, cars.bodies["clar"], cars.powertrains["clar_four"]
        car = repaired(*parts, facts, repair.changes)
        assert place(*car, parts[2], facts).status == "optimal"
