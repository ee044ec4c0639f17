"""The command when: plain words, one JSON document, a map of any two inputs, refusals."""

import json

import pytest

from wheelbase.cli.main import run_command
from wheelbase.study import bundled

STUDY = bundled()["clar-or-bespoke"].read_text()


def said(capsys, *arguments):
    code = run_command(list(arguments))
    found = capsys.readouterr()
    return code, found.out, found.err


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Return the demo's study with few draws."""
    path = tmp_path_factory.mktemp("when") / "small.yaml"
    path.write_text(STUDY.replace("decide: {draws: 300}", "decide: {draws: 20}"))
    return str(path)


def test_the_answer_is_told_in_plain_words(capsys, small):
    code, out, _ = said(capsys, "when", small, "--quiet")
    assert code == 0
    for part in ("which way, EUR m", "when, % of futures", "why: a start in", "what it is worth",
                 "what would have to be true", "regret in the worst future"):  # fmt: skip
        assert part in out
    assert "best in" in out and "20 draws" in out


def test_json_holds_everything_and_the_map_asked_for(capsys, small):
    code, out, _ = said(capsys, "when", small, "--map", "wacc", "block-cost", "--json")
    result = json.loads(out)["result"]
    assert code == 0
    m = result["further_map"]
    assert (m["x"]["input"], m["y"]["input"]) == ("wacc", "block_cost")
    assert len(m["never"]) == 20 and len(m["never"][0]) == 20
    keys = {"ways", "flat", "timing", "causes", "values", "stages", "renewal", "break_even",
            "tornado", "truths", "regret", "robustness", "answer"}  # fmt: skip
    assert keys <= result.keys()
    causes = result["causes"]
    total = sum(c["share_meur"] for c in causes["causes"])
    assert total == pytest.approx(causes["gain"]["value"], abs=0.1)
    stages = [result["stages"][k]["value"] for k in ("eev", "rp", "ws")]
    assert stages == sorted(stages)


def test_a_map_of_an_unknown_input_is_refused_with_a_near_miss(capsys, small):
    code, _, err = said(capsys, "when", small, "--map", "pennalty", "wacc", "--quiet")
    assert code == 2
    assert "did you mean 'penalty'?" in err


@pytest.mark.parametrize(
    ("decide", "what"),
    [
        ("earliest: 2035, latest: 2030", "lies after latest, 2030"),
        ("latest: 2077", "2077 lies outside 2020 to 2040"),
    ],
)
def test_a_contradictory_launch_window_is_refused_at_its_line(capsys, tmp_path, decide, what):
    path = tmp_path / "window.yaml"
    path.write_text(STUDY.replace("decide: {draws: 300}", f"decide: {{draws: 20, {decide}}}"))
    code, _, err = said(capsys, "when", str(path), "--quiet")
    assert code == 2
    assert what in err and "window.yaml:" in err


def test_a_study_without_platforms_to_weigh_is_refused(capsys):
    code, _, err = said(capsys, "when", "same-body-pairs")
    assert code == 2 and "asks only what fits" in err
