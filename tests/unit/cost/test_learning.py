"""Learning with time or with volume: one clock a part, partners by what reaches the maker."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pytest

from wheelbase.cost import Basis, Experience, batch_average, learned, pack_path, price
from wheelbase.errors import DataError

DRIVE = Experience(
    id="drive", groups=("electric machine", "inverter"), start=2020, first=1e6, own=200e3,
    partners=300e3, shared=0.5, industry=4e6, seen=0.1, learning_rate=0.1,
)  # fmt: skip


@dataclass(frozen=True)
class Car:
    powertrain: object
    body: object
    battery_energy: float = 60 * 3.6e6
    id: str = "car"
    masses: object = None


@pytest.fixture(scope="module")
def car(study):
    masses = {"structure": 390.0, "trim": 776.0, "brakes and axles": 150.0}
    return Car(study.powertrains["bev"], study.bodies["sedan_d"], masses=masses)


def basis(facts, *volumes):
    prices = facts.prices(2019)
    return Basis(facts, prices, pack_path(facts, prices, date(2019, 11, 14)), volumes)


def lines(bill):
    return {item.part: item for item in bill.lines}


@pytest.mark.parametrize(
    ("id", "values"),
    [("plug-in", (0.737, 0.608, 0.547)), ("engine", (0.989, 0.973, 0.957))],
)
def test_the_time_clock_has_its_published_values(facts, id, values):
    clock = facts.learning_class[id]
    for year, wanted in zip((2025, 2030, 2035), values, strict=True):
        assert learned(clock, year) == pytest.approx(wanted, abs=6e-4)


def test_a_batch_costs_the_integral_of_its_curve():
    units = np.linspace(1e5, 4e5, 400_001)
    curve = (units / 1e5) ** np.log2(0.85)
    mean = np.trapezoid(curve, units) / 3e5
    assert batch_average(1e5, 4e5, 0.15, 1e5) == pytest.approx(mean, rel=1e-8)


def test_a_doubling_of_experience_costs_the_learning_rate_less():
    tiny = 1e-4
    at = [batch_average(q, q * (1 + tiny), 0.1, 1e6) for q in (1e6, 2e6)]
    assert at[1] / at[0] == pytest.approx(0.9, rel=1e-6)


def test_experience_by_hand():
    assert DRIVE.yearly == pytest.approx(200e3 + 0.5 * 300e3 + 0.1 * 4e6)
    assert DRIVE.cumulative(2024) == pytest.approx(1e6 + 4 * 750e3)
    assert DRIVE.learned(2024) == pytest.approx(batch_average(4e6, 4.75e6, 0.1, 1e6))
    assert DRIVE.learned(2019) == 1.0
    scaled = replace(DRIVE, scale=0.05, reference=100e3)
    assert scaled.bought() == pytest.approx((350e3 / 100e3) ** -0.05)


def test_a_part_that_learns_by_volume_learns_with_time_no_more(facts, car):
    by_time, by_volume = (lines(price(car, 2025, basis(facts, *v))) for v in ((), (DRIVE,)))
    for part, item in by_volume.items():
        if item.group in DRIVE.groups:
            assert "volume clock drive" in item.learning and "from 2022" not in item.learning
            year_2020 = by_time[part].cost / learned(facts.learning_class["plug-in"], 2025)
            assert item.cost == pytest.approx(year_2020 * DRIVE.learned(2025))
        else:
            assert item == by_time[part]


def test_moving_a_partners_volume_changes_nothing_when_nothing_reaches_the_maker(facts, car):
    deaf = replace(DRIVE, shared=0.0)
    bills = [
        price(car, 2028, basis(facts, replace(deaf, partners=p))).direct for p in (0.0, 300e3, 5e6)
    ]
    assert bills[0] == bills[1] == bills[2]
    heard = [
        price(car, 2028, basis(facts, replace(DRIVE, partners=p))).direct for p in (0.0, 300e3)
    ]
    assert heard[1] < heard[0]


def test_volume_moves_a_pack_through_the_scale_of_purchase_alone(facts, car):
    bought = Experience(
        id="cells", groups=("battery",), start=2020, first=1e5, own=400e3, learning_rate=0.2,
        scale=0.03, reference=100e3,
    )  # fmt: skip
    plain, scaled = (price(car, 2028, basis(facts, *v)).pack for v in ((), (bought,)))
    assert scaled == pytest.approx(plain * 4**-0.03)


def test_one_group_has_one_clock(facts):
    with pytest.raises(DataError, match="inverter learn by two"):
        basis(facts, DRIVE, replace(DRIVE, id="other", groups=("inverter",)))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"own": -1.0}, "own -1 must not be negative"),
        ({"first": 0.0}, "first 0 must be above zero"),
        ({"shared": 1.2}, "shared 1.2 is outside 0 .. 1"),
        ({"learning_rate": 0.5}, "learning_rate 0.5 is outside 0 .. 0.5"),
        ({"own": 0.0, "partners": 0.0, "scale": 0.05}, "have no scale of purchase"),
    ],
)
def test_volumes_that_are_none_are_refused_by_name(changed, says):
    with pytest.raises(DataError, match=says):
        replace(DRIVE, **changed)


def test_a_study_counts_a_partners_volume_where_its_deal_says_so(facts, study):
    from wheelbase.study.cars import basis_of
    from wheelbase.study.quantity import Assumed
    from wheelbase.study.spec_money import VolumeSpec

    def given(value):
        return Assumed(value, value, value, "test", ("", "", ""))

    volume = VolumeSpec.model_construct(
        groups=("electric machine", "inverter", "reduction gear"), start=2020, first=given(1e6),
        own=given(300e3), learning_rate=given(0.1), partners=None, deal="drive_unit", over=8.0,
        shared=None, industry=None, seen=None, scale=None, reference=None,
    )  # fmt: skip
    changed = replace(study, spec=study.spec.model_copy(update={"volumes": {"drive": volume}}))
    (experience,) = basis_of(changed).volumes
    pooled = study.spec.deals["drive_unit"].pooled.value  # of JLR's and Geely's, eight years
    assert experience.partners == pytest.approx(pooled * (500e3 + 1500e3) / 8)
    assert experience.shared == 1.0
    assert experience.yearly == pytest.approx(300e3 + pooled * 250e3)
