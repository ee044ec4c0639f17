"""The command plan: for a study that asks where, which plant should be able to build what."""

from collections.abc import Iterator, Mapping
from typing import Any

from wheelbase.cli.outcome import Outcome
from wheelbase.cli.study_commands import AsJson, Folder, StudyName

__all__ = ["plan"]

_SHOWN = 8


def plan(study: StudyName, json: AsJson = False, o: Folder = None) -> Outcome:
    """Say which plant should be able to build what: designs, next links, how many are enough."""
    from wheelbase.catalogue import catalogue
    from wheelbase.report import write
    from wheelbase.study import keep_network, load_network, network_results

    found = load_network(study, catalogue())
    results = network_results(found)
    lines = [results["title"], "", results["answer"]["sentence"], ""]
    lines += _text(results["flexibility"])
    run = None
    if o is not None:
        done = keep_network(found, results, o)
        run = str(done.folder)
        lines += ["", f"report: {write(results, done.folder / 'report.html')}"]
    result = {"answer": results["answer"], "flexibility": results["flexibility"]}
    return Outcome("plan", 0, "\n".join(lines), result, warnings=found.warnings, run=run)


def _text(tree: Mapping[str, Any]) -> Iterator[str]:
    """Yield designs, next links, the enough point, idle plants, proof and swings."""
    loss = tree["designs"][0]["exceed"][1]["loss_percent"]
    yield f"design{'':<34} links   sold k     +-  lost EUR m  links EUR m  ahead EUR m  J-G %" + (
        f"  P(loss > {loss:g} %)"
    )
    for d in tree["designs"]:
        index = "     -" if d["index_percent"] is None else f"{d['index_percent']:>6.1f}"
        yield (
            f"  {d['plain']:<38} {d['links']:>5} {d['sales_k']:>8,.1f} {d['sales_error_k']:>6.1f}"
            f" {d['lost_margin_meur']:>11,.0f} {d['cost_meur']:>12,.0f} {d['gain_meur']:>12,.0f}"
            f" {index} {d['exceed'][1]['probability_percent']:>12.1f} %"
        )
    yield "  lost: contribution of cars not sold; ahead: of today, after the cost of links;"
    yield "  J-G: largest chance that a group of products is short while plants outside stand idle"
    named = {item["id"]: item["name"] for item in (*tree["plants"], *tree["products"])}
    yield f"next best links, each alone{'':<21} cars a year       +-  EUR m a year       +-"
    for link in tree["next"][:_SHOWN]:
        what = f"{named[link['plant']]} builds {named[link['product']]}"
        yield (
            f"  {what:<45} {link['sales_k'] * 1e3:>11,.0f} {link['sales_error_k'] * 1e3:>8,.0f}"
            f" {link['net_meur']:>13,.1f} {link['margin_error_meur']:>8,.1f}"
        )
    enough = tree["enough"]
    yield (
        f"enough: {enough['links']} links capture {enough['captured_percent']:.0f} % of total "
        f"flexibility; it pays up to {enough['pays_to']} ({enough['pays_percent']:.0f} %)"
    )
    yield "idle today: " + ", ".join(
        f"{plant['name']} {plant['idle_percent']:.0f} %"
        for plant in sorted(tree["plants"], key=lambda plant: -plant["idle_percent"])
    )
    if tree["proof"]:
        yield tree["proof"]["sentence"]
    yield "what the best design is ahead, EUR m a year, with an input at its low and its high"
    for swing in tree["swings"]:
        yield f"  {swing['label']:<14} {swing['low_meur']:>8,.0f} {swing['high_meur']:>8,.0f}"
