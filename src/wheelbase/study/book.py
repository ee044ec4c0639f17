"""A study in sheets brought in: checked as a file is, and written as YAML with its origin."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from wheelbase.catalogue import (
    Catalogue,
    Provenance,
    apart,
    beside,
    provenance_of,
    write_whole,
)
from wheelbase.errors import DataError
from wheelbase.study.alliances import load_checked
from wheelbase.study.folder import write_bytes
from wheelbase.study.read import Document, Path_

__all__ = ["ImportedBook", "import_book"]


@dataclass(frozen=True, slots=True)
class ImportedBook:
    """A checked study out of a book.

    Args:
        sheets: Name of a sheet to how many of its cells are values of the study.
        target: The file written; None for a preview.
        warnings: Of the study.
        provenance: Of the book.
    """

    sheets: dict[str, int]
    target: Path | None
    warnings: tuple[str, ...]
    provenance: Provenance = field(repr=False)


def import_book(source: Path, target: Path | None, facts: Catalogue) -> ImportedBook:
    """Return what a book holds, and write it as a study file where a target is given.

    The first line of the file names the book and its hash, as does `.provenance.json` beside it.

    Raises:
        DataError: Every problem of the book or of the study in it, by sheet and cell; the target
            cannot be written, or is the book.
    """
    if source.suffix.lower() != ".xlsx":
        raise DataError(f"{source}: is no .xlsx; save the book as Excel workbook")
    provenance = provenance_of(source, "study in sheets, xlsx")
    study = load_checked(source, facts)
    document = study.document
    leaves = (cell for path, cell in document.cells.items() if path and _is_value(document, path))
    sheets = dict(Counter(cell.split("!")[0] for cell in leaves))
    if target is not None:
        apart(source, target)
        head = f"# from {_plain(source.name)}, sha256 {provenance.sha256}\n"
        write_bytes(target, (head + document.text).encode())
        write_whole(*beside(target, provenance))
    return ImportedBook(sheets, target, study.warnings, provenance)


def _is_value(document: Document, path: Path_) -> bool:
    node: object = document.data
    for part in path:
        node = node.get(part) if isinstance(node, dict) else None
    return node is not None and not isinstance(node, dict)


def _plain(name: str) -> str:
    """Return the name of a file as it can stand in a comment."""
    return "".join(c if c.isprintable() else "?" for c in name)
