import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest
import typer

from wheelbase.cli.app import app
from wheelbase.cli.main import run_command
from wheelbase.study import bundled, load_checked

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
TOUR = [
    shlex.split(line, comments=True) for line in re.findall(r"^\$ wheelbase (.*)$", README, re.M)
]
QUICK = ("cost bills", "explain", "catalogue")
"""What the tour asks that is answered in a few seconds."""


def test_the_readme_quotes_the_answer_that_the_demo_gives(results):
    quoted = " ".join(line[2:] for line in README.splitlines() if line.startswith("> "))
    assert quoted == results["answer"]["sentence"]


def test_the_python_of_the_tour_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = re.search(r"```python\n(.*?)```", README, re.S)[1]
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(compile(code, "README", "exec"), {})
    assert "Keep the flexible architecture" in said.getvalue()


def test_the_accuracy_table_of_the_readme_is_that_of_the_report(results):
    table = {(c["name"], c["quantity"].split()[0]): c for c in results["validation"]}
    rows = re.findall(r"^\| ((?:BMW|Jaguar|Tesla)[^|]+) \| (\w+)[^|]*\| ([\d.]+) ", README, re.M)
    assert len(rows) == 7
    short = {"Jaguar I-Pace": "Jaguar I-Pace EV400"}
    for name, quantity, predicted in rows:
        check = table[short.get(name, name), quantity]
        assert abs(check["predicted"] - float(predicted)) < 0.06


def test_only_two_commands_are_asked_of_a_newcomer():
    makefile = (Path(__file__).parents[1] / "Makefile").read_text("utf-8")
    for verb in ("demo", "test"):
        assert f"make {verb}" in README and f"\n{verb}:" in makefile


def parsed(arguments):
    """Return the command that the arguments name; the parser raises where it does not take them."""
    command, words = typer.main.get_command(app), list(arguments)
    while hasattr(command, "resolve_command"):
        with command.make_context("wheelbase", [], resilient_parsing=True) as context:
            _, command, words = command.resolve_command(context, words)
    command.make_context("wheelbase", words)
    return command


@pytest.mark.parametrize("arguments", TOUR, ids=" ".join)
def test_every_line_of_the_tour_is_a_command_of_today(arguments):
    assert parsed(arguments).name in arguments


def test_a_word_that_no_command_takes_is_not_parsed():
    with pytest.raises(Exception, match="--novel"):
        parsed(["cost", "bills", "--novel"])


@pytest.mark.parametrize("name", sorted({word for line in TOUR for word in line} & {*bundled()}))
def test_every_study_of_the_tour_is_fine(name, facts):
    assert not load_checked(name, facts).warnings


@pytest.mark.parametrize("line", [w for w in TOUR if " ".join(w).startswith(QUICK)], ids=" ".join)
def test_the_quick_lines_of_the_tour_are_answered(line, ran, capsys):
    code = run_command([str(ran.folder) if word == "runs/mine" else word for word in line])
    assert code == 0 and capsys.readouterr().out
