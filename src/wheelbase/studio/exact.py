"""A process beside the server that places cars exactly, so that sliders stay quick meanwhile.

Questions and answers are lines of JSON. The process ends with its standard input: also where the
server was killed, nothing of it stays.
"""

import json
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wheelbase.catalogue import catalogue
from wheelbase.studio.guard import Refused
from wheelbase.studio.library import Library
from wheelbase.studio.workbench import Workbench

__all__ = ["Exact"]

_GRACE = 0.5  # s between closing its input and ending it


@dataclass(slots=True)
class Exact:
    """The process, started with the first question, and again after it ended on its own.

    Args:
        folder: Where study files lie.
    """

    folder: Path
    _process: subprocess.Popen[str] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _newest: object = None
    _is_closed: bool = False

    def warm(self) -> None:
        """Start the process, so that the first question need not wait for it."""
        with self._lock, suppress(OSError):
            self._running()

    def answer(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Return the settled answer to a question, computed in the process; one at a time.

        Of the questions that wait for their turn the newest alone is computed.

        Raises:
            Refused: What the process refuses; 409 where a newer question came while this one
                waited; 503 where the process ended before it answered.
        """
        turn = self._newest = object()
        with self._lock:
            if turn is not self._newest:
                raise Refused(409, "a newer question took the place of this one; ask again")
            line = self._exchanged(json.dumps(asked))
        if not line.endswith("\n"):
            raise Refused(503, "the process that places cars ended; it starts anew with a question")
        found: dict[str, Any] = json.loads(line)
        status = found.pop("status")
        if status != 200:
            raise Refused(status, *found["problems"], text=found["text"])
        return found

    def close(self) -> None:
        """End the process for good."""
        self._is_closed = True
        process = self._process
        if process is not None:
            _ended(process)

    def _exchanged(self, question: str) -> str:
        """Return the line that answers a question; not whole where the process ended instead."""
        if self._is_closed:
            return ""
        try:
            process = self._running()
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(f"{question}\n")
            process.stdin.flush()
            return process.stdout.readline()
        except (OSError, ValueError):  # ended, or closed meanwhile
            return ""

    def _running(self) -> subprocess.Popen[str]:
        process = self._process
        if process is not None and process.poll() is None:
            return process
        if process is not None:
            _ended(process)
        command = [sys.executable, "-W", "ignore", "-m", "wheelbase.studio.exact", str(self.folder)]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        return self._process


def _ended(process: subprocess.Popen[str]) -> None:
    with suppress(OSError):
        assert process.stdin is not None
        process.stdin.close()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    assert process.stdout is not None
    process.stdout.close()


def _answers(folder: Path) -> None:
    """Answer questions until there are none; nothing else may reach standard output."""
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    bench = Workbench(Library(folder, catalogue()))
    with told:
        for line in sys.stdin:
            try:
                found = {"status": 200, **bench.settled(json.loads(line))}
            except Refused as refused:
                found = {"status": refused.status, "text": refused.text}
                found["problems"] = list(refused.problems)
            except Exception as error:
                traceback.print_exc()
                what = f"a fault of Wheelbase itself: {type(error).__name__}"
                found = {"status": 500, "text": None, "problems": [what]}
            told.write(f"{json.dumps(found, allow_nan=False)}\n")
            told.flush()


if __name__ == "__main__":
    _answers(Path(sys.argv[1]))
