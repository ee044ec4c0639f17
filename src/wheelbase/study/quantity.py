"""Fields of a study: quantities with units, assumptions with an interval, and references."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from wheelbase.prices import Prices
from wheelbase.units import Quantity, parse

__all__ = [
    "Assumed",
    "Context",
    "Either",
    "Given",
    "Known",
    "Measure",
    "Named",
    "context_of",
    "unknown",
]


@dataclass(frozen=True, slots=True)
class Context:
    """What a study file is read against.

    Args:
        prices: The way from any money to EUR of the study's base year.
        shelves: Ids of the catalogue by shelf.
        names: Keys that the file itself defines, by section.
    """

    prices: Prices
    shelves: Mapping[str, Set[str]]
    names: Mapping[str, Set[str]]


def unknown(what: str, id: str, known: Iterable[str]) -> str:
    """Return what to say of an id that leads nowhere: the nearest ones, else what there is."""
    names = sorted(known)
    near = get_close_matches(id, names, n=3, cutoff=0.4) or names[:5]
    if not near:
        return f"no {what.replace('_', ' ')} '{id}'; there is none yet, define it"
    return f"no {what.replace('_', ' ')} '{id}'; did you mean {', '.join(near)}?"


def _text(value: Any, quantity: Quantity) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{value!r} is not a number with a unit")
    return value if isinstance(value, str) else repr(value)


def context_of(info: ValidationInfo) -> Context:
    """Return what a study file is read against."""
    if not isinstance(info.context, Context):
        raise TypeError("a study is validated with a Context")
    return info.context


@dataclass(frozen=True, slots=True)
class Measure:
    """Annotation of a float field that is written as a number with a unit."""

    quantity: Quantity

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the validator that parses the text into the unit of the code."""

        def read(value: Any, info: ValidationInfo) -> float:
            return parse(_text(value, self.quantity), self.quantity, context_of(info).prices)

        return core_schema.with_info_plain_validator_function(read)


@dataclass(frozen=True, slots=True)
class Assumed:
    """An assumption of the study in the unit of the code, with its interval and its origin."""

    value: float
    low: float
    high: float
    note: str
    text: tuple[str, str, str]

    def __float__(self) -> float:
        """Return the value."""
        return self.value


@dataclass(frozen=True, slots=True)
class Given:
    """Annotation of an assumption: `{value, low, high, note}`, each a number with a unit.

    `bare` also takes a number with a unit alone: a choice of the study, not an assumption.
    """

    quantity: Quantity
    bare: bool = False

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the validator that reads the mapping and checks its order."""
        return core_schema.with_info_plain_validator_function(self._read)

    def _read(self, value: Any, info: ValidationInfo) -> Assumed:
        if self.bare and not isinstance(value, dict):
            text = _text(value, self.quantity)
            number = parse(text, self.quantity, context_of(info).prices)
            return Assumed(number, number, number, "", (text, text, text))
        if not isinstance(value, dict):
            raise ValueError(
                "an estimate needs an interval; write {value: ..., low: ..., high: ..., note: ...}"
            )
        known = ("value", "low", "high", "note")
        if unknown := [str(key) for key in value if key not in known]:
            raise ValueError(f"unknown key '{unknown[0]}'; quote a text that contains a comma")
        if missing := [key for key in known if value.get(key) in (None, "")]:
            raise ValueError(f"misses {', '.join(missing)}")
        if not isinstance(value["note"], str):
            raise ValueError("note: write a text that says where the estimate comes from")
        numbers, problems = {}, []
        for key in known[:3]:
            try:
                text = _text(value[key], self.quantity)
                numbers[key] = parse(text, self.quantity, context_of(info).prices)
            except ValueError as error:
                problems.append(f"{key}: {error}")
        if problems:
            raise ValueError("; ".join(problems))
        low, base, high = (numbers[key] for key in ("low", "value", "high"))
        if not low <= base <= high:
            raise ValueError("low, value and high are not in order")
        texts = (str(value["value"]), str(value["low"]), str(value["high"]))
        return Assumed(base, low, high, value["note"], texts)


@dataclass(frozen=True, slots=True)
class Known:
    """Annotation of a reference into the catalogue; `prefix` as in `builtin/sedan-d`."""

    shelf: str
    prefix: str = ""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the validator that looks the id up."""

        def read(value: Any, info: ValidationInfo) -> str:
            ids = context_of(info).shelves[self.shelf]
            id = str(value).removeprefix(self.prefix)
            if str(value).startswith(self.prefix) and id in ids:
                return id
            raise ValueError(unknown(self.shelf, str(value), (self.prefix + id for id in ids)))

        return core_schema.with_info_plain_validator_function(read)


@dataclass(frozen=True, slots=True)
class Either:
    """Annotation of a reference to a part that the study defines or the catalogue holds."""

    shelf: str
    section: str

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the validator that looks the name up."""

        def read(value: Any, info: ValidationInfo) -> str:
            context = context_of(info)
            known = context.names[self.section] | context.shelves[self.shelf]
            if not isinstance(value, str) or value not in known:
                raise ValueError(unknown(self.shelf, str(value), known))
            return value

        return core_schema.with_info_plain_validator_function(read)


@dataclass(frozen=True, slots=True)
class Named:
    """Annotation of a reference to a part that the study itself defines."""

    section: str

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the validator that looks the name up."""

        def read(value: Any, info: ValidationInfo) -> str:
            names = context_of(info).names[self.section]
            if not isinstance(value, str) or value not in names:
                raise ValueError(unknown(self.section.removesuffix("s"), str(value), names))
            return value

        return core_schema.with_info_plain_validator_function(read)
