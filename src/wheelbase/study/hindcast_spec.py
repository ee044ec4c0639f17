"""Pre-registered inputs of the hindcasts: what was known on a day, with dated documents.

A document dated after the vantage, or not at all, is refused in the strict tier. The engineering
tier holds the penalty alone: nothing else may come from later.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import numpy as np
from pydantic import AfterValidator, Field, ValidationError, model_validator

from wheelbase.catalogue.source import last_day
from wheelbase.decide import Case, Failure, Varied
from wheelbase.errors import DataError
from wheelbase.study.field import Model, day
from wheelbase.study.load import bundled
from wheelbase.study.read import Document, Path_, read
from wheelbase.units import Quantity, parse, parse_money

__all__ = [
    "OUTCOMES",
    "PACK",
    "SHARE",
    "TIERS",
    "Assumption",
    "AssumptionsSpec",
    "CaseSpec",
    "CommonSpec",
    "DocumentSpec",
    "Documented",
    "EngineeringSpec",
    "FailureSpec",
    "Registered",
    "StrictSpec",
    "case_of",
    "hindcasts",
    "load_model",
    "register",
    "span",
]

OUTCOMES = "outcomes.yaml"
"""Name of the file of what happened; nothing in this module opens it."""
TIERS = ("strict", "engineering")
_COMMON = "common.yaml"

_M = TypeVar("_M", bound=Model)
_Cell = str | int | float
_CARS = Quantity("cars per year", "car/yr", low=0, open_low=True)
SHARE = Quantity("share", "-", low=0, high=1)
_MONEY = Quantity("money", "EUR", low=0)
_QUANTITIES = {
    "cars": _CARS,
    "block_size": _CARS,
    "bev_share": SHARE,
    "penalty": Quantity("money", "EUR"),
    "block_cost": _MONEY,
    "development": _MONEY,
    "lead": Quantity("number of years", "yr", low=1, high=15),
    "spread": Quantity("factor", "-", low=0),
    "compatibility": _MONEY,
    "margin": _MONEY,
    "flexible_share": SHARE,
    "upkeep": SHARE,
    "life": Quantity("number of years", "yr", low=1, high=40),
    "wacc": Quantity("rate", "-", low=0, high=0.5),
    "terminal": Quantity("number of years", "yr", low=0, high=40),
}
PACK = Quantity("money per energy", "EUR/J", low=0, open_low=True)
_SHOWN = {"car/yr": "k/yr", "EUR": "EUR", "yr": "yr", "-": "-"}


def _share(text: str) -> str:
    parse(text, SHARE)
    return text


def _day(text: str) -> str:
    day(text)
    return text


_Share = Annotated[str, AfterValidator(_share)]


class DocumentSpec(Model):
    """What somebody wrote, and when; a year or a month means its last day."""

    date: _Cell | None = None
    source: str = Field(min_length=1)
    says: _Cell


class Assumption(Model):
    """A figure with its interval and where it comes from."""

    value: _Cell
    low: _Cell
    high: _Cell
    note: str = Field(min_length=1)


class Documented(Assumption):
    """A figure with its interval and the dated documents behind it."""

    documents: Annotated[tuple[DocumentSpec, ...], Field(min_length=1)]


class StrictSpec(Model):
    """What documents of the day gave."""

    cars: Documented
    bev_share: Annotated[dict[int, Documented], Field(min_length=2)]
    penalty: Documented
    block_size: Documented
    block_cost: Documented
    development: Documented
    lead: Documented
    pack_price: dict[int, Documented] = Field(default_factory=dict)


class EngineeringSpec(Model):
    """What cost relations measured later say of the technology of the day: the penalty alone."""

    penalty: Documented


class CaseSpec(Model):
    """One decision of one maker, as it stood on a day."""

    hindcast: Literal["case"]
    maker: str
    label: str
    question: str
    vantage: Annotated[str, AfterValidator(_day)]
    vantage_is: str
    failure: str
    strict: StrictSpec
    engineering: EngineeringSpec | None = None
    engineering_missing: str | None = None

    @model_validator(mode="after")
    def _either(self) -> "CaseSpec":
        if (self.engineering is None) == (self.engineering_missing is None):
            raise ValueError("give engineering, or engineering_missing with the reason")
        return self

    @property
    def day(self) -> date:
        """The day after which nothing may be known."""
        return day(self.vantage)


class AssumptionsSpec(Model):
    """Choices of the model that are the same for every maker."""

    spread: Assumption
    compatibility: Assumption
    margin: Assumption
    flexible_share: Assumption
    upkeep: Assumption
    life: Assumption
    wacc: Assumption
    terminal: Assumption


class FailureSpec(Model):
    """By what every forecast is judged."""

    within: int = Field(ge=1)
    least: _Share
    at_once: _Share
    text: str


class CommonSpec(Model):
    """What all hindcasts share."""

    hindcast: Literal["common"]
    registered: str
    draws: int = Field(ge=500)
    seed: int
    years: int = Field(ge=5, le=40)
    horizon: int = Field(ge=3)
    trigger: _Share
    assumptions: AssumptionsSpec
    failure: FailureSpec
    not_scored: dict[str, str] = Field(default_factory=dict)

    @property
    def rule(self) -> Failure:
        """The failure rule in numbers."""
        least, at_once = (parse(t, SHARE) for t in (self.failure.least, self.failure.at_once))
        return Failure(self.failure.within, least, at_once)


@dataclass(frozen=True, slots=True)
class Registered:
    """All pre-registered inputs, and the SHA-256 of the files that hold them."""

    common: CommonSpec
    cases: Mapping[str, CaseSpec]
    hash: str
    folder: Path
    documents: Mapping[str, Document] = field(repr=False)


def hindcasts() -> Path:
    """Return the folder of the bundled hindcasts."""
    return next(iter(bundled().values())).parent / "hindcast"


def register(folder: Path) -> Registered:
    """Return the inputs of a folder: `common.yaml` and one file for each decision.

    The file of outcomes is not opened, and is no part of the hash.

    Raises:
        DataError: Every problem: keys, figures, and documents that are undated or too late.
    """
    files = [p for p in sorted(folder.glob("*.yaml")) if p.name != OUTCOMES]
    if folder / _COMMON not in files:
        raise DataError(f"{folder}: no {_COMMON}; it holds what all hindcasts share")
    digest = hashlib.sha256()
    documents: dict[str, Document] = {}
    for path in files:
        documents[path.stem] = read(path)
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    common = load_model(CommonSpec, documents["common"])
    cases = {
        id: load_model(CaseSpec, document) for id, document in documents.items() if id != "common"
    }
    problems = [*_figures(documents["common"], common.assumptions, ("assumptions",))]
    for id, spec in cases.items():
        problems += _figures(documents[id], spec.strict, ("strict",))
        problems += _dates(documents[id], spec)
        if spec.engineering:
            problems += _figures(documents[id], spec.engineering, ("engineering",))
    if problems:
        raise DataError(problems)
    return Registered(common, cases, digest.hexdigest(), folder, documents)


def load_model(kind: type[_M], document: Document) -> _M:
    """Return a document as a model.

    Raises:
        DataError: Every key that is missing, unknown or of the wrong kind.
    """
    try:
        return kind.model_validate(document.data)
    except ValidationError as error:
        raise DataError(
            [f"{document.place(e['loc'])}: {what[0].lower()}{what[1:]}; correct it"
             for e in error.errors() if (what := e["msg"].removeprefix("Value error, "))]
        ) from None  # fmt: skip


def _each(spec: Model, path: Path_) -> Iterator[tuple[Path_, str, Assumption]]:
    """Yield place, name and figure of a part of a file."""
    for name in type(spec).model_fields:
        found = getattr(spec, name)
        items = found.items() if isinstance(found, dict) else [(None, found)]
        for year, figure in items:
            yield (*path, name, *([] if year is None else [str(year)])), name, figure


def _figures(document: Document, spec: Model, path: Path_) -> Iterator[str]:
    """Yield what is wrong with figures: units, ranges, and the order of an interval."""
    for place, name, figure in _each(spec, path):
        try:
            low, value, high = (_packs if name == "pack_price" else span)(name, figure)
        except ValueError as error:
            yield f"{document.place(place)}: {error}"
            continue
        if not low <= value <= high:
            yield f"{document.place(place)}: low, value and high are not in order; sort them"
        if name == "bev_share" and not 0 < low <= high < 1:
            yield f"{document.place(place)}: a share lies between 0 and 1, both left out; change it"
        if name == "block_size" and low != high:
            yield f"{document.place(place)}: a block has one size; give low, value and high alike"


def span(name: str, figure: Assumption) -> tuple[float, float, float]:
    """Return low, value and high of a figure in the unit of the code."""
    quantity = _QUANTITIES[name]
    low, value, high = (parse(str(v), quantity) for v in (figure.low, figure.value, figure.high))
    return low, value, high


def _packs(_: str, figure: Assumption) -> tuple[float, float, float]:
    """Return low, value and high of a pack price in the money that it was published in, per J."""
    found, money = [], set()
    for text in (figure.low, figure.value, figure.high):
        number, _, unit = str(text).partition(" ")
        paid = parse_money(float(number), unit, PACK)
        if paid.year is None or not np.isfinite(paid.amount):
            raise ValueError(f"'{text}' has no price year; write it as '{number} USD2019/kWh'")
        found.append(paid.amount)
        money.add((paid.currency, paid.year))
    if len(money) > 1:
        raise ValueError("low, value and high are in different money; take one price year")
    low, value, high = found
    return low, value, high


def _dates(document: Document, spec: CaseSpec) -> Iterator[str]:
    """Yield the documents that are undated, and in the strict tier those after the vantage."""
    for tier, part in (("strict", spec.strict), ("engineering", spec.engineering)):
        for place, _, figure in _each(part, (tier,)) if part else ():
            assert isinstance(figure, Documented)
            for n, behind in enumerate(figure.documents):
                where = document.place((*place, "documents", n))
                try:
                    made = last_day("" if behind.date is None else str(behind.date))
                except ValueError:
                    yield f"{where}: date {behind.date!r} is none; write it as 2019-11-14"
                    continue
                if made is None:
                    yield f"{where}: {behind.source} is undated; find its date or leave it out"
                elif tier == "strict" and made > spec.day:
                    yield (
                        f"{where}: {behind.source} is dated {made}, after {spec.day}; "
                        "take what was known by then"
                    )


def case_of(common: CommonSpec, spec: CaseSpec, tier: str) -> Case:
    """Return the case of a tier, "strict" or "engineering", ready to be forecast.

    Raises:
        DataError: The tier is not there.
    """
    if tier not in TIERS or (tier == "engineering" and spec.engineering is None):
        raise DataError(f"{spec.label}: no tier {tier!r}; {spec.engineering_missing or TIERS}")
    years = tuple(range(spec.day.year + 1, spec.day.year + 1 + common.years))
    ranges: dict[str, Varied] = {}
    parts: tuple[Model, ...] = (common.assumptions, spec.strict)
    if tier == "engineering" and spec.engineering:
        parts = (*parts, spec.engineering)
    for part in parts:
        for _, name, figure in _each(part, ()):
            if name not in ("bev_share", "pack_price", "block_size"):
                unit = _SHOWN[_QUANTITIES[name].unit]
                ranges[name] = Varied(name, name, unit, *span(name, figure))
    low, value, high = (_path(spec.strict.bev_share, years, side) for side in range(3))
    ranges["mean_share"] = Varied("mean_share", "battery share", "%", low, value, high, 100.0)
    return Case(
        years=years,
        ranges=ranges,
        block_size=span("block_size", spec.strict.block_size)[1],
        trigger=parse(common.trigger, SHARE),
        draws=common.draws,
        seed=common.seed,
    )


def _path(points: Mapping[int, Documented], years: tuple[int, ...], side: int) -> Any:
    """Return a share for every year: its logit straight between the given ones, level after."""
    at = sorted(points)
    shares = np.array([span("bev_share", points[y])[side] for y in at])
    logit = np.interp(years, at, np.log(shares / (1 - shares)))
    return 1 / (1 + np.exp(-logit))
