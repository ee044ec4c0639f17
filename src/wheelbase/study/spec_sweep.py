"""The part of a study file that says what a sweep varies: quantities, each with a law."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from wheelbase.study.field import Model

__all__ = ["SweepLaw", "SweepSpec"]

_NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*?)\s*$")
_FORMS = (
    "write [low, high], {normal: [mean, deviation]} or {triangular: [low, mode, high]}, each a "
    "number with a unit"
)


@dataclass(frozen=True, slots=True)
class SweepLaw:
    """How a quantity is spread, as it was written.

    Args:
        kind: Of the law.
        numbers: Its two or three numbers, in `unit`.
        unit: As the study writes it; "" for bare numbers.
    """

    kind: Literal["uniform", "normal", "triangular"]
    numbers: tuple[float, ...]
    unit: str


def _law(value: Any) -> SweepLaw:
    """Return the law that a study writes, or raise ValueError."""
    kind, given = "uniform", value
    if isinstance(value, dict):
        if len(value) != 1 or next(iter(value)) not in ("normal", "triangular"):
            raise ValueError(_FORMS)
        kind, given = next(iter(value.items()))
    count = 3 if kind == "triangular" else 2
    if not isinstance(given, list) or len(given) != count:
        raise ValueError(_FORMS)
    numbers, units = zip(*map(_split, given), strict=True)
    if len(set(units)) > 1:
        raise ValueError(f"{' and '.join(dict.fromkeys(units))}: write all in one unit")
    if kind == "normal" and not numbers[1] > 0:
        raise ValueError(f"the deviation {numbers[1]:g} is not above zero")
    if kind != "normal" and list(numbers) != sorted(numbers):
        ends = "low and high are" if kind == "uniform" else "low, mode and high are"
        raise ValueError(f"{ends} not in order; the least comes first")
    return SweepLaw("uniform" if kind == "uniform" else _other(kind), numbers, units[0])


def _other(kind: str) -> Literal["normal", "triangular"]:
    return "normal" if kind == "normal" else "triangular"


def _split(value: Any) -> tuple[float, str]:
    """Return number and unit of a text, or of a bare number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(_FORMS)
    found = _NUMBER.fullmatch(str(value))
    if found is None or not abs(float(found[1])) < 1e300:
        raise ValueError(f"{value!r} is not a number with a unit; {_FORMS}")
    return float(found[1]), found[2]


class SweepSpec(Model):
    """What a sweep varies and how it samples; the paths lead to quantities of this study."""

    method: Literal["lhs", "sobol", "grid"] = "lhs"
    vary: Annotated[
        dict[str, Annotated[Any, BeforeValidator(_law)]], Field(min_length=1, max_length=64)
    ]
