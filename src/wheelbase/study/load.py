"""A study file to a study that can run: every problem is found before anything is computed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ValidationError

from wheelbase.catalogue import Body, Catalogue, Platform, Powertrain
from wheelbase.errors import DataError
from wheelbase.prices import Prices
from wheelbase.study.change import changed
from wheelbase.study.check import (
    Problem,
    body_problems,
    contradictions,
    segment_problems,
    unused_keys,
)
from wheelbase.study.compose import body, platform, powertrain
from wheelbase.study.fastsim_file import form_of
from wheelbase.study.keys import keys_at
from wheelbase.study.laws import sweep_problems
from wheelbase.study.own_cells import with_cells
from wheelbase.study.quantity import Assumed, Context
from wheelbase.study.read import Document, read
from wheelbase.study.sheet_in import read_book
from wheelbase.study.spec import CostSpec, StudySpec
from wheelbase.study.spec_car import PackageSpec

__all__ = [
    "Assumption",
    "Costed",
    "Package",
    "S",
    "Study",
    "assumptions_of",
    "bundled",
    "document_of",
    "load",
    "load_costed",
    "load_package",
    "package_of",
    "spec_of",
    "study_of",
]

S = TypeVar("S", bound=BaseModel)
_P = TypeVar("_P", bound=PackageSpec)


@dataclass(frozen=True, slots=True)
class Assumption:
    """One assumption of the study as it was written, with the line it stands in."""

    path: str
    value: str
    low: str
    high: str
    note: str
    line: int
    figure: Assumed


@dataclass(frozen=True, slots=True)
class Package:
    """A checked study as far as it says what must fit into what."""

    spec: PackageSpec
    document: Document = field(repr=False)
    facts: Catalogue = field(repr=False)
    bodies: Mapping[str, Body] = field(repr=False)
    powertrains: Mapping[str, Powertrain] = field(repr=False)
    platforms: Mapping[str, Platform] = field(repr=False)
    warnings: tuple[str, ...]
    prices: Prices = field(repr=False)
    assumptions: tuple[Assumption, ...] = field(repr=False)

    def set(self, changes: Mapping[str, str]) -> Self:
        """Return a copy with values at dotted paths set, checked as the file is.

        Args:
            changes: Path ("bodies.sedan_d.L103") to value ("4800 mm"), as `changed` takes them.

        Raises:
            DataError: Every problem at once; also a change that asks another question.
        """
        document = changed(self.document, changes)
        if document.data.get("question") != self.document.data.get("question"):
            place = document.place(("question",))
            raise DataError(f"{place}: stays as it is; load the study with that change")
        found = package_of(document, self.facts)
        if not isinstance(found, type(self)):
            raise TypeError(f"{type(self).__name__} is read as {type(found).__name__}")
        return found


@dataclass(frozen=True, slots=True)
class Costed(Package):
    """A checked study as far as it says what cars cost."""

    spec: CostSpec


@dataclass(frozen=True, slots=True)
class Study(Costed):
    """A checked study: the file, its spec, and the specs composed from the catalogue."""

    spec: StudySpec


def bundled() -> dict[str, Path]:
    """Return the studies that ship with Wheelbase by name."""
    inside = Path(str(files("wheelbase.study"))) / "studies"
    folder = inside if inside.is_dir() else Path(str(files("wheelbase"))).parents[1] / "studies"
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def load(name: str | Path, facts: Catalogue, changes: Mapping[str, str] = {}) -> Study:
    """Return the study of a file, or the bundled study of that name, with changes to its values.

    Raises:
        DataError: No such study (with near misses), every problem of the file, or a study that
            asks only what fits.
    """
    return study_of(document_of(name, changes), facts)


def load_package(name: str | Path, facts: Catalogue, changes: Mapping[str, str] = {}) -> Package:
    """Return what a study says of bodies, powertrains and platforms; `question: fit` is enough.

    Raises:
        DataError: No such study (with near misses), or every problem of the file.
    """
    return package_of(document_of(name, changes), facts)


def package_of(document: Document, facts: Catalogue) -> Package:
    """Return what a document says of bodies, powertrains and platforms, priced where it can be.

    Raises:
        DataError: Every problem at once.
    """
    _asks(document, _OTHER)
    if document.data.get("question") == "fit":
        spec = spec_of(PackageSpec, document, facts)
        _refuse(document, facts, spec, ())
        return Package(*_parts(document, facts, spec))
    return _costed(document, facts)


def load_costed(name: str | Path, facts: Catalogue, changes: Mapping[str, str] = {}) -> Costed:
    """Return what a study says of cars and their prices; `question: cost` is enough.

    Raises:
        DataError: No such study (with near misses), every problem of the file, or a study that
            asks only what fits.
    """
    return _costed(document_of(name, changes), facts)


def document_of(name: str | Path, changes: Mapping[str, str] = {}) -> Document:
    """Return the document of a file, or of the bundled study of that name, with changes to it.

    Raises:
        DataError: No such study (with near misses), a file that is no tree of plain values, or a
            change that leads nowhere.
    """
    studies = bundled()
    if isinstance(name, str) and name in studies:
        return changed(read(studies[name]), changes)
    path = Path(name)
    if not _is_there(path):
        near = get_close_matches(str(name), studies, n=1, cutoff=0.4)
        hint = f"; did you mean the bundled study '{near[0]}'?" if near else ""
        raise DataError(f"{name}: no such file{hint}")
    found = read_book(path) if path.suffix.lower() == ".xlsx" else read(path)
    if form_of(found.data):
        what = "is a vehicle of FASTSim; `wheelbase import fastsim` makes a study of it"
        raise DataError(f"{found.name}: file: {what}, `wheelbase simulate` drives it")
    return changed(found, changes)


def _is_there(path: Path) -> bool:
    """Return whether there is something at a path; a name that no disk takes leads nowhere."""
    try:
        return path.exists()
    except OSError:
        return False


def study_of(document: Document, facts: Catalogue) -> Study:
    """Return the study that a document describes.

    Raises:
        DataError: Every problem at once, each with file, line, column, path and remedy.
    """
    _asks(document, {"fit": "only what fits; use `wheelbase fit`",
                     "cost": "only what cars cost; use `wheelbase cost`",
                     **_OTHER})  # fmt: skip
    spec = spec_of(StudySpec, document, facts)
    _refuse(document, facts, spec, contradictions(spec))
    return Study(*_parts(document, facts, spec))


def _costed(document: Document, facts: Catalogue) -> Costed:
    if document.data.get("question") != "cost":
        _asks(document, {"fit": "only what fits; use `wheelbase fit`", **_OTHER})
        return study_of(document, facts)
    spec = spec_of(CostSpec, document, facts)
    _refuse(document, facts, spec, segment_problems(spec))
    return Costed(*_parts(document, facts, spec))


def _refuse(
    document: Document, facts: Catalogue, spec: PackageSpec, found: Iterable[Problem]
) -> None:
    """Refuse a study whose parts contradict each other, or whose sweep varies what is not there."""
    prices = facts.prices(_base_year(document.data))
    told = [*found, *sweep_problems(spec, document.data, prices)]
    if problems := [f"{document.place(path)}: {what}" for path, what in told]:
        raise DataError(problems)


_OTHER = {"whom": "only with whom; use `wheelbase partner`",
          "where": "only where to build; use `wheelbase plan`"}  # fmt: skip


def _asks(document: Document, less: Mapping[str, str]) -> None:
    """Refuse a study that asks less than is needed, by what it asks."""
    if what := less.get(str(document.data.get("question"))):
        said = f"asks {what}, or ask which or when"
        raise DataError(f"{document.place(('question',))}: {said}")


def spec_of(kind: type[S], document: Document, facts: Catalogue) -> S:
    """Return a document as a spec of one kind.

    Raises:
        DataError: Every problem at once, each with file, line, column, path and remedy.
    """
    context = _context(document, facts, facts.prices(_base_year(document.data)))
    try:
        return kind.model_validate(document.data, context=context)
    except ValidationError as error:
        problems = _problems(error, document, kind)
        raise DataError(sorted(set(problems), key=_order)) from None


def _parts(document: Document, facts: Catalogue, spec: _P) -> tuple[Any, ...]:
    """Return the fields of a package, composed from the catalogue, in their order.

    Raises:
        DataError: Lengths of a body that cannot belong to one car.
    """
    facts = with_cells(facts, spec.cells, document)
    bodies = {id: body(id, s, facts) for id, s in spec.bodies.items()}
    if problems := [f"{document.place(path)}: {what}" for path, what in body_problems(bodies)]:
        raise DataError(problems)
    trains = {id: powertrain(id, s, facts) for id, s in spec.powertrains.items()}
    platforms = {id: platform(id, s, trains) for id, s in spec.platforms.items()}
    warnings = tuple(f"{document.place(p)}: {what}" for p, what in unused_keys(spec))
    prices = facts.prices(_base_year(document.data))
    found = assumptions_of(spec, document)
    return spec, document, facts, bodies, trains, platforms, warnings, prices, found


def _context(document: Document, facts: Catalogue, prices: Prices) -> Context:
    shelves = {shelf.kind: frozenset(item.id for item in shelf) for shelf in facts.shelves}
    sections = ("bodies", "cells", "powertrains", "platforms", "plants", "products")
    tables = {key: document.data.get(key) for key in sections}
    names = {k: frozenset(map(str, t if isinstance(t, dict) else ())) for k, t in tables.items()}
    return Context(prices, shelves, names)


def _base_year(data: Mapping[str, Any]) -> int:
    """Return the price year that the file asks for; validation names a bad one."""
    base = data.get("base")
    currency = str(base.get("currency")) if isinstance(base, dict) else ""
    return int(currency[3:]) if re.fullmatch(r"EUR(19|20)\d\d", currency) else 2019


def _order(problem: str) -> tuple[str, int, int, str]:
    """Return what sorts problems by their place in the file, those of changes first."""
    if found := re.match(r"[^:]*:(\d+):(\d+): ", problem):
        return "", int(found[1]), int(found[2]), problem
    if found := re.match(r"[^:]*: ([^!:]*)!([A-Z]+)(\d+): ", problem):
        return found[1], int(found[3]), int(found[2], 36), problem
    return "", 0, 0, problem


def _problems(error: ValidationError, document: Document, kind: type[BaseModel]) -> Iterator[str]:
    for item in error.errors():
        path = tuple(p for p in item["loc"] if p != "[key]")
        path = tuple(p for p in path if not (isinstance(p, str) and _is_branch(p)))
        if path[:1] == ("deals",) and len(path) > 2:  # the type of the deal, which is no key
            path = path[:2] + path[3:]
        if path[:1] == ("pack_price",):  # by name or by year, which is no key
            path = path[:1] + path[2:]
        yield f"{document.place(path)}: {_text(item, path, kind)}"


def _is_branch(part: str) -> bool:
    """Return whether a part of an error's place is one of several kinds of value, not a key."""
    return part == "LaunchSpec" or part.startswith(("literal[", "dict[", "constrained-"))


_DEALS = "codevelop, supply, licence, invest, table"
_PATTERNS = {
    "_id": "must be lower case letters, digits, '_' or '-', beginning with a letter",
}


def _text(item: Any, path: tuple[str | int, ...], root: type[BaseModel]) -> str:
    """Return what is wrong and what to do, in the product's own words."""
    kind = item["type"]
    if kind == "value_error":
        return str(item["ctx"]["error"])
    if kind == "extra_forbidden":
        allowed = keys_at(root, path[:-1])
        near = get_close_matches(str(path[-1]), allowed, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"allowed: {', '.join(allowed)}"
        return f"unknown key; {hint}"
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return f"a deal needs a type, one of {item['ctx'].get('expected_tags', _DEALS)}"
    if kind == "missing":
        return "missing; add it"
    if kind == "int_parsing":
        return f"{item['input']!r} is no whole number"
    if kind == "too_short":
        return f"holds {item['ctx']['actual_length']}; give at least {item['ctx']['min_length']}"
    if kind == "literal_error" and not isinstance(item["input"], str | int):
        return f"is one of {item['ctx']['expected']}"
    if kind == "string_pattern_mismatch":
        return f"{item['input']!r} {_PATTERNS['_id']}"
    return f"{item['input']!r}: {item['msg'][0].lower()}{item['msg'][1:]}"


def assumptions_of(spec: BaseModel, document: Document) -> tuple[Assumption, ...]:
    """Return every assumption of a spec in the order of the file."""
    return tuple(_assumptions(spec, (), document))


def _assumptions(
    value: Any, path: tuple[str | int, ...], document: Document
) -> Iterator[Assumption]:
    """Yield every assumption of a spec in the order of the file."""
    if isinstance(value, Assumed) and value.note:
        line = document.line(path)
        yield Assumption(".".join(map(str, path)), *value.text, value.note, line, value)
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _assumptions(getattr(value, name), (*path, name), document)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _assumptions(item, (*path, key), document)
