"""The command fit: what goes in, what collides, by how much, and what would cure it."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from wheelbase.cli.changes import Changes, changes_of
from wheelbase.cli.outcome import Outcome, hush, tell
from wheelbase.cli.study_commands import AsJson, Quiet, StudyName

__all__ = ["fit"]

_Variant = Annotated[
    str | None,
    typer.Option("--variant", metavar="V@P", help="One powertrain on one platform, or V@P.BODY."),
]
_Drivers = Annotated[
    bool, typer.Option("--drivers", help="Who sets which hard point, and what each costs.")
]
_Compare = Annotated[
    tuple[str, str] | None,
    typer.Option("--compare", metavar="P1 P2", help="Two platforms line by line, with causes."),
]


def fit(
    study: StudyName,
    variant: _Variant = None,
    drivers: _Drivers = False,
    compare: _Compare = None,
    s: Changes = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> Outcome:
    """Place every powertrain on every platform exactly, and explain every collision."""
    from wheelbase.catalogue import catalogue
    from wheelbase.study import compare_platforms, fit_package, load_package

    package = load_package(study, catalogue(), changes_of(s))
    result: dict[str, Any] = {}
    lines: list[str] = []
    if compare:
        result["comparison"] = compare_platforms(package, *compare)
        lines += _comparison(result["comparison"])
    else:
        say = hush if json or quiet else tell
        result = fit_package(package, variant, say)
        lines += [result["title"], "", *_variants(result["variants"])]
        lines += _matrix(result["fit_matrix"]) if variant is None else []
    if drivers:
        platforms = result.get("platforms") or fit_package(package, variant, hush)["platforms"]
        result["platforms"] = platforms
        lines += _drivers(platforms)
    refused = [
        v for v in result.get("variants", {}).values() if v["carried"] or variant is not None
    ]
    code = int(any(v["status"] == "does not fit" for v in refused))
    if not code and any(v["status"] == "not proven" for v in refused):
        code = 4
    return Outcome("fit", code, "\n".join(lines), result, warnings=package.warnings)


def _variants(variants: Mapping[str, Any]) -> Iterator[str]:
    """Yield a block for each variant: verdict, battery, lengths that trade, collisions."""
    for id, v in variants.items():
        tools = f" ({', '.join(v['tools'])})" if v["status"] == "fits with tooling" else ""
        asked = "" if v["carried"] else ", not carried by the platform"
        yield f"{id}: {v['status']}{tools}{asked}"
        if v["fits"]:
            yield "  " + ", ".join(_figures(v))
        yield from (f"  {line}" for line in _explained(v))
        if v["disagreement"]:
            yield f"  note: {v['disagreement']}"


def _figures(v: Mapping[str, Any]) -> Iterator[str]:
    f = v["figures"]

    def number(name: str, digits: int = 0) -> str:
        return f"{f[name]['value']:,.{digits}f} {f[name]['unit']}"

    if "battery_placed" in f:
        cells = v["placement"]
        strings = f" as {cells['series']}s{cells['parallel']}p" if cells["series"] else ""
        yield f"battery {number('battery_placed', 1)} ({cells['cells']} cells{strings})"
        span = f["battery_fit"]
        yield f"by chains {span['value']:.1f} [{span['low']:.1f} to {span['high']:.1f}]"
        if f["seat_raise"]["value"] >= 1:
            yield f"seats raised {number('seat_raise')}"
    yield f"usable length {number('usable_length')}"
    yield f"couple distance {number('couple_distance')}"
    yield f"boot {number('boot')}"
    if f["frunk"]["value"] >= 1:
        yield f"frunk {number('frunk')}"
    yield f"overhangs {number('front_overhang')} and {number('rear_overhang')}"
    yield f"wheelbase {number('wheelbase')}"
    yield f"{number('curb_mass')}: {number('front_load')} front and {number('rear_load')} rear"
    yield f"centre of gravity {number('gravity_height')} high"


def _explained(v: Mapping[str, Any]) -> Iterator[str]:
    """Yield why a variant does not fit, the cheapest repair, and single changes that cure it."""
    if v["fits"]:
        return
    yield from v["reasons"]
    told = v["explanation"]
    if told is None:
        return
    cures = [f"{r['hard_point']} {r['change_mm']:+.0f} mm" for r in told["repairs"]
             if r["change_mm"] is not None]  # fmt: skip
    useless = [r["hard_point"] for r in told["repairs"] if r["change_mm"] is None]
    if cures:
        yield f"any one of these cures it: {', '.join(cures)}"
    if useless:
        yield f"no change up to 400 mm of {', '.join(useless)} alone cures it"


def _matrix(matrix: Mapping[str, Any]) -> Iterator[str]:
    """Yield the fit matrix as a table of words."""
    short = {"fits": "fits", "fits with tooling": "tooling", "does not fit": "no",
             "not proven": "open", "not asked": ""}  # fmt: skip
    wide = max(len(n) for n in matrix["platforms"]) + 2
    columns = [max(len(t), 8) + 2 for t in matrix["powertrains"]]
    yield ""
    pairs = zip(matrix["powertrains"], columns, strict=True)
    yield " " * wide + "".join(f"{t:<{w}}" for t, w in pairs)
    for name, cells in zip(matrix["platforms"], matrix["cells"], strict=True):
        marks = (
            f"{short[c['status']] + ('*' if c['carried'] else ''):<{w}}"
            for c, w in zip(cells, columns, strict=True)
        )
        yield f"{name:<{wide}}" + "".join(marks)
    yield "* the platform must carry it; tooling: with a tool version of its own"


def _drivers(platforms: Mapping[str, Any]) -> Iterator[str]:
    """Yield who sets each hard point, and the shadow price of each powertrain."""
    for name, platform in platforms.items():
        yield f"\n{name}: {platform['label']}"
        for d in platform["drivers"]:
            next_ = ""
            if d["runner_up"]:
                next_ = f"; next {d['runner_up']}, {d['margin_mm']:.0f} mm less"
            yield (
                f"  {d['hard_point']} ({d['meaning']}) {d['value_mm']:,.0f} mm: "
                f"{d['powertrain']}, {d['rule']}{next_}"
            )
        for s in platform["shadow"]:
            yield (
                f"  without {s['powertrain']}: usable length {s['usable_length_mm']:+.0f} mm, "
                f"couple distance {s['couple_distance_mm']:+.0f} mm, boot {s['boot_l']:+.0f} l, "
                f"battery {s['battery_kwh']:+.1f} kWh"
            )
        for group, versions in platform["tools"].items():
            sets = "; ".join(", ".join(trains) for trains in versions)
            yield f"  tool {group}: {len(versions)} version(s): {sets}"


def _comparison(found: list[dict[str, Any]]) -> Iterator[str]:
    """Yield each line of two platforms and where its difference comes from."""
    for one in found:
        yield f"{one['powertrain']} in body {one['body']}: {one['first']} -> {one['second']}"
        for line in one["lines"]:
            digits = 1 if line["unit"] in ("kWh", "m") else 0
            gap = line["second"] - line["first"]
            yield (
                f"  {line['quantity']:<16} {line['first']:>9,.{digits}f} "
                f"{line['second']:>9,.{digits}f} {line['unit']:<4} {gap:+,.{digits}f}"
            )
            for cause in line["causes"]:
                yield f"      {cause['amount']:+,.{digits}f} {cause['group']}: {cause['text']}"
