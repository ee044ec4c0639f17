"""How long from the hand to the picture: the studio in headless Chromium, software rendering.

Run with `python benchmarks/studio.py`. Idle: one event, wait for its picture, wait until settled.
Drag: an event each frame; the age of a picture is the time since the event whose value it shows.
The reference is the same page without a server call: an event that only redraws the car.
"""

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from browser.test_studio_in_chromium import PINNED, WIDE, Served, ready, settled
from in_browser import QUIET, WEBGL

STEPS = 40
RESTED = 700  # ms, until the charts that wait for a resting hand are drawn
IDLE = """async ([path, value]) => {
  const slider = document.querySelector(`[data-testid="knob-${path}"]`);
  const scene = document.querySelector('[data-testid=scene]');
  const [from, began] = [scene.dataset.draws, performance.now()];
  slider.value = value;
  slider.dispatchEvent(new Event('input', { bubbles: true }));
  while (scene.dataset.draws === from) await new Promise((done) => requestAnimationFrame(done));
  await new Promise((done) => requestAnimationFrame(done));
  return performance.now() - began;
}"""
DRAG = """async ([path, steps]) => {
  const slider = document.querySelector(`[data-testid="knob-${path}"]`);
  const scene = document.querySelector('[data-testid=scene]');
  const [ages, born] = [[], new Map()];
  let draws = scene.dataset.draws;
  for (let k = 0; k < steps + 40; k++) {
    const value = String(400 + 5 * k);
    if (k < steps) {
      slider.value = value;
      born.set(value, performance.now());
      slider.dispatchEvent(new Event('input', { bubbles: true }));
    }
    await new Promise((done) => requestAnimationFrame(done));
    if (scene.dataset.draws !== draws) {
      draws = scene.dataset.draws;
      const asked = Object.values(JSON.parse(scene.dataset.asked))[0];
      const shown = born.get(asked?.split(" ")[0]);
      if (shown !== undefined) ages.push(performance.now() - shown);
    }
  }
  return ages;
}"""
LOOK = """async () => {
  const scene = document.querySelector('[data-testid=scene]');
  const [from, began] = [scene.dataset.draws, performance.now()];
  document.querySelector('[data-testid=look-side]').click();
  while (scene.dataset.draws === from) await new Promise((done) => requestAnimationFrame(done));
  await new Promise((done) => requestAnimationFrame(done));
  document.querySelector('[data-testid=look-angle]').click();
  return performance.now() - began;
}"""


def line(name, times):
    """Print median, 95 % and greatest of times in ms."""
    ordered = sorted(times)
    p95 = ordered[min(int(0.95 * len(ordered)), len(ordered) - 1)]
    print(f"{name:<38} {statistics.median(ordered):7.1f} {p95:7.1f} {ordered[-1]:7.1f}")
    return p95


def is_of_a_move(response):
    """Return whether this is the answer to a moved slider, not that for all cars at rest."""
    asked = response.request.post_data or ""
    return response.url.endswith("/api/live") and '"quick":true' in asked


def main():
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        served = Served(Path(folder))
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=[*QUIET, *WEBGL])
        page = browser.new_context(**WIDE).new_page()
        server = []
        page.on("response", lambda r: server.append(r) if is_of_a_move(r) else None)
        page.goto(served.address)
        ready(page)
        redraw = [page.evaluate(LOOK) for _ in range(STEPS)]
        idle = []
        for k in range(STEPS):
            idle.append(page.evaluate(IDLE, [f"{PINNED}.x_fw", str(600 + 5 * (k % 40))]))
            settled(page)
            page.wait_for_timeout(RESTED)
        api = [r.json()["ms"] for r in server]
        drag = page.evaluate(DRAG, [f"{PINNED}.x_fw", 100])
        print(f"{'ms':<38} {'median':>7} {'p95':>7} {'most':>7}")
        reference = line("redraw alone (reference)", redraw)
        p95 = line("slider to picture, idle between", idle)
        dragged = line("slider to picture, while dragging", drag)
        line("server: fit of all, one car driven", api)
        print(
            f"p95 over a redraw alone: idle {p95 / reference:.1f}, drag {dragged / reference:.1f}"
        )
        browser.close()
        served.stop()


if __name__ == "__main__":
    main()
