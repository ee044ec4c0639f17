"""How the quantities that a sweep varies move the parts of its cars: found by trying them.

A study is read at the middle and at both ends of every law; whatever figure of a body, powertrain,
platform or target follows in proportion becomes a column. What does not is refused, and so are
quantities that act on each other, which a few joint trials show.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import with_columns
from wheelbase.errors import DataError
from wheelbase.study import Package, targets_of
from wheelbase.sweep.space import Space

__all__ = ["Moved", "Parts", "moved_by", "parts_of", "with_moved"]

_Where = tuple[Any, ...]
Parts = Mapping[str, Mapping[str, Any]]
"""Section of the study ("bodies", "powertrains", "platforms", "targets") to id to what is there."""

_CLOSE = 1e-9  # relative; a figure that follows in proportion does so within it
_LEFT_OUT = ("tolerance", "source")  # of a hard point: no figure of a batch reads them
_JOINT = 3


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure that varied quantities move: base + sum of slope (value - middle).

    Args:
        where: Section, id, and the way to the figure.
        base: In the unit of the code, with everything at its middle.
        slopes: Number of the quantity, its middle, and how the figure follows.
    """

    where: _Where
    base: float
    slopes: tuple[tuple[int, float, float], ...]

    def column(self, values: NDArray[np.float64]) -> Any:
        """Return the figure for values of all quantities, (V, quantities), as (V, 1)."""
        found = np.full(len(values), self.base)
        for n, middle, slope in self.slopes:
            found += slope * (values[:, n] - middle)
        return found[:, None]


def parts_of(package: Package) -> Parts:
    """Return what cars are made of, by section and id."""
    return {
        "bodies": package.bodies,
        "powertrains": package.powertrains,
        "platforms": package.platforms,
        "targets": {train: targets_of(package, train) for train in package.powertrains},
    }


def moved_by(package: Package, space: Space) -> tuple[Moved, ...]:
    """Return every figure that a space moves, with how it follows.

    Raises:
        DataError: Every quantity that moves nothing, or moves something out of proportion, and
            quantities that act on each other.
    """
    middles = [(v.law.low + v.law.high) / 2 for v in space.varied]
    base = _figures(package, space, middles)
    slopes: dict[_Where, list[tuple[int, float, float]]] = {}
    problems = []
    for n, varied in enumerate(space.varied):
        low, high = (
            _figures(package, space, [*middles[:n], end, *middles[n + 1 :]])
            for end in (varied.law.low, varied.law.high)
        )
        span = varied.law.high - varied.law.low
        found = 0
        for where in base.keys() | low.keys() | high.keys():
            at, down, up = (_at(tree, where) for tree in (base, low, high))
            if _same(down, up) and _same(at, up):
                continue
            found += 1
            if not _halfway(down, at, up):
                problems.append(f"sweep.vary.{varied.path}: {_odd(where)}; name another quantity")
                break
            slopes.setdefault(where, []).append((n, middles[n], (up - down) / span))
        if not found and span > 0:
            problems.append(
                f"sweep.vary.{varied.path}: moves nothing that a sweep computes; take it out"
            )
    if problems:
        raise DataError(problems)
    moved = tuple(Moved(w, base[w], tuple(s)) for w, s in sorted(slopes.items(), key=str))
    _refuse_joint(package, space, moved)
    return moved


def with_moved(
    parts: Mapping[tuple[str, str], Any], moved: Sequence[Moved], values: NDArray[np.float64]
) -> dict[tuple[str, str], Any]:
    """Return parts by section and id with the figures that are moved as columns."""
    made = dict(parts)
    for figure in moved:
        section, id, *way = figure.where
        made[section, id] = _replaced(made[section, id], way, figure.column(values))
    return made


def _replaced(entry: Any, way: Sequence[Any], column: Any) -> Any:
    """Return an entry with the figure at the end of the way replaced."""
    if not way:
        return column
    step, *rest = way
    if isinstance(entry, Mapping):
        return {**entry, step: _replaced(entry[step], rest, column)}
    if isinstance(entry, tuple):
        return (*entry[:step], _replaced(entry[step], rest, column), *entry[step + 1 :])
    return with_columns(entry, **{step: _replaced(getattr(entry, step), rest, column)})


def _figures(package: Package, space: Space, values: Sequence[float]) -> dict[_Where, Any]:
    """Return every plain value of the parts of a study at some values of its quantities."""
    texts = {v.path: f"{x!r} {v.unit}".strip() for v, x in zip(space.varied, values, strict=True)}
    return dict(_leaves(parts_of(package.set(texts)), ()))


def _leaves(entry: Any, where: _Where) -> Iterator[tuple[_Where, Any]]:
    if is_dataclass(entry):
        for field in fields(entry):
            if field.name not in _LEFT_OUT:
                yield from _leaves(getattr(entry, field.name), (*where, field.name))
    elif isinstance(entry, Mapping):
        for key, item in entry.items():
            yield from _leaves(item, (*where, key))
    elif isinstance(entry, tuple | list):
        for n, item in enumerate(entry):
            yield from _leaves(item, (*where, n))
    else:
        yield where, entry


def _at(tree: Mapping[_Where, Any], where: _Where) -> Any:
    """Return what stands at a place, None where nothing does."""
    return tree.get(where)


def _is_figure(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(one: Any, other: Any) -> bool:
    return bool(one == other)


def _halfway(low: Any, middle: Any, high: Any) -> bool:
    """Whether three values are figures of which the second lies in the middle of the others."""
    if not all(map(_is_figure, (low, middle, high))):
        return False
    least = _CLOSE * max(abs(low), abs(high), 1e-300)
    return bool(abs(middle - (low + high) / 2) <= least)


def _odd(where: _Where) -> str:
    return f"does not move {'.'.join(map(str, where))} in proportion"


def _refuse_joint(package: Package, space: Space, moved: Sequence[Moved]) -> None:
    """Refuse quantities that act on each other: figures of joint trials differ from their columns.

    Raises:
        DataError: Names the figure.
    """
    random = np.random.default_rng(0)
    ends = np.array([(v.law.low, v.law.high) for v in space.varied])
    for share in random.random((_JOINT, len(ends))):
        values = ends[:, 0] + share * (ends[:, 1] - ends[:, 0])
        tried = _figures(package, space, [float(x) for x in values])
        for figure in moved:
            want: Any = tried.get(figure.where)
            found = float(figure.column(values[None])[0, 0])
            if not _is_figure(want) or abs(want - found) > 1e3 * _CLOSE * max(abs(found), 1e-12):
                names = ", ".join(space.varied[n].path for n, *_ in figure.slopes)
                raise DataError(
                    f"sweep.vary: {names} act on each other, and "
                    f"{'.'.join(map(str, figure.where))} cannot be a column; vary one of them"
                )
