"""Figures of plants and products: who builds what, and how many links are enough."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wheelbase.report.figures.base import Figure, build, plain, short

__all__ = ["captured_share", "plant_links"]

Results = Mapping[str, Any]

_TODAY, _ADDED, _DROPPED, _INK = "#9aa9b5", "#d0652a", "#b3413c", "#5f6f80"
_FULL, _IDLE = "#475ef5", "#9db4c9"


def plant_links(results: Results) -> Figure:
    """Return plants and products with the links between them: today, and those that pay."""
    tree = results["flexibility"]
    plants, products = _placed(tree["plants"], tree), _placed(tree["products"], tree)
    named = {item["id"]: item["name"] for item in (*tree["plants"], *tree["products"])}
    designs = {design["name"]: design for design in tree["designs"]}
    best, changed = designs["best"], tree["best"]
    kept = [p for p in designs[tree["start"]]["pairs"] if p not in changed["dropped"]]
    groups = (
        ("built today", kept, _TODAY, 3, "solid"),
        ("pays to add", changed["added"], _ADDED, 5, "solid"),
        ("not needed any more", changed["dropped"], _DROPPED, 2, "dot"),
    )
    data = [
        _lines(name, pairs, (plants, products), (colour, width, dash))
        for name, pairs, colour, width, dash in groups
        if pairs
    ]
    data += _nodes(tree, best, (plants, products))
    layout = {
        "height": 60 + 36 * max(len(tree["plants"]), len(tree["products"])),
        "xaxis": {"visible": False, "range": [-0.85, 1.85], "fixedrange": True},
        "yaxis": {"visible": False, "range": [-0.05, 1.05], "fixedrange": True},
        "margin": {"l": 10, "r": 10, "b": 10},
    }
    return build(
        data, ("from plant to product", "plants and products"), _finding(tree, named), layout
    )


def _finding(tree: Results, named: Mapping[str, str]) -> str:
    best = tree["best"]
    parts = [
        f"{len(pairs) if len(pairs) > 1 else 'one'} {word}{'s' if len(pairs) > 1 else ''} {what}, "
        + " and ".join(f"{named[plant]} to {named[product]}" for plant, product in pairs)
        for pairs, word, what in (
            (best["added"], "link", "more"),
            (best["dropped"], "link", "fewer"),
        )
        if pairs
    ]
    if not parts:
        return "No link is worth adding: what stands today is the best design found."
    verb = "are" if len(best["added"]) + len(best["dropped"]) > 1 else "is"
    said = ", and ".join(parts)
    return (
        f"{said[0].upper()}{said[1:]}, {verb} worth EUR {best['ahead_meur']:,.0f} m a year"
        f"{' after cost' if best['added'] else ''}."
    )


def _placed(items: Sequence[Results], tree: Results) -> dict[str, float]:
    """Return id to height: products beside the plants that build them, from the top."""
    if items is tree["plants"]:
        ranks = {item["id"]: float(k) for k, item in enumerate(items)}
    else:
        first = {plant["id"]: k for k, plant in enumerate(tree["plants"])}
        today = next(d for d in tree["designs"] if d["name"] == tree["start"])["pairs"]
        ranks = {}
        for k, item in enumerate(items):
            own = [first[plant] for plant, product in today if product == item["id"]]
            ranks[item["id"]] = sum(own) / len(own) + 1e-3 * k if own else float(k)
    order = sorted(ranks, key=lambda id: ranks[id])
    return {id: 1 - k / max(len(order) - 1, 1) for k, id in enumerate(order)}


def _lines(
    name: str,
    pairs: Sequence[Sequence[str]],
    heights: tuple[Mapping[str, float], Mapping[str, float]],
    style: tuple[str, int, str],
) -> Figure:
    """Return one trace of links, curved so that they can be told apart."""
    x: list[float | None] = []
    y: list[float | None] = []
    for plant, product in pairs:
        low, high = heights[0][plant], heights[1][product]
        for step in range(13):
            t = step / 12
            x.append(short(t))
            y.append(short(low + (high - low) * t * t * (3 - 2 * t)))
        x.append(None)
        y.append(None)
    colour, width, dash = style
    return {
        "type": "scatter", "mode": "lines", "name": name, "x": x, "y": y, "hoverinfo": "skip",
        "line": {"color": colour, "width": width, "dash": dash},
    }  # fmt: skip


def _nodes(
    tree: Results, best: Results, heights: tuple[Mapping[str, float], Mapping[str, float]]
) -> Iterator[Figure]:
    """Yield plants, sized by capacity and shaded by use today, and products, sized by demand."""
    largest = max(
        [p["capacity_k"] for p in tree["plants"]] + [p["mean_k"] for p in tree["products"]]
    )
    then = best["utilisation_percent"]
    yield {
        "type": "scatter", "mode": "markers+text", "showlegend": False, "cliponaxis": False,
        "name": "plants", "x": [0] * len(tree["plants"]),
        "y": [short(heights[0][p["id"]]) for p in tree["plants"]],
        "text": [
            f"{plain(p['name'])}, {100 - p['idle_percent']:.0f} % used" for p in tree["plants"]
        ],
        "textposition": "middle left",
        "marker": {
            "color": [_IDLE if p["idle_percent"] > 20 else _FULL for p in tree["plants"]],
            "size": [short(8 + 18 * (p["capacity_k"] / largest) ** 0.5) for p in tree["plants"]],
            "opacity": 1,
        },
        "customdata": [[p["capacity_k"], short(then[p["id"]])] for p in tree["plants"]],
        "hovertemplate": "%{text}<br>capacity %{customdata[0]} thousand a year<br>"
        "%{customdata[1]} % used in the best design<extra></extra>",
    }  # fmt: skip
    yield {
        "type": "scatter", "mode": "markers+text", "showlegend": False, "cliponaxis": False,
        "name": "products", "x": [1] * len(tree["products"]),
        "y": [short(heights[1][p["id"]]) for p in tree["products"]],
        "text": [f"{plain(p['name'])}, {p['mean_k']:,.0f} k" for p in tree["products"]],
        "textposition": "middle right",
        "marker": {
            "color": _INK, "opacity": 1,
            "size": [short(8 + 18 * (p["mean_k"] / largest) ** 0.5) for p in tree["products"]],
        },
        "hovertemplate": "%{text} a year<extra></extra>",
    }  # fmt: skip


def captured_share(results: Results) -> Figure:
    """Return links against the captured share of total flexibility, the knee marked."""
    tree = results["flexibility"]
    today = next(d for d in tree["designs"] if d["name"] == tree["start"])["links"]
    points = {p["links"] - today: p["captured_percent"] for p in tree["curve"]}
    enough = tree["enough"]
    knee, pays = enough["links"] - today, enough["pays_to"] - today
    data: list[Figure] = [
        {
            "type": "scatter", "mode": "lines+markers", "name": "captured", "showlegend": False,
            "x": list(points), "y": [short(v) for v in points.values()],
            "line": {"color": _FULL, "width": 2}, "marker": {"size": 5},
            "hovertemplate": "%{x} links more: %{y} %<extra></extra>",
        }
    ]  # fmt: skip
    marks = [(knee, f"knee: {points[knee]:.0f} % with {knee}", _ADDED, "bottom right")]
    if pays != knee:
        marks.append((pays, f"pays: {points[pays]:.0f} % with {pays}", "#4f7d5b", "bottom right"))
    for at, said, colour, place in marks:
        data.append(
            {
                "type": "scatter", "mode": "markers+text", "name": said, "showlegend": False,
                "x": [at], "y": [short(points[at])], "text": [said], "textposition": place,
                "marker": {"color": colour, "size": 13, "symbol": "diamond"},
                "hoverinfo": "skip", "cliponaxis": False,
            }
        )  # fmt: skip
    axes = ("links beyond today", "captured share of total flexibility, %")
    low = min(0.0, min(points.values()))
    layout = {"yaxis": {"range": [short(low - 4), 108]}, "height": 340}
    return build(data, axes, _enough(knee, points), layout)


def _enough(knee: int, points: Mapping[int, float]) -> str:
    """Return how many links are enough, of a curve from links to the captured share in percent."""
    most = max(points)
    total = f"what total flexibility would sell more, which takes {_links(most)}"
    if knee == 0 and points[0] >= 100:
        return "Total flexibility would sell no more than what stands today."
    if knee == 0:
        return f"The curve has no knee: no number of links captures more than its share of {total}."
    verb = "are enough: they capture" if knee > 1 else "is enough: it captures"
    said = _links(knee)
    return f"{said[0].upper()}{said[1:]} {verb} {points[knee]:.0f} % of {total}."


def _links(count: int) -> str:
    return f"{count} links" if count > 1 else "one link"
