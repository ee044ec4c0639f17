"""The command plan: a whole study over its tree, or which plant should be able to build what."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wheelbase.cli.changes import Changes, changes_of
from wheelbase.cli.outcome import Outcome, hush, tell
from wheelbase.cli.study_commands import AsJson, Folder, StudyName
from wheelbase.errors import DataError

if TYPE_CHECKING:
    from wheelbase.study import NetworkStudy, Study

__all__ = ["plan"]

_SHOWN = 8


def plan(study: StudyName, json: AsJson = False, o: Folder = None, s: Changes = None) -> Outcome:
    """Say what to build, where and when; or, of a study asking where, which plant builds what."""
    from wheelbase.catalogue import catalogue
    from wheelbase.study import NetworkStudy, load_planned

    found = load_planned(study, catalogue(), changes_of(s))
    if isinstance(found, NetworkStudy):
        return _where(found, o)
    return _whole(found, json, o)


def _where(found: "NetworkStudy", folder: Path | None) -> Outcome:
    """Return which plant should be able to build what: designs, next links, how many are enough."""
    from wheelbase.report import write
    from wheelbase.study import keep, network_results

    results = network_results(found)
    lines = [results["title"], "", results["answer"]["sentence"], ""]
    lines += _text(results["flexibility"])
    run = None
    if folder is not None:
        done = keep(found, results, folder)
        run = str(done.folder)
        lines += ["", f"report: {write(results, done.folder / 'report.html')}"]
    result = {"answer": results["answer"], "flexibility": results["flexibility"]}
    return Outcome("plan", 0, "\n".join(lines), result, warnings=found.warnings, run=run)


def _whole(found: "Study", json: bool, folder: Path | None) -> Outcome:
    """Return the plan of a whole study over its scenario tree."""
    from wheelbase.study import plan_results

    if folder is not None:
        raise DataError("plan: a whole study is kept by `wheelbase run STUDY -o RUN`; leave out -o")
    results = plan_results(found, hush if json else tell)
    lines = [results["title"], "", *_plan(results["plan"])]
    return Outcome("plan", 0, "\n".join(lines), results, warnings=found.warnings)


def _plan(tree: Mapping[str, Any]) -> Iterator[str]:
    """Yield the three plans with their proof, what each node does, and what capacity is worth."""
    size = tree["size"]
    yield (
        f"{tree['method']}, {tree['solver']}: {size['columns']:,} columns, {size['integers']:,} of "
        f"them whole, {size['rows']:,} rows; {tree['status']}"
    )
    yield f"plan{'':<18}      value EUR m   no plan is worth more    gap %"
    rows = [("free to launch", tree), ("never launch", tree["never"]), ("launch now", tree["now"])]
    for label, found in rows:
        value, bound, gap = (found[k]["value"] for k in ("value", "bound", "gap"))
        yield f"  {label:<20} {value:>15,.0f} {bound:>23,.0f} {gap:>8.3f}"
    option = tree["option"]
    yield (
        f"the freedom to launch is worth EUR {option['value']:,.0f} m; launched in "
        f"{tree['launch_probability']['value']:.0f} % of futures; "
        f"{tree['terminal_share']['value']:.0f} % of the value lies after the last stage"
    )
    if tree["deals"]:
        yield f"the deals that it may choose are worth EUR {tree['deals']['value']:,.0f} m in it"
    if tree["outlook"] and not tree["stability"]:
        yield "not tested on fresh futures: their mean says nothing of a value that holds the risk"
    if tree["stability"]:
        low, high = tree["stability"]["interval"]
        yield f"{tree['stability']['sentence']}; EUR {low:,.0f} m to {high:,.0f} m"
        free, now = (tree["stability"]["ahead_of_never"][k] for k in ("free", "now"))
        yield (
            f"on fresh futures the freedom to launch is worth EUR {free['mean_meur']:,.0f} m "
            f"(+- {2 * free['error_meur']:,.0f}), launching now EUR {now['mean_meur']:,.0f} m "
            f"(+- {2 * now['error_meur']:,.0f}) beyond never"
        )
    yield (
        "node  after  years      chance  battery  blocks  combustion  flexible  bespoke   lost"
        "  fine"
    )
    for n in tree["nodes"]:
        made = n["production_k"]
        blocks = f"{n['standing']}+{n['blocks']}" if n["standing"] or n["blocks"] else ""
        after = "" if n["parent"] < 0 else n["parent"]
        yield (
            f"{n['id']:>4}  {after!s:>5}  {n['start']}-{n['end']}  {100 * n['probability']:>5.1f} %"
            f"  {n['bev_share_percent']:>5.1f} %  {blocks:>6}  {made['combustion']:>10,.0f}"
            f"  {made['flexible']:>8,.0f} {made['bespoke']:>8,.0f} {made['lost']:>6,.0f}"
            f" {n['premium_meur']:>5,.0f}{'  launch' if n['launch'] else ''}"
            f"{'  ' + n['rules'] if n['rules'] else ''}"
            f"{''.join('  ' + name.replace('_', ' ') for name in n['changes'])}"
        )
    yield "  built in thousand cars a year; fine: EUR m a year"
    prices = tree["nodes"][0]["prices"]
    if prices:
        yield (
            "one unit more at first is worth, EUR m a year per thousand cars (CO2: per g/km of "
            "them)"
        )
        for name, price in sorted(prices.items(), key=lambda item: -abs(item[1]))[:_SHOWN]:
            yield f"  {name.replace('_', ' '):<44} {price:>8.3f}"


def _text(tree: Mapping[str, Any]) -> Iterator[str]:
    """Yield designs, next links, the enough point, idle plants, proof and swings."""
    loss = tree["designs"][0]["exceed"][1]["loss_percent"]
    yield f"design{'':<34} links   sold k     +-  lost EUR m  links EUR m  ahead EUR m  J-G %" + (
        f"  P(loss > {loss:g} %)"
    )
    yield f"{'':<46} {'a year':>8} {'':>6} {'a year':>11} {'a year':>12} {'a year':>12}"
    for d in tree["designs"]:
        index = "     -" if d["index_percent"] is None else f"{d['index_percent']:>6.1f}"
        yield (
            f"  {d['plain']:<38} {d['links']:>5} {d['sales_k']:>8,.1f} {d['sales_error_k']:>6.1f}"
            f" {d['lost_margin_meur']:>11,.0f} {d['cost_meur']:>12,.0f} {d['gain_meur']:>12,.0f}"
            f" {index} {d['exceed'][1]['probability_percent']:>12.1f} %"
        )
    yield "  lost: contribution of cars not sold; ahead: of today, after the cost of links;"
    yield "  loss: cars a year that are wanted and not sold, as a share of mean demand"
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
    links = f"{enough['links']} links capture" if enough["links"] > 1 else "1 link captures"
    yield (
        f"enough: {links} {enough['captured_percent']:.0f} % of total "
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
