"""The part of a study file that says what is sold, what buyers pay, and how it is decided."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from wheelbase.catalogue import Group
from wheelbase.study.field import (
    AssumedCapacity,
    AssumedFactor,
    AssumedLearning,
    AssumedPart,
    AssumedPrice,
    AssumedReturn,
    AssumedShare,
    AssumedSomeCapacity,
    AssumedSomeCars,
    AssumedYears,
    Blocks,
    Body,
    Id,
    Limit,
    Model,
    PerRange,
    PerTime,
    PerVolume,
    Platform,
    Powertrain,
    Rate,
    Share,
    Term,
    Text,
    Whole,
    Years,
    whole_sum,
)
from wheelbase.study.quantity import Known

__all__ = [
    "CustomerSpec",
    "DecideSpec",
    "DemandSpec",
    "FinanceSpec",
    "MarketSpec",
    "OutlookSpec",
    "PlanSpec",
    "PlantSpec",
    "PurchaseSpec",
    "RegulationSpec",
    "SegmentSpec",
    "VolumeSpec",
]


class DemandSpec(Model):
    """What the maker sells a year: volume, share of battery cars by year, and the rest."""

    market: Annotated[str, Known("market", "builtin/")]
    label: Text
    volume: AssumedSomeCapacity
    bev_share: dict[int, AssumedPart]
    spread: AssumedFactor
    bodies: Annotated[dict[Body, Share], AfterValidator(whole_sum)]
    rest: Annotated[dict[Powertrain, Share], AfterValidator(whole_sum)]
    contribution: AssumedPrice
    regulated: AssumedShare


class CustomerSpec(Model):
    """What a mixed line and compatibility cost, and what buyers pay where a study knows better.

    Left out, range, acceleration, space and the years of saved energy are the catalogue's.
    """

    mixed_line: AssumedPrice
    compatibility: AssumedPrice
    range: PerRange | None = None
    space: PerVolume | None = None
    acceleration: PerTime | None = None
    saving_years: AssumedYears | None = None


class PurchaseSpec(Model):
    """How a customer buys: term, deposit and residual as shares of the price with tax, rate.

    What is left out is the catalogue's, of each market. The rate is effective, a year.
    """

    term: Term | None = None
    deposit: Share | None = None
    residual: Share | None = None
    rate: Rate | None = None

    @model_validator(mode="after")
    def _leaves_something(self) -> "PurchaseSpec":
        deposit, residual = self.deposit or 0.0, self.residual or 0.0
        if deposit + residual > 1:
            raise ValueError(
                f"deposit {deposit:.0%} and residual {residual:.0%} are more than the price "
                "together; lower one of them"
            )
        return self


class VolumeSpec(Model):
    """Volumes by which groups of parts learn, instead of with time.

    Partners' units count where a deal says so: with `deal` those of its other partners, spread
    over `over` years, in the share that it pools. `shared` is that share of `partners` without one.
    """

    groups: Annotated[tuple[Group, ...], Field(min_length=1)]
    start: int = Field(ge=1990, le=2100)
    first: AssumedSomeCars
    own: AssumedCapacity
    learning_rate: AssumedLearning
    partners: AssumedCapacity | None = None
    deal: Id | None = None
    over: Years = 8.0
    shared: AssumedShare | None = None
    industry: AssumedCapacity | None = None
    seen: AssumedShare | None = None
    scale: AssumedShare | None = None
    reference: AssumedSomeCapacity | None = None

    @model_validator(mode="after")
    def _once(self) -> "VolumeSpec":
        if self.partners is not None and self.deal is not None:
            raise ValueError("partners: are given and come from the deal; give one of them")
        if self.shared is not None and self.partners is None:
            raise ValueError("shared: is a share of partners; a deal says itself what it pools")
        if (self.scale is None) != (self.reference is None):
            raise ValueError("scale: needs the reference volume at which prices hold, and back")
        return self


class SegmentSpec(Model):
    """A segment: one battery car in one body, on a flexible and on a bespoke platform.

    `net_price` is what a car of the segment costs before value added tax.
    """

    body: Body
    flexible: Platform
    bespoke: Platform
    electric: Powertrain
    net_price: AssumedPrice

    @property
    def cars(self) -> dict[str, tuple[str, str, str]]:
        """Powertrain, platform and body of both cars, "flexible" first."""
        return {
            "flexible": (self.electric, self.flexible, self.body),
            "bespoke": (self.electric, self.bespoke, self.body),
        }


class FinanceSpec(Model):
    """The cost of capital (real, before tax) and how far the study looks."""

    wacc: AssumedReturn
    first: int = Field(ge=1990, le=2100)
    last: int = Field(ge=1990, le=2100)
    terminal: AssumedYears


class PlantSpec(Model):
    """A plant by department; what it builds, all bodies where none is named.

    Paint and assembly are as large as the body shop where they are left out; overtime is a share
    of assembly.
    """

    label: Text | None = None
    body: AssumedCapacity
    paint: AssumedCapacity | None = None
    assembly: AssumedCapacity | None = None
    overtime: AssumedShare | None = None
    overtime_cost: AssumedPrice | None = None
    bodies: tuple[Body, ...] = ()
    most: Blocks = 0.0

    @model_validator(mode="after")
    def _paid(self) -> "PlantSpec":
        if (self.overtime is None) != (self.overtime_cost is None):
            raise ValueError("overtime: needs overtime_cost, what it costs per car, and back")
        return self


class MarketSpec(Model):
    """A market of the maker: part of its volume, whether its cars count under the fleet rule.

    `like` is the market whose forecasts it follows where nobody has forecast it.
    """

    part: AssumedShare
    regulated: bool = False
    like: Annotated[str, Known("market", "builtin/")] | None = None


class RegulationSpec(Model):
    """One way in which the fleet rule may go, and by how much it lifts the logit of the share."""

    rules: Annotated[str, Known("fleet_rule", "builtin/")]
    probability: AssumedShare
    lift: AssumedFactor


class OutlookSpec(Model):
    """Markets apart, as known on the day of the study: shares, volumes, cell price, regulation.

    Battery shares are the forecasts of the day, their logit shifted alike in all markets so that
    the maker's mean is the study's `bev_share`. Spreads are yearly: of a logit, or of a logarithm.

    Args:
        markets: Markets with their part of the maker's volume; the parts sum to one.
        history: Past years as printed by the day, or as revised later.
        correlation: Of the yearly shocks of the battery shares of two markets.
        plug_in_spread: Of plug-in hybrids among the cars that are not battery electric.
        volume_spread: Of the volume.
        price_spread: Of the battery price.
        borne: Part of a change of the battery price that the maker bears.
        regulation: Ways in which the rule may go, the standing one first.
        revealed: Stage in which it is known which.
        leaves: Leaves of the tree.
        paths: Fresh futures on which it is tested.
    """

    markets: Annotated[
        dict[Annotated[str, Known("market", "builtin/")], MarketSpec], Field(min_length=1)
    ]
    history: Literal["published", "revised"] = "published"
    correlation: AssumedShare
    plug_in_spread: AssumedFactor
    volume_spread: AssumedFactor
    price_spread: AssumedFactor
    borne: AssumedShare
    regulation: dict[Id, RegulationSpec] = Field(default_factory=dict)
    revealed: int | None = None
    leaves: int = Field(default=24, ge=2, le=1000)
    paths: int = Field(default=200, ge=50, le=2000)


class PlanSpec(Model):
    """The scenario tree, plants, blocks already promised, and the limits of the solver.

    Without an outlook one share of all markets branches `branches` times at each stage. Without
    plants, one of the maker's volume stands for all; `risk` weighs the mean of the worst tenth of
    the futures.
    """

    stages: tuple[int, ...]
    branches: int = Field(default=3, ge=2, le=5)
    outlook: OutlookSpec | None = None
    flexible_capacity: AssumedCapacity
    plants: dict[Id, PlantSpec] = Field(default_factory=dict)
    risk: Share = 0.0
    least_blocks: Blocks = 0.0
    gap: Share
    limit: Limit


class DecideSpec(Model):
    """How many draws test the answer, and in which years the programme may be decided."""

    draws: Whole = 200.0
    earliest: int | None = None
    latest: int | None = None
