"""What the new cell of a study does to its segments: the key `new_cell`."""

from typing import Any

from wheelbase.study.load import Costed
from wheelbase.study.side_by_side import compare_studies

__all__ = ["new_cell_tree"]


def new_cell_tree(costed: Costed) -> dict[str, Any]:
    """Return under `new_cell` the study beside itself with its new cell, as `compare` does.

    Empty where the study names none, or where its segments hold that cell already.

    Raises:
        FitError: A platform does not carry what the study puts on it.
    """
    spec = costed.spec
    trains = dict.fromkeys(train for s in spec.segments.values() for train, *_ in s.cars.values())
    batteries = {train: spec.powertrains[train].battery for train in trains}
    held = {train: battery.cell for train, battery in batteries.items() if battery}
    changes = {
        f"powertrains.{train}.battery.cell": spec.new_cell
        for train, cell in held.items()
        if spec.new_cell is not None and cell != spec.new_cell
    }
    if not changes:
        return {}
    names = (", ".join(dict.fromkeys(held.values())), str(spec.new_cell))
    changed = costed.set({path: str(cell) for path, cell in changes.items()})
    return {"new_cell": compare_studies(names, (costed, changed))}
