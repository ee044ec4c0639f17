"""Figures of cars that are being changed: every car that has a number, and no other."""

import json

import pytest

from wheelbase.report.figures.live import battery, bills, energy, figures, waterfall


def figure(value, unit, low=None, high=None):
    return {"value": value, "unit": unit, "low": low, "high": high, "status": "derived"}


def car(powertrain, kind, platform="flex", **figures):
    label = powertrain.title()
    named = {"powertrain": powertrain, "powertrain_label": label, "platform": platform}
    return {**named, "kind": kind, "figures": figures}


def line(group, cost):
    return {"group": group, "cost": figure(cost, "EUR")}


TREE = {
    "variants": {
        "petrol": car("petrol", "petrol", consumption_wltp=figure(6.0, "l/100km")),
        "bev": car(
            "bev", "bev", consumption_wltp=figure(18.0, "kWh/100km", 17.0, 20.0),
            battery_gross=figure(80, "kWh"), battery_fit=figure(84, "kWh"),
        ),
        "six": car("six", "petrol"),
    },
    "bills": {
        "petrol": {"base_year": 2019, "lines": [line("engine", 3000), line("glider", 9000)]},
        "bev": {"base_year": 2019, "lines": [line("battery", 9000), line("glider", 9100)]},
    },
}  # fmt: skip


def traces(figure):
    return {t["name"]: dict(zip(t["x"], t["y"], strict=True)) for t in figure["data"]}


def test_consumption_has_a_bar_for_each_car_that_has_a_figure_by_its_unit():
    found = traces(energy(TREE))
    assert found == {"l/100km": {"Petrol": 6.0}, "kWh/100km": {"Bev": 18.0}}


def test_an_interval_is_drawn_from_low_to_high():
    spread = energy(TREE)["data"][1]["error_y"]
    assert spread["arrayminus"] == [pytest.approx(18.0 - 17.0)]
    assert spread["array"] == [pytest.approx(20.0 - 18.0)]
    assert energy(TREE)["data"][0]["error_y"] == {"visible": False}


def test_batteries_are_shown_as_needed_and_as_they_fit():
    assert traces(battery(TREE)) == {"needed": {"Bev": 80.0}, "fits": {"Bev": 84.0}}


def test_the_bars_of_a_bill_add_up_to_its_lines():
    found = traces(bills(TREE))
    for name, id in (("Petrol", "petrol"), ("Bev", "bev")):
        total = sum(x["cost"]["value"] for x in TREE["bills"][id]["lines"])
        assert sum(group[name] for group in found.values()) == pytest.approx(total)


def test_every_axis_has_its_unit_and_every_figure_a_finding():
    for drawn in figures(TREE).values():
        assert drawn["layout"]["yaxis"]["title"]["text"]
        assert drawn["meta"]["finding"].endswith(".")
    assert "EUR2019" in bills(TREE)["layout"]["yaxis"]["title"]["text"]


def test_a_figure_without_a_number_is_left_out():
    nothing = {"variants": {"six": TREE["variants"]["six"]}, "bills": {}}
    assert figures(nothing) == {}


def test_a_powertrain_on_two_platforms_has_two_bars():
    again = car("bev", "bev", "other", consumption_wltp=figure(17.0, "kWh/100km"))
    tree = {**TREE, "variants": {**TREE["variants"], "bev2": again}}
    assert traces(energy(tree))["kWh/100km"] == {"Bev, flex": 18.0, "Bev, other": 17.0}


STEPS = [
    {"group": "firewall", "amount": 40.0, "text": "cross-wise engine"},
    {"group": "floor", "amount": -15.0, "text": "<b>thin</b>"},
]
DIFFERENCE = {"what": "length", "unit": "mm", "columns": ("A", "B"), "steps": STEPS}


def test_a_waterfall_begins_each_bar_where_the_one_before_ends():
    trace = waterfall(DIFFERENCE)["data"][0]
    ends = [base + size for base, size in zip(trace["base"], trace["y"], strict=True)]
    assert trace["base"][0] == trace["base"][-1] == 0
    assert trace["base"][1:-1] == ends[:-2]
    assert trace["y"][-1] == ends[-2] == pytest.approx(sum(s["amount"] for s in STEPS))


def test_a_waterfall_of_nothing_is_a_total_of_nothing():
    assert waterfall({**DIFFERENCE, "steps": []})["data"][0]["y"] == [0.0]


def test_text_of_a_study_is_no_markup_in_a_figure():
    label = '<a href="javascript:x">&'
    hostile = {**TREE["variants"]["bev"], "powertrain_label": label}
    tree = {**TREE, "variants": {"bev": hostile}, "bills": {"bev": TREE["bills"]["bev"]}}
    told = [waterfall(DIFFERENCE)["data"], *(drawn["data"] for drawn in figures(tree).values())]
    for data in told:
        assert "<b>" not in json.dumps(data)
        assert "<a" not in json.dumps(data)
