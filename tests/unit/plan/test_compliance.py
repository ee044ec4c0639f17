"""Fleet CO2 by hand: every expected value is worked out here from the rule's formula."""

from dataclasses import replace
from datetime import date

import pytest

from wheelbase.errors import DataError
from wheelbase.partner import ally
from wheelbase.plan import (
    FleetCars,
    blocks,
    comply,
    marginal_car,
    pool,
    pool_game,
    pool_members,
    rule_pack,
    rules_known,
    target_of,
)

G = 1e-6  # g/km in kg/m
KNOWN = date(2019, 11, 14)


@pytest.fixture(scope="module")
def law(facts):
    return rule_pack(facts, "eu-cars-2025")


@pytest.fixture(scope="module")
def old(facts):
    return rule_pack(facts, "eu-cars")


def fleet(*kinds):
    return tuple(FleetCars(g * G, mass, cars) for g, mass, cars in kinds)


def test_a_hindcast_of_2019_sees_only_what_was_adopted_then(facts):
    known = rules_known(facts, "eu-cars", KNOWN)
    assert [p.rule.id for p in known] == ["eu-cars", "eu-cars-2014", "eu-cars-2009"]
    assert all(p.rule.adopted <= KNOWN and p.is_law for p in known)
    for pack in known:
        for name, origin in pack.origins.items():
            made = facts.sources[origin.source].made
            dated = made is not None and made <= KNOWN
            assert dated or origin.status == "estimate", (pack.rule.id, name)
    law = known[0].rule
    assert target_of(law, 2030).target == pytest.approx(95 * G * (1 - 0.375))
    assert target_of(law, 2035).target == pytest.approx(95 * G * (1 - 0.375))
    assert [*blocks(law, range(2025, 2028))] == [(2025,), (2026,), (2027,)]


@pytest.mark.parametrize(
    ("day", "law", "proposals"),
    [
        (date(2009, 4, 23), "eu-cars-2009", []),
        (date(2016, 1, 1), "eu-cars-2014", []),
        (date(2023, 4, 18), "eu-cars", []),
        (date(2023, 6, 1), "eu-cars-2023", []),
        (date(2025, 6, 16), "eu-cars-2023-wltp", []),
        (date(2025, 12, 15), "eu-cars-2025", []),
        (date(2026, 1, 1), "eu-cars-2025", ["eu-cars-proposal-2025"]),
    ],
)
def test_the_law_of_a_day_comes_first_and_proposals_last(facts, day, law, proposals):
    known = rules_known(facts, "eu-cars", day)
    assert known[0].rule.id == law and known[0].is_law
    assert [p.rule.id for p in known if not p.is_law] == proposals
    assert rules_known(facts, "eu-cars-2025", day) == known


def test_before_the_first_act_nothing_is_known(facts):
    with pytest.raises(DataError, match="nothing was adopted by 2009-04-22"):
        rules_known(facts, "eu-cars", date(2009, 4, 22))
    with pytest.raises(DataError, match="did you mean"):
        rules_known(facts, "eu-vans", KNOWN)
    with pytest.raises(DataError, match="no target in 2014"):
        target_of(facts.fleet_rule["eu-cars"], 2014)
    with pytest.raises(DataError, match="amends eu-cars-2023-wltp: complete it"):
        target_of(facts.fleet_rule["eu-cars-2025"], 2025)


@pytest.mark.parametrize(
    ("year", "target", "slope", "mass", "procedure"),
    [
        (2015, 130, 0.0457, 1372, "nedc"),
        (2019, 130, 0.0457, 1379.88, "nedc"),
        (2020, 95, 0.0333, 1379.88, "nedc"),
        (2024, 95, 0.0333, 1398.5, "nedc"),
        (2025, 93.6, -0.0144, 1609.6, "wltp"),
        (2029, 93.6, -0.0144, 1609.6, "wltp"),
        (2030, 49.5, -0.0076, 1609.6, "wltp"),
        (2034, 49.5, -0.0076, 1609.6, "wltp"),
        (2035, 0, 0, 1609.6, "wltp"),
        (2040, 0, 0, 1609.6, "wltp"),
    ],
)
def test_the_law_of_2025_year_by_year(law, year, target, slope, mass, procedure):
    rule = target_of(law.rule, year)
    assert rule.target == pytest.approx(target * G)
    assert rule.slope == pytest.approx(slope * G)
    assert rule.reference_mass == pytest.approx(mass)
    assert rule.procedure == procedure
    assert rule.premium * G == pytest.approx(95)


def test_the_proposal_changes_2035_and_averages_2030_to_2032(facts, law):
    proposal = rule_pack(facts, "eu-cars-proposal-2025")
    assert target_of(proposal.rule, 2035).target == pytest.approx(11 * G)
    slope = -0.0175 * 11 / 114.1  # as those of 2025 and 2030, with the cars of 2021
    assert target_of(proposal.rule, 2035).slope == pytest.approx(slope * G, abs=5e-5 * G)
    assert target_of(proposal.rule, 2031) == target_of(law.rule, 2031)
    years = tuple(range(2024, 2034))
    periods = [(2024,), (2025, 2026, 2027), (2028,), (2029,)]
    assert [*blocks(proposal.rule, years)] == [*periods, (2030, 2031, 2032), (2033,)]
    assert [*blocks(law.rule, years)] == [*periods, (2030,), (2031,), (2032,), (2033,)]
    assert not proposal.is_law and law.is_law


@pytest.mark.parametrize(("year", "grams"), [(2024, 3.33), (2025, -1.44), (2030, -0.76)])
def test_the_slope_in_mass_changes_its_sign(law, year, grams):
    rule = target_of(law.rule, year)
    assert rule.limit(1800, 0) - rule.limit(1700, 0) == pytest.approx(grams * G)


def test_three_fleets_by_year_and_as_a_period(old, law):
    """98, 93 and 85 g/km against 91, a million cars: (7 + 2) x 95 m, and (7 + 2 - 6) x 95 m."""
    rule = target_of(law.rule, 2025)
    mass = rule.reference_mass + (91 * G - rule.target) / rule.slope
    fleets = {
        y: fleet((g, mass, 1e6)) for y, g in zip((2025, 2026, 2027), (98, 93, 85), strict=True)
    }
    together = comply(law, fleets)
    assert together.premium == pytest.approx(285e6)
    assert [p.years for p in together.periods] == [(2025, 2026, 2027)]
    assert together.periods[0].marginal_gram * G == pytest.approx(95 * 3e6)
    yearly = replace(law, rule=replace(law.rule, block={}))
    apart = comply(yearly, fleets)
    assert apart.premium == pytest.approx(855e6)
    assert [p.premium for p in apart.periods] == pytest.approx([665e6, 190e6, 0])
    assert apart.periods[2].credit == pytest.approx(6 * 95e6)
    assert apart.periods[2].marginal_gram == 0 and not apart.complies


def test_a_fleet_below_its_target_has_a_credit(law):
    """2.9 g below, 768,000 cars: 95 EUR for each gram and car that a pool can use."""
    found = comply(law, {2025: fleet((93.6 - 2.9, 1609.6, 768e3))})
    assert found.complies and found.periods[0].premium == 0
    assert found.periods[0].credit == pytest.approx(95 * 2.9 * 768e3)


def test_a_period_weighs_each_year_by_its_registrations(law):
    rule = target_of(law.rule, 2025)
    fleets = {2025: fleet((100, 1609.6, 1e6)), 2026: fleet((90, 1609.6, 3e6))}
    assert rule.limit(1609.6) == pytest.approx(93.6 * G)
    balance = 6.4 * 1e6 - 3.6 * 3e6
    assert comply(law, fleets).periods[0].balance == pytest.approx(balance * G)
    assert comply(law, fleets).complies


@pytest.mark.parametrize(
    ("battery", "relief"), [(0.2, 0.0), (0.25, 0.0), (0.27, 0.02), (0.30, 0.05), (0.6, 0.05)]
)
def test_the_target_is_relieved_by_the_share_above_a_quarter_up_to_a_twentieth(
    law, battery, relief
):
    kinds = fleet((130, 1609.6, 1 - battery), (0, 1609.6, battery))
    balance = comply(law, {2025: kinds}).years[0]
    assert balance.relief == pytest.approx(relief, abs=1e-12)
    assert balance.target == pytest.approx(93.6 * G * (1 + relief))
    assert comply(law, {2030: kinds}).years[0].relief == 0


def test_a_plug_in_hybrid_counts_for_what_is_left_of_its_discount(law):
    rule = target_of(law.rule, 2025)
    weights = [rule.low_weight(g * G) for g in (0, 25, 50, 50.1, 120)]
    assert weights == pytest.approx([1, 1 - 0.7 / 2, 0.3, 0, 0])


def test_a_premium_of_2025_by_hand(law):
    """Mean 102.9 g/km, low-emission share 0.226, target 90.14 at 1,850 kg: EUR 1,214 m.

    The mix is this test's own: 16 % battery, 15 % plug-in at 40 g, 69 % at 140.46 g, a million.
    """
    mix = fleet((0, 1850, 160e3), (40, 1850, 150e3), (140.46, 1850, 690e3))
    found = comply(law, {2025: mix})
    (year,) = found.years
    mean = 0.15 * 40 + 0.69 * 140.46
    target = 93.6 - 0.0144 * (1850 - 1609.6)
    assert year.average == pytest.approx(mean * G) and round(mean, 1) == 102.9
    assert year.target == pytest.approx(target * G) and round(target, 2) == 90.14
    assert (
        year.low_share == pytest.approx(0.16 + 0.15 * (1 - 0.7 * 40 / 50)) == pytest.approx(0.226)
    )
    assert found.premium == pytest.approx(95 * (mean - target) * 1e6)
    assert found.premium == pytest.approx(1214e6, abs=0.5e6)
    assert found.rule == "eu-cars-2025" and found.is_law
    assert {"slope", "reference_mass", "low_emission_discount"} <= set(found.estimates)
    assert found.statuses["target"] == found.statuses["premium"] == "published"
    both = comply(law, {2023: mix, 2025: mix})
    assert both.statuses["target"] == "published" and both.statuses["slope"] == "estimate"


def test_the_dirtiest_twentieth_does_not_count_in_2020(old):
    kinds = fleet((100, 1379.88, 90), (200, 1379.88, 10))
    (year,) = comply(old, {2020: kinds}).years
    assert (year.plain, year.charged) == pytest.approx((110 * G, 95))
    assert year.counted == pytest.approx((90 * 100 + 5 * 200) / 95 * G)
    assert comply(old, {2020: kinds}).premium == pytest.approx(
        ((90 * 100 + 1000) / 95 - 95) * 95 * 95
    )
    assert comply(old, {2021: kinds}).years[0].counted == pytest.approx(110 * G)


def test_super_credits_are_used_up_over_three_years(old):
    """A tenth of battery cars: factors 2, 1.67, 1.33 take 126 - 1260/(10 + extra) until 7.5 g."""
    kinds = fleet((140, 1379.88, 90), (0, 1379.88, 10))
    found = comply(old, dict.fromkeys((2021, 2022, 2023), kinds)).years
    first = 126 - 12600 / (100 + 6.7)
    assert first > 7.5
    saved = [b.super_credit / G for b in found]
    assert saved == pytest.approx([7.5, 0, 0])
    few = fleet((140, 1379.88, 97), (0, 1379.88, 3))
    saved = [b.super_credit / G for b in comply(old, dict.fromkeys(range(2020, 2024), few)).years]
    mean, kept = 140 * 97 / 100, 140 * 92 / 95
    one = kept - 140 * 92 / (95 + 3)
    two = mean - 140 * 97 / (100 + 3 * 0.67)
    assert one + two < 7.5
    three = min(mean - 140 * 97 / (100 + 3 * 0.33), 7.5 - one - two)
    assert saved == pytest.approx([one, two, three, 0])


def test_eco_innovations_count_up_to_the_cap(law):
    kinds = fleet((100, 1609.6, 1e6))
    for year, cap in ((2024, 7), (2025, 6), (2030, 4), (2035, 0)):
        (balance,) = comply(law, {year: kinds}, eco_innovation=10 * G).years
        assert balance.average == pytest.approx((100 - cap) * G)
    assert comply(law, {2025: kinds}, 2 * G).years[0].average == pytest.approx(98 * G)


def test_one_more_car_costs_its_own_excess(law):
    above = {2028: fleet((120, 1700, 1e6))}
    diesel, battery = FleetCars(120 * G, 1700, 1), FleetCars(0, 2100, 1)
    own = 95 * (120 - 93.6 + 0.0144 * (1700 - 1609.6))
    assert marginal_car(law, above, 2028, diesel) == pytest.approx(own, rel=1e-4)
    saved = 95 * (93.6 - 0.0144 * (2100 - 1609.6))
    assert marginal_car(law, above, 2028, battery) == pytest.approx(-saved, rel=1e-4)
    below = {2028: fleet((80, 1700, 1e6))}
    assert marginal_car(law, below, 2028, diesel) == 0
    for none in (0.0, float("nan")):
        with pytest.raises(DataError, match="cars of the kind; give more than none"):
            marginal_car(law, above, 2028, replace(diesel, cars=none))


def test_a_pool_is_the_same_row_and_its_gain_a_stable_game(law):
    makers = {
        "above": {2028: fleet((110, 1609.6, 1e6))},
        "worse": {2028: fleet((120, 1609.6, 5e5))},
        "below": {2028: fleet((70, 1609.6, 8e5))},
    }
    game = pool_game(law, makers)
    due = {"above": 16.4 * 1e6, "worse": 26.4 * 5e5, "below": -23.6 * 8e5}

    def value(*group):
        return 95 * (sum(max(due[m], 0) for m in group) - max(sum(due[m] for m in group), 0))

    for group, found in game.values.items():
        assert found == pytest.approx(value(*group), abs=1)
    alliance = ally(pool_members(makers), game)
    assert alliance.saving == pytest.approx(95 * 23.6 * 8e5)
    assert not alliance.least_core.core_is_empty
    by_rule = {s.rule: s for s in alliance.sharings}
    assert by_rule["nucleolus"].in_core
    assert comply(law, pool(list(makers.values()))).premium == pytest.approx(
        95 * max(sum(due.values()), 0)
    )


def test_super_credits_and_relief_can_make_a_pool_cost_more(facts, law, old):
    """An extra count is worth the fleet's mean, lowered by a lean partner; mixing loses relief."""
    heavy = {2021: fleet((180, 1379.88, 98), (0, 1379.88, 2))}
    lean = {2021: fleet((95, 1379.88, 1000))}
    alone = comply(old, heavy).premium + comply(old, lean).premium
    assert comply(old, lean).premium == 0
    assert comply(old, pool([heavy, lean])).premium > alone
    relieved = {2028: fleet((150, 1609.6, 70), (0, 1609.6, 30))}
    other = {2028: fleet((110, 1609.6, 90), (0, 1609.6, 10))}
    alone = comply(law, relieved).premium + comply(law, other).premium
    assert comply(law, pool([relieved, other])).premium > alone
    makers = {"relieved": relieved, "other": other}
    game = pool_game(law, makers)
    assert game.values["relieved", "other"] < 0
    assert ally(pool_members(makers), game).saving == 0


def test_a_wltp_target_costs_the_same_counted_in_nedc(law):
    rule = target_of(law.rule, 2025)
    same = rule.as_nedc(1.2, 150.0)
    assert same.procedure == "nedc" and same.as_nedc(1.2, 150.0) == same
    wltp = rule.premium * rule.excess(132 * G, 1850)
    assert same.premium * same.excess(110 * G, 1700) == pytest.approx(wltp)


def test_plug_in_factors_lie_where_the_utility_factor_puts_them(law):
    """CO2 goes as 1 - UF; the factors span electric ranges of 40 to 100 km."""
    from wheelbase.simulate import utility_factor

    def ratio(km, year):
        return (1 - utility_factor(km * 1e3, year)) / (1 - utility_factor(km * 1e3, 2020))

    assert law.plug_in(2020) == law.plug_in(2010) == (1, 1, 1)
    for year, normal in ((2026, 2026), (2030, 2027)):
        low, value, high = law.plug_in(year)
        assert low <= value <= high
        assert low == pytest.approx(ratio(40, normal), rel=0.02)
        assert high == pytest.approx(ratio(100, normal), rel=0.02)
    low, value, high = law.plug_in(2025)
    assert 1 == low < value < high < law.plug_in(2026)[1]


def test_every_bad_figure_of_a_fleet_is_named(law):
    bad = {2025: fleet((-1, float("nan"), 1)), 2026: ()}
    with pytest.raises(DataError) as caught:
        comply(law, bad, -1.0)
    text = str(caught.value)
    for what in ("2025, kind 1: emission", "mass nan", "fleet 2026: no cars", "eco-innovations"):
        assert what in text
    with pytest.raises(DataError, match="no year"):
        comply(law, {})
