"""Commands on the catalogue: list, show, sources."""

from typing import Annotated

import typer

from wheelbase.cli.outcome import Outcome

__all__ = ["AsJson", "Entry", "Kind", "app", "list_entries", "show_entry", "sources"]

app = typer.Typer(
    help="What exists: parts, cars, platforms, markets, prices and rules.", no_args_is_help=True
)

AsJson = Annotated[bool, typer.Option("--json", help="Write one JSON document.")]
Entry = Annotated[str, typer.Argument(metavar="ID", help="Id of an entry.")]
Kind = Annotated[str | None, typer.Argument(metavar="KIND", help="Only this shelf.")]


@app.command("list")
def list_entries(kind: Kind = None, json: AsJson = False) -> Outcome:
    """List every entry by shelf, and what no public figure was found for."""
    from difflib import get_close_matches

    from wheelbase.catalogue import catalogue, missing
    from wheelbase.errors import DataError

    facts = catalogue()
    kinds = [shelf.kind for shelf in facts.shelves]
    if kind is not None and kind not in kinds:
        near = get_close_matches(kind, kinds, n=3, cutoff=0.3) or kinds
        raise DataError(f"no shelf {kind!r}; did you mean {', '.join(near)}?")
    chosen = [shelf for shelf in facts.shelves if kind in (None, shelf.kind)]
    absent = {v.id: list(missing(v)) for v in facts.vehicle}
    lines = []
    for shelf in chosen:
        lines.append(f"{shelf.kind} ({len(shelf)})")
        for item in shelf:
            gap = absent.get(item.id) if shelf.kind == "vehicle" else None
            lines.append(f"  {item.id}" + (f"   without {', '.join(gap)}" if gap else ""))
    result = {shelf.kind: [item.id for item in shelf] for shelf in chosen}
    if kind in (None, "vehicle"):
        result["missing"] = [f"{id}: {', '.join(gap)}" for id, gap in absent.items() if gap]
    return Outcome("catalogue list", 0, "\n".join(lines), result)


@app.command("show")
def show_entry(id: Entry, json: AsJson = False) -> Outcome:
    """Show an entry: each figure with unit, status, source and place."""
    from wheelbase.catalogue import catalogue

    facts = catalogue()
    shelf, _ = facts.find(id)
    rows = []
    for (owner, name), origin in shelf.origins.items():
        if owner == id:
            rows.append(
                {
                    "field": name,
                    "value": origin.value,
                    "unit": origin.unit,
                    "status": origin.status,
                    "source": origin.source,
                    "page": origin.page,
                    "place": origin.place,
                }
            )
    lines = [f"{id} ({shelf.kind})"]
    lines += [
        f"  {r['field']:<24} {r['value']:>14} {r['unit']:<12} {r['status']:<10} {r['source']}"
        + (f", {r['page']}" if r["page"] else "")
        for r in rows
    ]
    return Outcome("catalogue show", 0, "\n".join(lines), {"kind": shelf.kind, "figures": rows})


@app.command("sources")
def sources(json: AsJson = False) -> Outcome:
    """List the sources, how many facts each stands behind, and how firm they are."""
    from collections import Counter

    from wheelbase.catalogue import catalogue

    facts = catalogue()
    count = Counter(o.source for shelf in facts.shelves for o in shelf.origins.values())
    status = Counter(o.status for shelf in facts.shelves for o in shelf.origins.values())
    lines = [f"{count[key]:5}  {key}: {source.title}" for key, source in facts.sources.items()]
    lines.append(", ".join(f"{n} {name}" for name, n in status.most_common()))
    result = {"sources": dict(count), "statuses": dict(status)}
    return Outcome("catalogue sources", 0, "\n".join(lines), result)
