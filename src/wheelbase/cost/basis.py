"""What prices are counted in: base year, pack price path, and the volumes that parts learn by."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from wheelbase.catalogue import STATUSES, Catalogue, Group
from wheelbase.cost.learning import Experience
from wheelbase.cost.pack import PackPath
from wheelbase.errors import DataError
from wheelbase.prices import Money, Prices

__all__ = ["Basis", "firmness", "weakest"]


@dataclass(frozen=True, slots=True)
class Basis:
    """Everything that a price depends on besides the car.

    Args:
        facts: Cost equations and learning classes.
        prices: Way to EUR of the base year.
        pack: Pack price path.
        volumes: Volumes by which groups of parts learn; the others learn with time.
    """

    facts: Catalogue = field(repr=False)
    prices: Prices = field(repr=False)
    pack: PackPath = field(repr=False)
    volumes: tuple[Experience, ...] = ()

    def __post_init__(self) -> None:
        """Refuse two clocks for one group."""
        counted = [group for e in self.volumes for group in e.groups]
        twice = sorted({g for g in counted if counted.count(g) > 1})
        if twice:
            raise DataError(f"volumes: {', '.join(twice)} learn by two; give each group one clock")

    def experience(self, group: Group) -> Experience | None:
        """Return the volumes by which a group learns; None where it learns with time."""
        return next((e for e in self.volumes if group in e.groups), None)


def weakest(statuses: Iterable[str]) -> str:
    """Return the least firm of some statuses."""
    return max(statuses, key=STATUSES.index)


def firmness(facts: Catalogue, prices: Prices, amounts: Iterable[Money]) -> tuple[str, ...]:
    """Return the status of each deflator and rate that brings amounts to EUR of the base year."""
    rows = {row: None for money in amounts for row in prices.rows(money)}
    return tuple(facts.currency.origins[row].status for row in rows)
