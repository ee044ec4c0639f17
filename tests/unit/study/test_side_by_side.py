"""Two studies that differ in a cell: what each of cell and platform does, adding up."""

import pytest

from wheelbase.errors import DataError
from wheelbase.study import compare_studies, load_costed

CELL = "powertrains.bev.battery.cell"
NAMES = ("before", "after")


@pytest.fixture(scope="module")
def base(facts):
    return load_costed("new-cell", facts)


@pytest.fixture(scope="module")
def found(base):
    return compare_studies(NAMES, (base, base.set({CELL: "bmw-gen6-4695"})))


@pytest.fixture(scope="module")
def back(base):
    return compare_studies(NAMES, (base.set({CELL: "bmw-gen6-4695"}), base))


def measures(found, segment):
    share = next(s for s in found["shares"] if s["segment"] == segment)
    return {m["measure"]: m for m in share["measures"]}


def value(found, car, label, column):
    return next(
        r["values"][column] for r in found["cars"] if (r["car"], r["label"]) == (car, label)
    )


def test_only_the_cell_differs_and_every_car_has_its_measures(found):
    assert found["only_cells"] and found["warnings"] == []
    assert [row["label"] for row in found["inputs"]] == [CELL]
    cars = {row["car"] for row in found["cars"]}
    assert cars == {f"bev@{p}.{b}" for p in ("clar_like", "ev_like") for b in ("sedan_d", "suv_d")}
    labels = {row["label"] for row in found["cars"]}
    assert labels >= {"battery", "mass", "range, WLTP", "range of a full floor", "direct cost"}


def test_the_shares_of_cell_and_platform_add_up_to_the_whole_change(found):
    for share in found["shares"]:
        for m in share["measures"]:
            assert m["cell"] + m["platform"] == pytest.approx(m["total"], rel=1e-4, abs=1e-3)


def test_the_platform_alone_is_worth_the_penalty_of_its_cell(found):
    for row in found["penalties"]:
        worth = measures(found, row["segment"])["worth"]
        alone = (worth["platform_alone"], worth["platform_after"])
        assert alone == pytest.approx(row["values"], rel=1e-4)
        assert worth["platform"] == pytest.approx(sum(alone) / 2, rel=1e-4)


def test_a_physical_measure_is_shared_out_by_the_mean_of_both_orders(found):
    """Battery of the sedan: four cars, two orders, worked out from the table of cars."""
    kwh = {
        (p, c): value(found, f"bev@{p}.sedan_d", "battery", c)
        for p in ("clar_like", "ev_like")
        for c in (0, 1)
    }
    cell = sum(kwh[p, 1] - kwh[p, 0] for p in ("clar_like", "ev_like")) / 2
    platform = sum(kwh["ev_like", c] - kwh["clar_like", c] for c in (0, 1)) / 2
    battery = measures(found, "sedan_d")["battery_gross"]
    assert battery["cell"] == pytest.approx(cell, abs=1e-3)
    assert battery["platform"] == pytest.approx(platform, abs=1e-3)


def test_a_lighter_and_denser_cell_makes_lighter_cars_that_can_go_farther(found):
    for car in ("bev@clar_like.suv_d", "bev@ev_like.suv_d"):
        assert value(found, car, "mass", 1) < value(found, car, "mass", 0)
        further = [value(found, car, "range of a full floor", c) for c in (0, 1)]
        assert further[1] > further[0]
        kept = [value(found, car, "range, WLTP", c) for c in (0, 1)]
        assert kept[0] == pytest.approx(kept[1], rel=1e-4)


def test_the_other_way_round_the_cell_does_the_opposite(found, back):
    for segment in ("sedan_d", "suv_d"):
        there, again = measures(found, segment), measures(back, segment)
        for name in ("battery_gross", "curb_mass", "direct_cost", "worth"):
            assert again[name]["cell"] == pytest.approx(-there[name]["cell"], rel=1e-3)
            assert again[name]["platform"] == pytest.approx(there[name]["platform"], rel=1e-3)


def test_the_sentence_says_how_much_is_the_cell(found):
    worth = measures(found, "sedan_d")["worth"]
    said = next(s for s in found["sentences"] if s.startswith("mid-size sedan"))
    cell, platform = (f"EUR {worth[key]:+,.0f}" for key in ("cell", "platform"))
    assert f"the cell makes {cell} and the platform {platform}" in said
    assert "on ev_like with bmw-gen6-4695 a car is worth EUR" in said
    assert "more than on clar_like with bmw-gen5-71" in said


def test_a_cell_that_does_not_hold_the_range_is_named_and_the_rest_still_told(base):
    other = base.set({CELL: "catl-btf0-161"})
    found = compare_studies(NAMES, (base, other))
    assert found["shares"] == [] and found["sentences"] == []
    assert value(found, "bev@clar_like.suv_d", "battery", 0) > 0
    assert value(found, "bev@clar_like.suv_d", "battery", 1) is None
    assert any("after: bev@clar_like.suv_d: targets.range" in line for line in found["warnings"])


def test_a_cell_too_high_for_the_floor_says_so_in_millimetres(base):
    other = base.set({CELL: "prismatic-110"})
    said = compare_studies(NAMES, (base, other))["warnings"]
    assert any(
        "cell prismatic-110 is 110 mm high and makes a pack of 158 mm" in line for line in said
    )


def test_a_cell_of_later_years_is_marked(base):
    early = {"base.date": "2022-06-30", "base.currency": "EUR2022"}
    pair = (base.set(early), base.set({**early, CELL: "bmw-gen6-4695"}))
    found = compare_studies(NAMES, pair)
    assert any("bmw-gen6-4695 is on sale from 2025" in line for line in found["warnings"])


def test_more_than_a_cell_is_not_called_the_cell(base):
    other = base.set({CELL: "tesla-4680", "bodies.sedan_d.drag": "0.25"})
    found = compare_studies(NAMES, (base, other))
    assert not found["only_cells"]
    told = " ".join(found["sentences"])
    assert "of that the difference of the studies makes EUR" in told and "the cell" not in told


def test_what_cannot_be_compared_is_refused_with_a_remedy(base, facts):
    with pytest.raises(DataError, match="do not differ; change a value"):
        compare_studies(NAMES, (base, base))
    with pytest.raises(DataError, match="one currency and price year"):
        compare_studies(NAMES, (base, base.set({"base.currency": "EUR2022"})))


def test_what_one_platform_alone_takes_is_called_so(base):
    """410 km: the SUV's variant floor holds them, its flat floor of the same size lacks some."""
    found = compare_studies(NAMES, (base, base.set({"powertrains.bev.battery.request": "410 km"})))
    takes, lacks = "bev@clar_like.suv_d", "bev@ev_like.suv_d"
    assert value(found, takes, "battery", 1) > 0 and value(found, lacks, "battery", 1) is None
    said = f"{takes} can be built with the change, {lacks} cannot"
    assert any(s.startswith(said) for s in found["sentences"])
    assert [s["segment"] for s in found["shares"]] == ["sedan_d"]
