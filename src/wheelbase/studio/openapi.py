"""The studio's API in OpenAPI 3.1: made of the routes themselves, so that none is left out."""

import re
from collections.abc import Iterable
from typing import Any

from starlette.routing import BaseRoute, Route

from wheelbase import __version__
from wheelbase.studio.guard import TOKEN

__all__ = ["described"]

_TEXT = {"type": "string", "minLength": 1, "maxLength": 200}
_CHANGES = {
    "type": "object",
    "description": "Path in the study to what it is set to, such as '2900 mm'.",
    "additionalProperties": {"type": "string", "maxLength": 200},
    "maxProperties": 200,
}
_STUDY = {"study": _TEXT, "set": _CHANGES}
_CARS = {
    **_STUDY,
    "body": _TEXT,
    "platforms": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 4},
    "variant": {**_TEXT, "type": ["string", "null"]},
    "ghost": {**_TEXT, "type": ["string", "null"]},
}
_PAIR = {"type": "array", "items": {"type": "string"}, "minItems": 2}

_BODIES: dict[str, dict[str, Any]] = {
    "/api/live": {
        "properties": {**_CARS, "quick": {"type": "boolean"}},
        "required": ["study", "body", "platforms"],
    },
    "/api/settled": {"properties": _CARS, "required": ["study", "body", "platforms", "variant"]},
    "/api/text": {
        "properties": {**_STUDY, "as": {"enum": ["yaml", "python"]}},
        "required": ["study", "as"],
    },
    "/api/jobs": {"properties": _STUDY, "required": ["study"]},
    "/api/compare": {
        "anyOf": [
            {"properties": {"runs": {**_PAIR, "maxItems": 4}}, "required": ["runs"]},
            {
                "properties": {**_STUDY, "platforms": {**_PAIR, "maxItems": 2}},
                "required": ["study", "platforms"],
            },
        ]
    },
}
_QUERIES: dict[str, dict[str, Any]] = {
    "/api/studies/{id}": {"set": {"type": "array", "items": {"type": "string"}}},
    "/api/catalogue": {
        "shelf": {"type": "string"},
        "status": {"type": "string"},
        "text": {"type": "string"},
        "page": {"type": "integer", "minimum": 0, "maximum": 999_999},
    },
}
_REFUSALS = {
    "400": "Another host, a query or a body that is not understood.",
    "401": "No token, or an old one.",
    "403": "A page of another origin asked.",
    "404": "There is no such study, run, job, body or platform.",
    "422": "The study, the change or the run is not as it must be; every problem is listed.",
    "429": "Too many requests; wait a second.",
}
_MORE = {
    "408": "The body did not come in time.",
    "409": "A newer question took the place of this one.",
    "413": "The body is larger than 64 kB.",
    "415": "The body is no JSON.",
    "503": "A process that is needed could not be started, or ended.",
}
_PROBLEMS = {
    "type": "object",
    "properties": {
        "problems": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "text": {"type": "string", "description": "Text of the study that has the problems."},
    },
    "required": ["problems"],
}


def described(routes: Iterable[BaseRoute]) -> dict[str, Any]:
    """Return the description of those routes that belong to the API, as plain data."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        if isinstance(route, Route) and route.path.startswith("/api/"):
            for method in sorted((route.methods or set()) - {"HEAD"}):
                paths.setdefault(route.path, {})[method.lower()] = _operation(route.path, method)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Wheelbase studio",
            "version": __version__,
            "description": "Served on 127.0.0.1 alone; its page is the only client it is made for.",
        },
        "paths": paths,
        "components": {
            "schemas": {"Problems": _PROBLEMS},
            "securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": TOKEN}},
        },
        "security": [{"token": []}],
    }


def _operation(path: str, method: str) -> dict[str, Any]:
    found: dict[str, Any] = {"responses": _responses(path, method)}
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _TEXT}
        for name in re.findall(r"\{(\w+)\}", path)
    ]
    parameters += [
        {"name": name, "in": "query", "schema": schema}
        for name, schema in (_QUERIES.get(path, {}) if method == "GET" else {}).items()
    ]
    if parameters:
        found["parameters"] = parameters
    if method == "POST":
        schema = {"type": "object", **_BODIES.get(path, {})}
        found["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return found


def _responses(path: str, method: str) -> dict[str, Any]:
    refused = {"application/json": {"schema": {"$ref": "#/components/schemas/Problems"}}}
    told = _REFUSALS | (_MORE if method == "POST" else {})
    kind = "application/json"
    schema: dict[str, Any] = {"type": ["object", "array"]}
    if path.endswith(".html"):
        kind, schema = "text/html", {"type": "string"}
    good = {"description": "The answer.", "content": {kind: {"schema": schema}}}
    return {"200": good, **{s: {"description": d, "content": refused} for s, d in told.items()}}
