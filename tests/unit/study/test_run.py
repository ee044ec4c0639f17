import json
import math
import re

import duckdb
import pytest

from wheelbase.errors import DataError
from wheelbase.study import changed, read_results, run_study
from wheelbase.study.folder import (
    open_folder,
    read_manifest,
    write_bytes,
    write_json,
    write_manifest,
    write_study,
    write_table,
)


@pytest.fixture(scope="module")
def run(study, tmp_path_factory):
    return run_study(study, tmp_path_factory.mktemp("runs") / "one")


def numbers(tree):
    if isinstance(tree, dict):
        for value in tree.values():
            yield from numbers(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from numbers(value)
    elif isinstance(tree, float):
        yield tree


def test_the_folder_holds_the_run_and_hashes_of_every_file(run):
    names = {p.name for p in run.folder.iterdir()}
    wanted = {"study.yaml", "results.json", "variants.parquet", "bills.parquet", "manifest.json"}
    assert names == wanted
    manifest = json.loads((run.folder / "manifest.json").read_text())
    assert manifest["state"] == "done"
    assert set(manifest["files"]) == wanted - {"manifest.json"}
    assert set(manifest["timings_s"]) == {
        "cars", "place", "accuracy", "cost", "partner", "plan", "decide",
    }  # fmt: skip
    assert read_results(run.folder) == run.results


def test_the_same_study_gives_the_same_bytes(run, study, tmp_path):
    again = run_study(study, tmp_path / "two")
    for name in ("study.yaml", "results.json", "variants.parquet", "bills.parquet"):
        assert (again.folder / name).read_bytes() == (run.folder / name).read_bytes()


def test_a_manifest_names_what_its_run_wrote_and_nothing_that_lay_there(results, study, tmp_path):
    for name in ("manifest.json", "old.parquet", "report.html"):
        (tmp_path / name).write_text("{}")
    written = [*write_study(tmp_path, study.document), "results.json"]
    write_json(tmp_path / "results.json", results)
    write_manifest(tmp_path, study, {}, written)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert set(manifest["files"]) == {"study.yaml", "results.json"}
    assert manifest["study"] == {"file": "clar-or-bespoke.yaml", "changes": {}}


def test_a_changed_study_is_kept_as_it_was_read_too(study, tmp_path):
    longer = changed(study.document, {"bodies.sedan_d.L103": "4800 mm"})
    assert write_study(tmp_path, longer) == ["study.yaml", "study.source.yaml"]
    assert (tmp_path / "study.source.yaml").read_text() == study.document.source
    assert (tmp_path / "study.yaml").read_text() == longer.text != study.document.source


def test_a_link_beside_a_file_takes_nothing_out_of_the_folder(tmp_path):
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "f.part").symlink_to(tmp_path / "mine")
    write_bytes(tmp_path / "f", b"x")
    assert (tmp_path / "mine").read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["f", "mine"]


@pytest.mark.parametrize("version", [2, None, "1", True])
def test_a_folder_of_another_version_is_refused_by_its_version(tmp_path, version):
    (tmp_path / "manifest.json").write_text(json.dumps({"wheelbase": version}))
    with pytest.raises(DataError, match=re.escape(f"of version {version!r}")):
        read_manifest(tmp_path)


def test_results_hold_no_number_that_is_none(run):
    found = list(numbers(run.results))
    assert len(found) > 5000
    assert all(math.isfinite(v) for v in found)


def test_tables_carry_units_in_their_headers(run):
    path = str(run.folder / "variants.parquet")
    with duckdb.connect() as store:
        rows = store.execute("select * from read_parquet(?)", [path]).fetchall()
        columns = [c[0] for c in store.description]
    assert len(rows) == len(run.results["variants"])
    assert {"id", "battery_gross_kwh", "range_wltp_km", "curb_mass_kg", "boot_l"} <= set(columns)


def test_a_changed_or_unfinished_run_is_refused(run, study, tmp_path):
    folder = run_study(study, tmp_path / "three").folder
    (folder / "results.json").write_text("{}")
    with pytest.raises(DataError, match="was changed after the run"):
        read_results(folder)
    (folder / "manifest.json").unlink()
    with pytest.raises(DataError, match=r"has no manifest\.json"):
        read_results(folder)


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(DataError, match="holds other files"):
        open_folder(tmp_path)
    with pytest.raises(DataError, match="is a file"):
        open_folder(tmp_path / "mine.txt")


def test_a_file_that_cannot_be_written_leaves_nothing_half(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        write_bytes(tmp_path / "absent" / "f", b"x")
    target = tmp_path / "folder"
    target.mkdir()
    with pytest.raises(DataError):
        write_bytes(target, b"x")
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


def test_a_table_needs_rows_of_one_shape(tmp_path):
    with pytest.raises(ValueError, match="share their columns"):
        write_table(tmp_path / "t.parquet", [{"a": 1}, {"b": 2}])


def test_the_answer_speaks_of_the_same_numbers_as_the_tree(results):
    answer, robust = results["answer"], results["robustness"]
    assert f"{robust['shares_percent'][answer['which']]:.0f} %" in answer["sentence"]
    assert answer["confidence_share"]["value"] == robust["shares_percent"][answer["which"]]
    total = sum(robust["shares_percent"].values())
    assert total == pytest.approx(100)
    flip = answer["flips"][0]["flip"]
    assert f"{float(f'{flip:.3g}'):,.0f}" in answer["sentence"]
    assert str(round(answer["whom"]["saving"]["value"])) in answer["sentence"]


def test_the_verdict_follows_from_the_fit(results):
    cells = results["fit_matrix"]["cells"][0]
    assert all(c["status"].startswith("fits") for c in cells if c["carried"])
    assert "fails for none of what it must carry" in results["answer"]["verdict"]
    six = next(s for s in results["platforms"]["clar_like"]["shadow"] if s["powertrain"] == "six")
    assert f"{six['usable_length_mm']:.0f} mm" in results["answer"]["verdict"]


def test_timing_and_plan_agree_whether_to_launch(results):
    launched = results["plan"]["launch_probability"]["value"] > 50
    assert launched == (results["timing"]["never"]["value"] < 50)


def test_every_bill_traces_to_facts_and_sources(results):
    sources = {s["key"] for s in results["sources"]} | {
        a["id"] for a in results["pack_price"]["anchors"]
    }
    for bill in results["bills"].values():
        assert bill["total"]["value"] == pytest.approx(
            sum(i["cost"]["value"] for i in bill["lines"]), rel=1e-4
        )
        for line in bill["lines"]:
            assert set(line["source"].split(", ")) <= sources
