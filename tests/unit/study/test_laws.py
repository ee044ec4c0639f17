"""The section `sweep` of a study: what it may vary, and what it is told where it may not."""

import pytest

from wheelbase.errors import DataError
from wheelbase.study import bundled, load_checked, load_package, read_text
from wheelbase.study.load import package_of
from wheelbase.study.spec_sweep import SweepLaw

GOOD = bundled()["clar-or-bespoke"].read_text()
LINE = 1 + GOOD.count("\n") + 3  # of the first law


def swept(facts, *laws, method="lhs"):
    lines = "".join(f"    {law}\n" for law in laws)
    text = f"{GOOD}sweep:\n  method: {method}\n  vary:\n{lines}"
    return package_of(read_text(text, "my.yaml"), facts)


def refusal(facts, *laws, **named):
    with pytest.raises(DataError) as caught:
        swept(facts, *laws, **named)
    return caught.value.problems


@pytest.mark.parametrize(
    ("law", "found"),
    [
        ("bodies.sedan_d.L103: [4650 mm, 4850 mm]", SweepLaw("uniform", (4650, 4850), "mm")),
        ("bodies.sedan_d.drag: {normal: [0.23, 0.01]}", SweepLaw("normal", (0.23, 0.01), "")),
        ("powertrains.bev.battery.request: {triangular: [350 km, 450 km, 600 km]}",
         SweepLaw("triangular", (350, 450, 600), "km")),
        ("powertrains.bev.battery.request: [60 kWh, 90 kWh]", SweepLaw("uniform", (60, 90), "kWh")),
        ("platforms.clar_like.hard_points.pinned.x_fw: [600 mm, 700 mm]",
         SweepLaw("uniform", (600, 700), "mm")),
        ("targets.gradeability: [30 %, 40 %]", SweepLaw("uniform", (30, 40), "%")),
    ],
)  # fmt: skip
def test_any_quantity_of_cars_and_targets_may_be_varied(facts, law, found):
    (given,) = swept(facts, law).spec.sweep.vary.values()
    assert given == found


@pytest.mark.parametrize(
    ("law", "says"),
    [
        ("bodies.sedan_d.L103: [4850 mm, 4650 mm]", "low and high are not in order"),
        ("bodies.sedan_d.L103: [4650, 4850]", "4650 has no unit; write '4650 mm'"),
        ("bodies.sedan_d.L103: [4650 mm, 4850]", "write all in one unit"),
        ("bodies.sedan_d.L103: [4 kg, 5 kg]", "'kg' is a unit of mass, not of length"),
        ("bodies.sedan_d.drag: [0.2 m, 0.3 m]", "'m' is a unit of length, not of ratio"),
        ("bodies.sedan_d.L103: [-1 mm, 4850 mm]", "-1 mm is outside the range 2000 .. 8000 mm"),
        ("bodies.sedan_d.L103: [nan mm, 4850 mm]", "is not a number with a unit"),
        ("bodies.sedan_d.L103: [true, 4850 mm]", "each a number with a unit"),
        ("bodies.sedan_d.L103: [4650 mm]", "write [low, high]"),
        ("bodies.sedan_d.L103: 4650 mm", "write [low, high]"),
        ("bodies.sedan_d.L103: {lognormal: [1 mm, 2 mm]}", "write [low, high]"),
        ("bodies.sedan_d.L103: {normal: 4650 mm}", "write [low, high]"),
        ("bodies.sedan_d.L103: {normal: [4650 mm, 0 mm]}", "the deviation 0 is not above zero"),
        ("bodies.sedan_d.L103: {normal: [4650 mm, -5 mm]}", "the deviation -5 is not above zero"),
        (
            "bodies.sedan_d.L103: {triangular: [4 m, 6 m, 5 m]}",
            "low, mode and high are not in order",
        ),
        ("powertrains.bev.battery.request: [1 kg, 2 kg]", "'kg' is a unit of mass"),
        ("powertrains.bev.battery.request: [350 km, 80 kWh]", "km and kWh: write all in one unit"),
        ("bodies.sedan_e.L103: [4 m, 5 m]", "no 'sedan_e'; did you mean sedan_d"),
        ("bodies.sedan_d.L102: [4 m, 5 m]", "no 'L102'; did you mean L10"),
        ("body.sedan_d.L103: [4 m, 5 m]", "no 'body'; did you mean bodies"),
        ("finance.first: [2020, 2022]", "no 'finance'; did you mean"),
        ("bodies.sedan_d: [4 m, 5 m]", "is no quantity"),
        ("bodies.sedan_d.label: [4 m, 5 m]", "is no quantity"),
        ("platforms.clar_like.bodies: [4 m, 5 m]", "is no quantity"),
        ("platforms.clar_like.bodies.0: [4 m, 5 m]", "'platforms.clar_like.bodies' is no quantity"),
        ("bodies.sedan_d.L103.value: [4 m, 5 m]", "is the quantity itself; end the path there"),
        ("platforms.clar_like.hard_points.pinned.x_fv: [4 m, 5 m]", "no 'x_fv'; did you mean x_fw"),
        ("platforms.ev_like.launch.lead: [3 yr, 5 yr]", "counts in whole numbers"),
        ("'': [4 m, 5 m]", "no ''; did you mean bodies"),
    ],
)
def test_a_bad_law_is_told_at_its_place(facts, law, says):
    (found,) = refusal(facts, law)
    assert found.startswith(f"my.yaml:{LINE}:5: sweep.vary.") and says in found


def test_all_bad_laws_are_told_at_once(facts):
    found = refusal(facts, "bodies.sedan_d.L103: [4, 5]", "bodies.sedan_d.W103: [2, 3]")
    assert [int(line.split(":")[1]) for line in found] == [LINE, LINE + 1]


def test_a_bad_law_is_told_beside_what_else_contradicts_itself(facts):
    text = GOOD.replace("  first: 2020", "  first: 2016", 1)
    assert text != GOOD
    text += "sweep: {vary: {bodies.sedan_d.L103: [5 kg, 6 kg]}}\n"
    with pytest.raises(DataError) as caught:
        package_of(read_text(text, "my.yaml"), facts)
    told = "\n".join(caught.value.problems)
    assert "'kg' is a unit of mass" in told and "begins before the day of the study" in told


@pytest.mark.parametrize("name", ["bills", "reference-platforms"])
def test_studies_that_ask_less_are_swept_as_well(facts, name):
    text = bundled()[name].read_text()
    body = next(iter(load_package(name, facts).bodies))
    section = f"\nsweep: {{vary: {{bodies.{body}.drag: [0.2, 0.3]}}}}\n"
    assert package_of(read_text(text + section, "my.yaml"), facts).spec.sweep is not None
    bad = section.replace("0.2,", "0.2 m,").replace("0.3]", "0.3 m]")
    with pytest.raises(DataError, match="'m' is a unit of length, not of ratio"):
        package_of(read_text(text + bad, "my.yaml"), facts)


def test_a_changed_method_is_read(facts, tmp_path):
    path = tmp_path / "my.yaml"
    path.write_text(f"{GOOD}sweep: {{vary: {{bodies.sedan_d.drag: [0.2, 0.3]}}}}\n")
    assert load_checked(str(path), facts, {"sweep.method": "sobol"}).spec.sweep.method == "sobol"
