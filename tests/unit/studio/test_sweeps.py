"""The studio lists sweeps beside runs and shows what they found."""

import pytest
import sweeping

from wheelbase.studio.guard import Refused
from wheelbase.studio.library import Library
from wheelbase.studio.workbench import Workbench
from wheelbase.sweep import sweep


@pytest.fixture
def bench(tmp_path, facts):
    sweep(sweeping.study(), 60, folder=tmp_path / "runs" / "many", workers=1, rows=25)
    return Workbench(Library(tmp_path, facts))


def test_a_sweep_is_listed_as_one(bench):
    (told,) = bench.library.runs()
    assert (told["kind"], told["state"], told["problems"]) == ("sweep", "done", [])
    assert told["sentence"] == "60 designs by lhs" and told["study"] == "cheap"


def test_its_page_holds_its_clouds(bench):
    parts = bench.page("many")
    assert any(name.startswith("cloud_") for name in parts["figures"])
    assert "What nothing beats" in parts["body"]
    assert bench.report("many").startswith("<!doctype html>")


def test_it_has_no_results_of_a_run(bench):
    with pytest.raises(Refused) as caught:
        bench.run("many")
    assert "is the folder of a sweep" in caught.value.problems[0]


def test_a_broken_part_is_told_without_the_path_of_the_machine(bench, tmp_path):
    part = tmp_path / "runs" / "many" / "designs" / "part-00001.parquet"
    part.write_bytes(b"no table")
    with pytest.raises(Refused) as caught:
        bench.page("many")
    assert "runs/many/designs/part-00001.parquet" in caught.value.problems[0]
    assert str(tmp_path) not in caught.value.problems[0]


def test_a_study_that_a_link_leads_out_to_is_refused(bench, tmp_path):
    kept = tmp_path / "runs" / "many" / "study.yaml"
    outside = tmp_path.parent / f"{tmp_path.name}.outside.yaml"
    kept.rename(outside)
    kept.symlink_to(outside)
    with pytest.raises(Refused) as caught:
        bench.page("many")
    assert "study.yaml: leads out of its folder" in caught.value.problems[0]
