import errno
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from wheelbase.cli.main import run_command
from wheelbase.study import bundled

GOOD = bundled()["clar-or-bespoke"].read_text()


def test_the_demo_answers_without_a_socket(tmp_path, capsys, monkeypatch):
    def refused(*arguments, **named):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "create_connection", refused)
    assert run_command(["demo", "-o", str(tmp_path / "run")]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0].startswith("Keep the flexible architecture (")
    assert out.splitlines()[-1] == f"report: {tmp_path / 'run' / 'report.html'}"
    stages = [line.split()[0] for line in err.splitlines()]
    assert stages == ["cars", "place", "accuracy", "cost", "partner", "plan", "decide"]
    assert (tmp_path / "run" / "report.html").stat().st_size < 3_000_000


def test_json_is_one_document_and_nothing_else(tmp_path, capsys):
    assert run_command(["demo", "--json", "-o", str(tmp_path / "run")]) == 0
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert (document["wheelbase"], document["verb"], document["ok"]) == (1, "demo", True)
    assert document["result"]["answer"]["which"] in ("flexible", "bespoke_now", "switch")
    assert document["run"] == str(tmp_path / "run") and err == ""


def test_nothing_but_the_answer_goes_to_standard_output(tmp_path):
    command = [sys.executable, "-m", "wheelbase.cli", "demo", "--json", "-o", str(tmp_path / "r")]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout)["code"] == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("engine: bmw-b48-190kw", "engine: unknown"),
        ("tank: 59 l", "tank: 59"),
        ("tank: 59 l", "tank: -1 l"),
        ("title: Keep", "titel: Keep"),
        ("tank: 59 l", "tank: nan l"),
    ],
)
def test_bad_input_ends_with_two_and_leaves_nothing(tmp_path, capsys, old, new):
    path = tmp_path / "my.yaml"
    path.write_text(GOOD.replace(old, new, 1))
    for verb in ("check", "run"):
        target = ["-o", str(tmp_path / "run")] if verb == "run" else []
        assert run_command([verb, str(path), *target]) == 2
        out, err = capsys.readouterr()
        assert out == "" and err.startswith("my.yaml:") and "Traceback" not in err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["my.yaml"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("request: 380 km", "request: 900 km", "targets.range: 900 km asked"),
        ("powertrains: [bev]\n", "powertrains: [bev, petrol]\n", "no tunnel"),
        (
            "powertrains: [compact, compact_bev]",
            "powertrains: [compact, compact_bev, six]",
            "rails",
        ),
        (
            "  gap: 0.1 %",
            "  gap: 0.1 %\n  least_blocks: 50",
            "no plan exists; these cannot all hold",
        ),
    ],
)
def test_a_negative_answer_ends_with_one_and_says_why(tmp_path, capsys, old, new, says):
    path = tmp_path / "my.yaml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new, 1))
    assert run_command(["run", str(path), "-o", str(tmp_path / "run"), "--quiet"]) == 1
    assert says in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_usage_mistakes_end_with_two(capsys):
    assert run_command(["rnu"]) == 2
    assert "No such command 'rnu'" in capsys.readouterr().err
    assert run_command(["run", "--nonsense", "x", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == 2


def test_our_own_fault_ends_with_three_and_names_a_file(capsys, monkeypatch):
    def broken():
        raise RuntimeError("boom")

    monkeypatch.setattr("wheelbase.catalogue.catalogue", broken)
    assert run_command(["check", "clar-or-bespoke"]) == 3
    line = capsys.readouterr().err
    crash = Path(line.strip().rsplit(" ", 1)[1])
    assert "boom" in crash.read_text() and "Traceback" not in line
    crash.unlink()


def test_our_own_fault_is_told_where_no_file_can_be_kept(capsys, monkeypatch):
    def broken():
        raise RuntimeError("boom")

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("wheelbase.catalogue.catalogue", broken)
    monkeypatch.setattr("tempfile.mkstemp", full)
    assert run_command(["check", "clar-or-bespoke"]) == 3
    line = capsys.readouterr().err
    assert "RuntimeError: boom" in line and "no space left on device" in line
    assert line.count("\n") == 1


@pytest.mark.parametrize("verb", ["check", "run", "report", "query", "simulate", "explain"])
def test_a_name_that_no_disk_takes_is_bad_input(capsys, verb):
    more = {"query": ["select 1"], "explain": ["x.y"]}.get(verb, [])
    assert run_command([verb, "a" * 300, *more]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_what_the_system_refuses_is_told_with_its_place(capsys, monkeypatch):
    def gone():
        raise OSError(errno.EIO, "Input/output error", "facts.csv")

    monkeypatch.setattr("wheelbase.catalogue.catalogue", gone)
    assert run_command(["check", "clar-or-bespoke"]) == 2
    assert capsys.readouterr().err.startswith("facts.csv: input/output error; mend that")


def test_an_interrupt_ends_with_130(capsys, monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr("wheelbase.catalogue.catalogue", interrupted)
    assert run_command(["check", "clar-or-bespoke"]) == 130


def test_the_catalogue_lists_shows_and_names_its_sources(capsys):
    assert run_command(["catalogue", "list", "vehicle"]) == 0
    assert "bmw-320d-g20   without A" in capsys.readouterr().out
    assert run_command(["catalogue", "show", "bmw-i4-edrive40"]) == 0
    out = capsys.readouterr().out
    assert "134.0 Wh/km" in out and "certified" in out and "epa-testcar-2022" in out
    assert run_command(["catalogue", "sources", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["result"]
    assert sum(found["sources"].values()) == sum(found["statuses"].values()) > 1500
    assert run_command(["catalogue", "show", "bmw-i4-edriv40"]) == 2
    assert "did you mean bmw-i4-edrive40" in capsys.readouterr().err


def test_a_strict_check_takes_warnings_for_a_negative_answer(tmp_path, capsys):
    spare = "  spare: {kind: ice, engine: bmw-b47-140kw, gearbox: zf-8hp, drive: rwd, tank: 50 l}\n"
    path = tmp_path / "my.yaml"
    path.write_text(GOOD.replace("  compact: {", spare + "  compact: {", 1))
    assert run_command(["check", str(path)]) == 0
    assert run_command(["check", str(path), "--strict"]) == 1
    assert "W-unused-key" in capsys.readouterr().err


def test_a_report_is_written_again_from_its_folder(ran, results, tmp_path, capsys):
    from wheelbase.report import page

    assert run_command(["report", str(ran.folder), "-o", str(tmp_path / "again.html")]) == 0
    assert (tmp_path / "again.html").read_text("utf-8") == page(results)
    assert run_command(["report", str(tmp_path / "nothing")]) == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path, capsys):
    tmp_path.chmod(0o500)
    assert run_command(["demo", "--quiet", "-o", str(tmp_path / "run")]) == 2
    assert "permission denied" in capsys.readouterr().err
