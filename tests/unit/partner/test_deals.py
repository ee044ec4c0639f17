from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheelbase.catalogue import catalogue
from wheelbase.errors import DataError
from wheelbase.partner import (
    CoDevelop,
    Invest,
    Licence,
    Member,
    Supply,
    Table,
    ally,
    anchors,
    coalitions,
    nucleolus,
    partner_volumes,
    robustness,
    sample,
    sampled_shapley,
    shapley,
)

TERMS = {
    "id": "unit", "development": 400e6, "coordination": 0.10, "application": 60e6,
    "tooling": 100e6, "first_cost": 1100.0, "first_volume": 1e6, "learning_rate": 0.10,
    "pooled": 0.7,
}  # fmt: skip
SUPPLY = {
    "id": "engines", "supplier": "s", "unit_cost": 2400.0, "line": 2500e6, "adaptation": 80e6,
    "capacity": 900e3, "buyer_development": 400e6, "buyer_line": 200e6,
    "buyer_unit_cost": 2600.0, "take_or_pay": 0.7,
}  # fmt: skip
LICENCE = {
    "id": "meb", "licensor": "v", "access_fee": None, "fee": None, "own_development": 1500e6,
    "own_unit_cost": 9000.0, "lead_saved": 2.0, "year_worth": 120e6, "top_hat": 400e6,
    "modules": 8200.0, "support": 100e6, "lost_sales": 300.0,
}  # fmt: skip
STAKE = {
    "id": "stake", "investor": "i", "target": "t", "stake": 0.3, "worth": 6000e6, "premium": 0.3,
    "investor_synergy": 600e6, "target_synergy": 1500e6, "integration": 1000e6,
    "arms_length": 0.3, "control": False,
}  # fmt: skip


def test_joint_production_learns_from_every_unit_and_shares_tools():
    a, b = Member("a", 2e6), Member("b", 1e6)
    apart = CoDevelop(**TERMS)
    joint = CoDevelop(**TERMS | {"production": "joint"})
    pooled = CoDevelop(**TERMS | {"pooled": 1.0})
    assert joint.value([a, b]) == pytest.approx(pooled.value([a, b]) + 100e6)
    assert joint.value([a, b]) > apart.value([a, b])
    assert partner_volumes(apart, [a, b], "a") == {"b": pytest.approx(0.7e6)}
    assert partner_volumes(joint, [a, b], "b") == {"a": 2e6}


def test_supply_gains_what_the_buyer_need_not_build():
    members = [Member("s", 6e6), Member("b", 500e3)]
    found = ally(members, Supply(**SUPPLY))
    assert found.saving == pytest.approx(400e6 + 200e6 + 200.0 * 500e3 - 80e6)
    (price,) = found.intervals
    assert price.floor == pytest.approx(2400 + 80e6 / 500e3)
    assert price.ceiling == pytest.approx(2600 + 600e6 / 500e3)
    assert found.saving == pytest.approx((price.ceiling - price.floor) * 500e3)


def test_take_or_pay_covers_the_supplier_when_the_buyer_takes_less():
    """200 k taken of 500 k, 70 % paid for: 350 k units bear 80 m and 200 k units' cost."""
    floor, ceiling = Supply(**SUPPLY).prices_if_taken(500e3, 200e3)
    assert floor == pytest.approx((80e6 + 2400.0 * 200e3) / 350e3)
    assert ceiling == pytest.approx((600e6 + 2600.0 * 200e3) / 350e3)


def test_a_line_that_is_too_small_leaves_the_buyer_its_own_line():
    deal = Supply(**SUPPLY | {"capacity": 200e3, "adaptation": 10e6})
    assert deal.value([Member("s", 6e6), Member("b", 500e3)]) == pytest.approx(200 * 200e3 - 10e6)


def test_a_small_line_serves_the_buyers_that_save_most_and_is_promised_once():
    """500 k fit b and c whole: 2 (600 m - 80 m) + 200 x 500 k; d alone would save 600 m - 20 m."""
    deal = Supply(**SUPPLY | {"capacity": 500e3})
    s, b, c, d = Member("s", 6e6), Member("b", 250e3), Member("c", 250e3), Member("d", 450e3)
    assert deal.value([s, b, c, d]) == pytest.approx(2 * 520e6 + 200.0 * 500e3)
    assert deal.served([s, b, c, d]) == {"b": 250e3, "c": 250e3}
    assert {price.buyer for price in deal.intervals([s, b, c, d])} == {"b", "c"}


@given(st.lists(st.floats(1e3, 1e6), min_size=1, max_size=5), st.floats(0, 2e6), st.floats(0, 1e9))
@settings(max_examples=60, deadline=None)
def test_no_buyer_that_joins_takes_value_away(volumes, capacity, adaptation):
    deal = Supply(**SUPPLY | {"capacity": capacity, "adaptation": adaptation})
    members = [Member("s", 6e6), *(Member(f"b{k}", v) for k, v in enumerate(volumes))]
    whole, before = deal.value(members), deal.value(members[:-1])
    assert whole >= before - 1e-6 * max(1.0, before)
    assert sum(deal.served(members).values()) <= capacity * (1 + 1e-12)


def test_there_is_no_price_where_the_supplier_is_dearer():
    found = ally([Member("s", 6e6), Member("b", 500e3)], Supply(**SUPPLY | {"unit_cost": 4000.0}))
    assert found.saving == 0
    assert not found.intervals[0].is_open


def test_a_fee_that_is_unknown_comes_out_as_the_break_even():
    members = [Member("l", 300e3), Member("v", 6e6)]
    found = ally(members, Licence(**LICENCE))
    (fee,) = found.intervals
    assert fee.ceiling == pytest.approx((1500e6 + 2 * 120e6 - 400e6 + 800.0 * 300e3) / 300e3)
    assert fee.floor == pytest.approx(100e6 / 300e3 + 300)
    assert [s.rule for s in found.sharings] == ["Shapley", "nucleolus"]
    at_ceiling = Licence(**LICENCE | {"access_fee": 0.0, "fee": fee.ceiling})
    agreed = ally(members, at_ceiling).sharings[-1]
    assert agreed.rule == "fees as agreed"
    assert agreed.shares["l"] == pytest.approx(0, abs=1.0)


def test_a_licensee_that_the_deal_leaves_out_pays_no_fee():
    """10 k cars save 200 m + 240 m - 400 m + 8 m, and cost the licensor 103 m: no licence."""
    members = [Member("l", 300e3), Member("small", 10e3), Member("v", 6e6)]
    deal = Licence(**LICENCE | {"own_development": 200e6, "access_fee": 100e6, "fee": 500.0})
    found = ally(members, deal)
    agreed = found.sharings[-1]
    assert agreed.rule == "fees as agreed" and agreed.shares["small"] == 0
    assert agreed.shares["l"] == pytest.approx(280e6 - 250e6)
    assert agreed.shares["v"] == pytest.approx(250e6 - 190e6)
    assert sum(agreed.shares.values()) == pytest.approx(found.saving)


def test_without_control_the_investor_gets_its_stake_of_the_targets_gain_only():
    members = [Member("i", 1e6), Member("t", 1e6)]
    found = ally(members, Invest(**STAKE))
    assert found.saving == pytest.approx(0.3 * 1500e6)
    agreed = found.sharings[-1].shares
    assert agreed["i"] == pytest.approx(0.3 * 450e6 - 0.3 * 0.3 * 6000e6)
    assert sum(agreed.values()) == pytest.approx(found.saving)
    control = ally(members, Invest(**STAKE | {"control": True}))
    assert control.saving == pytest.approx(600e6 + 1500e6 - 1000e6)


@pytest.mark.parametrize(
    ("deal", "says"),
    [
        (lambda: Supply(**SUPPLY | {"supplier": "x"}), "supplier x is no partner"),
        (lambda: Licence(**LICENCE | {"licensor": "x"}), "licensor x is no partner"),
        (lambda: Invest(**STAKE | {"investor": "t"}), "t invests in itself"),
        (lambda: Supply(**SUPPLY | {"unit_cost": -1.0}), "unit_cost -1 must not be negative"),
        (lambda: Invest(**STAKE | {"stake": 1.2}), "stake 1.2 is outside 0 .. 1"),
        (lambda: CoDevelop(**TERMS | {"learning_rate": 0.5}), "learning_rate 0.5 must be below"),
        (lambda: CoDevelop(**TERMS | {"first_volume": 0.0}), "first_volume 0 must be above 0"),
        (
            lambda: Table(id="t", players=("s", "v"), values={("s", "v"): 1.0, ("v", "s"): 2.0}),
            "s + v is given 2 times",
        ),
        (
            lambda: Table(id="t", players=("s", "v"), values={("s", "v", "v"): 1.0}),
            "s + v + v names a partner twice",
        ),
        (
            lambda: Table(id="t", players=("s", "s"), values={("s",): 1.0}),
            "player s is listed twice",
        ),
        (lambda: Table(id="t", players=(), values={}), "a table needs its players"),
        (
            lambda: Table(id="t", players=("s", "v"), values={("s", "v"): 1.0}),
            "partner t is not in the table",
        ),
    ],
)
def test_a_deal_without_its_roles_is_refused(deal, says):
    members = [Member(p, 1e6) for p in ("s", "v", "t")]
    with pytest.raises(DataError) as caught:
        ally(members, deal())
    assert says in str(caught.value)


def test_a_table_with_a_hole_names_the_coalition():
    with pytest.raises(DataError) as caught:
        Table(id="ours", players=("a", "b", "c"), values={("a", "b"): 1.0, ("a", "b", "c"): 3.0})
    assert "deal ours: the value of a + c is missing" in str(caught.value)
    assert "the value of b + c is missing" in str(caught.value)


def test_a_table_is_read_in_any_order_of_names():
    whole = {("b", "a"): 4.0}
    found = ally(
        [Member("a", 1.0), Member("b", 3.0)], Table(id="t", players=("a", "b"), values=whole)
    )
    assert found.saving == 4
    assert found.sharings[-1].shares == {"a": 1.0, "b": 3.0}


def test_sampling_agrees_with_the_exact_value_within_its_error_bars():
    values = {c: float(len(c) ** 2 + 3 * ("a" in c)) for c in coalitions("abcde")}
    exact = shapley("abcde", values)
    found = sampled_shapley("abcde", lambda c: values[c], np.random.default_rng(5), 4000)
    for p in "abcde":
        assert abs(found.shares[p] - exact[p]) <= 4 * found.errors[p] + 1e-12


def test_a_deal_of_more_than_twelve_is_shared_by_sampling():
    """Twenty makers of one size share alike; the exact rules say where to go."""
    members = [Member(f"m{k}", 1e6) for k in range(20)]
    deal = CoDevelop(**TERMS)
    with pytest.raises(DataError, match=r"20 partners; .* up to 12, partner\.sample"):
        ally(members, deal)
    found = sample(members, deal, np.random.default_rng(3), 400)
    each = deal.value(members) / 20
    assert sum(found.shares.values()) == pytest.approx(deal.value(members))
    for p in found.shares:
        assert abs(found.shares[p] - each) <= 5 * found.errors[p]
    exact = ally(members[:6], deal).sharings[0].shares
    few = sample(members[:6], deal, np.random.default_rng(3), 2_000)
    for p in exact:
        assert abs(few.shares[p] - exact[p]) <= 5 * few.errors[p]


def test_nothing_is_tried_where_volumes_are_certain_or_move_no_share():
    members = [Member("B", 2.5e6), Member("J", 0.5e6), Member("G", 1.5e6)]
    fixed = {m.id: (m.volume, m.volume) for m in members}
    rng = np.random.default_rng(1)
    assert robustness(CoDevelop(**TERMS), members, fixed, rng, 20) == ()
    table = Table(id="t", players=("B", "J"), values={("B",): 0.0, ("J",): 0.0, ("B", "J"): 9.0})
    wide = {m.id: (0.5 * m.volume, 2 * m.volume) for m in members[:2]}
    moved = robustness(table, members[:2], wide, rng, 20)
    assert [rule.rule for rule in moved] == ["in proportion to volume"]


def test_a_rule_is_robust_where_it_holds_in_nine_draws_of_ten():
    members = [Member("B", 2.5e6), Member("J", 0.5e6), Member("G", 1.5e6)]
    near = {m.id: (0.999 * m.volume, 1.001 * m.volume) for m in members}
    found = robustness(CoDevelop(**TERMS), members, near, np.random.default_rng(1), 20)
    base = {s.rule: s for s in ally(members, CoDevelop(**TERMS)).sharings}
    assert {rule.rule for rule in found} == set(base)
    for rule in found:
        assert rule.holds == float(base[rule.rule].in_core) and rule.is_robust == bool(rule.holds)
        for p, (low, middle, high) in rule.quantiles.items():
            assert low < middle < high
            assert middle == pytest.approx(base[rule.rule].shares[p], rel=5e-3)


def test_terms_of_real_deals_stand_beside_a_deal_of_their_kind():
    deals = list(catalogue().public_deal)
    assert len(deals) >= 12
    fees = [a for a in anchors("licence", deals) if a.field == "access_fee"]
    assert [(a.deal, a.value.amount) for a in fees] == [("lucid-aston-martin", 232e6)]
    yearly = {a.deal: a.value.amount for a in anchors("codevelop", deals)
              if a.field == "per_yearly_unit"}  # fmt: skip
    assert yearly["bmw-psa-prince"] == pytest.approx(0.75e9 / 1e6)
    assert yearly["horse"] == pytest.approx(7.4e9 / 5e6)
    kept = next(a for a in anchors("invest", deals) if a.field == "value_kept")
    assert kept.value == pytest.approx(1.7 / 5.25, abs=0.005)


def games(players="abcd"):
    names = list(coalitions(players))
    return st.lists(
        st.integers(-100, 100).map(float), min_size=len(names), max_size=len(names)
    ).map(lambda worth: dict(zip(names, worth, strict=True)))


@settings(max_examples=40, deadline=None)
@given(games())
def test_the_nucleolus_is_efficient_and_treats_twins_alike(game):
    """Players a and b are made twins: what one adds, the other adds."""

    def twin(c):
        swapped = tuple(sorted({"a": "b", "b": "a"}.get(p, p) for p in c))
        return (game[c] + game[swapped]) / 2

    even = {c: twin(c) for c in game}
    shares = nucleolus("abcd", even)
    assert sum(shares.values()) == pytest.approx(even[tuple("abcd")], abs=1e-7)
    assert shares["a"] == pytest.approx(shares["b"], abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=4, max_size=4))
def test_the_nucleolus_gives_a_dummy_of_a_game_with_a_core_what_it_has_alone(worth):
    """Gains that grow with size have a core; d adds nothing, so any core sharing gives it 0."""
    ab, ac, bc, extra = sorted(worth)[0], sorted(worth)[1], sorted(worth)[2], sorted(worth)[3]
    base = {("a", "b"): ab, ("a", "c"): ac, ("b", "c"): bc, ("a", "b", "c"): ab + ac + bc + extra}
    values = {c: float(base.get(tuple(p for p in c if p != "d"), 0.0)) for c in coalitions("abcd")}
    assert nucleolus("abcd", values)["d"] == pytest.approx(0, abs=1e-7)


# a fork of a process in which another test has loaded JAX may never end
spawned = partial(ProcessPoolExecutor, mp_context=get_context("spawn"))


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, spawned], ids=["threads", "processes"])
def test_coalitions_and_draws_through_any_executor_are_those_in_turn(kind):
    members = [Member(f"m{i}", 1e5 * (i + 1)) for i in range(5)]
    deal = CoDevelop(**TERMS)
    spans = {m.id: (0.5 * m.volume, 2 * m.volume) for m in members}
    with kind(2) as pool:
        assert ally(members, deal, pool) == ally(members, deal)
        here, there = (
            robustness(deal, members, spans, np.random.default_rng(4), 12, executor)
            for executor in (None, pool)
        )
    assert here == there and here
