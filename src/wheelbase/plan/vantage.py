"""The outlook as of a day: what had been sold, and what was forecast, when it was decided."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import Catalogue, Forecast, Shelf
from wheelbase.errors import DataError
from wheelbase.plan.courses import Course, course_of
from wheelbase.plan.logit import sigmoid
from wheelbase.plan.outlook import MarketOutlook, Outlook, Regulation

__all__ = ["Assumed", "Expected", "History", "Statement", "outlook_of", "statements"]

Array = NDArray[np.float64]
_Kind = Literal["bev", "phev", "ev", "volume"]

_KINDS: Mapping[str, _Kind] = {
    "bev_share": "bev", "phev_share": "phev", "ev_share": "ev", "cars": "volume",
}  # fmt: skip
_LEAST = 1e-6
_YEAR = 365.25


class History(Enum):
    """Which figures of past years count as known."""

    AS_PUBLISHED = "as published"
    """Those in sources dated no later than the day."""
    AS_REVISED = "as revised"
    """Those of complete years before the day, in whatever source: better, but printed later."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source said by the day about one market and year.

    `value` is a share (0..1), or cars a year; `past` tells an observation from a forecast.
    """

    fact: str
    by: str
    made: date
    market: str
    kind: _Kind
    year: int
    value: float
    past: bool


@dataclass(frozen=True, kw_only=True)
class Assumed:
    """What no forecast gives, and a study has to assume.

    Args:
        spread: Yearly spread of the logit of the battery share.
        phev_spread: That of plug-in hybrids among the other cars.
        volume_spread: Yearly spread of the logarithm of the volume.
        growth: Yearly growth of the volume where nobody forecasts it.
        freshness: Years before the day in which a forecast must have been made to count, zero or
            more.
        battery_part: Battery cars among those with a plug, 0..1, by market, where a forecast puts
            them together; left out, as in the last known year.
        like: Market whose path another one follows, its logit as far off as in the last known
            year, where nobody forecasts that other one.
        cell_price: Mean cell price by year, EUR/J; left out, there is no such series.
        price_spread: Yearly spread of its logarithm.
        correlation: Of the yearly shocks, as in Outlook.
        regulation: Ways in which the rules may go, as in Outlook.
        revealed: Year in which it is known which.

    Raises:
        DataError: A freshness or a battery part outside its range.
    """

    spread: float
    phev_spread: float = 0.0
    volume_spread: float = 0.0
    growth: float = 0.0
    freshness: float = 3.0
    battery_part: Mapping[str, float] = field(default_factory=dict)
    like: Mapping[str, str] = field(default_factory=dict)
    cell_price: Mapping[int, float] = field(default_factory=dict)
    price_spread: float = 0.0
    correlation: Mapping[tuple[str, str], float] = field(default_factory=dict)
    regulation: tuple[Regulation, ...] = ()
    revealed: int | None = None

    def __post_init__(self) -> None:
        """Refuse parts that are none."""
        problems = [
            f"outlook: battery_part: {market}: {part:g} is outside 0 .. 1"
            for market, part in self.battery_part.items()
            if not 0 <= part <= 1
        ]
        if not self.freshness >= 0:
            problems.append(f"outlook: freshness: {self.freshness:g} years must be zero or more")
        if problems:
            raise DataError(problems)


@dataclass(frozen=True, slots=True)
class Expected:
    """An outlook as of a day, and what it rests on.

    Args:
        outlook: Medians of the forecasts, between years linear in the logit.
        low: (t,) of each share: lowest forecast, interpolated likewise; the median where one
            forecaster speaks alone.
        high: (t,) highest forecast.
        statements: What was used, in the order of markets and years.
        extrapolated: Years of each series beyond the last forecast; its slope goes on.
        borrowed: Market -> the market whose path it follows.
        split: Market -> battery cars among those with a plug, where a forecast had to be split.
    """

    outlook: Outlook
    low: Mapping[str, tuple[float, ...]]
    high: Mapping[str, tuple[float, ...]]
    statements: tuple[Statement, ...]
    extrapolated: Mapping[str, tuple[int, ...]]
    borrowed: Mapping[str, str]
    split: Mapping[str, float]


def statements(facts: Catalogue, vantage: date, history: History) -> tuple[Statement, ...]:
    """Return everything said by the day, the later word of a forecaster in place of the earlier.

    A fact counts if it was made, and its source is dated, no later than the day; an undated source
    does not count. A forecaster is known by the first word of its name, so that an edition of 2019
    replaces that of 2018 where both speak of the same market and year. Forecasts of battery cars,
    of plug-in hybrids and of both together are one word: whatever a newer edition says of them
    replaces all that an older one says.
    """
    newest: dict[tuple[str, str, str, int], dict[_Kind, Statement]] = {}
    found = [*_forecasts(facts, vantage), *_sales(facts, vantage, history)]
    for s in sorted(found, key=lambda s: (s.made, s.fact)):
        topic = "cars" if s.kind == "volume" else "plugs"
        place = ("", s.market, s.kind, s.year) if s.past else (_who(s), s.market, topic, s.year)
        older = newest.get(place, {})
        newest[place] = {k: o for k, o in older.items() if o.made == s.made} | {s.kind: s}
    last = (s for kinds in newest.values() for s in kinds.values())
    return tuple(sorted(last, key=lambda s: (s.market, s.kind, s.year, s.by)))


def _who(said: Statement) -> str:
    return said.by.split()[0]


def _dated(facts: Catalogue, shelf: Shelf[Forecast], id: str, name: str) -> date | None:
    return facts.sources[shelf.origins[id, name].source].made


def _forecasts(facts: Catalogue, vantage: date) -> Iterator[Statement]:
    for f in facts.forecast:
        kind = _KINDS.get(f.quantity)
        value = f.cars if kind == "volume" else f.share
        if kind is None or value is None or f.market is None or f.made > vantage:
            continue
        printed = _dated(facts, facts.forecast, f.id, "cars" if kind == "volume" else "share")
        past = f.target_year < f.made.year
        if printed is not None and printed <= vantage:
            yield Statement(
                f.id, f.forecaster, f.made, f.market, kind, f.target_year, float(value), past
            )


def _sales(facts: Catalogue, vantage: date, history: History) -> Iterator[Statement]:
    kinds: tuple[tuple[_Kind, str], ...] = (
        ("bev", "bev_share"),
        ("phev", "phev_share"),
        ("volume", "cars"),
    )
    for market in facts.market:
        for kind, name in kinds:
            for year, value in getattr(market, name).items():
                key = facts.market.origins[market.id, f"{name}@{year}"].source
                printed = facts.sources[key].made or date.max
                if year < vantage.year and (history is History.AS_REVISED or printed <= vantage):
                    place = f"{market.id}, {name}@{year}"
                    yield Statement(place, key, printed, market.id, kind, year, float(value), True)


def _logit(share: float) -> float:
    inside = min(max(share, _LEAST), 1 - _LEAST)
    return float(np.log(inside / (1 - inside)))


@dataclass(frozen=True, slots=True)
class _Market:
    """What was said about a market: courses of the logit of the battery share and of plug-in
    hybrids among the other cars, and of the logarithm of the volume.
    """

    bev: Course
    rest: Course
    volume: Course
    split: float | None


def _market(name: str, said: Iterable[Statement], vantage: date, part: float | None) -> _Market:
    """Return what was said about a market.

    Raises:
        DataError: No year is known of which both shares and the volume are known; a forecast of
            more battery cars than cars with a plug.
    """
    past: dict[_Kind, dict[int, float]] = {"bev": {}, "phev": {}, "ev": {}, "volume": {}}
    ahead: dict[tuple[str, int], dict[_Kind, float]] = {}
    for s in said:
        if s.past:
            past[s.kind][s.year] = s.value
        else:
            ahead.setdefault((_who(s), s.year), {})[s.kind] = s.value
    both = sorted(set(past["bev"]) & set(past["phev"]))
    if not both or not past["volume"]:
        raise DataError(
            f"outlook: {name}: no share or no volume was known on {vantage}; add a figure from a "
            "source of that time, or take the history as revised"
        )
    last, plug = both[-1], past["bev"][both[-1]] + past["phev"][both[-1]]
    own = past["bev"][last] / plug if plug > 0 else 0.5
    part = own if part is None else part
    found: dict[str, dict[int, list[float]]] = {"bev": {}, "rest": {}, "volume": {}}
    split, problems = None, []
    for (by, year), value in sorted(ahead.items()):
        if year <= last:
            continue
        if "volume" in value:
            found["volume"].setdefault(year, []).append(float(np.log(value["volume"])))
        if "ev" in value and "bev" not in value:
            split = part
            value["bev"] = value["ev"] * part
        if "bev" in value:
            found["bev"].setdefault(year, []).append(_logit(value["bev"]))
        if value.get("bev", 1.0) < 1 and ("ev" in value or "phev" in value):
            phev = value.get("phev", value.get("ev", 0.0) - value["bev"])
            if phev < 0:
                problems.append(
                    f"outlook: {name}: {by} forecast {value['bev']:g} battery cars in {year}, "
                    f"more than {value['ev']:g} with a plug; mend one"
                )
            found["rest"].setdefault(year, []).append(_logit(phev / (1 - value["bev"])))
    if problems:
        raise DataError(problems)
    shares = {y: past["bev"][y] for y in both}
    rests = {y: _logit(past["phev"][y] / (1 - shares[y])) for y in both}
    return _Market(
        course_of({y: _logit(v) for y, v in shares.items()}, found["bev"]),
        course_of(rests, found["rest"]),
        course_of({y: float(np.log(v)) for y, v in past["volume"].items()}, found["volume"]),
        split,
    )


def outlook_of(
    facts: Catalogue,
    markets: Sequence[str],
    vantage: date,
    until: int,
    assumed: Assumed,
    history: History = History.AS_REVISED,
) -> Expected:
    """Return the outlook of markets from the year of the vantage on, as of that day.

    Battery shares, and plug-in hybrids as a share of the other cars, run through the last known
    year and the median of the forecasts of each later year, linear in the logit. Forecasts of all
    cars with a plug are split as assumed. Nothing dated later is looked at.

    Raises:
        DataError: A market that the catalogue lacks, that nothing is known of, or that nobody has
            lately forecast and that follows no other one; a forecast that contradicts itself.
    """
    fresh = _YEAR * assumed.freshness + 0.5  # years have 365 or 366 days
    said = [s for s in statements(facts, vantage, history)
            if s.past or (vantage - s.made).days <= fresh]  # fmt: skip
    years = tuple(range(vantage.year, until + 1))
    problems = [*_unknown(facts, assumed)]
    read: dict[str, _Market] = {}
    for name in dict.fromkeys([*markets, *assumed.like.values()]):
        own = [s for s in said if s.market == facts.market[name].id]
        try:
            read[name] = _market(name, own, vantage, assumed.battery_part.get(name))
        except DataError as error:
            problems += error.problems
    borrowed: dict[str, str] = {}
    for name in (m for m in markets if m in read and len(read[m].bev.years) == read[m].bev.known):
        other = read.get(assumed.like.get(name, ""))
        if other is None or len(other.bev.years) == other.bev.known:
            problems.append(
                f"outlook: {name}: nobody forecast it in the {assumed.freshness:g} years to "
                f"{vantage}; say which market it is like"
            )
        else:
            borrowed[name] = assumed.like[name]
    if problems:
        raise DataError(problems)
    rows = {m: _rows(read[m], read.get(borrowed.get(m, "")), years, assumed) for m in markets}
    return _expected(tuple(markets), years, assumed, rows, (read, borrowed, said))


def _unknown(facts: Catalogue, assumed: Assumed) -> Iterator[str]:
    """Yield the markets of which something is assumed and that the catalogue lacks."""
    for name, markets in (("battery_part", assumed.battery_part), ("like", assumed.like)):
        for market in markets:
            try:
                facts.market[market]
            except DataError as error:
                yield from (f"outlook: {name}: {problem}" for problem in error.problems)


def _rows(
    own: _Market, other: _Market | None, years: Sequence[int], assumed: Assumed
) -> tuple[Array, Array, Array]:
    """Return battery shares (3, t), shares of plug-in hybrids (3, t), and the volume (t,)."""
    logits = [own.bev.at(years), own.rest.at(years)]
    if other is not None:
        for i, (mine, its) in enumerate(((own.bev, other.bev), (own.rest, other.rest))):
            last = [mine.years[mine.known - 1]]
            logits[i] = its.at(years) + mine.at(last)[1] - its.at(last)[1]
    bev = sigmoid(logits[0])
    phev = sigmoid(logits[1]) * (1 - bev[1])
    beyond = np.maximum(np.array(years) - own.volume.years[-1], 0)
    grown = np.interp(years, own.volume.years, own.volume.values[1])
    return bev, phev, np.exp(grown) * (1 + assumed.growth) ** beyond


def _expected(
    markets: tuple[str, ...],
    years: tuple[int, ...],
    assumed: Assumed,
    rows: Mapping[str, tuple[Array, Array, Array]],
    basis: tuple[Mapping[str, _Market], Mapping[str, str], Sequence[Statement]],
) -> Expected:
    """Return the outlook of the rows with what it rests on."""
    read, borrowed, said = basis
    low, high, extrapolated = {}, {}, {}
    made = []
    for name in markets:
        bev, phev, volume = rows[name]
        source = read[borrowed.get(name, name)]
        for kind, values, course in (("bev", bev, source.bev), ("phev", phev, source.rest)):
            low[f"{kind}/{name}"] = tuple(map(float, values[0]))
            high[f"{kind}/{name}"] = tuple(map(float, values[2]))
            extrapolated[f"{kind}/{name}"] = tuple(y for y in years if y > course.years[-1])
        end = read[name].volume.years[-1]
        extrapolated[f"volume/{name}"] = tuple(y for y in years if y > end)
        made.append(
            MarketOutlook(
                name=name,
                bev=tuple(map(float, bev[1])),
                phev=tuple(map(float, phev[1])),
                volume=tuple(map(float, volume)),
                spread=assumed.spread,
                phev_spread=assumed.phev_spread,
                volume_spread=assumed.volume_spread,
            )
        )
    lacking = [y for y in years if assumed.cell_price and y not in assumed.cell_price]
    if lacking:
        raise DataError(f"outlook: cell_price: no price of {', '.join(map(str, lacking))}")
    outlook = Outlook(
        years=years,
        markets=tuple(made),
        cell_price=tuple(assumed.cell_price[y] for y in years) if assumed.cell_price else (),
        price_spread=assumed.price_spread,
        correlation=assumed.correlation,
        regulation=assumed.regulation,
        revealed=assumed.revealed,
    )
    named = {*markets, *borrowed.values()}
    used = tuple(s for s in said if s.market in named)
    split = {m: part for m in sorted(named) if (part := read[m].split) is not None}
    return Expected(outlook, low, high, used, extrapolated, dict(borrowed), split)
