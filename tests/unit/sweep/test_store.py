"""Nothing of a sweep is lost, nothing doubled, whatever ends it."""

import errno
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import sweeping
from sweeping import computed, content, files, full, study, swept

from wheelbase.errors import DataError
from wheelbase.simulate import Backend
from wheelbase.study.folder import open_folder
from wheelbase.sweep import Sampling, sweep
from wheelbase.sweep import store as store_of
from wheelbase.sweep.table import Column


def test_a_sweep_holds_every_design_once_with_nulls_where_it_has_none(tmp_path):
    done = swept(tmp_path / "a")
    rows = content(tmp_path / "a")
    assert [r[0] for r in rows] == list(range(230)) and (done.n, done.made) == (230, 230)
    told = json.loads((tmp_path / "a" / "manifest.json").read_text())
    names = [c["name"] for c in told["columns"]]
    assert told["state"] == "done" and told["kind"] == "sweep" and told["n"] == 230
    for row in rows:
        by_name = dict(zip(names, row, strict=True))
        assert (by_name["boot_l"] is None) == (row[0] % 3 == 2)
        assert (by_name["variant"] is None) == (row[0] % 5 == 4)
        assert by_name["point"] == row[0] // 2
    length = np.array([r[names.index("bodies_sedan_d_l103_mm")] for r in rows[::2]])
    layers = np.floor((length - 4650) / 200 * 115).astype(int)
    assert sorted(layers) == list(range(115))  # a Latin hypercube over 115 points
    assert (tmp_path / "a" / "study.yaml").read_text() == sweeping.STUDY


def test_it_has_the_same_bytes_whoever_computes_it(tmp_path):
    swept(tmp_path / "one")
    swept(tmp_path / "two", workers=2)
    with ThreadPoolExecutor(3) as pool:
        swept(tmp_path / "given", workers=pool)
        assert pool.submit(int, "5").result() == 5  # is left as it was
    assert files(tmp_path / "one") == files(tmp_path / "two") == files(tmp_path / "given")
    other = tmp_path / "other"
    swept(other, seed=8)
    assert files(other).keys() == files(tmp_path / "one").keys()
    assert files(other) != files(tmp_path / "one")


def test_resume_starts_where_there_is_nothing(tmp_path):
    assert swept(tmp_path / "new", resume=True).made == 230


@pytest.mark.parametrize(
    "change,told",
    [
        ({"n": 231}, "n: the sweep was started with 230, now it is 231"),
        ({"seed": 9}, "seed: the sweep was started with 7, now it is 9"),
        ({"method": Sampling.SOBOL}, "method: the sweep was started with lhs, now it is sobol"),
        ({"rows": 60}, "part_rows: the sweep was started with 50, now it is 60"),
        ({"backend": Backend.JAX}, "backend: the sweep was started with numpy, now it is jax"),
    ],
)
def test_another_sweep_is_not_resumed(tmp_path, change, told):
    folder = tmp_path / "a"
    swept(folder)
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    with pytest.raises(DataError, match=told):
        swept(folder, resume=True, **change)
    assert before == {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_another_study_is_not_resumed_and_a_sweep_not_overwritten(tmp_path):
    swept(tmp_path / "a")
    other = study(sweeping.STUDY.replace("4850 mm", "4840 mm"))
    with pytest.raises(DataError, match="study, catalogue or code: the sweep was"):
        sweep(other, 230, folder=tmp_path / "a", rows=50, workers=1, resume=True, compute=computed)
    with pytest.raises(DataError, match="holds a run or a sweep; add --resume"):
        swept(tmp_path / "a")


def test_a_sweep_of_other_versions_is_refused_by_their_names(tmp_path):
    folder = tmp_path / "a"
    swept(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    now, manifest["versions"]["numpy"] = manifest["versions"]["numpy"], "1.0.0"
    manifest["input_hash"] = "of then"
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(DataError) as caught:
        swept(folder, resume=True)
    (told,) = caught.value.problems
    assert f"versions: the sweep was started with numpy 1.0.0, now it is {now}" in told


@pytest.mark.parametrize(("part", "rows"), [(5, 50), (4, 50), (1, 49), (-1, 50)])
def test_a_journal_that_tells_of_no_part_of_the_sweep_is_refused(tmp_path, part, rows):
    """Of 230 designs, 50 to a part, part 4 has 30 and there is no part 5."""
    folder = tmp_path / "a"
    swept(folder)
    journal = folder / "designs" / "parts.jsonl"
    line = json.loads(journal.read_text().splitlines()[0])
    journal.write_text(
        journal.read_text() + json.dumps({**line, "part": part, "rows": rows}) + "\n"
    )
    with pytest.raises(DataError, match=r"parts.jsonl:.* none of this sweep|is no part"):
        swept(folder, resume=True)


def spoiled(folder, what):
    part, manifest = folder / "designs" / "part-00001.parquet", folder / "manifest.json"
    journal = folder / "designs" / "parts.jsonl"
    if what == "part":
        part.write_bytes(part.read_bytes()[:-9] + b"\0" * 9)
    elif what == "lost":
        part.unlink()
    elif what == "manifest":
        manifest.write_text(manifest.read_text()[:-40])
    elif what == "version":
        manifest.write_text(manifest.read_text().replace('"wheelbase": 1', '"wheelbase": 2', 1))
    elif what == "journal":
        journal.write_text("nonsense\n" + journal.read_text())
    elif what == "run":
        manifest.write_text(manifest.read_text().replace('"kind": "sweep"', '"kind": "run"'))


@pytest.mark.parametrize(
    "what,told",
    [
        ("part", r"designs/part-00001.parquet: was changed after it was written; delete its line"),
        ("lost", r"designs/part-00001.parquet: no such file or directory; delete its line"),
        ("manifest", r"manifest.json: cannot be read"),
        ("version", r"manifest.json: is of version 2 of run folders, this Wheelbase reads 1"),
        ("journal", r"parts.jsonl:1: is no part"),
        ("run", r"is no sweep; name another folder"),
    ],
)
def test_a_broken_store_is_told_by_name_and_left_as_it_is(tmp_path, what, told):
    folder = tmp_path / "a"
    swept(folder)
    spoiled(folder, what)
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    with pytest.raises(DataError, match=told):
        swept(folder, resume=True)
    after = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert {k: v for k, v in after.items() if k.name != "sweep.lock"} == {
        k: v for k, v in before.items() if k.name != "sweep.lock"
    }


def test_a_part_whose_line_is_deleted_is_made_anew(tmp_path):
    folder = tmp_path / "a"
    swept(folder)
    whole = files(folder)
    spoiled(folder, "part")
    journal = folder / "designs" / "parts.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join(line for line in lines if '"part": 1,' not in line))
    assert swept(folder, resume=True).made == 50
    assert files(folder) == whole


@pytest.mark.parametrize("after", [0, 4, 9, 13, 14, 15, 16])
def test_a_full_disk_is_said_and_the_store_stays_usable(tmp_path, monkeypatch, after):
    folder = tmp_path / "a"
    with monkeypatch.context() as patch:
        full(patch, after)
        with pytest.raises(DataError, match="no space left on device"):
            swept(folder)
    assert swept(folder, resume=True).n == 230
    swept(tmp_path / "b")
    assert files(folder) == files(tmp_path / "b")


def test_a_file_size_limit_is_a_full_disk_to_the_engine_too(tmp_path):
    """The engine writes parts itself; a limit of the system stops it in the middle of one."""
    script = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "import sweeping\n"
        "from wheelbase.errors import DataError\n"
        "from wheelbase.sweep import sweep\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "study = sweeping.study()\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))\n"
        "try:\n"
        "    sweep(study, 40_000, folder=Path(sys.argv[1]), workers=1, rows=20_000,\n"
        "          compute=sweeping.computed)\n"
        "except DataError as error:\n"
        "    print(error.problems[0])\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    run = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "a")],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert "part-00000.parquet" in run.stdout and "file too large" in run.stdout.lower(), run
    assert not list((tmp_path / "a" / "designs").glob("part-*"))
    assert swept(tmp_path / "a", 40_000, 20_000, resume=True).n == 40_000


def test_a_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    def denied(self, *args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied")

    (tmp_path / "file").write_text("x")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine")
    with pytest.raises(DataError, match="file: is a file; name a folder"):
        swept(tmp_path / "file")
    with pytest.raises(DataError, match="other: holds other files and no sweep"):
        swept(tmp_path / "other")
    assert [p.name for p in (tmp_path / "other").iterdir()] == ["notes.txt"]
    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", denied)
        with pytest.raises(DataError, match="permission denied"):
            swept(tmp_path / "new")


def test_a_run_does_not_write_over_a_sweep(tmp_path):
    swept(tmp_path / "a")
    with pytest.raises(DataError, match="a: holds a sweep; name an empty or a new folder"):
        open_folder(tmp_path / "a")


def test_names_are_on_the_disk_before_the_journal_tells_of_them(tmp_path, monkeypatch):
    """The folder of a part is brought to the disk after its rename and before its line."""
    told, real, replace = [], os.fsync, Path.replace

    def fsync(handle):
        told.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        return real(handle)

    def renamed(self, target):
        told.append(f"{Path(target).name} is there")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", renamed)
    with ThreadPoolExecutor(1) as pool:
        for workers, folder in ((1, "a"), (pool, "b")):
            told.clear()
            swept(tmp_path / folder, workers=workers)
            assert told.index(folder) < told.index("part-00000.parquet is there")
            for number in range(5):
                after = told[told.index(f"part-{number:05d}.parquet is there") :]
                assert after.index("designs") < after.index("parts.jsonl")


def test_two_sweeps_do_not_share_a_folder(tmp_path):
    folder = tmp_path / "a"

    def second(progress):
        if progress.done:
            with pytest.raises(DataError, match=f"process {os.getpid()} sweeps into it"):
                swept(folder, resume=True)

    assert swept(folder, tell=second).n == 230


@pytest.mark.parametrize("seed", [-1, 2**31 + 1, 10**30])
def test_a_seed_that_none_is_is_refused(tmp_path, seed):
    with pytest.raises(DataError, match="seed: .*; write a number from 0 to 2,147,483,648"):
        swept(tmp_path / "a", seed=seed)
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("n", [0, -1, 10**12])
def test_a_number_of_designs_that_none_is_is_refused(tmp_path, n):
    with pytest.raises(DataError, match="write a number from 1 to 1,000,000,000"):
        swept(tmp_path / "a", n)
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    "workers,told",
    [
        (0, "workers: 0 is less than 1"),
        ("ray:there", "write dask:ADDRESS"),
        ("dask:", "write dask"),
    ],
)
def test_workers_that_are_none_are_refused_before_anything_is_written(tmp_path, workers, told):
    with pytest.raises(DataError, match=told):
        swept(tmp_path / "a", workers=workers)
    assert not (tmp_path / "a").exists()


def test_a_figure_that_is_not_finite_never_reaches_the_store(tmp_path):
    columns = (Column("design", "bigint", "", "key", "its number"),
               Column("x", "double", "", "output", "a figure"))  # fmt: skip
    (tmp_path / "designs").mkdir()
    table = {"design": np.arange(2), "x": np.array([1.0, np.nan])}
    with pytest.raises(ValueError, match="x: a figure of a design is not finite"):
        store_of.write_part(tmp_path, 0, columns, table)
    assert not list((tmp_path / "designs").iterdir())


def test_single_precision_tells_how_far_it_is_off(tmp_path):
    pytest.importorskip("jax", reason="extra jax is not installed")
    done = sweep(study(), 40, folder=tmp_path / "a", workers=1, rows=50, backend=Backend.JAX_SINGLE)
    assert 1e-9 < done.error < 1e-3
    manifest = json.loads((tmp_path / "a" / "manifest.json").read_text())
    assert manifest["single_precision_error"] == done.error
    plain = sweep(study(), 40, folder=tmp_path / "b", workers=1, rows=50)
    assert plain.error is None
    for one, other in zip(content(tmp_path / "a"), content(tmp_path / "b"), strict=True):
        figures = [(x, y) for x, y in zip(one, other, strict=True) if isinstance(x, float)]
        assert all(x == pytest.approx(y, rel=2 * done.error + 2e-7) for x, y in figures)
