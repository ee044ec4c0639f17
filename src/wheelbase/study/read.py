"""YAML to plain data with the place of every value; a hostile file is refused before that."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

import yaml

from wheelbase.errors import DataError

__all__ = ["SIZE", "Document", "Path_", "as_yaml", "plain", "read", "read_text"]

SIZE = 1_000_000
"""Most bytes of a study; data belongs in CSV files."""
_DEPTH = 32
_VALUES = 50_000
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}

Path_ = tuple[str | int, ...]
_P = TypeVar("_P")


@dataclass(frozen=True, slots=True)
class Document:
    """A file as plain data; `places` gives line and column of each path, both from 1.

    `changes` are the paths that were set after reading, with what they were set to; `text`
    reproduces the data with them, the places stay those of the file. `cells` are those of a book of
    sheets, by path: its text is what the book says as YAML, and its places are told by cell.
    """

    name: str
    source: str
    data: dict[str, Any]
    places: dict[Path_, tuple[int, int]]
    changes: tuple[tuple[Path_, str], ...] = ()
    cells: Mapping[Path_, str] = field(default_factory=dict, repr=False)

    @property
    def text(self) -> str:
        """The file as it was read; written anew where values were changed."""
        return _written(self) if self.changes else self.source

    def place(self, path: Path_) -> str:
        """Return "file:line:column: a.b.c" for a path, or for its nearest parent in the file.

        A path that was changed, or lies below one, is "change a.b.c"; one in a book of sheets
        "file: sheet!B7: a.b.c".
        """
        told = ".".join(map(str, path))
        if any(path[: len(change)] == change for change, _ in self.changes):
            return f"change {told}"
        if self.cells:
            return f"{self.name}: {_nearest(path, self.cells)}: {told or 'file'}"
        line, column = self._spot(path)
        return f"{self.name}:{line}:{column}: {told or 'file'}"

    def line(self, path: Path_) -> int:
        """Return the line in which a path stands in the file, or its nearest parent."""
        return self._spot(path)[0]

    def _spot(self, path: Path_) -> tuple[int, int]:
        return _nearest(path, self.places)


def _nearest(path: Path_, known: Mapping[Path_, _P]) -> _P:
    return known[next(path[:n] for n in range(len(path), -1, -1) if path[:n] in known)]


def read(path: Path) -> Document:
    """Return the study file at `path`.

    Raises:
        DataError: Missing, too large, not UTF-8, or not a YAML mapping; names the place.
    """
    try:
        size = path.stat().st_size
        if size > SIZE:
            raise DataError(f"{path.name}: {size} bytes; a study has at most {SIZE}")
        return read_text(path.read_bytes().decode("utf-8-sig"), path.name)
    except OSError as error:
        raise DataError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from None
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path.name}: byte {error.start} is not UTF-8; save the file as UTF-8"
        ) from None


def read_text(text: str, name: str) -> Document:
    """Return a study text as plain data.

    Raises:
        DataError: Every problem that stops the file from being a tree of plain values.
    """
    try:
        if problems := list(_guard(text, name)):
            raise DataError(problems)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise DataError(_syntax(error, name)) from None
    if root is None:
        raise DataError(f"{name}:1:1: file: empty; see `wheelbase demo` for a study to start from")
    if not isinstance(root, yaml.MappingNode):
        raise DataError(f"{name}:1:1: file: must be a mapping of keys, such as 'name: my-study'")
    places: dict[Path_, tuple[int, int]] = {(): (1, 1)}
    found: list[tuple[int, int, str]] = []
    data = _build(root, (), places, found)
    if found:
        raise DataError([f"{name}:{line}:{column}: {what}" for line, column, what in found])
    return Document(name, text, data, places)


def _syntax(error: yaml.YAMLError, name: str) -> str:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    what = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"{name}:{line}:{column}: file: not YAML: {what}; indent with spaces, quote odd text"


def _guard(text: str, name: str) -> Iterator[str]:
    """Yield what must be refused before a tree is built: depth, count, anchors, tags."""
    loader = yaml.CSafeLoader(text)
    depth = count = documents = 0
    try:
        while loader.check_event():
            event: Any = loader.get_event()
            count += 1
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            documents += isinstance(event, yaml.DocumentStartEvent)
            mark = event.start_mark
            place = f"{name}:{mark.line + 1}:{mark.column + 1}"
            if documents > 1:
                yield f"{place}: file: a second document begins; keep one study per file"
                return
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                yield f"{place}: file: anchors and aliases are not allowed; use `extends`"
            if getattr(event, "tag", None):
                yield f"{place}: file: the tag {event.tag} is not allowed"
            if depth > _DEPTH or count > _VALUES:
                yield f"{place}: file: nested too deep or too many values"
                return
    finally:
        loader.dispose()


def _build(
    node: yaml.Node,
    path: Path_,
    places: dict[Path_, tuple[int, int]],
    problems: list[tuple[int, int, str]],
) -> Any:
    """Return the plain value of a node; its paths and problems are added to the lists."""
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if isinstance(node, yaml.SequenceNode):
        items = []
        for index, item in enumerate(node.value):
            here = (*path, index)
            places[here] = (item.start_mark.line + 1, item.start_mark.column + 1)
            items.append(_build(item, here, places, problems))
        return items
    mapping: dict[str, Any] = {}
    for key, value in node.value:
        spot = (key.start_mark.line + 1, key.start_mark.column + 1)
        if not isinstance(key, yaml.ScalarNode):
            problems.append((*spot, "a key must be plain text"))
            continue
        here = (*path, key.value)
        if key.value in mapping:
            what = f"given twice, first in line {places[here][0]}; keep one"
            problems.append((*spot, f"{'.'.join(map(str, here))}: {what}"))
            continue
        places[here] = spot
        mapping[key.value] = _build(value, here, places, problems)
    return mapping


def _scalar(node: yaml.ScalarNode) -> Any:
    """Return text as text; only true, false, null and plain numbers without quotes are values."""
    text = str(node.value)
    return text if node.style in ("'", '"', "|", ">") else plain(text)


def plain(text: str) -> str | int | float | bool | None:
    """Return what a text without quotes means: a word, a plain finite number, else itself."""
    if text in _WORDS:
        return _WORDS[text]
    if text.isascii() and _NUMBER.match(text):
        value = int(text) if re.fullmatch(r"[+-]?\d{1,15}", text) else float(text)
        return value if isfinite(value) else text
    return text


class _Dumper(yaml.CSafeDumper):
    """Writes every text in quotes that would be read as something else without them."""


def _text(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    style = None if plain(text) == text and isinstance(plain(text), str) else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _written(document: Document) -> str:
    """Return data as YAML with a first line that says what was changed."""
    told = "; ".join(f"{'.'.join(map(str, path))}={text}" for path, text in document.changes)
    return f"# {document.name} with {told}\n{as_yaml(document.data)}"


def as_yaml(data: Mapping[str, Any]) -> str:
    """Return plain data as YAML that is read as the same data."""
    return yaml.dump(dict(data), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)
