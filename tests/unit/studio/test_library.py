"""What may be opened by id: files of the folder as they are now, and nothing outside of it."""

import hashlib
import json
import os
import shutil

import pytest

from wheelbase.studio import is_id
from wheelbase.studio.guard import Refused
from wheelbase.studio.library import Library
from wheelbase.study import bundled


def kept_run(folder, id, **results):
    """Write a run of these results as `wheelbase run` keeps one."""
    place = folder / "runs" / id
    place.mkdir(parents=True)
    content = json.dumps(results).encode()
    hashes = {"results.json": hashlib.sha256(content).hexdigest()}
    (place / "results.json").write_bytes(content)
    (place / "manifest.json").write_text(
        json.dumps({"wheelbase": 1, "state": "done", "files": hashes})
    )
    return place


@pytest.fixture
def library(tmp_path, facts):
    return Library(tmp_path, facts)


@pytest.fixture
def mine(tmp_path):
    return shutil.copy(bundled()["clar-or-bespoke"], tmp_path / "mine.yaml")


def problems_of(library, id):
    return next(s["problems"] for s in library.studies() if s["id"] == id)


def test_bundled_studies_and_those_of_the_folder_are_listed_apart(library, mine):
    listed = {s["id"]: s["bundled"] for s in library.studies()}
    assert listed == {**dict.fromkeys(bundled(), True), "mine": False}
    assert all(s["problems"] == [] for s in library.studies())


def test_a_file_of_the_folder_goes_before_a_bundled_one_of_its_name(library, mine):
    mine.rename(mine.with_name("clar-or-bespoke.yaml"))
    assert not next(s for s in library.studies() if s["id"] == "clar-or-bespoke")["bundled"]


def test_an_edit_to_a_file_is_read_at_the_next_request(library, mine):
    before = library.study("mine")
    assert library.study("mine") is before
    mine.write_text(mine.read_text().replace("title: ", "title: Now "))
    assert library.study("mine").spec.title.startswith("Now ")


def test_a_study_is_listed_with_what_is_wrong_in_it_until_that_is_mended(library, mine):
    text = mine.read_text()
    mine.write_text(text.replace("tank: 59 l", "tank: 59"))
    assert all("no unit" in problem for problem in problems_of(library, "mine"))
    with pytest.raises(Refused) as refused:
        library.study("mine")
    assert list(refused.value.problems) == problems_of(library, "mine")
    assert refused.value.text == mine.read_text()
    mine.write_text(text)
    assert problems_of(library, "mine") == []


def test_a_file_that_is_no_yaml_is_listed_with_its_place(library, mine):
    mine.write_text("title: [")
    assert problems_of(library, "mine")[0].startswith("mine.yaml:")


def test_runs_are_listed_with_their_sentence_the_newest_first(library, tmp_path):
    for age, id in enumerate(("new", "old")):
        place = kept_run(tmp_path, id, title="T", name="s", answer={"sentence": f"Keep {id}."})
        os.utime(place / "manifest.json", (1e9 - age, 1e9 - age))
    assert [(r["id"], r["sentence"]) for r in library.runs()] == [
        ("new", "Keep new."),
        ("old", "Keep old."),
    ]
    assert library.runs()[0]["when"].startswith("2001-09-09T01:46:40")


def test_a_run_that_has_not_ended_is_no_run_yet(library, tmp_path):
    (tmp_path / "runs" / "half").mkdir(parents=True)
    assert library.runs() == []


BREAK = {
    "results.json": ["", "[]", "{", "[" * 30_000, '{"title": "changed"}'],
    "manifest.json": ["", "[]", "{", "[" * 30_000],
}


@pytest.mark.parametrize(("name", "content"), [(n, c) for n in BREAK for c in BREAK[n]])
def test_a_broken_run_is_listed_with_the_file_that_is_broken(library, tmp_path, name, content):
    place = kept_run(tmp_path, "run", title="T")
    assert library.results("run") == {"title": "T"}
    (place / name).write_text(content)
    listed = library.runs()[0]
    assert listed["state"] == "broken"
    assert listed["problems"][0].startswith(f"runs/run/{name}: ")
    assert str(tmp_path) not in "".join(listed["problems"])
    with pytest.raises(Refused) as refused:
        library.results("run")
    assert refused.value.status == 422


def test_a_run_that_holds_no_number_where_one_belongs_is_broken(library, tmp_path):
    kept_run(tmp_path, "run", title="T", mass=float("nan"))
    assert library.runs()[0]["problems"][0].startswith("runs/run/results.json: holds NaN")


def test_a_run_without_results_says_so(library, tmp_path):
    (kept_run(tmp_path, "run") / "results.json").unlink()
    assert "results.json" in library.runs()[0]["problems"][0]


def test_links_that_lead_out_are_not_followed(library, tmp_path, mine, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    mine.rename(outside / "secret.yaml")
    kept_run(outside, "other", title="secret")
    (tmp_path / "linked.yaml").symlink_to(outside / "secret.yaml")
    inner = kept_run(tmp_path, "inner", title="T")
    (inner / "results.json").unlink()
    (inner / "results.json").symlink_to(outside / "runs" / "other" / "results.json")
    (tmp_path / "runs" / "linked").symlink_to(outside / "runs" / "other")
    assert "linked" not in library.study_files()
    assert [run["id"] for run in library.runs()] == ["inner"]
    assert "leads out" in library.runs()[0]["problems"][0]


def test_a_folder_of_runs_that_lies_elsewhere_is_not_opened(library, tmp_path, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    kept_run(outside, "other", title="secret")
    (tmp_path / "runs").symlink_to(outside / "runs")
    assert library.runs() == []


def test_a_pipe_in_a_folder_is_not_waited_for(library, tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    os.mkfifo(kept_run(tmp_path, "run") / "more.json")
    place = kept_run(tmp_path, "stuck")
    (place / "results.json").unlink()
    os.mkfifo(place / "results.json")
    assert "pipe" not in library.study_files()
    assert {r["id"]: r["state"] for r in library.runs()} == {"run": "done", "stuck": "broken"}


ODD = [
    "",
    ".",
    "..",
    "../x",
    "a/b",
    "a\\b",
    "/etc",
    "a\0b",
    "a\n",
    "a" * 82,
    "-x",
    ".x",
    "é",
    "a b",
]


@pytest.mark.parametrize("id", ODD)
def test_what_is_no_id_opens_nothing(library, id):
    assert not is_id(id)
    for opened in (library.study, library.results):
        with pytest.raises(Refused) as refused:
            opened(id)
        assert refused.value.status == 404


def test_results_of_a_few_runs_are_kept_however_many_there_are(library, tmp_path):
    for k in range(20):
        kept_run(tmp_path, f"run{k}", title=str(k))
    assert len(library.runs()) == 20
    assert [library.results(f"run{k}")["title"] for k in range(20)] == [str(k) for k in range(20)]
    assert len(library._results) < 10


def test_what_this_user_may_not_look_into_hides_nothing_else(library, tmp_path, mine, monkeypatch):
    kept_run(tmp_path, "mine", title="T")
    kept_run(tmp_path, "private", title="T")
    allowed = type(tmp_path).stat

    def stat(path, **how):
        if "private" in path.parts[:-1]:
            raise PermissionError(13, "Permission denied")
        return allowed(path, **how)

    monkeypatch.setattr(type(tmp_path), "stat", stat)
    assert [run["id"] for run in library.runs()] == ["mine"]


def test_links_in_a_circle_are_broken_files(library, tmp_path):
    for id in ("right", "round"):
        place = kept_run(tmp_path, id, title="T")
    (place / "results.json").unlink()
    (place / "results.json").symlink_to(place / "results.json")
    (tmp_path / "circle.yaml").symlink_to(tmp_path / "circle.yaml")
    states = {run["id"]: run["state"] for run in library.runs()}
    assert states == {"right": "done", "round": "broken"}
    assert "circle" not in library.study_files()


def test_a_study_file_of_a_run_that_leads_out_is_not_read(library, tmp_path, mine):
    inside = kept_run(tmp_path, "run", title="T") / "study.yaml"
    inside.symlink_to(mine)
    assert library.runs()[0]["inputs"] == ""
    with pytest.raises(Refused, match="no file of the run"):
        library.kept_study("run")


def test_results_that_are_far_too_large_are_not_read(library, tmp_path):
    with (kept_run(tmp_path, "run", title="T") / "results.json").open("ab") as file:
        file.truncate(10**9)  # a sparse file, which takes no room
    assert "bytes; at most" in library.runs()[0]["problems"][0]


def test_a_folder_that_is_taken_away_leaves_the_bundled_studies(library, tmp_path, mine):
    kept_run(tmp_path, "run", title="T")
    assert library.runs()
    shutil.rmtree(tmp_path)
    assert library.runs() == []
    assert {s["id"] for s in library.studies()} == set(bundled())
