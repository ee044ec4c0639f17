"""The study file: every key that a study of cost, or a whole one, may hold."""

from typing import Annotated, Literal

from pydantic import Field

from wheelbase.study.field import AssumedPerEnergy, Id, Platform, Powertrain
from wheelbase.study.quantity import Known
from wheelbase.study.spec_car import PackageSpec
from wheelbase.study.spec_deal import DealSpec
from wheelbase.study.spec_money import (
    CustomerSpec,
    DecideSpec,
    DemandSpec,
    FinanceSpec,
    PlanSpec,
    SegmentSpec,
    VolumeSpec,
)

__all__ = ["CostSpec", "StudySpec"]


class CostSpec(PackageSpec):
    """A study file that asks what cars cost: a package, pack prices, segments to compare."""

    pack_price: (
        Literal["forecasts", "survey", "batpac"]
        | Annotated[dict[int, AssumedPerEnergy], Field(min_length=1)]
    ) = "forecasts"
    segments: dict[Id, SegmentSpec] = Field(default_factory=dict)
    customer: CustomerSpec | None = None
    volumes: dict[Id, VolumeSpec] = Field(default_factory=dict)


class StudySpec(CostSpec):
    """A whole study file; `maker` is the partner of its deals that asks."""

    flexible: Platform
    bespoke: Platform
    electric: Powertrain
    demand: DemandSpec
    customer: CustomerSpec
    maker: Id | None = None
    deals: dict[Id, DealSpec] = Field(default_factory=dict)
    rules: Annotated[str, Known("fleet_rule", "builtin/")]
    finance: FinanceSpec
    plan: PlanSpec
    decide: DecideSpec = Field(default_factory=DecideSpec)
