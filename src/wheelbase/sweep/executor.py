"""Who computes the parts: this process, a pool of processes, any executor, a Dask cluster."""

import os
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from wheelbase.errors import DataError, SolveError
from wheelbase.sweep.work import Job, Made, make_part, packed

__all__ = ["Workers", "cpus", "dask_workers", "given_workers", "own_workers", "serial_workers"]

_ANEW = 3  # times that a pool is made anew, or a part that a worker died of is tried again
_AHEAD = 2  # parts in flight per worker
_LOOK = 0.5  # s between two looks at whether the process that asked still lives
_WAIT = 10.0  # s, for a cluster to answer


def cpus() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Workers:
    """Somebody who makes parts.

    Args:
        shares_disk: Whether the workers write into the folder themselves.
        made: Yields the parts of some numbers in whatever order they are done; once it is closed,
            nobody works any more.
    """

    shares_disk: bool
    made: Callable[[Job, Sequence[int]], Generator[Made]]


def serial_workers() -> Workers:
    """Return this process as the only worker."""
    return Workers(True, lambda job, numbers: (make_part(job, n) for n in numbers))


def own_workers(count: int) -> Workers:
    """Return a pool of processes on this machine; one that dies is replaced, a few times.

    Raises:
        DataError: No worker.
    """
    if count < 1:
        raise DataError(f"workers: {count} is less than 1")
    if count == 1:
        return serial_workers()

    def made(plain: Job, numbers: Sequence[int]) -> Generator[Made]:
        left, job = dict.fromkeys(numbers), packed(plain)
        for attempt in range(_ANEW + 1):
            try:
                for found in _pooled(job, list(left), count):
                    del left[found.part.number]
                    yield found
                return
            except BrokenExecutor:
                if attempt == _ANEW:
                    raise SolveError(
                        f"sweep: its processes died {_ANEW + 1} times; where memory was short, "
                        "resume with fewer workers; a script that calls it needs "
                        "`if __name__ == '__main__':`, since each of them reads it"
                    ) from None

    return Workers(True, made)


def _pooled(job: Job, numbers: Sequence[int], count: int) -> Generator[Made]:
    most = min(count, max(len(numbers), 1))
    pool = ProcessPoolExecutor(most, get_context("spawn"), _tied, (os.getpid(),))
    with _ended(pool, kill=True):
        yield from _through(pool, job, numbers, count)


def _tied(parent: int) -> None:
    """Leave Ctrl-C to the process that asked, and end with it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _ended(pool: Executor, kill: bool) -> Iterator[None]:
    """End a pool with everything that it has not begun, however the work ends."""
    try:
        yield
    except BaseException:
        if kill and isinstance(pool, ProcessPoolExecutor):
            for process in list((pool._processes or {}).values()):
                process.terminate()
        pool.shutdown(wait=True, cancel_futures=True)
        raise
    pool.shutdown(wait=True)


def given_workers(pool: Executor) -> Workers:
    """Return any executor as workers that may stand on other machines; it is not shut down."""

    def made(job: Job, numbers: Sequence[int]) -> Generator[Made]:
        count = int(getattr(pool, "_max_workers", 0)) or cpus()
        return _through(pool, packed(job), numbers, count)

    return Workers(False, made)


def _through(
    pool: Executor,
    job: Job,
    numbers: Sequence[int],
    count: int,
    lives: Callable[[], bool] = _always,
) -> Generator[Made]:
    """Yield parts as they are done, a few in flight; one whose worker died is tried again.

    Args:
        pool: Who computes them.
        job: What is computed.
        numbers: Of the parts.
        count: Of the workers.
        lives: Says whether anybody may still answer.

    Raises:
        SolveError: Nobody answers any more, or a part was given up after its worker died each time.
    """
    waiting, tries = list(reversed(numbers)), dict.fromkeys(numbers, 0)
    flying: dict[Future[Made], int] = {}
    try:
        while waiting or flying:
            while waiting and len(flying) < _AHEAD * count:
                number = waiting.pop()
                flying[pool.submit(make_part, job, number)] = number
            done, _ = wait(flying, _LOOK, FIRST_COMPLETED)
            if not lives():
                raise SolveError("sweep: the cluster is gone; start it again, then resume")
            for future in done:
                number = flying.pop(future)
                try:
                    found = future.result()
                except Exception as error:
                    tries[number] += 1
                    if not _died(error):
                        raise
                    if tries[number] > _ANEW:
                        raise SolveError(
                            f"sweep: the worker of part {number} died {tries[number]} times, "
                            "perhaps for want of memory; give workers more of it, then resume"
                        ) from None
                    waiting.append(number)
                    continue
                yield found
    finally:
        for future in flying:
            future.cancel()


def _died(error: Exception) -> bool:
    """Whether a worker died, by the name that Dask gives it."""
    return type(error).__name__ in ("KilledWorker", "CancelledError", "FutureCancelledError")


@contextmanager
def dask_workers(address: str) -> Iterator[Workers]:
    """Yield the workers of a Dask cluster.

    Raises:
        DataError: The extra is not installed, no scheduler answers there, or it has no worker.
    """
    try:
        import distributed
    except ImportError:
        raise DataError(
            "executor dask: needs the extra 'cluster': pip install 'wheelbase[cluster]'"
        ) from None
    try:
        library: Any = distributed
        client = library.Client(address, timeout=_WAIT, set_as_default=False)
    except Exception as error:  # of every kind that its transports have
        told = str(error).splitlines()[0] if str(error) else "no answer"
        raise DataError(f"executor dask:{address}: no scheduler answers there: {told}") from None
    try:
        try:
            client.wait_for_workers(1, timeout=_WAIT)
        except (OSError, TimeoutError):
            raise DataError(f"executor dask:{address}: has no worker; start some there") from None
        count = len(client.scheduler_info(n_workers=-1)["workers"])
        pool = client.get_executor(pure=False, retries=_ANEW)

        def lives() -> bool:
            return str(client.status) not in ("closing", "closed")

        yield Workers(
            False, lambda job, numbers: _through(pool, packed(job), numbers, count, lives)
        )
    finally:
        client.close()
