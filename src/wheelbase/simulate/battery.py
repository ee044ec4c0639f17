"""The battery behind its terminals: open-circuit voltage and resistance."""

from typing import Any

from wheelbase.catalogue import Cell

__all__ = ["chemical_power", "resistance_term"]


def resistance_term(cell: Cell, energy: float) -> float:
    """Return k4 = 4 R / U2 of a pack in 1/W.

    With cells of resistance times charge c and voltage v, any connection of them that stores E has
    R / U2 = c / (E v), so the term does not depend on series and parallel counts.
    """
    return 4 * cell.resistance_charge / (energy * cell.nominal_voltage)


def chemical_power(xp: Any, k4: Any, power: Any) -> Any:
    """Return the power U I that leaves the cells for a terminal power, W.

    I = (U - sqrt(U2 - 4 R P)) / (2 R) gives U I = 2 P / (1 + sqrt(1 - k4 P)), which holds for a
    battery without resistance too; the root is held at 0.2, beyond which a pack delivers no more.
    """
    return 2 * power / (1 + xp.sqrt(xp.maximum(1 - k4 * power, 0.04)))
