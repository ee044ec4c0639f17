"""Milliseconds of the live results while the firewall is dragged, against `build_cars`.

`build_cars` of the whole bundled study is measured in the same run; the line "set" is what reading
the changed study takes before each step.
"""

import time

import numpy as np

from wheelbase.catalogue import catalogue
from wheelbase.study import build_cars, live_results, load

WALL = "platforms.clar_like.hard_points.pinned.x_fw"
PAIR = ("clar_like", "ev_like")


def timed(call):
    begun = time.perf_counter()
    found = call()
    return found, 1e3 * (time.perf_counter() - begun)


if __name__ == "__main__":
    study = load("clar-or-bespoke", catalogue())
    reference = float(np.median([timed(lambda: build_cars(study))[1] for _ in range(5)]))
    (tree, previous), _ = timed(lambda: live_results(study, "sedan_d", PAIR))
    spent = {"set": [], "live": []}
    for step in range(60):
        position = 620 + 3 * step
        moved, ms = timed(lambda at=position: study.set({WALL: f"{at} mm"}))
        spent["set"].append(ms)
        (tree, previous), ms = timed(
            lambda now=moved, last=previous: live_results(now, "sedan_d", PAIR, last)
        )
        spent["live"].append(ms)
    print(f"build_cars  {reference:6.1f} ms, median of 5, whole study")
    for name, found in spent.items():
        middle, late = np.quantile(found, (0.5, 0.95))
        print(
            f"{name:10} {middle:7.1f} ms median, {late:6.1f} ms p95 of {len(found)} steps; "
            f"{middle / reference:.2f} and {late / reference:.2f} of build_cars"
        )
    print(f"{len(tree['variants'])} variants")
