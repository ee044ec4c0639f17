import hashlib
import json
import struct
from xml.etree import ElementTree

import pytest

from wheelbase.cli.main import run_command

IDS = ("bev@ev_like.suv_d", "plugin@clar_like.sedan_d")


def write_run(folder, variants):
    """Write a folder that reads as a finished run; whoever can write one can sign it too."""
    folder.mkdir(exist_ok=True)
    content = json.dumps({"variants": variants}).encode()
    (folder / "results.json").write_bytes(content)
    files = {"results.json": hashlib.sha256(content).hexdigest()}
    manifest = {"wheelbase": 1, "state": "done", "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.fixture
def run(results, tmp_path):
    return write_run(tmp_path / "run", {id: results["variants"][id] for id in IDS})


def names(folder):
    return sorted(p.name for p in folder.iterdir())


@pytest.mark.parametrize(("form", "ending"), [("gltf", "glb"), ("svg", "svg"), ("json", "json")])
def test_every_variant_becomes_one_file_and_is_named(run, capsys, form, ending):
    assert run_command(["export", str(run), "--to", form]) == 0
    expected = [str(run / form / f"{id}.{ending}") for id in IDS]
    assert capsys.readouterr().out.splitlines() == expected
    assert names(run / form) == [f"{id}.{ending}" for id in IDS]


def test_the_files_are_what_they_are_called(run, tmp_path, results):
    out = tmp_path / "deep" / "o"
    for form in ("gltf", "svg", "json"):
        assert (
            run_command(["export", str(run), "--to", form, "-o", str(tmp_path / "deep" / "o")]) == 0
        )

    assert len(names(out)) == 6
    content = (out / f"{IDS[0]}.glb").read_bytes()
    assert struct.unpack_from("<4sII", content) == (b"glTF", 2, len(content))
    svg = ElementTree.fromstring((out / f"{IDS[0]}.svg").read_text("utf-8"))
    assert svg.tag == "{http://www.w3.org/2000/svg}svg"
    boxes = json.loads((out / f"{IDS[0]}.json").read_text())["boxes"]
    fit = results["variants"][IDS[0]]["fit"]
    assert {b["id"] for b in boxes} == {b["id"] for b in (*fit["boxes"], *fit["zones"])}


def test_one_variant_alone_and_again_gives_the_same_bytes(run, tmp_path, capsys):
    arguments = ["export", str(run), "--to", "gltf", "--variant", IDS[1], "-o", str(tmp_path / "o")]
    assert run_command(arguments) == 0
    first = (tmp_path / "o" / f"{IDS[1]}.glb").read_bytes()
    assert names(tmp_path / "o") == [f"{IDS[1]}.glb"]
    assert run_command([*arguments, "--json"]) == 0
    assert (tmp_path / "o" / f"{IDS[1]}.glb").read_bytes() == first
    document = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert document["result"]["files"] == [str(tmp_path / "o" / f"{IDS[1]}.glb")]


def test_an_unknown_variant_is_answered_with_near_ones(run, tmp_path, capsys):
    target = ["-o", str(tmp_path / "o"), "--variant", "bev@ev.suv_d"]
    assert run_command(["export", str(run), "--to", "svg", *target]) == 2
    assert "did you mean bev@ev_like.suv_d" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()


def test_a_folder_that_is_no_run_is_refused(tmp_path, capsys):
    assert run_command(["export", str(tmp_path), "--to", "svg"]) == 2
    assert "has no manifest.json" in capsys.readouterr().err


def test_an_output_that_is_a_file_is_refused_and_kept(run, tmp_path, capsys):
    (tmp_path / "file").write_text("mine")
    for target in ("file", "file/below"):
        assert run_command(["export", str(run), "--to", "svg", "-o", str(tmp_path / target)]) == 2
    assert "is a file; name a folder" in capsys.readouterr().err
    assert (tmp_path / "file").read_text() == "mine"


def test_a_form_that_does_not_exist_is_refused(run, capsys):
    assert run_command(["export", str(run), "--to", "step"]) == 2
    assert "gltf" in capsys.readouterr().err


def test_hostile_names_stay_in_the_folder_and_do_not_meet(results, tmp_path, capsys):
    variant = results["variants"][IDS[0]]
    hostile = ["../../up", "/etc/x", "a\\b", "..", "", "a/b", "A_B", "CON", "x" * 400,
               "new\nline", "\ud800", ".hidden", "a\x00b"]  # fmt: skip
    run = write_run(tmp_path / "run", dict.fromkeys(hostile, variant))
    before = set(tmp_path.rglob("*"))
    for form in ("gltf", "svg", "json"):
        assert run_command(["export", str(run), "--to", form]) == 0
        made = [p for p in (run / form).iterdir() if p.is_file()]
        assert len(made) == len({p.name.casefold() for p in made}) == len(hostile)
        assert all(not p.name.startswith(".") and len(p.name) < 120 for p in made)
    new = set(tmp_path.rglob("*")) - before
    assert all(p.is_relative_to(run) for p in new)
    assert all("\n" not in line for line in capsys.readouterr().out.splitlines())


def test_links_in_a_run_do_not_lead_out_of_it(run, tmp_path, capsys):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("mine")
    (run / "gltf").symlink_to(outside)
    assert run_command(["export", str(run), "--to", "gltf"]) == 2
    assert "link out of the run" in capsys.readouterr().err
    (run / "svg").mkdir()
    for name in (f"{IDS[0]}.svg", f"{IDS[1]}.svg.part"):
        (run / "svg" / name).symlink_to(outside / "kept")
    assert run_command(["export", str(run), "--to", "svg"]) == 0
    assert (outside / "kept").read_text() == "mine" and names(outside) == ["kept"]


@pytest.mark.parametrize(
    "variants", [{}, [], "text", {"a": {}}, {"a": None}, {"a": {"fit": {"boxes": 3}}}]
)
def test_results_of_another_form_are_a_plain_message(tmp_path, capsys, variants):
    run = write_run(tmp_path / "run", variants)
    assert run_command(["export", str(run), "--to", "gltf"]) == 2
    assert "run the study again" in capsys.readouterr().err
    assert not (run / "gltf").exists()


def test_no_length_is_told_with_its_variant(run, results, capsys):
    variants = {id: json.loads(json.dumps(results["variants"][id])) for id in IDS}
    variants[IDS[1]]["fit"]["boxes"][0]["x0"] = float("nan")
    write_run(run, variants)
    assert run_command(["export", str(run), "--to", "svg"]) == 2
    assert f"{IDS[1]}: results: x0" in capsys.readouterr().err
    assert not (run / "svg").exists()
