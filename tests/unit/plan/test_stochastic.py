"""Solving stochastic programs by cuts, by parts and by samples; least values by hand.

The newsvendor buys x at 1 before demand d is known, pays 3 for each that is short and 0.5 for
each that is left.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsvendor import VENDOR, VENDOR_TIME, by_hand, indep, least, vendor

from wheelbase.errors import DataError, SolveError
from wheelbase.plan import read_smps, stage_values
from wheelbase.plan.integer_lshaped import is_yes_or_no, solve_by_table
from wheelbase.plan.lshaped import solve_by_cuts
from wheelbase.plan.sampled import Sampling, bound_by_samples
from wheelbase.plan.separable import coefficients_of, written_out
from wheelbase.plan.settle import Method, Settled, judge, known, settle, work_of
from wheelbase.plan.solver import Status, solve
from wheelbase.plan.stochastic import extensive, levels_of


def vendors(count):
    """Return many newsvendors with a common shelf, each with five values of demand."""
    rows, columns, sides, random = [], [], [], []
    for i in range(count):
        rows.append(f" E D{i}")
        columns.append(f" X{i} COST 1 SHELF 1\n X{i} D{i} 1")
        sides.append(f" RHS D{i} 2")
        random += [f" RHS D{i} {d + i % 3} LATER 0.2" for d in range(5)]
    later = [f" S{i} COST 3 D{i} 1\n O{i} COST 0.5 D{i} -1" for i in range(count)]
    core = ["ROWS", " N COST", " L SHELF", *rows, "COLUMNS", *columns, *later, "RHS",
            " RHS SHELF 1000", *sides, "ENDATA"]  # fmt: skip
    times = "TIME\nPERIODS\n X0 SHELF NOW\n S0 D0 LATER\nENDATA\n"
    stoch = ["STOCH", "INDEP DISCRETE", *random, "ENDATA"]
    return read_smps("\n".join(core), times, "\n".join(stoch))


def test_recourse_that_falls_apart_needs_no_product_of_scenarios():
    program = vendors(12)
    assert program.scenarios == 5**12
    with pytest.raises(DataError, match="bound the value by samples"):
        levels_of(program)
    assert coefficients_of(program) == 12 + 12 * 5 * 3
    each = [by_hand([d + i % 3 for d in range(5)], [0.2] * 5) for i in range(12)]
    assert least(program) == pytest.approx(sum(each))
    assert solve_by_cuts(written_out(program)).value == pytest.approx(sum(each))


def test_parts_and_products_give_the_same_value():
    program = vendors(3)
    product = solve(extensive(program, levels_of(program)).arrays).value
    assert least(program) == pytest.approx(product, rel=1e-9)


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


def test_settle_writes_out_what_it_can_and_checks_it_by_cuts():
    found = settle(vendors(2))
    assert found.method is Method.EXTENSIVE and found.is_closed
    assert found.cuts == pytest.approx((found.value, found.value))
    assert work_of(vendors(2)) < work_of(vendors(3))


def settled(value, bound, **more):
    gap = abs(value - bound) / abs(value)
    plain = {"method": Method.EXTENSIVE, "status": Status.OPTIMAL, "cuts": None, "interval": None}
    return Settled(value=value, bound=bound, gap=gap, seconds=0.0, **(plain | more))


@pytest.mark.parametrize(
    ("said", "found", "ok"),
    [
        (known("-9.479354"), settled(-9.4793544, -9.4793544), True),
        (known("-9.479354"), settled(-9.4794, -9.4794), False),
        (known("447.324"), settled(447.3243808, 447.3243808), True),  # within its digits
        (known("", "", "480.9", "480.9"), settled(480.9, 480.9), True),
        (known("", "", "480.9", "480.9"), settled(481.9, 481.9), False),
        (known("100", "", "90", "90.1"), settled(90.05, 90.05), True),  # the list doubts its 100
        (known("100", "", "90", "90.1"), settled(100.0, 100.0), False),
        (known("between 10 and 12"), settled(13.0, 12.5), False),
        (known("between 10 and 12"), settled(12.5, 11.5), True),
        (known("100"), settled(110.0, 90.0), False),  # 18 % says nothing
        (known("100"), settled(104.0, 99.0), True),
        (known("100"), settled(99.0, 98.0), False),
        (known("100 (best known)"), settled(99.0, 98.0), True),
        (known("100 (best known)"), settled(104.0, 101.0), False),
        (known("100", "", "", "100 +- 1"), settled(99.0, 98.0, interval=(97.0, 101.0)), True),
        (known("100"), settled(98.0, 97.0, interval=(97.0, 99.0)), False),
        (known("100"), settled(100.0, 100.0, cuts=(100.1, 100.1)), False),
        (known("100"), settled(float("inf"), -float("inf")), False),
    ],
)
def test_a_result_agrees_or_not_by_the_stated_rule(said, found, ok):
    verdict = judge(said, found)
    assert verdict.ok is ok, verdict.why
    assert verdict.why
