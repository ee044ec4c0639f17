"""A real browser for the tests: the system's Chromium, drawing in software."""

import os
import shutil

import pytest
from in_browser import QUIET, WEBGL

NAMES = ("chromium", "chromium-browser", "google-chrome")


def _missing(what):
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have {what}")
    pytest.skip(f"no {what}; install it to test the pages in a browser")


@pytest.fixture(scope="session")
def playwright():
    try:
        from playwright import sync_api as api
    except ImportError:
        _missing("playwright")
    with api.sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright):
    """Return how to start a browser with these flags."""
    path = next((found for found in map(shutil.which, NAMES) if found), None)
    if path is None:
        _missing("chromium")

    def start(*flags):
        return playwright.chromium.launch(executable_path=path, args=[*QUIET, *flags])

    return start


@pytest.fixture(scope="session")
def browser(chromium):
    started = chromium(*WEBGL)
    yield started
    started.close()
