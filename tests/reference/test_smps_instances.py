"""Published stochastic programs: sizes of all, values of those that solve at once.

Values and sizes are those of the list beside the files; it says where each was published.
"""

import csv
from pathlib import Path

import pytest

from wheelbase.plan import judge, settle, work_of
from wheelbase.plan.stochastic import levels_of
from wheelbase.study.references import read_references

DATA = Path(__file__).parents[3] / "shared" / "data" / "instances"
WORK = 15_000  # coefficients of what solves within a second or two

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the reference programs are not here")


@pytest.fixture(scope="module")
def instances():
    return {i.name: i for i in read_references(DATA)}


@pytest.fixture(scope="module")
def rows():
    with (DATA / "instances.csv").open(encoding="utf-8") as file:
        return {row["instance"]: row for row in csv.DictReader(file)}


def test_every_file_is_read_to_the_size_that_its_list_states(instances, rows):
    assert len(instances) == 36
    for name, instance in instances.items():
        program, row = instance.program, rows[name]
        core = program.core
        assert len(core.rows) == int(row["core_rows"]), name
        assert len(core.columns) == int(row["core_cols"]), name
        assert core.integer.sum() == int(row["all_ints"]), name
        assert core.integer[program.column_stage == 0].sum() == int(row["first_stage_ints"]), name
        assert (program.column_stage == 0).sum() == int(row["first_stage_vars"]), name
        assert len(program.periods) == int(row["stages"]), name
        assert program.scenarios == pytest.approx(float(row["scenarios"]), rel=0.05), name
        assert program.mass == pytest.approx(float(row["probability_sum"]), abs=1e-6), name


def test_what_solves_at_once_agrees_with_what_is_published(instances):
    quick = [i for i in instances.values() if work_of(i.program) < WORK]
    assert len(quick) >= 12
    for instance in quick:
        found = settle(instance.program, limit=30)
        verdict = judge(instance.known, found)
        assert found.is_closed and verdict.ok, (instance.name, found, verdict.why)


def test_the_stage_of_an_element_is_that_of_its_row(instances):
    """By the label the value would be 504.7373, by the row it is the published 719.2067."""
    instance = instances["electric3stage_indep"]
    assert any("the row counts" in warning for warning in instance.program.warnings)
    assert settle(instance.program).value == pytest.approx(719.2066666667, rel=1e-9)


def test_probabilities_that_miss_one_are_named_and_kept(instances):
    for name, total in (("pltexpA2_16", 1.0002), ("pltexpA4_16", 0.9996), ("sizes3", 0.999999)):
        program = instances[name].program
        assert any("not to 1" in warning for warning in program.warnings), name
        assert program.mass == pytest.approx(total, abs=2e-5), name


def test_a_tree_of_4096_leaves_is_written_out(instances):
    program = instances["pltexpA4_16"].program
    levels = levels_of(program)
    assert [len(level.parent) for level in levels] == [1, 16, 256, 4096]


def test_simple_recourse_is_exact_without_its_646425_scenarios(instances):
    program = instances["gbd"].program
    assert program.scenarios == 646_425
    assert settle(program).value == pytest.approx(1655.6278474, rel=1e-9)
