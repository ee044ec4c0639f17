import json

import pytest

from wheelbase.cli.main import run_command

LIST = """\
make,model,platform_kind,floor,body,wheelbase_mm,width_mm,height_mm,ground_clearance_mm,\
tyre_radius_mm,cell_format,cell_height_mm,power_rear_kw,power_front_kw,second_level,pack_gross_kwh
Volkswagen,ID.3,bespoke,flat floor,hatch,2770,1809,1568,150,347,pouch,101,150,0,0,82
Jaguar,I-Pace,bespoke,flat floor,suv,2990,1895,1565,142,,pouch,,147,147,0,90
Acme,One,,flat floor,suv,2990,1895,1565,142,370,pouch,,147,147,0,
"""


def said(capsys, *arguments: str) -> tuple[int, str, str]:
    code = run_command(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def test_the_figures_stand_at_the_top_of_the_document_in_percent(capsys, tmp_path):
    path = tmp_path / "packs.csv"
    path.write_text(LIST)
    code, out, _ = said(capsys, "validate", "packaging", str(path), "--json")
    document = json.loads(out)
    assert code == 0 and document["verb"] == "validate packaging" and document["n"] == 2
    errors = [car["blind_error"] for car in document["cars"]]
    for car in document["cars"]:
        by_hand = 100 * (car["blind_kwh"] / car["gross_kwh"] - 1)
        assert car["blind_error"] == pytest.approx(by_hand)
    assert document["blind_mae"] == pytest.approx(sum(map(abs, errors)) / 2)
    assert document["blind_bias"] == pytest.approx(sum(errors) / 2)
    assert document["blind_median"] == pytest.approx(sum(map(abs, errors)) / 2)
    assert document["given_height_n"] == 1 and document["given_height_mae"] > 0
    assert document["left_out"] == ["Acme One"]
    assert document["cars"][1]["defaults"] == ["tyre_radius_mm", "cell_height_mm"]


def test_a_person_reads_a_line_per_car_and_its_defaults(capsys, tmp_path):
    path = tmp_path / "packs.csv"
    path.write_text(LIST)
    code, out, _ = said(capsys, "validate", "packaging", str(path))
    assert code == 0 and "Volkswagen ID.3" in out
    assert "Jaguar I-Pace  (defaults: tyre_radius_mm, cell_height_mm)" in out
    assert "left out, no published energy: Acme One" in out


def test_bad_lists_end_with_two_and_name_every_cell(capsys, tmp_path):
    path = tmp_path / "packs.csv"
    path.write_text(
        LIST.replace("1809", "-1").replace(",pouch,,147,147,0,90", ",poch,,147,147,0,90")
    )
    code, out, err = said(capsys, "validate", "packaging", str(path))
    assert code == 2 and out == ""
    assert "packs.csv:2: width_mm: -1 is outside 1200 .. 2500" in err
    assert "packs.csv:3: cell_format: 'poch'" in err and "did you mean 'pouch'?" in err
    code, _, err = said(capsys, "validate", "packaging", str(tmp_path / "none.csv"))
    assert code == 2 and "cannot be read" in err
