"""The study file: every key that a study may hold, what it measures, and what it defaults to."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from wheelbase import units
from wheelbase.catalogue import HARD_POINTS, cycle_names
from wheelbase.study.quantity import Assumed, Given, Known, Measure, Named, unknown
from wheelbase.units import Quantity, parse

__all__ = [
    "BaseSpec",
    "BatterySpec",
    "BlockSpec",
    "BodySpec",
    "CustomerSpec",
    "DealSpec",
    "DecideSpec",
    "DemandSpec",
    "FinanceSpec",
    "HardPointSpec",
    "LaunchSpec",
    "Model",
    "PackageSpec",
    "PartnerSpec",
    "PlanSpec",
    "PlatformSpec",
    "PowertrainSpec",
    "Request",
    "StudySpec",
    "TargetSpec",
    "request",
]

_Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
_Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]


def _day(value: object) -> date:
    if not isinstance(value, str):
        raise ValueError("write a day as 2019-11-14")
    return date.fromisoformat(value)


def _hard_point(name: str) -> str:
    if name not in HARD_POINTS:
        raise ValueError(unknown("hard_point", name, HARD_POINTS))
    return name


def _cycle(name: str) -> str:
    if name not in cycle_names():
        raise ValueError(unknown("cycle", name, cycle_names()))
    return name


def _whole_sum(shares: dict[str, float]) -> dict[str, float]:
    total = 100 * sum(shares.values())
    if abs(total - 100) > 1e-7:
        raise ValueError(f"the shares sum to {total:g} %; {100 - total:+g} % are missing")
    return shares


@dataclass(frozen=True, slots=True)
class Request:
    """What a battery is asked for: a range in m, an energy in J, or neither for what fits."""

    range: float | None = None
    energy: float | None = None


def request(text: object) -> Request:
    """Return what `text` ("440 km", "80 kWh", "fit") asks of a battery.

    Raises:
        ValueError: Neither a length nor an energy with a unit.
    """
    if text == "fit":
        return Request()
    for name, hint in (("range", units.Length), ("energy", units.Energy)):
        try:
            return Request(**{name: parse(str(text), _quantity(hint))})
        except ValueError:
            continue
    raise ValueError(f"'{text}' asks for no battery; write '440 km', '80 kWh' or 'fit'")


def _measure(hint: object) -> Measure:
    return Measure(_quantity(hint))


def _quantity(hint: object) -> Quantity:
    quantity = hint.__metadata__[0]  # type: ignore[attr-defined]
    assert isinstance(quantity, Quantity)
    return quantity


_HardPoint = Annotated[str, AfterValidator(_hard_point)]
_Body = Annotated[str, Named("bodies")]
_Powertrain = Annotated[str, Named("powertrains")]
_Platform = Annotated[str, Named("platforms")]
_Length = Annotated[float, _measure(units.Length)]
_Area = Annotated[float, _measure(units.Area)]
_Volume = Annotated[float, _measure(units.Volume)]
_Mass = Annotated[float, _measure(units.Mass)]
_Power = Annotated[float, _measure(units.Power)]
_Ratio = Annotated[float, _measure(units.Ratio)]
_Time = Annotated[float, _measure(units.Time)]
_Share = Annotated[float, _measure(units.Share)]
_Years = Annotated[float, Measure(Quantity("number of years", "yr", low=1, high=40, whole=True))]
_Capacity = Annotated[float, _measure(units.CarsPerYear)]
_Whole = Annotated[float, Measure(Quantity("count", "-", low=1, high=100_000, whole=True))]

_Blocks = Annotated[float, Measure(Quantity("count", "-", low=0, high=1000, whole=True))]

_Money = Given(Quantity("money", "EUR", low=0))
_AssumedMoney = Annotated[Assumed, _Money]
_Pinned = Annotated[Assumed, Given(_quantity(units.Length), bare=True)]
_AssumedShare = Annotated[Assumed, Given(_quantity(units.Share))]
_AssumedRate = Annotated[Assumed, Given(Quantity("rate", "-", low=0, high=0.5))]
_AssumedFactor = Annotated[Assumed, Given(Quantity("factor", "-", low=0))]
_AssumedYears = Annotated[Assumed, Given(Quantity("number of years", "yr", low=1, high=40))]
_AssumedCapacity = Annotated[Assumed, Given(_quantity(units.CarsPerYear))]
_AssumedCars = Annotated[Assumed, Given(_quantity(units.Cars))]
_AssumedMoneyPerYear = Annotated[Assumed, Given(Quantity("money per year", "EUR/yr", low=0))]
_PerRange = Annotated[Assumed, Given(Quantity("money per range", "EUR/m", low=0))]
_PerBoot = Annotated[Assumed, Given(Quantity("money per boot volume", "EUR/m3", low=0))]


class Model(BaseModel):
    """A part of the study file: frozen, no key that is not named here."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class BaseSpec(Model):
    """The day from which the study looks, its money and its seed."""

    date: Annotated[date, BeforeValidator(_day)]
    currency: Annotated[str, StringConstraints(pattern=r"^EUR(19|20)\d\d$")]
    seed: int = Field(default=7, ge=0, le=2**31)

    @property
    def year(self) -> int:
        """Price year of every EUR of the study."""
        return int(self.currency[3:])


class BodySpec(Model):
    """A body: a catalogue body, and what differs from it."""

    extends: Annotated[str, Known("body", "builtin/")]
    label: _Text | None = None
    L101: _Length | None = None
    L103: _Length | None = None
    W103: _Length | None = None
    H100: _Length | None = None
    H156: _Length | None = None
    tyre_radius: _Length | None = None
    drag: _Ratio | None = None
    area: _Area | None = None
    rolling: _Ratio | None = None
    H30: _Length | None = None
    headroom: _Length | None = None
    boot: _Volume | None = None
    payload: _Mass | None = None


class BatterySpec(Model):
    """A battery: its cell, and how much of it - a range, an energy, or as much as fits."""

    cell: Annotated[str, Known("cell")]
    request: Annotated[Request, BeforeValidator(request)]


class PowertrainSpec(Model):
    """A powertrain composed of catalogue parts."""

    kind: Literal["ice", "phev", "bev"]
    label: _Text | None = None
    drive: Literal["fwd", "rwd", "awd"]
    engine: Annotated[str, Known("engine")] | None = None
    gearbox: Annotated[str, Known("gearbox")] | None = None
    final_drive: _Ratio | None = None
    tank: _Volume | None = None
    rear: Annotated[str, Known("drive_unit")] | None = None
    front: Annotated[str, Known("drive_unit")] | None = None
    battery: BatterySpec | None = None
    charger: _Power | None = None

    @model_validator(mode="after")
    def _complete(self) -> "PowertrainSpec":
        burns, drives = self.kind != "bev", self.kind != "ice"
        wanted = {"engine": burns, "gearbox": burns, "tank": burns, "battery": drives}
        odd = [
            f"{'needs' if want else 'has no'} {key}"
            for key, want in wanted.items()
            if want != (getattr(self, key) is not None)
        ]
        if drives != bool(self.rear or self.front):
            odd.append("needs a drive unit, rear or front" if drives else "has no drive unit")
        if self.battery and self.battery.request.range and burns:
            odd.append("asks its battery for an energy or 'fit', not for a range")
        if odd:
            raise ValueError(f"a powertrain of kind {self.kind} {', '.join(odd)}")
        return self


class HardPointSpec(Model):
    """Which hard points are common to all powertrains, tooled per family, free, or given."""

    common: tuple[_HardPoint, ...] = ()
    tooled: dict[_Id, tuple[_HardPoint, ...]] = Field(default_factory=dict)
    free: tuple[_HardPoint, ...] = ()
    pinned: dict[_HardPoint, _Pinned] = Field(default_factory=dict)


class BlockSpec(Model):
    """A line block: how many cars it adds a year and what it costs."""

    size: _Capacity
    invest: _AssumedMoney
    fixed: _AssumedMoneyPerYear
    most: _Whole = 10.0


class LaunchSpec(Model):
    """A platform that does not run yet: lead, life, development, and the line blocks it needs."""

    lead: _Years
    life: _AssumedYears
    development: _AssumedMoney
    block: BlockSpec


class PlatformSpec(Model):
    """A platform: which bodies and powertrains it carries and which hard points are common."""

    kind: Literal["flexible", "bespoke"]
    label: _Text | None = None
    layout: Literal["longitudinal", "transverse", "electric"]
    floor: Literal["carry-over", "variant", "flat"]
    bodies: Annotated[tuple[_Body, ...], Field(min_length=1)]
    powertrains: Annotated[tuple[_Powertrain, ...], Field(min_length=1)]
    hard_points: HardPointSpec = Field(default_factory=HardPointSpec)
    launch: Literal["running"] | LaunchSpec = "running"


class DemandSpec(Model):
    """What the maker sells a year: volume, share of battery cars by year, and the rest."""

    market: Annotated[str, Known("market", "builtin/")]
    label: _Text
    volume: _AssumedCapacity
    bev_share: dict[int, _AssumedShare]
    spread: _AssumedFactor
    bodies: Annotated[dict[_Body, _Share], AfterValidator(_whole_sum)]
    rest: Annotated[dict[_Powertrain, _Share], AfterValidator(_whole_sum)]
    contribution: _AssumedMoney
    regulated: _AssumedShare


class CustomerSpec(Model):
    """What a buyer pays for what a platform gives, and what a mixed line costs."""

    range: _PerRange
    boot: _PerBoot
    cabin: _PerRange
    mixed_line: _AssumedMoney
    compatibility: _AssumedMoney


class PartnerSpec(Model):
    """A partner of a deal: the catalogue partner, and cars of the shared part over its life."""

    partner: Annotated[str, Known("partner")]
    volume: _AssumedCars


class DealSpec(Model):
    """A co-development of one component with a pooled purchase."""

    type: Literal["codevelop"]
    label: _Text
    component: _Text
    partners: dict[_Id, PartnerSpec]
    development: _AssumedMoney
    coordination: _AssumedShare
    application: _AssumedMoney
    tooling: _AssumedMoney
    first_cost: _AssumedMoney
    first_volume: _AssumedCars
    learning_rate: _AssumedShare
    pooled: _AssumedShare


class TargetSpec(Model):
    """What every car of the study must reach; left out means no target.

    The slope is that to pull away on at gross mass. Drive units of the powertrains named in `sized`
    are scaled until acceleration and slope are just reached; those of the others stay as chosen.
    """

    acceleration_0_100: _Time | None = None
    boot: _Volume | None = None
    payload: _Mass | None = None
    gradeability: _Share | None = None
    sized: tuple[_Powertrain, ...] = ()

    @model_validator(mode="after")
    def _to_something(self) -> "TargetSpec":
        if self.sized and self.acceleration_0_100 is None and self.gradeability is None:
            raise ValueError(
                "sized: needs a target to size to; add acceleration_0_100 or gradeability"
            )
        return self


class FinanceSpec(Model):
    """The cost of capital (real, before tax) and how far the study looks."""

    wacc: _AssumedRate
    first: int = Field(ge=1990, le=2100)
    last: int = Field(ge=1990, le=2100)
    terminal: _AssumedYears


class PlanSpec(Model):
    """The scenario tree, blocks already promised, and the limits of the solver."""

    stages: tuple[int, ...]
    branches: int = Field(default=3, ge=2, le=5)
    flexible_capacity: _AssumedCapacity
    least_blocks: _Blocks = 0.0
    gap: _Share
    limit: _Time


class DecideSpec(Model):
    """How many draws test the answer."""

    draws: _Whole = 200.0


class PackageSpec(Model):
    """A study file that asks only what fits: bodies, powertrains, platforms."""

    wheelbase: Literal[1]
    name: _Id
    title: _Text
    question: Literal["fit", "which", "when", "whom"] = "when"
    base: BaseSpec
    bodies: dict[_Id, BodySpec]
    powertrains: dict[_Id, PowertrainSpec]
    platforms: dict[_Id, PlatformSpec]
    cycles: tuple[Annotated[str, AfterValidator(_cycle)], ...] = ("wltc_class3b",)
    targets: TargetSpec = Field(default_factory=TargetSpec)


class StudySpec(PackageSpec):
    """A whole study file."""

    flexible: _Platform
    bespoke: _Platform
    electric: _Powertrain
    demand: DemandSpec
    customer: CustomerSpec
    pack_price: Literal["forecasts-2019"]
    deals: dict[_Id, DealSpec] = Field(default_factory=dict)
    rules: Annotated[str, Known("fleet_rule", "builtin/")]
    finance: FinanceSpec
    plan: PlanSpec
    decide: DecideSpec = Field(default_factory=DecideSpec)
