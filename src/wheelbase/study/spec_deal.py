"""The part of a study file that says with whom: deals and the makers that take part."""

from typing import Annotated, Literal

from wheelbase.study.field import (
    AssumedCars,
    AssumedMoney,
    AssumedShare,
    Id,
    Model,
    Text,
)
from wheelbase.study.quantity import Known

__all__ = ["DealSpec", "PartnerSpec"]


class PartnerSpec(Model):
    """A partner of a deal: the catalogue partner, and cars of the shared part over its life."""

    partner: Annotated[str, Known("partner")]
    volume: AssumedCars


class DealSpec(Model):
    """A co-development of one component with a pooled purchase."""

    type: Literal["codevelop"]
    label: Text
    component: Text
    partners: dict[Id, PartnerSpec]
    development: AssumedMoney
    coordination: AssumedShare
    application: AssumedMoney
    tooling: AssumedMoney
    first_cost: AssumedMoney
    first_volume: AssumedCars
    learning_rate: AssumedShare
    pooled: AssumedShare
