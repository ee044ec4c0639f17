"""Shared parts: derived from fits, priced by bills, split and shared by hand."""

from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheelbase.catalogue import HARD_POINTS, HardPoint, Powertrain
from wheelbase.cost import (
    Piece,
    by_need,
    by_volume,
    commonality,
    further_cost,
    pieces,
    share_matrix,
    shared_cost,
    split_cost,
    versions,
)
from wheelbase.fit import FAMILIES, Fit, fit
from wheelbase.study.cars import build_cars, price_cars

ALIKE = {"one": 100e3, "two": 50e3}


@dataclass(frozen=True)
class Car:
    fit: Fit
    powertrain: Powertrain


@pytest.fixture(scope="module")
def cars(study):
    return build_cars(study)


@pytest.fixture(scope="module")
def bills(study, cars):
    return price_cars(study, cars)[1]


@pytest.fixture(scope="module")
def parts(facts, cars, bills):
    return {id: pieces(car, bills[id], facts) for id, car in cars.variants.items()}


def keys_of(platform, study, train="bev", body="sedan_d"):
    return fit(platform, study.bodies[body], study.powertrains[train], study.facts).part_keys


def body_parts(parts):
    return {p.family: p.mark for p in parts if p.group == "body"}


def test_two_cars_with_all_hard_points_common_share_every_structural_family(study):
    platform = study.platforms["clar_like"]
    given = {**platform.pinned, "z_floor": 0.2644}
    points = {n: HardPoint(policy="common", value=given.get(n)) for n in HARD_POINTS}
    common = replace(platform, hard_points=points)
    petrol, battery = (keys_of(common, study, train) for train in ("petrol", "bev"))
    assert all(petrol[family] == battery[family] for family in FAMILIES)


def test_a_hard_point_set_apart_splits_exactly_the_families_that_depend_on_it(study):
    platform, body, train = (
        study.platforms["clar_like"], study.bodies["sedan_d"], study.powertrains["bev"],
    )  # fmt: skip
    plain = fit(platform, body, train, study.facts)
    for name in ("z_floor", "x_bat0", "z_boot", "x_fw", "tunnel_w"):
        pinned = platform.pin(**{name: plain.hard_points[name] + 0.005})
        apart = fit(pinned, body, train, study.facts)
        moved = {n for n, v in apart.hard_points.items() if abs(v - plain.hard_points[n]) > 1e-9}
        assert name in moved and (moved == {name} or name in ("z_boot", "x_fw"))
        split = {f for f in FAMILIES if apart.part_keys[f] != plain.part_keys[f]}
        assert split == {f for f, names in FAMILIES.items() if moved & set(names)}, name


def test_the_label_of_a_platform_changes_no_shared_part(study, facts, cars, bills):
    platform, id = study.platforms["clar_like"], "bev@clar_like.sedan_d"
    car = cars.variants[id]
    renamed = replace(platform, kind="bespoke")
    placed = fit(renamed, car.body, car.powertrain, facts)
    again = pieces(Car(placed, car.powertrain), bills[id], facts)
    assert body_parts(again) == body_parts(pieces(car, bills[id], facts))


def test_pieces_sum_to_the_bill_less_assembly(parts, bills):
    for id, found in parts.items():
        bought = sum(line.cost for line in bills[id].lines if line.group != "assembly")
        assert sum(p.cost for p in found) == pytest.approx(bought)


def test_every_line_of_a_bill_belongs_to_a_family(parts, facts):
    labels = {family.label for family in facts.part_family}
    assert {p.family for found in parts.values() for p in found} <= labels


def test_cells_of_another_kind_are_another_part(parts):
    plugin, battery = (
        next(p.mark for p in parts[f"{train}@clar_like.sedan_d"] if p.family == "battery cells")
        for train in ("plugin", "bev")
    )
    assert plugin != battery


def test_a_floor_of_its_own_is_all_that_a_battery_car_adds_to_the_bodies_of_its_platform(parts):
    petrol, battery = (
        body_parts(parts[f"{train}@clar_like.sedan_d"]) for train in ("petrol", "bev")
    )
    assert [f for f in petrol if petrol[f] != battery[f]] == ["centre floor"]


def test_the_share_matrix_is_symmetric_with_ones_on_its_diagonal(parts):
    names, matrix = share_matrix(parts)
    assert names == tuple(parts)
    assert np.array_equal(matrix, matrix.T)
    assert np.array_equal(np.diag(matrix), np.ones(len(names)))
    assert matrix.min() >= 0 and matrix.max() <= 1


MARKS = st.lists(st.integers(0, 3), min_size=4, max_size=4)


@given(st.lists(MARKS, min_size=2, max_size=4), st.lists(st.floats(1, 100), min_size=4, max_size=4))
def test_any_cars_share_between_nothing_and_everything(marks, costs):
    cars = {
        f"car {n}": [
            Piece(f"family {k}", "body", (("mark", m),), costs[k]) for k, m in enumerate(own)
        ]
        for n, own in enumerate(marks)
    }
    _, matrix = share_matrix(cars)
    assert np.allclose(matrix, matrix.T) and np.all(matrix <= 1 + 1e-12)
    same = [a == b for a in marks for b in marks]
    assert np.array_equal(np.isclose(matrix.ravel(), 1.0), same)


TWO = {
    "one": [
        Piece("front structure", "body", (("a", 1),), 600.0),
        Piece("centre floor", "body", (("b", 1),), 400.0),
    ],
    "two": [
        Piece("front structure", "body", (("a", 1),), 600.0),
        Piece("centre floor", "body", (("b", 2),), 200.0),
    ],
}


def test_the_value_share_by_hand():
    # common: 600 + 600 of 1,000 + 800
    assert share_matrix(TWO)[1][0, 1] == pytest.approx(1200 / 1800)
    # by volume: 100 k x 600 + 50 k x 600 of 100 k x 1,000 + 50 k x 800
    assert commonality(TWO, ALIKE) == pytest.approx(90e6 / 140e6)


def test_versions_pay_development_once_and_tools_for_every_started_set(facts):
    # EUR2019 bn: front structure 60 + 40 tools a set, 40 development; floor 40 + 25, 20
    prices = facts.prices(2019)
    found = {v.users: v for v in versions(TWO, {"one": 100e3, "two": 80e3}, facts, prices)}
    front = found["one", "two"]
    assert front.sets == 2  # 180 k over 150 k a set
    assert front.development[1] == pytest.approx(40e6)
    assert front.once[1] == pytest.approx(40e6 + 2 * 100e6)
    assert found["two",].once[1] == pytest.approx(20e6 + 65e6)
    cost = shared_cost(TWO, {"one": 100e3, "two": 80e3}, found.values(), 0.0, 10)
    assert cost.unit == pytest.approx(100e3 * 1000 + 80e3 * 800)
    assert cost.once[1] == pytest.approx(240e6 + 85e6 + 85e6)
    assert cost.annual[1] == pytest.approx(cost.unit + 41e6)


def test_the_next_car_pays_what_only_it_needs(facts):
    prices = facts.prices(2019)
    # two adds a floor of its own (85); the one set of front tools carries both (150 k)
    assert further_cost("two", TWO, ALIKE, facts, prices)[1] == pytest.approx(85e6)
    alone = {"one": TWO["one"], "three": TWO["one"]}
    assert further_cost("three", alone, {"one": 60e3, "three": 60e3}, facts, prices)[1] == 0


def test_splitting_a_family_costs_a_second_development_and_the_tools_that_are_not_freed(facts):
    prices = facts.prices(2019)
    volumes = {"one": 200e3, "two": 90e3}  # 290 k: two sets; apart two and one
    front = next(v for v in versions(TWO, volumes, facts, prices) if len(v.users) == 2)
    green = split_cost(front, ("two",), volumes, facts, prices)
    assert green[1] == pytest.approx(40e6 + 100e6)
    standing = split_cost(front, ("two",), volumes, facts, prices, standing=True)
    assert standing[1] == pytest.approx(40e6 + 100e6)
    small = {"one": 200e3, "two": 110e3}  # 310 k: three sets; apart two and one
    front = next(v for v in versions(TWO, small, facts, prices) if len(v.users) == 2)
    assert split_cost(front, ("two",), small, facts, prices)[1] == pytest.approx(40e6)
    assert split_cost(front, ("two",), small, facts, prices, standing=True)[1] == 140e6
    assert split_cost(front, ("one", "two"), small, facts, prices) == (0.0, 0.0, 0.0)


def test_a_negative_volume_is_refused(facts):
    with pytest.raises(ValueError, match="two: volume -1 cars/yr is below zero"):
        versions(TWO, {"one": 1.0, "two": -1.0}, facts, facts.prices(2019))


def test_the_airport_game_by_hand():
    # runways of 3, 5, 9: 3/3; 3/3 + 2/2; 3/3 + 2/2 + 4
    increments = [(3.0, ("a", "b", "c")), (2.0, ("b", "c")), (4.0, ("c",))]
    assert by_need(increments) == pytest.approx({"a": 1.0, "b": 2.0, "c": 6.0})


@given(st.lists(st.floats(0, 100), min_size=2, max_size=5))
def test_by_need_is_the_shapley_value_of_the_airport_game(costs):
    names = [f"p{k}" for k in range(len(costs))]
    order = sorted(zip(costs, names, strict=True))
    increments = [
        (cost - (order[k - 1][0] if k else 0.0), [n for _, n in order[k:]])
        for k, (cost, _) in enumerate(order)
    ]
    needs = dict(zip(names, costs, strict=True))
    by_hand = dict.fromkeys(names, 0.0)
    orders = list(permutations(names))
    for arrival in orders:
        built = 0.0
        for name in arrival:
            by_hand[name] += max(needs[name] - built, 0.0) / len(orders)
            built = max(built, needs[name])
    assert by_need(increments) == pytest.approx(by_hand, abs=1e-9)


def test_by_volume_shares_an_increment_by_cars():
    assert by_volume([(30.0, ("one", "two"))], ALIKE) == pytest.approx({"one": 20.0, "two": 10.0})
    with pytest.raises(ValueError, match="no volume to share"):
        by_volume([(1.0, ("one",))], {"one": 0.0})
