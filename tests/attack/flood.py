"""A studio that is attacked: a flood, slow clients, oversized bodies, while a user wants the page.

`PYTHONPATH=src:tests python -m attack.flood --n 10000` starts a studio of its own, attacks it, and
says how long the page took meanwhile, how much memory the process took, and what was answered.
"""

import argparse
import asyncio
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

_PARALLEL = 40


async def _asked(port: int, content: bytes) -> str:
    """Return the status of a request, or why there is none."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(content)
        await writer.drain()
        line = await asyncio.wait_for(reader.readline(), 60)
        writer.close()
    except (OSError, TimeoutError) as error:
        return type(error).__name__
    return line.decode("latin-1").split(" ")[1] if b" " in line else "closed"


def _request(rng: random.Random, token: str, port: int) -> bytes:
    host, body, method = f"127.0.0.1:{port}", b"", "GET"
    path = rng.choice(("/", "/api/state", "/api/sources", "/api/live", "/api/../../etc/passwd",
                       "/static/..%2f..%2fetc%2fpasswd", "/api/runs/%00",
                       "/api/studies/bills"))  # fmt: skip
    headers = {"Host": rng.choice((host, host, host, "evil.example", "localhost"))}
    if rng.random() < 0.7:
        headers["X-Wheelbase-Token"] = token
    if rng.random() < 0.2:
        headers["Origin"] = rng.choice((f"http://{host}", "http://evil.example", "null"))
    if path == "/api/live":
        method, headers["Content-Type"] = "POST", "application/json"
        body = json.dumps({"study": "bills", "body": "id3", "platforms": ["meb"], "quick": True,
                           "variant": "id3@meb.id3", "set": {}}).encode()  # fmt: skip
        body = rng.choice(
            (body, b"{" * 70_000, b"x" * 10_000_000 if rng.random() < 0.01 else b"[]")
        )
        headers["Content-Length"] = str(len(body))
    if rng.random() < 0.05:
        headers["X-Large"] = "a" * rng.choice((1000, 100_000))
    told = "".join(f"{k}: {v}\r\n" for k, v in headers.items())
    return f"{method} {path} HTTP/1.1\r\n{told}Connection: close\r\n\r\n".encode() + body


async def _slow(port: int, token: str, until: float) -> None:
    """Send a request a byte a second, headers or body, as long as it takes."""
    head = f"POST /api/live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Wheelbase-Token: {token}\r\n"
    head += "Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n"
    start = random.Random(until).choice((20, len(head)))
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head[:start].encode())
        while time.monotonic() < until:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(1)
        writer.close()
    except OSError:
        return


def _memory(process: int) -> int:
    """Return the greatest memory that a process has held, MB."""
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+)", status)
    return int(found[1]) // 1024 if found else 0


async def _attacked(
    port: int, token: str, count: int, slow: int
) -> tuple[Counter[str], list[float]]:
    """Attack, and return what was answered and how long the page took, s."""
    rng, answers, pages = random.Random(5), Counter[str](), list[float]()
    waiting = [_request(rng, token, port) for _ in range(count)]
    end = time.monotonic() + 3600
    crawling = [asyncio.create_task(_slow(port, token, end)) for _ in range(slow)]
    page = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode()

    async def worker() -> None:
        while waiting:
            answers[await _asked(port, waiting.pop())] += 1

    async def user() -> None:
        while waiting:
            began = time.perf_counter()
            assert await _asked(port, page) == "200", "the page did not come"
            pages.append(time.perf_counter() - began)
            await asyncio.sleep(0.1)

    await asyncio.gather(user(), *(worker() for _ in range(_PARALLEL)))
    for task in crawling:
        task.cancel()
    return answers, sorted(pages)


def main() -> None:
    """Attack a studio of its own."""
    asked = argparse.ArgumentParser(prog="attack.flood", description=__doc__)
    asked.add_argument("--n", type=int, default=10_000)
    asked.add_argument("--slow", type=int, default=200, help="clients that send a byte a second")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        secret = Path(place) / "outside.txt"
        secret.write_text("outside")
        folder = Path(place) / "studies"
        folder.mkdir()
        command = [sys.executable, "-m", "wheelbase.cli", "studio", "--no-browser"]
        environment = {**os.environ, "XDG_STATE_HOME": place}
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, cwd=folder, env=environment
        ) as studio:
            assert studio.stdout is not None
            found = re.search(r":(\d+)/#token=(\S+)", studio.stdout.readline())
            assert found is not None
            port, token = int(found[1]), found[2]
            before, began = _memory(studio.pid), time.perf_counter()
            answers, pages = asyncio.run(_attacked(port, token, options.n, options.slow))
            seconds, after = time.perf_counter() - began, _memory(studio.pid)
            alive = studio.poll() is None
            studio.terminate()
        left = sorted(p.name for p in folder.iterdir())
    slow = f"{options.slow} slow clients"
    print(f"{answers.total()} requests, {slow}, {seconds:.0f} s: {dict(answers)}")
    median, most, worst = (1e3 * pages[int(q * (len(pages) - 1))] for q in (0.5, 0.95, 1.0))
    print(f"page: median {median:.0f} ms, 95 % {most:.0f} ms, slowest {worst:.0f} ms")
    print(f"memory: {before} MB before, {after} MB after; alive: {alive}; left behind: {left}")
    sys.exit(0 if alive and not left and after < before + 300 and "500" not in answers else 1)


if __name__ == "__main__":
    main()
