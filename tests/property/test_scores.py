"""Scores are proper: who reports what is true is never beaten in expectation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheelbase.decide import Outcome, score_decision
from wheelbase.decide.score import classes, crps, interval, pit, ranked_score, smoothed_log_score

DRAWS = 500


@st.composite
def chances(draw, size=6):
    raw = np.array(draw(st.lists(st.floats(0.01, 1), min_size=size, max_size=size)))
    return raw / raw.sum()


def only(k, size):
    return np.arange(size) == k


@given(truth=chances(), other=chances())
def test_the_truth_has_the_best_expected_log_score(truth, other):
    def expected(said):
        return sum(-p * np.log(said[k]) for k, p in enumerate(truth))

    exact = 10**12  # so many draws that the smoothing vanishes
    for said in (truth, other):
        found = sum(
            p * smoothed_log_score(said, only(k, len(truth)), exact) for k, p in enumerate(truth)
        )
        assert found == pytest.approx(expected(said), abs=1e-9)
    assert expected(truth) <= expected(other) + 1e-12


@given(truth=chances(), other=chances(), known=st.integers(1, 5))
def test_the_truth_has_the_best_expected_ranked_score_also_where_the_end_is_open(
    truth, other, known
):
    """What has not happened by the last known year is one set of classes."""

    def expected(said):
        total = sum(truth[k] * ranked_score(said, only(k, 6), known) for k in range(known))
        return total + truth[known:].sum() * ranked_score(said, np.arange(6) >= known, known)

    assert expected(truth) <= expected(other) + 1e-12


@given(truth=chances(), other=chances(), points=st.lists(
    st.floats(-5, 5), min_size=6, max_size=6, unique=True))  # fmt: skip
def test_the_truth_has_the_best_expected_crps(truth, other, points):
    values = np.array(points)

    def expected(said):
        return sum(p * crps(values, said, x) for p, x in zip(truth, values, strict=True))

    assert expected(truth) <= expected(other) + 1e-9


@given(low=st.floats(-3, 3), gap=st.floats(0.1, 4), p=st.floats(0.05, 0.95), y=st.floats(-9, 9))
def test_the_crps_of_two_points_is_the_closed_form(low, gap, p, y):
    """E|X - y| - E|X - X'| / 2 = p |a - y| + (1 - p) |b - y| - p (1 - p) (b - a)."""
    high = low + gap
    by_hand = p * abs(low - y) + (1 - p) * abs(high - y) - p * (1 - p) * gap
    found = crps(np.array([high, low]), np.array([1 - p, p]), y)
    assert found == pytest.approx(by_hand, abs=1e-9)


@given(said=chances(5), count=st.integers(2, 8))
def test_classes_sum_to_one(said, count):
    decision = said * 0.8  # a fifth never
    found = classes(decision, count)
    assert len(found) == count + 1
    assert found.sum() == pytest.approx(1.0)
    assert found[-1] == pytest.approx(1 - decision[:count].sum())


@given(said=chances(4), late=st.integers(2004, 2060))
def test_a_decision_after_the_horizon_counts_as_never_by_then(said, late):
    decision = said * 0.9
    after = score_decision(decision, 2000, Outcome(late, 2060), 4, DRAWS)
    never = score_decision(decision, 2000, Outcome(None, 2060), 4, DRAWS)
    assert after == never
    assert after.given == pytest.approx(0.1)


@given(said=chances(4), k=st.integers(0, 3))
def test_pit_brackets_what_happened(said, k):
    decision = said * 0.9
    before, at = pit(classes(decision, 4), only(k, 5))
    assert at - before == pytest.approx(decision[k])
    assert 0 <= before <= at <= 1 + 1e-12


@given(said=chances(8))
def test_an_interval_of_eighty_percent_holds_at_least_that(said):
    values = np.arange(8.0)
    low, high = interval(values, said)
    inside = said[(values >= low) & (values <= high)].sum()
    assert inside >= 0.8 - 1e-9


def test_an_even_forecast_of_twelve_classes_scores_the_logarithm_of_twelve():
    even = np.full(11, 1 / 12)
    found = score_decision(even, 2020, Outcome(2023, 2025), 11, DRAWS)
    assert found.log == pytest.approx(np.log(12))


def test_a_forecast_that_excluded_what_happened_scores_as_its_draws_allow():
    """One draw even over all classes is added: probability 1 / (12 x 501)."""
    never = np.zeros(11)
    found = score_decision(never, 2020, Outcome(2020, 2025), 11, DRAWS)
    assert found.log == pytest.approx(np.log(12 * (DRAWS + 1)))


def test_ranked_score_by_hand():
    """F = 0.2, 0.5 before never; it happened in the second year: 0.04 + 0.25."""
    found = score_decision([0.2, 0.3], 2020, Outcome(2021, 2025), 2, DRAWS)
    assert found.crps == pytest.approx(0.2**2 + 0.5**2)
    open_end = score_decision([0.2, 0.3], 2020, Outcome(None, 2020), 2, DRAWS)
    assert open_end.crps == pytest.approx(0.2**2)
    assert open_end.given == pytest.approx(0.8)
