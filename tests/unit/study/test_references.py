"""Folders of reference programs: what is refused, in which order they run, what is judged."""

import gzip

import pytest
from reference_folder import CORE, LEAST, STOCH, listed, row, written

from wheelbase.errors import DataError, LimitError, SolveError
from wheelbase.plan import Settled, Status
from wheelbase.plan.settle import Method
from wheelbase.study import hold_references, references


@pytest.fixture
def folder(tmp_path):
    return written(tmp_path)


def test_a_value_that_agrees_is_ok_and_one_that_does_not_is_not(folder):
    found = hold_references(listed(folder, row(), row("other", published="5")))
    assert [(h.instance.name, h.verdict.ok) for h in found.held] == [
        ("buy", True), ("other", False),
    ]  # fmt: skip
    assert not found.ok and not found.not_run
    assert found.held[0].found.value == pytest.approx(LEAST)


def test_packed_files_are_read(folder):
    (folder / "buy" / "buy.cor.gz").write_bytes(gzip.compress(CORE.encode()))
    found = hold_references(listed(folder, row(core="buy/buy.cor.gz")))
    assert found.ok and len(found.held) == 1


def test_smaller_programs_run_first(folder):
    more = STOCH.replace("ENDATA", " RHS NEED 3 0\n RHS NEED 1 0\nENDATA")
    (folder / "buy" / "more.sto").write_text(more)
    found = hold_references(listed(folder, row("z", stoch="buy/more.sto"), row("y")))
    assert [h.instance.name for h in found.held] == ["y", "z"] and found.ok


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (row(core="../secret"), ":2: core: '../secret' is no file of the folder"),
        (row(core="/etc/passwd"), ":2: core: '/etc/passwd' is no file of the folder"),
        (row(core="buy/none.cor"), ":2: core: 'buy/none.cor' is missing"),
        (row(core=""), ":2: core: '' is no file of the folder"),
        (row(core="out/secret"), ":2: core: 'out/secret' leads out of the folder"),
        (row(core="a" * 300), f":2: core: '{'a' * 80}' leads nowhere"),
        (row(core="buy"), ":2: core: 'buy' is missing"),
        (row(name=""), ":2: instance '' is empty"),
        (row(core="buy/broken.gz"), "broken.gz: cannot be read"),
        (row(stoch="buy/buy.tim"), "buy/buy.tim:1: section 'TIME' is not read"),
        (row(core="buy/solved.cor"), "solved.sol: is no count followed by as many numbers"),
        (row(core="round/buy.cor"), ":2: core: 'round/buy.cor'"),
        (row(core="buy/away.cor"), ":2: solution: 'buy/away.sol' leads out of the folder"),
        (row(published="254-260"), ":2: published: '254-260' is no value"),
    ],
)
def test_a_bad_list_names_every_problem(folder, tmp_path_factory, line, said):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret").write_text(CORE)
    (folder / "out").symlink_to(outside)
    (folder / "buy" / "broken.gz").write_bytes(b"no gzip")
    (folder / "buy" / "solved.cor").write_text(CORE)
    (folder / "buy" / "solved.sol").write_text("2\n1.0\n")
    (folder / "round").symlink_to(folder / "round")
    (folder / "buy" / "away.cor").write_text(CORE)
    (outside / "away.sol").write_text("1\n2.0\n")
    (folder / "buy" / "away.sol").symlink_to(outside / "away.sol")
    with pytest.raises(DataError) as caught:
        hold_references(listed(folder, line, row("good")))
    assert any(said in problem for problem in caught.value.problems), caught.value.problems


def test_a_name_twice_and_a_folder_without_a_list_are_refused(folder):
    with pytest.raises(DataError, match="taken"):
        hold_references(listed(folder, row(), row()))
    with pytest.raises(DataError, match="no such file"):
        hold_references(folder / "buy")
    (folder / "instances.csv").write_text("instance,core\nbuy,buy.cor\n")
    with pytest.raises(DataError, match="columns time, stoch"):
        hold_references(folder)


def test_a_program_without_a_point_is_held_and_not_ok(folder):
    (folder / "buy" / "bad.cor").write_text(CORE.replace("ENDATA", "BOUNDS\n UP B X 0\nENDATA"))
    found = hold_references(listed(folder, row(core="buy/bad.cor")))
    assert not found.ok and "infeasible" in found.held[0].verdict.why


def late(value, bound):
    gap = abs(value - bound) / abs(value)
    return Settled(value=value, bound=bound, gap=gap, status=Status.TIME, seconds=0.0,
                   method=Method.EXTENSIVE, cuts=None, interval=None)  # fmt: skip


@pytest.mark.parametrize(
    ("ended", "is_held"),
    [
        (late(5.0, 5.0), True),  # closed, another value
        (late(4.6, 4.4), True),  # a near bracket beside the published 4
        (late(9.0, 1.0), False),
        (LimitError("samples: not done"), False),
        (SolveError("no least point"), True),
    ],
)
def test_only_what_cannot_be_judged_is_dropped_at_the_limit(folder, monkeypatch, ended, is_held):
    def settled(*_):
        if isinstance(ended, Exception):
            raise ended
        return ended

    monkeypatch.setattr(references, "settle", settled)
    found = hold_references(listed(folder, row()))
    assert not found.ok
    assert (len(found.held), len(found.not_run)) == ((1, 0) if is_held else (0, 1))
    assert len(hold_references(folder, everything=True).held) == 1
