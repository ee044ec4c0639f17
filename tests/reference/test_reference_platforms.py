"""Three reference platforms against an earlier model of the same cars on a grid of 10 mm.

Status must agree, cells within 2 %, boot within 5 %: this model rounds keep-outs outward and asks
for an exhaust in one line, a front boot, strut towers and a bulkhead outlet besides.
"""

from dataclasses import replace

import pytest

from wheelbase.fit import explain, place, repaired
from wheelbase.fit.explain import _cheapest, _conflict
from wheelbase.fit.place import Effort
from wheelbase.fit.scene import scene_of
from wheelbase.study import load_package


@pytest.fixture(scope="module")
def cars(facts):
    return load_package("reference-platforms", facts)


def car(cars, platform, body, train):
    return cars.platforms[platform], cars.bodies[body], cars.powertrains[train]


CLAR, FAAR, FLAT = ("clar_like", "clar"), ("faar_like", "faar"), ("flat_floor", "flat")


@pytest.mark.parametrize(
    ("where", "train", "cells", "boot"),
    [
        (CLAR, "clar_four", None, 0.648),
        (CLAR, "clar_six", None, 0.648),
        (CLAR, "clar_rear", 551, None),
        (CLAR, "clar_both", 560, None),
        (FAAR, "faar_three", None, 0.548),
        (FAAR, "faar_four", None, 0.548),
        (FAAR, "faar_plugin", None, 0.423),
        (FAAR, "faar_front", 292, None),
        (FLAT, "flat_rear", 470, None),
        (FLAT, "flat_both", 470, None),
    ],
)
def test_what_fits_holds_the_cells_and_the_boot_of_the_earlier_model(
    cars, facts, where, train, cells, boot
):
    found = place(*car(cars, *where, train), facts)
    assert found.status == "optimal"
    assert all(level.proven for level in found.levels)
    if cells is not None:
        assert found.cells == pytest.approx(cells, rel=0.02)
    if boot is not None:
        assert found.boot == pytest.approx(boot, rel=0.05)


def test_the_plug_in_hybrid_loses_cells_to_the_exhaust_that_the_earlier_model_left_free(
    cars, facts
):
    """168 cells there; here 5 % fewer, as the catalysts must follow the gearbox in the tunnel."""
    found = place(*car(cars, *CLAR, "clar_plugin"), facts)
    assert found.status == "optimal"
    assert found.cells == pytest.approx(168, rel=0.05)
    assert {zone.id for zone in found.zones} == {"under rear seat"}


def test_the_carry_over_floor_finds_the_t_shaped_pack_by_itself(cars, facts):
    """The floor leaves 105 mm where cells of 91 mm need 139: tunnel and rear seat alone."""
    found = place(*car(cars, *FAAR, "faar_front"), facts)
    cells = {zone.id: zone.cells for zone in found.zones}
    assert set(cells) == {"tunnel", "under rear seat"}
    assert cells["tunnel"] == pytest.approx(100, rel=0.02)
    assert cells["under rear seat"] == pytest.approx(192, rel=0.02)


def test_the_transverse_six_does_not_fit_between_the_wheels(cars, facts):
    """737 mm of engine and 380 mm of gearbox; 960 mm between the wheels, 980 between the rails.

    Without strut towers, which the earlier model lacked, 157 + 137 = 294 mm; it had 300 on 10 mm.
    """
    parts = car(cars, *FAAR, "faar_six")
    assert place(*parts, facts).status == "infeasible"
    scene = scene_of(*parts, facts)
    bare = replace(scene, keepouts=tuple(k for k in scene.keepouts if k.name != "strut tower"))
    gone = _cheapest(bare, _conflict(bare, Effort()), Effort())
    assert 1e3 * sum(gap for _, gap in gone.gaps) == pytest.approx(157 + 137, abs=4)
    said = explain(*parts, facts)
    assert said.status == "does_not_fit" and len(said.requirements) >= 2
    assert any("transaxle" in name or "engine" in name for name in said.requirements)
    assert not [r for r in said.repairs if r.change is not None]
    assert "no single hard point helps up to 400 mm" in said.text


def test_the_petrol_does_not_fit_the_flat_floor_and_a_floor_240_mm_higher_cures_it(cars, facts):
    parts = car(cars, *FLAT, "flat_four")
    said = explain(*parts, facts)
    assert place(*parts, facts).status == "infeasible"
    assert "bell housing clear of floor and firewall" in said.requirements
    cures = {r.hard_point: r.change for r in said.repairs if r.change is not None}
    assert cures["z_floor"] == pytest.approx(0.240, abs=0.010)
    raised = repaired(*parts, facts, {"z_floor": cures["z_floor"]})
    assert place(*raised, parts[2], facts).status == "optimal"


@pytest.mark.parametrize(
    ("firewall", "depth"), [(0.600, 0.070), (0.627, 0.040), (0.640, 0.030), (0.660, 0.010)]
)
def test_the_six_is_short_by_what_the_firewall_lacks(cars, facts, firewall, depth):
    """Nose 230 mm ahead, engine 737 mm, bell housing 160 mm: 667 mm, on the grid 670."""
    platform, body, train = car(cars, *CLAR, "clar_six")
    said = explain(platform.pin(x_fw=firewall), body, train, facts)
    assert said.short_by == pytest.approx(depth, abs=1e-6)
    assert "engine nose at most 230 mm ahead of the axle" in said.requirements
    assert "bell housing clear of floor and firewall" in said.requirements
    change = next(r.change for r in said.repairs if r.hard_point == "x_fw")
    assert change == pytest.approx(0.667 - firewall, abs=1e-9)


def test_at_the_firewall_that_the_chain_asks_for_the_six_fits(cars, facts):
    platform, body, train = car(cars, *CLAR, "clar_six")
    assert place(platform.pin(x_fw=0.667), body, train, facts).status == "optimal"
    assert place(platform.pin(x_fw=0.666), body, train, facts).status == "infeasible"
