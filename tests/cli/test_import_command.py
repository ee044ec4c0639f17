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
    assert "raw.csv:3: police cars" in out and "hybrids are not told apart" in out
    assert "raw.csv:2: Acme Two: 50 may be MPGe or kWh/100 mi" in err


def test_the_reading_of_electric_tests_is_chosen_and_recorded(capsys, raw, tmp_path):
    target = tmp_path / "out.csv"
    arguments = ("import", "epa-testcar", raw, "-o", target, "--electric", "mpge", "--json")
    code, out, _ = said(capsys, *arguments)
    told = json.loads(out)["result"]
    assert code == 0 and told["configurations"] == 1
    assert told["provenance"]["reading"]["electric"] == "mpge"
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


@pytest.mark.parametrize("form", ["epa-testcar", "cycle", "fastsim", "xlsx"])
def test_an_import_never_writes_over_what_it_reads(capsys, form, raw, tmp_path):
    source = {"epa-testcar": raw}.get(form, tmp_path / "mine.csv")
    if form == "cycle":
        source.write_text("time_s,speed_kmh\n0,0\n1,2\n")
    if form == "fastsim":
        source = tmp_path / "mine.yaml"
        source.write_text(BATTERY_CAR)
    if form == "xlsx":
        source = tmp_path / "bills.xlsx"
        said(capsys, "export", "bills", "-o", source)
    before = source.read_bytes()
    code, _, err = said(capsys, "import", form, source, "-o", source)
    assert code == 2 and "is the file that is read" in err and source.read_bytes() == before


@pytest.mark.parametrize("form", ["epa-testcar", "cycle", "fastsim"])
def test_what_cannot_be_read_is_bad_input(capsys, form, tmp_path):
    code, out, err = said(capsys, "import", form, tmp_path / "none.csv")
    assert code == 2 and out == "" and "cannot be read" in err


def test_a_study_goes_into_a_book_and_comes_back(capsys, tmp_path):
    book, study = tmp_path / "bills.xlsx", tmp_path / "bills.yaml"
    code, out, _ = said(capsys, "export", "bills", "-o", book)
    assert code == 0 and out.strip() == str(book)
    code, out, _ = said(capsys, "import", "xlsx", book, "-o", study, "--preview")
    assert code == 0 and not study.exists() and "values in sheet powertrains" in out
    code, out, _ = said(capsys, "import", "xlsx", book, "-o", study)
    assert code == 0 and said(capsys, "check", study)[0] == said(capsys, "check", book)[0] == 0


def test_a_blank_book_is_written_and_says_what_it_lacks(capsys, tmp_path):
    book = tmp_path / "study.xlsx"
    code, _, _ = said(capsys, "export", "template", "-o", book)
    assert code == 0
    code, out, err = said(capsys, "run", book)
    assert code == 2 and out == ""
    assert "study.xlsx: bodies!A1: bodies: missing; add it" in err
    assert "study.xlsx: study!D3: name: missing; add it" in err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["export", "bills", "--to", "csv"], "a study is written as xlsx alone"),
        (["export", "bills", "-o", "bills.yaml"], "name a file in .xlsx"),
        (["export", "template", "-o", "none/study.xlsx"], "no such file"),
        (["import", "xlsx", "none.xlsx"], "cannot be read"),
        (["import", "xlsx", "none.yaml"], "is no .xlsx"),
        (["export", "none"], "--to: say what to write"),
    ],
)
def test_what_is_no_book_is_bad_input(capsys, arguments, word):
    code, out, err = said(capsys, *arguments)
    assert code == 2 and out == "" and word in err


BATTERY_CAR = """\
scenario_name: mine
veh_pt_type: BEV
drag_coef: 0.28
frontal_area_m2: 2.3
wheel_rr_coef: 0.009
wheel_radius_m: 0.33
veh_cg_m: 0.53
veh_override_kg: 1600
mc_max_kw: 150
ess_max_kwh: 60
min_soc: 0.05
max_soc: 0.95
val_comb_kwh_per_mile: 0.28
"""


def test_a_vehicle_of_fastsim_is_shown_written_checked_and_driven(capsys, tmp_path):
    source, study = tmp_path / "mine.yaml", tmp_path / "study.yaml"
    source.write_text(BATTERY_CAR)
    code, out, _ = said(capsys, "import", "fastsim", source, "-o", study, "--preview")
    assert code == 0 and not study.exists()
    assert "estimates" in out and "never taken as certified" in out
    code, out, _ = said(capsys, "import", "fastsim", source, "-o", study, "--json")
    (car,) = json.loads(out)["result"]["cars"]
    assert car["status"] == "estimate" and car["figures"]["battery"]["si"] == 60 * 3.6e6
    assert said(capsys, "check", study)[0] == 0
    code, out, _ = said(capsys, "simulate", source, "--cycle", "udds")
    assert code == 0 and "mine on udds: " in out


def test_a_table_that_is_no_vehicle_is_told_as_one(capsys, tmp_path):
    path = tmp_path / "trace.csv"
    path.write_text("time_s,speed_kmh\n0,0\n1,2\n")
    code, _, err = said(capsys, "simulate", path)
    assert code == 2 and "no columns drag_coef and veh_pt_type of FASTSim 2" in err


def test_a_car_of_a_table_is_chosen_by_its_name(capsys, tmp_path):
    lines = dict(line.split(": ") for line in BATTERY_CAR.splitlines())
    rows = [list(lines), list(lines.values()), ["other", *list(lines.values())[1:]]]
    path = tmp_path / "vehdb.csv"
    path.write_text("\n".join(",".join(row) for row in rows) + "\n")
    code, _, err = said(capsys, "import", "fastsim", path)
    assert code == 2 and "holds 2 cars; choose one with --car" in err
    code, _, err = said(capsys, "import", "fastsim", path, "--car", "othr")
    assert code == 2 and "did you mean other?" in err
    code, out, _ = said(capsys, "import", "fastsim", path, "--car", "other")
    assert code == 0 and (tmp_path / "vehdb.study.yaml").exists() and out.startswith("other (bev")
    path.write_text("\n".join(",".join(row) for row in [*rows, rows[1]]) + "\n")
    code, _, err = said(capsys, "import", "fastsim", path, "--car", "mine", "--preview")
    assert code == 2 and "vehdb.csv:4: is called 'mine', as is vehdb.csv:2; rename one" in err


@pytest.mark.parametrize("form", ["epa-testcar", "cycle", "fastsim", "xlsx"])
def test_a_file_that_nobody_named_is_never_written_over(capsys, form, raw, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source, target = {
        "epa-testcar": (raw, tmp_path / "certified.csv"),
        "cycle": (tmp_path / "mine.csv", tmp_path / "mine.trace.csv"),
        "fastsim": (tmp_path / "mine.yaml", tmp_path / "mine.study.yaml"),
        "xlsx": (tmp_path / "bills.xlsx", tmp_path / "bills.yaml"),
    }[form]
    if form == "xlsx":
        said(capsys, "export", "bills", "-o", source)
    elif form != "epa-testcar":
        source.write_text(BATTERY_CAR if form == "fastsim" else "time_s,speed_kmh\n0,0\n1,2\n")
    target.write_text("mine")
    code, _, err = said(capsys, "import", form, source)
    assert code == 2 and "is there already; name it with -o" in err
    assert target.read_text() == "mine"
    assert said(capsys, "import", form, source, "--preview")[0] == 0
    assert said(capsys, "import", form, source, "-o", target)[0] == 0
    assert target.read_text("utf-8") != "mine"
