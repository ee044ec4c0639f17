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
    assert code == 0 and out.count(" on hwfet: ") == 15


def test_a_trace_of_a_user_and_a_miss_are_reported(capsys, tmp_path):
    path = tmp_path / "steep.csv"
    path.write_text("time_s,speed_kmh\n" + "\n".join(f"{n},{min(n * 25, 240)}" for n in range(40)))
    code, out, err = said(capsys, "simulate", "mini-cooper-f56", "--cycle", str(path))
    assert code == 0 and "cannot follow" in err and "on steep" in out


CERTIFIED = """\
make,model,powertrain,test_mass_kg,rated_power_kw,displacement_l,cylinders,aspiration,transmission,\
gears,drive,nv_ratio_rpm_per_mph,A_N,B_N_per_mps,C_N_per_mps2,ftp_co2_g_km,hwfet_co2_g_km,\
udds_ac_wh_km,hwfet_ac_wh_km,vehicle_id,flag
Acme,One,ICE petrol,1700,130,2.0,4,turbo,Manual,6,All Wheel Drive,25,150,0.5,0.42,190,130,,,V1,
Acme,Two,BEV,2100,200,,,,Automatic,1,All Wheel Drive,105,160,0.4,0.40,,,150,160,V2,
"""


def test_validate_puts_its_classes_at_the_top_of_the_document(capsys, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(CERTIFIED)
    code, out, _ = said(capsys, "validate", "certified", str(path), "--json")
    document = json.loads(out)
    assert code == 0 and document["verb"] == "validate certified" and document["ok"]
    assert set(document["classes"]) == {"petrol", "bev"}
    petrol = document["classes"]["petrol"]
    assert petrol["n"] == 1 and 0 < petrol["mape"] < 0.5
    assert petrol["mape"] == pytest.approx((petrol["ftp_mape"] + petrol["hwfet_mape"]) / 2)
    assert len(document["worst"]) == 2
    code, out, _ = said(capsys, "validate", "certified", str(path))
    assert code == 0 and out.splitlines()[0].startswith("class") and "Acme Two" in out


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
