import hashlib
import json

import pytest
from fake_sweep import write_sweep

from wheelbase.cli.main import run_command
from wheelbase.study import replay as replay_run

BUNDLED = "edu-alliance"  # asks with whom: run in a moment


@pytest.fixture
def run(tmp_path):
    assert run_command(["run", BUNDLED, "--quiet", "-o", str(tmp_path / "run")]) == 0
    return tmp_path / "run"


def manifest_of(run):
    return json.loads((run / "manifest.json").read_text())


def sign(run, **changes):
    """Make the run read as one that gave what its files hold now, made with other things."""
    manifest = manifest_of(run) | changes
    for name in manifest["files"]:
        manifest["files"][name] = hashlib.sha256((run / name).read_bytes()).hexdigest()
    (run / "manifest.json").write_text(json.dumps(manifest))


def edit_results(run, edit):
    results = json.loads((run / "results.json").read_text())
    edit(results)
    (run / "results.json").write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n")


def replayed(path, capsys, *more):
    capsys.readouterr()
    code = run_command(["replay", str(path), "--quiet", *more])
    return code, capsys.readouterr()


def test_a_run_comes_out_the_same_to_the_last_bit(run, capsys):
    before = {p: p.read_bytes() for p in run.rglob("*") if p.is_file()}
    for path in (run, run / "manifest.json"):
        code, said = replayed(path, capsys)
        assert code == 0
        assert said.out == "bit-exact: all 2 files are the same to the last bit\n"
    assert {p: p.read_bytes() for p in run.rglob("*") if p.is_file()} == before


def test_a_whole_study_comes_out_the_same_with_its_tables(ran):
    found = replay_run(ran.folder)
    assert found.bit_exact and found.holds and not found.versions
    assert set(found.files) == {"study.yaml", "results.json", "variants.parquet", "bills.parquet"}


def test_a_run_with_changes_is_made_with_its_changes(tmp_path, capsys):
    run = tmp_path / "run"
    arguments = ["run", BUNDLED, "--quiet", "-o", str(run), "-s"]
    assert run_command([*arguments, "title=Another title"]) == 0
    assert manifest_of(run)["study"]["changes"] == {"title": "Another title"}
    code, said = replayed(run, capsys)
    assert code == 0 and said.out.startswith("bit-exact: all 3 files")


def test_what_differs_is_named_with_then_and_now(run, capsys):
    def edit(results):
        results["answer"]["sentence"] = "Go alone."
        results["base"]["seed"] = 14

    seed = json.loads((run / "results.json").read_text())["base"]["seed"]
    edit_results(run, edit)
    sign(run)
    code, said = replayed(run, capsys)
    assert code == 1
    lines = said.out.splitlines()
    assert lines[0] == "differs: 2 values in results.json"
    assert lines[1] == "  versions, code and facts are those of then"
    apart = abs(14 - seed) / max(14, seed)
    assert f"  results.json: base.seed: 14 then, {seed} now, apart by {apart:.1e}" in lines
    assert any(
        line.startswith("  results.json: answer.sentence: 'Go alone.' then") for line in lines
    )
    code, said = replayed(run, capsys, "--json")
    result = json.loads(said.out)["result"]
    assert code == 1 and result["differences"] == 2 and not result["bit_exact"]
    assert result["files"] == {"results.json": False, "study.yaml": True}


def test_other_versions_are_named_and_are_no_other_result(run, capsys):
    versions = manifest_of(run)["versions"]
    older = {**versions, "numpy": "1.0"}
    edit_results(run, lambda results: results["manifest"].update(versions=older))
    sign(run, versions=older, machine="abacus")
    code, said = replayed(run, capsys)
    assert code == 0
    lines = said.out.splitlines()
    assert lines[0] == "every result is the same; the files differ in what they say of versions"
    assert f"  numpy: 1.0 then, {versions['numpy']} now" in lines
    assert any(line.startswith("  processor: abacus then, ") for line in lines)
    edit_results(run, lambda results: results["answer"].update(sentence="Go alone."))
    sign(run)
    code, said = replayed(run, capsys)
    assert code == 1 and f"  numpy: 1.0 then, {versions['numpy']} now" in said.out


def test_other_code_under_the_same_version_is_named(run, capsys):
    sign(run, input_hash="0" * 64)
    code, said = replayed(run, capsys)
    assert code == 0 and "code or facts of wheelbase: 00000000 then" in said.out


def test_every_file_that_was_changed_is_named(run, capsys):
    edit_results(run, lambda results: results.update(title="Mine"))
    (run / "study.yaml").unlink()
    code, said = replayed(run, capsys)
    assert code == 2
    assert "results.json: was changed after it was written" in said.err
    assert "study.yaml: no such file" in said.err


def test_changes_that_the_kept_study_does_not_hold_are_refused(run, capsys):
    (run / "study.source.yaml").write_bytes((run / "study.yaml").read_bytes())
    sign(run, study={"file": "edu-alliance.yaml", "changes": {"title": "Mine"}})
    code, said = replayed(run, capsys)
    assert code == 2 and "is not study.source.yaml with the changes" in said.err


@pytest.mark.parametrize(
    ("told", "what"),
    [({"study": None}, "does not say which file was run"), ({"state": "running"}, "did not finish"),
     ({"wheelbase": 2}, "of version 2"), ({"files": None}, "did not finish")],
)  # fmt: skip
def test_a_manifest_that_cannot_be_replayed_is_refused(run, capsys, told, what):
    (run / "manifest.json").write_text(json.dumps(manifest_of(run) | told))
    code, said = replayed(run, capsys)
    assert code == 2 and what in said.err


def test_a_sweep_goes_to_its_own_room(tmp_path, capsys, monkeypatch):
    sweep = write_sweep(tmp_path / "sweep")
    monkeypatch.setitem(__import__("sys").modules, "wheelbase.sweep", None)
    code, said = replayed(sweep, capsys)
    assert code == 2 and "replay of a sweep is not in this Wheelbase" in said.err
    assert replayed(tmp_path / "absent", capsys)[0] == 2
