"""The command cost: bills and penalty, other money, and what it refuses."""

import json

import pytest

from wheelbase.cli import cost_commands
from wheelbase.cli.main import run_command


def said(capsys, *arguments):
    code = run_command(["cost", *arguments])
    found = capsys.readouterr()
    return code, found.out, found.err


@pytest.fixture(scope="module")
def bills():
    from wheelbase.catalogue import catalogue
    from wheelbase.study import load_costed, price_study

    return price_study(load_costed("bills", catalogue()))


def test_five_cars_stand_side_by_side(capsys):
    code, out, _ = said(capsys, "bills", "--quiet")
    assert code == 0
    for id in ("petrol_330i@clar.three", "plugin_330e@clar.three", "i4@clar.three",
               "i4@bespoke.three_bespoke", "id3@meb.id3"):  # fmt: skip
        assert id in out
    assert "direct cost" in out and "price without taxes" in out


def test_a_bill_shows_every_line_with_interval_equation_and_source(capsys):
    code, out, _ = said(capsys, "bills", "--variant", "i4@clar", "--quiet")
    assert code == 0
    assert "battery pack" in out and "kWh x" in out and "omega-frm" in out
    assert "externally excited e-machine" in out and "(estimate)" in out
    assert "330i" not in out.split("\n", 2)[2]


def test_the_penalty_comes_as_percentiles_of_joint_draws_for_three_segments(capsys):
    code, out, _ = said(capsys, "clar-or-bespoke", "--json")
    tree = json.loads(out)["result"]["penalty"]
    assert code == 0 and len(tree) == 3
    for segment in tree.values():
        low, middle, high = segment["quantiles"]
        assert low < middle < high and segment["draws"] >= 1000
        base = sum(part["figure"]["value"] for part in segment["parts"])
        assert segment["total"]["value"] == pytest.approx(base, rel=1e-3, abs=0.1)
        assert {p["id"] for p in segment["parts"]} >= {"bill", "energy_use", "boot", "range"}


def test_another_currency_scales_every_amount_by_rate_and_price_level(capsys, facts, bills):
    code, out, _ = said(capsys, "bills", "--currency", "USD2022", "--json")
    assert code == 0
    found = json.loads(out)["result"]
    prices = facts.prices(2024)
    level = prices.deflators
    by_hand = prices.rates["USD", 2024] * level["USD", 2022] / level["USD", 2024]
    for id, bill in found["bills"].items():
        own = bills["bills"][id]
        assert bill["total"]["value"] == pytest.approx(own["total"]["value"] * by_hand, rel=1e-4)
        sums = sum(found["groups"][id].values())
        assert sums == pytest.approx(bill["total"]["value"], rel=1e-4)
    assert found["currency"] == "USD2022"
    assert '"EUR"' not in json.dumps(found["bills"])
    assert {bill["base_year"] for bill in found["bills"].values()} == {2022}


def test_a_later_year_is_cheaper_where_parts_still_learn(facts):
    from wheelbase.study import load_costed, price_study

    costed = load_costed("bills", facts)
    early, late = (
        price_study(costed, "i4@clar", year)["bills"]["i4@clar.three"]["total"]["value"]
        for year in (2025, 2032)
    )
    assert late < early


def test_shared_parts_and_the_ladder_of_investments_are_told(capsys):
    code, out, _ = said(capsys, "bills", "--shared", "--ladder", "--quiet")
    assert code == 0
    assert "value of common parts" in out and "Zwickau" in out and "Debrecen" in out


def test_owning_a_car_is_told_for_a_market(capsys):
    code, out, _ = said(capsys, "bills", "--variant", "i4@clar", "--market", "de", "--quiet")
    assert code == 0
    assert "owning it in de for 4 years and 60,000 km" in out and "sold at the end" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("bills", "--variant", "i5@clar"), "no variant 'i5@clar'; did you mean i4@clar"),
        (("bills", "--year", "1990"), "cars are priced from 2010 to 2050"),
        (("bills", "--currency", "USD"), "write currency and price year, such as USD2022"),
        (("bills", "--currency", "USD2022", "--ladder"), "ladder stay in the money of their"),
        (("bills", "--currency", "USD1985"), "no deflator of USD for 1985; known: 2000..2024"),
        (("bills", "--currency", "CHF2020"), "no exchange rate of CHF for 2024; known: CNY"),
        (("bills", "--market", "fr"), "market 'fr': no prices of it; one of de, gb, us, cn"),
        (("bills", "--market", ""), "market '': no prices of it; one of de, gb, us, cn"),
        (("same-body-pairs",), "asks only what fits"),
        (("bils",), "did you mean the bundled study 'bills'"),
    ],
)
def test_what_cannot_be_priced_is_refused_in_plain_words(capsys, arguments, says):
    code, _, err = said(capsys, *arguments, "--quiet")
    assert code == 2 and says in err


def test_one_car_alone_shares_nothing(capsys):
    code, out, _ = said(capsys, "bills", "--variant", "i4@clar", "--shared", "--quiet")
    assert code == 0 and "value of common parts" in out
    assert "in shared parts" not in out


def test_nothing_is_never_told_as_less_than_nothing():
    assert cost_commands._money({"value": -0.3, "low": -0.4, "high": 0.2}) == "0 [0 .. 0]"
    assert cost_commands._money({"value": -1.3, "low": None, "high": None}) == "-1"


def test_what_the_customer_pays_is_told_for_every_market(capsys):
    code, out, _ = said(capsys, "bills", "--customer", "--quiet")
    assert code == 0
    for market in ("Germany (EUR)", "United Kingdom (GBP)", "United States (USD)", "China (CNY)"):
        assert market in out
    assert "48 months" in out and "a month, " in out and "taken for 2025" in out
    assert "direct cost" not in out


def test_two_cars_stand_side_by_side_in_one_market(capsys):
    pair = ("--variant", "petrol_330i@clar", "--variant", "i4@clar")
    code, out, _ = said(capsys, "bills", "--customer", "--market", "GB", *pair, "--quiet")
    assert code == 0 and "Germany" not in out
    assert "loan/month, GBP2024" in out and "  2 minus 1: " in out and "(e)" in out
    code, out, _ = said(capsys, "bills", "--customer", "--market", "GB", *pair, "--json")
    found = json.loads(out)["result"]["customer"]["markets"]["gb"]
    first, second = (found["cars"][id]["figures"] for id in found["cars"])
    (both,) = found["pairs"]
    for key in ("month", "total"):
        gap = second[key]["value"] - first[key]["value"]
        assert both[key]["value"] == pytest.approx(gap, abs=0.1)
        assert both[key]["low"] <= both[key]["value"] <= both[key]["high"]


def test_the_lines_of_a_customer_add_up(capsys):
    """A month and the whole, from the lines as they are printed."""
    _, out, _ = said(capsys, "bills", "--customer", "--json")
    tree = json.loads(out)["result"]["customer"]
    assert tree["months"] == 48
    spread = sum(1.04 ** -(n + 0.5) for n in range(4))
    for market in tree["markets"].values():
        for car in market["cars"].values():
            value = {name: f["value"] for name, f in car["figures"].items()}
            lines = ("fuel", "electricity", "tax", "insurance", "upkeep")
            running = sum(value.get(name, 0.0) for name in lines)
            month = value["payment"] + running / spread / 12
            assert value["month"] == pytest.approx(month, rel=1e-4)
            bought = value["price"] + value.get("subsidy", 0.0) + value.get("purchase_tax", 0.0)
            assert value["total"] == pytest.approx(bought + running + value["resale"], rel=1e-4)
            assert value["energy"] == pytest.approx(
                value.get("fuel", 0.0) + value.get("electricity", 0.0), rel=1e-4
            )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (("purchase.term=-12 months",), "-12 months is outside the range 12 .. 96 months"),
        (("purchase.term=36",), "36 has no unit"),
        (("purchase.term=40.5 months",), "40.5 months is not a whole number; write '36 months'"),
        (("purchase.deposit=120 %",), "120 % is outside the range 0 .. 100 %"),
        (("purchase.deposit=60 %", "purchase.residual=50 %"), "are more than the price together"),
        (("purchase.deposit=60 %",), "purchase of petrol_330i@clar.three in de: deposit and"),
        (("purchase.rate=-1 %",), "-1 % is outside the range 0 .. 50 %"),
        (("purchase.terms=3 yr",), "unknown key; did you mean 'term'?"),
    ],
)
def test_a_purchase_that_is_none_is_refused_in_plain_words(capsys, changes, says):
    options = [word for change in changes for word in ("-s", change)]
    code, _, err = said(capsys, "bills", "--customer", "--quiet", *options)
    assert code == 2 and says in err


def test_a_purchase_of_the_study_is_said(capsys):
    change = ("-s", "purchase.term=36 months", "-s", "purchase.rate=2 %")
    code, out, _ = said(capsys, "bills", "--customer", "--market", "de", "--quiet", *change)
    assert code == 0
    assert "the study says: purchase.term = 36 months" in out and "a loan of 36 months" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--market", "germany"), "market 'germany': no prices of it; did you mean de?"),
        (("--currency", "USD2022"), "customer stay in the money of their sources"),
        (("--variant", "i5@clar", "--variant", "i6@clar"), "no variant 'i6@clar'; did you mean"),
    ],
)
def test_a_customer_of_nowhere_or_of_nothing_is_refused(capsys, arguments, says):
    code, _, err = said(capsys, "bills", "--customer", *arguments, "--quiet")
    assert code == 2 and says in err
