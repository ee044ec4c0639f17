"""What ends a sweep - a kill, a dead worker, Ctrl-C - loses nothing and doubles nothing."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import active_children, get_context
from pathlib import Path
from threading import Timer

import numpy as np
import pytest
import sweeping
from sweeping import content, files, full, swept

from wheelbase.errors import SolveError
from wheelbase.sweep import store as store_of
from wheelbase.sweep.progress import peak_memory
from wheelbase.sweep.table import Column

SCRIPT = Path(sweeping.__file__)


def test_a_sweep_killed_at_random_moments_twenty_times_loses_and_doubles_nothing(tmp_path):
    folder, n, rows = tmp_path / "killed", 800, 4
    command = [sys.executable, str(SCRIPT), str(folder), str(n), str(rows), "1"]
    chance, grown = random.Random(20), [0]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    for kill in range(20):
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
            assert process.stdout is not None
            if kill != 7:  # once while it still starts
                assert process.stdout.readline() == b"begun\n"
            time.sleep(chance.uniform(0.0, 0.3))
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL, "it ended before it was killed"
        journal = folder / "designs" / "parts.jsonl"
        grown.append(journal.read_bytes().count(b"\n"))
    assert grown[-1] > 20 and grown == sorted(grown), "what was whole stays whole"
    done = swept(folder, n, rows, resume=True)
    assert done.n == n and done.made == n - rows * grown[-1]
    assert [r[0] for r in content(folder)] == list(range(n))
    swept(tmp_path / "whole", n, rows)
    assert files(folder) == files(tmp_path / "whole")
    assert not list(folder.rglob("*.part"))


def test_what_a_kill_leaves_behind_counts_for_nothing(tmp_path):
    folder = tmp_path / "a"
    swept(folder)
    whole = files(folder)
    journal = folder / "designs" / "parts.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join(lines[:2]) + lines[2][:30])  # torn in its third line
    (folder / "designs" / "part-00003.parquet.77.part").write_bytes(b"half")
    done = swept(folder, resume=True)
    assert (done.n, done.made) == (230, 130) and files(folder) == whole


def test_a_worker_that_dies_is_replaced_and_too_many_deaths_end_the_sweep(tmp_path, monkeypatch):
    marks = tmp_path / "marks"
    marks.mkdir()
    monkeypatch.setenv("WHEELBASE_TEST_MARKS", str(marks))
    (marks / "1").touch()
    done = swept(tmp_path / "a", workers=2, compute=sweeping.deadly)
    assert done.n == 230 and not list(marks.iterdir())
    swept(tmp_path / "b")
    assert files(tmp_path / "a") == files(tmp_path / "b")
    for mark in range(9):
        (marks / str(mark)).touch()
    with pytest.raises(SolveError, match="its processes died 4 times"):
        swept(tmp_path / "c", workers=2, compute=sweeping.deadly)
    for mark in marks.iterdir():
        mark.unlink()
    assert swept(tmp_path / "c", resume=True).n == 230


def test_the_memory_of_a_worker_is_not_that_of_who_started_it(tmp_path):
    held = np.ones(100_000_000)  # 800 MB
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        assert pool.submit(peak_memory).result() < 500e6
    assert peak_memory() > held.nbytes


def interrupted(at):
    def tell(progress):
        if progress.done >= at:
            raise KeyboardInterrupt

    return tell


def test_ctrl_c_leaves_a_store_that_goes_on(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        swept(tmp_path / "a", tell=interrupted(100))
    assert json.loads((tmp_path / "a" / "manifest.json").read_text())["state"] == "stopped"
    done = swept(tmp_path / "a", resume=True)
    assert (done.n, done.made) == (230, 130)


def test_ctrl_c_between_two_parts_ends_the_workers_before_the_folder_is_let_go(tmp_path):
    """Whoever keeps the traceback, as a notebook does, keeps no workers with it."""
    with pytest.raises(KeyboardInterrupt) as caught:
        swept(tmp_path / "a", 400, 4, compute=sweeping.slow, workers=2, tell=interrupted(8))
    assert caught.tb is not None and not active_children()
    assert not list((tmp_path / "a" / "designs").glob("*.part"))
    assert swept(tmp_path / "a", 400, 4, resume=True).n == 400


def test_ctrl_c_while_a_part_is_written_waits_for_it_and_no_longer(tmp_path):
    """DuckDB that is interrupted in the middle of a file raises, or never returns."""
    columns = [Column(f"x{n}", "double", "", "output", "a figure") for n in range(8)]
    figures = np.random.default_rng(0).random(400_000)
    (tmp_path / "designs").mkdir()
    for wait in (0.05, 0.1, 0.15, 0.2):
        with pytest.raises(KeyboardInterrupt):
            Timer(wait, os.kill, (os.getpid(), signal.SIGINT)).start()
            for _ in range(2_000):  # far more than fit into the wait, even of a timer that is late
                store_of.write_part(tmp_path, 0, columns, {c.name: figures for c in columns})
    assert not list((tmp_path / "designs").glob("*.part"))


def test_what_stopped_a_sweep_is_said_though_its_state_cannot_be_noted(tmp_path, monkeypatch):
    def tell(progress):
        if progress.done:
            full(monkeypatch, 0)
            raise SolveError("stopped")

    with pytest.raises(SolveError, match="stopped"):
        swept(tmp_path / "a", tell=tell)
