"""One run at a time in a process of its own, with its progress and its end."""

import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wheelbase.errors import DataError
from wheelbase.studio.guard import Refused
from wheelbase.study import Package
from wheelbase.study.folder import fingerprint, write_bytes

__all__ = ["COMMAND", "Jobs"]

COMMAND = (sys.executable, "-m", "wheelbase.cli", "run")
"""What runs a study file."""

_STAGES = ("cars", "place", "accuracy", "cost", "partner", "plan", "decide", "report")
_LINES = 200  # that are kept
_LIMIT = 3000.0  # s that a run may take
_GRACE = 0.7  # s between asking a run to end and ending it
_TIED = (sys.executable, "-I", str(Path(__file__).with_name("tied.py")))


@dataclass(slots=True)
class _Job:
    id: str
    process: subprocess.Popen[str]
    folder: Path
    draft: tempfile.TemporaryDirectory[str]
    began: float
    is_new: bool
    ended: float | None = None
    cancelled: bool = False
    lines: list[str] = field(default_factory=list)
    reader: threading.Thread | None = None


@dataclass(slots=True)
class Jobs:
    """The run in the background; a newer one ends the older.

    Args:
        runs: Where run folders go.
        command: What runs a study file; its arguments are the file, `-o`, and the run folder.
    """

    runs: Path
    command: Sequence[str] = COMMAND
    _job: _Job | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, package: Package) -> dict[str, Any]:
        """Start the run of a study as it stands, in a folder of its own, and return the job.

        Raises:
            Refused: 503 where no process can be started, or no draft written for it.
        """
        with self._lock:
            self._end()
            try:
                job = self._job = self._started(package)
            except (DataError, OSError) as error:
                raise Refused(503, f"the run could not be started: {error}") from None
            job.reader = threading.Thread(target=_read, args=(job,), daemon=True)
            job.reader.start()
            return _told(job)

    def _started(self, package: Package) -> _Job:
        name, id = package.spec.name, secrets.token_hex(4)
        folder = self.runs / f"{name}-{fingerprint(package)[:8]}"
        is_new = not folder.exists()
        draft = tempfile.TemporaryDirectory(prefix="wheelbase-studio-", ignore_cleanup_errors=True)
        try:
            file = write_bytes(Path(draft.name) / f"{name}.yaml", package.document.text.encode())
            process = subprocess.Popen(
                [*_TIED, draft.name, *self.command, str(file), "-o", str(folder)],
                stdin=subprocess.PIPE,  # open as long as the server lives
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
            )
        except (DataError, OSError):
            draft.cleanup()
            raise
        return _Job(id, process, folder, draft, time.monotonic(), is_new)

    def present(self) -> dict[str, Any] | None:
        """Return the last job, or None before the first."""
        job = self._job
        return None if job is None else _told(job)

    def of(self, id: str) -> dict[str, Any]:
        """Return a job.

        Raises:
            Refused: 404 where it is not the last one.
        """
        job = self._job
        if job is None or job.id != id:
            raise Refused(404, "no such job; it ended, or a newer one took its place")
        return _told(job)

    def cancel(self, id: str) -> dict[str, Any]:
        """End a job at once, leave nothing of it, and return it.

        Raises:
            Refused: 404 where it is not the last one.
        """
        with self._lock:
            self.of(id)
            self._end()
            return self.of(id)

    def close(self) -> None:
        """End what runs."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        job = self._job
        if job is None or job.ended is not None:
            return
        job.cancelled = True
        _signal(job, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            job.process.wait(_GRACE)
        _signal(job, signal.SIGKILL)  # also for what the run has started and left behind
        if job.reader is not None:
            job.reader.join(_GRACE)


def _read(job: _Job) -> None:
    """Take the lines of a run until it ends, then clear up."""
    timer = threading.Timer(_LIMIT, _stop_late, (job,))
    timer.daemon = True
    timer.start()
    process = job.process
    assert process.stdin is not None and process.stdout is not None
    try:
        with process.stdin, process.stdout:
            for line in process.stdout:
                job.lines.append(line.rstrip()[:500])
                del job.lines[:-_LINES]
            process.wait()
        timer.cancel()
        job.draft.cleanup()
        if process.returncode != 0 and job.is_new:
            _drop(job.folder)
    finally:
        job.ended = time.monotonic()


def _stop_late(job: _Job) -> None:
    job.lines.append(f"ended after {_LIMIT:.0f} s, the most that a run may take")
    _signal(job, signal.SIGKILL)


def _signal(job: _Job, how: signal.Signals) -> None:
    """Send a signal to a run and to everything that it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(job.process.pid, how)


def _drop(folder: Path) -> None:
    """Remove a run that did not end well; its manifest, written last, is not there."""
    if not folder.is_dir() or (folder / "manifest.json").exists():
        return
    with suppress(OSError):
        for path in folder.iterdir():
            with suppress(OSError):
                path.unlink()
        folder.rmdir()


def _told(job: _Job) -> dict[str, Any]:
    code, lines = job.process.poll(), list(job.lines)
    stages = [m[1] for line in lines if (m := re.match(r"(\w+) .* \d+\.\d\d s$", line))]
    done = sum(stage in stages for stage in _STAGES)
    finished = code is not None and job.ended is not None
    state = "running"
    if finished:
        state = "done" if code == 0 else "cancelled" if job.cancelled else "failed"
    following = next((s for s in _STAGES if s not in stages), _STAGES[-1])
    return {
        "id": job.id,
        "state": state,
        "stage": "done" if state == "done" else following,
        "done": len(_STAGES) if state == "done" else done,
        "total": len(_STAGES),
        "seconds": round((job.ended or time.monotonic()) - job.began, 1),
        "lines": lines[-20:],
        "run": job.folder.name if state == "done" else None,
        "problems": (lines[-8:] or [f"ended with {code}"]) if state == "failed" else [],
    }
