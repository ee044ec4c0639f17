"""Command that takes a run or a study elsewhere: glTF, SVG, JSON, tables, sheets."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from wheelbase.cli.outcome import Outcome
from wheelbase.cli.study_commands import AsJson

__all__ = ["Form", "export"]


class Form(StrEnum):
    """What the package or the tables are written as."""

    gltf = "gltf"
    svg = "svg"
    json = "json"
    csv = "csv"
    parquet = "parquet"
    xlsx = "xlsx"


_ENDINGS = {Form.gltf: ".glb", Form.svg: ".svg", Form.json: ".json"}
_TABLES = ("csv", "parquet", "xlsx")
_EXAMPLE = "clar-or-bespoke"  # the study that fills the grey column of a blank book
_LONGEST = 100  # characters of a file name before its ending
# Names that Windows keeps for devices, whatever ending follows.
_DEVICES = {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10)}


def export(
    run: Annotated[
        Path,
        typer.Argument(
            metavar="RUN|STUDY|template",
            help="Folder of a finished run; a study, or 'template', to xlsx.",
        ),
    ],
    to: Annotated[
        Form | None,
        typer.Option("--to", help="The package: gltf, svg, json; tables: csv, parquet, xlsx."),
    ] = None,
    o: Annotated[
        Path | None,
        typer.Option("-o", metavar="FILE|FOLDER", help="Where it goes; RUN/FORM if not given."),
    ] = None,
    variant: Annotated[
        str | None, typer.Option("--variant", metavar="ID", help="Only this variant.")
    ] = None,
    table: Annotated[
        str | None, typer.Option("--table", metavar="NAME", help="Only this table.")
    ] = None,
    json: AsJson = False,
) -> Outcome:
    """Write the package of every variant of a run, or its tables; or a study as xlsx.

    `template` is the blank book with every key of a study, its units and what there is to choose.
    """
    from wheelbase.errors import DataError

    if not run.is_dir() and (book := _book(run, to, o)) is not None:
        return Outcome("export", 0, str(book), {"files": [str(book)]})
    if to is None:
        raise DataError("--to: say what to write: gltf, svg, json, csv, parquet or xlsx")
    if to.value in _TABLES and variant is not None:
        raise DataError(f"--variant: {to.value} holds tables; choose one with --table")
    if to.value not in _TABLES and table is not None:
        raise DataError(f"--table: {to.value} holds cars; choose one with --variant")
    written = _tables(run, to, o, table) if to.value in _TABLES else _package(run, to, o, variant)
    return Outcome("export", 0, "\n".join(written), {"files": written}, run=str(run))


def _book(name: Path, to: Form | None, o: Path | None) -> Path | None:
    """Write a study, or the blank one, as a book; None where the name is that of neither."""
    from wheelbase.catalogue import catalogue
    from wheelbase.errors import DataError
    from wheelbase.study import bundled, read
    from wheelbase.study.load import document_of
    from wheelbase.study.sheet_out import write_book, write_template

    blank = str(name) == "template"
    studies = bundled()
    if not (blank or str(name) in studies or name.is_file()):
        return None
    if to not in (None, Form.xlsx) or (o is not None and o.suffix.lower() != ".xlsx"):
        raise DataError(f"{name}: a study is written as xlsx alone; name a file in .xlsx")
    target = o or Path("study.xlsx" if blank else f"{name.stem}.xlsx")
    if blank:
        return write_template(read(studies[_EXAMPLE]), target, catalogue())
    return write_book(document_of(str(name)), target, catalogue())


def _package(run: Path, to: Form, o: Path | None, variant: str | None) -> list[str]:
    """Write the package of every variant asked for, and return the files."""
    from wheelbase.study import read_results
    from wheelbase.study.folder import write_bytes

    variants = _chosen(read_results(run), variant)
    contents = {id: _content(to, id, found) for id, found in variants.items()}
    folder = _folder(run / to.value if o is None else o, inside=None if o else run)
    names = _names(contents).items()
    return [str(write_bytes(folder / (n + _ENDINGS[to]), contents[id])) for id, n in names]


def _tables(run: Path, to: Form, o: Path | None, table: str | None) -> list[str]:
    """Write the tables of a run or a sweep, and return the files."""
    from wheelbase.errors import DataError
    from wheelbase.study import open_tables
    from wheelbase.study.exchange import TableForm, export_tables

    tables = open_tables(run)
    known = list(tables.views)
    if not known:
        raise DataError(f"{run}: the run has no tables; only runs of whole studies and sweeps have")
    if table is not None and table not in tables.views:
        raise DataError(f"no table {table!r}; the run has {', '.join(known)}")
    names, ending = known if table is None else [table], f".{to.value}"
    if o is not None and o.suffix.lower() == ending and not o.is_dir():
        if len(names) > 1 and to is not Form.xlsx:
            what = f"{o}: is one file for {len(names)} tables"
            raise DataError(f"{what}; name a folder, or choose a table with --table")
        targets = dict.fromkeys(names, o)
    else:
        folder = _folder(run / to.value if o is None else o, inside=None if o else run)
        stems = _names(names)
        if to is Form.xlsx:
            stems = dict.fromkeys(names, table or _names([run.resolve().name])[run.resolve().name])
        targets = {name: folder / (stem + ending) for name, stem in stems.items()}
    return [str(path) for path in export_tables(tables, TableForm(to.value), targets)]


def _chosen(results: Mapping[str, Any], id: str | None) -> dict[str, Any]:
    """Return the variants asked for."""
    from difflib import get_close_matches

    from wheelbase.errors import DataError

    variants = results.get("variants")
    if not isinstance(variants, dict) or not variants:
        raise DataError("results.json: has no variants; run the study again")
    if id is None:
        return variants
    if id not in variants:
        near = get_close_matches(id, list(variants), n=3, cutoff=0.3) or list(variants)[:5]
        raise DataError(f"no variant {id!r}; did you mean {', '.join(near)}?")
    return {id: variants[id]}


def _content(to: Form, id: str, variant: Mapping[str, Any]) -> bytes:
    from json import dumps

    from wheelbase.errors import DataError
    from wheelbase.report import arrangement, boxes_json, glb, standalone

    try:
        if to is Form.gltf:
            return glb(variant, id)
        if to is Form.svg:
            return standalone(arrangement(variant, id)).encode()
        return (dumps(boxes_json(variant), allow_nan=False, indent=1) + "\n").encode()
    except DataError as error:
        raise DataError([f"{id}: {line}" for line in error.problems]) from None


def _folder(path: Path, inside: Path | None) -> Path:
    """Return the folder for the files, made if absent; one inside a run is no link out of it."""
    from wheelbase.errors import DataError

    try:
        if inside is not None and not path.resolve().is_relative_to(inside.resolve()):
            raise DataError(f"{path}: is a link out of the run; name a folder with -o")
        if path.exists() and not path.is_dir():
            raise DataError(f"{path}: is a file; name a folder")
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{path}: {(error.strerror or 'cannot be made').lower()}") from None
    return path


def _names(ids: Iterable[str]) -> dict[str, str]:
    """Return a file name for every id: no separators, no hidden files, no two alike."""
    names: dict[str, str] = {}
    used: set[str] = set()
    for id in ids:
        kept = "".join(c if c.isascii() and (c.isalnum() or c in "._@-") else "_" for c in id)
        stem = kept.strip(".")[:_LONGEST] or "variant"
        if stem.split(".")[0].casefold() in _DEVICES:
            stem = f"_{stem}"
        name, count = stem, 1
        while name.casefold() in used:
            count += 1
            name = f"{stem}-{count}"
        used.add(name.casefold())
        names[id] = name
    return names
