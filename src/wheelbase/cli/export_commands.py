"""Command on the package of a run: export to glTF, SVG or JSON."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from wheelbase.cli.outcome import Outcome
from wheelbase.cli.study_commands import AsJson, RunName

__all__ = ["Form", "export"]


class Form(StrEnum):
    """What the package is written as."""

    gltf = "gltf"
    svg = "svg"
    json = "json"


_ENDINGS = {Form.gltf: ".glb", Form.svg: ".svg", Form.json: ".json"}
_LONGEST = 100  # characters of a file name before its ending
# Names that Windows keeps for devices, whatever ending follows.
_DEVICES = {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10)}


def export(
    run: RunName,
    to: Annotated[Form, typer.Option("--to", help="glTF (.glb), drawings, or plain boxes.")],
    o: Annotated[
        Path | None,
        typer.Option("-o", metavar="FOLDER", help="Where the files go; RUN/FORM if not given."),
    ] = None,
    variant: Annotated[
        str | None, typer.Option("--variant", metavar="ID", help="Only this variant.")
    ] = None,
    json: AsJson = False,
) -> Outcome:
    """Write the package of every variant of a finished run, one file each."""
    from wheelbase.study import read_results
    from wheelbase.study.folder import write_bytes

    variants = _chosen(read_results(run), variant)
    contents = {id: _content(to, id, found) for id, found in variants.items()}
    folder = _folder(run / to.value if o is None else o, inside=None if o else run)
    written = []
    for id, name in _names(contents).items():
        path = folder / (name + _ENDINGS[to])
        part = path.with_name(path.name + ".part")
        if part.is_symlink():
            part.unlink()  # or the content would land where the link points
        written.append(str(write_bytes(path, contents[id])))
    return Outcome("export", 0, "\n".join(written), {"files": written}, run=str(run))


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
