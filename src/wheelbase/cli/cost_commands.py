"""The command cost: bills of a study's cars, and the penalty of being flexible."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from wheelbase.cli.changes import Changes, changes_of
from wheelbase.cli.customer_text import customer_lines
from wheelbase.cli.invest_text import ladder_text, shared_text
from wheelbase.cli.outcome import Outcome, hush, tell
from wheelbase.cli.study_commands import AsJson, Quiet, StudyName

__all__ = ["cost"]

_Variant = Annotated[
    list[str] | None,
    typer.Option(
        "--variant", metavar="V@P", help="The full bill of a car, V@P or V@P.BODY; may come twice."
    ),
]
_Year = Annotated[int | None, typer.Option("--year", help="Year of production.")]
_Currency = Annotated[
    str | None,
    typer.Option("--currency", metavar="USD2022", help="Currency and price year to count in."),
]


_Market = Annotated[
    str | None,
    typer.Option("--market", metavar="de", help="Also what owning costs: de, gb, us or cn."),
]
_Customer = Annotated[
    bool,
    typer.Option(
        "--customer",
        help="What the customer pays: list price, by the month, in all; of one --market or of all.",
    ),
]
_Shared = Annotated[
    bool, typer.Option("--shared", help="Also which parts the cars have in common, by value.")
]
_Ladder = Annotated[
    bool, typer.Option("--ladder", help="Also what platforms, lines and plants cost in public.")
]


def cost(
    study: StudyName,
    variant: _Variant = None,
    year: _Year = None,
    currency: _Currency = None,
    market: _Market = None,
    customer: _Customer = False,
    shared: _Shared = False,
    ladder: _Ladder = False,
    s: Changes = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> Outcome:
    """Price every car of a study, and what a flexible platform costs its battery cars."""
    from wheelbase.catalogue import catalogue
    from wheelbase.study import load_costed, price_study

    costed = load_costed(study, catalogue(), changes_of(s))
    say = hush if json or quiet else tell
    wanted = {"shared": shared, "ladder": ladder, "customer": customer}
    also: Any = tuple(name for name, asked in wanted.items() if asked)
    found = price_study(costed, variant, year, currency, market, also, say)
    lines = [f"{found['title']} ({found['year']}, {found['currency']})", ""]
    if customer:
        lines += customer_lines(found["customer"], one=market is not None)
    else:
        lines += _bills(found) if variant else _table(found)
    for segment in () if customer else found["penalty"].values():
        lines += ["", *_penalty(segment, found["currency"])]
    for sentence in () if customer else found.get("new_cell", {}).get("sentences", ()):
        lines += ["", sentence]
    for id, owned in found["ownership"].items():
        lines += ["", *_owned(id, owned)]
    if shared:
        lines += ["", shared_text(found["shared_parts"])]
    if ladder:
        lines += ["", ladder_text(found["ladder"])]
    return Outcome("cost", 0, "\n".join(lines), found, warnings=costed.warnings)


def _money(figure: Mapping[str, Any]) -> str:
    span = ""
    if figure["low"] is not None:
        span = f" [{figure['low']:z,.0f} .. {figure['high']:z,.0f}]"
    return f"{figure['value']:z,.0f}{span}"


def _table(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield one column per car: groups, direct cost, indirect cost, margin, price."""
    ids = list(found["bills"])
    groups = dict.fromkeys(name for id in ids for name in found["groups"][id])
    rows = [(name, [found["groups"][id].get(name) for id in ids]) for name in groups]
    sums = (("direct cost", "total"), ("indirect cost", "overhead"), ("margin", "margin"),
            ("price without taxes", "price_net"))  # fmt: skip
    rows += [(label, [found["bills"][id][key]["value"] for id in ids]) for label, key in sums]
    for n, id in enumerate(ids, 1):
        yield f"{n:>2}  {id}"
    yield ""
    yield f"{'':<22}" + "".join(f"{n:>9}" for n in range(1, len(ids) + 1))
    for name, values in rows:
        cells = "".join(f"{'' if v is None else format(v, 'z,.0f'):>9}" for v in values)
        yield f"{name:<22}{cells}"
    yield ""
    yield "--variant V@P prints a bill line by line, with intervals, equations and sources"


def _bills(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield every line of every bill asked for."""
    for id, bill in found["bills"].items():
        yield id
        for line in bill["lines"]:
            mark = "" if line["cost"]["status"] == "published" else f" ({line['cost']['status']})"
            yield f"  {line['group']:<16} {line['part']:<44} {_money(line['cost'])}{mark}"
            yield f"  {'':<16}   {line['equation']}; {line['learning']}; {line['source']}"
        yield f"  direct cost {_money(bill['total'])}"
        for line in bill["indirect"]:
            yield f"  {'indirect':<16} {line['name']:<44} {_money(line['cost'])}"
        yield f"  indirect cost {_money(bill['overhead'])}"
        yield f"  margin {_money(bill['margin'])} (estimate)"
        yield f"  price without taxes {_money(bill['price_net'])}"
        yield f"  not in it: {'; '.join(bill['leaves_out'])}"


def _penalty(segment: Mapping[str, Any], currency: str) -> Iterator[str]:
    """Yield the penalty of one segment: percentiles, causes, and what moves it."""
    low, middle, high = segment["quantiles"]
    way = "more" if middle >= 0 else "less"
    yield (
        f"{segment['label']}: the battery car is worth {currency} {abs(middle):z,.0f} {way} on the "
        f"bespoke platform (p10 {low:z,.0f}, p50 {middle:z,.0f}, p90 {high:z,.0f}; "
        f"{segment['draws']:,} joint draws)"
    )
    yield f"  {segment['flexible']} against {segment['bespoke']}"
    if any(segment["unfit"].values()):
        yield (
            f"  the battery for the range does not fit in {segment['unfit']['flexible']:.1f} % of "
            f"the draws of the flexible car, {segment['unfit']['bespoke']:.1f} % of the bespoke "
            "one: it has what fits, and the km that lack count"
        )
    for part in segment["parts"]:
        p10, p50, p90 = part["quantiles"]
        yield (
            f"  {part['term']:<9} {part['label']:<34} {p10:>z7,.0f} {p50:>z7,.0f} {p90:>z7,.0f}"
            f"  {part['text']}"
        )
    terms = segment["terms"]
    yield (
        f"  with everything at its base: platform {terms['platform']:+z,.0f}, battery "
        f"{terms['battery']:+z,.0f}; cheaper cells move the battery term alone"
    )
    choice = segment["cell_choice"]
    cells, gain = choice["cells"], choice["gain"]["value"]
    yield (
        f"  cell choice, not in the sum: free to choose, the flexible platform takes "
        f"{cells['flexible']}, the bespoke one {cells['bespoke']}; worth {gain:+z,.0f} to the "
        "bespoke one"
    )
    yield "  one input alone, p10 to p90:"
    for swing in segment["swings"]:
        yield f"    {swing['label']:<48} {swing['low']:>z7,.0f} {swing['high']:>z7,.0f}"


def _owned(id: str, owned: Mapping[str, Any]) -> Iterator[str]:
    """Yield what owning a car costs, line by line."""
    distance = owned["distance"]["value"]
    yield (
        f"{id}: owning it in {owned['market']} for {owned['years']:g} years and "
        f"{distance:z,.0f} km from {owned['year']} costs {_money(owned['total'])}, "
        f"{owned['per_100km']:.1f} per 100 km"
    )
    for line in owned["lines"]:
        mark = "" if line["cost"]["status"] == "published" else f" ({line['cost']['status']})"
        yield f"  {line['name']:<16} {_money(line['cost'])}  {line['text']}{mark}; {line['source']}"
    for held in owned["held"]:
        yield f"  note: {held}"
