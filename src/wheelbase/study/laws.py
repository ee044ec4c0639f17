"""The laws of a sweep against the quantities of the study that they vary."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from math import inf
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from wheelbase.catalogue import HARD_POINTS
from wheelbase.prices import Prices
from wheelbase.study.check import Problem
from wheelbase.study.field import REQUESTS, Request
from wheelbase.study.keys import keys_at
from wheelbase.study.quantity import Given, Measure
from wheelbase.study.spec_car import PackageSpec
from wheelbase.study.spec_sweep import SweepLaw
from wheelbase.units import Quantity, parse

__all__ = ["sweep_problems"]

_SECTIONS = ("bodies", "powertrains", "platforms", "targets")


def sweep_problems(spec: PackageSpec, data: Mapping[str, Any], prices: Prices) -> Iterator[Problem]:
    """Yield what keeps the sweep of a study from varying what it names.

    Args:
        spec: The study.
        data: Its document, which says what ids there are.
        prices: The way from any money to EUR of the study's base year.
    """
    for path, law in (spec.sweep.vary if spec.sweep else {}).items():
        try:
            _check(law, _quantities(spec, data, path), prices)
        except ValueError as error:
            yield ("sweep", "vary", path), str(error)


def _check(law: SweepLaw, asked: tuple[Quantity, ...], prices: Prices) -> None:
    """Refuse a law whose numbers are none of the quantity that it varies, or out of its range.

    Raises:
        ValueError: Says which number, and what to write.
    """
    texts = [f"{number:.12g} {law.unit}".strip() for number in law.numbers]
    quantity = _of_kind(texts[0], asked, prices)
    for n, text in enumerate(texts):
        deviates = law.kind == "normal" and n == 1
        parse(text, _open(quantity) if deviates else quantity, prices)


def _of_kind(text: str, asked: tuple[Quantity, ...], prices: Prices) -> Quantity:
    """Return which of the quantities that may stand at a path the text measures."""
    problems = []
    for quantity in asked:
        try:
            parse(text, _open(quantity), prices)
        except ValueError as error:
            problems.append(str(error))
        else:
            return quantity
    raise ValueError(problems[0])


def _open(quantity: Quantity) -> Quantity:
    """Return a quantity without a range."""
    return replace(quantity, low=-inf, high=inf, open_low=False, open_high=False)


def _quantities(spec: PackageSpec, data: Mapping[str, Any], path: str) -> tuple[Quantity, ...]:
    """Return what may stand at a path of the study: one quantity, or any of several.

    Raises:
        ValueError: The path leads nowhere, with near misses, or to what is no quantity.
    """
    root = type(spec)
    hint: Any = root
    node: Any = data
    parts = path.split(".")
    for n, part in enumerate(parts):
        found = tuple(_measured(hint))
        if found and parts[n:] == ["value"] and isinstance(node, dict):
            break
        if found:
            raise ValueError(f"'{'.'.join(parts[:n])}' is the quantity itself; end the path there")
        known = _SECTIONS if n == 0 else _known(root, hint, tuple(parts[:n]), node)
        if not known:
            raise ValueError(f"'{'.'.join(parts[:n])}' is no quantity; name a number of the study")
        if part not in known:
            raise ValueError(_nowhere(part, known))
        hint, node = _inside(hint, part), node.get(part) if isinstance(node, dict) else None
    found = tuple(_measured(hint))
    if not found:
        raise ValueError("is no quantity; name a number with a unit, or a bare one")
    if any(quantity.whole for quantity in found):
        raise ValueError("counts in whole numbers; a sweep varies what may lie between them")
    return found


def _known(root: type[BaseModel], hint: Any, path: tuple[str, ...], node: Any) -> list[str]:
    """Return the keys that may follow in a path: of models, and ids that the file gives."""
    known = keys_at(root, path)
    if get_origin(_bare(hint)) is dict:
        known += map(str, node) if isinstance(node, dict) else ()
        if any(_measured(get_args(_bare(hint))[1])):
            known += HARD_POINTS
    return list(dict.fromkeys(known))


def _nowhere(part: str, known: Iterable[str]) -> str:
    names = list(known)
    near = get_close_matches(part, names, n=3, cutoff=0.4) or names[:12]
    return f"leads nowhere: no '{part}'; did you mean {', '.join(near)}?"


def _inside(hint: Any, part: str) -> Any:
    """Return the hint of what a key holds, with its annotations."""
    for model in _models(hint):
        if part in model.model_fields:
            field = model.model_fields[part]
            return Annotated[(field.annotation, *field.metadata, None)]
    bare = _bare(hint)
    return get_args(bare)[1] if get_origin(bare) is dict else None


def _bare(hint: Any) -> Any:
    return _bare(get_args(hint)[0]) if get_origin(hint) is Annotated else hint


def _models(hint: Any) -> Iterator[type[BaseModel]]:
    """Yield the models that a hint allows, inside unions and annotations, not inside mappings."""
    hint = _bare(hint)
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        yield hint
    elif get_origin(hint) is not dict:
        for part in get_args(hint):
            if isinstance(part, type) or get_origin(part):
                yield from _models(part)


def _measured(hint: Any) -> Iterator[Quantity]:
    """Yield the quantities that a hint is written as."""
    if get_origin(hint) is Annotated:
        inner, *notes = get_args(hint)
        for note in notes:
            if isinstance(note, Measure | Given):
                yield note.quantity
        yield from _measured(inner)
    elif hint is Request:
        yield from REQUESTS.values()
    elif get_origin(hint) not in (dict, tuple, None):
        for part in get_args(hint):
            yield from _measured(part)
