"""A second reader of numbers with units, that shares no code with Wheelbase."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

__all__ = ["Unit", "measured", "unit_names", "unit_of"]

_NAMES = {
    "": "- 1, % 0.01",
    "m": "m 1, mm 1e-3, cm 1e-2, km 1e3, 100km 1e5, in 0.0254, ft 0.3048, mi 1609.344",
    "m2": "m2 1, ft2 0.09290304",
    "m3": "m3 1, l 1e-3, cm3 1e-6, gal_us 3.785411784e-3, gal_uk 4.54609e-3",
    "kg": "kg 1, g 1e-3, t 1e3, lb 0.45359237",
    "s": "s 1, ms 1e-3, min 60, h 3600",
    "s-1": "Hz 1, kHz 1e3",
    "m s-1": "mph 0.44704",
    "rad": "rad 1, deg 0.017453292519943295",
    "rad s-1": "rpm 0.10471975511965977",
    "kg m s-2": "N 1, kN 1e3, lbf 4.4482216152605",
    "kg m2 s-2 rad-1": "Nm 1",
    "kg m2 s-2": "J 1, kJ 1e3, MJ 1e6, Wh 3600, kWh 3.6e6",
    "kg m2 s-3": "W 1, kW 1e3, hp 745.699872, PS 735.49875",
    "kg m-1 s-2": "Pa 1, kPa 1e3, bar 1e5",
    "A": "A 1",
    "A s": "Ah 3600",
    "kg m2 s-3 A-1": "V 1, mV 1e-3",
    "kg m2 s-3 A-2": "Ohm 1, mOhm 1e-3",
    "K": "K 1",
    "dB": "dB 1, dBA 1",
    "yr": "yr 1, month 0.08333333333333333, months 0.08333333333333333",
    "car": "car 1, cars 1, k 1e3",
}
_MONEY = re.compile(r"(k|M|bn|)((?:EUR|USD|GBP|CNY|ZAR)(?:(?:19|20)\d\d)?)")
_SCALES = {"": 1.0, "k": 1e3, "M": 1e6, "bn": 1e9}
_TEXT = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*)")
_WORDS = re.compile(r"100km|1(?!\w)|[A-Za-z%-]\w*|\^-?\d+|\S")


@dataclass(frozen=True)
class Unit:
    """Dimensions with their powers, a factor to SI, and the money that it counts in."""

    dimensions: frozenset[tuple[str, int]] = frozenset()
    factor: float = 1.0
    money: str = ""

    def times(self, other: "Unit", power: int) -> "Unit":
        """Return this unit times a power of another."""
        powers = Counter(dict(self.dimensions))
        powers.update({name: n * power for name, n in other.dimensions})
        money = {self.money, other.money} - {""}
        if len(money) > 1 or (self.money and other.money):
            raise ValueError("money of two kinds")
        left = frozenset((name, n) for name, n in powers.items() if n)
        return Unit(left, self.factor * other.factor**power, "".join(money))


def unit_names() -> tuple[str, ...]:
    """Return every name of a unit but those of money."""
    return tuple(_names())


@cache
def _names() -> dict[str, Unit]:
    found = {}
    for measured, names in _NAMES.items():
        powers = (re.fullmatch(r"([a-zA-Z]+)(-?\d*)", part) for part in measured.split())
        dimensions = frozenset((p[1], int(p[2] or 1)) for p in powers if p)
        for name, factor in map(str.split, names.split(", ")):
            found[name] = Unit(dimensions, float(factor))
    return found


@cache
def unit_of(text: str) -> Unit | None:
    """Return the unit that a text spells, or None if it spells none."""
    words = _WORDS.findall(text)
    try:
        unit = _product(words)
    except (LookupError, ValueError):
        return None
    return None if words else unit


def _product(words: list[str]) -> Unit:
    """Take a product off the words: factors with a sign or nothing between them."""
    total = Unit().times(*_factor(words))
    while words and words[0] != ")":
        sign = {"*": 1, "/": -1}.get(words[0], 0)
        if sign:
            words.pop(0)
        unit, power = _factor(words)
        total = total.times(unit, power * (sign or 1))
    return total


def _factor(words: list[str]) -> tuple[Unit, int]:
    """Take a name, a 1 or a product in brackets off the words, with its power."""
    word = words.pop(0)
    money = _MONEY.fullmatch(word)
    if word == "(":
        unit = _product(words)
        if words.pop(0) != ")":
            raise ValueError("no closing bracket")
    elif money:
        unit = Unit(frozenset({("money", 1)}), _SCALES[money[1]], money[2])
    else:
        unit = Unit() if word == "1" else _names()[word]
    power = int(words.pop(0)[1:]) if words and re.fullmatch(r"\^-?\d+", words[0]) else 1
    if not 0 < abs(power) < 10:
        raise ValueError("a power that means nothing")
    return unit, power


def measured(text: str) -> tuple[float, Unit | None] | None:
    """Return the number of a text and its unit, None for one that is none; None if no number."""
    plain = text.translate(str.maketrans("\u00a0\u2009\u202f\u2212", "   -")).strip()
    found = _TEXT.fullmatch(plain)
    if found is None or not plain.isascii():
        return None
    return float(found[1]), unit_of(found[2].strip() or "-")
