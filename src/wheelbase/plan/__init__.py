"""What to build, and where? A plan over a scenario tree, with its value, bound and gap."""

from wheelbase.plan.compliance import FleetTarget, premium, target_of
from wheelbase.plan.model import Offer, Options
from wheelbase.plan.tree import Tree, share_tree
from wheelbase.plan.verb import LEAVES_OUT, NodePlan, Plan, Status, lp_text, plan

__all__ = [
    "LEAVES_OUT",
    "FleetTarget",
    "NodePlan",
    "Offer",
    "Options",
    "Plan",
    "Status",
    "Tree",
    "lp_text",
    "plan",
    "premium",
    "share_tree",
    "target_of",
]
