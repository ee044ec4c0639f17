import json

from reference_folder import STOCH, listed, row, written

from wheelbase.cli.main import run_command


def said(capsys, *arguments):
    code = run_command(["validate", "references", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def folder_of(tmp_path, published):
    return str(listed(written(tmp_path), row(published=published)))


def test_the_written_references_agree_by_every_solver(capsys):
    code, out, _ = said(capsys, "--json")
    document = json.loads(out)
    assert code == 0 and document["ok"] and document["verb"] == "validate references"
    instances = document["instances"]
    assert len(instances) >= 4
    for found in instances.values():
        assert found["ok"] and found["seconds"] >= 0
        for value in (found["value"], found["bound"], *found["solvers"].values()):
            assert abs(value - found["published"]) <= 1e-6 * abs(found["published"])
    tied = {name for name, found in instances.items() if not found["is_published"]}
    assert tied == {"tied_tree_9", "tied_tree_27"}
    assert all(found["source"] for found in instances.values())
    # Birge and Louveaux, Introduction to Stochastic Programming, section 1.1
    farmer = {"EV": -118600, "EEV": -107240, "EVPI": 7015.56, "VSS": 1150}
    for name, value in farmer.items():
        assert abs(instances["farmer"]["more"][name] - value) < 0.01


def test_values_that_only_we_have_tied_are_not_called_published(capsys):
    _, out, _ = said(capsys)
    lines = {line.split()[1]: line for line in out.splitlines() if line[:4] in ("ok  ", "FAIL")}
    assert " published " in lines["farmer"] and "own value" not in lines["farmer"]
    for name in ("tied_tree_9", "tied_tree_27"):
        assert " own value " in lines[name] and " published  " not in lines[name]
        assert "not published: four equal plants; tied by" in lines[name]


def test_a_folder_is_held_against_its_list(capsys, tmp_path):
    code, out, _ = said(capsys, folder_of(tmp_path, "4"), "--json")
    found = json.loads(out)["instances"]["buy"]
    assert code == 0 and found["ok"] and found["published"] == 4
    assert abs(found["value"] - 4) < 1e-6 and abs(found["bound"] - 4) < 1e-6
    code, out, _ = said(capsys, folder_of(tmp_path, "5"), "--all")
    assert code == 1 and "FAIL buy " in out and "0 of 1 agree; 0 not run" in out


def test_nothing_published_is_null(capsys, tmp_path):
    code, out, _ = said(capsys, folder_of(tmp_path, ""), "--json")
    found = json.loads(out)["instances"]["buy"]
    assert (
        code == 0 and found["published"] is None and found["why"] == "nothing is published; solved"
    )


def test_bad_folders_end_with_two(capsys, tmp_path):
    code, out, err = said(capsys, str(tmp_path / "none"))
    assert code == 2 and out == "" and "no such file" in err
    folder = folder_of(tmp_path, "4")
    (tmp_path / "buy" / "buy.sto").write_text(STOCH.replace("4", "nan", 1))
    code, out, err = said(capsys, folder)
    assert code == 2 and "buy.sto:4: 'nan' is no finite number" in err
