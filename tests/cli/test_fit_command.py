import json

import pytest

from wheelbase.cli.main import run_command

SMALL = """
wheelbase: 1
name: small
title: One body on two platforms
question: fit
base: {date: 2022-12-31, currency: EUR2019}
bodies:
  id3: {extends: builtin/vw-id3, label: ID.3}
powertrains:
  petrol: {kind: ice, engine: bmw-b48-190kw, gearbox: zf-8hp, final_drive: 2.81, drive: rwd, tank: 50 l}
  meb: {kind: bev, drive: rwd, rear: vw-app310-150kw, battery: {cell: pouch-101, request: fit}, charger: 11 kW}
platforms:
  mixed:
    kind: flexible
    layout: longitudinal
    floor: variant
    bodies: [id3]
    powertrains: [petrol, meb]
    hard_points: {common: [L104, x_fw, L105, z_boot, x_seatback], tooled: {centre_floor: [z_floor, x_bat0]}}
  flat:
    kind: bespoke
    layout: electric
    floor: flat
    bodies: [id3]
    powertrains: [meb]
    hard_points: {common: [L104, x_fw, L105, z_boot, x_seatback]}
"""  # noqa: E501


@pytest.fixture
def study_file(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def answer(capsys, *arguments):
    code = run_command(["fit", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def test_fit_says_what_goes_in_and_explains_what_does_not(capsys, study_file):
    code, out, err = answer(capsys, study_file, "--quiet")
    assert code == 0
    assert "meb@flat.id3: fits" in out and "kWh (" in out and "cells as" in out
    assert "petrol@flat.id3: does not fit, not carried by the platform" in out
    assert "petrol does not fit flat: it needs" in out and "mm more" in out
    assert "mixed" in out and "fits*" in out and "tooling*" in out
    assert err == ""


def test_the_json_document_holds_boxes_verdicts_and_explanations(capsys, study_file):
    code, out, _ = answer(capsys, study_file, "--json")
    document = json.loads(out)
    assert code == 0 and document["ok"]
    found = document["result"]["variants"]
    meb = found["meb@flat.id3"]
    assert meb["placement"]["status"] == "optimal"
    assert {level["name"] for level in meb["placement"]["levels"]} >= {"cells", "boot", "frunk"}
    zones = meb["fit"]["zones"]
    assert meb["figures"]["battery_placed"]["value"] == pytest.approx(
        sum(z["energy_kwh"] for z in zones), rel=0.05
    )
    refused = found["petrol@flat.id3"]["explanation"]
    assert refused["requirements"] and refused["short_by_mm"] > 0


def test_one_variant_that_does_not_fit_is_a_negative_answer(capsys, study_file):
    code, out, _ = answer(capsys, study_file, "--variant", "petrol@flat", "--quiet")
    assert code == 1
    assert "petrol@flat.id3: does not fit" in out
    assert "meb@" not in out


def test_an_unknown_variant_names_near_misses(capsys, study_file):
    code, _, err = answer(capsys, study_file, "--variant", "mebb@flat", "--quiet")
    assert code == 2
    assert "no variant 'mebb@flat'" in err and "meb@flat.id3" in err


def test_drivers_name_who_sets_a_hard_point_and_what_it_costs_the_others(capsys, study_file):
    code, out, _ = answer(capsys, study_file, "--variant", "meb@mixed", "--drivers", "--quiet")
    assert code == 0
    assert "x_fw (firewall behind the front axle)" in out
    assert "without petrol: usable length +" in out
    assert "tool centre_floor: 2 version(s): petrol; meb" in out


def test_two_platforms_are_compared_line_by_line_with_causes(capsys, study_file):
    code, out, _ = answer(capsys, study_file, "--compare", "mixed", "flat", "--json")
    (one,) = json.loads(out)["result"]["comparison"]
    assert code == 0 and (one["first"], one["second"]) == ("mixed", "flat")
    for line in one["lines"]:
        causes = sum(c["amount"] for c in line["causes"])
        assert causes == pytest.approx(line["second"] - line["first"], rel=1e-3, abs=0.01)
    usable = next(x for x in one["lines"] if x["quantity"] == "usable_length")
    assert usable["second"] > usable["first"]


def test_an_unknown_platform_names_near_misses(capsys, study_file):
    code, _, err = answer(capsys, study_file, "--compare", "mixed", "flatt")
    assert code == 2 and "no platform 'flatt'; did you mean flat" in err


def test_a_study_of_geometry_alone_is_not_run(capsys, study_file):
    assert run_command(["run", str(study_file)]) == 2
    assert "asks only what fits; use `wheelbase fit`" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("tooled: {c", "pinned: {L104: 0.9 m, L101: 2.9 m, L105: 0.9 m}, tooled: {c",
         "L104 + L101 + L105 are 4700 mm, but id3: L103 is 4261 mm"),
        ("tooled: {centre_floor", "pinned: {x_seatback: 300 mm}, tooled: {centre_floor",
         "x_fw at"),
        ("tooled: {c", "pinned: {tunnel_w: -300 mm}, tooled: {c", "tunnel_w: -300 mm"),
        ("tooled: {c", "pinned: {z_boot: 1900 mm}, tooled: {c", "z_boot 1900 mm lies outside id3"),
        ("{extends: builtin/vw-id3,", "{extends: builtin/vw-id3, H100: 200 mm,",
         "H100: 200 mm is outside"),
    ],
)  # fmt: skip
def test_bad_geometry_is_refused_with_names_and_millimetres(capsys, study_file, old, new, words):
    study_file.write_text(SMALL.replace(old, new, 1), encoding="utf-8")
    code, _, err = answer(capsys, study_file, "--quiet")
    assert code == 2
    assert words in err


def test_a_part_larger_than_the_car_is_a_negative_answer_in_millimetres(capsys, study_file):
    study_file.write_text(SMALL.replace("tank: 50 l", "tank: 300 l"), encoding="utf-8")
    code, _, err = answer(capsys, study_file, "--quiet")
    assert code == 1
    assert "petrol: tank of 300 l: no shape up to" in err and " mm" in err


def test_a_part_too_large_in_a_pair_nobody_asked_for_is_a_line_of_the_matrix(capsys, study_file):
    text = SMALL.replace("powertrains: [petrol, meb]", "powertrains: [meb]")
    study_file.write_text(text.replace("tank: 50 l", "tank: 300 l"), encoding="utf-8")
    code, out, _ = answer(capsys, study_file, "--quiet")
    assert code == 0
    assert "petrol@mixed.id3: does not fit, not carried by the platform" in out
    assert "petrol: tank of 300 l: no shape up to" in out and "meb@flat.id3: fits" in out
