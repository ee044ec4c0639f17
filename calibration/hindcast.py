"""Writes the tables of docs/hindcast.md: the registered inputs, and how each hindcast scored.

Usage: python calibration/hindcast.py [docs/hindcast.md]
Without a file the tables are printed; with one, what stands between its marks is replaced.
"""

import sys
from pathlib import Path

from page import replaced

from wheelbase.catalogue import catalogue
from wheelbase.study import forecasts, hindcasts, outcomes, register, scored
from wheelbase.study.hindcast_spec import Documented

ORDER = ("bmw", "vw", "mercedes", "jlr-ema", "jlr-mla")
NAMES = ("model", "uniform", "never", "now", "trigger")


def table(head, rows):
    out = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return [*out, *("| " + " | ".join(row) + " |" for row in rows)]


def figure(name, found):
    behind = "; ".join(
        f"{d.date} {d.source}: {d.says}" for d in getattr(found, "documents", ())
    ).replace("|", "/")
    return (
        name,
        f"{found.low} / {found.value} / {found.high}",
        " ".join(found.note.split()),
        behind,
    )


def part(spec):
    rows = []
    for name in type(spec).model_fields:
        found = getattr(spec, name)
        if isinstance(found, dict):
            rows += [figure(f"{name} {year}", f) for year, f in found.items()]
        else:
            rows.append(figure(name, found))
    return rows


def inputs(registered=None):
    """Return the registered inputs as text."""
    registered = registered or register(hindcasts())
    common = registered.common
    out = [f"SHA-256 of the registered files: `{registered.hash}`", ""]
    same = f"{common.draws} draws, seed {common.seed}, {common.years} years"
    apart = f"{common.horizon} of them told apart, trigger {common.trigger}"
    out += [f"The same for every maker: {same}, {apart}.", ""]
    assumed = [row[:3] for row in part(common.assumptions)]
    out += table(("choice of the model", "low / value / high", "why"), assumed)
    head = ("input", "low / value / high", "how", "documents of the day")
    for id in ORDER:
        spec = registered.cases[id]
        assert isinstance(spec.strict.cars, Documented)
        out += ["", f"### {spec.label}", ""]
        out += [f"{spec.question} Vantage {spec.vantage}: {spec.vantage_is}.", ""]
        out += [f"Counts as failure: {' '.join(spec.failure.split())}", ""]
        out += table(head, part(spec.strict))
        if spec.engineering:
            (row,) = part(spec.engineering)
            out += ["", f"Engineering tier: {row[0]} {row[1]}. {row[2]}. Sources: {row[3]}."]
        else:
            out += ["", f"Engineering tier: none. {' '.join(spec.engineering_missing.split())}."]
    return "\n".join(out)


def shown(found):
    return f"{found['p10']} / {found['p50']} / {found['p90']}"


def score(found, key):
    return [f"{found['scores'][name][key]:.2f}" for name in NAMES]


def results(maker=None):
    """Return how each hindcast scored, as text."""
    folder = hindcasts()
    tree = scored(forecasts(register(folder), maker), outcomes(folder), catalogue().prices(2019))
    cases = [(id, tree["cases"][id]) for id in ORDER if id in tree["cases"]]
    tiers = [(c["label"], t, f) for _, c in cases for t, f in c["tiers"].items()]
    out = table(
        ("case, tier", "decision p10 / p50 / p90", "never", "start of production", "first year",
         "three years", "option, EUR m", "label", "failed"),
        [(f"{label}, {tier}", shown(f["decision"]), f"{100 * f['decision']['never']:.0f} %",
          shown(f["start"]), f"{100 * f['at_once']:.1f} %", f"{100 * f['within_rule']:.1f} %",
          " / ".join(f"{v:,.0f}" for v in f["option_meur"]), f["label"],
          "yes" if f["failed"] else "open" if f["open_until"] else "no")
         for label, tier, f in tiers],
    )  # fmt: skip
    for key, name in (("log", "log score"), ("crps_years", "CRPS, years")):
        rows = [(f"{label}, {tier}", *score(f, key)) for label, tier, f in tiers]
        out += ["", *table((name, *NAMES), rows)]
    rows = [(f"{label}, {tier}", f"{f['scores']['model']['pit'][0]:.2f} to "
             f"{f['scores']['model']['pit'][1]:.2f}") for label, tier, f in tiers]  # fmt: skip
    out += ["", *table(("PIT of the decision", "from, to"), rows)]
    for label, tier, f in tiers:
        if f["demand"] and tier == "strict":
            out += ["", *demand(label, f["demand"], "battery share, %")]
    for _, case in cases:
        if case["pack_price"]:
            out += ["", *demand(case["label"], case["pack_price"], "pack, EUR2019/kWh")]
    for label, tier, f in tiers:
        if f["regret"]:
            out += ["", *regret(label, tier, f["regret"])]
    out += ["", *(f"- **{label}, {tier}.** {f['sentence']}" for label, tier, f in tiers)]
    return "\n".join(out)


def demand(label, rows, unit):
    head = (f"{label}: {unit}", "p10", "p50", "p90", "came", "CRPS", "inside")
    return table(head, [
        (str(r["year"]), *(f"{r[k]:.1f}" for k in ("low", "median", "high", "actual", "crps")),
         "yes" if r["inside"] else "no") for r in rows
    ])  # fmt: skip


def regret(label, tier, found):
    head = (
        f"{label}, {tier}: EUR m against the real path",
        f"to {found['to']}",
        "after, still open",
    )
    return table(head, [
        (name, f"{found[name]['known_meur']:+,.0f}", f"{found[name]['after_meur']:+,.0f}")
        for name in ("flexible only", "bespoke at once")
    ])  # fmt: skip


if __name__ == "__main__":
    parts = {"inputs": inputs(), "results": results()}
    if len(sys.argv) > 1:
        file = Path(sys.argv[1])
        text = file.read_text("utf-8")
        for name, found in parts.items():
            text = replaced(text, name, found)
        file.write_text(text, "utf-8")
    else:
        print("\n\n".join(parts.values()))
