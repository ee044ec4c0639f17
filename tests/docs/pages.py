"""Runs a page: files are written, commands and Python run in order, what it shows is compared.

    ```{code-block} yaml        a file of that name is written
    :caption: my.yaml

    ```console                  lines after `$ ` are commands; what follows one is what it must say
    ```python                   runs in one namespace for the whole page
    ```text                     right after Python: what that must have printed

`...` stands for any text. A command ends well, or with the code that stands after `# exit`.
"""

import contextlib
import io
import re
import shlex
from pathlib import Path

from wheelbase.cli.main import run_command

__all__ = ["blocks", "run_page"]

FENCE = re.compile(r"^```(?:\{code-block\} )?(\w+)\n((?::\w+:[^\n]*\n)*)\n?(.*?)^```$", re.M | re.S)


def blocks(page):
    """Yield kind, caption and text of every block of a page."""
    for kind, options, text in FENCE.findall(page):
        caption = re.search(r":caption: (.+)", options)
        yield kind, caption[1].strip() if caption else None, text


def run_page(path, folder):
    """Run a page in a folder, which must be the current one; return how many steps ran."""
    names, said, steps = {}, "", 0
    for kind, caption, text in blocks(path.read_text("utf-8")):
        if caption:
            (folder / caption).write_text(text, "utf-8")
        elif kind == "python":
            said, steps = run_python(text, names, path), steps + 1
        elif kind == "text" and said:
            compare(text, said, path.name)
        elif kind == "console":
            steps += run_console(text, path)
    return steps


def run_python(text, names, path):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(text, str(path), "exec"), names)
    return out.getvalue()


def run_console(text, path):
    sessions = re.split(r"^\$ ", text, flags=re.M)[1:]
    for session in sessions:
        line, _, expected = session.partition("\n")
        while line.endswith("\\"):
            more, _, expected = expected.partition("\n")
            line = line[:-1] + more
        command, _, code = line.partition("# exit ")
        words = shlex.split(command, comments=True)
        assert words[0] == "wheelbase", f"{path.name}: only wheelbase is run: {line}"
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            ended = run_command(words[1:])
        assert ended == int(code or 0), f"{path.name}: {line}: {ended}: {err.getvalue()}"
        if expected.strip():
            compare(expected, err.getvalue() + out.getvalue(), f"{path.name}: {line}")
    return len(sessions)


def compare(expected, said, place):
    """Hold what was said to all that a page shows; `...` stands for any text, alone for lines."""
    shown, found = (
        "\n".join(line.rstrip() for line in text.strip().split("\n")) for text in (expected, said)
    )
    pattern = re.escape(shown)
    pattern = re.sub(r"^\\\.\\\.\\\.\\\n", r"(?:.*?\\n)?", pattern, flags=re.M)
    pattern = re.sub(r"\\\n\\\.\\\.\\\.$", r"(?:\\n.*)?", pattern)
    pattern = pattern.replace(r"\.\.\.", ".*?")
    assert re.fullmatch(pattern, found, re.S), f"{place}: expected\n{shown}\nsaid\n{found}"


def pages_below(folder):
    """Return every page of a folder, in order."""
    return sorted(Path(folder).glob("*.md"))
