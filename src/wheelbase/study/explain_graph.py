"""The graph of a run: every name explained once, every fact with its source."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from wheelbase import __version__
from wheelbase.errors import DataError
from wheelbase.prices import conversion
from wheelbase.study.explanation import Explanation, Ground

__all__ = ["Graph"]

_NEEDED = ("variants", "bills", "penalty", "facts", "sources", "assumptions", "manifest")
_OF_CARS = ("variants", "bills", "penalty", "platforms", "pair", "investments", "pack_price")
_WORDS = ("text", "id", "date")
_MONEY = re.compile(r"([A-Z]{3})(\d{4})?(?![A-Za-z\d])")


class Graph:
    """The results of a run with its facts by id; `find` explains a name, which is then kept.

    Attributes:
        results: The run.
        facts: "shelf:id" to the rows of an entry.
        assumed: Path in the study to its assumption.
    """

    def __init__(
        self, results: Mapping[str, Any], find: Callable[["Graph", str], Explanation]
    ) -> None:
        """Index the facts of a run.

        Raises:
            DataError: Results of another version, or without what explaining needs.
        """
        if results.get("question") == "whom":  # a run without cars
            results = {**{key: {} for key in _OF_CARS}, **results}
        _refuse_others(results)
        self.results = results
        self.assumed = {a["path"]: a for a in results["assumptions"]}
        self.facts: dict[str, list[Mapping[str, Any]]] = {}
        for row in results["facts"]:
            shelf = row["place"].partition(".csv")[0]
            self.facts.setdefault(f"{shelf}:{row['id']}", []).append(row)
        self._base = int(results["base"]["currency"][3:])
        self._sources = {s["key"]: s for s in results["sources"]}
        self._kept: dict[str, Explanation] = {}
        self._find = find

    def named(self, name: str) -> Explanation:
        """Return the explanation of a name, or raise DataError with near misses."""
        if name not in self._kept:
            self._kept[name] = self._find(self, name)
        return self._kept[name]

    def shelf(self, name: str) -> list[str]:
        """Return the keys of every entry of a shelf that the run lists."""
        return [key for key in self.facts if key.startswith(f"{name}:")]

    def make(
        self,
        name: str,
        figure: Any,
        formula: str,
        inputs: Iterable[str] = (),
        facts: Iterable[str] = (),
        grounds: Iterable[Ground] = (),
    ) -> Explanation:
        """Return an explanation; inputs by their names, facts by their keys."""
        shown = figure if isinstance(figure, Mapping) else {"value": figure}
        stated = [*(ground for key in facts for ground in self.facts_of(key)), *grounds]
        found = [item for ground in stated for item in (ground, *self._converted(ground))]
        return Explanation(
            name,
            shown.get("value"),
            shown.get("unit", ""),
            shown.get("low"),
            shown.get("high"),
            shown.get("status", "computed"),
            formula,
            tuple(self.named(item) for item in inputs),
            (*dict.fromkeys(found),),
        )

    def _converted(self, ground: Ground) -> Iterator[Ground]:
        """Yield the deflators and rates that bring the money of a ground to EUR of the run."""
        for currency, year in _MONEY.findall(f"{ground.value} {ground.unit}"):
            if f"currency:{currency.lower()}" in self.facts:
                for id, name in conversion(currency, int(year) if year else None, self._base):
                    yield from self.facts_of(f"currency:{id}#{name}")

    def facts_of(self, key: str) -> Iterator[Ground]:
        """Yield the figures of "shelf:id", or of "shelf:id#field", each with its interval."""
        entry, _, only = key.partition("#")
        shelf, _, id = entry.partition(":")
        rows = {row["field"]: row for row in self.facts.get(entry, ())}
        for name, row in rows.items():
            stem, at, year = name.partition("@")
            if row["unit"] in _WORDS or _side_of(stem, at + year, rows) or only not in ("", name):
                continue
            ends = [rows.get(f"{stem}{side}{at}{year}") for side in ("_low", "_high")]
            low, high = (end["value"] if end else "" for end in ends)
            source = self._sources[row["source"]]
            yield Ground(
                kind="fact",
                name=f"{shelf} {id}.{name}",
                value=f"{row['value']} [{low} .. {high}]" if low and high else row["value"],
                unit="" if row["unit"] == "-" else row["unit"],
                status=row["status"],
                place=row["place"],
                page=row["page"],
                source=row["source"],
                title=source["title"],
                date=source["date"],
                url=source["url"],
            )


def _side_of(stem: str, tail: str, rows: Mapping[str, Any]) -> bool:
    """Return whether a field is the low or the high of another one."""
    bare = stem.removesuffix("_low").removesuffix("_high")
    return bare != stem and bare + tail in rows


def _refuse_others(results: Mapping[str, Any]) -> None:
    missing = [key for key in _NEEDED if key not in results]
    if missing:
        raise DataError(f"results.json: lacks {', '.join(missing)}; run the study again")
    made = results["manifest"].get("versions", {}).get("wheelbase", "none")
    if results.get("wheelbase") != 1 or made != __version__:
        raise DataError(
            f"results.json: made by version {made}, this is {__version__}; run the study again"
        )
    if any("reads" not in v for v in results["variants"].values()):
        raise DataError("results.json: does not say which facts its cars read; run the study again")
