"""A small share of the attack on the studio; docs/reliability.md has the record of the whole."""

import os
import subprocess
import sys


def test_a_flooded_studio_lives_serves_its_page_and_leaves_nothing():
    """Ends with 0 where the process lives, stayed within its memory, and answered no 500."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [sys.executable, "-m", "attack.flood", "--n", "300", "--slow", "20"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "'200'" in done.stdout and "'401'" in done.stdout and "'403'" in done.stdout
