"""What to cite for a run: the sources of its facts and the works behind its methods, as BibTeX."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from wheelbase import __version__
from wheelbase.study.methods import entries

__all__ = ["Citation", "citations"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A work that a run rests on.

    Args:
        key: Of the entry.
        kind: "software" for Wheelbase itself, "method", or "facts".
        title: Of the work.
        author: Of the work; empty where none is known.
        date: As far as it is known.
        used: What for.
        bibtex: The entry.
    """

    key: str
    kind: Literal["software", "method", "facts"]
    title: str
    author: str
    date: str
    used: str
    bibtex: str


def citations(results: Mapping[str, Any]) -> tuple[Citation, ...]:
    """Return what to cite for a run: Wheelbase, its methods, then the sources of its facts.

    Only what this run used is named: a method that did not run and a source without a fact in
    the run are not.

    Args:
        results: What `read_results` gives.
    """
    return (_software(), *_methods(results), *_facts(results))


def _software() -> Citation:
    title = "Wheelbase: one flexible vehicle architecture or a bespoke EV platform"
    author = "The Wheelbase authors"
    values = {"title": f"{{{title}}}", "author": f"{{{author}}}", "version": __version__}
    text = _entry("software", "wheelbase", values)
    return Citation("wheelbase", "software", title, author, "", f"version {__version__}", text)


def _methods(results: Mapping[str, Any]) -> Iterator[Citation]:
    known = entries()
    for work in results.get("methods", ()):
        key, used = work["key"], "; ".join(work["used"])
        if key in known:
            yield Citation(
                key, "method", work["title"], work["author"], work["date"], used, _kept(known[key])
            )


def _facts(results: Mapping[str, Any]) -> Iterator[Citation]:
    count = Counter(fact["source"] for fact in results["facts"])
    for source in results["sources"]:
        key, title, author = source["key"], source["title"], source["author"]
        values = {
            "title": f"{{{title}}}",
            "author": f"{{{author}}}" if author else "",
            "year": source["date"][:4],
            "date": source["date"],
            "url": source["url"],
            "note": source["note"],
        }
        used = f"{count[key]} facts" if count[key] != 1 else "1 fact"
        yield Citation(
            key, "facts", title, author, source["date"], used, _entry("misc", key, values)
        )


def _entry(kind: str, key: str, values: Mapping[str, str]) -> str:
    lines = [f"  {name} = {{{_safe(name, value)}}}" for name, value in values.items() if value]
    return f"@{kind}{{{key},\n" + ",\n".join(lines) + "\n}"


def _kept(bibtex: str) -> str:
    """Return an entry whose title keeps its capitals: a style makes small letters of others."""
    return re.sub(r"(\n  title = )\{(.*)\},\n", r"\1{{\2}},\n", bibtex)


def _safe(name: str, value: str) -> str:
    """Return a value with the signs of TeX escaped; an address is taken as it is."""
    if name == "url":
        return value
    return "".join(f"\\{sign}" if sign in "%&_#$" else sign for sign in value)
