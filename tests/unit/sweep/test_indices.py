"""Indices of a study whose answer is known by hand."""

import pytest

from wheelbase.catalogue import catalogue
from wheelbase.errors import DataError
from wheelbase.study import load
from wheelbase.sweep.indices import Method, sensitivity
from wheelbase.sweep.space import Space, Uniform, Varied

pytest.importorskip("SALib", reason="extra sensitivity is not installed")

STUDY = load("clar-or-bespoke", catalogue())
LONG = Varied("bodies.sedan_d.L103", "mm", Uniform(4650, 4850))
DRAG = Varied("bodies.sedan_d.drag", "", Uniform(0.22, 0.26))
SPACE = Space((LONG, DRAG))


def told(method, n, *columns):
    found = sensitivity(STUDY, SPACE, method, n, columns=columns)
    return {(s.variant, s.column): s for s in found}


def test_length_alone_moves_the_room_and_drag_nearly_alone_the_top_speed():
    found = told(Method.SOBOL, 64, "usable_length_mm", "top_speed_kmh")
    room = found["petrol@clar_like.sedan_d", "usable_length_mm"]
    assert room.indices[0].path == LONG.path
    assert room.indices[0].total == pytest.approx(1.0, abs=0.02)
    assert room.indices[1].total == pytest.approx(0.0, abs=1e-9)
    fast = found["petrol@clar_like.sedan_d", "top_speed_kmh"]
    assert fast.indices[0].path == DRAG.path and fast.indices[0].first > 0.95


def test_an_effect_of_morris_is_the_change_over_the_whole_range():
    found = told(Method.MORRIS, 8, "usable_length_mm")
    room = found["petrol@clar_like.sedan_d", "usable_length_mm"]
    assert room.indices[0].total == pytest.approx(200.0, rel=1e-4)  # a mm of length, a mm of room
    assert room.indices[0].first is None


def test_what_nothing_moves_has_no_indices_and_what_is_no_car_says_so():
    found = told(Method.MORRIS, 2, "battery_gross_kwh")
    still = found["petrol@clar_like.sedan_d", "battery_gross_kwh"]
    assert still.indices == () and still.left_out == 0
    low = Space((Varied("bodies.sedan_d.H100", "mm", Uniform(1250, 1440)), DRAG))
    cars = sensitivity(STUDY, low, Method.MORRIS, 4, columns=["curb_mass_kg"])
    flat = next(s for s in cars if s.variant == "bev@clar_like.sedan_d")
    assert flat.indices == () and 0 < flat.left_out <= 1


@pytest.mark.parametrize(
    "change,told",
    [
        ({"n": 100}, "n: 100 is no power of two of at least 2; write 128"),
        ({"n": 1}, "write 2"),
        ({"n": 1, "method": Method.MORRIS}, "n: 1 trajectories; write at least 2"),
        ({"columns": ["boot"]}, "no figure 'boot'; there are short_mm"),
    ],
)
def test_what_makes_no_indices_is_refused(change, told):
    with pytest.raises(DataError, match=told):
        sensitivity(STUDY, SPACE, **({"n": 4, "columns": None} | change))
