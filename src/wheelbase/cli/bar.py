"""A bar for long work: on a terminal it is drawn over itself, elsewhere a line now and then."""

import sys
import time
from collections.abc import Callable

from wheelbase.sweep import Progress

__all__ = ["bar"]

_WIDE = 28
_OFTEN = 0.2  # s between two pictures on a terminal
_SELDOM = 10.0  # s between two lines of a log
_MB = 1_000_000


def bar(what: str) -> Callable[[Progress], None]:
    """Return what shows a progress on standard error.

    Args:
        what: Name of the pieces, "designs".
    """
    terminal, last = sys.stderr.isatty(), [0.0]

    def show(now: Progress) -> None:
        over, clock = now.done >= now.total, time.monotonic()
        if not over and clock - last[0] < (_OFTEN if terminal else _SELDOM):
            return
        last[0] = clock
        text = _text(now, what, terminal)
        if terminal:
            sys.stderr.write(f"\r{text}\x1b[K" + ("\n" if over else ""))
        else:
            sys.stderr.write(text + "\n")
        sys.stderr.flush()

    return show


def _text(now: Progress, what: str, drawn: bool) -> str:
    share = now.done / max(now.total, 1)
    full = int(share * _WIDE)
    head = f"[{'#' * full}{'.' * (_WIDE - full)}] " if drawn else ""
    left = "" if now.left is None or now.done >= now.total else f", {_clock(now.left)} left"
    rate = f", {now.rate:,.0f}/s" if now.rate else ""
    memory = f", {now.memory / _MB:,.0f} MB at most"
    return f"{head}{100 * share:3.0f} % of {now.total:,} {what}{rate}{left}{memory}"


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d} min" if whole >= 60 else f"{whole} s"
