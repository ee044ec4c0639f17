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
