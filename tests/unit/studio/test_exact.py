"""The process that places cars: it answers, refuses in words, and is replaced when it dies."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from wheelbase.studio.exact import Exact
from wheelbase.studio.guard import Refused

ASKED = {
    "study": "clar-or-bespoke", "set": {}, "body": "sedan_d", "platforms": ["ev_like"],
    "variant": "bev@ev_like.sedan_d", "ghost": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def exact(folder):
    found = Exact(folder)
    yield found
    found.close()


def test_the_shown_car_is_placed_with_intervals(exact):
    car = exact.answer(ASKED)["tree"]["variants"]["bev@ev_like.sedan_d"]
    assert car["fit"]["exact"]
    room = car["figures"]["usable_length"]
    assert room["low"] < room["value"] < room["high"]


def test_what_is_refused_keeps_its_status_and_its_words(exact):
    with pytest.raises(Refused, match="no such study") as refused:
        exact.answer({**ASKED, "study": "no-such"})
    assert refused.value.status == 404
    with pytest.raises(Refused, match="no unit") as refused:
        exact.answer({**ASKED, "study": "broken"})
    assert refused.value.status == 422
    assert "tank: 59}" in refused.value.text


def test_a_process_that_dies_is_told_and_replaced(exact):
    exact.answer(ASKED)
    os.kill(exact._process.pid, signal.SIGKILL)
    exact._process.wait()
    car = exact.answer(ASKED)["tree"]["variants"]["bev@ev_like.sedan_d"]
    assert car["fits"]


def test_of_questions_that_wait_the_newest_alone_is_answered(exact):
    statuses = {}

    def ask(k):
        try:
            exact.answer(ASKED)
            statuses[k] = 200
        except Refused as refused:
            statuses[k] = refused.status

    threads = [threading.Thread(target=ask, args=(k,)) for k in range(4)]
    with exact._lock:  # as if one were being computed
        for thread in threads:
            before = exact._newest
            thread.start()
            while exact._newest is before:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert statuses == {0: 409, 1: 409, 2: 409, 3: 200}


def test_half_an_answer_is_none(folder):
    half = "import sys; sys.stdin.readline(); print('{\"status\": 20', end='')"
    exact = Exact(folder)
    process = subprocess.Popen(
        [sys.executable, "-c", half], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    exact._process = process
    with pytest.raises(Refused, match="starts anew") as refused:
        exact.answer(ASKED)
    assert refused.value.status == 503
    exact.close()


def test_once_it_is_closed_no_process_is_started(folder):
    exact = Exact(folder)
    exact.close()
    with pytest.raises(Refused) as refused:
        exact.answer(ASKED)
    assert refused.value.status == 503
    assert exact._process is None


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="no /proc to look into")
def test_it_ends_when_the_server_is_killed(folder):
    code = (
        "import sys; from pathlib import Path; from wheelbase.studio.exact import Exact\n"
        f"exact = Exact(Path({str(folder)!r})); exact.warm()\n"
        "print(exact._process.pid, flush=True); sys.stdin.read()"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    child = int(server.stdout.readline())
    server.kill()
    server.communicate()
    for _ in range(1000):
        state = Path(f"/proc/{child}/stat")  # Z: ended, and not yet waited for
        if not state.exists() or state.read_text().split()[2] == "Z":
            return
        time.sleep(0.02)
    pytest.fail("the process outlived its server")
