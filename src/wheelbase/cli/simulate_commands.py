"""Commands on energy: simulate, validate."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wheelbase.cli.changes import Changes, changes_of
from wheelbase.cli.outcome import Outcome
from wheelbase.errors import DataError

if TYPE_CHECKING:
    from wheelbase.catalogue import Cycle
    from wheelbase.simulate import Drive

__all__ = ["performance", "simulate", "test_cars", "validate_app"]

validate_app = typer.Typer(
    help="Hold the model against certified and published figures.", no_args_is_help=True
)

_Json = Annotated[bool, typer.Option("--json", help="Write one JSON document.")]
_File = Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file.")]


def simulate(
    subject: Annotated[
        str,
        typer.Argument(
            metavar="VEHICLE|STUDY", help="Id of a catalogue car, a study, or a vehicle of FASTSim."
        ),
    ],
    cycle: Annotated[
        list[str] | None,
        typer.Option("--cycle", help="Name of a cycle, or a CSV file with units in its header."),
    ] = None,
    s: Changes = None,
    json: _Json = False,
) -> Outcome:
    """Drive a car, or every car of a study or file, and show what it needs, loses and misses."""
    from wheelbase.catalogue import catalogue
    from wheelbase.catalogue import cycle as find
    from wheelbase.simulate import assemble_vehicle, drive
    from wheelbase.study import drivable, read_fastsim

    facts = catalogue()
    warnings: list[str] = []
    traces = [find(name) for name in cycle or ["wltc_class3b"]]
    if subject in facts.vehicle:
        if s:
            raise DataError(f"-s: sets values of a study, and {subject!r} is a car; leave it out")
        cars = [assemble_vehicle(facts.vehicle[subject], facts)]
    elif _is_fastsim(Path(subject)):
        if s:
            raise DataError(
                f"-s: sets values of a study, and {subject} is of FASTSim; leave it out"
            )
        found, refused = read_fastsim(Path(subject))
        cars, warnings = [drivable(car, facts) for car in found], list(refused)
    else:
        cars = _cars_of_study(subject, facts, changes_of(s))
    lines: list[str] = []
    results: list[dict[str, Any]] = []
    for car in cars:
        for trace in traces:
            done = drive(car, trace)
            told = _figures(done, trace)
            results.append(told)
            lines.extend(_lines(told))
            if told["shortfall"]["energy_share"] > 1e-3:
                miss = told["shortfall"]
                warnings.append(
                    f"{done.car} on {done.cycle}: cannot follow for {miss['seconds']:.0f} s, "
                    f"{miss['energy_share']:.1%} of the wheel work is missed"
                )
    text = "\n".join(lines)
    return Outcome("simulate", 0, text, {"drives": results}, warnings=tuple(warnings))


def _is_fastsim(path: Path) -> bool:
    """Return whether a file is one of FASTSim, as every table is that is given for a car."""
    from wheelbase.study import is_fastsim

    return path.is_file() and (path.suffix.lower() == ".csv" or is_fastsim(path))


def _cars_of_study(name: str, facts: Any, changes: Mapping[str, str]) -> list[Any]:
    from difflib import get_close_matches

    from wheelbase.study import build_cars, bundled, load

    if name not in bundled() and not Path(name).exists():
        known = [v.id for v in facts.vehicle] + list(bundled())
        near = get_close_matches(name, known, n=3, cutoff=0.4) or [
            "wheelbase catalogue list vehicle"
        ]
        raise DataError(f"{name!r} is neither a car nor a study; did you mean {', '.join(near)}?")
    built = build_cars(load(name, facts, changes)).variants
    return [replace(variant.car, id=id) for id, variant in built.items()]


def _figures(done: "Drive", trace: "Cycle") -> dict[str, Any]:
    economy = asdict(done.economy)
    share = done.shortfall.energy / max(abs(done.wheel_work), 1.0)
    return {
        "car": done.car,
        "cycle": trace.id,
        "economy": economy,
        "losses_share": {
            k: v / max(sum(x for x in done.losses.values() if x > 0), 1.0)
            for k, v in done.losses.items()
        },
        "balance_error": done.balance_error,
        "shortfall": {
            "seconds": done.shortfall.seconds,
            "worst_speed_gap_mps": done.shortfall.worst_speed_gap,
            "energy_share": share,
        },
        "engine_starts": done.starts,
        "charge_kept": done.price > 0,
        "outside_range": list(done.outside_range),
    }


def _lines(found: dict[str, Any]) -> list[str]:
    e = found["economy"]
    parts = []
    if e["l_per_100km"]:
        parts.append(f"{e['l_per_100km']:.2f} l/100 km ({e['mpg_us']:.1f} mpg)")
        parts.append(f"{e['g_co2_per_km']:.1f} g CO2/km")
    if e["kwh_per_100km_wall"]:
        parts.append(f"{e['kwh_per_100km_battery']:.2f} kWh/100 km from the battery")
        parts.append(f"{e['kwh_per_100km_wall']:.2f} from the wall ({e['mpge']:.0f} MPGe)")
    if e["range_km"]:
        parts.append(f"{e['range_km']:.0f} km")
    if found["charge_kept"]:
        parts.append("charge kept")
    ranked = sorted(found["losses_share"].items(), key=lambda item: -item[1])
    spent = ", ".join(f"{name} {share:.0%}" for name, share in ranked if share > 0.005)
    return [f"{found['car']} on {found['cycle']}: {', '.join(parts)}", f"  goes to: {spent}"]


@validate_app.command("certified")
def test_cars(
    file: _File,
    technology: Annotated[
        Path | None, typer.Option("--technology", help="A fleet list with technology classes.")
    ] = None,
    json: _Json = False,
) -> Outcome:
    """Predict every car of a certification list and show the error by class of powertrain."""
    from wheelbase.catalogue import catalogue
    from wheelbase.simulate import join_technology, read_test_cars, validate

    facts = catalogue()
    tests = read_test_cars(file)
    known = join_technology(tests, technology, facts) if technology else (None,) * len(tests)
    found = validate(tests, known, facts)
    lines = ["class      n   FTP    HWFET   both    bias   US06 (n)        left out"]
    for kind, e in found.classes.items():
        left = ", ".join(f"{n} {why}" for why, n in e.left_out.items()) or "none"
        lines.append(
            f"{kind:7} {e.n:4}  {e.ftp_mape:5.1%}  {e.hwfet_mape:5.1%}  {e.mape:5.1%}  "
            f"{e.bias:+6.1%}  {e.us06_mape:5.1%} ({e.us06_n:3})  {left}"
        )
    lines.append("worst ten (mean of FTP and HWFET):")
    worst = [
        {"line": t.line, "make": t.make, "model": t.model, "class": t.kind, "error": error}
        for t, error in found.worst()
    ]
    lines += [
        f"  {w['error']:+6.1%}  {w['make']} {w['model']} ({w['class']}, line {w['line']})"
        for w in worst
    ]
    matched = sum(k is not None for k in known)
    result = {
        "classes": {kind: asdict(e) for kind, e in found.classes.items()},
        "worst": worst,
        "technology": {"joined": matched, "of": len(tests)} if technology else None,
    }
    return Outcome("validate certified", 0, "\n".join(lines), result, flat=True)


@validate_app.command("performance")
def performance(file: _File, json: _Json = False) -> Outcome:
    """Predict 0-100 km/h of every car of a list of battery cars and show the error."""
    from wheelbase.catalogue import catalogue
    from wheelbase.simulate import read_road_tests, validate_performance

    found = validate_performance(read_road_tests(file), catalogue())
    lines = [f"0-100 km/h: n {found.n}, mean error {found.mape:.1%}, median {found.median:.1%}, "
             f"bias {found.bias:+.1%}", "worst ten:"]  # fmt: skip
    lines += [
        f"  {w.error:+6.1%}  {w.car}: {w.predicted:.2f} s, published {w.published:g} s"
        for w in found.worst
    ]
    result = {
        "n": found.n, "mape": found.mape, "median": found.median, "bias": found.bias,
        "worst": [asdict(w) for w in found.worst],
    }  # fmt: skip
    return Outcome("validate performance", 0, "\n".join(lines), result, flat=True)
