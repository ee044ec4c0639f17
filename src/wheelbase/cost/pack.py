"""What a battery pack costs: published paths over years, and how size, chemistry and shape move it.

A path gives the price of a pack of 60 kWh with nickel-rich prismatic cells. Cost curves by pack
size and chemistry scale it to the pack at hand. No platform is an input of any price.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

import numpy as np

from wheelbase.catalogue import SPREAD, STATUSES, Catalogue, Cell, PackCurve, PackPrice, single
from wheelbase.errors import DataError
from wheelbase.prices import Prices
from wheelbase.units import Energy, convert, parse

__all__ = ["Anchor", "Curve", "PackPath", "PathName", "own_path", "pack_path"]

Span = tuple[Any, Any, Any]
PathName = Literal["forecasts", "survey", "batpac"]

_REFERENCE = parse("60 kWh", Energy.__metadata__[0])  # type: ignore[attr-defined]
_SMALL = parse("5 kWh", Energy.__metadata__[0])  # type: ignore[attr-defined]
_CROSSING = 2032  # the fits of the two chemistries cross after it: an artefact of separate fits


@dataclass(frozen=True, slots=True)
class Curve:
    """Pack cost by size and year: base + size / E^exponent - fall a exp(decay a), a from `first`.

    Money in EUR/J of the base year, E in kWh gross. After `last` the cost falls by a constant
    factor a year; before `first` the curve is not evaluated.

    Source: ANL BatPaC fits of 2023-10-30 in EPA's OMEGA model, powertrain_cost_frm.csv.
    """

    base: float
    size: float
    exponent: float
    fall: float
    decay: float
    first: int
    last: int
    after: float

    def at(self, year: float, energy: Any) -> Any:
        """Return EUR/J of a pack of gross `energy` (J); outside its years at their edge."""
        return self._per(year, energy, 1.0)

    def further(self, year: float, energy: Any) -> Any:
        """Return EUR of one more J in a pack of gross `energy`: the slope of what it costs."""
        return self._per(year, energy, 1 - self.exponent)

    def _per(self, year: float, energy: Any, part: float) -> Any:
        """Return EUR/J with `part` of what a small pack costs more per J."""
        passed = min(max(year, self.first), self.last) - self.first
        small = part * self.size * convert(energy, "kWh") ** -self.exponent
        now = self.base + small - self.fall * passed * np.exp(self.decay * passed)
        return single(now * self.after ** max(year - self.last, 0))


@dataclass(frozen=True, slots=True)
class Anchor:
    """One published pack price: EUR/J of the base year, for a calendar year.

    A price without an interval of its own has that of its status (`SPREAD`).
    """

    id: str
    forecaster: str
    made: date
    year: int
    price: float
    low: float
    high: float
    status: str


@dataclass(frozen=True, slots=True)
class PackPath:
    """Price of a 60 kWh pack by year, and what scales it.

    Args:
        name: Which path.
        anchors: The published prices behind it.
        years: Years with a price.
        base: EUR/J gross of the base year, in each of these years.
        low: Least.
        high: Greatest.
        curves: Cost curves, by chemistry, and "hybrid" for small packs.
        shapes: Cell shape to its factor: low, base, high.
    """

    name: str
    anchors: tuple[Anchor, ...]
    years: tuple[int, ...]
    base: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    curves: Mapping[str, Curve] = field(repr=False)
    shapes: Mapping[str, Span] = field(repr=False)

    def at(self, year: float, energy: Any = _REFERENCE, cell: Cell | None = None) -> Span:
        """Return low, base and high of a pack in a year, EUR/J gross.

        Between prices the path falls by a constant rate; outside them it is held, and
        `extrapolated` says so.

        Args:
            year: Of production.
            energy: Gross energy of the pack, J; a number or a column of many.
            cell: Its cell; None for the mean of the nickel-rich ones.

        Raises:
            DataError: The cost curves are asked for a year before they begin.
        """
        return self._priced(year, self.scale(year, energy, cell))

    def further(self, year: float, energy: float, cell: Cell | None) -> Span:
        """Return low, base and high of one more J in a pack of gross `energy`, EUR/J.

        The slope of energy times price: a larger pack costs less per J, so one more J costs less
        than the J before it.

        Args:
            year: Of production.
            energy: Gross energy of the pack, J.
            cell: Its cell; None for the mean of the nickel-rich ones.

        Raises:
            DataError: The cost curves are asked for a year before they begin.
        """
        return self._priced(year, self._scaled(year, energy, cell, Curve.further))

    def _priced(self, year: float, factor: Span) -> Span:
        """Return low, base and high of a year times a factor each, EUR/J."""
        if self.name == "batpac" and year < self.years[0]:
            raise DataError(
                f"pack price batpac: {year:g} lies before {self.years[0]}, where its curves begin; "
                "take forecasts or survey"
            )
        low, base, high = (
            float(np.exp(np.interp(year, self.years, np.log(series)))) * f
            for series, f in zip((self.low, self.base, self.high), factor, strict=True)
        )
        return low, base, high

    def scale(self, year: float, energy: Any, cell: Cell | None) -> Span:
        """Return the factors of size, chemistry and shape: low, base, high."""
        return self._scaled(year, energy, cell, Curve.at)

    def _scaled(
        self,
        year: float,
        energy: Any,
        cell: Cell | None,
        per: Callable[[Curve, float, Any], Any],
    ) -> Span:
        """Return the factors by what the curves give per J of a pack, or of one more J."""
        iron = cell is not None and cell.price_curve == "lfp"
        within = year if self.name == "batpac" else min(year, _CROSSING)
        reference = self.curves["nmc"].at(within, _REFERENCE)
        large_enough = energy >= _SMALL

        def chosen(name: str, other: Any) -> Any:
            return single(np.where(large_enough, per(self.curves[name], within, energy), other))

        nickel = chosen("nmc", per(self.curves["hybrid"], within, energy))
        found = chosen("lfp", nickel) if iron else nickel
        low = high = found
        if iron and year > _CROSSING:
            low, high = single(np.minimum(nickel, found)), single(np.maximum(nickel, found))
        shape = self.shapes[cell.shape] if cell else (1.0, 1.0, 1.0)
        sizes = (low, found, high)
        small, middle, large = (s / reference * f for s, f in zip(sizes, shape, strict=True))
        return small, middle, large

    def behind(self, year: int) -> tuple[Anchor, ...]:
        """Return the published prices that a year rests on: the nearest on either side."""
        known = {a.year for a in self.anchors}
        near = {
            max((y for y in known if y <= year), default=min(known, default=year)),
            min((y for y in known if y >= year), default=max(known, default=year)),
        }
        return tuple(a for a in self.anchors if a.year in near)

    def status(self, year: int) -> str:
        """Return how firm the price of a year is: never firmer than derived."""
        if self.name == "study":
            return "estimate"
        return max(["derived", *(a.status for a in self.behind(year))], key=STATUSES.index)

    def sources(self, year: int) -> tuple[str, ...]:
        """Return what a year rests on: published prices, the cost curves, or the study."""
        if self.name == "study":
            return ("the study",)
        return tuple(sorted({a.id for a in self.behind(year)})) or ("omega-frm",)

    def extrapolated(self, year: float) -> bool:
        """Return whether a year lies outside the published prices, or the years of the curves."""
        known = [a.year for a in self.anchors] or self.years
        return not min(known) <= year <= max(known)


def pack_path(
    facts: Catalogue, prices: Prices, vantage: date, name: PathName = "forecasts"
) -> PackPath:
    """Return a published path of pack prices.

    "forecasts" runs through everything published by the day `vantage`; "survey" through the
    observed prices and, after them, the forecasts made since 2023; "batpac" is the cost curve of
    2023 and later. The interval of "survey" and "batpac" from 2023 on holds both.

    Raises:
        DataError: No price was published by then.
    """
    curves = {c.id: _curve(c, prices) for c in facts.pack_curve}
    shelf = facts.pack_shape
    shapes = {
        s.id: (*shelf.intervals.get((s.id, s.figure), (s.value, s.value)), s.value) for s in shelf
    }
    spans = {id: (low, base, high) for id, (low, high, base) in shapes.items()}
    if name == "batpac":
        curve = curves["nmc"]
        years = tuple(range(curve.first, curve.last + 11))
        base = tuple(curve.at(y, _REFERENCE) for y in years)
        found = PackPath(name, (), years, base, base, base, curves, spans)
        return _widened(found, pack_path(facts, prices, vantage, "survey"))
    chosen = [f for f in facts.pack_price if _belongs(f, name, vantage)]
    anchors = tuple(_anchors(facts, prices, chosen, name))
    if not anchors:
        raise DataError(f"pack price: nothing was published by {vantage}; choose a later day")
    found = _through(name, anchors, curves, spans)
    if name == "survey":
        curve = curves["nmc"]
        years = tuple(range(curve.first, curve.last + 1))
        base = tuple(curve.at(y, _REFERENCE) for y in years)
        return _widened(found, replace(found, years=years, base=base, low=base, high=base))
    return found


def own_path(path: PackPath, given: Mapping[int, Span]) -> PackPath:
    """Return a path through the user's own prices (EUR/J of a 60 kWh pack), scaled as any other."""
    years = tuple(sorted(given))
    low, base, high = (tuple(given[y][i] for y in years) for i in range(3))
    return replace(path, name="study", anchors=(), years=years, low=low, base=base, high=high)


def _curve(c: PackCurve, prices: Prices) -> Curve:
    return Curve(
        prices.real(c.base), prices.real(c.size), c.size_exponent, prices.real(c.fall), c.decay,
        c.first, c.last, c.after,
    )  # fmt: skip


def _belongs(fact: PackPrice, name: PathName, vantage: date) -> bool:
    if name == "forecasts":
        return fact.made <= vantage
    return fact.kind == "survey" or fact.made.year >= 2023


def _anchors(
    facts: Catalogue, prices: Prices, chosen: Iterable[PackPrice], name: PathName
) -> Iterator[Anchor]:
    observed = max((y for f in facts.pack_price if f.kind == "survey" for y in f.price), default=0)
    for fact in chosen:
        for year, money in fact.price.items():
            if name == "survey" and fact.kind == "forecast" and year <= observed:
                continue
            field, value = f"price@{year}", prices.real(money)
            status = facts.pack_price.origins[fact.id, field].status
            low, high = value * (1 - SPREAD[status]), value * (1 + SPREAD[status])
            if ends := facts.pack_price.intervals.get((fact.id, field)):
                low, high = prices.real(ends[0]), prices.real(ends[1])
            yield Anchor(fact.id, fact.forecaster, fact.made, year, value, low, high, status)


def _through(
    name: str,
    anchors: tuple[Anchor, ...],
    curves: Mapping[str, Curve],
    shapes: Mapping[str, Span],
) -> PackPath:
    """Return the path through the mean of the prices of each year, least and greatest beside it."""
    years = tuple(sorted({a.year for a in anchors}))
    groups = [[a for a in anchors if a.year == year] for year in years]
    return PackPath(
        name,
        anchors,
        years,
        tuple(sum(a.price for a in g) / len(g) for g in groups),
        tuple(min(a.low for a in g) for g in groups),
        tuple(max(a.high for a in g) for g in groups),
        curves,
        shapes,
    )


def _widened(path: PackPath, other: PackPath) -> PackPath:
    """Return a path whose interval holds another one from the year in which that one begins."""
    begin = max(path.years[0], 2023)
    years = tuple(sorted({*path.years, *(y for y in other.years if y >= begin)}))

    def series(of: PackPath, values: tuple[float, ...], year: int) -> float:
        return float(np.exp(np.interp(year, of.years, np.log(values))))

    base = tuple(series(path, path.base, y) for y in years)
    apart = [
        (series(path, path.low, y), series(other, other.base, y), series(path, path.high, y))
        for y in years
    ]
    low = tuple(min(a) if y >= 2023 else a[0] for y, a in zip(years, apart, strict=True))
    high = tuple(max(a) if y >= 2023 else a[2] for y, a in zip(years, apart, strict=True))
    return replace(path, years=years, base=base, low=low, high=high)
