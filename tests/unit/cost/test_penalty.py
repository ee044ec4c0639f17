"""The penalty of the flexible battery car: by hand, by symmetry, and kept apart from cells."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from wheelbase.cost import Basis, pack_path, pair_of, penalty, price, swings, worth_of
from wheelbase.study.cars import build_cars

YEAR = 2025
MIXED = (0.0, 150.0, 400.0)
NET_PRICE = (38e3, 42.5e3, 49e3)


@pytest.fixture(scope="module")
def basis(facts):
    prices = facts.prices(2019)
    return Basis(facts, prices, pack_path(facts, prices, date(2019, 11, 14)))


@pytest.fixture(scope="module")
def cars(study):
    found = build_cars(study).variants
    return found["bev@clar_like.sedan_d"], found["bev@ev_like.sedan_d"]


@pytest.fixture(scope="module")
def worth(facts, basis):
    return worth_of(facts, basis.prices, NET_PRICE, {})


@pytest.fixture(scope="module")
def pair(cars, facts):
    return pair_of(*cars, facts, 1000, 7)


@pytest.fixture(scope="module")
def found(pair, basis, worth):
    return penalty(pair, YEAR, basis, worth, MIXED)


def parts(found):
    return {p.id: p.base for p in found.parts}


def cell_price(basis, cars):
    """What one more J costs in a pack of the size in their middle: a difference of two packs."""
    middle, step = sum(car.battery_energy for car in cars) / 2, 1e3
    packs = [
        energy * basis.pack.at(YEAR, energy, cars[0].powertrain.cell)[1]
        for energy in (middle - step / 2, middle + step / 2)
    ]
    return (packs[1] - packs[0]) / step


def test_every_part_by_hand(cars, basis, worth, found):
    flexible, bespoke = cars
    value = {name: base for name, (_, base, _) in worth.spans.items()}
    p = parts(found)
    to_maker = 1 - 0.12
    of_buyer = to_maker / 1.19
    room = 0.133 * 42.5e3 * to_maker  # EUR per m3: a share of the net price
    assert p["boot"] == pytest.approx((bespoke.boot - flexible.boot) * room)
    between = bespoke.fit.couple_distance - flexible.fit.couple_distance
    assert p["cabin"] == pytest.approx(between * 0.36 * 1.3 * room)
    slower = flexible.acceleration.time_0_100 - bespoke.acceleration.time_0_100
    assert p["acceleration"] == pytest.approx(slower * value["acceleration"] * of_buyer)
    more = flexible.certificates["wltp"].energy - bespoke.certificates["wltp"].energy
    kilowatt_hours = more / 3.6e6 * 15e6 * 5
    assert p["energy_use"] == pytest.approx(kilowatt_hours * 0.30 * of_buyer)
    price_of_pack = cell_price(basis, cars)
    extra = flexible.battery_energy - bespoke.battery_energy
    assert p["cells"] == pytest.approx(extra * price_of_pack)
    bills = [price(car, YEAR, basis) for car in cars]
    rest = [bill.direct - bill.pack for bill in bills]
    assert p["bill"] == pytest.approx(rest[0] - rest[1])
    assert p["cells"] == pytest.approx(bills[0].pack - bills[1].pack, rel=1e-4)
    assert p["hours"] == 150
    assert found.base == pytest.approx(sum(p.values()))
    assert found.term("platform") + found.term("battery") == pytest.approx(found.base)
    assert found.low < found.quantiles[0] < found.quantiles[1] < found.quantiles[2] < found.high
    assert len(found.samples) == 1000


def test_range_that_only_one_floor_holds_is_worth_what_buyers_pay_beyond_its_cells(
    pair, basis, worth
):
    """At EUR 100 per km, not falling, the integral is a rectangle less the cells."""
    spans = worth.spans | {"range": (0.1,) * 3, "range-fall": (0.0,) * 3}
    rich = replace(worth, spans=spans)
    f, b = pair.drawn["none"]
    ends = float(f.range_fit[0]), float(b.range_fit[0])
    cells = float(f.further[0]) * cell_price(basis, (pair.flexible, pair.bespoke))
    by_hand = (0.1 * 0.88 / 1.19 - cells) * (ends[1] - ends[0])
    assert ends[1] > ends[0]
    assert parts(penalty(pair, YEAR, basis, rich, MIXED))["range"] == pytest.approx(by_hand)


def test_range_that_a_floor_does_not_hold_is_lost_once_and_its_cells_are_saved(pair, basis, worth):
    """At EUR 100 per km, not falling: 20 km below what is asked for, and 30 km above it."""
    spans = worth.spans | {"range": (0.1,) * 3, "range-fall": (0.0,) * 3}
    f, b = pair.drawn["none"]
    held = 0.9 * f.energy
    short = replace(f, range_fit=f.asked - 20e3, energy_fit=held, energy=held)
    longer = replace(b, range_fit=b.asked + 30e3)
    cut = replace(pair, drawn={**pair.drawn, "none": (short, longer), "all": (short, longer)})
    found = parts(penalty(cut, YEAR, basis, replace(worth, spans=spans), MIXED))
    paid, price = 0.1 * 0.88 / 1.19, cell_price(basis, (pair.flexible, pair.bespoke))
    beyond = paid - float(f.further[0]) * price
    assert found["range"] == pytest.approx(paid * 20e3 + beyond * 30e3)
    assert found["cells"] == pytest.approx(float(held[0] - b.energy[0]) * price)
    assert cut.unfit == (1.0, 0.0)


def test_equal_cars_differ_by_the_mixed_line_alone(cars, facts, basis, worth):
    same = pair_of(cars[0], replace(cars[0], id="other"), facts, 200, 7)
    found = penalty(same, YEAR, basis, worth, MIXED)
    for part in found.parts:
        if part.id != "hours":
            assert (part.base, *part.quantiles) == (0, 0, 0, 0), part.id


def test_exchanging_the_cars_flips_every_part_but_the_mixed_line(cars, facts, basis, worth, found):
    back = parts(penalty(pair_of(*cars[::-1], facts, 50, 7), YEAR, basis, worth, MIXED))
    for name, there in parts(found).items():
        if name != "hours":
            assert back[name] == pytest.approx(-there), name


def halved(basis):
    path = {n: tuple(v / 2 for v in getattr(basis.pack, n)) for n in ("low", "base", "high")}
    return replace(basis, pack=replace(basis.pack, **path))


def test_another_price_of_cells_moves_the_platform_term_by_zero(pair, basis, worth, found):
    cheap = penalty(pair, YEAR, halved(basis), worth, MIXED)
    for before, after in zip(found.parts, cheap.parts, strict=True):
        if before.term == "platform":
            assert (after.base, after.quantiles) == (before.base, before.quantiles), before.id
    assert cheap.term("platform") - found.term("platform") == 0
    assert parts(cheap)["cells"] == pytest.approx(parts(found)["cells"] / 2)


def test_a_kwh_costs_the_same_on_every_platform(cars, basis):
    """What a bill pays for a pack of one size and cell knows no platform."""
    equal = [replace(car, battery_energy=60 * 3.6e6) for car in cars]
    first, second = (price(car, YEAR, basis).pack for car in equal)
    assert first == second > 0


def test_common_draws_make_the_difference_far_narrower_than_separate_ones(cars, facts):
    common = pair_of(*cars, facts, 1000, 7).drawn["all"]
    separate = pair_of(*cars, facts, 1000, 8).drawn["all"]
    together = np.std(common[0].energy - common[1].energy)
    apart = np.std(common[0].energy - separate[1].energy)
    assert together < apart / 5


def test_one_input_alone_moves_less_than_all_together(pair, basis, worth, found):
    moved = swings(pair, YEAR, basis, worth, MIXED)
    widths = [s.high - s.low for s in moved]
    assert widths == sorted(widths, reverse=True)
    assert all(w >= 0 for w in widths)
    assert max(widths) < found.quantiles[2] - found.quantiles[0]
    assert {s.name for s in moved} >= {"geometry", "mass", "consumption", "pack_price", "space"}


def test_what_a_study_says_of_buyers_replaces_the_catalogue_and_is_named(facts, basis):
    own = worth_of(facts, basis.prices, NET_PRICE, {"acceleration": (1.0, 2.0, 3.0)})
    assert own.spans["acceleration"] == (1, 2, 3) and own.own == ("acceleration",)
    with pytest.raises(ValueError, match="colour"):
        worth_of(facts, basis.prices, NET_PRICE, {"colour": (1.0, 2.0, 3.0)})


def test_cars_that_differ_in_more_than_the_platform_are_refused(cars, study, facts):
    others = build_cars(study).variants
    with pytest.raises(ValueError, match="differ in body"):
        pair_of(cars[0], others["bev@ev_like.suv_d"], facts, 10, 7)
    with pytest.raises(ValueError, match="cells, drive units, range"):
        pair_of(cars[0], others["petrol@clar_like.sedan_d"], facts, 10, 7)


def test_the_labels_flexible_and_bespoke_enter_no_number(study):
    from wheelbase.study.cars import price_cars
    from wheelbase.study.penalties import fleet_penalties

    swapped = {
        name: replace(p, kind="bespoke" if p.kind == "flexible" else "flexible")
        for name, p in study.platforms.items()
    }
    results = []
    for s in (study, replace(study, platforms=swapped)):
        found = build_cars(s)
        around, bills = price_cars(s, found)
        p = fleet_penalties(s, found.variants, around)
        results.append(({k: b.direct for k, b in bills.items()}, p.middle.tolist(), p.low.tolist()))
    assert results[0] == results[1]
