"""With whom? Deals between makers as cooperative games: what is gained, and who gets it."""

from wheelbase.partner.alliance import (
    LEAVES_OUT,
    Alliance,
    Robustness,
    Sharing,
    ally,
    robustness,
    sample,
)
from wheelbase.partner.anchors import Anchor, anchors
from wheelbase.partner.deal import (
    CoDevelop,
    fixed_cost,
    partner_volumes,
    programme_cost,
    unit_programme,
)
from wheelbase.partner.game import (
    Coalition,
    LeastCore,
    Sampled,
    coalitions,
    complete,
    core_slack,
    cover,
    least_core,
    sampled_shapley,
    shapley,
)
from wheelbase.partner.nucleolus import is_nucleolus, nucleolus
from wheelbase.partner.stake import Invest, Table
from wheelbase.partner.terms import Deal, Interval, Member
from wheelbase.partner.trade import Licence, Supply

__all__ = [
    "LEAVES_OUT",
    "Alliance",
    "Anchor",
    "CoDevelop",
    "Coalition",
    "Deal",
    "Interval",
    "Invest",
    "LeastCore",
    "Licence",
    "Member",
    "Robustness",
    "Sampled",
    "Sharing",
    "Supply",
    "Table",
    "ally",
    "anchors",
    "coalitions",
    "complete",
    "core_slack",
    "cover",
    "fixed_cost",
    "is_nucleolus",
    "least_core",
    "nucleolus",
    "partner_volumes",
    "programme_cost",
    "robustness",
    "sample",
    "sampled_shapley",
    "shapley",
    "unit_programme",
]
