"""The geometry of a study on its own: everything placed, platforms compared, as plain data."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from wheelbase.errors import DataError
from wheelbase.fit import compare, envelope
from wheelbase.study.load import Package
from wheelbase.study.placing import asked, place_all
from wheelbase.study.tree_package import comparison_tree, package_tree

__all__ = ["compare_pair", "compare_platforms", "fit_package"]


def fit_package(
    package: Package, variant: str | None = None, say: Callable[[str], None] = lambda line: None
) -> dict[str, Any]:
    """Return what goes into what: every pair placed and explained, drivers, fit matrix.

    Args:
        package: The study.
        variant: "powertrain@platform" or "powertrain@platform.body" for that alone.
        say: Takes the id of each pair before it is placed.

    Raises:
        DataError: No such variant, or lengths that contradict each other.
    """
    placed = place_all(package, asked(package, variant), say=say)
    around = {
        id: envelope(package.platforms[id], package.bodies[spec.bodies[0]], package.facts)
        for id, spec in package.spec.platforms.items()
    }
    return package_tree(package, placed, around)


def compare_platforms(package: Package, first: str, second: str) -> list[dict[str, Any]]:
    """Return each battery car (or shared powertrain) on two platforms line by line, with causes.

    Compared in the first body of the first platform, so both have the same outer size.

    Raises:
        DataError: No such platform, or no powertrain that both carry.
    """
    for name in (first, second):
        if name not in package.platforms:
            near = get_close_matches(name, package.platforms, n=3, cutoff=0.3)
            hint = ", ".join(near or package.platforms)
            raise DataError(f"no platform {name!r}; did you mean {hint}?")
    spec = package.spec.platforms
    shared = [t for t in spec[first].powertrains if t in spec[second].powertrains]
    trains = shared or [
        t
        for t in dict.fromkeys((*spec[first].powertrains, *spec[second].powertrains))
        if package.powertrains[t].kind == "bev"
    ]
    if not trains:
        raise DataError(f"platforms {first!r} and {second!r} carry no powertrain to compare")
    body = spec[first].bodies[0]
    return [_compared(package, train, body, (first, second)) for train in trains]


def compare_pair(package: Package, flexible: str, bespoke: str) -> dict[str, Any]:
    """Return two variants of one body, as "powertrain@platform.body", line by line with causes."""
    train, _, where = flexible.partition("@")
    first, _, body = where.partition(".")
    second = bespoke.partition("@")[2].partition(".")[0]
    label = package.spec.bodies[body].label or body
    return {"label": label, **_compared(package, train, body, (first, second))}


def _compared(package: Package, train: str, body: str, pair: tuple[str, str]) -> dict[str, Any]:
    first, second = (package.platforms[name] for name in pair)
    lines = compare(first, second, package.bodies[body], package.powertrains[train], package.facts)
    return {
        "powertrain": train,
        "body": body,
        "first": pair[0],
        "second": pair[1],
        "lines": comparison_tree(lines),
    }
