"""Small programs in SMPS text, with least values worked out by hand.

The newsvendor buys x at 1 before demand d is known, pays 3 for each that is short and 0.5 for
each that is left. The ladder has a column per stage that must reach a level, at cost 1: its least
value is the sum of expected levels.
"""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsvendor import VENDOR, VENDOR_TIME, by_hand, indep, least, vendor

from wheelbase.errors import DataError
from wheelbase.plan import Inherit, read_smps
from wheelbase.plan.separable import written_out
from wheelbase.plan.solver import solve
from wheelbase.plan.stochastic import extensive, levels_of

LADDER = """NAME LADDER
ROWS
 N COST
 G R1
 G R2
 G R3
COLUMNS
 X1 COST 1 R1 1
 X2 COST 1 R2 1
 X3 COST 1 R3 1
RHS
 RHS R1 1 R2 2
 RHS R3 4
ENDATA
"""
LADDER_TIME = "TIME\nPERIODS LP\n X1 R1 P1\n X2 R2 P2\n X3 R3 P3\nENDATA\n"


def ladder(stoch, **options):
    return read_smps(LADDER, LADDER_TIME, stoch, **options)


def test_independent_values_give_the_newsvendors_cost():
    pairs = [(1, 0.25), (3, 0.5), (7, 0.25)]
    expected = by_hand(*zip(*pairs, strict=True))
    assert least(vendor(indep(*pairs))) == pytest.approx(expected, abs=1e-9)
    assert least(vendor(indep(*pairs, period=""))) == pytest.approx(expected, abs=1e-9)


def test_add_is_replace_by_the_sum_with_the_core():
    added = vendor(indep((-1, 0.5), (3, 0.5), word="DISCRETE ADD"))
    put = vendor(indep((1, 0.5), (5, 0.5), word="DISCRETE REPLACE"))
    assert least(added) == pytest.approx(least(put))
    assert least(put) == pytest.approx(by_hand((1, 5), (0.5, 0.5)))


def test_blocks_move_together_and_later_values_state_what_differs_from_the_first():
    stoch = ("STOCH\nBLOCKS DISCRETE\n BL B LATER 0.5\n RHS DEMAND 4\n SHORT COST 5\n"
             " BL B LATER 0.5\n RHS DEMAND 1\nENDATA\n")  # fmt: skip
    assert least(vendor(stoch)) == pytest.approx(by_hand((4, 1), (0.5, 0.5), short=5))
    program = vendor(stoch, inherit=Inherit.CORE)
    # x = 1: 1 + 0.5 * 5 * 3; x = 4: 4 + 0.5 * 0.5 * 3
    assert least(program) == pytest.approx(min(1 + 7.5, 4 + 0.75))
    assert program.randoms[0].values[1].tolist() == [3.0, 1.0]


SCENARIOS = """STOCH LADDER
SCENARIOS DISCRETE
 SC A 'ROOT' 0.5 P1
 RHS R2 5
 RHS R3 7
 SC B A 0.25 P3
 RHS R3 9
 SC C A 0.25 P2
 RHS R2 3
ENDATA
"""


def test_a_scenario_inherits_from_its_parent_or_from_the_core():
    parent = 1 + (0.75 * 5 + 0.25 * 3) + (0.5 * 7 + 0.25 * 9 + 0.25 * 7)
    assert least(ladder(SCENARIOS)) == pytest.approx(parent)
    core = 1 + (0.75 * 5 + 0.25 * 3) + (0.5 * 7 + 0.25 * 9 + 0.25 * 4)
    assert least(ladder(SCENARIOS, inherit=Inherit.CORE)) == pytest.approx(core)


def test_scenarios_share_the_nodes_of_their_parent_until_they_branch():
    program = ladder(SCENARIOS)
    assert program.widths == (1, 2, 3)
    assert [level.parent.tolist() for level in program.tree] == [[0], [0, 0], [0, 0, 1]]
    assert program.tree[1].probability.tolist() == [0.75, 0.25]


def test_the_stage_is_that_of_the_row_and_a_label_that_says_otherwise_is_named():
    stoch = "STOCH\nINDEP DISCRETE\n RHS R3 1 P2 0.5\n RHS R3 3 P2 0.5\nENDATA\n"
    program = ladder(stoch)
    assert program.widths == (1, 1, 2)
    assert "the row counts" in program.warnings[0] and ":3:" in program.warnings[0]


def test_probabilities_are_taken_as_they_stand_and_their_sum_is_named():
    program = vendor(indep((1, 0.5), (3, 0.6)))
    assert program.mass == pytest.approx(1.1)
    assert "sum to 1.1, not to 1" in program.warnings[0]
    assert least(program) == pytest.approx(by_hand((1, 3), (0.5, 0.6)))


def test_explicit_periods_mean_the_same_as_implicit_ones():
    explicit = ("TIME\nPERIODS EXPLICIT\n NOW\n LATER\nROWS\n SHELF NOW\n DEMAND LATER\n"
                "COLUMNS\n X NOW\n SHORT LATER\n OVER LATER\nENDATA\n")  # fmt: skip
    stoch = indep((1, 0.5), (6, 0.5))
    assert least(read_smps(VENDOR, explicit, stoch)) == pytest.approx(least(vendor(stoch)))


def test_a_random_coefficient_that_the_core_lacks_counts():
    # Each bought car brings 0 or 0.5 of another with it: X in DEMAND is 1 or 1.5.
    stoch = "STOCH\nINDEP DISCRETE\n X DEMAND 1 LATER 0.5\n X DEMAND 1.5 LATER 0.5\nENDATA\n"
    cost = [x + 0.5 * sum(3 * max(2 - a * x, 0) + 0.5 * max(a * x - 2, 0) for a in (1, 1.5))
            for x in (0, 2 / 1.5, 2)]  # fmt: skip
    assert least(vendor(stoch)) == pytest.approx(min(cost))
    lacking = VENDOR.replace(" X DEMAND 1\n", "")
    program = read_smps(lacking, VENDOR_TIME, stoch)
    assert least(program) == pytest.approx(min(cost))


def test_random_costs_and_bounds_are_read():
    stoch = ("STOCH\nINDEP DISCRETE\n SHORT COST 2 LATER 0.5\n SHORT COST 6 LATER 0.5\n"
             " UP BND SHORT 1 LATER 0.5\n UP BND SHORT 2 LATER 0.5\nENDATA\n")  # fmt: skip
    # Demand 2, at most one short in half of the cases: x >= 1; x - 1 costs 1, saves 4 on average.
    assert least(vendor(stoch)) == pytest.approx(min(1 + 4.0, 2))


def test_whole_columns_without_a_bound_may_pass_one():
    core = VENDOR.replace(" X COST 1 SHELF 1", " M 'MARKER' 'INTORG'\n X COST 1 SHELF 1").replace(
        " SHORT COST", " M 'MARKER' 'INTEND'\n SHORT COST"
    )
    program = read_smps(core, VENDOR_TIME, indep((2.5, 1.0)))
    # Two and 0.5 short cost 3.5, three and 0.5 left cost 3.25.
    assert least(program) == pytest.approx(min(2 + 1.5, 3 + 0.25))


def test_the_multistage_extensive_form_is_the_ladder_of_expected_levels():
    stoch = "STOCH\nINDEP DISCRETE\n" + "".join(
        f" RHS {row} {v} {p}\n" for row in ("R2", "R3") for v, p in ((1, 0.25), (5, 0.75))
    )
    program = ladder(stoch + "ENDATA\n")
    form = extensive(program, levels_of(program))
    assert program.widths == (1, 2, 4) and len(form.arrays.cost) == 7
    assert solve(form.arrays).value == pytest.approx(1 + 4 + 4)
    assert form.block.tolist() == [-1, 0, 1, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("A 0.25 P2", "Z 0.25 P2", "stoch:8: no scenario 'Z'"),
        ("'ROOT' 0.5 P1", "B 0.5 P1", "stoch:3: scenario 'A' and its parent 'B' go in a circle"),
        ("SC B A", "SC B C", "stoch:6: scenario 'B' and its parent 'C' stand in the wrong order"),
        ("SC B A", "SC A A", "stoch:6: scenario 'A' is taken"),
        ("RHS R3 9", "RHS R2 9", "changes data of period 'P2', before it branches"),
        ("0.25 P3", "0.25 P9", "stoch:6: no period 'P9'"),
        ("0.25 P3", "1.25 P3", "stoch:6: probability 1.25 is outside 0 .. 1"),
        ("R3 9", "R3 nan", "stoch:7: 'nan' is no finite number"),
        ("R3 9", "R3 inf", "stoch:7: 'inf' is no finite number"),
        ("R3 9", "R3 1e999", "stoch:7: '1e999' is no finite number"),
        ("R3 9", "R3 1e25", "stoch:7: 1e25 is beyond 1e20"),
        ("R3 9", "R4 9", "stoch:7: no row 'R4'"),
        ("RHS R3 9", "X9 R3 9", "stoch:7: no column 'X9'"),
        ("RHS R3 9", "X3 R2 9", "stoch:7: row 'R2' holds before column 'X3' is decided"),
        ("DISCRETE", "NORMAL", "stoch:2: 'NORMAL' is not read"),
        ("SCENARIOS", "NODES", "stoch:2: section 'NODES' is not read"),
    ],
)
def test_bad_scenarios_are_named_with_their_line(old, new, said):
    with pytest.raises(DataError) as caught:
        ladder(SCENARIOS.replace(old, new, 1))
    assert any(said in problem for problem in caught.value.problems), caught.value.problems
    assert all("; " in p or "more of the kind" in p for p in caught.value.problems)


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ("TIME\nPERIODS\n Y SHELF A\n SHORT DEMAND B\nENDATA", "time:3: no column 'Y'"),
        ("TIME\nPERIODS\n SHORT SHELF A\n X DEMAND B\nENDATA", "time:4: begins no later than"),
        ("TIME\nPERIODS\nENDATA", "time: 0 periods"),
        ("TIME\nPERIODS\n X COST A\n OVER DEMAND B\nENDATA", ""),
        ("TIME\nPERIODS EXPLICIT\n A\n B\nROWS\n SHELF A\n DEMAND A\nCOLUMNS\n X A\n SHORT B\n"
         " OVER B\nENDATA", "row 'DEMAND' holds before its column"),
        ("TIME\nPERIODS EXPLICIT\n A\n B\nROWS\n SHELF A\nCOLUMNS\n X A\nENDATA",
         "ROWS: 'DEMAND' has no period"),
    ],
)  # fmt: skip
def test_bad_periods_are_named_with_their_line(times, said):
    if not said:  # SHORT belongs to the first period then, and the row to the second
        assert read_smps(VENDOR, times, "STOCH\nENDATA").column_stage.tolist() == [0, 0, 1]
        return
    with pytest.raises(DataError) as caught:
        read_smps(VENDOR, times, "STOCH\nENDATA")
    assert any(said in problem for problem in caught.value.problems), caught.value.problems


def test_every_problem_of_a_file_is_listed_at_once():
    with pytest.raises(DataError) as caught:
        vendor("STOCH\nINDEP DISCRETE\n RHS DEMAND nan 0.5\n RHS DEMANT 1 2\n Y DEMAND 1 0.5\n")
    assert len(caught.value.problems) == 4


def test_randomness_in_the_first_period_is_refused():
    with pytest.raises(DataError, match="nothing is left to wait for"):
        vendor("STOCH\nINDEP DISCRETE\n RHS SHELF 5 0.5\n RHS SHELF 6 0.5\nENDATA\n")


def test_data_that_two_elements_set_are_refused():
    stoch = (
        "STOCH\nINDEP DISCRETE\n RHS DEMAND 5 1\nBLOCKS DISCRETE\n BL B LATER 1\n RHS DEMAND 6\n"
    )
    with pytest.raises(DataError, match="join them in one block"):
        vendor(stoch + "ENDATA\n")


TEXTS = [
    (VENDOR, VENDOR_TIME, indep((1, 0.5), (3, 0.5))),
    (LADDER, LADDER_TIME, SCENARIOS),
]
WORDS = ["", "nan", "1e999", "-1", "ROOT", "X", "BL", "SC", "UP", "RHS", "DISCRETE", "ADD", "'",
         "\x00", "\u00b2", "9" * 70, "INDEP", "ENDATA", "MARKER", "INTORG", "RANGES"]  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_hostile_text_ends_in_a_list_of_problems_or_in_a_program(data):
    texts = list(data.draw(st.sampled_from(TEXTS)))
    for _ in range(data.draw(st.integers(1, 3))):
        which = data.draw(st.integers(0, 2))
        lines = texts[which].split("\n")
        at = data.draw(st.integers(0, len(lines) - 1))
        words = lines[at].split(" ")
        change = data.draw(st.sampled_from(["word", "drop", "double", "swap", "text", "margin"]))
        if change == "word":
            words[data.draw(st.integers(0, len(words) - 1))] = data.draw(st.sampled_from(WORDS))
            lines[at] = " ".join(words)
        elif change == "drop":
            del lines[at]
        elif change == "double":
            lines.insert(at, lines[at])
        elif change == "swap":
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        elif change == "text":
            lines[at] = data.draw(st.text(max_size=80))
        else:
            lines[at] = lines[at].lstrip() if lines[at][:1] == " " else " " + lines[at]
        texts[which] = "\n".join(lines)
    try:
        program = read_smps(*texts, inherit=data.draw(st.sampled_from(Inherit)))
    except DataError as error:
        assert error.problems and all(isinstance(p, str) for p in error.problems)
        return
    form = written_out(program).arrays
    assert np.isfinite(form.cost).all() and np.isfinite(form.value).all()
    assert not np.isnan(np.concatenate([form.row_low, form.row_high, form.low, form.high])).any()


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300), st.text(max_size=100), st.text(max_size=300))
def test_any_text_at_all_ends_in_a_list_of_problems(core, times, stoch):
    for texts in itertools.permutations((core, times, stoch)):
        with pytest.raises(DataError):
            read_smps(*texts)
