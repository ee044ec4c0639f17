import csv
import json

import pytest

from wheelbase.cli.main import run_command


def said(capsys, *arguments):
    code = run_command(list(map(str, arguments)))
    out, err = capsys.readouterr()
    return code, out, err


COLUMNS = (
    "Represented Test Veh Make", "Represented Test Veh Model", "Test Vehicle ID",
    "Test Veh Configuration #", "Test Veh Displacement (L)", "Rated Horsepower",
    "# of Cylinders and Rotors", "Tested Transmission Type", "# of Gears",
    "Drive System Description", "Equivalent Test Weight (lbs.)", "Axle Ratio", "N/V Ratio",
    "Analytically Derived FE?", "Test Procedure Description", "Test Fuel Type Description",
    "Test Category", "CO2 (g/mi)", "RND_ADJ_FE", "Target Coef A (lbf)", "Target Coef B (lbf/mph)",
    "Target Coef C (lbf/mph**2)", "Police - Emergency Vehicle?",
)  # fmt: skip
ELECTRIC = (
    "Acme", "Two", "V2", "0", "", "268", "", "Automatic", "1", "All Wheel Drive", "4500", "9.1",
    "105", "No", "Charge Depleting UDDS", "Electricity", "UDDS", "", "50", "36", "0.04", "0.018",
    "N",
)  # fmt: skip


@pytest.fixture
def raw(tmp_path):
    path = tmp_path / "raw.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, ELECTRIC, [*ELECTRIC[:-1], "Y"]])
    return path


def test_a_preview_of_the_epa_list_shows_both_readings_and_writes_nothing(capsys, raw, tmp_path):
    target = tmp_path / "out.csv"
    code, out, err = said(capsys, "import", "epa-testcar", raw, "-o", target, "--preview")
    assert code == 0 and sorted(p.name for p in tmp_path.iterdir()) == ["raw.csv"]
    assert "419" in out and "311" in out  # 33705 / 50 and 500 Wh/mi over 1.609344
    assert "raw.csv:3: police cars" in out
    assert "raw.csv:2: Acme Two: 50 may be MPGe or kWh/100 mi" in err


def test_the_reading_of_electric_tests_is_chosen_and_recorded(capsys, raw, tmp_path):
    target = tmp_path / "out.csv"
    arguments = ("import", "epa-testcar", raw, "-o", target, "--electric", "mpge", "--json")
    code, out, _ = said(capsys, *arguments)
    told = json.loads(out)["result"]
    assert code == 0 and told["configurations"] == 1
    assert told["provenance"]["reading"] == {"electric": "mpge"}
    (row,) = csv.DictReader(target.read_text("utf-8").splitlines())
    assert float(row["udds_ac_wh_km"]) == pytest.approx(33705 / 50 / 1.609344, abs=0.1)
    assert json.loads((tmp_path / "out.csv.provenance.json").read_text()) == told["provenance"]


def test_a_recording_is_shown_cleaned_and_driven(capsys, tmp_path):
    source, target = tmp_path / "drive.csv", tmp_path / "clean.csv"
    rows = [f"{n},{min(n, 30)}" for n in range(60)]
    source.write_text("\n".join(["time_s,speed_kmh", *rows, "59.5,-1"]) + "\n")
    code, out, _ = said(capsys, "import", "cycle", source, "-o", target, "--preview")
    assert code == 0 and not target.exists()
    assert "60 of 61 rows" in out and "drive.csv:62: negative speed: -1 km/h" in out
    code, out, _ = said(capsys, "import", "cycle", source, "-o", target)
    assert code == 0 and target.exists()
    code, out, _ = said(capsys, "simulate", "mini-cooper-f56", "--cycle", target)
    assert code == 0 and " on clean: " in out


@pytest.mark.parametrize("form", ["epa-testcar", "cycle"])
def test_what_cannot_be_read_is_bad_input(capsys, form, tmp_path):
    code, out, err = said(capsys, "import", form, tmp_path / "none.csv")
    assert code == 2 and out == "" and "cannot be read" in err
