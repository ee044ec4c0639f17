"""Pages that the code writes: command line, Python API, nomenclature, sources."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import typer

import wheelbase
from wheelbase import units
from wheelbase.catalogue import Catalogue, catalogue
from wheelbase.catalogue.spec import Field, shape
from wheelbase.cli.app import app

__all__ = ["write"]

SOURCE = Path(inspect.getfile(wheelbase)).parent
ROOMS = [name for name in wheelbase.__all__ if inspect.ismodule(getattr(wheelbase, name))]


def write(folder: Path) -> None:
    """Write every generated page and bibliography below `folder`, where its text has changed."""
    pages = {
        "commands.md": _page("Command line", "".join(_commands(typer.main.get_command(app)))),
        "api.md": _page("Python API", "".join(_top_level())),
        "nomenclature.md": _page("Nomenclature", "".join(_nomenclature())),
        "sources.bib": _bibliography((SOURCE / "catalogue" / "sources.bib").read_text("utf-8")),
    }
    pages["methods.bib"] = _titles((SOURCE / "study" / "methods.bib").read_text("utf-8"))
    pages |= {f"api/{room}.md": _room(room) for room in ROOMS}
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")


def _page(title: str, text: str) -> str:
    return f"# {title}\n\n{text}"


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    cells = ([cell.replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells) + "\n\n"


# --- the command line


def _commands(command: Any, words: str = "wheelbase", level: int = 2) -> Iterator[str]:
    """Yield a command and those below it."""
    if level == 2:
        yield "Written from the commands themselves; `wheelbase COMMAND --help` says the same.\n\n"
    for name, inner in command.commands.items():
        path = f"{words} {name}"
        yield f"{'#' * level} {path.removeprefix('wheelbase ')}\n\n"
        yield f"{inspect.cleandoc(inner.help)}\n\n"
        if hasattr(inner, "commands"):
            yield from _commands(inner, path, level + 1)
            continue
        context = inner.make_context(path, [], resilient_parsing=True)
        usage = " ".join(inner.collect_usage_pieces(context))
        yield f"```text\n{path} {usage}\n```\n\n"
        records = (p.get_help_record(context) for p in inner.params if p.name != "help")
        yield _table(
            ("argument or option", "what it is"),
            ((f"`{record[0]}`", record[1]) for record in records if record),
        )


# --- the Python API


def _top_level() -> Iterator[str]:
    yield f"{inspect.getdoc(wheelbase).split(chr(10))[0]}\n\n"
    yield "`import wheelbase as wb` gives the rooms as modules and the few names that are no room; "
    yield "each is loaded when it is first used.\n\n"
    for name in wheelbase.__all__:
        if name not in ROOMS:
            value = getattr(wheelbase, name)
            yield f"- `wb.{name}`: {_first_line(value)}\n"
    yield "\n"
    yield _table(
        ("room", "its question"),
        ((f"[`wb.{r}`](api/{r}.md)", _first_line(getattr(wheelbase, r))) for r in ROOMS),
    )
    yield "```{toctree}\n:hidden:\n\n" + "".join(f"api/{room}\n" for room in ROOMS) + "```\n"


def _first_line(value: Any) -> str:
    return (inspect.getdoc(value) or "").split("\n")[0]


def _room(name: str) -> str:
    head = f"# wheelbase.{name}\n\n```{{eval-rst}}\n.. automodule:: wheelbase.{name}\n"
    return head + "   :members:\n```\n"


# --- nomenclature


def _nomenclature() -> Iterator[str]:
    yield (
        "Written from `wheelbase.units`, the classes of the catalogue and the shipped facts. "
        "Inside the code every number is SI; money is EUR of the base year of the study, planning "
        "counts in cars and years. A unit stands in the name only where a figure leaves the "
        "product (`range_wltp_km`).\n\n## Quantities and their units\n\n"
        "What a field measures decides which units it takes and which range it has. Other units "
        "than these are written as products of them: `N/(km/h)^2`, `USD2022/kW`.\n\n"
    )
    yield _table(("quantity", "inside the code", "range", "also written in"), _quantities())
    yield (
        "## Fields of the catalogue\n\nOne table for each file of facts. *kind* is how the cell "
        "is written: a figure with unit, money with currency and price year, a word of a closed "
        "list, the id of another entry, or a date; a series has a row for each year "
        "(`sales@2019`), a list several rows.\n\n"
    )
    specs = {k: get_args(v)[0] for k, v in get_type_hints(Catalogue).items() if k != "sources"}
    for shelf in catalogue().shelves:
        kind, spec = shelf.kind, specs[shelf.kind]
        yield f"### {kind}\n\n{_first_line(spec)} {len(shelf)} entries.\n\n"
        yield _table(
            ("field", "kind", "unit in the code", "units in the facts", "may be missing"),
            (_field(f, shelf) for f in shape(spec)),
        )


def _quantities() -> Iterator[tuple[str, ...]]:
    seen = set()
    for name in units.__all__:
        marks = getattr(getattr(units, name), "__metadata__", ())
        for quantity in marks:
            if quantity in seen:
                continue
            seen.add(quantity)
            others = units.names_of(quantity)
            span = "any" if quantity.low == -float("inf") else quantity.range_text()
            yield quantity.name, f"`{quantity.unit}`", span, ", ".join(f"`{o}`" for o in others)


def _field(field: Field, shelf: Any) -> tuple[str, ...]:
    kind = field.kind if field.many == "one" else f"{field.many} of {field.kind}"
    words = f": {', '.join(field.words)}" if field.words else ""
    unit = f"`{field.quantity.unit}`" if field.quantity else ""
    pattern = re.compile(rf"{re.escape(field.name)}(_low|_high)?(@\d+)?$")
    written = {o.unit for (_, name), o in shelf.origins.items() if pattern.match(name)}
    shown = ", ".join(f"`{w}`" for w in sorted(written - {"text", "id", "date"}))
    return f"`{field.name}`", kind + words, unit, shown, "yes" if field.optional else ""


# --- bibliography


def _bibliography(text: str) -> str:
    """Return the sources as the style of the site reads them.

    It wants the year of a date, an author that is no person in braces, and no bare sign of TeX.
    """
    text = re.sub(r"\n  date = \{(\d{4})", r"\n  year = {\1},\n  date = {\1", text)
    text = re.sub(r"\n  author = \{(.*)\},?\n", _author, text)
    return _titles(re.sub(r"(?<!\\)([%&_#])", r"\\\1", text))


def _titles(text: str) -> str:
    """Return entries whose titles keep their capitals: a style makes small letters of others."""
    return re.sub(r"(\n  title = )\{(.*)\},?\n", r"\1{{\2}},\n", text)


def _author(match: re.Match[str]) -> str:
    people = all(name.count(",") == 1 for name in match[1].split(" and "))
    return match[0] if people else match[0].replace(match[1], f"{{{match[1]}}}")
