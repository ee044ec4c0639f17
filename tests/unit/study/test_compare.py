"""Runs side by side: only what differs, and causes that add up to the difference."""

import copy

import pytest

from wheelbase.study import compare_runs as compared
from wheelbase.study import read_text


def figure(value, unit, low=None, high=None):
    return {"value": value, "unit": unit, "low": low, "high": high, "status": "derived"}


def part(id, value):
    return {"id": id, "label": id.title(), "text": f"why {id}", "figure": figure(value, "EUR")}


RUN = {
    "name": "s", "title": "T", "question": "when",
    "base": {"date": "2019-11-14", "currency": "EUR2019", "seed": 7},
    "variants": {
        "bev@flex.sedan": {
            "figures": {
                "consumption_wltp": figure(18.0, "kWh/100km", 17.0, 19.0),
                "boot": figure(480, "l"),
            },
        }
    },
    "bills": {"bev@flex.sedan": {"total": figure(30_000, "EUR", 27_000, 33_000)}},
    "answer": {"sentence": "Keep.", "which": "flexible", "confidence": "firm"},
    "ways": [{"label": "stay", "value": {"value": figure(900, "EUR m"), "start": None}}],
    "penalty": {
        "segments": {
            "sedan": {
                "label": "sedan",
                "total": figure(1000, "EUR", 700, 1400),
                "parts": [part("room", 600.0), part("energy", 400.0)],
            }
        }
    },
}  # fmt: skip


STUDY = """
name: s
question: when
demand: {share: {value: 30 %, low: 20 %, high: 40 %, note: a guess}}
finance: {wacc: {value: 8 %, low: 6 %, high: 10 %, note: a guess}}
platforms: {flex: {powertrains: [bev], hard_points: {pinned: {x_fw: 560 mm}}}}
"""


def study(*changes):
    text = STUDY
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return read_text(text, "s.yaml")


def compare_runs(runs, studies=None):
    return compared(runs, studies or dict.fromkeys(runs, study()))


@pytest.fixture
def other():
    return copy.deepcopy(RUN)


def rows(found, table):
    return {row["label"]: row for row in found[table]}


def test_a_run_does_not_differ_from_itself(other):
    found = compare_runs({"a": RUN, "b": other})
    assert found == {"columns": ["a", "b"], "inputs": [], "results": [], "causes": found["causes"]}
    assert found["causes"]["steps"] == []


def test_an_input_is_shown_where_it_differs_with_its_interval():
    moved = study(("high: 40 %", "high: 50 %"), ("560 mm", "700 mm"), ("[bev]", "[bev, six]"))
    found = rows(compare_runs({"a": RUN, "b": RUN}, {"a": study(), "b": moved}), "inputs")
    names = {"demand.share", "platforms.flex.hard_points.pinned.x_fw", "platforms.flex.powertrains"}
    assert set(found) == names
    assert found["demand.share"]["values"] == ["30 %", "30 %"]
    assert found["demand.share"]["high"] == ["40 %", "50 %"]
    assert found["platforms.flex.hard_points.pinned.x_fw"]["values"] == ["560 mm", "700 mm"]
    assert found["platforms.flex.powertrains"]["values"] == ["bev", "bev, six"]


def test_a_result_is_shown_where_it_differs_with_unit_and_interval(other):
    car = other["variants"]["bev@flex.sedan"]["figures"]
    car["consumption_wltp"] = figure(16.0, "kWh/100km", 15.0, 17.0)
    found = compare_runs({"a": RUN, "b": other})["results"]
    assert [row["label"] for row in found] == ["bev@flex.sedan: consumption, WLTP"]
    assert found[0]["unit"] == "kWh/100km"
    assert (found[0]["values"], found[0]["low"]) == ([18.0, 16.0], [17.0, 15.0])


def test_what_one_run_lacks_is_none_there(other):
    other["variants"]["bev@flex.suv"] = other["variants"].pop("bev@flex.sedan")
    found = rows(compare_runs({"a": RUN, "b": other}), "results")
    assert found["bev@flex.sedan: boot"]["values"] == [480, None]
    assert found["bev@flex.suv: boot"]["values"] == [None, 480]


def test_an_input_of_one_run_alone_differs():
    bare = study(("finance: {wacc: {value: 8 %, low: 6 %, high: 10 %, note: a guess}}\n", ""))
    found = rows(compare_runs({"a": RUN, "b": RUN}, {"a": study(), "b": bare}), "inputs")
    assert found["finance.wacc"]["values"] == ["8 %", None]


def test_the_causes_of_a_penalty_add_up_to_its_difference(other):
    segment = other["penalty"]["segments"]["sedan"]
    segment["parts"] = [part("room", 750.0), part("tools", 50.0)]
    segment["total"] = figure(800, "EUR", 500, 1200)
    causes = compare_runs({"a": RUN, "b": other})["causes"]
    amounts = {step["group"]: step["amount"] for step in causes["steps"]}
    assert amounts == {"Room": 750.0 - 600.0, "Energy": -400.0, "Tools": 50.0}
    assert sum(amounts.values()) == pytest.approx(800 - 1000)


def test_money_of_two_price_years_names_them_and_has_no_causes(other):
    other["base"]["currency"] = "EUR2024"
    other["penalty"]["segments"]["sedan"]["total"] = figure(1200, "EUR")
    found = compare_runs({"a": RUN, "b": other})
    assert rows(found, "results")["penalty, sedan"]["unit"] == "EUR of 2019, 2024"
    assert found["causes"] is None


def test_values_in_two_units_name_both(other):
    other["variants"]["bev@flex.sedan"]["figures"]["consumption_wltp"] = figure(5.0, "l/100km")
    row = rows(compare_runs({"a": RUN, "b": other}), "results")["bev@flex.sedan: consumption, WLTP"]
    assert row["unit"] == "kWh/100km, l/100km"


def test_runs_without_a_penalty_have_no_causes(other):
    del other["penalty"]
    assert compare_runs({"a": RUN, "b": other})["causes"] is None


def test_runs_of_other_questions_stand_beside_each_other_all_the_same():
    whom = {"name": "t", "title": "U", "question": "whom"}
    studies = {"a": study(), "b": study(("when", "whom"))}
    found = compare_runs({"a": RUN, "b": whom}, studies)
    assert rows(found, "inputs")["question"]["values"] == ["when", "whom"]
    assert rows(found, "results")["penalty, sedan"]["values"] == [1000, None]


def test_four_runs_have_four_columns(other):
    other["answer"]["which"] = "bespoke"
    found = compare_runs({"a": RUN, "b": RUN, "c": other, "d": RUN})
    assert rows(found, "results")["which"]["values"] == [
        "flexible", "flexible", "bespoke", "flexible",
    ]  # fmt: skip


def test_the_demo_differs_from_itself_in_nothing(results):
    found = compare_runs({"a": results, "b": results})
    assert found["inputs"] == found["results"] == []
