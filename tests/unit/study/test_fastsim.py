"""Vehicles of FASTSim come in as estimates, or not at all; the cars here are made up."""

import hashlib
import json

import pytest

from wheelbase.catalogue import cycle
from wheelbase.errors import DataError
from wheelbase.simulate import accelerate, drive
from wheelbase.study import (
    drivable,
    fragment,
    is_fastsim,
    load_package,
    read_fastsim,
    write_fragment,
)

BODY = {"drag_coef": 0.28, "frontal_area_m2": 2.3, "wheel_rr_coef": 0.009, "wheel_radius_m": 0.33,
        "veh_cg_m": 0.53, "veh_override_kg": 1600}  # fmt: skip
ENGINE = {"fc_max_kw": 120, "fc_eff_type": "SI", "fs_kwh": 450}
MOTOR = {"mc_max_kw": 80, "ess_max_kw": 90, "ess_max_kwh": 12, "min_soc": 0.15, "max_soc": 0.9}
CARS = {
    "Conv": BODY | ENGINE | {"veh_pt_type": "Conv", "stop_start": "true"},
    "HEV": BODY | ENGINE | MOTOR | {"veh_pt_type": "HEV", "ess_max_kwh": 1.4,
                                    "fc_eff_type": "Atkinson"},
    "PHEV": BODY | ENGINE | MOTOR | {"veh_pt_type": "PHEV"},
    "BEV": BODY | MOTOR | {"veh_pt_type": "BEV", "mc_max_kw": 150, "ess_max_kwh": 60,
                           "veh_cg_m": -0.53},
}  # fmt: skip
KINDS = {"Conv": "petrol", "HEV": "hev", "PHEV": "phev", "BEV": "bev"}
CAMEL = {"drag_coef": "dragCoef", "frontal_area_m2": "frontalAreaM2",
         "wheel_rr_coef": "wheelRrCoef", "wheel_radius_m": "wheelRadiusM", "veh_cg_m": "vehCgM",
         "veh_override_kg": "vehOverrideKg",
         "fc_max_kw": "maxFuelConvKw", "fc_eff_type": "fcEffType", "fs_kwh": "fuelStorKwh",
         "mc_max_kw": "maxMotorKw", "ess_max_kw": "maxEssKw", "ess_max_kwh": "maxEssKwh",
         "min_soc": "minSoc", "max_soc": "maxSoc", "veh_pt_type": "vehPtType",
         "stop_start": "stopStart"}  # fmt: skip
PARTS = {"fc": ("fc_max_kw", "pwr_out_max_watts", 1e3),
         "em": ("mc_max_kw", "pwr_out_max_watts", 1e3),
         "fs": ("fs_kwh", "energy_capacity_joules", 3.6e6)}  # fmt: skip


def table(tmp_path, *cars, names=None):
    """Write a table of FASTSim 2 as older versions named its columns."""
    keys = list(dict.fromkeys(key for car in cars for key in car))
    lines = [",".join(["Selection", "Scenario name", *(CAMEL.get(k, k) for k in keys)])]
    for n, car in enumerate(cars):
        name = names[n] if names else f"car {n}"
        lines.append(",".join([str(n), name, *(str(car.get(k, "")) for k in keys)]))
    path = tmp_path / "vehdb.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def flat(tmp_path, car):
    """Write a file of FASTSim 2 in YAML."""
    lines = [f"{key}: {value}" for key, value in {"scenario_name": "mine", **car}.items()]
    path = tmp_path / "two.yaml"
    path.write_text("\n".join([*lines, "fc_eff_map:", "  v: 1", "  data: [0.1, 0.35]"]) + "\n")
    return path


def nested(tmp_path, kind, peak=0.36, map="data", **changes):
    """Write a file of FASTSim 3 of the same car, in its units; older ones keep maps elsewhere."""
    curve = {"x": [0, 1], "f_x": [0.1, peak]}
    curve = {"data": {"data": {"values": {"data": [0.1, peak]}}}, "Interp1D": {"Interp1D": curve},
             "f_x": curve}[map]  # fmt: skip
    car = CARS[kind]
    parts = {}
    for part, (key, name, factor) in PARTS.items():
        if key in car:
            parts[part] = {name: car[key] * factor, "state": {"i": 0, "soc": 0.5}}
    if "fc" in parts:
        parts["fc"]["eff_interp_from_pwr_out"] = curve
    if "ess_max_kwh" in car:
        parts["res"] = {"energy_capacity_joules": car["ess_max_kwh"] * 3.6e6,
                        "min_soc": car["min_soc"], "max_soc": car["max_soc"]}  # fmt: skip
    tree = {
        "name": "mine",
        "pt_type": {kind: parts},
        "chassis": {"drag_coef": car["drag_coef"], "wheel_rr_coef": car["wheel_rr_coef"],
                    "frontal_area_square_meters": car["frontal_area_m2"],
                    "wheel_radius_meters": car["wheel_radius_m"], "drive_type": "FWD"},
        "mass_kilograms": car["veh_override_kg"],
        "state": {"time_seconds": 0.0, "mass_kilograms": ".nan"},
    }  # fmt: skip
    tree |= changes
    path = tmp_path / "three.yaml"
    path.write_text("---\n" + json.dumps(tree))
    return path


@pytest.mark.parametrize("kind", CARS)
def test_a_car_is_the_same_in_every_form(tmp_path, kind):
    sources = [
        table(tmp_path, CARS[kind]),
        flat(tmp_path, CARS[kind]),
        nested(tmp_path, kind, peak=0.4 if kind == "HEV" else 0.36),
    ]
    for path in sources:
        assert is_fastsim(path)
        (car,), refused = read_fastsim(path)
        assert refused == () and car.kind == KINDS[kind]
        assert car.value("mass") == 1600 and car.value("drag") == 0.28
        assert car.value("engine") == (0 if kind == "BEV" else 120e3)
        assert car.value("machine") == {"Conv": 0, "BEV": 150e3}.get(kind, 80e3)
        energy = {"Conv": 0, "HEV": 1.4, "PHEV": 12, "BEV": 60}[kind]
        assert car.value("battery") == pytest.approx(energy * 3.6e6)
        assert car.engine == {"BEV": "", "HEV": "atkinson-petrol"}.get(kind, "na-petrol")


@pytest.mark.parametrize("kind", CARS)
def test_an_imported_car_drives_and_says_that_it_is_an_estimate(tmp_path, facts, kind):
    (imported,), _ = read_fastsim(flat(tmp_path, CARS[kind]))
    car = drivable(imported, facts)
    done = drive(car, cycle("udds"))
    # F = c m g + rho/2 cd A v2, and brakes and hubs: the road load of the figures of the file
    assert car.road.A > 0.009 * 1600 * 9.80665 and car.road.mass == 1600
    assert pytest.approx(0.28 * 2.3 * 1.2 / 2, rel=0.03) == car.road.C
    assert done.shortfall.energy == 0 and done.balance_error < 1e-9
    assert any("every figure is an estimate" in text for text in done.outside_range)
    assert 4 < accelerate(car).time_0_100 < 16
    if kind in ("PHEV", "BEV"):
        assert car.usable_energy == pytest.approx(imported.value("battery") * 0.75)


def test_the_masses_of_parts_add_up_as_fastsim_adds_them(tmp_path):
    # NREL/fastsim, 2016 CHEVROLET Volt: its parts in FASTSim_py_veh_db.csv, 1893.67 kg in version 3
    volt = {"glider_kg": 950.564, "cargo_kg": 136, "trans_kg": 114, "comp_mass_multiplier": 1.4,
            "ess_kg_per_kwh": 8, "ess_base_kg": 75, "mc_pe_kg_per_kw": 0.833, "mc_pe_base_kg": 21.6,
            "fc_base_kg": 61, "fc_kw_per_kg": 2.13, "fs_kwh_per_kg": 9.89, "fc_max_kw": 75,
            "mc_max_kw": 111, "ess_max_kwh": 18.4, "fs_kwh": 297}  # fmt: skip
    car = {k: v for k, v in CARS["PHEV"].items() if k != "veh_override_kg"} | volt
    (found,), _ = read_fastsim(flat(tmp_path, car))
    assert found.value("mass") == pytest.approx(1893.67, abs=0.01)
    assert any("sum of its parts" in text for text in found.assumed)
    for key, value in (("fc_kw_per_kg", 0), ("glider_kg", -1)):
        with pytest.raises(DataError, match=f"{key}: {value} is below what a car has"):
            read_fastsim(flat(tmp_path, car | {key: value}))


BAD = [
    ("Conv", "drag_coef", ".nan", "drag_coef: '.nan' is no number"),
    ("Conv", "drag_coef", "nan", "drag_coef: 'nan' is no number"),
    ("Conv", "drag_coef", "", "drag_coef: missing; a car of kind conv needs it"),
    ("Conv", "veh_override_kg", "", "glider_kg|gliderkg: missing, and so is the mass as a whole"),
    ("Conv", "veh_override_kg", "nan", "'nan' is no number"),
    ("Conv", "veh_override_kg", 1.6, "1.6 kg is outside .* a thousandfold of it would be a car's"),
    ("Conv", "fc_max_kw", 120000, "a thousandth of it would be a car's: is the unit right"),
    ("BEV", "ess_max_kwh", 60000, "a thousandth of it would be a car's: is the unit right"),
    ("BEV", "ess_max_kwh", 0, "0 kWh is outside 0.1 .. 300 kWh; no passenger car has that"),
    ("BEV", "wheel_radius_m", 330, "a thousandth of it"),
    ("BEV", "veh_pt_type", "Steam", "'Steam' is none of Conv, HEV, PHEV, BEV"),
    ("HEV", "fc_eff_type", "H2FC", "'H2FC' is none of SI, Atkinson, Diesel"),
    ("PHEV", "min_soc", 0.95, "is outside|is not above"),
    ("PHEV", "max_soc", 0.1, "max_soc: 0.1 is not above 0.15"),
    ("Conv", "veh_override_kg", 15000, "no passenger car has that"),
]


@pytest.mark.parametrize(("kind", "key", "value", "says"), BAD)
def test_a_figure_that_is_no_cars_is_refused_with_its_reason(tmp_path, kind, key, value, says):
    with pytest.raises(DataError, match=says):
        read_fastsim(flat(tmp_path, CARS[kind] | {key: value}))


def test_every_problem_of_a_car_is_told_at_once(tmp_path):
    bad = CARS["PHEV"] | {"drag_coef": 28, "veh_override_kg": "", "mc_max_kw": "much"}
    with pytest.raises(DataError) as caught:
        read_fastsim(flat(tmp_path, bad))
    told = "\n".join(caught.value.problems)
    assert all(word in told for word in ("drag_coef", "gliderkg", "mc_max_kw"))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"mass_kilograms": None}, "mass_kilograms: missing"),
        ({"mass_kilograms": ".nan"}, "mass_kilograms: '.nan' is no number"),
        ({"pt_type": {"Steam": {"fc": {"pwr_out_max_watts": 1}}}}, "none of Conv, HEV"),
        ({"pt_type": {"BEV": {"em": {"pwr_out_max_watts": 150}}}}, "a thousandfold of it"),
        ({"peak": 0.6}, "an efficiency of 0.6 is a fuel cell's"),
        ({"peak": 0.6, "map": "Interp1D"}, "an efficiency of 0.6 is a fuel cell's"),
        ({"peak": 0.6, "map": "f_x"}, "an efficiency of 0.6 is a fuel cell's"),
        ({"chassis": {"drag_coef": 0.3}}, "chassis.frontal_area_square_meters: missing"),
    ],
)
def test_a_car_of_version_3_is_refused_with_its_reason(tmp_path, changes, says):
    kind = "HEV" if "peak" in changes else "BEV"
    with pytest.raises(DataError, match=says):
        read_fastsim(nested(tmp_path, kind, **changes))


def test_what_is_left_out_is_named_with_its_reason(tmp_path):
    car = CARS["BEV"] | {"val_udds_kwh_per_mile": 0.25, "aux_kw": 0.3, "val_msrp": 30000,
                         "chg_eff": 0.86, "ess_life_coef_a": 110, "mph_fc_on": 1}  # fmt: skip
    (found,), _ = read_fastsim(flat(tmp_path, car))
    why = {r.place.split(": ")[1]: r.reason for r in found.provenance.rejected}
    assert "never taken as certified" in why["val_udds_kwh_per_mile"]
    assert "auxiliaries" in why["aux_kw"] and "efficiency" in why["chg_eff"]
    assert "control" in why["mph_fc_on"] and "price or a life" in why["ess_life_coef_a"]
    assert not set(why) & {"drag_coef", "veh_override_kg", "ess_max_kwh", "veh_pt_type"}


def test_of_a_table_the_good_cars_come_in_and_the_others_are_told(tmp_path):
    path = table(tmp_path, CARS["Conv"], CARS["BEV"] | {"drag_coef": "x"}, names=["a", "b"])
    cars, refused = read_fastsim(path)
    assert [car.name for car in cars] == ["a"]
    assert refused == ("vehdb.csv:3: dragCoef: 'x' is no number",)


def test_a_list_of_parameters_is_read_too(tmp_path):
    rows = [f",{key},{value},a comment" for key, value in CARS["BEV"].items()]
    path = tmp_path / "list.csv"
    head = ["Category,Param Name,Param Value,Comments", "Vehicle,Scenario name,mine,"]
    path.write_text("\n".join([*head, *rows]) + "\n")
    (car,), _ = read_fastsim(path)
    assert (car.name, car.kind, car.drive) == ("mine", "bev", "rwd")


@pytest.mark.parametrize("kind", ["Conv", "PHEV", "BEV"])
def test_a_car_becomes_a_study_of_what_fits_that_is_checked(tmp_path, facts, kind):
    source, target = flat(tmp_path, CARS[kind]), tmp_path / "study.yaml"
    (car,), _ = read_fastsim(source)
    made = write_fragment(car, target, facts)
    package = load_package(str(target), facts)
    assert package.bodies["car"].drag == 0.28 and package.bodies["car"].area == 2.3
    train = package.powertrains["car"]
    asked = 150e3 if kind == "BEV" else 80e3
    if train.units:
        apart = abs(train.units[0].peak_power - asked)
        assert apart == min(abs(unit.peak_power - asked) for unit in facts.drive_unit)
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    assert f"sha256 {digest}" in made.text and "every figure is an estimate" in made.text
    told = json.loads((tmp_path / "study.yaml.provenance.json").read_text("utf-8"))
    assert told["sha256"] == digest and "an estimate" in told["reading"]["drag_coef"]


def test_a_full_hybrid_is_driven_and_makes_no_study(tmp_path, facts):
    (car,), _ = read_fastsim(flat(tmp_path, CARS["HEV"]))
    with pytest.raises(DataError, match="composes no full hybrid"):
        fragment(car, facts)


def test_a_vehicle_that_is_taken_for_a_study_says_what_it_is(tmp_path, facts):
    for path in (flat(tmp_path, CARS["BEV"]), nested(tmp_path, "BEV")):
        with pytest.raises(DataError, match="is a vehicle of FASTSim; `wheelbase import fastsim`"):
            load_package(str(path), facts)


@pytest.mark.parametrize("name", ["a" * 51 + " b" * 20, "日産 リーフ", "--", "Škoda 7.0"])
def test_any_name_of_a_car_makes_a_study_that_is_read_again(tmp_path, facts, name):
    (car,), _ = read_fastsim(table(tmp_path, CARS["BEV"], names=[name]))
    made = write_fragment(car, tmp_path / "study.yaml", facts)
    named = load_package(str(tmp_path / "study.yaml"), facts).spec.name
    assert not named.endswith("-") and f"name: {named}\n" in made.text


def test_a_figure_is_shown_as_it_is_filed(tmp_path):
    (car,), _ = read_fastsim(nested(tmp_path, "BEV", mass_kilograms=1633.4567891))
    assert car.figures["mass"].text == "1633.4567891 kg"


def test_a_name_of_a_car_stays_a_comment(tmp_path, facts):
    path = table(tmp_path, CARS["BEV"], names=['"a\nquestion: when\n#"'])
    (car,), _ = read_fastsim(path)
    target = tmp_path / "study.yaml"
    write_fragment(car, target, facts)
    assert load_package(str(target), facts).spec.question == "fit"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.yaml", "a: 1\n"),
        ("a.yaml", "chassis: {}\npt_type: 3\n"),
        ("a.yaml", "drag_coef: !!python/object:os.system 1\nveh_pt_type: 1\n"),
        ("a.yaml", "[" * 99),
        ("a.csv", "time_s,speed_kmh\n0,0\n"),
        ("a.csv", ""),
        ("a.csv", "drag_coef,veh_pt_type\n"),
        ("a.csv", "Param Name,Param Value\n"),
    ],
)
def test_what_is_no_vehicle_of_fastsim_is_refused(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(DataError):
        read_fastsim(path)
