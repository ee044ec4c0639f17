"""What does it cost? Bills, pack prices, investments, and the penalty of the flexible platform."""

from wheelbase.cost.basis import Anchor, Basis, PackPath, learned, pack_path
from wheelbase.cost.bill import LEAVES_OUT, Bill, Priced, price
from wheelbase.cost.component import Line, Part, line, parts_of
from wheelbase.cost.invest import annuity_factor, break_even_penalty, per_block
from wheelbase.cost.penalty import CustomerValues, Measured, Penalty, PenaltyPart, penalty

__all__ = [
    "LEAVES_OUT",
    "Anchor",
    "Basis",
    "Bill",
    "CustomerValues",
    "Line",
    "Measured",
    "PackPath",
    "Part",
    "Penalty",
    "PenaltyPart",
    "Priced",
    "annuity_factor",
    "break_even_penalty",
    "learned",
    "line",
    "pack_path",
    "parts_of",
    "penalty",
    "per_block",
    "price",
]
