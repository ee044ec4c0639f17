"""Solving stochastic programs by cuts, by a table and by samples; least values by hand.

The newsvendor buys x at 1 before demand d is known, pays 3 for each that is short and 0.5 for
each that is left.
"""

import sys
from dataclasses import replace

import numpy as np
import pytest
from highspy import HighsModelStatus
from hypothesis import given, settings
from hypothesis import strategies as st
from newsvendor import VENDOR, VENDOR_TIME, by_hand, indep, least, vendor, vendors

from wheelbase.errors import DataError, SolveError
from wheelbase.plan import read_smps, stage_values
from wheelbase.plan.integer_lshaped import _Whole as Whole
from wheelbase.plan.integer_lshaped import is_yes_or_no, solve_by_table
from wheelbase.plan.lshaped import Master, parted, solve_by_cuts
from wheelbase.plan.sampled import Sampling, bound_by_samples
from wheelbase.plan.separable import written_out
from wheelbase.plan.settle import Method, settle
from wheelbase.plan.solver import INFINITY, Status, solve


def test_cuts_bracket_the_value_where_some_first_stages_have_no_recourse():
    core = VENDOR.replace("ENDATA", "BOUNDS\n UP BND SHORT 2\nENDATA")
    program = read_smps(core, VENDOR_TIME, indep((1, 0.9), (6, 0.1)))
    # x >= 4, for at most two may be short: 4 + 0.9 * 0.5 * 3 + 0.1 * 3 * 2
    expected = 4 + 0.9 * 1.5 + 0.1 * 6
    found = solve_by_cuts(written_out(program))
    assert found.bound == pytest.approx(expected) and found.value == pytest.approx(expected)
    assert found.point == pytest.approx([4.0])


def test_cuts_refuse_whole_recourse_that_they_would_relax():
    core = VENDOR.replace(" SHORT COST", " M 'MARKER' 'INTORG'\n SHORT COST").replace(
        " OVER COST", " M 'MARKER' 'INTEND'\n OVER COST"
    )
    program = read_smps(core, VENDOR_TIME, indep((0.5, 1.0)))
    with pytest.raises(SolveError, match="whole"):
        solve_by_cuts(written_out(program))
    assert least(program) == pytest.approx(0.5, abs=2e-6)  # whole within 1e-6


def test_cuts_lay_a_floor_where_only_the_recourse_bounds_the_first_stage():
    core = VENDOR.replace(" RHS SHELF 10 DEMAND 2", " RHS SHELF 1e19 DEMAND 2")
    core = core.replace("0.5 DEMAND -1", "0 DEMAND -1")  # what is left costs nothing
    pairs = [(2, 0.5), (4, 0.5)]
    found = solve_by_cuts(written_out(read_smps(core, VENDOR_TIME, indep(*pairs))))
    assert found.value == pytest.approx(by_hand((2, 4), (0.5, 0.5), over=0.0))
    assert found.bound == pytest.approx(found.value)


def test_cuts_name_a_program_without_a_point():
    core = VENDOR.replace("ENDATA", "BOUNDS\n UP BND SHORT 2\n UP BND X 1\nENDATA")
    program = read_smps(core, VENDOR_TIME, indep((1, 0.9), (6, 0.1)))
    with pytest.raises(SolveError, match="no point meets all rows"):
        solve_by_cuts(written_out(program))


def test_a_limit_ends_the_cuts_with_the_last_bound(monkeypatch):
    form = written_out(vendor(indep((2, 0.5), (4, 0.5))))
    steps, least = [], Master.least

    def twice(master, limit):
        steps.append(least(master, limit) if len(steps) < 2 else None)
        return steps[-1]

    monkeypatch.setattr(Master, "least", twice)
    found = solve_by_cuts(form, gap=0.0)
    assert found.status is Status.TIME
    assert found.bound == steps[1][2] < found.value


def test_a_master_that_is_cut_off_bounds_nothing():
    class Late:
        def __init__(self, solver):
            self.solver = solver

        def __getattr__(self, name):
            return getattr(self.solver, name)

        def getModelStatus(self):
            return HighsModelStatus.kTimeLimit

    master, _ = parted(written_out(vendor(indep((2, 0.5), (4, 0.5)))))
    assert master.least(INFINITY) is not None
    master.solver = Late(master.solver)  # with the feasible point of the run before
    assert master.least(INFINITY) is None


demands = st.lists(st.integers(0, 9), min_size=1, max_size=5, unique=True)


@settings(max_examples=25, deadline=None)
@given(demand=demands, weights=st.lists(st.integers(1, 9), min_size=5, max_size=5))
def test_perfect_information_is_never_worth_less_than_nothing(demand, weights):
    chance = np.array(weights[: len(demand)]) / sum(weights[: len(demand)])
    pairs = [(d, f"{p:.15f}") for d, p in zip(demand, chance, strict=True)]
    program = vendor(indep(*pairs))
    found = stage_values(program)
    assert found.ev <= found.ws + 1e-9  # only right-hand sides are random: Jensen
    assert found.ws <= found.rp + 1e-9 <= found.eev + 2e-9
    assert found.rp == pytest.approx(by_hand(demand, chance), abs=1e-6)
    cuts = solve_by_cuts(written_out(program))
    assert cuts.value == pytest.approx(found.rp, abs=1e-7)
    assert cuts.bound <= cuts.value + 1e-9


DEPOTS = """ROWS
 N COST
 L FEW
 L ROOM
 E NEED
COLUMNS
 M 'MARKER' 'INTORG'
 A COST 4 FEW 1
 A ROOM -3
 B COST 6 FEW 1
 B ROOM -5
 Y COST 1 ROOM 2
 Y NEED 2
 M 'MARKER' 'INTEND'
 S COST 3 NEED 1
RHS
 RHS FEW 2 NEED 1
BOUNDS
 BV BND A
 BV BND B
 UP BND Y 9
ENDATA
"""


def depots(*pairs, limit=2):
    """Return two depots of room 3 and 5; loads of two at 1, what is not served costs 3 each."""
    lines = [f" RHS NEED {d} LATER {p}" for d, p in pairs]
    stoch = "\n".join(["STOCH", "INDEP DISCRETE", *lines, "ENDATA"])
    times = "TIME\nPERIODS\n A FEW NOW\n Y ROOM LATER\nENDATA\n"
    return read_smps(DEPOTS.replace("FEW 2 NEED", f"FEW {limit} NEED"), times, stoch)


def hard():
    """Return a yes-or-no column over a knapsack of 50 items in 40 rows: HiGHS takes long."""
    rng = np.random.default_rng(0)
    rows = [f" L R{i}" for i in range(40)]
    whole = [" A COST 1 FEW 1", *(f" A R{i} -1" for i in range(40))]
    for j in range(50):
        whole.append(f" Y{j} COST {-rng.integers(50, 100)}")
        whole += [f" Y{j} R{i} {rng.integers(1, 100)}" for i in range(40)]
    sides = [" RHS FEW 1", *(f" RHS R{i} 1250" for i in range(40))]
    core = ["ROWS", " N COST", " L FEW", *rows, "COLUMNS", " M 'MARKER' 'INTORG'", *whole,
            " M 'MARKER' 'INTEND'", "RHS", *sides, "BOUNDS", " BV BND A",
            *(f" BV BND Y{j}" for j in range(50)), "ENDATA"]  # fmt: skip
    times = "TIME\nPERIODS\n A FEW NOW\n Y0 R0 LATER\nENDATA\n"
    stoch = "STOCH\nINDEP DISCRETE\n RHS R0 1250 LATER 0.5\n RHS R0 1200 LATER 0.5\nENDATA\n"
    return read_smps("\n".join(core), times, stoch)


@settings(max_examples=20, deadline=None)
@given(demand=demands, limit=st.integers(0, 2))
def test_the_table_of_first_stages_is_exact_with_whole_recourse(demand, limit):
    chance = 1 / len(demand)
    program = depots(*((d, f"{chance:.15f}") for d in demand), limit=limit)
    form = written_out(program)
    assert is_yes_or_no(form)

    def cost(a, b):
        loads = [range(min((3 * a + 5 * b) // 2, d // 2) + 1) for d in demand]
        served = [min(y + 3 * (d - 2 * y) for y in n) for d, n in zip(demand, loads, strict=True)]
        return 4 * a + 6 * b + sum(served) * chance

    choices = [(a, b) for a in (0, 1) for b in (0, 1) if a + b <= limit]
    exact = min(cost(a, b) for a, b in choices)
    found = solve_by_table(form)
    assert found.value == pytest.approx(exact, abs=1e-5)
    assert found.bound == pytest.approx(exact, abs=1e-5)
    assert settle(program).method is Method.TABLE
    assert solve(form.arrays).value == pytest.approx(exact, abs=1e-5)


def test_the_table_refuses_other_first_stages_and_finds_when_none_is_left():
    with pytest.raises(SolveError, match="0-or-1"):
        solve_by_table(written_out(vendors(1)))
    assert solve_by_table(written_out(depots((2, 1), limit=-1))).status is Status.INFEASIBLE


def test_the_table_ends_at_its_limit_inside_a_subtree(monkeypatch):
    monkeypatch.setattr(Whole, "cost", lambda *_: None)
    found = solve_by_table(written_out(depots((5, 1.0))))
    assert found.status is Status.TIME and found.value == INFINITY
    assert 0 < found.bound <= least(depots((5, 1.0)))
    monkeypatch.undo()
    form = written_out(hard())
    table = solve_by_table(form, limit=0.3)
    assert table.status is Status.TIME and table.bound <= table.value


def test_the_table_takes_the_bound_of_a_subtree_and_not_its_value(monkeypatch):
    exact, cost = solve_by_table(written_out(depots((5, 1.0)))), Whole.cost

    def loose(whole, point, seconds):
        value, _ = cost(whole, point, seconds)
        return value, value - 0.01

    monkeypatch.setattr(Whole, "cost", loose)
    found = solve_by_table(written_out(depots((5, 1.0))))
    assert found.value == pytest.approx(exact.value)
    assert found.bound == pytest.approx(exact.value - 0.01) and found.status is Status.GAP


def test_samples_bound_by_what_is_proved_and_not_by_the_point(monkeypatch):
    module = sys.modules["wheelbase.plan.sampled"]

    def loose(*given, **more):
        done = solve(*given, **more)
        return replace(done, bound=done.bound - 1.0)

    exact = bound_by_samples(vendors(2), Sampling(draws=20, size=10))
    monkeypatch.setattr(module, "solve", loose)
    found = bound_by_samples(vendors(2), Sampling(draws=20, size=10))
    assert found.lower.mean == pytest.approx(exact.lower.mean - 1.0)
    assert found.upper == exact.upper


def test_samples_bracket_the_value_and_are_the_same_for_the_same_seed():
    program = vendors(12)
    exact = sum(by_hand([d + i % 3 for d in range(5)], [0.2] * 5) for i in range(12))
    once = bound_by_samples(program, Sampling(seed=7, draws=50, size=20))
    again = bound_by_samples(program, Sampling(seed=7, draws=50, size=20))
    assert (once.upper, once.lower) == (again.upper, again.lower)
    assert once.lower.low <= exact <= once.upper.high
    other = bound_by_samples(program, Sampling(seed=8, draws=50, size=20))
    assert other.lower != once.lower


def test_the_cost_of_a_first_stage_on_draws_is_that_of_its_formula():
    program = vendors(1)
    found = bound_by_samples(program, Sampling(draws=50, size=20), np.array([3.0]))
    exact = 3 + 0.2 * (0.5 * (3 + 2 + 1) + 3 * 1)
    assert found.upper.mean == pytest.approx(exact)  # 50 stratified draws hit each value ten times


def test_a_first_stage_that_breaks_its_rows_is_refused():
    for first, said in (([2000.0], "misses a bound or row"), ([1.0, 2.0], "2 numbers for 1")):
        with pytest.raises(DataError, match=said):
            bound_by_samples(vendors(1), Sampling(), np.array(first))


def test_samples_refuse_random_recourse():
    program = vendor(
        "STOCH\nINDEP DISCRETE\n SHORT COST 2 LATER 0.5\n SHORT COST 6 LATER 0.5\nENDATA\n"
    )
    with pytest.raises(DataError, match="random costs"):
        bound_by_samples(program, Sampling())
