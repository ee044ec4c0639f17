"""What Wheelbase stands on: pinned, with a licence, and each with its reason."""

import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_every_package_of_the_core_is_pinned_and_free():
    command = [sys.executable, str(ROOT / ".ci" / "audit.py")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "numpy" in done.stdout and "0 problems" in done.stdout


def test_an_extra_that_is_not_there_is_a_problem():
    command = [sys.executable, str(ROOT / ".ci" / "audit.py"), "fuzz"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode == 1) == ("is not installed" in done.stdout)


@pytest.mark.parametrize(
    ("licence", "free"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND 0BSD AND Zlib AND CC0-1.0", True),
        ("Apache Software License", True),
        ("MPL-2.0", True),
        ("GPL-2.0-only OR MIT", True),
        ("Proprietary, limited to the customer", False),
        ("GPL-3.0-only", False),
        ("MIT AND LGPL-2.1-or-later", False),
        ("", False),
    ],
)
def test_a_licence_is_judged_by_its_words_and_not_by_letters_within_them(licence, free):
    audit = runpy.run_path(str(ROOT / ".ci" / "audit.py"))
    assert audit["is_free"](licence) is free


def test_every_dependency_has_a_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = (
        d for name, ds in project["optional-dependencies"].items() if name != "dev" for d in ds
    )
    names = {re.split(r"[<>=!]", d)[0] for d in (*project["dependencies"], *extras)}
    told = (ROOT / "docs" / "dependencies.md").read_text()
    assert not sorted(name for name in names if f"| {name} |" not in told)
