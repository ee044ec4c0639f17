import contextlib
import io
import re
from pathlib import Path

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


def test_the_readme_quotes_the_answer_that_the_demo_gives(results):
    quoted = " ".join(line[2:] for line in README.splitlines() if line.startswith("> "))
    assert quoted == results["answer"]["sentence"]


def test_the_python_of_the_tour_runs():
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
