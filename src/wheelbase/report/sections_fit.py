"""The section on what goes in: the fit matrix, why not where not, and who sets the hard points."""

from collections.abc import Iterator, Mapping
from typing import Any

from wheelbase.report.figures import Figure
from wheelbase.report.html import number, section, table, text

__all__ = ["fit"]

Results = Mapping[str, Any]
Figures = Mapping[str, Figure]

_CLASSES = {"fits": "yes", "fits with tooling": "tooled", "does not fit": "no"}


def fit(results: Results, figures: Figures) -> str:
    """Return the fit matrix, the reason of every refused cell, drivers and shadow prices."""
    matrix = results["fit_matrix"]
    cells = [cell for row in matrix["cells"] for cell in row]
    refused = sum(not cell["status"].startswith("fits") for cell in cells)
    lead = (
        f"{len(cells) - refused} of {len(cells)} pairs of platform and powertrain fit; "
        f"{refused} do not, each with its reason below."
    )
    reasons = "".join(_reasons(results))
    parts = [
        _matrix(results),
        f"<h3>Why the others do not fit</h3>{reasons}" if reasons else "",
        "<h3>Who sets the hard points</h3>",
        _drivers(results),
        "<h3>What each powertrain costs the others</h3>",
        _prices(results),
    ]
    return section("fit", "What goes into what", lead, parts)


def _labels(results: Results) -> dict[str, str]:
    matrix = results["fit_matrix"]
    return dict(zip(matrix["powertrains"], matrix["labels"], strict=True))


def _matrix(results: Results) -> str:
    matrix, labels = results["fit_matrix"], _labels(results)
    rows = []
    for name, cells in zip(matrix["platforms"], matrix["cells"], strict=True):
        row = [text(results["platforms"][name]["label"])]
        for train, cell in zip(matrix["powertrains"], cells, strict=True):
            row.append(_cell(cell, _anchor(name, train)))
        rows.append(row)
    note = (
        '<p class="note">* the platform must carry it. The other cells are asked all the same: '
        "what would happen if it did. Fits with tooling: with a version of its own of a tooled "
        "part. Millimetres: the largest shortage.</p>"
    )
    head = ("platform", *(text(labels[t]) for t in matrix["powertrains"]))
    return f'<div class="matrix">{table(head, rows)}</div>{note}'


def _cell(cell: Mapping[str, Any], anchor: str) -> str:
    mark = " *" if cell["carried"] else ""
    kind = _CLASSES.get(cell["status"], "open")
    said = f"{text(cell['status'])}{mark}"
    short = cell["short_by_mm"]
    if kind in ("yes", "tooled"):
        return f'<span class="cell {kind}">{said}</span>'
    gap = f"<br>{short:.0f} mm short" if short else ""
    return f'<a class="cell {kind}" href="#{text(anchor)}">{said}{gap}</a>'


def _anchor(platform: str, train: str) -> str:
    return f"fit-{platform}-{train}"


def _reasons(results: Results) -> Iterator[str]:
    matrix, labels = results["fit_matrix"], _labels(results)
    for name, cells in zip(matrix["platforms"], matrix["cells"], strict=True):
        rows = []
        for train, cell in zip(matrix["powertrains"], cells, strict=True):
            if cell["status"].startswith("fits") or not cell["text"]:
                continue
            said = cell["text"].removeprefix(f"{train}: ").replace(f"; {train}: ", "; ")
            said = said.replace(f"{train} needs", "needs").replace("; `", ", `")
            listed = "".join(f"<li>{text(reason)}</li>" for reason in said.split("; "))
            rows.append(
                f'<div class="reason" id="{text(_anchor(name, train))}" tabindex="-1">'
                f"<dt>{text(labels[train])}</dt><dd><ul>{listed}</ul></dd></div>"
            )
        if rows:
            label = text(results["platforms"][name]["label"])
            yield f'<h4>{label}</h4><dl class="reasons">{"".join(rows)}</dl>'


def _drivers(results: Results) -> str:
    rows, labels = [], _labels(results)
    for platform in results["platforms"].values():
        for d in platform["drivers"]:
            runner = ""
            if d["runner_up"]:
                gap = d["margin_mm"]
                less = f"{number(gap)} mm less" if gap > 0.05 else "the same"
                runner = f"{text(labels[d['runner_up']])}, {less}"
            rows.append(
                (
                    text(platform["label"]),
                    f"{text(d['hard_point'])}, {text(d['meaning'])}",
                    f"{number(d['value_mm'])} mm",
                    f"{text(labels[d['powertrain']])}: {text(d['rule'])}",
                    runner,
                )
            )
    return table(("platform", "hard point", "value", "set by", "next"), rows, (2,))


def _prices(results: Results) -> str:
    labels = _labels(results)
    prices = [
        (
            text(platform["label"]),
            text(labels.get(s["powertrain"], s["powertrain"])),
            f"{number(s['usable_length_mm'])} mm",
            f"{number(s['boot_l'])} l",
            f"{number(s['battery_kwh'])} kWh",
        )
        for platform in results["platforms"].values()
        for s in platform["shadow"]
        if abs(s["usable_length_mm"]) > 0.5 or abs(s["battery_kwh"]) > 0.05
    ]
    if not prices:
        return "<p>No powertrain takes room from another.</p>"
    head = ("platform", "without", "usable length gained", "boot gained", "battery gained")
    return table(head, prices, (2, 3, 4))
