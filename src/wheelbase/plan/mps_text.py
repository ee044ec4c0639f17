"""The lines of MPS and SMPS texts, their fields and numbers, and what is wrong with them."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

import numpy as np

from wheelbase.errors import DataError, few

__all__ = ["INFINITE", "Line", "Notes", "lines_of", "number"]

INFINITE = 1e20  # a bound beyond it is none

_LONGEST = 64_000_000
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eEdD][+-]?\d{1,4})?", re.ASCII)
_FIELDS = ((1, 3), (4, 12), (14, 22), (24, 36), (39, 47), (49, 61))


@dataclass(frozen=True, slots=True)
class Line:
    """A line that says something: its number, its text, and whether it opens a section."""

    number: int
    text: str
    opens: bool

    def words(self, has_spaces: bool = False) -> list[str]:
        """Return the fields: parted by blanks, or by their columns where names hold spaces."""
        if not has_spaces or self.opens:
            return self.text.split()
        found = [self.text[a:b].strip() for a, b in _FIELDS]
        return [word for word in found if word]


@dataclass(slots=True)
class Notes:
    """Problems and warnings of one file, each with its line."""

    place: str
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def problem(self, line: int, what: str) -> None:
        """Keep a problem of a line; 0 is the whole file."""
        self.problems.append(f"{self.place}{f':{line}' if line else ''}: {what}")

    def warn(self, line: int, what: str) -> None:
        """Keep a warning of a line; 0 is the whole file."""
        self.warnings.append(f"{self.place}{f':{line}' if line else ''}: {what}")

    def unknown(self, line: int, kind: str, name: str, known: Collection[str]) -> None:
        """Keep the problem of a name that is not there, with a near miss."""
        near = get_close_matches(name, known, n=1, cutoff=0.6) if len(self.problems) < 20 else []
        hint = f"did you mean {near[0]!r}?" if near else f"name a {kind} of the core file"
        self.problem(line, f"no {kind} {name[:40]!r}; {hint}")

    def number(self, line: int, word: str, bound: bool = False) -> float:
        """Return a number of the file; 0 where it is none, with a problem kept."""
        found = number(word)
        if found is None:
            self.problem(line, f"{word[:40]!r} is no finite number; write one such as -1.5e3")
            return 0.0
        if abs(found) >= INFINITE and not bound:
            self.problem(line, f"{word[:40]} is beyond 1e20; only bounds may be infinite")
            return 0.0
        return found

    def finish(self) -> None:
        """Raise every problem, or go on."""
        if self.problems:
            raise DataError(few(self.problems))


def number(word: str) -> float | None:
    """Return the finite number that a word writes, exponents with E or D; none for any other."""
    if len(word) > 60 or not _NUMBER.fullmatch(word):
        return None
    found = float(word.upper().replace("D", "E"))
    return found if np.isfinite(found) else None


def lines_of(text: str, notes: Notes) -> Iterator[Line]:
    """Yield the lines until ENDATA, without comments; a name at the margin opens a section."""
    if len(text) > _LONGEST:
        notes.problem(0, f"longer than {_LONGEST} characters; split the problem")
        return
    for place, line in enumerate(text.split("\n"), start=1):
        bare = line.rstrip()
        if not bare or line.startswith("*"):
            continue
        opens = not line[0].isspace()
        if opens and bare.split()[0].upper() == "ENDATA":
            return
        yield Line(place, bare.expandtabs(8), opens)
    notes.warn(0, "ends without ENDATA; it may have been cut")
