"""A study that names a new cell: its penalty and its report say how much of it is the cell."""

import pytest

from wheelbase.errors import DataError
from wheelbase.report.sections_cost import _new_cell
from wheelbase.study import load_costed, price_study
from wheelbase.study.new_cell import new_cell_tree


@pytest.fixture(scope="module")
def base(facts):
    return load_costed("new-cell", facts)


@pytest.fixture(scope="module")
def priced(base):
    return price_study(base)


def test_the_price_of_the_study_carries_the_comparison(priced):
    found = priced["new_cell"]
    assert found["columns"] == ["bmw-gen5-71", "bmw-gen6-4695"] and found["only_cells"]
    assert {s["segment"] for s in found["shares"]} == set(priced["penalty"])
    for share in found["shares"]:
        alone = share["measures"][0]["platform_alone"]
        total = priced["penalty"][share["segment"]]["total"]["value"]
        assert alone == pytest.approx(total, rel=1e-4)


def test_the_page_says_it_in_the_same_words(priced):
    page = "".join(_new_cell({"new_cell": priced["new_cell"]}))
    assert "How much of it is the cell" in page
    for sentence in priced["new_cell"]["sentences"]:
        assert sentence in page
    assert _new_cell({}) == []


def test_a_study_without_a_new_cell_or_with_it_already_says_nothing(base):
    assert new_cell_tree(base.set({"new_cell": "null"})) == {}
    assert new_cell_tree(base.set({"new_cell": "bmw-gen5-71"})) == {}


def test_an_unknown_new_cell_names_the_nearest(base):
    with pytest.raises(DataError, match="bmw-gen6-4695"):
        base.set({"new_cell": "bmw-gen6-4659"})


def test_a_new_cell_without_segments_is_refused(facts):
    with pytest.raises(DataError, match="new_cell.*add segments and customer"):
        load_costed("bills", facts, {"new_cell": "lg-e78"})
