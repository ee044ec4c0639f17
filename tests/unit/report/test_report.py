import copy
import json
import re
import xml.etree.ElementTree as ElementTree
from html import escape

import pytest

from wheelbase.errors import DataError
from wheelbase.report import FIGURES, figure, page, side_view, top_view, write

ALLOWED = {"scatter", "bar", "box", "heatmap", "histogram", "histogram2d", "histogram2dcontour",
           "contour", "scatterternary", "violin", "image", "pie"}  # fmt: skip
HOSTILE = '</script><script>alert(1)</script><img src=x onerror="alert(2)">'


def strings(tree):
    if isinstance(tree, str):
        yield tree
    for value in (
        tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    ):
        yield from strings(value)


def floats(tree):
    if isinstance(tree, float):
        yield tree
    for value in (
        tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    ):
        yield from floats(value)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_states_a_finding_and_uses_only_what_the_page_can_draw(results, name):
    drawn = figure(results, name)
    assert {t["type"] for t in drawn["data"]} <= ALLOWED
    assert 1 <= len(drawn["data"]) <= 12
    assert drawn["meta"]["finding"].endswith(".") and drawn["meta"]["alt"]
    axes = drawn["layout"]["xaxis"]["title"]["text"] + drawn["layout"]["yaxis"]["title"]["text"]
    assert re.search(r"%|km|kWh|EUR|MJ|year|number|share|, s|cars", axes)
    assert not {"paper_bgcolor", "plot_bgcolor", "font"} & set(drawn["layout"])
    assert all(float(f"{v:.6g}") == v for v in floats(drawn["data"]))
    json.dumps(drawn, allow_nan=False)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_does_not_change_its_results(results, name):
    before = json.dumps(results, sort_keys=True)
    assert figure(results, name) == figure(results, name)
    assert json.dumps(results, sort_keys=True) == before


def test_an_unknown_figure_is_refused_with_the_list():
    with pytest.raises(DataError, match="decision"):
        figure({}, "nonsense")


def test_the_decision_figure_adds_up_to_all_futures(results):
    bars = figure(results, "decision")["data"][0]
    assert bars["x"][-1] == "never"
    assert sum(bars["y"]) == pytest.approx(100, abs=0.5)


def test_the_penalty_bars_sum_to_their_total(results):
    for trace in figure(results, "penalty")["data"]:
        assert sum(trace["x"][:-1]) == pytest.approx(trace["x"][-1], rel=2e-3, abs=0.2)


def test_the_page_says_where_the_battery_for_the_range_does_not_fit(results):
    suv = results["penalty"]["segments"]["suv_d"]["unfit"]
    assert suv["flexible"] > suv["bespoke"] > 0
    assert f"{suv['flexible']:.1f} % of the draws on the flexible platform" in page(results)


def test_the_bill_groups_sum_to_the_bills(results):
    drawn = figure(results, "bills")
    for column, label in enumerate(drawn["data"][0]["x"]):
        total = sum(t["y"][column] for t in drawn["data"])
        assert any(
            abs(b["total"]["value"] - total) < 0.002 * total for b in results["bills"].values()
        ), label


def test_drawings_are_well_formed_and_carry_their_dimensions(results):
    for id, variant in results["variants"].items():
        for view in (side_view, top_view):
            ElementTree.fromstring(view(variant, id))
        shown = side_view(variant, id)
        wheelbase = round(1e3 * variant["fit"]["wheelbase"])
        assert f"L101 {wheelbase}" in shown or f"L101 {wheelbase - 1}" in shown
        for box in variant["fit"]["boxes"]:
            assert f"{escape(box['id'])}: " in shown


def test_boxes_have_a_size_and_lie_inside_the_car(results):
    for variant in results["variants"].values():
        fit = variant["fit"]
        front = -fit["hard_points"]["L104"]
        rear = fit["wheelbase"] + fit["hard_points"]["L105"]
        half = fit["body"]["W103"] / 2
        for box in fit["boxes"]:
            assert box["x0"] < box["x1"] and box["y0"] < box["y1"] and box["z0"] < box["z1"], box
            assert front <= box["x0"] and box["x1"] <= rear + 1e-9, box
            assert abs(box["y0"]) <= half and abs(box["y1"]) <= half, box


def test_the_page_is_one_small_file_without_a_request(results):
    html = page(results)
    assert len(html.encode()) < 3_000_000
    assert html == page(results)
    without_scripts = re.sub(r"<script>.*?</script>", "", html, flags=re.S)
    assert not re.search(r'(?:src|href)="(?!#|data:)', without_scripts)
    assert "default-src 'none'" in html and "'unsafe-inline'" not in html.split("style-src")[0]


def test_the_page_reads_without_scripts(results):
    html = re.sub(r"<script.*?</script>", "", page(results), flags=re.S)
    text = re.sub(r"<[^>]+>", " ", html)
    for phrase in ("Keep the flexible architecture", "BMW 330i", "does not fit", "penalty",
                   "What is left out", "Shapley", "wheelbase run clar-or-bespoke"):  # fmt: skip
        assert phrase in text
    for check in results["validation"]:
        assert check["name"] in text


def test_every_assumption_and_every_fact_stands_on_the_page(results):
    html = page(results)
    for a in results["assumptions"]:
        assert f"<code>{a['path']}</code>" in html
    names = {(f["id"], f["field"]) for f in results["facts"]}
    ends = [
        f
        for f in results["facts"]
        if f["field"] != (plain := f["field"].replace("_low", "").replace("_high", ""))
        and (f["id"], plain) in names
    ]
    words = [f for f in results["facts"] if f["unit"] in ("text", "id")]
    assert html.count(".csv:") >= len(results["facts"]) - len(ends) - len(words)
    for end in ends:
        assert f"[{end['value']} .. " in html or f" .. {end['value']}]" in html


def test_hostile_names_are_text_everywhere(results):
    hostile = copy.deepcopy(results)
    hostile["title"] = HOSTILE
    hostile["answer"]["sentence"] = HOSTILE
    for variant in hostile["variants"].values():
        variant["powertrain_label"] = variant["body_label"] = HOSTILE
        variant["conflicts"] = [
            {"text": HOSTILE, "requirement": "", "short_by_mm": 1, "remedy": ""}
        ]
    for platform in ("clar_like", "ev_like", "faar_like"):
        hostile["platforms"][platform]["label"] = HOSTILE
    for a in hostile["assumptions"]:
        a["note"] = HOSTILE
    html = page(hostile)
    assert "<script>alert" not in html and "<img" not in html
    assert html.count("<script") == page(results).count("<script")
    drawn = FIGURES["consumption"](hostile)
    assert all("<script" not in s for s in strings(drawn["data"]))


def test_a_broken_tree_is_a_plain_message(results, tmp_path):
    broken = {k: v for k, v in results.items() if k != "penalty"}
    with pytest.raises(DataError, match="lacks 'penalty'"):
        write(broken, tmp_path / "r.html")
    assert list(tmp_path.iterdir()) == []


def test_a_study_without_a_deal_has_a_page_too(results):
    alone = {**results, "alliance": {}}
    assert "The study has no deal." in page(alone)


def test_the_bars_of_losses_show_every_loss(results):
    shown = {}
    for bar in figure(results, "losses")["data"]:
        for label, value in zip(bar["y"], bar["x"], strict=True):
            shown[label] = shown.get(label, 0.0) + value
    for variant in results["variants"].values():
        label = f"{variant['powertrain_label']} ({variant['platform']})"
        cycle, losses = next(iter(variant["losses"].items()))
        if label in shown and variant["body"] == results["pair"]["bodies"][0]:
            inside = sum(v for k, v in losses.items() if k != "kinetic")
            assert abs(shown[label] - inside) < 1e-3 * inside, (label, cycle)
