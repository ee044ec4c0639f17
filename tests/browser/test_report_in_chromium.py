"""The report in a real browser: everything drawn, nothing requested, nothing complained of."""

import re

import pytest
from in_browser import NO_WEBGL, serious, until, watched

from wheelbase.report import write

WIDE = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"width": 390, "height": 844}
UNDRAWN = """() => [...document.querySelectorAll('[data-figure]')]
  .filter((p) => !p.querySelector('.main-svg'))"""


@pytest.fixture(scope="module")
def report(results, tmp_path_factory):
    return write(results, tmp_path_factory.mktemp("report") / "report.html").as_uri()


def read(page):
    """Go through the whole page as a reader does, until all figures are drawn."""
    page.evaluate("() => document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    while left := page.evaluate(f"() => ({UNDRAWN})().length"):
        page.evaluate(f"() => ({UNDRAWN})()[0]?.scrollIntoView({{ behavior: 'instant' }})")
        until(page, f"() => ({UNDRAWN})().length < {left}")


@pytest.fixture(scope="module")
def opened(browser, report):
    """Return the report as read to its end, offline."""
    with watched(browser, offline=True, color_scheme="light", **WIDE) as seen:
        seen.page.goto(report)
        read(seen.page)
        yield seen


def test_the_report_opens_offline_with_one_request_and_a_silent_console(opened, report):
    assert opened.requests == [report]
    assert opened.complaints == []


PLAYERS = "() => [...document.querySelectorAll('[data-testid=clip]')]"


def played(page):
    """Return name, duration and error of every player of a page; the first one is played."""
    ready = "(all) => all.length > 0 && all.every((a) => a.duration > 0)"
    until(page, f"() => ({ready})(({PLAYERS})())")
    found = page.evaluate(
        f"() => ({PLAYERS})().map((a) => [a.getAttribute('aria-label'), a.duration, a.error])"
    )
    page.get_by_test_id("clip").first.focus()
    page.keyboard.press("Space")
    until(page, f"() => ({PLAYERS})()[0].currentTime > 0.1")
    return found


def test_the_same_kick_down_can_be_played_in_three_cars(browser, report, results):
    with watched(browser, offline=True, **WIDE) as seen:
        seen.page.goto(report)
        found = played(seen.page)
        labels = [c["powertrain_label"] for c in results["sound"]["clips"].values()]
        assert [name for name, _, _ in found] == [f"kick-down, {label}" for label in labels]
        for (_, duration, error), clip in zip(
            found, results["sound"]["clips"].values(), strict=True
        ):
            assert error is None and abs(duration - clip["duration_s"]) < 0.2
        assert seen.complaints == [] and seen.requests == [report]


def test_the_pair_is_shown_in_three_dimensions(browser, report):
    with watched(browser, **WIDE) as seen:
        seen.page.goto(report)
        place = seen.page.locator("[data-scene]").first
        place.scroll_into_view_if_needed()
        seen.page.wait_for_selector("[data-scene] canvas")
        before = place.locator("canvas").screenshot()
        box = place.bounding_box()
        seen.page.mouse.move(box["x"] + 100, box["y"] + 100)
        seen.page.mouse.down()
        seen.page.mouse.move(box["x"] + 220, box["y"] + 110)
        seen.page.mouse.up()
        assert place.locator("canvas").screenshot() != before


def test_without_webgl_the_figures_and_the_drawings_are_there(chromium, report):
    plain = chromium(*NO_WEBGL)
    try:
        with watched(plain, **WIDE) as seen:
            seen.page.goto(report)
            seen.page.locator("[data-scene]").first.evaluate("place => place.scrollIntoView()")
            figure = seen.page.locator("[data-figure=battery]")
            figure.scroll_into_view_if_needed()
            figure.locator(".main-svg").first.wait_for()
            assert seen.page.locator("[data-scene] canvas").count() == 0
            assert seen.page.locator("#package svg.view").first.is_visible()
    finally:
        plain.close()


def test_without_a_script_the_answer_and_the_drawings_can_be_read(browser, report, results):
    with watched(browser, java_script_enabled=False, **WIDE) as seen:
        seen.page.goto(report)
        first = results["answer"]["sentence"].split(". ")[0]
        assert first in seen.page.inner_text("header")
        assert seen.page.locator("#package svg.view").first.is_visible()


def test_each_figure_offers_its_numbers_as_a_table_and_as_csv(opened):
    page = opened.page
    figure = page.locator("figure:has([data-figure=penalty])").first
    figure.scroll_into_view_if_needed()
    figure.get_by_role("button", name="as table").click()
    assert figure.locator(".astable tr").count() > 3
    with page.expect_download() as waiting:
        figure.get_by_role("button", name="CSV").first.click()
    rows = waiting.value.path().read_text("utf-8-sig").splitlines()
    assert "EUR" in rows[0]
    assert len(rows) > 3
    figures = page.locator("[data-figure]").count()
    assert page.locator("figure .tools").get_by_role("button", name="CSV").count() >= figures


def test_the_button_turns_the_page_dark_and_the_figures_with_it(opened):
    page = opened.page
    tone = "() => getComputedStyle(document.body).backgroundColor"
    text = "() => getComputedStyle(document.querySelector('.main-svg text')).fill"
    light, ink = page.evaluate(tone), page.evaluate(text)
    page.locator("#theme").click()
    until(page, f"() => ({text})() !== {ink!r}")
    dark = page.evaluate(tone)
    assert sum(map(int, re.findall(r"\d+", dark)[:3])) < 150
    assert light != dark
    page.locator("#theme").click()
    until(page, f"() => ({text})() === {ink!r}")
    assert opened.complaints == []


def test_on_a_phone_nothing_is_wider_than_the_screen(opened):
    opened.page.set_viewport_size(PHONE)
    until(opened.page, f"() => document.documentElement.scrollWidth <= {PHONE['width']}", 40)
    opened.page.set_viewport_size(WIDE["viewport"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_scan_finds_nothing_serious_that_keeps_people_out(opened, scheme):
    opened.page.evaluate(f"() => {{ document.documentElement.dataset.theme = '{scheme}'; }}")
    assert serious(opened.page) == []


def test_the_report_prints_to_pdf_with_every_figure(browser, report, tmp_path):
    with watched(browser, **WIDE) as seen:
        seen.page.goto(report)
        seen.page.wait_for_selector(".main-svg")
        seen.page.emulate_media(media="print")
        seen.page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
        until(seen.page, f"() => ({UNDRAWN})().length === 0")
        pdf = seen.page.pdf(format="A4", landscape=True, print_background=True)
        assert pdf.startswith(b"%PDF")
        assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page>") >= 4 or len(pdf) > 100_000
