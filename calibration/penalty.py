"""Writes the tables of docs/cost.md on the penalty, and on the ID.3 against the e-Golf.

Usage: python calibration/penalty.py [docs/cost.md]
Without a file the tables are printed; with one, what stands between its two marks is replaced.
"""

from page import main

from wheelbase.catalogue import catalogue
from wheelbase.cost import price
from wheelbase.study import load, load_costed, price_study
from wheelbase.study.attribution import State, attribute
from wheelbase.study.cars import basis_of, build_cars

YEARS = (2014, 2016, 2017)  # of an e-Golf's cell contract
LATER = 2020  # of the ID.3's


def table(head, rows):
    out = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    return [*out, *("| " + " | ".join(row) + " |" for row in rows)]


def euros(value):
    return f"{value:,.0f}".replace("-0", "0") if abs(value) < 0.5 else f"{value:,.0f}"


def totals(found):
    rows = [
        (
            segment["label"],
            *(euros(q) for q in segment["quantiles"]),
            euros(segment["terms"]["platform"]),
            euros(segment["terms"]["battery"]),
            " / ".join(f"{segment['unfit'][side]:.1f} %" for side in ("flexible", "bespoke")),
        )
        for segment in found["penalty"].values()
    ]
    head = ("EUR2019 per battery car", "p10", "p50", "p90", "at base: platform", "battery",
            "range does not fit: flexible / bespoke")  # fmt: skip
    return table(head, rows)


def causes(found):
    segments = list(found["penalty"].values())
    rows = []
    for n, part in enumerate(segments[0]["parts"]):
        cells = [
            " / ".join(euros(q) for q in segment["parts"][n]["quantiles"]) for segment in segments
        ]
        rows.append((f"{part['label']} ({part['term']})", *cells))
    return table(("p10 / p50 / p90", *(s["label"] for s in segments)), rows)


def tornado(found):
    segments = list(found["penalty"].values())
    names = [(s["id"], s["label"]) for s in segments[0]["swings"]]
    rows = []
    for id, label in names:
        own = [next(s for s in segment["swings"] if s["id"] == id) for segment in segments]
        rows.append((label, *(f"{euros(s['low'])} to {euros(s['high'])}" for s in own)))
    return table(("that input alone, p10 to p90", *(s["label"] for s in segments)), rows)


def golf(facts):
    costed = load_costed("id3-or-egolf", facts)
    cars, basis = build_cars(costed).variants, basis_of(costed)
    old, new = cars["egolf@mqb.golf"], cars["id3@meb.id3"]
    columns = {}
    for year in YEARS:
        before = price(old, year, basis).direct
        found = attribute(State(old, year, year), State(new, LATER, LATER), basis)
        whole = price(new, LATER, basis).direct
        columns[year] = {
            "e-Golf, EUR2019": euros(before),
            "ID.3, EUR2019": euros(whole),
            "change": f"{100 * (whole / before - 1):+.0f} %",
            **{cause: f"{100 * cost / before:+.1f} %" for cause, cost in found.items()},
        }
    names = list(next(iter(columns.values())))
    rows = [(name, *(column[name] for column in columns.values())) for name in names]
    return table((f"of the e-Golf's direct cost; ID.3 of {LATER}",
                  *(f"cells of {year}" for year in YEARS)), rows)  # fmt: skip


def tables():
    facts = catalogue()
    found = price_study(load("clar-or-bespoke", facts))
    draws = next(iter(found["penalty"].values()))["draws"]
    parts = [
        f"Built in {found['year']}, {draws:,} joint draws.",
        *["", *totals(found)],
        *["", *causes(found)],
        *["", *tornado(found)],
        *["", "### Cells or platform: VW's ID.3 against the e-Golf", "", *golf(facts)],
    ]
    return "\n".join(parts)


if __name__ == "__main__":
    main("penalty", tables)
