"""Samples are what they are called, and the same however they are cut."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheelbase.errors import DataError
from wheelbase.sweep.sample import Sampling, _key, _permuted, levels, unit_points


@settings(max_examples=30)
@given(st.integers(1, 3000), st.integers(1, 5), st.integers(0, 2**31))
def test_every_layer_of_a_latin_hypercube_holds_one_point(points, dimensions, seed):
    found = unit_points(Sampling.LHS, dimensions, points, seed, 0, points)
    assert found.shape == (points, dimensions)
    assert np.all((found > 0) & (found < 1))
    for column in found.T:
        assert sorted(np.floor(column * points).astype(int)) == list(range(points))


@settings(max_examples=30)
@given(st.sampled_from([Sampling.LHS, Sampling.SOBOL]), st.integers(0, 150), st.integers(1, 90))
def test_a_slice_is_the_same_as_cut_from_the_whole(method, first, length):
    whole = unit_points(method, 3, 256, 11, 0, 256)
    last = min(first + length, 256)
    assert np.array_equal(unit_points(method, 3, 256, 11, first, last), whole[first:last])


def test_a_slice_of_a_huge_sample_costs_its_own_size():
    found = unit_points(Sampling.LHS, 2, 10**9, 5, 10**9 - 3, 10**9)
    assert found.shape == (3, 2) and len(np.unique(found)) == 6


def test_a_point_at_the_end_of_its_layer_stays_in_it_however_many_layers_there_are():
    """Of a billion layers this point lies in one with 30 bits, at 0.99999998 of its width."""
    many, point, seed = 10**9, 7_902_894, 7
    (layer,) = _permuted(np.array([point], dtype=np.uint64), many, _key(seed, 0))
    ((found,),) = unit_points(Sampling.LHS, 1, many, seed, point, point + 1)
    assert int(Fraction(found) * many) == int(layer)


def test_another_seed_is_another_sample_and_dimensions_are_not_alike():
    one, other = (unit_points(Sampling.LHS, 2, 500, seed, 0, 500) for seed in (1, 2))
    assert not np.array_equal(one, other)
    for column in (one, other):
        assert abs(np.corrcoef(column.T)[0, 1]) < 0.15  # three deviations of 1 / sqrt(500)
    inside = one * 500 % 1
    assert 0.45 < inside.mean() < 0.55 and 0.26 < inside.std() < 0.32  # evenly within a layer


def test_sobol_fills_halves_evenly():
    found = unit_points(Sampling.SOBOL, 4, 64, 3, 0, 64)
    assert np.array_equal((found < 0.5).sum(axis=0), [32, 32, 32, 32])


def test_a_grid_holds_every_pair_of_levels_once_with_both_ends():
    assert levels(12, 2) == (4, 3)
    found = unit_points(Sampling.GRID, 2, 12, 0, 0, 12)
    assert sorted(set(found[:, 0])) == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert sorted(set(found[:, 1])) == pytest.approx([0, 0.5, 1])
    assert len({tuple(row) for row in found.round(9)}) == 12
    assert np.array_equal(unit_points(Sampling.GRID, 2, 12, 0, 5, 9), found[5:9])


@pytest.mark.parametrize(
    "points,dimensions,told",
    [(7, 2, "take 6 or 9 points"), (30, 3, "take 27 or 36 points"), (1, 1, None), (5, 1, None)],
)
def test_a_grid_of_a_number_that_is_none_names_those_that_are(points, dimensions, told):
    if told is None:
        assert np.prod(levels(points, dimensions)) == points
        return
    with pytest.raises(DataError, match=told):
        levels(points, dimensions)
