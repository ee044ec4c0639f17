"""The ladder and shared parts as a run stores them."""

import pytest


def test_the_study_keeps_its_own_launch_figures_beside_the_ladder(results, study):
    rows = {r["path"].rpartition("launch.")[2]: r for r in results["investments"]["study"]}
    launch = study.spec.platforms["ev_like"].launch
    assert rows["development"]["study"]["value"] == launch.development.value / 1e6
    assert rows["block.invest"]["study"]["value"] == launch.block.invest.value / 1e6
    steps = {r["label"]: r["amount"] for r in results["investments"]["rungs"]}
    # a block of 150 k a year holds one line conversion and one top hat, and one body shop of both
    both = steps["line conversion"]["value"] + steps["top hat"]["value"]
    both -= steps["body shop"]["value"]
    assert rows["block.invest"]["ladder"]["value"] == pytest.approx(both, rel=1e-4)
    for row in rows.values():
        low, high = row["ladder"]["low"], row["ladder"]["high"]
        inside = low <= row["study"]["value"] <= high
        assert (row["verdict"] == "inside") is inside


def test_public_figures_say_whether_they_were_known_on_the_day(results):
    found = {p["id"]: p for r in results["investments"]["rungs"] for p in r["precedents"]}
    assert found["zwickau"]["known_that_day"]
    assert not found["munich-neue-klasse"]["known_that_day"]
    assert len(found) >= 20 and all(p["source"] and p["place"] for p in found.values())


def test_only_the_platform_that_is_launched_pays_development_lines_and_top_hats(results):
    flexible, bespoke = results["investments"]["programmes"]
    assert {c["step"] for c in flexible["charges"]} == {"running line"}
    assert {c["step"] for c in bespoke["charges"]} == {
        "platform development", "top hat", "line conversion", "body shop",
    }  # fmt: skip
    for p in (flexible, bespoke):
        total = sum(c["amount"]["value"] for c in p["charges"])
        assert p["amount"]["value"] == pytest.approx(total, rel=1e-4)


def test_a_floor_of_its_own_costs_more_than_one_carried_over_and_less_than_a_platform(results):
    levels = {}
    for row in results["shared_parts"]["levels"]:
        levels.setdefault(row["variant"].rpartition(".")[2], []).append(row)
    for rows in levels.values():
        once = {row["level"]: row["once"]["value"] for row in rows}
        assert once["carry-over"] == 0 < once["variant"] < once["bespoke"]
        fits = {row["level"]: row["energy_fit"]["value"] for row in rows}
        assert fits["carry-over"] < fits["variant"] < fits["bespoke"]


def test_shares_of_the_versions_sum_to_their_cost_by_either_rule(results):
    found = results["shared_parts"]
    total = sum(v["once"]["value"] for v in found["versions"])
    for rule in ("by_volume", "by_need"):
        assert sum(a[rule]["value"] for a in found["allocation"]) == pytest.approx(total, rel=1e-4)


def test_the_matrix_of_the_run_is_symmetric_in_percent(results):
    rows = results["shared_parts"]["matrix_percent"]
    for i, row in enumerate(rows):
        assert row[i] == 100
        assert row == [other[i] for other in rows]
