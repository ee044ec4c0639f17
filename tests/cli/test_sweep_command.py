"""The command sweep, as a person types it."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
import sweeping

from wheelbase.cli.main import run_command


@pytest.fixture
def study(tmp_path):
    path = tmp_path / "cheap.yaml"
    path.write_text(sweeping.STUDY)
    return path


def ran(capsys, *arguments):
    code = run_command([str(a) for a in arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_it_says_what_it_made_and_how_to_ask_it(study, tmp_path, capsys):
    folder = tmp_path / "run"
    code, out, err = ran(capsys, "sweep", study, "--n", 40, "-o", folder, "--workers", 1)
    assert code == 0
    assert out.startswith(f"40 designs in {folder}: 40 computed in")
    assert f'wheelbase query {folder} "select variant, status, count(*)' in out
    lines = err.splitlines()
    assert lines[-1].startswith("100 % of 40 designs, ") and " MB at most" in lines[-1]
    assert "\r" not in err and "\x1b" not in err  # no terminal
    assert ran(capsys, "sweep", study, "--n", 40, "-o", folder)[0] == 2
    code, out, err = ran(capsys, "sweep", study, "--n", 40, "-o", folder, "--resume", "--quiet")
    assert (code, err) == (0, "") and "40 were there" in out


def test_json_is_one_document(study, tmp_path, capsys):
    folder = tmp_path / "run"
    code, out, err = ran(
        capsys, "sweep", study, "--n", 6, "-o", folder, "--method", "grid", "--workers", 1,
        "-s", "bodies.sedan_d.H156=140 mm", "--seed", 3, "--json",
    )  # fmt: skip
    told = json.loads(out)
    assert code == 2 and err == ""
    assert told["problems"] == [
        "method grid: 3 points are no grid of 3 quantities; take 2 or 4 points"
    ]
    code, out, err = ran(
        capsys, "sweep", study, "--n", 8, "-o", folder, "--method", "grid", "--workers", 1, "--json"
    )
    told = json.loads(out)
    assert code == 0 and told["result"]["designs"] == 8 and told["run"] == str(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["method"] == "grid" and manifest["state"] == "done"


@pytest.mark.parametrize(
    "arguments,told",
    [
        (("--n", 0), "n: 0 designs; write a number from 1"),
        (("--n", 10**12), "n: 1,000,000,000,000 designs"),
        (("--n", 5, "--workers", 0), "workers: 0 is less than 1"),
        (("--n", 5, "--workers", 2, "--executor", "dask:x"), "leave --workers or --executor out"),
        (("--n", 5, "--executor", "spark"), "write dask:ADDRESS"),
        (("--n", 5, "-s", "bodies.sedan_d.L103=3 kg"), "'kg' is a unit of mass"),
        (("--n", "five"), "a valid integer"),
        (("--n", 5, "--method", "dice"), "dice"),
        ((), "--n"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_written(study, tmp_path, capsys, arguments, told):
    code, out, err = ran(capsys, "sweep", study, "-o", tmp_path / "run", *arguments)
    assert code == 2 and out == "" and told in err
    assert not (tmp_path / "run").exists()


def test_a_bundled_study_without_the_section_says_what_to_add(tmp_path, capsys):
    code, _, err = ran(capsys, "sweep", "clar-or-bespoke", "--n", 5, "-o", tmp_path / "run")
    assert code == 2 and "has no section 'sweep'" in err


def test_ctrl_c_ends_it_with_130_and_it_can_be_resumed(study, tmp_path, capsys):
    folder = tmp_path / "run"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [sys.executable, "-m", "wheelbase.cli", "sweep", str(study), "--n", "900000",
               "-o", str(folder), "--workers", "2"]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment, text=True) as process:
        journal = folder / "designs" / "parts.jsonl"
        while not journal.exists() or not journal.stat().st_size:
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "add --resume to go on" in err and "Traceback" not in err
    assert json.loads((folder / "manifest.json").read_text())["state"] == "stopped"
    whole = journal.read_text().count("\n")
    assert whole >= 1 and not list(folder.rglob("*.part"))
    assert all(json.loads(line)["rows"] == 10_000 for line in journal.read_text().splitlines())


def test_two_sweeps_are_compared_by_their_laws_and_figures(study, tmp_path, capsys):
    for name, change in (("a", "bodies.sedan_d.H156=140 mm"), ("b", "bodies.sedan_d.drag=0.30")):
        folder = tmp_path / name
        assert ran(capsys, "sweep", study, "--n", 20, "-o", folder, "-s", change, "--quiet")[0] == 0
    code, out, _ = ran(capsys, "compare", tmp_path / "a", tmp_path / "b", "--json")
    assert code == 0
    text = json.dumps(json.loads(out)["result"])
    assert "energy_wltp" in text and "bodies.sedan_d.drag" in text
