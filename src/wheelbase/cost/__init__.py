"""What does it cost? Bills, pack prices, investments, and the penalty of the flexible platform."""

from wheelbase.cost.advantage import Valued, gained
from wheelbase.cost.basis import Basis, weakest
from wheelbase.cost.bill import LEAVES_OUT, Bill, Overheads, Priced, price
from wheelbase.cost.book import Driven, OwnedLine
from wheelbase.cost.component import Line, Part, glider_of, line, parts_of
from wheelbase.cost.customer import Customer, Payment, customer, monthly_payment
from wheelbase.cost.invest import (
    Precedent,
    Rung,
    annual,
    annuity_factor,
    break_even_penalty,
    ladder,
    per_car,
)
from wheelbase.cost.learning import Experience, batch_average, learned
from wheelbase.cost.many import Costs, price_many
from wheelbase.cost.ownership import Ownership, Purchase, ownership
from wheelbase.cost.pack import Anchor, PackPath, PathName, own_path, pack_path
from wheelbase.cost.penalty import Pair, Penalty, PenaltyPart, Swing, pair_of, penalty, swings
from wheelbase.cost.programme import Charge, Product, Programme, programme, taken_off
from wheelbase.cost.share import (
    Fitted,
    Piece,
    SharedCost,
    Version,
    by_need,
    by_volume,
    commonality,
    further_cost,
    pieces,
    share_matrix,
    shared_cost,
    split_cost,
    versions,
)
from wheelbase.cost.worth import GIVEN, Worth, worth_of

__all__ = [
    "GIVEN",
    "LEAVES_OUT",
    "Anchor",
    "Basis",
    "Bill",
    "Charge",
    "Costs",
    "Customer",
    "Driven",
    "Experience",
    "Fitted",
    "Line",
    "Overheads",
    "OwnedLine",
    "Ownership",
    "PackPath",
    "Pair",
    "Part",
    "PathName",
    "Payment",
    "Penalty",
    "PenaltyPart",
    "Piece",
    "Precedent",
    "Priced",
    "Product",
    "Programme",
    "Purchase",
    "Rung",
    "SharedCost",
    "Swing",
    "Valued",
    "Version",
    "Worth",
    "annual",
    "annuity_factor",
    "batch_average",
    "break_even_penalty",
    "by_need",
    "by_volume",
    "commonality",
    "customer",
    "further_cost",
    "gained",
    "glider_of",
    "ladder",
    "learned",
    "line",
    "monthly_payment",
    "own_path",
    "ownership",
    "pack_path",
    "pair_of",
    "parts_of",
    "penalty",
    "per_car",
    "pieces",
    "price",
    "price_many",
    "programme",
    "share_matrix",
    "shared_cost",
    "split_cost",
    "swings",
    "taken_off",
    "versions",
    "weakest",
    "worth_of",
]
