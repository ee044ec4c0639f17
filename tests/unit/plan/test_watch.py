"""A solver that does not come back loses nothing that it had."""

import sys

import numpy as np
import pytest
from small_maker import OPTIONS, demand, offer

from wheelbase.errors import LimitError
from wheelbase.plan import Method, plan
from wheelbase.plan.solver import INFINITY, Arrays, Status, solve
from wheelbase.plan.watch import guarded, watched

READS = "import pickle, sys, time; pickle.load(sys.stdin.buffer); out = sys.stdout.buffer; "


def send(frame):
    return f"pickle.dump({frame}, out); out.flush(); "


def knapsack(n=40, seed=1):
    rng = np.random.default_rng(seed)
    return Arrays(
        cost=-rng.uniform(1, 2, n), low=np.zeros(n), high=np.ones(n), integer=np.ones(n, bool),
        start=np.array([0, n]), index=np.arange(n), value=rng.uniform(1, 2, n),
        row_low=np.array([-INFINITY]), row_high=np.array([n / 3]),
    )  # fmt: skip


def test_a_watched_solve_finds_what_a_plain_one_finds():
    arrays = knapsack()
    plain = solve(arrays, 1e-9)
    own = watched(arrays, 1e-9, 60.0)
    assert own.value == pytest.approx(plain.value) and own.status is Status.OPTIMAL
    assert own.point == pytest.approx(plain.point)
    begun = watched(arrays, 1e-9, 60.0, plain.point)
    assert begun.value == pytest.approx(plain.value)


def test_a_solver_that_hangs_is_ended_and_its_last_point_returned():
    script = READS + send("'up'") + send("(-3.0, -9.0, [1.0])") + send("(-5.0, -8.0, [2.0])")
    found = watched(
        knapsack(), 1e-9, 0.5, None, False, (sys.executable, "-c", script + "time.sleep(99)")
    )
    assert (found.value, found.bound, list(found.point)) == (-5.0, -8.0, [2.0])
    assert found.status is Status.TIME and found.gap == pytest.approx(3 / 5)


@pytest.mark.parametrize("script", ["", READS, READS + send("'up'"), "import os; os.abort()"])
def test_a_solver_that_dies_without_a_point_says_so(script):
    found = watched(knapsack(), 1e-9, 0.5, None, False, (sys.executable, "-c", script))
    assert found.status is Status.INTERRUPTED and not found.has_point
    assert found.value == INFINITY and found.bound == -INFINITY and found.gap == INFINITY


def test_a_process_that_never_reads_its_task_is_ended_too(monkeypatch):
    """The task is larger than a pipe holds, so whoever wrote it there would wait for ever."""
    monkeypatch.setattr("wheelbase.plan.watch._BEGIN", 0.5)
    large = knapsack(200_000)
    found = watched(
        large, 1e-9, 0.5, None, False, (sys.executable, "-c", "import time; time.sleep(60)")
    )
    assert found.status is Status.TIME and not found.has_point


def hung(arrays, gap, limit, begin=None, plain=False):
    """Solve by one that comes up, sleeps and never returns."""
    sleeps = sys.executable, "-c", READS + send("'up'") + "time.sleep(600)"
    return watched(arrays, gap, 0.5, begin, plain, sleeps)


def test_who_asked_a_solver_that_never_returns_is_told_how_to_go_on(line, monkeypatch):
    monkeypatch.setattr("wheelbase.plan.extensive.guarded", hung)
    with pytest.raises(LimitError, match="allow more time in plan.limit, or a wider plan.gap"):
        plan(line, offer(), demand(line), OPTIONS, Method.EXTENSIVE)


def test_a_plan_that_was_known_before_a_solver_hung_is_not_lost(line, monkeypatch):
    whole = plan(line, offer(), demand(line), OPTIONS, Method.BENDERS)
    monkeypatch.setattr("wheelbase.plan.benders.guarded", hung)
    known = plan(line, offer(), demand(line), OPTIONS, Method.BENDERS)
    assert known.status is Status.TIME
    assert known.value <= whole.value <= known.bound


def test_a_small_program_needs_no_process_of_its_own():
    assert guarded(knapsack(), 1e-9, 60.0).value == pytest.approx(solve(knapsack(), 1e-9).value)
