"""The part of a study file that says with whom: deals and the makers that take part."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from wheelbase.catalogue import Catalogue
from wheelbase.study.field import (
    AssumedCars,
    AssumedFactor,
    AssumedMoney,
    AssumedPrice,
    AssumedShare,
    AssumedWorth,
    AssumedYears,
    Id,
    Model,
    Text,
    Version,
    Whole,
)
from wheelbase.study.quantity import Known
from wheelbase.study.spec_car import BaseSpec

__all__ = [
    "AllianceSpec",
    "CoDevelopSpec",
    "DealSpec",
    "InvestSpec",
    "LicenceSpec",
    "PartnerSpec",
    "SupplySpec",
    "TableSpec",
]


class PartnerSpec(Model):
    """A partner of a deal: of the catalogue, or by a label; cars of the shared part over its life.

    A label names a partner that the catalogue does not hold.
    """

    partner: Annotated[str, Known("partner")] | None = None
    label: Text | None = None
    volume: AssumedCars

    @model_validator(mode="after")
    def _named(self) -> "PartnerSpec":
        if (self.partner is None) == (self.label is None):
            raise ValueError("name one: `partner`, of the catalogue, or `label`, any other one")
        return self

    def name(self, facts: Catalogue) -> str:
        """Return what the partner is called."""
        return self.label or facts.partner[str(self.partner)].name


class _Deal(Model):
    label: Text
    component: Text
    partners: dict[Id, PartnerSpec]


class CoDevelopSpec(_Deal):
    """A co-development of one component with a pooled purchase.

    `fitted` says how many units a car of each powertrain has; with it the deal is a source that
    the plan may choose.
    """

    type: Literal["codevelop"]
    fitted: dict[Id, Annotated[int, Field(ge=1, le=16)]] = Field(default_factory=dict)
    production: Literal["separate", "joint"] = "separate"
    development: AssumedMoney
    coordination: AssumedShare
    application: AssumedMoney
    tooling: AssumedMoney
    tooling_scale: AssumedShare | None = None
    first_cost: AssumedPrice
    first_volume: AssumedCars
    learning_rate: AssumedShare
    pooled: AssumedShare


class SupplySpec(_Deal):
    """A supply of engines or drive units at a price to be found."""

    type: Literal["supply"]
    supplier: Id
    unit_cost: AssumedPrice
    line: AssumedMoney
    adaptation: AssumedMoney
    capacity: AssumedCars
    buyer_development: AssumedMoney
    buyer_line: AssumedMoney
    buyer_unit_cost: AssumedPrice
    take_or_pay: AssumedShare


class LicenceSpec(_Deal):
    """The licence of a platform; a fee that is not known is left out, never assumed."""

    type: Literal["licence"]
    licensor: Id
    access_fee: AssumedMoney | None = None
    fee: AssumedPrice | None = None
    own_development: AssumedMoney
    own_unit_cost: AssumedPrice
    lead_saved: AssumedYears
    year_worth: AssumedMoney
    top_hat: AssumedMoney
    modules: AssumedPrice
    support: AssumedMoney
    lost_sales: AssumedPrice


class InvestSpec(_Deal):
    """A stake of one maker in another; the target stands for its owners."""

    type: Literal["invest"]
    investor: Id
    target: Id
    control: bool
    stake: AssumedShare
    worth: AssumedWorth
    premium: AssumedFactor
    investor_synergy: AssumedMoney
    target_synergy: AssumedMoney
    integration: AssumedMoney
    arms_length: AssumedShare


class TableSpec(_Deal):
    """A deal whose gains are given, one for each group written as 'bmw + jlr'."""

    type: Literal["table"]
    values: dict[str, AssumedMoney]


DealSpec = Annotated[
    CoDevelopSpec | SupplySpec | LicenceSpec | InvestSpec | TableSpec, Field(discriminator="type")
]
"""Terms of a deal by its type."""


class AllianceSpec(Model):
    """A study file that asks with whom: deals alone, no cars."""

    wheelbase: Version
    name: Id
    title: Text
    question: Literal["whom"]
    base: BaseSpec
    deals: Annotated[dict[Id, DealSpec], Field(min_length=1)]
    draws: Whole = 200
