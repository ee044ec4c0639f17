"""Commands that bring files of others in: shown first, what is left out with its reason."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wheelbase.cli.outcome import Outcome

if TYPE_CHECKING:
    from wheelbase.catalogue import ElectricTest, Imported, Provenance
    from wheelbase.study import FastsimCar

__all__ = ["ElectricFigures", "app", "book", "fastsim", "test_cars", "trace"]

app = typer.Typer(
    help="Bring files of others in; what is left out is told with its reason.",
    no_args_is_help=True,
)

_Json = Annotated[bool, typer.Option("--json", help="Write one JSON document.")]
_File = Annotated[Path, typer.Argument(metavar="FILE", help="The file to read.")]
_Preview = Annotated[
    bool, typer.Option("--preview", help="Show what would come in and be left out; write nothing.")
]
_SHOWN = 10


def _target(output: Path | None, usual: Path, source: Path) -> Path:
    """Return the file to write; one that nobody named is never written over."""
    from wheelbase.errors import DataError

    if output is None and usual.exists() and usual != source:
        raise DataError(f"{usual}: is there already; name it with -o to write over it, or another")
    return output or usual


class ElectricFigures(StrEnum):
    """How the figure of an electric test is read."""

    by_value = "by-value"
    mpge = "mpge"
    kwh = "kwh"


@app.command("epa-testcar")
def test_cars(
    file: _File,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="certified.csv if absent."),
    ] = None,
    electric: Annotated[
        ElectricFigures,
        typer.Option("--electric", help="Figures of electric tests: MPGe, kWh/100 mi, by value."),
    ] = ElectricFigures.by_value,
    preview: _Preview = False,
    json: _Json = False,
) -> Outcome:
    """Read the raw EPA test-car list (CSV, or gzipped) into the form that validate takes."""
    from wheelbase.catalogue import Electric, import_epa_test_cars, read_epa_test_cars

    read_as = Electric(electric.value)
    target = None if preview else _target(output, Path("certified.csv"), file)
    if target is None:
        found = read_epa_test_cars(file, read_as)
    else:
        found = import_epa_test_cars(file, target, read_as)
    said = f"{found.rows} tests -> {found.configurations} configurations"
    lines = [said + (" (a preview; nothing is written)" if preview else f" in {target}")]
    lines.append(found.provenance.reading["hybrids"])
    lines += _readings(found) if preview else []
    lines += _left_out(found.provenance)
    result = {
        "rows": found.rows,
        "configurations": found.configurations,
        "left_out": found.left_out,
        "electric": {
            "read_as": electric.value,
            "tests": len(found.electric),
            "doubtful": [_reading(test) for test in found.doubtful],
        },
        "provenance": found.provenance.tree,
        "file": target and str(target),
    }
    warnings = tuple(
        f"{file.name}:{t.line}: {t.car}: {t.figure:g} may be MPGe or kWh/100 mi; see --preview"
        for t in found.doubtful
    )
    return Outcome("import epa-testcar", 0, "\n".join(lines), result, warnings=warnings)


def _readings(found: "Imported") -> list[str]:
    """Return both readings of electric tests as a table: each unit's lowest and highest, doubts."""
    if not found.electric:
        return []
    lines = ["electric tests, from the wall: figure, Wh/km as MPGe, as kWh/100 mi, read as"]
    ranked = sorted(found.electric, key=lambda t: t.figure)
    shown = ranked if len(ranked) <= 2 * _SHOWN else ranked[:_SHOWN] + ranked[-_SHOWN:]
    for test in shown:
        told = _reading(test)
        lines.append(
            f"  {test.figure:7g} {told['wh_per_km_as_mpge']:6.0f} {told['wh_per_km_as_kwh']:6.0f}"
            f"  {told['read_as']:5} {test.test:6} {test.car}"
        )
    if len(shown) < len(ranked):
        lines.insert(1 + _SHOWN, f"  ... {len(ranked) - len(shown)} between them")
    return lines


def _reading(test: "ElectricTest") -> dict[str, Any]:
    from wheelbase.units import convert

    return {
        "line": test.line,
        "car": test.car,
        "test": test.test,
        "figure": test.figure,
        "wh_per_km_as_mpge": convert(test.as_mpge, "Wh/km"),
        "wh_per_km_as_kwh": convert(test.as_kwh, "Wh/km"),
        "read_as": test.read_as.value,
    }


def _left_out(provenance: "Provenance") -> list[str]:
    """Return what was left out: counts by reason, then the first places."""
    rejected = provenance.rejected
    if not rejected:
        return ["left out: nothing"]
    counts: Sequence[str] = [f"{n} {why}" for why, n in provenance.counts.items()]
    if len(counts) > _SHOWN:
        counts = [*counts[:_SHOWN], f"{len(counts) - _SHOWN} other reasons"]
    lines = [f"left out: {'; '.join(counts)}"]
    lines += [f"  {item}" for item in rejected[:_SHOWN]]
    if len(rejected) > _SHOWN:
        lines.append(
            f"  and {len(rejected) - _SHOWN} more; --json and the provenance file name all"
        )
    return lines


@app.command("cycle")
def trace(
    file: _File,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="FILE.trace.csv if absent."),
    ] = None,
    preview: _Preview = False,
    json: _Json = False,
) -> Outcome:
    """Read a recorded speed trace (CSV) into the form that simulate --cycle takes."""
    from wheelbase.catalogue import import_cycle, read_recorded
    from wheelbase.units import convert

    target = None if preview else _target(output, file.with_suffix(".trace.csv"), file)
    found = read_recorded(file) if target is None else import_cycle(file, target)
    drive = found.cycle
    duration = float(drive.time[-1] - drive.time[0])
    top = convert(float(drive.speed.max()), "km/h")
    kept = f"{len(drive.time)} of {found.rows} rows"
    lines = [
        f"{kept} -> " + ("a preview; nothing is written" if preview else str(target)),
        f"  time in {found.units['time']}, speed in {found.units['speed']}, as the header says",
        f"  {duration:g} s, {convert(drive.distance, 'km'):.3f} km, up to {top:.1f} km/h and "
        f"{found.hardest:.2f} m/s2",
        *_left_out(found.provenance),
    ]
    result = {
        "rows": found.rows,
        "samples": len(drive.time),
        "duration_s": duration,
        "distance_km": convert(drive.distance, "km"),
        "top_speed_kmh": top,
        "greatest_acceleration_mps2": found.hardest,
        "units": found.units,
        "provenance": found.provenance.tree,
        "file": target and str(target),
    }
    return Outcome("import cycle", 0, "\n".join(lines), result, warnings=found.doubts)


@app.command("xlsx")
def book(
    file: _File,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="STUDY.yaml", help="FILE.yaml if absent."),
    ] = None,
    preview: _Preview = False,
    json: _Json = False,
) -> Outcome:
    """Read a study in sheets, check it as a file is checked, and write it as YAML."""
    from wheelbase.catalogue import catalogue
    from wheelbase.study import import_book

    target = None if preview else _target(output, file.with_suffix(".yaml"), file)
    found = import_book(file, target, catalogue())
    sheets = [f"{count:4} values in sheet {name}" for name, count in found.sheets.items()]
    said = "a preview; nothing is written" if found.target is None else str(found.target)
    lines = [f"{file.name}: fine -> {said}", *sheets]
    result = {
        "sheets": found.sheets,
        "provenance": found.provenance.tree,
        "file": None if found.target is None else str(found.target),
    }
    return Outcome("import xlsx", 0, "\n".join(lines), result, warnings=found.warnings)


@app.command("fastsim")
def fastsim(
    file: _File,
    car: Annotated[
        str | None, typer.Option("--car", metavar="NAME", help="Which car of a table.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="STUDY.yaml", help="FILE.study.yaml.")
    ] = None,
    preview: _Preview = False,
    json: _Json = False,
) -> Outcome:
    """Read vehicles of FASTSim 2 (CSV, YAML) or 3 (YAML) as estimates; write one as a study."""
    from difflib import get_close_matches

    from wheelbase.catalogue import apart, catalogue
    from wheelbase.errors import DataError
    from wheelbase.study import read_fastsim, write_fragment

    cars, refused = read_fastsim(file)
    names = {found.name: found for found in cars}
    if car is not None and (alike := [found.place for found in cars if found.name == car])[1:]:
        raise DataError(f"{alike[1]}: is called {car!r}, as is {alike[0]}; rename one of them")
    if car is not None and car not in names:
        near = get_close_matches(car, list(names), n=3, cutoff=0.3) or list(names)[:5]
        raise DataError(f"{file.name}: no car {car!r} that can be taken; did you mean {near[0]}?")
    if car is None and len(cars) > 1 and not preview:
        raise DataError(
            f"{file.name}: holds {len(cars)} cars; choose one with --car, see --preview"
        )
    chosen = cars if car is None else (names[car],)
    lines, results = [], []
    for found in chosen:
        lines += _shown(found)
        results.append(_record(found))
    target = None
    if not preview:
        target = _target(output, file.with_suffix(".study.yaml"), file)
        apart(file, target)
        written = write_fragment(chosen[0], target, catalogue())
        lines += [f"  {line}" for line in written.stands]
        lines.append(f"-> {target}; `wheelbase simulate {file}` drives the car as it is")
    else:
        lines.append("a preview; nothing is written")
    result = {"cars": results, "refused": list(refused), "file": target and str(target)}
    return Outcome("import fastsim", 0, "\n".join(lines), result, warnings=refused)


def _shown(car: "FastsimCar") -> list[str]:
    """Return a car as lines: its figures with their names in the file, then what was assumed."""
    from wheelbase.units import convert

    lines = [f"{car.name} ({car.kind}, {car.drive}; {car.provenance.form}): estimates"]
    for key, figure in car.figures.items():
        value = f"{convert(figure.value, figure.unit):.6g} {figure.unit}".removesuffix(" -")
        lines.append(f"  {key:13} {value:>14}  from {figure.name} {figure.text}")
    lines += [f"  assumed: {line}" for line in car.assumed]
    return lines + [f"  {line}" for line in _left_out(car.provenance)]


def _record(car: "FastsimCar") -> dict[str, Any]:
    return {
        "name": car.name,
        "kind": car.kind,
        "drive": car.drive,
        "status": "estimate",
        "figures": {
            key: {"si": f.value, "field": f.name, "text": f.text} for key, f in car.figures.items()
        },
        "assumed": list(car.assumed),
        "provenance": car.provenance.tree,
    }
