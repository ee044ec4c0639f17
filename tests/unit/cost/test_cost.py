from dataclasses import dataclass
from datetime import date

import pytest

from wheelbase.cost import (
    Basis,
    annuity_factor,
    break_even_penalty,
    ladder,
    learned,
    pack_path,
    price,
)
from wheelbase.errors import DataError

DAY = date(2019, 11, 14)
GROUPS = {"trim": 776.0, "brakes and axles": 150.0}


@dataclass(frozen=True)
class Car:
    id: str
    body: object
    powertrain: object
    masses: dict
    battery_energy: float


@pytest.fixture(scope="module")
def basis(facts):
    prices = facts.prices(2019)
    return Basis(facts, prices, pack_path(facts, prices, DAY))


@pytest.fixture(scope="module")
def cars(study):
    body, train = study.bodies["sedan_d"], study.powertrains["bev"]
    flexible = Car("f", body, train, GROUPS | {"structure": 390.0}, 58 * 3.6e6)
    bespoke = Car("b", body, train, GROUPS | {"structure": 378.0}, 57 * 3.6e6)
    return flexible, bespoke


def test_lines_sum_to_the_bill_and_lie_in_their_interval(cars, basis):
    bill = price(cars[0], 2024, basis)
    assert bill.direct == pytest.approx(sum(i.cost for i in bill.lines))
    assert all(i.low <= i.cost <= i.high for i in bill.lines)
    assert bill.span[0] < bill.direct < bill.span[1]
    pack = next(i for i in bill.lines if i.part == "battery pack")
    energy, cell = cars[0].battery_energy, cars[0].powertrain.cell
    assert pack.cost == pytest.approx(energy * basis.pack.at(2024, energy, cell)[1])


def test_learning_by_hand_and_never_backwards(facts):
    plug = facts.learning_class["plug-in"]
    assert learned(plug, 2025) == pytest.approx(((6.6 * 3 + 8) / 8) ** -0.245)
    assert learned(plug, 2025) == pytest.approx(0.737, abs=5e-4)
    assert learned(plug, 2030) == pytest.approx(0.608, abs=5e-4)
    assert learned(plug, 2022) == learned(plug, 2019) == 1


def test_nothing_published_after_the_vantage_is_used(facts):
    prices = facts.prices(2019)
    early = pack_path(facts, prices, DAY)
    late = pack_path(facts, prices, date(2019, 12, 31))
    assert "bnef-2019-12" not in {a.id for a in early.anchors}
    assert "bnef-2019-12" in {a.id for a in late.anchors}
    assert all(a.made <= DAY for a in early.anchors)
    with pytest.raises(DataError, match="nothing was published by 2010-01-01"):
        pack_path(facts, prices, date(2010, 1, 1))


def test_the_pack_price_runs_through_its_anchors_and_is_held_beyond_them(basis):
    path = basis.pack
    for year, low, base, high in zip(path.years, path.low, path.base, path.high, strict=True):
        assert path.at(year) == pytest.approx((low, base, high))
        assert low <= base <= high
    assert path.at(2040) == pytest.approx(path.at(path.years[-1]))
    assert path.extrapolated(2040) and not path.extrapolated(2025)
    middle = path.at(2027.5)[1]
    a, b = path.at(2025)[1], path.at(2030)[1]
    assert middle == pytest.approx((a * b) ** 0.5)


def test_annuity_and_break_even_in_closed_form():
    assert annuity_factor(0.08, 10) == pytest.approx(0.14903, abs=5e-6)
    assert annuity_factor(0.0, 10) == 0.1
    block = (1050e6, 30e6, 150e3)
    for lead, published in ((1, 1779.71), (2, 1822.63), (4, 1919.05)):
        assert break_even_penalty(block, 1.5e9, 450e3, 0.08, (10, lead)) == pytest.approx(
            published, abs=0.01
        )
    with pytest.raises(ValueError, match="make no annuity"):
        annuity_factor(0.08, 0)


def test_zwickau_per_150_thousand_cars(facts):
    """1.2 bn EUR of 2018 for 330,000 cars a year: 0.545 bn per block, before inflation."""
    found = {p.id: p for rung in ladder(facts, facts.prices(2018)) for p in rung.precedents}
    assert found["zwickau"].scaled == pytest.approx(0.5455e9, rel=1e-3)
    assert found["meb-platform"].capacity is None
