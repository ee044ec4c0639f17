"""A sweep on a Dask cluster: a real scheduler, several worker processes, one of which is killed."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
import sweeping

from wheelbase.errors import DataError, SolveError
from wheelbase.sweep import sweep

pytest.importorskip("distributed", reason="extra cluster is not installed")

CLUSTER = """
import os, sys, time
from distributed import LocalCluster

if __name__ == "__main__":
    cluster = LocalCluster(
        n_workers=int(sys.argv[1]), threads_per_worker=1, processes=True, dashboard_address=None,
        memory_limit=0,
    )
    pids = [w.pid for w in cluster.workers.values()]
    print(cluster.scheduler_address, *pids, flush=True)
    sys.stdin.read()
    cluster.close()
"""


@contextmanager
def started(folder, workers):
    """Start a scheduler with its workers; yield its process, its address and their numbers."""
    script = folder / "cluster.py"
    script.write_text(CLUSTER)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    with subprocess.Popen(
        [sys.executable, str(script), str(workers)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, env=environment,
    ) as process:  # fmt: skip
        address, *pids = process.stdout.readline().split()
        yield process, address, [int(pid) for pid in pids]
        process.stdin.close()
        process.wait(30)


def swept(folder, n, **given):
    return sweep(sweeping.study(), n, folder=folder, rows=50, compute=sweeping.slow, **given)


def test_a_cluster_that_loses_a_worker_makes_every_design_once(tmp_path):
    killed = []
    with started(tmp_path, 3) as (_, address, pids):

        def tell(progress):
            if progress.done >= 200 and not killed:
                os.kill(pids[0], signal.SIGKILL)
                killed.append(pids[0])

        done = swept(tmp_path / "a", 3000, workers=f"dask:{address}", tell=tell)
    assert killed and (done.n, done.made) == (3000, 3000)
    alone = swept(tmp_path / "b", 3000, workers=1)
    for number in range(60):
        name = f"designs/part-{number:05d}.parquet"
        assert (done.folder / name).read_bytes() == (alone.folder / name).read_bytes()
    journal = (done.folder / "designs" / "parts.jsonl").read_text().splitlines()
    assert len(journal) == 60
    with pytest.raises(OSError):
        os.kill(killed[0], 0)


def test_a_cluster_that_goes_away_ends_the_sweep_and_leaves_a_store_that_goes_on(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("wheelbase.sweep.executor._WAIT", 3.0)  # s, also to find it again
    with started(tmp_path, 1) as (process, address, _):

        def tell(progress):
            if progress.done >= 100:
                process.kill()

        with pytest.raises(SolveError, match="the cluster is gone; start it again, then resume"):
            swept(tmp_path / "a", 1000, workers=f"dask:{address}", tell=tell)
    assert json.loads((tmp_path / "a" / "manifest.json").read_text())["state"] == "stopped"
    done = swept(tmp_path / "a", 1000, workers=1, resume=True)
    assert done.n == 1000 and done.made <= 900


def test_a_cluster_without_workers_is_said_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr("wheelbase.sweep.executor._WAIT", 3.0)
    told = "executor dask:tcp://.*: has no worker; start some there"
    with started(tmp_path, 0) as (_, address, _), pytest.raises(DataError, match=told):
        swept(tmp_path / "a", 50, workers=f"dask:{address}")
    assert not (tmp_path / "a").exists()


def test_a_cluster_that_is_not_there_is_said_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr("wheelbase.sweep.executor._WAIT", 1.0)
    with pytest.raises(DataError, match="executor dask:tcp://127.0.0.1:9: no scheduler answers"):
        sweep(sweeping.study(), 10, folder=tmp_path / "a", workers="dask:tcp://127.0.0.1:9")
    assert not (tmp_path / "a").exists()
