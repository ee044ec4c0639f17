"""Sections of the page about the decision: plan, when, assumptions, how to reproduce."""

from collections.abc import Iterator, Mapping
from typing import Any

from wheelbase.report.figures import Figure
from wheelbase.report.html import figure_block, number, section, status, table, text, with_span

__all__ = ["assumptions", "plan", "reproduce", "when"]

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


def _nodes(results: Results) -> str:
    p = results["plan"]
    rows = []
    for n in p["nodes"]:
        made = n["production_k"]
        target = p["targets"][str(n["start"])]["target"]
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
                with_span(target),
                number(n["premium_meur"]),
            )
        )
    head = ("node", "years", "chance", "battery share", "", "blocks", "combustion k/yr",
            "flexible battery k/yr", "bespoke k/yr", "lost k/yr", "CO2 target",
            "premium MEUR/yr")  # fmt: skip
    inner = table(head, rows, tuple(range(2, 12)))
    return f"<details><summary>All {len(rows)} nodes of the tree</summary>{inner}</details>"


def when(results: Results, figures: Figures) -> str:
    """Return the section on timing: distribution, window, map, tornado, regret."""
    t = results["timing"]
    values = [
        ("option to switch, against never", with_span(t["option_value"])),
        ("value of waiting, against starting now", with_span(t["waiting_value"])),
        ("value of adapting, against the best fixed year", with_span(t["adaptivity"])),
    ]
    rows = ("decision", "fixed_years", "robustness")
    parts = [
        '<div class="grid">',
        *(figure_block(n, figures[n]) for n in rows),
        table(("the freedom to choose is worth", "present value"), values, (1,)),
        "</div>",
        figure_block("break_even", figures["break_even"]),
        figure_block("tornado", figures["tornado"]),
        "<h3>Regret: what a fixed policy loses against the best one in each future</h3>",
        _regret(results),
    ]
    lead = text(figures["decision"]["meta"]["finding"])
    lead += " " + text(figures["break_even"]["meta"]["finding"])
    return section("when", "When", lead, parts)


def _regret(results: Results) -> str:
    r = results["regret"]
    rows = [
        (text(policy), *(number(v) for v in values), number(max(values)))
        for policy, values in zip(r["policies"], r["regret"], strict=True)
    ]
    head = ("policy, EUR m", *(text(f) for f in r["futures"]), "worst")
    return table(head, rows, (1, 2, 3, 4))


def assumptions(results: Results, figures: Figures) -> str:
    """Return the section on assumptions, facts and sources."""
    rows = [
        (
            f"<code>{text(a['path'])}</code>",
            text(a["value"]),
            f"{text(a['low'])} .. {text(a['high'])}",
            f"{status(a['status'])} {text(a['note'])}",
            f"line {a['line']}",
        )
        for a in results["assumptions"]
    ]
    head = ("assumption", "value", "low .. high", "from", "study")
    facts = list(_facts(results))
    head_facts = ("entry", "figure", "value", "status", "source", "file")
    sources = "".join(
        f"<li id='source-{text(s['key'])}'><code>{text(s['key'])}</code> {text(s['title'])}. "
        f"{text(s['author'])} {text(s['date'])}. {text(s['note'])} {text(s['url'])}</li>"
        for s in results["sources"]
    )
    parts = [
        figure_block("provenance", figures["provenance"]),
        table(head, rows),
        f"<details><summary>All {len(facts)} figures that this run used</summary>"
        f"{table(head_facts, facts)}</details>",
        f"<details><summary>{len(results['sources'])} sources</summary>"
        f"<ul class='plain'>{sources}</ul></details>",
    ]
    lead = text(figures["provenance"]["meta"]["finding"])
    return section("assumptions", "Assumptions, facts, sources", lead, parts)


def _facts(results: Results) -> Iterator[tuple[str, ...]]:
    """Yield one row per figure, its interval beside it; what goes on from above stays blank.

    Words and references are left out.
    """
    entry = said = ""
    ends = {(f["id"], f["field"]): f["value"] for f in results["facts"]}
    for f in results["facts"]:
        if f["unit"] in ("text", "id"):
            continue
        name, at, year = f["field"].partition("@")
        if (
            name.endswith(("_low", "_high"))
            and (
                f["id"],
                name.removesuffix("_low").removesuffix("_high") + at + year,
            )
            in ends
        ):
            continue
        low, high = (ends.get((f["id"], f"{name}{side}{at}{year}")) for side in ("_low", "_high"))
        span = f" [{low} .. {high}]" if low and high else ""
        unit = "" if f["unit"] in ("date", "-") else f" {f['unit']}"
        now = f"<code>{text(f['source'])}</code> {text(f['page'])}"
        same = f["id"] == entry
        yield (
            "" if same else f"<code>{text(f['id'])}</code>",
            text(f["field"]),
            text(f"{f['value']}{span}{unit}"),
            status(f["status"]),
            "" if same and now == said else now,
            text(f["place"]),
        )
        entry, said = f["id"], now


def reproduce(results: Results) -> str:
    """Return what is left out, the warnings, and how to make this page again."""
    rooms: dict[str, list[str]] = {}
    for item in results["leaves_out"]:
        rooms.setdefault(item["room"], []).append(item["text"])
    left = [(f"<code>{text(r)}</code>", text("; ".join(t))) for r, t in rooms.items()]
    warnings = [*results["answer"]["warnings"], *results["warnings"]]
    listed = "".join(f"<li>{text(w)}</li>" for w in warnings)
    versions = ", ".join(f"{k} {v}" for k, v in results["manifest"]["versions"].items())
    parts = [
        table(("stage", "does not look at"), left),
        f'<h3>Warnings</h3><ul class="plain">{listed}</ul>' if listed else "",
        f"<p>Made from the study <code>{text(results['name'])}</code>, input "
        f"<code>{text(results['manifest']['hash'])}</code>, seed {results['base']['seed']}, as of "
        f"{text(results['base']['date'])}, money in {text(results['base']['currency'])}: "
        f"<code>wheelbase run {text(results['name'])}</code>. {text(versions)}.</p>",
    ]
    lead = "Every stage is simple somewhere; this is where."
    return section("reproduce", "What is left out, and how to reproduce it", lead, parts)
