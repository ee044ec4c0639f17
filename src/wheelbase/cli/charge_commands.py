"""Commands on charging: a car at a fast charger, and published times against the model."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wheelbase.cli.changes import Changes, changes_of
from wheelbase.cli.outcome import Outcome
from wheelbase.cli.study_commands import AsJson
from wheelbase.errors import DataError

if TYPE_CHECKING:
    from wheelbase.catalogue import Catalogue
    from wheelbase.simulate import Battery, ChargeCheck, Charging

__all__ = ["charge", "charging"]

_Variant = Annotated[
    str,
    typer.Argument(metavar="VARIANT", help="V@P or V@P.BODY of the study, or a catalogue car."),
]
_Study = Annotated[str, typer.Option("--study", metavar="STUDY", help="A file, or a bundled one.")]
_Charger = Annotated[str, typer.Option("--charger", help="Id of a charger of the catalogue.")]
_From = Annotated[str, typer.Option("--from", help="State of charge at the start.")]
_To = Annotated[str, typer.Option("--to", help="State of charge at the end.")]
_File = Annotated[
    Path | None,
    typer.Argument(metavar="FILE", help="A CSV file; the catalogue's published times if none."),
]
_SHOWN = 10  # rows of the printed curve
_WIDE = 30  # characters of its greatest power


def charge(
    variant: _Variant,
    study: _Study = "clar-or-bespoke",
    charger: _Charger = "hpc-350",
    from_: _From = "10 %",
    to: _To = "80 %",
    s: Changes = None,
    json: AsJson = False,
) -> Outcome:
    """Charge a battery car: power over state of charge, time, and what limits it where."""
    from wheelbase.catalogue import catalogue
    from wheelbase.simulate import charge as run

    facts = catalogue()
    post = facts.charger[charger]
    ends = [_state(name, text) for name, text in (("--from", from_), ("--to", to))]
    id, battery = _battery(variant, study, facts, changes_of(s))
    found = run(battery, post, *ends)
    return Outcome("charge", 0, "\n".join(_lines(id, found)), _result(id, found))


def _state(name: str, text: str) -> float:
    from wheelbase.units import Quantity, parse

    try:
        return parse(text, Quantity("state of charge", "-", low=0, high=1))
    except ValueError as error:
        raise DataError(f"{name}: {error}; '10 %' is usual") from None


def _battery(
    name: str, study: str, facts: "Catalogue", changes: Mapping[str, str]
) -> tuple[str, "Battery"]:
    """Return id and battery of a catalogue car, or of a variant of a study.

    Raises:
        DataError: Neither, with near misses; changes to a catalogue car; no battery to charge.
    """
    from difflib import get_close_matches

    from wheelbase.simulate import battery_of_car, battery_of_pack
    from wheelbase.study import build_cars, load_costed

    if name in facts.vehicle:
        if changes:
            raise DataError(f"-s: sets values of a study, and {name!r} is a car; leave it out")
        pack = facts.vehicle[name].pack
        if facts.vehicle[name].kind != "bev" or pack is None:
            raise DataError(f"{name}: is no battery car with a pack in the catalogue; name another")
        return name, battery_of_pack(facts.pack[pack], facts)
    cars = build_cars(load_costed(study, facts, changes)).variants
    for id, car in cars.items():
        if name in (id, id.rpartition(".")[0]):
            if car.powertrain.kind != "bev":
                raise DataError(f"{id}: is no battery car, so no fast charger; name another")
            return id, battery_of_car(car.powertrain, car.battery_energy, facts)
    electric = [id for id, car in cars.items() if car.powertrain.kind == "bev"]
    known = [*electric, *(v.id for v in facts.vehicle if v.kind == "bev")]
    near = get_close_matches(name, known, n=3, cutoff=0.3) or electric[:3]
    raise DataError(f"no variant {name!r} in {study}; did you mean {', '.join(near)}?")


def _lines(id: str, found: "Charging") -> Iterator[str]:
    from wheelbase.units import convert, show

    first, last = (100 * found.state_of_charge[k] for k in (0, -1))
    yield (
        f"{id} at {found.charger}, {first:.0f} to {last:.0f} %: {show(found.duration, 'min')}, "
        f"{show(found.energy, 'kWh')}, {show(found.peak, 'kW')} at most, {show(found.mean, 'kW')} "
        f"on average, {found.heat / found.energy:.1%} of it heat in the battery"
    )
    held = ", ".join(f"{limit.value} {share:.0%}" for limit, share in found.shares.items())
    yield f"held by, of the time: {held}"
    if found.defaults:
        yield f"not known of it, so usual: {', '.join(found.defaults)}"
    yield "  charge    time    power  current  voltage  held by"
    count = len(found.time)
    for k in sorted({round(n * (count - 1) / _SHOWN) for n in range(_SHOWN + 1)}):
        bar = "#" * round(_WIDE * found.power[k] / found.peak)
        yield (
            f"  {100 * found.state_of_charge[k]:4.0f} % {convert(found.time[k], 'min'):6.1f} min "
            f"{convert(found.power[k], 'kW'):5.0f} kW {found.current[k]:6.0f} A "
            f"{found.voltage[k]:6.0f} V  {found.limits[k].value:<15} {bar}"
        )


def _result(id: str, found: "Charging") -> dict[str, Any]:
    """Return a charge in units of files."""
    from wheelbase.units import convert

    def column(values: Any, unit: str) -> list[float]:
        return [float(f"{convert(value, unit):.5g}") for value in values]

    return {
        "car": id,
        "charger": found.charger,
        "minutes": convert(found.duration, "min"),
        "energy_kwh": convert(found.energy, "kWh"),
        "stored_kwh": convert(found.stored, "kWh"),
        "heat_kwh": convert(found.heat, "kWh"),
        "peak_kw": convert(found.peak, "kW"),
        "mean_kw": convert(found.mean, "kW"),
        "held_by": {limit.value: share for limit, share in found.shares.items()},
        "defaults": list(found.defaults),
        "curve": {
            "state_of_charge_percent": column(found.state_of_charge, "%"),
            "time_min": column(found.time, "min"),
            "power_kw": column(found.power, "kW"),
            "current_a": column(found.current, "A"),
            "voltage_v": column(found.voltage, "V"),
            "held_by": [limit.value for limit in found.limits],
        },
    }


def charging(file: _File = None, json: AsJson = False) -> Outcome:
    """Predict published charging times from cars of other makers and show the error of each."""
    from wheelbase.catalogue import catalogue
    from wheelbase.simulate import read_charge_times, validate_charging

    facts = catalogue()
    times = list(facts.charge_time) if file is None else read_charge_times(file, facts)
    found = validate_charging(times, facts)
    told, untold = _figures(found.errors(told=True)), _figures(found.errors(told=False))
    lines = [
        f"charging time of {len(found.checks)} cars, each predicted from cars of other makers",
        f"peak power told:  {_summary(told)}",
        f"nothing told:     {_summary(untold)}",
        "  published     told             untold           car",
        *map(_row, sorted(found.checks, key=lambda c: -abs(c.told_error or 0.0))),
    ]
    result = {"told": told, "untold": untold, "cars": [_checked(c) for c in found.checks]}
    return Outcome("validate charging", 0, "\n".join(lines), result, flat=True)


def _figures(errors: Sequence[float]) -> dict[str, Any]:
    """Return what errors come to, in percent; only their number where there is none."""
    from statistics import mean, median

    if not errors:
        return {"n": 0}
    sizes = [abs(error) for error in errors]
    return {
        "n": len(errors),
        "mape": 100 * mean(sizes),
        "median": 100 * median(sizes),
        "bias": 100 * mean(errors),
        "within_10_percent": sum(size <= 0.1 for size in sizes),
    }


def _summary(figures: Mapping[str, Any]) -> str:
    if not figures["n"]:
        return "no car"
    return (
        f"{figures['n']} cars, mean error {figures['mape']:.1f} %, "
        f"median {figures['median']:.1f} %, bias {figures['bias']:+.1f} %, "
        f"{figures['within_10_percent']} within 10 %"
    )


def _row(check: "ChargeCheck") -> str:
    from wheelbase.units import convert

    told = " " * 16
    if check.told is not None and check.told_error is not None:
        told = f"{convert(check.told, 'min'):5.1f} ({100 * check.told_error:+6.1f} %)"
    untold = f"{convert(check.untold, 'min'):5.1f} ({100 * check.untold_error:+6.1f} %)"
    time = check.time
    span = f"{100 * time.start:.0f} to {100 * time.end:.0f} %"
    return f"  {convert(time.duration, 'min'):5.1f} min  {told}  {untold}  {time.name}, {span}"


def _checked(check: "ChargeCheck") -> dict[str, Any]:
    """Return a check in units of files."""
    from wheelbase.units import convert

    time, told, error = check.time, check.told, check.told_error
    return {
        "car": time.name,
        "make": time.make,
        "group": time.group,
        "from_percent": 100 * time.start,
        "to_percent": 100 * time.end,
        "published_min": convert(time.duration, "min"),
        "told_min": None if told is None else convert(told, "min"),
        "told_error_percent": None if error is None else 100 * error,
        "untold_min": convert(check.untold, "min"),
        "untold_error_percent": 100 * check.untold_error,
    }
