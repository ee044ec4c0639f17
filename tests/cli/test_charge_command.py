import json

import pytest

from wheelbase.catalogue import CellModel, read_sources
from wheelbase.catalogue.load import load
from wheelbase.cli.main import run_command


def said(capsys, *arguments):
    code = run_command(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def test_a_variant_is_charged_and_its_curve_ends_where_it_should(capsys):
    code, out, err = said(capsys, "charge", "bev@clar_like", "--to", "60 %", "--json")
    assert code == 0 and err == ""
    found = json.loads(out)["result"]
    curve = found["curve"]
    assert found["car"] == "bev@clar_like.sedan_d" and found["charger"] == "hpc-350"
    assert curve["state_of_charge_percent"][0] == 10 and curve["state_of_charge_percent"][-1] == 60
    assert curve["time_min"][-1] == pytest.approx(found["minutes"], rel=1e-4)
    assert max(curve["power_kw"]) == pytest.approx(found["peak_kw"], rel=1e-4)
    assert found["energy_kwh"] == pytest.approx(found["stored_kwh"] + found["heat_kwh"])
    assert "voltage class 400 V" in found["defaults"]


def test_a_car_of_a_study_that_asks_only_what_cars_cost_is_charged(capsys):
    cell = "powertrains.bev.battery.cell=lg-m50"
    found = [
        said(capsys, "charge", "bev@clar_like", "--study", "new-cell", "--json", *more)
        for more in ((), ("-s", cell))
    ]
    assert [code for code, *_ in found] == [0, 0]
    own, limited = (json.loads(out)["result"] for _, out, _ in found)
    assert "peak rate of charge class nmc-400" in own["defaults"]
    assert "peak rate of charge class nmc-400" not in limited["defaults"]
    assert limited["minutes"] > own["minutes"]


def test_a_weak_charger_holds_a_car_longer_and_says_so(capsys):
    _, fast, _ = said(capsys, "charge", "bmw-i4-edrive40", "--json")
    code, slow, _ = said(capsys, "charge", "bmw-i4-edrive40", "--charger", "dc-50")
    assert code == 0 and "held by, of the time: charger power" in slow
    assert json.loads(fast)["result"]["minutes"] < 35
    assert "bmw-i4-edrive40 at dc-50, 10 to 80 %: " in slow


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["bev@clar_likes"], "no variant 'bev@clar_likes' in clar-or-bespoke; did you mean bev@"),
        (["petrol@clar_like"], "petrol@clar_like.sedan_d: is no battery car"),
        (["mini-cooper-f56"], "is no battery car with a pack in the catalogue"),
        (["bev@clar_like", "--charger", "hpc"], "no charger 'hpc'; did you mean hpc-"),
        (["bev@clar_like", "--from", "80 %", "--to", "10 %"], "from: 80% is not below to: 10%"),
        (["bev@clar_like", "--from", "80"], "--from: 80 is outside the range 0 .. 1"),
        (["bmw-i4-edrive40", "-s", "powertrains.bev.drive=awd"], "sets values of a study"),
    ],
)
def test_what_cannot_be_charged_is_refused_with_the_remedy(capsys, arguments, says):
    code, out, err = said(capsys, "charge", *arguments)
    assert code == 2 and out == "" and says in err


def test_published_times_are_predicted_from_other_makers(capsys):
    code, out, err = said(capsys, "validate", "charging", "--json")
    assert code == 0 and err == ""
    found = json.loads(out)
    told = [c["told_error_percent"] for c in found["cars"] if c["told_min"] is not None]
    assert found["told"]["n"] == len(told) > 20 and found["untold"]["n"] == len(found["cars"])
    assert found["told"]["mape"] == pytest.approx(sum(map(abs, told)) / len(told))
    assert len({c["group"] for c in found["cars"]}) >= 10


def test_a_list_of_ones_own_is_predicted(capsys, tmp_path):
    path = tmp_path / "cars.csv"
    path.write_text(
        "vehicle,net_kwh,peak_dc_kw,soc_start,soc_end,minutes,volts\n"
        "BMW i4,80.7,200,0.1,0.8,31,400\nNewmake X,60,,0.1,0.8,30,800\n"
        "VW ID.3,58,100,0.05,0.8,35,\nSkoda Enyaq,77,125,0.05,0.8,38,\n"
    )
    code, out, _ = said(capsys, "validate", "charging", str(path), "--json")
    cars = json.loads(out)["cars"]
    assert code == 0 and [c["group"] for c in cars] == [
        "bmw",
        "newmake",
        "volkswagen",
        "volkswagen",
    ]
    assert cars[1]["told_min"] is None
    assert "BMW i4, 10 to 80 %" in said(capsys, "validate", "charging", str(path))[1]


def test_bad_rows_of_a_list_are_all_named(capsys, tmp_path):
    path = tmp_path / "cars.csv"
    path.write_text(
        "vehicle,net_kwh,soc_start,soc_end,minutes,chemistry\n"
        "A,,0.1,0.8,31,\nB,60,10,0.8,30,\nC,60,0.1,0.8,x,\nD,60,0.8,0.1,30,tin\n"
        "E,60,0.8,0.1,30,\nF,nan,0.1,0.8,30,\nG,6e6,0.1,0.8,30,\nH,60,0.1,0.8,1e9,\n"
    )
    code, out, err = said(capsys, "validate", "charging", str(path))
    assert code == 2 and out == ""
    for says in (
        "cars.csv:2: net_kwh: is empty", "cars.csv:3: 10 is outside the range 0 .. 1",
        "cars.csv:4: minutes: 'x' is not a number", "cars.csv:5: chemistry 'tin': is not nmc",
        "cars.csv:6: start: 80% is not below end 10%; exchange them", "cars.csv:7: nan kWh",
        "cars.csv:8: 6e+06 kWh is outside", "cars.csv:9: 1e+09 min is outside the range",
    ):  # fmt: skip
        assert says in err
    path.write_text("vehicle,net_kwh,soc_start,soc_end,minutes\n")
    assert (
        "there is none; give a list with a row"
        in said(capsys, "validate", "charging", str(path))[2]
    )


def test_a_cell_is_written_with_its_citation(capsys, tmp_path, monkeypatch, facts):
    from wheelbase.simulate import Derived

    model = facts.cell_model["chen2020"]
    paper = {"title": "Techniques", "author": "Chen", "year": "2020", "doi": "10.1149/x"}
    found = Derived(model, "PyBaMM 26", paper, "@article{Chen2020,\n}")
    monkeypatch.setattr("wheelbase.simulate.derive_cell", lambda name: found)
    path = tmp_path / "cell.csv"
    code, out, err = said(capsys, "catalogue", "cell", "--pybamm", "Chen2020", "-o", str(path))
    assert code == 0 and err == "" and f"facts of chen2020 -> {path}, its citation" in out
    entry, rest = (tmp_path / "cell.csv.bib").read_text().split("\n\n")
    read = load(CellModel, path.read_text(), "cell_model.csv", read_sources(entry + "\n", "x.bib"))
    assert read["chen2020"].open_circuit_voltage == model.open_circuit_voltage
    assert rest.startswith("@article{Chen2020")
    shown = said(capsys, "catalogue", "cell", "--pybamm", "Chen2020")[1]
    assert shown.startswith(path.read_text())
    told = json.loads(said(capsys, "catalogue", "cell", "--pybamm", "Chen2020", "--json")[1])
    assert told["result"]["rows"][0]["status"] == "derived"


def test_an_unknown_parameter_set_names_the_nearest(capsys):
    code, out, err = said(capsys, "catalogue", "cell", "--pybamm", "Chen2021")
    assert code == 2 and out == "" and "did you mean Chen2020" in err
