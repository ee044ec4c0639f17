"""What customers pay in the results of a run: by hand, side by side, and explained to the facts."""

import pytest

from wheelbase.errors import DataError
from wheelbase.study import explain, load_costed, price_study

CAR = "bev@clar_like.sedan_d"
MARKETS = ("de", "gb", "us", "cn")


@pytest.fixture(scope="module")
def tree(results):
    return results["customer"]


def value(tree, market, car, name):
    return tree["markets"][market]["cars"][car]["figures"][name]["value"]


def test_every_car_has_a_price_in_every_market(results, tree):
    assert tuple(tree["markets"]) == MARKETS
    for market in tree["markets"].values():
        assert set(market["cars"]) == set(results["variants"])


def test_the_list_price_is_that_of_the_bill_with_the_tax_of_the_market(results, tree):
    for car in results["variants"]:
        net = results["bills"][car]["price_net"]["value"]
        for market, tax in (("de", 1.19), ("gb", 1.2), ("us", 1.0), ("cn", 1.13)):
            assert value(tree, market, car, "list_price") == pytest.approx(tax * net, rel=1e-4)


def test_a_price_in_the_money_of_the_market_is_converted_at_the_rate_of_the_base_year(tree, facts):
    rate = facts.prices(2019).rates["GBP", 2019]
    car = tree["markets"]["gb"]["cars"][CAR]
    local = car["local"]["list_price"]
    assert local["unit"] == "GBP"
    assert local["value"] == pytest.approx(car["figures"]["list_price"]["value"] * rate, rel=1e-4)


def test_both_platforms_and_all_drives_are_paired_in_every_market(results, tree):
    for market in tree["markets"].values():
        platforms = [p for p in market["pairs"] if p["differs"] == "platform"]
        assert len(platforms) == len(results["penalty"]["segments"])
        drives = {p["first"] for p in market["pairs"] if p["second"] == CAR}
        assert drives == {f"{t}@clar_like.sedan_d" for t in ("petrol", "six", "diesel", "plugin")}


def test_a_pair_differs_by_its_cars_and_less_than_if_their_energy_moved_apart(tree):
    for market in tree["markets"].values():
        for pair in market["pairs"]:
            first, second = (market["cars"][pair[side]]["figures"] for side in ("first", "second"))
            for name in ("month", "total"):
                a, b, gap = first[name], second[name], pair[name]
                assert gap["value"] == pytest.approx(b["value"] - a["value"], abs=0.15)
                assert gap["low"] >= b["low"] - a["high"] - 0.15
                assert gap["high"] <= b["high"] - a["low"] + 0.15
                assert gap["low"] <= gap["value"] <= gap["high"]


def test_a_series_of_one_year_is_said_to_have_no_spread(tree):
    notes = tree["markets"]["cn"]["notes"]
    assert "electricity is known of 2019 alone: its price has no spread" in notes
    month = tree["markets"]["cn"]["cars"][CAR]["figures"]["month"]
    assert month["low"] == month["value"] == month["high"]


def test_every_figure_of_a_customer_leads_to_a_source(results, tree):
    for market in MARKETS:
        for name, figure in tree["markets"][market]["cars"][CAR]["figures"].items():
            found = explain(results, f"{CAR}.customer.{market}.{name}")
            assert (found.value, found.unit) == (figure["value"], figure["unit"])
            assert any(g.kind == "fact" and g.source for g in found.every_ground()), name


def test_a_month_is_explained_by_loan_and_energy_down_to_prices_of_every_year(results):
    month = explain(results, f"{CAR}.customer.de.month")
    names = [item.name.rpartition(".")[2] for item in month.inputs]
    assert names == ["payment", "energy", "tax", "insurance", "upkeep"]
    facts = {g.name for g in month.every_ground()}
    for year in (2018, 2019, 2020, 2021, 2022, 2023, 2024):
        assert f"market_price de.electricity@{year}" in facts
    for name in ("vat", "deposit", "loan_rate@2024", "residual_electric", "tax_electric"):
        assert f"market_price de.{name}" in facts
    assert any(name.startswith(("cell_", "cell ")) for name in facts)
    assert {"customer_value years-held.years", "customer_value buyers-rate.factor"} <= facts


def test_the_total_of_a_customer_is_the_sum_of_what_explains_it(results):
    for car in (CAR, "petrol@clar_like.sedan_d", "plugin@clar_like.suv_d"):
        for market in MARKETS:
            found = explain(results, f"{car}.customer.{market}.total")
            assert sum(item.value for item in found.inputs) == pytest.approx(found.value, rel=1e-4)


def test_the_list_price_of_the_united_states_is_explained_without_the_tax(results):
    found = explain(results, f"{CAR}.customer.us.list_price")
    assert [item.name for item in found.inputs] == [f"{CAR}.cost.price_net"]
    assert "without tax" in found.formula


def test_a_pair_is_explained_by_both_cars(results):
    found = explain(results, "customer.markets.de.pairs.0.month")
    assert [item.name for item in found.inputs] == [
        "bev@ev_like.sedan_d.customer.de.month", f"{CAR}.customer.de.month",
    ]  # fmt: skip
    assert found.inputs[0].value - found.inputs[1].value == pytest.approx(found.value, abs=0.01)


def test_a_customer_figure_that_is_none_is_told_its_near_miss(results):
    with pytest.raises(DataError, match=rf"did you mean {CAR}.customer.de.payment"):
        explain(results, f"{CAR}.customer.de.paiment")


def test_what_the_study_chooses_is_kept_with_its_place(facts):
    changes = {"purchase.term": "36 months", "purchase.rate": "2 %"}
    costed = load_costed("bills", facts, changes)
    found = price_study(costed, "i4@clar", market="de", also=("customer",))["customer"]
    assert found["months"] == 36
    assert found["chosen"] == [
        {"path": "purchase.term", "value": "36 months", "place": "change purchase.term"},
        {"path": "purchase.rate", "value": "2 %", "place": "change purchase.rate"},
    ]
    figures = found["markets"]["de"]["cars"]["i4@clar.three"]["figures"]
    assert figures["rate"] == {
        "value": 2.0, "unit": "%", "low": None, "high": None, "status": "chosen",
    }  # fmt: skip


def test_cars_without_a_segment_are_set_against_the_first(facts):
    costed = load_costed("bills", facts)
    found = price_study(costed, ["petrol_330i@clar", "id3@meb"], market="GB", also=("customer",))
    (pair,) = found["customer"]["markets"]["gb"]["pairs"]
    assert (pair["first"], pair["second"]) == ("petrol_330i@clar.three", "id3@meb.id3")


def test_a_figure_is_as_firm_as_the_weakest_that_it_rests_on(results, tree):
    """VAT is published, deposits of Britain derived, its loan rates from memory."""
    figures = tree["markets"]["gb"]["cars"][CAR]["figures"]
    found = {
        name: figures[name]["status"] for name in ("list_price", "deposit", "payment", "total")
    }
    assert found == {
        "list_price": "published", "deposit": "derived", "payment": "estimate", "total": "estimate",
    }  # fmt: skip
    assert tree["markets"]["us"]["cars"][CAR]["figures"]["list_price"]["status"] == "computed"


def test_only_prices_that_a_car_pays_are_said_to_have_no_spread(facts):
    costed = load_costed("bills", facts)
    found = price_study(costed, ["petrol_330i@clar", "i4@clar"], market="us", also=("customer",))
    notes = found["customer"]["markets"]["us"]["notes"]
    assert not any("diesel" in note for note in notes)
    assert any(note.startswith("charging is known of") for note in notes)
