"""Sections of the page on what it rests on: assumptions, facts, sources, how to make it again."""

from collections.abc import Iterator, Mapping
from typing import Any

from wheelbase.report.figures import Figure
from wheelbase.report.html import details, figure_block, packed, section, status, table, text

__all__ = ["assumptions", "fact_table", "reproduce"]

Results = Mapping[str, Any]
Figures = Mapping[str, Figure]


def assumptions(results: Results, figures: Figures) -> str:
    """Return the section on assumptions, facts and sources."""
    rows = [
        (
            f"<code>{text(a['path'])}</code>",
            text(a["value"]),
            f"{text(a['low'])} .. {text(a['high'])}",
            f"{status(a['status'])} {text(a['note'].removeprefix(a['status'] + ': '))}",
            f'<span class="nowrap">line {a["line"]}</span>',
        )
        for a in results["assumptions"]
    ]
    head = ("assumption", "value", "low .. high", "from", "study")
    sources = "".join(_source(s) for s in results["sources"])
    parts = [
        figure_block("provenance", figures["provenance"]),
        "<h3>Assumptions of the study</h3>" if rows else "",
        table(head, rows) if rows else "",
        "<h3>Facts and sources</h3>",
        _facts(results),
        details(
            f"{len(results['sources'])} sources", f'<ul class="plain">{sources}</ul>',
            ' class="bulk" id="sources"',
        ),
        _methods(results),
    ]  # fmt: skip
    lead = text(figures["provenance"]["meta"]["finding"])
    return section("assumptions", "Assumptions, facts, sources", lead, parts)


def _source(s: Mapping[str, Any]) -> str:
    said = [f"{s['title']}.", s["author"], f"{s['date']}." if s["date"] else "", s["note"]]
    words = text(" ".join(part for part in said if part))
    key = text(s["key"])
    return f'<li id="source-{key}"><code>{key}</code> {words} {text(s["url"])}</li>'


def _methods(results: Results) -> str:
    """Return the works behind the methods that ran; a run of an older version names none."""
    works = results.get("methods", ())
    rows = "".join(
        f"<li><code>{text(w['key'])}</code> {text(w['author'])}, {text(w['title'])}, "
        f"{text(w['date'])}: {text('; '.join(w['used']))}</li>"
        for w in works
    )
    head = f"{len(works)} works behind the methods that this run used"
    return (
        details(head, f'<ul class="plain">{rows}</ul>', ' class="bulk" id="methods"')
        if rows
        else ""
    )


def _facts(results: Results) -> str:
    groups = dict(_shelves(results))
    count = sum(len(rows) for rows in groups.values())
    inside = ", ".join(f"{shelf} {len(rows)}" for shelf, rows in groups.items())
    note = (
        f'<p class="note">By shelf: {text(inside)}. The rows stand in the data of this page and '
        "in results.json.</p>"
    )
    return details(
        f"All {count} figures that this run used", note, ' class="bulk" data-table="facts"'
    )


def fact_table(results: Results) -> dict[str, Any]:
    """Return every figure that the run used as a packed table, one group per shelf."""
    head = ("entry", "figure", "value", "status", "source", "where in it", "line")
    kinds = ("code", "", "", "status", "source", "", "n")
    return packed(head, kinds, dict(_shelves(results)))


def _shelves(results: Results) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Yield each shelf with a row per figure, its interval beside it; no words, no references."""
    shelves: dict[str, list[tuple[str, ...]]] = {}
    ends = {(_shelf(f), f["id"], f["field"]): f["value"] for f in results["facts"]}
    for f in results["facts"]:
        if f["unit"] in ("text", "id"):
            continue
        shelf, id = _shelf(f), f["id"]
        name, at, year = f["field"].partition("@")
        middle = name.removesuffix("_low").removesuffix("_high") + at + year
        if middle != f["field"] and (shelf, id, middle) in ends:
            continue
        low, high = (ends.get((shelf, id, f"{name}{s}{at}{year}")) for s in ("_low", "_high"))
        span = f" [{low} .. {high}]" if low and high else ""
        unit = "" if f["unit"] in ("date", "-") else f" {f['unit']}"
        line = f["place"].partition(":")[2]
        said = f"{f['value']}{span}{unit}"
        shelves.setdefault(shelf, []).append(
            (id, f["field"], said, f["status"], f["source"], f["page"], line)
        )
    yield from shelves.items()


def _shelf(fact: Mapping[str, Any]) -> str:
    """Return the file of a fact; two files may hold entries of one name."""
    return str(fact["place"].partition(":")[0])


def reproduce(results: Results, figures: Figures) -> str:
    """Return how to make this page again, the warnings, and what is left out."""
    rooms: dict[str, list[str]] = {}
    for item in results["leaves_out"]:
        rooms.setdefault(item["room"], []).append(item["text"])
    left = [(f"<code>{text(r)}</code>", text("; ".join(t))) for r, t in rooms.items()]
    warnings = [*results["answer"]["warnings"], *results["warnings"]]
    listed = "".join(f"<li>{text(w)}</li>" for w in warnings)
    manifest, name = results["manifest"], text(results["name"])
    versions = ", ".join(f"{k} {v}" for k, v in manifest["versions"].items())
    used = len(results["sources"])
    rows = [
        ("command", f"<code>wheelbase run {name}</code>"),
        ("study", f"<code>{name}</code>, input hash <code>{text(manifest['hash'])}</code>"),
        ("seed", text(results["base"]["seed"])),
        ("seen from", text(results["base"]["date"])),
        ("money", text(results["base"]["currency"])),
        ("versions", text(versions)),
        ("data", f'{len(results["facts"])} facts of the catalogue from '
                 f'<a href="#sources">{used} sources</a>, '
                 f"{len(results['assumptions'])} assumptions of the study"),
    ]  # fmt: skip
    parts = [
        table(("what", "this page"), rows),
        f'<h3>Warnings</h3><ul class="plain">{listed}</ul>' if listed else "",
        "<h3>What is left out</h3>",
        table(("stage", "does not look at"), left),
    ]
    lead = "Same study, same facts, same versions: the same page, byte for byte."
    return section("reproduce", "How to reproduce it, and what is left out", lead, parts)
