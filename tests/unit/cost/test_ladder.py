"""The investment ladder: public figures at one size, annuities, what a programme needs."""

from statistics import median

import pytest

from wheelbase.catalogue.money import Step
from wheelbase.cost import Product, annual, annuity_factor, ladder, per_car, programme
from wheelbase.prices import Prices


@pytest.fixture(scope="module")
def prices(facts):
    return facts.prices(2019)


@pytest.fixture(scope="module")
def rungs(facts, prices):
    return {rung.label: rung for rung in ladder(facts, prices)}


def test_every_step_stands_on_the_ladder_once_and_no_investment_stands_elsewhere(facts, rungs):
    assert set(rungs) == set(Step.__args__)
    assert sum(len(r.precedents) for r in rungs.values()) == len(facts.investment) >= 20


def test_a_step_with_two_comparable_figures_takes_its_interval_from_them(facts, prices, rungs):
    # Zwickau 1.2 bn / 330 k, Emden 1.0 bn / 250 k, Munich 0.65 bn / 230 k, Halewood 0.5 / 120 k
    scaled = [
        1.2e9 * prices.deflators["EUR", 2019] / prices.deflators["EUR", 2018] * 150 / 330,
        1.0e9 * prices.deflators["EUR", 2019] / prices.deflators["EUR", 2022] * 150 / 250,
        0.65e9 * prices.deflators["EUR", 2019] / prices.deflators["EUR", 2024] * 150 / 230,
        0.5e9 * prices.deflators["GBP", 2019] / prices.deflators["GBP", 2024]
        / prices.rates["GBP", 2019] * 150 / 120,
    ]  # fmt: skip
    rung = rungs["line conversion"]
    assert rung.compared == 4
    assert rung.amount == pytest.approx((min(scaled), median(scaled), max(scaled)))


def test_public_figures_are_no_firmer_than_the_deflators_they_are_brought_back_by(facts, rungs):
    """Munich and Halewood are in money of 2024, whose price level is quoted from memory."""
    assert facts.currency.origins["eur", "deflator@2024"].status == "estimate"
    firm = {p.id: p.status for p in rungs["line conversion"].precedents}
    assert firm["munich-neue-klasse"] == firm["halewood-ema"] == "estimate"
    assert firm["zwickau"] == firm["emden"] == "derived"
    assert rungs["line conversion"].status == rungs["top hat"].status == "estimate"
    assert rungs["running line"].status == "derived"


def test_a_step_with_one_figure_keeps_its_estimate_and_says_so(rungs):
    rung = rungs["platform development"]
    assert rung.status == "estimate"
    assert rung.amount == pytest.approx((1.5e9, 3e9, 7e9))
    assert sum(p.comparable for p in rung.precedents) == 1


def test_figures_that_do_not_compare_say_why(rungs):
    for rung in rungs.values():
        for item in rung.precedents:
            assert item.comparable or item.why_not, item.id


def test_both_currencies_in_which_meb_is_quoted_are_shown(rungs):
    quoted = {p.id: p.quoted for p in rungs["programme"].precedents}
    assert quoted["meb-platform"] == "7 bnEUR2018"
    assert quoted["meb-platform-usd"] == "7 bnUSD2019"


def test_whole_programmes_are_shown_and_never_charged(rungs):
    assert rungs["programme"].amount is None
    with pytest.raises(ValueError, match="never charged"):
        annual(rungs["programme"], 0.08)


def test_housings_are_not_scaled_as_drive_units(rungs):
    landshut = next(p for p in rungs["drive plant"].precedents if p.id == "landshut")
    assert landshut.capacity == 230_000
    assert landshut.scaled is None and not landshut.comparable


def test_an_amount_without_a_deflator_stays_as_quoted(facts, prices):
    no_rand = Prices(2019, {k: v for k, v in prices.deflators.items() if k[0] != "ZAR"},
                     prices.rates)  # fmt: skip
    top_hat = next(r for r in ladder(facts, no_rand) if r.label == "top hat")
    rosslyn = next(p for p in top_hat.precedents if p.id == "rosslyn-x3")
    assert rosslyn.quoted == "6.1 bnZAR2017" and rosslyn.amount is None
    assert "no deflator or rate of ZAR" in rosslyn.why_not
    assert top_hat.status == "estimate"  # one comparable figure is left


def test_a_step_is_charged_as_an_annuity_over_its_life(rungs):
    # 3 bn at 8 % over 10 years: 3e9 x 0.08 / (1 - 1.08^-10)
    low, base, high = annual(rungs["platform development"], 0.08)
    assert base == pytest.approx(3e9 * 0.08 / (1 - 1.08**-10))
    assert low == pytest.approx(1.5e9 * annuity_factor(0.08, 14))
    assert high == pytest.approx(7e9 * annuity_factor(0.08, 7))


def test_a_capacity_step_grows_with_the_capacity_and_asks_for_it(rungs):
    rung = rungs["line conversion"]
    one, two = annual(rung, 0.08, 150e3), annual(rung, 0.08, 300e3)
    assert two == pytest.approx([2 * v for v in one])
    with pytest.raises(ValueError, match="give pieces per year"):
        annual(rung, 0.08)


def test_half_filled_capacity_doubles_the_cost_per_car(rungs):
    full = per_car(rungs["line conversion"], 0.08, 150e3)
    half = per_car(rungs["line conversion"], 0.08, 75e3, capacity=150e3)
    assert half == pytest.approx([2 * v for v in full])
    with pytest.raises(ValueError, match="makes no cost per car"):
        per_car(rungs["line conversion"], 0.08, 0.0)


def test_a_bespoke_programme_pays_development_top_hats_and_lines_and_each_body_shop_once(rungs):
    models = [Product("sedan", 150e3), Product("suv", 300e3)]
    found = programme(tuple(rungs.values()), models, 0.08, develops=True, own_lines=True)
    base = (
        rungs["platform development"].amount[1]
        + 3 * rungs["top hat"].amount[1]
        + 3 * rungs["line conversion"].amount[1]
        - 3 * rungs["body shop"].amount[1]
    )
    shop = found.charges[-1]
    assert shop.label == "body shop" and list(shop.amount) == sorted(shop.amount)
    shared = [Product("sedan", 150e3), Product("suv", 300e3, shares_body=True)]
    once = programme(tuple(rungs.values()), shared, 0.08, develops=True, own_lines=True).charges[-1]
    assert once.amount[1] == pytest.approx(shop.amount[1] / 3)
    assert found.amount[1] == pytest.approx(base)
    assert found.per_car[1] == pytest.approx(base * annuity_factor(0.08, 10) / 450e3)


def test_cars_that_share_their_bodies_on_running_lines_pay_only_the_integration(rungs):
    models = [Product("sedan", 150e3, shares_body=True), Product("suv", 1.0, shares_body=True)]
    found = programme(tuple(rungs.values()), models, 0.08, develops=False, own_lines=False)
    assert [c.label for c in found.charges] == ["running line", "running line"]
    assert found.amount == pytest.approx([2 * v for v in rungs["running line"].amount])


def test_a_programme_without_volume_is_refused(rungs):
    with pytest.raises(ValueError, match="volume above zero"):
        programme(tuple(rungs.values()), [Product("sedan", -1.0)], 0.08, True, True)
