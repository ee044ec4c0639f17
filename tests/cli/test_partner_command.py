"""The command partner, a run of a study that asks with whom, and what both refuse."""

import json

import pytest

from wheelbase.cli.main import run_command
from wheelbase.study import bundled

STUDY = bundled()["edu-alliance"].read_text()


def said(capsys, *arguments):
    code = run_command(list(arguments))
    found = capsys.readouterr()
    return code, found.out, found.err


def test_a_deal_is_told_in_plain_words_with_who_would_leave(capsys):
    code, out, _ = said(capsys, "partner", "edu-alliance", "--deal", "drive_unit")
    assert code == 0
    assert "everyone gets what they add on average" in out
    assert "breaks; BMW Group + Geely would leave" in out
    assert "% of volume draws" in out and "real deals of this kind" in out


def test_a_supply_has_a_price_interval_and_a_licence_a_break_even(capsys):
    code, out, _ = said(capsys, "partner", "edu-alliance", "--json")
    deals = json.loads(out)["result"]["alliance"]
    assert code == 0
    (price,) = deals["engines"]["prices"]
    assert price["floor"] == pytest.approx(2400 + 80e6 / 500e3)
    assert price["ceiling"] == pytest.approx(2600 + 600e6 / 500e3)
    assert price["seller"] == "BMW Group" and price["open"]
    assert "break" not in deals["licence"]["story"][0]
    assert {d["type"] for d in deals.values()} == {"codevelop", "supply", "licence", "invest"}


def test_an_unknown_deal_is_refused_with_those_there_are(capsys):
    code, _, err = said(capsys, "partner", "edu-alliance", "--deal", "merger")
    assert code == 2
    assert "no deal 'merger'; one of drive_unit, drive_unit_joint" in err


def test_a_run_writes_a_page_of_the_sections_that_it_can_fill(capsys, tmp_path):
    code, out, _ = said(capsys, "run", "edu-alliance", "-o", str(tmp_path / "run"), "--quiet")
    assert code == 0 and "save EUR" in out
    page = (tmp_path / "run" / "report.html").read_text()
    for id in ("partners", "assumptions", "reproduce"):
        assert f'id="{id}"' in page
    assert 'id="plan"' not in page and "walk out" in page
    assert "wheelbase run edu-alliance" in page
    assert json.loads((tmp_path / "run" / "manifest.json").read_text())["state"] == "done"
    code, _, _ = said(capsys, "report", str(tmp_path / "run"))
    assert code == 0


def test_a_whole_study_shows_its_deals_too(capsys):
    code, out, _ = said(capsys, "partner", "clar-or-bespoke")
    assert code == 0 and "drive_unit: electric drive unit" in out


def test_it_is_checked_like_any_study_and_other_commands_say_what_it_asks(capsys):
    code, out, _ = said(capsys, "check", "edu-alliance")
    assert code == 0 and "6 deals" in out
    code, _, err = said(capsys, "cost", "edu-alliance")
    assert code == 2 and "only with whom; use `wheelbase partner`" in err


TABLE = """wheelbase: 1
name: ours
title: ours
question: whom
base: {date: 2019-06-06, currency: EUR2019}
deals:
  ours:
    type: table
    label: ours
    component: pump
    partners:
      a: {partner: bmw-group, volume: {value: 3 k, low: 2 k, high: 4 k, note: guess}}
      b: {partner: jlr, volume: {value: 2 k, low: 1 k, high: 3 k, note: guess}}
      c: {partner: geely, volume: {value: 2 k, low: 1 k, high: 3 k, note: guess}}
    values:
      a + b: {value: 10 MEUR, low: 5 MEUR, high: 15 MEUR, note: guess}
      a + c: {value: 10 MEUR, low: 5 MEUR, high: 15 MEUR, note: guess}
      b + c: {value: 10 MEUR, low: 5 MEUR, high: 15 MEUR, note: guess}
      a + b + c: {value: 12 MEUR, low: 5 MEUR, high: 15 MEUR, note: guess}
"""


def test_an_empty_core_is_legal_and_said_in_words(capsys, tmp_path):
    """Each pair must get 10 of 12: x_i + x_j >= 10 sums to 15, so every pair lacks 2."""
    path = tmp_path / "ours.yaml"
    path.write_text(TABLE)
    code, out, _ = said(capsys, "partner", str(path), "--json")
    deal = json.loads(out)["result"]["alliance"]["ours"]
    assert code == 0
    assert deal["least_core"]["core_is_empty"]
    assert deal["least_core"]["epsilon_meur"] == pytest.approx(2)
    assert any("No split at all keeps everybody" in s for s in deal["story"])


def test_a_missing_coalition_is_named_with_its_place(capsys, tmp_path):
    path = tmp_path / "ours.yaml"
    path.write_text(
        "\n".join(line for line in TABLE.split("\n") if "b + c: {value: 10" not in line)
    )
    code, _, err = said(capsys, "partner", str(path))
    assert code == 2
    assert "ours.yaml:7:3: deals.ours: the value of b + c is missing; add it" in err


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("partner: geely", "partner: jlr", "'jlr' is already partner 'jlr'; list it once"),
        ("partner: geely", "partner: gely", "did you mean"),
        ("low: 300 k, high: 700 k", "low: 0 k, high: 700 k", "must be a car or more"),
        ("value: 500 k, low: 300 k", "value: -500 k, low: -600 k", "outside the range"),
        ("supplier: bmw", "supplier: vw", "'vw' is no partner; name one of bmw, jlr"),
        ("type: supply", "type: barter", "a deal needs a type"),
        ("tooling: {", "toolling: {", "did you mean 'tooling'"),
        ("target: tata", "target: bmw", "is the investor itself"),
    ],
)
def test_what_is_wrong_with_a_deal_is_said_with_its_line(capsys, tmp_path, old, new, says):
    assert old in STUDY
    path = tmp_path / "bad.yaml"
    path.write_text(STUDY.replace(old, new))
    code, _, err = said(capsys, "partner", str(path))
    assert code == 2
    assert says in err and "bad.yaml:" in err
