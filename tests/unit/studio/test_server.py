"""The API as the page uses it: cars while they move, cars at rest, runs, comparisons, facts."""

import hashlib
import json
import os
import shutil
import sys

import pytest
from starlette.testclient import TestClient
from unit_studio import HOST, TOKEN

from wheelbase.studio import free_port, kept_token, studio

X_FW = "platforms.clar_like.hard_points.pinned.x_fw"


def question(**more):
    asked = {
        "study": "clar-or-bespoke", "set": {}, "body": "sedan_d",
        "platforms": ["clar_like", "ev_like"], "variant": "six@clar_like.sedan_d",
        "ghost": "bev@ev_like.sedan_d",
    }  # fmt: skip
    return {**asked, **more}


def test_the_state_lists_studies_with_their_problems_and_runs(client):
    state = client.get("/api/state").json()
    studies = {s["id"]: s for s in state["studies"]}
    assert state["study"] == "clar-or-bespoke"
    assert studies["clar-or-bespoke"]["bundled"]
    assert not studies["hostile"]["bundled"]
    assert [run["id"] for run in state["runs"]] == ["demo"]
    assert state["runs"][0]["sentence"]


def test_an_address_that_is_nearly_right_is_not_led_elsewhere(client):
    for path in ("/api/studies/bills/", "/api/state/"):
        assert client.get(path, follow_redirects=False).status_code == 404


def test_the_description_holds_every_route_and_how_it_answers(client, app):
    about = client.get("/api/openapi.json").json()
    assert about["openapi"] == "3.1.0"
    asked = {(path, method.upper()) for path, found in about["paths"].items() for method in found}
    assert ("/api/live", "POST") in asked and ("/api/jobs/{id}", "DELETE") in asked
    for path, method in asked:
        answer = client.request(
            method, path.format(id="no-such"), json={} if method == "POST" else None
        )
        promised = about["paths"][path][method.lower()]["responses"][str(answer.status_code)]
        (kind,) = promised["content"]
        assert answer.headers["content-type"].startswith(kind)
        assert answer.status_code == 200 or answer.json()["problems"]
        assert client.request("PUT", path.format(id="x")).status_code == 405


def test_a_request_made_of_the_description_is_answered(client):
    schema = client.get("/api/openapi.json").json()["paths"]["/api/live"]["post"]["requestBody"]
    known = schema["content"]["application/json"]["schema"]
    asked = {key: value for key, value in question().items() if key in known["properties"]}
    assert set(known["required"]) <= set(asked) and asked == question()
    assert client.post("/api/live", json=asked).status_code == 200


def test_a_study_tells_its_knobs_and_takes_changes(client):
    tree = client.get("/api/studies/clar-or-bespoke").json()
    knob = next(k for k in tree["knobs"] if k["path"] == X_FW)
    assert not knob["given"]
    changed = client.get("/api/studies/clar-or-bespoke", params={"set": f"{X_FW}=700 mm"}).json()
    knob = next(k for k in changed["knobs"] if k["path"] == X_FW)
    assert (knob["given"], knob["value"]) == (True, 700)


def test_a_study_with_errors_shows_each_with_its_place_and_its_text(client):
    answer = client.get("/api/studies/broken")
    assert answer.status_code == 422
    problems = answer.json()["problems"]
    assert len([p for p in problems if p.startswith("broken.yaml:") and "no unit" in p]) == 3
    assert "tank: 59}" in answer.json()["text"]


def test_a_study_without_cars_says_what_to_do(client):
    answer = client.get("/api/studies/edu-alliance")
    assert answer.status_code == 422
    assert "run it" in answer.json()["problems"][0]


def test_live_cars_have_figures_a_view_a_ghost_and_bills(client):
    found = client.post("/api/live", json=question()).json()
    cars = found["tree"]["variants"]
    assert set(found["figures"]) == {"energy", "battery", "bills"}
    assert cars["bev@clar_like.sedan_d"]["figures"]["range_wltp"]["value"] >= 379
    assert found["scene"]["boxes"]
    assert found["ghost"]["wheelbase"] > 2
    assert found["tree"]["bills"]["bev@clar_like.sedan_d"]["total"]["value"] > 0


def test_a_quick_question_drives_the_shown_car_and_says_which_cars_wait(client):
    moved = question(set={X_FW: "715 mm"})
    quick = client.post("/api/live", json={**moved, "quick": True}).json()
    cars, shown = quick["tree"]["variants"], moved["variant"]
    assert not cars[shown]["waits"] and cars[shown]["figures"]["consumption_wltp"]["value"] > 0
    assert cars["bev@clar_like.sedan_d"]["waits"] and quick["scene"]["boxes"]
    assert "consumption_wltp" not in cars["bev@clar_like.sedan_d"]["figures"]
    assert shown in quick["tree"]["bills"]
    assert "bev@clar_like.sedan_d" not in quick["tree"]["bills"]
    assert quick["figures"] == {}
    whole = client.post("/api/live", json=moved).json()
    assert not any(car["waits"] for car in whole["tree"]["variants"].values())
    assert set(whole["figures"]) == {"energy", "battery", "bills"}
    assert whole["tree"]["variants"][shown] == cars[shown]
    still = client.post("/api/live", json={**moved, "quick": True}).json()
    assert still["tree"] == whole["tree"] and still["figures"] == whole["figures"]


@pytest.mark.parametrize("odd", ["yes", 1, None, []])
def test_quick_is_true_or_false(client, odd):
    answer = client.post("/api/live", json=question(quick=odd))
    assert answer.status_code == 400
    assert answer.json()["problems"] == ["quick: is true or false"]


def test_a_firewall_too_far_forward_shows_the_collision_not_an_error(client):
    found = client.post("/api/live", json=question(set={X_FW: "560 mm"})).json()
    six = found["tree"]["variants"]["six@clar_like.sedan_d"]
    assert six["status"] == "does not fit"
    assert six["conflicts"][0]["short_by_mm"] > 50
    assert found["scene"]["clashes"]
    assert found["scene"]["boxes"]


def test_at_rest_the_shown_car_is_placed_and_explained(client):
    asked = question(set={X_FW: "560 mm"})
    six = client.post("/api/settled", json=asked).json()["tree"]["variants"][asked["variant"]]
    repair = next(r for r in six["explanation"]["repairs"] if r["hard_point"] == "x_fw")
    assert repair["change_mm"] > 50
    mended = question(set={X_FW: f"{560 + repair['change_mm']} mm"})
    six = client.post("/api/settled", json=mended).json()["tree"]["variants"][asked["variant"]]
    assert six["status"].startswith("fits")
    assert six["fit"]["exact"]


ODD = [
    ({"study": "no-such"}, 404), ({"study": 7}, 400), ({"body": "no-such"}, 404),
    ({"platforms": []}, 400), ({"platforms": ["x"]}, 404), ({"set": {"a.b": "1"}}, 422),
    ({"set": {X_FW: "700"}}, 422), ({"set": {X_FW: 700}}, 400), ({"set": []}, 400),
    ({"ghost": []}, 400), ({"variant": {}}, 400), ({"platforms": [[]]}, 400), ({"body": None}, 400),
    ({"set": {X_FW: "x" * 300}}, 422), ({"set": {f"k{n}": "1" for n in range(500)}}, 422),
]  # fmt: skip


@pytest.mark.parametrize(("odd", "status"), ODD)
@pytest.mark.parametrize("path", ["/api/live", "/api/settled"])
def test_an_odd_question_is_refused_in_words(client, path, odd, status):
    answer = client.post(path, json=question(**odd))
    assert answer.status_code == status
    assert all(isinstance(problem, str) for problem in answer.json()["problems"])


def test_text_as_yaml_and_as_python_give_the_same_study(client, facts, tmp_path):
    from wheelbase.study import load

    asked = {"study": "clar-or-bespoke", "set": {X_FW: "700 mm"}}
    text = client.post("/api/text", json={**asked, "as": "yaml"}).json()["text"]
    (tmp_path / "copy.yaml").write_text(text)
    code = client.post("/api/text", json={**asked, "as": "python"}).json()["text"]
    names = {}
    exec("\n".join(x for x in code.splitlines() if not x.startswith("run =")), names)
    assert load(str(tmp_path / "copy.yaml"), facts).spec == names["study"].spec
    assert names["study"].platforms["clar_like"].pinned["x_fw"] == pytest.approx(0.7)


def test_platforms_are_compared_with_a_waterfall_that_adds_up(client):
    asked = {"study": "clar-or-bespoke", "set": {}, "platforms": ["clar_like", "ev_like"]}
    found = client.post("/api/compare", json=asked).json()
    assert len(found["columns"]) == 2
    assert len(found["results"]) >= 5
    for row in found["results"]:
        bars = found["causes"][row["label"]]["data"][0]["y"]
        gap = row["values"][1] - row["values"][0]
        assert sum(bars[:-1]) == pytest.approx(gap, rel=5e-3, abs=0.05)


@pytest.mark.parametrize(
    ("odd", "status"),
    [
        ({"platforms": ["clar_like"]}, 400), ({"platforms": ["clar_like", "clar_like"]}, 400),
        ({"platforms": [[], {}]}, 422), ({"platforms": ["clar_like", "no-such"]}, 422),
        ({"runs": ["demo"]}, 400), ({"runs": "demo"}, 400), ({"runs": ["demo", "no-such"]}, 404),
        ({"runs": [[], {}]}, 404), ({"runs": ["demo", "../demo"]}, 404),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused_in_words(client, odd, status):
    answer = client.post("/api/compare", json={"study": "clar-or-bespoke", "set": {}, **odd})
    assert answer.status_code == status
    assert answer.json()["problems"]


def test_a_run_says_whether_it_was_made_of_the_present_inputs(client):
    run = client.get("/api/state").json()["runs"][0]
    plain = client.get("/api/studies/clar-or-bespoke").json()
    moved = client.get("/api/studies/clar-or-bespoke?set=bodies.sedan_d.L103=4800 mm").json()
    assert run["inputs"] == plain["inputs"] != moved["inputs"]


def test_runs_are_compared_by_what_differs(client, folder):
    copy = folder / "runs" / "again"
    shutil.copytree(folder / "runs" / "demo", copy)
    try:
        found = client.post("/api/compare", json={"runs": ["demo", "again"]}).json()
        assert found["columns"] == ["demo", "again"]
        assert found["inputs"] == found["results"] == []
        assert client.post("/api/compare", json={"runs": ["demo", "demo"]}).status_code == 400
    finally:
        shutil.rmtree(copy)


def test_a_run_is_told_in_parts_and_as_a_file(client):
    run = client.get("/api/runs/demo").json()
    assert "break_even" in run["figures"]
    parts = client.get("/api/runs/demo/page").json()
    assert parts["figures"].keys() == run["figures"].keys()
    file = client.get("/api/runs/demo/report.html")
    assert file.headers["content-disposition"].startswith("attachment")
    assert file.text.startswith("<!doctype html>")


def test_a_broken_run_names_its_file(client, folder):
    place = folder / "runs" / "half"
    shutil.copytree(folder / "runs" / "demo", place)
    try:
        (place / "results.json").write_text("{}")
        answer = client.get("/api/runs/half")
        assert answer.status_code == 422
        assert "runs/half/results.json" in answer.json()["problems"][0]
        listed = {r["id"]: r for r in client.get("/api/state").json()["runs"]}
        assert listed["half"]["problems"]
    finally:
        shutil.rmtree(place)


def test_one_odd_run_and_one_odd_study_leave_the_listing_whole(client, folder):
    title = "half a pair \\ud800 and a bell \\u0007"
    content = f'{{"title": "{title}", "answer": 7}}'.encode()
    place = folder / "runs" / "odd"
    place.mkdir()
    (place / "results.json").write_bytes(content)
    hashes = {"results.json": hashlib.sha256(content).hexdigest()}
    (place / "manifest.json").write_text(
        json.dumps({"wheelbase": 1, "state": "done", "files": hashes})
    )
    (folder / "odd.yaml").write_text(f'title: "{title}"\n')
    try:
        state = client.get("/api/state").json()
        assert {"odd", "demo"} <= {run["id"] for run in state["runs"]}
        assert next(s for s in state["studies"] if s["id"] == "odd")["problems"]
        for path in ("/api/runs/odd", "/api/runs/odd/page", "/api/runs/odd/report.html"):
            answer = client.get(path)
            assert answer.status_code == 422
            assert "results.json" in answer.json()["problems"][0]
        shutil.copy(folder / "runs" / "demo" / "study.yaml", place)
        answer = client.post("/api/compare", json={"runs": ["demo", "odd"]})
        assert answer.status_code == 422
        assert "another form" in answer.json()["problems"][0]
    finally:
        shutil.rmtree(place)
        (folder / "odd.yaml").unlink()


def test_a_link_that_leads_out_of_the_folder_is_not_there(client, folder, tmp_path):
    (tmp_path / "secret.yaml").write_text("title: secret\n")
    link = folder / "linked.yaml"
    link.symlink_to(tmp_path / "secret.yaml")
    try:
        assert client.get("/api/studies/linked").status_code == 404
        ids = [s["id"] for s in client.get("/api/state").json()["studies"]]
        assert "linked" not in ids
    finally:
        link.unlink()


def test_hostile_text_stays_text(client):
    tree = client.get("/api/studies/hostile").json()
    assert tree["title"] == '"</script><script>alert(1)</script>&amp;'
    assert client.get("/api/studies/hostile").headers["content-type"] == "application/json"


def test_facts_are_found_by_shelf_status_and_words(client):
    asked = {"shelf": "cell", "status": "published", "text": "prismatic"}
    found = client.get("/api/catalogue", params=asked).json()
    assert found["total"] > 0
    for row in found["rows"]:
        assert (row["shelf"], row["status"]) == ("cell", "published")
        assert any("prismatic" in str(v).lower() for v in row.values())
        assert row["source"]
    keys = {source["id"] for source in client.get("/api/sources").json()}
    assert {row["source"] for row in found["rows"]} <= keys
    assert client.get("/api/catalogue", params={"page": "-1"}).status_code == 400
    assert client.get("/api/catalogue", params={"page": "9999"}).json()["rows"] == []


def test_a_job_is_started_told_and_cancelled(folder, tmp_path):
    shutil.copy(folder / "hostile.yaml", tmp_path / "mine.yaml")
    command = (
        sys.executable,
        "-c",
        "import time; print('cars    1   0.10 s', flush=True); time.sleep(600)",
    )
    with TestClient(
        studio(tmp_path, "mine", TOKEN, command),
        base_url=HOST,
        headers={"X-Wheelbase-Token": TOKEN},
    ) as asked:
        job = asked.post("/api/jobs", json={"study": "mine", "set": {}}).json()
        assert job["state"] == "running"
        assert asked.get("/api/state").json()["job"]["id"] == job["id"]
        ended = asked.delete(f"/api/jobs/{job['id']}").json()
        assert ended["state"] == "cancelled"
        assert asked.get("/api/jobs/00000000").status_code == 404


def test_the_token_is_private_and_kept(tmp_path):
    home = tmp_path / "state"
    token = kept_token(home)
    assert kept_token(home) == token
    assert (home / "studio-token").stat().st_mode & 0o077 == 0
    (home / "studio-token").chmod(0o644)
    assert kept_token(home) != token
    (home / "studio-token").write_text("short")
    assert len(kept_token(home)) > 40


def test_a_token_that_is_no_file_of_this_user_is_not_taken(tmp_path, monkeypatch):
    home = tmp_path / "state"
    token = kept_token(home)
    (home / "studio-token").rename(home / "other")
    (home / "studio-token").symlink_to(home / "other")
    assert kept_token(home) != token
    (home / "studio-token").unlink()
    os.mkfifo(home / "studio-token", 0o600)
    assert len(kept_token(home)) > 40
    (home / "studio-token").unlink(missing_ok=True)
    (home / "other").rename(home / "studio-token")
    assert kept_token(home) == token
    monkeypatch.setattr(os, "getuid", lambda: (home / "studio-token").stat().st_uid + 1)
    assert kept_token(home) != token  # another user laid it there


def test_where_the_token_cannot_be_kept_it_is_one_for_this_start(tmp_path):
    (tmp_path / "file").write_text("")
    assert kept_token(tmp_path / "file") != kept_token(tmp_path / "file")


def test_a_taken_port_is_named():
    from wheelbase.errors import DataError

    taken = free_port(0)
    taken.listen()
    try:
        with pytest.raises(DataError, match="name another"):
            free_port(taken.getsockname()[1])
        with pytest.raises(DataError, match="--port 99999"):
            free_port(99999)
    finally:
        taken.close()


def test_answers_hold_no_number_that_json_does_not_know(client):
    answer = client.post("/api/live", json=question())
    assert answer.status_code == 200  # a number that JSON does not know would be a fault, 500
    json.loads(answer.text, parse_constant=lambda name: pytest.fail(name))
