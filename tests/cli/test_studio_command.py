"""The studio as a process: it prints its address, serves this machine alone, and ends on Ctrl-C."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

import wheelbase

SOURCE = Path(wheelbase.__file__).parents[1]
CAR = {
    "study": "clar-or-bespoke",
    "body": "sedan_d",
    "platforms": ["clar_like"],
    "variant": "bev@clar_like.sedan_d",
}


def started(folder, *arguments, opened="--no-browser"):
    return subprocess.Popen(
        [sys.executable, "-m", "wheelbase.cli", "studio", *arguments, *opened.split()],
        cwd=folder,
        env={
            **os.environ,
            "XDG_STATE_HOME": str(folder / "state"),
            "PYTHONPATH": str(SOURCE),
            "TMPDIR": str(folder),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ask(address, path, token, asked=None):
    headers = {"X-Wheelbase-Token": token, "Content-Type": "application/json"}
    body = None if asked is None else json.dumps(asked).encode()
    request = urllib.request.Request(f"{address}{path}", body, headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def test_it_prints_its_address_answers_and_ends_with_130(tmp_path):
    process = started(tmp_path, "clar-or-bespoke", "--port", "0")
    try:
        line = process.stdout.readline()
        address, token = re.match(r"(http://127\.0\.0\.1:\d+)/#token=(\S+)$", line).groups()
        assert ask(address, "/api/state", token)["study"] == "clar-or-bespoke"
        with pytest.raises(urllib.error.HTTPError) as refused:
            ask(address, "/api/state", "wrong")
        assert refused.value.code == 401
        refused.value.close()
        port = int(address.rsplit(":", 1)[1])
        for other in {a[4][0] for a in socket.getaddrinfo(socket.gethostname(), None)}:
            if other.startswith("127.") or ":" in other:
                continue
            with pytest.raises(OSError), socket.create_connection((other, port), timeout=2):
                pass
        placed = ask(address, "/api/settled", token, CAR)["tree"]["variants"][CAR["variant"]]
        assert placed["fit"]["exact"]
        assert ask(address, "/api/jobs", token, CAR)["state"] == "running"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert process.returncode == 130
        assert "Traceback" not in err
        assert "Warning" not in err
        assert not (tmp_path / "runs").exists()
        assert list(tmp_path.glob("wheelbase-studio-*")) == []
    finally:
        process.kill()
        process.communicate()


def test_it_answers_while_the_browser_is_being_opened(tmp_path, monkeypatch):
    monkeypatch.setenv("BROWSER", f"{sys.executable} -c 'import time;time.sleep(25)' %s")
    process = started(tmp_path, opened="")
    try:
        address, token = process.stdout.readline().split("/#token=")
        assert ask(address, "/api/sources", token.strip())
        process.send_signal(signal.SIGINT)
        process.stdout.close()
        process.wait(timeout=30)
        assert process.returncode == 130
    finally:
        process.kill()
        process.stderr.close()
        process.wait()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("clar-or-bespok",), "did you mean the bundled study 'clar-or-bespoke'?"),
        (("notes.txt",), "its name must end in .yaml"),
        (("my study.yaml",), "rename the file"),
        (("--port", "99999"), "--port 99999"),
    ],
)
def test_what_cannot_be_opened_is_said_with_code_2(tmp_path, arguments, said):
    (tmp_path / "notes.txt").write_text("no study")
    (tmp_path / "my study.yaml").write_text("wheelbase: 1\n")
    process = started(tmp_path, *arguments)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert said in err
    assert out == ""


def test_a_study_with_errors_is_opened_all_the_same(tmp_path):
    (tmp_path / "mine.yaml").write_text("wheelbase: 1\nname: Mine\n")
    process = started(tmp_path, "mine.yaml")
    try:
        address, token = re.match(r"(\S+)/#token=(\S+)$", process.stdout.readline()).groups()
        assert ask(address, "/api/state", token)["study"] == "mine"
        with pytest.raises(urllib.error.HTTPError) as refused:
            ask(address, "/api/studies/mine", token)
        problems = json.load(refused.value)["problems"]
        assert any(p.startswith("mine.yaml:2:") for p in problems)
    finally:
        process.kill()
        process.communicate()
