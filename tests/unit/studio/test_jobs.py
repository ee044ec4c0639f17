"""A run in the background: told as it goes, ended at once, and nothing half of it left."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from wheelbase.studio.guard import Refused
from wheelbase.studio.jobs import Jobs
from wheelbase.study import load_package

QUICK = """
import sys, pathlib, time
file, _, folder = sys.argv[1:4]
print("cars       15 variants fitted 0.39 s".replace("fitted 0", "fitted   0"), flush=True)
print("place      34 pairs   5.52 s", flush=True)
place = pathlib.Path(folder); place.mkdir(parents=True)
(place / "study.yaml").write_text(pathlib.Path(file).read_text())
{then}
"""
FOREVER = "time.sleep(600)"
WELL = '(place / "manifest.json").write_text("{}")'
ILL = 'print("bad.yaml:3:1: title: missing; add it", flush=True); sys.exit(2)'


@pytest.fixture(scope="module")
def package(facts):
    return load_package("clar-or-bespoke", facts)


def jobs_of(folder, then):
    return Jobs(folder / "runs", (sys.executable, "-c", QUICK.replace("{then}", then)))


def after(jobs, id, enough):
    for _ in range(1000):
        job = jobs.of(id)
        if enough(job):
            return job
        time.sleep(0.02)
    pytest.fail(f"still {job}")


def lives(pid):
    """Return whether a process runs; one that ended and that nobody asked after does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def ended(job):
    return job["state"] != "running"


def test_a_job_tells_its_stage_and_ends_with_its_run(tmp_path, package):
    jobs = jobs_of(tmp_path, WELL)
    job = after(jobs, jobs.start(package)["id"], ended)
    assert job["state"] == "done"
    assert (tmp_path / "runs" / job["run"] / "study.yaml").is_file()
    assert job["done"] == job["total"]


def test_a_job_that_runs_says_how_far_it_is(tmp_path, package):
    jobs = jobs_of(tmp_path, FOREVER)
    job = after(jobs, jobs.start(package)["id"], lambda job: job["done"] == 2)
    assert job["state"] == "running"
    assert job["stage"] == "accuracy"
    jobs.close()


def test_a_cancelled_job_leaves_no_process_and_no_half_run(tmp_path, package):
    jobs = jobs_of(tmp_path, FOREVER)
    id = jobs.start(package)["id"]
    after(jobs, id, lambda job: job["done"] == 2)
    jobs.cancel(id)
    job = after(jobs, id, ended)
    assert job["state"] == "cancelled"
    assert list((tmp_path / "runs").iterdir()) == []


def test_a_cancelled_job_takes_what_it_started_with_it(tmp_path, package):
    then = (
        "import subprocess\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import signal, time;"
        " signal.signal(signal.SIGTERM, signal.SIG_IGN); print(chr(33), flush=True);"
        " time.sleep(600)'], stdout=subprocess.PIPE)\n"
        "child.stdout.read(1)\n"
        "print('child', child.pid, flush=True)\n"
        "time.sleep(600)"
    )
    jobs = jobs_of(tmp_path, then)
    id = jobs.start(package)["id"]
    job = after(jobs, id, lambda job: any(x.startswith("child ") for x in job["lines"]))
    child = int(next(x for x in job["lines"] if x.startswith("child ")).split()[1])
    jobs.cancel(id)
    after(jobs, id, ended)
    for _ in range(1000):
        if not lives(child):
            return
        time.sleep(0.02)
    pytest.fail("a process of the cancelled run still lives")


def test_a_cancelled_job_leaves_the_run_that_was_there_before(tmp_path, package):
    jobs = jobs_of(tmp_path, WELL)
    first = after(jobs, jobs.start(package)["id"], ended)
    again = Jobs(tmp_path / "runs", (sys.executable, "-c", "import time; time.sleep(600)"))
    again.cancel(again.start(package)["id"])
    assert sorted(p.name for p in (tmp_path / "runs" / first["run"]).iterdir()) == [
        "manifest.json",
        "study.yaml",
    ]


def test_the_draft_is_gone_once_the_run_has_ended(tmp_path, package):
    jobs = jobs_of(tmp_path, "print('draft', file, flush=True)\n" + WELL)
    job = after(jobs, jobs.start(package)["id"], ended)
    draft = Path(next(x for x in job["lines"] if x.startswith("draft ")).split(" ", 1)[1])
    assert draft.name == "clar-or-bespoke.yaml"
    assert not draft.parent.exists()


def test_a_run_that_cannot_be_started_says_so(tmp_path, package, monkeypatch):
    jobs = Jobs(tmp_path / "runs", (str(tmp_path / "no-such-program"),))
    job = after(jobs, jobs.start(package)["id"], ended)
    assert "could not be started" in job["problems"][0]
    monkeypatch.setattr("wheelbase.studio.jobs._TIED", (str(tmp_path / "none"),))
    with pytest.raises(Refused, match="could not be started") as refused:
        jobs.start(package)
    assert refused.value.status == 503


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="no /proc to look into")
def test_a_run_ends_with_a_server_that_is_killed_and_leaves_no_draft(tmp_path):
    then = "print('here', file, __import__('os').getpid(), flush=True)\n" + FOREVER
    code = (
        "import sys; from pathlib import Path\n"
        "from wheelbase.catalogue import catalogue\n"
        "from wheelbase.studio.jobs import Jobs\n"
        "from wheelbase.study import load_package\n"
        f"jobs = Jobs(Path({str(tmp_path)!r}), (sys.executable, '-c', sys.argv[1]))\n"
        "id = jobs.start(load_package('clar-or-bespoke', catalogue()))['id']\n"
        "while not any(x.startswith('here') for x in jobs.of(id)['lines']): pass\n"
        "print(jobs.of(id)['lines'][-1], flush=True); sys.stdin.read()"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", code, QUICK.replace("{then}", then)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    _, draft, run = server.stdout.readline().split()
    assert lives(run)
    server.kill()
    server.communicate()
    for _ in range(1000):
        if not lives(run):
            break
        time.sleep(0.02)
    assert not lives(run)
    assert not Path(draft).parent.exists()


def test_a_run_that_died_with_a_child_at_work_can_be_cancelled(tmp_path, package):
    then = (
        "import subprocess, os\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print('dies', flush=True); os._exit(9)"
    )
    jobs = jobs_of(tmp_path, then)
    id = jobs.start(package)["id"]
    after(jobs, id, lambda job: "dies" in job["lines"])
    jobs._job.process.wait()
    assert jobs.of(id)["state"] == "running"  # its child holds the output
    jobs.cancel(id)
    assert ended(after(jobs, id, ended))


def test_a_run_that_cannot_be_cleared_up_ends_all_the_same(tmp_path, package, monkeypatch):
    def refuse(folder):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.iterdir", refuse)
    jobs = jobs_of(tmp_path, ILL)
    assert after(jobs, jobs.start(package)["id"], ended)["state"] == "failed"


def test_a_run_that_dies_without_a_word_tells_its_code(tmp_path, package):
    jobs = Jobs(tmp_path / "runs", (sys.executable, "-c", "raise SystemExit(7)"))
    assert after(jobs, jobs.start(package)["id"], ended)["problems"] == ["ended with 7"]


def test_a_job_that_fails_shows_why(tmp_path, package):
    jobs = jobs_of(tmp_path, ILL)
    job = after(jobs, jobs.start(package)["id"], ended)
    assert job["state"] == "failed"
    assert "bad.yaml:3:1: title: missing; add it" in job["problems"]
    assert job["run"] is None


def test_a_newer_job_ends_the_older(tmp_path, package):
    jobs = jobs_of(tmp_path, FOREVER)
    first = jobs.start(package)["id"]
    second = jobs.start(package)["id"]
    with pytest.raises(Refused, match="no such job"):
        jobs.of(first)
    assert jobs.of(second)["state"] == "running"
    jobs.close()


def test_a_run_of_a_changed_study_reads_the_changed_text(tmp_path, package):
    jobs = jobs_of(tmp_path, WELL)
    changed = package.set({"bodies.sedan_d.L103": "4800 mm"})
    job = after(jobs, jobs.start(changed)["id"], ended)
    assert "L103: 4800 mm" in (tmp_path / "runs" / job["run"] / "study.yaml").read_text()
