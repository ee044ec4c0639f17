"""A sweep on a Dask cluster: a real scheduler, several worker processes, one of which is killed."""

import os
import signal
import subprocess
import sys

import pytest
import sweeping

from wheelbase.errors import DataError
from wheelbase.sweep import sweep

pytest.importorskip("distributed", reason="extra cluster is not installed")

CLUSTER = """
import os, sys, time
from distributed import LocalCluster

if __name__ == "__main__":
    cluster = LocalCluster(
        n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0
    )
    pids = [w.pid for w in cluster.workers.values()]
    print(cluster.scheduler_address, *pids, flush=True)
    sys.stdin.read()
    cluster.close()
"""


@pytest.fixture
def cluster(tmp_path):
    script = tmp_path / "cluster.py"
    script.write_text(CLUSTER)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, env=environment,
    ) as process:  # fmt: skip
        address, *pids = process.stdout.readline().split()
        yield address, [int(pid) for pid in pids]
        process.stdin.close()
        process.wait(30)


def test_a_cluster_that_loses_a_worker_makes_every_design_once(cluster, tmp_path):
    address, pids = cluster
    killed = []

    def tell(progress):
        if progress.done >= 200 and not killed:
            os.kill(pids[0], signal.SIGKILL)
            killed.append(pids[0])

    given = {"rows": 50, "compute": sweeping.slow}
    done = sweep(
        sweeping.study(), 3000, folder=tmp_path / "a", workers=f"dask:{address}", tell=tell, **given
    )
    assert killed and (done.n, done.made) == (3000, 3000)
    alone = sweep(sweeping.study(), 3000, folder=tmp_path / "b", workers=1, **given)
    for number in range(60):
        name = f"designs/part-{number:05d}.parquet"
        assert (done.folder / name).read_bytes() == (alone.folder / name).read_bytes()
    journal = (done.folder / "designs" / "parts.jsonl").read_text().splitlines()
    assert len(journal) == 60
    with pytest.raises(OSError):
        os.kill(killed[0], 0)


def test_a_cluster_that_is_not_there_is_said_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr("wheelbase.sweep.executor._WAIT", 1.0)
    with pytest.raises(DataError, match="executor dask:tcp://127.0.0.1:9: no scheduler answers"):
        sweep(sweeping.study(), 10, folder=tmp_path / "a", workers="dask:tcp://127.0.0.1:9")
    assert not (tmp_path / "a").exists()
