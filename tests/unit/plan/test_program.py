"""Capacity-state programs: three ways of solving them agree, on published trees and small ones."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheelbase.errors import SolveError
from wheelbase.plan.benders import benders
from wheelbase.plan.dp import dynamic, is_small
from wheelbase.plan.extensive import extensive
from wheelbase.plan.instances import reference_program, tied_trees
from wheelbase.plan.outcome import Method
from wheelbase.plan.program import Entries, Operation, Program
from wheelbase.plan.solver import INFINITY, Arrays, Status, gap_of, solve

NONE = np.zeros(0)


def capacity_program(demand, price=10.0, block=4.0, cost=15.0, most=3, rows=()):
    """Return a root with as many children as demands; blocks are bought at the root.

    Sales earn `price`; a child sells at most its demand and `block` for each block bought.
    """
    n = len(demand)
    parent = (-1, *[0] * n)
    lines = [r for r, _, _ in rows]
    start = np.cumsum([0, *(len(line) for line in lines)])
    return Program(
        parent=parent,
        probability=(1.0, *[1 / n] * n),
        strategy=Arrays(
            cost=np.array([cost]), low=np.zeros(1), high=np.array([float(most)]),
            integer=np.ones(1, bool), start=start,
            index=np.array([c for line in lines for c in line], int),
            value=np.array([v for line in lines for v in line.values()], float),
            row_low=np.array([low for _, low, _ in rows], float),
            row_high=np.array([high for _, _, high in rows], float),
        ),
        node=np.zeros(1, int),
        states=("blocks",),
        link=Entries(np.arange(1, n + 1), np.zeros(n, int), np.ones(n)),
        operation=Operation(
            cost=np.array([[0.0], *[[-price / n]] * n]), low=np.zeros((1, 1)),
            high=np.array([[0.0], *[[d] for d in demand]]), start=np.array([0, 1]),
            index=np.array([0]), value=np.ones((1, 1)),
            state=Entries(np.array([0]), np.array([0]), np.array([-block])),
            row_low=np.full((1, 1), -INFINITY), row_high=np.zeros((1, 1)),
        ),
    )  # fmt: skip


def by_hand(demand, price=10.0, block=4.0, cost=15.0, most=3):
    return min(
        cost * b - price * np.mean([min(d, block * b) for d in demand]) for b in range(most + 1)
    )


@pytest.mark.parametrize("tied", tied_trees(), ids=lambda t: t.name)
def test_all_methods_find_the_value_of_a_tied_tree(tied):
    program = reference_program(tied.branching)
    for solved in (dynamic(program), benders(program, 1e-9), extensive(program, 1e-9)):
        assert solved.value == pytest.approx(tied.value, rel=1e-9), solved.method
        assert solved.bound == pytest.approx(tied.value, rel=1e-8), solved.method
        assert solved.status is Status.OPTIMAL and solved.gap <= 1e-6


def test_plants_that_differ_give_one_optimum_by_decomposition_and_as_a_whole():
    program = reference_program((3, 3, 2), equal=False)
    whole, cut = extensive(program, 1e-7), benders(program, 1e-7)
    assert cut.value == pytest.approx(whole.value, rel=1e-6)
    assert cut.bound <= whole.value + 1e-6 and whole.bound <= cut.value + 1e-6
    assert cut.log[0][1] <= cut.log[-1][1] <= cut.value + 1e-6


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(0, 15), min_size=1, max_size=5),
    st.floats(0.5, 20), st.floats(0.5, 6), st.floats(0, 40), st.integers(0, 4),
)  # fmt: skip
def test_every_method_agrees_with_trying_all_by_hand(demand, price, block, cost, most):
    program = capacity_program(demand, price, block, cost, most)
    wanted = by_hand(demand, price, block, cost, most)
    for solved in (dynamic(program), benders(program, 1e-9), extensive(program, 1e-9)):
        assert solved.value == pytest.approx(wanted, abs=1e-6)
        assert solved.bound <= solved.value + 1e-9


def test_an_offset_counts_once_in_every_method():
    program = capacity_program([2.0, 10.0])
    moved = replace(program, strategy=replace(program.strategy, offset=100.0))
    plain = dynamic(program).value
    for method in (dynamic, benders, extensive):
        found = method(moved)
        assert found.value == pytest.approx(plain + 100) and found.gap <= 1e-6


def test_the_size_of_a_state_does_not_change_what_is_best():
    """States of 1e-7 with coefficients of 1e7: the same program."""
    program = capacity_program([2.0, 10.0], cost=21.0)
    link, state = program.link, program.operation.state
    small = replace(
        program,
        link=replace(link, value=link.value * 1e-7),
        operation=replace(program.operation, state=replace(state, value=state.value * 1e7)),
    )
    for method in (dynamic, benders, extensive):
        assert method(small).value == pytest.approx(dynamic(program).value)


def test_a_decomposition_out_of_rounds_does_not_say_that_it_reached_the_gap(monkeypatch):
    monkeypatch.setattr("wheelbase.plan.benders._MOST_ROUNDS", 1)
    found = benders(reference_program((3, 3, 2), equal=False), 1e-9)
    assert found.gap > 1e-9 and found.status is Status.INTERRUPTED


def test_duals_say_what_a_unit_of_capacity_is_worth():
    """Two futures, 2 and 10, blocks of 4 at 21: a second one would earn 20 in one future of two."""
    program = capacity_program([2.0, 10.0], cost=21.0)
    solved = dynamic(program)
    assert solved.strategy == pytest.approx([1.0])
    duals = solved.duals[:, 0]
    assert duals == pytest.approx([0.0, 0.0, -5.0])
    assert solved.operation[:, 0] == pytest.approx([0.0, 2.0, 4.0])


def test_the_log_of_a_decomposition_never_loses_ground():
    solved = benders(reference_program((3, 3, 1), equal=False), 1e-6)
    bounds = [bound for _, bound in solved.log]
    values = [value for value, _ in solved.log]
    assert bounds == sorted(bounds) and values == sorted(values, reverse=True)
    assert solved.method is Method.BENDERS and solved.rounds == len(solved.log)


def test_a_time_limit_returns_the_plan_so_far_with_its_bound():
    program = reference_program((5, 5, 4), equal=False)
    solved = benders(program, 1e-9, limit=0.5)
    assert solved.status is Status.TIME
    assert solved.bound < solved.value and solved.gap > 1e-9


def test_rows_that_leave_no_choice_are_refused_by_every_method():
    program = capacity_program([1.0], rows=[({0: 1.0}, 5.0, INFINITY)])
    for method in (dynamic, benders, extensive):
        with pytest.raises(SolveError, match="plan: "):
            method(program)


def test_a_node_that_cannot_be_operated_is_named():
    program = capacity_program([1.0, 2.0])
    broken = replace(
        program.operation,
        low=np.array([[0.0], [0.0], [1.0]]),
        high=np.array([[0.0], [1.0], [2.0]]),
    )
    with pytest.raises(SolveError, match="node 2: operating it has no best point"):
        benders(replace(program, operation=broken))


def test_a_dynamic_programme_refuses_what_it_cannot_hold():
    program = capacity_program([1.0])
    part = replace(program.strategy, integer=np.zeros(1, bool))
    assert is_small(program) and not is_small(replace(program, strategy=part))
    with pytest.raises(SolveError, match="whole decisions"):
        dynamic(replace(program, strategy=part))
    with pytest.raises(SolveError, match="more than 2 states"):
        dynamic(reference_program((2, 1)), most_states=2)


def test_a_row_across_branches_is_refused_by_name():
    """Two children that must decide alike meet in one row, which no backward recursion holds."""
    program = capacity_program([1.0, 2.0])
    s = program.strategy
    wide = replace(
        program,
        node=np.array([0, 1, 2]),
        strategy=replace(
            s, cost=np.zeros(3), low=np.zeros(3), high=np.ones(3), integer=np.ones(3, bool),
            start=np.array([0, 2]), index=np.array([1, 2]), value=np.array([1.0, -1.0]),
            row_low=np.zeros(1), row_high=np.zeros(1), rows=["alike"],
        ),
    )  # fmt: skip
    with pytest.raises(SolveError, match="alike joins branches"):
        dynamic(wide)


def small(cost, low=0.0, high=INFINITY, whole=False, least=None):
    n = len(cost)
    rows = [] if least is None else [least]
    return Arrays(
        cost=np.array(cost, float), low=np.full(n, low), high=np.full(n, high),
        integer=np.full(n, whole), start=np.array([0, *[n] * len(rows)]),
        index=np.arange(n * len(rows)), value=np.ones(n * len(rows)),
        row_low=np.array(rows, float), row_high=np.full(len(rows), INFINITY),
    )  # fmt: skip


def test_a_solver_says_how_it_ended():
    assert solve(small([1.0, 2.0], least=3.0)).value == pytest.approx(3.0)
    assert solve(small([1.0, 2.0], least=3.0)).duals == pytest.approx([1.0])
    assert solve(small([1.0], whole=True, least=2.5)).value == pytest.approx(3.0)
    assert solve(small([1.0], high=1.0, least=2.0)).status is Status.INFEASIBLE
    assert solve(small([-1.0])).status is Status.UNBOUNDED
    assert solve(small([-1.0], whole=True)).status is Status.UNBOUNDED
    assert gap_of(INFINITY, 1.0) == INFINITY and gap_of(2.0, 1.0) == 0.5 and gap_of(0.0, 0.0) == 0


def test_the_solver_in_use_is_none_that_calls_wrong_points_optimal():
    """min 2 x + 3 z, x + z >= 4.5, z whole: 9 at x = 4.5; HiGHS 1.14.0 says 15 (HiGHS 2961)."""
    program = replace(small([2.0, 3.0], high=10.0, least=4.5), integer=np.array([False, True]))
    assert solve(program).value == pytest.approx(9.0)
