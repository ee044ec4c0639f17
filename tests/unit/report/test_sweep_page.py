"""The page of a sweep says what was found, and nothing of it is markup."""

import json
import re

import pytest
import sweeping

from wheelbase.report import sweep_figures, sweep_page, write_sweep
from wheelbase.sweep import summary, sweep

HOSTILE = """</script><script>alert(1)</script>"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    text = sweeping.STUDY.replace("title: Two powertrains in one body", f"title: '{HOSTILE}'")
    folder = tmp_path_factory.mktemp("page") / "run"
    sweep(sweeping.study(text), 120, folder=folder, workers=1)
    return summary(folder)


def test_figures_keep_the_rules_of_all_figures(found):
    figures = sweep_figures(found)
    assert any(name.startswith("cloud_") for name in figures) and len(figures) >= 6
    for name, figure in figures.items():
        assert len(figure["data"]) <= 12, name
        assert {t["type"] for t in figure["data"]} <= {"scatter", "bar", "heatmap"}, name
        layout = figure["layout"]
        assert layout["yaxis"]["title"]["text"], name
        assert figure["meta"]["finding"].endswith("."), name
        numbers = re.findall(r"-?\d+\.\d+(?:e-?\d+)?", json.dumps(figure["data"]))
        long = [n for n in numbers if len(n.lstrip("-").replace(".", "").lstrip("0")) > 6]
        assert not long, (name, long[:3])


def test_points_of_a_variant_have_one_colour_in_every_cloud(found):
    shades = {}
    for figure in sweep_figures(found).values():
        for trace in figure["data"]:
            if trace["type"] == "scatter" and trace["name"] != "nothing beats it":
                shades.setdefault(trace["name"], set()).add(trace["marker"]["color"])
    assert shades and all(len(colours) == 1 for colours in shades.values())
    assert len({next(iter(c)) for c in shades.values()}) == len(shades)


def test_the_page_tells_counts_front_laws_and_versions_and_runs_nothing_foreign(found, tmp_path):
    page = sweep_page(found)
    assert HOSTILE not in page and "&lt;/script&gt;&lt;script&gt;" in page
    assert page.count("<script") == 2  # the data and the one script of the page
    assert "uniform: 4650 mm .. 4850 mm" in page and "petrol@clar.sedan_d" in page
    assert f"{found['front']['bodies']['sedan_d']['size']:,} of" in page
    assert "numpy" in page and "default-src &#x27;none&#x27;" not in page
    assert len(page) < 3_000_000
    assert write_sweep(found, tmp_path / "page.html").read_text("utf-8") == page


def test_the_page_lists_the_works_that_the_sweep_rests_on_and_no_others(found):
    page = sweep_page(found)
    works = {w["key"]: w for w in found["cited"]["works"]}
    assert {"mckay-1979", "eu-2017-1151"} <= set(works) and "joe-kuo-2008" not in works
    assert all(f"<code>{key}</code>" in page for key, w in works.items() if w["kind"] != "software")
    facts = [w for w in works.values() if w["kind"] == "facts"]
    assert facts and f"{len(facts)} sources of facts" in page


def test_a_page_of_a_sweep_whose_works_are_unknown_says_so(found):
    older = sweep_page({k: v for k, v in found.items() if k != "cited"})
    assert "The works cannot be told: made by an older version." in older
    lost = sweep_page(found | {"cited": {"works": [], "missing": "no engine <b>'x'</b>"}})
    assert "cannot be told: no engine &lt;b&gt;" in lost
