"""The section on plants and products: which plant should be able to build what."""

from collections.abc import Mapping
from typing import Any

from wheelbase.report.figures import Figure
from wheelbase.report.figures.network import captured_share, plant_links
from wheelbase.report.html import figure_block, number, section, table, text

__all__ = ["network_figures", "where"]

Results = Mapping[str, Any]
Figures = Mapping[str, Figure]

_SHOWN = 8


def network_figures(results: Results) -> dict[str, Figure]:
    """Return the figures of a study that asks where; none of any other."""
    if "flexibility" not in results:
        return {}
    return {"plant_links": plant_links(results), "captured_share": captured_share(results)}


def where(results: Results, figures: Figures) -> str:
    """Return the section on which plant should be able to build what."""
    tree = results["flexibility"]
    parts = [
        _HOW,
        figure_block("plant_links", figures["plant_links"]),
        figure_block("captured_share", figures["captured_share"]),
        "<h3>What each design sells</h3>",
        _designs(tree),
        "<h3>The next best link, each alone</h3>",
        _next(tree),
        "<h3>Who stands idle</h3>",
        _idle(tree),
        "<h3>What would change it</h3>",
        _swings(tree),
    ]
    if tree["proof"]:
        parts.append(f"<p class='note'>{text(tree['proof']['sentence'])}</p>")
    lead = text(figures["plant_links"]["meta"]["finding"])
    return section("where", "Where to build what", lead, parts)


_HOW = (
    "<p>Demand for a model is not known when its lines are laid. A plant that can build one model "
    "alone stands idle when that model fails, while another plant turns buyers away. A link is the "
    "ability of a plant to build a product. Links work together: a closed chain, in which each "
    "plant shares a product with the next, passes spare capacity all the way round, and its "
    "last link, which closes it, brings most. Single links therefore say little about the best "
    "design.</p>"
)


def _designs(tree: Results) -> str:
    rows = []
    for d in tree["designs"]:
        index = "&ndash;" if d["index_percent"] is None else number(d["index_percent"])
        middle = d["exceed"][len(d["exceed"]) // 2]
        rows.append(
            (
                text(d["plain"]),
                str(d["links"]),
                f"{number(d['sales_k'], 5)} &plusmn; {number(d['sales_error_k'], 2)}",
                number(d["lost_margin_meur"]),
                number(d["cost_meur"]),
                number(d["gain_meur"]),
                number(middle["probability_percent"]),
                index,
            )
        )
    loss = tree["designs"][0]["exceed"][len(tree["designs"][0]["exceed"]) // 2]["loss_percent"]
    head = ("design", "links", "sold, k a year", "lost, EUR m a year", "links, EUR m",
            "ahead, EUR m", f"loss above {loss:g} %", "short and idle")  # fmt: skip
    return table(head, rows, range(1, 8)) + (
        "<p class='note'>All per year; &plusmn; is one standard error over draws of demand, which "
        "are the same for all designs. Lost: contribution of cars not sold. Ahead: of today, links "
        f"paid. Loss above {loss:g} %: % of years in which more of mean demand is lost. Short and "
        "idle: the largest chance, %, that a group of products is short while plants outside it "
        "stand idle (the index of Jordan and Graves).</p>"
    )


def _next(tree: Results) -> str:
    named = {item["id"]: item["name"] for item in (*tree["plants"], *tree["products"])}
    rows = [
        (
            text(f"{named[link['plant']]} builds {named[link['product']]}"),
            f"{number(1e3 * link['sales_k'], 4)} &plusmn; {number(1e3 * link['sales_error_k'], 3)}",
            f"{number(link['margin_meur'])} &plusmn; {number(link['margin_error_meur'], 2)}",
            number(link["cost_meur"]),
            number(link["net_meur"]),
        )
        for link in tree["next"][:_SHOWN]
    ]
    head = ("link", "more cars a year", "contribution, EUR m a year", "its cost, EUR m a year",
            "net, EUR m a year")  # fmt: skip
    return table(head, rows, range(1, 5))


def _idle(tree: Results) -> str:
    designs = {d["name"]: d["utilisation_percent"] for d in tree["designs"]}
    shown = [name for name in (tree["start"], "best", "total") if name in designs]
    plain = {d["name"]: d["plain"] for d in tree["designs"]}
    rows = [
        (
            text(plant["name"]),
            number(plant["capacity_k"]),
            *(number(designs[name][plant["id"]]) for name in shown),
        )
        for plant in tree["plants"]
    ]
    head = ("plant", "capacity, thousand a year", *(f"{text(plain[n])}, % used" for n in shown))
    return table(head, rows, range(1, 2 + len(shown)))


def _swings(tree: Results) -> str:
    rows = [
        (text(s["label"]), number(s["low_meur"]), number(s["high_meur"])) for s in tree["swings"]
    ]
    head = ("input, all of its kind together", "best design ahead at its low, EUR m a year",
            "at its high")  # fmt: skip
    return table(head, rows, (1, 2))
