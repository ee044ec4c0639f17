"""Money of one currency and year becomes real EUR of the base year, and goes back."""

import pytest

from wheelbase.prices import Money, Prices

CURRENCIES = ("EUR", "USD", "GBP", "CNY")


@pytest.mark.parametrize("currency", CURRENCIES)
@pytest.mark.parametrize("year", [2010, 2019, 2024])
def test_money_goes_to_euros_and_back(facts, currency, year):
    prices = facts.prices(2019)
    euros = prices.real(Money(1234.5, currency, year))
    assert prices.into(euros, currency, year) == pytest.approx(1234.5, rel=1e-12)


def test_dollars_are_deflated_in_dollars_and_then_converted(facts):
    """USD 100 of 2022 in EUR of 2019: price levels 112.318 over 127.224, 1.11947 USD per EUR."""
    found = facts.prices(2019).real(Money(100.0, "USD", 2022))
    assert found == pytest.approx(100 * 112.318 / 127.224 / 1.11947, rel=1e-9)


def test_converting_before_deflating_would_give_another_sum(facts):
    """With the rate of 2022, 1.05305 USD per EUR, and the euro's own inflation."""
    prices = facts.prices(2019)
    right = prices.real(Money(100.0, "USD", 2022))
    level = prices.deflators
    wrong = 100 / 1.05305 * level["EUR", 2019] / level["EUR", 2022]
    assert abs(wrong / right - 1) > 0.05


def test_the_dollar_follows_one_series_up_to_2022(facts):
    """EPA's series: 127.224 in 2022 over 100 in 2012; the World Bank's revision has 1.2666."""
    level = facts.prices(2019).deflators
    assert level["USD", 2022] / level["USD", 2012] == pytest.approx(1.27224)


@pytest.mark.parametrize(
    ("currency", "year", "says"),
    [
        ("USD", 1985, "no deflator of USD for 1985; known: 2000..2024"),
        ("CHF", 2020, "no exchange rate of CHF for 2019; known: CNY, EUR, GBP, USD"),
    ],
)
def test_what_has_no_published_series_is_refused_by_name(facts, currency, year, says):
    prices = facts.prices(2019)
    with pytest.raises(ValueError, match=says):
        prices.into(1.0, currency, year)
    with pytest.raises(ValueError, match=f"of {currency} for"):
        prices.real(Money(1.0, currency, year))


class Noted(dict):
    def __getitem__(self, key):
        self.setdefault("read", set())
        dict.__getitem__(self, "read").add(key)
        return dict.__getitem__(self, key)


@pytest.mark.parametrize("currency", CURRENCIES)
@pytest.mark.parametrize("year", [None, 2010, 2019, 2024])
def test_the_rows_of_an_amount_are_those_that_its_conversion_reads(facts, currency, year):
    known = facts.prices(2019)
    noted = Prices(2019, Noted(known.deflators), Noted(known.rates))
    money = Money(1.0, currency, year)
    noted.real(money)
    read = {(c.lower(), f"deflator@{y}") for c, y in noted.deflators.get("read", ())}
    read |= {(c.lower(), f"per_eur@{y}") for c, y in noted.rates.get("read", ())}
    assert set(noted.rows(money)) == read
    assert all(row in facts.currency.origins for row in noted.rows(money))
