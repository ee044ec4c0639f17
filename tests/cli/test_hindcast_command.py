import json

from wheelbase.cli.main import run_command


def test_hindcast_says_vantage_distribution_scores_and_what_came(capsys):
    assert run_command(["hindcast", "--maker", "mercedes"]) == 0
    text = capsys.readouterr().out
    for words in ("2023-12-31", "p10", "never", "uniform", "failed:", "happened:", "SHA-256"):
        assert words in text


def test_hindcast_as_json_is_one_document(capsys):
    assert run_command(["hindcast", "--maker", "mercedes", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["ok"] and found["verb"] == "hindcast"
    case = found["result"]["cases"]["mercedes"]
    assert case["happened"]["decided"] is None
    assert set(case["tiers"]) == {"strict"} and "engineering" in case["not_run"]


def test_an_unknown_maker_is_bad_input(capsys):
    assert run_command(["hindcast", "--maker", "bmv"]) == 2
    assert "did you mean bmw" in capsys.readouterr().err
