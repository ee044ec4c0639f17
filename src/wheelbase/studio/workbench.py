"""Requests to trees: the open studies, their changes, and what the rooms below say of them."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from wheelbase.catalogue import Catalogue
from wheelbase.errors import WheelbaseError
from wheelbase.report import figures_of, page, page_parts, sweep_page, sweep_parts, view_json
from wheelbase.report.figures import live
from wheelbase.studio.guard import Refused
from wheelbase.studio.library import Library, inputs_of
from wheelbase.study import (
    Package,
    Previous,
    compare_platforms,
    compare_runs,
    live_results,
    settled_results,
    study_tree,
)

__all__ = ["Workbench", "facts_page", "sources_of"]

_T = TypeVar("_T")
_MOST = 200  # characters of a name
_LEAST = 1e-6  # smaller differences are none
_QUANTITIES = {
    "couple_distance": "room between the rows",
    "energy_fit": "battery that fits",
    "energy_max": "battery, geometric limit",
}


@dataclass(slots=True)
class Workbench:
    """What the studio computes, on top of a library of studies and runs.

    One question of a kind is answered at a time; the cars of the last answer are kept by study, so
    that a slider of one platform computes that platform alone.
    """

    library: Library
    _previous: dict[str, Previous] = field(default_factory=dict)
    _quick: threading.Lock = field(default_factory=threading.Lock)
    _slow: threading.Lock = field(default_factory=threading.Lock)

    def study(self, id: str, changes: Sequence[str]) -> dict[str, Any]:
        """Return what a page needs to know of a study; changes are written "path=value"."""
        pairs = [change.partition("=") for change in changes]
        set = {path: value for path, _, value in pairs}
        package = self._changed({"study": id, "set": set})
        return _computed(lambda: study_tree(package)) | {"inputs": inputs_of(package.document)}

    def live(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Return the cars of one body on some platforms by the chains, and a view of one.

        A question that is "quick" has the shown car alone driven and priced; figures are left out
        where cars wait.
        """
        began, id = time.perf_counter(), _word(asked, "study")
        with self._quick:
            package, body, platforms = self._place(asked)
            wanted = [_word(asked, "variant")] if _is_quick(asked) else None
            tree, kept = _computed(
                lambda: live_results(package, body, platforms, self._previous.get(id), wanted)
            )
            self._previous = {id: kept}
        return _computed(lambda: _answer(tree, asked, began)) | {"tree": _slim(tree)}

    def settled(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Return the same with intervals, the shown car placed exactly and explained."""
        began = time.perf_counter()
        with self._slow:
            package, body, platforms = self._place(asked)
            shown = _word(asked, "variant")
            tree = _computed(lambda: settled_results(package, body, platforms, shown))
        return _computed(lambda: _answer(tree, asked, began))

    def text(self, asked: Mapping[str, Any]) -> dict[str, str]:
        """Return a changed study as YAML, or as the Python that makes it."""
        package, changes = self._changed(asked), _changes(asked)
        form = _word(asked, "as")
        if form == "yaml":
            return {"text": package.document.text}
        if form != "python":
            raise Refused(400, "as: is yaml or python")
        lines = "".join(f"    {path!r}: {value!r},\n" for path, value in changes.items())
        given = f"{{\n{lines}}}" if changes else "{}"
        source = _word(asked, "study")
        path = self.library.study_files()[source]
        name = source if path.parent != self.library.folder else path.name
        return {
            "text": "import wheelbase as wb\n\n"
            f"study = wb.load({name!r}).set({given})\n"
            "run = wb.study.run_study(study)\n"
        }

    def package(self, asked: Mapping[str, Any]) -> Package:
        """Return a study with the changes asked for, checked."""
        return self._changed(asked)

    def compare(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Return two to four runs, or two platforms of a study, side by side with causes."""
        if "runs" in asked:
            return self._compared_runs(asked["runs"])
        package, pair = self._changed(asked), asked.get("platforms")
        if not isinstance(pair, list) or len(set(map(str, pair))) != 2 or len(pair) != 2:
            raise Refused(400, "platforms: name two different ones")
        with self._slow:
            tables = _computed(lambda: compare_platforms(package, str(pair[0]), str(pair[1])))
        return _side_by_side(package, tables)

    def _compared_runs(self, ids: Any) -> dict[str, Any]:
        if not isinstance(ids, list) or not 2 <= len(set(map(str, ids))) <= 4:
            raise Refused(400, "runs: name two to four different ones")
        results = {str(id): self.library.results(str(id)) for id in ids}
        kept = {str(id): self.library.kept_study(str(id)) for id in ids}
        found = _told(" or ".join(results), lambda: compare_runs(results, kept))
        causes = live.waterfall(found["causes"]) if found["causes"] else None
        return {**found, "causes": causes}

    def run(self, id: str) -> dict[str, Any]:
        """Return a run's answer, its assumptions and its figures."""
        results = self.library.results(id)
        keys = ("title", "base", "answer", "pair", "assumptions", "manifest")
        told = {key: results.get(key) for key in keys}
        return {"id": id, **told, "figures": _told(id, lambda: figures_of(results))}

    def page(self, id: str) -> dict[str, Any]:
        """Return the report of a run or a sweep in parts, to be put into the studio's own page."""
        if (swept := self.library.sweep(id)) is not None:
            return _told(id, lambda: sweep_parts(swept))
        results = self.library.results(id)
        return _told(id, lambda: page_parts(results))

    def report(self, id: str) -> str:
        """Return the report of a run or a sweep as one HTML document."""
        if (swept := self.library.sweep(id)) is not None:
            return _told(id, lambda: sweep_page(swept))
        results = self.library.results(id)
        return _told(id, lambda: page(results))

    def _place(self, asked: Mapping[str, Any]) -> tuple[Package, str, list[str]]:
        package, body, platforms = (
            self._changed(asked),
            _word(asked, "body"),
            asked.get("platforms"),
        )
        if not isinstance(platforms, list) or not 1 <= len(platforms) <= 4:
            raise Refused(400, "platforms: name one to four")
        if not all(isinstance(p, str) for p in platforms):
            raise Refused(400, "platforms: are texts")
        _name(asked, "variant")
        _name(asked, "ghost")
        if body not in package.bodies or any(p not in package.platforms for p in platforms):
            raise Refused(404, "no such body or platform in the study")
        return package, body, list(dict.fromkeys(platforms))

    def _changed(self, asked: Mapping[str, Any]) -> Package:
        package, changes = self.library.study(_word(asked, "study")), _changes(asked)
        return _computed(lambda: package.set(changes)) if changes else package


def facts_page(facts: Catalogue, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return a hundred facts of the catalogue: by shelf, by status, with all of some words.

    Raises:
        Refused: 400 for a page that is no whole number.
    """
    shelf, status, words = (asked.get(k, "") for k in ("shelf", "status", "text"))
    number = asked.get("page", "0")
    if not (number.isascii() and number.isdigit() and len(number) < 7):
        raise Refused(400, "page: is a whole number from 0")
    wanted = words.lower().split()[:8]
    rows = [
        row
        for row in _facts(facts)
        if shelf in ("", row["shelf"])
        and status in ("", row["status"])
        and all(any(w in v.lower() for v in row.values()) for w in wanted)
    ]
    start = 100 * int(number)
    return {
        "shelves": [{"id": s.kind, "count": len(s)} for s in facts.shelves],
        "total": len(rows),
        "rows": rows[start : start + 100],
    }


def _facts(facts: Catalogue) -> Iterator[dict[str, str]]:
    for shelf in facts.shelves:
        for (id, name), origin in shelf.origins.items():
            yield {"shelf": shelf.kind, "id": id, "field": name, **asdict(origin)}


def sources_of(facts: Catalogue) -> list[dict[str, str]]:
    """Return the sources of the catalogue, each in words with its address."""
    return [
        {
            "id": source.key,
            "title": source.title,
            "text": ", ".join(filter(None, (source.author, str(source.made or ""), source.note))),
            "url": source.url,
        }
        for source in facts.sources.values()
    ]


def _answer(tree: dict[str, Any], asked: Mapping[str, Any], began: float) -> dict[str, Any]:
    names = (_name(asked, "variant"), _name(asked, "ghost"))
    shown, ghost = (tree["variants"].get(name) for name in names)
    waits = any(variant["waits"] for variant in tree["variants"].values())
    return {
        "tree": tree,
        "scene": view_json(shown) if shown else None,
        "ghost": view_json(ghost) if ghost else None,
        "figures": {} if waits else live.figures(tree),
        "problems": tree["problems"],
        "ms": round(1e3 * (time.perf_counter() - began), 1),
    }


def _slim(tree: dict[str, Any]) -> dict[str, Any]:
    """Return a live tree without drawings of cars that are not shown and lines of bills."""
    variants = {}
    for id, variant in tree["variants"].items():
        fit = {key: variant["fit"][key] for key in ("hard_points", "wheelbase")}
        variants[id] = {**variant, "fit": fit}
    told = ("year", "base_year", "total", "price_net")
    bills = {id: {key: bill[key] for key in told} for id, bill in tree["bills"].items()}
    return {**tree, "variants": variants, "bills": bills}


def _side_by_side(package: Package, tables: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the lines of a comparison as rows, and a waterfall of causes for each that differs."""
    labels = {id: spec.label or id for id, spec in package.spec.platforms.items()}
    rows, causes = [], {}
    for table in tables:
        train = package.spec.powertrains[table["powertrain"]].label or table["powertrain"]
        pair = (labels[table["first"]], labels[table["second"]])
        for line in table["lines"]:
            if abs(line["first"] - line["second"]) < _LEAST:
                continue
            said = _QUANTITIES.get(line["quantity"], line["quantity"].replace("_", " "))
            label = f"{said}, {train}"
            values = [line["first"], line["second"]]
            none = [None, None]
            rows.append({"label": label, "unit": line["unit"], "values": values,
                         "low": none, "high": none})  # fmt: skip
            causes[label] = live.waterfall(
                {"what": label, "unit": line["unit"], "columns": pair, "steps": line["causes"]}
            )
    columns = [labels[tables[0]["first"]], labels[tables[0]["second"]]]
    return {"columns": columns, "inputs": [], "results": rows, "causes": causes}


def _computed(make: Callable[[], _T]) -> _T:
    """Return what a room below computes; what it refuses becomes an answer with all problems."""
    try:
        return make()
    except WheelbaseError as error:
        raise Refused(422, *error.problems) from None


def _told(id: str, make: Callable[[], _T]) -> _T:
    """Return what is made of a run's results; what an older Wheelbase wrote otherwise is told."""
    try:
        return _computed(make)
    except KeyError as error:
        what = f"lacks {error}"
    except (TypeError, AttributeError, LookupError, ValueError, StopIteration) as error:
        what = f"has another form ({type(error).__name__})"
    raise Refused(422, f"runs/{id}/results.json: {what}; run the study again")


def _word(asked: Mapping[str, Any], key: str) -> str:
    value = asked.get(key)
    if not isinstance(value, str) or not 0 < len(value) <= _MOST:
        raise Refused(400, f"{key}: is a text of at most {_MOST} characters")
    return value


def _is_quick(asked: Mapping[str, Any]) -> bool:
    if not isinstance(found := asked.get("quick", False), bool):
        raise Refused(400, "quick: is true or false")
    return found


def _name(asked: Mapping[str, Any], key: str) -> str | None:
    """Return the id that a request gives, or None where it gives none."""
    return None if asked.get(key) is None else _word(asked, key)


def _changes(asked: Mapping[str, Any]) -> dict[str, str]:
    given = asked.get("set", {})
    texts = isinstance(given, dict) and all(isinstance(v, str) for v in given.values())
    if not texts:
        raise Refused(400, "set: is a mapping of paths to texts such as '2900 mm'")
    return dict(given)
