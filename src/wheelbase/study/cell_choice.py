"""Which cell each platform would choose if it were free to, and what that is worth."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from wheelbase.catalogue import Cell
from wheelbase.cost import Basis, price
from wheelbase.errors import FitError
from wheelbase.fit import fit
from wheelbase.integrate import Targets, Variant, integrate
from wheelbase.study.load import Costed
from wheelbase.study.placing import variant_id

__all__ = ["CellChoice", "cell_choice"]


@dataclass(frozen=True, slots=True)
class CellChoice:
    """What each platform saves with the cheapest cell that it can hold for the same range.

    Args:
        cells: "flexible" and "bespoke" to the cell chosen.
        saved: The same to what it saves against the segment's own cell, EUR per car; direct cost.
        held: The same to every cell that goes in, with the direct cost of the car.
    """

    cells: Mapping[str, str]
    saved: Mapping[str, float]
    held: Mapping[str, Mapping[str, float]]

    @property
    def gain(self) -> float:
        """What the bespoke platform saves more by its choice, EUR per car."""
        return self.saved["bespoke"] - self.saved["flexible"]


def cell_choice(
    costed: Costed, segment: str, variants: Mapping[str, Variant], basis: Basis, year: int
) -> CellChoice:
    """Return the cells that the platforms of a segment would choose among those of the year.

    Every format of the catalogue that is on sale by then is tried for the same range; a cell that
    does not go in, or not enough of it, is no choice. The price of a cell knows no platform.
    """
    spec = costed.spec.segments[segment]
    cells: dict[str, str] = {}
    saved: dict[str, float] = {}
    held: dict[str, Mapping[str, float]] = {}
    for side, name in spec.cars.items():
        car = variants[variant_id(*name)]
        own = car.powertrain.cell
        assert own is not None
        costs = {own.id: price(car, year, basis).direct}
        for cell in costed.facts.cell:
            if cell.is_format and cell.id != own.id and cell.available_from <= year:
                found = _with(costed, car, cell)
                if found is not None:
                    costs[cell.id] = price(found, year, basis).direct
        cells[side] = min(costs, key=lambda id: costs[id])
        saved[side] = costs[own.id] - costs[cells[side]]
        held[side] = costs
    return CellChoice(cells, saved, held)


def _with(costed: Costed, car: Variant, cell: Cell) -> Variant | None:
    """Return the car with another cell and the same range, or None where it does not go in."""
    train = replace(car.powertrain, cell=cell)
    share = cell.usable_share / (car.powertrain.cell or cell).usable_share
    room = fit(car.platform, car.body, train, costed.facts).energy_fit
    if room < 0.9 * car.battery_energy / share:  # a heavier or lighter cell moves it by less
        return None
    try:
        targets = Targets(range=car.range, cycles=())
        return integrate(car.platform, car.body, train, targets, costed.facts)
    except FitError:
        return None
