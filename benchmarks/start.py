"""Seconds to import and to print the help, against a Python that does nothing (best of five)."""

import subprocess
import sys
import time

COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "import wheelbase": [sys.executable, "-c", "import wheelbase"],
    "wheelbase --help": [sys.executable, "-m", "wheelbase.cli", "--help"],
    "wheelbase check": [sys.executable, "-m", "wheelbase.cli", "check", "clar-or-bespoke"],
}


def best(command):
    spent = []
    for _ in range(5):
        begun = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        spent.append(time.perf_counter() - begun)
    return min(spent)


if __name__ == "__main__":
    reference = best(COMMANDS["python -c pass"])
    for name, command in COMMANDS.items():
        seconds = best(command)
        print(f"{name:20} {seconds:6.3f} s   {seconds / reference:5.1f} x python -c pass")
