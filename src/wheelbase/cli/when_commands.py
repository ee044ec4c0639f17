"""The command when: which way, for which segments, when, with whom, how sure, and why."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from multiprocessing import get_context
from typing import Annotated, Any

import typer

from wheelbase.cli.changes import Changes, changes_of
from wheelbase.cli.outcome import Outcome, hush, tell
from wheelbase.cli.study_commands import AsJson, Quiet, StudyName

__all__ = ["when"]

_Map = Annotated[
    tuple[str, str] | None,
    typer.Option("--map", metavar="X Y", help="Also a break-even map of two uncertain inputs."),
]
_Workers = Annotated[
    int, typer.Option("--workers", min=1, max=64, help="Processes that share the work.")
]


def when(
    study: StudyName,
    map: _Map = None,
    workers: _Workers = 1,
    s: Changes = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> Outcome:
    """Say which way a maker should go, for which segments, when and with whom, and why."""
    from wheelbase.catalogue import catalogue
    from wheelbase.study import decide_study, load

    found = load(study, catalogue(), changes_of(s))
    pool: AbstractContextManager[Executor | None] = (
        nullcontext() if workers == 1 else ProcessPoolExecutor(workers, get_context("spawn"))
    )
    with pool as executor:
        results = decide_study(found, map, executor, hush if json or quiet else tell)
    text = "\n".join(_text(results))
    return Outcome("when", 0, text, results, warnings=found.warnings)


def _text(r: Mapping[str, Any]) -> Iterator[str]:
    yield r["title"]
    yield ""
    yield r["answer"]["sentence"]
    for block in (_ways, _timing, _causes, _values, _truths, _regret, _map):
        yield ""
        yield from block(r)


def _span(figure: Mapping[str, Any]) -> str:
    return f"{figure['value']:>z9,.0f} [{figure['low']:z,.0f} .. {figure['high']:z,.0f}]"


def _ways(r: Mapping[str, Any]) -> Iterator[str]:
    yield "which way, EUR m against flexible for ever [10 .. 90 % of draws]; best in % of draws"
    labels = r["answer"]["labels"]
    for way in r["ways"]:
        name = way["label"]
        if way["way"] == "mixed":
            name = f"move the {' and '.join(labels[s] for s in way['segments'])} alone"
        if way["start"] is not None and way["way"] != "bespoke_now":
            name += f" ({way['start']})"
        yield f"  {name:<52}{_span(way['value']):<34}{way['wins_percent']:>6.1f}"


def _timing(r: Mapping[str, Any]) -> Iterator[str]:
    t = r["timing"]
    yield "when, % of futures"
    for year, chance in zip(t["years"], t["decision"], strict=True):
        if chance >= 5e-3:
            share = dict(zip(t["trigger"]["years"], t["trigger"]["share_percent"], strict=True))
            made = year + t["production"]["lead"]
            yield (
                f"  decided {year}, cars from {made}: {100 * chance:5.1f}   at a battery share of "
                f"{share[year]:.1f} % or more"
            )
    yield f"  never: {t['never']['value']:.1f}"
    if t["window"]:
        yield f"  fixed years within 2 % of the best: {t['window'][0]} to {t['window'][1]}"
    renewal = r["renewal"]
    yield (
        f"  platform renewed or given up after {renewal['life']} years: due in "
        f"{renewal['due_percent']:.1f} % of futures, given up in "
        f"{renewal['given_up_percent']:.1f} %; the freedom is worth EUR "
        f"{renewal['worth']['value']:,.1f} m"
    )


def _causes(r: Mapping[str, Any]) -> Iterator[str]:
    found = r["causes"]
    yield (
        f"why: a start in {found['year']} against never, EUR {found['gain']['value']:+z,.0f} m; "
        "shares do not depend on the order"
    )
    for c in found["causes"]:
        w = c["without"]
        start = f"{w['p10']} / {w['p50']} / {w['p90'] or 'never'}" if w["p50"] else "never"
        yield (
            f"  {c['kind']:<10}{c['label']:<66}{c['share_meur']:>+z8,.0f}   without it: "
            f"{start}, never {w['never_percent']:.0f} %"
        )
    kinds = ", ".join(f"{k} {v:+z,.0f}" for k, v in found["kinds_meur"].items())
    yield f"  in sum: {kinds}"


def _values(r: Mapping[str, Any]) -> Iterator[str]:
    yield "what it is worth, EUR m [10 .. 90 %]"
    for p in r["values"]:
        shown = _span(p["value"]) if p["over"] else f"{p['value']['value']:>z9,.0f}"
        yield f"  {p['label']:<76}{shown}{'  over ' + p['over'] if p['over'] else ''}"


def _truths(r: Mapping[str, Any]) -> Iterator[str]:
    yield "what would have to be true (in half-intervals of the inputs, up to three)"
    for t in r["truths"]:
        yield f"  to {t['label']}:"
        if t["joint"] is None and not t["singles"]:
            yield "    nothing in the searched range makes it best, neither alone nor together"
            continue
        together = "no joint move does it" if t["joint"] is None else f"{t['joint']:g} together"
        yield f"    {together}"
        for m in t["singles"]:
            yield (
                f"    or alone the {m['label']}: {m['value']:g} instead of {m['base']:g} "
                f"{m['unit']} ({m['halves']:+g})"
            )


def _regret(r: Mapping[str, Any]) -> Iterator[str]:
    g = r["regret"]
    yield "regret in the worst future, mean over the draws, EUR m; not beaten in % of draws"
    for n, policy in enumerate(g["policies"]):
        worst, mean, won = max(g["regret"][n]), g["expected"][n], g["won_percent"][n]
        yield f"  {policy:<52}{worst:>z9,.0f}{mean:>z9,.0f}{won:>7.1f}"
    yield f"  least regret in the worst future: {g['minimax']}"


def _map(r: Mapping[str, Any]) -> Iterator[str]:
    for m in (r["break_even"], r["further_map"]):
        if m is None:
            continue
        x, y = m["x"], m["y"]
        yield f"map: {y['label']}, {y['unit']} (rows) over {x['label']}, {x['unit']} (columns)"
        for value, row in reversed(list(zip(y["values"], m["never"], strict=True))):
            cells = "".join("#" if never < 0.5 else "." for never in row)
            yield f"  {value:>z10,.0f} {cells}"
        yield f"  {'':>10} {x['values'][0]:g} to {x['values'][-1]:g}; # starts in half of futures"
        said = "crosses" if m["crosses"] else "does not cross"
        yield f"  the study's box of intervals {said} the line of indifference"
