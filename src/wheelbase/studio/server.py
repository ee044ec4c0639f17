"""The studio's server: one page, and a JSON API on the loopback address alone."""

import asyncio
import gc
import os
import re
import secrets
import socket
import stat
from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from wheelbase import __version__
from wheelbase.catalogue import Catalogue, catalogue
from wheelbase.errors import DataError
from wheelbase.studio.exact import Exact
from wheelbase.studio.guard import Bucket, Refused, answered, body_of, guarded
from wheelbase.studio.jobs import COMMAND, Jobs
from wheelbase.studio.library import Library
from wheelbase.studio.openapi import described
from wheelbase.studio.workbench import Workbench, facts_page, sources_of

__all__ = ["HOST", "Studio", "free_port", "kept_token", "serve", "studio"]

HOST = "127.0.0.1"
"""The only address that is served."""

_PAGE = (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<title>Wheelbase studio</title><link rel="icon" href="data:,">'
    '<link rel="stylesheet" href="/static/wheelbase.css"></head>'
    '<body class="studio"><div id="app"><noscript>The studio needs its script.</noscript></div>'
    '<script src="/static/wheelbase.js"></script></body></html>\n'
)
_STATIC = {"wheelbase.js": "text/javascript", "wheelbase.css": "text/css"}
Studio = Callable[..., Any]
_Asked = Mapping[str, Any]


def studio(
    folder: Path, study: str | None, token: str, command: tuple[str, ...] = COMMAND
) -> Studio:
    """Return the guarded app of the studio.

    Args:
        folder: Where study files lie, and runs in `runs`.
        study: Id of the study to open first.
        token: What every call of the API must carry.
        command: What runs a study file in the background.
    """
    facts = catalogue()
    library = Library(folder.resolve(), facts)
    bench, jobs = Workbench(library), Jobs(library.runs_folder, command)
    exact = Exact(library.folder)
    starts = Bucket(rate=0.5, most=10)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> Any:
        exact.warm()
        yield
        jobs.close()
        exact.close()

    def state(_: Request, __: _Asked) -> Any:
        return {
            "version": __version__,
            "folder": folder.name,
            "study": study,
            "studies": library.studies(),
            "runs": library.runs(),
            "job": jobs.present(),
        }

    def start(_: Request, asked: _Asked) -> Any:
        if not starts.takes():
            raise Refused(429, "too many runs were started; wait a few seconds")
        return jobs.start(bench.package(asked))

    routes = [
        Route("/", lambda _: HTMLResponse(_PAGE)),
        Route("/static/{name}", _static),
        _route("/api/state", state),
        _route(
            "/api/studies/{id}", lambda r, _: bench.study(_id(r), r.query_params.getlist("set"))
        ),
        _route("/api/live", lambda _, asked: bench.live(asked), "POST"),
        _route("/api/settled", lambda _, asked: exact.answer(asked), "POST"),
        _route("/api/text", lambda _, asked: bench.text(asked), "POST"),
        _route("/api/jobs", start, "POST"),
        _route("/api/jobs/{id}", lambda r, _: jobs.of(_id(r))),
        _route("/api/jobs/{id}", lambda r, _: jobs.cancel(_id(r)), "DELETE"),
        *_run_routes(bench),
        *_catalogue_routes(facts),
    ]
    routes.append(_description(routes))
    handlers: Any = {404: _missing, 405: _missing, Exception: _fault}
    app = Starlette(routes=routes, exception_handlers=handlers, lifespan=lifespan)
    app.router.redirect_slashes = False  # an address that is nearly right is wrong
    return guarded(app, token)


def _description(routes: list[Route]) -> Route:
    """Return the route that describes the others."""
    about = described(routes)
    return _route("/api/openapi.json", lambda _, __: about)


def _run_routes(bench: Workbench) -> list[Route]:
    return [
        _route("/api/runs/{id}", lambda r, _: bench.run(_id(r))),
        _route("/api/runs/{id}/page", lambda r, _: bench.page(_id(r))),
        _route("/api/runs/{id}/report.html", lambda r, _: _file(_id(r), bench.report(_id(r)))),
        _route("/api/compare", lambda _, asked: bench.compare(asked), "POST"),
    ]


def _catalogue_routes(facts: Catalogue) -> list[Route]:
    return [
        _route("/api/catalogue", lambda r, _: facts_page(facts, r.query_params)),
        _route("/api/sources", lambda _, __: sources_of(facts)),
    ]


def _route(path: str, answer: Callable[[Request, _Asked], Any], method: str = "GET") -> Route:
    """Return a route whose answer is computed outside the event loop."""

    async def endpoint(request: Request) -> Response:
        try:
            asked = await body_of(request) if method == "POST" else {}
            found = await run_in_threadpool(answer, request, asked)
        except Refused as refused:
            return refused.response()
        return found if isinstance(found, Response) else answered(found)

    return Route(path, endpoint, methods=[method])


def _id(request: Request) -> str:
    return str(request.path_params["id"])


def _static(request: Request) -> Response:
    name = str(request.path_params["name"])
    if name not in _STATIC:
        return Refused(404, "no such file").response()
    content = (files("wheelbase.report") / "static" / name).read_bytes()
    return Response(content, media_type=_STATIC[name])


def _file(id: str, page: str) -> Response:
    """Return a report as a file to keep; it is not shown under the studio's own address."""
    name = re.sub(r"[^A-Za-z0-9_.-]", "_", id)
    headers = {"content-disposition": f'attachment; filename="{name}.html"'}
    return HTMLResponse(page, headers=headers)


def _missing(_: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 404)
    return Refused(status, "nothing is served here").response()


def _fault(_: Request, error: Exception) -> Response:
    return Refused(500, f"a fault of Wheelbase itself: {type(error).__name__}").response()


def kept_token(home: Path) -> str:
    """Return the token of this user: kept in a private file, so that open pages can resume.

    Where the file cannot be kept, the token is one for this start alone.

    Args:
        home: Folder for it, made with access for its owner alone.
    """
    path, token = home / "studio-token", secrets.token_urlsafe(32)
    with suppress(OSError):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists() or path.is_symlink():
            about = path.lstat()  # a link is no file of this user's, wherever it leads
            ours = stat.S_ISREG(about.st_mode) and about.st_uid == os.getuid()
            found = path.read_text("ascii", "replace").strip() if ours else ""
            if about.st_mode & 0o077 == 0 and re.fullmatch(r"[A-Za-z0-9_-]{40,60}", found):
                return found
            path.unlink()
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(token)
    return token


def free_port(asked: int) -> socket.socket:
    """Return a socket bound to the loopback address: to the port asked for, or to any for 0.

    Raises:
        DataError: The port is taken, or none that a user may bind.
    """
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, asked))
    except (OSError, OverflowError) as error:
        bound.close()
        why = getattr(error, "strerror", None) or "is no port"
        raise DataError(f"--port {asked}: {why.lower()}; name another, or 0 for any") from None
    return bound


def serve(app: Studio, bound: socket.socket, ready: Callable[[], None]) -> None:
    """Serve the studio on a bound socket until it is interrupted; `ready` is called once it does.

    Raises:
        KeyboardInterrupt: The user ended it.
    """
    gc.collect()
    gc.freeze()  # catalogue and modules stay: looking through them held answers up by 0.1 s
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, date_header=False,
        timeout_graceful_shutdown=2, proxy_headers=False,
    )  # fmt: skip
    server = uvicorn.Server(config)

    async def run() -> None:
        task = asyncio.create_task(server.serve(sockets=[bound]))
        while not server.started and not task.done():
            await asyncio.sleep(0.02)
        ready()
        await task

    asyncio.run(run())
    raise KeyboardInterrupt  # a server ends for no other reason, whether or not it says so
