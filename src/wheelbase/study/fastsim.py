"""Vehicles of FASTSim as estimates: figures in SI, what is left out, and what is refused.

FASTSim describes a car by mass, drag, rolling resistance, and the greatest power of each part; it
has no displacement, gears or lengths. Its `val_` figures are often those of another car and are
never taken.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from pathlib import Path
from typing import Any, Literal

from wheelbase.catalogue import PowertrainKind, Provenance, provenance_of
from wheelbase.errors import DataError
from wheelbase.study.fastsim_file import Described, FastsimForm, described, plain_name
from wheelbase.study.fastsim_left import left_out
from wheelbase.units import Quantity, convert, to_si

__all__ = ["FastsimCar", "Figure", "car_of_record", "read_fastsim"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the file: its name and text there, its value in SI, and a unit to show it in."""

    name: str
    text: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class FastsimCar:
    """A car of FASTSim, every figure an estimate.

    Args:
        name: Of the car.
        place: The file, and the line in a table.
        kind: Of its powertrain.
        engine: Id of the engine technology; "" without an engine.
        drive: Driven axle.
        start_stop: Whether the engine stops when the car stands.
        figures: Key to figure: drag, area, rolling, radius, mass, engine, machine, battery ...
        assumed: What the file does not say and was taken, in words.
        provenance: The file, and every field that was left out.
    """

    name: str
    place: str
    kind: PowertrainKind
    engine: str
    drive: Literal["fwd", "rwd", "awd"]
    start_stop: bool
    figures: Mapping[str, Figure] = field(repr=False)
    assumed: tuple[str, ...] = field(repr=False)
    provenance: Provenance = field(repr=False)

    def value(self, key: str) -> float:
        """Return a figure in SI; 0 where the car has no such part."""
        return self.figures[key].value if key in self.figures else 0.0


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A figure that is looked for: in FASTSim 2 by `names`, in `unit`; in FASTSim 3 by its path."""

    quantity: Quantity
    unit: str
    low: float
    high: float
    names: tuple[str, ...]
    path: str
    unit3: str
    kinds: str = "conv hev phev bev"


_LENGTH, _MASS, _POWER = Quantity("length", "m"), Quantity("mass", "kg"), Quantity("power", "W")
_AREA, _ENERGY = Quantity("area", "m2"), Quantity("energy", "J")
_NUMBER = Quantity("ratio", "-")
_BURN, _TURN = "conv hev phev", "hev phev bev"
_WANTED: Mapping[str, _Wanted] = {
    "drag": _Wanted(_NUMBER, "-", 0.1, 1.0, ("dragcoef",), "chassis.drag_coef", "-"),
    "area": _Wanted(
        _AREA, "m2", 1.0, 6.0, ("frontalaream2",), "chassis.frontal_area_square_meters", "m2"
    ),
    "rolling": _Wanted(_NUMBER, "-", 0.003, 0.03, ("wheelrrcoef",), "chassis.wheel_rr_coef", "-"),
    "radius": _Wanted(
        _LENGTH, "m", 0.2, 0.5, ("wheelradiusm",), "chassis.wheel_radius_meters", "m"
    ),
    "mass": _Wanted(_MASS, "kg", 300, 7000, ("vehoverridekg",), "mass_kilograms", "kg"),
    "engine": _Wanted(
        _POWER, "kW", 10, 1000, ("fcmaxkw", "maxfuelconvkw"), "fc.pwr_out_max_watts", "W", _BURN
    ),
    "machine": _Wanted(
        _POWER, "kW", 3, 1500, ("mcmaxkw", "maxmotorkw"), "em.pwr_out_max_watts", "W", _TURN
    ),
    "battery": _Wanted(
        _ENERGY, "kWh", 0.1, 300, ("essmaxkwh", "maxesskwh"), "res.energy_capacity_joules", "J",
        _TURN,
    ),
    "least_charge": _Wanted(_NUMBER, "-", 0, 0.9, ("minsoc",), "res.min_soc", "-", _TURN),
    "most_charge": _Wanted(_NUMBER, "-", 0.1, 1, ("maxsoc",), "res.max_soc", "-", _TURN),
    "fuel": _Wanted(
        _ENERGY, "kWh", 30, 3000, ("fskwh", "fuelstorkwh"), "fs.energy_capacity_joules", "J", _BURN
    ),
}  # fmt: skip
_KINDS = {
    "1": "conv", "conv": "conv", "conventionalvehicle": "conv", "2": "hev", "hev": "hev",
    "hybridelectricvehicle": "hev", "3": "phev", "phev": "phev",
    "pluginhybridelectricvehicle": "phev", "4": "bev", "bev": "bev", "ev": "bev",
    "batteryelectricvehicle": "bev",
}  # fmt: skip
_ENGINES = {
    "1": "na-petrol", "si": "na-petrol", "2": "atkinson-petrol", "atkinson": "atkinson-petrol",
    "3": "diesel", "diesel": "diesel",
}  # fmt: skip
_FUEL_CELL, _BY_PEAK = 0.5, ((0.41, "diesel"), (0.38, "atkinson-petrol"))
# Best efficiency of FASTSim's own maps: petrol 0.36, Atkinson 0.40, diesel 0.42, fuel cell 0.60.


def read_fastsim(path: Path) -> tuple[tuple[FastsimCar, ...], tuple[str, ...]]:
    """Return the cars of a file that can be taken, and the problems of those that cannot.

    Raises:
        DataError: It cannot be read, describes no vehicle of FASTSim, or none that can be taken.
    """
    provenance = provenance_of(path, "FASTSim vehicle")
    cars: list[FastsimCar] = []
    problems: list[str] = []
    for record in described(path):
        try:
            cars.append(car_of_record(record, provenance))
        except DataError as error:
            problems += error.problems
    if not cars:
        raise DataError(problems or f"{path.name}: holds no vehicle")
    return tuple(cars), tuple(problems)


def car_of_record(record: Described, provenance: Provenance) -> FastsimCar:
    """Return the car that a record describes.

    Raises:
        DataError: Every figure that is missing, no number or no car's, by its name.
    """
    problems: list[str] = []
    used: dict[str, str] = {}
    kind = _kind(record, used, problems)
    figures = dict(_figures(record, kind, used, problems)) if kind else {}
    engine = _engine(record, kind, used, problems)
    drive, told = _drive(record, used)
    assumed = [*told, *_assumed(record, kind)]
    figures |= _whole(record, figures, used, assumed, problems)
    least, most = (figures.get(k) for k in ("least_charge", "most_charge"))
    if least and most and not least.value < most.value:
        problems.append(f"{record.place}: {most.name}: {most.text} is not above {least.text}")
    if problems:
        raise DataError(problems)
    start_stop = _text(record, ("stopstart",), "", used).lower() in ("true", "1")
    others = {name for wanted in _WANTED.values() for name in wanted.names}
    rejected = tuple(left_out(record, used, others))
    kinds: Mapping[str, PowertrainKind] = {"hev": "hev", "phev": "phev", "bev": "bev"}
    return FastsimCar(
        name=record.name,
        place=record.place,
        kind=kinds.get(kind) or ("diesel" if engine == "diesel" else "petrol"),
        engine=engine,
        drive=drive,
        start_stop=start_stop or kind in ("hev", "phev"),
        figures=figures,
        assumed=tuple(assumed),
        provenance=replace(
            provenance,
            form=record.form.value,
            reading={"car": record.name} | {
                f.name: f"{f.text} ({key}, an estimate)" for key, f in figures.items()
            },
            rejected=rejected,
        ),
    )  # fmt: skip


def _found(record: Described, names: tuple[str, ...], path: str) -> tuple[str, Any]:
    """Return name and value of the first field that is asked for; ("", None) where none is."""
    for name, value in record.fields.items():
        if record.form is FastsimForm.nested:
            parts = name.split(".")
            inner = ".".join(parts[2:]) if parts[0] == "pt_type" else name
            if path and inner == path:
                return name, value
        elif plain_name(name) in names:
            return name, value
    return "", None


def _text(record: Described, names: tuple[str, ...], path: str, used: dict[str, str]) -> str:
    name, value = _found(record, names, path)
    if name:
        used[name] = ""
    return "" if value is None else str(value).strip()


def _kind(record: Described, used: dict[str, str], problems: list[str]) -> str:
    if record.form is FastsimForm.nested:
        kinds = list(dict.fromkeys(
            name.split(".")[1] for name in record.fields if name.startswith("pt_type.")
        ))  # fmt: skip
        text = kinds[0] if len(kinds) == 1 else ""
        name = "pt_type"
    else:
        text, name = _text(record, ("vehpttype",), "", used), "veh_pt_type"
    found = _KINDS.get(plain_name(text.removesuffix(".0")), "")
    if not found:
        problems.append(f"{record.place}: {name}: {text!r} is none of Conv, HEV, PHEV, BEV")
    return found


def _figures(
    record: Described, kind: str, used: dict[str, str], problems: list[str]
) -> Iterator[tuple[str, Figure]]:
    for key, wanted in _WANTED.items():
        name, value = _found(record, wanted.names, wanted.path)
        shown = name or (wanted.path if record.form is FastsimForm.nested else wanted.names[0])
        if kind not in wanted.kinds.split():
            continue
        if name:
            used[name] = key
        absent = value is None or str(value).strip() in ("", "None")
        if absent or (key == "mass" and _number(value) == 0):
            if key == "mass" and record.form is not FastsimForm.nested:
                continue  # its parts may be given
            problems.append(f"{record.place}: {shown}: missing; a car of kind {kind} needs it")
            continue
        unit = wanted.unit3 if record.form is FastsimForm.nested else wanted.unit
        number = _number(value)
        if number is None:
            problems.append(f"{record.place}: {shown}: {value!r} is no number")
            continue
        found = to_si(number, unit, wanted.quantity)
        if said := _out(wanted, convert(found, wanted.unit)):
            text = f"{number:g} {unit}".removesuffix(" -")
            problems.append(f"{record.place}: {shown}: {text} {said}")
            continue
        yield key, Figure(shown, f"{value} {unit}".removesuffix(" -"), found, wanted.unit)


def _number(value: Any) -> float | None:
    """Return the number of a cell, None where it is none; .nan and text are none."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if isfinite(number) and not isinstance(value, bool) else None


def _out(wanted: _Wanted, number: float) -> str:
    """Return why a number is no car's; "" where it is."""
    if wanted.low <= number <= wanted.high:
        return ""
    span = f"is outside {wanted.low:g} .. {wanted.high:g} {wanted.unit}".removesuffix(" -")
    for factor, word in ((1000, "a thousandfold"), (0.001, "a thousandth")):
        if wanted.low <= number * factor <= wanted.high:
            return f"{span}; {word} of it would be a car's: is the unit right?"
    return f"{span}; no passenger car has that"


def _engine(record: Described, kind: str, used: dict[str, str], problems: list[str]) -> str:
    if kind in ("bev", ""):
        return ""
    if record.form is FastsimForm.nested:
        if record.peak >= _FUEL_CELL:
            said = f"an efficiency of {record.peak:g} is a fuel cell's, which is not simulated"
            problems.append(f"{record.place}: fc: {said}")
        return next((id for least, id in _BY_PEAK if record.peak >= least), "na-petrol")
    text = _text(record, ("fcefftype",), "", used)
    found = _ENGINES.get(plain_name(text.removesuffix(".0")), "")
    if not found:
        said = f"{text!r} is none of SI, Atkinson, Diesel; fuel cells and others are not simulated"
        problems.append(f"{record.place}: fc_eff_type: {said}")
    return found


def _drive(
    record: Described, used: dict[str, str]
) -> tuple[Literal["fwd", "rwd", "awd"], list[str]]:
    """Return the driven axle; FASTSim 2 tells it by the sign of the centre of gravity's height."""
    if record.form is FastsimForm.nested:
        text = _text(record, (), "chassis.drive_type", used).upper()
        if text in ("FWD", "RWD"):
            return ("fwd" if text == "FWD" else "rwd"), []
        if text in ("AWD", "4WD", "FOURWD", "ALLWHEELDRIVE", "FOURWHEELDRIVE"):
            return "awd", []
        return "fwd", [f"driven axle: front; the file says {text!r}"]
    height = _number(_text(record, ("vehcgm",), "", used))
    if height is None or height == 0:
        return "fwd", ["driven axle: front; the file has no veh_cg_m"]
    if height > 0:
        return "fwd", []
    return "rwd", ["driven axle: rear; a negative veh_cg_m is rear or all-wheel drive"]


def _assumed(record: Described, kind: str) -> Iterator[str]:
    if kind != "bev" and kind:
        yield "displacement: power over the usual specific power of its class; FASTSim has none"
        yield "gears: usual steps; FASTSim has none"
        if record.form is FastsimForm.nested:
            said = f"best efficiency {record.peak:g}" if record.peak else "nothing is said of it"
            yield f"class of the engine and fuel: {said}; FASTSim 3 names neither"
    if kind in ("hev", "phev"):
        yield "hybrid: machine between engine and gearbox (power-split with an Atkinson engine)"
    if kind == "bev":
        yield "reduction gear: greatest machine speed at 180 km/h; FASTSim has none"


_PARTS = ("gliderkg", "cargokg", "transkg", "compmassmultiplier")


def _whole(
    record: Described,
    figures: Mapping[str, Figure],
    used: dict[str, str],
    assumed: list[str],
    problems: list[str],
) -> dict[str, Figure]:
    """Return the mass of its parts where FASTSim 2 gives no other.

    m = cargo + glider + k (transmission + (E e + b_E) + (P_m p + b_m) + P_e / d + b_e + F / f),
    as `set_veh_mass` of FASTSim 2 adds it; parts without power or energy weigh nothing.
    """
    stated = _number(_found(record, ("vehoverridekg",), "")[1])
    if "mass" in figures or record.form is FastsimForm.nested or stated:
        return {}
    groups = {
        "battery": (("esskgperkwh",), ("essbasekg",)),
        "machine": (("mcpekgperkw",), ("mcpebasekg",)),
        "engine": (("fckwperkg", "fuelconvkwperkg"), ("fcbasekg", "fuelconvbasekg")),
        "fuel": (("fskwhperkg", "fuelstorkwhperkg"),),
    }
    wanted: list[tuple[str, ...]] = [(name,) for name in _PARTS]
    wanted += [names for key, group in groups.items() if key in figures for names in group]
    divisors = (groups["engine"][0], groups["fuel"][0])
    given: dict[tuple[str, ...], float] = {}
    for names in wanted:
        name, value = _found(record, names, "")
        number = _number(value)
        if number is None:
            said = "missing, and so is the mass as a whole (veh_override_kg); write either"
            problems.append(f"{record.place}: {name or names[0]}: {said}")
        elif number < 0 or (number == 0 and names in divisors):
            problems.append(f"{record.place}: {name}: {number:g} is below what a car has")
        else:
            given[names], used[name] = number, "mass"
    if len(given) < len(wanted):
        return {}
    cargo, glider, transmission, factor = (given[(n,)] for n in (*_PARTS[1::-1], *_PARTS[2:]))
    total = transmission
    for key, group in groups.items():
        if key in figures:
            size = convert(figures[key].value, figures[key].unit)
            each, base = given[group[0]], given[group[1]] if len(group) > 1 else 0.0
            total += base + (size * each if key in ("battery", "machine") else size / each)
    mass = cargo + glider + factor * total
    if said := _out(_WANTED["mass"], mass):
        problems.append(f"{record.place}: mass of its parts: {mass:g} kg {said}")
    assumed.append(f"mass: {mass:.0f} kg, the sum of its parts as FASTSim 2 adds them")
    return {"mass": Figure("mass of its parts", f"{mass:g} kg", mass, "kg")}
