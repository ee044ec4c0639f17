"""The studio in a real browser: sliders, collisions, jobs, addresses, a server that goes away."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

import pytest
from in_browser import serious, until, watched

WIDE = {"viewport": {"width": 1360, "height": 900}}
PHONE = {"width": 390, "height": 844}
PINNED = "platforms.clar_like.hard_points.pinned"


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Served:
    """A studio of its own in a folder of its own."""

    def __init__(self, folder, study="clar-or-bespoke"):
        self.folder, self.study, self.port = folder, study, free_port()
        self.start()

    def start(self):
        command = [sys.executable, "-m", "wheelbase.cli", "studio", self.study]
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port), "--no-browser"],
            cwd=self.folder,
            env={**os.environ, "XDG_STATE_HOME": str(self.folder / "state")},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for line in self.process.stdout:
            if found := re.search(r"http://\S+", line):
                self.address = found[0]
                return
        pytest.fail("the studio printed no address")

    def stop(self, how=signal.SIGKILL):
        self.process.send_signal(how)
        self.process.wait(20)
        self.process.stdout.close()


def named(text, name):
    return text.replace("name: clar-or-bespoke", f"name: {name}")


@pytest.fixture(scope="module")
def served(tmp_path_factory, ran):
    folder = tmp_path_factory.mktemp("studio")
    shutil.copytree(ran.folder, folder / "runs" / "demo-00000000")
    text = (ran.folder / "study.yaml").read_text("utf-8")
    broken = text.replace("tank: 59 l", "tank: 59")
    (folder / "broken.yaml").write_text(named(broken, "broken"))
    hostile = """title: '"</script><script>document.title=1</script><b onclick="x">&amp;'"""
    renamed = re.sub(r"^title: .*$", hostile, named(text, "hostile"), flags=re.M)
    (folder / "hostile.yaml").write_text(renamed)
    studio = Served(folder)
    yield studio
    studio.stop(signal.SIGINT)


@pytest.fixture
def studio(browser, served):
    """Return a studio that has drawn its first car."""
    with watched(browser, color_scheme="light", **WIDE) as seen:
        seen.page.goto(served.address)
        ready(seen.page)
        yield seen


def ready(page):
    page.get_by_test_id("screen-architecture").wait_for()
    page.locator("[data-testid=scene] canvas").wait_for()
    until(page, "() => /\\d/.test(document.querySelector('[data-testid=latency]')?.textContent)")
    settled(page)


def settled(page):
    """Wait until the picture says that it is placed exactly, or why it cannot be."""
    page.locator("[data-testid=scene][data-settled=true]").wait_for()


def knob(page, path):
    return page.get_by_test_id(f"knob-{path}")


def move(page, path, value):
    """Move a slider as a hand does, by an input event with a value that is on its scale."""
    knob(page, path).evaluate(
        """(slider, value) => {
          slider.value = value;
          slider.dispatchEvent(new Event('input', { bubbles: true }));
        }""",
        str(value),
    )


def numbers(page):
    """Return everything that the architecture screen tells in words and numbers."""
    strip = page.locator("[data-testid^=strip-]").all_inner_texts()
    return "\n".join([page.get_by_test_id("readings").inner_text(), *strip])


def test_the_studio_opens_on_its_study_and_the_console_stays_silent(studio, served):
    page = studio.page
    assert page.get_by_test_id("kpi-battery_fit").is_visible()
    assert all(url.startswith(f"http://127.0.0.1:{served.port}/") for url in studio.requests)
    assert studio.complaints == []
    assert "token" not in page.url


def test_every_slider_changes_numbers_and_those_of_lengths_the_picture(studio):
    page = studio.page
    paths = page.locator("input[type=range][data-testid^=knob-]").evaluate_all(
        "all => all.map((k) => [k.dataset.testid.slice(5), +k.min, +k.max, +k.value])"
    )
    assert len(paths) >= 10
    still = []
    for path, low, high, value in paths:
        before, picture = numbers(page), page.locator("[data-testid=scene] canvas").screenshot()
        move(page, path, high if high - value > value - low else low)
        for _ in range(100):
            told = numbers(page) != before
            drawn = page.locator("[data-testid=scene] canvas").screenshot() != picture
            if told and (drawn or "mm" not in path_unit(page, path)):
                break
            page.wait_for_timeout(50)
        else:
            still.append(path)
        page.get_by_test_id("reset-all").click()
        settled(page)
    assert still == []
    assert studio.complaints == []


def path_unit(page, path):
    return knob(page, path).get_attribute("aria-valuetext") or ""


def test_a_gearbox_in_the_way_is_shown_flown_to_and_repaired(studio):
    page = studio.page
    page.get_by_test_id("strip-six@clar_like.sedan_d").click()
    move(page, f"{PINNED}.x_fw", knob(page, f"{PINNED}.x_fw").get_attribute("min"))
    conflict = page.get_by_test_id("conflict").first
    conflict.wait_for()
    assert re.search(r"\d+ mm", conflict.inner_text())
    assert page.locator("[data-testid=scene] canvas").is_visible()
    settled(page)
    before = page.locator("[data-testid=scene] canvas").screenshot()
    conflict.click()
    until_changed(page, before)
    repair = page.get_by_test_id("repair").first
    repair.wait_for()
    repair.click()
    page.get_by_test_id("conflict").first.wait_for(state="detached")


def until_changed(page, before):
    for _ in range(100):
        if page.locator("[data-testid=scene] canvas").screenshot() != before:
            return
        page.wait_for_timeout(50)
    pytest.fail("the picture never changed")


def test_a_reload_brings_back_what_the_address_says(studio):
    page = studio.page
    move(page, f"{PINNED}.x_fw", 700)
    until(page, "() => location.hash.includes('x_fw:700')")
    page.reload()
    ready(page)
    assert knob(page, f"{PINNED}.x_fw").input_value() == "700"


def test_arrow_keys_move_a_slider_by_its_step(studio):
    page = studio.page
    slider = knob(page, f"{PINNED}.x_fw")
    before, step = float(slider.input_value()), float(slider.get_attribute("step"))
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    after = float(knob(page, f"{PINNED}.x_fw").input_value())
    assert 0 < after - before <= 2 * step


def test_a_fast_hand_leaves_no_queue_of_requests_and_draws_once_a_frame(studio):
    page = studio.page
    frames, draws, most = page.evaluate(
        """async (path) => {
          const slider = document.querySelector(`[data-testid="${path}"]`);
          const scene = document.querySelector('[data-testid=scene]');
          const from = +scene.dataset.draws;
          const real = window.fetch;
          let [frames, flying, most] = [0, 0, 0];
          window.fetch = async (...asked) => {
            const isLive = String(asked[0]).endsWith('/api/live');
            if (isLive) most = Math.max(most, (flying += 1));
            try { return await real(...asked); } finally { if (isLive) flying -= 1; }
          };
          for (let k = 0; k < 60; k++) {
            slider.value = 600 + 5 * (k % 30);
            slider.dispatchEvent(new Event('input', { bubbles: true }));
            await new Promise((done) => requestAnimationFrame(done));
            frames += 1;
          }
          window.fetch = real;
          return [frames, +scene.dataset.draws - from, most];
        }""",
        f"knob-{PINNED}.x_fw",
    )
    settled(page)
    assert most == 1  # however fast the server is, one question is on its way
    assert draws <= frames
    assert knob(page, f"{PINNED}.x_fw").input_value() == "745"


def test_what_is_of_an_older_position_says_so_until_all_cars_are_driven(studio):
    page = studio.page
    request = "powertrains.bev.battery.request"
    move(page, request, knob(page, request).get_attribute("max"))
    bev, six = (page.get_by_test_id(f"strip-{name}@clar_like.sedan_d") for name in ("bev", "six"))
    page.get_by_text(", misses a target").wait_for()
    settled(page)
    six.click()
    settled(page)
    held = []
    page.route("**/api/live", lambda r: r.continue_() if '"quick":true' in r.request.post_data
               else held.append(r))  # fmt: skip
    energy, before = page.get_by_test_id("figure-energy"), numbers(page)
    assert page.locator(".old").count() == 0
    move(page, f"{PINNED}.x_fw", 745)
    until(page, "() => document.querySelectorAll('.strip .old').length > 0")
    assert numbers(page) != before
    assert "of the last resting position" in energy.inner_text()
    assert "misses a target" in bev.inner_text() and bev.locator(".old").count() == 1
    assert "last resting position" in bev.locator(".old").get_attribute("title")
    assert six.locator(".old").count() == 0
    for _ in range(300):  # the question for the others comes once the hand rests
        if held:
            break
        page.wait_for_timeout(20)
    held[0].continue_()
    until(page, "() => document.querySelectorAll('.old').length === 0")
    page.unroute("**/api/live")
    settled(page)
    assert "misses a target" in bev.inner_text()


def test_a_study_run_in_the_background_can_be_cancelled(studio, served):
    page = studio.page
    page.get_by_test_id("run").click()
    page.get_by_test_id("progress").wait_for()
    page.get_by_test_id("cancel").click()
    page.get_by_test_id("progress").wait_for(state="detached")
    kept = [place.name for place in (served.folder / "runs").iterdir()]
    assert kept == ["demo-00000000"]


def test_a_study_with_errors_shows_each_with_its_place_and_the_rest_stays_usable(studio):
    page = studio.page
    page.get_by_test_id("study").select_option("broken")
    problems = page.get_by_test_id("problems")
    problems.wait_for()
    assert problems.inner_text().count("59 has no unit") == 3
    assert re.search(r"broken\.yaml:\d+:\d+", problems.inner_text())
    page.get_by_test_id("study").select_option("clar-or-bespoke")
    ready(page)


def test_a_hostile_title_is_text(studio):
    page = studio.page
    page.get_by_test_id("study").select_option("hostile")
    until(page, "() => document.body.innerText.includes('</script><script>')")
    ready(page)
    assert page.title() != "1"
    assert studio.complaints == []


def test_platforms_are_compared_with_their_causes(studio):
    page = studio.page
    page.get_by_test_id("rail-compare").click()
    screen = page.get_by_test_id("screen-compare")
    screen.wait_for()
    screen.locator("table").first.wait_for()
    screen.locator("figure").first.scroll_into_view_if_needed()
    screen.locator(".main-svg").first.wait_for()
    assert "boot" in screen.inner_text().lower()
    assert studio.complaints == []


def test_the_report_of_a_run_is_the_same_page(studio, ran):
    page = studio.page
    page.get_by_test_id("rail-report").click()
    screen = page.get_by_test_id("screen-report")
    screen.wait_for()
    first = ran.results["answer"]["sentence"].split(". ")[0]
    until(page, f"() => document.body.innerText.includes({first!r})")
    screen.locator("[data-figure]").first.scroll_into_view_if_needed()
    screen.locator("[data-figure] .main-svg").first.wait_for()
    players = "() => [...document.querySelectorAll('[data-testid=clip]')]"
    until(page, f"() => ({players})().length === 3 && ({players})().every((a) => a.duration > 3)")
    assert studio.complaints == []


def test_every_screen_of_the_rail_opens_and_back_leads_back(studio):
    page = studio.page
    names = page.locator("[data-testid^=rail-]").evaluate_all(
        "all => all.map((link) => link.dataset.testid.slice(5))"
    )
    assert names[:1] == ["architecture"]
    for name in names:
        page.get_by_test_id(f"rail-{name}").click()
        page.get_by_test_id(f"screen-{name}").wait_for()
    page.go_back()
    page.get_by_test_id(f"screen-{names[-2]}").wait_for()
    assert studio.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_scan_of_every_screen_finds_nothing_serious(studio, scheme):
    page = studio.page
    page.emulate_media(color_scheme=scheme)
    names = page.locator("[data-testid^=rail-]").evaluate_all(
        "all => all.map((link) => link.dataset.testid.slice(5))"
    )
    found = {}
    for name in names:
        page.get_by_test_id(f"rail-{name}").click()
        page.get_by_test_id(f"screen-{name}").wait_for()
        page.wait_for_timeout(600)
        if name != "report":  # scanned as a file
            found[name] = serious(page)
    assert {name: all for name, all in found.items() if all} == {}


def test_the_button_turns_the_studio_dark(studio):
    page = studio.page
    tone = "() => getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(tone)
    page.get_by_test_id("theme").click()
    until(page, f"() => ({tone})() !== {light!r}")


def test_on_a_phone_nothing_is_wider_than_the_screen(studio):
    page = studio.page
    page.set_viewport_size(PHONE)
    until(page, f"() => document.documentElement.scrollWidth <= {PHONE['width']}", 40)
    assert page.locator("[data-testid=scene] canvas").is_visible()


def test_what_is_copied_as_yaml_is_the_changed_study(studio):
    page = studio.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    move(page, f"{PINNED}.x_fw", 700)
    settled(page)
    page.get_by_test_id("copy-yaml").click()
    text = until(page, "() => navigator.clipboard.readText()")
    assert "x_fw: 700" in text


def test_a_server_that_goes_away_is_missed_and_found_again(browser, tmp_path):
    served = Served(tmp_path)
    try:
        with watched(browser, **WIDE) as seen:
            page = seen.page
            page.goto(served.address)
            ready(page)
            served.stop()
            until(page, "() => /reconnecting/i.test(document.body.innerText)")
            served.start()
            until(page, "() => !/reconnecting/i.test(document.body.innerText)", 600)
            before = numbers(page)
            move(page, f"{PINNED}.x_fw", 760)
            for _ in range(100):
                if numbers(page) != before:
                    break
                time.sleep(0.05)
            assert numbers(page) != before
    finally:
        served.stop()
