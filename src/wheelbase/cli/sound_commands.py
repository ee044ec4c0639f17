"""Command on sound: how a variant sounds on a cycle or in a kick-down, written as WAV."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wheelbase.cli.changes import Changes, changes_of
from wheelbase.cli.outcome import Outcome
from wheelbase.cli.study_commands import AsJson
from wheelbase.errors import DataError

if TYPE_CHECKING:
    from wheelbase.catalogue import Catalogue, Cycle, SoundMode, WarningRule
    from wheelbase.simulate import Car
    from wheelbase.sound import Motion, Sound

__all__ = ["sound"]

_Variant = Annotated[
    str,
    typer.Argument(metavar="VARIANT", help="V@P or V@P.BODY of the study, or a catalogue car."),
]
_Study = Annotated[str, typer.Option("--study", metavar="STUDY", help="A file, or a bundled one.")]
_Cycle = Annotated[str | None, typer.Option("--cycle", help="Name of a cycle.")]
_Trace = Annotated[
    Path | None, typer.Option("--trace", metavar="FILE", help="A CSV file with time and speed.")
]
_Kickdown = Annotated[
    bool, typer.Option("--kickdown", help="Full load from 50 to 110 km/h; so if nothing else.")
]
_Mode = Annotated[str, typer.Option("--mode", help="calm, sport, silent, adaptive, or your own.")]
_Modes = Annotated[
    Path | None, typer.Option("--modes", metavar="FILE", help="A CSV file with modes of your own.")
]
_Rate = Annotated[
    str | None,
    typer.Option("--rate", help="Samples a second, with their unit; 48 kHz if left out."),
]
_Check = Annotated[
    str | None,
    typer.Option("--check", metavar="RULE", help="Hold the warning sound to r138 or fmvss141."),
]
_Series = Annotated[
    str | None, typer.Option("--series", metavar="01", help="Series of amendments of the rule.")
]
_Output = Annotated[Path | None, typer.Option("-o", metavar="FILE.wav", help="Where it goes.")]

_SIGNAL = (
    "checks the source signal in the free field, not the car at 2 m on a track, with tyres and wind"
)


@dataclass(frozen=True, slots=True)
class _Heard:
    """A car with the cylinders of its engine, 0 without one."""

    car: "Car"
    cylinders: int


def sound(
    variant: _Variant,
    study: _Study = "clar-or-bespoke",
    cycle: _Cycle = None,
    trace: _Trace = None,
    kickdown: _Kickdown = False,
    mode: _Mode = "calm",
    modes: _Modes = None,
    rate: _Rate = None,
    o: _Output = None,
    check: _Check = None,
    series: _Series = None,
    s: Changes = None,
    json: AsJson = False,
) -> Outcome:
    """Render what a variant sounds like, from its simulated speed, torque, gear and pedal."""
    from wheelbase.catalogue import catalogue, read_modes
    from wheelbase.sound import mode_named, motion, render, rule_named

    facts = catalogue()
    if check is None and series is not None:
        raise DataError("--series: is of a rule; name it with --check")
    rule = None if check is None else rule_named(check, series, facts)
    hertz = _hertz(rate or "48 kHz")
    own = read_modes(modes, facts.sources) if modes else {}
    chosen = mode_named(mode, facts, own)
    driven = _trace(cycle, trace, kickdown)
    heard = _car(variant, study, facts, changes_of(s))
    if rule is not None:
        if o is not None or rate is not None or driven is not None or kickdown:
            raise DataError(
                "--check: drives at the speeds of the rule and writes no sound; "
                "leave out -o, --rate, --cycle, --trace and --kickdown"
            )
        return _checked(heard.car, chosen, rule, facts, own)
    moved = motion(heard.car, heard.cylinders, driven or _kickdown(heard.car))
    made = render(moved, chosen, facts, hertz, own)
    path = o or Path(f"{variant}.{mode}.wav")
    return _written(made, path, "kick-down" if driven is None else driven.id)


def _kickdown(car: "Car") -> "Cycle":
    from wheelbase.sound import kickdown

    return kickdown(car)


def _hertz(text: str) -> int:
    from wheelbase.units import Quantity, parse

    try:
        return int(parse(text, Quantity("sample rate", "Hz", low=8e3, high=192e3)))
    except ValueError as error:
        raise DataError(f"--rate: {error}; '48 kHz' is usual") from None


def _trace(cycle: str | None, trace: Path | None, kickdown: bool) -> "Cycle | None":
    """Return the trace asked for, None for a kick-down."""
    from wheelbase.catalogue import cycle as find
    from wheelbase.catalogue import read_cycle

    if sum((cycle is not None, trace is not None, kickdown)) > 1:
        raise DataError("--cycle, --trace and --kickdown: each is a drive of its own; give one")
    if trace is not None:
        return read_cycle(trace)
    return None if cycle is None else find(cycle)


def _car(name: str, study: str, facts: "Catalogue", changes: Mapping[str, str]) -> _Heard:
    """Return a car of the catalogue, or a variant of a study.

    Raises:
        DataError: Neither, with near misses; or changes to a catalogue car.
    """
    from dataclasses import replace
    from difflib import get_close_matches

    from wheelbase.simulate import assemble_vehicle
    from wheelbase.study import build_cars, load

    if name in facts.vehicle:
        if changes:
            raise DataError(f"-s: sets values of a study, and {name!r} is a car; leave it out")
        vehicle = facts.vehicle[name]
        engine = facts.engine[vehicle.engine] if vehicle.engine else None
        return _Heard(assemble_vehicle(vehicle, facts), engine.cylinders if engine else 0)
    cars = build_cars(load(study, facts, changes)).variants
    for id, found in cars.items():
        if name in (id, id.rpartition(".")[0]):
            engine = found.powertrain.engine
            return _Heard(replace(found.car, id=id), engine.cylinders if engine else 0)
    known = [*cars, *(v.id for v in facts.vehicle)]
    near = get_close_matches(name, known, n=3, cutoff=0.3) or list(cars)[:3]
    raise DataError(f"no variant {name!r} in {study}; did you mean {', '.join(near)}?")


def _checked(
    car: "Car",
    mode: "SoundMode",
    rule: "WarningRule",
    facts: "Catalogue",
    own: Mapping[str, "SoundMode"],
) -> Outcome:
    """Say what a rule says of the warning sound of a car; code 1 where it is not met."""
    from dataclasses import asdict

    from wheelbase.sound import check

    found = check(car, mode, rule, facts, own)
    lines = [f"{car.id}, {mode.id}, against {rule.name}: {found.text}"]
    for f in found.findings:
        firm = "" if f.status != "estimate" else " [limit is an estimate]"
        lines.append(f"  {'ok ' if f.passes else 'NO '} {f.where}: {f.text}{firm}")
    lines.append(f"  {_SIGNAL}")
    result = {
        "variant": car.id, "mode": mode.id, "rule": rule.id, "verdict": found.text,
        "met": found.met, "verified": found.verified, "checks": _SIGNAL,
        "findings": [asdict(f) for f in found.findings],
        "bands_hz": list(rule.band), "bands_dba": {n: list(b) for n, b in found.bands.items()},
    }  # fmt: skip
    unsure = dict.fromkeys(
        origin.page
        for (id, _), origin in facts.warning_rule.origins.items()
        if id == rule.id and origin.status == "estimate"
    )
    warnings = tuple(f"limits of {rule.name}, an estimate: {page}" for page in unsure)
    return Outcome("sound", 0 if found.met else 1, "\n".join(lines), result, warnings=warnings)


def _written(made: "Sound", path: Path, drive: str) -> Outcome:
    """Write the sound and say how loud it is."""
    from wheelbase.sound import FULL_SCALE, fast_levels, write_wav
    from wheelbase.study import staged

    if path.suffix.lower() != ".wav":
        raise DataError(f"{path}: sound is written as WAV; name a file that ends in .wav")
    levels: list[float] = []
    with staged(path) as part, part.open("w+b") as file:
        peak = write_wav(made, file, lambda block: levels.extend(fast_levels(block, made.rate)))
    moved, softest, loudest = made.motion, min(levels, default=0.0), max(levels, default=0.0)
    result = {
        "variant": moved.car, "drive": drive, "mode": made.mode.id, "duration_s": moved.duration,
        "rate_hz": made.rate, "loudest_dba": loudest, "softest_dba": softest, "peak_pa": peak,
        "full_scale_pa": FULL_SCALE, "file": str(path),
    }  # fmt: skip
    lasts = f"{moved.duration:.1f} s, {_range(softest, loudest)}"
    text = f"{moved.car}, {drive}, {made.mode.id}: {lasts} -> {path}"
    return Outcome("sound", 0, text, result, warnings=_missed(moved, drive))


def _range(softest: float, loudest: float) -> str:
    """Return how loud a sound is from eighth to eighth of a second; 0 dB stands for silence."""
    if loudest == 0:
        return "silence"
    least = f"{softest:.0f}" if softest > 0 else "silence"
    return f"{least} to {loudest:.0f} dB(A) of the source at 2 m in the free field"


def _missed(moved: "Motion", drive: str) -> tuple[str, ...]:
    """Return what the car could not follow; a kick-down is what it can do."""
    short: Any = moved.shortfall
    if drive == "kick-down" or short.seconds == 0:
        return ()
    return (f"{moved.car} on {drive}: cannot follow for {short.seconds:.0f} s",)
