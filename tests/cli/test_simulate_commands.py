import json

import pytest

from wheelbase.cli.main import run_command


def said(capsys, *arguments):
    code = run_command(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def test_a_car_of_the_catalogue_is_driven(capsys):
    code, out, err = said(capsys, "simulate", "bmw-330i-g20", "--cycle", "udds", "--json")
    assert code == 0 and err == ""
    drive = json.loads(out)["result"]["drives"][0]
    assert drive["cycle"] == "udds" and 5 < drive["economy"]["l_per_100km"] < 10
    assert drive["balance_error"] < 1e-9
    shares = [v for v in drive["losses_share"].values() if v > 0]
    assert sum(shares) == pytest.approx(1.0)


def test_every_car_of_a_study_is_driven(capsys):
    code, out, _ = said(capsys, "simulate", "clar-or-bespoke", "--cycle", "hwfet")
    assert code == 0 and out.count(" on hwfet: ") == 14


def test_a_trace_of_a_user_and_a_miss_are_reported(capsys, tmp_path):
    path = tmp_path / "steep.csv"
    path.write_text("time_s,speed_kmh\n" + "\n".join(f"{n},{min(n * 25, 240)}" for n in range(40)))
    code, out, err = said(capsys, "simulate", "mini-cooper-f56", "--cycle", str(path))
    assert code == 0 and "cannot follow" in err and "on steep" in out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["simulate", "bmw-331i"], "did you mean bmw-330i-g20"),
        (["simulate", "bmw-330i-g20", "--cycle", "wtlc"], "did you mean"),
        (["simulate", "bmw-330i-g20", "--cycle", "none.csv"], "cannot be read"),
        (["validate", "certified", "none.csv"], "cannot be read"),
        (["validate", "performance", "none.csv"], "cannot be read"),
        (["import", "epa-testcar", "none.csv"], "cannot be read"),
    ],
)
def test_bad_input_ends_with_two_and_says_why(capsys, arguments, word):
    code, out, err = said(capsys, *arguments)
    assert code == 2 and word in err and out == ""
