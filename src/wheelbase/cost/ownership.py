"""Total cost of ownership: what a buyer pays for a car over the years that it is held."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import floor

from wheelbase.catalogue import Catalogue
from wheelbase.cost.book import Book, Driven, OwnedLine, Span, times
from wheelbase.errors import DataError
from wheelbase.prices import Prices

__all__ = ["AS_USUAL", "Ownership", "Purchase", "kept_fields", "ownership", "share_kept"]

_KNOWN = 4.0  # years after which the catalogue knows what a car is worth


@dataclass(frozen=True, slots=True)
class Purchase:
    """How a car is bought; what is left None is the catalogue's.

    Args:
        years: How long it is held and financed.
        deposit: Share of the price with tax that is paid at once.
        residual: Share of the price with tax that it is worth at the end.
        rate: Effective rate of the loan a year, nominal.
    """

    years: float | None = None
    deposit: float | None = None
    residual: float | None = None
    rate: float | None = None


AS_USUAL = Purchase()
"""All as the catalogue has it."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """What a buyer pays for a car over the years that it is held.

    Args:
        market: Where.
        year: Year of purchase.
        years: How long it is held.
        distance: Driven in all, m.
        lines: What it consists of.
        held: Prices that the catalogue has for other years only, in words.
        spread: Years that it is held, each discounted to the day of purchase.
        energy_by: Fuel and electricity together by the year whose prices hold, EUR.
    """

    market: str
    year: int
    years: float
    distance: float
    lines: tuple[OwnedLine, ...]
    held: tuple[str, ...]
    spread: float
    energy_by: Mapping[int, float] = field(repr=False)

    @property
    def total(self) -> float:
        """Sum of the lines, EUR."""
        return sum(line.cost for line in self.lines)

    @property
    def span(self) -> tuple[float, float]:
        """Least and greatest, all lines at their edge together."""
        return sum(line.low for line in self.lines), sum(line.high for line in self.lines)

    @property
    def per_distance(self) -> float:
        """EUR per m driven."""
        return self.total / self.distance

    @property
    def energy(self) -> float:
        """Fuel and electricity, EUR."""
        return sum(line.cost for line in self.lines if line.name in ("fuel", "electricity"))

    @property
    def running(self) -> float:
        """What is paid year by year as one even amount of the same present value, EUR a year."""
        return sum(line.cost for line in self.lines if line.running) / self.spread

    @property
    def total_by(self) -> Mapping[int, float]:
        """The total by the year whose prices of energy hold, all else unchanged, EUR."""
        rest = self.total - self.energy
        return {year: rest + energy for year, energy in self.energy_by.items()}

    def line(self, name: str) -> OwnedLine | None:
        """Return a line by its name; None where there is none."""
        return next((line for line in self.lines if line.name == name), None)


def ownership(
    net_price: Span,
    driven: Driven,
    market: str,
    year: int,
    facts: Catalogue,
    prices: Prices,
    purchase: Purchase = AS_USUAL,
) -> Ownership:
    """Return the total cost of ownership of a car bought new.

    Price with tax, purchase tax or less subsidy, energy and upkeep and taxes of every year
    discounted to its middle, less what the car is sold for at the end. Prices of energy stay those
    of the year of purchase, in real money; the share of the price that the car keeps is nominal,
    so inflation takes a part of it. What a loan costs is not in it: the discount rate is the cost
    of the buyer's money, borrowed or not.

    Args:
        net_price: Price without taxes, low base high, EUR of the base year.
        driven: What the car needs.
        market: "de", "gb", "us" or "cn".
        year: Year of purchase.
        facts: The catalogue.
        prices: Way to EUR of the base year.
        purchase: How long it is held, and what it is worth then.

    Raises:
        DataError: No such market, no price of what the car runs on, or years beyond which nothing
            is known of what it is worth.
    """
    book, over = Book(facts, prices, market, year), _over(facts, purchase)
    lines = (*_bought(book, net_price, driven), *_run(book, driven, over))
    at = sorted({*book.price_years(), year})
    return Ownership(
        market=market,
        year=year,
        years=over.years,
        distance=over.yearly * over.years,
        lines=(*lines, _sold(book, net_price, driven, over, purchase.residual)),
        held=book.held,
        spread=over.spread,
        energy_by={n: _energy_at(book, driven, over.yearly * over.spread, n) for n in at},
    )


@dataclass(frozen=True, slots=True)
class _Over:
    """The years that a car is held: how many, each discounted, m a year, worth of an end price."""

    years: float
    weights: tuple[float, ...]
    yearly: float
    end: float

    @property
    def spread(self) -> float:
        """Sum of the years, each discounted."""
        return sum(self.weights)


def _over(facts: Catalogue, purchase: Purchase) -> _Over:
    buyers = facts.customer_value
    yearly, years = buyers["yearly-distance"].length, purchase.years
    years = buyers["years-held"].years if years is None else years
    rate, inflation = buyers["buyers-rate"].factor, buyers["inflation"].factor
    assert yearly is not None and years is not None
    assert rate is not None and inflation is not None
    if years <= 0:
        raise DataError(f"term: {years:g} years; give a month or more")
    end = ((1 + rate) * (1 + inflation)) ** -years
    return _Over(years, tuple(_weights(years, rate)), yearly, end)


def _weights(years: float, rate: float) -> Iterator[float]:
    """Yield each year held, the last one in part, discounted to its middle."""
    for n in range(floor(years)):
        yield (1 + rate) ** -(n + 0.5)
    if part := years - floor(years):
        yield part * (1 + rate) ** -(floor(years) + part / 2)


def _kind(driven: Driven) -> str:
    return "electric" if driven.fuel == "electricity" else "combustion"


def _bought(book: Book, net_price: Span, driven: Driven) -> Iterator[OwnedLine]:
    """Yield what is paid at once: price with tax, purchase tax or subsidy."""
    vat = book.fact.vat
    yield book.line("price with tax", times(net_price, 1 + vat), f"{vat:.0%} tax", "vat")
    if driven.energy[1] > 0:
        electric = driven.fuel == "electricity"
        yield from _subsidy(book, "subsidy" if electric else "subsidy_hybrid")
    else:
        yield from _purchase_tax(book, net_price)


def _run(book: Book, driven: Driven, over: _Over) -> Iterator[OwnedLine]:
    """Yield what is paid year by year: energy, tax, insurance, upkeep."""
    kind, distance = _kind(driven), over.yearly * over.spread
    yield from _energy(book, driven, distance)
    yield _tax(book, kind, over.weights)
    insurance = times(book.figure("insurance"), over.spread)
    yield book.line("insurance", insurance, "a year", "insurance", running=True)
    name = f"maintenance_{kind}"
    upkeep = times(book.figure(name), distance)
    yield book.line("upkeep", upkeep, "service, tyres, wear", name, running=True)


def _sold(
    book: Book, net_price: Span, driven: Driven, over: _Over, given: float | None
) -> OwnedLine:
    """Return what the car is sold for at the end."""
    gross, kind = net_price[1] * (1 + book.fact.vat), _kind(driven)
    low, base, high = times(share_kept(book, kind, over.years, given), gross * over.end)
    text = f"{base / gross / over.end:.0%} of the price, in money of that year"
    fields = ("vat",) if given is not None else kept_fields(kind, over.years)
    return book.line("sold at the end", (-high, -base, -low), text, *fields)


def share_kept(book: Book, kind: str, years: float, given: float | None) -> Span:
    """Return which share of its price a car is worth at the end; `given` where a study says so.

    The catalogue knows it after four years; every year more or less moves it by the same points.

    Raises:
        DataError: So many or so few years that nothing or more than the price would be left.
    """
    if given is not None:
        return given, given, given
    moved = book.fact.residual_yearly * (_KNOWN - years)
    low, base, high = (share + moved for share in book.figure(f"residual_{kind}"))
    if not 0 <= base <= 1:
        raise DataError(
            f"term: after {years:g} years {base:.0%} of the price would be left; give a residual, "
            f"or a term nearer to {_KNOWN:g} years"
        )
    return max(low, 0.0), base, min(high, 1.0)


def kept_fields(kind: str, years: float) -> tuple[str, ...]:
    """Return the figures of a market that the share kept at the end rests on."""
    return (f"residual_{kind}", *(() if years == _KNOWN else ("residual_yearly",)))


def _tax(book: Book, kind: str, weights: tuple[float, ...]) -> OwnedLine:
    """Return the yearly tax of every year in which the car is held, discounted."""
    begins = book.fact.electric_taxed_from
    total, fields = (0.0, 0.0, 0.0), []
    for n, weight in enumerate(weights):
        taxed = kind == "electric" and begins is not None and book.year + n >= begins
        name = "tax_combustion" if taxed else f"tax_{kind}"
        low, base, high = times(book.figure(name), weight)
        total = (total[0] + low, total[1] + base, total[2] + high)
        fields += [name, "electric_taxed_from"] if taxed else [name]
    return book.line("tax", total, "a year", *dict.fromkeys(fields), running=True)


def _purchase_tax(book: Book, net_price: Span) -> Iterator[OwnedLine]:
    """Yield the tax on buying a car without a plug, where there is one."""
    if book.fact.purchase_tax is None:
        return
    low, share, high = book.figure("purchase_tax")
    costs = (net_price[0] * low, net_price[1] * share, net_price[2] * high)
    yield book.line("purchase tax", costs, f"{share:.0%} of the net price", "purchase_tax")


def _subsidy(book: Book, name: str) -> Iterator[OwnedLine]:
    """Yield the purchase subsidy, as of the last year up to this one in which it is known."""
    known = [year for year in getattr(book.fact, name) if year <= book.year]
    cars = "battery cars" if name == "subsidy" else "plug-in hybrids"
    if not known:
        book.hold(f"no subsidy of {cars} is known up to {book.year}: none is counted")
        return
    last = max(known)
    if last != book.year:
        book.hold(f"subsidy of {cars} of {last} taken for {book.year}")
    field = f"{name}@{last}"
    least, value, most = book.figure(field)
    yield book.line("subsidy", (-most, -value, -least), book.page(field), field)


def _energy(book: Book, driven: Driven, distance: float) -> Iterator[OwnedLine]:
    """Yield fuel and electricity over a discounted distance, m."""
    if driven.volume[1] > 0:
        field = book.series(driven.fuel)
        text = f"{driven.fuel}, money of the year of purchase"
        costs = times(driven.volume, book.figure(field)[1] * distance)
        yield book.line("fuel", costs, text, field, running=True)
    if driven.energy[1] > 0:
        at_home, in_public = book.series("electricity"), book.series("charging")
        home, away = book.figure(at_home)[1], book.figure(in_public)[1]
        low, base, high = (s * away + (1 - s) * home for s in book.figure("public_share"))
        low, high = min(low, high), max(low, high)
        costs = (low * driven.energy[0], base * driven.energy[1], high * driven.energy[2])
        text = "at home, and a part at fast chargers"
        fields = (at_home, in_public, "public_share")
        costs = times(costs, distance)
        yield book.line("electricity", costs, text, *fields, running=True)


def _energy_at(book: Book, driven: Driven, distance: float, year: int) -> float:
    """Return fuel and electricity at the prices of one year, each the nearest that is known."""
    total = 0.0
    if driven.volume[1] > 0:
        total += driven.volume[1] * book.figure(book.nearest(driven.fuel, year))[1]
    if driven.energy[1] > 0:
        home, away = (
            book.figure(book.nearest(name, year))[1] for name in ("electricity", "charging")
        )
        share = book.fact.public_share
        total += driven.energy[1] * (share * away + (1 - share) * home)
    return total * distance
