"""Which cell a platform would choose: only what goes in, the cheapest of it, at one range."""

from dataclasses import replace

import pytest

from wheelbase.study.cars import build_cars, price_cars
from wheelbase.study.cell_choice import cell_choice


@pytest.fixture(scope="module")
def priced(study):
    cars = build_cars(study)
    return cars.variants, price_cars(study, cars)[0]


@pytest.fixture(scope="module")
def found(study, priced):
    return cell_choice(study, "suv_d", *priced, 2024)


def test_the_cheapest_cell_that_goes_in_is_chosen(found):
    for side, costs in found.held.items():
        assert costs[found.cells[side]] == min(costs.values())
        assert found.saved[side] == pytest.approx(costs["prismatic-91"] - costs[found.cells[side]])
        assert found.saved[side] >= 0
    assert found.gain == pytest.approx(found.saved["bespoke"] - found.saved["flexible"])


def test_makers_cells_are_no_choice_among_formats(found, facts):
    for costs in found.held.values():
        assert all(facts.cell[id].is_format for id in costs)


def test_a_cell_that_is_not_on_sale_yet_is_no_choice(study, priced, found, facts):
    later = {c.id for c in facts.cell if c.available_from > 2024}
    for costs in found.held.values():
        assert not later & costs.keys()


def test_one_platform_against_itself_gains_nothing(study, priced):
    variants, basis = priced
    names = {"bev@ev_like.suv_d": variants["bev@clar_like.suv_d"]}
    same = cell_choice(study, "suv_d", dict(variants) | names, basis, 2024)
    assert same.gain == 0 and same.cells["flexible"] == same.cells["bespoke"]


def test_dearer_cells_do_not_change_which_cells_go_in(study, priced, found):
    variants, basis = priced
    path = {n: tuple(2 * v for v in getattr(basis.pack, n)) for n in ("low", "base", "high")}
    dear = replace(basis, pack=replace(basis.pack, **path))
    again = cell_choice(study, "suv_d", variants, dear, 2024)
    assert {s: set(c) for s, c in again.held.items()} == {s: set(c) for s, c in found.held.items()}
