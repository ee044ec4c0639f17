"""What the browser tests share: how Chromium is started, watched, waited for and scanned."""

from contextlib import contextmanager

import pytest

QUIET = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WEBGL = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist")
PATIENCE = 120_000  # ms; a busy machine is slow, and nothing here measures it
NO_WEBGL = ("--disable-gpu", "--disable-3d-apis")


class Watched:
    """A page, what it asked the network for, and what it complained of."""

    def __init__(self, page):
        self.page, self.requests, self.complaints = page, [], []
        page.on("request", lambda request: self._asked(request.url))
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _asked(self, url):
        if not url.startswith(("data:", "blob:")):
            self.requests.append(url)

    def _said(self, message):
        # Reading back a canvas is slow in software; the browser says so when it takes a picture.
        if message.type in ("error", "warning") and "GPU stall" not in message.text:
            self.complaints.append(message.text)


@contextmanager
def watched(browser, **options):
    """Give a new page with its network and console watched."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    try:
        yield Watched(context.new_page())
    finally:
        context.close()


def until(page, statement, tries=300):
    """Wait until a function of the page returns something true, and return that.

    Asked from outside: the page's own policy lets nothing be evaluated in it.
    """
    for _ in range(tries):
        if found := page.evaluate(statement):
            return found
        page.wait_for_timeout(50)
    pytest.fail(f"never became true: {statement}")


def serious(page):
    """Return what axe-core finds serious or critical on a page, in words."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{v['id']}: {v['help']} ({n['target']})"
        for v in found
        if v["impact"] in ("serious", "critical")
        for n in v["nodes"]
    ]
