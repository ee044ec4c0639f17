"""What a study's sheets may hold, read off its models: keys, usual units, and what to choose."""

import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from wheelbase.catalogue import Catalogue
from wheelbase.study.quantity import Either, Given, Known, Measure, Named
from wheelbase.study.read import Path_
from wheelbase.study.spec import CostSpec, StudySpec
from wheelbase.study.spec_car import PackageSpec
from wheelbase.study.spec_deal import AllianceSpec
from wheelbase.study.spec_network import NetworkSpec
from wheelbase.units import Quantity

__all__ = ["ANY", "Field", "fields_of", "kind_of", "tables_of"]

ANY = "*"
"""A part of a path that a study names itself."""

_UNITS = {
    "m": "mm", "m3": "l", "W": "kW", "car": "k", "car/yr": "k/yr", "EUR/J": "EUR/kWh",
    "EUR/m": "EUR/km", "EUR/m3": "EUR/l", "A*s": "Ah", "J/m3": "Wh/l", "J/kg": "Wh/kg",
}  # fmt: skip
_SHARES = ("share", "rate", "learning rate")


@dataclass(frozen=True, slots=True)
class Field:
    """A key of a study.

    Args:
        path: From the top, `ANY` for a name that the study gives.
        unit: In which a number is usually written; "" for none.
        assumed: Whether it takes low, high and a note.
        choices: What it may be, where that is a list.
        section: The section whose entries it may name.
    """

    path: Path_
    unit: str = ""
    assumed: bool = False
    choices: tuple[str, ...] = ()
    section: str = ""


def kind_of(question: object) -> type[BaseModel]:
    """Return the model of a study that asks this; that of a whole study for anything else."""
    kinds: dict[str, type[BaseModel]] = {
        "fit": PackageSpec,
        "cost": CostSpec,
        "whom": AllianceSpec,
        "where": NetworkSpec,
    }
    return kinds.get(str(question), StudySpec)


def tables_of() -> tuple[str, ...]:
    """Return the keys of all kinds of study that hold entries by id, each with several values."""
    found = (
        name
        for kind in (StudySpec, AllianceSpec, NetworkSpec)
        for name, field in kind.model_fields.items()
        if get_origin(field.annotation) is dict
        and (_models(get_args(field.annotation)[1]) or _is_dict(get_args(field.annotation)[1]))
    )
    return tuple(dict.fromkeys(found))


def fields_of(kind: type[BaseModel], facts: Catalogue) -> tuple[Field, ...]:
    """Return every key that a study of this kind may hold, in the order of its models."""
    found: dict[Path_, Field] = {}
    for field in _fields(kind, (), (), facts):
        known = found.setdefault(field.path, field)
        choices = tuple(dict.fromkeys([*known.choices, *field.choices]))
        found[field.path] = replace(known, choices=choices)  # as `type` of the kinds of deals
    return tuple(found.values())


def _fields(hint: Any, notes: Sequence[Any], path: Path_, facts: Catalogue) -> Iterator[Field]:
    origin = get_origin(hint)
    if origin is Annotated:
        inner, *more = get_args(hint)
        yield from _fields(inner, [*notes, *more], path, facts)
    elif origin in (Union, types.UnionType):
        branches = [branch for branch in get_args(hint) if branch is not type(None)]
        for branch in branches:
            yield from _fields(branch, notes, path, facts)
    elif _is_model(hint):
        for name, field in hint.model_fields.items():
            yield from _fields(field.annotation, field.metadata, (*path, name), facts)
    elif origin is dict:
        yield from _fields(get_args(hint)[1], (), (*path, ANY), facts)
    else:
        yield _leaf(hint, notes, path, facts)


def _leaf(hint: Any, notes: Sequence[Any], path: Path_, facts: Catalogue) -> Field:
    for note in notes:
        if isinstance(note, Given):
            return Field(path, _unit(note.quantity), assumed=True)
        if isinstance(note, Measure):
            return Field(path, _unit(note.quantity))
        if isinstance(note, Known):
            shelf = getattr(facts, note.shelf)
            return Field(path, choices=tuple(f"{note.prefix}{item.id}" for item in shelf))
        if isinstance(note, Either):
            return Field(path, choices=tuple(item.id for item in getattr(facts, note.shelf)))
        if isinstance(note, Named):
            return Field(path, section=note.section)
    if get_origin(hint) is Literal:
        return Field(path, choices=tuple(map(str, get_args(hint))))
    return Field(path, choices=("TRUE", "FALSE") if hint is bool else ())


def _unit(quantity: Quantity) -> str:
    if quantity.unit == "-":
        return "%" if quantity.name in _SHARES else ""
    return _UNITS.get(quantity.unit, quantity.unit)


def _models(hint: Any) -> list[Any]:
    if _is_model(hint):
        return [hint]
    return [] if _is_dict(hint) else [m for part in get_args(hint) for m in _models(part)]


def _is_dict(hint: Any) -> bool:
    return get_origin(hint) is dict


def _is_model(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, BaseModel)
