"""What the customer sees: the loan by hand, what a month costs, and the interval of energy."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheelbase.catalogue import Shelf
from wheelbase.cost import Driven, Purchase, customer, monthly_payment, ownership
from wheelbase.errors import DataError

PETROL = Driven("petrol", (7e-8, 7.5e-8, 8e-8), (0.0, 0.0, 0.0))  # 7.5 l/100 km
BATTERY = Driven("electricity", (0.0,) * 3, (600.0, 648.0, 700.0))  # 18 kWh/100 km
PLUG_IN = Driven("petrol", (1e-8, 2e-8, 3e-8), (300.0, 360.0, 400.0))
NET = (28e3, 30e3, 33e3)
CARS = (PETROL, PLUG_IN, BATTERY)
MARKETS = ("de", "gb", "us", "cn")


def test_a_loan_with_a_last_payment_by_hand():
    """30,000 less 6,000 down, 15,000 at the end of 48 months, 6 % effective a year."""
    month = 1.06 ** (1 / 12) - 1
    owed = 24_000.0
    paid = monthly_payment(30_000, 6_000, 15_000, 0.06, 48)
    for _ in range(48):
        owed = owed * (1 + month) - paid
    assert owed == pytest.approx(15_000, abs=1e-6)


def test_without_interest_the_rest_is_divided_by_the_months():
    assert monthly_payment(30_000, 6_000, 12_000, 0.0, 48) == pytest.approx(12_000 / 48)
    for rate in (1e-9, 1e-13, 1e-18):
        near = monthly_payment(30_000, 6_000, 12_000, rate, 48)
        assert near == pytest.approx(12_000 / 48, rel=1e-8)


def test_a_car_that_is_paid_at_once_leaves_no_payment():
    assert monthly_payment(30_000, 30_000, 0, 0.06, 48) == 0.0
    assert monthly_payment(30_000, 0, 0, 0.0, 1) == 30_000


loans = st.tuples(
    st.floats(0, 0.9), st.floats(0, 0.9), st.floats(0, 0.3), st.integers(1, 119)
).filter(lambda loan: loan[0] + loan[1] <= 1)


@given(loans)
def test_a_longer_term_never_raises_the_monthly_payment_at_equal_rate_and_residual(loan):
    deposit, residual, rate, months = loan
    short, longer = (monthly_payment(1.0, deposit, residual, rate, n) for n in (months, months + 1))
    assert longer <= short + 1e-9


@given(loans)
def test_all_that_is_paid_is_worth_the_price_on_the_day_of_purchase(loan):
    deposit, residual, rate, months = loan
    paid = monthly_payment(1.0, deposit, residual, rate, months)
    worth = sum(paid * (1 + rate) ** (-n / 12) for n in range(1, months + 1))
    assert deposit + worth + residual * (1 + rate) ** (-months / 12) == pytest.approx(1.0)


@given(loans, st.floats(0.001, 0.1))
def test_more_down_or_a_lower_rate_never_raises_the_monthly_payment(loan, more):
    deposit, residual, rate, months = loan
    paid = monthly_payment(1.0, deposit, residual, rate, months)
    assert paid <= monthly_payment(1.0, deposit, residual, rate + more, months) + 1e-9
    if deposit + residual + more <= 1:
        assert monthly_payment(1.0, deposit + more, residual, rate, months) <= paid + 1e-9


@pytest.mark.parametrize(
    ("loan", "says"),
    [
        ((30e3, 6e3, 15e3, 0.06, -12), "term: -12 months; give one month or more"),
        ((30e3, 31e3, 0, 0.06, 48), "deposit: EUR 31,000 is more than the price, EUR 30,000"),
        ((30e3, 0, 31e3, 0.06, 48), "residual: EUR 31,000 is more than the price, EUR 30,000"),
        ((30e3, -1, 0, 0.06, 48), "deposit: EUR -1; give nothing or more"),
        ((30e3, 0, 0, -0.01, 48), "rate: -1 % a year; give 0 % or more"),
        ((30e3, 2e4, 15e3, 0.06, 48), "more than the price together, EUR 30,000; nothing is left"),
    ],
)
def test_a_loan_that_is_none_is_refused_in_plain_words(loan, says):
    with pytest.raises(DataError) as caught:
        monthly_payment(*loan)
    assert says in str(caught.value)


def test_every_problem_of_a_loan_comes_at_once():
    with pytest.raises(DataError) as caught:
        monthly_payment(30e3, 31e3, 32e3, -0.01, 0)
    assert [p.partition(":")[0] for p in caught.value.problems] == [
        "term", "rate", "deposit", "residual",
    ]  # fmt: skip


def test_a_battery_car_in_germany_by_hand(facts):
    prices = facts.prices(2020)
    found = customer(NET, BATTERY, "de", 2020, facts, prices)
    price = 30e3 * 1.19
    assert found.list_price == found.payment.price == pytest.approx(price)
    assert found.at_once == pytest.approx(0.2 * price - 6000)  # less the subsidy
    assert found.payment.residual == pytest.approx(0.468 * price)
    month = 1.035 ** (1 / 12) - 1  # the rate of 2019 is the nearest one
    last = (1 + month) ** -48
    paid = (0.8 - 0.468 * last) * price * month / (1 - last)
    assert found.payment.monthly == pytest.approx(paid)
    mean = 0.75 * 0.315 + 0.25 * 0.39
    level = prices.deflators["EUR", 2020] / prices.deflators["EUR", 2019]
    a_year = 15_000 * 0.18 * mean + (950 + 15_000 * 0.042) * level
    assert found.month == pytest.approx(paid + a_year / 12)
    assert "loan rate of 2019 taken for 2020" in found.held


def test_the_list_price_of_the_united_states_leaves_out_the_sales_tax(facts):
    found = customer(NET, PETROL, "us", 2024, facts, facts.prices(2024))
    assert found.list_price == pytest.approx(30e3)
    assert found.payment.price == pytest.approx(30e3 * 1.0752)


def test_the_interval_is_the_energy_of_the_dearest_and_of_the_cheapest_year_by_hand(facts):
    """Petrol in Germany, in EUR of 2019: 2020 was the cheapest year, 2022 the dearest."""
    prices = facts.prices(2019)
    found = ownership(NET, PETROL, "de", 2019, facts, prices)
    level = {y: prices.deflators["EUR", 2019] / prices.deflators["EUR", y] for y in (2020, 2022)}
    spread = sum(1.04 ** -(n + 0.5) for n in range(4))
    litres = 15_000 * 7.5 / 100 * spread
    rest = found.total - litres * 1.405
    assert min(found.total_by.values()) == pytest.approx(rest + litres * 1.255 * level[2020])
    assert max(found.total_by.values()) == pytest.approx(rest + litres * 1.86 * level[2022])


def test_the_prices_of_the_year_of_purchase_lie_inside_the_interval(facts):
    for market in MARKETS:
        for driven in CARS:
            for year in (2010, 2017, 2021, 2026):
                seen = customer(NET, driven, market, year, facts, facts.prices(2024))
                own = seen.owned.total_by[year]
                assert own == pytest.approx(seen.owned.total)
                assert seen.month_by[year] == pytest.approx(seen.month)


def test_one_price_of_energy_moves_the_fuel_alone(facts):
    """Month and total move by the same energy: what is paid a year, discounted or not."""
    seen = customer(NET, PLUG_IN, "de", 2024, facts, facts.prices(2024))
    for year, total in seen.owned.total_by.items():
        moved = total - seen.owned.total
        assert 12 * seen.owned.spread * (seen.month_by[year] - seen.month) == pytest.approx(moved)


def test_a_study_may_say_term_deposit_residual_and_rate(facts):
    prices = facts.prices(2024)
    chosen = Purchase(years=3.0, deposit=0.1, residual=0.5, rate=0.02)
    seen = customer(NET, PETROL, "de", 2024, facts, prices, chosen)
    price = 30e3 * 1.19
    assert seen.payment.months == 36 and seen.payment.fields == ()
    assert seen.payment.monthly == pytest.approx(
        monthly_payment(price, 0.1 * price, 0.5 * price, 0.02, 36)
    )
    assert seen.owned.years == 3.0 and seen.owned.distance == pytest.approx(45e6)
    assert seen.owned.line("sold at the end").cost == pytest.approx(
        -0.5 * price * (1.04 * 1.02) ** -3
    )


def test_a_year_more_takes_six_points_of_the_price(facts):
    prices = facts.prices(2024)
    for years, kept in ((3.0, 0.576), (4.0, 0.516), (5.0, 0.456)):
        seen = customer(NET, PETROL, "de", 2024, facts, prices, Purchase(years=years))
        assert seen.payment.residual / seen.payment.price == pytest.approx(kept)


@pytest.mark.parametrize(
    ("years", "says"),
    [
        (15.0, "after 15 years -14% of the price would be left; give a residual"),
        (0.0, "term: 0 years; give a month or more"),
    ],
)
def test_years_of_which_nothing_is_known_are_refused_and_not_clipped(facts, years, says):
    """Combustion: 51.6 % after four years and 6 points a year leave less than nothing after 15."""
    with pytest.raises(DataError, match=says):
        ownership(NET, PETROL, "de", 2019, facts, facts.prices(2019), Purchase(years=years))


def test_part_of_a_year_counts_as_part_of_a_year(facts):
    prices = facts.prices(2019)
    found = ownership(NET, PETROL, "de", 2019, facts, prices, Purchase(years=2.5))
    spread = 1.04**-0.5 + 1.04**-1.5 + 0.5 * 1.04**-2.25
    assert found.line("fuel").cost == pytest.approx(15_000 * 7.5 / 100 * 1.405 * spread)


@pytest.mark.parametrize(("asked", "meant"), [("gbr", "gb"), ("germany", "de"), ("chin", "cn")])
def test_a_market_near_to_one_that_is_known_is_named(facts, asked, meant):
    with pytest.raises(DataError, match=f"did you mean {meant}"):
        customer(NET, PETROL, asked, 2020, facts, facts.prices(2019))


@pytest.mark.parametrize("series", ["petrol", "loan_rate"])
def test_a_market_without_a_series_that_is_needed_is_refused(facts, series):
    shelf = facts.market_price
    without = replace(shelf["de"], **{series: {}})
    lacking = Shelf(shelf.kind, {**shelf.items, "de": without}, shelf.origins, shelf.intervals)
    with pytest.raises(DataError, match=f"market de: no price of {series} is known there; add"):
        customer(NET, PETROL, "de", 2020, replace(facts, market_price=lacking), facts.prices(2019))
