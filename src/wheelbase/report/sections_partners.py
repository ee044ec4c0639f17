"""The section on deals, for a reader who has never heard of a cooperative game."""

from collections.abc import Iterator, Mapping
from typing import Any

from wheelbase.report.figures import Figure
from wheelbase.report.figures.alliance import gains, prices
from wheelbase.report.html import figure_block, number, section, table, text

__all__ = ["deal_figures", "partners"]

Results = Mapping[str, Any]
Figures = Mapping[str, Figure]


def deal_figures(results: Results) -> dict[str, Figure]:
    """Return the figures of every deal by the name under which the page finds them."""
    found = {}
    for id, deal in results.get("alliance", {}).items():
        found[f"gains-{id}"] = gains(deal)
        if deal["prices"]:
            found[f"prices-{id}"] = prices(deal)
    return found


def partners(results: Results, figures: Figures) -> str:
    """Return the section on deals, in plain words first."""
    if not results["alliance"]:
        return section("partners", "With whom", "The study has no deal.", ())
    parts = [_HOW]
    for id, deal in results["alliance"].items():
        parts += _deal(id, deal, figures)
    first = next(iter(results["alliance"].values()))
    return section("partners", "With whom", text(first["story"][0]), parts)


_HOW = (
    "<p>A deal is worth what the partners have together beyond what each would have alone. How "
    "they split it is a matter of fairness, and of prudence: if the split gives some of "
    "them less than they could have by making the same deal without the rest, they will. "
    "A split <b>holds</b> if no such group exists, and <b>breaks</b> if one does. "
    "Everyday ideas of a fair split:</p>"
    '<ul class="plain"><li><b>Everyone gets what they add on average</b>: imagine the partners '
    "joining one after the other, in every order; each gets what its joining adds, on average.</li>"
    "<li><b>The least happy group is as happy as possible</b>: look at the group with least reason "
    "to stay, give it more, and go on until no more can be done for whoever is worst off.</li>"
    "<li><b>The same price per unit for everyone</b>: the usual contract.</li>"
    "<li><b>In proportion to volume</b>: who needs more units has more of the gain.</li></ul>"
)


def _deal(id: str, deal: Mapping[str, Any], figures: Figures) -> Iterator[str]:
    story = len(deal["story"]) - len(deal["rules"])
    told = "".join(f"<li>{text(s)}</li>" for s in deal["story"][:story])
    yield f'<h3>{text(deal["label"])}</h3><ul class="plain">{told}</ul>'
    yield figure_block(f"gains-{id}", figures[f"gains-{id}"])
    if f"prices-{id}" in figures:
        yield figure_block(f"prices-{id}", figures[f"prices-{id}"])
    yield _rules(deal)
    yield _groups(deal) if len(deal["members"]) > 2 else ""
    yield _details(deal)


def _groups(deal: Mapping[str, Any]) -> str:
    names = {m["id"]: m["name"] for m in deal["members"]}
    rows = [
        (text(" + ".join(names[i] for i in v["coalition"])), number(v["saving_meur"]))
        for v in deal["values"]
    ]
    return table(("these together", "gain, EUR m"), rows, (1,))


def _rules(deal: Mapping[str, Any]) -> str:
    """Return who gets what under each rule, and who would walk out."""
    names = {m["id"]: m["name"] for m in deal["members"]}
    rows = []
    for rule in deal["rules"]:
        group = text(" and ".join(names[i] for i in rule["tightest"]))
        spare = rule["least_surplus_meur"]
        if rule["in_core"]:
            said = f"holds; least to spare: {group}, EUR {number(spare)} m"
        else:
            said = f"<b>breaks</b>: {group} would walk out and gain EUR {number(-spare)} m"
        sure = rule["robust"]
        tried = f"holds in {sure['holds_percent']:.0f} %" if sure else "&ndash;"
        shares = (number(rule["shares_meur"][i]) for i in names)
        rows.append((text(rule["plain"]), *shares, said, tried))
    head = ("the split, EUR m", *(text(n) for n in names.values()),
            "does it hold?", "with other volumes")  # fmt: skip
    numeric = (*range(1, 1 + len(names)), len(names) + 2)
    return table(head, rows, numeric)


def _details(deal: Mapping[str, Any]) -> str:
    """Return the small print: technical names, what prices consist of, real deals."""
    named = "; ".join(f"'{text(r['plain'])}' is the {text(r['rule'])}"
                      for r in deal["rules"] if r["rule"] in ("Shapley", "nucleolus"))  # fmt: skip
    core = deal["least_core"]
    inside = f"<p class='note'>Technical names: {named}. A split that holds is in the core. "
    inside += (
        "The core is empty; the least core lacks"
        if core["core_is_empty"]
        else "The core is not empty; in the least core every group is ahead by"
    )
    inside += f" EUR {number(abs(core['epsilon_meur']))} m. Left out: "
    inside += f"{text('; '.join(deal['leaves_out']))}.</p>"
    rows = [
        (text(p["label"]), text(f"{p['seller']}: {p['floor_is']}"),
         text(f"{p['buyer']}: {p['ceiling_is']}"))
        for p in deal["prices"]
    ]  # fmt: skip
    if rows:
        head = ("price", "the least that the seller takes", "the most that the buyer pays")
        inside += table(head, rows)
    if deal["anchors"]:
        real = [(text(a["name"]), text(a["what"]), text(a["value"])) for a in deal["anchors"]]
        inside += table(("a real deal of this kind", "published", "figure"), real)
    return f"<details><summary>Small print and real deals of this kind</summary>{inside}</details>"
