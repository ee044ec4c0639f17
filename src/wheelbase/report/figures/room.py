"""Why one platform has less room than the other: cause by cause, in litres, mm and kWh."""

from collections.abc import Iterator, Mapping
from typing import Any

from wheelbase.report.figures.base import COLOURS, Figure, bar, plain, short

__all__ = ["room_sentences", "why_room"]

Results = Mapping[str, Any]

_SHOWN = (("boot", "boot", 1), ("usable_length", "usable length", 0), ("energy_fit", "battery", 1))
_PLACES = {
    "z_boot": ("its boot floor is", "higher", "lower"),
    "x_seatback": ("its second row ends", "further back", "further forward"),
    "x_fw": ("its firewall is", "further back", "further forward"),
    "x_bat0": ("its battery begins", "further back", "further forward"),
    "L104": ("its front overhang is", "longer", "shorter"),
    "L101": ("its wheelbase is", "longer", "shorter"),
    "L105": ("its rear overhang is", "longer", "shorter"),
    "z_floor": ("its floor is", "higher", "lower"),
    "bat_max_w": ("its battery may be", "wider", "narrower"),
    "rail_y": ("its front rails are", "further apart", "closer together"),
}
_GAP, _ROW = 0.13, 34


def why_room(results: Results) -> Figure:
    """Return what the flexible car has less of in its first body, and why, as three waterfalls."""
    pair = _pairs(results)[0]
    lines = [(_line(pair, key), label, digits) for key, label, digits in _SHOWN]
    counts = [len(line["causes"]) + 1 for line, _, _ in lines]
    data: list[Figure] = []
    layout: Figure = {
        "height": 150 + _ROW * sum(counts),
        "margin": {"l": 170, "r": 46, "t": 12, "b": 52},
        "showlegend": False,
        "hovermode": "closest",
        "bargap": 0.3,
    }
    top, room = 1.0, 1 - _GAP * (len(lines) - 1)
    for k, (line, label, digits) in enumerate(lines):
        end = "" if k == 0 else str(k + 1)
        data.append(_steps(line, digits, end))
        low = max(top - room * counts[k] / sum(counts), 0.0)
        layout[f"xaxis{end}"] = {
            "title": {"text": f"{label}, flexible less bespoke, {line['unit']}", "standoff": 4},
            "anchor": f"y{end}", "automargin": True, "range": _range(line),
        }  # fmt: skip
        layout[f"yaxis{end}"] = {
            "title": {"text": "cause"}, "domain": [round(low, 3), round(top, 3)],
            "anchor": f"x{end}", "autorange": "reversed", "automargin": True,
        }  # fmt: skip
        top = low - _GAP
    finding = next(iter(_sentences(results, pair)))
    alt = f"{finding} Bars of causes for boot in l, usable length in mm and battery in kWh."
    return {
        "data": data,
        "layout": layout,
        "meta": {"finding": finding, "alt": alt, "sources": []},
    }


def _pairs(results: Results) -> list[Mapping[str, Any]]:
    found = results["comparison"]
    bodies = results["pair"]["bodies"]
    return sorted(found.values(), key=lambda c: c["body"] not in bodies[:1])


def _line(pair: Mapping[str, Any], quantity: str) -> Mapping[str, Any]:
    line: Mapping[str, Any] = next(x for x in pair["lines"] if x["quantity"] == quantity)
    return line


def _steps(line: Mapping[str, Any], digits: int, end: str) -> Figure:
    """Return the bars of one waterfall: from the bespoke car at 0 down to the flexible one."""
    sizes = [-c["amount"] for c in line["causes"]]
    bases = [sum(sizes[:k]) for k in range(len(sizes))]
    total = line["first"] - line["second"]
    values = [*sizes, total]
    groups = [c["group"] for c in line["causes"]] + ["together"]
    said = [f"{v:+,.{digits}f} {line['unit']}" for v in values]
    names = [f"{group}: {amount}" for group, amount in zip(groups, said, strict=True)]
    trace = bar(
        "", [round(v, 3) for v in values], names, COLOURS["bev"], orientation="h",
        base=[round(b, 3) for b in (*bases, 0.0)],
        customdata=[plain(c["text"]) for c in line["causes"]] + [""],
        hovertemplate=f"%{{y}}<br>%{{customdata}}<extra>%{{x}} {line['unit']}</extra>",
    )  # fmt: skip
    trace["marker"] = {"color": [COLOURS["low"] if v > 0 else COLOURS["high"] for v in sizes]}
    trace["marker"]["color"].append(COLOURS["neutral"])
    trace["x"] = [short(v) for v in trace["x"]]
    return trace if not end else {**trace, "xaxis": f"x{end}", "yaxis": f"y{end}"}


def _range(line: Mapping[str, Any]) -> list[float | None]:
    """Return ends of an axis that hold all steps and the words beside them."""
    steps = [-c["amount"] for c in line["causes"]]
    levels = [0.0, *(sum(steps[: k + 1]) for k in range(len(steps)))]
    low, high = min(levels), max(levels)
    room = 0.05 * (high - low) or 1.0
    return [short(low - room), short(high + room)]


def room_sentences(results: Results) -> dict[str, list[str]]:
    """Return for each body of the comparison, by its label, why its room differs, in words."""
    return {pair["label"]: list(_sentences(results, pair)) for pair in _pairs(results)}


def _sentences(results: Results, pair: Mapping[str, Any]) -> Iterator[str]:
    matrix = results["fit_matrix"]
    names = dict(zip(matrix["powertrains"], matrix["labels"], strict=True))
    for key, label, digits in _SHOWN:
        line = _line(pair, key)
        unit, gap = line["unit"], round(line["first"] - line["second"], digits)
        ends = [f"{line[end]:,.{digits}f}" for end in ("first", "second")]
        if gap:
            how = f"{abs(gap):,.{digits}f} {unit} {_than(gap)} {label}"
            said = f"{how} ({ends[0]} against {ends[1]} {unit})"
        else:
            said = f"the same {label} ({ends[0]} {unit})"
        causes = [
            f"{abs(c['amount']):,.{digits}f} {unit} {_than(-c['amount'])} because "
            f"{_because(c, names, key)}"
            for c in line["causes"]
            if round(c["amount"], digits)
        ]
        tail = f": {'; '.join(causes)}" if causes else ""
        yield f"The flexible {pair['label']} has {said}{tail}."


def _than(gap: float) -> str:
    return "more" if gap > 0 else "less"


def _because(cause: Mapping[str, Any], names: Mapping[str, str], quantity: str) -> str:
    """Return a cause in plain words, from the hard points that moved and who set them."""
    moved = cause["moved_mm"]
    said: str = cause["text"] or cause["group"]
    if moved.get("tunnel_w", (0, 0))[0]:
        said = f"it has a tunnel, {moved['tunnel_w'][0]:.0f} mm wide"
        said += f" and {moved['tunnel_h'][0]:.0f} mm high" if "tunnel_h" in moved else ""
        said += ", that holds cells" if quantity == "energy_fit" else ""
    for point, (noun, more, less) in _PLACES.items():
        if point in moved and "tunnel_w" not in moved:
            gap = moved[point][0] - moved[point][1]
            said = f"{noun} {abs(gap):.0f} mm {more if gap > 0 else less}"
            break
    if cause["set_by"]:
        train, _, rule = cause["set_by"][0].partition(" (")
        said += f", set by the {names.get(train, train)} ({rule.removesuffix(')')})"
    return said
