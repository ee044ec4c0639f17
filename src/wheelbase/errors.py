"""Everything that Wheelbase raises on purpose.

    WheelbaseError
    ├── DataError    bad input: a file, an id, a unit, a range           (exit code 2)
    ├── FitError     a target that no car on this platform can meet      (exit code 1)
    └── SolveError   a plan that cannot be solved, or stopped early      (exit code 1 or 4)
        └── LimitError   a time limit reached before there was an answer

A programmer's mistake raises ValueError or TypeError instead.
"""

from collections.abc import Iterable, Sequence

__all__ = ["DataError", "FitError", "LimitError", "SolveError", "WheelbaseError", "few"]

_SHOWN = 20


class WheelbaseError(Exception):
    """Base of all errors that a user can cause and a user can fix.

    Args:
        problems: One line per problem, "place: what is wrong; what to do".
    """

    def __init__(self, problems: str | Iterable[str]) -> None:
        """Keep every problem; the message is one line for each."""
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))

    def __reduce__(self) -> tuple[type, tuple[tuple[str, ...]]]:
        """Return what pickles the error: every problem survives a process border."""
        return type(self), (self.problems,)


class DataError(WheelbaseError, ValueError):
    """Bad input data: lists every problem found, each with its place."""


class FitError(WheelbaseError):
    """A target that cannot be met: names the target and by how much it is missed."""


class SolveError(WheelbaseError):
    """A model without a usable answer: names the constraint families that conflict."""


class LimitError(SolveError):
    """A time limit that was reached before there was an answer: names what to allow."""


def few(problems: Sequence[str]) -> list[str]:
    """Return problems of a long list as a person reads them: the first, and how many follow."""
    rest = len(problems) - _SHOWN
    return [*problems[:_SHOWN], *([f"and {rest} more of the kind"] if rest > 0 else [])]
