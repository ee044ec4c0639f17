"""A sweep made again is the same to the last bit, or says what is not."""

import json

import pytest
import sweeping

from wheelbase.cli.main import run_command
from wheelbase.errors import DataError
from wheelbase.sweep import replay, sweep


@pytest.fixture
def folder(tmp_path):
    sweep(
        sweeping.study(), 130, folder=tmp_path / "a", rows=50, workers=1, compute=sweeping.computed
    )
    return tmp_path / "a"


def test_it_is_bit_exact_on_the_same_versions(folder):
    found = replay(folder, compute=sweeping.computed)
    assert found.bit_exact and found.holds and found.versions == () and len(found.files) == 3


def test_what_differs_is_named_by_column_and_design(folder):
    found = replay(folder, compute=sweeping.otherwise)
    assert not found.bit_exact
    assert found.files == {
        "designs/part-00000.parquet": True, "designs/part-00001.parquet": False,
        "designs/part-00002.parquet": True,
    }  # fmt: skip
    (one,) = found.deviations
    assert one.place == "designs: boot_l of design 51 and 0 more"
    assert one.now == pytest.approx(2 * one.then) and one.relative == pytest.approx(0.5)


def test_another_version_is_told(folder):
    manifest = folder / "manifest.json"
    told = json.loads(manifest.read_text())
    told["versions"]["numpy"] = "1.0.0"
    manifest.write_text(json.dumps(told))
    found = replay(folder, compute=sweeping.computed)
    assert found.bit_exact and [v[:2] for v in found.versions] == [("numpy", "1.0.0")]


def test_an_unfinished_or_changed_sweep_is_not_replayed(folder):
    manifest = folder / "manifest.json"
    whole = manifest.read_text()
    manifest.write_text(whole.replace('"state": "done"', '"state": "stopped"'))
    with pytest.raises(DataError, match="the sweep did not finish; resume it"):
        replay(folder)
    manifest.write_text(whole)
    (folder / "designs" / "part-00000.parquet").write_bytes(b"other")
    with pytest.raises(DataError, match="part-00000.parquet: was changed"):
        replay(folder)


def test_the_command_replays_a_real_sweep(tmp_path, capsys):
    study = tmp_path / "cheap.yaml"
    study.write_text(sweeping.STUDY)
    arguments = ["sweep", str(study), "--n", "60", "-o", str(tmp_path / "a"), "--workers", "1"]
    assert run_command([*arguments, "-s", "bodies.sedan_d.H156=140 mm", "--quiet"]) == 0
    capsys.readouterr()
    assert run_command(["replay", str(tmp_path / "a" / "manifest.json"), "--quiet"]) == 0
    assert "bit-exact: all 1 files" in capsys.readouterr().out
