"""What befalls a run: it is killed, its disk fills, its folder vanishes, its clock jumps.

The record of a thousand kills is in docs/reliability.md; `python -m faults.kills` makes it.
"""

import errno
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import patch

import pytest
import sweeping
from faults import kills

import wheelbase
from wheelbase.errors import DataError
from wheelbase.study import open_tables, read_results
from wheelbase.study import run as run_room
from wheelbase.study.folder import writing


@pytest.fixture(scope="module")
def known(ran):
    return ran.results


@pytest.mark.parametrize(("kind", "count"), [("run", 8), ("sweep", 8), ("report", 4)])
def test_a_process_killed_at_random_moments_loses_and_doubles_nothing(ran, tmp_path, kind, count):
    """In a process of its own: what forks must not have begun any thread."""
    script = [sys.executable, "-m", "faults.kills", "--n", str(count), "--kind", kind]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    results = ["--results", str(ran.folder / "results.json"), "--log", str(tmp_path / "log")]
    subprocess.run([*script, *results], env=environment, check=True, capture_output=True)
    found = json.loads((tmp_path / "log").read_text())
    assert found["kills"] >= count and not found["faults"], found["faults"]


def test_a_run_that_was_cut_off_runs_again_in_its_folder(known, tmp_path):
    folder = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt), writing(folder):
        (folder / "results.json.part").write_bytes(b"half")
        raise KeyboardInterrupt
    assert "run the study again" in (folder / "unfinished.txt").read_text()
    with pytest.raises(DataError, match="not the folder of a finished run"):
        read_results(folder)
    kills.write_run(folder, known)
    assert read_results(folder) == known
    assert not list(folder.glob("*.part")) and not (folder / "unfinished.txt").exists()


def test_two_processes_do_not_write_into_one_run(known, tmp_path):
    folder = tmp_path / "run"
    told = "another process writes a run into it; wait for it"
    with writing(folder), pytest.raises(DataError, match=told):
        kills.write_run(folder, known)
    kills.write_run(folder, known)
    assert read_results(folder) == known


_AGAIN = """
import json, sys
from pathlib import Path
from faults import kills
results = json.loads(Path(sys.argv[2]).read_bytes())
try:
    for _ in range(6):
        kills.write_run(Path(sys.argv[1]), results)
    print("done")
except kills.DataError as error:
    print(error)
"""


def test_two_processes_that_want_one_folder_leave_a_whole_run(ran, tmp_path):
    folder = tmp_path / "run"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [sys.executable, "-c", _AGAIN, str(folder), str(ran.folder / "results.json")]
    both = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=300)[0] for process in both]
    assert all(s == "done\n" or "another process writes a run" in s for s in said), said
    assert "done\n" in said
    assert read_results(folder) == ran.results and open_tables(folder).views


@pytest.mark.parametrize("after", [0, 1, 3, 6])
def test_a_disk_that_fills_while_a_run_is_written_is_said(known, tmp_path, monkeypatch, after):
    folder = tmp_path / "run"
    sweeping.full(monkeypatch, after)
    with pytest.raises(DataError, match="no space left on device"):
        kills.write_run(folder, known)
    monkeypatch.undo()
    assert not list(folder.glob("*.part"))
    kills.write_run(folder, known)
    assert read_results(folder) == known


def test_a_disk_that_is_full_for_the_engine_too_is_said(ran, tmp_path):
    """DuckDB writes past Python; a limit of the system holds for both."""
    script = (
        "import json, resource, signal, sys\n"
        "from pathlib import Path\n"
        "from faults import kills\n"
        "results = json.loads(Path(sys.argv[2]).read_bytes())\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))\n"
        "try: kills.write_run(Path(sys.argv[1]), results)\n"
        "except kills.DataError as error: print(error)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    arguments = [str(tmp_path / "run"), str(ran.folder / "results.json")]
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "file too large" in done.stdout and not (tmp_path / "run" / "manifest.json").exists()


@pytest.mark.parametrize("what", ["run", "sweep", "report"])
def test_a_read_only_folder_is_named(known, tmp_path, monkeypatch, what):
    real = Path.open

    def refused(path, mode="r", *more, **words):
        if tmp_path in path.parents and set(mode) & set("wa+"):
            raise PermissionError(errno.EROFS, "Read-only file system", str(path))
        return real(path, mode, *more, **words)

    monkeypatch.setattr(Path, "open", refused)
    write, _ = kills.KINDS[what]
    with pytest.raises(DataError, match="read-only file system"):
        write(tmp_path / "new", known)


@pytest.mark.parametrize("what", ["run", "report"])
def test_a_folder_that_vanishes_is_named(known, tmp_path, monkeypatch, what):
    folder, real = tmp_path / "here", os.fsync
    gone = []

    def vanishes(handle):
        if not gone and folder.exists():
            gone.append(folder.rename(tmp_path / "gone"))
        return real(handle)

    monkeypatch.setattr(os, "fsync", vanishes)
    write, _ = kills.KINDS[what]
    with pytest.raises(DataError, match=r"here.*no such file or directory"):
        write(folder, known)


def test_a_clock_that_steps_back_changes_nothing(known, tmp_path, monkeypatch):
    now = [2e9]

    def backwards():
        now[0] -= 3600
        return now[0]

    kills.write_run(tmp_path / "before", known)
    sweeping.swept(tmp_path / "straight", 40, 8)
    monkeypatch.setattr(time, "time", backwards)
    monkeypatch.setattr(time, "time_ns", lambda: int(1e9 * backwards()))
    kills.write_run(tmp_path / "after", known)
    sweeping.swept(tmp_path / "back", 40, 8)
    assert read_results(tmp_path / "after") == read_results(tmp_path / "before")
    assert sweeping.files(tmp_path / "back") == sweeping.files(tmp_path / "straight")


def test_nothing_reads_a_clock_that_may_be_set_back():
    """Time is measured by clocks that only go forward, and no result says when it was made."""
    read = re.compile(r"\b(time\.time|time_ns|now|today|utcnow|gmtime|localtime)\(")
    sources = list(Path(wheelbase.__file__).parent.rglob("*.py"))
    assert len(sources) > 100
    assert not [path for path in sources if read.search(path.read_text("utf-8"))]


def test_a_fault_in_the_middle_of_the_results_leaves_no_folder(study, tmp_path):
    def broken(study, say):
        raise MemoryError

    with patch.object(run_room, "results_of", broken), pytest.raises(MemoryError):
        run_room.run_study(study, tmp_path / "run")
    assert not (tmp_path / "run").exists()
