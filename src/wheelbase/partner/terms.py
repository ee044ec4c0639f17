"""What every deal is: makers with volumes, a value for each group of them, prices in between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Protocol

from wheelbase.errors import DataError

__all__ = ["Deal", "Interval", "Member", "refuse"]


@dataclass(frozen=True, slots=True)
class Member:
    """A maker in a deal and the units that it needs over the life of the programme."""

    id: str
    volume: float


@dataclass(frozen=True, slots=True)
class Interval:
    """A price between two makers at which both gain; where floor > ceiling there is no deal.

    Args:
        label: What is paid for.
        unit: "EUR" per unit, or "-" for a share.
        floor: The least that the seller takes.
        ceiling: The most that the buyer pays: its break-even.
        floor_is: What the floor consists of, in words.
        ceiling_is: What the ceiling consists of, in words.
        seller: Who is paid.
        buyer: Who pays.
    """

    label: str
    unit: str
    floor: float
    ceiling: float
    floor_is: str
    ceiling_is: str
    seller: str
    buyer: str

    @property
    def is_open(self) -> bool:
        """Whether there is a price at which both gain."""
        return self.ceiling > self.floor


class Deal(Protocol):
    """Terms between makers; any group of them has a value, so every deal is a cooperative game."""

    @property
    def id(self) -> str:
        """Name of the deal."""
        ...

    def value(self, members: Sequence[Member]) -> float:
        """Return what these makers together gain over going alone, EUR."""
        ...

    def contracts(self, members: Sequence[Member]) -> Mapping[str, Mapping[str, float]]:
        """Return the gain of each maker under the contracts that suit this deal, EUR."""
        ...

    def intervals(self, members: Sequence[Member]) -> Sequence[Interval]:
        """Return the prices at which both sides gain."""
        ...

    def problems(self, members: Sequence[Member]) -> Sequence[str]:
        """Return what keeps these makers from having this deal."""
        ...


def refuse(deal: Deal, amounts: Sequence[str], shares: Sequence[str] = ()) -> None:
    """Refuse terms that are no terms: negative or endless amounts, shares above one.

    Raises:
        DataError: Every such term at once.
    """
    problems = [
        f"deal {deal.id}: {name} {getattr(deal, name):g} must not be negative or endless"
        for name in (*amounts, *shares)
        if not (isfinite(getattr(deal, name)) and getattr(deal, name) >= 0)
    ]
    problems += [
        f"deal {deal.id}: {name} {getattr(deal, name):g} is outside 0 .. 1"
        for name in shares
        if getattr(deal, name) > 1
    ]
    if problems:
        raise DataError(problems)
