from dataclasses import replace

import numpy as np
import pytest
from timed_maker import BASE, SHARE, YEARS

from wheelbase.cost import break_even_penalty
from wheelbase.decide import (
    Policy,
    Varied,
    break_even,
    decide,
    decision_years,
    lattice,
    solve,
    time_launch,
    tornado,
)
from wheelbase.errors import DataError


@pytest.mark.parametrize("lead", [1, 2, 4])
def test_without_uncertainty_the_recursion_breaks_even_where_the_closed_form_says(lead):
    """Blocks exactly full, no lost sales, a horizon so long that its end does not matter."""
    years = tuple(range(2000, 2200))
    flat = np.full(len(years), 0.5)

    def gain(penalty):
        inputs = replace(
            BASE, years=years, mean_share=flat, spread=0.0, cars=900e3, compatibility=0.0,
            penalty=np.full(len(years), penalty), flexible_capacity=1e9, lead=lead,
            terminal=1000.0, most_blocks=3,
        )  # fmt: skip
        return float(solve(inputs, Policy.NOW).value[0] - solve(inputs, Policy.NEVER).value[0])

    low, high = 1000.0, 3000.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if gain(middle) < 0 else (low, middle)
    published = {1: 1779.71, 2: 1822.63, 4: 1919.05}[lead]
    closed = break_even_penalty((1050e6, 30e6, 150e3), 1.5e9, 450e3, 0.08, (10, lead))
    assert low == pytest.approx(closed, abs=0.01)
    assert low == pytest.approx(published, abs=0.01)


def test_the_mean_share_of_the_lattice_is_the_forecast():
    solution = solve(BASE)
    mean = np.einsum("tn,tn->t", solution.mass, solution.share[:, :, 0])
    assert mean == pytest.approx(SHARE, abs=1e-9)
    assert solution.mass.sum(axis=1) == pytest.approx(1)


def test_moves_of_the_lattice_are_probabilities():
    grid = lattice(21)
    assert grid.moves.sum(axis=1) == pytest.approx(1)
    assert grid.moves.min() >= 0


def test_no_policy_is_worth_more_than_the_optimal_one():
    best = solve(BASE).value[0]
    for other in (solve(BASE, Policy.NEVER), solve(BASE, Policy.NOW)):
        assert other.value[0] <= best
    for year in YEARS[::4]:
        assert solve(BASE, year=year).value[0] <= best


def test_all_futures_decide_once_or_never():
    started, never = decision_years(BASE, solve(BASE))
    assert started.sum() + never[0] == pytest.approx(1)
    assert started.min() >= 0


def test_the_quantiles_are_those_of_the_distribution():
    t = time_launch(BASE)
    cumulative = np.cumsum(t.decision)
    for level, year in ((0.1, t.p10), (0.5, t.p50), (0.9, t.p90)):
        reached = [y for y, p in zip(t.years, cumulative, strict=True) if p >= level - 1e-9]
        assert year == (reached[0] if reached else None)
    assert t.option_value >= 0 and t.waiting_value >= 0 and t.adaptivity >= -1e-3
    assert t.window is None or t.window[0] <= t.window[1]


def test_without_a_penalty_nothing_is_ever_started():
    t = time_launch(replace(BASE, penalty=np.zeros(len(YEARS)), compatibility=0.0))
    assert t.never == pytest.approx(1) and t.p50 is None and t.option_value == pytest.approx(0)


def test_a_dear_flexible_car_is_replaced_at_once():
    t = time_launch(replace(BASE, penalty=np.full(len(YEARS), 9000.0)))
    assert t.decision[0] == pytest.approx(1) and t.waiting_value == pytest.approx(0, abs=1.0)


def test_a_cheaper_block_never_lowers_the_option():
    cells = replace(BASE, block_cost=np.linspace(3e8, 2e9, 12))
    option = solve(cells).value - solve(cells, Policy.NEVER).value
    assert np.all(np.diff(option) <= 1e-3)


def test_a_cell_is_the_run_of_its_own_inputs():
    costs = np.array([6e8, 1e9, 1.6e9])
    cells = solve(replace(BASE, block_cost=costs))
    for value, cost in zip(cells.value, costs, strict=True):
        assert value == pytest.approx(solve(replace(BASE, block_cost=cost)).value[0], rel=1e-12)


def varied():
    flat = np.full(len(YEARS), 1.0)
    return (
        Varied("penalty", "penalty", "EUR", 1200 * flat, 2300 * flat, 3000 * flat),
        Varied("block_cost", "block", "MEUR", 0.85e9, 1.05e9, 1.8e9, 1e-6),
        Varied("mean_share", "share", "%", SHARE * 0.7, SHARE, SHARE * 1.3, 100.0),
        Varied("wacc", "wacc", "%", 0.06, 0.08, 0.11, 100.0),
    )


def test_an_interval_is_walked_from_low_over_base_to_high():
    wacc = varied()[3]
    assert wacc.at(np.array([0.0, 0.25, 0.5, 1.0])) == pytest.approx([0.06, 0.07, 0.08, 0.11])


def test_the_map_holds_the_runs_of_its_cells():
    x, y = varied()[:2]
    found = break_even(BASE, x, y, (1000.0, 3000.0), size=5)
    inputs = replace(
        BASE, penalty=np.full(len(YEARS), found.x_values[3]), block_cost=found.y_values[1]
    )
    t = time_launch(inputs)
    assert found.median[1][3] == t.p50
    assert found.never[1][3] == pytest.approx(t.never)


def test_the_tornado_shows_the_values_at_both_ends():
    swings = tornado(BASE, varied())
    widths = [abs(s.gain_high - s.gain_low) for s in swings]
    assert widths == sorted(widths, reverse=True)
    wacc = next(s for s in swings if s.varied.name == "wacc")
    assert wacc.value_low == pytest.approx(time_launch(replace(BASE, wacc=0.06)).option_value)


def test_the_answer_agrees_with_its_own_draws_and_repeats():
    first, second = (decide(BASE, varied(), 60, 5) for _ in range(2))
    assert first.robustness == second.robustness and first.timing == second.timing
    assert sum(first.robustness.shares.values()) == pytest.approx(1)
    assert first.agreement == first.robustness.shares[first.which]
    if first.agreement < 0.7:
        assert first.confidence == "undecided"
    assert first.whom is None


def test_the_flip_is_where_half_of_the_futures_start():
    answer = decide(BASE, varied(), 20, 5)
    flip = answer.flips[0].flip
    assert flip is not None
    sides = [
        time_launch(replace(BASE, penalty=np.full(len(YEARS), flip + d))).never for d in (-60, 60)
    ]
    assert sides[0] >= 0.5 > sides[1]


def test_regret_is_never_negative_and_somewhere_there_is_none():
    regret = np.array(decide(BASE, varied(), 20, 5).regret.regret)
    assert regret.min() == pytest.approx(0)
    assert regret.max() > 0


def test_bad_inputs_are_listed_together():
    with pytest.raises(DataError) as caught:
        replace(BASE, cars=-1.0, wacc=0.0, margin=float("nan"), mean_share=SHARE * 3, lead=0)
    text = str(caught.value)
    for name in ("cars", "wacc", "margin", "mean_share", "lead"):
        assert f"timing: {name}:" in text
