"""The command partner: what deals gain, how the gain is shared, and who would walk out."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from wheelbase.cli.changes import Changes, changes_of
from wheelbase.cli.outcome import Outcome
from wheelbase.cli.study_commands import AsJson, Folder, StudyName

__all__ = ["partner"]

_Deal = Annotated[str | None, typer.Option("--deal", metavar="D", help="That deal alone.")]


def partner(
    study: StudyName,
    deal: _Deal = None,
    json: AsJson = False,
    o: Folder = None,
    s: Changes = None,
) -> Outcome:
    """Say what each deal of a study gains, how it may be split, and whether the split lasts."""
    from wheelbase.catalogue import catalogue
    from wheelbase.report import write
    from wheelbase.study import alliance_results, keep, load_alliance

    found = load_alliance(study, catalogue(), changes_of(s))
    results = alliance_results(found, deal)
    lines = [results["title"]]
    for id, shown in results["alliance"].items():
        lines += ["", *_text(id, shown)]
    run = None
    if o is not None:
        done = keep(found, results, o)
        run = str(done.folder)
        lines += ["", f"report: {write(results, done.folder / 'report.html')}"]
    result = {"answer": results["answer"], "alliance": results["alliance"]}
    return Outcome("partner", 0, "\n".join(lines), result, warnings=found.warnings, run=run)


def _text(id: str, deal: Mapping[str, Any]) -> Iterator[str]:
    """Yield one deal: sentences, values of the groups, shares by rule, prices, anchors."""
    names = {m["id"]: m["name"] for m in deal["members"]}
    yield f"{id}: {deal['label']}"
    yield f"  {deal['story'][0]}"
    yield "  what each group gains, EUR m"
    for row in deal["values"]:
        group = " + ".join(names[i] for i in row["coalition"])
        yield f"    {group:<52} {row['saving_meur']:>z8,.0f}"
    yield f"  who gets what, EUR m{'':<29}" + "".join(f"{i:>12}" for i in names)
    for rule in deal["rules"]:
        cells = "".join(f"{rule['shares_meur'][i]:>z12,.0f}" for i in names)
        yield f"    {rule['plain']:<45}{cells}"
        yield f"      {rule['rule']}: {_holds(rule, names)}"
    core = deal["least_core"]
    if core["core_is_empty"]:
        need = core["epsilon_meur"]
        yield f"  no split keeps every group; leaving must cost each EUR {need:,.2f} m"
    for p in deal["prices"]:
        between = "no such price" if not p["open"] else "both gain in between"
        yield (
            f"  {p['label']}, {p['seller']} to {p['buyer']}: {p['floor']:z,.0f} .. "
            f"{p['ceiling']:z,.0f} {p['unit']}, {between}"
        )
        yield f"    floor: {p['floor_is']}"
        yield f"    ceiling, the break-even: {p['ceiling_is']}"
    if deal["anchors"]:
        yield "  real deals of this kind"
        for a in deal["anchors"]:
            yield f"    {a['name']}: {a['what']} {a['value']}"


def _holds(rule: Mapping[str, Any], names: Mapping[str, str]) -> str:
    group = " + ".join(names[i] for i in rule["tightest"])
    spare = rule["least_surplus_meur"]
    if rule["in_core"]:
        said = f"holds; {group} has least to spare, EUR {spare:z,.0f} m"
    else:
        said = f"breaks; {group} would leave and gain EUR {-spare:z,.0f} m"
    if rule["robust"] is not None:
        word = "robust" if rule["robust"]["is_robust"] else "not robust"
        said += f"; {word}, holds in {rule['robust']['holds_percent']:.0f} % of volume draws"
    return said
