"""Pack prices: published curves and paths by hand, scaled by size, chemistry and shape."""

from dataclasses import replace
from datetime import date
from math import exp

import pytest

from wheelbase.catalogue import SPREAD
from wheelbase.cost import own_path, pack_path
from wheelbase.errors import DataError
from wheelbase.prices import Prices

DAY = date(2019, 11, 14)
KWH = 3.6e6


@pytest.fixture(scope="module")
def dollars(facts):
    """Prices whose EUR are USD of 2022, so that published figures can be read off."""
    real = facts.prices(2022)
    ones = {("USD", y): 1.0 for y in range(2010, 2025)}
    return Prices(2022, real.deflators, ones)


@pytest.fixture(scope="module")
def batpac(facts, dollars):
    return pack_path(facts, dollars, DAY, "batpac")


@pytest.fixture(scope="module")
def cells(facts):
    nickel = facts.cell["prismatic-91"]
    return {"nmc": nickel, "lfp": replace(nickel, chemistry="lfp")}


# Gross kWh to USD of 2022 per kWh in 2023, 2025, 2030, 2035, as tabulated with the equations.
NMC = {12: (211.0, 200.7, 177.2, 156.7), 60: (141.5, 131.2, 107.7, 87.3),
       80: (137.9, 127.6, 104.2, 83.7), 100: (135.9, 125.6, 102.1, 81.6)}  # fmt: skip
LFP = {12: (209.2, 192.2, 170.0, 164.9), 60: (134.6, 117.6, 95.4, 90.3),
       80: (130.6, 113.6, 91.4, 86.4), 100: (128.4, 111.4, 89.2, 84.1)}  # fmt: skip
YEARS = (2023, 2025, 2030, 2035)


@pytest.mark.parametrize("chemistry", ["nmc", "lfp"])
def test_the_curves_give_the_published_table(batpac, cells, chemistry):
    table = {"nmc": NMC, "lfp": LFP}[chemistry]
    for size, row in table.items():
        for year, wanted in zip(YEARS, row, strict=True):
            factor = batpac.scale(year, size * KWH, cells[chemistry])[1]
            found = batpac.at(year)[1] * factor * KWH
            assert found == pytest.approx(wanted, abs=0.06), (size, year)


def test_an_80_kwh_nickel_pack_of_2025_costs_127_6_dollars_a_kwh(batpac, cells):
    by_hand = 128.9 + 1480 / 80**1.164 - 5.278 * 2 * exp(-0.0129 * 2)
    assert by_hand == pytest.approx(127.6, abs=0.05)
    assert batpac.at(2025, 80 * KWH, cells["nmc"])[1] * KWH == pytest.approx(by_hand, rel=1e-9)


def test_the_cost_curve_is_refused_before_it_begins_and_falls_by_1_5_percent_after_2035(batpac):
    with pytest.raises(DataError, match="2022 lies before 2023"):
        batpac.at(2022)
    assert batpac.at(2037)[1] / batpac.at(2035)[1] == pytest.approx(0.985**2)


def test_where_the_two_fits_cross_iron_cells_get_an_interval_of_both(batpac, cells):
    before, after = (batpac.scale(y, 80 * KWH, cells["lfp"]) for y in (2030, 2035))
    shapes = 1.05 / 0.95
    assert before[2] / before[0] == pytest.approx(shapes)
    assert after[2] / after[0] > shapes


def test_the_survey_runs_through_the_observed_prices(facts):
    """BNEF as quoted: 137 USD in 2020, 139 in 2023, 115 in 2024, money of these years."""
    for year, price in ((2020, 137), (2023, 139), (2024, 115)):
        prices = facts.prices(year)
        found = pack_path(facts, prices, DAY, "survey").at(year)
        dollars = [v * KWH * prices.rates["USD", year] for v in found]
        assert dollars[1] == pytest.approx(price, rel=1e-6)
        assert dollars[0] * (1 - 1e-9) <= price <= dollars[2] * (1 + 1e-9)


def test_survey_and_cost_curve_lie_in_each_others_interval(facts, dollars, batpac):
    survey = pack_path(facts, dollars, DAY, "survey")
    for year in (2023, 2024, 2025, 2028):
        low, _, high = survey.at(year)
        assert low <= batpac.at(year)[1] * (1 + 1e-9) and batpac.at(year)[1] <= high * (1 + 1e-9)
        low, _, high = batpac.at(year)
        assert low <= survey.at(year)[1] * (1 + 1e-9) and survey.at(year)[1] <= high * (1 + 1e-9)
    assert survey.at(2025)[0] <= survey.at(2025)[1] < survey.at(2025)[2]


def test_a_price_after_the_last_published_one_is_extrapolated_though_another_path_goes_on(facts):
    """The interval of the survey holds the cost curve to 2035; its own prices end before."""
    survey = pack_path(facts, facts.prices(2024), DAY, "survey")
    last = max(a.year for a in survey.anchors)
    assert last < 2035 == survey.years[-1]
    assert survey.at(last + 1)[1] == pytest.approx(survey.at(last)[1])
    assert survey.extrapolated(last + 1) and not survey.extrapolated(last)
    first = min(a.year for a in survey.anchors)
    assert survey.extrapolated(first - 1) and not survey.extrapolated(first)


def test_a_price_without_an_interval_of_its_own_has_that_of_its_status(facts, dollars):
    survey, given = pack_path(facts, dollars, DAY, "survey"), facts.pack_price.intervals
    bare = [a for a in survey.anchors if (a.id, f"price@{a.year}") not in given]
    assert len(bare) >= 3
    for anchor in bare:
        spread = SPREAD[anchor.status]
        assert 0 < spread < 1
        assert anchor.low == pytest.approx(anchor.price - anchor.price * spread)
        assert anchor.high == pytest.approx(anchor.price + anchor.price * spread)


def test_a_small_pack_costs_more_per_kwh_on_every_path(facts, cells):
    prices = facts.prices(2019)
    for name, year in (("forecasts", 2025), ("survey", 2020), ("batpac", 2025)):
        path = pack_path(facts, prices, DAY, name)
        small, large = (path.at(year, size * KWH, cells["nmc"])[1] for size in (12, 80))
        assert small > 1.3 * large


def test_the_users_own_prices_replace_the_published_ones(facts):
    path = pack_path(facts, facts.prices(2019), DAY, "survey")
    own = own_path(path, {2020: (0.9, 1.0, 1.2), 2030: (0.4, 0.5, 0.7)})
    assert own.at(2020) == pytest.approx((0.9, 1.0, 1.2), rel=0.06)
    assert own.at(2025)[1] == pytest.approx((1.0 * 0.5) ** 0.5)
    assert own.name == "study" and not own.anchors


def test_the_outlooks_of_2017_to_2019_expected_what_came_by_2025_within_their_spread(facts):
    """BCG 2017 had 80 to 105 USD for 2025; the survey of 2025 has 108 in money of that year."""
    prices = facts.prices(2017)
    expected = pack_path(facts, prices, DAY).at(2025)
    observed = pack_path(facts, prices, DAY, "survey").at(2025)[1]
    assert expected[0] * 0.8 < observed < expected[2] * 1.2
