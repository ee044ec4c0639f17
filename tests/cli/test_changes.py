"""The option -s: a study is run, checked and asked with some of its values set."""

import json

import pytest

from wheelbase.cli.main import run_command
from wheelbase.study import bundled, read

LONGER = "bodies.id3.L103=4400 mm"


@pytest.mark.parametrize("option", ["-s", "--set"])
def test_a_study_is_checked_with_values_set(option, capsys):
    assert run_command(["check", "bills", option, LONGER, option, "base.seed=8"]) == 0
    assert "fine" in capsys.readouterr().out
    assert run_command(["check", "bills", option, "bodies.id3.L103=4400"]) == 2
    assert "change bodies.id3.L103: 4400 has no unit" in capsys.readouterr().err


def test_cost_and_fit_and_simulate_take_changes(capsys):
    def cost(*options):
        assert run_command(["cost", "bills", "--json", "--quiet", *options]) == 0
        return json.loads(capsys.readouterr().out)["result"]["bills"]

    usual, changed = cost(), cost("-s", "powertrains.id3.battery.request=50 kWh")
    less = {id for id in usual if changed[id]["total"]["value"] < usual[id]["total"]["value"]}
    assert less == {"id3@meb.id3"}
    one = ["fit", "bills", "--variant", "id3@meb", "--json", "-s", LONGER]
    assert run_command(one) == 0
    found = json.loads(capsys.readouterr().out)["result"]["variants"]["id3@meb.id3"]
    assert found["fit"]["body"]["L103"] == pytest.approx(4.4)
    assert run_command(["simulate", "bmw-330i-g20", "-s", LONGER]) == 2
    assert "is a car" in capsys.readouterr().err


@pytest.mark.parametrize("odd", ["base.seed", "=8", ""])
def test_a_change_without_a_path_and_a_value_is_bad_usage(odd, capsys):
    for verb in ("run", "check", "fit", "cost", "when", "plan", "simulate", "partner"):
        assert run_command([verb, "clar-or-bespoke", "-s", odd]) == 2
        assert "PATH=VALUE" in capsys.readouterr().err


def test_a_path_that_is_set_twice_is_bad_usage(capsys):
    assert run_command(["check", "bills", "-s", "base.seed=1", "-s", "base.seed=2"]) == 2
    assert "set twice" in capsys.readouterr().err


def test_a_run_with_changes_keeps_the_study_that_reproduces_it(tmp_path, facts, capsys):
    name = "plant-flexibility"
    for folder, options in (("a", []), ("b", ["-s", "base.seed=9"])):
        assert run_command(["run", name, "--quiet", "-o", str(tmp_path / folder), *options]) == 0
    hashes = {
        json.loads((tmp_path / f / "manifest.json").read_text())["input_hash"] for f in ("a", "b")
    }
    assert len(hashes) == 2
    kept = read(tmp_path / "b" / "study.yaml")
    assert kept.text.startswith(f"# {name}.yaml with base.seed=9\n")
    usual = read(bundled()[name]).data
    assert kept.data == usual | {"base": usual["base"] | {"seed": 9}}
    capsys.readouterr()


def test_an_unknown_path_says_what_is_near(capsys):
    assert run_command(["run", "clar-or-bespoke", "-s", "bodies.sedan_x.L103=4 m"]) == 2
    assert "did you mean 'sedan_d'?" in capsys.readouterr().err
