"""The study file: every key that a study of cost, or a whole one, may hold."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from wheelbase.study.field import AssumedPerEnergy, CellName, Id, Platform, Powertrain
from wheelbase.study.quantity import Known
from wheelbase.study.spec_car import PackageSpec
from wheelbase.study.spec_deal import DealSpec
from wheelbase.study.spec_money import (
    CustomerSpec,
    DecideSpec,
    DemandSpec,
    FinanceSpec,
    PlanSpec,
    PurchaseSpec,
    SegmentSpec,
    VolumeSpec,
)

__all__ = ["CostSpec", "StudySpec"]


_PackYear = Annotated[int, Field(ge=2000, le=2100)]


def _given(value: Any) -> str:
    """Return which of the two ways a pack price is given in: by name or by year."""
    return "years" if isinstance(value, dict) else "path"


class CostSpec(PackageSpec):
    """A study file that asks what cars cost: a package, pack prices, segments to compare."""

    pack_price: Annotated[
        Annotated[Literal["forecasts", "survey", "batpac"], Tag("path")]
        | Annotated[dict[_PackYear, AssumedPerEnergy], Field(min_length=1), Tag("years")],
        Discriminator(_given),
    ] = "forecasts"
    segments: dict[Id, SegmentSpec] = Field(default_factory=dict)
    customer: CustomerSpec | None = None
    purchase: PurchaseSpec = Field(default_factory=PurchaseSpec)
    volumes: dict[Id, VolumeSpec] = Field(default_factory=dict)
    new_cell: CellName | None = None


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
