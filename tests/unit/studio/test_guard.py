"""What a page that the user visits elsewhere, or another user of the machine, gets: nothing."""

import asyncio

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from unit_studio import HOST, TOKEN

from wheelbase.studio.guard import BODY, Bucket, Refused, guarded, plain_json


@pytest.fixture
def bare(app):
    """The app asked without a token and without an origin."""
    return TestClient(app, base_url=HOST)


KEY = {"X-Wheelbase-Token": TOKEN}


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "10.0.0.1", "", "[::1]", "127.0.0.1:8400@evil"],
)
def test_a_foreign_host_is_refused(bare, host):
    assert bare.get("/", headers={"Host": host}).status_code == 400
    assert bare.get("/api/state", headers={**KEY, "Host": host}).status_code == 400


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:8400", "http://127.0.0.1:8401"]
)
def test_a_foreign_origin_is_refused(bare, origin):
    headers = {**KEY, "Origin": origin}
    assert bare.get("/api/state", headers=headers).status_code == 403
    assert bare.post("/api/jobs", json={}, headers=headers).status_code == 403


def test_a_second_origin_is_read_too(bare):
    headers = [*KEY.items(), ("Origin", HOST), ("Origin", "http://evil.example")]
    assert bare.get("/api/sources", headers=headers).status_code == 403
    assert bare.get("/api/sources", headers=headers[:2]).status_code == 200


def status_of(app, receive):
    """Return the status of an answer to a question whose body comes as `receive` says."""
    sent = []
    scope = {
        "type": "http", "method": "POST", "path": "/api/live", "query_string": b"", "headers": [
            (b"host", b"localhost"), (b"x-wheelbase-token", TOKEN.encode()),
            (b"content-type", b"application/json"),
        ],
    }  # fmt: skip

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent[0]["status"]


def test_a_body_that_breaks_off_is_refused_and_no_fault(app):
    told = iter(
        [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]
    )

    async def receive():
        return next(told)

    assert status_of(app, receive) == 400


def test_a_body_that_comes_too_slowly_is_refused(app, monkeypatch):
    monkeypatch.setattr("wheelbase.studio.guard.PATIENCE", 0.05)

    async def receive():
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b" ", "more_body": True}

    assert status_of(app, receive) == 408


@pytest.mark.parametrize("token", [{}, {"X-Wheelbase-Token": "x" * 43}, {"X-Wheelbase-Token": ""}])
@pytest.mark.parametrize(
    "path",
    ["/api/state", "/api/runs/demo", "/api/nothing", "/%61pi/state", "//api/state", "/api"],
)
def test_without_the_token_nothing_is_told(bare, token, path):
    assert bare.get(path, headers=token).status_code == 401


def test_the_page_itself_needs_no_token_and_holds_none(bare):
    page = bare.get("/")
    assert page.status_code == 200
    assert TOKEN not in page.text
    assert bare.get("/static/wheelbase.js").status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_that_a_form_could_send_is_refused(client, kind):
    answer = client.post("/api/live", content=b"{}", headers={"Content-Type": kind})
    assert answer.status_code == 415


def test_a_large_body_is_refused_while_it_is_read(client):
    def chunks():
        for _ in range(2 + BODY // 1024):
            yield b" " * 1024

    headers = {"Content-Type": "application/json"}
    assert client.post("/api/live", content=chunks(), headers=headers).status_code == 413


ODD = [
    b"", b"[]", b"nul", b'{"a": NaN}', b'{"a": 1e999}', b'{"a": -Infinity}', b"\xff\xfe",
    b'{"a": 1, "a": 2}', b"[" * 30_000, b'{"a":' * 40 + b"1" + b"}" * 40, b'{"a": "\\ud800"}',
    b'{"a": ' + b"9" * 9000 + b"}",
]  # fmt: skip


@pytest.mark.parametrize("content", ODD)
def test_odd_json_is_refused_in_words(client, content):
    headers = {"Content-Type": "application/json"}
    answer = client.post("/api/live", content=content, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["problems"]
    with pytest.raises(Refused):
        plain_json(content)


@pytest.mark.parametrize("path", ["/", "/api/state", "/static/wheelbase.css", "/nothing"])
def test_every_answer_carries_the_security_headers(client, path):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers


def test_a_refusal_carries_them_too(bare):
    assert "content-security-policy" in bare.get("/", headers={"Host": "evil.example"}).headers


def test_a_bucket_lets_through_what_it_holds_and_refills_with_time():
    now = [0.0]
    bucket = Bucket(rate=2, most=3, clock=lambda: now[0])
    assert [bucket.takes() for _ in range(5)] == [True, True, True, False, False]
    now[0] += 1.0
    assert [bucket.takes() for _ in range(3)] == [True, True, False]
    now[0] += 1000.0
    assert [bucket.takes() for _ in range(4)] == [True, True, True, False]


def test_too_many_requests_are_told_to_wait(app):
    slow = guarded(app, TOKEN, Bucket(rate=0, most=2, clock=lambda: 0.0))
    asked = TestClient(slow, base_url=HOST, headers=KEY)
    assert [asked.get("/api/sources").status_code for _ in range(3)] == [200, 200, 429]
    assert asked.get("/").status_code == 200


def test_a_web_socket_is_closed_before_anything_is_said(app):
    with pytest.raises(WebSocketDisconnect):
        TestClient(app, base_url=HOST, headers=KEY).websocket_connect("/api/state").__enter__()


IDS = [
    "../demo", "..%2fdemo", "%2e%2e", ".", "..", "/etc/passwd", "%2fetc%2fpasswd", "demo%00",
    "a" * 200, "demo/../../x", "C:%5cx", "demo%0a", "no-such",
]  # fmt: skip


@pytest.mark.parametrize("id", IDS)
@pytest.mark.parametrize("where", ["/api/runs/{}", "/api/runs/{}/report.html", "/api/studies/{}"])
def test_an_id_that_is_a_path_leads_nowhere(client, id, where):
    answer = client.get(where.format(id))
    assert answer.status_code in (404, 405)
    assert "root:" not in answer.text


@pytest.mark.parametrize("name", ["page.py", "..%2fpage.py", "THIRD_PARTY.txt", "drawing.css"])
def test_only_the_two_built_files_are_handed_out(client, name):
    assert client.get(f"/static/{name}").status_code == 404
