"""A solver in a process of its own: at its deadline it is ended, and what it had is returned."""

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from wheelbase.plan.solver import INFINITY, Arrays, Solved, Status, engine, gap_of, solve, solved_of

__all__ = ["guarded", "serve", "watched"]

Array = NDArray[np.float64]

_COMMAND = (sys.executable, "-c", "from wheelbase.plan.watch import serve; serve()")
_GRACE = 1.1  # of the limit, before the process is ended
_BEGIN = 60.0  # s to come up and to read the program
_UP = "up"
_LARGE = 20_000  # coefficients from which a solve may overrun its limit by more than a moment
_PROTOCOL = pickle.HIGHEST_PROTOCOL


def guarded(
    arrays: Arrays, gap: float, limit: float, begin: Array | None = None, plain: bool = False
) -> Solved:
    """Return the least point of a program; a large one with whole columns is watched."""
    if arrays.is_mixed and np.isfinite(limit) and len(arrays.value) > _LARGE:
        return watched(arrays, gap, limit, begin, plain)
    return solve(arrays, gap, limit, begin, plain=plain)


def watched(
    arrays: Arrays,
    gap: float,
    limit: float,
    begin: Array | None = None,
    plain: bool = False,
    command: Sequence[str] = _COMMAND,
) -> Solved:
    """Return the least point of a program with whole columns, within the limit whatever happens.

    The process streams every better point with its bound. A tenth of the limit after the limit it
    is ended, and the last pair is the answer.

    Args:
        arrays: The program.
        gap: Relative gap at which it may stop.
        limit: Seconds.
        begin: (n,) a point to begin from.
        plain: As for `engine`.
        command: What to run; it speaks as `serve` does.
    """
    began = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=_environment(),
    )  # fmt: skip
    frames: Queue[Any] = Queue()
    assert process.stdin is not None and process.stdout is not None
    task = arrays, gap, limit, begin, plain
    Thread(target=_listen, args=(process.stdout, frames), daemon=True).start()
    teller = Thread(target=_tell, args=(process.stdin, task), daemon=True)
    teller.start()
    try:
        best, done, status = _collect(frames, _GRACE * limit)
    finally:
        process.kill()
        process.wait()
        teller.join()
        process.stdout.close()
    seconds = time.perf_counter() - began
    if done is not None:
        return done
    none = np.zeros(0)
    value, bound, point = best or (INFINITY, -INFINITY, none)
    return Solved(value=value, bound=bound, gap=gap_of(value, bound), status=status,
                  point=point, duals=none, seconds=seconds)  # fmt: skip


def _environment() -> dict[str, str]:
    """Return the environment, with this package where the process finds it."""
    own = str(Path(__file__).parents[2])
    known = os.environ.get("PYTHONPATH")
    return os.environ | {"PYTHONPATH": os.pathsep.join([own, known] if known else [own])}


def _tell(stream: BinaryIO, task: Any) -> None:
    """Send the task; a process that does not read it, or is gone, is dealt with elsewhere."""
    with suppress(OSError, ValueError):
        pickle.dump(task, stream, _PROTOCOL)
    with suppress(OSError):
        stream.close()


def _listen(stream: BinaryIO, frames: "Queue[Any]") -> None:
    """Put every frame of a stream into a queue, and None at its end."""
    for frame in _frames(stream):
        frames.put(frame)
    frames.put(None)


def _frames(stream: BinaryIO) -> Iterator[Any]:
    while True:
        try:
            yield pickle.load(stream)
        except (EOFError, pickle.UnpicklingError, ValueError, OSError):
            return


def _collect(
    frames: "Queue[Any]", limit: float
) -> tuple[tuple[float, float, Array] | None, Solved | None, Status]:
    """Return the last point with its bound, the end of the solve if it came, and how it ended."""
    best, until = None, time.perf_counter() + _BEGIN
    while (left := until - time.perf_counter()) > 0:
        try:
            frame = frames.get(timeout=left)
        except Empty:
            break
        if isinstance(frame, Solved):
            return best, frame, frame.status
        if frame is None:
            return best, None, Status.INTERRUPTED
        if frame == _UP:
            until = time.perf_counter() + limit
        else:
            best = frame
    return best, None, Status.TIME


def serve() -> None:
    """Solve the program on standard input; points and the end go to standard output."""
    arrays, gap, limit, begin, plain = pickle.load(sys.stdin.buffer)
    _send(_UP)
    solver = engine(arrays, gap, limit, plain)
    if begin is not None:
        solver.setSolution(len(begin), np.arange(len(begin), dtype=np.int32), begin)

    def better(event: Any) -> None:
        found = event.data_out
        point = np.array(found.mip_solution)
        _send((found.objective_function_value, found.mip_dual_bound, point))

    solver.cbMipImprovingSolution += better
    began = time.perf_counter()
    solver.run()
    _send(solved_of(solver, arrays, time.perf_counter() - began))


def _send(frame: Any) -> None:
    pickle.dump(frame, sys.stdout.buffer, _PROTOCOL)
    sys.stdout.buffer.flush()
