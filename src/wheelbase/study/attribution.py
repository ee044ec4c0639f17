"""Why one car costs less than another: a change of direct cost, shared out among its causes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from wheelbase.catalogue import Body, Powertrain
from wheelbase.cost import Basis, price
from wheelbase.integrate import Variant, curb_masses
from wheelbase.partner import coalitions, shapley

__all__ = ["CAUSES", "State", "attribute"]

CAUSES = ("platform", "cell price", "battery size", "cell", "drive unit", "other parts' prices")
"""Causes of a change of direct cost, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class State:
    """A car as it was priced at one time.

    Args:
        car: A battery car.
        cells: Year of its cells' price.
        parts: Year of all other prices.
    """

    car: Variant
    cells: int
    parts: int


@dataclass(frozen=True, slots=True)
class _Mixed:
    """A car put together from two."""

    id: str
    body: Body
    powertrain: Powertrain
    masses: Mapping[str, float]
    battery_energy: float


def attribute(before: State, after: State, basis: Basis) -> dict[str, float]:
    """Return what each cause contributes to the change of direct cost, EUR; they sum to it.

    Every cause is switched from before to after in every order, and its effects are averaged, so
    no order is preferred. The platform is the body, its hard points and what it weighs with one
    and the same battery and drive; cells, their price and the size of the battery are causes of
    their own, with the structure and axles that their weight asks for, so no platform is credited
    with cheaper cells, nor charged with more of them.

    Args:
        before: The car and its prices before.
        after: The car and its prices after.
        basis: Facts, price year, pack price path.

    Source: Shapley, A value for n-person games, 1953; Shorrocks, Decomposition procedures for
    distributional analysis, 2013.
    """
    start = _cost(frozenset(), before, after, basis)
    values = {c: _cost(frozenset(c), before, after, basis) - start for c in coalitions(CAUSES)}
    return shapley(CAUSES, values)


def _cost(switched: frozenset[str], before: State, after: State, basis: Basis) -> float:
    """Return the direct cost of the car in which only these causes have changed, EUR."""

    def of(cause: str) -> State:
        return after if cause in switched else before

    drive, made = of("drive unit").car.powertrain, of("platform").car
    train = replace(drive, cell=of("cell").car.powertrain.cell)
    energy = of("battery size").car.battery_energy
    masses = curb_masses(made.fit, made.platform, made.body, train, energy, basis.facts)
    car = _Mixed("mixed", made.body, train, masses, energy)
    parts = price(car, of("other parts' prices").parts, basis)
    cells = price(car, of("cell price").cells, basis)
    return parts.direct - parts.pack + cells.pack
