"""Total cost of ownership by hand, and what it says of prices it does not have."""

import pytest

from wheelbase.cost import Driven, ownership
from wheelbase.errors import DataError

PETROL = Driven("petrol", (7e-8, 7.5e-8, 8e-8), (0.0, 0.0, 0.0))  # 7.5 l/100 km
BATTERY = Driven("electricity", (0.0,) * 3, (600.0, 648.0, 700.0))  # 18 kWh/100 km
PLUG_IN = Driven("petrol", (1e-8, 2e-8, 3e-8), (300.0, 360.0, 400.0))
NET = (28e3, 30e3, 33e3)


def lines(found):
    return {line.name: line for line in found.lines}


def test_a_petrol_car_in_germany_by_hand(facts):
    prices = facts.prices(2019)
    found = ownership(NET, PETROL, "de", 2019, facts, prices)
    own = lines(found)
    assert own["price with tax"].cost == pytest.approx(30e3 * 1.19)
    spread = sum(1.04 ** -(n + 0.5) for n in range(4))
    litres = 15_000 * 7.5 / 100
    assert own["fuel"].cost == pytest.approx(litres * 1.405 * spread)
    assert own["tax"].cost == pytest.approx(190 * spread)
    assert own["upkeep"].cost == pytest.approx(15_000 * 0.06 * spread)
    assert own["sold at the end"].cost == pytest.approx(-30e3 * 1.19 * 0.516 * 1.04**-4 * 1.02**-4)
    assert found.total == pytest.approx(sum(line.cost for line in found.lines))
    assert found.span[0] < found.total < found.span[1]
    assert found.per_distance == pytest.approx(found.total / 60e6)
    assert not found.held


def test_the_interval_of_tax_and_of_what_is_left_by_hand(facts):
    """Both follow from the intervals of the market; the dearest car is the one that keeps least."""
    own = lines(ownership(NET, PETROL, "de", 2019, facts, facts.prices(2019)))
    spread = sum(1.04 ** -(n + 0.5) for n in range(4))
    assert (own["tax"].low, own["tax"].high) == pytest.approx((80 * spread, 350 * spread))
    left = 30e3 * 1.19 * 1.04**-4 * 1.02**-4
    sold = own["sold at the end"]
    assert (sold.low, sold.high) == pytest.approx((-0.6 * left, -0.44 * left))


def test_a_battery_car_charges_at_home_and_away_and_gets_its_subsidy(facts):
    prices = facts.prices(2020)
    own = lines(ownership(NET, BATTERY, "de", 2020, facts, prices))
    assert own["subsidy"].cost == -6000  # net list price up to 40,000 EUR
    spread = sum(1.04 ** -(n + 0.5) for n in range(4))
    mean = 0.75 * 0.315 + 0.25 * 0.39
    assert own["electricity"].cost == pytest.approx(15_000 * 0.18 * mean * spread)
    assert "fuel" not in own


def test_a_battery_car_in_britain_is_free_of_tax_until_2025_and_pays_as_others_from_then_on(facts):
    prices = facts.prices(2019)
    rate = 165 / prices.rates["GBP", 2019]
    for year, taxed in ((2021, ()), (2023, (2, 3)), (2025, (0, 1, 2, 3))):
        tax = lines(ownership(NET, BATTERY, "gb", year, facts, prices))["tax"]
        assert tax.cost == pytest.approx(rate * sum(1.04 ** -(n + 0.5) for n in taxed)), year
    assert tax.cost == pytest.approx(
        lines(ownership(NET, PETROL, "gb", 2025, facts, prices))["tax"].cost
    )


def test_nominal_prices_are_money_of_their_year(facts):
    """Petrol of 2022, 1.86 EUR a litre, is worth less in EUR of 2019."""
    prices = facts.prices(2019)
    fuel = lines(ownership(NET, PETROL, "de", 2022, facts, prices))["fuel"].cost
    spread = sum(1.04 ** -(n + 0.5) for n in range(4))
    level = prices.deflators["EUR", 2019] / prices.deflators["EUR", 2022]
    assert fuel == pytest.approx(15_000 * 7.5 / 100 * 1.86 * level * spread)


def test_a_price_of_another_year_is_taken_and_said(facts):
    found = ownership(NET, PETROL, "gb", 2021, facts, facts.prices(2019))
    assert found.held == ("petrol of 2018 taken for 2021",)


def test_every_market_knows_what_owning_costs(facts):
    for market in ("de", "gb", "us", "cn"):
        for driven in (PETROL, PLUG_IN, BATTERY):
            for year in (2010, 2016, 2020, 2025, 2026, 2050):
                found = ownership(NET, driven, market, year, facts, facts.prices(2024))
                assert found.total > 0
                assert all(line.low <= line.cost <= line.high for line in found.lines)


@pytest.mark.parametrize(
    ("market", "year", "driven", "low", "paid", "high"),
    [
        ("de", 2021, BATTERY, 5000, 6000, 6000),  # above and up to 40,000 EUR net
        ("de", 2021, PLUG_IN, 3750, 4500, 4500),
        ("de", 2023, PLUG_IN, 0, 0, 0),
        ("us", 2021, PLUG_IN, 0, 2500 + 417 * (12 - 5), 7500),
        ("us", 2024, BATTERY, 0, 7500, 7500),  # none on a car built elsewhere
        ("us", 2026, BATTERY, 0, 0, 0),
        ("cn", 2022, BATTERY, *(25000 * 0.9 * 0.8 * 0.7,) * 3),
    ],
)
def test_a_subsidy_goes_by_car_and_year(facts, market, year, driven, low, paid, high):
    prices = facts.prices(2019)
    found = lines(ownership(NET, driven, market, year, facts, prices))["subsidy"]
    currency = facts.market_price[market].currency.upper()
    nominal = [
        prices.into(-cost, currency, min(year, 2024))
        for cost in (found.high, found.cost, found.low)
    ]
    assert nominal == pytest.approx([low, paid, high])


def test_a_subsidy_of_another_year_is_said(facts):
    prices = facts.prices(2019)
    found = ownership(NET, BATTERY, "gb", 2026, facts, prices)
    assert "subsidy of battery cars of 2024 taken for 2026" in found.held
    early = ownership(NET, BATTERY, "gb", 2015, facts, prices)
    assert "no subsidy of battery cars is known up to 2015: none is counted" in early.held
    assert "subsidy" not in lines(early)


def test_china_taxes_the_purchase_of_a_car_without_a_plug(facts):
    prices = facts.prices(2019)
    taxed = lines(ownership(NET, PETROL, "cn", 2019, facts, prices))["purchase tax"]
    assert (taxed.low, taxed.cost, taxed.high) == pytest.approx((1400, 3000, 3300))
    for driven in (BATTERY, PLUG_IN):
        assert "purchase tax" not in lines(ownership(NET, driven, "cn", 2019, facts, prices))
    assert "purchase tax" not in lines(ownership(NET, PETROL, "de", 2019, facts, prices))


def test_a_line_is_as_sure_as_the_weakest_figure_that_it_rests_on(facts):
    """Power at home is published, the share charged in public is not."""
    found = lines(ownership(NET, BATTERY, "de", 2020, facts, facts.prices(2019)))["electricity"]
    assert found.status == "estimate"
    assert found.source == "lichtblick-power; lichtblick-2020; wheelbase-estimate"


def test_a_market_without_prices_is_refused_with_those_there_are(facts):
    with pytest.raises(DataError, match="market 'fr': no prices of it; one of de, gb, us, cn"):
        ownership(NET, PETROL, "fr", 2020, facts, facts.prices(2019))
