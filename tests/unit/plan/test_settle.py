"""What suits a program's size, what a list says, and whether a result agrees with it."""

import sys

import pytest
from newsvendor import vendors

from wheelbase.errors import DataError, SolveError
from wheelbase.plan.settle import Method, Settled, judge, known, settle, work_of
from wheelbase.plan.solver import INFINITY, Status


def test_cuts_that_fail_leave_the_value_of_the_extensive_form(monkeypatch):
    def failed(*_, **__):
        raise SolveError("a subtree has no least")

    monkeypatch.setattr(sys.modules["wheelbase.plan.settle"], "solve_by_cuts", failed)
    found = settle(vendors(2))
    assert found.is_closed and found.cuts is None


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
        (known("100 (best known)"), settled(90.0, 90.0), False),  # not bettered by 10 %
        (known("100 (best known)", "", "89", "100"), settled(90.0, 90.0), True),
        (known("100", "from memory (best known)", "95", "100"), settled(90.0, 90.0), False),
        (known("100", "", "", "100 +- 1"), settled(99.0, 98.0, interval=(97.0, 101.0)), True),
        (known("100"), settled(98.0, 97.0, interval=(97.0, 99.0)), False),
        (
            known("100"),
            settled(100.0, 99.0, interval=(61.0, 101.0)),
            True,
        ),  # two fifths are not wide
        (known("100"), settled(100.0, 99.0, interval=(60.0, 101.0)), False),
        (known("100"), settled(1e9, -1e9, interval=(-1e9, 1e9)), False),
        (known(""), settled(99.0, 98.0, interval=(97.0, 101.0)), False),  # nothing to hold it to
        (known("", "", "", "100 +- 1"), settled(99.0, 98.0, interval=(97.0, 99.5)), True),
        (known("", "", "", "100 +- 1"), settled(99.0, 98.0, interval=(97.0, 98.5)), False),
        (known("100"), settled(100.0, 100.0, cuts=(100.1, 100.1)), False),
        (known("100"), settled(float("inf"), -float("inf")), False),
    ],
)
def test_a_result_agrees_or_not_by_the_stated_rule(said, found, ok):
    verdict = judge(said, found)
    assert verdict.ok is ok, verdict.why
    assert verdict.why


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        (" 12 ", (12 - 12e-6, 12 + 12e-6)),
        ("-1.50", (-1.505, -1.495)),
        ("+.5", (0.45, 0.55)),
        ("2e3 (Best Known)", (2000 - 2e-3, 2000 + 2e-3)),
        ("between  -3 and 1.5e1", (-3.0, 15.0)),
        ("10 +- 2.5", (7.5, 12.5)),
        ("", (-INFINITY, INFINITY)),
    ],
)
def test_a_list_says_a_number_two_ends_or_a_middle(text, ends):
    assert (known(text).low, known(text).high) == pytest.approx(ends)


@pytest.mark.parametrize(
    "text",
    ["254-260", "1,234.5", "225.6 (2010)", "nan", "1e999", "between 3", "3 +-", "about 3", "1 2"],
)
def test_other_words_of_a_list_are_refused_with_their_column(text):
    for column in ("published", "own_lower", "own_upper"):
        with pytest.raises(DataError, match=f"{column}: .* is no value; write a number"):
            known(**({"published": ""} | {column: text}))
