"""The commands pack and validate packs, as a user types them."""

import json

import pytest

from wheelbase.cli.main import run_command

LIST = """\
id,field,value,unit,source,page,status
acme_82,gross_kwh,82,kWh,maker,,published
acme_82,cells,288,-,maker,,published
acme_82,config,96s3p,text,maker,,published
acme_82,cell_ah,78,Ah,sheet,,published
acme_82,cell_nominal_v,3.65,V,sheet,,published
acme_82,cell_density_wh_kg,265,Wh/kg,sheet,,published
acme_82,cell_format,pouch,text,sheet,,published
acme_82,cells_per_module,24,-,maker,,published
acme_82,pack_mass_kg,493,kg,maker,,published
acme_82,colour,black,text,maker,,published
bold_60,gross_kwh,60,kWh,maker,,published
bold_60,cells,288,-,maker,,published
bold_60,cell_ah,57.1,Ah,,,derived
bold_60,cell_format,pouch,text,maker,,published
bold_60,pack_mass_kg,400,kg,,,memory
none_50,net_kwh,50,kWh,maker,,published
"""


def said(capsys, *arguments):
    code = run_command(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def test_one_pack_says_strings_mass_ratios_and_price(capsys):
    code, out, _ = said(capsys, "pack", "lg-e78", "--energy", "82 kWh", "--json")
    result = json.loads(out)["result"]
    assert code == 0
    assert (result["series"], result["parallel"], result["modules"]) == (96, 3, 12)
    assert result["gross_kwh"] == pytest.approx(288 * 78 * 3.65 / 1000)
    assert result["mass_ratio"] == pytest.approx(result["cells_kg"] / result["mass_kg"])
    prices = result["price_eur_per_kwh"]
    assert prices["2030"] < prices["2025"] < prices["2020"]
    code, out, _ = said(capsys, "pack", "lg-e78", "--energy", "82 kWh")
    assert code == 0 and "96s3p, 288 cells, 12 modules" in out


def test_a_pack_without_modules_is_lighter(capsys):
    plain, alone = (
        json.loads(said(capsys, "pack", "catl-116", "--json", *more)[1])["result"]
        for more in ((), ("--cell-to-pack",))
    )
    assert alone["integration"] == "cell-to-pack"
    assert alone["wh_per_kg"] > plain["wh_per_kg"] and alone["wh_per_l"] > plain["wh_per_l"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("lg-e79",), 2, "did you mean lg-e78"),
        (("lg-e78", "--energy", "80"), 2, "80 has no unit"),
        (("lg-e78", "--energy", "5 kWh"), 1, "ask for 27.3 kWh (96 cells)"),
        (("lg-e78", "--class", "12 kW"), 2, "voltage"),
        (("catl-naxtra",), 1, "take a cell of other charge, or the other voltage class"),
    ],
)
def test_what_makes_no_pack_ends_with_a_remedy(capsys, arguments, code, says):
    found, out, err = said(capsys, "pack", *arguments)
    assert found == code and out == "" and says in err


def test_the_packs_of_the_catalogue_are_validated_without_a_file(capsys):
    code, out, _ = said(capsys, "validate", "packs", "--json")
    document = json.loads(out)
    assert code == 0 and document["verb"] == "validate packs"
    assert document["n"] == len(document["packs"]) >= 20
    checked = [p for p in document["packs"] if p["energy_error"] is not None]
    errors = [abs(p["energy_error"]) for p in checked]
    assert document["energy_mae"] == pytest.approx(sum(errors) / len(errors))
    assert not any(p["count_is_input"] for p in checked)


def test_a_list_of_packs_is_built_of_the_cells_it_names(capsys, tmp_path):
    path = tmp_path / "packs.csv"
    path.write_text(LIST)
    code, out, _ = said(capsys, "validate", "packs", str(path), "--json")
    document = json.loads(out)
    assert code == 0 and document["n"] == 2
    first, second = document["packs"]
    assert first["cells_off"] == 0 and (first["series"], first["parallel"]) == (96, 3)
    assert first["energy_error"] == pytest.approx(100 * (288 * 78 * 3.65 / 82e3 - 1))
    assert second["count_is_input"] and second["cells_off"] is None
    assert second["mass_kg"] is None  # from memory
    assert document["left_out"] == ["none_50: no gross energy"]
    code, out, _ = said(capsys, "validate", "packs", str(path))
    assert code == 0 and "left out: none_50" in out and "count is an input" in out


def test_every_bad_figure_of_a_list_is_named(capsys, tmp_path):
    path = tmp_path / "packs.csv"
    bad = LIST.replace("82,kWh", "82,V").replace("96s3p", "96x3").replace("78,Ah", "many,Ah")
    path.write_text(bad)
    code, out, err = said(capsys, "validate", "packs", str(path))
    assert code == 2 and out == ""
    assert f"{path}:2: gross_kwh: 'V' is a unit of voltage, not of energy" in err
    assert f"{path}:4: config: '96x3': write cells in series and strings" in err
    assert f"{path}:5: cell_ah: 'many' is not a number" in err


def test_a_list_without_any_pack_says_so(capsys, tmp_path):
    path = tmp_path / "packs.csv"
    path.write_text(LIST.splitlines()[0] + "\n")
    code, _, err = said(capsys, "validate", "packs", str(path))
    assert code == 2 and "no pack to validate" in err
