"""The report in a real browser: everything drawn, nothing requested, nothing complained of."""

import os
import re
import shutil
import subprocess

import pytest

from wheelbase.report import write

NAMES = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next((found for found in map(shutil.which, NAMES) if found), None)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=6000",
    "--enable-logging=stderr",
    "--window-size=1280,2000",
]


@pytest.fixture(scope="module")
def browsed(results, tmp_path_factory):
    if BROWSER is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have chromium")
        pytest.skip("no chromium; install it to test the report in a browser")
    folder = tmp_path_factory.mktemp("browser")
    path = write(results, folder / "report.html")
    command = [
        BROWSER,
        *FLAGS,
        f"--user-data-dir={folder / 'profile'}",
        "--dump-dom",
        path.as_uri(),
    ]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return run.stdout, run.stderr


def test_every_figure_is_drawn(browsed, results):
    from wheelbase.report import FIGURES

    dom, _ = browsed
    assert dom.count('class="main-svg"') >= len(FIGURES)
    shown = re.sub(r"<script.*?</script>", "", dom, flags=re.S)
    assert "not drawn" not in shown


def test_the_console_stays_silent(browsed):
    _, log = browsed
    assert not re.findall(r"CONSOLE.*", log)


def test_each_figure_offers_a_table_and_a_csv(browsed):
    from wheelbase.report import FIGURES

    dom, _ = browsed
    places = dom.count('class="tools"')
    assert places >= len(FIGURES)
    assert dom.count(">CSV</button>") == dom.count(">as table</button>") == places
