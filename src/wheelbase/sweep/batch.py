"""The front of the arrow for very many designs: fit, integrate and price over columns.

Holds no formula: the rooms take the columns, this chains them and says what each design is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import Body, Catalogue, Platform, Powertrain
from wheelbase.cost import Basis, price_many
from wheelbase.fit import fit_many
from wheelbase.integrate import Targets, Variants, integrate_many
from wheelbase.simulate import Backend
from wheelbase.study import Costed, Package, basis_of, bill_year, variant_id
from wheelbase.sweep.space import Space
from wheelbase.sweep.table import (
    Column,
    Output,
    car_outputs,
    cost_outputs,
    in_unit,
    room_outputs,
)
from wheelbase.sweep.vary import Moved, moved_by, parts_of, with_moved

__all__ = ["Bench", "bench", "designs"]

Array = NDArray[np.float64]
_Table = dict[str, Any]

_FITS, _SHORT, _CONTRADICTS = "fits", "does not fit", "lengths contradict each other"
_NO_CELLS, _TOO_LARGE, _RESTLESS = "no cell fits", "battery asked does not fit", "does not settle"


@dataclass(frozen=True, slots=True)
class _Kind:
    """One variant of the study with what is varied of it.

    Args:
        id: "powertrain@platform.body".
        keys: Section and id of its parts, in the order body, powertrain, platform, targets.
        parts: What stands there.
        moved: The figures that are columns.
        reads: Whether each varied quantity moves anything of it.
        fuel_energy: Of its fuel, J/m3; 0 without one.
    """

    id: str
    keys: tuple[tuple[str, str], ...]
    parts: Mapping[tuple[str, str], Any] = field(repr=False)
    moved: tuple[Moved, ...] = field(repr=False)
    reads: tuple[bool, ...]
    fuel_energy: float

    def made(self, values: Array) -> tuple[Body, Powertrain, Platform, Targets]:
        """Return body, powertrain, platform and targets that stand for many designs."""
        made = with_moved(self.parts, self.moved, values)
        body, train, platform, targets = (made[key] for key in self.keys)
        return body, train, platform, targets


@dataclass(frozen=True, slots=True)
class Bench:
    """A study made ready to compute designs.

    Args:
        variants: Ids of those that anything varied moves, in the order of the study; design i is
            of variant i modulo their number.
        columns: Of the table, in their order.
        space: What is varied.
        backend: Where cycles are driven.
        kinds: The variants, with what is varied of each.
        facts: The catalogue.
        basis: What prices are counted in; None for a study that asks only what fits.
        year: Of the bills.
    """

    variants: tuple[str, ...]
    columns: tuple[Column, ...]
    space: Space
    backend: Backend
    kinds: tuple[_Kind, ...] = field(repr=False)
    facts: Catalogue = field(repr=False)
    basis: Basis | None = field(repr=False)
    year: int

    @property
    def base_year(self) -> int | None:
        """Price year of money; None without prices."""
        return self.basis.prices.base if self.basis else None


def bench(package: Package, space: Space, backend: Backend = Backend.NUMPY) -> Bench:
    """Return a study made ready to compute designs of all variants that anything varied moves.

    Raises:
        DataError: Every quantity that cannot be varied.
    """
    moved = moved_by(package, space)
    kinds = tuple(
        _kind(package, space, moved, (train, name, body))
        for name, spec in package.spec.platforms.items()
        for body in spec.bodies
        for train in spec.powertrains
    )
    kinds = tuple(kind for kind in kinds if any(kind.reads))
    outputs, basis, year = [*room_outputs(), *car_outputs(0.0)], None, 0
    if isinstance(package, Costed):
        basis, year = basis_of(package), bill_year(package)
        outputs += cost_outputs(basis.prices.base)
    keys = (
        Column("design", "bigint", "", "key", "number of the design, from 0"),
        Column("point", "bigint", "", "key", "number of the sample point that variants share"),
        *(Column(n, "varchar", "", "key", f"its {n}") for n in _WORDS),
    )
    inputs = (Column(v.column, "double", v.unit, "input", v.path) for v in space.varied)
    verdicts = (
        Column("status", "varchar", "", "output", "whether it is a car, and why not"),
        Column("short_of", "varchar", "", "output", "requirement that is missed most"),
        Column("misses", "varchar", "", "output", "targets that a car misses, empty without any"),
    )
    columns = (*keys, *inputs, *verdicts, *(o.column for o in outputs))
    ids = tuple(kind.id for kind in kinds)
    return Bench(ids, columns, space, backend, kinds, package.facts, basis, year)


_WORDS = ("variant", "platform", "body", "powertrain", "kind")


def _kind(
    package: Package, space: Space, moved: Sequence[Moved], names: tuple[str, str, str]
) -> _Kind:
    train, platform, body = names
    keys = (("bodies", body), ("powertrains", train), ("platforms", platform), ("targets", train))
    parts = parts_of(package)
    own = tuple(m for m in moved if m.where[:2] in keys)
    read = {n for m in own for n, *_ in m.slopes}
    engine = package.powertrains[train].engine
    constant = package.facts.vehicle_constant
    return _Kind(
        variant_id(*names),
        keys,
        {key: parts[key[0]][key[1]] for key in keys},
        own,
        tuple(n in read for n in range(len(space.varied))),
        constant[f"energy-{engine.fuel}"].value if engine else 0.0,
    )


def designs(made: Bench, first: int, last: int, values: Array) -> _Table:
    """Return the table of designs first .. last - 1: column to (rows,) array, masked where empty.

    Args:
        made: The study made ready.
        first: Number of the first design.
        last: Number after the last design.
        values: Of the varied quantities in their units, (points, quantities): of the sample
            points from that of the first design to that of the last.
    """
    many = len(made.variants)
    numbers = np.arange(first, last)
    points, which = numbers // many, numbers % many
    sheet = _Sheet(made.columns, len(numbers))
    sheet.write("design", slice(None), numbers)
    sheet.write("point", slice(None), points)
    for n, kind in enumerate(made.kinds):
        rows = np.nonzero(which == n)[0]
        if len(rows):
            _fill(sheet, rows, made, kind, values[points[rows] - first // many])
    return {name: np.ma.array(x, mask=sheet.empty[name]) for name, x in sheet.data.items()}


class _Sheet:
    """A table being filled: values, and what is still empty."""

    def __init__(self, columns: Sequence[Column], rows: int) -> None:
        kinds = {"varchar": object, "bigint": np.int64}
        self.data = {c.name: np.zeros(rows, kinds.get(c.kind, np.float64)) for c in columns}
        self.empty = {c.name: np.ones(rows, bool) for c in columns}

    def write(self, name: str, rows: Any, values: Any) -> None:
        """Put values into some rows of a column."""
        self.data[name][rows] = values
        self.empty[name][rows] = False


def _fill(sheet: _Sheet, rows: Any, made: Bench, kind: _Kind, values: Array) -> None:
    """Compute the designs of one variant and write them into the table."""
    body, train, platform, _ = kind.made(values)
    words = (kind.id, platform.id, body.id, train.id, train.kind)
    for name, text in zip(_WORDS, words, strict=True):
        sheet.write(name, rows, text)
    for n, varied in enumerate(made.space.varied):
        if kind.reads[n]:
            sheet.write(varied.column, rows, values[:, n])
    fits, many = fit_many(platform, body, train, made.facts), len(rows)
    wrong, short = (_flat(x, many) for x in (fits.contradicts, fits.short))
    status = np.where(wrong, _CONTRADICTS, np.where(short > 0, _SHORT, _FITS)).astype(object)
    if train.cell is not None and train.units:
        status[(status == _FITS) & (_flat(fits.energy_fit, many) <= 0)] = _NO_CELLS
    missing = status == _SHORT
    named = np.array(fits.requirements, dtype=object)[_flat(fits.requirement, many)]
    sheet.write("short_of", rows[missing], named[missing])
    _write(sheet, rows, ~wrong, room_outputs(), fits)
    cars = np.nonzero(status == _FITS)[0]
    if len(cars):
        status[cars] = _cars(sheet, rows[cars], made, kind, values[cars])
    sheet.write("status", rows, status)


def _cars(sheet: _Sheet, rows: Any, made: Bench, kind: _Kind, values: Array) -> Any:
    """Close and price the designs that fit; return what each is."""
    (body, train, platform, targets), many = kind.made(values), len(rows)
    cars = integrate_many(platform, body, train, targets, made.facts, many, made.backend)
    status = np.full(many, _FITS, dtype=object)
    status[~_flat(cars.holds, many)] = _TOO_LARGE
    status[~_flat(cars.settled, many)] = _RESTLESS
    good = status == _FITS
    _write(sheet, rows, good, car_outputs(kind.fuel_energy), cars)
    sheet.write("misses", rows[good], _misses(cars, many)[good])
    if made.basis is not None:
        costs = price_many(cars, made.year, made.basis)
        _write(sheet, rows, good, tuple(cost_outputs(made.basis.prices.base)), costs)
    return status


def _misses(cars: Variants, many: int) -> Any:
    """Return the targets that each car misses, in words."""
    told = np.full(many, "", dtype=object)
    for target, missed in cars.missed.items():
        late = _flat(missed, many)
        told[late] = [f"{text}, {target}" if text else target for text in told[late]]
    return told


def _write(sheet: _Sheet, rows: Any, good: Any, outputs: Sequence[Output], of: Any) -> None:
    """Write figures into the rows that have them."""
    for output in outputs:
        values = _flat(in_unit(output.of(of), output.unit), len(rows))
        sheet.write(output.column.name, rows[good], values[good])


def _flat(value: Any, many: int) -> Any:
    """Return a number or a column (V, 1) as (V,)."""
    return np.broadcast_to(value, (many, 1))[:, 0]
