"""A study document with values at dotted paths set: what `-s PATH=VALUE` and a slider do."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from wheelbase.errors import DataError
from wheelbase.study.keys import keys_at, names_itself
from wheelbase.study.read import Document, Path_, plain
from wheelbase.study.sheet_fields import kind_of

__all__ = ["changed"]

_MOST = 200  # changes, and characters of each path and value
_SPACES = "\u00a0\u2009\u202f"  # pasted from a PDF, as units take them


def changed(document: Document, changes: Mapping[str, str]) -> Document:
    """Return the document with values at dotted paths set; its text reproduces it.

    A value is read as the file reads a text without quotes; `null` removes a key. List items go by
    their index, one more than there are appends. The last key of a path may be new, and so may be
    sections of the file that it leads through; whether a new key means anything is checked when
    the document becomes a study.

    Args:
        document: What is changed; stays as it is.
        changes: Path ("bodies.sedan_d.L103") to value ("4800 mm"), set in their order.

    Raises:
        DataError: Every path that leads nowhere, with the nearest key, and every text that no study
            file holds.
    """
    if not changes:
        return document
    if problems := list(_odd(changes)):
        raise DataError(problems)
    data, made = document.data, dict(document.changes)
    root = kind_of(data.get("question"))
    for name, text in changes.items():
        parts = tuple(name.strip().split("."))
        try:
            if text.strip().startswith(("{", "[")):
                raise ValueError("a change sets one value; name the key inside, or write a file")
            data, path = _set(data, parts, plain(text.strip()), (), root)
            made[path] = text.strip()
        except ValueError as error:
            problems.append(f"change {name}: {error}")
    if problems:
        raise DataError(problems)
    return replace(document, data=data, changes=tuple(made.items()))


def _odd(changes: Mapping[str, str]) -> Iterable[str]:
    """Yield what no study file holds: too many changes, too long ones, control characters."""
    if len(changes) > _MOST:
        yield f"changes: {len(changes)}; at most {_MOST} at once, write a file instead"
        return
    for name, text in changes.items():
        for part in (name, text):
            if not isinstance(part, str) or len(part) > _MOST or not _prints(part):
                shown = repr(part)[:40]
                yield f"change {shown}: give printable text of at most {_MOST} characters"


def _prints(text: str) -> bool:
    return all(char.isprintable() or char in _SPACES for char in text)


def _set(
    node: Any, parts: tuple[str, ...], value: Any, done: Path_, root: type[BaseModel]
) -> tuple[Any, Path_]:
    """Return `node` with the value set, and the whole path with list items as numbers.

    Raises:
        ValueError: The path leads nowhere; says which key is near.
    """
    head, rest = parts[0], parts[1:]
    if not head:
        raise ValueError("a part of the path is empty; write names with one dot between them")
    if isinstance(node, list):
        index = _index(node, head, bool(rest), value)
        below = node[index] if index < len(node) else None
        inner, path = _set(below, rest, value, (*done, index), root) if rest else (value, ())
        return [*node[:index], inner, *node[index + 1 :]], path or (*done, index)
    if not isinstance(node, dict):
        raise ValueError(f"'{'.'.join(map(str, done))}' holds a value, no keys; set it itself")
    here = (*done, head)
    if head not in node and (rest or value is None):
        allowed = keys_at(root, done)
        is_first = not node and value is not None and names_itself(root, done)
        if not is_first and (value is None or head not in allowed):
            raise ValueError(_unknown(head, node if value is None else [*node, *allowed]))
    if rest:
        inner, path = _set(node.get(head, {}), rest, value, here, root)
        return {**node, head: inner}, path
    if value is None:
        return {key: item for key, item in node.items() if key != head}, here
    return {**node, head: value}, here


def _index(node: list[Any], head: str, deeper: bool, value: Any) -> int:
    """Return which item of a list a part of a path names; one past the last to append."""
    last = len(node) - 1 if deeper or value is None else len(node)
    index = int(head) if head.isascii() and head.isdigit() else -1
    if not 0 <= index <= last:
        raise ValueError(f"no item '{head}'; the list has {len(node)}, the first is 0")
    if value is None and not deeper:
        raise ValueError("a list item cannot be removed by a change; write the list in the file")
    return index


def _unknown(key: str, known: Iterable[str]) -> str:
    names = list(dict.fromkeys(known))
    near = get_close_matches(key, names, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"there is {', '.join(names[:12])}"
    return f"unknown key '{key}'; {hint}"
