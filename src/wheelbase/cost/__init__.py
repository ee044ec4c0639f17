"""What does it cost? Bills, pack prices, investments, and the penalty of the flexible platform."""

from wheelbase.cost.basis import Basis, learned
from wheelbase.cost.bill import LEAVES_OUT, Bill, Overheads, Priced, price
from wheelbase.cost.component import Line, Part, glider_of, line, parts_of
from wheelbase.cost.invest import annuity_factor, break_even_penalty, per_block
from wheelbase.cost.pack import Anchor, PackPath, PathName, own_path, pack_path
from wheelbase.cost.penalty import Pair, Penalty, PenaltyPart, Swing, pair_of, penalty, swings
from wheelbase.cost.worth import GIVEN, Worth, worth_of

__all__ = [
    "GIVEN",
    "LEAVES_OUT",
    "Anchor",
    "Basis",
    "Bill",
    "Line",
    "Overheads",
    "PackPath",
    "Pair",
    "Part",
    "PathName",
    "Penalty",
    "PenaltyPart",
    "Priced",
    "Swing",
    "Worth",
    "annuity_factor",
    "break_even_penalty",
    "glider_of",
    "learned",
    "line",
    "own_path",
    "pack_path",
    "pair_of",
    "parts_of",
    "penalty",
    "per_block",
    "price",
    "swings",
    "worth_of",
]
