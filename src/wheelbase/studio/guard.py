"""What every request must pass: a local server is reachable by every page that its user visits."""

import asyncio
import hmac
import json
import math
import re
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

__all__ = [
    "BODY",
    "PATIENCE",
    "TOKEN",
    "Bucket",
    "Refused",
    "answered",
    "body_of",
    "guarded",
    "plain_json",
]

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]
_App = Callable[[_Message, _Receive, _Send], Awaitable[None]]

TOKEN = "X-Wheelbase-Token"
"""Header that carries the token; a header of our own also forces a preflight, never granted."""

BODY = 65_536
"""Greatest body of a request in bytes."""

PATIENCE = 10.0
"""Seconds in which the body of a request must have come."""

_DEPTH = 16
_HOSTS = frozenset({"127.0.0.1", "localhost"})
_OPEN = ("/static/",)  # what is served without a token, beside the page itself
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src data:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


class Refused(Exception):
    """A request that is not served: the status of the answer, and why in words."""

    def __init__(self, status: int, *problems: str, text: str | None = None) -> None:
        """Keep the status, the problems, and the text of the file that they are about."""
        self.status, self.problems, self.text = status, problems, text
        super().__init__("; ".join(problems))

    def response(self) -> Response:
        """Return the answer."""
        said: dict[str, Any] = {"problems": list(self.problems)}
        if self.text is not None:
            said["text"] = self.text
        return answered(said, self.status)


def answered(found: Any, status: int = 200) -> Response:
    """Return plain data as JSON in ASCII, which holds any text that a file may hold."""
    content = json.dumps(found, allow_nan=False, separators=(",", ":"))
    return Response(content, status, media_type="application/json")


@dataclass(slots=True)
class Bucket:
    """A rate limit: so many requests at once, refilled at so many a second."""

    rate: float
    most: float
    clock: Callable[[], float] = time.monotonic
    left: float = field(init=False)
    seen: float = field(init=False)

    def __post_init__(self) -> None:
        """Begin full."""
        self.left, self.seen = self.most, self.clock()

    def takes(self) -> bool:
        """Return whether one more request is let through, and count it."""
        now = self.clock()
        self.left = min(self.most, self.left + self.rate * (now - self.seen))
        self.seen = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


def guarded(app: _App, token: str, bucket: Bucket | None = None) -> _App:
    """Return an app that serves only its own page: Host, Origin, token, kind of body, rate.

    Raises nothing: what is refused is answered with 400 (Host), 401 (token), 403 (Origin),
    415 (no JSON) or 429 (rate). Every answer carries the security headers.
    """
    limit = bucket or Bucket(rate=80, most=240)

    async def serve(scope: _Message, receive: _Receive, send: _Send) -> None:
        if scope["type"] == "lifespan":
            await app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return

        async def secured(message: _Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        try:
            _check(Request(scope), token, limit)
        except Refused as refused:
            await refused.response()(scope, receive, secured)
        else:
            await app(scope, receive, secured)

    return serve


def _check(request: Request, token: str, limit: Bucket) -> None:
    hosts = request.headers.getlist("host")
    name, _, port = (hosts[0] if len(hosts) == 1 else "").partition(":")
    if name not in _HOSTS or not re.fullmatch("[0-9]{0,5}", port):
        raise Refused(400, "host: only 127.0.0.1 and localhost are served")
    if any(origin != f"http://{hosts[0]}" for origin in request.headers.getlist("origin")):
        raise Refused(403, "origin: a page of another origin asked; only the studio's own may")
    path = str(request.scope["path"])  # as it is routed, not as a URL may be read
    if path == "/" or path.startswith(_OPEN):
        return
    given = request.headers.get(TOKEN, "")
    if not hmac.compare_digest(given.encode(), token.encode()):
        raise Refused(401, "token: missing or old; open the address that the terminal printed")
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if request.method == "POST" and kind != "application/json":
        raise Refused(415, "content-type: send application/json")
    if not limit.takes():
        raise Refused(429, "too many requests; wait a second")


async def body_of(request: Request) -> dict[str, Any]:
    """Return the JSON mapping that a request carries, counted while it is read.

    Raises:
        Refused: 413 for more than `BODY` bytes, 408 for a body that takes longer than `PATIENCE`,
            400 for anything but a mapping of plain values.
    """
    content = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for chunk in request.stream():
                content += chunk
                if len(content) > BODY:
                    raise Refused(413, f"body: more than {BODY} bytes")
    except TimeoutError:
        raise Refused(408, f"body: not whole after {PATIENCE:g} s; send it at once") from None
    except ClientDisconnect:
        raise Refused(400, "body: ended before it was whole") from None
    return plain_json(bytes(content))


def plain_json(content: bytes) -> dict[str, Any]:
    """Return a JSON mapping.

    Raises:
        Refused: 400 for NaN, infinity, an overflow, keys given twice, deep nesting, other forms.
    """
    try:
        found = json.loads(
            content.decode("utf-8"),
            parse_constant=_refused,
            parse_float=_finite,
            object_pairs_hook=_once,
        )
        deep = _depth(found)
        json.dumps(found, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError) as error:
        said = str(error) if isinstance(error, ValueError) else "nested too deep"
        raise Refused(400, f"body: no JSON that is understood: {said}") from None
    if not isinstance(found, dict) or deep > _DEPTH:
        raise Refused(400, f"body: must be a mapping of at most {_DEPTH} levels")
    return found


def _refused(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:20]} is too large")
    return value


def _once(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is given twice")
    return found


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inner), default=0)
