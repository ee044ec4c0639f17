import copy
import hashlib
import json

import pytest
from fake_sweep import COLUMNS, STUDY, write_sweep

from wheelbase.cli.main import run_command
from wheelbase.study.compare import differences


def figure(value, unit, low=None, high=None):
    return {"value": value, "unit": unit, "low": low, "high": high, "status": "derived"}


RESULTS = {
    "base": {"currency": "EUR2019"},
    "variants": {"bev@flex.sedan": {"figures": {"range_wltp": figure(450.0, "km", 430.0, 470.0)}}},
    "answer": {"which": "flexible"},
    "penalty": {
        "segments": {
            "sedan": {
                "label": "sedan",
                "total": figure(1000, "EUR", 700, 1400),
                "parts": [{"id": "room", "label": "Room", "text": "less boot",
                           "figure": figure(1000.0, "EUR")}],
            }
        }
    },
}  # fmt: skip


def write_run(folder, results, study="name: s\nbodies: {sedan: {L103: 4709 mm}}\n"):
    folder.mkdir()
    (folder / "study.yaml").write_text(study)
    content = json.dumps(results).encode()
    (folder / "results.json").write_bytes(content)
    files = {"results.json": hashlib.sha256(content).hexdigest()}
    manifest = {"wheelbase": 1, "state": "done", "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.fixture
def runs(tmp_path):
    longer = copy.deepcopy(RESULTS)
    longer["variants"]["bev@flex.sedan"]["figures"]["range_wltp"] = figure(
        460.5, "km", 440.0, 480.0
    )
    segment = longer["penalty"]["segments"]["sedan"]
    segment["total"] = figure(850, "EUR", 700, 1400)
    segment["parts"][0]["figure"]["value"] = 850.0
    study = "name: s\nbodies: {sedan: {L103: 4800 mm}}\n"
    return write_run(tmp_path / "a", RESULTS), write_run(tmp_path / "b", longer, study)


def compared(capsys, *arguments):
    code = run_command(["compare", *map(str, arguments)])
    return code, capsys.readouterr()


def test_two_runs_show_what_went_in_and_came_out_differently_and_why(runs, capsys):
    code, said = compared(capsys, *runs)
    assert code == 0
    assert said.out.splitlines() == [
        "a is the base of: b",
        "",
        "inputs that differ",
        "  bodies.sedan.L103: 4709 mm  |  4800 mm",
        "",
        "results that differ",
        "  penalty, sedan: 1,000 [700 .. 1,400]  |  850 [700 .. 1,400] EUR  (-150 EUR)",
        "  bev@flex.sedan: range, WLTP: 450 [430 .. 470]  |  460.5 [440 .. 480] km  (+10.5 km)",
        "",
        "why: penalty of the sedan, EUR",
        "          -150  Room: less boot",
    ]


def test_json_holds_the_difference_of_every_result(runs, capsys):
    code, said = compared(capsys, *runs, "--json")
    found = json.loads(said.out)["result"]
    assert code == 0 and found["columns"] == ["a", "b"]
    rows = {row["label"]: row for row in found["results"]}
    assert rows["penalty, sedan"]["differences"] == [0, 850 - 1000]
    assert rows["bev@flex.sedan: range, WLTP"]["differences"] == [0.0, 460.5 - 450.0]


def test_a_text_and_a_missing_value_have_no_difference():
    assert differences({"values": ["a", "b"]}) == [None, None]
    assert differences({"values": [1.0, None, 3.0]}) == [0.0, None, 2.0]
    assert differences({"values": [True, False]}) == [None, None]


def test_a_run_and_its_copy_differ_in_nothing(runs, tmp_path, capsys):
    code, said = compared(capsys, runs[0], write_run(tmp_path / "copy", RESULTS))
    assert code == 0 and said.out == "a is the base of: copy\n\nno result differs\n"


def test_runs_of_one_name_are_told_apart_by_their_path(runs, tmp_path, capsys):
    (tmp_path / "other").mkdir()
    other = write_run(tmp_path / "other" / "a", RESULTS)
    code, said = compared(capsys, runs[0], other)
    assert code == 0 and said.out.startswith(f"{runs[0]} is the base of: {other}\n")


@pytest.mark.parametrize("names", [["a"], ["a", "a"], ["a", "b", "c", "d", "e"]])
def test_two_to_four_different_runs_are_compared(tmp_path, capsys, names):
    code, said = compared(capsys, *(tmp_path / name for name in names))
    assert code == 2 and "name two to 4 different runs" in said.err


def test_what_is_no_run_is_refused_and_a_sweep_beside_a_run_too(runs, tmp_path, capsys):
    code, said = compared(capsys, runs[0], tmp_path)
    assert code == 2 and "has no manifest.json" in said.err
    code, said = compared(capsys, runs[0], write_sweep(tmp_path / "sweep"))
    assert code == 2 and "a run and a sweep" in said.err


# Sweeps.


def test_two_sweeps_show_their_laws_and_the_quantiles_of_each_variant(tmp_path, capsys):
    normal = STUDY.replace("[4650 mm, 4850 mm]", "{normal: [4700 mm, 20 mm]}")
    flat = write_sweep(tmp_path / "flat", n=42, energy=lambda variant, point: 50.0 + point)
    bell = write_sweep(
        tmp_path / "bell", n=42, study=normal, energy=lambda v, p: (60.0 if v else 50.0) + p
    )
    code, said = compared(capsys, flat, bell, "--json")
    found = json.loads(said.out)["result"]
    assert code == 0 and found["inputs"] == found["only"] == []
    (law,) = found["laws"]
    assert law["label"] == "bodies.sedan_d.L103"
    assert law["values"] == ["uniform 4650 mm, 4850 mm", "normal 4700 mm, 20 mm"]
    # 21 points give 50 .. 70: the quantile q of n evenly spaced values lies at 50 + 20 q.
    (row,) = found["results"]
    assert (row["label"], row["unit"]) == ("bev@ev.sedan_d: energy", "kWh")
    assert row["values"] == [50 + 20 * 0.5, 60 + 20 * 0.5]
    assert row["low"] == pytest.approx([50 + 20 * 0.05, 60 + 20 * 0.05])
    assert row["high"] == pytest.approx([50 + 20 * 0.95, 60 + 20 * 0.95])
    assert row["differences"] == [0.0, 10.0]
    code, said = compared(capsys, flat, bell)
    assert "  bodies.sedan_d.L103: uniform 4650 mm, 4850 mm  |  normal 4700 mm, 20 mm" in said.out
    assert "  bev@ev.sedan_d: energy: 60 [51 .. 69]  |  70 [61 .. 79] kWh  (+10 kWh)" in said.out


def test_sweeps_without_a_common_output_are_refused(tmp_path, capsys):
    other = (*COLUMNS[:-1], ("energy_mj", "double", "MJ", "output"))
    a, b = write_sweep(tmp_path / "a"), write_sweep(tmp_path / "b", columns=other)
    code, said = compared(capsys, a, b)
    assert code == 2 and "a and b: have no output in common" in said.err


def study_said(capsys, *arguments):
    code = run_command(["compare", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


CELL = "powertrains.bev.battery.cell"


def test_a_study_is_compared_with_itself_after_a_change(capsys):
    code, out, err = study_said(capsys, "new-cell", "--with", f"{CELL}=tesla-4680", "--quiet")
    assert code == 0 and err == ""
    assert out.startswith(f"before | after: new-cell | with {CELL}=tesla-4680\n")
    assert "powertrains.bev.battery.cell: bmw-gen5-71 | tesla-4680" in out
    assert "the rest of what a comparison of both at once shows is the cell" in out
    assert "mid-size SUV: whose the change is, mean of both orders" in out


def test_two_study_files_that_differ_in_the_cell_are_compared(capsys, tmp_path):
    from wheelbase.study import bundled

    text = bundled()["new-cell"].read_text()
    (tmp_path / "old.yaml").write_text(text)
    (tmp_path / "new.yaml").write_text(text.replace("cell: bmw-gen5-71", "cell: tesla-4680"))
    names = [str(tmp_path / f"{n}.yaml") for n in ("old", "new")]
    code, out, _ = study_said(capsys, *names, "--json", "--quiet")
    result = json.loads(out)["result"]
    assert code == 0 and result["columns"] == ["old", "new"] and result["only_cells"]
    assert {s["segment"] for s in result["shares"]} == {"sedan_d", "suv_d"}


def test_what_is_more_than_a_cell_is_not_headed_as_the_cell(capsys):
    more = ("--with", f"{CELL}=tesla-4680", "--with", "bodies.sedan_d.drag=0.28")
    code, out, _ = study_said(capsys, "new-cell", *more, "--quiet")
    assert code == 0 and "more than the cell differs" in out
    (head,) = {line.split("in all")[1].strip() for line in out.splitlines() if "in all  " in line}
    assert head.split("  ")[0] == "the studies" and head.endswith("the platform")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("new-cell",), "1 names; give two studies, or two runs"),
        (("new-cell", "bills", "--with", f"{CELL}=x"), "2 names; give one study before --with"),
        (("new-cel", "--with", f"{CELL}=tesla-4680"), "did you mean the bundled study 'new-cell'?"),
        (("new-cell", "--with", f"{CELL}=tesla-4860"), "tesla-4680"),
        (("new-cell", "--with", "powertrains.bev.batery.cell=x"), "did you mean 'battery'?"),
        (("new-cell", "--with", "nothing"), "write PATH=VALUE"),
    ],
)
def test_what_is_no_pair_of_studies_ends_with_two(capsys, arguments, says):
    code, out, err = study_said(capsys, *arguments)
    assert code == 2 and out == "" and says in err


def test_a_run_and_a_study_are_not_compared(capsys, tmp_path):
    code, _, err = study_said(capsys, "new-cell", str(tmp_path))
    assert code == 2 and "is a folder, no study; name two of a kind" in err
