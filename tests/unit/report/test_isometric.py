import math
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from wheelbase.report import boxes_json, isometric_view
from wheelbase.report.isometric import painters_order, project
from wheelbase.report.scene import Part


def test_an_isometric_view_has_one_scale_on_all_axes():
    lengths = [math.hypot(*project(*axis)) for axis in ((1, 0, 0), (0, 1, 0), (0, 0, 1))]
    assert lengths == pytest.approx([1, 1, 1])
    assert project(1, 1, -1) == pytest.approx((0, 0))  # along the line of sight
    rear, right = project(1, 0, 0), project(0, 1, 0)
    assert rear[0] > 0 and right[0] < 0 and rear[1] > 0 and right[1] > 0


def test_each_part_stands_in_the_isometric_view_once(results):
    for id, variant in results["variants"].items():
        root = ElementTree.fromstring(isometric_view(variant, id))
        drawn = [int(e.get("data-part")) for e in root.iter() if e.get("data-part")]
        assert sorted(drawn) == [b["number"] for b in boxes_json(variant)["boxes"]]


def part(*edges):
    return Part(1, "p", "engine", *edges)


def first_hit(box, u, v):
    """Return how far from the eye the line of sight through (u, v) meets a box, or None."""
    # Points of the picture u = (x - y) cos 30, v = z + (x + y)/2; the eye looks along (1, 1, -1).
    start = np.array([u / math.cos(math.pi / 6), 0.0, 0.0])
    start[2] = v - start[0] / 2
    low = np.array([box.x0, box.y0, box.z0]) - start
    high = np.array([box.x1, box.y1, box.z1]) - start
    sight = np.array([1.0, 1.0, -1.0])
    near = np.minimum(low / sight, high / sight).max()
    far = np.maximum(low / sight, high / sight).min()
    return None if near >= far - 1e-9 else near


def split(rng, edges, depth):
    """Return boxes that fill a box without meeting, some left out, some shrunk."""
    if depth == 0:
        return [part(*edges)] if rng.random() < 0.75 else []
    axis = int(rng.integers(3))
    low, high = edges[2 * axis], edges[2 * axis + 1]
    cut = low + (high - low) * rng.uniform(0.25, 0.75)
    gap = rng.choice([0.0, 0.1]) * (high - low)
    left, right = list(edges), list(edges)
    left[2 * axis + 1], right[2 * axis] = cut, min(cut + gap, high - 1e-3)
    return split(rng, tuple(left), depth - 1) + split(rng, tuple(right), depth - 1)


@pytest.mark.parametrize("seed", range(8))
def test_the_painter_never_paints_a_hidden_box_over_the_one_that_hides_it(seed):
    rng = np.random.default_rng(seed)
    boxes = split(rng, (0.0, 4.0, -1.0, 1.0, 0.0, 1.5), 4)
    order = painters_order(boxes)
    assert sorted(order) == list(range(len(boxes)))
    for u, v in zip(rng.uniform(-1, 5, 1500), rng.uniform(-1, 4.5, 1500), strict=True):
        hits = {k: first_hit(boxes[k], u, v) for k in range(len(boxes))}
        hits = {k: d for k, d in hits.items() if d is not None}
        if len(hits) > 1:
            painted_last = max(hits, key=order.index)
            assert hits[painted_last] == pytest.approx(min(hits.values()), abs=1e-6)


def test_a_long_flat_box_is_painted_below_the_small_one_on_it():
    slab, unit = part(0.0, 4.0, 0.0, 2.0, 0.0, 0.2), part(3.5, 4.0, 1.5, 2.0, 0.2, 0.4)
    # By the distance of their centres the small box would be painted first, and vanish.
    assert sum((unit.x0, unit.y0, -unit.z0)) > sum((2.0, 1.0, -0.1))
    assert painters_order([unit, slab]) == [1, 0]
