"""What does it cost? Bills, pack prices, investments, and the penalty of the flexible platform."""

from wheelbase.cost.basis import Anchor, Basis, PackPath, learned, pack_path
from wheelbase.cost.bill import LEAVES_OUT, Bill, Priced, price
from wheelbase.cost.component import Line, Part, line, parts_of
from wheelbase.cost.invest import (
    Precedent,
    Rung,
    annual,
    annuity_factor,
    break_even_penalty,
    ladder,
    per_block,
    per_car,
)
from wheelbase.cost.penalty import CustomerValues, Measured, Penalty, PenaltyPart, penalty
from wheelbase.cost.programme import Charge, Product, Programme, programme

__all__ = [
    "LEAVES_OUT",
    "Anchor",
    "Basis",
    "Bill",
    "Charge",
    "CustomerValues",
    "Line",
    "Measured",
    "PackPath",
    "Part",
    "Penalty",
    "PenaltyPart",
    "Precedent",
    "Priced",
    "Product",
    "Programme",
    "Rung",
    "annual",
    "annuity_factor",
    "break_even_penalty",
    "ladder",
    "learned",
    "line",
    "pack_path",
    "parts_of",
    "penalty",
    "per_block",
    "per_car",
    "price",
    "programme",
]
