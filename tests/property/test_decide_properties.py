"""What holds for every maker: no plan beats the best rule, cheaper and freer is never worse."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from wheelbase.decide import Segment, TimingInputs, decision_years, judge, portfolios, solve
from wheelbase.decide.paths import mean_plan

YEARS = tuple(range(2020, 2036))
ONE = np.ones(len(YEARS))


@st.composite
def makers(draw):
    """Return a maker with figures of any plausible size."""
    first, last = draw(st.floats(0.01, 0.2)), draw(st.floats(0.25, 0.9))
    return TimingInputs(
        years=YEARS,
        mean_share=np.linspace(first, last, len(YEARS)),
        spread=draw(st.floats(0.0, 0.6)),
        cars=2e6,
        penalty=draw(st.floats(-500, 5000)) * ONE,
        compatibility=draw(st.floats(0, 200)),
        margin=draw(st.floats(0, 10000)),
        flexible_capacity=draw(st.floats(0, 2e6)),
        block_size=150e3,
        block_cost=draw(st.floats(2e8, 2e9)),
        block_fixed=30e6,
        development=draw(st.floats(0, 5e9)),
        lead=draw(st.integers(1, 5)),
        life=draw(st.floats(6, 15)),
        wacc=draw(st.floats(0.03, 0.15)),
        terminal=draw(st.floats(0, 12)),
    )


@settings(max_examples=25, deadline=None)
@given(makers())
def test_never_now_and_any_fixed_year_are_worth_no_more_than_the_best_rule(maker):
    found = solve(maker)
    room = 1e-9 * abs(found.value[0]) + 1e-3
    assert found.never[0] <= found.value[0] + room
    assert found.fixed.max() <= found.value[0] + room
    _, year, launches = mean_plan(maker)
    eev = found.fixed[year[0], 0] if launches[0] else found.never[0]
    assert eev <= found.value[0] + room


@settings(max_examples=25, deadline=None)
@given(makers())
def test_the_mean_share_is_kept_and_every_future_is_counted_once(maker):
    found = solve(maker)
    mean = np.einsum("tn,tn->t", found.mass, found.share[:, :, 0])
    assert np.abs(mean - maker.mean_share).max() < 1e-9
    assert np.abs(found.mass.sum(axis=1) - 1).max() < 1e-9
    started, left = decision_years(maker, found)
    assert abs(started.sum() + left[0] - 1) < 1e-9


@settings(max_examples=20, deadline=None)
@given(makers(), st.floats(1.0, 3.0), st.sampled_from(["block_cost", "development", "block_fixed"]))
def test_cheaper_lines_and_platforms_never_lower_the_value(maker, factor, name):
    dear, cheap = solve(replace(maker, **{name: getattr(maker, name) * factor})), solve(maker)
    assert dear.value[0] <= cheap.value[0] + 1e-9 * abs(cheap.value[0]) + 1e-3


@settings(max_examples=20, deadline=None)
@given(makers(), st.floats(1.0, 4.0))
def test_more_flexible_lines_never_lower_the_value_where_a_sale_is_worth_its_penalty(maker, factor):
    """A lost car must cost more than a flexible one's penalty, else one would rather lose it."""
    freed = replace(maker, compatibility=0.0, margin=max(float(maker.penalty[0]), 0.0) + 1000.0)
    more = replace(freed, flexible_capacity=freed.flexible_capacity * factor)
    few, many = solve(freed), solve(more)
    assert few.value[0] <= many.value[0] + 1e-9 * abs(many.value[0]) + 1e-3


@settings(max_examples=15, deadline=None)
@given(makers(), st.lists(st.floats(2e8, 2e9), min_size=2, max_size=5))
def test_cells_are_the_runs_of_their_own_inputs(maker, costs):
    cells = solve(replace(maker, block_cost=np.array(costs)))
    for c, cost in enumerate(costs):
        alone = solve(replace(maker, block_cost=cost))
        assert abs(cells.value[c] - alone.value[0]) <= 1e-11 * abs(alone.value[0]) + 1e-3


@settings(max_examples=15, deadline=None)
@given(makers(), st.floats(0.1, 0.9), st.floats(0, 2000))
def test_the_best_way_is_worth_at_least_every_other_and_never_less_than_staying(maker, part, more):
    segments = (
        Segment("a", "a", part, more * ONE),
        Segment("b", "b", 1 - part, -more * part / (1 - part) * ONE),
    )
    judged = judge(maker, portfolios(segments, len(YEARS)))
    room = 1e-9 * abs(judged.value[0]) + 1.0
    assert judged.values[judged.way()][0] >= judged.value[0] - room
    assert judged.value[0] >= judged.of("never")[0, 0] - room
    assert judged.of("value")[:, 0].max() <= judged.value[0] + room
