"""Every figure of the bundled study against the limits of the house and against its record.

The records in tests/golden/figures were made by this code: they pin what the figures are, so that
a change is seen and meant, and prove nothing about whether they are right. `pytest --golden`
writes them anew.
"""

import json
import math
import os
import re
from pathlib import Path

import pytest

from wheelbase.errors import DataError
from wheelbase.report import FIGURES, figure, figures_of
from wheelbase.report.figures.room import room_sentences

GOLDEN = Path(__file__).parents[2] / "golden" / "figures"
ALLOWED = {"scatter", "bar", "box", "heatmap", "histogram", "histogram2d", "histogram2dcontour",
           "contour", "scatterternary", "violin", "image", "pie"}  # fmt: skip
UNIT = re.compile(r"%|km|kWh|kW|EUR|MJ|year|number|, s$|cars|, l$|mm$|g/km|k/yr|draws|Hz|dB")
THEME = {"paper_bgcolor", "plot_bgcolor", "font", "template", "gridcolor", "zerolinecolor",
         "linecolor", "tickfont", "tickcolor"}  # fmt: skip


@pytest.fixture(scope="module")
def drawn(results):
    return figures_of(results)


def values(tree):
    if isinstance(tree, dict):
        for value in tree.values():
            yield from values(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from values(value)
    else:
        yield tree


def keys(tree):
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield key
            yield from keys(value)


def axes_of(layout):
    return {key: axis for key, axis in layout.items() if re.fullmatch(r"[xy]axis\d*", key)}


def test_figures_are_few_and_small_traces_that_the_page_can_draw(drawn):
    for name, found in drawn.items():
        assert {t["type"] for t in found["data"]} <= ALLOWED, name
        assert 1 <= len(found["data"]) <= 12, name
        json.dumps(found, allow_nan=False)


def test_a_finding_is_a_sentence_without_markup(drawn):
    for name, found in drawn.items():
        finding = found["meta"]["finding"]
        assert (finding.endswith(".") and finding[0].isupper()) or finding[0].isdigit(), name
        assert "<" not in finding and "&" not in finding and found["meta"]["alt"], name


def test_both_axes_have_a_title_and_numbers_have_a_unit(drawn):
    for name, found in drawn.items():
        axes = axes_of(found["layout"])
        for key, axis in axes.items():
            title = axis["title"]["text"]
            assert title, (name, key)
            short = key.replace("axis", "")
            traces = [t for t in found["data"] if t.get(f"{key[0]}axis", key[0]) == short]
            numbers = any(isinstance(v, int | float) for t in traces for v in t.get(key[0], ()))
            if numbers and axis.get("visible", True):
                assert UNIT.search(title), (name, key, title)


def test_no_figure_carries_a_colour_of_the_theme(drawn):
    for name, found in drawn.items():
        assert not THEME & set(keys(found["layout"])), name


def test_numbers_are_short(drawn):
    for name, found in drawn.items():
        for value in values(found["data"]):
            if isinstance(value, float):
                assert float(f"{value:.6g}") == value, (name, value)


def test_every_value_that_one_can_point_at_has_a_unit(drawn):
    for name, found in drawn.items():
        for trace in found["data"]:
            if trace.get("hoverinfo") == "skip":
                continue
            shown = trace["hovertemplate"].replace("<br>", " ")
            words = re.sub(r"%\{[^}]*\}|<extra>|</extra>", " ", shown)
            carried = "%{text}" in shown or "%{customdata" in shown
            assert carried or re.search(r"[A-Za-z%]", words), (name, shown)
            units = UNIT.search(words) or re.search(r"\bg/km|certified|published|links|k\b", words)
            assert carried or units, (name, shown)


def test_a_figure_does_not_change_its_results(results):
    before = json.dumps(results, sort_keys=True)
    for name in FIGURES:
        assert figure(results, name) == figure(results, name)
    assert json.dumps(results, sort_keys=True) == before


def test_an_unknown_figure_is_refused_with_the_list():
    with pytest.raises(DataError, match="decision"):
        figure({}, "nonsense")


def same(a, b, where):
    """Assert equal structure and words, and numbers equal to a relative 1e-9."""
    if isinstance(a, dict) and isinstance(b, dict):
        assert a.keys() == b.keys(), where
        for key in a:
            same(a[key], b[key], f"{where}.{key}")
    elif isinstance(a, list) and isinstance(b, list):
        assert len(a) == len(b), where
        for k, (x, y) in enumerate(zip(a, b, strict=True)):
            same(x, y, f"{where}[{k}]")
    elif isinstance(a, float) and isinstance(b, int | float):
        assert math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12), where
    else:
        assert a == b, where


def test_every_figure_is_what_its_record_says(drawn):
    if os.environ.get("WHEELBASE_GOLDEN") == "1":
        GOLDEN.mkdir(exist_ok=True)
        for old in GOLDEN.glob("*.json"):
            old.unlink()
        for name, found in drawn.items():
            text = json.dumps(found, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
            (GOLDEN / f"{name}.json").write_text(text.replace('},{"', '},\n{"') + "\n", "utf-8")
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(drawn), "run pytest --golden"
    for name, found in drawn.items():
        record = json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))
        same(json.loads(json.dumps(found)), record, name)


def test_the_causes_of_lost_room_sum_to_the_difference_of_the_two_cars(results):
    for id, pair in results["comparison"].items():
        segment = results["penalty"]["segments"][id]
        cars = [results["variants"][segment[role]]["figures"] for role in ("flexible", "bespoke")]
        for line in pair["lines"]:
            gap = line["second"] - line["first"]
            assert sum(c["amount"] for c in line["causes"]) == pytest.approx(gap, abs=1e-2)
            key = {"energy_fit": "battery_fit"}.get(line["quantity"], line["quantity"])
            if key in ("boot", "usable_length", "battery_fit"):
                assert line["first"] == pytest.approx(cars[0][key]["value"], rel=1e-4)
                assert line["second"] == pytest.approx(cars[1][key]["value"], rel=1e-4)


def test_why_the_boot_is_smaller_is_said_in_words_with_who_sets_it(results):
    boot = room_sentences(results)["mid-size sedan"][0]
    line = next(x for x in results["comparison"]["sedan_d"]["lines"] if x["quantity"] == "boot")
    assert f"{line['second'] - line['first']:.1f} l less boot" in boot
    for cause in line["causes"]:
        assert f"{cause['amount']:.1f} l less because" in boot
    floor = next(c for c in line["causes"] if c["group"] == "boot floor")["moved_mm"]["z_boot"]
    assert f"boot floor is {floor[0] - floor[1]:.0f} mm higher, set by the 2.0 petrol" in boot


def test_the_waterfall_of_room_ends_at_its_total(results):
    for trace in figure(results, "why_room")["data"]:
        *steps, total = trace["x"]
        assert sum(steps) == pytest.approx(total, rel=1e-3, abs=1e-9)
        assert trace["base"][-1] == 0


def test_flips_inside_the_interval_are_named(results):
    drawn = figure(results, "flips")
    held = [f["label"] for f in results["answer"]["flips"]
            if f["flip"] is not None and f["low"] <= f["flip"] <= f["high"]]  # fmt: skip
    assert all(label in drawn["meta"]["finding"] for label in held)
    assert held or drawn["meta"]["finding"].startswith("No input")


def test_parity_counts_what_lies_within_its_band(results):
    checks = [c for c in results["validation"] if c["quantity"] != "0-100 km/h"]
    inside = sum(abs(c["error_percent"]) <= 10 for c in checks)
    drawn = figure(results, "parity")
    assert drawn["meta"]["finding"].startswith(f"{inside} of {len(checks)} ")
    assert sum(len(t["x"]) for t in drawn["data"] if t["mode"] == "markers") == len(checks)


def test_a_figure_of_a_run_is_that_of_its_results(ran, results):
    assert figure(ran, "break_even") == figure(results, "break_even")


def test_the_customer_s_months_are_drawn_with_the_interval_of_energy(results):
    drawn, tree = figure(results, "customer"), results["customer"]["markets"]
    flexible, bespoke = "bev@clar_like.sedan_d", "bev@ev_like.sedan_d"
    assert [len(t["x"]) for t in drawn["data"]] == [len(tree)] * 5
    for trace, id in zip(drawn["data"][-2:], (flexible, bespoke), strict=True):
        for k, market in enumerate(tree.values()):
            month = market["cars"][id]["figures"]["month"]
            assert trace["y"][k] == pytest.approx(month["value"], rel=1e-3)
            up = trace["error_y"]["array"][k]
            assert trace["y"][k] + up == pytest.approx(month["high"], rel=1e-3)
    pair = next(p for p in tree["de"]["pairs"] if p["first"] == "petrol@clar_like.sedan_d")
    words = {key: "less" if pair["month"][key] < 0 else "more" for key in ("value", "low", "high")}
    for key, word in words.items():
        assert f"{abs(pair['month'][key]):,.0f} {word}" in drawn["meta"]["finding"]
    assert "energy prices of 2016 to 2024" in drawn["meta"]["finding"]
