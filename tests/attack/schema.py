"""Schemathesis against the studio's description: `PYTHONPATH=src:tests python -m attack.schema`.

Needs the extra `fuzz`. Requests are made of the description in /api/openapi.json, right and wrong
ones; an answer of another status, kind or shape than it promises is a finding, and so is a fault.
"""

import argparse
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any
from unittest.mock import patch

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from unit_studio import HOST, TOKEN

from wheelbase.studio import server
from wheelbase.studio.guard import Bucket, guarded


def main() -> None:
    """Ask so many times, and say what came back."""
    asked = argparse.ArgumentParser(prog="attack.schema", description=__doc__)
    asked.add_argument("--n", type=int, default=100, help="requests of each route and method")
    options = asked.parse_args()
    headers = {"X-Wheelbase-Token": TOKEN, "Origin": HOST, "Host": HOST.removeprefix("http://")}
    with tempfile.TemporaryDirectory() as place:
        free = Bucket(rate=1e9, most=1e9)
        with patch.object(server, "guarded", lambda app, token: guarded(app, token, free)):
            app = server.studio(Path(place), "bills", TOKEN, command=("false",))
        schema = schemathesis.openapi.from_asgi("/api/openapi.json", app, headers=headers)
        answers: Counter[str] = Counter()
        faults: list[str] = []
        for found in schema.get_all_operations():
            _tried(found.ok(), options.n, headers, answers, faults)
    print(f"{answers.total()} requests: {dict(sorted(answers.items()))}; {len(faults)} findings")
    print("\n".join(faults[:20]))
    sys.exit(1 if faults else 0)


def _tried(
    operation: Any, n: int, headers: dict[str, str], answers: Counter[str], faults: list[str]
) -> None:
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        strategy = operation.as_strategy(generation_mode=mode)

        @seed(7)
        @settings(
            max_examples=n // 2, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=strategy)
        def one(case: Any) -> None:
            _known(case)
            case.headers = {**(case.headers or {}), **headers}
            answer = case.call()
            answers[str(answer.status_code)] += 1
            try:
                case.validate_response(answer, checks=_CHECKS)
            except Exception as error:
                faults.append(f"{operation.label}: {str(error)[:300]!r}")

        try:
            one()
        except Exception as error:  # Hypothesis cannot make such a request at all
            print(f"{operation.label}, {mode.value}: not made: {str(error)[:120]!r}")


def _known(case: Any) -> None:
    """Let three requests in four name what there is, so that they get further than a 404."""
    chance = random.Random(repr((case.body, case.path_parameters)))
    if isinstance(case.body, dict):
        for key, value in _THERE.items():
            if key in case.body and chance.random() < 0.75:
                case.body[key] = value
    if case.path_parameters and chance.random() < 0.75:
        case.path_parameters["id"] = "bills"


_THERE = {
    "study": "bills",
    "body": "id3",
    "platforms": ["meb"],
    "variant": "id3@meb.id3",
    "set": {},
}
_CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


if __name__ == "__main__":
    main()
