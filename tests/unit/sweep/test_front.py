"""The front holds exactly what nothing beats."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheelbase.sweep.front import front, leading


def by_definition(values):
    return [not any(np.all(o >= v) and np.any(o > v) for o in values) for v in values]


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40
    )
)
def test_the_front_is_what_its_definition_says(rows):
    values = np.array(rows, dtype=float)
    assert leading(values).tolist() == by_definition(values)


def test_blocks_do_not_matter():
    values = np.random.default_rng(3).normal(size=(5000, 3))
    found = leading(values)
    for n in np.random.default_rng(4).choice(5000, 60, replace=False):
        beaten = np.any(np.all(values >= values[n], axis=1) & np.any(values > values[n], axis=1))
        assert found[n] == (not beaten)
    assert 0 < found.sum() < 500


def test_less_is_better_where_the_sense_says_so():
    columns = {"cost": np.array([1.0, 2.0, 3.0]), "room": np.array([5.0, 5.0, 9.0])}
    assert front(columns, {"cost": -1, "room": 1}).tolist() == [True, False, True]
    assert front(columns, {"cost": 1, "room": 1}).tolist() == [False, False, True]


@pytest.mark.parametrize("values", [np.array([[np.nan, 1.0]]), np.empty((3, 0)), np.ones(3)])
def test_what_cannot_be_compared_is_refused(values):
    with pytest.raises(ValueError, match="without NaN"):
        leading(values)


def test_a_sense_is_more_or_less():
    with pytest.raises(ValueError, match="boot: the sense"):
        front({"boot": np.ones(2)}, {"boot": 2})
