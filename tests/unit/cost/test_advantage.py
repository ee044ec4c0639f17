"""What a car is worth more: by the measures of the penalty, and nothing else."""

from dataclasses import replace
from math import log

import pytest

from wheelbase.cost import Valued, gained, pair_of, penalty
from wheelbase.study import basis_of
from wheelbase.study.cars import build_cars
from wheelbase.study.penalties import segment_penalty

YEAR = 2024


@pytest.fixture(scope="module")
def sides(study, facts):
    """The SUV on either platform as the first car of a pair, and its penalty."""
    cars, basis = build_cars(study).variants, basis_of(study)
    names = ("bev@clar_like.suv_d", "bev@ev_like.suv_d")
    found = segment_penalty(study, "suv_d", cars, basis, (YEAR,))
    there = pair_of(cars[names[0]], cars[names[1]], facts, 4, 7)
    back = pair_of(cars[names[1]], cars[names[0]], facts, 4, 7)
    first, second = (Valued(pair, basis, found.worth) for pair in (there, back))
    return first, second, penalty(there, YEAR, basis, found.worth, (0.0, 0.0, 0.0))


def test_between_platforms_it_is_the_penalty(sides):
    """The pack is priced whole here and by its last J there; range has cells of each car's own."""
    first, second, known = sides
    parts = {part.id: part.base for part in known.parts}
    found = gained(first, second, YEAR)
    for name in ("bill", "energy_use", "acceleration", "boot", "cabin"):
        assert found[name] == pytest.approx(parts[name], abs=0.01), name
    assert found["pack"] == pytest.approx(parts["cells"], rel=0.05, abs=5)
    assert found["range"] == pytest.approx(parts["range"], rel=0.05, abs=5)
    assert sum(found.values()) == pytest.approx(known.base, rel=0.03)


def test_back_again_takes_it_all_away(sides):
    first, second, _ = sides
    there, back = gained(first, second, YEAR), gained(second, first, YEAR)
    assert there == pytest.approx({name: -value for name, value in back.items()})
    assert set(gained(first, first, YEAR).values()) == {0.0}


def test_dearer_cells_move_the_pack_by_its_price_and_range_alone(sides):
    first, _, _ = sides
    path = {n: tuple(2 * v for v in getattr(first.basis.pack, n)) for n in ("low", "base", "high")}
    dear = replace(first, basis=replace(first.basis, pack=replace(first.basis.pack, **path)))
    found = gained(first, dear, YEAR)
    car = first.pair.flexible
    paid = first.basis.pack.at(YEAR, car.battery_energy, car.powertrain.cell)[1]
    assert found["pack"] == pytest.approx(-paid * car.battery_energy, rel=1e-6)
    assert found["range"] <= 0
    others = {name: value for name, value in found.items() if name not in ("pack", "range")}
    assert others == pytest.approx(dict.fromkeys(others, 0.0), abs=1e-6)


def test_a_shorter_range_is_worth_less_by_what_buyers_pay_for_it(study, facts):
    """From 380 to 300 km, w r0 / r integrated; cells so dear that nobody fits more than asked."""
    found = []
    for asked in ("380 km", "300 km"):
        other = study.set({"powertrains.bev.battery.request": asked})
        cars, basis = build_cars(other).variants, basis_of(other)
        path = {n: tuple(50 * v for v in getattr(basis.pack, n)) for n in ("low", "base", "high")}
        dear = replace(basis, pack=replace(basis.pack, **path))
        worth = segment_penalty(other, "suv_d", cars, basis, (YEAR,)).worth
        names = ("bev@clar_like.suv_d", "bev@ev_like.suv_d")
        found.append(Valued(pair_of(cars[names[0]], cars[names[1]], facts, 4, 7), dear, worth))
    m = {name: span[1] for name, span in found[0].worth.spans.items()}
    assert m["range-fall"] == 1.0
    of_buyer = (1 - m["dealer-margin"]) / (1 + m["vat"])
    whole = m["range"] * of_buyer * m["range-reference"] * log(300 / 380)
    assert whole < 0
    assert gained(found[0], found[1], YEAR)["range"] == pytest.approx(whole, rel=1e-3)
