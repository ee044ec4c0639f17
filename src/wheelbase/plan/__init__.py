"""What to build, and where? A plan over a scenario tree, with its value, bound and gap."""

from wheelbase.plan.compliance import FleetTarget, premium, target_of
from wheelbase.plan.model import FAMILIES, lp_text
from wheelbase.plan.offer import (
    Block,
    Car,
    Component,
    Demand,
    Derivative,
    Limit,
    Link,
    Offer,
    Plant,
    PlatformChoice,
    Pool,
    Source,
)
from wheelbase.plan.outcome import Method
from wheelbase.plan.problem import Options, Problem
from wheelbase.plan.solver import Status
from wheelbase.plan.tree import Tree, share_tree
from wheelbase.plan.verb import LEAVES_OUT, NodePlan, Plan, plan

__all__ = [
    "FAMILIES",
    "LEAVES_OUT",
    "Block",
    "Car",
    "Component",
    "Demand",
    "Derivative",
    "FleetTarget",
    "Limit",
    "Link",
    "Method",
    "NodePlan",
    "Offer",
    "Options",
    "Plan",
    "Plant",
    "PlatformChoice",
    "Pool",
    "Problem",
    "Source",
    "Status",
    "Tree",
    "lp_text",
    "plan",
    "premium",
    "share_tree",
    "target_of",
]
