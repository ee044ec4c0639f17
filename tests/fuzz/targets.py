"""What is fuzzed: each target makes an input out of chance and gives it to Wheelbase.

A target returns whether the input was accepted. Whatever it raises other than a `WheelbaseError`
is a finding, and so is an `Absurd`: an input that was accepted and makes no sense.
"""

import random
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

import yaml
from fuzz.measures import unit_names, unit_of
from fuzz.mutate import NAMES, bent, number, quantity, seed_of
from fuzz.sense import BOUNDS, absurd_parse, absurd_study, bound_at

from wheelbase import units
from wheelbase.catalogue import catalogue
from wheelbase.catalogue.load import load as load_facts
from wheelbase.catalogue.source import read_sources
from wheelbase.study import bundled
from wheelbase.study.alliances import any_of
from wheelbase.study.change import changed
from wheelbase.study.load import package_of
from wheelbase.study.read import Document, read_text

__all__ = ["Absurd", "Target", "checked", "facts_of", "studies"]


class Absurd(AssertionError):
    """An input was accepted that makes no sense."""


@dataclass(frozen=True)
class Target:
    """Something that takes input from outside.

    Args:
        make: An input out of chance, and nothing else.
        run: Gives it to Wheelbase, in a folder that it may use, and says whether it was accepted.
    """

    make: Callable[[random.Random], Any]
    run: Callable[[Any, Path], bool]


facts_of = cache(catalogue)


@cache
def studies() -> dict[str, str]:
    """Return the bundled studies by name, and those that say what else a study may say."""
    found = {name: path.read_text("utf-8") for name, path in bundled().items()}
    more = yaml.safe_load(Path(__file__).with_name("everything.yaml").read_text("utf-8"))
    for name, added in more.items():
        whole = _laid(yaml.safe_load(found[name]), added)
        found[f"{name}, more"] = yaml.safe_dump(whole, sort_keys=False, allow_unicode=True)
    return found


def _laid(under: Any, over: Any) -> Any:
    """Return a tree with another one laid over it."""
    if not (isinstance(under, dict) and isinstance(over, dict)):
        return over
    return under | {key: _laid(under.get(key), value) for key, value in over.items()}


QUANTITIES = [
    hint.__metadata__[0]
    for hint in vars(units).values()
    if hasattr(hint, "__metadata__") and isinstance(hint.__metadata__[0], units.Quantity)
]


def make_quantity(rng: random.Random) -> tuple[int, str]:
    place, how = rng.randrange(len(QUANTITIES)), rng.random()
    text = rng.choice((quantity(rng), number(rng), rng.choice(NAMES)))
    if how < 0.3:
        text = f"{number(rng)} {rng.choice(_alike(QUANTITIES[place].unit))}"
    elif how < 0.6:
        text = f"{number(rng)} {QUANTITIES[place].unit.replace('-', '') or rng.choice(('', '%'))}"
    return place, bent(rng, text) if rng.random() < 0.2 else text


@cache
def _alike(unit: str) -> list[str]:
    """Return the units that measure what this one measures, by the second reader."""
    wanted = unit_of(unit)
    found = [name for name in unit_names() if unit_of(name).dimensions == wanted.dimensions]
    return found or [unit]


def run_quantity(asked: tuple[int, str], _: Path) -> bool:
    place, text = asked
    wanted = QUANTITIES[place]
    try:
        value = units.parse(text, wanted, prices())
    except ValueError as error:  # the word of `units` for bad input; readers say where it stands
        if not traceback.extract_tb(error.__traceback__)[-1].line.startswith("raise "):
            raise Absurd(f"{text!r} is refused by Python alone: {error}") from error
        return False
    if what := absurd_parse(text, wanted.name, wanted.unit, value):
        raise Absurd(what)
    if not wanted.admits(value):
        raise Absurd(f"{text!r} became {value:g}, out of range")
    return True


@cache
def prices() -> Any:
    return facts_of().prices(2019)


_ROOTS = ("a: 1\n", "a: {b: [1, 2 kg, 'x'], c: null}\n", "- 1\n- 2\n", "a:\n  b: 1\n  c: [1, 2]\n")


def make_yaml(rng: random.Random) -> str:
    how = rng.random()
    if how < 0.1:
        deep = rng.choice((8, 31, 32, 33, 100, 20_000))
        pair = rng.choice(("[]", "{}"))
        return "a: " + pair[0] * deep + pair[1] * rng.choice((deep, 0, deep - 1))
    if how < 0.15:
        return "a: &x [1]\nb: [*x, *x]\n" * rng.randint(1, 3) + "c: !!python/object:os.system x\n"
    text = rng.choice(_ROOTS) if how < 0.7 else rng.choice(list(studies().values()))
    start = rng.randrange(len(text))
    return bent(rng, text if how < 0.7 else text[start : start + rng.randint(20, 600)])


def run_yaml(text: str, _: Path) -> bool:
    document = read_text(text, "fuzz.yaml")
    for path in document.places:
        document.place(path)
    if _depth(document.data) > 33:
        raise Absurd("deeper than a study may be")
    return True


def _depth(node: Any) -> int:
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return 1 + max(map(_depth, inner), default=0)


def make_change(rng: random.Random) -> tuple[str, dict[str, str]]:
    name = rng.choice(("bills", "family", "id3-or-egolf"))
    places = list(_document(name).places)
    changes = {}
    for _ in range(rng.choice((1, 1, 2, 4))):
        path = ".".join(map(str, rng.choice(places)))
        path = rng.choice((path, path, path, bent(rng, path), rng.choice(NAMES), path + ".x"))
        changes[path] = rng.choice(
            (quantity(rng), number(rng), rng.choice(NAMES), "null", "[a, b]")
        )
    return name, changes


@cache
def _document(name: str) -> Document:
    return read_text(studies()[name], f"{name}.yaml")


def run_change(asked: tuple[str, dict[str, str]], _: Path) -> bool:
    name, changes = asked
    document = changed(_document(name), changes)
    again = read_text(document.text, document.name)
    if again.data != document.data:
        raise Absurd("a changed study is not what its text says")
    return True


def make_study(rng: random.Random) -> str:
    seed = seed_of(rng.choice(list(studies().values())))
    text = seed.changed(rng) if rng.random() < 0.5 else _at_bounds(rng)
    return bent(rng, text) if rng.random() < 0.05 else text


def _at_bounds(rng: random.Random) -> str:
    """Return a study with one to three numbers anywhere between their bounds, or beyond them."""
    name, path = rng.choice(_met()[rng.choice(list(_met()))])
    seed, words = seed_of(studies()[name]), {}
    near = [p for p in seed.places if p[:2] == path[:2] and bound_at(p)]
    for place in {path, *rng.sample(near, rng.choice((0, 0, 1, 2)) if len(near) > 2 else 0)}:
        unit, least, most = BOUNDS[bound_at(place)]
        low = least or most * 1e-9
        inside = low * (most / low) ** rng.random()
        beyond = rng.choice((-inside, -inside, 0, least / 3, most * 1.01, most * 1e3))
        amount = rng.choice((inside, beyond, beyond, round(inside) or 1))
        words[place] = f"{amount:.6g} {unit}".removesuffix(" -")
    return seed.told(rng, words)


@cache
def _met() -> dict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]]:
    """Return the studies and paths at which there is a number of each bound."""
    found: dict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]] = {}
    for name, text in studies().items():
        for path in seed_of(text).places:
            if place := bound_at(path):
                found.setdefault(place, []).append((name, path))
    return found


def checked(text: str) -> Any:
    """Return the study of a text, of whichever kind, as `wheelbase check` reads it."""
    document = read_text(text, "fuzz.yaml")
    whole = document.data.get("question") in ("whom", "where")
    return (any_of if whole else package_of)(document, facts_of())


def run_study(text: str, _: Path) -> bool:
    checked(text)
    if found := absurd_study(text):
        raise Absurd("; ".join(found))
    return True


_COLUMNS = ("id", "field", "value", "unit", "source", "page", "status")


@cache
def _shelf(kind: str) -> tuple[Any, str]:
    room = Path(str(units.__file__)).with_name("catalogue")
    shelf = getattr(facts_of(), kind)
    return type(next(iter(shelf))), (room / "facts" / f"{kind}.csv").read_text("utf-8")


@cache
def _kinds() -> list[str]:
    """Return every shelf of the catalogue that a file of facts fills."""
    room = Path(str(units.__file__)).with_name("catalogue") / "facts"
    return [k for k in get_type_hints(type(facts_of())) if (room / f"{k}.csv").is_file()]


def make_facts(rng: random.Random) -> tuple[str, str]:
    kind = rng.choice(_kinds())
    lines = _shelf(kind)[1].splitlines()
    start = rng.randrange(1, len(lines))
    rows = lines[start : start + rng.randint(5, 40)]
    for _ in range(rng.choice((0, 1, 1, 2, 4))):
        at = rng.randrange(len(rows))
        cells = rows[at].split(",")
        put = rng.choice((number(rng), rng.choice(NAMES), quantity(rng), ""))
        cells[rng.randrange(len(cells))] = put.replace("\n", " ")
        rows[at] = rng.choice(
            (",".join(cells), bent(rng, rows[at]), rows[rng.randrange(len(rows))])
        )
    header = ",".join(_COLUMNS) if rng.random() < 0.98 else bent(rng, ",".join(_COLUMNS))
    return kind, "\n".join([header, *rows]) + "\n"


def run_facts(asked: tuple[str, str], _: Path) -> bool:
    kind, text = asked
    shelf = load_facts(_shelf(kind)[0], text, f"{kind}.csv", facts_of().sources)
    for (id, name), origin in shelf.origins.items():
        if not origin.source or id not in shelf.items:
            raise Absurd(f"{id}.{name}: a fact without a source, or of no entry")
    for low, high in shelf.intervals.values():
        low, high = (getattr(side, "amount", side) for side in (low, high))
        if not low <= high:
            raise Absurd(f"an interval from {low} to {high}")
    return True


def make_sources(rng: random.Random) -> str:
    entry = "@misc{key,\n  title = {A {nested} title},\n  date = {2019-11-14},\n  url = {x}\n}\n"
    text = entry.replace("key", rng.choice(("key", "a:b", *NAMES))) * rng.randint(1, 3)
    return bent(rng, text.replace("2019-11-14", rng.choice(("2019", "2019-13", "0000-00", "x"))))


def run_sources(text: str, _: Path) -> bool:
    found = read_sources(text, "fuzz.bib")
    if any(not source.title for source in found.values()):
        raise Absurd("a source without a title")
    return True
