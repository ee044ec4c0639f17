"""Runs a command that never outlives the server: it ends with this program's standard input.

A program of its own, run by its path: it needs nothing but the standard library.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence

__all__: list[str] = []


def _run(draft: str, command: Sequence[str]) -> int:
    """Return the exit code of a command; where the input ends first, everything ends at once."""
    try:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    except OSError as error:
        sys.stdout.write(f"the run could not be started: {error}\n")
        return 2
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the child's end is this program's
    threading.Thread(target=_watch, args=(draft,), daemon=True).start()
    return child.wait()


def _watch(draft: str) -> None:
    sys.stdin.buffer.read()
    shutil.rmtree(draft, ignore_errors=True)
    if os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    code = _run(sys.argv[1], sys.argv[2:])
    sys.stdout.flush()
    os._exit(code if code >= 0 else 128 - code)  # the watch may wait for ever
