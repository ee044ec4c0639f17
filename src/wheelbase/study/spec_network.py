"""The study file that asks where: plants, products, and what it costs to link them."""

from typing import Annotated, Literal

from pydantic import Field

from wheelbase.study.field import (
    AssumedCapacity,
    AssumedFactor,
    AssumedMoney,
    AssumedPrice,
    AssumedRate,
    AssumedShare,
    AssumedYears,
    Id,
    Model,
    Text,
    Version,
    Whole,
)
from wheelbase.study.quantity import Known, Named
from wheelbase.study.spec_car import BaseSpec

__all__ = ["CorrelationSpec", "LinkSpec", "NetworkSpec", "PlantSpec", "ProductSpec"]

_Plant = Annotated[str, Named("plants")]
_Product = Annotated[str, Named("products")]


class PlantSpec(Model):
    """A plant: that of the catalogue, or one of its own with a capacity and what it builds.

    It builds for its `region` alone where one is named; `never` are products that it cannot be made
    to build at any cost.
    """

    label: Text | None = None
    plant: Annotated[str, Known("plant")] | None = None
    capacity: AssumedCapacity | None = None
    builds: tuple[_Product, ...] | None = None
    never: tuple[_Product, ...] = ()
    region: Id | None = None


class ProductSpec(Model):
    """A family of models: its demand a year, what a car of it earns, what it stands on.

    `series` are the series of the catalogue that it holds, `platform` and `group` free names: a
    link costs less where a plant builds the platform already, and demand moves with its group.
    `region` is where it is sold; no plant of another region can build it.
    """

    label: Text
    series: tuple[Annotated[str, Known("model_series")], ...] = ()
    platform: Id
    group: Id | None = None
    region: Id | None = None
    mean: AssumedCapacity
    spread: AssumedShare
    margin: AssumedPrice


class LinkSpec(Model):
    """What one more link costs once, and how it is paid for."""

    same_platform: AssumedMoney
    other_platform: AssumedMoney
    loss: AssumedShare
    wacc: AssumedRate
    life: AssumedYears


class CorrelationSpec(Model):
    """How demands move together: of any two products, and of two of one group."""

    all: AssumedShare
    group: AssumedShare


class NetworkSpec(Model):
    """A study file that asks where to build what: plants and products alone, no cars."""

    wheelbase: Version
    name: Id
    title: Text
    question: Literal["where"]
    base: BaseSpec
    plants: Annotated[dict[Id, PlantSpec], Field(min_length=1)]
    products: Annotated[dict[Id, ProductSpec], Field(min_length=1)]
    links: LinkSpec
    correlation: CorrelationSpec
    cut: AssumedFactor
    designs: dict[Id, dict[_Plant, tuple[_Product, ...]]] = Field(default_factory=dict)
    draws: Whole = 4000
    search: Whole = 1000
    proof: Annotated[int, Field(ge=0, le=200)] = 0
