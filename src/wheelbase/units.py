"""Units: the only module in which a number changes its unit.

Inside Wheelbase every float is SI; planning quantities are in EUR, cars and years. Other units
live in files, reports, studio and command line. A unit is written as a product of names such as
`kWh`, `N/(km/h)^2`, `USD2022/kW` or `k/yr`; names are case-sensitive and never ambiguous.
Torque is energy per radian, so that newton metres are never taken for joules.
"""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from math import inf, isfinite, pi
from typing import Annotated

from wheelbase.prices import Money, Prices

__all__ = [
    "GALLONS_PER_MILE", "GALLON_ENERGY", "Acceleration", "Angle", "AngularSpeed", "Area", "Cars",
    "CarsPerYear", "Charge", "ChargeRate", "Cost", "CostPerEnergy", "CostPerMass", "CostPerPower",
    "CostPerVolume", "Count", "Current",
    "Density", "Dimensions", "DragLinear", "DragSquare", "Emission", "Energy", "EnergyDensity",
    "Factor", "Force", "Gearing", "Length", "Mass", "MoneyPerYear", "Power",
    "PowerDensity", "Pressure", "Quantity", "Ratio", "Resistance", "ResistanceCharge",
    "Share", "SpecificEnergy", "Speed", "Time", "Torque", "Voltage", "Volume", "Year", "Years",
    "convert", "names_of", "parse", "parse_money", "show", "to_si",
]  # fmt: skip

Dimensions = tuple[tuple[str, int], ...]


def _dims(**powers: int) -> Dimensions:
    return tuple(sorted((name, power) for name, power in powers.items() if power))


_FORCE = _dims(kg=1, m=1, s=-2)
_ENERGY = _dims(kg=1, m=2, s=-2)
_POWER = _dims(kg=1, m=2, s=-3)
_PRESSURE = _dims(kg=1, m=-1, s=-2)
_VOLT = _dims(kg=1, m=2, s=-3, A=-1)

_ATOMS: dict[str, tuple[Dimensions, float]] = {
    "-": ((), 1.0), "%": ((), 0.01),
    "m": (_dims(m=1), 1.0), "mm": (_dims(m=1), 1e-3), "cm": (_dims(m=1), 1e-2),
    "km": (_dims(m=1), 1e3), "100km": (_dims(m=1), 1e5), "in": (_dims(m=1), 0.0254),
    "ft": (_dims(m=1), 0.3048), "mi": (_dims(m=1), 1609.344),
    "m2": (_dims(m=2), 1.0), "ft2": (_dims(m=2), 0.3048**2),
    "m3": (_dims(m=3), 1.0), "l": (_dims(m=3), 1e-3), "cm3": (_dims(m=3), 1e-6),
    "gal_us": (_dims(m=3), 3.785411784e-3), "gal_uk": (_dims(m=3), 4.54609e-3),
    "kg": (_dims(kg=1), 1.0), "g": (_dims(kg=1), 1e-3), "t": (_dims(kg=1), 1e3),
    "lb": (_dims(kg=1), 0.45359237),
    "s": (_dims(s=1), 1.0), "ms": (_dims(s=1), 1e-3), "min": (_dims(s=1), 60.0),
    "h": (_dims(s=1), 3600.0),
    "mph": (_dims(m=1, s=-1), 0.44704),
    "rad": (_dims(rad=1), 1.0), "deg": (_dims(rad=1), pi / 180),
    "rpm": (_dims(rad=1, s=-1), 2 * pi / 60),
    "N": (_FORCE, 1.0), "kN": (_FORCE, 1e3), "lbf": (_FORCE, 4.4482216152605),
    "Nm": (_dims(kg=1, m=2, s=-2, rad=-1), 1.0),
    "J": (_ENERGY, 1.0), "kJ": (_ENERGY, 1e3), "MJ": (_ENERGY, 1e6), "Wh": (_ENERGY, 3600.0),
    "kWh": (_ENERGY, 3.6e6),
    "W": (_POWER, 1.0), "kW": (_POWER, 1e3), "hp": (_POWER, 745.699872), "PS": (_POWER, 735.49875),
    "Pa": (_PRESSURE, 1.0), "kPa": (_PRESSURE, 1e3), "bar": (_PRESSURE, 1e5),
    "V": (_VOLT, 1.0), "mV": (_VOLT, 1e-3), "A": (_dims(A=1), 1.0),
    "Ah": (_dims(A=1, s=1), 3600.0),
    "Ohm": (_dims(kg=1, m=2, s=-3, A=-2), 1.0), "mOhm": (_dims(kg=1, m=2, s=-3, A=-2), 1e-3),
    "K": (_dims(K=1), 1.0),
    "yr": (_dims(yr=1), 1.0), "month": (_dims(yr=1), 1 / 12), "months": (_dims(yr=1), 1 / 12),
    "Hz": (_dims(s=-1), 1.0), "kHz": (_dims(s=-1), 1e3),
    "dB": (_dims(dB=1), 1.0), "dBA": (_dims(dB=1), 1.0),
    "car": (_dims(car=1), 1.0), "cars": (_dims(car=1), 1.0), "k": (_dims(car=1), 1e3),
}  # fmt: skip

_DANGLING = re.compile(r"^\s*[*/]|[*/(]\s*[*/)]|[*/]\s*$")
_STEEPEST = 9  # no quantity has a steeper power of a unit; also keeps factors finite
_MONEY = re.compile(r"(k|M|bn)?(EUR|USD|GBP|CNY|ZAR)((?:19|20)\d\d)?$")
_SCALE = {None: 1.0, "k": 1e3, "M": 1e6, "bn": 1e9}
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_SPACES = str.maketrans({"\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u2212": "-"})

GALLONS_PER_MILE = 1609.344 / 3.785411784e-3
"""US gallons per mile of a car that burns 1 m3 per m; times a consumption in m2."""
GALLON_ENERGY = 33.705 * 3.6e6
"""Electric energy in J that counts as one US gallon of petrol (40 CFR 600.210)."""


_FINEST, _COARSEST = 1e-4, 1e7  # of ends of a range in the unit of a user


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a field measures: its name, its unit inside the code, and its range.

    `low` and `high` belong to the range unless `open_low` and `open_high` say that they do not.
    """

    name: str
    unit: str
    low: float = -inf
    high: float = inf
    open_low: bool = False
    open_high: bool = False
    whole: bool = False

    def admits(self, value: float) -> bool:
        """Return whether `value`, in the unit of the code, is finite, in range, whole if asked."""
        above = value > self.low if self.open_low else value >= self.low
        below = value < self.high if self.open_high else value <= self.high
        return isfinite(value) and above and below and not (self.whole and value % 1)

    def range_text(self, unit: str = "", factor: float = 1.0) -> str:
        """Return the range in words, such as "above 0 kg" or "0 .. 1".

        Args:
            unit: Shown instead of that of the code, unless it makes numbers that nobody reads.
            factor: What one of it is worth in the unit of the code.
        """
        ends = [abs(end) / factor for end in (self.low, self.high) if end and isfinite(end)]
        if not all(_FINEST <= end <= _COARSEST for end in ends):
            unit, factor = "", 1.0
        shown = (unit or self.unit).removesuffix("-")
        tail = f" {shown}" if shown else ""
        low, high = (f"{value / factor:g}" for value in (self.low, self.high))
        if self.high == inf:
            return f"{'above' if self.open_low else 'at least'} {low}{tail}"
        if self.open_low or self.open_high:
            least = "above" if self.open_low else "from"
            most = "below" if self.open_high else "up to"
            return f"{least} {low} and {most} {high}{tail}"
        return f"{low} .. {high}{tail}"

    def check(
        self, value: float, text: str | None = None, unit: str = "", factor: float = 1.0
    ) -> float:
        """Return `value` if the range admits it; raise ValueError naming value and range if not.

        Args:
            value: In the unit of the code.
            text: How the user wrote it.
            unit: In which the range is told, and
            factor: what one of it is worth.
        """
        if self.admits(value):
            return value
        what = text if text is not None else f"{value:g} {self.unit}"
        if self.whole and isfinite(value) and value % 1:
            raise ValueError(f"{what} is not a whole number")
        raise ValueError(f"{what} is outside the range {self.range_text(unit, factor)}")


def _positive(name: str, unit: str) -> Quantity:
    return Quantity(name, unit, low=0, open_low=True)


Length = Annotated[float, _positive("length", "m")]
Area = Annotated[float, _positive("area", "m2")]
Volume = Annotated[float, _positive("volume", "m3")]
Mass = Annotated[float, _positive("mass", "kg")]
Density = Annotated[float, _positive("density", "kg/m3")]
Time = Annotated[float, _positive("time", "s")]
Speed = Annotated[float, _positive("speed", "m/s")]
Acceleration = Annotated[float, _positive("acceleration", "m/s^2")]
Angle = Annotated[float, Quantity("angle", "rad")]
AngularSpeed = Annotated[float, _positive("angular speed", "rad/s")]
Force = Annotated[float, Quantity("force", "N")]
DragLinear = Annotated[float, Quantity("force per speed", "N/(m/s)")]
DragSquare = Annotated[float, _positive("force per speed squared", "N/(m/s)^2")]
Gearing = Annotated[float, _positive("engine turn per distance", "rad/m")]
Torque = Annotated[float, _positive("torque", "Nm")]
Power = Annotated[float, _positive("power", "W")]
PowerDensity = Annotated[float, _positive("power per volume", "W/m3")]
Energy = Annotated[float, _positive("energy", "J")]
EnergyDensity = Annotated[float, _positive("energy per volume", "J/m3")]
SpecificEnergy = Annotated[float, _positive("energy per mass", "J/kg")]
Pressure = Annotated[float, _positive("pressure", "Pa")]
Voltage = Annotated[float, _positive("voltage", "V")]
Charge = Annotated[float, _positive("charge", "A*s")]
ChargeRate = Annotated[float, _positive("current per charge", "1/s")]
Current = Annotated[float, _positive("current", "A")]
Resistance = Annotated[float, _positive("resistance", "Ohm")]
ResistanceCharge = Annotated[float, _positive("resistance times charge", "Ohm*A*s")]
Emission = Annotated[float, Quantity("emission per distance", "kg/m", low=0)]
Ratio = Annotated[float, _positive("ratio", "-")]
Factor = Annotated[float, Quantity("factor", "-")]
Share = Annotated[float, Quantity("share", "-", low=0, high=1)]
Count = Annotated[int, Quantity("count", "-", low=0, whole=True)]
Year = Annotated[int, Quantity("year", "-", low=1990, high=2100, whole=True)]
Years = Annotated[float, Quantity("number of years", "yr", low=0)]
Cars = Annotated[float, Quantity("number of cars", "car", low=0)]
CarsPerYear = Annotated[float, Quantity("cars per year", "car/yr", low=0)]


Cost = Annotated[Money, Quantity("money", "EUR")]
MoneyPerYear = Annotated[Money, Quantity("money per year", "EUR/yr")]
CostPerPower = Annotated[Money, Quantity("money per power", "EUR/W")]
CostPerEnergy = Annotated[Money, Quantity("money per energy", "EUR/J")]
CostPerMass = Annotated[Money, Quantity("money per mass", "EUR/kg")]
CostPerVolume = Annotated[Money, Quantity("money per volume", "EUR/m3")]


def names_of(quantity: Quantity) -> tuple[str, ...]:
    """Return the names of units that measure this, such as ("kg", "g", "t", "lb"); often none."""
    return _names_like(_unit(quantity.unit).dimensions)


def _names_like(dimensions: Dimensions) -> tuple[str, ...]:
    return tuple(n for n, (d, _) in _ATOMS.items() if d == dimensions and n not in "-%")


_QUANTITY_NAMES: dict[Dimensions, str] = {
    _dims(m=1): "length", _dims(m=2): "area", _dims(m=3): "volume", _dims(kg=1): "mass",
    _dims(s=1): "time", _dims(m=1, s=-1): "speed", _FORCE: "force", _ENERGY: "energy",
    _POWER: "power", _PRESSURE: "pressure", _VOLT: "voltage", (): "a plain number",
    _dims(kg=1, m=2, s=-2, rad=-1): "torque", _dims(rad=1, s=-1): "angular speed",
    _dims(yr=1): "years", _dims(car=1): "cars", _dims(car=1, yr=-1): "cars per year",
    _dims(EUR=1): "money", _dims(EUR=1, yr=-1): "money per year",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Unit:
    dimensions: Dimensions
    factor: float
    currency: str = "EUR"
    year: int | None = None


def _atom(name: str) -> _Unit:
    if name in _ATOMS:
        return _Unit(*_ATOMS[name])
    if money := _MONEY.match(name):
        scale, currency, year = money.groups()
        return _Unit(_dims(EUR=1), _SCALE[scale], currency, int(year) if year else None)
    near = [n for n in _ATOMS if n.lower() == name.lower()]
    near = near or get_close_matches(name, _ATOMS, n=1, cutoff=0.5)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    raise ValueError(f"'{name}' is not a known unit{hint}")


def _power(unit: _Unit, exponent: int) -> _Unit:
    if not 0 < abs(exponent) <= _STEEPEST:
        raise ValueError(f"a unit to the power of {exponent} measures nothing")
    dims = tuple((name, power * exponent) for name, power in unit.dimensions)
    return _Unit(dims, unit.factor**exponent, unit.currency, unit.year)


def _times(a: _Unit, b: _Unit) -> _Unit:
    powers = dict(a.dimensions)
    counted = [unit for unit in (a, b) if dict(unit.dimensions).get("EUR")]
    if len(counted) > 1:
        raise ValueError("a unit that names money twice measures nothing")
    for name, power in b.dimensions:
        powers[name] = powers.get(name, 0) + power
    money = counted[0] if counted else b
    return _Unit(_dims(**powers), a.factor * b.factor, money.currency, money.year)


@lru_cache(maxsize=256)
def _unit(text: str) -> _Unit:
    """Return the unit that `text` spells: names, `*`, `/`, `^n` and brackets, left to right."""
    if _DANGLING.search(text):
        raise ValueError(f"'{text}' has a sign or a bracket with nothing beside it")
    tokens = re.findall(r"\(|\)|\*|/|\^-?\d+|[^\s()*/^]+|\S", text)

    def product(at: int, depth: int) -> tuple[_Unit, int]:
        total, sign = _Unit((), 1.0), 1
        while at < len(tokens):
            token = tokens[at]
            if token == ")":
                break
            if token in "*/":
                sign = -1 if token == "/" else 1
                at += 1
                continue
            if token == "(" and depth < 4:
                unit, at = product(at + 1, depth + 1)
                if at >= len(tokens):
                    raise ValueError(f"'{text}' misses a closing bracket")
            elif token == "1":
                unit = _Unit((), 1.0)
            else:
                unit = _atom(token)
            at += 1
            if at < len(tokens) and tokens[at][:1] == "^" != tokens[at]:
                unit, at = _power(unit, int(tokens[at][1:])), at + 1
            total, sign = _times(total, _power(unit, sign)), 1
        return total, at

    if not tokens:
        raise ValueError("the unit is empty")
    unit, end = product(0, 0)
    if end != len(tokens):
        raise ValueError(f"'{text}' has a bracket too many")
    return unit


def _expect(unit: _Unit, spelled: str, quantity: Quantity) -> None:
    wanted = _unit(quantity.unit).dimensions
    if unit.dimensions == wanted:
        return
    what = _QUANTITY_NAMES.get(unit.dimensions, "another kind")
    names = ", ".join(_names_like(wanted))
    hint = f"; one of {names}" if names else f"; write it in '{quantity.unit}'"
    raise ValueError(f"'{spelled}' is a unit of {what}, not of {quantity.name}{hint}")


def to_si(value: float, unit: str, quantity: Quantity) -> float:
    """Return `value`, given in `unit`, in the unit of the code.

    Raises:
        ValueError: Unknown unit, a unit of another dimension, or a value out of range.
    """
    spelled = _unit(unit)
    _expect(spelled, unit, quantity)
    text = f"{value:g}" if unit == "-" else f"{value:g} {unit}"
    return quantity.check(value * spelled.factor, text, unit, spelled.factor)


def _split(text: str, quantity: Quantity) -> tuple[float, str]:
    """Return number and unit of `text`, or raise ValueError with the remedy."""
    clean = text.translate(_SPACES).strip()
    match = _NUMBER.match(clean)
    if match is None or not clean.isascii():
        example = "1850 kg" if quantity.unit == "kg" else f"1 {quantity.unit}".removesuffix(" -")
        raise ValueError(f"'{text}' is not a number with a unit; expected such as '{example}'")
    rest = clean[match.end() :]
    if rest[:1] == "," or re.match(r"\s*[\d_]", rest):
        plain = clean.replace(",", ".").replace("_", "")
        plain = re.sub(r"(?<=\d)\s+(?=\d)", "", plain)
        raise ValueError(f"'{text}': write a decimal point and no digit groups, '{plain}'")
    return float(match.group()), rest.strip()


def parse(text: str, quantity: Quantity, prices: Prices | None = None) -> float:
    """Return what `text` ("190 kW", "8 %", "1.5 bnEUR2019") means in the unit of the code.

    Args:
        text: Number and unit; the unit is needed for anything but a plain number.
        quantity: What the field measures, and its range.
        prices: Needed where the unit holds money with a price year or a foreign currency.

    Raises:
        ValueError: No number, no unit, unknown or wrong unit, or out of range; says what to do.
    """
    value, unit = _split(text, quantity)
    if not unit:
        if quantity.unit != "-":
            raise ValueError(
                f"{text.strip()} has no unit; write '{value:g} {_example(quantity)}' "
                f"or another unit of {quantity.name}"
            )
        return quantity.check(value, text.strip())
    spelled = _unit(unit)
    _expect(spelled, unit, quantity)
    if dict(spelled.dimensions).get("EUR"):
        money = Money(value * spelled.factor, spelled.currency, spelled.year)
        if money.currency != "EUR" and money.year is None:
            raise ValueError(f"'{unit}' lacks its price year; write it as {money.currency}2022")
        if prices is None and (money.currency != "EUR" or money.year is not None):
            raise ValueError(f"'{unit}' needs price tables to become EUR")
        return quantity.check(money.amount if prices is None else prices.real(money), text.strip())
    return quantity.check(value * spelled.factor, text.strip(), unit, spelled.factor)


def parse_money(value: float, unit: str, quantity: Quantity) -> Money:
    """Return money as it was published: amount per SI unit, currency and price year.

    Raises:
        ValueError: Unknown unit or not the kind of money that `quantity` asks for.
    """
    spelled = _unit(unit)
    _expect(spelled, unit, quantity)
    quantity.check(value * spelled.factor, f"{value:g} {unit}")
    return Money(value * spelled.factor, spelled.currency, spelled.year)


_EXAMPLES = {"m": "mm", "m3": "l", "m/s": "km/h", "W": "kW", "J": "kWh", "car/yr": "k/yr"}


def _example(quantity: Quantity) -> str:
    return _EXAMPLES.get(quantity.unit, quantity.unit)


_SHOWN = ("EUR", "MEUR", "g/km", "km/h", "kWh/100km", "l/100km", "MJ/100km")
_FACTORS = {name: factor for name, (_, factor) in _ATOMS.items()}
_FACTORS |= {name: _unit(name).factor for name in _SHOWN}  # what results are full of


def convert(value: float, unit: str) -> float:
    """Return `value`, in the unit of the code, as a number of `unit`."""
    return value / (_FACTORS.get(unit) or _unit(unit).factor)


def show(value: float, unit: str, digits: int = 3) -> str:
    """Return `value`, in the unit of the code, as text: "17.9 kWh/100km", "190 kW", "12 %"."""
    number = convert(value, unit)
    size = 0 if number == 0 else len(str(int(abs(number))))
    places = max(digits - size, 0)
    text = f"{number:,.{places}f}" if abs(number) >= 1e4 else f"{number:.{places}f}"
    return text.replace(",", " ") if unit == "-" else f"{text.replace(',', ' ')} {unit}"
