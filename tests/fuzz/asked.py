"""What people and pages ask: the studio's API, its guard, the command line, and cars of a study."""

import asyncio
import io
import json
import random
import re
from contextlib import redirect_stderr, redirect_stdout, suppress
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

from fuzz.mutate import NAMES, bent, number, quantity, seed_of
from fuzz.sense import absurd_car
from fuzz.targets import Absurd, checked, facts_of, studies
from unit_studio import TOKEN

from wheelbase.cli.main import run_command
from wheelbase.studio import server
from wheelbase.studio.guard import Bucket, Refused, guarded, plain_json
from wheelbase.study import Package, live_results, load_package

__all__ = ["make_api", "make_cars", "make_command", "make_json", "run_api"]

_SECRET = "outside-of-the-folder"
_VALUES = (b"1", b"-0", b"1e999", b"NaN", b'"x"', b"[]", b"{}", b"null", b"true", b'"\\ud800"',
           b"9" * 5000, b"[" * 50, b'{"a":1,"a":2}', b'"\\u0000"')  # fmt: skip


def make_json(rng: random.Random) -> bytes:
    """Return a body that may be JSON."""
    if rng.random() < 0.05:
        return rng.choice((b"[", b'{"a":')) * rng.choice((10, 2000, 60_000))
    pairs = [
        b'"%s":%s' % (rng.choice((b"a", b"b", b"study")), rng.choice(_VALUES))
        for _ in range(rng.randint(0, 3))
    ]
    content = b"{" + b",".join(pairs) + b"}"
    for _ in range(rng.choice((0, 0, 1, 3))):
        at = rng.randint(0, len(content))
        content = (
            content[:at] + rng.randbytes(rng.choice((0, 1))) + content[at + rng.choice((0, 1)) :]
        )
    return content


def run_json(content: bytes, _: Path) -> bool:
    """Read the body; what is accepted can be written again as strict JSON."""
    try:
        found = plain_json(content)
    except Refused as refused:
        if refused.status != 400 or not refused.problems[0]:
            raise Absurd(f"refused with {refused.status}") from refused
        return False
    json.dumps(found, allow_nan=False)
    return True


_PATHS = ("/", "/api/state", "/api/studies/{}", "/api/live", "/api/settled", "/api/text",
    "/api/jobs",
          "/api/jobs/{}", "/api/runs/{}", "/api/runs/{}/page", "/api/runs/{}/report.html",
          "/api/compare",
          "/api/catalogue", "/api/sources", "/static/{}", "/{}", "/api/{}")  # fmt: skip
_IDS = ("bills", "family", "id3-or-egolf", "no-such", "secret", "..%2fsecret", "%2e%2e/secret.yaml",
        "../secret", "%00", "a" * 300, "wheelbase.js", "..%2f..%2fetc%2fpasswd",
        "link")  # fmt: skip


def make_api(rng: random.Random) -> dict[str, Any]:
    """Return an HTTP request as a server hands it on."""
    path = rng.choice(_PATHS).format(rng.choice((*_IDS, *map(quote, NAMES))))
    headers = {
        "host": "127.0.0.1:8400",
        "x-wheelbase-token": TOKEN,
        "content-type": "application/json",
    }
    if rng.random() < 0.15:
        headers[rng.choice(list(headers))] = rng.choice(
            (
                "evil.example",
                "",
                "text/plain",
                "x" * 43,
                "localhost@evil",
                "127.0.0.1:99999999",
                "[::1]",
            )
        )
    if rng.random() < 0.1:
        headers["origin"] = rng.choice(("http://127.0.0.1:8400", "http://evil.example", "null"))
    return {
        "method": rng.choice(
            ("GET", "GET", "POST", "POST", "DELETE", "PUT", "HEAD", "OPTIONS", "X")
        ),
        "path": path if rng.random() < 0.9 else bent(rng, path),
        "query": quote(
            bent(rng, rng.choice(("set=a=1", "page=3", "shelf=body&text=bmw", ""))), safe="&=%"
        ),
        "headers": headers,
        "body": _body(rng),
    }


def _body(rng: random.Random) -> bytes:
    if rng.random() < 0.3:
        return make_json(rng)
    asked: dict[str, Any] = {
        "study": rng.choice(("bills", "id3-or-egolf", "no-such", *_IDS)),
        "body": rng.choice(("id3", "golf", "x")),
        "platforms": rng.choice((["meb"], ["mqb"], [], "meb", ["meb"] * 9)), "quick": True,
        "set": {rng.choice(("bodies.id3.L103", "base.seed", "x")): quantity(rng)},
    }  # fmt: skip
    for _ in range(rng.choice((0, 0, 1, 2))):
        key = rng.choice([*asked, "variant", "ghost", "runs", "platform", "x" * 50])
        asked[key] = rng.choice((None, 1, -1e300, [], {}, [[]], {"a": {}}, rng.choice(NAMES), True))
    return json.dumps(asked).encode()


class _Studio:
    """A studio in a folder of its own, asked without a network between."""

    def __init__(self, place: Path) -> None:
        self.folder = place / "studies"
        self.folder.mkdir(parents=True)
        (place / "secret.yaml").write_text(f"name: {_SECRET}\n")
        (self.folder / "link.yaml").symlink_to(place / "secret.yaml")
        (self.folder / "evil.yaml").write_text("title: '</script><script>alert(1)</script>'\n")
        free = Bucket(rate=1e9, most=1e9)
        with patch.object(server, "guarded", lambda app, token: guarded(app, token, free)):
            self.app = server.studio(self.folder, "bills", TOKEN, command=("false",))
        self.loop = asyncio.new_event_loop()

    def answer(self, asked: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body."""
        return self.loop.run_until_complete(self._answer(asked))

    async def _answer(self, asked: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        sent: list[Any] = []
        path, _, _ = asked["path"].partition("?")
        scope = {
            "type": "http", "method": asked["method"], "path": _unquoted(path),
            "raw_path": path.encode("utf-8", "replace"),
            "query_string": asked["query"].encode("ascii", "replace"),
            "headers": [(k.encode(), v.encode("utf-8", "replace")) for k,
            v in asked["headers"].items()],
            "root_path": "", "scheme": "http", "http_version": "1.1", "server": ("127.0.0.1", 8400),
        }  # fmt: skip
        told = iter([{"type": "http.request", "body": asked["body"], "more_body": False}])

        async def receive() -> Any:
            return next(told, {"type": "http.disconnect"})

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        start = next(m for m in sent if m["type"] == "http.response.start")
        headers = {k.decode().lower(): v.decode("latin-1") for k, v in start["headers"]}
        return start["status"], headers, b"".join(m.get("body", b"") for m in sent)


def _unquoted(path: str) -> str:
    from urllib.parse import unquote

    return unquote(path, errors="replace")


@cache
def _studio(place: Path) -> _Studio:
    return _Studio(place)


_ANSWERS = {200, 400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 503}


def run_api(asked: dict[str, Any], place: Path) -> bool:
    """Ask; the answer is one that is promised, and tells nothing of what lies outside."""
    studio = _studio(place)
    status, headers, body = studio.answer(asked)
    if status not in _ANSWERS:
        raise Absurd(f"answered with {status}: {body[:300]!r}")
    if "content-security-policy" not in headers or "nosniff" not in headers.values():
        raise Absurd("an answer without its security headers")
    if _SECRET.encode() in body or b"root:x:" in body:
        raise Absurd("told what lies outside of the folder")
    kind = headers.get("content-type", "")
    if kind.startswith("application/json") and asked["method"] != "HEAD":
        json.loads(body, parse_constant=lambda name: 1 / 0)
    path = _unquoted(asked["path"])
    open_ = path == "/" or path.startswith("/static/")
    if asked["headers"].get("x-wheelbase-token") != TOKEN and not open_ and status < 400:
        raise Absurd("answered without the token")
    if {p.name for p in studio.folder.iterdir()} - {"runs"} != {"link.yaml", "evil.yaml"}:
        raise Absurd("left something in the folder")
    return status == 200


_VERBS = ("check", "catalogue", "query", "report", "explain", "compare", "export", "fit", "cost",
    "sweep",
          "import", "validate", "simulate", "replay", "partner", "-h", "--version", "no-such",
          "front")  # fmt: skip
_WORDS = ("--json", "--quiet", "-s", "-o", "--limit", "--n", "list", "show", "sources", "body",
    "bills",
          "family", "no-such", "id3", "certified", "cycle", "--variant", "-1", "0", "1e99",
          "--")  # fmt: skip


def make_command(rng: random.Random) -> list[str]:
    """Return the arguments of a command line that takes less than a second."""
    words = [
        rng.choice((*_WORDS, *NAMES, number(rng), f"a.b={quantity(rng)}"))
        for _ in range(rng.randint(0, 4))
    ]
    verb = rng.choice(_VERBS)
    if verb in ("sweep", "fit", "cost", "simulate", "partner", "front"):
        words = ["no-such" if w in ("bills", "family", "") else w for w in words]
    return [w for w in (verb, *words) if "\x00" not in w]


def run_command_line(arguments: list[str], place: Path) -> bool:
    """Run a command; a fault of Wheelbase itself is a finding, whatever its words."""
    said, told = io.StringIO(), io.StringIO()
    code = -1
    streams = redirect_stdout(said), redirect_stderr(told)
    with suppress(SystemExit), streams[0], streams[1], patch("tempfile.tempdir", str(place)):
        code = run_command(arguments)
    if code == 3 or "Traceback" in told.getvalue():
        crash = next(iter(place.glob("wheelbase-crash-*")), None)
        what = crash.read_text()[-900:] if crash else told.getvalue()[-500:]
        if crash:
            crash.unlink()
        raise Absurd(f"exit code {code}: {what}")
    if code not in (0, 1, 2, 4):
        raise Absurd(f"exit code {code}")
    if (
        "--json" in arguments
        and code == 0
        and said.getvalue()
        and not {"-h", "--version"} & {*arguments}
    ):
        json.loads(said.getvalue(), parse_constant=lambda name: 1 / 0)
    return code == 0


_CARS = ("bills", "family", "id3-or-egolf", "same-body-pairs")
_SIZE = re.compile(r"[+-]?\d+\.?\d*")


def make_cars(rng: random.Random) -> str:
    """Return a study with cars, some of whose figures are somewhat other."""
    seed = seed_of(studies()[rng.choice(_CARS)])
    text, at = seed.text, [v for v in seed.values if _SIZE.match(v[2]) and " " in v[2]]
    for start, end, value in sorted(rng.sample(at, rng.choice((1, 2, 4))), reverse=True):
        first, _, unit = value.partition(" ")
        with suppress(ValueError):
            put = f"{float(first) * 10 ** rng.uniform(-0.6, 0.6):.4g} {unit}"
            text = text[:start] + put + text[end:]
    return text


def run_cars(text: str, _: Path) -> bool:
    """Make the cars of one platform, by the chains; their figures are those of cars."""
    package = checked(text)
    assert isinstance(package, Package)
    for id, spec in list(package.spec.platforms.items())[:1]:
        tree, _previous = live_results(package, spec.bodies[0], [id])
        for name, car in tree["variants"].items():
            figures = {k: (f["value"], f["unit"]) for k, f in car["figures"].items()}
            if odd := absurd_car(figures):
                raise Absurd(f"{name}, {car['status']}: {'; '.join(odd)}")
        for bill in tree["bills"].values():
            if not (isfinite(bill["total"]["value"]) and bill["total"]["value"] > 0):
                raise Absurd(f"a car for {bill['total']['value']} EUR")
    return True


def warm() -> None:
    """Load what every target reads, so that a process that is forked off has it."""
    facts_of()
    load_package("bills", facts_of())
