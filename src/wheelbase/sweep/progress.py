"""How far a long work is: done, rate, time left, worst memory; the caller shows it."""

import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

__all__ = ["Progress", "Tell", "counted", "peak_memory", "silent"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a work stands.

    Args:
        done: Pieces that are done, those of an earlier session included.
        total: All pieces.
        rate: Pieces per second in this session; 0 before the first.
        left: Seconds until the end at that rate; None before it is known.
        memory: Greatest memory that any worker has held, bytes.
    """

    done: int
    total: int
    rate: float
    left: float | None
    memory: int


Tell = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """Show nothing."""


def counted(pieces: Sequence[_T], tell: Tell) -> Iterator[_T]:
    """Yield pieces of work one after another, and tell after each how far it is."""
    began = time.perf_counter()
    for done, piece in enumerate(pieces, start=1):
        yield piece
        rate = done / max(time.perf_counter() - began, 1e-9)
        left = (len(pieces) - done) / rate
        tell(Progress(done, len(pieces), rate, left, peak_memory()))


def peak_memory() -> int:
    """Return the greatest memory that this process has held, bytes.

    Linux counts what the process that started this one held at that moment into `ru_maxrss`; its
    list of this process's own memory does not.
    """
    with suppress(OSError, ValueError), Path("/proc/self/status").open() as file:
        for line in file:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
