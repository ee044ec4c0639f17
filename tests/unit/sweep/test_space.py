"""What a study's sweep section says, and what it may not say."""

import numpy as np
import pytest
from sweeping import STUDY, study

from wheelbase.errors import DataError
from wheelbase.sweep.space import Normal, Triangular, Uniform, space_of


def varied(law, path="bodies.sedan_d.L103", more=""):
    head = STUDY.partition("sweep:")[0]
    return head + f"sweep:\n{more}  vary:\n    {path}: {law}\n"


def test_the_section_becomes_laws_in_the_units_of_the_study():
    found = space_of(study()).varied
    assert [(v.path, v.unit, v.law) for v in found] == [
        ("bodies.sedan_d.L103", "mm", Uniform(4650, 4850)),
        ("powertrains.bev.battery.request", "km", Triangular(330, 380, 450)),
        ("bodies.sedan_d.rolling", "", Normal(0.009, 0.0003)),
    ]
    assert [v.column for v in found] == [
        "bodies_sedan_d_l103_mm", "powertrains_bev_battery_request_km", "bodies_sedan_d_rolling"
    ]  # fmt: skip


def test_laws_have_the_quantiles_of_their_textbooks():
    shares = np.array([0.0, 0.1, 0.5, 0.9, 1.0])
    assert Uniform(2, 4).values(shares) == pytest.approx([2, 2.2, 3, 3.8, 4])
    middle = 1 - np.sqrt(0.5 * 0.5)  # of a right triangle over 0 .. 1 with its mode at 0
    assert Triangular(0, 0, 1).values(np.array([0.75]))[0] == pytest.approx(middle)
    assert Triangular(0, 1, 1).values(np.array([0.25]))[0] == pytest.approx(0.5)
    found = Normal(10, 2).values(shares)
    assert found[[0, 2, 4]] == pytest.approx([4, 10, 16])
    # Phi(z) = 0.1 (1 - 2 t) + t with the tail t = Phi(-3) = 0.0013499 that was cut off
    assert found[1] == pytest.approx(10 + 2 * -1.27545, abs=2e-4)
    wide = Normal(0, 1).values((np.arange(20_000) + 0.5) / 20_000)
    assert wide.std() == pytest.approx(0.98658, abs=1e-3)  # of the normal law cut at 3


@pytest.mark.parametrize(
    "law,path,told",
    [
        ("[4850 mm, 4650 mm]", "bodies.sedan_d.L103", "low and high are not in order"),
        ("[4650 mm, 4.85 m]", "bodies.sedan_d.L103", "mm and m: write all in one unit"),
        ("[4650, 4850]", "bodies.sedan_d.L103", "has no unit"),
        ("[4650 kg, 4850 kg]", "bodies.sedan_d.L103", "'kg' is a unit of mass, not of length"),
        ("[-4650 mm, 4850 mm]", "bodies.sedan_d.L103", "is outside"),
        ("{normal: [4700 mm, 0 mm]}", "bodies.sedan_d.L103", "the deviation 0 is not above zero"),
        ("{normal: [0.2 m, 100 mm]}", "bodies.sedan_d.L103", "write all in one unit"),
        ("{triangular: [330 km, 500 km, 450 km]}", "powertrains.bev.battery.request", "in order"),
        ("{uniform: [1, 2]}", "bodies.sedan_d.drag", "write [low, high], {normal"),
        ("[0.2]", "bodies.sedan_d.drag", "write [low, high]"),
        ("[0.2, .nan]", "bodies.sedan_d.drag", "is not a number with a unit"),
        ("[0.2, 0.3]", "bodies.sedan_d.dragg", "leads nowhere: no 'dragg'; did you mean drag"),
        ("[0.2, 0.3]", "bodies.sedan_e.drag", "leads nowhere: no 'sedan_e'; did you mean sedan_d?"),
        ("[1, 2]", "powertrains.bev.rear", "is no quantity; name a number with a unit"),
        ("[1, 2]", "title", "leads nowhere: no 'title'; did you mean"),
        ("[2, 3]", "base.seed", "leads nowhere: no 'base'; did you mean bodies"),
        ("[0.2, 0.3]", "bodies.sedan_d.drag.more", "is the quantity itself; end the path there"),
    ],
)  # fmt: skip
def test_a_law_that_no_study_takes_is_refused_with_its_place(law, path, told):
    from wheelbase.sweep import bench

    with pytest.raises(DataError) as caught:
        found = study(varied(law, path))
        bench(found, space_of(found))
    assert len(caught.value.problems) == 1, caught.value.problems
    problem = caught.value.problems[0]
    assert told in problem, problem
    assert problem.startswith(("cheap.yaml:", "sweep.vary.")), problem


@pytest.mark.parametrize(
    "text,told",
    [
        ("sweep: {vary: {}}", "give at least 1"),
        ("sweep: {method: random, vary: {bodies.sedan_d.drag: [0.2, 0.3]}}", "'lhs', 'sobol'"),
        ("sweep: {}", "vary: missing; add it"),
        ("sweep: 5", "sweep"),
    ],
)
def test_a_section_that_is_none_is_refused(text, told):
    with pytest.raises(DataError, match=told):
        study(STUDY.partition("sweep:")[0] + text + "\n")


def test_a_study_without_the_section_says_how_to_write_one():
    with pytest.raises(DataError, match="has no section 'sweep'; add one, such as"):
        space_of(study(STUDY.partition("sweep:")[0]))
