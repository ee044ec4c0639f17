"""Deals by hand: what a coalition is worth, at which prices both gain, which sharing holds."""

from dataclasses import replace

import pytest

from wheelbase.errors import DataError
from wheelbase.partner import (
    CoDevelop,
    Invest,
    Licence,
    Member,
    Supply,
    Table,
    ally,
    partner_volumes,
    programme_cost,
    robustness,
    unit_programme,
    values_of,
)

SUPPLY = Supply(
    id="engine", supplier="B", marginal=3000.0, dedicated=20e6, spare=100e3, capacity=500.0,
    kept_loaded=100.0, own_development=600e6, own_tooling=200e6, own_cost=3200.0,
    application=50e6, take_or_pay=0.8,
)  # fmt: skip
LICENCE = Licence(
    id="platform", licensor="V", own_development=2e9, adaptation=400e6, modules=300.0,
    earlier=2.0, year_worth=100e6, support=150e6, scale=50.0,
)  # fmt: skip
INVEST = Invest(
    id="stake", investor="B", owner="T", stake=0.4, synergy=2e9, integration=300e6,
    uncontrolled=0.25, control=True, value=5e9,
)  # fmt: skip
CODEVELOP = CoDevelop(
    id="unit", development=400e6, coordination=0.1, application=60e6, tooling=150e6,
    first_cost=1100.0, first_volume=1e6, learning_rate=0.1, pooled=0.7,
)  # fmt: skip


def test_an_engine_supply_by_hand():
    found = ally([Member("B"), Member("J", 150e3)], SUPPLY)
    alone = 600e6 + 200e6 + 3200 * 150e3
    supplied = 20e6 + 2900 * 150e3 + 500 * 50e3 + 50e6
    assert found.values["B", "J"] == pytest.approx(alone - supplied)
    assert found.values["B",] == found.values["J",] == 0
    (price,) = found.prices
    assert price.floor == pytest.approx((20e6 + 2900 * 150e3 + 500 * 50e3) / 150e3)
    assert price.ceiling == pytest.approx((alone - 50e6) / 150e3)
    assert price.exists and (price.payer, price.payee) == ("J", "B")
    whole = (price.ceiling - price.floor) * 150e3
    assert whole == pytest.approx(found.saving)  # the interval shares out exactly the gain


def test_what_is_paid_for_in_any_case_sets_the_sellers_floor():
    firm = ally([Member("B"), Member("J", 150e3, 150e3, 150e3)], SUPPLY).prices[0]
    risky = ally([Member("B"), Member("J", 150e3, 60e3, 200e3)], SUPPLY).prices[0]
    loose = ally(
        [Member("B"), Member("J", 150e3, 60e3, 200e3)], replace(SUPPLY, take_or_pay=0.0)
    ).prices[0]
    spread = replace(SUPPLY, capacity=0.0)  # then fewer units always carry more of the investment
    assert firm.floor > 0 and risky.ceiling == firm.ceiling
    floors = [
        ally([Member("B"), Member("J", 150e3, low, 200e3)], replace(spread, take_or_pay=t))
        .prices[0]
        .floor
        for low, t in ((150e3, 0.8), (60e3, 0.8), (60e3, 0.0))
    ]
    assert floors == sorted(floors)
    assert loose.floor == pytest.approx((20e6 + 2900 * 60e3) / 60e3)


def test_a_supply_that_costs_more_than_it_saves_is_no_deal():
    dear = replace(SUPPLY, marginal=9000.0)
    found = ally([Member("B"), Member("J", 150e3)], dear)
    assert found.saving == 0 and not found.prices[0].exists


def test_a_licence_tells_its_break_even_fee():
    found = ally([Member("V"), Member("F", 600e3)], LICENCE)
    saved = 2e9 - 400e6 - 300 * 600e3 + 2 * 100e6 + 50 * 600e3 - 150e6
    assert found.saving == pytest.approx(saved)
    (fee,) = found.prices
    assert fee.ceiling == pytest.approx((2e9 - 400e6 + 200e6) / 600e3 - 300)
    assert fee.floor == pytest.approx(150e6 / 600e3 - 50)
    assert (fee.ceiling - fee.floor) * 600e3 == pytest.approx(saved)


def test_a_stake_with_and_without_control_by_hand():
    held = ally([Member("B"), Member("T")], INVEST)
    assert held.saving == pytest.approx(2e9 - 300e6)
    (price,) = held.prices
    assert price.floor == pytest.approx(0.4 * 5e9 - 0.6 * 2e9)
    assert price.ceiling == pytest.approx(0.4 * 5e9 + 0.4 * 2e9 - 300e6)
    minority = ally([Member("B"), Member("T")], replace(INVEST, control=False))
    assert minority.saving == pytest.approx(0.25 * 2e9 - 300e6)
    assert minority.prices[0].ceiling < price.ceiling


def test_a_third_party_to_a_sale_of_shares_gains_nothing():
    found = ally([Member("B"), Member("T"), Member("G")], INVEST)
    for sharing in found.sharings:
        assert sharing.shares["G"] == pytest.approx(0, abs=1e-3)


def test_joint_production_pools_everything_and_shares_its_tools():
    joint = replace(CODEVELOP, production="joint", freight=20.0)
    members = [Member("B", 2.5e6), Member("J", 0.5e6)]
    by_hand = 400e6 * 1.1 + 120e6 + 150e6 * 1.2**0.6 + unit_programme(joint, 3e6) + 20 * 0.5e6
    assert programme_cost(joint, members) == pytest.approx(by_hand)
    assert programme_cost(joint, members[:1]) == programme_cost(CODEVELOP, members[:1])
    assert ally(members, joint).saving > ally(members, CODEVELOP).saving


def test_in_proportion_to_volume_gives_every_unit_the_same_gain():
    found = ally([Member("B", 2.5e6), Member("J", 0.5e6)], CODEVELOP)
    rule = next(s for s in found.sharings if s.rule == "in proportion to volume")
    assert rule.shares["B"] / 2.5e6 == pytest.approx(rule.shares["J"] / 0.5e6)
    assert sum(rule.shares.values()) == pytest.approx(found.saving)


def test_a_table_of_values_is_a_deal_too_and_must_be_complete():
    values = {("a",): 0.0, ("b",): 0.0, ("c",): 0.0, ("a", "b"): 1.0, ("a", "c"): 1.0}
    members = [Member(p) for p in "abc"]
    with pytest.raises(DataError) as caught:
        values_of(Table(id="own", values=values | {("x", "y"): 1.0}), members)
    said = str(caught.value)
    assert "coalition b, c: its value is missing" in said
    assert "coalition a, b, c: its value is missing" in said
    assert "coalition x, y: no such coalition" in said
    whole = values | {("b", "c"): 1.0, ("a", "b", "c"): 1.0}
    found = ally(members, Table(id="own", values=whole))
    assert found.least_core.core_is_empty and not any(s.in_core for s in found.sharings)


def test_uncertain_volumes_show_whether_a_rule_is_robust():
    sure = [Member("B", 2.5e6, 2.5e6, 2.5e6), Member("J", 0.5e6, 0.5e6, 0.5e6)]
    for rule in robustness(sure, CODEVELOP, 20, 7):
        alone = next(s for s in ally(sure, CODEVELOP).sharings if s.rule == rule.rule)
        assert rule.in_core == float(alone.in_core) and rule.robust == alone.in_core
        assert rule.shares["B"] == pytest.approx((alone.shares["B"],) * 3)
    wide = [Member("B", 2.5e6, 1.0e6, 4e6), Member("J", 0.5e6, 0.1e6, 1e6)]
    low, middle, high = robustness(wide, CODEVELOP, 60, 7)[0].shares["J"]
    assert low < middle < high


def test_partner_volumes_are_everybody_elses():
    members = [Member("B", 2.5e6), Member("J", 0.5e6), Member("G", 1.5e6)]
    assert partner_volumes(members, "B") == 2.0e6


@pytest.mark.parametrize(
    ("deal", "members", "says"),
    [
        (SUPPLY, [Member("J", 1.0), Member("G", 1.0)], "supplier 'B' is no partner of it"),
        (LICENCE, [Member("J", 1.0), Member("G", 1.0)], "licensor 'V' is no partner"),
        (INVEST, [Member("B"), Member("G")], "owner 'T' is no partner"),
        (SUPPLY, [Member("B"), Member("J", -1.0)], "volume -1 must be above zero"),
    ],
)
def test_a_deal_without_the_partner_it_needs_is_refused(deal, members, says):
    with pytest.raises(DataError, match=says):
        ally(members, deal)


@pytest.mark.parametrize(
    ("made", "terms", "says"),
    [
        (SUPPLY, {"marginal": -1.0}, "marginal -1 must not be negative"),
        (INVEST, {"stake": 1.5}, "stake 1.5 is outside 0 .. 1"),
        (LICENCE, {"support": float("nan")}, "support nan"),
    ],
)
def test_terms_that_are_none_are_refused_by_name(made, terms, says):
    with pytest.raises(DataError, match=says):
        replace(made, **terms)
    replace(LICENCE, modules=-100.0)  # a module may cost less than an own one
