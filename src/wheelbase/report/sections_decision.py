"""Sections of the page about the decision: the plan, and which way, when and why."""

from collections.abc import Mapping
from typing import Any

from wheelbase.report.figures import Figure
from wheelbase.report.html import details, figure_block, number, section, table, text, with_span

__all__ = ["plan", "when"]

Results = Mapping[str, Any]
Figures = Mapping[str, Figure]


def plan(results: Results, figures: Figures) -> str:
    """Return the section on the plan over the scenario tree."""
    p = results["plan"]
    rows = [
        ("free to launch", with_span(p["value"]), with_span(p["bound"]), with_span(p["gap"])),
        *(
            (label, with_span(p[k]["value"]), with_span(p[k]["bound"]), with_span(p[k]["gap"]))
            for k, label in (("never", "never launch"), ("now", "launch now"))
        ),
    ]
    size = p["size"]
    lead = (
        f"Over {len(p['nodes'])} nodes in {p['stages']} stages the freedom to launch is worth "
        f"{with_span(p['option'])}; launched in {with_span(p['launch_probability'])} of futures."
    )
    if p["deals"]:
        lead += f" The deals that it may choose are worth {with_span(p['deals'])} in it."
    note = (
        f'<p class="note">{text(p["solver"])}, {text(p["method"])}, {text(p["status"])}: '
        f"{size['columns']} variables, "
        f"{size['integers']} of them whole, {size['rows']} constraints. "
        f"{with_span(p['terminal_share'])} of the value lies after the last stage. Values are "
        "present values of what cars contribute, less investments and premiums. Left out: "
        f"{text('; '.join(p['leaves_out']))}.</p>"
    )
    parts = [
        '<div class="grid">',
        figure_block("outlook", figures["outlook"]),
        figure_block("production", figures["production"]),
        "</div>",
        *(
            (figure_block("markets", figures["markets"]), _markets(results))
            if "markets" in figures
            else ()
        ),
        table(("plan", "value", "no plan is worth more than", "gap"), rows, (1, 2, 3)),
        note,
        _plants(results),
        _nodes(results),
    ]
    return section("plan", "The plan", lead, parts)


def _plants(results: Results) -> str:
    """Return what each plant can build, what it builds at first, and the blocks it takes."""
    p = results["plan"]
    first, last = p["nodes"][0], max(n["stage"] for n in p["nodes"])
    leaves = [n for n in p["nodes"] if n["stage"] == last]
    chance = sum(n["probability"] for n in leaves)
    rows = []
    for plant in p["plants"]:
        mean = sum(n["probability"] * n["plants_k"][plant["id"]] for n in leaves) / chance
        rows.append(
            (
                text(plant["id"].replace("_", " ")),
                text(", ".join(plant["builds"]).replace("_", " ")) or "every model",
                with_span(plant["body"]),
                with_span(plant["assembly"]),
                number(first["plants_k"][plant["id"]]),
                number(mean),
                f"{plant['blocks']}",
            )
        )
    head = ("plant", "builds", "body shop", "assembly", f"built from {first['start']}, k/yr",
            f"from {leaves[0]['start']}, k/yr, mean", "blocks, at most")  # fmt: skip
    return table(head, rows, (2, 3, 4, 5, 6))


def _markets(results: Results) -> str:
    """Return what the markets rest on, the ways of the rules, and how far to trust the tree."""
    o = results["plan"]["outlook"]
    said = [
        f"{text(s['by'])} of {s['made']}: {text(s['kind'])} of {text(s['market'])} in {s['year']}"
        for s in o["statements"]
    ]
    ways = [f"{text(r['id'])} ({with_span(r['probability'])})" for r in o["regulation"]]
    rules = f" From {o['revealed']} on the rules are {' or '.join(ways)}." if ways else ""
    found = results["plan"]["stability"]
    trust = f"`wheelbase plan {results['name']}` tests how far the plan hangs on its tree"
    if found:
        trust = found["sentence"]
    return (
        f'<p class="note">The logit of every market is shifted alike, so that their mean is the '
        f"study's share. Forecasts of the day: {'; '.join(said)}.{rules} {text(trust)}.</p>"
    )


def _nodes(results: Results) -> str:
    p = results["plan"]
    rows = []
    for n in p["nodes"]:
        made = n["production_k"]
        rows.append(
            (
                f"{n['id']}",
                f"{n['start']}-{n['end']}",
                f"{100 * n['probability']:.1f} %",
                f"{n['bev_share_percent']:.1f} %",
                "launch" if n["launch"] else "",
                f"{n['standing']} (+{n['blocks']})",
                number(made["combustion"]),
                number(made["flexible"]),
                number(made["bespoke"]),
                number(made["lost"]),
                text(n["rules"] or ""),
                with_span(n["co2_target"]),
                number(n["premium_meur"]),
            )
        )
    head = ("node", "years", "chance", "battery share", "", "blocks", "combustion k/yr",
            "flexible battery k/yr", "bespoke k/yr", "lost k/yr", "rules",
            "CO2 target", "premium MEUR/yr")  # fmt: skip
    inner = table(head, rows, tuple(i for i in range(2, 13) if i != 10))
    return details(f"All {len(rows)} nodes of the tree", inner)


def when(results: Results, figures: Figures) -> str:
    """Return the section on the decision: which way, why, when, worth, what would change it."""
    maps = [n for n in ("break_even", "further_map") if n in figures]
    parts = [
        f'<p class="note">{_flat(results)}</p>' if _flat(results) else "",
        "<h3>Which way</h3>",
        figure_block("ways", figures["ways"]),
        "<h3>Why: each cause switched off</h3>",
        figure_block("causes", figures["causes"]),
        _causes(results),
        "<h3>When</h3>",
        figure_block("fixed_years", figures["fixed_years"]),
        f'<p class="note">{_renewal(results)}</p>',
        "<h3>What freedom and knowledge are worth</h3>",
        figure_block("values", figures["values"]),
        "<h3>What would change it</h3>",
        '<div class="grid">',
        *(figure_block(n, figures[n]) for n in maps),
        "</div>",
        figure_block("tornado", figures["tornado"]),
        "<h3>What would have to be true</h3>",
        _truths(results),
        "<h3>Regret: what a policy fixed today loses against the best one of each future</h3>",
        _regret(results),
    ]
    lead = text(figures["ways"]["meta"]["finding"])
    lead += " " + text(figures["decision"]["meta"]["finding"])
    return section("when", "Which way, and when", lead, parts)


def _flat(results: Results) -> str:
    """Return what to know before all numbers: that others do as well."""
    flat = results["flat"]
    labels = {w["way"]: w["label"] for w in results["ways"]}
    said = []
    if flat["years"]:
        span = f"{flat['years'][0]} to {flat['years'][-1]}"
        said.append(f"The optimum is flat: a fixed start from {span} loses less than 2 %.")
    for key, how in (("ways", "within 2 %"), ("noise", "in at least a tenth of the draws")):
        if flat[key]:
            names = " or ".join(labels[w] for w in flat[key])
            said.append(f"As good {how}: {names}.")
    return text(" ".join(said))


def _causes(results: Results) -> str:
    found = results["causes"]

    def start(w: Mapping[str, Any]) -> tuple[str, str]:
        years = f"{w['p10']} / {w['p50']} / {w['p90'] or 'never'}" if w["p50"] else "&ndash;"
        return years, f"{w['never_percent']:.0f} %"

    rows = [("with all of them", "", "", *start(found["with_all"]))]
    rows += [
        (
            f"without: {text(c['label'])} <span class='muted'>{text(c['kind'])}</span>",
            number(c["share_meur"]),
            number(c["without_it_meur"]),
            *start(c["without"]),
        )
        for c in found["causes"]
    ]
    head = (
        "cause",
        "its share, EUR m",
        "value changes by, EUR m",
        "starts 10 / 50 / 90 %",
        "never",
    )
    note = (
        '<p class="note">The shares are order-free (Shapley) and sum to the value of the start. '
        "Switched off alone, a cause may change nothing where no line is built with it either.</p>"
    )
    return table(head, rows, (1, 2, 3, 4)) + note


def _renewal(results: Results) -> str:
    r, starts = results["renewal"], results["timing"]["production"]
    made = ""
    if starts["p50"]:
        years = f"{starts['p10']} / {starts['p50']} / {starts['p90'] or 'never'}"
        made = f"Start of production {years} (10 / 50 / 90 % of futures). "
    return (
        f"{made}After {r['life']} years a platform is renewed or given up: that falls due in "
        f"{r['due_percent']:.0f} % of futures and is given up in {r['given_up_percent']:.1f} %; "
        f"the freedom to give it up is worth {with_span(r['worth'])}."
    )


def _truths(results: Results) -> str:
    rows = []
    for t in results["truths"]:
        alone = "; ".join(
            f"{text(m['label'])} {number(m['value'])} instead of {number(m['base'])} "
            f"{text(m['unit'])}"
            for m in t["singles"][:4]
        )
        joint = "none found" if t["joint"] is None else f"{t['joint']:g} of their half-intervals"
        rows.append((text(f"to {t['label']}"), joint, alone or "none found"))
    searched = results["truths"][0]["searched"] if results["truths"] else 0
    note = (
        f'<p class="note">Searched up to {searched:g} half-intervals of each input: from the '
        "study's figure to its low or high is one.</p>"
    )
    return table(("to make it best", "all inputs together move by", "or one alone"), rows) + note


def _regret(results: Results) -> str:
    r = results["regret"]
    rows = [
        (
            f'<span class="nowrap">{text(policy)}</span>',
            *(number(v) for v in r["regret"][n]),
            number(max(r["regret"][n])),
            number(r["expected"][n]),
            f"{r['won_percent'][n]:.0f} %",
        )
        for n, policy in enumerate(r["policies"])
    ]
    futures = (text(f).replace(", ", ",<br>").replace(" ", "<br>", 1) for f in r["futures"])
    head = ("policy, EUR m", *futures, "worst", "mean of<br>draws", "not<br>beaten")
    note = (
        f'<p class="note">Least regret in the worst future: {text(r["minimax"])}. A share that '
        "triggers a start is fixed today, with the study's own figures.</p>"
    )
    return table(head, rows, tuple(range(1, len(head)))) + note
