"""The command plan, a run of a study that asks where, and what both refuse."""

import json

import pytest

from wheelbase.cli.main import run_command
from wheelbase.report.figures.network import captured_share, plant_links
from wheelbase.study import bundled, load_planned
from wheelbase.study.networks import network_of
from wheelbase.study.tree_network import _flat

STUDY = bundled()["plant-flexibility"].read_text()
QUICK = (
    STUDY.replace("draws: 4000", "draws: 600")
    .replace("search: 1000", "search: 150")
    .replace("proof: 25", "proof: 0")
)

TWO = """wheelbase: 1
name: two
title: two plants
question: where
base: {date: 2019-06-06, currency: EUR2019}
draws: 50
search: 20
proof: 5
plants:
  a:
    label: Plant a
    capacity: {value: 100 k/yr, low: 90 k/yr, high: 110 k/yr, note: guess}
    builds: [p]
  b:
    label: Plant b
    capacity: {value: 100 k/yr, low: 90 k/yr, high: 110 k/yr, note: guess}
    builds: [q]
products:
  p:
    label: Car p
    platform: one
    mean: {value: 140 k/yr, low: 130 k/yr, high: 150 k/yr, note: guess}
    spread: {value: 5 %, low: 0 %, high: 10 %, note: guess}
    margin: {value: 5 kEUR, low: 4 kEUR, high: 6 kEUR, note: guess}
  q:
    label: Car q
    platform: one
    mean: {value: 50 k/yr, low: 40 k/yr, high: 60 k/yr, note: guess}
    spread: {value: 5 %, low: 0 %, high: 10 %, note: guess}
    margin: {value: 5 kEUR, low: 4 kEUR, high: 6 kEUR, note: guess}
links:
  same_platform: {value: 50 MEUR, low: 40 MEUR, high: 60 MEUR, note: guess}
  other_platform: {value: 90 MEUR, low: 80 MEUR, high: 99 MEUR, note: guess}
  loss: {value: 1 %, low: 0 %, high: 2 %, note: guess}
  wacc: {value: 8 %, low: 6 %, high: 9 %, note: guess}
  life: {value: 7 yr, low: 6 yr, high: 8 yr, note: guess}
correlation:
  all: {value: 0 %, low: 0 %, high: 10 %, note: guess}
  group: {value: 0 %, low: 0 %, high: 10 %, note: guess}
cut: {value: 2, low: 2, high: 2, note: guess}
"""


def said(capsys, *arguments):
    code = run_command(list(arguments))
    found = capsys.readouterr()
    return code, found.out, found.err


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """The bundled study with few draws, run once: its results and its folder."""
    folder = tmp_path_factory.mktemp("where")
    (folder / "where.yaml").write_text(QUICK)
    run = folder / "run"
    assert run_command(["run", str(folder / "where.yaml"), "-o", str(run), "--quiet"]) == 0
    return json.loads((run / "results.json").read_text()), run


def test_the_run_compares_the_designs_and_more_flexible_ones_sell_more(quick):
    designs = {d["name"]: d for d in quick[0]["flexibility"]["designs"]}
    assert list(designs) == [
        "none", "today", "pairs", "chain", "total", "x3-in-munich", "best", "enough",
    ]  # fmt: skip
    assert designs["none"]["sales_k"] < designs["today"]["sales_k"] < designs["best"]["sales_k"]
    assert designs["today"]["gain_meur"] == 0 and designs["today"]["cost_meur"] == 0
    for d in designs.values():
        assert d["sales_error_k"] > 0 and d["links"] == len(d["pairs"])
        assert all(0 <= v <= 100 for v in d["utilisation_percent"].values())
        chances = [e["probability_percent"] for e in d["exceed"]]
        assert chances == sorted(chances, reverse=True)


def test_margin_lost_and_gained_add_up(quick):
    """Ahead = contribution no longer lost - cost of links, as demand is the same."""
    designs = {d["name"]: d for d in quick[0]["flexibility"]["designs"]}
    for d in designs.values():
        saved = designs["today"]["lost_margin_meur"] - d["lost_margin_meur"]
        assert d["gain_meur"] == pytest.approx(saved - d["cost_meur"], abs=0.05)


def test_next_links_are_ranked_by_what_they_bring_net(quick):
    links = quick[0]["flexibility"]["next"]
    nets = [link["net_meur"] for link in links]
    assert nets == sorted(nets, reverse=True)
    for link in links:
        assert link["net_meur"] == pytest.approx(link["margin_meur"] - link["cost_meur"], abs=0.01)


def test_every_assumption_stands_in_the_results_with_its_interval_and_facts_with_sources(quick):
    results, _ = quick
    assert len(results["assumptions"]) > 40
    assert all(a["low"] and a["high"] and a["note"] for a in results["assumptions"])
    used = {(f["id"], f["field"]) for f in results["facts"]}
    assert ("munich", "capacity") in used and ("bmw-3-series", "deliveries@2020") in used
    assert {f["source"] for f in results["facts"]} == {s["key"] for s in results["sources"]}


def test_the_page_has_the_section_and_both_figures_with_their_findings(quick, capsys):
    results, run = quick
    page = (run / "report.html").read_text()
    for id in ("where", "assumptions", "reproduce"):
        assert f'id="{id}"' in page
    assert 'id="partners"' not in page and 'id="plan"' not in page
    for draw in (plant_links, captured_share):
        figure = draw(results)
        assert figure["meta"]["finding"] in page
        assert json.dumps(figure, allow_nan=False)
    assert json.loads((run / "manifest.json").read_text())["state"] == "done"
    code, _, _ = said(capsys, "report", str(run))
    assert code == 0


def test_the_links_drawn_are_those_of_the_designs(quick):
    tree = quick[0]["flexibility"]
    figure = plant_links(quick[0])
    today = next(d for d in tree["designs"] if d["name"] == "today")
    gaps = {t["name"]: sum(v is None for v in t["x"]) for t in figure["data"] if "line" in t}
    kept = today["links"] - len(tree["best"]["dropped"])
    assert gaps["built today"] == kept
    assert gaps.get("pays to add", 0) == len(tree["best"]["added"])


def test_plan_tells_what_run_finds_and_writes_the_same_run(quick, tmp_path, capsys):
    path = tmp_path / "where.yaml"
    path.write_text(QUICK)
    code, out, _ = said(capsys, "plan", str(path), "-o", str(tmp_path / "run"))
    assert code == 0
    for part in ("as built today", "a long chain", "next best links", "idle today: Munich",
                 "enough: ", "mean demand", "report: "):  # fmt: skip
        assert part in out
    assert (tmp_path / "run" / "report.html").exists()
    assert json.loads((tmp_path / "run" / "results.json").read_text()) == quick[0]


def test_plan_writes_one_json_document(tmp_path, capsys):
    path = tmp_path / "two.yaml"
    path.write_text(TWO)
    code, out, _ = said(capsys, "plan", str(path), "--json")
    found = json.loads(out)
    assert code == 0 and found["verb"] == "plan"
    tree = found["result"]["flexibility"]
    assert found["result"]["answer"]["sentence"].startswith("Plant b should learn to build Car p")
    assert tree["proof"]["same_design"] and tree["proof"]["status"] == "optimal"
    assert (tree["next"][0]["plant"], tree["next"][0]["product"]) == ("b", "p")


def test_a_cut_that_no_draw_reaches_is_refused_with_its_line(capsys, tmp_path):
    path = tmp_path / "two.yaml"
    path.write_text(
        TWO.replace("cut: {value: 2, low: 2, high: 2", "cut: {value: 2, low: 2, high: 9")
    )
    code, _, err = said(capsys, "plan", str(path))
    assert code == 2
    assert "two.yaml:40:1: cut: cut 9: must be above zero and at most 8 spreads (cut at its" in err


def sentences(tmp_path, text):
    """Return the results of a study, and the findings of its two figures."""
    path = tmp_path / "two.yaml"
    path.write_text(text)
    assert run_command(["run", str(path), "-o", str(tmp_path / "run"), "--quiet"]) == 0
    results = json.loads((tmp_path / "run" / "results.json").read_text())
    findings = [draw(results)["meta"]["finding"] for draw in (plant_links, captured_share)]
    return results["answer"]["sentence"], findings, results["flexibility"]


def costly(text):
    """Return the study of two plants with links that never pay."""
    for figures in ("50 MEUR, low: 40 MEUR, high: 60", "90 MEUR, low: 80 MEUR, high: 99"):
        text = text.replace(figures, "9000 MEUR, low: 8000 MEUR, high: 9900")
    return text


def test_a_single_new_link_is_said_as_one(tmp_path):
    said, (links, share), tree = sentences(tmp_path, TWO)
    assert said.startswith("Plant b should learn to build Car p: EUR ")
    assert "One link beyond today captures " in said and "% of mean demand is lost" in said
    assert links.startswith("One link more, Plant b to Car p, is worth EUR ")
    assert links.endswith(" m a year after cost.")
    assert share.startswith("One link is enough: it captures ") and "1 links" not in share
    assert len(tree["best"]["added"]) == 1


def test_a_link_that_is_only_dropped_is_named_as_dropped(tmp_path):
    text = costly(TWO).replace("builds: [p]", "builds: [p, q]").replace(
        "loss: {value: 1 %, low: 0 %, high: 2 %", "loss: {value: 9 %, low: 8 %, high: 10 %"
    )  # fmt: skip
    said, (links, share), tree = sentences(tmp_path, text)
    assert tree["best"]["added"] == [] and tree["best"]["dropped"] == [["a", "q"]]
    assert said.startswith("Plant a need not build Car q any more: EUR ")
    assert "standard error" in said and "No further link" not in said and "after EUR" not in said
    assert "Expected sales rise from " in said
    assert links.startswith("One link fewer, Plant a to Car q, is worth EUR ")
    assert links.endswith(" m a year.") and "None" not in share


def test_links_that_are_added_and_dropped_are_both_named(tmp_path):
    text = TWO.replace("builds: [p]", "builds: [p, q]").replace(
        "loss: {value: 1 %, low: 0 %, high: 2 %", "loss: {value: 9 %, low: 8 %, high: 10 %"
    )  # fmt: skip
    said, (links, _), tree = sentences(tmp_path, text)
    assert tree["best"]["added"] == [["b", "p"]] and tree["best"]["dropped"] == [["a", "q"]]
    assert "learn to build Car p and Plant a need not build Car q any more" in said
    assert links.startswith(
        "One link more, Plant b to Car p, and one link fewer, Plant a to Car q, are worth EUR "
    )


def test_where_nothing_stands_links_cost_what_they_cost_beyond_those_begun_with(tmp_path):
    text = TWO.replace("builds: [p]", "builds: []").replace("builds: [q]", "builds: []")
    said, _, tree = sentences(tmp_path, text)
    designs = {design["name"]: design for design in tree["designs"]}
    assert tree["start"] == "none" and designs["none"]["cost_meur"] > 0
    cost = designs["best"]["cost_meur"] - designs["none"]["cost_meur"]
    assert f"after EUR {cost:,.0f} m a year for the links" in said


def test_where_no_link_pays_nothing_is_said_of_zero_links(tmp_path):
    text = costly(TWO).replace("mean: {value: 140 k/yr, low: 130 k/yr, high: 150 k/yr",
                               "mean: {value: 50 k/yr, low: 40 k/yr, high: 60 k/yr")  # fmt: skip
    said, (links, share), _ = sentences(tmp_path, text)
    assert said.startswith("No further link pays: what stands today is the best design found.")
    assert "Total flexibility would sell no more than that." in said
    assert share == "Total flexibility would sell no more than what stands today."
    assert links.startswith("No link is worth adding")


def test_the_bundled_study_is_checked(capsys):
    code, out, _ = said(capsys, "check", "plant-flexibility")
    assert code == 0 and "9 plants, 13 products" in out


def test_what_stands_today_is_what_the_catalogue_says_plants_build(facts):
    study = load_planned("plant-flexibility", facts)
    network = network_of(study.spec, facts)
    assert ("munich", "series-3") in network.present
    assert ("rosslyn", "x3") in network.present and ("rosslyn", "x5") not in network.present
    for plant, product in network.present:
        series = study.spec.products[product].series
        if series:
            assert set(series) & set(facts.plant[plant].builds)
    assert {s.id: s.capacity for s in network.sites}["spartanburg"] == 450_000
    assert not any(p == "dadong" and q == "x3" for p, q in network.pairs)  # another region


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("edu-alliance", "asks with whom, which `wheelbase partner` answers"),
        ("bills", "asks what cars cost, which `wheelbase cost` answers"),
        ("reference-platforms", "asks what fits, which `wheelbase fit` answers"),
    ],
)
def test_other_studies_are_refused_with_the_command_that_answers_them(capsys, name, says):
    code, _, err = said(capsys, "plan", name)
    assert code == 2 and says in err
    assert "`wheelbase plan` plans whole studies, and those with `question: where`" in err


def test_a_whole_study_is_planned_with_its_proof(capsys, monkeypatch):
    code, out, _ = said(capsys, "plan", "clar-or-bespoke", "--json")
    found = json.loads(out)["result"]
    plan = found["plan"]
    assert code == 0 and plan["value"]["value"] <= plan["bound"]["value"]
    assert plan["gap"]["value"] <= 0.1 and plan["method"] == "extensive form"
    asked = [0.0] * plan["stages"]
    for node in plan["nodes"]:
        made = node["production_k"]
        built = made["combustion"] + made["flexible"] + made["bespoke"]
        assert built == pytest.approx(sum(node["plants_k"].values()), rel=1e-4)
        asked[node["stage"]] += node["probability"] * (built + made["lost"])
    assert asked == pytest.approx([2200] * 4, rel=1e-4)  # volumes differ, their mean does not
    tested = plan["stability"]
    low, high = tested["interval"]
    assert low < plan["value"]["value"] <= high and tested["rounds"][0]["trees"] == 5
    assert tested["sentence"].startswith(("24 leaves are enough", "48 ", "96 ", "tree too small"))
    ahead = tested["ahead_of_never"]  # by billions, with errors of tens
    assert ahead["free"]["mean_meur"] > ahead["now"]["mean_meur"]
    assert [m["id"] for m in plan["outlook"]["markets"]] == ["europe", "china", "usa", "world"]
    assert {n["rules"] for n in plan["nodes"]} == {"standing", "tighter"}
    facts = {s["fact"] for s in plan["outlook"]["statements"]}
    assert "iea-2019-china-2030" in facts and not any(f.startswith("iea-2024") for f in facts)
    monkeypatch.setattr("wheelbase.study.plan_results", lambda study, say: found)  # once is enough
    code, out, _ = said(capsys, "plan", "clar-or-bespoke")
    assert code == 0 and "no plan is worth more" in out and "launch now" in out
    assert "trees differ by" in out and "on fresh paths" in out


def test_a_whole_study_is_kept_by_run_alone(capsys, tmp_path):
    code, _, err = said(capsys, "plan", "clar-or-bespoke", "-o", str(tmp_path / "r"))
    assert code == 2 and "wheelbase run STUDY -o RUN" in err


@pytest.mark.parametrize("command", ["cost", "fit", "partner"])
def test_other_commands_say_what_a_study_that_asks_where_asks(capsys, command):
    code, _, err = said(capsys, command, "plant-flexibility")
    assert code == 2 and "only where to build; use `wheelbase plan`" in err


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("builds: [series-5-china, x3-china]", "builds: [series-5-china, x33-china]",
         "no product 'x33-china'; did you mean x3-china"),
        ("builds: [series-5-china, x3-china]", "builds: [x3-china, x3-china]",
         "plants.dadong.builds: 'x3-china' is listed twice; list it once"),
        ("builds: [series-5-china, x3-china]", "builds: [series-5]",
         "plants.dadong: builds 'series-5', which `never` or `region` forbids"),
        ("{plant: munich, region: world}", "{plant: munchen}", "did you mean munich"),
        ("{plant: munich, region: world}", "{region: world}",
         "plants.munich: has no capacity in the catalogue; add `capacity`"),
        ("{plant: munich, region: world}", "{plant: debrecen, region: world}",
         "plants.munich: has no capacity in the catalogue"),
        ("  munich: {plant: munich, region: world}\n",
         "  munich: {plant: munich, region: world}\n  munich: {plant: munich, region: world}\n",
         "plants.munich: given twice"),
        ("mean: {value: 63 k/yr, low: 50 k/yr", "mean: {value: -63 k/yr, low: -80 k/yr",
         "products.series-7.mean"),
        ("mean: {value: 63 k/yr", "mean: {value: nan k/yr", "products.series-7.mean"),
        ("mean: {value: 63 k/yr, low: 50 k/yr", "mean: {value: 63 k/yr, low: 0 k/yr",
         "products.series-7.mean: must be above zero at its low too"),
        ("high: 40 %, note: \"estimate: error", "high: 60 %, note: \"estimate: error",
         "products.compact.spread: at its high demand would be negative; at most 50 %"),
        ("    series: [bmw-x7]\n    platform: clar\n    group: suvs\n    region: world",
         "    platform: clar\n    group: suvs\n    region: moon",
         "product x7: no plant can build it; add a link or leave it out"),
        ("series: [bmw-x7]", "series: [bmw-x5]", "'bmw-x5' is in product 'x5' already"),
        ("spartanburg: [x3, x5, x7]", "spartanburg: [x3, x5, x7, x3-china]",
         "design x3-in-munich: spartanburg cannot build x3-china; add a link between them"),
        ("    rosslyn: [x3]", "    roslyn: [x3]", "no plant 'roslyn'; did you mean rosslyn"),
        ("    rosslyn: [x3]", "    rosslyn: [x3, x3]", "'x3' is listed twice; list it once"),
        ("same_platform: {", "same_platfrom: {", "did you mean 'same_platform'"),
        ("  x3-in-munich:", "  chain:",
         "designs.chain: stands for 'a long chain through all plants'; name the design otherwise"),
        ("loss: {value: 0.5 %, low: 0 %, high: 2 %", "loss: {value: 0.5 %, low: 0 %, high: 40 %",
         "loss: loss 0.4: must be at least 0 and below 1 with 13 products (loss at its high)"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_plants_and_products_is_said_with_its_line(
    capsys, tmp_path, old, new, says
):
    assert old in STUDY
    path = tmp_path / "bad.yaml"
    path.write_text(STUDY.replace(old, new))
    code, _, err = said(capsys, "plan", str(path))
    assert code == 2
    assert says in err and "bad.yaml:" in err


def test_other_links_are_called_as_good_by_the_error_of_the_difference():
    def gain(product, behind, error):
        links = {"plant": "a", "product": product, "net_meur": 100 - behind}
        return links | {"behind_meur": behind, "behind_error_meur": error}

    following = [gain("q", 3.0, 2.0), gain("r", 3.0, 1.0), gain("s", 0.0, 0.0)]
    tree = {"best": {"added": [["a", "p"]]}, "next": [gain("p", 0.0, 0.0), *following]}
    said = _flat(tree, {"a": "Plant a", "p": "P", "q": "Q", "r": "R", "s": "S"})
    assert said == (
        "The choice is flat: instead of Plant a with P, Plant a with Q or Plant a with S would do "
        "about as well. "
    )
