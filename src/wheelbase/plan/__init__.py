"""What to build, and where? A plan over a scenario tree, with its value, bound and gap."""

from wheelbase.plan.compliance import FleetTarget, premium, target_of
from wheelbase.plan.extensive import LEAVES_OUT, NodePlan, Plan, Status, lp_text, plan
from wheelbase.plan.grow import (
    Grown,
    Stages,
    follow,
    moment_tree,
    share_tree,
)
from wheelbase.plan.model import Offer, Options
from wheelbase.plan.outlook import (
    MarketOutlook,
    Outlook,
    Paths,
    Regulation,
    between_markets,
    paths,
)
from wheelbase.plan.reduce import reduced_tree, reduction
from wheelbase.plan.stability import Round, Stability, stability
from wheelbase.plan.tree import Tree
from wheelbase.plan.vantage import Assumed, Expected, History, Statement, outlook_of

__all__ = [
    "LEAVES_OUT",
    "Assumed",
    "Expected",
    "FleetTarget",
    "Grown",
    "History",
    "MarketOutlook",
    "NodePlan",
    "Offer",
    "Options",
    "Outlook",
    "Paths",
    "Plan",
    "Regulation",
    "Round",
    "Stability",
    "Stages",
    "Statement",
    "Status",
    "Tree",
    "between_markets",
    "follow",
    "lp_text",
    "moment_tree",
    "outlook_of",
    "paths",
    "plan",
    "premium",
    "reduced_tree",
    "reduction",
    "share_tree",
    "stability",
    "target_of",
]
