"""How hostile input is made: out of a source of chance alone, so that it can be made again."""

import random
import re
from functools import cache

import yaml
from fuzz.measures import unit_names

__all__ = [
    "NAMES",
    "NUMBERS",
    "QUANTITIES",
    "UNITS",
    "Chance",
    "Seed",
    "bent",
    "number",
    "quantity",
    "seed_of",
]

NUMBERS = (
    "0", "-0", "-0.0", "1", "-1", "7", "0.5", "1e999", "-1e999", "1e308", "1e-320", "nan", "inf",
    "-inf", ".inf", ".nan", "1_000", "1,5", "1 000", "0x10", "0o7", "1e", "e5", "+-1", "--1", "1.",
    ".5", ".", "9" * 400, "0." + "0" * 400 + "1", "٣", "１２", "½", "1e+5", "12:30", "2147483648",
    "-9223372036854775809", "1\u00a0000", "\u22125", "1'000", "true", "NaN kg", "0123", "1e1e1",
)  # fmt: skip
NAMES = (
    "", " ", "\t", "~", "null", "NO", "a", "-", ".", "..", "../../etc/passwd", "/etc/passwd",
    "C:\\x", "con", "a" * 64, "a" * 300, "\u202eevil", "na\u0308me", "\ufeff", "\x00", "\x1b[31m",
    "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "';drop table x;--",
    "=1+1", "@SUM(A1)", "%s%s%n", "${jndi:x}", "{{7*7}}", "__proto__", "constructor", "\\ud800",
    "file:///etc/passwd", "name\nname", "\u2028", "🚗", "builtin/", "builtin/../sedan-d", "[key]",
)  # fmt: skip
UNITS = (
    "mm", "m", "km", "kg", "t", "l", "m3", "kW", "kWh", "yr", "k/yr", "EUR", "MEUR", "bnEUR",
    "EUR/kWh", "EUR/yr", "%", "MEUR/yr", "USD2019/kWh", "N", "Nm", "s", "h", "km/h", "EUR1066",
    *unit_names(),
    "m^9", "m^10", "m^-9", "kg*m/s^2", "1/m", "((((m))))", "m/", "/m", "^", "m^^2", "KW", "Mm",
    "k", "car", "rpm", "g/km", "ms", "gal_us", "hp", "PS", "degC", "GBP2010", "CNY", "m" * 200,
)  # fmt: skip
_WORDS = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(\s*)(.*)", re.S)
_CHARACTERS = "{}[],:#&*!|>'\"%@`\n\t -?.0123456789aeEnN\x00\ud7ff\u2028\U0001f697ä"
QUANTITIES = ("380 km", "60 kWh", "59 l", "1850 kg", "11 kW", "8 %", "400 MEUR", "150 k/yr", "4 yr")


class Chance(random.Random):
    """A source of chance that is read off bytes first, so that a guided fuzzer can steer it."""

    def __init__(self, content: bytes) -> None:
        """Begin with the first of the bytes; after the last a generator goes on."""
        self._content, self._at = content, 0
        super().__init__(int.from_bytes(content[:16], "big"))

    def random(self) -> float:
        """Return a number from 0 to below 1."""
        return self.getrandbits(53) / 2**53

    def getrandbits(self, k: int) -> int:
        """Return k bits, of which the next bytes decide."""
        count = (k + 7) // 8
        taken = self._content[self._at : self._at + count]
        if len(taken) < count:
            return super().getrandbits(k)
        self._at += count
        return int.from_bytes(taken, "big") & ((1 << k) - 1)


def number(rng: random.Random) -> str:
    """Return the text of a number, or of what somebody may take for one."""
    if rng.random() < 0.4:
        return rng.choice(NUMBERS)
    value = rng.uniform(0.5, 9.5) * 10.0 ** rng.randint(-4, 9)
    return f"{'-' if rng.random() < 0.1 else ''}{value:.{rng.randint(1, 6)}g}"


def quantity(rng: random.Random) -> str:
    """Return the text of a number with a unit, or of what somebody may take for one."""
    gap = rng.choice((" ", " ", " ", "", "  ", "\u00a0", "_", ","))
    return f"{number(rng)}{gap}{rng.choice(UNITS)}"


def bent(rng: random.Random, text: str) -> str:
    """Return a text with one to four small things wrong with it."""
    for _ in range(rng.randint(1, 4)):
        at, length = rng.randint(0, len(text)), rng.choice((0, 0, 1, 1, 2, 5, 20))
        put = "".join(rng.choice(_CHARACTERS) for _ in range(rng.choice((0, 1, 1, 2, 3))))
        if rng.random() < 0.1:
            start = rng.randint(0, len(text))
            put = text[start : start + rng.choice((1, 10, 80))]  # something of its own, once more
        text = text[:at] + put + text[at + length :]
    return text


class Seed:
    """A study whose values, keys and entries can be replaced where they stand.

    Args:
        text: Of a study that is right.
    """

    def __init__(self, text: str) -> None:
        """Find where every value and every entry of the text stands."""
        self.text = text
        self.values: list[tuple[int, int, str]] = []
        self.keys: list[tuple[int, int]] = []
        self.spans: list[tuple[int, int]] = []
        self.assumptions: list[list[tuple[int, int, str]]] = []
        self.places: dict[tuple[str, ...], tuple[int, int]] = {}
        self._walk(yaml.compose(text, Loader=yaml.SafeLoader), ())

    def _walk(self, node: yaml.Node, path: tuple[str, ...]) -> None:
        start, end = node.start_mark.index, node.end_mark.index
        self.spans.append((start, end))
        if isinstance(node, yaml.ScalarNode):
            self.values.append((start, end, str(node.value)))
            self.places[path] = start, end
        elif isinstance(node, yaml.SequenceNode):
            for at, item in enumerate(node.value):
                self._walk(item, (*path, str(at)))
        else:
            figures = {str(key.value): value for key, value in node.value}
            if {"value", "low", "high"} <= figures.keys():
                named = [figures[n] for n in ("value", "low", "high")]
                marks = [(n.start_mark.index, n.end_mark.index, str(n.value)) for n in named]
                self.assumptions.append(marks)
            for key, value in node.value:
                self.keys.append((key.start_mark.index, key.end_mark.index))
                self._walk(value, (*path, str(key.value)))

    def changed(self, rng: random.Random) -> str:
        """Return the text with one to five of its parts replaced."""
        count = rng.choice((1, 1, 1, 2, 3, 5))
        places: dict[tuple[int, int], str] = {}
        if self.assumptions and rng.random() < 0.2:
            places = dict(self._scaled(rng))
        for _ in range(count if not places else count - 1):
            span, put = self._replacement(rng)
            if all(span[1] <= a or span[0] >= b for a, b in places):
                places[span] = put
        return self._with(places)

    def _with(self, places: dict[tuple[int, int], str]) -> str:
        """Return the text with other words at some spans."""
        text = self.text
        for (start, end), put in sorted(places.items(), reverse=True):
            text = text[:start] + put + text[end:]
        return text

    def told(self, rng: random.Random, words: dict[tuple[str, ...], str]) -> str:
        """Return the text with those words where they belong, an interval wholly or in part."""
        places = {}
        for path, put in words.items():
            sides = [(*path[:-1], side) for side in ("value", "low", "high")]
            whole = path in sides and rng.random() < 0.9
            for side in sides if whole else [path]:
                places[self.places[side]] = put
        return self._with(places)

    def _scaled(self, rng: random.Random) -> list[tuple[tuple[int, int], str]]:
        """Return an assumption with its interval, all three multiplied by one number."""
        factor = 10.0 ** rng.uniform(-12, 12) * rng.choice((1, 1, 1, -1))
        found = []
        for start, end, value in rng.choice(self.assumptions):
            word = _WORDS.fullmatch(value)
            if word:
                found.append(((start, end), f"{float(word[1]) * factor:.6g}{word[2]}{word[3]}"))
        return found

    def _replacement(self, rng: random.Random) -> tuple[tuple[int, int], str]:
        how = rng.random()
        if how < 0.7:
            start, end, value = rng.choice(self.values)
            return (start, end), self._value(rng, value)
        if how < 0.8:
            start, end = rng.choice(self.keys)
            a, b = rng.choice(self.keys)
            return (start, end), rng.choice(
                (self.text[a:b], rng.choice(NAMES), rng.choice(NUMBERS))
            )
        start, end = rng.choice(self.spans)
        a, b = rng.choice(self.spans)
        put = rng.choice(
            (self.text[a:b], "{}", "[]", "null", "", quantity(rng), "[[[[1]]]]", "{a: 1}")
        )
        return (start, end), put if len(put) < 4000 else "{}"

    def _value(self, rng: random.Random, value: str) -> str:
        """Return what stands for a value: most often one that is nearly right."""
        found = _WORDS.fullmatch(value)
        how = rng.random()
        if found and how < 0.75:
            wide = rng.choice((0.3, 0.3, 1, 6)) if how < 0.5 else 0
            scaled = float(found[1]) * 10.0 ** rng.uniform(-wide, wide)
            digits = f"{scaled:.4g}" if how < 0.6 else rng.choice(NUMBERS)
            unit = found[3] if how < 0.65 or not found[3] else rng.choice(UNITS)
            return f"{digits}{found[2]}{unit}"
        if how < 0.9:
            return rng.choice(self.values)[2] or "''"
        if how < 0.95:
            return "'" + rng.choice(NAMES).replace("'", "''") + "'"
        return rng.choice((rng.choice(NAMES), quantity(rng), number(rng), "''", bent(rng, value)))


@cache
def seed_of(text: str) -> Seed:
    """Return the places of a text, found once."""
    return Seed(text)
