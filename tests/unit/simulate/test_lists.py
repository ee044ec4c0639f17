"""Lists of test cars and of brochures: what is read, what is refused, what is joined."""

import csv
import gzip
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from wheelbase.catalogue import (
    Electric,
    import_epa_test_cars,
    numbered_rows,
    read_epa_test_cars,
)
from wheelbase.errors import DataError
from wheelbase.simulate import (
    car_of,
    join_technology,
    predict,
    read_road_tests,
    read_test_cars,
    validate,
    validate_performance,
)

HEAD = (
    "make,model,powertrain,test_mass_kg,rated_power_kw,displacement_l,cylinders,aspiration,"
    "transmission,gears,drive,nv_ratio_rpm_per_mph,A_N,B_N_per_mps,C_N_per_mps2,ftp_co2_g_km,"
    "hwfet_co2_g_km,us06_co2_g_km,udds_ac_wh_km,hwfet_ac_wh_km,ev_motor_or_battery,vehicle_id,flag"
)
PETROL = (
    "Acme,One,ICE petrol,1700,130,2.0,4,turbo,Semi-Automatic,8,All Wheel Drive,25,150,0.5,0.42,"
    "190,130,210,,,,V1,"
)
BATTERY = (
    'Acme,Two,BEV,2100,200,,,,Automatic,1,"2-Wheel Drive, Rear",105,160,0.4,0.40,,,,140,150,,V2,'
)


def listed(tmp_path, *rows, head=HEAD):
    path = tmp_path / "list.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def test_a_row_becomes_a_car_that_drives(tmp_path, facts):
    petrol, battery = read_test_cars(listed(tmp_path, PETROL, BATTERY))
    assert (petrol.kind, petrol.charged, petrol.drive, petrol.gears) == ("petrol", True, "awd", 8)
    assert petrol.results["ftp"] == pytest.approx(190e-6)
    assert battery.results["hwfet"] == pytest.approx(150 * 3.6)
    found = predict([car_of(t, None, facts) for t in (petrol, battery)])
    assert 120e-6 < found["ftp"][0] < 280e-6
    assert 100 * 3.6 < found["ftp"][1] < 220 * 3.6


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",1700,", ",nan,", "test_mass_kg: nan is outside"),
        (",1700,", ",0,", "test_mass_kg: 0 is outside"),
        (",1700,", ",-5,", "test_mass_kg: -5 is outside"),
        (",130,2.0", ",many,2.0", "rated_power_kw: 'many' is not a number"),
        (",8,All", ",-8,All", "gears: -8 is outside 0 .. 20"),
        (",25,150", ",0,150", "nv_ratio_rpm_per_mph: 0 is outside 1 .. 1000"),
        (",2.0,4", ",0,4", "displacement_l: 0 is outside 0.05 .. 20"),
        (",2.0,4", ",2000,4", "displacement_l: 2000 is outside 0.05 .. 20"),
        ("ICE petrol", "steam", "powertrain 'steam' is none of"),
        (",0.42,", ",-0.3,", "C_N_per_mps2: -0.3 is outside"),
        (",150,0.5", ",inf,0.5", "A_N: inf is outside"),
    ],
)
def test_a_figure_that_no_car_has_is_named_with_its_line(tmp_path, old, new, said):
    with pytest.raises(DataError, match="list.csv:2: ") as caught:
        read_test_cars(listed(tmp_path, PETROL.replace(old, new, 1)))
    assert said in str(caught.value)


def test_every_problem_is_told_at_once(tmp_path):
    rows = [PETROL.replace(",1700,", ",-1,"), PETROL.replace("ICE petrol", "steam")]
    with pytest.raises(DataError) as caught:
        read_test_cars(listed(tmp_path, *rows))
    assert len(caught.value.problems) == 2


def test_a_thousand_bad_rows_are_told_in_a_few_lines(tmp_path):
    with pytest.raises(DataError) as caught:
        read_test_cars(listed(tmp_path, *[PETROL.replace(",1700,", ",-1,")] * 1000))
    assert len(caught.value.problems) < 25


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", HEAD.replace("A_N,", "")])
def test_a_file_without_the_columns_is_refused(tmp_path, content):
    path = tmp_path / "list.csv"
    path.write_text(content)
    with pytest.raises(DataError, match="columns .* are missing"):
        read_test_cars(path)


def test_a_list_that_cannot_be_read_is_refused(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(b"\xff\xfe\x00\x01")
    for bad in (path, tmp_path / "none.csv", tmp_path):
        with pytest.raises(DataError, match="cannot be read"):
            read_test_cars(bad)


def test_results_and_names_are_no_input(tmp_path, facts):
    plain = read_test_cars(listed(tmp_path, PETROL, BATTERY))
    other = [r.replace("Acme", "Zeta").replace(",190,130,", ",90,330,") for r in (PETROL, BATTERY)]
    changed = read_test_cars(listed(tmp_path, *other))
    first, second = (predict([car_of(t, None, facts) for t in ts]) for ts in (plain, changed))
    assert all(np.array_equal(first[k], second[k]) for k in first)


def test_a_second_drive_mode_and_a_doubted_row_are_counted_apart(tmp_path, facts):
    sport = PETROL.replace(",190,130,", ",240,150,")
    doubted = PETROL.replace("V1,", "V3,energy balance or road load implausible")
    tests = read_test_cars(listed(tmp_path, PETROL, sport, doubted))
    found = validate(tests, [None] * 3, facts).classes["petrol"]
    assert found.n == 1
    assert found.left_out == {"another drive mode": 1, "implausible by the list": 1}


FLEET = (
    "make,vehicle,fuel,omega_tech_class,drive,engine_power_kw,cylinders,displacement_l,"
    "battery_gross_kwh,emachine_power_kw,test_mass_kg,A_N,B_N_per_mps,C_N_per_mps2"
)


def test_technology_is_joined_by_attributes_alone(tmp_path, facts):
    tests = read_test_cars(listed(tmp_path, PETROL, BATTERY))
    path = tmp_path / "fleet.csv"
    path.write_text(
        FLEET + "\nOther,Name,gasoline,ICE_SLA_AWD_ATK_TRX22R_SS0,AWD,130,4,2.0,,,1700,150,0.5,0.42"
        "\nTesla,MODEL 3 RWD,electricity,BEV_RWD,RWD,,,,60,192,2100,160,0.4,0.40\n"
    )
    petrol, battery = join_technology(tests, path, facts)
    assert (petrol.engine, petrol.start_stop) == ("atkinson-petrol", 0.0)
    assert battery.machines[0][0] == "pmsm" and battery.inverter == "sic"
    far = read_test_cars(listed(tmp_path, PETROL.replace(",1700,", ",3400,")))
    assert join_technology(far, path, facts) == (None,)


RAW = {
    "Represented Test Veh Make": "BMX", "Represented Test Veh Model": "One",
    "Test Vehicle ID": "V1",
    "Test Veh Configuration #": "0", "Test Veh Displacement (L)": "2.000",
    "Rated Horsepower": "228", "# of Cylinders and Rotors": "4",
    "Tested Transmission Type": "Semi-Automatic", "# of Gears": "8",
    "Drive System Description": "2-Wheel Drive, Front", "Equivalent Test Weight (lbs.)": "3750",
    "Axle Ratio": "9.99", "N/V Ratio": "27.4", "Analytically Derived FE?": "No",
    "Test Procedure Description": "HWFE", "Test Fuel Type Description": "Tier 2 Cert Gasoline",
    "Test Category": "HWY", "CO2 (g/mi)": "175.495", "RND_ADJ_FE": "50.2",
    "Target Coef A (lbf)": "36.300", "Target Coef B (lbf/mph)": "0.0430",
    "Target Coef C (lbf/mph**2)": "0.01823", "Police - Emergency Vehicle?": "N",
}  # fmt: skip


@pytest.mark.parametrize("ending", [".csv", ".csv.gz"])
def test_the_raw_epa_list_is_read_with_its_traps(tmp_path, ending):
    rows = [
        RAW,
        RAW | {"Test Category": "FTP", "CO2 (g/mi)": "278.76"},
        RAW | {"Analytically Derived FE?": "Yes"},
        RAW | {"Police - Emergency Vehicle?": "Y"},
        RAW | {"Test Vehicle ID": "E", "Test Fuel Type Description": "Electricity",
               "Test Procedure Description": "Charge Depleting UDDS", "RND_ADJ_FE": "120"},
        RAW | {"Test Vehicle ID": "E", "Test Fuel Type Description": "Electricity",
               "Test Procedure Description": "Charge Depleting Highway", "RND_ADJ_FE": "30"},
    ]  # fmt: skip
    source, target = tmp_path / f"raw{ending}", tmp_path / "out.csv"
    opened = gzip.open if ending.endswith("gz") else open
    with opened(source, "wt", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, RAW)
        writer.writeheader()
        writer.writerows(rows)
    done = import_epa_test_cars(source, target)
    assert (done.rows, done.configurations) == (6, 2)
    assert done.left_out == {"analytically derived": 1, "police cars": 1}
    burns, plugs = csv.DictReader(target.read_text("utf-8").splitlines())
    assert (burns["make"], burns["axle_ratio"], burns["powertrain"]) == ("BMW", "", "ICE petrol")
    assert float(burns["test_mass_kg"]) == pytest.approx(3750 * 0.45359237, rel=1e-5)
    assert float(burns["A_N"]) == pytest.approx(36.3 * 4.4482216, rel=1e-5)
    assert float(burns["hwfet_co2_g_km"]) == pytest.approx(175.495 / 1.609344, abs=0.01)
    assert plugs["powertrain"] == "BEV"
    assert float(plugs["udds_ac_wh_km"]) == pytest.approx(33705 / 120 / 1.609344, abs=0.1)
    assert float(plugs["hwfet_ac_wh_km"]) == pytest.approx(300 / 1.609344, abs=0.1)
    assert len(read_test_cars(target)) == 2


def raw(tmp_path, *rows):
    path = tmp_path / "raw.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, RAW)
        writer.writeheader()
        writer.writerows(rows)
    return path


PLUGGED = RAW | {
    "Test Fuel Type Description": "Electricity",
    "Test Procedure Description": "Charge Depleting UDDS",
    "RND_ADJ_FE": "120",
}


def test_an_electric_figure_is_shown_in_both_units_and_read_as_asked(tmp_path):
    source = raw(tmp_path, PLUGGED, PLUGGED | {"RND_ADJ_FE": "25"})
    high, low = read_epa_test_cars(source).electric
    assert high.as_mpge == pytest.approx(33.705 * 3.6e6 / 120 / 1609.344)
    assert high.as_kwh == pytest.approx(1.2 * 3.6e6 / 1609.344)
    assert (high.energy, low.energy) == (high.as_mpge, low.as_kwh)
    for electric, line, said in (
        (Electric.mpge, 3, "25 as MPGe is 838 Wh/km"),  # 33705 / 25 / 1.609344
        (Electric.kwh, 2, "120 as kWh/100 mi is 746 Wh/km"),  # 1200 / 1.609344
    ):
        (left,) = read_epa_test_cars(source, electric).provenance.rejected
        assert left.place == f"raw.csv:{line}" and said in left.reason


def test_a_figure_that_could_be_either_unit_is_doubted(tmp_path):
    # 50 MPGe are 33705 / 50 = 674 Wh/mi, 50 kWh/100 mi are 500: a car could draw either
    source = raw(tmp_path, PLUGGED | {"RND_ADJ_FE": "50"}, RAW | {"Test Vehicle ID": "B"})
    found = import_epa_test_cars(source, tmp_path / "out.csv")
    assert [t.line for t in found.doubtful] == [2]
    doubted, sure = csv.DictReader((tmp_path / "out.csv").read_text("utf-8").splitlines())
    assert "MPGe or kWh/100 mi" in doubted["flag"] and sure["flag"] == ""


def test_the_electric_figure_of_a_plug_in_hybrid_is_neither_written_nor_a_flag(tmp_path):
    source = raw(tmp_path, RAW, PLUGGED | {"RND_ADJ_FE": "50"})
    found = read_epa_test_cars(source)
    (row,) = found.written
    assert (row["powertrain"], row["flag"]) == ("PHEV", "") and "udds_ac_wh_km" not in row
    assert len(found.doubtful) == 1 and row["hwfet_co2_g_km"]


def test_every_test_left_out_is_named_with_its_line_and_reason(tmp_path):
    source = raw(
        tmp_path,
        RAW,
        RAW | {"N/V Ratio": "steep"},
        RAW | {"CO2 (g/mi)": "nan"},
        PLUGGED | {"RND_ADJ_FE": ""},
        RAW | {"Test Category": "LA4"},
        RAW | {"Target Coef C (lbf/mph**2)": "-0.2"},
        RAW | {"Equivalent Test Weight (lbs.)": "0"},
    )
    found = import_epa_test_cars(source, tmp_path / "out.csv")
    assert [str(r) for r in found.provenance.rejected] == [
        "raw.csv:3: no number: N/V Ratio 'steep'",
        "raw.csv:4: no number: CO2 (g/mi) nan",
        "raw.csv:5: an electric test without a figure",
        "raw.csv:6: other procedures",
        "raw.csv:7: no figure of a car: Target Coef C (lbf/mph**2) -0.2 lbf/mph^2 is outside the "
        "range above 0 lbf/mph^2",
        "raw.csv:8: no figure of a car: Equivalent Test Weight (lbs.) 0 lb is outside the range "
        "above 0 lb",
    ]
    told = json.loads((tmp_path / "out.csv.provenance.json").read_text("utf-8"))
    assert told["sha256"] == hashlib.sha256(source.read_bytes()).hexdigest()
    assert (told["file"], told["reading"]["electric"]) == ("raw.csv", "by-value")
    assert "stand as petrol cars" in told["reading"]["hybrids"]
    assert len(told["left_out"]) == 6


def test_a_line_is_that_of_the_file_also_behind_blank_ones(tmp_path):
    source = raw(tmp_path, RAW, RAW | {"N/V Ratio": "steep"})
    head, good, bad = source.read_text("utf-8-sig").splitlines()
    source.write_text("\n".join([head, "", good, "", bad]) + "\n")
    found = read_epa_test_cars(source)
    assert [row["source_rows"] for row in found.written] == ["3"]
    assert [r.place for r in found.provenance.rejected] == ["raw.csv:5"]


def test_a_name_that_would_be_a_formula_is_written_as_text(tmp_path):
    made = {"Represented Test Veh Make": "=1+1", "Represented Test Veh Model": "@cmd|' /C calc'!A0"}
    (row,) = read_epa_test_cars(raw(tmp_path, RAW | made)).written
    assert row["make"] == "'=1+1" and row["model"].startswith("'@")
    assert (
        read_epa_test_cars(raw(tmp_path, RAW | {"Target Coef B (lbf/mph)": "-0.1"}))
        .written[0]["B_N_per_mps"]
        .startswith("-0.99")
    )  # 4.4482216 / 0.44704 is 9.950; a number stays


def test_fuel_that_is_burnt_without_carbon_dioxide_is_no_test(tmp_path):
    source = raw(tmp_path, RAW, RAW | {"CO2 (g/mi)": "0"}, RAW | {"CO2 (g/mi)": "-3"})
    found = read_epa_test_cars(source)
    assert [r.place for r in found.provenance.rejected] == ["raw.csv:3", "raw.csv:4"]
    assert all("burning fuel" in r.reason for r in found.provenance.rejected)


def test_a_list_that_unpacks_to_more_than_any_is_refused(tmp_path):
    source = tmp_path / "raw.csv.gz"
    with gzip.open(source, "wt") as file:
        file.write("a,b\n" * 1000)
    assert numbered_rows(source, 4000)[-1] == (1000, ["a", "b"])
    with pytest.raises(DataError, match="more than 100 characters; leave out rows or columns"):
        numbered_rows(source, 100)


def test_an_import_that_fails_leaves_nothing(tmp_path):
    with pytest.raises(DataError, match="columns"):
        import_epa_test_cars(listed(tmp_path, PETROL), tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()
    source = tmp_path / "raw.csv"
    source.write_text(",".join(f'"{k}"' for k in RAW) + "\n")
    with pytest.raises(DataError, match="cannot be written"):
        import_epa_test_cars(source, tmp_path / "none" / "out.csv")


ROAD = (
    "car,drive,power_kw,torque_nm,width_mm,height_mm,min_empty_weight_kg,tyre_size_in,accel_0_100_s"
)


def test_a_brochure_is_held_against_its_time(tmp_path, facts):
    path = listed(tmp_path, "One,2WD (rear),150,310,1800,1550,1730,19,7.3", ",,,,,,,,", head=ROAD)
    tests = read_road_tests(path)
    assert len(tests) == 1 and tests[0].drive == "rwd"
    found = validate_performance(tests, facts)
    assert found.n == 1 and abs(found.bias) == found.mape == found.median < 0.2
    bad = listed(tmp_path, "One,2WD (rear),150,310,1800,1550,-1,19,nan", head=ROAD)
    with pytest.raises(DataError) as caught:
        read_road_tests(Path(bad))
    assert len(caught.value.problems) == 2
    with pytest.raises(DataError, match="no car"):
        validate_performance((), facts)


FLEET_HEAD = (
    "make,vehicle,fuel,omega_tech_class,drive,engine_power_kw,cylinders,displacement_l,"
    "battery_gross_kwh,emachine_power_kw,test_mass_kg,A_N,B_N_per_mps,C_N_per_mps2"
)
FLEET_ROW = "Acme,One,gasoline,P0_TDS_SS1,awd,130,4,2.0,0.4,12,1700,150,0.5,0.42"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",1700,", ",0,", "list.csv:2: test_mass_kg: 0 is outside 300 .. 7000"),
        (",1700,", ",-1,", "test_mass_kg: -1 is outside"),
        (",0.4,", ",-0.4,", "battery_gross_kwh: -0.4 is outside 0 .. 1000"),
        (",4,", ",nan,", "cylinders: nan is outside"),
        (",12,", ",twelve,", "emachine_power_kw: 'twelve' is not a number"),
    ],
)
def test_a_fleet_list_with_a_figure_that_no_car_has_is_refused(tmp_path, facts, old, new, said):
    """Fuzzing found a traceback for each of them."""
    tests = read_test_cars(listed(tmp_path, PETROL))
    assert join_technology(tests, listed(tmp_path, FLEET_ROW, head=FLEET_HEAD), facts)[0]
    path = listed(tmp_path, FLEET_ROW.replace(old, new, 1), head=FLEET_HEAD)
    with pytest.raises(DataError) as caught:
        join_technology(tests, path, facts)
    assert any(said in problem for problem in caught.value.problems), caught.value.problems
