"""Shared parts: which parts of two cars are one design, what a further version costs, who pays."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import Catalogue, PartFamily, Powertrain
from wheelbase.cost.bill import Bill
from wheelbase.cost.invest import annuity_factor
from wheelbase.fit import FAMILIES, Fit
from wheelbase.prices import Prices

__all__ = [
    "Fitted",
    "Piece",
    "SharedCost",
    "Version",
    "by_need",
    "by_volume",
    "commonality",
    "further_cost",
    "pieces",
    "share_matrix",
    "shared_cost",
    "split_cost",
    "versions",
]

Array = NDArray[np.float64]
Span = tuple[float, float, float]
_Mark = tuple[tuple[str, object], ...]
_Parts = Mapping[str, Sequence["Piece"]]
_Increment = tuple[float, Collection[str]]

_NOTHING: Span = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Piece:
    """What a car has of one part family.

    Args:
        family: Label of the family; a line of the bill that belongs to none stands for itself.
        group: "body", "interior", "chassis", "battery", "engine", "drive" or "other".
        mark: Hard points it depends on and its specification; equal marks are one part.
        cost: EUR a car.
    """

    family: str
    group: str
    mark: _Mark
    cost: float


class Fitted(Protocol):
    """What shared parts need to know of a variant."""

    @property
    def fit(self) -> Fit:
        """Where its powertrain lies, with the part keys."""
        ...

    @property
    def powertrain(self) -> Powertrain:
        """Its powertrain, with the cell."""
        ...


def pieces(car: Fitted, bill: Bill, facts: Catalogue) -> tuple[Piece, ...]:
    """Return a car as pieces of part families: marks from its fit, costs from its bill.

    Costs sum to the bill less assembly, which is work and no part. A family of the body, interior
    or chassis is marked by its hard points, a pack housing by its zones
    and its energy, cells by the cell, every other family by the parts of the bill
    and their sizes. No label of the platform is read.
    """
    found: list[Piece] = []
    bought = [item for item in bill.lines if item.group != "assembly"]
    for family in facts.part_family:
        lines = [item for item in bought if _belongs(item.part, family, facts)]
        if not lines:
            continue
        cost = sum(item.cost for item in lines) * (1.0 if family.share is None else family.share)
        sizes = ((item.part, tuple(sorted(item.inputs.items()))) for item in lines)
        specification: _Mark = tuple(sorted(sizes))
        if family.label in FAMILIES:
            specification = car.fit.part_keys[family.label]
        elif family.id == "cells":
            cell = car.powertrain.cell
            specification = (("cell", cell.id if cell else ""),)
        elif family.group == "battery":
            zones = ((k, v) for k, v in car.fit.part_keys.items() if k not in FAMILIES)
            specification += tuple(zones)
        found.append(Piece(family.label, family.group, specification, cost))
    for item in bought:
        if not any(_belongs(item.part, family, facts) for family in facts.part_family):
            mark: _Mark = tuple(sorted(item.inputs.items()))
            found.append(Piece(item.part, "other", (("part", item.part), *mark), item.cost))
    return tuple(found)


def _belongs(part: str, family: PartFamily, facts: Catalogue) -> bool:
    """Return whether a line belongs to a family: the longest words found in it decide."""
    best = max(
        (len(word) for f in facts.part_family for word in f.lines if word in part), default=0
    )
    return any(len(word) == best and word in part for word in family.lines)


def _of(parts: Sequence[Piece], group: str | None) -> dict[tuple[str, _Mark], float]:
    return {(p.family, p.mark): p.cost for p in parts if group is None or p.group == group}


def share_matrix(cars: _Parts, group: str | None = None) -> tuple[tuple[str, ...], Array]:
    """Return the cars and (n, n) value shares of their common parts, each 0 .. 1.

    Cost of the common parts in both cars over the cost of both cars; symmetric, one on the
    diagonal. With a `group` only its families count; two cars without any share nothing.
    """
    names, found = tuple(cars), [_of(parts, group) for parts in cars.values()]
    matrix = np.eye(len(names))
    for i, one in enumerate(found):
        for j, other in enumerate(found[:i]):
            both = sum(one[key] + other[key] for key in one.keys() & other.keys())
            whole = sum(one.values()) + sum(other.values())
            matrix[i, j] = matrix[j, i] = both / whole if whole else 0.0
    return names, matrix


def commonality(cars: _Parts, volumes: Mapping[str, float], group: str | None = None) -> float:
    """Return the value share of parts that at least two of the cars have, weighted by volume."""
    found = {name: _of(parts, group) for name, parts in cars.items()}
    counts: dict[tuple[str, _Mark], int] = {}
    for keys in found.values():
        for key in keys:
            counts[key] = counts.get(key, 0) + 1
    common = sum(
        volumes[n] * cost for n, ks in found.items() for k, cost in ks.items() if counts[k] > 1
    )
    whole = sum(volumes[n] * sum(keys.values()) for n, keys in found.items())
    return common / whole if whole else 0.0


@dataclass(frozen=True, slots=True)
class Version:
    """One design of a family.

    Args:
        family: Label of the family.
        group: "body", "interior", "chassis", "battery", "engine", "drive" or "other".
        mark: What it is made to.
        users: Cars that have it.
        sets: Tool sets that their pooled volume needs.
        development: Engineering and validation, low, base, high, EUR.
        once: The same with the tools of all sets.
    """

    family: str
    group: str
    mark: _Mark
    users: tuple[str, ...]
    sets: int
    development: Span
    once: Span


def versions(
    cars: _Parts, volumes: Mapping[str, float], facts: Catalogue, prices: Prices
) -> tuple[Version, ...]:
    """Return every distinct version of every family, with its development and tools.

    Development is paid once, stampings and fixtures for every started set of tools at the pooled
    volume of the users.

    Args:
        cars: Car to its pieces.
        volumes: Car to cars a year.
        facts: Tools and development by family.
        prices: Way to EUR of the base year.

    Raises:
        ValueError: A negative volume.
    """
    if bad := sorted(name for name in cars if volumes[name] < 0):
        raise ValueError(f"{bad[0]}: volume {volumes[bad[0]]:g} cars/yr is below zero")
    users: dict[tuple[str, str, _Mark], list[str]] = {}
    for name, parts in cars.items():
        for piece in parts:
            users.setdefault((piece.family, piece.group, piece.mark), []).append(name)
    families = {family.label: family for family in facts.part_family}
    found = []
    for (label, group, mark), names in users.items():
        sets, development, once = 1, _NOTHING, _NOTHING
        if family := families.get(label):
            sets = _sets(family, names, volumes)
            development = _once(family, 0, facts, prices)
            once = _once(family, sets, facts, prices)
        found.append(Version(label, group, mark, tuple(names), sets, development, once))
    return tuple(found)


def _sets(family: PartFamily, users: Iterable[str], volumes: Mapping[str, float]) -> int:
    volume = sum(volumes[name] for name in users)
    return max(1, ceil(volume / family.size)) if family.size else 1


def _once(family: PartFamily, sets: int, facts: Catalogue, prices: Prices) -> Span:
    """Return low, base, high of the tools and the development of one version, EUR."""
    intervals, total = facts.part_family.intervals, np.zeros(3)
    for name, times in (("development", 1), ("stamping", sets), ("fixture", sets)):
        money = getattr(family, name)
        if money is not None:
            low, high = intervals.get((family.id, name), (money, money))
            total += times * np.array([prices.real(m) for m in (low, money, high)])
    return float(total[0]), float(total[1]), float(total[2])


@dataclass(frozen=True, slots=True)
class SharedCost:
    """What cars that share parts cost together.

    Args:
        unit: Bills at their volumes, EUR/yr.
        once: Development and tools of every distinct version, low, base, high, EUR.
        annual: `unit` and the annuity of `once`, EUR/yr.
    """

    unit: float
    once: Span
    annual: Span


def shared_cost(
    cars: _Parts, volumes: Mapping[str, float], found: Iterable[Version], rate: float, life: float
) -> SharedCost:
    """Return the cost of cars with these versions: unit costs at volume plus every version once."""
    unit = sum(volumes[name] * sum(p.cost for p in parts) for name, parts in cars.items())
    once = np.sum([v.once for v in found], axis=0) if cars else np.zeros(3)
    low, base, high = (float(v) for v in once)
    factor = annuity_factor(rate, life)
    yearly = (unit + factor * low, unit + factor * base, unit + factor * high)
    return SharedCost(unit, (low, base, high), yearly)


def further_cost(
    car: str, cars: _Parts, volumes: Mapping[str, float], facts: Catalogue, prices: Prices
) -> Span:
    """Return what one car adds once to the others: versions and tool sets only it needs, EUR."""
    others = {name: parts for name, parts in cars.items() if name != car}
    every = np.sum([v.once for v in versions(cars, volumes, facts, prices)], axis=0)
    rest = np.sum([(0.0, 0.0, 0.0), *_onces(others, volumes, facts, prices)], axis=0)
    low, base, high = (float(v) for v in every - rest)
    return low, base, high


def _onces(
    cars: _Parts, volumes: Mapping[str, float], facts: Catalogue, prices: Prices
) -> Iterator[Span]:
    for version in versions(cars, volumes, facts, prices):
        yield version.once


def split_cost(
    version: Version,
    leaving: Collection[str],
    volumes: Mapping[str, float],
    facts: Catalogue,
    prices: Prices,
    standing: bool = False,
) -> Span:
    """Return what it costs once that some users of a version get one of their own, EUR.

    On a green field those who stay need fewer tool sets; where the tools are `standing` they
    are paid for and their freed sets are worth nothing. Zero where all users or none leave.
    """
    going = [name for name in version.users if name in leaving]
    family = next((f for f in facts.part_family if f.label == version.family), None)
    if not going or len(going) == len(version.users) or family is None:
        return _NOTHING
    staying = [name for name in version.users if name not in leaving]
    apart = np.array(_once(family, _sets(family, going, volumes), facts, prices))
    if not standing:
        apart += np.array(_once(family, _sets(family, staying, volumes), facts, prices))
        apart -= np.array(version.once)
    return float(apart[0]), float(apart[1]), float(apart[2])


def by_need(increments: Iterable[_Increment]) -> dict[str, float]:
    """Return what each pays when every increment is shared equally by those who need it.

    That is the Shapley value of the airport game and of any sum of such games, in closed form.

    Source: Littlechild, Owen (1973), A simple expression for the Shapley value in a special case.
    """
    shares: dict[str, float] = {}
    for cost, users in increments:
        for name in users:
            shares[name] = shares.get(name, 0.0) + cost / len(users)
    return shares


def by_volume(increments: Iterable[_Increment], volumes: Mapping[str, float]) -> dict[str, float]:
    """Return what each pays when every increment is shared by the cars of those who need it.

    Raises:
        ValueError: An increment that nobody with a volume needs.
    """
    shares: dict[str, float] = {}
    for cost, users in increments:
        total = sum(volumes[name] for name in users)
        if total <= 0:
            raise ValueError(f"{', '.join(sorted(users))}: no volume to share a cost by")
        for name in users:
            shares[name] = shares.get(name, 0.0) + cost * volumes[name] / total
    return shares
